"""Errors that a person can act on: an Indonesian sentence, what to do, and a documented exit code."""

from __future__ import annotations

from enum import IntEnum


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
