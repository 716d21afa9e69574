"""`payung demo serve`: the demo's office with a person for every role, whose secrets belong to this installation alone."""

from __future__ import annotations

import json
import re
import signal
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from payung.access.policy import TITLES
from payung.core.errors import Exit
from payung.office.demo_site import CAST
from tests.office import databases, installation
from tests.office.installation import Installation, get

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(databases.on_postgres(), reason="the demo's office works on SQLite"),
]

PATIENCE = 240
"""Seconds."""
Ask = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo regency."""
    folder = tmp_path_factory.mktemp("contoh")
    made = Installation(folder).payung(
        "demo", "make", "--out", folder / "paser", "--people", "3000", "--quiet"
    )
    assert made.returncode == Exit.OK, made.stderr
    return folder / "paser"


def served(office: Installation, data: Path, until: Callable[[Ask], bool] = lambda ask: True) -> str:
    """What is printed by a demo's office that serves until `until` is true of its database."""
    port, deadline = installation.free_port(), time.monotonic() + PATIENCE
    with office.running("demo", "serve", "--data", str(data), "--port", str(port), "--quiet") as process:
        assert get(port, wait=PATIENCE) in (200, 302)
        with office.database() as ask:
            while not until(ask):
                assert time.monotonic() < deadline
                time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert "Situs contoh dihentikan" in out
    assert process.returncode == Exit.OK, err
    return out


def test_there_is_an_account_for_every_role_with_secrets_of_its_own(data: Path, tmp_path: Path) -> None:
    office = Installation(tmp_path / "kantor")
    printed = served(office, data)
    path = office.home / "akun-contoh.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    accounts = json.loads(path.read_text())
    assert {one["role"] for one in accounts} == set(TITLES.values())
    assert len({one["password"] for one in accounts}) == len(CAST) + 1
    assert all(one["password"] in printed and (one["totp_secret"] or "-") in printed for one in accounts)
    assert [one["username"] for one in accounts if not one["totp_secret"]] == ["siti"]
    with office.database() as ask:
        assert ask("SELECT is_demo FROM database_regency") == [(1,)]
    assert re.fullmatch(r"\d{6}", office.payung("demo", "code", "Budi").stdout.strip())
    assert office.payung("demo", "code", "siti").returncode == Exit.USAGE
    again = served(office, data)
    assert all(one["password"] in again for one in accounts)


def test_an_installation_that_is_no_demo_is_left_alone(data: Path, tmp_path: Path) -> None:
    with installation.new(tmp_path) as office:
        office.set_up()
        done = office.payung("demo", "serve", "--data", data, "--quiet")
        assert done.returncode == Exit.USAGE
        assert "bukan contoh" in done.stderr
        assert not (office.home / "akun-contoh.json").exists()


def test_the_desks_are_filled_by_its_people_and_the_rest_follows_while_it_serves(
    data: Path, tmp_path: Path
) -> None:
    office = Installation(tmp_path / "kantor")
    printed = served(office, data)
    assert "Penyaringan 1" in printed
    assert "Muara Samu belum mengirim" in printed
    with office.database() as ask:
        assert ask("SELECT count(*) FROM registry_delivery WHERE fault = '' AND row_count > 0") == [(6,)]
        assert ask("SELECT count(*) > 900 FROM registry_rt") == [(1,)]
        assert ask("SELECT count(*) > 10 FROM intake_upload WHERE saved_at IS NOT NULL") == [(1,)]
        assert {one for (one,) in ask("SELECT kind FROM approval_proposal WHERE decided_at IS NULL")} >= {
            "post.give"
        }
        assert ask("SELECT count(*) FROM intake_announcement WHERE opened_at IS NOT NULL") == [(1,)]
        assert ask("SELECT count(*) FROM intake_objection WHERE answered_at IS NULL") == [(1,)]
        decided = ask("SELECT DISTINCT made_by FROM screening_pairverdict")
        assert decided
        assert ask("SELECT count(*) FROM audit_event WHERE action = 'pair.decided' AND actor IS NULL") == [
            (0,)
        ]
        made = ask("SELECT count(*) FROM audit_event WHERE action = 'approval.proposed'")

    def whole(ask: Ask) -> bool:
        return ask("SELECT count(*) FROM screening_screeningrun WHERE loaded_at IS NOT NULL") == [(2,)]

    served(office, data, whole)
    with office.database() as ask:
        assert ask("SELECT count(*) FROM intake_batch") == [(9,)]
        assert ask("SELECT count(*) FROM intake_upload WHERE saved_at IS NULL AND good > 0") == [(0,)]
        assert ask("SELECT count(*) FROM intake_upload WHERE place LIKE '64.01.10%'") == [(0,)]
        assert ask("SELECT count(*) FROM work_job WHERE error <> ''") == [(0,)]
        assert ask("SELECT count(*) FROM audit_event WHERE action = 'approval.proposed'") == made


def test_a_start_that_broke_off_is_taken_up_where_it_was(data: Path, tmp_path: Path) -> None:
    office, port = Installation(tmp_path / "kantor"), installation.free_port()
    with office.running("demo", "serve", "--data", str(data), "--port", str(port), "--quiet") as process:
        accounts, deadline = office.home / "akun-contoh.json", time.monotonic() + PATIENCE
        while not accounts.is_file():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        time.sleep(3)
        process.kill()
        process.wait()
    password = json.loads(accounts.read_text())[0]["password"]
    printed = served(office, data)
    assert password in printed
    with office.database() as ask:
        assert ask("SELECT count(*) FROM registry_delivery") == [(6,)]
        assert ask("SELECT count(*) FROM intake_batch WHERE place = '64.01.04'") == [(1,)]
        assert ask("SELECT count(*) FROM approval_proposal WHERE kind = 'post.give'") == [(1,)]
