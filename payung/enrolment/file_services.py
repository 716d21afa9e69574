"""Taking a file of a decree: what it holds, with a record of who took it."""

from __future__ import annotations

from django.db import transaction

from payung.audit.services import record
from payung.enrolment.models import DecreeFile
from payung.vault.files import read_sealed
from payung.vault.stored import stored

_TYPES = {
    "pdf": "application/pdf", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "tif": "image/tiff",
    "tiff": "image/tiff",
}  # fmt: skip


def take_file(file: DecreeFile) -> bytes:
    """All that a file holds; that it was taken is recorded. PayungError where it cannot be read."""
    content = read_sealed(stored(file.path))
    with transaction.atomic():
        record(
            "decree.file_taken", file.decree,
            detail={"kind": file.kind, "name": file.name, "place": file.place, "version": file.version, "sha256": file.sha256},
        )  # fmt: skip
    return content


def media_type(name: str) -> str:
    """What a browser is told that a file is."""
    return _TYPES.get(name.rpartition(".")[2].lower(), "text/plain; charset=utf-8")
