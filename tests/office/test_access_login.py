"""Signing in for real: password, code, guesses, sessions that end (trust.md S5 and S6)."""

from __future__ import annotations

import re
import threading
import time
from datetime import timedelta
from statistics import median
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.utils import timezone

from payung.access import account_services, throttle
from payung.access.models import Guess, User
from payung.audit.models import Event
from tests.office.cast import PASSWORD, REGENCY, Office

LOGIN, CODE = "/masuk/", "/masuk/kode/"


def code_of(secret: str, steps: int = 0) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def with_factor(office: Office, username: str) -> str:
    """Give somebody a second factor; its secret."""
    secret = generate_totp_secret()
    TOTP.activate(office.user(username), secret)
    RecoveryCodes.activate(office.user(username))
    return str(secret)


def browser(**options: Any) -> Client:
    return Client(SERVER_NAME="localhost", **options)


def try_password(client: Client, username: str, password: str = PASSWORD, **extra: Any) -> Any:
    return client.post(LOGIN, {"login": username, "password": password}, **extra)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def recorded(office: Office, action: str, username: str) -> int:
    with office.acting("admin"):
        return Event.objects.filter(action=action, subject_id=str(office.user(username).pk)).count()


def test_an_rt_signs_in_with_a_password_alone(office: Office) -> None:
    client = browser()
    assert try_password(client, "SITI").status_code == 302
    assert signed_in(client)
    assert client.get("/").status_code == 200
    assert recorded(office, "user.signed_in", "siti") == 1


def test_above_the_rt_nothing_opens_before_a_second_factor_stands(office: Office) -> None:
    client = browser()
    try_password(client, "budi")
    for url in ("/", "/persetujuan/", "/masuk/faktor/", "/masuk/pemulihan/", "/masuk/sandi/"):
        assert client.get(url)["Location"].startswith("/masuk/faktor/pasang/"), url
    page = client.get("/masuk/faktor/pasang/")
    assert page.status_code == 200  # the password was typed just now: not asked for again
    assert b"<svg" in page.content
    assert b"style=" not in page.content
    secret = re.search(r'payung-digits">([A-Z2-7]+)<', page.content.decode())
    assert secret
    done = client.post("/masuk/faktor/pasang/", {"code": code_of(secret[1])})
    assert done["Location"] == "/masuk/pemulihan/"  # recovery codes at once
    codes = re.findall(r'payung-digits">(\d{8})<', client.get("/masuk/pemulihan/").content.decode())
    assert len(set(codes)) == 10
    assert client.get("/").status_code == 200
    assert client.get("/masuk/pemulihan/unduh/").content.decode().split() == codes
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret[1] not in kept
    assert recorded(office, "user.factor_added", "budi") == 2


def test_with_a_second_factor_the_password_alone_opens_nothing(office: Office) -> None:
    secret = with_factor(office, "budi")
    client = browser()
    assert try_password(client, "budi")["Location"] == CODE
    assert not signed_in(client)
    assert client.get("/")["Location"].startswith(LOGIN)
    assert client.post(CODE, {"code": "000000"}).status_code == 200
    assert not signed_in(client)
    assert client.post(CODE, {"code": code_of(secret)}).status_code == 302
    assert signed_in(client)
    assert client.get("/").status_code == 200
    assert recorded(office, "user.sign_in_failed", "budi") == 1


def test_a_code_passes_once_and_a_recovery_code_once(office: Office) -> None:
    secret = with_factor(office, "budi")
    recovery = Authenticator.objects.get(type="recovery_codes", user=office.user("budi"))
    code, spare = code_of(secret), RecoveryCodes(recovery).generate_codes()[3]
    for given, passes in ((code, True), (code, False), (spare, True), (spare, False)):
        client = browser()
        try_password(client, "budi")
        client.post(CODE, {"code": given})
        assert signed_in(client) is passes, given


def test_a_session_from_before_the_second_factor_has_to_show_it(office: Office) -> None:
    """Whoever stole the password earlier and is still signed in gains nothing when the owner sets up a code."""
    thief = browser()
    try_password(thief, "budi")
    secret = with_factor(office, "budi")
    assert thief.get("/")["Location"].startswith("/masuk/kode/ulang/")
    assert thief.get("/masuk/faktor/lepas/")["Location"].startswith("/masuk/kode/ulang/")
    assert thief.get("/masuk/ulang/?next=/")["Location"].startswith("/masuk/kode/ulang/")
    assert thief.post("/masuk/kode/ulang/?next=/", {"code": code_of(secret)}).status_code == 302
    assert thief.get("/").status_code == 200


def test_ten_wrong_passwords_an_account_in_a_quarter_of_an_hour_from_whatever_address(office: Office) -> None:
    for number in range(14):
        answer = try_password(browser(), "budi", f"salah-{number}", REMOTE_ADDR=f"10.0.{number}.7")
        assert (b"Terlalu banyak" in answer.content) is (number >= 10)
    client = browser(headers={"host": "127.0.0.1"})
    assert b"Terlalu banyak" in try_password(client, "Budi").content  # the right one is not even tried
    assert not signed_in(client)
    assert recorded(office, "user.sign_in_failed", "budi") == 10
    Guess.objects.update(at=timezone.now() - timedelta(minutes=15, seconds=1))
    try_password(client, "budi")
    assert client.get("/")["Location"].startswith("/masuk/faktor/pasang/")


def test_a_right_password_does_not_count(office: Office) -> None:
    for _ in range(12):
        client = browser()
        try_password(client, "siti")
        assert signed_in(client)


