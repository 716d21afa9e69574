"""The keys of an installation, as files of its key folder.

`data-1.key`, `data-2.key` … encrypt what is stored (the highest is the current one), `index.key` makes the blind
indexes, `secret.key` signs the site's sessions, `signing.key` the heads of the audit ledger. Each is a text of two
lines, what it is and 64 hexadecimal digits, with mode 0600 in a folder with mode 0700. Nothing here touches a
database; `docs/decisions/0011-keys-lie-outside-the-database.md` says why it is so.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from payung.core.errors import Exit, PayungError, cannot_write
from payung.vault.writing import safe_folder, whole_file

KEY_BYTES = 32
RESTORE = "Pulihkan folder kunci dari cadangannya sendiri; cadangan data tidak memuat kunci."
_FIXED = {
    "index.key": "Kunci indeks Payung",
    "secret.key": "Kunci sesi situs Payung",
    "signing.key": "Kunci tanda tangan buku jejak Payung",
}
_DATA = re.compile(r"data-([1-9][0-9]{0,5})\.key")
_WARNING = "RAHASIA, jangan diubah; simpan cadangannya terpisah dari cadangan data."


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys themselves: 32 bytes each, data keys by version; `secret` as Django wants it, a text."""

    data: Mapping[int, bytes] = field(repr=False)
    index: bytes = field(repr=False)
    secret: str = field(repr=False)
    signing: bytes = field(repr=False)
    """The seed of an Ed25519 key."""

    @property
    def current(self) -> int:
        """The version that seals from now on."""
        return max(self.data)


def make_keys(folder: Path) -> bool:
    """Make all keys of a new installation at once; False when they are there already, all and readable.

    Nothing is ever overwritten, and the folder appears whole: a kill leaves none or all. PayungError for a folder
    that holds some of the keys only, or other things.
    """
    if _exists(folder) and os.listdir(folder):
        load_keyring(folder)
        return False
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise cannot_write(f"Folder kunci {folder}", error) from error
    try:
        for name in ("data-1.key", *_FIXED):
            write_key(fresh, name)
        fresh.rename(folder)
        safe_folder(folder.parent)
    except OSError as error:
        if _exists(folder) and os.listdir(folder):
            # Another process was faster; its keys count.
            load_keyring(folder)
            return False
        raise cannot_write(f"Folder kunci {folder}", error) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return True


def load_keyring(folder: Path) -> Keyring:
    """All keys of an installation. PayungError (USAGE) says which is missing, open to others, or not a key."""
    if not _exists(folder):
        raise _refuse(
            f"Folder kunci {folder} tidak ada.", f"{RESTORE} Pada pemasangan baru: jalankan payung setup."
        )
    _only_for_owner(folder)
    versions = data_versions(folder)
    names = [*(f"data-{one}.key" for one in versions), *_FIXED]
    missing = [name for name in names if not (folder / name).is_file()]
    if not versions:
        missing.insert(0, "data-1.key")
    if missing:
        raise _refuse(f"Di folder kunci {folder} tidak ada {', '.join(missing)}.", RESTORE)
    read = {name: read_key(folder, name) for name in names}
    return Keyring(
        {one: read[f"data-{one}.key"] for one in versions},
        read["index.key"],
        read["secret.key"].hex(),
        read["signing.key"],
    )


def read_secret(folder: Path) -> str:
    """Django's secret of an installation; "" before it has keys. PayungError when the file is no key."""
    return read_key(folder, "secret.key").hex() if (folder / "secret.key").is_file() else ""


def data_versions(folder: Path) -> tuple[int, ...]:
    """The versions of the data keys in a folder, ascending."""
    try:
        found = (_DATA.fullmatch(name) for name in os.listdir(folder))
        return tuple(sorted(int(one[1]) for one in found if one))
    except OSError as error:
        raise _refuse(f"Folder kunci {folder} tidak terbaca: {error.strerror}.", RESTORE) from error


def write_key(folder: Path, name: str) -> None:
    """Make a new random key. FileExistsError when there is one of that name."""
    with whole_file(folder / name, replace=False) as file:
        file.write(f"# {_title(name)}. {_WARNING}\n{secrets.token_hex(KEY_BYTES)}\n".encode())


def read_key(folder: Path, name: str) -> bytes:
    """One key. PayungError when others may read it, or when it is not the key that its name says."""
    path = folder / name
    _only_for_owner(path)
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except UnicodeDecodeError:
        lines = []
    except OSError as error:
        raise _refuse(f"Kunci {path} tidak terbaca: {error.strerror}.", RESTORE) from None
    right = len(lines) == 2 and lines[0].startswith(f"# {_title(name)}.")
    if not right or not re.fullmatch(r"[0-9a-f]{64}", lines[1]):
        raise _refuse(f"Berkas {path} bukan {_title(name)}, atau isinya rusak.", RESTORE)
    return bytes.fromhex(lines[1])


def _title(name: str) -> str:
    version = _DATA.fullmatch(name)
    return f"Kunci data Payung versi {version[1]}" if version else _FIXED[name]


def _exists(folder: Path) -> bool:
    try:
        return folder.is_dir()
    except OSError as error:
        raise _refuse(f"Folder kunci {folder} tidak terbaca: {error.strerror}.", RESTORE) from error


def _only_for_owner(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise _refuse(f"Kunci {path} tidak terbaca: {error.strerror}.", RESTORE) from None
    if mode & 0o077:
        raise _refuse(
            f"{path} dapat dibaca atau diubah orang lain di komputer ini.",
            f"Jalankan: chmod {'700' if path.is_dir() else '600'} {path}, dan pertimbangkan mengganti kunci data.",
        )


def _refuse(message: str, todo: str) -> PayungError:
    return PayungError(message, todo=todo, exit_code=Exit.USAGE)
