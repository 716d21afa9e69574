"""A regency's own rules, typed: sources of money with their criteria, groups, registers, allocation, breaker."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from payung.core.errors import Exit, PayungError
from payung.core.month import Month, MonthSpan
from payung.policy.groups import Group, Groups
from payung.policy.tables import Certainty, period

REGISTER_NAMES = ("bpjs", "dukcapil", "asn", "payers", "nonasn", "own", "dtsen")
WADAH = {
    "SG": "pemerintah",
    "SD": "desa dari APBDes",
    "SA": "desa dari APBD",
    "SL": "sumber lain",
    "SC": "perusahaan",
    "SB": "bank",
}
SCOPES = ("kecamatan", "desa", "group")
Param = int | str | tuple[str, ...]


class OnUnknown(StrEnum):
    """What a criterion says when its evidence is missing."""

    COMPLETE = "complete"
    """Keep the person off the roll until the fact is known."""
    PASS_NOTED = "pass_noted"
    """Let through; the note stays on record."""
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Origin:
    """The rule, its certainty and where it was read."""

    law: str
    certainty: Certainty
    source: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of one source of money. `evidence` names fields of the application and registers."""

    id: str
    on: bool
    params: Mapping[str, Param]
    evidence: tuple[str, ...]
    on_unknown: OnUnknown
    origin: Origin

    def integer(self, name: str) -> int:
        """A parameter that is a number; KeyError where the criterion has no such one."""
        value = self.params[name]
        assert isinstance(value, int)
        return value

    def text(self, name: str) -> str:
        """A parameter that is a word; KeyError where the criterion has no such one."""
        value = self.params[name]
        assert isinstance(value, str)
        return value


@dataclass(frozen=True, slots=True)
class Payer:
    """Somebody who pays contributions, by the names that registers give."""

    id: str
    title: str
    names: tuple[str, ...]
    source: str | None
    """The source of money of this policy that this payer is; None for everybody else."""


@dataclass(frozen=True, eq=False)
class Source:
    """One source of money, with its own criteria, price class and base.

    `payer` is the class of money that the law prices (`apbd`, `perusahaan`, …); `own` says that this regency pays.
    """

    id: str
    title: str
    office: str
    own: bool
    payer: str
    wadah: str
    segment: str
    base_idr: int
    groups: tuple[str, ...]
    criteria: Mapping[str, Criterion]
    origin: Origin
    policy_id: str
    regency: str
    catalogue: Groups
    payers: Mapping[str, Payer]
    """Every known payer by its normalised name."""

    def payer_of(self, text: str | None) -> Payer | None:
        """Who a register means; None when the name is not recognised. Only whole names count."""
        return None if text is None else self.payers.get(payer_key(text))


@dataclass(frozen=True, slots=True)
class RegisterNeed:
    """Whether a register must be supplied, and how old it may be on the day of the run."""

    required: bool
    max_age_days: int
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Limit:
    """A floor or a quota: `count` seats for `key` of `scope`; key `*` means each one by itself."""

    scope: str
    key: str
    count: int


@dataclass(frozen=True, slots=True)
class IncomePoints:
    """Points for a declared monthly income up to `up_to_idr` (None: any higher one)."""

    up_to_idr: int | None
    points: int


@dataclass(frozen=True, slots=True)
class Allocation:
    """How seats are given when money is short: continuity, points, then the lottery key."""

    order: tuple[str, ...]
    income_points: tuple[IncomePoints, ...]
    income_unknown_points: int
    bpjs_kesehatan_points: Mapping[str, int]
    floors: tuple[Limit, ...]
    quotas: tuple[Limit, ...]
    """With the quotas of the groups."""
    lottery: str
    origin: Origin

    @property
    def continuity_first(self) -> bool:
        return self.order[0] == "continuity"


@dataclass(frozen=True, slots=True)
class Breaker:
    """Shares, in per cent of rows that are people, from which the lists as a whole look wrong."""

    least_rows: int
    """Below so many rows a share says nothing and the breaker rests."""
    duplicate_percent: int
    nik_invalid_percent: int
    group_unknown_percent: int
    desa_unknown_percent: int


@dataclass(frozen=True, eq=False)
class LocalPolicy:
    """One regency's rules over a span of days."""

    id: str
    title: str
    regency: str
    valid_from: date
    valid_to: date
    origin: Origin
    registers: Mapping[str, RegisterNeed]
    other_payers: tuple[Payer, ...]
    groups: Groups
    sources: tuple[Source, ...]
    """In the order in which a person is offered to them."""
    allocation: Allocation
    breaker: Breaker
    place: str

    def source(self, source_id: str) -> Source:
        for source in self.sources:
            if source.id == source_id:
                return source
        raise PayungError(
            f'Sumber dana "{source_id}" tidak ada dalam aturan {self.id}.',
            todo=f"Pilih salah satu: {', '.join(s.id for s in self.sources)}.",
            exit_code=Exit.POLICY,
        )

    def require(self, months: MonthSpan) -> None:
        """PayungError(Exit.POLICY) unless every month of the span is covered."""
        for month in (months.first, months.last):
            self._require_month(month)

    def _require_month(self, month: Month) -> None:
        if not (self.valid_from <= month.first_day and month.last_day <= self.valid_to):
            raise PayungError(
                f"Aturan {self.id} tidak mencakup {month.in_words}; berlaku {period(self.valid_from, self.valid_to)}.",
                todo="Pilih bulan lain atau aturan yang mencakup bulan itu (--policy).",
                exit_code=Exit.POLICY,
            )

    def group(self, group_id: str) -> Group:
        return self.groups[group_id]


def payer_key(text: str) -> str:
    """How payer names are compared: capitals, letters and digits only, single spaces."""
    return " ".join(re.findall(r"[A-Z0-9]+", text.upper()))
