"""Taking lists in, deciding how they are understood, saving their good rows, and taking an upload back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from payung.access.models import User
from payung.audit.services import record
from payung.core.application import Application
from payung.core.dates import day
from payung.core.errors import PayungError
from payung.core.passing_on import private
from payung.core.scope import required, whole_regency, within
from payung.intake.codes import FIELD_TITLES
from payung.intake.models import FILE_NAME, Batch, RememberedMapping, Row, Sent, State, Upload
from payung.intake.reading_services import derive
from payung.intake.stored import new_path
from payung.intake.storing import clear, release
from payung.registry.current import SECRET
from payung.registry.facts import WHERE, application_of
from payung.registry.masks import masked
from payung.registry.people_services import save_observations, undo_observations
from payung.registry.queries import group_titles
from payung.vault.files import seal_file
from payung.vault.stored import stored
from payung.work.services import enqueue

UNDO_WITHIN = timedelta(days=30)
INLINE_ROWS = 3_000
"""A longer list is read again in the background."""
_PORTION = 2_000
Veto = Callable[[Upload], str]
VETOES: list[Veto] = []
"""Later steps may forbid that an upload is taken back: each gives the reason, or ""."""


class StaleError(PayungError):
    """Somebody else has decided something about the list since the page was opened."""


def receive(
    files: Iterable[tuple[str, BinaryIO]], place: str, refused: Iterable[tuple[str, str]] = ()
) -> Batch:
    """Keep what was sent, sealed, and let it be read in the background.

    `files` are names and open files, `place` is for where they are; `refused` names what was not taken in, and why.
    PayungError for a place outside the territory, and where nothing is left.
    """
    scope = required()
    if not scope.covers(place):
        raise PayungError("Tempat itu di luar wilayah Anda.", todo="Pilih tempat dari daftar.")
    kept: list[Sent] = []
    not_kept = [[private(name), why] for name, why in refused]
    try:
        for name, file in files:
            path = new_path("asli")
            contents = seal_file(file, stored(path))
            name = clear(private(PurePosixPath(name.replace("\\", "/")).name), FILE_NAME) or "unggahan"
            kept.append(Sent(name=name, path=path, sha256=contents.sha256, size=contents.size))
            if not contents.size:
                stored(path).unlink(missing_ok=True)
                kept.pop()
                not_kept.append([name, "Berkas ini kosong. Pilih berkas yang ada isinya."])
        if not kept:
            said = " ".join(f"{name}: {why}" for name, why in not_kept)
            raise PayungError(
                said or "Belum ada berkas yang dipilih.", todo="Pilih paling sedikit satu berkas."
            )
        return _take(kept, place, not_kept)
    except BaseException:
        for one in kept:
            stored(one.path).unlink(missing_ok=True)
        raise


def _take(kept: list[Sent], place: str, refused: list[list[str]]) -> Batch:
    scope = required()
    territory = next(one for one in scope.territories if within(place, one))
    with transaction.atomic():
        batch: Batch = Batch.everything.create(
            regency_code=scope.regency,
            place=place,
            territory=territory,
            made_at=timezone.now(),
            made_by=scope.actor,
            refused=refused,
        )
        for one in kept:
            one.regency_code, one.place, one.batch = scope.regency, place, batch
        Sent.everything.bulk_create(kept)
        enqueue("intake.read", batch.pk)
        record(
            "upload.received",
            batch,
            detail={"place": place, "files": [{"file": one.name, "sha256": one.sha256} for one in kept]},
        )
    return batch


def read_again(batch: Batch) -> None:
    """Let a batch whose reading broke off be read on."""
    if batch.read_at is None:
        enqueue("intake.read", batch.pk)


@contextmanager
def deciding(upload: Upload, version: int) -> Iterator[Upload]:
    """One decision about a list: whoever comes second, from a page that is no longer true, gets StaleError.

    Afterwards the list is read again: at once where it is short.
    """
    scope = required()
    with transaction.atomic():
        mine = Upload.objects.filter(pk=upload.pk, version=version, undone_at__isnull=True).update(
            version=F("version") + 1, changed_at=timezone.now(), changed_by=scope.actor, verified_at=None
        )
        if not mine:
            raise stale(upload)
        fresh: Upload = Upload.objects.get(pk=upload.pk)
        yield fresh
        enqueue("intake.derive", upload.pk)  # also after a kill between here and the reading below
    if fresh.rows <= INLINE_ROWS:
        with whole_regency():
            derive(upload.pk)


def stale(upload: Upload) -> StaleError:
    """Who changed the list, in words."""
    now: Upload = Upload.objects.get(pk=upload.pk)
    if now.undone_at:
        return StaleError(
            "Unggahan ini sudah dibatalkan.", todo="Unggah lagi berkasnya bila masih diperlukan."
        )
    by = User.objects.filter(pk=now.changed_by).first() if now.changed_by else None
    when = timezone.localtime(now.changed_at).strftime("%d-%m-%Y %H.%M") if now.changed_at else ""
    return StaleError(
        f"Daftar ini sudah diubah oleh {by.name if by else 'petugas lain'}{f' pada {when}' if when else ''}.",
        todo="Yang Anda kirim belum diterapkan. Periksa keadaan terakhir, lalu kirim lagi.",
    )


def set_mapping(upload: Upload, version: int, chosen: Mapping[str, Any]) -> None:
    """Say how the columns are understood; lists of the same make from this place are read so from now on.

    `{}` says: as the machine understood them.
    """
    if dict(chosen) == dict(upload.mapping or {}):
        with transaction.atomic():
            _remember(upload, chosen)
            Upload.objects.filter(pk=upload.pk).update(mapping_seen=True)
            record("upload.mapped", upload, detail={"columns": dict(chosen.get("columns", {}))})
        return
    with deciding(upload, version) as now:
        Upload.objects.filter(pk=now.pk).update(mapping=dict(chosen), mapping_seen=True)
        _remember(now, chosen)
        record("upload.mapped", now, detail={"columns": dict(chosen.get("columns", {}))})


def _remember(upload: Upload, chosen: Mapping[str, Any]) -> None:
    if upload.signature:
        RememberedMapping.everything.update_or_create(
            regency_code=upload.regency_code,
            place=upload.given_place,
            signature=upload.signature,
            defaults={"mapping": dict(chosen), "made_at": timezone.now(), "made_by": required().actor},
        )


def accept(upload: Upload, version: int, code: str) -> None:
    """Answer a question about the file as a whole: it is right as it is. PayungError for what is no question."""
    if code not in upload.stops or not any(one[5] == code and one[6] == "question" for one in upload.general):
        raise PayungError("Pertanyaan itu sudah tidak ada.", todo="Muat ulang halamannya.")
    with deciding(upload, version) as now:
        Upload.objects.filter(pk=now.pk).update(accepted=sorted({*now.accepted, code}))
        record("upload.accepted", now, detail={"code": code})


def set_place(upload: Upload, version: int, place: str) -> None:
    """Say for which place the whole list is. PayungError outside the territory."""
    if not required().covers(place):
        raise PayungError("Tempat itu di luar wilayah Anda.", todo="Pilih tempat dari daftar.")
    with deciding(upload, version) as now:
        Upload.objects.filter(pk=now.pk).update(given_place=place, place_chosen=True, place=place)
        record("upload.placed", now, detail={"old": {"place": now.given_place}, "new": {"place": place}})


def decide_rows(upload: Upload, version: int, choices: Mapping[str, str]) -> None:
    """Choose for rows that were changed here and in the file: `baru` (the file's) or `lama` (what stands here)."""
    waiting = set(
        Row.objects.filter(upload=upload, conflict=True, row_id__in=list(choices)).values_list(
            "row_id", flat=True
        )
    )
    chosen = {row_id: one for row_id, one in choices.items() if row_id in waiting and one in ("baru", "lama")}
    if not chosen:
        raise PayungError(
            "Belum ada pilihan yang dibuat.", todo="Pilih versi untuk paling sedikit satu baris."
        )
    with deciding(upload, version) as now:
        Upload.objects.filter(pk=now.pk).update(decided={**now.decided, **chosen})
        record("upload.versions_chosen", now, detail={"rows": len(chosen), "choices": chosen})


def save_upload(upload: Upload) -> int:
    """Save the good rows to the registry; how many were new or changed. Again, it changes nothing.

    Rows to mend wait. PayungError while a question about the whole file is open or the list is being read.
    """
    if not upload.is_live or not upload.is_current:
        raise PayungError(
            "Daftar ini belum dapat disimpan.",
            todo="Jawab dulu pertanyaan di halamannya, atau tunggu sampai terbaca.",
        )
    scope = required()
    with transaction.atomic():
        mine = Upload.objects.filter(pk=upload.pk, version=upload.version, undone_at__isnull=True).update(
            saved_at=timezone.now(), saved_by=scope.actor, saved_version=F("version")
        )
        if not mine:
            raise stale(upload)
        with whole_regency():
            unsaved = _unsaved(upload)
            count = unsaved.count()
            if not count:
                return 0
            save_observations(
                _applications(upload),
                source_ref=upload.source_ref,
                source_on=timezone.localdate(upload.received_at),
                place=upload.place,
            )
            unsaved.update(saved=F("content"))
        record("upload.saved", upload, detail={"rows": count, "file": upload.file})
    return count


def _unsaved(upload: Upload) -> QuerySet[Row]:
    found: QuerySet[Row] = Row.everything.filter(
        regency_code=upload.regency_code, upload=upload, live=True, state=State.GOOD
    )
    return found.exclude(saved=F("content"))


def unsaved_count(upload: Upload) -> int:
    """How many good rows are not saved as they stand now."""
    return int(_unsaved(upload).count())


def side_by_side(rows: Sequence[Row]) -> list[tuple[Row, list[tuple[str, str, str]]]]:
    """Rows that were changed on both sides, with the fields that differ: title, what stands here, what the file says."""
    ids = [one.row_id for one in rows]
    here = dict(Row.objects.filter(live=True, row_id__in=ids).values_list("row_id", "said"))
    titles = group_titles() if rows else {}
    return [(one, _differences(here.get(one.row_id, [{}])[0], one.said[0], titles)) for one in rows]


def _differences(
    old: Mapping[str, Any], new: Mapping[str, Any], groups: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    names = [name for name in dict.fromkeys([*old, *new]) if name not in (*WHERE, *_RAW)]
    return [
        (
            FIELD_TITLES.get(name, name.replace("_", " ")),
            _shown(name, old.get(name), groups),
            _shown(name, new.get(name), groups),
        )
        for name in names
        if old.get(name) != new.get(name)
    ]


_RAW = ("nik_raw", "kk_raw", "birth_raw", "desa_raw")


def _shown(name: str, value: object, groups: Mapping[str, str]) -> str:
    text = "" if value is None else str(value)
    if name == "group":
        return groups.get(text, text)
    return masked(name, text) if name in SECRET else text


def _applications(upload: Upload) -> Iterator[Application]:
    after = 0
    while True:
        rows = list(_unsaved(upload).filter(pk__gt=after).order_by("pk").values_list("pk", "said")[:_PORTION])
        yield from (application_of(said[0]) for _, said in rows)
        if len(rows) < _PORTION:
            return
        after = rows[-1][0]


def to_save(batch: Batch) -> list[Upload]:
    """Lists of a batch whose good rows are not all saved."""
    found = Upload.objects.filter(
        batch=batch, undone_at__isnull=True, twin__isnull=True, failure="", stops=[], good__gt=0
    )
    return list(found.filter(Q(saved_at__isnull=True) | ~Q(saved_version=F("version"))).order_by("file"))


def save_batch(batch_id: int, progress: Callable[[str, int, int], None]) -> None:
    """Save the good rows of every list of a batch, each list by itself."""
    waiting = to_save(Batch.objects.get(pk=batch_id))
    for done, upload in enumerate(waiting):
        progress("Menyimpan baris yang baik", done, len(waiting))
        if upload.is_live and upload.is_current:
            save_upload(upload)
    progress("Menyimpan baris yang baik", len(waiting), len(waiting))


def verify(upload: Upload) -> None:
    """Say that somebody above the desa has looked at the list and found it in order. PayungError until it is saved."""
    with transaction.atomic():
        done = Upload.objects.filter(
            pk=upload.pk, saved_at__isnull=False, undone_at__isnull=True, verified_at__isnull=True,
            version=upload.version,
        ).update(verified_at=timezone.now(), verified_by=required().actor)  # fmt: skip
        if not done:
            raise PayungError(
                "Daftar ini belum disimpan, atau sudah diverifikasi.", todo="Muat ulang halamannya."
            )
        record("upload.verified", upload)


def why_not_undone(upload: Upload) -> str:
    """Why an upload cannot be taken back any more; "" where it can."""
    if upload.undone_at:
        return "Unggahan ini sudah dibatalkan."
    until = upload.received_at + UNDO_WITHIN
    if timezone.now() > until:
        return f"Unggahan hanya dapat dibatalkan dalam {UNDO_WITHIN.days} hari, sampai {day(timezone.localdate(until))}."
    return next((why for veto in VETOES if (why := veto(upload))), "")


def undo_upload(upload: Upload, reason: str) -> None:
    """Take an upload back: its rows count no more, what was saved from it is taken out, what it replaced comes back."""
    if why := why_not_undone(upload):
        raise PayungError(why, todo="Perbaiki datanya lewat halaman orangnya.")
    with transaction.atomic(), whole_regency():
        done = Upload.objects.filter(pk=upload.pk, undone_at__isnull=True).update(
            undone_at=timezone.now(), undone_by=required().actor, version=F("version") + 1
        )
        if not done:
            raise stale(upload)
        release(upload)
        rows = undo_observations(upload.source_ref, reason=reason) if upload.saved_at else 0
        record("upload.undone", upload, detail={"file": upload.file, "rows": rows, "reason": reason})
