"""Splink on the same input, tuned in good faith: the general-purpose peer that the domain linker is measured against.

It gets every advantage that its public interface offers here: inputs cleaned as its guide asks, candidates linked
within themselves and to the registers only (never register to register), blocking rules that reach 99 % of the
true pairs, term-frequency-free comparisons for speed, and its best threshold picked with the truth in hand.

Run as `python -m bench.splink_peer FOLDER`; prints one JSON object.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

CLEAN = """
SELECT row_id AS unique_id, nullif(regexp_replace(upper(nik), '[^0-9]', '', 'g'), '') AS nik,
  nullif(regexp_replace(kk, '[^0-9]', '', 'g'), '') AS kk,
  nullif(trim(regexp_replace(regexp_replace(upper(name),
    '(^|[ .])(HJ|H|USTADZ|UST|KH|DRS|DR|IR)[. ]', ' ', 'g'), '[^A-Z ]+', '', 'g')), '') AS name,
  coalesce(try_strptime(birth_on, ['%Y-%m-%d', '%d-%m-%Y', '%d/%m/%Y', '%d.%m.%Y'])::DATE,
    CASE WHEN regexp_full_match(birth_on, '[0-9]{{5}}') THEN DATE '1899-12-30' + birth_on::INTEGER END) AS born,
  nullif(upper(left(sex, 1)), '') AS sex, nullif(desa, '') AS desa,
  nullif(regexp_replace(phone, '[^0-9]', '', 'g'), '') AS phone
FROM read_csv('{path}', all_varchar = true, header = true)
"""

DERIVED = """
SELECT *, '{table}' AS source_dataset, substr(nik, 1, 12) AS nik12, substr(name, 1, 4) AS name4, substr(name, 1, 1) AS name1,
  split_part(name, ' ', 1) AS word1, split_part(name, ' ', 2) AS word2, year(born) AS born_year FROM
"""

BLOCKS: list[Any] = [
    block_on("nik"),
    block_on("nik12"),
    block_on("born", "name4"),
    block_on("kk", "name1"),
    block_on("name", "desa"),
    block_on("born", "desa"),
]


def settings() -> SettingsCreator:
    return SettingsCreator(
        link_type="link_and_dedupe",
        comparisons=[
            cl.LevenshteinAtThresholds("nik", [1, 2, 4]),
            cl.JaroWinklerAtThresholds("name", [0.95, 0.88, 0.8]),
            cl.LevenshteinAtThresholds("kk", [1, 2]),
            cl.AbsoluteDateDifferenceAtThresholds(
                "born", input_is_string=False, metrics=["day", "year"], thresholds=[1, 1]
            ),
            cl.ExactMatch("sex"),
            cl.ExactMatch("desa"),
            cl.ExactMatch("phone"),
        ],
        blocking_rules_to_generate_predictions=BLOCKS,
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )


def main(folder: Path, out: Path) -> None:
    logging.disable(logging.WARNING)
    began = time.perf_counter()
    con = duckdb.connect()
    con.execute("SET threads = 2; SET memory_limit = '8GB'; SET preserve_insertion_order = false")
    con.execute(f"CREATE TABLE c0 AS {CLEAN.format(path=folder / 'candidates.csv')}")
    parts = [
        f"SELECT '{name}:' || unique_id AS unique_id, * EXCLUDE (unique_id) FROM ({CLEAN.format(path=folder / f'{name}.csv')})"
        for name in ("bpjs", "dukcapil", "asn")
    ]
    con.execute(f"CREATE TABLE r0 AS {' UNION ALL '.join(parts)}")
    for table in "cr":
        con.execute(f"CREATE TABLE {table} AS {DERIVED.format(table=table)} {table}0; DROP TABLE {table}0")
    api = DuckDBAPI(con)
    left = api.register("c", dataset_display_name="c")
    right = api.register("r", dataset_display_name="r")
    linker = Linker([left, right], settings())
    linker.training.estimate_probability_two_random_records_match(
        ["l.nik = r.nik and l.name = r.name"], recall=0.6
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("nik"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("born", "name4"))
    trained = time.perf_counter()
    within = linker.inference.predict_within(left, link_type="dedupe_only", threshold_match_weight=-2)
    between = linker.inference.predict_between(left, right, threshold_match_weight=-2)
    con.execute(
        f"""COPY (SELECT unique_id_l, unique_id_r, match_weight, '' AS kind FROM {within.physical_name}
        UNION ALL SELECT unique_id_l, unique_id_r, match_weight, 'register' FROM {between.physical_name})
        TO '{out}' (FORMAT parquet)"""
    )
    ended = time.perf_counter()
    print(json.dumps({"seconds": ended - began, "prepare_and_train_seconds": trained - began}))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
