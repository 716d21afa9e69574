"""Files of signatures: an upload in the clear only within a private folder, and what is kept of it, sealed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO
from uuid import uuid4

from django.utils import timezone

from payung.config import load
from payung.core.errors import PayungError, cannot_write
from payung.core.scope import required
from payung.engine.workspace import private_workspace
from payung.enrolment.models import Decree, DecreeFile
from payung.vault.files import seal_file
from payung.vault.stored import stored

FOLDER = "keputusan"
"""Below the folder of stored files: `keputusan/<regency>/…`."""
SCAN, SIGNED = "pindaian", "bertanda"
_ENDINGS = frozenset({".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff"})


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that lies sealed, and is not a decree's yet."""

    kind: str
    name: str
    path: str
    sha256: str
    size: int


@contextmanager
def in_the_clear(uploads: Sequence[tuple[str, BinaryIO]]) -> Iterator[list[tuple[str, BinaryIO]]]:
    """Uploads (name, content) as real files, open from the beginning, gone at the end. PayungError for no file at all."""
    if not uploads:
        raise PayungError("Belum ada berkas.", todo="Pilih berkasnya, lalu unggah.")
    with private_workspace(load().folder("workspace")) as folder, ExitStack() as opened:
        files: list[tuple[str, BinaryIO]] = []
        for number, (name, content) in enumerate(uploads):
            path = folder / str(number)
            try:
                with path.open("wb") as out:
                    shutil.copyfileobj(content, out)
            except OSError as error:
                raise cannot_write("Unggahan", error) from error
            files.append((PurePath(name).name, opened.enter_context(path.open("rb"))))
        yield files


@contextmanager
def kept(decree: Decree, kind: str, files: Sequence[tuple[str, BinaryIO]]) -> Iterator[list[Kept]]:
    """The files sealed; at the end of the block those that have not become the decree's are gone again.

    Not within a transaction, whose end would decide later. What a kill leaves behind is swept with the decree's papers.
    """
    made: list[Kept] = []
    try:
        for number, (name, file) in enumerate(files, start=1):
            file.seek(0)
            path = f"{FOLDER}/{required().regency}/{decree.pk}-{uuid4().hex}.{kind}"
            contents = seal_file(file, stored(path))
            ending = PurePath(name).suffix.lower()
            own = f"{kind}-{number}{ending if ending in _ENDINGS else ''}"
            made.append(Kept(kind, own, path, contents.sha256, contents.size))
        yield made
    finally:
        paths = [one.path for one in made]
        named = set(DecreeFile.objects.filter(path__in=paths).values_list("path", flat=True))
        for path in set(paths) - named:
            with suppress(OSError):
                stored(path).unlink()


def add_files(decree: Decree, files: Sequence[Kept]) -> None:
    """Let sealed files be the decree's, in the caller's transaction."""
    DecreeFile.everything.bulk_create(
        DecreeFile(
            regency_code=decree.regency_code, place=decree.regency_code, decree=decree, version=decree.version,
            kind=one.kind, name=one.name, path=one.path, sha256=one.sha256, size=one.size,
            made_at=timezone.now(), made_by=required().actor,
        )
        for one in files
    )  # fmt: skip
