"""A frozen choice as files: everything that it can be made again from, and what came of it. Pure.

`kandidat.zip` (the round's candidates as they were prepared), `pengaturan.json`, `ditahan.json`, `daftar.tsv` (the canonical
roll) and, written last, `segel.json` with the hash of each.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from payung.allocation.held_back import Hold, Holds
from payung.core.errors import PayungError

FORMAT = 1
CANDIDATES, SETTINGS, HELD, ROLL, SEAL = (
    "kandidat.zip", "pengaturan.json", "ditahan.json", "daftar.tsv", "segel.json",
)  # fmt: skip
_PARTS = (CANDIDATES, SETTINGS, HELD, ROLL)


@dataclass(frozen=True, slots=True)
class FrozenChoice:
    """What a frozen choice was made from: `candidates` is the file, `barred` could not be chosen, `roll` what came of it."""

    candidates: Path
    settings: Mapping[str, Any]
    barred: Holds
    roll: bytes

    @property
    def roll_hash(self) -> str:
        """The hash of the roll that was kept."""
        return hashlib.sha256(self.roll).hexdigest()


def write_choice(
    folder: Path, candidates: Path, settings: Mapping[str, Any], barred: Mapping[str, Hold], roll: bytes
) -> None:
    """Write a choice into the new folder `folder` (0700); `candidates` is copied."""
    folder.mkdir(mode=0o700, parents=True)
    shutil.copyfile(candidates, folder / CANDIDATES)
    _write(folder / SETTINGS, settings)
    _write(
        folder / HELD,
        {row: [one.code, one.message, one.todo] for row, one in sorted(barred.items())},
    )
    (folder / ROLL).write_bytes(roll)
    _write(folder / SEAL, {"format": FORMAT, "files": {name: _sha256(folder / name) for name in _PARTS}})


def read_choice(folder: Path) -> FrozenChoice:
    """The choice in a folder. PayungError where anything in it is missing or was changed."""
    try:
        seal = json.loads((folder / SEAL).read_text(encoding="utf-8"))
        whole = seal["format"] == FORMAT and seal["files"] == {
            name: _sha256(folder / name) for name in _PARTS
        }
        settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
        held = json.loads((folder / HELD).read_text(encoding="utf-8"))
        roll = (folder / ROLL).read_bytes()
    except (OSError, ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        raise PayungError(
            "Simpanan penetapan ini tidak lengkap atau telah berubah.", todo="Pulihkan dari cadangan."
        )
    return FrozenChoice(folder / CANDIDATES, settings, {row: Hold(*said) for row, said in held.items()}, roll)


def _write(path: Path, said: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _sha256(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
