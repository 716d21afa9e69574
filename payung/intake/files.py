"""The list files below a folder, also those in zips, by names that stay the same wherever the folder lies."""

from __future__ import annotations

import errno
import re
import shutil
import zipfile
import zlib
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from payung.core.errors import Exit, PayungError
from payung.core.rupiah import number as in_digits
from payung.sheets.limits import Limits
from payung.sheets.package import list_parts

SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv", ".txt", ".zip"})
"""What may be a list. Other files (a PDF, a photo) are in the result too: reading them says why they are none."""
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ZipBounds:
    """What one zip may hold: files, bytes unpacked, and how much tighter than plain a file may be packed."""

    entries: int
    unpacked_bytes: int
    ratio: int


OWN = ZipBounds(5_000, 1024**3, 200)
"""For zips in a folder of one's own."""
SENT = ZipBounds(2_000, 300 * 1024**2, 100)
"""For zips that anybody may send to a server; an office may set another number of files."""
_WORKBOOK_PARTS = frozenset({"[Content_Types].xml", "mimetype", "META-INF/manifest.xml"})


def find_lists(folder: Path, unpack_to: Path) -> list[tuple[str, Path]]:
    """All files below `folder` that somebody may have meant as a list: (name with `/`, path), sorted by name.

    Zips are unpacked below `unpack_to`, which must be ours; a zip `a.zip` gives names `a.zip/…`. Hidden and
    temporary files are ignored. A zip that cannot be unpacked safely stands in the result itself: reading sets it
    aside with the reason. PayungError when the folder is missing or holds no list.
    """
    if not folder.is_dir():
        raise PayungError(
            f"Folder daftar {folder} tidak ada.",
            todo="Periksa nama folder setelah --lists.",
            exit_code=Exit.USAGE,
        )
    found: list[tuple[str, Path]] = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if _ignored(name) or path.is_symlink() or not path.is_file():
            continue
        if path.suffix.lower() == ".zip":
            try:
                found += unpacked(path, name, unpack_to)
            except PayungError as error:
                if error.exit_code is Exit.OUTPUT:
                    raise
                found.append((name, path))
        else:
            found.append((name, path))
    if not any(name.lower().endswith(tuple(SUFFIXES)) for name, _ in found):
        raise PayungError(
            f"Tidak ada berkas daftar di folder {folder}.",
            todo="Salin berkas .xlsx, .xls, .ods, .csv atau .zip dari desa ke folder itu.",
        )
    return sorted(found)


def _ignored(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part.startswith((".", "~$", "__MACOSX")) for part in parts) or parts[-1].lower() in (
        "thumbs.db",
        "desktop.ini",
    )


def expand(upload: Path, name: str, folder: Path, most: int = SENT.entries) -> list[tuple[str, Path]]:
    """What somebody sent, as lists: a zip as its files below `folder` (which must be ours), anything else as itself.

    What a file is says its content: a workbook is no zip of lists, whatever its name. Names keep the folders inside the
    zip, because these tell the kecamatan; no name comes twice. PayungError for a zip that is empty, holds more than
    `most` files, or is beyond `SENT`.
    """
    name = PurePosixPath(name.replace("\\", "/")).name or "unggahan"
    if not _zip_of_lists(upload, max(OWN.entries, 2 * most)):
        return [(name, upload)]
    found: dict[str, Path] = {}
    for inner, path in unpacked(upload, name, folder, replace(SENT, entries=most)):
        own, number = inner, 2
        while own in found:
            pure = PurePosixPath(inner)
            own, number = str(pure.with_name(f"{pure.stem} ({number}){pure.suffix}")), number + 1
        found[own] = path
    if not found:
        raise _unsafe(name, "tidak memuat satu berkas pun")
    return sorted(found.items())


def _zip_of_lists(path: Path, most: int) -> bool:
    """Whatever names more than `most` is taken for a table, and told as a table that its parts are too many."""
    try:
        with path.open("rb") as file:
            # Not by `zipfile`, which takes 400 MB for the million entries that 47 MB can name.
            parts = list_parts(file, path.stat().st_size, path.name, Limits(entries=most))
    except (OSError, PayungError):
        return False
    return _WORKBOOK_PARTS.isdisjoint(one.name for one in parts)


def unpacked(path: Path, name: str, unpack_to: Path, bounds: ZipBounds = OWN) -> list[tuple[str, Path]]:
    """The files of one zip, each in a numbered folder: no path from inside the zip becomes one of ours.

    PayungError when the zip is damaged, locked, too large, or holds names that climb out of its folder.
    """
    found: list[tuple[str, Path]] = []
    unpack_to.mkdir(parents=True, exist_ok=True)
    target = unpack_to / f"zip-{len(list(unpack_to.glob('zip-*'))) + 1:04d}"
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [one for one in archive.infolist() if not one.is_dir()]
            if len(entries) > bounds.entries:
                raise _too_many(name, len(entries), bounds.entries)
            if sum(one.file_size for one in entries) > bounds.unpacked_bytes:
                raise _unsafe(name, "terlalu besar")
            target.mkdir()
            left = bounds.unpacked_bytes
            for number, entry in enumerate(entries):
                inner = PurePosixPath(entry.filename.replace("\\", "/"))
                if inner.is_absolute() or ".." in inner.parts or ":" in inner.as_posix():
                    raise _unsafe(name, "memuat nama berkas yang keluar dari folder")
                if _ignored(inner.as_posix()):
                    continue
                if entry.flag_bits & 1:
                    raise _unsafe(name, "dikunci dengan kata sandi")
                if entry.file_size > _CHUNK and entry.file_size > bounds.ratio * max(entry.compress_size, 1):
                    raise _unsafe(name, "mengembang terlalu besar")
                out = target / f"{number:05d}" / harmless(inner.name)
                out.parent.mkdir()
                left = _copy(archive, entry, out, left, name)
                found.append((f"{name}/{inner.as_posix()}", out))
    except OSError as error:
        shutil.rmtree(target, ignore_errors=True)
        if error.errno == errno.ENOSPC:
            raise PayungError(
                f"Ruang kosong habis saat membuka {name}.",
                todo="Kosongkan sebagian disk, lalu ulangi.",
                exit_code=Exit.OUTPUT,
            ) from error
        raise _unsafe(name, "rusak atau tidak dapat dibuka") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        shutil.rmtree(target, ignore_errors=True)
        raise _unsafe(name, "rusak atau tidak dapat dibuka") from error
    return found


def _copy(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, out: Path, left: int, name: str) -> int:
    with archive.open(entry) as source, out.open("wb") as target:
        while chunk := source.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise _unsafe(name, "mengembang terlalu besar")
            target.write(chunk)
    return left


def harmless(name: str) -> str:
    """A file name without anything that a file system or a reader may take otherwise; its ending stays."""
    return _MISREAD.sub("_", name).encode()[-200:].decode("utf-8", "ignore").lstrip(". ") or "_"


_MISREAD = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u202a-\u202e\u2066-\u2069\ud800-\udfff]')
"""What parts a path, what some system keeps for itself, and what turns the letters around."""


def _too_many(name: str, count: int, most: int) -> PayungError:
    return PayungError(
        f"Berkas zip {name} memuat {in_digits(count)} berkas; paling banyak {in_digits(most)} berkas dalam satu zip.",
        todo="Bagi isinya menjadi beberapa zip, lalu kirim semuanya.",
    )


def _unsafe(name: str, what: str) -> PayungError:
    return PayungError(
        f"Berkas zip {name} {what}.",
        todo="Minta pengirimnya mengirim ulang, atau keluarkan berkas itu dari folder.",
    )
