"""A backup becomes an installation again, whole or not at all; and the drill that proves that it would.

The database comes last: until it stands under its name there is no installation, and what was copied before is thrown
away by the next try. Everything is checked before: files by their hashes, tables by their rows, ledgers entry by entry.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from payung.config import Config, load
from payung.core.errors import Exit, PayungError, cannot_write
from payung.core.scope import acting_in, whole
from payung.database.backups import status, write_status
from payung.office import django
from payung.office import manifest as facts
from payung.office.folders import FOLDERS
from payung.office.manifest import Manifest, copy_file, read_manifest, remove, settle, verify_files
from payung.office.programs import run_program
from payung.office.ready import RESTORING, refuse_foreign_keys
from payung.office.snapshot import Facts, alone, backup_url, postgresql_facts, sqlite_facts
from payung.vault.current import vault
from payung.vault.files import sealed_chunks


@dataclass(frozen=True, slots=True)
class Proven:
    """What was checked in a backup."""

    tables: int
    rows: int
    files: int
    ledgers: dict[str, int]


def restore(folder: Path, owner_url: str | None = None) -> Proven:
    """Make an installation of a backup, in the configured folder and database, which must be empty; keys must be there.

    PayungError when something is in the way or wrong; then there is no installation, as before.
    """
    manifest = read_manifest(folder)
    config = load()
    vault()  # without the keys nothing could be checked, nor read afterwards
    config.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with alone(config):
        # Before anything else: nothing may be thrown away beside a database that lives.
        _refuse_full_database(manifest, config, owner_url)
        _refuse_full(config)
        verify_files(folder, manifest)
        if owner_url:
            proven = _restore_postgresql(folder, manifest, owner_url)
        else:
            proven = _restore_sqlite(folder, manifest, config)
    from django.db import transaction

    from payung.audit.services import record

    for code in manifest.heads:
        with acting_in(whole(code)), transaction.atomic():
            record("backup.restored", ("backup", folder.name), detail={"made_at": manifest.made_at})
    return proven


def drill(at: datetime, folder: Path | None = None) -> tuple[Path, Proven]:
    """Restore a backup (the newest, unless named) into a temporary place, check everything, and remove it again.

    When it succeeded is kept for the first page. PayungError says what is wrong with the backup.
    """
    known = status()
    found = folder or (Path(known.last) if known.last else None)
    if found is None:
        raise _refuse("Belum ada cadangan yang dapat diuji.", "Buat dahulu: payung backup.")
    try:
        manifest = read_manifest(found)
        verify_files(found, manifest)
        for name in manifest.files:
            if name.startswith(f"{facts.UPLOADS}/"):
                for _ in sealed_chunks(found / name):
                    pass
        proven = (_drill_sqlite if manifest.database == facts.SQLITE else _drill_postgresql)(found, manifest)
    except PayungError:
        write_status(replace(known, failed_at=at))
        raise
    write_status(replace(known, tested_at=at, tested=str(found.absolute()), failed_at=None))
    return found, proven


def _refuse_full_database(manifest: Manifest, config: Config, owner_url: str | None) -> None:
    """PayungError when there is a database already, or one of another kind is asked for."""
    from payung.office.roles import owner

    if (config.home / "payung.sqlite3").exists():
        raise _refuse(f"Di {config.home} sudah ada basis data.", "Pulihkan ke folder kosong (PAYUNG_HOME).")
    if manifest.database == facts.SQLITE:
        if owner_url or config.database.url:
            raise _refuse("Cadangan ini dari SQLite dan tidak dapat dipulihkan ke PostgreSQL.")
        return
    if not owner_url:
        raise _refuse("Memulihkan ke PostgreSQL memerlukan pemilik basis data.", "Tulis --owner-url.")
    with owner(owner_url) as server:
        if postgresql_tables(server):
            raise _refuse("Basis data tujuan tidak kosong.", "Sebut basis data kosong pada --owner-url.")


def _refuse_full(config: Config) -> None:
    """Only an empty place is restored into; what a killed restore left is thrown away."""
    uploads = config.folder("uploads")
    if (config.home / RESTORING).exists():
        for left in (uploads, _part(uploads), _part(config.home / "payung.sqlite3")):
            remove(left)
    elif uploads.is_dir() and any(uploads.iterdir()):
        raise _refuse(f"Folder {uploads} tidak kosong.", "Pulihkan ke folder kosong (PAYUNG_HOME).")
    with suppress(FileNotFoundError):
        uploads.rmdir()


def _restore_sqlite(folder: Path, manifest: Manifest, config: Config) -> Proven:
    live = config.home / "payung.sqlite3"
    with _under_way(config):
        _place_uploads(folder, manifest, config)
        copy_file(folder / facts.SQLITE, _part(live))
        proven = _check_sqlite(_part(live), manifest, sign_out=True)
        settle(_part(live), live)
    return proven


def _restore_postgresql(folder: Path, manifest: Manifest, owner_url: str) -> Proven:
    """In one transaction of pg_restore; what does not pass the check afterwards is taken away again."""
    from payung.office.opening import connect_roles
    from payung.office.roles import grant, owner

    roles = connect_roles(owner_url)
    django.start()  # not before: only now do the settings name the database
    config = load()
    with _under_way(config):
        _place_uploads(folder, manifest, config)
        _load(folder, owner_url)
        try:
            grant(owner_url, backup=bool(roles.backup))
            with psycopg.connect(roles.backup or owner_url) as server:
                _compare(postgresql_facts(server), manifest)
            refuse_foreign_keys()
            ledgers = _check_ledgers(manifest)
            _forget_sessions()
        except BaseException:
            _close()
            with owner(owner_url) as server:
                server.execute("DROP SCHEMA public CASCADE")
                server.execute("CREATE SCHEMA public")
            raise
    return _proven(manifest, ledgers)


def postgresql_tables(server: psycopg.Connection[tuple[object, ...]]) -> int:
    """How many tables there are."""
    row = server.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    return int(str(row[0])) if row else 0


def _load(folder: Path, url: str) -> None:
    run_program(
        "pg_restore",
        [
            "--single-transaction",
            "--exit-on-error",
            "--no-owner",
            "--no-privileges",
            str(folder / facts.POSTGRESQL),
        ],
        url,
    )


def _drill_sqlite(folder: Path, manifest: Manifest) -> Proven:
    with tempfile.TemporaryDirectory(prefix="payung-uji-", dir=_workspace()) as place:
        copy = Path(place) / facts.SQLITE
        copy_file(folder / facts.SQLITE, copy)
        return _check_sqlite(copy, manifest)


def _drill_postgresql(folder: Path, manifest: Manifest) -> Proven:
    url = backup_url(load())
    name = f"payung_uji_{secrets.token_hex(6)}"
    trial = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    try:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
            try:
                _load(folder, trial)
                with psycopg.connect(trial) as copy:
                    _compare(postgresql_facts(copy), manifest)
                django.start()
                with _looking_at(name, trial):
                    refuse_foreign_keys()
                    return _proven(manifest, _check_ledgers(manifest))
            finally:
                server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    except psycopg.Error as error:
        said = str(error).strip().splitlines()
        raise PayungError(
            f"Uji pemulihan gagal: {said[-1] if said else type(error).__name__}",
            todo="Peran cadangan memerlukan BYPASSRLS dan CREATEDB: jalankan payung setup --owner-url … lagi.",
            exit_code=Exit.INSTALLATION,
        ) from None


@contextmanager
def _under_way(config: Config) -> Iterator[None]:
    """Mark that a restore is under way; whatever is there when it fails goes again."""
    mark = config.home / RESTORING
    try:
        mark.touch(mode=0o600)
        yield
        for name in FOLDERS:
            config.folder(name).mkdir(mode=0o700, parents=True, exist_ok=True)
        mark.unlink()
    except BaseException as error:
        with suppress(OSError, PayungError):
            _refuse_full(config)
            mark.unlink()
        if isinstance(error, OSError):
            raise cannot_write(f"Pemasangan di {config.home}", error) from error
        raise


def _place_uploads(folder: Path, manifest: Manifest, config: Config) -> None:
    uploads = config.folder("uploads")
    part = _part(uploads)
    part.mkdir(mode=0o700, parents=True)
    for name, wanted in manifest.files.items():
        if name.startswith(f"{facts.UPLOADS}/"):
            target = part / name.removeprefix(f"{facts.UPLOADS}/")
            if copy_file(folder / name, target) != wanted:
                raise _refuse(f"Berkas {name} berubah selagi disalin.", "Periksa disk, lalu ulangi.")
    settle(part, uploads)


def _check_sqlite(path: Path, manifest: Manifest, *, sign_out: bool = False) -> Proven:
    """Everything that can be checked in a copy of the database; Django looks at it afterwards."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        try:
            broken = database.execute("PRAGMA integrity_check").fetchone()[0]
            if broken != "ok":
                raise _refuse("Basis data di cadangan rusak.", "Pakai cadangan lain.")
            _compare(sqlite_facts(database), manifest)
        except sqlite3.Error:
            raise _refuse("Basis data di cadangan rusak.", "Pakai cadangan lain.") from None
    django.start()
    with _looking_at(str(path)):
        refuse_foreign_keys()
        ledgers = _check_ledgers(manifest)
        if sign_out:
            _forget_sessions()
    return _proven(manifest, ledgers)


