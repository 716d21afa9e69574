"""Where the originals lie, sealed, and how a list is opened again in a private folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from payung.config import load
from payung.core.scope import required
from payung.database.models import Regency
from payung.engine.workspace import private_workspace
from payung.intake.confirmed import Confirmation
from payung.intake.edits import Edit, without
from payung.intake.files import harmless
from payung.intake.given import Given
from payung.intake.models import Repair, Upload
from payung.intake.understood import list_mapping
from payung.intake.uploads import Opened, open_upload
from payung.intake.uploads import Upload as Wanted
from payung.policy.loader import local
from payung.policy.local import LocalPolicy
from payung.sheets.limits import MEBIBYTE, Limits
from payung.vault.files import open_file
from payung.vault.stored import stored

FOLDER = "daftar"
"""Below the folder of stored files: `daftar/<regency>/…`."""


def new_path(kind: str) -> str:
    """A name for another stored file of this regency."""
    return f"{FOLDER}/{required().regency}/{uuid4().hex}.{kind}"


@contextmanager
def workspace() -> Iterator[Path]:
    """A private folder for files in the clear, gone at the end."""
    with private_workspace(load().folder("workspace")) as folder:
        yield folder


def limits() -> Limits:
    """What one list may be."""
    return Limits(file_bytes=load().limits.upload_mb * MEBIBYTE)


def policy_of(regency: str) -> LocalPolicy:
    """The rules in force in a regency."""
    return local(Regency.objects.get(pk=regency).policy)


@dataclass(frozen=True, slots=True)
class Mended:
    """What was mended so far and not taken back."""

    edits: tuple[Edit, ...] = ()
    confirmed: frozenset[Confirmation] = frozenset()


def mended(repairs: Sequence[Repair]) -> Mended:
    """What repairs, in the order in which they were made, come to."""
    edits: list[Edit] = []
    dropped: list[int] = []
    confirmed: set[Confirmation] = set()
    for one in repairs:
        made = [Edit.from_json(edit) for edit in one.edits]
        if one.undone_at:
            dropped += range(len(edits), len(edits) + len(made))
        else:
            confirmed.update(Confirmation.from_json(stored) for stored in one.confirmations)
        edits += made
    return Mended(tuple(without(edits, frozenset(dropped))), frozenset(confirmed))


def repairs_of(upload: Upload) -> list[Repair]:
    """All repairs of a list, the undone ones too, in the order in which they were made."""
    return list(Repair.everything.filter(regency_code=upload.regency_code, upload=upload).order_by("pk"))


def wanted(upload: Upload, policy: LocalPolicy, done: Mended | None = None) -> Wanted:
    """All that is needed to read a list again as it stands now."""
    done = done or mended(repairs_of(upload))
    return Wanted(
        upload.file,
        policy,
        list_mapping(upload.mapping) if upload.mapping else None,
        Given(upload.given_place, upload.territory, upload.place_chosen),
        done.edits,
        done.confirmed,
        frozenset(upload.accepted),
    )


def plain(path: str, file: str, folder: Path) -> Path:
    """Open a sealed file below `folder` under a harmless form of its own name, by which messages call it."""
    target = folder / uuid4().hex / harmless(Path(file).name)
    target.parent.mkdir(mode=0o700, parents=True)
    open_file(stored(path), target)
    return target


@contextmanager
def reopened(upload: Upload) -> Iterator[Opened]:
    """The list read again; its bytes lie in the clear within the block. PayungError where it is none."""
    with workspace() as folder:
        path = plain(upload.path, upload.file, folder)
        yield open_upload(path, wanted(upload, policy_of(upload.regency_code)), limits())
