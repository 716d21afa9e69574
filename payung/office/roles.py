"""PostgreSQL's roles: the owner makes tables, the app's role works with rows, the backup's role reads everything.

The app's role owns nothing and is bound by row-level security, which is the second wall around a regency's rows.
Passwords are random and reach the server as SCRAM verifiers only.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from payung.audit.tables import APPEND_ONLY
from payung.core.errors import Exit, PayungError

OLDEST_SERVER = 140_000
READ_ONLY = ("django_migrations",)
"""Tables that the app's role may read but not write."""


@dataclass(frozen=True, slots=True)
class Roles:
    """Addresses of the database as each role. `backup` is empty where the owner may not make such a role."""

    app: str
    backup: str
    made: tuple[str, ...]
    """Names of the roles that got a new password."""


def prepare_roles(owner_url: str, app_url: str = "", backup_url: str = "") -> Roles:
    """Make the roles of the owner's database, or keep those that work with the addresses known so far.

    PayungError (INSTALLATION) when the server cannot be reached, is too old, or the owner lacks a right.
    """
    name = database_of(owner_url)
    made: list[str] = []
    with owner(owner_url) as server:
        if server.info.server_version < OLDEST_SERVER:
            raise _refuse("Server PostgreSQL terlalu tua.", "Pakai PostgreSQL 14 atau yang lebih baru.")
        app = _role(server, owner_url, f"{name}_app", app_url, "NOBYPASSRLS NOCREATEDB", made)
        _never_mighty(server, f"{name}_app")
        try:
            with server.transaction():
                backup = _role(server, owner_url, f"{name}_backup", backup_url, "BYPASSRLS CREATEDB", made)
        except psycopg.errors.InsufficientPrivilege:
            backup = ""
        server.execute(
            sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(
                sql.Identifier(name), _listed(name, backup)
            )
        )
        server.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    return Roles(app, backup, tuple(made))


def grant(owner_url: str, *, backup: bool) -> None:
    """Give the roles exactly what they need on all tables that there are now."""
    name = database_of(owner_url)
    app = sql.Identifier(f"{name}_app")
    with owner(owner_url) as server, server.transaction():
        for statement in (
            "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}",
            "GRANT USAGE ON SCHEMA public TO {}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
        ):
            server.execute(sql.SQL(statement).format(app))
        for table in APPEND_ONLY:
            server.execute(
                sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(sql.Identifier(table), app)
            )
        for table in READ_ONLY:
            server.execute(
                sql.SQL("REVOKE INSERT, UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(table), app)
            )
        if backup:
            for statement in (
                "GRANT USAGE ON SCHEMA public TO {}",
                "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}",
                "GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
            ):
                server.execute(sql.SQL(statement).format(sql.Identifier(f"{name}_backup")))


@contextmanager
def owner(url: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection as the owner. PayungError (INSTALLATION) for what the server refuses."""
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as server:
            yield server
    except psycopg.errors.InsufficientPrivilege as error:
        raise _refuse(
            f"Pemilik basis data tidak berhak: {error.diag.message_primary}.",
            "Pakai peran pemilik basis data yang boleh membuat peran (CREATEROLE), atau superuser.",
        ) from None
    except psycopg.OperationalError as error:
        said = str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__
        raise _refuse(
            f"Basis data tidak dapat dihubungi: {said}",
            "Periksa alamat, nama, dan kata sandi pada --owner-url.",
        ) from None


def database_of(url: str) -> str:
    """The name of the database in an address. PayungError (USAGE) for what is no address of PostgreSQL."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise PayungError(
            "Alamat basis data tidak terbaca.",
            todo="Tulis --owner-url postgresql://pemilik:sandi@tuan-rumah:5432/payung.",
            exit_code=Exit.USAGE,
        )
    return parts.path.strip("/")


def as_role(url: str, role: str, password: str) -> str:
    """The same database as another role."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(
        parts._replace(
            scheme="postgresql", netloc=f"{quote(role, safe='')}:{quote(password, safe='')}@{place}"
        )
    )


def works(url: str) -> bool:
    """Whether one can connect with an address."""
    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.Error:
        return False
    return True


def _role(
    server: psycopg.Connection[tuple[object, ...]],
    url: str,
    role: str,
    known: str,
    rights: str,
    made: list[str],
) -> str:
    """The address as a role that there is now, with the rights given; its password is kept where it is known."""
    there = server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    same = bool(known) and urlsplit(known).username == role and database_of(known) == database_of(url)
    if there and same and works(known):
        return known
    password = secrets.token_urlsafe(24)
    verifier = server.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    server.execute(
        sql.SQL("{} ROLE {} LOGIN {} PASSWORD {}").format(
            sql.SQL("ALTER" if there else "CREATE"),
            sql.Identifier(role),
            # An existing role that lacks nothing is left as it is: changing these rights takes a superuser.
            sql.SQL("" if there and _has(server, role, rights) else rights),
            sql.Literal(verifier),
        )
    )
    made.append(role)
    return as_role(url, role, password)


def _has(server: psycopg.Connection[tuple[object, ...]], role: str, rights: str) -> bool:
    row = server.execute(
        "SELECT rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = %s", [role]
    ).fetchone()
    wanted = not rights.startswith("NO")
    return row == (wanted, wanted)


def _never_mighty(server: psycopg.Connection[tuple[object, ...]], role: str) -> None:
    """Refuse a role of that name that somebody has made mightier than the walls."""
    row = server.execute(
        "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = %s", [role]
    ).fetchone()
    if row and row[0]:
        raise _refuse(
            f"Peran {role} sudah ada dan berhak melewati dinding antardaerah.",
            f"Jalankan sebagai superuser: ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS NOCREATEROLE.",
        )


def _listed(name: str, backup: str) -> sql.Composed:
    roles = [f"{name}_app", *([f"{name}_backup"] if backup else [])]
    return sql.SQL(", ").join(sql.Identifier(role) for role in roles)


def _refuse(message: str, todo: str) -> PayungError:
    return PayungError(message, todo=todo, exit_code=Exit.INSTALLATION)
