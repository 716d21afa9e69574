"""Sealed files: stored uploads and frozen inputs. A file of any size in little memory.

A header of 28 bytes (what it is, the data key's version, a random salt), then chunks of 1 MiB, each AES-256-GCM
under a key that belongs to this file alone. A chunk's number and whether it is the last are bound into it: cut off,
exchanged, repeated or added chunks do not open.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import urandom
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag

from payung.core.errors import PayungError
from payung.vault.current import vault
from payung.vault.seal import NONCE_BYTES, TAG_BYTES, Unsealable, Vault
from payung.vault.writing import whole_file

CHUNK_BYTES = 1024 * 1024
_MAGIC = b"PAYUNG\x00\x01"
_SALT_BYTES = 16
HEADER_BYTES = len(_MAGIC) + 4 + _SALT_BYTES


@dataclass(frozen=True, slots=True)
class Contents:
    """What a sealed file holds, in the clear: SHA-256 (hexadecimal) and bytes."""

    sha256: str
    size: int


def seal_file(source: Path | BinaryIO, target: Path, by: Vault | None = None) -> Contents:
    """Seal a file, or an open file from where it stands, as `target` (replaced whole, mode 0600).

    PayungError when the source cannot be read or the target not be written (OUTPUT, disk full included).
    """
    if isinstance(source, Path):
        with _reading(source) as file:
            return seal_file(file, target, by)
    with whole_file(target) as out:
        return _seal(lambda: _read(source, CHUNK_BYTES), out, by or vault())


def open_file(sealed: Path, target: Path, by: Vault | None = None) -> Contents:
    """Write a sealed file in the clear as `target` (mode 0600), whole or not at all. Unsealable, PayungError."""
    facts = _Facts()
    with whole_file(target) as out:
        for chunk in sealed_chunks(sealed, by):
            facts.add(chunk)
            out.write(chunk)
    return facts.contents()


def write_sealed(target: Path, content: bytes, by: Vault | None = None) -> Contents:
    """Seal `content` as a file."""
    return seal_file(io.BytesIO(content), target, by)


def read_sealed(path: Path, by: Vault | None = None) -> bytes:
    """All that a sealed file holds. Unsealable, PayungError."""
    return b"".join(sealed_chunks(path, by))


def sealed_chunks(path: Path, by: Vault | None = None) -> Iterator[bytes]:
    """What a sealed file holds, in pieces of at most 1 MiB, each checked before it is given.

    Unsealable may come after some pieces, where a file was cut off: only the end of the iteration says that it was
    whole.
    """
    what = f"Berkas tersegel {path.name}"
    with _reading(path) as file:
        header = _read(file, HEADER_BYTES)
        version = _version(header)
        if version is None:
            raise Unsealable(what, "bukan berkas tersegel")
        cipher = (by or vault()).file_cipher(version, header[-_SALT_BYTES:], what)
        number, piece = 0, _read(file, CHUNK_BYTES + TAG_BYTES)
        while True:
            following = _read(file, CHUNK_BYTES + TAG_BYTES)
            try:
                yield cipher.decrypt(*_place(number, header, not following, piece))
            except InvalidTag:
                raise Unsealable(what, "kuncinya lain, atau isinya berubah atau terpotong") from None
            if not following:
                return
            number, piece = number + 1, following


def sealed_version(path: Path) -> int | None:
    """The data key's version with which a file is sealed; None when it is no sealed file."""
    with _reading(path) as file:
        return _version(_read(file, HEADER_BYTES))


def reseal_file(path: Path, by: Vault | None = None) -> bool:
    """Seal a file again with the current data key; False when it was already, or has gone meanwhile.

    What stands there is replaced whole: a kill leaves the old or the new.
    """
    using = by or vault()
    try:
        if sealed_version(path) == using.current:
            return False
        chunks = sealed_chunks(path, using)
        with whole_file(path) as out:
            _seal(lambda: next(chunks, b""), out, using)
            if not path.exists():
                raise _GoneError
    except (_GoneError, PayungError):
        if path.exists():
            raise
        return False
    return True


class _GoneError(Exception):
    """The file was removed while it was being sealed again; it must not come back."""


class _Facts:
    def __init__(self) -> None:
        self._hash, self._size = hashlib.sha256(), 0

    def add(self, chunk: bytes) -> None:
        self._hash.update(chunk)
        self._size += len(chunk)

    def contents(self) -> Contents:
        return Contents(self._hash.hexdigest(), self._size)


def _seal(next_chunk: Callable[[], bytes], out: BinaryIO, by: Vault) -> Contents:
    facts, version = _Facts(), by.current
    header = _MAGIC + version.to_bytes(4, "big") + urandom(_SALT_BYTES)
    cipher = by.file_cipher(version, header[-_SALT_BYTES:], "Berkas")
    out.write(header)
    number, chunk = 0, next_chunk()
    while True:
        following = next_chunk()
        facts.add(chunk)
        out.write(cipher.encrypt(*_place(number, header, not following, chunk)))
        if not following:
            return facts.contents()
        number, chunk = number + 1, following


def _place(number: int, header: bytes, last: bool, chunk: bytes) -> tuple[bytes, bytes, bytes]:
    """Nonce, chunk, and what is bound to it. The key is this file's own, so that a counter never repeats a nonce."""
    return number.to_bytes(NONCE_BYTES, "big"), chunk, header + number.to_bytes(8, "big") + bytes((last,))


def _version(header: bytes) -> int | None:
    if len(header) < HEADER_BYTES or not header.startswith(_MAGIC):
        return None
    return int.from_bytes(header[len(_MAGIC) : len(_MAGIC) + 4], "big")


@contextmanager
def _reading(path: Path) -> Iterator[BinaryIO]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise _unreadable(path.name, error) from error
    with file:
        yield file


def _read(file: BinaryIO, size: int) -> bytes:
    """`size` bytes, fewer only at the end: sockets and uploads give less at a time."""
    pieces, wanted = [], size
    try:
        while wanted and (piece := file.read(wanted)):
            pieces.append(piece)
            wanted -= len(piece)
    except OSError as error:
        raise _unreadable(Path(str(getattr(file, "name", "unggahan"))).name, error) from error
    return b"".join(pieces)


def _unreadable(name: str, error: OSError) -> PayungError:
    return PayungError(
        f"Berkas {name} tidak dapat dibaca: {error.strerror or 'kesalahan berkas'}.",
        todo="Periksa disk dan foldernya; bila berkas hilang, pulihkan dari cadangan.",
    )
