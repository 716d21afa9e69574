"""Facts in, decisions out: each row of the lists judged for every source of money that takes part. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from payung.core.decision import SEVERITY_ORDER, Decision, Reason
from payung.core.finding import Finding, Severity
from payung.eligibility.facts import Facts
from payung.eligibility.rules import assess
from payung.eligibility.screened import ScreenedRow
from payung.eligibility.terms import Terms

_CELL_OF = {
    "not_in_population": ("nik", Severity.FAULT),
    "identity_differs": ("nik", Severity.FAULT),
    "contradiction": ("nik", Severity.QUESTION),
    "employer_named": ("employer", Severity.QUESTION),
    "dead": ("name", Severity.NOTE),
    "moved_away": ("name", Severity.NOTE),
    "related_to_collector": ("collector", Severity.NOTE),
    "pupil": ("pupil", Severity.NOTE),
}
"""Reasons that an RT can do something about, or should see in its place: the cell, and how much it weighs."""


@dataclass(frozen=True, slots=True)
class Assessed:
    """One row of the lists with its decision: that of the source which is most favourable to the person."""

    facts: Facts
    decision: Decision
    sources: tuple[str, ...]
    """Sources for which the person is eligible, in the policy's order."""

    @property
    def survives(self) -> bool:
        """Whether this row stands for its person."""
        return self.facts.duplicate_of is None

    @property
    def person_id(self) -> str:
        """The row id of the row that stands for the person."""
        return self.facts.duplicate_of or self.facts.application.row_id


def assess_all(everyone: Iterable[Facts], terms: Terms) -> Iterator[Assessed]:
    """Every row assessed for every source that takes part, in the order given."""
    for facts in everyone:
        yield _assess(facts, terms)


def _assess(facts: Facts, terms: Terms) -> Assessed:
    decisions = [
        (
            source.id,
            assess(
                facts,
                source,
                terms.on,
                terms.months,
                partial_months=terms.partial_months,
                law=terms.rules.law,
            ),
        )
        for source in terms.sources
    ]
    best = min((decision for _, decision in decisions), key=lambda d: SEVERITY_ORDER.index(d.outcome))
    return Assessed(facts, best, tuple(source for source, decision in decisions if decision.eligible))


def screened_rows(assessed: Iterable[Assessed]) -> Iterator[ScreenedRow]:
    """Every row of the lists with its outcome and the codes of its reasons."""
    for one in assessed:
        application = one.facts.application
        yield ScreenedRow(
            nik=application.nik or "",
            name_raw=application.name or "",
            birth_on=application.birth_on,
            sex=application.sex or "",
            desa_code=application.desa_code or "",
            rt=application.rt or "",
            outcome=one.decision.outcome,
            reasons=tuple(reason.code for reason in one.decision.reasons),
        )


def cell_findings(assessed: Iterable[Assessed]) -> Iterator[Finding]:
    """What screening and assessing found that belongs into a cell of the list, in the order of rows."""
    for one in assessed:
        if one.survives:
            for reason in one.decision.reasons:
                if reason.code in _CELL_OF:
                    yield _finding(one, reason, *_CELL_OF[reason.code])


def _finding(one: Assessed, reason: Reason, column: str, severity: Severity) -> Finding:
    application = one.facts.application
    return Finding(
        row_id=application.row_id,
        source=application.file,
        sheet=application.sheet,
        row=application.row,
        column=column,
        code=reason.code,
        severity=severity,
        evidence=reason.evidence,
        proposal="",
        message=f"{reason.message} {reason.remedy}".strip(),
    )
