"""How passwords are kept."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """argon2id with 19 MiB, two passes, one lane: a thousand sign-ins in a morning must not occupy the machine."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
