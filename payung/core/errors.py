"""Errors that a person can act on: an Indonesian sentence, what to do, and a documented exit code."""

from __future__ import annotations

import errno
from enum import IntEnum
from pathlib import Path

_HERE = f"{Path(__file__).parents[1]}/"


class Exit(IntEnum):
    """Exit codes of every command; `docs/commands.md` explains each to users."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    INPUT = 3
    """A list, register, decision or roll cannot be read as what it is said to be."""
    POLICY = 4
    """A policy or law file is missing, overlapping, contradictory, or does not cover a month."""
    REGISTER = 5
    """A register that policy requires is missing or too old."""
    BREAKER = 6
    """The lists as a whole look wrong; nothing was decided."""
    MONEY = 7
    """The ceiling, the months or what was already paid make a selection impossible."""
    OUTPUT = 8
    """The result could not be written: disk full, folder not writable, folder not ours."""
    INSTALLATION = 9
    """Something of the office's installation is missing or wrong: keys, database, tables; `payung doctor` says all."""


class PayungError(Exception):
    """Something that a user can mend.

    `message` says what is wrong, `todo` what to do about it, both in plain Indonesian; neither ever carries an
    unmasked NIK, because both end in logs.
    """

    def __init__(self, message: str, *, todo: str = "", exit_code: Exit = Exit.INPUT) -> None:
        super().__init__(message)
        self.message = message
        self.todo = todo
        self.exit_code = exit_code

    def __str__(self) -> str:
        return f"{self.message} {self.todo}".strip()


def place_in_code(error: BaseException) -> str:
    """Where in Payung an unforeseen error came up, as `intake/rows.py:120`: all that may be told about it."""
    place, trace = "", error.__traceback__
    while trace:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(_HERE):
            place = f"{file[len(_HERE) :]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def cannot_write(what: str, error: BaseException) -> PayungError:
    """What a user can do about `what` (a file or folder in words) that could not be written: Exit.OUTPUT.

    The reason is that of the first OSError behind `error`; libraries wrap it in errors of their own.
    """
    reason, todo = _why_not(_os_error(error))
    return PayungError(f"{what} tidak dapat ditulis: {reason}.", todo=todo, exit_code=Exit.OUTPUT)


def _why_not(error: OSError | None) -> tuple[str, str]:
    number = error.errno if error else None
    if number in (errno.ENOSPC, errno.EDQUOT):
        return "ruang penyimpanan habis", "Kosongkan tempat di disk lalu ulangi."
    if number in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            "foldernya tidak boleh ditulis",
            "Pilih folder lain, dan tutup berkas lama bila masih terbuka di Excel.",
        )
    if number == errno.EFBIG:
        return (
            "berkasnya melebihi batas ukuran di komputer ini",
            "Minta pengelola komputer menaikkan batas itu.",
        )
    said = (error.strerror if error else None) or "kesalahan berkas"
    return said, "Periksa disk dan folder hasil, dan tutup berkas lama bila masih terbuka, lalu ulangi."


def _os_error(error: BaseException | None) -> OSError | None:
    seen = error
    while seen is not None and not isinstance(seen, OSError):
        seen = (
            next((one for one in seen.args if isinstance(one, OSError)), None)
            or seen.__cause__
            or seen.__context__
        )
    return seen
