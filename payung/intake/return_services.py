"""Giving lists back: the same workbook, marked; one by one, or all of a batch as a zip. Each download is recorded."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from payung.audit.services import record
from payung.core.errors import PayungError
from payung.intake.card_queries import general_of
from payung.intake.marked import marked_name
from payung.intake.models import Batch, Row, RowFault, State, Upload
from payung.intake.stored import limits, new_path, plain, policy_of, reopened, wanted, workspace
from payung.intake.understood import findings_of
from payung.intake.uploads import Opened, give_back, open_upload
from payung.vault.files import read_sealed, seal_file
from payung.vault.stored import stored
from payung.work.handlers import Progress
from payung.work.services import enqueue

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Handed:
    """A file for somebody to take along."""

    name: str
    content: bytes


def hand_back(upload: Upload) -> Handed:
    """The marked workbook as the list stands now. PayungError where it cannot be read."""
    if upload.failure or upload.twin_id or not upload.read_at:
        raise PayungError(
            "Berkas ini tidak dapat ditandai.", todo="Unggah berkas yang dapat dibaca sebagai daftar."
        )
    with reopened(upload) as now:
        now, already = _as_kept(upload, now)
        out = now.original.path.parent / "hasil.xlsx"
        give_back(now, out, already_there=already)
        handed = Handed(marked_name(now.read), out.read_bytes())
    with transaction.atomic():
        _given_back([upload])
        record("upload.returned", upload, detail={"file": upload.file})
    return handed


def _as_kept(upload: Upload, now: Opened) -> tuple[Opened, frozenset[str]]:
    """The list with the row ids and findings that are kept of it, and the ids of rows that are there already."""
    rows = list(Row.objects.filter(upload=upload).values_list("sheet", "row", "row_id", "state"))
    ids = {(sheet, row): row_id for sheet, row, row_id, _ in rows}
    faults = RowFault.objects.filter(upload=upload).order_by("pk")
    findings = findings_of(
        [
            (row_id, sheet, row, (column, code, severity, *said))
            for row_id, sheet, row, column, code, severity, said in faults.values_list(
                "row__row_id", "row__sheet", "row__row", "column", "code", "severity", "said"
            )
        ],
        upload.file,
    )
    applications = tuple(
        replace(a, row_id=ids.get((a.sheet, a.row), a.row_id)) for a in now.read.applications
    )
    read = replace(now.read, applications=applications, findings=(*findings, *general_of(upload)))
    already = frozenset(row_id for _, _, row_id, state in rows if state == State.ALREADY)
    return replace(now, read=read), already


def _given_back(uploads: Sequence[Upload]) -> None:
    for one in uploads:
        Row.objects.filter(upload=one).update(given_back=F("content"))


def ask_for_pack(batch: Batch) -> None:
    """Let all marked workbooks of a batch be put into one zip in the background."""
    with transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(packed_at=None)
        enqueue("intake.pack", batch.pk)


def pack(batch_id: int, progress: Progress) -> None:
    """Write the zip of a batch's marked workbooks, by their names as they were sent."""
    batch: Batch = Batch.objects.get(pk=batch_id)
    if batch.packed_at:
        return
    uploads = list(_returnable(batch))
    policy = policy_of(batch.regency_code)
    path = batch.packed_path or new_path("zip")
    with workspace() as folder:
        target = folder / "bertanda.zip"
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            for done, upload in enumerate(uploads):
                progress("Menandai berkas", done, len(uploads))
                path_in = plain(upload.path, upload.file, folder)
                now, already = _as_kept(upload, open_upload(path_in, wanted(upload, policy), limits()))
                out = folder / f"hasil-{upload.pk}.xlsx"
                give_back(now, out, already_there=already)
                archive.write(out, str(PurePosixPath(upload.file).with_name(marked_name(now.read))))
                out.unlink()
                path_in.unlink()
        seal_file(target, stored(path))
    progress("Menandai berkas", len(uploads), len(uploads))
    Batch.objects.filter(pk=batch.pk).update(packed_path=path, packed_at=timezone.now())


def _returnable(batch: Batch) -> Sequence[Upload]:
    found = Upload.objects.filter(batch=batch, twin__isnull=True, undone_at__isnull=True, failure="")
    return list(found.filter(read_at__isnull=False).order_by("file"))


def take_pack(batch: Batch) -> Handed:
    """The zip of a batch; that it was taken is recorded. PayungError until it is made."""
    if not batch.packed_at:
        raise PayungError("Berkas zip itu belum selesai dibuat.", todo="Tunggu sebentar, lalu muat ulang.")
    content = read_sealed(stored(batch.packed_path))
    with transaction.atomic():
        _given_back(_returnable(batch))
        record("upload.returned", batch, detail={"files": len(_returnable(batch))})
    return Handed(f"bertanda-{batch.pk}.zip", content)
