"""Links against generated truth: the same person is found, and hardly anybody else."""

from __future__ import annotations

import pytest

from bench.judge import link_scores
from payung.demo.bench_data import REGISTERS, write_linkage
from payung.engine.duckdb_engine import open_engine
from payung.screening.pipeline import screen, write_links

ROWS = 20_000


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    data = tmp_path_factory.mktemp("linkage")
    write_linkage(data, ROWS, 20_11)
    with open_engine(threads=2) as engine:
        for name in ("candidates", *REGISTERS):
            engine.read(name, data / f"{name}.csv")
        screen(engine, "candidates", {name: name for name in REGISTERS})
        write_links(engine, data / "links.parquet")
    return link_scores(data / "links.parquet", data / "truth_links.csv", ROWS)


def test_nearly_every_true_pair_is_found_and_nearly_every_found_pair_is_true(
    scores: dict[str, float],
) -> None:
    assert scores["f1"] >= 0.995
    assert scores["f1_within"] >= 0.985
    assert scores["recall_with_review"] >= 0.995


def test_links_that_act_by_themselves_are_hardly_ever_wrong(scores: dict[str, float]) -> None:
    # 7.500 certain or exact pairs: two wrong ones are within what 0,9995 allows by chance.
    assert scores["exact_precision"] >= 0.9996
    assert scores["exact_certain_precision"] >= 0.9992


def test_few_rows_wait_for_a_decision_of_their_own(scores: dict[str, float]) -> None:
    assert 0 < scores["review_row_share"] <= 0.03
