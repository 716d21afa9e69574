"""Rows of another store pass through Parquet and come back as they went in; their hash knows content only."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest

from payung.core.errors import PayungError
from payung.engine.bundle import pack, unpack
from payung.engine.duckdb_engine import open_engine
from payung.engine.engine import Engine
from payung.engine.exchange import content_hash, read_rows, row_count, write_rows

COLUMNS = {
    "key": "VARCHAR",
    "row": "INTEGER",
    "column": "VARCHAR",
    "day": "DATE",
    "yes": "BOOLEAN",
    "money": "BIGINT",
}
ROWS = [
    ("a", 1, "", date(1990, 8, 1), True, 2**40),
    ("b", None, None, None, None, None),
    ("c", -3, "\\N", date(1, 1, 1), False, 0),
    ("d", 4, 'D\'Souza, "O&M"\r\n<b>\x1f', date(9998, 12, 31), True, -1),
    ("é😀", 5, "NULL", date(2024, 2, 29), False, 1),
]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with open_engine(workspace=tmp_path / "kerja", threads=2) as opened:
        yield opened


def test_values_come_back_typed_and_none_is_not_empty(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    write_rows(engine, COLUMNS, reversed(ROWS), path, order=("key",))
    assert list(read_rows(engine, path, list(COLUMNS), order=("key",))) == ROWS
    assert row_count(engine, path) == len(ROWS)


def test_a_reader_goes_on_after_the_rows_it_has(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    write_rows(engine, COLUMNS, ROWS, path, order=("key",))
    again = list(read_rows(engine, path, ["row", "column"], order=("key",), skip=3))
    assert again == [(row[1], row[2]) for row in ROWS[3:]]
    assert list(read_rows(engine, path, ["row"], order=("key",), skip=99)) == []


def test_nobody_at_all_is_a_file_without_rows(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    write_rows(engine, COLUMNS, (), path, order=("key",))
    assert list(read_rows(engine, path, list(COLUMNS), order=("key",))) == []


def test_no_table_is_left_behind_even_by_a_reader_that_stops(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    write_rows(engine, COLUMNS, ROWS, path, order=("key",))
    reader = read_rows(engine, path, ["key"], order=("key",))
    next(reader)
    reader.close()  # type: ignore[attr-defined]
    assert engine.rows("SELECT table_name FROM information_schema.tables") == []


def test_the_hash_knows_content_and_not_the_order_of_rows(engine: Engine) -> None:
    def hashed(rows: list[tuple[object, ...]], columns: dict[str, str] = COLUMNS) -> str:
        engine.load("t", columns, rows)
        return content_hash(engine, "t", list(columns))

    shuffled = [*ROWS]
    Random(4).shuffle(shuffled)
    whole = hashed([*ROWS])
    assert hashed([*shuffled]) == whole
    assert hashed([*ROWS[1:]]) != whole
    assert hashed([*ROWS, ROWS[0]]) != whole
    two = {"one": "VARCHAR", "other": "VARCHAR"}
    different = [("a", None), ("a", ""), (None, "a"), ("", "a"), ("a-", None), ("1:a", None), ("a", "-")]
    assert len({hashed([pair], two) for pair in different}) == len(different)


def test_a_hundred_thousand_rows_are_written_in_seconds(engine: Engine, tmp_path: Path) -> None:
    columns = {f"c{at}": "VARCHAR" for at in range(12)}
    began = time.perf_counter()
    write_rows(
        engine, columns, ((str(at), *["KASIM"] * 11) for at in range(100_000)), tmp_path / "a", order=("c0",)
    )
    assert time.perf_counter() - began < 10, "about half a second where nothing else runs"


def test_a_folder_packs_into_the_same_bytes_and_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    (folder / "x.json").write_text("{}")
    (folder / "y.bin").write_bytes(bytes(range(256)) * 9000)
    pack(folder, tmp_path / "1.zip")
    (folder / "x.json").touch()
    pack(folder, tmp_path / "2.zip")
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()
    unpack(tmp_path / "1.zip", tmp_path / "b")
    assert {path.name: path.read_bytes() for path in (tmp_path / "b").iterdir()} == {
        path.name: path.read_bytes() for path in folder.iterdir()
    }


@pytest.mark.parametrize("name", ["../luar.txt", "/luar.txt", "dalam/luar.txt"])
def test_nothing_is_unpacked_outside_the_folder(tmp_path: Path, name: str) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(name, "x")
    with pytest.raises(PayungError, match="rusak"):
        unpack(tmp_path / "a.zip", tmp_path / "dalam" / "sini")
    assert not list(tmp_path.rglob("luar.txt"))


def test_what_is_no_packed_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"bukan zip")
    with pytest.raises(PayungError, match="rusak"):
        unpack(tmp_path / "a.zip", tmp_path / "b")
