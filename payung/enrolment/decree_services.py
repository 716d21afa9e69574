"""Drafting a decree from an approved round, changing the draft, giving it up.

A draft is made once a round. Whatever is changed after it was typeset makes the paper another one: its version rises, it
is no longer approved, and the route that was under way ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Max, PositiveIntegerField, Q, When
from django.utils import timezone

from payung.access.queries import names_of
from payung.allocation.models import AllocationRound
from payung.approval.procedures import procedure_in_force
from payung.approval.route_queries import route_of
from payung.approval.route_services import withdraw_route
from payung.audit.services import changed, record, subject_of
from payung.core.errors import PayungError
from payung.core.scope import required
from payung.enrolment.decree import PAPERS
from payung.enrolment.grounds import check_round, grounds_of, lacking, signer_of
from payung.enrolment.models import Decree
from payung.enrolment.waiver_services import waiver_of, waiver_words
from payung.registry.queries import judged_on

MOST_TRIES = 5
REST = Q(asked_at__isnull=True) | Q(typeset_at__isnull=False)
"""Nothing is being typeset."""
RAISED = Case(
    When(typeset_at__isnull=False, then=F("version") + 1),
    default=F("version"),
    output_field=PositiveIntegerField(),
)
"""The version after this: each paper has its own."""
UNSETTLED = Q(signed_at__isnull=True, cancelled_at__isnull=True)


def draft_decree(
    round_: AllocationRound,
    *,
    number: str = "",
    dated: date | None = None,
    seat: str = "",
    signer_name: str = "",
    paper: str = "f4",
) -> Decree:
    """Draft the decree of an approved round; number and date may stay blank until it is signed.

    It rests on the agreement in force on its date (today where it has none) and on the money held for the round; where
    either is missing, on the waiver that a second person has approved. PayungError where there is none, where the
    round is not approved, or has its decree already.
    """
    check_round(round_)
    instrument = procedure_in_force().instrument_for("penetapan")
    on = dated or judged_on(timezone.localdate())
    grounds, waiver = grounds_of(round_, on), waiver_of(round_)
    if grounds.missing and waiver is None:
        raise lacking(grounds)
    freeze = round_.freeze
    assert freeze is not None
    signer = signer_of(instrument, on)
    figures = freeze.figures
    values: dict[str, Any] = {
        "instrument": instrument.id,
        "number": _number(number),
        "dated": dated,
        "round": round_,
        "agreement": grounds.agreement,
        "waiver": waiver_words(waiver) if grounds.missing else "",
        "signer_title": signer.title,
        "signer_name": signer_name.strip() or signer.name,
        "paper": _paper(paper),
        "roll_hash": freeze.roll_hash,
        "totals": {name: figures[name] for name in ("people", "jkk_idr", "jkm_idr", "sources")},
        "content": {"seat": seat.strip()[:100], "months": freeze.settings["months"], "left_out": {}},
        "year": int(freeze.settings["months"][:4]),
    }
    with transaction.atomic():
        made = add_decree(values)
        record(
            "decree.drafted", made,
            detail={
                "round": round_.number, "freeze": freeze.number, "roll_hash": freeze.roll_hash, "number": made.number,
                "agreement": made.agreement_id, "waiver": waiver.pk if waiver and grounds.missing else None,
            },
        )  # fmt: skip
    return made


def add_decree(values: Mapping[str, Any]) -> Decree:
    """The row of a new decree or amendment, with the next number of its year, in the caller's transaction.

    PayungError where the round has its decree already, or the number is taken.
    """
    scope = required()
    assert scope.actor is not None, "a decree is drafted by a person"
    for _ in range(MOST_TRIES):
        numbers = Decree.everything.filter(regency_code=scope.regency, year=values["year"])
        last = numbers.aggregate(last=Max("number_in_year"))["last"] or 0
        made = Decree(
            regency_code=scope.regency, number_in_year=last + 1, made_at=timezone.now(), made_by=scope.actor, **values
        )  # fmt: skip
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError:
            _refuse_taken(values)
            continue  # somebody drafted another one at the same moment
        return made
    raise PayungError("Nomor urut keputusan sedang dipakai orang lain.", todo="Coba sekali lagi.")


def _refuse_taken(values: Mapping[str, Any]) -> None:
    if values["number"]:
        _refuse_number(values["number"], None)
    if values.get("amends") is None and values.get("round") is not None:
        other = Decree.objects.filter(
            round=values["round"], amends__isnull=True, cancelled_at__isnull=True
        ).first()
        if other:
            who = names_of([other.made_by]).get(other.made_by, "orang lain")
            raise PayungError(
                f"{values['round']} sudah punya keputusan: {other}, disusun oleh {who}.",
                todo="Buka rancangan itu; bila keliru, batalkan dahulu.",
            )


def _refuse_number(number: str, pk: int | None) -> None:
    if Decree.objects.filter(number=number, cancelled_at__isnull=True).exclude(pk=pk).exists():
        raise PayungError(f"Nomor {number} sudah dipakai keputusan lain.", todo="Periksa nomornya.")


def change_decree(
    decree: Decree,
    version: int,
    *,
    number: str,
    dated: date | None,
    seat: str,
    signer_name: str,
    paper: str,
) -> Decree:
    """Change what stands on a draft beside its roll. What was typeset lapses, with its approval and its route.

    `version` is what the actor was shown. PayungError where somebody else has changed it meanwhile, it is being typeset
    or signed, somebody else's route is under way, or no agreement holds on the new date.
    """
    new: dict[str, Any] = {
        "number": _number(number), "dated": dated, "signer_name": signer_name.strip()[:150], "paper": _paper(paper),
        "content": {**decree.content, "seat": seat.strip()[:100]},
    }  # fmt: skip
    old = {name: getattr(decree, name) for name in new}
    if new == old:
        raise PayungError("Tidak ada yang diubah.", todo="Ubah isiannya, lalu simpan.")
    if dated != decree.dated and not decree.waiver and decree.round:
        grounds = grounds_of(decree.round, dated or judged_on(timezone.localdate()))
        if grounds.missing:
            raise lacking(grounds)
        new["agreement"] = grounds.agreement
    with transaction.atomic():
        end_route(decree)
        try:
            with transaction.atomic():
                done = lapse(decree, version, **new)
        except IntegrityError:
            _refuse_number(new["number"], decree.pk)
            raise
        if not done:
            raise moved_on(decree)
        new.pop("agreement", None)
        record("decree.changed", decree, detail=changed(old, new))
    decree.refresh_from_db()
    return decree


def lapse(decree: Decree, version: int, **new: Any) -> bool:
    """Let what was typeset of a draft lapse, with these new values; False where it is not as it was shown any more.

    The version rises where there was a paper.
    """
    return bool(
        Decree.objects.filter(REST, UNSETTLED, pk=decree.pk, version=version).update(
            version=RAISED,
            asked_at=None, typeset_at=None, typeset_error="", body_sha256="", page_count=None, approved_at=None,
            approved_version=None, **new,
        )
    )  # fmt: skip


def cancel_decree(decree: Decree, reason: str) -> Decree:
    """Give a draft up; its round can be drafted anew, and its files and rows stay on record.

    PayungError without a reason, for one that is signed or given up already, and while somebody else's route goes on.
    """
    if len(reason.strip()) < 5:
        raise PayungError("Alasan belum ditulis.", todo="Tulis mengapa rancangan ini dibatalkan.")
    with transaction.atomic():
        end_route(decree)
        done = Decree.objects.filter(REST, UNSETTLED, pk=decree.pk).update(
            cancelled_at=timezone.now(), cancel_reason=reason.strip()[:300]
        )
        if not done:
            raise moved_on(decree)
        record("decree.cancelled", decree, detail={"reason": reason.strip()})
    decree.refresh_from_db()
    return decree


def end_route(decree: Decree) -> None:
    """End the decree's open route, in the caller's transaction; it is about a paper that will be another.

    PayungError where somebody else has opened it.
    """
    route = route_of(*subject_of(decree))
    if route is None or route.ended_at:
        return
    if route.made_by_id != required().actor:
        raise PayungError(
            f"Naskah ini sedang diperiksa dalam rantai persetujuan, diajukan oleh {route.made_by.name}.",
            todo="Minta yang mengajukan menariknya, atau pejabat dalam rantai mengembalikannya.",
        )
    withdraw_route(route)


def moved_on(decree: Decree) -> PayungError:
    """What is read by whoever acts on a draft that is no longer as they saw it."""
    now = Decree.objects.get(pk=decree.pk)
    if now.cancelled_at:
        return PayungError(
            f"{now} sudah dibatalkan: {now.cancel_reason}", todo="Susun rancangan baru dari putarannya."
        )
    if now.signed_at:
        who = names_of([now.signed_by]).get(now.signed_by, "sistem")
        return PayungError(
            f"{now} sudah ditandatangani; dicatat oleh {who}.",
            todo="Perubahan dibuat dengan naskah perubahan.",
        )
    if now.asked_at and not now.typeset_at:
        return PayungError(f"{now} sedang disusun naskahnya.", todo="Tunggu sampai selesai, lalu coba lagi.")
    return PayungError(
        f"{now} diubah orang lain sesudah halaman ini dibuka.", todo="Muat ulang halamannya, lalu ulangi."
    )


def _number(number: str) -> str:
    return " ".join(number.split())[:100]


def _paper(paper: str) -> str:
    if paper not in PAPERS:
        raise PayungError(f"Kertas {paper} tidak dikenal.", todo="Pilih f4 atau a4.")
    return paper
