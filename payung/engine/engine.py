"""What the rest of Payung knows of a query engine: tables by name, portable SQL, Parquet in and out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self


class Engine(Protocol):
    """A query engine over a private workspace folder (`0700`, emptied when the engine closes).

    SQL is written in portable DuckDB SQL; what engines do differently goes through the dialect table.
    """

    workspace: Path

    def execute(self, sql: str, params: Sequence[object] = ()) -> None:
        """Run statements that return nothing."""

    def rows(self, sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run one query and fetch all of its rows."""

    def stream(
        self, sql: str, params: Sequence[object] = (), *, batch: int = 5_000
    ) -> Iterator[tuple[Any, ...]]:
        """The rows of one query, fetched in batches while they are looked at; other queries may run meanwhile."""

    def header(self, path: Path) -> tuple[str, ...]:
        """The names of a Parquet or CSV file's columns, left to right."""

    def read(
        self, table: str, path: Path, columns: Mapping[str, str] | None = None, *, row: str | None = None
    ) -> None:
        """Make `table` from a Parquet or CSV file; with `columns`, only those, CSV cells as text.

        `row` names one more column, with the record's number in the file (the first after a header is 2).
        """

    def read_text(
        self,
        table: str,
        path: Path,
        header: Sequence[str],
        columns: Sequence[str],
        *,
        delimiter: str,
        row: str,
    ) -> None:
        """Make `table` from a CSV file in UTF-8 whose first record is a header and whose cells stay text.

        `header` gives the file's columns, left to right, the names that `columns` chooses from; `row` as in `read`.
        ValueError when a record has more or fewer cells, or is not CSV.
        """

    def load(self, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> None:
        """Make `table` with `columns` (name to SQL type) from Python rows; `None` is NULL."""

    def write_parquet(self, query: str, path: Path) -> None:
        """Write the rows of `query`, in its order, to one Parquet file."""

    def close(self) -> None:
        """Close and empty the workspace."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
