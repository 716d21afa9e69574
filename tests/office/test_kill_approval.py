"""Killing whoever decides (trust.md R1): a decision is one transaction, so that each is there whole or not at all."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from payung.approval import chain
from payung.approval.models import Route, Stop
from payung.audit.models import Event
from payung.core.scope import acting_in, whole
from tests.office.cast import REGENCY, Office
from tests.office.test_kill_import import PROJECT

KILLS = 20


def whole_states(office: Office) -> int:
    """How many routes were approved, after a look at every route: its stops, what it did and what the ledger tells agree."""
    with acting_in(whole(REGENCY)):
        for route in Route.objects.all():
            stops = list(Stop.objects.filter(route=route))
            assert len(stops) == 6, "a route without all its stops"
            agreed = [one for one in stops if one.verdict == chain.APPROVED]
            assert all(one.verdict for one in stops if one.position < route.position), (
                "a stage was passed over"
            )
            assert (len(agreed) == len(stops)) is (route.outcome == chain.APPROVED)
            still = [one for one in stops if one.position == route.position and not one.verdict]
            assert bool(still) is (route.outcome == ""), "a stage that is done and did not open the next"
            told = Event.objects.filter(subject_type="approval.route", subject_id=str(route.pk))
            assert told.exclude(action="route.opened").count() == len(agreed)
            assert told.filter(action="route.opened").count() == 1
            assert told.filter(action="route.approved").count() == (route.outcome == chain.APPROVED)
        approved = Route.objects.filter(outcome=chain.APPROVED).count()
    renamed = int(office.user("tamu").name.removeprefix("Tamu") or 0)
    assert renamed == approved, "done twice, or told without being done"
    return approved


@pytest.mark.long
def test_twenty_kills_while_people_decide_leave_every_decision_whole(office: Office) -> None:
    chance, decided = random.Random(5), []
    for _kill in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.office.deciding"],
            cwd=PROJECT,
            env=dict(os.environ),
            stdout=subprocess.PIPE,
        )
        try:
            assert process.stdout
            assert process.stdout.readline() == b"siap\n"
            time.sleep(chance.random() * 0.6)
        finally:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            if process.stdout:
                process.stdout.close()
        whole_states(office)
        with acting_in(whole(REGENCY)):
            decided.append(Stop.objects.filter(decided_at__isnull=False).count())
    assert len(set(decided)) > KILLS // 2, "most kills must fall while somebody decides"
    assert whole_states(office) >= 1
