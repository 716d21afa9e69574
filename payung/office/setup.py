"""Opening an installation, when Django runs: tables, the first regency and its first administrator."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any

import dj_database_url
from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.management import call_command
from django.db import connections, transaction

from payung.access.models import Post, Tenure, User
from payung.access.policy import Role, fits
from payung.access.queries import held_on
from payung.audit.services import record
from payung.core import region
from payung.core.errors import Exit, PayungError
from payung.core.scope import acting_in, whole
from payung.database.models import Installation, Regency
from payung.policy.loader import local
from payung.vault.check import make_check, verify_check
from payung.vault.current import vault

OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Login:
    """What a new user needs to sign in. It is shown once and kept nowhere in the clear."""

    username: str
    name: str
    password: str
    totp_secret: str = ""
    totp_uri: str = ""


def make_tables(database: str = "default") -> None:
    """All tables in their newest form."""
    call_command("migrate", database=database, interactive=False, verbosity=0)
    call_command("createcachetable", database=database, verbosity=0)


def make_tables_as(owner_url: str) -> None:
    """All tables in their newest form, made by PostgreSQL's owner role, which the running office never uses."""
    settings: dict[str, Any] = {**dj_database_url.parse(owner_url), "ENGINE": "payung.database.postgresql"}
    connections.settings[OWNER] = settings
    connections.configure_settings(connections.settings)
    try:
        make_tables(OWNER)
    finally:
        connections[OWNER].close()
        del connections[OWNER]
        del connections.settings[OWNER]


def mark_keys() -> None:
    """Remember with which keys this installation seals. PayungError when it seals with others already."""
    known = Installation.objects.filter(id=1).first()
    if known:
        verify_check(vault(), known.key_check)
    else:
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


def administrators(regency: str, day: date) -> list[str]:
    """Login names of those who administer a regency on a day."""
    with acting_in(whole(regency)):
        found = Tenure.objects.filter(held_on(day), post__role=Role.ADMIN, user__is_active=True)
        return sorted(found.values_list("user__username", flat=True))


def open_login(
    username: str,
    name: str,
    regency: str,
    role: Role,
    territory: str,
    on: date,
    *,
    chair: str = "",
    factor: bool = True,
) -> Login:
    """A new user on a post, with a random password and a second factor. PayungError for a login name in use."""
    if User.objects.filter(username__iexact=username).exists():
        raise PayungError(
            f"Nama pengguna {username} sudah ada.", todo="Pilih nama lain.", exit_code=Exit.USAGE
        )
    with transaction.atomic(), acting_in(whole(regency)):
        user, password = add_user(username, name, regency)
        secret = generate_totp_secret() if factor else ""
        if factor:
            TOTP.activate(user, secret)
        seat(user, regency, role, territory, on, agency=chair)
        record("user.added", user, detail={"username": username, "name": name})
    uri = get_adapter().build_totp_url(user, secret) if factor else ""
    return Login(user.username, name, password, secret, uri)


def add_user(username: str, name: str, regency: str) -> tuple[User, str]:
    """A user who is opened by a regency, and their random password."""
    password = secrets.token_urlsafe(15)
    user = User(username=username.lower(), name=name, opened_in=regency)
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
