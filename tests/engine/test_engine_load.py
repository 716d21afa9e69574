"""Rows of Python come into the engine as they are: whatever breaks of lines and quotes stand in them."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from payung.core.errors import PayungError
from payung.engine.duckdb_engine import open_engine

TEXTS = (
    "x", "\\N", '"\\N"', "NULL", "a\nb", "\n" * 300, "\r\n", "\r", "a\r\nb\n\r", '"', '""', "a,b", "", None, " ", "\t", "'", "\\", "\ufeff", "é😀",
    '1,"SITI\n2,BUDI\n' + "3,x\n" * 200, "3,x\r\n" * 5000,
)  # fmt: skip
COLUMNS = {"place": "INTEGER", "one": "VARCHAR", "two": "VARCHAR"}


def loaded(rows: list[tuple[str | None, str | None]]) -> list[tuple[str | None, str | None]]:
    with open_engine(threads=2) as engine:
        engine.load("t", COLUMNS, ((place, *row) for place, row in enumerate(rows)))
        return [(one, two) for one, two in engine.rows("SELECT one, two FROM t ORDER BY place")]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_any_text_in_the_first_row_comes_back(text: str | None) -> None:
    rows: list[tuple[str | None, str | None]] = [(text, "z"), ("z", text)]
    assert loaded(rows) == rows


def test_many_rows_of_such_texts_come_back_in_full() -> None:
    chance = Random(3)
    texts = TEXTS[:-1]
    rows: list[tuple[str | None, str | None]] = [
        (chance.choice(texts), "".join(chance.choices('ab",\n\r', k=40))) for _ in range(20_000)
    ]
    assert loaded(rows) == rows


def test_no_rows_make_an_empty_table() -> None:
    assert loaded([]) == []


def test_a_file_that_holds_no_table_is_told_without_its_content(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1 6401044108900001 PAR1")
    with open_engine() as engine, pytest.raises(PayungError) as caught:
        engine.read("t", path)
    assert "a.parquet" in str(caught.value)
    assert "6401044108900001" not in str(caught.value)


def test_a_query_is_fetched_in_batches_while_others_run() -> None:
    with open_engine(threads=2) as engine:
        engine.load("t", COLUMNS, ((place, "a", None) for place in range(12_000)))
        seen = []
        for row in engine.stream("SELECT place, one, two FROM t WHERE place >= ? ORDER BY place", (10,)):
            if row[0] % 3_000 == 0:
                assert engine.rows("SELECT count(*) FROM t") == [(12_000,)]
            seen.append(row)
        assert seen == [(place, "a", None) for place in range(10, 12_000)]
