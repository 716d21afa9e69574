"""Triggers that refuse to change rows once something is settled, as an operation for migrations, on both databases."""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations.base import Operation

_POSTGRESQL_FUNCTION = (
    'CREATE OR REPLACE FUNCTION "payung_frozen_{table}"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN '
    "IF TG_OP <> 'INSERT' THEN IF {old} THEN RAISE EXCEPTION '{refusal}' "
    "USING ERRCODE = 'integrity_constraint_violation'; END IF; END IF; "
    "{insert}"
    "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
)
_POSTGRESQL_INSERT = (
    "IF TG_OP = 'INSERT' THEN IF {new} THEN RAISE EXCEPTION '{refusal}' "
    "USING ERRCODE = 'integrity_constraint_violation'; END IF; END IF; "
)
_POSTGRESQL_TRIGGER = (
    'CREATE TRIGGER payung_frozen BEFORE {events} ON "{table}" FOR EACH ROW '
    'EXECUTE FUNCTION "payung_frozen_{table}"()'
)


class FrozenWhen(Operation):
    """Refuse UPDATE and DELETE of rows of a table for which `condition` holds, with an IntegrityError.

    `condition` is SQL that both databases read, in which `{row}` stands for the row: `{row}.signed_at IS NOT NULL`.
    With `inserts` new rows are refused by it too, judged as they would be. On SQLite, a later migration that alters the
    table makes it anew without triggers: it must repeat this operation.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, table: str, condition: str, *, inserts: bool = False) -> None:
        self.table = table
        self.condition = condition
        self.inserts = inserts

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models do not change."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Make the triggers."""
        for statement in self._statements(schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)  # without parameters, so that a % stands for itself

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Drop the triggers."""
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f'DROP TRIGGER IF EXISTS payung_frozen ON "{self.table}"')
            schema_editor.execute(f'DROP FUNCTION IF EXISTS "payung_frozen_{self.table}"()')
            return
        for event in ("update", "delete", "insert"):
            schema_editor.execute(f'DROP TRIGGER IF EXISTS "{self.table}_frozen_{event}"')

    def describe(self) -> str:
        return f"Never change settled rows of {self.table}"

    def _statements(self, vendor: str) -> list[str]:
        refusal = f"settled rows of {self.table} are never changed"
        old, new = self.condition.format(row="OLD"), self.condition.format(row="NEW")
        if vendor == "postgresql":
            insert = _POSTGRESQL_INSERT.format(new=new, refusal=refusal) if self.inserts else ""
            events = "INSERT OR UPDATE OR DELETE" if self.inserts else "UPDATE OR DELETE"
            return [
                _POSTGRESQL_FUNCTION.format(table=self.table, old=old, refusal=refusal, insert=insert),
                _POSTGRESQL_TRIGGER.format(table=self.table, events=events),
            ]
        events_of = {"UPDATE": old, "DELETE": old} | ({"INSERT": new} if self.inserts else {})
        return [
            f'CREATE TRIGGER "{self.table}_frozen_{event.lower()}" BEFORE {event} ON "{self.table}" '
            f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            for event, condition in events_of.items()
        ]