def test_parallel_guesses_get_no_more_than_ten(office: Office) -> None:
    taken: list[bool] = []

    def guess() -> None:
        from django.db import connection

        taken.extend(throttle.take("u1", throttle.PASSWORD) is not None for _ in range(5))
        connection.close()

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(taken), sum(taken)) == (40, 10)


@pytest.mark.long
def test_ten_wrong_codes_and_then_none(office: Office) -> None:
    secret = with_factor(office, "budi")
    answers = []
    for number in range(12):
        client = browser()
        try_password(client, "budi")
        answers.append(b"Terlalu banyak" in client.post(CODE, {"code": f"{number:06}"}).content)
    assert answers == [False] * 10 + [True] * 2
    client = browser()
    try_password(client, "budi")
    client.post(CODE, {"code": code_of(secret)})
    assert not signed_in(client)


def test_an_unknown_name_a_wrong_password_and_a_closed_account_answer_alike(office: Office) -> None:
    User.objects.filter(username="wati").update(is_active=False)
    token = re.compile(rb'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]+|value="(budi|wati|nobody)"')
    pages = []
    for username, password in (("budi", "salah-sekali"), ("nobody", "salah-sekali"), ("wati", PASSWORD)):
        answer = try_password(browser(), username, password)
        pages.append((answer.status_code, token.sub(b"", answer.content)))
    assert pages[0] == pages[1] == pages[2]
    for number in range(11):
        last = try_password(browser(), "nobody", f"salah-{number}")
    assert b"Terlalu banyak" in last.content


@pytest.mark.long
def test_unknown_names_take_as_long_as_known_ones(office: Office) -> None:
    def seconds(username: str) -> float:
        Guess.objects.all().delete()
        began = time.perf_counter()
        try_password(browser(), username, "salah-sekali")
        return time.perf_counter() - began

    seconds("budi"), seconds("nobody")
    known, unknown = [], []
    for _ in range(9):
        known.append(seconds("budi"))
        unknown.append(seconds("nobody"))
    assert abs(median(known) - median(unknown)) < max(median(known), median(unknown)) * 0.35


def test_signing_in_changes_the_session_key(office: Office) -> None:
    client = browser()
    session = client.session
    session["planted"] = 1
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
    try_password(client, "siti")
    assert client.cookies["sessionid"].value != session.session_key
    stranger = browser()
    stranger.cookies["sessionid"] = session.session_key or ""
    assert not signed_in(stranger)


def test_a_new_password_ends_the_other_sessions(office: Office) -> None:
    here, there = browser(), browser()
    try_password(here, "siti")
    try_password(there, "siti")
    fresh = "hujan-turun-di-paser"
    fields = {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh}
    assert here.post("/masuk/sandi/", fields).status_code == 302
    assert here.get("/").status_code == 200
    assert there.get("/")["Location"].startswith(LOGIN)
    assert recorded(office, "user.password_changed", "siti") == 1


def test_the_old_password_cannot_be_guessed_in_a_stolen_session(office: Office) -> None:
    client = browser()
    try_password(client, "siti")
    fresh = "hujan-turun-di-paser"
    for number in range(5):
        client.post("/masuk/sandi/", {"oldpassword": f"x{number}", "password1": fresh, "password2": fresh})
    assert Guess.objects.filter(key=f"sandi:u{office.user('siti').pk}").count() == 5


def test_a_closed_account_is_out_with_its_next_request(office: Office) -> None:
    client = office.client("desi")
    assert client.get("/").status_code == 200
    with office.acting("admin"):
        account_services.close_account(office.user("desi"), "pindah")
    began = time.perf_counter()
    assert client.get("/")["Location"].startswith(LOGIN)
    assert time.perf_counter() - began < 1
    with office.acting("admin"):
        account_services.reopen_account(office.user("desi"), "kembali")
    assert client.get("/")["Location"].startswith(LOGIN)  # opened again, the old session stays dead


def test_signing_out_is_recorded_and_ends_the_session(office: Office) -> None:
    client = office.client("siti")
    assert client.get("/masuk/keluar/").status_code == 200  # a look does not sign out
    assert client.post("/masuk/keluar/").status_code == 302
    assert client.get("/")["Location"].startswith(LOGIN)
    assert recorded(office, "user.signed_out", "siti") == 1


def test_a_new_phone_is_set_up_by_whoever_shows_the_old_code(office: Office) -> None:
    secret = with_factor(office, "budi")
    client = browser()
    try_password(client, "budi")
    client.post(CODE, {"code": code_of(secret)})
    assert client.get("/masuk/faktor/lepas/").status_code == 200
    client.post("/masuk/faktor/lepas/")
    assert not Authenticator.objects.filter(user=office.user("budi")).exists()
    assert client.get("/")["Location"].startswith("/masuk/faktor/pasang/")
    assert recorded(office, "user.factor_removed", "budi") == 2


@pytest.mark.parametrize("username", ["siti", "budi"])
def test_passwords_are_kept_by_argon2id(office: Office, username: str) -> None:
    assert office.user(username).password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_failed_sign_in_belongs_to_the_regency_of_the_post(office: Office) -> None:
    try_password(browser(), "kukar", "salah")
    with office.acting("kukar"):
        assert Event.objects.filter(action="user.sign_in_failed").count() == 1
    with office.acting("admin"):
        assert not Event.objects.filter(action="user.sign_in_failed").exists()
    assert REGENCY == "64.01"
