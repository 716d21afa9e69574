"""Step 4: what each pattern of levels is worth. The weights are data, `weights.json`: learnt by `bench/learn.py`.

A score is a sum of integers (milli-bits of log-odds), one for each term: a term is one comparison or two that are
weighed together, because they are not independent (a NIK holds the birth date).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from payung.engine.engine import Engine
from payung.screening.linkage.comparing import LEVELS, Gate

WEIGHTS = Path(__file__).with_name("weights.json")
FIELDS = tuple(LEVELS)
EXACT_NAMES = ("same", "sound", "typing", "part", "near")
"""Evidence of names with which a same NIK is not contradicted."""
EXACT_BIRTHS = ("same", "swap", "part", "missing")


@dataclass(frozen=True, slots=True)
class Weights:
    """A learnt model. `terms` names the comparisons weighed together, with milli-bits for each tuple of levels."""

    version: str
    intercept: int
    terms: Mapping[tuple[str, ...], Mapping[tuple[int, ...], int]]
    exact: int
    """Least score of an exact link; `certain` and `review` likewise."""
    certain: int
    review: int
    gate: Gate


@cache
def shipped() -> Weights:
    """The weights that come with Payung. ValueError for a file that does not fit the comparisons."""
    raw = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    terms = {
        tuple(term["fields"]): {
            tuple(int(level) for level in levels.split(",")): int(milli)
            for levels, milli in term["milli_bits"].items()
        }
        for term in raw["terms"]
    }
    for fields, values in terms.items():
        for levels in values:
            if any(level >= len(LEVELS[field]) for field, level in zip(fields, levels, strict=True)):
                raise ValueError(f"weights.json: {fields} has no levels {levels}")
    cuts = raw["thresholds_milli"]
    points = {
        name: {int(level): int(milli) for level, milli in values.items()}
        for name, values in raw["gate"]["milli_bits"].items()
    }
    return Weights(
        raw["version"],
        int(raw["intercept_milli"]),
        terms,
        cuts["exact"],
        cuts["certain"],
        cuts["review"],
        Gate(points, int(raw["gate"]["least_milli"])),
    )


def score(engine: Engine, weights: Weights) -> None:
    """Make `lk_patterns(pattern, score_milli, outcome, reason, ev_…)`: one row a pattern that occurs and is a link."""
    rows = [
        (at, *(*levels, -1)[:2], milli)
        for at, values in enumerate(weights.terms.values())
        for levels, milli in values.items()
    ]
    engine.load(
        "lk_weights", {"term": "INTEGER", "one": "INTEGER", "other": "INTEGER", "milli": "INTEGER"}, rows
    )
    for sql in score_sql(weights):
        engine.execute(sql)


def pattern_sql() -> str:
    """All levels of a pair as one number: four bits each."""
    return " + ".join(f"cast({field} as bigint) * {16**at}" for at, field in enumerate(FIELDS))


def _evidence(field: str) -> str:
    cases = " ".join(f"WHEN {level} THEN '{word}'" for level, (_, word) in enumerate(LEVELS[field]))
    return f"CASE {field} {cases} END"


def score_sql(weights: Weights) -> tuple[str, ...]:
    """The queries of this step, in order."""
    joins, parts = [], [str(weights.intercept)]
    for at, fields in enumerate(weights.terms):
        other = f"p.{fields[1]}" if len(fields) == 2 else "-1"
        joins.append(
            f"LEFT JOIN lk_weights AS w{at} ON w{at}.term = {at} AND w{at}.one = p.{fields[0]} AND w{at}.other = {other}"
        )
        parts.append(f"coalesce(w{at}.milli, 0)")
    shown = [field for field in FIELDS if LEVELS[field][1][1]]
    evidence = ", ".join(f"{_evidence(field)} AS ev_{field}" for field in shown)
    names = ", ".join(f"'{word}'" for word in EXACT_NAMES)
    births = ", ".join(f"'{word}'" for word in EXACT_BIRTHS)
    outcome = f"""
      CASE WHEN ev_nik = 'same' AND ev_name IN ({names}) AND ev_birth IN ({births}) AND ev_sex <> 'other'
          AND score_milli >= {weights.exact} THEN 'exact'
        WHEN score_milli >= {weights.certain} THEN 'certain'
        WHEN score_milli >= {weights.review} THEN 'review' END
    """
    reason = " || ' ' || ".join(f"'{field}:' || ev_{field}" for field in ("nik", "name", "birth", "kk"))
    return (
        f"""
        CREATE OR REPLACE TABLE lk_distinct AS
        SELECT DISTINCT {pattern_sql()} AS pattern, {", ".join(FIELDS)} FROM lk_levels
        """,
        f"""
        CREATE OR REPLACE TABLE lk_scored AS
        SELECT pattern, {" + ".join(parts)} AS score_milli, {evidence}
        FROM lk_distinct AS p {" ".join(joins)}
        """,
        f"""
        CREATE OR REPLACE TABLE lk_patterns AS
        SELECT * FROM (SELECT *, {outcome} AS outcome, {reason} AS reason FROM lk_scored) AS s
        WHERE outcome IS NOT NULL
        """,
    )
