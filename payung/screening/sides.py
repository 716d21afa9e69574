"""The shape of `Pair.sides`: both records of a pair as they were written, with who lives in the same household. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

LEFT, RIGHT = "l", "r"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody else on the same family card, as texts; "" where nothing is said."""

    name: str = ""
    birth: str = ""
    sex: str = ""
    origin: str = ""
    """Where it stands: `daftar RT 005`, `Dukcapil`."""


@dataclass(frozen=True, slots=True)
class Record:
    """One of the two records, as texts to be looked at; "" where it says nothing.

    The same fields as `review.Side`, and what only the office knows. `birth` is `17-08-1990` where it can be read.
    `rt` has three digits.
    """

    nik: str = ""
    kk: str = ""
    name: str = ""
    birth: str = ""
    sex: str = ""
    desa: str = ""
    rt: str = ""
    phone: str = ""
    says: str = ""
    """What only one kind of record has: the occupation on a list; status, segment and payer in a register."""
    origin: str = ""
    """File, sheet and row."""
    collector: str = ""
    """Who wrote it down, where the list says so."""
    collected_on: str = ""
    """`2022-09-05`: the day it was written down; of a register, the day that it describes."""
    address: str = ""
    household: tuple[Member, ...] = ()

    @property
    def year(self) -> str:
        """The year of birth, where the date can be read."""
        return next((part for part in self.birth.replace("/", "-").split("-") if len(part) == 4), "")


def written(left: Record, right: Record) -> dict[str, Any]:
    """What is kept in `Pair.sides`."""
    return {LEFT: asdict(left), RIGHT: asdict(right)}


def read(kept: Mapping[str, Any], side: str) -> Record:
    """One record of `Pair.sides`; what an older version did not keep is empty."""
    given: Mapping[str, Any] = kept.get(side) or {}
    texts = {one.name: _text(given.get(one.name)) for one in fields(Record) if one.name != "household"}
    return Record(**texts, household=_members(given.get("household") or ()))


def _members(given: Sequence[Mapping[str, Any]]) -> tuple[Member, ...]:
    names = [one.name for one in fields(Member)]
    return tuple(Member(**{name: _text(one.get(name)) for name in names}) for one in given)


def _text(value: Any) -> str:
    return "" if value is None else str(value)
