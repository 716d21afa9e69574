"""Learn the weights of links from labelled generated pairs: `python -m bench.learn --work DIR`.

Logistic regression over levels and pairs of levels, with a ridge, fitted on counts of patterns by Newton's method.
The seeds below are never those that are judged (`bench.__main__.SEED`). Development only: needs numpy.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from payung.demo.bench_data import write_linkage
from payung.engine.duckdb_engine import open_engine
from payung.engine.engine import Engine
from payung.screening.linkage.comparing import GATE, LEVELS, compare
from payung.screening.linkage.model import WEIGHTS
from payung.screening.linkage.pairing import pair
from payung.screening.linkage.standardise import standardise

REGISTERS = ("bpjs", "dukcapil", "asn")


@dataclass(frozen=True, slots=True)
class Lesson:
    """One generated data set with its truth."""

    people: int
    seed: int
    error_scale: float
    names: str


LESSONS = (
    Lesson(300_000, 1, 1.0, "paser"),
    Lesson(150_000, 3, 1.5, "paser"),
    Lesson(150_000, 5, 1.0, "other"),
    Lesson(100_000, 4, 2.0, "other"),
)
FIELDS = tuple(LEVELS)
GATED = tuple(name for name in GATE if name.startswith("g_"))
TERMS: tuple[tuple[str, ...], ...] = (
    *((field,) for field in FIELDS),
    ("nik", "birth"), ("nik", "kk"), ("name", "kk"), ("name", "birth"), ("nik", "name"), ("birth", "kk"),
    ("name", "common"), ("common", "kk"), ("nik", "list"), ("name", "list"), ("desa", "kk"), ("birth", "desa"),
    ("common", "birth"), ("name", "desa"), ("nik", "desa"),
)  # fmt: skip
RIDGE = 1.0
GATE_LOSS = 0.0006
"""Share of the true pairs that the cheap comparison may drop; nearly all of them would score too low anyway."""
THRESHOLDS = {"exact": 7000, "certain": 7000, "review": -500}
"""Milli-bits; chosen on the lessons, see docs/algorithms/linkage.md."""


def labelled(lesson: Lesson, work: Path) -> dict[str, np.ndarray[Any, Any]]:
    """Patterns of one lesson's pairs: the levels, `pairs` and how many of them are `true`."""
    folder = work / f"lesson-{lesson.people}-{lesson.seed}-{lesson.error_scale}-{lesson.names}"
    if not (folder / "truth_links.csv").exists():
        write_linkage(folder, lesson.people, lesson.seed, error_scale=lesson.error_scale, names=lesson.names)
    with open_engine(threads=2, memory="4GB") as engine:
        for name in ("candidates", *REGISTERS, "truth_links"):
            engine.read(name, folder / f"{name}.csv")
        standardise(engine, "candidates", {name: name for name in REGISTERS})
        pair(engine)
        compare(engine, None)
        return _patterns(engine)


def _patterns(engine: Engine) -> dict[str, np.ndarray[Any, Any]]:
    register = " ".join(f"WHEN '{name}' THEN {at}" for at, name in enumerate(REGISTERS, 1))
    levels = ", ".join((*FIELDS, *GATED))
    rows = engine.rows(f"""
        WITH truth AS (
          SELECT least(a.n, b.n) AS l, greatest(a.n, b.n) AS r FROM truth_links AS t
          JOIN lk_rows AS a ON a.src = 0 AND a.row_id = t.id_l
          JOIN lk_rows AS b ON b.src = CASE coalesce(t.register, '') WHEN '' THEN 0 {register} END
            AND b.row_id = t.id_r)
        SELECT {levels}, count(*), count(t.l) FROM lk_levels LEFT JOIN truth AS t USING (l, r) GROUP BY ALL
        ORDER BY ALL
    """)
    table = np.array(rows, dtype=np.int64).T
    return dict(zip((*FIELDS, *GATED, "pairs", "true"), table, strict=True))


