"""`payung user reset`: whoever can get in no more is let in from the server, and the ledger tells of it."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import check_password

from payung.access.account_services import close_account, invite, invited
from payung.access.models import User
from payung.audit.models import Event
from payung.core.errors import Exit, PayungError
from payung.core.scope import acting_in, whole
from payung.office.lost_login import account, reset_login
from tests.office import installation
from tests.office.cast import PASSWORD, REGENCY, Office
from tests.office.installation import ROOT, Installation

TODAY = date(2026, 1, 5)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, str]]:
    """An installation whose first administrator is rina, and the password that its setup printed."""
    with installation.new(tmp_path_factory.mktemp("lupa")) as made:
        yield made, said(made.set_up(), "kata sandi")


def said(printed: str, name: str) -> str:
    """What a command printed under a name, once."""
    found = re.findall(rf"^  {name}\s+(\S+)$", printed, re.MULTILINE)
    assert len(found) == 1, printed
    return str(found[0])


def test_a_new_password_lets_in_and_the_old_one_sessions_and_links_do_not(office: Office) -> None:
    browser = office.client("admin")
    assert browser.get("/petugas/").status_code == 200
    with office.acting("wati"):
        token = invite(office.user("admin"))
    made = reset_login(account("ADMIN"), TODAY)
    assert (made.username, made.name, made.totp_secret) == ("admin", "Bu Admin", "")
    assert len(made.password) >= 20
    user = office.user("admin")
    assert user.check_password(made.password)
    assert not user.check_password(PASSWORD)
    assert browser.get("/petugas/").status_code == 302
    assert invited(REGENCY, token) is None
    with office.acting("audi"):
        [entry] = Event.objects.filter(action="user.password_renewed")
        assert (entry.subject_type, entry.subject_id) == ("access.user", str(user.pk))
    page = office.client("audi").get("/riwayat/").content.decode()
    assert "Kata sandi baru dibuat di server" in page
    assert made.password not in page


def test_a_lost_phone_gets_a_new_second_factor_where_that_is_asked_for(office: Office) -> None:
    first = reset_login(account("admin"), TODAY, factor=True)
    second = reset_login(account("admin"), TODAY, factor=True)
    assert first.totp_secret != second.totp_secret
    assert f"secret={second.totp_secret}" in second.totp_uri
    [kept] = Authenticator.objects.filter(user__username="admin")
    assert get_adapter().decrypt(kept.data["secret"]) == second.totp_secret
    assert reset_login(account("admin"), TODAY).totp_secret == ""
    assert Authenticator.objects.filter(user__username="admin").count() == 1


def test_the_province_is_told_in_its_own_ledger(office: Office) -> None:
    reset_login(account("prov"), TODAY)
    with acting_in(whole("64")):
        assert Event.objects.filter(action="user.password_renewed").count() == 1
    with acting_in(whole(REGENCY)):
        assert not Event.objects.filter(action="user.password_renewed").exists()


def test_an_account_that_is_none_that_was_closed_or_that_belongs_nowhere_is_refused(office: Office) -> None:
    with pytest.raises(PayungError, match="siapa tidak ada"):
        account("siapa")
    with pytest.raises(PayungError, match="tidak dipakai di daerah mana pun"):
        reset_login(account("tamu"), TODAY)
    before = account("siti")
    with office.acting("admin"):
        close_account(before, "berhenti")
    with pytest.raises(PayungError, match="Akun siti ditutup"):
        account("siti")
    with pytest.raises(PayungError, match="Akun siti ditutup"):
        reset_login(before, TODAY)
    assert User.objects.get(username="siti").check_password(PASSWORD)
    with office.acting("audi"):
        assert not Event.objects.filter(action="user.password_renewed").exists()


@pytest.mark.long
def test_the_command_prints_a_password_once_that_the_database_then_knows(
    opened: tuple[Installation, str],
) -> None:
    place, first = opened
    done = place.payung("user", "reset", "rina", "--yes")
    assert done.returncode == 0, done.stderr
    password = said(done.stdout, "kata sandi")
    assert "kunci TOTP" not in done.stdout
    assert said(place.payung("user", "reset", "Rina", "--yes", "--factor").stdout, "kunci TOTP")
    with place.database() as ask:
        [[kept, ended]] = ask(
            "SELECT password, sessions_ended_count FROM access_user WHERE username = 'rina'"
        )
        told = ask("SELECT count(*) FROM audit_event WHERE action = 'user.password_renewed'")
    assert not check_password(first, kept)
    assert not check_password(password, kept), "the second one holds"
    assert (ended, told) == (2, [(2,)])
    again = place.payung("user", "reset", "rina", "--yes")
    with place.database() as ask:
        [[kept]] = ask("SELECT password FROM access_user WHERE username = 'rina'")
    assert check_password(said(again.stdout, "kata sandi"), kept)


@pytest.mark.long
def test_the_command_changes_nothing_unasked_and_names_what_it_does_not_know(
    opened: tuple[Installation, str],
) -> None:
    place, _ = opened
    with place.database() as ask:
        before = ask("SELECT password FROM access_user")
        for arguments, words in ((("rina",), "--yes"), (("siapa", "--yes"), "siapa tidak ada")):
            done = place.payung("user", "reset", *arguments)
            assert done.returncode == Exit.USAGE
            assert words in done.stderr
            assert done.stdout == ""
        assert ask("SELECT password FROM access_user") == before


@pytest.mark.long
@pytest.mark.parametrize(("answer", "words"), [("n", "Tidak ada yang diubah"), ("y", "kata sandi")])
def test_at_a_terminal_somebody_is_asked_first(
    opened: tuple[Installation, str], answer: str, words: str
) -> None:
    place, _ = opened
    keyboard, terminal = pty.openpty()
    try:
        os.write(keyboard, f"{answer}\n".encode())
        done = subprocess.run(
            [sys.executable, "-m", "payung", "user", "reset", "rina"],
            cwd=ROOT, env=place.env(), stdin=terminal, stdout=subprocess.PIPE, stderr=terminal, text=True, timeout=60,
        )  # fmt: skip
        asked = os.read(keyboard, 10_000).decode()
    finally:
        os.close(keyboard)
        os.close(terminal)
    assert done.returncode == 0
    assert "Ganti kata sandi Rina Wulandari (rina)?" in asked
    assert words in done.stdout
