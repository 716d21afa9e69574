"""Many processes on one budget (trust.md R6): never above a ceiling, the rest exact to the rupiah, nobody locked out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from django.db.models import Sum

from payung.budget.models import Budget, Ceiling, Movement, Reservation
from payung.budget.rules import Amount
from payung.budget.services import reserve
from tests.office.cast import Office
from tests.office.round_desk import budget
from tests.office.test_budget_money import COLUMNS, MOVES

PROJECT = Path(__file__).parents[2]
PATIENCE = 240


def race(line: Budget, processes: int, steps: int, gate: Path) -> tuple[dict[int, list[object]], int]:
    """Let so many processes go at once; the movements that they were given, by id, and how often they were refused."""
    runners = [
        subprocess.Popen(
            [
                sys.executable, "-m", "tests.office.budget_racer", str(line.pk), str(me), str(processes), str(steps),
                str(gate),
            ],
            cwd=PROJECT, env=dict(os.environ), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for me in range(processes)
    ]  # fmt: skip
    until = time.monotonic() + PATIENCE
    try:
        while len(list(gate.parent.glob(f"{gate.name}.*"))) < processes:
            assert time.monotonic() < until, "they do not come to the start"
            assert all(one.poll() is None for one in runners), runners[0].communicate()
            time.sleep(0.01)
        gate.touch()
        while any(one.poll() is None for one in runners):
            assert time.monotonic() < until, "somebody waits for ever"
            never_above(line)
            time.sleep(0.05)
    finally:
        for one in runners:
            one.kill()
    moved: dict[int, list[object]] = {}
    refused = 0
    for one in runners:
        out, trouble = one.communicate()
        assert one.returncode == 0, trouble
        told = json.loads(out)
        refused += told["refused"]
        moved |= {pk: rest for pk, *rest in told["moved"]}
    return moved, refused


def never_above(line: Budget) -> None:
    for one in Ceiling.objects.filter(budget=line):
        assert one.reserved_idr >= 0
        assert one.reserved_idr + one.committed_idr <= one.ceiling_idr


@pytest.mark.long
@pytest.mark.parametrize(("processes", "steps"), [(8, 125), (16, 65)])
def test_a_thousand_moves_by_many_processes_stay_below_the_ceiling_and_lose_no_rupiah(
    office: Office, tmp_path: Path, processes: int, steps: int
) -> None:
    opened = Amount(2_500, 2_000)
    with office.acting("kpa"):
        line = budget(opened.jkk_idr, opened.jkm_idr)
        told, refused = race(line, processes, steps, tmp_path / "mulai")
        never_above(line)
        rows = Movement.objects.filter(ceiling__budget=line).select_related("ceiling")
        there = {one.pk: [one.ceiling.programme, one.move, one.amount_idr] for one in rows}
        assert told.items() <= there.items(), "somebody was told of a movement that is none"
        untold = [one for one in rows if one.pk not in told]
        assert all(one.move == "cadang" and one.key.startswith("sk:") for one in untold), (
            "a movement of which nobody was told"
        )
        kinds = Counter(one.move for one in rows)
        assert refused > 50, "the ceiling was never full: nothing was raced for"
        assert min(kinds["pagu"], kinds["cadang"] // 4, kinds["ikat"] // 4) > 5, kinds
        for ceiling in Ceiling.objects.filter(budget=line):
            moved = dict(ceiling.movements.values_list("move").annotate(s=Sum("amount_idr")))
            moved["pagu"] = moved.get("pagu", 0) + opened.of(ceiling.programme)
            for column in COLUMNS:
                assert getattr(ceiling, column) == moved.get(MOVES[column], 0), column
            held = Reservation.objects.filter(ceiling=ceiling).aggregate(s=Sum("held_idr"))["s"]
            assert ceiling.reserved_idr == held
            assert ceiling.left_idr == ceiling.ceiling_idr - ceiling.reserved_idr - ceiling.committed_idr >= 0
        left = {one.programme: one.left_idr for one in Ceiling.objects.filter(budget=line)}
        reserve(line, Amount(left["jkk"], left["jkm"]), "sisa", person_months=0)
        assert all(one.left_idr == 0 for one in Ceiling.objects.filter(budget=line)), "the rest is exact"
