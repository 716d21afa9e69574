"""Freezing one scenario of a round, taking that back, and what a frozen round holds.

The work is done in the background (`freeze_job`): rows are written while the round is not frozen, and one last transaction
holds the money and freezes them. Whatever is killed before that leaves a round that is not frozen.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from payung.allocation import holding
from payung.allocation.freeze_job import KIND, again, budget_key, changed_meanwhile, freeze_round, remove_rows
from payung.allocation.freezing import entry_of
from payung.allocation.held_back import DEAD, Hold, Holds
from payung.allocation.held_queries import held_now
from payung.allocation.models import AllocationRound, Award, Scenario
from payung.allocation.roll import RollEntry
from payung.allocation.scenario import Settings
from payung.allocation.services import not_open
from payung.approval.route_queries import route_of
from payung.audit.services import record, subject_of
from payung.budget.models import Budget
from payung.budget.services import release
from payung.core.errors import PayungError
from payung.core.scope import required
from payung.eligibility.queries import staleness_of
from payung.work.services import enqueue

__all__ = [
    "again", "ask_freeze", "died_since", "entries_of", "freeze_round", "held_back", "learnt_since", "thaw",
]  # fmt: skip


def held_back(round_: AllocationRound, scenario: Scenario) -> Holds:
    """Who cannot be chosen in a round by a scenario now, by row id: the code, a sentence, and what clears it."""
    return held_now(round_, Settings.read(scenario.settings)).barred


def ask_freeze(scenario: Scenario, version: int) -> AllocationRound:
    """Let a scenario be frozen in the background, as it stood in `version`.

    PayungError where the round is frozen, asked to be, approved or cancelled already, where the scenario was changed
    meanwhile, where BPJS was neither asked nor waived, a source has no budget, or the screening is older than it may be.
    """
    round_: AllocationRound = AllocationRound.objects.select_related("run").get(pk=scenario.round_id)
    _check_precheck(round_)
    _check_budgets(Settings.read(scenario.settings))
    _check_age(round_)
    with transaction.atomic():
        done = AllocationRound.objects.filter(
            pk=round_.pk, prepared_at__isnull=False, freeze__isnull=True, asked_at__isnull=True,
            approved_at__isnull=True, cancelled_at__isnull=True,
        ).update(
            asked_scenario=scenario, asked_version=version, asked_at=timezone.now(), asked_by=required().actor,
            freeze_error="",
        )  # fmt: skip
        if not done:
            round_.refresh_from_db()
            raise not_open(round_)
        if not Scenario.objects.filter(pk=scenario.pk, version=version, removed_at__isnull=True).exists():
            raise changed_meanwhile(scenario)
        enqueue(KIND, round_.pk)
        record("round.freeze_asked", round_, detail={"scenario": scenario.name, "version": version})
    round_.refresh_from_db()
    return round_


def _check_precheck(round_: AllocationRound) -> None:
    if holding.is_waived(round_) or holding.answers_to_round(round_):
        return
    raise PayungError(
        "Belum ada jawaban BPJS Ketenagakerjaan (uji padan) untuk putaran ini.",
        todo="Buat permintaan uji padan dan unggah jawabannya, atau usulkan putaran tanpa uji padan beserta alasannya.",
    )


def _check_budgets(settings: Settings) -> None:
    known = set(Budget.objects.filter(pk__in=settings.budgets.values()).values_list("pk", flat=True))
    without = [source for source in settings.ceilings if settings.budgets.get(source) not in known]
    if without:
        raise PayungError(
            f"Sumber dana {', '.join(without)} belum mempunyai pagu pada halaman Anggaran.",
            todo="Pilih pagunya pada skenario ini.",
        )


def _check_age(round_: AllocationRound) -> None:
    old = [one.message for one in staleness_of(round_.run) if one.too_old]
    if old:
        raise PayungError(
            " ".join(old),
            todo="Masukkan data terbarunya, saring lagi, lalu buka putaran dari hasil yang baru.",
        )


def thaw(round_: AllocationRound, reason: str) -> None:
    """Take a freeze back: its money is released and its rows go; the freeze itself stays on record.

    PayungError without a reason, for a round that is not frozen or approved already, and while its route is under way.
    """
    if len(reason.strip()) < 5:
        raise PayungError("Alasan belum ditulis.", todo="Tulis mengapa pembekuan ini dibatalkan.")
    route = route_of(*subject_of(round_))
    if route is not None and route.ended_at is None:
        raise PayungError(
            f"{round_} sedang diperiksa dalam rantai persetujuan.",
            todo="Tarik rantainya, atau tunggu sampai dikembalikan.",
        )
    freeze = round_.freeze
    with transaction.atomic():
        done = freeze is not None and AllocationRound.objects.filter(
            pk=round_.pk, freeze=freeze, approved_at__isnull=True
        ).update(
            freeze=None,
            asked_scenario=None,
            asked_version=None,
            asked_at=None,
            asked_by=None,
            freeze_error="",
        )
        if not done or freeze is None:
            raise PayungError(
                f"{round_} tidak sedang beku, atau sudah disetujui.", todo="Muat ulang halamannya."
            )
        for budget in Budget.objects.filter(pk__in=Settings.read(freeze.settings).budgets.values()).order_by(
            "pk"
        ):
            release(budget, budget_key(freeze))
        remove_rows(round_)
        record(
            "round.thawed", round_,
            detail={"freeze": freeze.number, "roll_hash": freeze.roll_hash, "reason": reason.strip()},
        )  # fmt: skip
    round_.refresh_from_db()


def entries_of(round_: AllocationRound) -> list[RollEntry]:
    """The roll of a frozen round: an entry an award, by source and rank, as far as the actor's territory goes.

    Their rows give the freeze's `roll_hash` where the territory is the whole regency.
    """
    awards = Award.objects.filter(round=round_).order_by("source", "rank", "pk")
    columns = ("roll", "months", "jkk_idr", "jkm_idr", "continuity")
    return [
        entry_of(roll, months, jkk_idr=jkk, jkm_idr=jkm, continuity=continuity)
        for roll, months, jkk, jkm, continuity in awards.values_list(*columns).iterator(chunk_size=2_000)
    ]


def learnt_since(round_: AllocationRound) -> Mapping[str, Hold]:
    """What has been learnt of those chosen since they were frozen that would hold them back now, by row id."""
    if round_.freeze is None:
        raise PayungError(f"{round_} belum dibekukan.", todo="Bekukan satu skenario lebih dahulu.")
    known, _ = holding.known_and_silent(round_, Settings.read(round_.freeze.settings))
    chosen = set(Award.objects.filter(round=round_).values_list("row_id", flat=True))
    return {row_id: hold for row_id, hold in known.items() if row_id in chosen}


def died_since(round_: AllocationRound) -> Mapping[str, Hold]:
    """Those chosen of whom it is known by now that they have died, by row id."""
    return {row_id: hold for row_id, hold in learnt_since(round_).items() if hold.code == DEAD}
