"""Django's PostgreSQL, with the current scope told to the server before any statement that needs it.

The server's row-level security reads it from the session (`payung.regency`, `payung.territories`, `payung.actor`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

from payung.core.scope import current

Told = tuple[str, str, str]
_NOTHING: Told = ("", "", "")
_TELL = (
    "SELECT set_config('payung.regency', %s, false), set_config('payung.territories', %s, false), "
    "set_config('payung.actor', %s, false)"
)


def told_by_scope() -> Told:
    """Regency, an array literal of patterns for places, and actor, as the policies read them."""
    scope = current()
    if scope is None:
        return _NOTHING
    patterns = ",".join(_pattern(one) for one in scope.territories if one and one.startswith(scope.regency))
    return scope.regency, f"{{{patterns}}}" if patterns else "", str(scope.actor or "")


def _pattern(territory: str) -> str:
    """A pattern for LIKE as an element of an array literal: whatever else a code holds stands for itself."""
    escaped = re.sub(r"([\\%_])", r"\\\1", territory)
    quoted = re.sub(r'(["\\])', r"\\\1", escaped)
    return f'"{quoted}%"'


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that knows which scope the server was told last."""

    _told: Told | None = None

    def init_connection_state(self) -> None:
        """A new connection has been told nothing yet."""
        super().init_connection_state()
        self._told = None
        if self._tell not in self.execute_wrappers:
            self.execute_wrappers.append(self._tell)

    def _tell(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        wanted = told_by_scope()
        if wanted != self._told:
            with self.wrap_database_errors:
                self.connection.execute(_TELL, wanted)
            self._told = wanted
        return execute(sql, params, many, context)

    # What was told within a transaction is taken back with it; and the server ends a transaction in which a statement
    # failed by rolling it back, also when it is asked to commit.
    def _commit(self) -> Any:
        if (
            self.connection is not None
            and self.connection.info.transaction_status == TransactionStatus.INERROR
        ):
            self._told = None
        return super()._commit()  # type: ignore[misc]

    def _rollback(self) -> Any:
        self._told = None
        return super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        # A transaction in which a statement failed takes nothing but this, so that nothing is told before it.
        self._told = told_by_scope()
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        self._told = None

    def close(self) -> None:
        self._told = None
        super().close()
