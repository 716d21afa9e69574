"""Where files of agreements lie, sealed, and what may be kept as one."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from uuid import uuid4

from django.utils import timezone

from payung.agreement.models import Agreement, AgreementFile
from payung.config import load
from payung.core.errors import PayungError
from payung.core.passing_on import private
from payung.core.scope import required
from payung.engine.workspace import private_workspace
from payung.vault.files import Contents, read_sealed, seal_file
from payung.vault.stored import stored

FOLDER = "perjanjian"
"""Below the folder of stored files: `perjanjian/<regency>/…`."""
MEBIBYTE = 1024 * 1024
MOST_BYTES = 20 * MEBIBYTE
SUFFIXES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""What may be kept, with its media type."""
_NAME_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """A sealed file that no row names yet."""

    name: str
    path: str
    contents: Contents


@contextmanager
def keeping(file: BinaryIO, name: str, *, only: str = "") -> Iterator[Kept]:
    """Seal a file within the block; one whose block fails is gone. `only`: the one kind that may come.

    PayungError for a file that is empty, too large, or not what its name says.
    """
    name = private(PurePosixPath(name.replace("\\", "/")).name)[-_NAME_LENGTH:] or "berkas"
    kind = _kind(file, name)
    if kind is None or (only and kind != only):
        said = only.upper() if only else "PDF atau buku kerja Excel (xlsx)"
        raise PayungError(
            f"{name} bukan {said}.", todo=f"Pilih berkas {said}; isinya yang dilihat, bukan hanya namanya."
        )
    file.seek(0)
    path = f"{FOLDER}/{required().regency}/{uuid4().hex}.{kind}"
    target = stored(path)
    contents = seal_file(file, target)
    try:
        if contents.size > MOST_BYTES:  # whatever was said of its size before
            raise _too_large(name)
        yield Kept(name, path, contents)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def add_row(agreement: Agreement, version: int, kind: str, kept: Kept) -> AgreementFile:
    """The row of a file that was sealed."""
    made: AgreementFile = AgreementFile.everything.create(
        regency_code=required().regency,
        agreement=agreement,
        version=version,
        kind=kind,
        name=kept.name,
        path=kept.path,
        sha256=kept.contents.sha256,
        size=kept.contents.size,
        added_at=timezone.now(),
        added_by=required().actor,
    )
    return made


def content_of(file: AgreementFile) -> bytes:
    """What a sealed file holds."""
    return read_sealed(stored(file.path))


def media_type(file: AgreementFile) -> str:
    """What a browser is told that it is."""
    return SUFFIXES.get(Path(file.path).suffix.removeprefix("."), "application/octet-stream")


@contextmanager
def workspace() -> Iterator[Path]:
    """A private folder for papers in the clear, gone at the end."""
    with private_workspace(load().folder("workspace")) as folder:
        yield folder


def _kind(file: BinaryIO, name: str) -> str | None:
    """`pdf` or `xlsx` by what stands in the file and by its name; None for anything else."""
    size = file.seek(0, 2)
    if not size:
        raise PayungError(f"{name} kosong.", todo="Pilih berkas yang berisi.")
    if size > MOST_BYTES:
        raise _too_large(name)
    file.seek(0)
    suffix = PurePosixPath(name).suffix.casefold()
    if file.read(5) == b"%PDF-":
        return "pdf" if suffix == ".pdf" else None
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            names = {one.casefold() for one in archive.namelist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    is_workbook = "[content_types].xml" in names and "xl/workbook.xml" in names
    return "xlsx" if is_workbook and suffix == ".xlsx" else None


def _too_large(name: str) -> PayungError:
    return PayungError(
        f"{name} lebih besar dari {MOST_BYTES // MEBIBYTE} MB.",
        todo="Pindai pada 200 dpi, atau bagi menjadi beberapa lampiran.",
    )
