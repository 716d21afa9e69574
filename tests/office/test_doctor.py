"""`payung doctor` finds each thing that is broken on purpose, says what to do, and is content with a sound installation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from payung.core.errors import Exit
from payung.core.scope import acting_in, whole
from payung.database.backups import Status, status, write_status
from payung.office.doctor import examine
from payung.office.findings import Finding, State
from tests.office import installation
from tests.office.cast import REGENCY, Office
from tests.office.installation import Installation

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation that is ready."""
    with installation.new(tmp_path_factory.mktemp("periksa")) as made:
        made.set_up()
        yield made


def asked(made: Installation) -> tuple[int, dict[str, list[dict[str, Any]]]]:
    done = made.payung("doctor", "--json")
    found: dict[str, list[dict[str, Any]]] = {}
    for one in json.loads(done.stdout):
        found.setdefault(one["what"], []).append(one)
    return done.returncode, found


def test_a_new_installation_is_sound_and_lacks_only_worker_and_backup(opened: Installation) -> None:
    code, found = asked(opened)
    assert code == Exit.OK
    not_good = {what for what, ones in found.items() if any(one["state"] != "baik" for one in ones)}
    assert not_good == {"pekerja latar", "cadangan", "uji pulih"}
    assert all(one["todo"] for ones in found.values() for one in ones if one["state"] != "baik")


def test_nothing_at_all_is_said_to_be_nothing(tmp_path: Path) -> None:
    code, found = asked(Installation(tmp_path / "kosong"))
    assert code == Exit.INSTALLATION
    assert found["folder"][0]["todo"] == "Jalankan payung setup."


@pytest.mark.parametrize(
    ("setting", "value", "what", "said"),
    [
        ("PAYUNG_SITE__TIMEZONE", "Asia/Tana_Paser", "pengaturan", "Tana_Paser"),
        ("PAYUNG_SITE__ADDRESS", "0.0.0.0", "jaringan", "tanpa https"),
        ("PAYUNG_SITE__PORT", "pintu", "pengaturan", "port"),
        ("PAYUNG_FOLDERS__KEYS", "tidak-ada", "kunci", "tidak ada"),
    ],
)
def test_a_wrong_setting_is_found(
    opened: Installation, setting: str, value: str, what: str, said: str
) -> None:
    opened.environment[setting] = value
    try:
        code, found = asked(opened)
    finally:
        opened.environment.clear()
    assert code == Exit.INSTALLATION
    assert any(one["state"] == "salah" and said in one["said"] for one in found[what]), found


def test_keys_that_others_can_read_are_found(opened: Installation) -> None:
    key = opened.home / "kunci" / "index.key"
    key.chmod(0o644)
    try:
        code, found = asked(opened)
    finally:
        key.chmod(0o600)
    assert code == Exit.INSTALLATION
    assert "chmod 600" in found["kunci"][0]["todo"]


def wrong() -> dict[str, str]:
    """What is wrong in the installation of this process's tests."""
    return {one.what: one.said for one in examine() if one.state is State.WRONG}


def state_of(what: str) -> Finding:
    return next(one for one in examine() if one.what == what)


def test_a_regency_without_an_administrator_is_found(office: Office) -> None:
    assert "daerah" in wrong()  # the neighbouring regency of the cast has a verifier only
    assert "64.02" in wrong()["daerah"]


def test_a_lost_trigger_of_the_ledger_is_found(office: Office) -> None:
    from tests.office import databases

    assert "buku riwayat" not in wrong()
    databases.as_owner(
        postgresql="DROP TRIGGER payung_append_only ON audit_event",
        sqlite="DROP TRIGGER audit_event_no_delete",
    )
    assert "audit_event" in wrong()["buku riwayat"]


def test_a_clock_behind_the_ledger_is_found(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    assert state_of("jam").state is State.GOOD
    monkeypatch.setattr(timezone, "now", lambda: now - timedelta(days=400))
    assert "tertinggal" in wrong()["jam"]


def test_a_worker_that_runs_or_is_busy_is_seen(office: Office) -> None:
    from payung.office import alive
    from payung.work import ticks

    assert state_of("pekerja latar").state is State.LOOK
    alive.show()
    try:
        ticks.run_due()
    finally:
        del ticks.REGULAR[alive.ALIVE]
    assert state_of("pekerja latar").state is State.GOOD
    from payung.work.models import Tick

    with acting_in(whole(REGENCY)):
        Tick.objects.update(next_at=timezone.now() - timedelta(hours=1))
    assert state_of("pekerja latar").state is State.LOOK


def test_the_age_of_backup_and_drill_is_told(office: Office) -> None:
    now = timezone.now()
    try:
        write_status(Status(made_at=now - timedelta(days=1), tested_at=now - timedelta(days=3)))
        assert [state_of(one).state for one in ("cadangan", "uji pulih")] == [State.GOOD, State.GOOD]
        assert "3 hari lalu" in state_of("uji pulih").said
        write_status(Status(made_at=now - timedelta(days=9), tested_at=now - timedelta(days=100)))
        assert [state_of(one).state for one in ("cadangan", "uji pulih")] == [State.LOOK, State.LOOK]
        write_status(Status(made_at=now, tested_at=now - timedelta(days=3), failed_at=now))
        assert "uji pulih" in wrong()
        assert status().failed_at == now
    finally:
        write_status(Status())


def test_sqlite_is_set_as_it_must_be_on_every_connection(office: Office) -> None:
    import threading

    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("SQLite only")
    found: list[tuple[Any, ...]] = []

    def look() -> None:
        with connection.cursor() as cursor:
            found.append(
                tuple(
                    cursor.execute(f"PRAGMA {name}").fetchone()[0]
                    for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "cache_size")
                )
            )
        connection.close()

    for _ in range(2):
        look()
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert found == [("wal", 2, 1, 30_000, -65_536)] * 4


def test_on_sqlite_a_transaction_takes_the_right_to_write_at_once(office: Office) -> None:
    import sqlite3
    from contextlib import closing

    from django.db import connection, transaction

    if connection.vendor != "sqlite":
        pytest.skip("SQLite only")
    path = connection.settings_dict["NAME"]
    with transaction.atomic(), closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other:
        connection.ensure_connection()
        other.execute("SELECT count(*) FROM access_user")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
