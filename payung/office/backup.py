"""One consistent backup: the database as it stood at one moment, and every upload that belongs to it, still sealed.

Uploads are copied before *and* after the database: a file that a row needs was written before the row, and one that is
removed meanwhile was copied before. Keys are not in it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from payung import __version__
from payung.audit.services import record
from payung.config import Config, load
from payung.core.errors import Exit, PayungError, cannot_write
from payung.core.scope import acting_in, whole
from payung.database.backups import status, write_status
from payung.database.models import Regency
from payung.job.progress import Tell, silent
from payung.office import manifest as facts
from payung.office.manifest import Manifest, copy_file, remove, settle, walk
from payung.office.ready import pending
from payung.office.snapshot import alone, take_snapshot

PREFIX = "payung-"
_COPYING = "menyalin unggahan"


def make_backup(at: datetime, to: Path | None = None, tell: Tell = silent) -> tuple[Path, Manifest]:
    """Make a backup as a new folder below `to` (the configured folder), and record it in every regency's ledger.

    It appears whole or not at all. PayungError when somebody else is making one, when PostgreSQL's role for backups
    is missing, or when it cannot be written.
    """
    from django.db import transaction

    config = load()
    place = to or config.folder("backups")
    name = f"{PREFIX}{at:%Y%m%d-%H%M%S}"
    with alone(config):
        made = _make(config, place, name, at, tell)
    write_status(replace(status(), made_at=at, last=str((place / name).absolute())))
    if pending():  # a backup before an update; the tables may not be those that the program writes now
        return place / name, made
    for code in Regency.objects.order_by("code").values_list("code", flat=True):
        with acting_in(whole(code)), transaction.atomic():
            record("backup.made", ("backup", name), detail={"size": made.size})
    return place / name, made


def _make(config: Config, place: Path, name: str, at: datetime, tell: Tell) -> Manifest:
    part = place / f"{name}.part"
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in place.glob(f"{PREFIX}*.part"):  # of a backup that was killed
            remove(left)
        if (place / name).exists():
            raise PayungError(
                f"{place / name} sudah ada.", todo="Ulangi sebentar lagi.", exit_code=Exit.OUTPUT
            )
        part.mkdir(mode=0o700)
        files: dict[str, str] = {}
        _copy_uploads(config, part, files, tell)
        tell("menyalin basis data", 0, 1)
        database, tables, heads = take_snapshot(config, part)
        tell("menyalin basis data", 1, 1)
        _copy_uploads(config, part, files, tell)
        files[database] = facts.file_hash(part / database)
        size = sum((part / one).stat().st_size for one in files)
        made = Manifest(__version__, at.isoformat(), database, tables, heads, files, size)
        made.write(part)
        settle(part, place / name)
        return made
    except OSError as error:
        raise cannot_write(f"Cadangan di {place}", error) from error
    finally:
        with suppress(OSError):
            remove(part)


def _copy_uploads(config: Config, part: Path, files: dict[str, str], tell: Tell) -> None:
    uploads = config.folder("uploads")
    found = list(walk(uploads)) if uploads.is_dir() else []
    for number, path in enumerate(found, start=1):
        name = f"{facts.UPLOADS}/{path.relative_to(uploads)}"
        if name not in files:
            with suppress(FileNotFoundError):
                files[name] = copy_file(path, part / name)
        tell(_COPYING, number, len(found))
