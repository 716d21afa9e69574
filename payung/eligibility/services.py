"""Asking for a screening, and each step that it has taken. Every step is one conditional update: done twice, it is done once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from payung.access.models import User
from payung.audit.services import record
from payung.core.dates import day
from payung.core.errors import PayungError
from payung.core.scope import required
from payung.eligibility.frozen import Seal
from payung.eligibility.gathering import Gathered, check_registers, deliveries_for, nobody, rules_in_force
from payung.eligibility.loading import previous_rows
from payung.eligibility.models import Assessment
from payung.eligibility.question import Question
from payung.eligibility.results import ResultRecord
from payung.intake.queries import screening_row_count
from payung.screening.models import Pair, ScreeningRun
from payung.screening.pair_loading import save_pairs
from payung.work.models import Job
from payung.work.services import TRIES, enqueue

KIND = "eligibility.screen"
"""The job that does a screening."""
_PORTION = 900
BROKEN = PayungError(
    "Penyaringan ini gagal karena kesalahan yang tidak terduga. Hasil sebelumnya tetap berlaku.",
    todo="Mulai sekali lagi; bila tetap gagal, beri tahu pengelola dan sebut nomor penyaringannya.",
)


def ask_run(question: Question) -> ScreeningRun:
    """Let the lists of the regency be screened in the background.

    PayungError where the policy does not cover the question, where there are no lists, where a register that it
    requires is missing or too old, and where a screening is open already: it says whose.
    """
    scope = required()
    terms = question.terms(rules_in_force())
    if not screening_row_count():
        raise nobody()
    check_registers(terms, deliveries_for(question.waived).values())
    with transaction.atomic():
        _settle_broken()
        number = (ScreeningRun.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        run = ScreeningRun(
            regency_code=scope.regency, number=number, asked_by=scope.actor, question=question.said()
        )
        try:
            with transaction.atomic():
                run.save(force_insert=True)
        except IntegrityError:
            raise _taken() from None
        enqueue(KIND, run.pk)
        record("run.started", run, detail={"number": number, **question.said()})
    return run


def _settle_broken() -> None:
    """Close runs whose job broke for good, so that they bar no other."""
    for run in open_runs():
        if not Job.objects.filter(kind=KIND, subject=str(run.pk), finished_at__isnull=True).exists():
            fail(run, BROKEN)


def open_runs() -> Sequence[ScreeningRun]:
    """Runs of the regency that are neither loaded nor failed: at most one."""
    return list(ScreeningRun.objects.filter(loaded_at__isnull=True, failed_at__isnull=True))


def _taken() -> PayungError:
    for run in open_runs():
        who = User.objects.filter(pk=run.asked_by or 0).values_list("name", flat=True).first() or "sistem"
        at = timezone.localtime(run.asked_at)
        return PayungError(
            f"Penyaringan {run.number} sedang berjalan; diminta {who} pada {day(at.date())} pukul {at:%H.%M}.",
            todo="Tunggu sampai selesai, lalu mulai lagi bila masih perlu.",
        )
    return PayungError("Penyaringan lain baru saja selesai.", todo="Lihat hasilnya dahulu.")


def froze(run: ScreeningRun, seal: Seal, gathered: Gathered, path: str) -> bool:
    """The inputs are frozen and lie sealed at `path`; False where they were already."""
    done = ScreeningRun.objects.filter(pk=run.pk, frozen_at__isnull=True).update(
        frozen_at=timezone.now(),
        inputs_hash=seal.inputs_hash,
        parts=dict(seal.parts),
        register_days=dict(gathered.days),
        marks=gathered.marks,
        notes=list(gathered.notes),
        inputs_file=path,
    )
    run.refresh_from_db()
    return bool(done)


def screened(run: ScreeningRun, said: ResultRecord, figures: Mapping[str, Any], path: str) -> bool:
    """The results are there and lie sealed at `path`; False where they were already."""
    done = ScreeningRun.objects.filter(pk=run.pk, screened_at__isnull=True).update(
        screened_at=timezone.now(), screened_hash=said.screened_hash, figures=dict(figures), results_file=path
    )
    run.refresh_from_db()
    return bool(done)


def make_current(run: ScreeningRun, pairs: Sequence[Pair], figures: Mapping[str, Any]) -> bool:
    """Let the run be the current one, with its pairs; False where it is already."""
    with transaction.atomic():
        done = ScreeningRun.objects.filter(pk=run.pk, loaded_at__isnull=True, failed_at__isnull=True).update(
            loaded_at=timezone.now(), figures={**run.figures, **figures, "pairs": len(pairs)}
        )
        if done:
            save_pairs(run, pairs)
            detail = {"inputs": run.inputs_hash, "screened": run.screened_hash, "rows": run.figures["rows"]}
            record("run.finished", run, detail={"number": run.number, **detail, "pairs": len(pairs)})
    run.refresh_from_db()
    return bool(done)


def tidy(run: ScreeningRun) -> int:
    """Remove rows of earlier runs that say the same as the next run's; how many. What was decided otherwise stays."""
    same = Exists(Assessment.objects.filter(run=run, row_id=OuterRef("row_id"), digest=OuterRef("digest")))
    removed = 0
    while some := list(previous_rows(run).filter(same).values_list("pk", flat=True)[:_PORTION]):
        with transaction.atomic():
            removed += Assessment.objects.filter(pk__in=some).delete()[0]
    return removed


def fail(run: ScreeningRun, error: PayungError) -> bool:
    """Close a run that cannot be finished, with what the user should know; the run before it stays the current one."""
    with transaction.atomic():
        done = ScreeningRun.objects.filter(pk=run.pk, loaded_at__isnull=True, failed_at__isnull=True).update(
            failed_at=timezone.now(), error=error.message, todo=error.todo
        )
        if done:
            Assessment.objects.filter(run=run).delete()
            record("run.failed", run, detail={"number": run.number, "reason": error.message})
    return bool(done)


def broke(run_id: int) -> None:
    """A job stopped by what nobody foresaw: its run fails when it is not tried again."""
    job = Job.objects.filter(kind=KIND, subject=str(run_id), finished_at__isnull=True).first()
    if job is None or job.tries >= TRIES:
        run = ScreeningRun.objects.filter(pk=run_id).first()
        if run:
            fail(run, BROKEN)
