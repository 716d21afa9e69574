"""Freezing in the background. Killed at any moment, it leaves the round as it was or frozen whole, and begins anew.

Until the last transaction everything is either rows of a round that is not frozen, which are removed at the next beginning, or
a sealed file that no freeze names, which is swept.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from payung.allocation import files
from payung.allocation.choice import Chosen, choose_among, roll
from payung.allocation.freezing import Left, Outcome, award_values, figures, left_out, left_values
from payung.allocation.frozen import FrozenChoice, read_choice, write_choice
from payung.allocation.held_back import Held
from payung.allocation.held_queries import held_now
from payung.allocation.models import AllocationRound, Award, Freeze, NotChosen, Scenario
from payung.allocation.prepared import applications_of, prepared_of
from payung.allocation.roll import RollEntry, canonical_roll, roll_hash
from payung.allocation.scenario import Settings, offers
from payung.allocation.taken import check_not_twice, one_at_a_time
from payung.audit.services import record
from payung.budget.models import Budget
from payung.budget.rules import Amount
from payung.budget.services import reserve
from payung.config import load
from payung.core.errors import PayungError
from payung.core.portions import portions
from payung.database.moment import one_moment
from payung.engine.bundle import pack, unpack
from payung.engine.workspace import private_workspace
from payung.registry.bulk import insert, refresh_statistics
from payung.vault.current import vault
from payung.vault.files import open_file, seal_file
from payung.vault.stored import stored
from payung.work.handlers import Progress
from payung.work.services import LeaseLostError

KIND = "allocation.freeze"
"""The job that freezes a round."""
FOLDER = "putaran"
"""Below the folder of stored files: `putaran/<regency>/<round>-….beku`."""
LOOKING, CHOOSING, WRITING, SEALING, HOLDING = (
    "Memeriksa yang ditahan", "Memilih", "Menulis penetapan", "Menyegel penetapan", "Mencadangkan pagu",
)  # fmt: skip
BATCH = 1_800
"""Rows in a transaction: few commits, and nobody else waits long."""
_PORTION = 5_000
BROKEN = PayungError(
    "Pembekuan ini gagal karena kesalahan yang tidak terduga; tidak ada yang dibekukan.",
    todo="Bekukan sekali lagi; bila tetap gagal, beri tahu pengelola dan sebut nomor putarannya.",
)


def changed_meanwhile(scenario: Scenario) -> PayungError:
    """What is read by whoever freezes something that somebody else has changed."""
    return PayungError(
        f"Skenario {scenario.name} diubah atau dihapus orang lain sesudah halaman ini dibuka; tidak ada yang dibekukan.",
        todo="Muat ulang halamannya, lihat angkanya, lalu bekukan lagi.",
    )


def budget_key(freeze: Freeze) -> str:
    """The key under which a freeze's money is reserved: the same work done twice moves it once."""
    return f"putaran:{freeze.round_id}:{freeze.number}"


def remove_rows(round_: AllocationRound) -> None:
    """Remove the awards and those not chosen of a round that is not frozen; the tables refuse it of one that is."""
    for model in (Award, NotChosen):
        rows = list(model.objects.filter(round=round_).order_by("pk").values_list("pk", flat=True))
        for some in portions(rows, _PORTION):
            model.objects.filter(pk__range=(some[0], some[-1]), round=round_).delete()


def freeze_round(round_id: int, progress: Progress) -> None:
    """Freeze the scenario that was asked for; once it is done, nothing. PayungError, kept with the round, where it cannot be."""
    round_: AllocationRound = AllocationRound.objects.select_related("run", "asked_scenario").get(pk=round_id)
    if round_.freeze_id or not round_.asked_at:
        return
    try:
        with private_workspace(load().folder("workspace")) as folder:
            _Desk(round_, folder, progress).work()
    except PayungError as error:
        give_up(round_, error)
        raise


