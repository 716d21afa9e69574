"""Rounds and their scenarios: opened, prepared, tried, changed, cancelled. Each verb is one conditional statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone

from payung.access.queries import names_of
from payung.allocation import queries
from payung.allocation.models import AllocationRound, Scenario
from payung.allocation.money import check_money
from payung.allocation.prepared import prepared_of
from payung.allocation.scenario import Settings, check
from payung.audit.services import changed, record
from payung.core.errors import PayungError
from payung.core.scope import required
from payung.eligibility.frozen import RULES
from payung.eligibility.gathering import rules_in_force
from payung.eligibility.queries import staleness_of
from payung.screening.models import ScreeningRun
from payung.screening.queries import latest_run
from payung.work.services import enqueue

KIND = queries.PREPARE
LEAST_REASON = 5
"""Characters of a reason that somebody else can understand."""
ELIGIBLE = ("pass", "pass_noted")


def open_round(run: ScreeningRun, title: str, *, reason: str = "") -> AllocationRound:
    """Open a round on the current screening; its candidates are made ready in the background.

    PayungError where the screening is not the current one, lets nobody in, or was made under other rules than those in
    force; and where it is outdated otherwise, unless `reason` says why the round is opened all the same.
    """
    scope = required()
    if not title.strip():
        raise PayungError(
            "Putaran ini belum diberi nama.", todo="Tulis namanya, misalnya: Oktober-Desember 2022."
        )
    if run != latest_run():
        raise PayungError(
            f"{run} bukan penyaringan yang berlaku.",
            todo="Buka putaran dari penyaringan yang berlaku sekarang.",
        )
    if not sum(run.figures.get("decided", {}).get(one, 0) for one in ELIGIBLE):
        raise nobody()
    outdated = _outdated(run, reason)
    rules = rules_in_force()
    with transaction.atomic():
        number = (AllocationRound.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        made = AllocationRound(
            regency_code=scope.regency,
            number=number,
            title=title.strip()[:200],
            run=run,
            policy_sha256=rules.policy_sha256,
            law_sha256=rules.law_sha256,
            opened_at=timezone.now(),
            opened_by=scope.actor or 0,
            outdated=outdated,
            outdated_reason=reason.strip()[:300] if outdated else "",
        )
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError:
            raise PayungError(
                "Orang lain baru saja membuka putaran.",
                todo="Lihat daftar putaran, lalu ulangi bila masih perlu.",
            ) from None
        enqueue(KIND, made.pk)
        record(
            "round.opened", made,
            detail={"number": number, "title": made.title, "run": run.number, "outdated": outdated, "reason": reason},
        )  # fmt: skip
    return made


def _outdated(run: ScreeningRun, reason: str) -> list[str]:
    """Why the screening is outdated, where that is allowed for a reason."""
    stale = staleness_of(run)
    said = [one.message for one in stale]
    if any(one.part == RULES for one in stale):
        raise PayungError(
            " ".join(said),
            todo="Saring lagi dengan aturan yang sekarang; ini tidak dapat dilewati dengan alasan.",
        )
    if said and len(reason.strip()) < LEAST_REASON:
        raise PayungError(
            f"Penyaringan ini perlu diperbarui: {' '.join(said)}",
            todo="Saring lagi lebih dahulu, atau tulis alasan mengapa putaran tetap dibuka dari hasil ini.",
        )
    return said


def nobody() -> PayungError:
    """Why there is nobody to choose from."""
    return PayungError(
        "Penyaringan ini tidak meloloskan seorang pun, jadi tidak ada yang dapat dipilih.",
        todo="Lihat alasannya di hasil penyaringan, perbaiki daftarnya, lalu saring lagi.",
    )


def prepared(round_: AllocationRound, path: str, digest: str, figures: Mapping[str, Any]) -> bool:
    """The candidates lie sealed at `path`; False where they did already, or the round was cancelled meanwhile."""
    with transaction.atomic():
        done = AllocationRound.objects.filter(
            pk=round_.pk, prepared_at__isnull=True, cancelled_at__isnull=True
        ).update(
            prepared_at=timezone.now(), candidates_file=path, candidates_hash=digest, figures=dict(figures)
        )
        if done:
            record("round.prepared", round_, detail={"candidates": digest, **figures})
    round_.refresh_from_db()
    return bool(done)


def cancel_round(round_: AllocationRound, reason: str) -> AllocationRound:
    """Give a round up; everything that was made of it stays to be read.

    PayungError without a reason, and for a round that is frozen, being frozen, approved or cancelled already.
    """
    if len(reason.strip()) < LEAST_REASON:
        raise PayungError("Alasan belum ditulis.", todo="Tulis mengapa putaran ini dibatalkan.")
    with transaction.atomic():
        done = AllocationRound.objects.filter(
            pk=round_.pk, cancelled_at__isnull=True, freeze__isnull=True, asked_at__isnull=True,
            approved_at__isnull=True,
        ).update(cancelled_at=timezone.now(), cancel_reason=reason.strip()[:300])  # fmt: skip
        if not done:
            round_.refresh_from_db()
            raise not_open(round_)
        record("round.cancelled", round_, detail={"number": round_.number, "reason": reason})
    round_.refresh_from_db()
    return round_


def not_open(round_: AllocationRound) -> PayungError:
    """Why nothing can be tried in a round now."""
    if round_.cancelled_at:
        return PayungError(f"{round_} sudah dibatalkan.", todo="Buka putaran baru.")
    if round_.approved_at:
        return PayungError(
            f"{round_} sudah disetujui.", todo="Perubahan sesudah ini dibuat pada keputusannya."
        )
    who = names_of([round_.asked_by]).get(round_.asked_by or 0, "sistem")
    if round_.freeze_id:
        return PayungError(
            f"{round_} sudah dibekukan oleh {who}.",
            todo="Bila perlu diubah, batalkan pembekuannya lebih dahulu.",
        )
    if round_.asked_at:
        return PayungError(f"{round_} sedang dibekukan; diminta oleh {who}.", todo="Tunggu sampai selesai.")
    return PayungError(
        f"Calon {round_} masih disiapkan.", todo="Tunggu sampai selesai, lalu muat halaman ini lagi."
    )


def _check_open(round_: AllocationRound) -> None:
    """PayungError unless scenarios of the round can be tried now."""
    round_.refresh_from_db()
    if not round_.prepared_at or round_.cancelled_at or round_.freeze_id or round_.asked_at:
        raise not_open(round_)


def add_scenario(round_: AllocationRound, name: str, settings: Settings) -> Scenario:
    """Try one more way to choose; its figures are worked out at once.

    PayungError for a round that is not open, settings that fit it not, and a name that is taken.
    """
    scope = required()
    check(settings, prepared_of(round_).terms)
    check_money(settings)
    figures = queries.effect_of(round_, settings)
    with transaction.atomic():
        _check_open(round_)
        made = Scenario(
            regency_code=scope.regency, round=round_, name=_named(name), settings=settings.said(),
            figures=figures, figured_version=1, made_at=timezone.now(), made_by=scope.actor or 0,
        )  # fmt: skip
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError:
            raise _taken(made.name) from None
        record(
            "scenario.added",
            made,
            detail={"round": round_.number, "name": made.name, "settings": made.settings},
        )
    return made


def _named(name: str) -> str:
    if not name.strip():
        raise PayungError(
            "Skenario ini belum diberi nama.", todo="Tulis nama yang membedakannya dari yang lain."
        )
    return name.strip()[:80]


def _taken(name: str) -> PayungError:
    return PayungError(f"Sudah ada skenario bernama {name}.", todo="Pilih nama lain.")


def change_scenario(scenario: Scenario, settings: Settings, version: int, *, name: str = "") -> Scenario:
    """Change the settings of a scenario (and its name, where one is given), which whoever asks saw in `version`.

    PayungError where somebody else has changed or removed it since, and as for a new one.
    """
    round_ = scenario.round
    check(settings, prepared_of(round_).terms)
    check_money(settings)
    figures = queries.effect_of(round_, settings)
    called = _named(name or scenario.name)
    with transaction.atomic():
        _check_open(round_)
        before = {"name": scenario.name, **scenario.settings}
        try:
            with transaction.atomic():
                done = Scenario.objects.filter(pk=scenario.pk, version=version, removed_at__isnull=True).update(
                    settings=settings.said(), name=called, figures=figures,
                    version=F("version") + 1, figured_version=F("version") + 1,
                )  # fmt: skip
        except IntegrityError:
            raise _taken(called) from None
        if not done:
            raise _overtaken(scenario)
        record(
            "scenario.changed", scenario,
            detail={"round": round_.number, **changed(before, {"name": called, **settings.said()})},
        )  # fmt: skip
    scenario.refresh_from_db()
    return scenario


def _overtaken(scenario: Scenario) -> PayungError:
    scenario.refresh_from_db()
    if scenario.removed_at:
        return PayungError(
            f"Skenario {scenario.name} sudah dihapus orang lain.", todo="Buat skenario baru bila masih perlu."
        )
    return PayungError(
        f"Skenario {scenario.name} sudah diubah orang lain sesudah halaman ini dibuka; isian Anda belum disimpan.",
        todo="Buka skenario itu sekali lagi, lihat perubahannya, lalu ulangi bila masih perlu.",
    )


def remove_scenario(scenario: Scenario, version: int) -> None:
    """Take a scenario off the table; it stays on record. PayungError where somebody else was quicker."""
    with transaction.atomic():
        _check_open(scenario.round)
        if not Scenario.objects.filter(pk=scenario.pk, version=version, removed_at__isnull=True).update(
            removed_at=timezone.now()
        ):
            raise _overtaken(scenario)
        record("scenario.removed", scenario, detail={"round": scenario.round.number, "name": scenario.name})
    scenario.refresh_from_db()


def figure_scenario(scenario: Scenario) -> Scenario:
    """Work the figures of a scenario out anew, from what is known now; they are kept unless it was changed meanwhile."""
    version = scenario.version
    figures = queries.effect_of(scenario.round, Settings.read(scenario.settings), afresh=True)
    Scenario.objects.filter(pk=scenario.pk, version=version).update(figures=figures, figured_version=version)
    scenario.refresh_from_db()
    return scenario
