"""A backup is whole and holds no key; restored, it is the same installation; broken or killed, there is none."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from payung.core.errors import Exit
from payung.vault.current import vault_of
from payung.vault.files import read_sealed, write_sealed
from tests.office import installation
from tests.office.installation import Installation

pytestmark = pytest.mark.long

LETTER = b"daftar Bu Siti, RT 005"


@pytest.fixture(scope="module")
def office_in_use(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with an upload."""
    with installation.new(tmp_path_factory.mktemp("asal")) as made:
        made.set_up()
        upload = made.home / "unggahan" / "2026" / "daftar"
        upload.parent.mkdir()
        write_sealed(upload, LETTER, vault_of(made.home / "kunci"))
        yield made


@pytest.fixture(scope="module")
def backup(office_in_use: Installation) -> Path:
    """A backup of it."""
    done = office_in_use.payung("backup", "--quiet")
    assert done.returncode == Exit.OK, done.stderr
    assert "Kunci tidak termasuk" in done.stdout
    found = sorted((office_in_use.home / "cadangan").glob("payung-*"))
    return found[-1]


@pytest.fixture
def target(office_in_use: Installation, tmp_path: Path) -> Iterator[Installation]:
    """A place to restore into: with the keys, as somebody has put them back, and nothing else."""
    with installation.new(tmp_path) as made:
        made.home.mkdir(mode=0o700)
        shutil.copytree(office_in_use.home / "kunci", made.home / "kunci")
        yield made


def is_empty(made: Installation) -> bool:
    """Whether there is no installation: no database, no upload."""
    uploads = made.home / "unggahan"
    if (made.home / "payung.sqlite3").exists() or (uploads.is_dir() and any(uploads.iterdir())):
        return False
    if made.owner_url:
        with made.database() as ask:
            return ask("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
    return True


def broken(backup: Path, folder: Path) -> Path:
    return shutil.copytree(backup, folder / "rusak")


def test_it_is_private_has_every_file_by_its_hash_and_no_key(
    office_in_use: Installation, backup: Path
) -> None:
    manifest = json.loads((backup / "manifest.json").read_text())
    there = {str(path.relative_to(backup)) for path in backup.rglob("*") if path.is_file()}
    assert there == {*manifest["files"], "manifest.json"}
    assert "unggahan/2026/daftar" in there
    assert manifest["tables"]["access_post"] == 1
    assert list(manifest["heads"]) == ["64.01"]
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in [backup, *backup.rglob("*")])
    contents = b"".join(path.read_bytes() for path in backup.rglob("*") if path.is_file())
    for key in (office_in_use.home / "kunci").glob("*.key"):
        assert key.read_text().splitlines()[1].encode() not in contents
    assert LETTER not in contents
    assert not list(backup.parent.glob("*.part"))


def test_restored_it_is_the_same_installation(
    office_in_use: Installation, backup: Path, target: Installation
) -> None:
    done = target.payung("restore", backup, owner=True)
    assert done.returncode == Exit.OK, done.stderr
    assert "buku riwayat 64.01: 3 catatan, utuh" in done.stdout
    assert (
        read_sealed(target.home / "unggahan" / "2026" / "daftar", vault_of(target.home / "kunci")) == LETTER
    )
    for table in (
        "access_user",
        "access_post",
        "access_tenure",
        "mfa_authenticator",
        "database_installation",
    ):
        statement = f"SELECT * FROM {table} ORDER BY 1"
        with office_in_use.database() as before, target.database() as after:
            assert before(statement) == after(statement) != []
    with target.database() as ask:
        assert ask("SELECT action FROM audit_event ORDER BY seq DESC LIMIT 1") == [("backup.restored",)]
    assert "administrator   rina (64.01)" in target.payung("setup", owner=True).stdout
    assert "✗" not in target.payung("doctor").stdout
    again = target.payung("restore", backup, owner=True)
    assert again.returncode == Exit.INSTALLATION
    assert "sudah ada" in again.stderr or "tidak kosong" in again.stderr


def test_whatever_is_broken_in_a_backup_is_named_and_nothing_is_left(
    backup: Path, target: Installation, tmp_path: Path
) -> None:
    copy = broken(backup, tmp_path)
    upload = copy / "unggahan" / "2026" / "daftar"
    upload.write_bytes(upload.read_bytes()[:-1])
    done = target.payung("restore", copy, owner=True)
    assert (done.returncode, "unggahan/2026/daftar berubah" in done.stderr) == (Exit.INPUT, True)
    upload.unlink()
    done = target.payung("restore", copy, owner=True)
    assert (done.returncode, "hilang dari cadangan" in done.stderr) == (Exit.INPUT, True)
    (copy / "manifest.json").unlink()
    done = target.payung("restore", copy, owner=True)
    assert (done.returncode, "manifest.json tidak ada" in done.stderr) == (Exit.INPUT, True)
    assert is_empty(target)


