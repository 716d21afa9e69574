"""Killing the worker while it typesets a decree (trust.md R1): the draft is as it was, or typeset whole."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from django.utils import timezone

from payung.allocation.models import AllocationRound, Award
from payung.approval.rules import Verdict
from payung.approval.services import decide
from payung.audit.models import Event
from payung.config import load
from payung.core.scope import acting_in, whole
from payung.engine.workspace import sweep
from payung.enrolment import typesetting_services
from payung.enrolment.decree_services import draft_decree
from payung.enrolment.models import Decree, DecreeFile, DecreeRow
from payung.enrolment.paper_files import SEALING
from payung.enrolment.signed_files import FOLDER
from payung.enrolment.typesetting_services import CHECKING, SETTING, WRITING, ask_typeset
from payung.enrolment.waiver_services import propose_waiver
from payung.vault.files import open_file
from payung.vault.stored import stored
from payung.work.models import Job
from tests.office.cast import REGENCY, Office
from tests.office.freeze_desk import frozen, waived
from tests.office.round_desk import PRICE, budget, opened, scenario
from tests.office.screening_desk import screened
from tests.office.test_kill_import import wait, worker
from tests.office.test_kill_screening import bring_regency

KILLS = 20
PEOPLE = 120
STAGES = (WRITING, CHECKING, SETTING, SEALING, "")
"""Where a worker is killed, in turn; "" is anywhere."""
JOB = {"kind": typesetting_services.JOB, "finished_at__isnull": True}


def drafted(office: Office, folder: Path) -> Decree:
    """A draft for the people of a small regency."""
    bring_regency(office, folder)
    screened(office)
    round_ = opened(office)
    waived(office, round_)
    with office.acting("budi"):
        line = budget(PRICE.jkk_idr * 3 * PEOPLE, PRICE.jkm_idr * 3 * PEOPLE)
        made = scenario(round_, line, PEOPLE)
    round_ = frozen(office, made)
    with office.acting("budi"):
        AllocationRound.objects.filter(pk=round_.pk).update(approved_at=timezone.now())
        waiver = propose_waiver(round_, "belum ada perjanjian pada data contoh")
    with office.acting("kpa"):
        decide(waiver, Verdict.APPROVED)
    with office.acting("laila"):
        return draft_decree(round_)


def whole_or_not(decree: Decree, folder: Path) -> bool:
    """Whether the draft is typeset, after a look at all that belongs to it."""
    decree.refresh_from_db()
    files = list(DecreeFile.objects.filter(decree=decree))
    versions = {one.version for one in files}
    assert Event.objects.filter(action="decree.typeset", subject_id=str(decree.pk)).count() == len(versions)
    rows = list(DecreeRow.objects.filter(decree=decree).values_list("row_id", flat=True))
    assert len(rows) == len(set(rows)), "somebody stands twice"
    if decree.typeset_at is None:
        assert decree.version not in versions, "files of a paper that is not there"
        return False
    awards = set(Award.objects.filter(round=decree.round_id).values_list("row_id", flat=True))
    assert set(rows) == awards
    here = [one for one in files if one.version == decree.version]
    kinds = Counter(one.kind for one in here)
    assert kinds == {
        "keputusan": 1, "sidik": 1,
        "terbatas": decree.content["volumes"], "publik": decree.content["volumes"],
    }  # fmt: skip
    for one in here:
        assert open_file(stored(one.path), folder / "terbuka").sha256 == one.sha256
    (body,) = (one.sha256 for one in here if one.kind == "keputusan")
    assert body == decree.body_sha256
    return True


def killed(stage: str, chance: random.Random) -> bool:
    """Start a worker, let it come to a stage, kill it; False where it had ended its work before."""

    def there() -> bool:
        labels = list(Job.objects.filter(**JOB, lease_until__isnull=False).values_list("label", flat=True))
        over = not Job.objects.filter(**JOB).exists()
        return over or bool(labels and (labels[0] == stage or not stage))

    with worker() as process:
        assert wait(there), f"the worker never comes to {stage}"
        time.sleep(chance.random() * (4 if not stage else 0.3))
        unfinished = Job.objects.filter(**JOB).exists()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    return unfinished


@pytest.mark.long
def test_a_worker_killed_twenty_times_leaves_a_draft_as_it_was_or_typeset_whole(
    office: Office, tmp_path: Path
) -> None:
    chance = random.Random(7)
    decree = drafted(office, tmp_path / "kabupaten")
    kills = 0
    bodies: set[str] = set()
    with acting_in(replace(whole(REGENCY), actor=office.user("laila").pk)):
        while kills < KILLS:
            if whole_or_not(decree, tmp_path):
                bodies.add(decree.body_sha256)
            if decree.asked_at is None or decree.typeset_at:
                ask_typeset(decree, decree.version)
            kills += killed(STAGES[kills % len(STAGES)], chance)
            whole_or_not(decree, tmp_path)
        with worker():
            assert wait(lambda: not Job.objects.filter(finished_at__isnull=True).exists()), (
                "it does not end by itself"
            )
        assert whole_or_not(decree, tmp_path)
        assert not decree.typeset_error
        bodies.add(decree.body_sha256)
        assert len(bodies) == 1, "what was cut off and begun anew gives what is done in one go"
        nothing_is_left_behind()


def nothing_is_left_behind() -> None:
    """No workspace in the clear, no sealed file that no row names."""
    sweep(load().folder("workspace"))
    assert not list(load().folder("workspace").glob("payung-*"))
    folder = load().folder("uploads") / FOLDER / REGENCY
    named = {Path(path).name for path in DecreeFile.objects.values_list("path", flat=True)}
    assert {path.name for path in folder.iterdir()} == named
