"""Where the installation's sealed files lie: uploads, frozen inputs, papers."""

from __future__ import annotations

from pathlib import Path

from payung.config import load


def stored(path: str) -> Path:
    """Where a stored file lies, below the folder of stored files; its own folder is made."""
    whole = load().folder("uploads") / path
    whole.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return whole
