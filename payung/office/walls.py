"""Whether the second wall stands: what `payung doctor` and the tests ask PostgreSQL about its tables and roles."""

from __future__ import annotations

from typing import Any

from payung.audit.tables import APPEND_ONLY

_WITHOUT_WALL = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
  AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'regency_code' AND NOT a.attisdropped)
  AND NOT (c.relrowsecurity AND c.relforcerowsecurity
           AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polcmd = '*'
                       AND p.polqual IS NOT NULL AND p.polwithcheck IS NOT NULL))
ORDER BY 1
"""


def without_wall(connection: Any) -> list[str]:
    """Tables of regencies' rows without forced row-level security and a policy for reading and writing."""
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT_WALL)
        return [name for (name,) in cursor.fetchall()]


def changeable(connection: Any) -> list[str]:
    """Rights of the current role to change or remove rows that are never changed, as `DELETE audit_event`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.what || ' ' || t.name FROM unnest(%s::text[]) AS t(name), "
            "unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS p(what) "
            "WHERE has_table_privilege(current_user, t.name, p.what) ORDER BY 1",
            [list(APPEND_ONLY)],
        )
        return [one for (one,) in cursor.fetchall()]


def without_guard(connection: Any) -> list[str]:
    """Tables of rows that are never changed which have lost their triggers; on both databases."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgrelid::regclass::text, count(*) FROM pg_trigger "
                "WHERE tgname = 'payung_append_only' AND tgenabled IN ('O', 'A') GROUP BY 1"
            )
            wanted = 1
        else:
            cursor.execute(
                "SELECT tbl_name, count(*) FROM sqlite_master WHERE type = 'trigger' "
                "AND name IN (tbl_name || '_no_update', tbl_name || '_no_delete', tbl_name || '_no_replace') GROUP BY 1"
            )
            wanted = 3
        found = dict(cursor.fetchall())
    return [name for name in APPEND_ONLY if found.get(name, 0) < wanted]
