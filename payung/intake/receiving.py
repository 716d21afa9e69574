"""Bounds for what comes in with one request: a file that is too large is let go of while it comes, and named."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from payung.config import load
from payung.sheets.limits import MEBIBYTE

REQUEST_FACTOR = 8
"""So many files of the largest size may come at once."""
_NOTE = "payung_refused"


class Quota(FileUploadHandler):
    """Counts the bytes of each file and passes them on; over the limit the rest of the file is read and forgotten."""

    def new_file(self, *args: Any, **options: Any) -> None:
        super().new_file(*args, **options)
        self.count = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """The bytes as they came; SkipFile once they are too many."""
        self.count += len(raw_data)
        if self.count > load().limits.upload_mb * MEBIBYTE:
            assert self.request is not None
            said = f"Berkas ini lebih besar dari {load().limits.upload_mb} MB."
            self.request.META.setdefault(_NOTE, []).append((self.file_name or "berkas", said))
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def bounded(request: HttpRequest) -> bool:
    """Let a request's files be counted while they come; False where it says that it brings more than all may be."""
    try:
        size = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return False
    request.upload_handlers.insert(0, Quota(request))
    return size <= load().limits.upload_mb * MEBIBYTE * REQUEST_FACTOR


def refused(request: HttpRequest) -> list[tuple[str, str]]:
    """Names of files that were let go of, and why."""
    found: list[tuple[str, str]] = request.META.get(_NOTE, [])
    return found
