"""When the installation was last backed up, and when a backup was last proven to restore: for the first page and `payung doctor`.

Kept beside the backups, as `status.json`: what stands in the database would be restored with it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from payung.config import load
from payung.vault.writing import whole_file

FILE = "status.json"


@dataclass(frozen=True, slots=True)
class Status:
    """Instants with their zone; None for what never happened. `last` is the folder of the newest backup."""

    made_at: datetime | None = None
    last: str = ""
    tested_at: datetime | None = None
    tested: str = ""
    failed_at: datetime | None = None
    """When a drill failed, after the last one that succeeded."""


def status() -> Status:
    """What is known; nothing where the file is missing or damaged."""
    try:
        known = json.loads(_path().read_text(encoding="utf-8"))
        return Status(
            _instant(known.get("made_at")),
            str(known.get("last", "")),
            _instant(known.get("tested_at")),
            str(known.get("tested", "")),
            _instant(known.get("failed_at")),
        )
    except (OSError, ValueError, AttributeError):
        return Status()


def write_status(new: Status) -> None:
    """Keep it. PayungError when the folder cannot be written."""
    values = {name: getattr(new, name) for name in Status.__slots__}
    said = {name: one.isoformat() if isinstance(one, datetime) else one for name, one in values.items()}
    _path().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with whole_file(_path()) as file:
        file.write((json.dumps(said, indent=1) + "\n").encode())


def _path() -> Path:
    return load().folder("backups") / FILE


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
