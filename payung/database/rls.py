"""The second wall: PostgreSQL's row-level security, as an operation for migrations. SQLite has none and skips it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.db.migrations.operations.base import Operation


class Wall(StrEnum):
    """By what a table's rows are kept apart."""

    REGENCY = "regency"
    TERRITORY = "territory"
    OWN_OR_REGENCY = "own_or_regency"
    """Rows of a user (`user_id`), which the user may see before a regency is chosen."""
    SHARED = "shared"
    """A regency's rows, of which its province reads those marked `shared`, and changes none."""


# A subquery is evaluated once a statement, a bare function once a row.
_REGENCY = "regency_code = (SELECT nullif(current_setting('payung.regency', true), ''))"
_PLACE = "place LIKE ANY ((SELECT nullif(current_setting('payung.territories', true), '')::text[])::text[])"
_OWN = "user_id::text = (SELECT nullif(current_setting('payung.actor', true), ''))"
_CONDITIONS = {
    Wall.REGENCY: _REGENCY,
    Wall.TERRITORY: f"{_REGENCY} AND {_PLACE}",
    Wall.OWN_OR_REGENCY: f"({_REGENCY} OR {_OWN})",
    Wall.SHARED: _REGENCY,
}
_PROVINCE = (
    "shared AND (SELECT length(current_setting('payung.regency', true)) = 2) "
    "AND left(regency_code, 3) = (SELECT current_setting('payung.regency', true) || '.')"
)


class EnforceScope(Operation):
    """Switch row-level security on for a table, also for its owner (FORCE), with one policy for all commands.

    A table that a province reads has a second policy, for reading alone.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, table: str, wall: str) -> None:
        self.table = table
        self.wall = Wall(wall)

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models do not change."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Put the wall up."""
        if schema_editor.connection.vendor != "postgresql":
            return
        condition = _CONDITIONS[self.wall]
        schema_editor.execute(f'ALTER TABLE "{self.table}" ENABLE ROW LEVEL SECURITY')
        schema_editor.execute(f'ALTER TABLE "{self.table}" FORCE ROW LEVEL SECURITY')
        schema_editor.execute(
            f'CREATE POLICY payung_scope ON "{self.table}" USING ({condition}) WITH CHECK ({condition})'
        )
        if self.wall is Wall.SHARED:
            schema_editor.execute(
                f'CREATE POLICY payung_province ON "{self.table}" FOR SELECT USING ({_PROVINCE})'
            )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Take the wall down."""
        if schema_editor.connection.vendor != "postgresql":
            return
        for policy in ("payung_scope", "payung_province"):
            schema_editor.execute(f'DROP POLICY IF EXISTS {policy} ON "{self.table}"')
        schema_editor.execute(f'ALTER TABLE "{self.table}" NO FORCE ROW LEVEL SECURITY')
        schema_editor.execute(f'ALTER TABLE "{self.table}" DISABLE ROW LEVEL SECURITY')

    def describe(self) -> str:
        return f"Keep the rows of {self.table} apart by {self.wall}"