def design(
    patterns: Mapping[str, np.ndarray[Any, Any]], terms: Sequence[tuple[str, ...]]
) -> tuple[np.ndarray[Any, Any], list[tuple[tuple[str, ...], tuple[int, ...]]]]:
    """For each pattern the column of every term, and what the columns stand for."""
    columns: list[tuple[tuple[str, ...], tuple[int, ...]]] = []
    chosen = []
    for term in terms:
        levels = np.stack([patterns[field] for field in term], 1)
        seen, inverse = np.unique(levels, axis=0, return_inverse=True)
        chosen.append(inverse.reshape(-1) + len(columns))
        columns += [(term, tuple(int(level) for level in row)) for row in seen]
    return np.stack(chosen, 1), columns


def fit(patterns: Mapping[str, np.ndarray[Any, Any]], chosen: np.ndarray[Any, Any], width: int) -> Any:
    """Coefficients in nats, the intercept last."""
    count, true = patterns["pairs"].astype(float), patterns["true"].astype(float)
    matrix = np.zeros((len(count), width + 1))
    for column in chosen.T:
        matrix[np.arange(len(count)), column] = 1
    matrix[:, width] = 1
    ridge = np.full(width + 1, RIDGE)
    ridge[width] = 1e-4
    weights = np.zeros(width + 1)
    for _ in range(30):
        chance = 1 / (1 + np.exp(-(matrix @ weights)))
        slope = matrix.T @ (true - count * chance) - ridge * weights
        curve = (matrix * (count * chance * (1 - chance))[:, None]).T @ matrix + np.diag(ridge)
        step = np.linalg.solve(curve, slope)
        weights += step
        if np.abs(step).max() < 1e-4:
            break
    return weights


def in_milli_bits(nats: Any) -> list[int]:
    """Coefficients as they are shipped."""
    return [round(float(value) / math.log(2) * 1000) for value in nats]


def gate(patterns: Mapping[str, np.ndarray[Any, Any]]) -> dict[str, Any]:
    """Points of the cheap levels, weighed alone, and the least sum that loses at most `GATE_LOSS` of the true pairs."""
    terms = tuple((name,) for name in GATE)
    chosen, columns = design(patterns, terms)
    milli = in_milli_bits(fit(patterns, chosen, len(columns)))
    points: dict[str, dict[str, int]] = {name: {} for name in GATE}
    for ((name,), (level,)), value in zip(columns, milli, strict=False):
        points[name][str(level)] = value
    sums = np.array(milli)[chosen].sum(1)
    order = np.argsort(sums)
    lost = np.cumsum(patterns["true"][order]) / patterns["true"].sum()
    return {"least_milli": int(sums[order][np.searchsorted(lost, GATE_LOSS)]), "milli_bits": points}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.learn", description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    options = parser.parse_args()
    lessons = [labelled(lesson, options.work) for lesson in LESSONS]
    merged = {name: np.concatenate([one[name] for one in lessons]) for name in lessons[0]}
    chosen, columns = design(merged, TERMS)
    milli = in_milli_bits(fit(merged, chosen, len(columns)))
    terms: dict[tuple[str, ...], dict[str, int]] = {term: {} for term in TERMS}
    for (term, levels), value in zip(columns, milli, strict=False):
        terms[term][",".join(map(str, levels))] = value
    model = {
        "version": "1",
        "learnt": {
            "by": "bench/learn.py",
            "lessons": [
                f"{one.people} candidates, seed {one.seed}, error_scale {one.error_scale}, names {one.names}"
                for one in LESSONS
            ],
            "pairs": int(merged["pairs"].sum()),
            "true_pairs": int(merged["true"].sum()),
            "ridge": RIDGE,
        },
        "thresholds_milli": THRESHOLDS,
        "gate": gate(merged),
        "intercept_milli": milli[-1],
        "terms": [{"fields": list(term), "milli_bits": values} for term, values in terms.items()],
    }
    WEIGHTS.write_text(json.dumps(model, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
