"""`payung setup`: from an empty folder to an installation with its first administrator; again, it says what is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from payung.config import FILE, home, load
from payung.core.errors import Exit, PayungError
from payung.office import django
from payung.office.folders import make_folders
from payung.office.programs import without_password
from payung.office.tomlfile import set_values
from payung.vault.current import vault

if TYPE_CHECKING:
    from payung.office.roles import Roles
    from payung.office.setup import Login


@dataclass(frozen=True, slots=True)
class Wanted:
    """What `payung setup` was told; None is asked for where it is needed."""

    regency: str | None = None
    policy: str | None = None
    login: str | None = None
    name: str | None = None
    province: str | None = None
    """Whose post is to be opened, or handed to somebody else, for reading figures."""
    owner_url: str | None = None
    only_database: bool = False
    is_demo: bool = False


@dataclass
class Opened:
    """What was found or made, as lines of two words each, and the first administrator where one was made."""

    steps: list[tuple[str, str]] = field(default_factory=list)
    login: Login | None = None


Ask = Callable[[str, str], str]
"""Asks for one setting (its option, and what it is in words); raises PayungError where nobody can answer."""


def open_installation(wanted: Wanted, ask: Ask, today: date) -> Opened:
    """Make whatever is missing. PayungError says what is in the way; what was made until then stays and is found again."""
    opened = Opened()
    new_keys = make_folders()
    config = load()
    opened.steps.append(("folder", str(config.home)))
    opened.steps.append(("kunci", f"{config.folder('keys')} ({'baru' if new_keys else 'sudah ada'})"))
    vault()
    roles = connect_roles(wanted.owner_url) if wanted.owner_url else None
    django.start()
    from payung.office import setup

    if wanted.owner_url and roles:
        from payung.office.roles import grant

        setup.make_tables_as(wanted.owner_url)
        grant(wanted.owner_url, backup=bool(roles.backup))
        opened.steps += _said(roles, wanted.owner_url)
    else:
        _make_own_tables(opened)
    if wanted.only_database:
        return opened
    setup.mark_keys()
    regencies = _regencies(wanted, ask, opened, today)
    if wanted.province:
        _province(wanted.province, wanted, ask, opened, today)
        return opened
    for code in regencies:
        _administrator(code, wanted, ask, opened, today)
    return opened


def _make_own_tables(opened: Opened) -> None:
    """Tables of SQLite; those of PostgreSQL are the owner's, and the app's role may only use them."""
    from payung.office import setup
    from payung.office.ready import pending

    url = load().database.url
    if not url:
        setup.make_tables()
        opened.steps.append(("basis data", f"SQLite {load().home / 'payung.sqlite3'}"))
        return
    if missing := pending():
        raise PayungError(
            f"Di basis data belum ada {len(missing)} perubahan tabel.",
            todo="Jalankan payung setup --owner-url dengan alamat pemilik basis data.",
            exit_code=Exit.INSTALLATION,
        )
    opened.steps.append(("basis data", without_password(url)))


def connect_roles(owner_url: str) -> Roles:
    """Make the roles of PostgreSQL, and write how to reach the database as them into the settings.

    PayungError when this installation already uses another database, or the server refuses.
    """
    from payung.office.roles import database_of, prepare_roles

    config = load()
    if (config.home / "payung.sqlite3").exists():
        raise PayungError(
            f"Pemasangan {config.home} sudah memakai SQLite.",
            todo="Pasang PostgreSQL di folder lain: PAYUNG_HOME=folder-baru payung setup --owner-url ….",
            exit_code=Exit.USAGE,
        )
    known = config.database
    if known.url and database_of(known.url) != database_of(owner_url):
        raise PayungError(
            f"Pemasangan {config.home} memakai basis data lain ({without_password(known.url)}).",
            todo="Sebut basis data yang sama, atau pasang di folder lain.",
            exit_code=Exit.USAGE,
        )
    roles = prepare_roles(owner_url, known.url, known.backup_url)
    set_values(home() / FILE, "database", {"url": roles.app, "backup_url": roles.backup})
    load.cache_clear()
    if load().database.url != roles.app:
        raise PayungError(
            "Variabel PAYUNG_DATABASE__URL menunjuk ke alamat lain.",
            todo=f"Hapus variabel itu; alamatnya sudah tertulis di {home() / FILE}.",
            exit_code=Exit.USAGE,
        )
    return roles


def _said(roles: Roles, owner_url: str) -> list[tuple[str, str]]:
    from payung.office.roles import database_of

    app, backup = urlsplit(roles.app).username or "", urlsplit(roles.backup).username or ""
    state = {name: "kata sandi baru" if name in roles.made else "sudah ada" for name in (app, backup)}
    name = f"{database_of(owner_url)}_backup"
    missing = (
        f"belum ada: minta superuser menjalankan CREATE ROLE {name} LOGIN BYPASSRLS CREATEDB, lalu ulangi"
    )
    return [
        ("basis data", without_password(roles.app)),
        ("peran aplikasi", f"{app} ({state[app]})"),
        ("peran cadangan", f"{backup} ({state[backup]})" if backup else missing),
    ]


def _regencies(wanted: Wanted, ask: Ask, opened: Opened, today: date) -> list[str]:
    from payung.database.models import Regency
    from payung.office.setup import open_regency

    there = list(Regency.objects.order_by("code"))
    if wanted.regency or not there:
        code = wanted.regency or ask("--regency", "Kode kabupaten/kota, misalnya 64.01")
        if code not in {one.code for one in there}:
            policy = wanted.policy or ask(
                "--policy", "Aturan daerah (nama, misalnya paser-2022, atau berkas YAML)"
            )
            there.append(open_regency(code, policy, today, is_demo=wanted.is_demo))
    opened.steps += [("daerah", f"{one.code} {one.name}, aturan {one.policy}") for one in there]
    return [one.code for one in there]


def _administrator(code: str, wanted: Wanted, ask: Ask, opened: Opened, today: date) -> None:
    from payung.access.policy import Role
    from payung.office.setup import administrators, open_login

    there = administrators(code, today)
    if there:
        opened.steps.append(("administrator", f"{', '.join(there)} ({code})"))
        return
    login = wanted.login or ask("--login", f"Nama pengguna administrator pertama {code}")
    name = wanted.name or ask("--name", "Nama lengkapnya")
    opened.login = open_login(login, name, code, Role.ADMIN, code, today)
    opened.steps.append(("administrator", f"{login} ({code}), baru"))


def _province(code: str, wanted: Wanted, ask: Ask, opened: Opened, today: date) -> None:
    """Seat somebody on the province's post; whoever sat there leaves it."""
    from payung.office.province import holders, open_post

    there = holders(code, today)
    if there and not wanted.login:
        opened.steps.append(("provinsi", f"{', '.join(there)} ({code})"))
        return
    login = wanted.login or ask("--login", f"Nama pengguna petugas provinsi {code}")
    name = wanted.name or ask("--name", "Nama lengkapnya")
    opened.login = open_post(code, login, name, today)
    opened.steps.append(
        ("provinsi", f"{login} ({code}), baru{', menggantikan ' + ', '.join(there) if there else ''}")
    )
