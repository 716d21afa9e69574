"""The data key is exchanged while the office works: killed anywhere it goes on, and no edit is lost."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import connection

from payung.access.factors import FactorAdapter
from payung.access.models import User
from payung.audit.models import Detail
from payung.config import load
from payung.core.errors import PayungError
from payung.vault import rotation_json
from payung.vault.check import make_check, verify_check
from payung.vault.current import forget, vault
from payung.vault.files import read_sealed, write_sealed
from payung.vault.keys import load_keyring
from payung.vault.rotation import add_data_key, drop_old
from payung.vault.rotation_json import reseal_json, sealed_in_json, versions_in_json
from payung.vault.rotation_rows import (
    reseal_everything,
    reseal_rows,
    sealed_models,
    versions_in_rows,
    versions_in_use,
)
from payung.vault.seal import Vault, version_of
from tests.office.cast import OTHER_REGENCY, REGENCY, Office
from tests.office.sealed_sample import Sample, make_table, stored

ROOT = Path(__file__).parents[2]
ROWS = Sample.everything
COUNT = 60


@pytest.fixture
def keys(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A key folder of this test's own, with the keys by which the database is sealed."""
    folder = tmp_path / "kunci"
    shutil.copytree(load().folder("keys"), folder)
    with monkeypatch.context() as patch:
        patch.setenv("PAYUNG_FOLDERS__KEYS", str(folder))
        load.cache_clear()
        forget()
        assert load().folder("keys") == folder
        yield folder
    load.cache_clear()
    forget()


@pytest.fixture
def rows(keys: Path) -> list[tuple[Any, ...]]:
    make_table()
    ROWS.bulk_create(
        Sample(
            regency_code=REGENCY,
            name=f"Orang {one}",
            nik=f"{6401040101800000 + one}" if one % 3 else None,
            mother_name=f"Ibu {one}",
            answers={"ke": one} if one % 2 else None,
        )
        for one in range(COUNT)
    )
    return _contents()


def _contents() -> list[tuple[Any, ...]]:
    return list(ROWS.order_by("pk").values_list("pk", "name", "nik", "mother_name", "answers"))


def _new_key(keys: Path) -> None:
    add_data_key(keys)
    forget()


def _versions() -> set[int | None]:
    return {
        version_of(token) for column in ("nik", "mother_name", "answers") for token in stored(column) if token
    }


def test_all_rows_are_sealed_again_and_say_the_same(keys: Path, rows: list[tuple[Any, ...]]) -> None:
    assert versions_in_rows(Sample) == {1}
    _new_key(keys)
    told: list[int] = []
    done = reseal_rows(Sample, batch=25, tell=told.append)
    assert (done.done, done.failed) == (COUNT, ())
    assert told == [25, 50, 60]
    assert _versions() == versions_in_rows(Sample) == {2}
    assert _contents() == rows
    before = stored("nik")
    assert reseal_rows(Sample).done == 0
    assert stored("nik") == before


def test_rows_saved_with_the_new_key_are_left_alone(keys: Path, rows: list[tuple[Any, ...]]) -> None:
    _new_key(keys)
    ROWS.filter(pk=rows[0][0]).update(nik="1", mother_name="2", answers=3)
    before = stored("nik")[0]
    assert versions_in_rows(Sample) == {1, 2}
    assert reseal_rows(Sample).done == COUNT - 1
    assert stored("nik")[0] == before


_CODE = """
import sys, time
from payung.office.django import start
start()
from tests.office.sealed_sample import Sample
from payung.vault.rotation_json import reseal_json, sealed_in_json, versions_in_json
from payung.vault.rotation_rows import reseal_rows
batch, wait_at = int(sys.argv[1]), int(sys.argv[2])
print("ready", flush=True)
def told(done):
    print(done, flush=True)
    if done >= wait_at:
        time.sleep(60)
reseal_rows(Sample, batch=batch, tell=told)
"""


