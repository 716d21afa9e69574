"""DuckDB inside the process: no server, no extension, two threads and little memory are enough."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb

from payung.core.errors import Exit, PayungError
from payung.engine.dialect import Dialect, render
from payung.engine.workspace import Workspace, sweep

# A window without an order fixes the order of the scan below it, whatever the number of threads.
_ROW = "CAST(row_number() OVER () + 1 AS INTEGER)"


def open_engine(
    name: str = "duckdb",
    *,
    workspace: Path | None = None,
    threads: int | None = None,
    memory: str = "2GB",
) -> DuckDBEngine:
    """The engine called `name`, with a private workspace below `workspace` (default: the system's place for it).

    Workspaces of runs that were killed are emptied first. ValueError for an engine that this installation lacks.
    """
    if name != "duckdb":
        raise ValueError(f"no engine called {name!r}")
    root = workspace or Path(tempfile.gettempdir())
    root.mkdir(parents=True, exist_ok=True)
    sweep(root)
    return DuckDBEngine(root, threads=threads or min(os.cpu_count() or 1, 8), memory=memory)


class DuckDBEngine:
    """`Engine` on DuckDB. Tables live in memory and spill into the workspace when `memory` is used up."""

    def __init__(self, root: Path, *, threads: int, memory: str) -> None:
        self._folder = Workspace(root)
        self.workspace = self._folder.path
        self._loads = 0
        try:
            self._connection = duckdb.connect(
                config={
                    "threads": threads,
                    "memory_limit": memory,
                    "temp_directory": str(self.workspace / "spill"),
                    "preserve_insertion_order": False,
                    "autoinstall_known_extensions": False,
                    "autoload_known_extensions": False,
                }
            )
        except BaseException:
            self._folder.close()
            raise

    def execute(self, sql: str, params: Sequence[object] = ()) -> None:
        """Run statements that return nothing. PayungError when the disk or the memory is full."""
        self._run(sql, params)

    def rows(self, sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run one query and fetch all of its rows."""
        return self._run(sql, params).fetchall()

    def header(self, path: Path) -> tuple[str, ...]:
        """The names of a Parquet or CSV file's columns, left to right."""
        try:
            return tuple(name for name, *_ in self.rows(f"DESCRIBE SELECT * FROM {source(path)}"))
        except duckdb.InvalidInputException:
            raise _unreadable(path) from None

    def read(
        self, table: str, path: Path, columns: Mapping[str, str] | None = None, *, row: str | None = None
    ) -> None:
        """Make `table` from a Parquet or CSV file; `columns` names the file's column for each of the table's.

        CSV cells stay text, and an empty cell is NULL. `row` names a column for the record's number, from 2 on.
        """
        chosen = (
            ", ".join(f"{_name(old)} AS {_name(new)}" for new, old in columns.items()) if columns else "*"
        )
        if row:
            chosen = f"{_ROW} AS {_name(row)}, {chosen}"
        try:
            self._run(f"CREATE OR REPLACE TABLE {_name(table)} AS SELECT {chosen} FROM {source(path)}", ())
        except duckdb.InvalidInputException:
            raise _unreadable(path) from None

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
        """Make `table` from a CSV file in UTF-8: the columns of `header` that `columns` chooses, as text.

        ValueError, without a word of the file's, when a record has more or fewer cells, or is not CSV.
        """
        names = ", ".join(f"{_text(name)}: 'VARCHAR'" for name in header)
        chosen = ", ".join(_name(name) for name in columns)
        try:
            self._run(
                f"CREATE OR REPLACE TABLE {_name(table)} AS SELECT {_ROW} AS {_name(row)}, {chosen} FROM read_csv("
                f"{_text(str(path))}, columns = {{{names}}}, header = true, delim = {_text(delimiter)}, "
                "quote = '\"', escape = '\"', auto_detect = false, max_line_size = 16000000)",
                (),
            )
        except duckdb.InvalidInputException:
            raise ValueError(f"{path.name} is not regular CSV") from None

    def load(self, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> None:
        """Make `table` with `columns` (name to SQL type) from Python rows; `None` is NULL, text may be empty."""
        typed = ", ".join(f"{_name(name)} {kind}" for name, kind in columns.items())
        self._run(f"CREATE OR REPLACE TABLE {_name(table)} ({typed})", ())
        self._loads += 1
        path = self.workspace / f"load-{self._loads}.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            # Texts are quoted and NULL stands bare: no text, not even NULL's own sign, is taken for it.
            writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
            count = 0
            for row in rows:
                writer.writerow([_NULL if value is None else value for value in row])
                count += 1
        if count:
            names = ", ".join(f"'{name}': 'VARCHAR'" for name in columns)
            cast = ", ".join(f"CAST({_name(name)} AS {kind})" for name, kind in columns.items())
            self._run(
                f"INSERT INTO {_name(table)} SELECT {cast} FROM read_csv({_text(str(path))}, columns = {{{names}}}, "
                f"header = false, delim = ',', quote = '\"', escape = '\"', nullstr = {_text(str(_NULL))}, "
                "new_line = '\\n', allow_quoted_nulls = false, auto_detect = false, max_line_size = 16000000)",
                (),
            )
        path.unlink()

    def stream(
        self, sql: str, params: Sequence[object] = (), *, batch: int = 5_000
    ) -> Iterator[tuple[Any, ...]]:
        """The rows of one query, fetched in batches while they are looked at; other queries may run meanwhile."""
        # A cursor of its own sees the same tables, and another query does not end its result.
        with self._connection.cursor() as cursor:
            try:
                cursor.execute(render(sql, Dialect.DUCKDB), list(params))
                while rows := cursor.fetchmany(batch):
                    yield from rows
            except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
                raise _told(error) from None
            except RuntimeError as error:
                raise _interrupt(error) from None

    def write_parquet(self, query: str, path: Path) -> None:
        """Write the rows of `query`, in its order, to one Parquet file that appears only when it is whole."""
        partial = path.with_name(path.name + ".part")
        try:
            # Insertion order is kept so that the order of the query is the order of the file.
            self._connection.execute("SET preserve_insertion_order = true")
            self._run(f"COPY ({query}) TO {_text(str(partial))} (FORMAT parquet, COMPRESSION zstd)", ())
            partial.replace(path)
        finally:
            self._connection.execute("SET preserve_insertion_order = false")
            partial.unlink(missing_ok=True)

    def close(self) -> None:
        """Close and delete the workspace; a second close does nothing."""
        self._connection.close()
        self._folder.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self, sql: str, params: Sequence[object]) -> duckdb.DuckDBPyConnection:
        try:
            return self._connection.execute(render(sql, Dialect.DUCKDB), list(params))
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            raise _told(error) from None
        except RuntimeError as error:
            raise _interrupt(error) from None


def _interrupt(error: RuntimeError) -> BaseException:
    """DuckDB makes an error of its own of Ctrl-C during a query; here it is Ctrl-C again. Any other stays what it is."""
    return KeyboardInterrupt() if "interrupted" in str(error).lower() else error


class _Null(int):
    """NULL in a CSV file: as a number it is written without quotes."""

    def __str__(self) -> str:
        return "\\N"


_NULL = _Null()


def _unreadable(path: Path) -> PayungError:
    return PayungError(
        f"Isi berkas {path.name} tidak dapat dibaca.",
        todo="Minta berkas itu dikirim ulang, atau simpan ulang sebagai CSV UTF-8.",
        exit_code=Exit.INPUT,
    )


def _told(error: duckdb.Error) -> PayungError:
    """What a user can do about a full disk or memory, or a file that cannot be opened; values are never quoted."""
    text = str(error).lower()
    if "no space" in text or "out of disk" in text or "max_temp_directory_size" in text:
        return PayungError(
            "Ruang penyimpanan habis di tengah pekerjaan; tidak ada hasil yang ditulis.",
            todo="Kosongkan tempat di disk lalu ulangi.",
            exit_code=Exit.OUTPUT,
        )
    if isinstance(error, duckdb.OutOfMemoryException):
        return PayungError(
            "Memori tidak cukup untuk pekerjaan ini.",
            todo="Tutup program lain atau bagi daftar menjadi beberapa bagian, lalu ulangi.",
            exit_code=Exit.UNEXPECTED,
        )
    return PayungError(
        "Sebuah berkas tidak dapat dibuka atau ditulis.",
        todo="Periksa bahwa berkas itu ada, tidak sedang dipakai, dan foldernya boleh ditulis.",
        exit_code=Exit.INPUT,
    )


def source(path: Path) -> str:
    """The SQL that reads a file's rows: Parquet by its name, anything else as CSV with every cell as text."""
    if path.suffix.lower() in (".parquet", ".pq"):
        return f"read_parquet({_text(str(path))})"
    return f"read_csv({_text(str(path))}, all_varchar = true, header = true)"


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
