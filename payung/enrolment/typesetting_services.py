"""Typesetting a decree in the background.

Killed at any moment, it leaves the decree as it was or typeset whole, and is taken up anew: until the last transaction
there are only rows of a draft, which are made right at the next beginning, and sealed files that no row names, which
are swept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from payung.allocation.freeze_services import learnt_since
from payung.allocation.held_back import Hold
from payung.allocation.models import Award
from payung.allocation.roll import Totals
from payung.audit.services import record
from payung.config import load
from payung.core.errors import PayungError
from payung.core.places import name_of
from payung.core.portions import portions
from payung.engine.workspace import private_workspace
from payung.enrolment.amendment import Kind
from payung.enrolment.amendment_queries import GONE, gone_among, root_of
from payung.enrolment.decree import PUBLIC, RESTRICTED, SUMS_FILE, DecreeFiles, write_decree
from payung.enrolment.decree_services import RAISED, REST, UNSETTLED, end_route, lapse, moved_on
from payung.enrolment.models import Decree, DecreeRow
from payung.enrolment.paper_files import Sealed, add_sealed, desa_in, sealing, sweep
from payung.enrolment.papers import (
    Papers,
    hashes_of_templates,
    papers_of,
    templates_in_use,
    write_templates,
)
from payung.enrolment.signing_rules import check_still_there
from payung.enrolment.wording import ours_sha256
from payung.registry.bulk import insert, refresh_statistics
from payung.registry.queries import judged_on
from payung.sheets.typesetting import TemplateError
from payung.work.handlers import Progress
from payung.work.services import LeaseLostError, enqueue

JOB = "enrolment.typeset"
"""The job that typesets a decree."""
WRITING, CHECKING, SETTING = (
    "Menyusun baris keputusan", "Memeriksa penerima", "Menyusun naskah dan lampiran",
)  # fmt: skip
BODY, SUMS = "keputusan", "sidik"
BATCH = 1_800
_MOST_NAMED = 10
BROKEN = PayungError(
    "Penyusunan naskah gagal karena kesalahan yang tidak terduga; tidak ada yang berubah.",
    todo="Susun sekali lagi; bila tetap gagal, beri tahu pengelola dan sebut nomor rancangannya.",
)


class GoneError(PayungError):
    """Somebody of the roll has died or was removed since: leaving them out is the way on."""


def ask_typeset(decree: Decree, version: int) -> Decree:
    """Let a draft be typeset in the background; what was typeset before lapses, with its approval and its route.

    `version` is what the actor was shown. PayungError where it is not so any more, is being typeset, signed or given up,
    where its changes are not closed yet, or somebody else's route is under way.
    """
    if not decree.instrument:
        raise PayungError("Perubahannya belum ditutup.", todo="Tutup daftar perubahannya lebih dahulu.")
    with transaction.atomic():
        end_route(decree)
        done = Decree.objects.filter(REST, UNSETTLED, pk=decree.pk, version=version).update(
            version=RAISED,
            asked_at=timezone.now(), typeset_at=None, typeset_error="", body_sha256="", page_count=None,
            approved_at=None, approved_version=None,
        )  # fmt: skip
        if not done:
            raise moved_on(decree)
        enqueue(JOB, decree.pk)
        record("decree.typeset_asked", decree, detail={"version": version})
    decree.refresh_from_db()
    return decree


def typeset_decree(decree_id: int, progress: Progress) -> None:
    """Typeset what was asked for; once it is done, nothing. PayungError, kept with the decree, where it cannot be."""
    decree: Decree = Decree.objects.select_related("round__freeze", "round__run", "agreement").get(
        pk=decree_id
    )
    if decree.typeset_at:
        sweep(decree)  # killed after its last transaction
    if decree.typeset_at or not decree.asked_at or decree.cancelled_at:
        return
    try:
        with private_workspace(load().folder("workspace")) as folder:
            _Desk(decree, folder, progress).work()
    except PayungError as error:
        give_up(decree, error)
        raise


def give_up(decree: Decree, error: PayungError) -> None:
    """Close a typesetting that cannot be done, with what the user should know; the draft stays a draft."""
    todo = "Perbaiki naskahnya pada halaman Naskah." if isinstance(error, TemplateError) else error.todo
    with transaction.atomic():
        done = Decree.objects.filter(pk=decree.pk, typeset_at__isnull=True, asked_at=decree.asked_at).update(
            asked_at=None,
            typeset_error=" ".join(part for part in (error.message, todo) if part),
            content={**decree.content, "gone": isinstance(error, GoneError)},
        )
        if done:
            record("decree.typeset_failed", decree, detail={"reason": error.message})
    if done:
        sweep(decree)


def barred_now(decree: Decree) -> Mapping[str, Hold]:
    """Who, of those chosen for a first decree and not left out, is known to have died or been removed; by row id."""
    if decree.amends_id or decree.round is None:
        return {}
    out = decree.content.get("left_out", {})
    return {
        row_id: hold
        for row_id, hold in learnt_since(decree.round).items()
        if hold.code in GONE and row_id not in out
    }


def leave_out(decree: Decree, version: int) -> int:
    """Leave those out of a draft who have died or been removed since they were chosen; how many.

    Each is recorded with why. The paper is to be typeset and approved anew; the money they do not take is given back
    when it is signed. PayungError where nobody is to be left out, or the draft is no longer as it was shown.
    """
    barred = barred_now(decree)
    if not barred:
        raise PayungError("Tidak ada yang perlu dikeluarkan.", todo="Muat ulang halamannya.")
    out = {**decree.content.get("left_out", {}), **{row: hold.code for row, hold in barred.items()}}
    with transaction.atomic():
        end_route(decree)
        if not lapse(decree, version, content={**decree.content, "left_out": out}):
            raise moved_on(decree)
        record(
            "decree.left_out", decree,
            detail={"rows": {row: [hold.code, hold.message] for row, hold in sorted(barred.items())}},
        )  # fmt: skip
    decree.refresh_from_db()
    return len(barred)


class _Desk:
    """One worker's typesetting of one decree in one private folder."""

    def __init__(self, decree: Decree, folder: Path, progress: Progress) -> None:
        self.decree, self.folder, self.progress = decree, folder, progress

    def work(self) -> None:
        if not self.decree.amends_id:
            self._rows()
        self.progress(CHECKING, 0, 1)
        self._refuse_barred()
        own = templates_in_use()
        with transaction.atomic():
            self._lock()
        found = papers_of(self.decree, self.decree.dated or judged_on(timezone.localdate()))
        written = write_decree(
            found.draft,
            found.entries,
            found.policy,
            self.folder / "keputusan",
            paper=self.decree.paper,
            template=write_templates(self.folder / "templat", {part: one.text for part, one in own.items()}),
            body=found.body,
            progress=lambda done, total: self.progress(SETTING, done, total),
        )
        self._check(found, written)
        with sealing(self.decree, list(_files(written)), self.progress) as sealed:
            self._settle(found, written, sealed, hashes_of_templates(own))
        sweep(self.decree)

    def _lock(self) -> None:
        """Let nobody else typeset, change or give it up before this transaction ends. LeaseLostError where somebody has."""
        ours = Decree.objects.filter(
            pk=self.decree.pk, version=self.decree.version, asked_at=self.decree.asked_at, typeset_at__isnull=True,
            signed_at__isnull=True, cancelled_at__isnull=True,
        )  # fmt: skip
        if not ours.update(asked_at=F("asked_at")):
            raise LeaseLostError

    def _rows(self) -> None:
        """Let the decree's rows be those of the round's awards without who was left out; what is there already stays."""
        assert self.decree.round is not None
        out = self.decree.content.get("left_out", {})
        have = dict(DecreeRow.objects.filter(decree=self.decree).values_list("row_id", "pk"))
        awards = Award.objects.filter(round=self.decree.round)
        want = {row: pk for row, pk in awards.values_list("row_id", "pk") if row not in out}
        missing = sorted(pk for row, pk in want.items() if row not in have)
        surplus = sorted(pk for row, pk in have.items() if row not in want)
        for some in portions(surplus, BATCH // 2):
            with transaction.atomic():
                self._lock()
                DecreeRow.objects.filter(pk__in=some).delete()
        for done, some in enumerate(portions(missing, BATCH // 2)):
            self.progress(WRITING, len(want) - len(missing) + done * (BATCH // 2), len(want))
            self._insert(some)
        self.progress(WRITING, len(want), len(want))
        refresh_statistics(DecreeRow)

    def _insert(self, awards: Sequence[int]) -> None:
        columns = (
            "place", "row_id", "nik_index", "name", "source", "group", "months", "jkk_idr", "jkm_idr", "roll",
        )  # fmt: skip
        ours = {"regency_code": self.decree.regency_code, "decree": self.decree.pk, "change": "", "why": ""}
        rows = Award.objects.filter(pk__in=awards).order_by("pk").values_list(*columns)
        with transaction.atomic():
            self._lock()
            insert(DecreeRow, (*ours, *columns), [(*ours.values(), *row) for row in rows])

    def _refuse_barred(self) -> None:
        if self.decree.amends_id:
            entering = DecreeRow.objects.filter(decree=self.decree, change=Kind.ENTERS)
            check_still_there(gone_among(root_of(self.decree), entering))
        barred = barred_now(self.decree)
        if not barred:
            return
        rows = DecreeRow.objects.filter(decree=self.decree, row_id__in=list(barred)[:_MOST_NAMED])
        names = [
            f"{name} ({name_of(place)}): {barred[row].title}"
            for row, name, place in rows.order_by("name").values_list("row_id", "name", "place")
        ]
        more = f" dan {len(barred) - len(names)} orang lain" if len(barred) > len(names) else ""
        raise GoneError(
            f"{len(barred)} orang tidak dapat ditetapkan lagi. {' '.join(names)}{more}",
            todo="Keluarkan mereka dari rancangan ini, lalu susun lagi.",
        )

    def _check(self, found: Papers, written: DecreeFiles) -> None:
        """What is printed is what was chosen: the roll of the freeze, where nobody was left out of it."""
        freeze = self.decree.round.freeze if self.decree.round else None
        whole = not self.decree.amends_id and not self.decree.content.get("left_out")
        if whole and freeze and written.roll_hash != freeze.roll_hash:
            raise PayungError(
                "Daftar yang akan dicetak bukan daftar yang dibekukan.",
                todo="Jangan diteruskan; minta pengelola memeriksa datanya.",
            )

    def _settle(
        self, found: Papers, written: DecreeFiles, sealed: Sequence[Sealed], templates: Mapping[str, str]
    ) -> None:
        """All at once: the files, the end of the typesetting, and the entry of the ledger."""
        decree = self.decree
        totals = decree.totals if decree.amends_id else _totals(found)
        content = {
            **{name: value for name, value in decree.content.items() if name != "gone"},
            "on": found.draft.on.isoformat(),
            "registers": {name: on.isoformat() if on else "" for name, on in found.draft.registers.items()},
            "without": list(found.draft.without),
            "ceilings": dict(found.draft.ceilings),
            "screened_hash": found.draft.screened_hash,
            "templates": templates,
            "volumes": len(written.restricted),
        }
        with transaction.atomic():
            self._lock()
            add_sealed(decree, sealed)
            Decree.objects.filter(pk=decree.pk).update(
                typeset_at=timezone.now(), typeset_error="", body_sha256=written.body_sha256,
                page_count=written.page_count, roll_hash=written.roll_hash, totals=totals, content=content,
            )  # fmt: skip
            record(
                "decree.typeset", decree,
                detail={
                    "version": decree.version, "body_sha256": written.body_sha256, "pages": written.page_count,
                    "roll_hash": written.roll_hash, "people": written.total.people, "files": len(sealed),
                    "own_templates": {
                        part: sha256 for part, sha256 in templates.items() if sha256 != ours_sha256(part)
                    },
                },
            )  # fmt: skip


def _totals(found: Papers) -> dict[str, Any]:
    by_source: dict[str, list[Any]] = {}
    for entry in found.entries:
        by_source.setdefault(entry.row.source, []).append(entry)
    return {
        **_sums(Totals.of(found.entries)),
        "sources": {source: _sums(Totals.of(members)) for source, members in sorted(by_source.items())},
    }


def _sums(total: Totals) -> dict[str, int]:
    return {"people": total.people, "jkk_idr": total.jkk_idr, "jkm_idr": total.jkm_idr}


def _files(written: DecreeFiles) -> Iterable[tuple[str, str, Path]]:
    """Every file that was written: its kind, its desa (empty for the whole decree's), where it lies."""
    yield BODY, "", written.body
    for kind, paths in ((RESTRICTED, written.restricted), (PUBLIC, written.public)):
        for path in paths:
            yield kind, desa_in(path.name), path
    yield SUMS, "", written.folder / SUMS_FILE
