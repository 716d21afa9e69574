"""Killing the worker while it screens (trust.md R1): what is current is the run before or the new one, each whole."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest

from payung.audit.models import Event
from payung.config import load
from payung.core.scope import acting_in, whole
from payung.demo.livelihoods import AS_OF
from payung.demo.regency import make
from payung.eligibility import stages
from payung.eligibility.gathering import GATHERING
from payung.eligibility.loading import LOADING, PAIRING
from payung.eligibility.models import Assessment
from payung.eligibility.queries import latest
from payung.eligibility.services import KIND, ask_run
from payung.engine.workspace import sweep
from payung.registry.register_services import receive_register
from payung.screening.models import Pair, ScreeningRun
from payung.screening.rules import Verdict
from payung.screening.services import decide
from payung.work.models import Job
from tests.office.cast import REGENCY, Office
from tests.office.screening_desk import QUESTION, bring_lists, screened
from tests.office.test_kill_import import wait, worker

KILLS = 20
LINES = 1_500
STAGES = (
    GATHERING, stages.FREEZING, "Mencari orang yang sama", "Menilai orang", stages.SEALING, LOADING, PAIRING, "",
)  # fmt: skip
"""Where a worker is killed, in turn; "" is anywhere."""


def bring_regency(office: Office, folder: Path) -> None:
    """A small demo regency's lists and registers, read."""
    made = make(folder, people=LINES, seed=7)
    with office.acting("budi"):
        bring_lists(*sorted(path for path in made.lists.rglob("*") if path.is_file()))
        for name, path in made.registers.items():
            with path.open("rb") as source:
                receive_register(name, source, path.name, AS_OF)
    office.work()


def whole_results() -> int:
    """The number of the current run, after a look at all that belongs to it."""
    run = latest()
    assert run
    rows = Assessment.objects.filter(run=run)
    assert rows.count() == run.figures["rows"], "the current run lacks rows"
    assert rows.values("row_id").distinct().count() == run.figures["rows"]
    assert rows.filter(survives=True).count() == run.figures["persons"]
    assert Pair.objects.filter(run=run, is_test=False).count() == run.figures["pairs"]
    told = Event.objects.filter(
        action="run.finished", subject_id=str(run.pk), subject_type="screening.screeningrun"
    )
    assert told.count() == 1
    return int(run.number)


def killed(stage: str, chance: random.Random) -> bool:
    """Start a worker, let it come to a stage, kill it; False where it had ended its work before."""

    def there() -> bool:
        at = Job.objects.filter(kind=KIND, finished_at__isnull=True, lease_until__isnull=False)
        labels = list(at.values_list("label", flat=True))
        over = not ScreeningRun.objects.filter(loaded_at__isnull=True, failed_at__isnull=True).exists()
        return over or bool(labels and (labels[0] == stage or not stage))

    with worker() as process:
        assert wait(there), f"the worker never comes to {stage}"
        time.sleep(chance.random() * (6 if not stage else 0.25))
        unfinished = Job.objects.filter(kind=KIND, finished_at__isnull=True).exists()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    return unfinished


@pytest.mark.long
def test_a_worker_killed_twenty_times_leaves_the_run_before_or_the_new_one(
    office: Office, tmp_path: Path
) -> None:
    chance = random.Random(7)
    bring_regency(office, tmp_path / "kabupaten")
    first = screened(office)
    kills = 0
    hashes: dict[int, set[str]] = {}
    with acting_in(whole(REGENCY)):
        number = whole_results()
        while kills < KILLS:
            if not ScreeningRun.objects.filter(loaded_at__isnull=True, failed_at__isnull=True).exists():
                pair = Pair.objects.filter(verdict="", run=latest()).order_by("pk").first()
                if pair:
                    decide(pair, Verdict.SAME if kills % 2 else Verdict.DIFFERENT, version=pair.version)
                ask_run(QUESTION)
            kills += killed(STAGES[kills % len(STAGES)], chance)
            now = whole_results()
            assert now in (number, number + 1)
            number = now
            for pk, digest in ScreeningRun.objects.values_list("pk", "inputs_hash"):
                hashes.setdefault(pk, set()).add(digest)
        with worker():
            assert wait(lambda: not Job.objects.filter(finished_at__isnull=True).exists()), (
                "it does not end by itself"
            )
        whole_results()
        assert not ScreeningRun.objects.filter(failed_at__isnull=False).exists()
        assert all(len(known - {""}) == 1 for known in hashes.values()), "a frozen run was frozen once more"
        last = latest()
        assert last
        nothing_is_left_behind()
    again = screened(office)
    assert again.inputs_hash == last.inputs_hash != first.inputs_hash
    assert again.screened_hash == last.screened_hash, (
        "what was cut off and taken up gives what is done in one go"
    )


def nothing_is_left_behind() -> None:
    """No workspace in the clear, no sealed file that no run names."""
    sweep(load().folder("workspace"))
    assert not list(load().folder("workspace").glob("payung-*"))
    named = {
        path for pair in ScreeningRun.objects.values_list("inputs_file", "results_file") for path in pair
    }
    folder = load().folder("uploads")
    there = {str(path.relative_to(folder)) for path in (folder / stages.FOLDER / REGENCY).iterdir()}
    assert named == there
    leftover = Assessment.objects.exclude(run=latest()).values_list("row_id", flat=True)
    assert len(leftover) < LINES / 5, "rows that say the same as the next run's are removed"
