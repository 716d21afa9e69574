"""Measure the decree of a whole regency: `python -m bench.office_decree [--postgres] [--rows 54000]`.

A demo regency is screened and frozen under Paser's ceiling of 2022, its decree drafted and typeset by the real worker, signed
on paper as far as the tables go, and its copies made; meanwhile somebody opens pages all the time. Exit code 1 when something is
beyond its limit, or the roll is not the expected one.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench import office_flow
from bench.office_tools import REGENCY, Meter, Worker, beyond, folder, installation, spread, worker

ROWS, SEED = 54_000, 2022
JKK_IDR, JKM_IDR = 968_040_000, 658_267_200
"""Paser's ceiling of 2022 on its two accounts: 32.268 people for three months."""
SECONDS, MEGABYTES, MILLISECONDS = 60, 1_500, 1_000
"""What typesetting may take, what the worker may hold meanwhile, and the slowest page."""
PAGES = ("/", "/keputusan/", "/keputusan/{pk}/", "/keputusan/{pk}/keadaan/", "/putaran/", "/persetujuan/")
_EACH_SECONDS = 0.25


def measure(options: argparse.Namespace, home: Path) -> dict[str, Any]:
    """All figures."""
    made = office_flow.demo(options.out, options.rows, SEED)
    told: dict[str, Any] = {}
    with worker(home) as at_work:
        batch = office_flow.upload(made, home)
        office_flow.wait("read", at_work)
        assert batch
        office_flow.take_registers(made)
        office_flow.wait("registers", at_work)
        run = office_flow.ask()
        office_flow.wait("screen", at_work)
        round_id, told["freeze"] = frozen(run, at_work)
        at_work.peak_mb = 0
        told["decree"] = one = decreed(round_id, at_work)
    told["beyond"] = beyond(
        {
            "typesetting, seconds": (one["typeset"]["seconds"], SECONDS),
            "copies, seconds": (one["copies"]["seconds"], SECONDS),
            "worker, MB": (one["worker_peak_mb"], MEGABYTES),
            "slowest page, ms": (one["pages"]["worst_ms"], MILLISECONDS),
        }
    )
    if options.expect and one["roll_hash"] != options.expect:
        told["beyond"].append("the roll is not that of the main job on the same files")
    return told


@contextmanager
def acting(who: str) -> Iterator[None]:
    """As somebody of the cast."""
    from tests.office.cast import Office

    with Office().acting(who):
        yield


def frozen(run: int, at_work: Worker) -> tuple[int, dict[str, Any]]:
    """The round of a screening, frozen and approved as far as the tables go."""
    from django.utils import timezone

    from payung.allocation.freeze_services import ask_freeze
    from payung.allocation.models import AllocationRound
    from payung.allocation.prepared import prepared_of
    from payung.allocation.scenario import usual
    from payung.allocation.services import add_scenario, open_round
    from payung.budget.rules import Amount
    from payung.screening.models import ScreeningRun
    from tests.office.cast import Office
    from tests.office.freeze_desk import waived
    from tests.office.round_desk import SOURCE, budget

    with acting("budi"):
        round_ = open_round(ScreeningRun.objects.get(pk=run), "Oktober–Desember 2022")
    office_flow.wait("prepare", at_work)
    with acting("budi"):
        round_.refresh_from_db()
    waived(Office(), round_)
    with acting("budi"):
        money = budget(JKK_IDR, JKM_IDR)
        settings = replace(
            usual(prepared_of(round_).terms, "paser-2022|2022-10..2022-12"),
            budgets={SOURCE: money.pk},
            ceilings={SOURCE: Amount(JKK_IDR, JKM_IDR)},
        )
        one = add_scenario(round_, "Dasar", settings)
        meter = Meter((at_work.pid,))
        ask_freeze(one, one.version)
    office_flow.wait("freeze", at_work)
    told = meter.told()
    with acting("budi"):
        round_ = AllocationRound.objects.select_related("freeze").get(pk=round_.pk)
        assert round_.freeze
        told |= {name: round_.freeze.figures[name] for name in ("people", "waiting", "held_back")}
        AllocationRound.objects.filter(pk=round_.pk).update(approved_at=timezone.now())
    return int(round_.pk), told


