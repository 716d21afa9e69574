"""A result folder that appears only when it is whole, and what a full disk means to a user."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from payung.core.errors import Exit, PayungError, cannot_write


@contextmanager
def result_folder(out: Path, marker: str) -> Iterator[Path]:
    """Yield `out.part` to write into; at the end it becomes `out`, and what stood there before becomes `out.1`.

    A folder that holds anything but an earlier result (known by its file `marker`) is refused and left alone. When
    the block fails, `out` is as it was and nothing half-written stays. PayungError(Exit.OUTPUT).
    """
    _refuse_strangers(out, marker)
    part = out.with_name(out.name + ".part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.parent.mkdir(parents=True, exist_ok=True)
        part.mkdir(mode=0o700)  # most of what lies in it holds people's data
        yield part
        if out.exists():
            previous = out.with_name(out.name + ".1")
            shutil.rmtree(previous, ignore_errors=True)
            out.rename(previous)
        part.rename(out)
    except OSError as error:
        raise _unreadable(error) or unwritable(out, error) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _refuse_strangers(out: Path, marker: str) -> None:
    if not out.exists():
        return
    if out.is_dir() and ((out / marker).is_file() or not any(out.iterdir())):
        return
    raise PayungError(
        f"{out} sudah ada dan bukan hasil Payung sebelumnya.",
        todo="Pilih folder lain dengan --out; isi folder itu tidak disentuh.",
        exit_code=Exit.OUTPUT,
    )


def _unreadable(error: OSError) -> PayungError | None:
    """About one of the user's own files that may not be read; None where the error is about writing."""
    path = Path(os.fsdecode(error.filename)) if error.filename else None
    if path is None or not path.is_file() or os.access(path, os.R_OK):
        return None
    return PayungError(
        f"Berkas {path.name} tidak boleh dibaca oleh pengguna ini.",
        todo="Minta izin baca untuk berkas itu, atau salin ke folder sendiri, lalu ulangi.",
    )


def unwritable(out: Path, error: OSError) -> PayungError:
    """What a user can do about a result that cannot be written."""
    found = cannot_write(f"Hasil di {out}", error)
    return PayungError(
        f"{found.message} Hasil sebelumnya tidak berubah.", todo=found.todo, exit_code=Exit.OUTPUT
    )