def _compare(found: Facts, manifest: Manifest) -> None:
    tables, heads = found
    for name in sorted(tables.keys() | manifest.tables.keys()):
        if tables.get(name) != manifest.tables.get(name):
            raise _refuse(
                f"Tabel {name} berisi {tables.get(name, 0)} baris, seharusnya {manifest.tables.get(name, 0)}.",
                "Pakai cadangan lain.",
            )
    if heads != manifest.heads:
        raise _refuse("Akhir buku riwayat lain daripada yang tercatat di cadangan.", "Pakai cadangan lain.")


def _check_ledgers(manifest: Manifest) -> dict[str, int]:
    """Check the chain of every regency in the database that Django looks at; entries by regency."""
    from payung.audit.commands import check

    found = {}
    for code in manifest.heads:
        verdict = check(code)
        if not verdict.whole:
            raise _refuse(
                f"Buku riwayat {code}: {verdict.in_words()}", "Pakai cadangan lain, dan beri tahu auditor."
            )
        found[code] = verdict.entries
    return found


def _forget_sessions() -> None:
    """Whoever was signed in when the backup was made signs in again: a backup is no way in."""
    from django.contrib.sessions.models import Session

    Session.objects.all().delete()


def _proven(manifest: Manifest, ledgers: dict[str, int]) -> Proven:
    files = sum(name.startswith(f"{facts.UPLOADS}/") for name in manifest.files)
    return Proven(len(manifest.tables), sum(manifest.tables.values()), files, ledgers)


@contextmanager
def _looking_at(name: str, url: str = "") -> Iterator[None]:
    """Let Django look at another database within the block."""
    import dj_database_url
    from django.db import connection

    _close()
    before = {key: connection.settings_dict[key] for key in _WHO}
    found: dict[str, Any] = {**dj_database_url.parse(url)} if url else {}
    connection.settings_dict.update({key: found[key] for key in _WHO if key in found} | {"NAME": name})
    try:
        yield
    finally:
        _close()
        connection.settings_dict.update(before)


_WHO = ("NAME", "USER", "PASSWORD", "HOST", "PORT")


def _close() -> None:
    from django.db import connections

    connections.close_all()


def _part(path: Path) -> Path:
    return path.with_name(f"{path.name}.part")


def _workspace() -> str | None:
    folder = load().folder("workspace")
    return str(folder) if folder.is_dir() and os.access(folder, os.W_OK) else None


def _refuse(message: str, todo: str = "Pakai cadangan atau tempat yang sesuai.") -> PayungError:
    return PayungError(message, todo=todo, exit_code=Exit.INSTALLATION)
