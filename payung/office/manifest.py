"""What lies in a backup: every file with its hash, every table with its number of rows, where each ledger ends."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from payung.core.errors import Exit, PayungError, cannot_write
from payung.vault.writing import PART, safe_folder

FILE = "manifest.json"
FORMAT = 1
SQLITE, POSTGRESQL = "payung.sqlite3", "payung.pgdump"
"""The database's file within a backup."""
UPLOADS = "unggahan"
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Manifest:
    """The facts of a backup. `heads` holds number and hash of each ledger's last entry, by regency."""

    payung: str
    made_at: str
    database: str
    tables: dict[str, int]
    heads: dict[str, tuple[int, str]]
    files: dict[str, str] = field(default_factory=dict)
    """SHA-256 by path within the backup."""
    size: int = 0

    def write(self, folder: Path) -> None:
        """Write it into the backup's folder; it is the last file to come."""
        text = json.dumps({"format": FORMAT} | asdict(self), ensure_ascii=False, indent=1)
        path = folder / FILE
        path.write_text(text + "\n", encoding="utf-8")
        path.chmod(0o600)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a backup. PayungError (INPUT) for a folder that is none, or one of a later kind."""
    try:
        known = json.loads((folder / FILE).read_text(encoding="utf-8"))
        if known.pop("format") != FORMAT:
            raise _not_backup(folder, "bentuknya lebih baru daripada Payung ini")
        known["heads"] = {code: (int(seq), str(mark)) for code, (seq, mark) in known["heads"].items()}
        return Manifest(**known)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise _not_backup(folder, f"{FILE} tidak ada atau rusak") from None


def verify_files(folder: Path, manifest: Manifest) -> None:
    """Compare every file with its hash. PayungError (INPUT) names the first that differs, is missing, or is too many."""
    there = {str(path.relative_to(folder)) for path in walk(folder)} - {FILE}
    wrong = sorted(there ^ set(manifest.files))
    if wrong:
        what = "hilang dari" if wrong[0] in manifest.files else "tidak tercatat di"
        raise _not_backup(folder, f"berkas {wrong[0]} {what} cadangan")
    for name, wanted in manifest.files.items():
        if file_hash(folder / name) != wanted:
            raise _not_backup(folder, f"isi berkas {name} berubah atau rusak")


def copy_file(source: Path, target: Path) -> str:
    """Copy a file (mode 0600) and give its SHA-256. FileNotFoundError when it has gone meanwhile."""
    digest = hashlib.sha256()
    with source.open("rb") as reading:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as writing:
                while piece := reading.read(_PIECE):
                    digest.update(piece)
                    writing.write(piece)
        except OSError as error:
            raise cannot_write(f"Berkas {target.name}", error) from error
    return digest.hexdigest()


def file_hash(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def walk(folder: Path) -> Iterator[Path]:
    """Every whole file below a folder, in order: no half written ones, no links."""
    for path in sorted(folder.rglob("*")):
        if path.suffix != PART and path.is_file() and not path.is_symlink():
            yield path


def settle(part: Path, whole: Path) -> None:
    """Give a folder or file its name when everything in it is safe on the disk."""
    os.sync()
    part.rename(whole)
    safe_folder(whole.parent)


def remove(path: Path) -> None:
    """Remove a folder or file if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _not_backup(folder: Path, why: str) -> PayungError:
    return PayungError(
        f"{folder} tidak dapat dipakai sebagai cadangan: {why}.",
        todo="Pakai cadangan lain; cadangan yang rusak jangan dipulihkan.",
        exit_code=Exit.INPUT,
    )
