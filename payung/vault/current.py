"""The installation's own vault, opened once a process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from payung.config import load
from payung.vault.keys import Keyring, data_versions, load_keyring
from payung.vault.seal import Vault


@cache
def vault() -> Vault:
    """The vault of the configured key folder. PayungError where keys are missing: nothing starts without them.

    No lock: two threads that come first both open it, and either vault is right. So nothing can be held when a
    process forks.
    """
    return vault_of(load().folder("keys"))


def forget() -> None:
    """Open the vault anew when it is needed next: the settings or the folder are others now."""
    vault.cache_clear()


def vault_of(folder: Path) -> Vault:
    """The vault of a key folder, which takes up a new data key within a second of its being added."""
    known = [data_versions(folder) if folder.is_dir() else ()]
    keyring = load_keyring(folder)

    def changed() -> Keyring | None:
        there = data_versions(folder)
        if there == known[0]:
            return None
        newer = load_keyring(folder)
        known[0] = there
        return newer

    return Vault(keyring, changed)
