"""Asking BPJS about exactly those whom a round would choose (uji padan), taking its answers in, or doing without by two people.

The request and the answer go the way of all registers: a workbook out, sealed and each taking recorded; a file in, kept as
it came and read in the background. No answer is unknown, never "not a member".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone

from payung.access.policy import Action
from payung.allocation import holding
from payung.allocation.held_back import counted
from payung.allocation.held_queries import held_now
from payung.allocation.models import AllocationRound, Precheck, Scenario
from payung.allocation.news import answers_in
from payung.allocation.prepared import applications_of
from payung.allocation.scenario import Settings
from payung.approval.kinds import kind
from payung.approval.models import Proposal
from payung.approval.services import propose
from payung.audit.services import record
from payung.core.errors import PayungError
from payung.core.scope import required
from payung.registry.models import Delivery
from payung.registry.queries import answers_to
from payung.registry.register_services import (
    ask_about,
    read_delivery,
    receive_register,
    rows_asked,
    write_rows,
)
from payung.work.handlers import Progress
from payung.work.models import Job
from payung.work.services import enqueue

REGISTER = "bpjs"
ASK, READ = "allocation.precheck_ask", "allocation.precheck_read"
"""The jobs that write the request of a pre-check and read its answers."""
WAIVER = "round.precheck_waived"
CHOOSING = "Memilih siapa yang ditanyakan"


def ask_precheck(round_: AllocationRound, scenario: Scenario) -> Precheck:
    """Let the workbook be written that asks BPJS about those whom the scenario would choose now.

    Whoever was answered already is not asked once more. PayungError for a round that is not prepared, frozen or cancelled,
    and while an earlier request is still being written.
    """
    _check_open(round_)
    if scenario.round_id != round_.pk or scenario.removed_at:
        raise PayungError("Skenario ini sudah tidak ada.", todo="Pilih skenario lain.")
    with transaction.atomic():
        _check_none_open(round_)
        made: Precheck = Precheck.everything.create(
            regency_code=round_.regency_code, round=round_, scenario=scenario,
            request=ask_about(REGISTER, str(round_)), asked_at=timezone.now(), asked_by=required().actor,
        )  # fmt: skip
        enqueue(ASK, made.pk)
        record("precheck.asked", made, detail={"round": round_.number, "scenario": scenario.name})
    return made


def _check_open(round_: AllocationRound) -> None:
    round_.refresh_from_db()
    if holding.is_waived(round_):
        raise PayungError(
            f"{round_} sudah disetujui tanpa uji padan.",
            todo="Tidak perlu bertanya lagi; lanjutkan ke pembekuan.",
        )
    if not round_.prepared_at:
        raise PayungError(f"Calon penerima {round_} belum selesai disusun.", todo="Tunggu sebentar.")
    if round_.freeze_id or round_.asked_at or round_.cancelled_at:
        raise PayungError(
            f"{round_} sudah dibekukan, sedang dibekukan, atau dibatalkan.", todo="Muat ulang halamannya."
        )


def _check_none_open(round_: AllocationRound) -> None:
    unwritten = Precheck.objects.filter(round=round_, request__written_at__isnull=True, request__isnull=False)
    for pk in unwritten.values_list("pk", flat=True):
        if Job.objects.filter(kind=ASK, subject=str(pk), finished_at__isnull=True).exists():
            raise PayungError("Permintaan uji padan sedang disusun.", todo="Tunggu sampai selesai.")


def write_precheck(precheck_id: int, progress: Progress) -> Precheck:
    """Write the workbook of a pre-check; one that is written already stays. PayungError where there is nobody to ask."""
    precheck: Precheck = Precheck.objects.select_related("round__run", "scenario", "request").get(
        pk=precheck_id
    )
    request, scenario = precheck.request, precheck.scenario
    assert request is not None
    assert scenario is not None
    if request.written_at:
        return precheck
    progress(CHOOSING, 0, 1)
    round_, settings = precheck.round, Settings.read(scenario.settings)
    held = held_now(round_, settings)
    if not held.reached:
        raise PayungError(
            "Semua yang akan dipilih skenario ini sudah dijawab BPJS Ketenagakerjaan.",
            todo="Tidak perlu bertanya lagi; lanjutkan ke pembekuan.",
        )
    applications = applications_of(round_)
    write_rows(request, [applications[row_id] for row_id in sorted(held.reached)], progress)
    precheck.refresh_from_db()
    return precheck


def receive_answer(precheck: Precheck, file: BinaryIO, file_name: str, as_of: date) -> Delivery:
    """Take in BPJS's answer to a pre-check, as any register's file, and let it be read and counted in the background.

    PayungError where it was not asked yet, for a waiver, and for what `receive_register` refuses.
    """
    if precheck.request is None or not precheck.request.written_at:
        raise PayungError(
            "Permintaan uji padan ini belum selesai disusun.",
            todo="Tunggu sampai selesai, lalu kirim kepada BPJS.",
        )
    with transaction.atomic():
        delivery = receive_register(REGISTER, file, file_name, as_of, request=precheck.request)
        enqueue(READ, f"{precheck.pk}-{delivery.pk}")
    return delivery


def read_answer(precheck_id: int, delivery_id: int, progress: Progress) -> Precheck:
    """Read an answer that was received, and count what it says."""
    read = read_delivery(delivery_id, progress)
    if read.fault:  # whoever read it first has told only the page of the register
        raise PayungError(read.fault, todo=read.todo)
    return read_precheck(Precheck.objects.select_related("request", "round", "scenario").get(pk=precheck_id))


def read_precheck(precheck: Precheck) -> Precheck:
    """Count anew what all answers to a pre-check say. PayungError where none of them answers its request."""
    request = precheck.request
    deliveries = answers_to([request]) if request else []
    if request is None or not deliveries:
        raise PayungError(
            "Berkas ini bukan jawaban atas permintaan uji padan putaran ini.",
            todo="Minta BPJS mengisi buku kerja yang dikirim; kolom ID BARIS dan ID PERMINTAAN jangan diubah.",
        )
    figures = _figures(precheck, deliveries)
    with transaction.atomic():
        Precheck.objects.filter(pk=precheck.pk).update(
            delivery=deliveries[-1], answered_at=timezone.now(), figures=figures
        )
        record("precheck.answered", precheck, detail={"delivery": deliveries[-1].pk, **figures})
    precheck.refresh_from_db()
    return precheck


def _figures(precheck: Precheck, deliveries: list[Delivery]) -> dict[str, Any]:
    """Rows asked, answered and unanswered; against how many the answers speak, by code; and how many remain."""
    assert precheck.request is not None
    assert precheck.scenario is not None
    asked = set(rows_asked(precheck.request))
    answered = asked & answers_in(deliveries).keys()
    against = {
        row_id: hold
        for row_id, hold in holding.by_answers(
            precheck.round, Settings.read(precheck.scenario.settings)
        ).items()
        if row_id in answered
    }
    return {
        "asked": len(asked),
        "answered": len(answered),
        "unanswered": len(asked - answered),
        "against": counted(against),
        "clear": len(answered) - len(against),
    }


def propose_waiver(round_: AllocationRound, reason: str) -> Proposal:
    """Ask a second person to let the round go without BPJS's answers. PayungError without a reason that can be understood."""
    _check_open(round_)
    if len(reason.strip()) < 10:
        raise PayungError(
            "Alasannya belum jelas.", todo="Tulis mengapa BPJS tidak dapat ditanya, dan sejak kapan."
        )
    asked = sum(one.row_count or 0 for one in holding.asked_of(round_))
    answers = sum(one.row_count or 0 for one in holding.answers_to_round(round_))
    return propose(
        WAIVER,
        round_,
        {"reason": reason.strip()},
        summary=f"{round_} tanpa uji padan BPJS Ketenagakerjaan",
        reason=reason.strip(),
        changes=[
            ("Uji padan", f"ditanyakan {asked} baris, dijawab {answers} baris", "tidak dipakai untuk yang belum dijawab"),
            ("Yang belum dijawab", "ditahan", "dapat dipilih; belum diketahui apakah sudah peserta"),
        ],
    )  # fmt: skip


def _version(subject_id: str, payload: Mapping[str, Any]) -> str:
    """What the round is like: with other candidates, frozen or cancelled, a waiver is about something else."""
    round_ = AllocationRound.objects.get(pk=subject_id)
    closed = round_.freeze_id or round_.asked_at or round_.cancelled_at
    return "tertutup" if closed else round_.candidates_hash


@kind(WAIVER, "Putaran tanpa uji padan", Action.PRECHECK_CHECK, _version)
def _waive(subject_id: str, payload: Mapping[str, Any]) -> None:
    """Both names stay: who asked for it (`asked_by`) and who allowed it (`waived_by`)."""
    round_ = AllocationRound.objects.get(pk=subject_id)
    _check_open(round_)
    proposal = Proposal.everything.filter(
        regency_code=round_.regency_code, kind=WAIVER, subject_id=subject_id
    ).latest("pk")
    now = timezone.now()
    Precheck.everything.create(
        regency_code=round_.regency_code, round=round_, asked_at=proposal.made_at, asked_by=proposal.made_by_id,
        waived_at=now, waived_by=required().actor, reason=str(payload["reason"]),
    )  # fmt: skip
