"""What is known of one person on the day of the run: the application, and what each register says. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from payung.core.application import Application
from payung.core.month import Month
from payung.registry.rules import Status


class Presence(StrEnum):
    """What a register says about a person's being in it. Silence is never "no"."""

    FOUND = "found"
    ABSENT = "absent"
    """Only where a supplied, in-date extract does not hold the person, or its owner said so."""
    UNKNOWN = "unknown"
    """Not supplied, too old, or not answered for this person."""


@dataclass(frozen=True, slots=True)
class RegisterRecord:
    """One record of a register that is linked to the person.

    `outcome` is that of the link: `exact`, `certain` or `review`; `confirmed` says that a person has seen it and
    agreed. `status` is a word of `registry.rules.Status`, None where an extract has no such column: whoever is in
    it is active. `valid_from` and `valid_until` are inclusive; None is an open end.
    """

    register: str
    outcome: str
    confirmed: bool
    status: str | None = None
    segment: str | None = None
    payer: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    detail: str | None = None
    id: str = ""

    @property
    def binding(self) -> bool:
        """Whether this record may decide by itself: nobody is refused by a link that no person has seen."""
        return self.outcome == "exact" or self.confirmed

    @property
    def active(self) -> bool:
        return self.status is None or self.status == Status.ACTIVE

    @property
    def readable(self) -> bool:
        """Whether the status is one that answers a question about membership."""
        return self.status not in (Status.UNREADABLE, Status.DIFFERS, Status.MATCHED)

    def covers(self, first: date, last: date) -> bool:
        """Whether its validity touches the days `first..last`."""
        return (self.valid_from is None or self.valid_from <= last) and (
            self.valid_until is None or self.valid_until >= first
        )


@dataclass(frozen=True, slots=True)
class RegisterView:
    """All that one register says about the person, and the day on which it was true."""

    presence: Presence
    records: tuple[RegisterRecord, ...] = ()
    as_of: date | None = None


UNKNOWN_VIEW = RegisterView(Presence.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a decision about one person may rest on.

    `duplicate_of` is the row id of the surviving row where this one does not survive; `open_reviews` names what
    waits for a person's decision; `contradiction` says what the lists contradict themselves in; `waived` are the
    registers that the run was told to do without.
    """

    application: Application
    fingerprint: str
    nik_valid: bool
    registers: Mapping[str, RegisterView] = field(default_factory=dict)
    duplicate_of: str | None = None
    open_reviews: tuple[str, ...] = ()
    contradiction: str | None = None
    waived: frozenset[str] = frozenset()
    related_to_collector: bool = False
    """Whether the person stands on the family card of whoever listed them."""
    faults: tuple[str, ...] = ()
    """What must be mended on the list before the row can be decided, in plain words."""
    paid: frozenset[Month] = frozenset()
    """Months that an earlier roll has already paid for this person."""

    def view(self, register: str) -> RegisterView:
        return self.registers.get(register, UNKNOWN_VIEW)
