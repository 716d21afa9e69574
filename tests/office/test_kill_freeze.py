"""Killing the worker while it freezes a round (trust.md R1): the round is as it was, or frozen whole; no money is held twice."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from django.db.models import Sum

from payung.allocation import freeze_job
from payung.allocation.freeze_job import CHOOSING, HOLDING, LOOKING, SEALING, WRITING
from payung.allocation.freeze_services import again, ask_freeze, entries_of, thaw
from payung.allocation.models import AllocationRound, Award, Freeze, NotChosen, Scenario
from payung.allocation.prepared import prepared_of
from payung.allocation.roll import roll_hash
from payung.audit.models import Event
from payung.budget.models import Budget, Ceiling, Movement
from payung.config import load
from payung.core.scope import acting_in, whole
from payung.engine.workspace import sweep
from payung.work.models import Job
from tests.office.cast import REGENCY, Office
from tests.office.freeze_desk import waived
from tests.office.round_desk import PRICE, budget, opened, scenario
from tests.office.screening_desk import screened
from tests.office.test_kill_import import wait, worker
from tests.office.test_kill_screening import bring_regency

KILLS = 20
STAGES = (LOOKING, CHOOSING, WRITING, SEALING, HOLDING, "")
"""Where a worker is killed, in turn; "" is anywhere."""
JOB = {"kind": freeze_job.KIND, "finished_at__isnull": True}


def held(line: Budget) -> tuple[int, int]:
    """What is reserved on both accounts, which is what the movements add up to."""
    found: dict[str, int] = {}
    for ceiling in Ceiling.objects.filter(budget=line):
        moved = (
            Movement.objects.filter(ceiling=ceiling, move="cadang").aggregate(s=Sum("amount_idr"))["s"] or 0
        )
        assert ceiling.reserved_idr == moved, "an account does not say what was moved on it"
        found[ceiling.programme] = ceiling.reserved_idr
    return found["jkk"], found["jkm"]


def whole_or_not(round_: AllocationRound, line: Budget) -> bool:
    """Whether the round is frozen, after a look at all that belongs to it."""
    round_.refresh_from_db()
    events = Event.objects.filter(action="round.frozen", subject_id=str(round_.pk)).count()
    assert events == Freeze.objects.filter(round=round_).count()
    keys = Counter(Movement.objects.filter(amount_idr__gt=0, move="cadang").values_list("ceiling", "key"))
    assert set(keys.values()) <= {1}, "money was held twice under one key"
    if round_.freeze is None:
        assert held(line) == (0, 0), "money is held for a round that is not frozen"
        return False
    sums = round_.freeze.figures
    assert held(line) == (sums["jkk_idr"], sums["jkm_idr"])
    chosen = set(Award.objects.filter(round=round_).values_list("row_id", flat=True))
    left = set(NotChosen.objects.filter(round=round_).values_list("row_id", flat=True))
    assert len(chosen) == sums["people"] == Award.objects.filter(round=round_).count()
    assert not chosen & left
    assert chosen | left == {
        one.row_id for some in prepared_of(round_).candidates.values() for one in some
    }, "somebody is lost"
    return True


def killed(stage: str, chance: random.Random) -> bool:
    """Start a worker, let it come to a stage, kill it; False where it had ended its work before."""

    def there() -> bool:
        labels = list(Job.objects.filter(**JOB, lease_until__isnull=False).values_list("label", flat=True))
        over = not Job.objects.filter(**JOB).exists()
        return over or bool(labels and (labels[0] == stage or not stage))

    with worker() as process:
        assert wait(there), f"the worker never comes to {stage}"
        time.sleep(chance.random() * (3 if not stage else 0.06))
        unfinished = Job.objects.filter(**JOB).exists()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    return unfinished


@pytest.mark.long
def test_a_worker_killed_twenty_times_leaves_a_round_as_it_was_or_frozen_whole(
    office: Office, tmp_path: Path
) -> None:
    chance = random.Random(7)
    bring_regency(office, tmp_path / "kabupaten")
    screened(office)
    round_ = opened(office)
    waived(office, round_)
    with office.acting("budi"):
        everybody = prepared_of(round_).people
        people = everybody * 2 // 3
        line = budget(PRICE.jkk_idr * 3 * people, PRICE.jkm_idr * 3 * people)
        one: Scenario = scenario(round_, line, people)
    kills = 0
    hashes: set[str] = set()
    with acting_in(replace(whole(REGENCY), actor=office.user("budi").pk)):
        while kills < KILLS:
            if whole_or_not(round_, line):
                assert round_.freeze
                hashes.add(round_.freeze.roll_hash)
                thaw(round_, "diulang untuk diuji")
            if not round_.asked_at:
                ask_freeze(one, one.version)
            kills += killed(STAGES[kills % len(STAGES)], chance)
            whole_or_not(round_, line)
        with worker():
            assert wait(lambda: not Job.objects.filter(finished_at__isnull=True).exists()), (
                "it does not end by itself"
            )
        assert whole_or_not(round_, line)
        assert not round_.freeze_error
        assert round_.freeze
        hashes.add(round_.freeze.roll_hash)
        assert len(hashes) == 1, "what was cut off and begun anew gives what is done in one go"
        assert roll_hash(entry.row for entry in entries_of(round_)) in hashes
        assert again(round_.freeze) in hashes
        nothing_is_left_behind(round_)


def nothing_is_left_behind(round_: AllocationRound) -> None:
    """No workspace in the clear, no sealed file that no round or freeze names."""
    sweep(load().folder("workspace"))
    assert not list(load().folder("workspace").glob("payung-*"))
    folder = load().folder("uploads") / freeze_job.FOLDER / REGENCY
    named = {round_.candidates_file, *Freeze.objects.filter(round=round_).values_list("path", flat=True)}
    assert {path.name for path in folder.iterdir()} == {Path(path).name for path in named}
