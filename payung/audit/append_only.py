"""Triggers that refuse to change or remove a table's rows, as an operation for migrations, on both databases."""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations.base import Operation

_REFUSAL = "rows of {table} are never changed or removed"
_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION payung_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME "
    "USING ERRCODE = 'integrity_constraint_violation'; END $$",
    'CREATE TRIGGER payung_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}" '
    "FOR EACH STATEMENT EXECUTE FUNCTION payung_append_only()",
)
# SQLite's REPLACE removes rows without a word to the trigger of DELETE, but not without one to that of INSERT.
_SQLITE = (
    'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}" BEGIN SELECT RAISE(ABORT, \'{refusal}\'); END',
    'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" BEGIN SELECT RAISE(ABORT, \'{refusal}\'); END',
    'CREATE TRIGGER "{table}_no_replace" BEFORE INSERT ON "{table}" WHEN EXISTS (SELECT 1 FROM "{table}" WHERE {same}) '
    "BEGIN SELECT RAISE(ABORT, '{refusal}'); END",
)


class AppendOnly(Operation):
    """Refuse UPDATE, DELETE and TRUNCATE of a table with an IntegrityError.

    `unique` are the columns that tell its rows apart besides `id`. On SQLite, a later migration that alters the table
    makes it anew without triggers: it must repeat this operation.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, table: str, unique: tuple[str, ...]) -> None:
        self.table = table
        self.unique = unique

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models do not change."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Make the triggers."""
        columns = " AND ".join(f'"{one}" = NEW."{one}"' for one in self.unique) or "FALSE"
        values = {
            "table": self.table,
            "refusal": _REFUSAL.format(table=self.table),
            "same": f'"id" = NEW."id" OR ({columns})',
        }
        statements = _POSTGRESQL if schema_editor.connection.vendor == "postgresql" else _SQLITE
        for statement in statements:
            # Without parameters, so that a % stands for itself.
            schema_editor.execute(
                statement.format(**values) if "{table}" in statement else statement, params=None
            )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Drop the triggers."""
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f'DROP TRIGGER IF EXISTS payung_append_only ON "{self.table}"')
            return
        for name in ("no_update", "no_delete", "no_replace"):
            schema_editor.execute(f'DROP TRIGGER IF EXISTS "{self.table}_{name}"')

    def describe(self) -> str:
        return f"Never change rows of {self.table}"
