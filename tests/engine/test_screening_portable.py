"""Every query of screening is portable: rendered for Spark, no function is left that Spark does not know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from payung.demo.bench_data import REGISTERS, write_linkage
from payung.engine.dialect import SPARK_OWN, Dialect, functions, render
from payung.engine.duckdb_engine import DuckDBEngine
from payung.screening.linkage.files import findings_sql, read_table
from payung.screening.pipeline import STAGES, Stages, run_stages, tidy
from payung.screening.rules import PairDecision, Verdict

SPARK_BUILT_INS = frozenset(
    "abs array_join array_sort ascii chr coalesce collect_list collect_set concat count date_add datediff day greatest if "
    "least length levenshtein locate lpad max min month nullif power regexp_replace repeat replace round row_number sha2 "
    "split_part substring substring_index sum to_date translate trim upper year".split()
)
"""Of Spark's documented SQL functions, those that screening uses."""


class Recording(DuckDBEngine):
    """The real engine, which also remembers the SQL that it was given."""

    def __init__(self, root: Path) -> None:
        super().__init__(root, threads=1, memory="1GB")
        self.asked: list[str] = []

    def execute(self, sql: str, params: Sequence[object] = ()) -> None:
        self.asked.append(sql)
        super().execute(sql, params)

    def rows(self, sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        self.asked.append(sql)
        return super().rows(sql, params)

    def write_parquet(self, query: str, path: Path) -> None:
        self.asked.append(query)
        super().write_parquet(query, path)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    folder = tmp_path_factory.mktemp("portable")
    write_linkage(folder, 600, 31)
    with Recording(folder) as engine:
        for name in ("candidates", *REGISTERS):
            read_table(engine, name, folder / f"{name}.csv", numbered=name == "candidates")
        engine.execute(
            "CREATE OR REPLACE TABLE candidates AS SELECT *, kk AS collector_kk, '2022-09-01' AS collected_on "
            "FROM candidates"
        )
        engine.asked.clear()
        said = [PairDecision("a", "b", Verdict.SAME)]
        run_stages(engine, "candidates", {name: name for name in REGISTERS}, said, Stages(STAGES, None))
        engine.execute(f"CREATE OR REPLACE TABLE lk_findings AS {findings_sql('candidates', 'a.csv')}")
        tidy(engine)
        # What tables and columns there are is the engine's own business.
        yield [sql for sql in engine.asked if "information_schema" not in sql]


def test_no_query_of_screening_needs_a_function_that_spark_lacks(asked: list[str]) -> None:
    assert len(asked) > 40
    unknown = {
        name: sql
        for sql in asked
        for name in functions(render(sql, Dialect.SPARK), Dialect.SPARK) - SPARK_BUILT_INS - SPARK_OWN
    }
    assert unknown == {}


def test_the_functions_on_which_engines_differ_are_never_written_by_their_own_names(asked: list[str]) -> None:
    for sql in asked:
        for name in (
            "jaro_winkler",
            "damerau",
            "try_strptime",
            "hash(",
            "rowid",
            "try_cast",
            "sha256(encode",
        ):
            assert name not in sql.replace("py_sha256", ""), name


def test_groups_in_replacements_are_named_as_each_engine_names_them() -> None:
    sql = r"SELECT regexp_replace(a, '(A)A+', '\1', 'g') FROM t"
    assert r"'\1'" in render(sql, Dialect.DUCKDB)
    assert "'$1'" in render(sql, Dialect.SPARK)


def test_an_unknown_function_would_be_noticed() -> None:
    named = functions(render("SELECT jaro_winkler_similarity(a, b) FROM t", Dialect.SPARK), Dialect.SPARK)
    assert not named <= SPARK_BUILT_INS | SPARK_OWN
