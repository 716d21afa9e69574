"""A result folder that appears only when it is whole, and what a full disk means to a user."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from payung.core.errors import Exit, PayungError


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
        part.mkdir(parents=True)
        yield part
        if out.exists():
            previous = out.with_name(out.name + ".1")
            shutil.rmtree(previous, ignore_errors=True)
            out.rename(previous)
        part.rename(out)
    except OSError as error:
        raise unwritable(out, error) from error
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


def unwritable(out: Path, error: OSError) -> PayungError:
    """What a user can do about a result that cannot be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        message, todo = "Ruang penyimpanan habis.", "Kosongkan tempat di disk lalu ulangi."
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        message, todo = "Folder ini tidak boleh ditulis.", "Pilih folder lain dengan --out."
    else:
        message, todo = (
            f"{error.strerror or 'Kesalahan berkas'}.",
            "Periksa disk dan folder hasil lalu ulangi.",
        )
    return PayungError(
        f"Hasil di {out} tidak dapat ditulis. {message} Hasil sebelumnya tidak berubah.",
        todo=todo,
        exit_code=Exit.OUTPUT,
    )