def give_up(round_: AllocationRound, error: PayungError) -> None:
    """Close a freeze that cannot be done, with what the user should know; nothing of it stays."""
    with transaction.atomic():
        done = AllocationRound.objects.filter(
            pk=round_.pk, freeze__isnull=True, asked_at=round_.asked_at
        ).update(
            asked_scenario=None, asked_version=None, asked_at=None,
            freeze_error=" ".join(part for part in (error.message, error.todo) if part),
        )  # fmt: skip
        if done:
            remove_rows(round_)
            record("round.freeze_failed", round_, detail={"reason": error.message})


class _Desk:
    """One worker's freezing of one round in one private folder."""

    def __init__(self, round_: AllocationRound, folder: Path, progress: Progress) -> None:
        assert round_.asked_scenario is not None
        self.round, self.folder, self.progress = round_, folder, progress
        self.scenario: Scenario = round_.asked_scenario
        self._begin_anew()

    def work(self) -> None:
        if self.scenario.version != self.round.asked_version or self.scenario.removed_at:
            raise changed_meanwhile(self.scenario)
        settings = Settings.read(self.scenario.settings)
        self.progress(LOOKING, 0, 1)
        with one_moment():
            held = held_now(self.round, settings)
        prepared, applications = prepared_of(self.round), applications_of(self.round)
        self.progress(CHOOSING, 0, 1)
        chosen = choose_among(offers(prepared, settings, frozenset(held.barred)))
        if not chosen.awards:
            raise PayungError(
                "Tidak ada seorang pun yang dapat dipilih dengan skenario ini.",
                todo="Periksa pagu dan bulannya, dan siapa saja yang ditahan.",
            )
        first = (
            chosen if not held.reached else choose_among(offers(prepared, settings, frozenset(held.known)))
        )
        entries = roll(chosen, applications, prepared.policy)
        outcome = Outcome(chosen, first, held, prepared.candidates, settings.groups_out)
        left = list(left_out(outcome, applications, prepared.policy))
        blind = vault().blind
        awards = [
            award_values(
                award, entry, prepared.policy, nik_index=blind("nik", entry.row.nik, self.round.regency_code)
            )
            for (_, award), entry in zip(chosen.awards, entries, strict=True)
        ]
        others = [
            left_values(one, applications[one.candidate.row_id], self.round.regency_code) for one in left
        ]
        self._insert(Award, awards, 0, len(awards) + len(others))
        self._insert(NotChosen, others, len(awards), len(awards) + len(others))
        refresh_statistics(Award, NotChosen)
        self.progress(SEALING, 0, 1)
        path = self._sealed(settings, held, entries)
        self.progress(HOLDING, 0, 1)
        try:
            self._settle(settings, chosen, entries, left, path)
        except PayungError:
            stored(path).unlink(missing_ok=True)
            raise

    def _begin_anew(self) -> None:
        """Remove what a killed worker left: rows, and sealed files that no freeze names."""
        with transaction.atomic():
            self._lock()
            remove_rows(self.round)
        named = set(Freeze.objects.filter(round=self.round).values_list("path", flat=True))
        here = stored(f"{FOLDER}/{self.round.regency_code}/x").parent
        for path in here.glob(f"{self.round.pk}-*.beku"):
            if f"{FOLDER}/{self.round.regency_code}/{path.name}" not in named:
                path.unlink(missing_ok=True)

    def _lock(self) -> None:
        """Let nobody else freeze, thaw or begin anew before this transaction ends. LeaseLostError where somebody has."""
        ours = AllocationRound.objects.filter(
            pk=self.round.pk, freeze__isnull=True, asked_at=self.round.asked_at, approved_at__isnull=True,
            cancelled_at__isnull=True,
        )  # fmt: skip
        if not ours.update(asked_at=F("asked_at")):
            raise LeaseLostError

    def _insert(self, model: type[models.Model], rows: list[dict[str, Any]], done: int, total: int) -> None:
        for some in portions(rows, BATCH):
            self.progress(WRITING, done, total)  # also asks whether the work is still ours
            ours = {"regency_code": self.round.regency_code, "round": self.round.pk}
            with transaction.atomic():
                insert(
                    model,
                    (*ours, *some[0]),
                    [(*ours.values(), *values.values()) for values in some],
                )
            done += len(some)
        self.progress(WRITING, done, total)

    def _sealed(self, settings: Settings, held: Held, entries: list[RollEntry]) -> str:
        candidates, folder = self.folder / "kandidat.zip", self.folder / "beku"
        open_file(stored(self.round.candidates_file), candidates)
        tsv = canonical_roll(entry.row for entry in entries)
        write_choice(folder, candidates, settings.said(), held.barred, tsv)
        pack(folder, self.folder / "beku.zip")
        path = f"{FOLDER}/{self.round.regency_code}/{self.round.pk}-{uuid4().hex}.beku"
        seal_file(self.folder / "beku.zip", stored(path))
        return path

    def _settle(
        self, settings: Settings, chosen: Chosen, entries: list[RollEntry], left: list[Left], path: str
    ) -> None:
        """All at once: the freeze, the money, the end of writing, and the entry of the ledger."""
        sums, digest = figures(chosen, left, entries), roll_hash(entry.row for entry in entries)
        with transaction.atomic():
            one_at_a_time()
            self._lock()
            if (self._rows(Award), self._rows(NotChosen)) != (len(entries), len(left)):
                raise LeaseLostError  # somebody else has begun anew
            if not Scenario.objects.filter(
                pk=self.scenario.pk, version=self.round.asked_version, removed_at__isnull=True
            ).exists():
                raise changed_meanwhile(self.scenario)
            number = Freeze.objects.filter(round=self.round).count() + 1
            freeze: Freeze = Freeze.everything.create(
                regency_code=self.round.regency_code, round=self.round, number=number, settings=settings.said(),
                figures=sums, path=path, roll_hash=digest, made_at=timezone.now(), made_by=self.round.asked_by,
            )  # fmt: skip
            self._reserve(freeze, settings, sums)
            check_not_twice(self.round)
            AllocationRound.objects.filter(pk=self.round.pk).update(freeze=freeze)
            record(
                "round.frozen", self.round,
                detail={
                    "freeze": number, "scenario": self.scenario.name, "roll_hash": digest,
                    **{name: sums[name] for name in ("people", "jkk_idr", "jkm_idr", "waiting", "held_back")},
                },
            )  # fmt: skip

    def _rows(self, model: type[models.Model]) -> int:
        return int(model._default_manager.filter(round=self.round).count())

    def _reserve(self, freeze: Freeze, settings: Settings, sums: dict[str, Any]) -> None:
        paying = {source: told for source, told in sums["sources"].items() if told["people"]}
        # By their id: two rounds that pay from the same budgets never wait for each other.
        for source in sorted(paying, key=lambda one: settings.budgets[one]):
            told = paying[source]
            reserve(
                Budget.objects.get(pk=settings.budgets[source]),
                Amount(told["jkk_idr"], told["jkm_idr"]),
                budget_key(freeze),
                person_months=told["person_months"],
                basis=f"{self.round}, {freeze}",
                months=settings.months,
            )


def kept_choice(freeze: Freeze, folder: Path) -> FrozenChoice:
    """What a freeze keeps, opened as the new folder `folder`. PayungError where it is not what was frozen."""
    packed = folder.with_suffix(".zip")
    open_file(stored(freeze.path), packed)
    unpack(packed, folder)
    packed.unlink()
    kept = read_choice(folder)
    if kept.roll_hash != freeze.roll_hash:
        raise PayungError(
            "Daftar yang disimpan bersama pembekuan ini bukan daftar yang dibekukan.",
            todo="Pulihkan dari cadangan, dan beri tahu Inspektorat.",
        )
    return kept


def again(freeze: Freeze) -> str:
    """The hash of the roll that the sealed inputs of a freeze give when the choice is made once more."""
    with private_workspace(load().folder("workspace")) as folder:
        kept = kept_choice(freeze, folder / "beku")
        archive = kept.candidates.read_bytes()
        prepared, applications = files.read(archive), files.read_people(archive)
        chosen = choose_among(offers(prepared, Settings.read(kept.settings), frozenset(kept.barred)))
        return roll_hash(entry.row for entry in roll(chosen, applications, prepared.policy))
