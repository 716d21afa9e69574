"""Reading much as of one moment, while others go on writing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.db import connection, transaction


@contextmanager
def one_moment() -> Iterator[None]:
    """Everything that is read in the block is as it was at one moment; nothing may be written in it.

    On SQLite a reader's transaction, which holds up nobody in WAL mode; on PostgreSQL REPEATABLE READ. Not within
    another transaction, whose moment has passed already.
    """
    if connection.in_atomic_block:
        raise RuntimeError("a moment begins outside of transactions")
    with _way_of_beginning(), transaction.atomic():
        yield


@contextmanager
def _way_of_beginning() -> Iterator[None]:
    """How transactions begin on this thread's connection within the block."""
    connection.ensure_connection()
    settled: Any = connection
    name, value = "transaction_mode", cast("Any", "DEFERRED")
    if connection.vendor != "sqlite":
        from psycopg import IsolationLevel

        settled, name, value = connection.connection, "isolation_level", IsolationLevel.REPEATABLE_READ
    before = getattr(settled, name)
    setattr(settled, name, value)
    try:
        yield
    finally:
        setattr(settled, name, before)