def test_rows_or_a_ledger_that_do_not_fit_are_found_although_every_hash_is_right(
    backup: Path, target: Installation, tmp_path: Path
) -> None:
    copy = broken(backup, tmp_path)
    path = copy / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps(manifest | {"tables": manifest["tables"] | {"access_post": 2}}))
    done = target.payung("restore", copy, owner=True)
    assert (done.returncode, "Tabel access_post berisi 1 baris" in done.stderr) == (Exit.INSTALLATION, True)
    assert is_empty(target)
    path.write_text(json.dumps(manifest | {"heads": {"64.01": [3, "0" * 64]}}))
    done = target.payung("restore", copy, owner=True)
    assert (done.returncode, "Akhir buku riwayat" in done.stderr) == (Exit.INSTALLATION, True)
    assert is_empty(target)
    path.write_text(json.dumps(manifest))
    assert target.payung("restore", copy, owner=True).returncode == Exit.OK


def test_without_the_keys_or_with_others_nothing_is_restored(
    backup: Path, target: Installation, tmp_path: Path
) -> None:
    keys = target.home / "kunci"
    away = keys.rename(tmp_path / "kunci")
    done = target.payung("restore", backup, owner=True)
    assert (done.returncode, "Folder kunci" in done.stderr) == (Exit.USAGE, True)
    with installation.new(tmp_path / "lain") as other:
        other.home.parent.mkdir()
        other.payung("setup", owner=True)
        shutil.copytree(other.home / "kunci", keys)
        done = target.payung("restore", backup, owner=True)
    assert (done.returncode, "Kunci tidak cocok" in done.stderr) == (Exit.USAGE, True)
    assert is_empty(target)
    shutil.rmtree(keys)
    away.rename(keys)


def test_a_restore_that_is_killed_leaves_nothing_or_everything(
    office_in_use: Installation, backup: Path, target: Installation
) -> None:
    """Killed a little later each time, until it comes through; whatever is left, the next try or the start settles it."""
    began = time.monotonic()
    assert office_in_use.payung("backup", "--of", backup).returncode == Exit.OK
    step = (time.monotonic() - began) / 8  # the drill does what a restore does, but for putting names right
    outcomes: list[str] = []
    delay = 2 * step
    while "whole" not in outcomes:
        target.environment = {"PAYUNG_OWNER_URL": target.owner_url} if target.owner_url else {}
        with target.running("restore", str(backup)) as process:
            time.sleep(delay)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
        target.environment = {}
        delay += step
        there = (
            not is_database_empty(target) if target.owner_url else (target.home / "payung.sqlite3").exists()
        )
        outcomes.append("whole" if there else "nothing")
        assert len(outcomes) < 100
    assert outcomes.count("nothing") > 2
    assert target.payung("setup", owner=True).returncode == Exit.OK
    assert target.payung("backup", "--quiet").returncode == Exit.OK
    assert target.payung("backup", "--check").returncode == Exit.OK
    assert (
        read_sealed(target.home / "unggahan" / "2026" / "daftar", vault_of(target.home / "kunci")) == LETTER
    )


def is_database_empty(made: Installation) -> bool:
    with made.database() as ask:
        return ask("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]


def test_a_killed_restore_is_simply_asked_again(backup: Path, target: Installation) -> None:
    uploads = target.home / "unggahan"
    uploads.mkdir(mode=0o700)
    (uploads / "separuh").write_bytes(b"x")
    (target.home / "unggahan.part").mkdir()
    done = target.payung("restore", backup, owner=True)
    assert (done.returncode, "tidak kosong" in done.stderr) == (Exit.INSTALLATION, True)
    assert (uploads / "separuh").exists(), "files of somebody are not thrown away"
    (target.home / "pemulihan.part").touch()
    assert target.payung("restore", backup, owner=True).returncode == Exit.OK
    assert not (uploads / "separuh").exists()
    assert not list(target.home.glob("*.part"))


def test_the_drill_proves_a_backup_and_tells_of_a_broken_one(
    office_in_use: Installation, backup: Path, tmp_path: Path
) -> None:
    status = office_in_use.home / "cadangan" / "status.json"
    done = office_in_use.payung("backup", "--check", "--of", backup)
    assert done.returncode == Exit.OK, done.stderr
    assert "Uji pulih berhasil" in done.stdout
    known = json.loads(status.read_text())
    assert known["tested"] == str(backup)
    assert known["failed_at"] is None
    assert not list((office_in_use.home / "kerja").iterdir())
    copy = broken(backup, tmp_path)
    (copy / "unggahan" / "2026" / "daftar").write_bytes(b"x")
    assert office_in_use.payung("backup", "--of", copy).returncode == Exit.INPUT
    later = json.loads(status.read_text())
    assert later["failed_at"]
    assert later["tested_at"] == known["tested_at"]


def test_a_place_that_cannot_be_written_is_named(office_in_use: Installation, tmp_path: Path) -> None:
    blocked = tmp_path / "berkas"
    blocked.write_text("x")
    done = office_in_use.payung("backup", "--to", blocked)
    assert done.returncode == Exit.OUTPUT
    assert str(blocked) in done.stderr
