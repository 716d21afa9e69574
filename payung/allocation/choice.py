"""From what was assessed to who is chosen and to the roll: the one way, for the main job on files and for the office."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from payung.allocation.answers import Answers, answers_on
from payung.allocation.candidates import Candidate, Round
from payung.allocation.pipeline import allocation_rules, candidate
from payung.allocation.roll import RollEntry, RollRow
from payung.allocation.rules import Award, Offer, Selection, Waiting, select_in_order
from payung.core.application import Application
from payung.core.decision import Decision, Outcome
from payung.core.errors import Exit, PayungError
from payung.eligibility.assessment import Assessed
from payung.eligibility.terms import Terms
from payung.policy.local import LocalPolicy


@dataclass(frozen=True, slots=True)
class Chosen:
    """What each source pays: selections in the policy's order, and the three answers for each."""

    selections: tuple[Selection, ...]
    answers: tuple[Answers, ...]

    @property
    def awards(self) -> list[tuple[Selection, Award]]:
        return [(selection, award) for selection in self.selections for award in selection.awards]

    @property
    def waiting(self) -> dict[str, tuple[Selection, Waiting]]:
        """By row id, the first waiting list on which a person stands."""
        found: dict[str, tuple[Selection, Waiting]] = {}
        for selection in self.selections:
            for waiting in selection.waiting:
                found.setdefault(waiting.candidate.row_id, (selection, waiting))
        return found


def choose(assessed: Sequence[Assessed], terms: Terms, ceilings: Mapping[str, int], seed: str) -> Chosen:
    """The people whom the ceilings (rupiah by source) reach, source after source.

    PayungError(Exit.MONEY) when every month of everybody who could be chosen has been paid already.
    """
    check_unpaid(assessed, terms)
    rules = allocation_rules(terms.policy)
    return choose_among(
        [
            Offer(
                candidates,
                Round(source, ceilings[source], terms.months, seed, terms.partial_months),
                rules,
            )
            for source, candidates in candidates_by_source(assessed, terms).items()
        ]
    )


def choose_among(offers: Sequence[Offer]) -> Chosen:
    """The people whom the offers reach, one source after another, with the three answers of each source."""
    return Chosen(
        select_in_order(offers),
        tuple(answers_on(offer.ground) for offer in offers),
    )


def check_unpaid(assessed: Sequence[Assessed], terms: Terms) -> None:
    """PayungError(Exit.MONEY) when every month of everybody who could be chosen has been paid already."""
    if not any(one.sources for one in assessed) and any(_only_paid(one.decision) for one in assessed):
        raise PayungError(
            f"Iuran {terms.months.in_words} sudah dibayar untuk semua orang yang memenuhi syarat.",
            todo="Periksa --months dan daftar pada --paid: bulan yang sudah dibayar tidak dapat dibayar lagi.",
            exit_code=Exit.MONEY,
        )


def candidates_by_source(assessed: Iterable[Assessed], terms: Terms) -> dict[str, list[Candidate]]:
    """Who can be chosen, as each source that takes part sees them, in the policy's order of sources."""
    eligible = [one for one in assessed if one.sources]
    return {
        source.id: [
            candidate(one.facts, source, terms.policy, terms.rules.law, on=terms.on, span=terms.months)
            for one in eligible
            if source.id in one.sources
        ]
        for source in terms.sources
    }


def roll(chosen: Chosen, applications: Mapping[str, Application], policy: LocalPolicy) -> list[RollEntry]:
    """The roll: one entry an award, in the order of selections and ranks. `applications` are by row id."""
    return [_entry(selection, award, applications, policy) for selection, award in chosen.awards]


def _entry(
    selection: Selection, award: Award, applications: Mapping[str, Application], policy: LocalPolicy
) -> RollEntry:
    person, source = award.candidate, policy.source(selection.round.source)
    application = applications[person.row_id]
    assert application.nik is not None
    assert application.name is not None
    assert application.birth_on is not None
    months = tuple(month for month, _, _ in person.monthly)
    _, first_jkk, first_jkm = person.monthly[0]
    row = RollRow(
        regency=policy.regency,
        nik=application.nik,
        name_raw=application.name,
        birth_on=application.birth_on,
        sex=application.sex or "",
        desa_code=person.desa_code,
        rt=application.rt or "",
        group=person.group,
        segment=source.segment,
        source=source.id,
        month_from=months[0],
        month_to=months[-1],
        price_idr=first_jkk + first_jkm,
        amount_idr=award.amount_idr,
    )
    return RollEntry(row, application, person.jkk_idr, person.jkm_idr, months, person.continuity)


def _only_paid(decision: Decision) -> bool:
    against = {r.code for r in decision.reasons if r.outcome in (Outcome.REFUSE, Outcome.INCOMPLETE)}
    return against == {"months_paid"}
