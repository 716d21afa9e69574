"""The database at one moment as a file, with the number of rows of each table and the end of each ledger at that moment.

Without Django: backups must also be possible of a database that is older or newer than the program.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from payung.config import Config
from payung.core.errors import Exit, PayungError
from payung.office import manifest as facts
from payung.office.programs import run_program

Facts = tuple[dict[str, int], dict[str, tuple[int, str]]]
"""Rows by table; number and hash of the last entry by regency."""
Snapshot = tuple[str, dict[str, int], dict[str, tuple[int, str]]]
"""The file's name, and the facts."""
_LOCK = "cadangan.lock"


@contextmanager
def alone(config: Config) -> Iterator[None]:
    """Only one backup or restore at a time in an installation. PayungError for the second."""
    with (config.home / _LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise PayungError(
                "Cadangan atau pemulihan lain sedang berjalan.",
                todo="Tunggu sampai selesai.",
                exit_code=Exit.INSTALLATION,
            ) from None
        yield


def take_snapshot(config: Config, part: Path) -> Snapshot:
    """Write the database into the folder `part`. PayungError when it cannot be read or written."""
    return (_postgresql if config.database.url else _sqlite)(config, part)


def _sqlite(config: Config, part: Path) -> Snapshot:
    """SQLite's own backup, in one step: it reads one state, and whoever writes meanwhile is not held up."""
    target = part / facts.SQLITE
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with (
            closing(
                sqlite3.connect(f"file:{config.home / 'payung.sqlite3'}?mode=ro", uri=True, timeout=30)
            ) as live,
            closing(sqlite3.connect(target)) as copy,
        ):
            live.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode=DELETE")
            found = sqlite_facts(copy)
    except sqlite3.Error as error:
        raise PayungError(
            f"Basis data tidak dapat disalin: {error}.",
            todo="Periksa ruang dan kesehatan disk, lalu ulangi.",
            exit_code=Exit.OUTPUT,
        ) from None
    return facts.SQLITE, *found


def sqlite_facts(database: sqlite3.Connection) -> Facts:
    """Rows of each table, and where each ledger ends."""
    names = [
        name
        for (name,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )
    ]
    tables = {name: int(database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name in names}
    heads = (
        {code: (seq, mark) for code, seq, mark in database.execute(_HEADS)} if "audit_tip" in tables else {}
    )
    return tables, heads


_HEADS = "SELECT regency_code, last_seq, last_hash FROM audit_tip ORDER BY regency_code"


def _postgresql(config: Config, part: Path) -> Snapshot:
    """pg_dump of one snapshot, in which the rows are counted too."""
    url = backup_url(config)
    target = part / facts.POSTGRESQL
    try:
        with psycopg.connect(url, connect_timeout=10) as server:
            server.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            snapshot = str(server.execute("SELECT pg_export_snapshot()").fetchone()[0])  # type: ignore[index]
            found = postgresql_facts(server)
            run_program(
                "pg_dump",
                [
                    "--format=custom",
                    "--no-owner",
                    "--no-privileges",
                    f"--snapshot={snapshot}",
                    f"--file={target}",
                ],
                url,
            )
    except psycopg.Error as error:
        raise _unreachable(error) from None
    target.chmod(0o600)
    return facts.POSTGRESQL, *found


def postgresql_facts(
    server: psycopg.Connection[tuple[object, ...]],
) -> Facts:
    """Rows of each table, and where each ledger ends, for a role that sees every row."""
    names = [
        str(name)
        for (name,) in server.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        )
    ]
    tables = {}
    for name in names:
        row = server.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone()
        tables[name] = int(str(row[0])) if row else 0
    heads = (
        {str(code): (int(str(seq)), str(mark)) for code, seq, mark in server.execute(_HEADS)}
        if "audit_tip" in tables
        else {}
    )
    return tables, heads


def backup_url(config: Config) -> str:
    """The address as the role that reads everything. PayungError where there is none: the app's role sees no rows."""
    if not config.database.backup_url:
        raise PayungError(
            "Peran PostgreSQL untuk cadangan belum ada; peran aplikasi tidak melihat semua baris.",
            todo="Jalankan payung setup --owner-url … sebagai superuser, atau isi [database] backup_url.",
            exit_code=Exit.INSTALLATION,
        )
    return config.database.backup_url


def _unreachable(error: psycopg.Error) -> PayungError:
    said = str(error).strip().splitlines()
    return PayungError(
        f"Basis data tidak dapat dibaca untuk cadangan: {said[-1] if said else type(error).__name__}",
        todo="Periksa server dan [database] backup_url, atau jalankan payung setup --owner-url … lagi.",
        exit_code=Exit.INSTALLATION,
    )
