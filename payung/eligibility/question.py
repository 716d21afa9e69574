"""What is asked of a screening: months, sources of money, day, and what it must do without. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from payung.core.errors import Exit, PayungError
from payung.core.month import Month, MonthSpan
from payung.eligibility.terms import Rules, Terms
from payung.policy.local import LocalPolicy
from payung.registry.rules import REGISTERS


@dataclass(frozen=True, slots=True)
class Question:
    """What a screening is asked. `waived` are registers that it does without, each with the reason.

    `on` is the day of the run; without one it is the first day of the first month.
    """

    months: MonthSpan
    sources: tuple[str, ...]
    day: date | None = None
    waived: Mapping[str, str] = field(default_factory=dict)
    partial_months: bool = False

    @property
    def on(self) -> date:
        return self.day or self.months.first.first_day

    def terms(self, rules: Rules) -> Terms:
        """What the screening is held to. PayungError where the policy does not know the months or the sources."""
        check(self, rules.policy)
        return Terms(
            rules, frozenset(self.sources), self.months, self.on, self.partial_months, frozenset(self.waived)
        )

    def said(self) -> dict[str, Any]:
        """As JSON, for `read`."""
        return {
            "months": str(self.months),
            "sources": list(self.sources),
            "on": self.on.isoformat(),
            "waived": dict(self.waived),
            "partial_months": self.partial_months,
        }


def read(said: Mapping[str, Any]) -> Question:
    """The question that `Question.said` wrote."""
    return Question(
        MonthSpan.parse(said["months"]),
        tuple(said["sources"]),
        date.fromisoformat(said["on"]),
        dict(said["waived"]),
        bool(said["partial_months"]),
    )


def check(asked: Question, policy: LocalPolicy) -> None:
    """PayungError where a question cannot be answered under a policy, or leaves a register out without saying why."""
    policy.require(asked.months)
    if not asked.sources:
        raise PayungError(
            "Sumber dana belum dipilih.", todo="Pilih paling sedikit satu.", exit_code=Exit.USAGE
        )
    for source in asked.sources:
        policy.source(source)
    for name, reason in asked.waived.items():
        if name not in REGISTERS:
            raise PayungError(
                f"Register {name!r} tidak dikenal.",
                todo=f"Pilih dari: {', '.join(REGISTERS)}.",
                exit_code=Exit.USAGE,
            )
        if not reason.strip():
            raise PayungError(
                f"Alasan meninggalkan register {REGISTERS[name].title} belum ditulis.",
                todo="Tulis alasannya; alasan itu tersimpan dan tercetak pada SK.",
                exit_code=Exit.USAGE,
            )


def usual(policy: LocalPolicy, today: date, opened_on: date, waived: Collection[str] = ()) -> Question:
    """What is probably asked next: the regency's own money, from next month to the end of that year.

    Where the policy does not cover today, the months follow the day on which the office was opened.
    """
    anchor = today if policy.valid_from <= today < policy.valid_to else opened_on
    first = Month.of(min(max(anchor, policy.valid_from), policy.valid_to)).plus(1)
    first = min(first, Month.of(policy.valid_to))
    last = min(Month(first.year, 12), Month.of(policy.valid_to))
    own = tuple(source.id for source in policy.sources if source.own) or (policy.sources[0].id,)
    return Question(MonthSpan(first, last), own, waived=dict.fromkeys(waived, ""))
