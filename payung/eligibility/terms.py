"""Under which rules, for which months and sources of money, and as of which day people are assessed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from payung.core.month import MonthSpan
from payung.policy import loader
from payung.policy.law import Law
from payung.policy.local import LocalPolicy, Source


@dataclass(frozen=True, slots=True)
class Rules:
    """A local policy and the law, each with the SHA-256 of what it was read from."""

    policy: LocalPolicy
    law: Law
    policy_sha256: str
    law_sha256: str

    @classmethod
    def load(cls, name_or_path: str | Path) -> Rules:
        """A shipped local policy by name or the office's own file, under the shipped law. PayungError(Exit.POLICY)."""
        return cls(
            loader.local(name_or_path), loader.law(), loader.local_sha256(name_or_path), loader.law_sha256()
        )


@dataclass(frozen=True, slots=True)
class Terms:
    """What a screening is held to. `offered` names the sources of money that take part; `on` is the day of the run.

    `waived` are the registers that the run is told to do without.
    """

    rules: Rules
    offered: frozenset[str]
    months: MonthSpan
    on: date
    partial_months: bool = False
    waived: frozenset[str] = frozenset()

    @property
    def policy(self) -> LocalPolicy:
        return self.rules.policy

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources that take part, in the policy's order."""
        return tuple(source for source in self.policy.sources if source.id in self.offered)
