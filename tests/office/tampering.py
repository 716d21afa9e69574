"""Changing a database behind the office's back, as somebody could who has it in their hands."""

from __future__ import annotations

import psycopg
from django.db import connection

from payung.audit.tables import APPEND_ONLY
from tests.office import databases


def with_the_whole_database(*statements: str) -> None:
    """What somebody does who has the database itself in their hands: they switch off what protects it first."""
    if connection.vendor == "postgresql":
        with psycopg.connect(
            databases.OWNER_URL, dbname=connection.settings_dict["NAME"], autocommit=True
        ) as server:
            for table in ("audit_event", "audit_head", "audit_detail", "audit_tip"):
                server.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
            for statement in statements:
                server.execute(statement)
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys=OFF")
        for table in APPEND_ONLY:
            for name in ("no_update", "no_delete", "no_replace"):
                cursor.execute(f"DROP TRIGGER {table}_{name}")
        for statement in statements:
            cursor.execute(statement)