def decreed(round_id: int, at_work: Worker) -> dict[str, Any]:
    """The decree of a round typeset and copied, with pages opened all the while."""
    from django.utils import timezone

    from payung.allocation.models import AllocationRound
    from payung.approval.rules import Verdict
    from payung.approval.services import decide
    from payung.enrolment.copy_services import ask_copies
    from payung.enrolment.decree_services import draft_decree
    from payung.enrolment.models import Decree, DecreeFile
    from payung.enrolment.typesetting_services import ask_typeset
    from payung.enrolment.waiver_services import propose_waiver

    with acting("budi"):
        round_ = AllocationRound.objects.select_related("freeze", "run").get(pk=round_id)
        waiver = propose_waiver(round_, "perjanjian tidak ikut diukur")
    with acting("kpa"):
        decide(waiver, Verdict.APPROVED)
    with acting("laila"):
        started = time.perf_counter()
        decree = draft_decree(round_)
        draft_ms = round(1000 * (time.perf_counter() - started))
    with looking(decree.pk) as times:
        with acting("laila"):
            meter = Meter((at_work.pid,))
            ask_typeset(decree, decree.version)
        with steps() as taken:
            office_flow.wait("typeset", at_work)
        typeset = meter.told() | {"steps": taken}
        with acting("laila"):
            Decree.objects.filter(pk=decree.pk).update(
                number="560/1/2022", dated=timezone.localdate(), approved_at=timezone.now(), approved_version=1,
                signed_at=timezone.now(), signed_how="basah",
            )  # fmt: skip
            meter = Meter((at_work.pid,))
            ask_copies(decree)
        office_flow.wait("copies", at_work)
        copies = meter.told()
    with acting("laila"):
        decree.refresh_from_db()
        files = DecreeFile.objects.filter(decree=decree)
        sizes = list(files.values_list("size", flat=True))
    slowest = {url: round(max(some)) for url, some in times.items()}
    return {
        "people": decree.totals["people"],
        "roll_hash": decree.roll_hash,
        "pages_of_body": decree.page_count,
        "files": len(sizes),
        "megabytes": round(sum(sizes) / 1e6, 1),
        "draft_ms": draft_ms,
        "typeset": typeset,
        "copies": copies,
        "worker_peak_mb": at_work.peak_mb,
        "pages": spread(one for some in times.values() for one in some) | {"slowest": slowest},
    }


@contextmanager
def steps() -> Iterator[dict[str, float]]:
    """Seconds of each step of the open job, as its progress tells them, until the block ends."""
    from django.db import connection

    from payung.core.scope import acting_in, whole
    from payung.work.models import Job

    over = threading.Event()
    taken: dict[str, float] = {}

    def look() -> None:
        last = time.perf_counter()
        with acting_in(whole(REGENCY)):
            while not over.wait(0.1):
                label = (
                    Job.objects.filter(finished_at__isnull=True).values_list("label", flat=True).first() or ""
                )
                now = time.perf_counter()
                taken[label] = round(taken.get(label, 0) + now - last, 1)
                last = now
        connection.close()

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield taken
    finally:
        over.set()
        thread.join()


@contextmanager
def looking(decree: int) -> Iterator[dict[str, list[float]]]:
    """Somebody opens pages, a few every second, until the block ends: milliseconds by address."""
    from django.db import connection

    from tests.office.cast import Office

    client, over = Office().client("laila"), threading.Event()
    times: dict[str, list[float]] = {page: [] for page in PAGES}

    def look() -> None:
        while not over.is_set():
            for page in PAGES:
                started = time.perf_counter()
                answer = client.get(page.format(pk=decree))
                times[page].append(1000 * (time.perf_counter() - started))
                assert answer.status_code == 200, page
                over.wait(_EACH_SECONDS)
        connection.close()

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield times
    finally:
        over.set()
        thread.join()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.office_decree", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--out", type=Path, default=Path("bench/out"), help="where demo regencies are kept")
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL server of its own")
    parser.add_argument("--expect", default="", help="the roll's hash that `payung run` prints")
    options = parser.parse_args()
    with folder() as home, installation(home, postgres=options.postgres):
        told = measure(options, home)
    told |= {
        "database": "postgresql" if options.postgres else "sqlite",
        "regency": REGENCY,
        "load_average": round(os.getloadavg()[0], 1),
    }
    sys.stdout.write(json.dumps(told, indent=1) + "\n")
    sys.exit(bool(told["beyond"]))


if __name__ == "__main__":
    main()
