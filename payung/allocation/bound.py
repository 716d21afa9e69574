"""How far from the best possible a selection can be: a proof by linear programming, checked in exact numbers.

HiGHS proposes a price for every rule (a dual solution). That *any* non-negative prices give a valid bound is weak
duality, and it is evaluated here in fractions: the printed bound does not rest on floating point.
"""

from __future__ import annotations

import math
import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction

import highspy
import numpy as np

from payung.allocation.candidates import Candidate, Line, Round
from payung.allocation.walk import costs_of

Column = tuple[int, int, tuple[Line, Line, Line], bool, int]
"""Cost, points, lines, continuity and JKK: people who are equal in all of these are one column.

JKK is 0 for everybody where the accounts have no ceilings of their own: only then does it matter.
"""


@dataclass(frozen=True, slots=True)
class Certificate:
    """No selection under the same ceiling and quotas, that keeps as many continuing members and fills the same floors,
    is worth more than `points_bound` points."""

    points_greedy: int
    points_bound: int

    @property
    def gap_ratio(self) -> float:
        """The most that can have been lost, as a share of the bound; 0 where nothing was to be had."""
        if self.points_bound == 0:
            return 0.0
        return (self.points_bound - self.points_greedy) / self.points_bound


def certify(
    on_offer: Sequence[Candidate],
    chosen: Sequence[Candidate],
    round_: Round,
    quotas: Mapping[Line, int],
    floors: Mapping[Line, int],
) -> Certificate:
    """The bound on the sum of points over all selections from `on_offer` as good in continuity and floors as `chosen`.

    Every ceiling of the round holds for them.
    """
    greedy = sum(candidate.points for candidate in chosen)
    columns = sorted(_columns(on_offer, by_account=round_.by_account))
    if not columns or len(chosen) == len(on_offer):
        return Certificate(greedy, greedy)
    keep = sum(candidate.continuity for candidate in chosen)
    rows = _rows(columns, round_, quotas, floors, keep)
    bound = _exact_bound(columns, rows, _duals(columns, rows))
    return Certificate(greedy, max(greedy, math.floor(bound)))


def _columns(people: Sequence[Candidate], *, by_account: bool) -> list[tuple[Column, int]]:
    """The columns, each with how many people are in it. People are told apart by plain words first: that is quick."""
    alike: dict[tuple[int, int, bool, str, str, str], list[Candidate]] = {}
    for one in people:
        key = (id(one.monthly), one.points, one.continuity, one.district_code, one.desa_code, one.group)
        if (same := alike.get(key)) is None:
            alike[key] = [one]
        else:
            same.append(one)
    examples = [same[0] for same in alike.values()]
    counts: Counter[Column] = Counter()
    for one, (cost, jkk, _), same in zip(examples, costs_of(examples), alike.values(), strict=True):
        counts[cost, one.points, one.lines(), one.continuity, jkk if by_account else 0] += len(same)
    return list(counts.items())


@dataclass(frozen=True, slots=True)
class _Row:
    """`sum of coefficients <= limit`; floors are written with a minus."""

    coefficients: Mapping[int, int]
    limit: int
    scale: int = 1
    """By what the solver is told the row divided."""


def _money(prices: Mapping[int, int], limit_idr: int) -> _Row:
    """Rupiah in units of the ceiling: numbers of like size keep the solver accurate."""
    return _Row({index: price for index, price in prices.items() if price}, limit_idr, max(1, abs(limit_idr)))


def _rows(
    columns: Sequence[tuple[Column, int]],
    round_: Round,
    quotas: Mapping[Line, int],
    floors: Mapping[Line, int],
    keep: int,
) -> list[_Row]:
    members: dict[Line, list[int]] = {}
    for index, ((_, _, lines, _, _), _) in enumerate(columns):
        for line in lines:
            members.setdefault(line, []).append(index)
    rows = [_money({i: cost for i, ((cost, _, _, _, _), _) in enumerate(columns)}, round_.ceiling_idr)]
    if round_.jkk_idr is not None:
        rows.append(_money({i: jkk for i, ((_, _, _, _, jkk), _) in enumerate(columns)}, round_.jkk_idr))
    if round_.jkm_idr is not None:
        jkm = {i: cost - jkk for i, ((cost, _, _, _, jkk), _) in enumerate(columns)}
        rows.append(_money(jkm, round_.jkm_idr))
    rows += [_Row(dict.fromkeys(members[line], 1), n) for line, n in quotas.items() if line in members]
    rows += [
        _Row(dict.fromkeys(members[line], -1), -n) for line, n in floors.items() if line in members and n
    ]
    if keep:
        continuing = [i for i, ((_, _, _, continuity, _), _) in enumerate(columns) if continuity]
        rows.append(_Row(dict.fromkeys(continuing, -1), -keep))
    return rows


def _duals(columns: Sequence[tuple[Column, int]], rows: Sequence[_Row]) -> list[Fraction]:
    """HiGHS's price for each row, made non-negative; zeros (a valid, weak choice) where it finds none."""
    with _without_banner():
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", 0)
    infinity = highspy.kHighsInf
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(columns), len(rows)
    program.sense_ = highspy.ObjSense.kMaximize
    program.col_cost_ = np.array([points for ((_, points, _, _, _), _) in columns], dtype=float)
    program.col_lower_ = np.zeros(len(columns))
    program.col_upper_ = np.array([count for _, count in columns], dtype=float)
    program.row_lower_ = np.full(len(rows), -infinity)
    program.row_upper_ = np.array([row.limit / row.scale for row in rows])
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = np.cumsum([0, *(len(row.coefficients) for row in rows)], dtype=np.int32)
    program.a_matrix_.index_ = np.array([i for row in rows for i in row.coefficients], dtype=np.int32)
    program.a_matrix_.value_ = np.array(
        [value / row.scale for row in rows for value in row.coefficients.values()]
    )
    solver.passModel(program)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return [Fraction(0)] * len(rows)
    prices = solver.getSolution().row_dual
    # Rounded to 2^-40: any price is valid, and small denominators keep the exact sum quick.
    return [
        Fraction(max(0, round(float(price) * 2**40)), 2**40 * row.scale)
        for price, row in zip(prices, rows, strict=True)
    ]


@contextmanager
def _without_banner() -> Iterator[None]:
    """HiGHS greets on the process's own standard output before it can be told not to; results go there as JSON."""
    sys.stdout.flush()
    kept = os.dup(1)
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _exact_bound(
    columns: Sequence[tuple[Column, int]], rows: Sequence[_Row], prices: Sequence[Fraction]
) -> Fraction:
    """What the limits are worth at these prices, plus what each person is worth beyond the price of their seat.

    Everything is counted in the prices' common denominator, in whole numbers.
    """
    unit = math.lcm(*(price.denominator for price in prices))
    whole = [price.numerator * (unit // price.denominator) for price in prices]
    worth = sum(price * row.limit for price, row in zip(whole, rows, strict=True))
    paid = [0] * len(columns)
    for price, row in zip(whole, rows, strict=True):
        if price:
            for index, coefficient in row.coefficients.items():
                paid[index] += price * coefficient
    for ((_, points, _, _, _), count), seat in zip(columns, paid, strict=True):
        if points * unit > seat:
            worth += (points * unit - seat) * count
    return Fraction(worth, unit)
