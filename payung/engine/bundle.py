"""A folder of files as one file and back: what is sealed and kept between two steps of long work."""

from __future__ import annotations

import zipfile
from pathlib import Path

from payung.core.errors import PayungError

_TIME = (1980, 1, 1, 0, 0, 0)


def pack(folder: Path, target: Path) -> None:
    """Put the files of `folder` into the zip `target`; the same files give the same bytes. Folders in it are left out."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:  # Parquet is compressed already
        for path in sorted(folder.iterdir()):
            if path.is_file():
                entry = zipfile.ZipInfo(path.name, _TIME)
                entry.external_attr = 0o600 << 16
                entry.file_size = path.stat().st_size
                with path.open("rb") as source, archive.open(entry, "w") as written:
                    while block := source.read(1 << 20):
                        written.write(block)


def unpack(archive: Path, folder: Path) -> None:
    """Put the files of a packed folder into the new folder `folder` (0700). PayungError where it is no packed folder."""
    folder.mkdir(mode=0o700, parents=True)
    try:
        with zipfile.ZipFile(archive) as opened:
            for entry in opened.infolist():
                target = folder / entry.filename
                if "/" in entry.filename or "\\" in entry.filename or target.parent != folder:
                    raise _no_bundle(archive)
                with opened.open(entry) as source, target.open("xb") as written:
                    while block := source.read(1 << 20):
                        written.write(block)
    except (zipfile.BadZipFile, FileExistsError, NotImplementedError, EOFError) as error:
        raise _no_bundle(archive) from error


def _no_bundle(archive: Path) -> PayungError:
    return PayungError(
        f"Berkas {archive.name} rusak atau bukan simpanan Payung.",
        todo="Mulai pekerjaan itu sekali lagi, atau pulihkan berkasnya dari cadangan.",
    )
