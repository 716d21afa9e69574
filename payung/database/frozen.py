"""Triggers that refuse to change rows once something is settled, as an operation for migrations, on both databases."""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations.base import Operation

from payung.vault.fields import Sealed

_POSTGRESQL_FUNCTION = (
    'CREATE OR REPLACE FUNCTION "payung_frozen_{table}"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN '
    "IF TG_OP = 'UPDATE' THEN IF {resealed} THEN RETURN NEW; END IF; END IF; "
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
    With `inserts` new rows are refused by it too, judged as they would be. What is sealed may be sealed again with
    another data key (`vault.rotation_rows`), and nothing else may change with it. A later migration that alters the table
    must repeat this operation: it names the columns, and on SQLite such a table is made anew without triggers.
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
        models = to_state.apps.get_app_config(app_label).get_models()
        [model] = [one for one in models if one._meta.db_table == self.table]
        for statement in self._statements(schema_editor.connection.vendor, model):
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

    def _statements(self, vendor: str, model: Any) -> list[str]:
        refusal = f"settled rows of {self.table} are never changed"
        old, new = self.condition.format(row="OLD"), self.condition.format(row="NEW")
        resealed = _resealed(vendor, model)
        if vendor == "postgresql":
            insert = _POSTGRESQL_INSERT.format(new=new, refusal=refusal) if self.inserts else ""
            events = "INSERT OR UPDATE OR DELETE" if self.inserts else "UPDATE OR DELETE"
            return [
                _POSTGRESQL_FUNCTION.format(
                    table=self.table, old=old, refusal=refusal, insert=insert, resealed=resealed
                ),
                _POSTGRESQL_TRIGGER.format(table=self.table, events=events),
            ]
        events_of = {"UPDATE": f"({old}) AND NOT ({resealed})", "DELETE": old}
        events_of |= {"INSERT": new} if self.inserts else {}
        return [
            f'CREATE TRIGGER "{self.table}_frozen_{event.lower()}" BEFORE {event} ON "{self.table}" '
            f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            for event, condition in events_of.items()
        ]


def _resealed(vendor: str, model: Any) -> str:
    """SQL for: nothing differs but what is sealed, and what of that differs is sealed with another key (`2:…`)."""
    same, position = ("IS NOT DISTINCT FROM", "strpos") if vendor == "postgresql" else ("IS", "instr")
    fields = model._meta.local_concrete_fields
    if not any(isinstance(one, Sealed) for one in fields):
        return "FALSE"
    parts = []
    for field in fields:
        old, new = f'OLD."{field.column}"', f'NEW."{field.column}"'
        part = f"{old} {same} {new}"
        if isinstance(field, Sealed):
            keys = (f"substr({one}, 1, {position}({one}, ':'))" for one in (old, new))
            part = f"({part} OR {' <> '.join(keys)})"
        parts.append(part)
    return " AND ".join(parts)
