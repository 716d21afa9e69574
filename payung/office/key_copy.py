"""A copy of the keys for another place: whoever loses both has lost everything that is sealed."""

from __future__ import annotations

from pathlib import Path

from payung.config import load
from payung.core.errors import Exit, PayungError, cannot_write
from payung.office.manifest import copy_file, settle
from payung.vault.keys import load_keyring


def export_keys(to: Path) -> int:
    """Copy all keys into a new folder (0700), and read the copy back; how many files. PayungError when it exists."""
    source = load().folder("keys")
    keyring = load_keyring(source)
    if to.exists():
        raise PayungError(f"{to} sudah ada.", todo="Sebut folder yang belum ada.", exit_code=Exit.OUTPUT)
    part = to.with_name(f"{to.name}.part")
    try:
        part.mkdir(mode=0o700, parents=True)
        names = sorted(path.name for path in source.glob("*.key"))
        for name in names:
            copy_file(source / name, part / name)
        settle(part, to)
    except OSError as error:
        raise cannot_write(f"Folder {to}", error) from error
    if load_keyring(to) != keyring:
        raise PayungError(
            f"Salinan kunci di {to} berbeda dari aslinya.",
            todo="Hapus salinan itu dan ulangi di diska lain.",
            exit_code=Exit.OUTPUT,
        )
    return len(names)
