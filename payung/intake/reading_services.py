"""Reading what was sent, in the background: zips taken apart, every list read, all its rows kept; resumed after a kill."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from django.db import connections, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from payung.config import load
from payung.core import region
from payung.core.errors import Exit, PayungError
from payung.core.passing_on import private
from payung.core.portions import portions
from payung.core.processes import begin_helping
from payung.intake.files import expand
from payung.intake.models import FILE_NAME, Batch, RememberedMapping, Repair, Sent, Upload
from payung.intake.stored import limits, mended, plain, policy_of, wanted, workspace
from payung.intake.storing import PORTION, clear, fail, store
from payung.intake.understood import Chosen, Kept, understand
from payung.intake.uploads import Upload as Wanted
from payung.sheets.limits import Limits
from payung.sheets.reading import read_table
from payung.vault.current import vault
from payung.vault.files import seal_file
from payung.vault.stored import stored
from payung.work.handlers import Progress

WORKERS = 2
_FEW_BYTES = 300_000
"""Less to read than this is not worth a second process."""
_LONGEST_SECONDS = 300
"""One list takes a few seconds; a process that says nothing for so long is dead."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a process needs to read one list."""

    upload: int
    version: int
    path: str
    wanted: Wanted
    chosen: Chosen | None
    remembered: Mapping[str, Chosen]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: what is to be kept, or why there is nothing."""

    task: Task
    kept: Kept | None
    failure: str = ""
    todo: str = ""


def read_batch(batch_id: int, progress: Progress) -> Batch:
    """Read everything in a batch; what was read before a kill is not read again.

    PayungError where the disk is full; a file that is no list only fails itself.
    """
    batch: Batch = Batch.objects.get(pk=batch_id)
    if batch.read_at:
        return batch
    with workspace() as folder:
        _expand_all(batch, folder, progress)
        waiting = list(_unread(batch))
        total = Upload.objects.filter(batch=batch, twin__isnull=True).count()
        done = total - len(waiting)
        progress("Membaca berkas", done, total)
        for outcome in read_all(tasks_of(waiting), folder, apart=True):
            keep(outcome)
            done += 1
            progress("Membaca berkas", done, total)
    _forget_zips(batch)
    Batch.objects.filter(pk=batch.pk, read_at__isnull=True).update(read_at=timezone.now())
    read: Batch = Batch.objects.get(pk=batch.pk)
    return read


def derive(upload_id: int, progress: Progress | None = None) -> bool:
    """Read one list again as it was decided since; False where there is nothing to do."""
    upload: Upload = Upload.objects.get(pk=upload_id)
    if upload.is_current or upload.undone_at or upload.twin_id:
        return False
    if progress:
        progress("Membaca ulang", 0, 1)
    with workspace() as folder:
        (outcome,) = read_all(tasks_of([upload]), folder, apart=progress is not None)
    kept = keep(outcome)
    if progress:
        progress("Membaca ulang", 1, 1)
    return kept


def keep(outcome: Outcome) -> bool:
    """Store what came of reading one list."""
    task = outcome.task
    if outcome.kept is None:
        fail(task.upload, task.version, outcome.failure, outcome.todo)
        return True
    return store(task.upload, task.version, outcome.kept, task.wanted.confirmed)


def _unread(batch: Batch) -> QuerySet[Upload]:
    found: QuerySet[Upload] = Upload.objects.filter(
        batch=batch, twin__isnull=True, undone_at__isnull=True, derived_version__lt=F("version")
    )
    return found.order_by("file")


def tasks_of(uploads: Sequence[Upload]) -> list[Task]:
    """Everything that the processes must know, asked of the database once."""
    if not uploads:
        return []
    policy = policy_of(uploads[0].regency_code)
    repairs: dict[int, list[Repair]] = {}
    for some in portions((one.pk for one in uploads), PORTION):
        for repair in Repair.objects.filter(upload__in=some).order_by("pk"):
            repairs.setdefault(repair.upload_id, []).append(repair)
    mappings = list(RememberedMapping.objects.order_by("place"))
    return [
        Task(
            one.pk,
            one.version,
            one.path,
            wanted(one, policy, mended(repairs.get(one.pk, []))),
            one.mapping,
            {m.signature: m.mapping for m in mappings if one.given_place.startswith(m.place)},
        )
        for one in uploads
    ]


def read_all(tasks: Sequence[Task], folder: Path, *, apart: bool) -> Iterator[Outcome]:
    """Read lists in their order; files in the clear lie below `folder`.

    `apart` reads in processes of their own, two where that is worth it: whatever a list takes in memory goes with them.
    """
    one = partial(read_one, folder=folder, within=limits())
    if not apart or not tasks:
        yield from map(one, tasks)
        return
    few = len(tasks) < 2 or sum(stored(task.path).stat().st_size for task in tasks) < _FEW_BYTES
    region.villages(tasks[0].wanted.policy.regency)  # loaded once, before the processes are made
    vault()
    connections.close_all()  # no process may inherit one
    context = multiprocessing.get_context("fork" if hasattr(os, "fork") else "spawn")
    with context.Pool(1 if few else WORKERS, begin_helping) as pool:
        results = pool.imap(one, tasks)
        for _ in tasks:
            yield results.next(_LONGEST_SECONDS)


def read_one(task: Task, *, folder: Path, within: Limits) -> Outcome:
    """Read one list. What is wrong with it is part of the outcome; a full disk is PayungError."""
    regency = task.wanted.policy.regency
    path = None
    try:
        path = plain(task.path, task.wanted.file, folder)
        kept = understand(
            read_table(path, within),
            task.wanted,
            regency,
            lambda kind, value: vault().blind(kind, value, regency),
            chosen=task.chosen,
            remembered=task.remembered,
        )
        return Outcome(task, kept)
    except PayungError as error:
        if error.exit_code in (Exit.OUTPUT, Exit.INSTALLATION):
            raise
        return Outcome(task, None, error.message, error.todo)
    finally:
        if path:
            path.unlink(missing_ok=True)


def _expand_all(batch: Batch, folder: Path, progress: Progress) -> None:
    """Make an `Upload` of every file that was sent, and of every one inside a zip."""
    waiting = list(Sent.objects.filter(batch=batch, expanded_at__isnull=True).order_by("pk"))
    for done, sent in enumerate(waiting):
        progress("Membuka kiriman", done, len(waiting))
        path = plain(sent.path, sent.name, folder)
        try:
            inside = expand(path, sent.name, folder / f"isi-{sent.pk}", load().limits.files_in_zip)
        except PayungError as error:
            if error.exit_code is Exit.OUTPUT:
                raise
            _refuse(batch, sent, error)
            continue
        _take_in(batch, sent, [_sealed(sent, file, one, number) for number, (file, one) in enumerate(inside)])


@dataclass(frozen=True, slots=True)
class _File:
    file: str
    path: str
    sha256: str
    size: int


def _sealed(sent: Sent, file: str, path: Path, number: int) -> _File:
    """One file of a zip, sealed by itself; a list that was sent as it is lies sealed already."""
    with path.open("rb") as source:
        sha256 = hashlib.file_digest(source, "sha256").hexdigest()
    if sha256 == sent.sha256:
        return _File(file, sent.path, sha256, sent.size)
    name = f"{sent.path}-{number:05d}"  # the same again after a kill: nothing is left behind
    contents = seal_file(path, stored(name))
    path.unlink()
    return _File(file, name, contents.sha256, contents.size)


def _refuse(batch: Batch, sent: Sent, error: PayungError) -> None:
    with transaction.atomic():
        if Sent.objects.filter(pk=sent.pk, expanded_at__isnull=True).update(expanded_at=timezone.now()):
            locked = Batch.objects.select_for_update().get(pk=batch.pk)
            refused = [*locked.refused, [sent.name, str(error)]]
            Batch.objects.filter(pk=batch.pk).update(refused=refused)


def _take_in(batch: Batch, sent: Sent, files: Sequence[_File]) -> None:
    with transaction.atomic():
        if not Sent.objects.filter(pk=sent.pk, expanded_at__isnull=True).update(expanded_at=timezone.now()):
            return
        names = set(Upload.objects.filter(batch=batch).values_list("file", flat=True))
        for one in files:
            file, number = _name(one.file), 2
            while file in names:
                file, number = _name(one.file, f" ({number})"), number + 1
            names.add(file)
            _one_upload(batch, file, one)


def _forget_zips(batch: Batch) -> None:
    """Remove the zips that were taken apart: what was in them is kept, file by file. Done before the batch is read,
    so that a kill in between leaves none."""
    lists = set(Upload.objects.filter(batch=batch).values_list("path", flat=True))
    for path in Sent.objects.filter(batch=batch, expanded_at__isnull=False).values_list("path", flat=True):
        if path not in lists:
            stored(path).unlink(missing_ok=True)


def _name(file: str, mark: str = "") -> str:
    """A list's name as it is kept: without anybody's number, and never too long for its `mark` and its ending."""
    pure = PurePosixPath(clear(private(file), len(file)))
    end = mark + pure.suffix[:20]
    return str(pure.with_suffix(""))[: FILE_NAME - len(end)] + end


def _one_upload(batch: Batch, file: str, one: _File) -> None:
    twin = Upload.objects.filter(
        sha256=one.sha256, undone_at__isnull=True, twin__isnull=True, failure=""
    ).first()
    Upload.everything.create(
        regency_code=batch.regency_code,
        place=batch.place,
        batch=batch,
        file=file,
        sha256=one.sha256,
        size=one.size,
        path=one.path,
        territory=batch.territory,
        given_place=batch.place,
        received_at=batch.made_at,
        received_by=batch.made_by,
        twin=twin,
        read_at=timezone.now() if twin else None,
        derived_version=1 if twin else 0,
    )
