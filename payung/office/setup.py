"""Opening an installation: folders, keys, tables, the first regency and its first administrator."""

from __future__ import annotations

import secrets
from datetime import date

from django.core.management import call_command
from django.db import transaction

from payung.access.models import Post, Tenure, User
from payung.access.policy import Role, fits
from payung.audit.services import record
from payung.config import load
from payung.core import region
from payung.core.errors import Exit, PayungError
from payung.core.scope import acting_in, whole
from payung.database.models import Installation, Regency
from payung.policy.loader import local
from payung.vault.check import make_check
from payung.vault.current import vault
from payung.vault.keys import make_keys


def make_folders() -> None:
    """The installation's folders and keys; what is there already stays."""
    config = load()
    for name in ("keys", "uploads", "workspace", "backups"):
        config.folder(name).mkdir(mode=0o700, parents=True, exist_ok=True)
    make_keys(config.folder("keys"))


def make_tables(database: str = "default") -> None:
    """All tables in their newest form, and the mark by which the keys are known again."""
    call_command("migrate", database=database, interactive=False, verbosity=0)
    call_command("createcachetable", database=database, verbosity=0)


def mark_keys() -> None:
    """Remember with which keys this installation seals."""
    Installation.objects.get_or_create(id=1, defaults={"key_check": make_check(vault())})


def open_regency(code: str, policy: str, on: date, *, is_demo: bool = False) -> Regency:
    """Let a regency work here. PayungError for a code that is none, or a policy of another regency."""
    place = region.regency(code)
    if place is None:
        raise PayungError(
            f"Kode kabupaten/kota {code} tidak ada.", todo="Tulis misalnya 64.01.", exit_code=Exit.USAGE
        )
    if local(policy).regency != place.code:
        raise PayungError(
            f"Aturan {policy} bukan aturan {place.name}.",
            todo="Pilih aturan daerah dari kabupaten yang sama.",
            exit_code=Exit.USAGE,
        )
    with transaction.atomic(), acting_in(whole(place.code)):
        regency, made = Regency.objects.get_or_create(
            code=place.code,
            defaults={"name": place.name, "policy": policy, "is_demo": is_demo, "opened_on": on},
        )
        if made:
            record("regency.opened", ("regency", place.code), detail={"policy": policy})
    return regency


def add_user(username: str, name: str, *, password: str | None = None) -> tuple[User, str]:
    """A user and their password: a random one unless given."""
    password = password or secrets.token_urlsafe(15)
    user = User(username=username, name=name)
    user.set_password(password)
    user.save()
    return user, password


def seat(
    user: User, regency: str, role: Role, territory: str, on: date, *, basis: str = "", agency: str = ""
) -> Tenure:
    """Put a user on a post, in the caller's transaction and scope: only for opening an installation."""
    assert fits(role, territory), (role, territory)
    post, _ = Post.everything.get_or_create(
        regency_code=regency, role=role.value, territory=territory, agency=agency
    )
    tenure: Tenure = Tenure.everything.create(
        regency_code=regency, user=user, post=post, valid_from=on, basis=basis
    )
    record("post.given", tenure, detail={"user": user.pk, "role": role.value, "territory": territory})
    return tenure
