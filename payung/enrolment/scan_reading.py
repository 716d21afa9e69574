"""Opening scans in a child process of their own and hearing its answer without trusting it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any, BinaryIO

from payung.core.errors import Exit, PayungError
from payung.enrolment.confined import BrokenAnswerError, ask, lines, short
from payung.enrolment.scan import Seen

MEBIBYTE = 1024 * 1024
_CHILD = Path(__file__).with_name("scan_child.py")
_AGAIN = "Pindai lagi ke PDF pada 200 sampai 300 dpi, lalu unggah."
_TEXTS = {
    "empty_file": ("berkas kosong (0 byte).", "Kemungkinan pengiriman terputus; unggah lagi."),
    "too_big": ("berkas {found} MB, paling banyak {limit} MB.", "Pindai pada 200 dpi hitam-putih atau abu-abu."),
    "too_many_pages": ("{found} halaman, paling banyak {limit}.", "Pindai badan keputusannya saja."),
    "encrypted": ("dikunci dengan kata sandi.", "Simpan tanpa kata sandi, lalu unggah lagi."),
    "unknown": ("bukan PDF atau gambar pindaian.", "Yang dibaca: PDF, JPEG, PNG, TIFF. " + _AGAIN),
    "damaged": ("rusak, halamannya tidak dapat dibuka.", _AGAIN),
    "memory": ("memerlukan terlalu banyak memori untuk dibuka.", "Pindai pada 200 dpi, lalu unggah lagi."),
    "cpu": ("terlalu lama untuk dibaca.", "Pindai badan keputusannya saja, pada 200 dpi."),
    "wall": ("terlalu lama untuk dibaca.", "Coba lagi saat komputer tidak sibuk."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ScanLimits:
    """Bounds for one file of a scan."""

    file_bytes: int = 100 * MEBIBYTE
    pages: int = 200
    memory_bytes: int = 1024 * MEBIBYTE
    """Address space of the child that looks at it, bytes."""
    cpu_seconds: int = 240
    wall_seconds: float = 300.0


_DEFAULT = ScanLimits()


def read_scan(files: Sequence[tuple[str, BinaryIO]], limits: ScanLimits = _DEFAULT) -> tuple[Seen, ...]:
    """The pages of files (name, open from its beginning), in their order, counted on over all of them.

    The files must be real ones, with a descriptor. PayungError for one that cannot be read.
    """
    pages: list[Seen] = []
    for name, file in files:
        for said in _read(name, file, limits):
            pages.append(Seen(len(pages) + 1, tuple(said["codes"]), said["blank"]))
    return tuple(pages)


def _read(name: str, file: BinaryIO, limits: ScanLimits) -> list[dict[str, Any]]:
    size = file.seek(0, 2)
    if not size:
        raise _problem("empty_file", name)
    if size > limits.file_bytes:
        raise _problem("too_big", name, found=-(-size // MEBIBYTE), limit=limits.file_bytes // MEBIBYTE)
    numbers = limits.memory_bytes, limits.cpu_seconds, limits.pages
    said = ask(
        _CHILD,
        "pypdfium2",
        numbers,
        file,
        partial(_understand, limits=limits),
        wall_seconds=limits.wall_seconds,
    )
    if isinstance(said, str):
        raise _problem(said, name)
    if isinstance(said, dict):
        raise _problem(said["problem"], name, found=said["found"], limit=limits.pages)
    return said


def _problem(code: str, name: str, **numbers: object) -> PayungError:
    message, todo = _TEXTS[code]
    return PayungError(f"{short(name)}: {message.format(**numbers)}", todo=todo, exit_code=Exit.INPUT)


def _understand(answer: IO[bytes], limits: ScanLimits) -> list[dict[str, Any]] | dict[str, Any]:
    """The pages, or the problem that the child tells; BrokenAnswerError for anything else, or half of it."""
    pages: list[dict[str, Any]] = []
    for said in lines(answer):
        match said:
            case {"problem": str(code)} if code in _TEXTS:
                found = said.get("found", 0)
                return {"problem": code, "found": found if isinstance(found, int) else 0}
            case {"codes": list(codes), "blank": bool(blank)} if (
                len(pages) < limits.pages and len(codes) <= 50 and all(type(one) is str for one in codes)
            ):
                pages.append({"codes": codes, "blank": blank})
            case {"end": True}:
                return pages
            case _:
                raise BrokenAnswerError
    raise BrokenAnswerError
