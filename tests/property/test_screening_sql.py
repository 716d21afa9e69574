"""What screening says in SQL is what `payung.core` says in Python, and its result does not depend on order or threads."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.core import dates, identity, nik
from payung.demo.bench_data import REGISTERS, write_linkage
from payung.engine.duckdb_engine import DuckDBEngine, open_engine
from payung.screening import decisions
from payung.screening.linkage.files import findings_sql
from payung.screening.linkage.linking import fingerprint_sql
from payung.screening.linkage.standardise import clean_sql, columns_of, standardise
from payung.screening.pipeline import screen

DIGITS = st.text("0123456789", min_size=8, max_size=18)
WRITTEN = st.one_of(
    st.builds(lambda a, b, c: a + b + c, st.sampled_from(["", "'", "`", " ", "\u00a0", "\u2018"]), DIGITS,
              st.sampled_from(["", ".0", ",00", " ", "\u200b", "-", "'"])),
    st.text("0123456789 .,-_/'`eE+OolI\u00a0\u200b\u2013\u2019\tx", max_size=22),
    st.builds(lambda a, b: f"{a}.{b}E+15", st.integers(1, 9), st.integers(0, 99999)),
    st.builds(lambda d, m, y, s: f"640104{d:02d}{m:02d}{y:02d}{s:04d}", st.integers(0, 75), st.integers(0, 13),
              st.integers(0, 99), st.integers(0, 9999)),
    st.sampled_from(sorted(nik.PLACEHOLDERS)),
)  # fmt: skip
DAYS = st.one_of(
    st.dates().map(str),
    st.builds(lambda d, m, y, s: f"{d}{s}{m}{s}{y}", st.integers(0, 32), st.integers(0, 13), st.integers(0, 2030),
              st.sampled_from("-/. ")),
    st.builds(lambda y, m, d: f"{y:04d}-{m:02d}-{d:02d}", st.integers(1800, 2100), st.integers(0, 13), st.integers(0, 32)),
    st.text("0123456789-/. abeiJMO", max_size=12),
    st.sampled_from(["epoch", "infinity", "17 Agustus 1945", "1945-08-17 00:00:00", "16666", "-100-01-01"]),
)  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> DuckDBEngine:
    return open_engine(workspace=tmp_path_factory.mktemp("engine"), threads=1, memory="1GB")


@given(texts=st.lists(WRITTEN, min_size=1, max_size=60))
@settings(max_examples=25, deadline=None)
def test_a_nik_is_cleaned_and_judged_in_sql_as_in_python(engine: DuckDBEngine, texts: list[str]) -> None:
    engine.load("written", {"t": "VARCHAR"}, [(text,) for text in texts])
    rows = engine.rows(
        f"SELECT t, c, {nik.valid_sql('c')} FROM (SELECT t, {clean_sql('t')} AS c FROM written) AS w"
    )
    for text, cleaned, valid in rows:
        assert cleaned == nik.clean(text), repr(text)
        assert valid == nik.is_valid(text), repr(text)


@given(texts=st.lists(WRITTEN, min_size=1, max_size=40))
@settings(max_examples=15, deadline=None)
def test_findings_name_the_faults_that_core_names(engine: DuckDBEngine, texts: list[str]) -> None:
    rows = [(f"r{at:02d}", text, at) for at, text in enumerate(texts)]
    engine.load("lists", {"row_id": "VARCHAR", "nik": "VARCHAR", "line": "INTEGER"}, rows)
    standardise(engine, "lists", {})
    found = engine.rows(
        f"SELECT row_id, code, evidence, message FROM ({findings_sql('lists', 'a.csv')}) AS f"
    )
    expected = {
        (row, code, nik.mask(text) if nik.clean(text) else "", nik.explain(code))
        for row, text, _ in rows
        for code in nik.faults(text)
    }
    assert set(found) == expected


@given(texts=st.lists(DAYS, min_size=1, max_size=60))
@settings(max_examples=25, deadline=None)
def test_a_birth_date_is_read_in_sql_as_in_python(engine: DuckDBEngine, texts: list[str]) -> None:
    rows = [(str(at), text) for at, text in enumerate(texts)]
    engine.load("lists", {"row_id": "VARCHAR", "birth_on": "VARCHAR"}, rows)
    standardise(engine, "lists", {})
    for text, born in engine.rows(
        "SELECT t.birth_on, w.born FROM lk_rows AS w JOIN lists AS t ON w.row_id = t.row_id"
    ):
        day = dates.parse_date(text).value
        assert born == (day and day.year * 10000 + day.month * 100 + day.day), repr(text)


def test_fingerprints_are_those_of_core_and_of_decisions(engine: DuckDBEngine) -> None:
    rows = [
        ("a", "6401 0141 0890 0001", "H. Moh. Djaelani bin Amat", "1990-08-01", "L", "64.01.04.2001"),
        ("b", None, "Siti", None, "P", "6401042001"),
        ("c", "123", None, "1-2-1980", None, "Batu Kajang"),
    ]
    names = ("row_id", "nik", "name", "birth_on", "sex", "desa")
    engine.load("lists", dict.fromkeys(names, "VARCHAR"), rows)
    standardise(engine, "lists", {})
    query = fingerprint_sql("lists", (0, 0), columns_of(engine, "lists"), "SELECT n FROM lk_rows")
    found = dict(
        engine.rows(f"SELECT w.row_id, m.fingerprint FROM ({query}) AS m JOIN lk_rows AS w ON m.n = w.n")
    )
    assert found["a"] == identity.fingerprint(
        "6401014108900001", "Muhammad Jaelani", date(1990, 8, 1), "L", "64.01.04.2001"
    )
    assert found == {
        row: decisions.fingerprint_of(number, name, day, sex, desa)
        for row, number, name, day, sex, desa in rows
    }


def test_neither_the_order_of_rows_nor_the_threads_change_any_link_or_person(tmp_path: Path) -> None:
    write_linkage(tmp_path, 4_000, 17)
    results = []
    for threads, seed in ((1, None), (8, None), (2, 5), (8, 6)):
        with open_engine(workspace=tmp_path, threads=threads) as engine:
            for name in ("candidates", *REGISTERS):
                path = tmp_path / f"{name}.csv"
                if seed is not None:
                    head, *lines = path.read_text(encoding="utf-8").splitlines()
                    random.Random(seed).shuffle(lines)
                    path = tmp_path / f"{name}-{seed}.csv"
                    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
                engine.read(name, path)
            screen(engine, "candidates", {name: name for name in REGISTERS})
            results.append(
                (
                    engine.rows("SELECT * FROM links ORDER BY id_l, register, id_r"),
                    engine.rows("SELECT * FROM persons ORDER BY row_id"),
                )
            )
    assert len(results[0][0]) > 1_000
    assert all(result == results[0] for result in results[1:])
