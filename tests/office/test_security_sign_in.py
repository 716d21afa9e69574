"""Guesses, sessions and closed accounts at a real server with several threads (trust.md S5)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.browser.live import LiveSite, living
from tests.office.wire import Answer, Wire

pytestmark = pytest.mark.long
MOST = 10
TOO_MANY = "Terlalu banyak percobaan"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    with living(tmp_path_factory.mktemp("tamu")) as found:
        yield found


def from_everywhere(guess: Callable[[Wire, int], Answer], site: LiveSite, count: int) -> list[Answer]:
    """Guess from as many addresses as there are guesses, eight at once."""

    def one(number: int) -> Answer:
        where = f"203.0.{number // 250}.{number % 250}"
        wire = Wire(site, {"X-Forwarded-For": where, "X-Real-IP": where, "Forwarded": f"for={where}"})
        return guess(wire, number)

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, range(count)))


def test_sixty_wrong_passwords_from_sixty_addresses_are_ten_guesses(site: LiveSite) -> None:
    login = site.logins["wati"]
    before = site.inside("ledger").count("user.sign_in_failed")
    answers = from_everywhere(lambda wire, n: wire.password(login, f"salah-{n}"), site, 60)
    assert sum(TOO_MANY not in one.text for one in answers) == MOST
    assert site.inside("ledger").count("user.sign_in_failed") - before == MOST
    assert TOO_MANY in Wire(site).password(login).text  # not even the right one is tried
    assert Wire(site).sign_in(site.logins["siti"]).path == "/"  # nobody else is kept out


def test_forty_wrong_codes_from_forty_sessions_are_ten_guesses(site: LiveSite) -> None:
    login = site.logins["laila"]

    def guess(wire: Wire, number: int) -> Answer:
        assert wire.password(login).path == "/masuk/kode/"
        return wire.post("/masuk/kode/", {"code": f"{number:06}"})

    answers = from_everywhere(guess, site, 40)
    assert all(one.path == "/masuk/kode/" for one in answers)
    assert sum(TOO_MANY not in one.text for one in answers) == MOST
    wire = Wire(site)
    wire.password(login)
    assert TOO_MANY in wire.post("/masuk/kode/", {"code": login.code()}).text
    assert wire.get("/").path.startswith("/masuk/")


def test_a_session_that_somebody_planted_is_worth_nothing_after_signing_in(site: LiveSite) -> None:
    login, attacker, victim = site.logins["budi"], Wire(site), Wire(site)
    attacker.password(login, "salah-sekali")
    attacker.get("/masuk/")
    for one in attacker.jar:
        victim.jar.set_cookie(one)
    planted = attacker.cookie("sessionid")
    victim.password(login)
    half = victim.cookie("sessionid")
    assert victim.post("/masuk/kode/", {"code": login.code()}).path == "/"
    whole = victim.cookie("sessionid")
    assert len({planted, half, whole}) == 3
    assert attacker.get("/").path == "/masuk/"
    for key in (planted, half):
        stranger = Wire(site, {"Cookie": f"sessionid={key}"})
        assert stranger.get("/").path == "/masuk/", "an older key of the session still opens"


def test_an_account_that_is_closed_is_out_within_a_second_everywhere(site: LiveSite) -> None:
    desi, admin = Wire(site), Wire(site)
    assert desi.sign_in(site.logins["desi"]).path == "/"
    admin.sign_in(site.logins["admin"])
    people = admin.get("/petugas/?cari=desi").text
    number = next(part.split("/")[0] for part in people.split("/petugas/") if "Bu Desi" in part[:40])
    answer = admin.post(
        f"/petugas/{number}/tutup/", {"reason": "pindah tugas"}, page=f"/petugas/{number}/tutup/"
    )
    closed = time.monotonic()
    assert answer.status == 200
    while desi.get("/").path == "/":
        assert time.monotonic() - closed < 1
    assert time.monotonic() - closed < 1
    assert desi.get("/warga/").path == "/masuk/"
    assert Wire(site).sign_in(site.logins["desi"]).path in ("/masuk/", "/masuk/kode/")


def test_a_cookie_says_nothing_to_scripts_and_to_other_sites(site: LiveSite) -> None:
    wire = Wire(site)
    wire.sign_in(site.logins["agus"])
    session = next(one for one in wire.jar if one.name == "sessionid")
    assert session.has_nonstandard_attr("HttpOnly")
    assert session.get_nonstandard_attr("SameSite") == "Lax"
    assert session.expires is None, "kept when the browser is closed"
