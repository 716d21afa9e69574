"""What lies in a proof pack, and its signed table of contents. Pure but for reading and writing the files.

A pack is a folder. `bukti.json` names every file with its hash and says what the decree is; `bukti.tanda` is its
signature (Ed25519) by the installation that made it. Nothing in it needs Payung's database to be checked.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from payung.audit.signing import fingerprint
from payung.core.errors import Exit, PayungError, cannot_write
from payung.engine.workspace import private_workspace

FORMAT = 1
CONTENTS, SIGNATURE = "bukti.json", "bukti.tanda"
README = "BACA-DULU.txt"
LEDGER = "buku"
"""Folder: the ledger, its heads and the public key, as `payung audit export` writes them."""
TOLD = "rincian.jsonl"
"""The details of the entries that concern the decree and hold nobody's data, each with its salt."""
DECREE = "keputusan"
"""Folder: the body, the sums of its volumes, the signed copy or its scan."""
ROLL = "daftar.tsv"
"""The canonical roll: people's data."""
SCREENING = "penyaringan.json"
CHOICE = "pilihan"
"""Folder: what the selection was made from (`allocation.frozen`): people's data."""

_MOST_FILES, _MOST_BYTES = 10_000, 4 * 1024**3
"""What a zip may hold unpacked; ours hold a few dozen files."""


@dataclass(frozen=True, slots=True)
class DecreeSaid:
    """What the pack says of its decree. `signed_how` is empty for one that is not signed yet."""

    id: int
    number: str
    dated: str
    instrument: str
    body: str
    """Path of the body within the pack."""
    body_sha256: str
    page_count: int
    roll_hash: str
    people: int
    jkk_idr: int
    jkm_idr: int
    signed_how: str = ""
    signed_copies: Sequence[str] = ()
    """Paths of the signed copy, or of the files of its scan, within the pack."""

    @property
    def amount_idr(self) -> int:
        return self.jkk_idr + self.jkm_idr


@dataclass(frozen=True, slots=True)
class Contents:
    """The table of contents: regency, decree, and the SHA-256 of every file by its path in the pack."""

    regency: str
    made_on: str
    decree: DecreeSaid
    files: Mapping[str, str]

    def text(self) -> str:
        """As it is written and signed."""
        said = {"format": FORMAT, **asdict(self), "files": dict(sorted(self.files.items()))}
        return json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


@contextmanager
def opened(pack: Path) -> Iterator[Path]:
    """The folder of a pack; of a zip, unpacked into a private place that is gone afterwards. PayungError."""
    if pack.is_dir():
        yield pack
        return
    with private_workspace(Path(gettempdir())) as folder:
        inside = folder / pack.stem
        try:
            with zipfile.ZipFile(pack) as archive:
                entries = archive.infolist()
                if len(entries) > _MOST_FILES or sum(one.file_size for one in entries) > _MOST_BYTES:
                    raise _no_pack(pack)
                archive.extractall(inside)  # names that lead outside are taken as lying within
        except (OSError, zipfile.BadZipFile, NotImplementedError, EOFError):
            raise _no_pack(pack) from None
        found = list(inside.rglob(CONTENTS))
        yield found[0].parent if len(found) == 1 else inside


def read_contents(folder: Path) -> tuple[Contents, bytes]:
    """The table of contents of a pack, and the bytes that were signed. PayungError where there is none."""
    try:
        written = (folder / CONTENTS).read_bytes()
        said = json.loads(written)
        if said.pop("format") != FORMAT:
            raise ValueError("another format")
        decree = DecreeSaid(**said.pop("decree"))
        files: dict[str, str] = said.pop("files")
        if not all(isinstance(one, str) for pair in files.items() for one in pair):
            raise ValueError("files")
        return Contents(decree=decree, files=files, **said), written
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise _no_pack(folder) from None


def _no_pack(path: Path) -> PayungError:
    return PayungError(
        f"{path.name} bukan berkas bukti Payung, atau daftar isinya rusak.",
        todo="Tunjuk folder atau zip yang dibuat dengan `payung audit export --decree`.",
        exit_code=Exit.INPUT,
    )


def write_contents(folder: Path, contents: Contents, key: Ed25519PrivateKey) -> None:
    """Write the table of contents and its signature, last of all. PayungError (OUTPUT)."""
    text = contents.text().encode()
    signed = {"key": fingerprint(key.public_key()), "signature": key.sign(text).hex()}
    try:
        (folder / CONTENTS).write_bytes(text)
        (folder / SIGNATURE).write_text(json.dumps(signed) + "\n", encoding="utf-8")
    except OSError as error:
        raise cannot_write("Berkas bukti", error) from error


def signed_by(folder: Path, written: bytes, keys: Mapping[str, Ed25519PublicKey]) -> str | None:
    """The fingerprint of the key that signed the table of contents; None where none of `keys` did."""
    try:
        said: dict[str, Any] = json.loads((folder / SIGNATURE).read_text(encoding="utf-8"))
        key = keys[said["key"]]
        key.verify(bytes.fromhex(said["signature"]), written)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, InvalidSignature):
        return None
    return fingerprint(key)


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a folder by its path, without the table of contents and its signature."""
    return {
        path.relative_to(folder).as_posix(): sha256_of(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in (CONTENTS, SIGNATURE)
    }


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