def _in_a_process(batch: int, wait_at: int) -> subprocess.Popen[str]:
    connection.close()
    running = subprocess.Popen(
        [sys.executable, "-c", _CODE, str(batch), str(wait_at)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    assert running.stdout.readline() == "ready\n"
    return running


def test_a_killed_exchange_goes_on_where_it_was(keys: Path, rows: list[tuple[Any, ...]]) -> None:
    _new_key(keys)
    with _in_a_process(10, 30) as running:
        assert running.stdout is not None
        assert [int(running.stdout.readline()) for _ in range(3)] == [10, 20, 30]
        running.send_signal(signal.SIGKILL)
    assert [version_of(token) for token in stored("mother_name")] == [2] * 30 + [1] * 30
    assert _contents() == rows
    assert reseal_rows(Sample).done == 30
    assert _versions() == {2}
    assert _contents() == rows


@pytest.mark.long
def test_an_exchange_killed_at_any_moment_loses_nothing(keys: Path, rows: list[tuple[Any, ...]]) -> None:
    ROWS.bulk_create(
        Sample(regency_code=REGENCY, nik=str(one), mother_name="Ibu", answers=one) for one in range(1000)
    )
    expected = _contents()
    for kill in range(20):
        _new_key(keys)
        with _in_a_process(7, 10**6) as running:
            time.sleep(0.005 + kill * 0.02)
            running.send_signal(signal.SIGKILL)
        assert _contents() == expected
        assert reseal_rows(Sample).failed == ()
        assert _versions() == {kill + 2}
        assert _contents() == expected


class _WhileSomebodyEdits(Vault):
    """Opens a text of the given row only after somebody else has saved that row."""

    edited = 0

    def open(self, token: str, context: str) -> str:
        text = super().open(token, context)
        if text == "Ibu 5" and not self.edited:
            self.edited = ROWS.filter(mother_name__isnull=False, name="Orang 5").update(
                nik="9", answers=["baru"]
            )
        return text


def test_an_edit_meanwhile_is_never_overwritten(keys: Path, rows: list[tuple[Any, ...]]) -> None:
    _new_key(keys)
    using = _WhileSomebodyEdits(load_keyring(keys))
    assert reseal_rows(Sample, by=using).done == COUNT
    assert using.edited == 1
    expected = [(pk, name, "9", mother, ["baru"]) if name == "Orang 5" else (pk, name, nik, mother, answers)
                for pk, name, nik, mother, answers in rows]  # fmt: skip
    assert _contents() == expected
    assert _versions() == {2}


def test_a_row_that_does_not_open_is_named_and_the_others_go_on(
    keys: Path, rows: list[tuple[Any, ...]]
) -> None:
    broken = rows[4][0]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sealed_sample SET nik = mother_name WHERE id = %s", [broken])
    _new_key(keys)
    done = reseal_rows(Sample, batch=3)
    assert (done.done, done.failed) == (COUNT - 1, (f"sealed_sample.sample {broken}",))
    assert versions_in_rows(Sample) == {1, 2}
    with pytest.raises(PayungError, match="versi 1 masih dipakai"):
        drop_old(keys, versions_in_rows(Sample), datetime(2100, 1, 1, tzinfo=UTC))


def test_sealed_values_in_json_are_found_and_sealed_again(
    keys: Path, rows: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation_json, "_PLACES", {})
    sealed_in_json(Sample, "factors", "uji")
    first, second, third = (row[0] for row in rows[:3])
    ROWS.filter(pk=first).update(
        factors={"secret": vault().seal("ABC", "uji"), "used": [1, "1:x"], "of": "TOTP"}
    )
    ROWS.filter(pk=second).update(factors={"secret": vault().seal("ABC", "lain")})
    ROWS.filter(pk=third).update(factors=["1:x"])
    _new_key(keys)
    assert versions_in_json() == {1}
    done = reseal_json()
    assert (done.done, done.failed) == (1, (f"sealed_sample.sample {second}",))
    factors = ROWS.get(pk=first).factors
    assert version_of(factors["secret"]) == 2
    assert vault().open(factors["secret"], "uji") == "ABC"
    assert (factors["used"], factors["of"]) == ([1, "1:x"], "TOTP")
    assert versions_in_json() == {1, 2}
    assert reseal_json().done == 0


def test_the_whole_office_lives_on_the_new_key_alone(keys: Path, tmp_path: Path) -> None:
    """Every table with sealed columns, in every regency, whatever its triggers and walls; and the stored files."""
    regencies, folders = [REGENCY, OTHER_REGENCY], [tmp_path / "unggahan"]
    folders[0].mkdir()
    write_sealed(folders[0] / "a", b"isi")
    secret = generate_totp_secret()
    TOTP.activate(User.objects.create(username="baru", name="Bu Baru"), secret)
    assert Detail in sealed_models()
    assert versions_in_use(regencies, folders) == {1}
    _new_key(keys)
    assert reseal_everything(regencies, folders).failed == ()
    assert versions_in_use(regencies, folders) == {2}
    check = make_check(vault(), without={1})
    settled = datetime.fromtimestamp((keys / "data-2.key").stat().st_mtime, UTC) + timedelta(hours=2)
    assert drop_old(keys, versions_in_use(regencies, folders), settled) == (1,)
    forget()
    verify_check(vault(), check)
    assert read_sealed(folders[0] / "a") == b"isi"
    factor = Authenticator.objects.get(type=Authenticator.Type.TOTP, user__username="baru")
    assert FactorAdapter().decrypt(factor.data["secret"]) == secret
    for model in sealed_models():
        # Reading opens every sealed value.
        list(model._base_manager.values_list())
