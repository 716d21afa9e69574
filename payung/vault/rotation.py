"""Exchanging the data key: a new version is added, everything is sealed again, and old versions may go.

Every step can be killed at any moment and is simply asked again. Here stand keys and files;
`payung.vault.rotation_rows` has the tables. Running processes take up the new key within a second.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from payung.core.errors import Exit, PayungError, cannot_write
from payung.vault.current import vault
from payung.vault.files import reseal_file, sealed_version
from payung.vault.keys import load_keyring, write_key
from payung.vault.seal import Unsealable, Vault
from payung.vault.writing import PART, safe_folder

Tell = Callable[[int], None]
"""Is told how many were sealed again so far."""
SETTLING = timedelta(hours=1)
"""How old the newest key is before older ones may go: whatever was under way with them is over by then."""


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many rows or files were sealed again, and what could not be opened (names and ids, no contents)."""

    done: int = 0
    failed: tuple[str, ...] = ()

    def __add__(self, other: Resealed) -> Resealed:
        return Resealed(self.done + other.done, self.failed + other.failed)


def add_data_key(folder: Path) -> int:
    """Make the next version of the data key, and give it. PayungError when the key folder is not in order."""
    version = load_keyring(folder).current + 1
    try:
        write_key(folder, f"data-{version}.key")
    except FileExistsError:
        raise PayungError(
            f"Kunci data versi {version} sedang dibuat oleh proses lain.",
            todo="Tunggu sampai selesai; tidak perlu diulang.",
            exit_code=Exit.USAGE,
        ) from None
    return version


def drop_old(folder: Path, in_use: Collection[int], at: datetime) -> tuple[int, ...]:
    """Remove every data key but the current one, and give their versions.

    `in_use` is what `versions_in_use` found, `at` the present instant, with its zone. PayungError, and nothing is
    removed, when an old version is still in use or the current one is younger than SETTLING. The database's check
    token must have been made anew without them (`make_check`). Older backups open only with the old keys: those
    stay in the key folder's own backup.
    """
    *old, current = sorted(load_keyring(folder).data)
    used = [version for version in old if version in in_use]
    if used:
        raise PayungError(
            f"Kunci data versi {', '.join(map(str, used))} masih dipakai.",
            todo="Segel ulang dahulu semua baris dan berkas dengan kunci yang baru.",
            exit_code=Exit.USAGE,
        )
    if old and at.timestamp() - (folder / f"data-{current}.key").stat().st_mtime < SETTLING.total_seconds():
        raise PayungError(
            f"Kunci data versi {current} belum berumur satu jam; kunci lama mungkin masih dipakai.",
            todo="Ulangi satu jam lagi.",
            exit_code=Exit.USAGE,
        )
    try:
        for version in old:
            (folder / f"data-{version}.key").unlink(missing_ok=True)
        safe_folder(folder)
    except OSError as error:
        raise cannot_write(f"Folder kunci {folder}", error) from error
    return tuple(old)


def reseal_files(folder: Path, by: Vault | None = None, tell: Tell | None = None) -> Resealed:
    """Seal every sealed file below a folder with the current data key; other files are left alone."""
    using = by or vault()
    done, failed = 0, []
    for path, version in _sealed(folder):
        if version == using.current:
            continue
        try:
            done += reseal_file(path, using)
        except Unsealable:
            failed.append(str(path.relative_to(folder)))
        if tell:
            tell(done)
    return Resealed(done, tuple(failed))


def versions_in_files(folder: Path) -> set[int]:
    """The versions of the data key that files below a folder need."""
    return {version for _, version in _sealed(folder)}


def _sealed(folder: Path) -> Iterator[tuple[Path, int]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix == PART or path.is_symlink() or not path.is_file():
            continue
        version = sealed_version(path)
        if version is not None:
            yield path, version
