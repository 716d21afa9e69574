"""Taking the screened list out: a short one at once, a long one when a second person has allowed it.

The file is masked like the page, written once in the background, kept sealed, and each taking is recorded.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from payung.access.policy import Action
from payung.approval.kinds import kind
from payung.approval.models import Proposal
from payung.approval.services import propose
from payung.audit.services import record
from payung.config import load
from payung.core import nik
from payung.core.dates import day, parse_date
from payung.core.errors import PayungError, cannot_write
from payung.core.places import name_of
from payung.core.scope import acting_in, required
from payung.eligibility.list_queries import Filters, screened_list
from payung.eligibility.models import Assessment, ListExport
from payung.eligibility.stages import FOLDER
from payung.eligibility.words import OUTCOMES, reason_title
from payung.engine.workspace import private_workspace
from payung.screening.models import ScreeningRun
from payung.screening.queries import latest_run
from payung.sheets.writing import new_book, write_text
from payung.vault.files import read_sealed, seal_file
from payung.vault.stored import stored
from payung.work.handlers import Progress
from payung.work.services import enqueue
from payung.work.ticks import every

SHORT = 500
"""Rows up to which one person takes a list out alone."""
KEPT = timedelta(days=7)
"""How long the file can be taken."""
KIND = "screened.export"
JOB = "eligibility.export"
FORMS: Mapping[str, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
HEADER = (
    "NAMA",
    "NIK",
    "TANGGAL LAHIR",
    "L/P",
    "TEMPAT",
    "HASIL",
    "SUMBER DANA",
    "ALASAN",
    "YANG PERLU DILAKUKAN",
    "ASAL",
)
_WIDTHS = (28, 20, 13, 5, 26, 26, 18, 60, 60, 34)
_WRITING = "Menulis berkas"
_TOLD = 1_000
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""With what a cell of a CSV begins that a spreadsheet may take for a formula; the last four are the same signs as some
keyboards of East Asia write them."""


def ask_export(filters: Filters, form: str, reason: str = "") -> ListExport:
    """Ask for the current screened list in the actor's territory as a file.

    Up to SHORT rows it is written without more ado; a longer one waits for a second person, who reads `reason`.
    PayungError where there is no screening, nothing to take, or no reason for a long list.
    """
    scope, run = required(), latest_run()
    if run is None:
        raise PayungError("Belum ada hasil penyaringan.", todo="Jalankan penyaringan lebih dahulu.")
    count = screened_list(run, filters).count()
    if not count:
        raise PayungError("Tidak ada baris yang cocok dengan saringan ini.", todo="Ubah saringannya.")
    assert form in FORMS
    assert scope.actor is not None
    if count > SHORT and len(reason.strip()) < 5:
        raise PayungError(
            f"Daftar ini berisi {count} baris; lebih dari {SHORT} baris memerlukan persetujuan orang kedua.",
            todo="Tulis untuk apa daftar ini, lalu minta persetujuan.",
        )
    place = scope.territories[0]
    with transaction.atomic():
        made: ListExport = ListExport.everything.create(
            regency_code=scope.regency, place=place, run=run, form=form, filters=filters.said(), row_count=count,
            asked_by=scope.actor, allowed_at=timezone.now() if count <= SHORT else None,
        )  # fmt: skip
        if made.allowed_at:
            enqueue(JOB, made.pk)
        else:
            _propose(made, filters, reason)
        record("screened.asked", made, detail={"rows": count, "filters": filters.said(), "reason": reason})
    return made


def _propose(made: ListExport, filters: Filters, reason: str) -> Proposal:
    return propose(
        KIND,
        made,
        {},
        summary=f"{made.row_count} baris hasil {made.run} sebagai berkas {made.form}",
        reason=reason,
        changes=[
            ("Hasil", "–", str(made.run)),
            ("Baris", "–", str(made.row_count)),
            ("Wilayah", "–", name_of(made.place)),
            ("Saringan", "–", in_words(filters)),
        ],
        place=made.place,
    )


def in_words(filters: Filters) -> str:
    """What a list was narrowed down to."""
    parts = (
        str(OUTCOMES.get(filters.outcome, "")), reason_title(filters.reason).rstrip("."),
        name_of(filters.place) if filters.place else "", f'nama berisi "{filters.text}"' if filters.text else "",
        "satu baris satu orang" if filters.people else "",
    )  # fmt: skip
    return ", ".join(part for part in parts if part) or "semua baris"


def _version(subject_id: str, payload: Mapping[str, Any]) -> str:
    """The screening that the list is of, while it is the current one: rows of others are not kept."""
    run = latest_run()
    of_it = run and ListExport.everything.filter(pk=subject_id, allowed_at__isnull=True, run=run).exists()
    return f"penyaringan {run.number}" if run and of_it else "sudah diganti"


