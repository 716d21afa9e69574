"""The demo regency as a running office: an installation of its own with a person for every role.

Passwords and second factors are made for this installation; they stand in a file that only its owner can read.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from payung.config import load
from payung.core.errors import Exit, PayungError
from payung.demo.run import POLICY, Demo
from payung.job.progress import Tell, silent
from payung.office.opening import Wanted, open_installation
from payung.vault.writing import whole_file

REGENCY = "64.01"
DESA = "64.01.04.2002"
OPENED_ON = date(2022, 9, 1)
ACCOUNTS = "akun-contoh.json"
"""The accounts' file in the installation's folder."""
SECOND = {"wati": "2"}
"""Whoever has a chair of their own beside that of another with the same role and place."""
CAST: dict[str, tuple[str, str, str]] = {
    "siti": ("Bu Siti", "rt", f"{DESA}/005"),
    "desi": ("Bu Desi", "desa", DESA),
    "camat": ("Pak Camat", "kecamatan", "64.01.04"),
    "budi": ("Pak Budi", "verifikator", REGENCY),
    "wati": ("Bu Wati", "verifikator", REGENCY),
    "agus": ("Pak Agus", "opd", REGENCY),
    "kuasa": ("Pak Kuasa", "kpa", REGENCY),
    "rina": ("Bu Rina", "bendahara", REGENCY),
    "laila": ("Bu Laila", "hukum", REGENCY),
    "bupati": ("Pak Bupati", "penandatangan", REGENCY),
    "bona": ("Pak Bona", "bpjs", REGENCY),
    "audi": ("Bu Audi", "auditor", REGENCY),
    "provinsi": ("Pak Provinsi", "provinsi", "64"),
}
"""Login name to name, role and territory; two verifiers, so that one may check the other. Besides them the administrator."""
ADMIN = ("admin", "Bu Admin")


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the demo, with everything that is needed to sign in."""

    username: str
    name: str
    role: str
    password: str
    totp_secret: str


def open_demo_site(demo: Demo, tell: Tell = silent) -> list[Account]:
    """Make the demo's installation in the configured folder, or take up the one that is there; its accounts.

    PayungError when another installation lies there: it is left alone.
    """
    path = load().home / ACCOUNTS
    if not path.is_file() and (load().home / "payung.sqlite3").exists():
        raise PayungError(
            f"Di {load().home} ada pemasangan yang bukan contoh, atau contoh yang belum selesai dibuat.",
            todo="Jalankan contoh di folder lain: PAYUNG_HOME=folder-lain make run; hapus hanya contoh yang belum selesai.",
            exit_code=Exit.USAGE,
        )
    if path.is_file():
        known = accounts()
        open_installation(Wanted(), _nobody, OPENED_ON)
        _fill(demo, tell)
        return known
    wanted = Wanted(REGENCY, POLICY, *ADMIN, is_demo=True)
    opened = open_installation(wanted, _nobody, OPENED_ON)
    from payung.access.policy import TITLES, Role, second_factor
    from payung.office.setup import open_login

    made = [opened.login] if opened.login else []
    roles = [Role.ADMIN]
    for number, (username, (name, role, territory)) in enumerate(CAST.items(), start=1):
        tell("membuka akun contoh", number, len(CAST))
        factor = second_factor(role)
        home = REGENCY if territory.startswith(REGENCY) else territory
        made.append(
            open_login(
                username, name, home, Role(role), territory, OPENED_ON,
                chair=SECOND.get(username, ""), factor=factor,
            )
        )  # fmt: skip
        roles.append(Role(role))
    found = [
        Account(one.username, one.name, TITLES[role], one.password, one.totp_secret)
        for one, role in zip(made, roles, strict=True)
    ]
    # Before the desks are filled: what is missing there is done at the next start, passwords are shown only now.
    with whole_file(path) as file:
        file.write((json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1) + "\n").encode())
    _fill(demo, tell)
    return found


def _fill(demo: Demo, tell: Tell) -> None:
    from payung.office.demo_content import demo_content

    demo_content(demo, tell)


def accounts() -> list[Account]:
    """The accounts of the demo in the configured folder. PayungError where there is none."""
    path = load().home / ACCOUNTS
    if not path.is_file():
        raise PayungError(
            f"Di {load().home} tidak ada kabupaten contoh.", todo="Jalankan make run.", exit_code=Exit.USAGE
        )
    return [Account(**one) for one in json.loads(path.read_text(encoding="utf-8"))]


def code_of(username: str) -> str:
    """The six digits that an authenticator app would show now. PayungError for an unknown account, or one without."""
    known = {one.username: one for one in accounts()}
    account = known.get(username.lower())
    if account is None or not account.totp_secret:
        raise PayungError(
            f"Akun contoh {username} tidak ada, atau masuk tanpa kode.",
            todo=f"Pilih salah satu: {', '.join(name for name, one in known.items() if one.totp_secret)}.",
            exit_code=Exit.USAGE,
        )
    from payung.office import django

    django.start()
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    counters = list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(account.totp_secret, counters[len(counters) // 2])))


def accounts_path() -> Path:
    """Where the accounts stand."""
    return load().home / ACCOUNTS


def _nobody(option: str, words: str) -> str:
    raise PayungError(f"{option} belum ditulis.", todo=words, exit_code=Exit.USAGE)
