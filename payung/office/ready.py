"""Whether the office may start: with its own keys, its tables in the newest form, as a role that the walls bind."""

from __future__ import annotations

from typing import Any

from payung.config import load
from payung.core.errors import Exit, PayungError
from payung.office import django
from payung.vault.check import verify_check
from payung.vault.current import vault

SETUP = "Jalankan payung setup."
RESTORING = "pemulihan.part"
"""Stands in the installation's folder while a restore is under way."""


def refuse_unless_ready() -> None:
    """Start Django. PayungError says in words why server and worker must not run."""
    config = load()
    if not config.home.is_dir():
        raise _not_ready(f"Belum ada pemasangan di {config.home}.", SETUP)
    vault()
    if not config.database.url and not (config.home / "payung.sqlite3").is_file():
        raise _not_ready(f"Di {config.home} belum ada basis data.", SETUP)
    django.start()
    missing = pending()
    if missing:
        todo = "Hentikan Payung, buat cadangan (payung backup), lalu jalankan payung setup"
        raise _not_ready(
            f"{len(missing)} perubahan tabel belum dijalankan ({missing[0]} …).",
            f"{todo} --owner-url …." if config.database.url else f"{todo}.",
        )
    refuse_foreign_keys()
    (config.home / RESTORING).unlink(missing_ok=True)  # of a restore that was killed when all was done
    if might := mighty_role():
        raise _not_ready(f"Payung tidak dijalankan: {might}", "Jalankan payung setup --owner-url ….")


def refuse_foreign_keys() -> None:
    """PayungError when the keys are not those of this database, or it has not been opened yet."""
    from payung.database.models import Installation

    known = Installation.objects.filter(id=1).first()
    if known is None:
        raise _not_ready("Pemasangan ini belum selesai dibuka.", SETUP)
    verify_check(vault(), known.key_check)


def connected() -> Any:
    """Django's connection, open. PayungError when the database cannot be reached."""
    from django.db import DatabaseError, connection

    try:
        connection.ensure_connection()
    except DatabaseError as error:
        said = str(error).strip().splitlines()
        raise _not_ready(
            f"Basis data tidak dapat dihubungi: {said[-1] if said else type(error).__name__}",
            "Periksa apakah server basis data berjalan, dan [database] url di payung.toml.",
        ) from None
    return connection


def pending() -> list[str]:
    """Names of the migrations that have not run yet."""
    from django.db import ProgrammingError
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connected())
    except ProgrammingError:  # the owner's work was broken off before rights were given
        raise _not_ready(
            "Peran basis data belum diberi hak.", "Jalankan payung setup --owner-url … sekali lagi."
        ) from None
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def mighty_role() -> str:
    """Why the role of the database is not bound by the walls; "" when it is, and on SQLite, which has no roles."""
    connection = connected()
    if connection.vendor != "postgresql":
        return ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        name, is_super, bypasses = cursor.fetchone()
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' "
            "AND pg_has_role(current_user, relowner, 'MEMBER')"
        )
        owned = cursor.fetchone()[0]
    if is_super or bypasses:
        return f"peran {name} melewati dinding antardaerah (superuser atau BYPASSRLS)."
    return f"peran {name} memiliki tabel dan dapat membuka dinding antardaerah." if owned else ""


def _not_ready(message: str, todo: str) -> PayungError:
    return PayungError(message, todo=todo, exit_code=Exit.INSTALLATION)
