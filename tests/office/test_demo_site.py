"""`payung demo serve`: the demo's office with a person for every role, whose secrets belong to this installation alone."""

from __future__ import annotations

import json
import re
import signal
import stat
from pathlib import Path

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


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo regency."""
    folder = tmp_path_factory.mktemp("contoh")
    made = Installation(folder).payung(
        "demo", "make", "--out", folder / "paser", "--people", "300", "--quiet"
    )
    assert made.returncode == Exit.OK, made.stderr
    return folder / "paser"


def served(office: Installation, data: Path) -> str:
    """What is printed until it serves."""
    port = installation.free_port()
    with office.running("demo", "serve", "--data", str(data), "--port", str(port), "--quiet") as process:
        assert get(port, wait=60) in (200, 302)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=40)
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
        assert ask("SELECT count(*) FROM registry_delivery") == [(len(list((data / "register").iterdir())),)]
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
