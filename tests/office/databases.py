"""Databases for tests: made once, copied for each test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

OWNER_URL = os.environ.get("PAYUNG_TEST_OWNER_URL", "")
"""A superuser of a throw-away PostgreSQL server; empty for SQLite."""
APP_URL = os.environ.get("PAYUNG_TEST_APP_URL", "")
"""The app's role on that server, to the database that `payung setup --owner-url` has made."""
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


def on_postgres() -> bool:
    """Whether the tests run on PostgreSQL."""
    return bool(OWNER_URL)


def configure() -> None:
    """Let the settings name the database of this worker's tests."""
    if on_postgres():
        os.environ["PAYUNG_DATABASE__URL"] = named(APP_URL, f"payung_test_{_WORKER}")
    else:
        os.environ.pop("PAYUNG_DATABASE__URL", None)


def live_url(*, owner: bool = False) -> str:
    """The address of this worker's test database, as the app's role or as the owner."""
    return named(OWNER_URL if owner else APP_URL, f"payung_test_{_WORKER}")


def named(url: str, name: str) -> str:
    """The address of another database on the same server."""
    """The address of another database on the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@dataclass(frozen=True, slots=True)
class Prepared:
    """The prepared database: a file's path, or a database's name on the server."""

    base: str
    live: str

    @contextmanager
    def copy(self) -> Iterator[None]:
        """A fresh copy as the database in use, for one test."""
        close()
        if on_postgres():
            _administer(
                f'DROP DATABASE IF EXISTS "{self.live}" WITH (FORCE)',
                f'CREATE DATABASE "{self.live}" TEMPLATE "{self.base}"',
            )
        else:
            for suffix in ("", "-wal", "-shm"):
                Path(self.live + suffix).unlink(missing_ok=True)
            shutil.copyfile(self.base, self.live)
        use(self.live)
        try:
            yield
        finally:
            close()

    def keep(self, name: str) -> Prepared:
        """What the database in use holds now, as the base of more copies."""
        close()
        if on_postgres():
            kept = Prepared(f"payung_{name}_{_WORKER}", self.live)
            _administer(
                f'DROP DATABASE IF EXISTS "{kept.base}" WITH (FORCE)',
                f'CREATE DATABASE "{kept.base}" TEMPLATE "{self.live}"',
            )
            return kept
        kept = Prepared(str(Path(self.base).with_name(f"{name}.sqlite3")), self.live)
        shutil.copyfile(self.live, kept.base)
        return kept

    def drop(self) -> None:
        """Remove what was made on the server."""
        close()
        if on_postgres():
            _administer(
                *(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)' for name in (self.live, self.base))
            )


def prepare(home: Path) -> Prepared:
    """A database with all tables, nothing in it."""
    from payung.office.setup import make_tables, mark_keys

    if on_postgres():
        template = urlsplit(APP_URL).path.lstrip("/")
        made = Prepared(f"payung_base_{_WORKER}", f"payung_test_{_WORKER}")
        made.drop()
        _administer(f'CREATE DATABASE "{made.base}" TEMPLATE "{template}"')
        use(made.base)
    else:
        made = Prepared(str(home / "base.sqlite3"), str(home / "payung.sqlite3"))
        use(made.base)
        make_tables()
    mark_keys()
    return made


def as_owner(*, postgresql: str, sqlite: str) -> None:
    """Do something to the test's database that the app itself has no right to."""
    import psycopg
    from django.db import connection

    if on_postgres():
        with psycopg.connect(live_url(owner=True), autocommit=True) as server:
            server.execute(postgresql)
    else:
        with connection.cursor() as cursor:
            cursor.execute(sqlite)


def use(name: str) -> None:
    """Let every connection from now on be to this database."""
    from django.db import connections

    connections.settings["default"]["NAME"] = name
    connections["default"].settings_dict["NAME"] = name


def close() -> None:
    """End this thread's connection, writing everything into the file itself."""
    from django.db import connection

    if connection.vendor == "sqlite" and connection.connection is not None:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _administer(*statements: str) -> None:
    import psycopg

    # Not from within the template, and one worker at a time: a template in use cannot be copied.
    with psycopg.connect(named(OWNER_URL, "postgres"), autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(1)")
        for statement in statements:
            server.execute(statement)
