"""Files that appear whole or not at all, and that only their owner can read."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from payung.core.errors import cannot_write

PART = ".part"


@contextmanager
def whole_file(target: Path, *, replace: bool = True) -> Iterator[BinaryIO]:
    """A file to write (mode 0600) that becomes `target` when the block ends well, and nothing when it does not.

    It is written beside the target as `NAME.XXXXXXXX.part` and safe on the disk before it takes the name. With
    `replace=False` a target that exists is left alone: FileExistsError. Other trouble with the disk is
    PayungError (OUTPUT).
    """
    part = target.with_name(f"{target.name}.{secrets.token_hex(4)}{PART}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if replace:
            part.replace(target)
        else:
            os.link(part, target)
        safe_folder(target.parent)
    except FileExistsError:
        raise
    except OSError as error:
        raise cannot_write(f"Berkas {target.name}", error) from error
    finally:
        with suppress(OSError):
            part.unlink()


def safe_folder(folder: Path) -> None:
    """Make sure that the names in a folder survive a power cut."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