@kind(KIND, "Pengambilan hasil penyaringan", Action.SCREENED_CHECK, _version)
def _allow(subject_id: str, payload: Mapping[str, Any]) -> None:
    made = ListExport.objects.get(pk=subject_id)
    ListExport.objects.filter(pk=made.pk, allowed_at__isnull=True).update(allowed_at=timezone.now())
    enqueue(JOB, made.pk)


def write_export(export_id: int, progress: Progress) -> None:
    """Write the file of an export that was allowed, in the territory in which it was asked for; twice is once."""
    made: ListExport = ListExport.objects.select_related("run").get(pk=export_id)
    if made.written_at or not made.allowed_at:
        return
    if made.run != latest_run():
        raise PayungError(
            f"{made.run} sudah diganti penyaringan yang lebih baru.",
            todo="Minta daftar dari hasil yang baru.",
        )
    path = f"{FOLDER}/{made.regency_code}/daftar-{made.pk}-{uuid4().hex}.{made.form}"
    with private_workspace(load().folder("workspace")) as folder:
        plain = folder / f"daftar.{made.form}"
        with acting_in(replace(required(), territories=(made.place,))):
            rows = _rows(made.run, Filters.read(made.filters), progress, made.row_count)
            try:
                _WRITERS[made.form](rows, plain)
            except OSError as error:
                raise cannot_write("Daftar hasil penyaringan", error) from error
        contents = seal_file(plain, stored(path))
    progress(_WRITING, made.row_count, made.row_count)
    with transaction.atomic():
        done = ListExport.objects.filter(pk=made.pk, written_at__isnull=True).update(
            written_at=timezone.now(), path=path, sha256=contents.sha256
        )
        if done:
            record("screened.written", made, detail={"rows": made.row_count, "sha256": contents.sha256})
    if not done:
        stored(path).unlink(missing_ok=True)


def take_export(made: ListExport) -> bytes:
    """The file of one's own export; that it was taken is recorded. PayungError where it is not ready or not one's own."""
    if made.asked_by != required().actor:
        raise PayungError("Berkas ini diminta orang lain.", todo="Minta daftar Anda sendiri.")
    if not made.written_at:
        raise PayungError("Berkas ini belum selesai dibuat.", todo="Tunggu sebentar, lalu muat ulang.")
    if not made.path:
        raise PayungError(f"Berkas ini sudah dihapus; disimpan {KEPT.days} hari.", todo="Minta sekali lagi.")
    content = read_sealed(stored(made.path))
    with transaction.atomic():
        record("screened.taken", made, detail={"rows": made.row_count, "sha256": made.sha256})
    return content


@every(timedelta(days=1), "eligibility.exports")
def sweep_exports() -> None:
    """Remove the files of exports that were written some days ago; that they were taken stays on record."""
    old = ListExport.objects.filter(written_at__lt=timezone.now() - KEPT).exclude(path="")
    for made in old:
        stored(made.path).unlink(missing_ok=True)
        ListExport.objects.filter(pk=made.pk).update(path="")


def _rows(run: ScreeningRun, filters: Filters, progress: Progress, total: int) -> Iterator[tuple[str, ...]]:
    for done, one in enumerate(screened_list(run, filters).iterator(chunk_size=_TOLD)):
        if done % _TOLD == 0:
            progress(_WRITING, done, total)
        yield cells(one)


def cells(one: Assessment) -> tuple[str, ...]:
    """A row of the list as the file shows it: masked, every reason with what to do about it."""
    who = one.who
    born = parse_date(who.get("birth_on")).value
    return (
        one.name,
        nik.mask(who["nik"]) if who.get("nik") else "",
        day(born) if born else "",
        who.get("sex") or "",
        name_of(one.place),
        str(OUTCOMES[one.outcome]),
        one.sources,
        " ".join(reason[2] for reason in one.reasons),
        " ".join(dict.fromkeys(reason[4] for reason in one.reasons if reason[4])),
        f"{who.get('where', '')} · baris {who.get('row', '')}",
    )


def _write_xlsx(rows: Iterable[tuple[str, ...]], path: Path) -> None:
    with new_book(path) as book:
        sheet = book.add_worksheet("Hasil penyaringan")
        head = book.add_format({"bold": True, "bg_color": "#DCE9E4", "border": 1})
        for column, (label, width) in enumerate(zip(HEADER, _WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            write_text(sheet, 0, column, label, head)
        sheet.freeze_panes(1, 1)
        for number, row in enumerate(rows, start=1):
            for column, text in enumerate(row):
                write_text(sheet, number, column, text)


def _write_csv(rows: Iterable[tuple[str, ...]], path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(HEADER)
        writer.writerows([_only_text(cell) for cell in row] for row in rows)


def _only_text(cell: str) -> str:
    """A spreadsheet that opens the file must not take a name for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


_WRITERS = {"xlsx": _write_xlsx, "csv": _write_csv}
