"""Decisions in, the roll out: who is chosen for which source, who waits, who is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from payung.allocation.candidates import Candidate, Round
from payung.allocation.pipeline import allocation_rules, candidate
from payung.allocation.rules import Answers, Award, Offer, Selection, Waiting, answers, select_in_order
from payung.core.decision import Decision, Outcome
from payung.core.errors import Exit, PayungError
from payung.eligibility.assessment import Assessed
from payung.eligibility.facts import Facts
from payung.enrolment.rules import Refused, RollEntry, RollRow
from payung.job.options import Options
from payung.policy.local import Source


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


def choose(assessed: Sequence[Assessed], options: Options) -> Chosen:
    """The people whom the ceilings reach, source after source.

    PayungError(Exit.MONEY) when every month of everybody who could be chosen has been paid already.
    """
    eligible = [one for one in assessed if one.sources]
    if not eligible and any(_only_paid(one.decision) for one in assessed):
        raise PayungError(
            f"Iuran {options.months.in_words} sudah dibayar untuk semua orang yang memenuhi syarat.",
            todo="Periksa --months dan daftar pada --paid: bulan yang sudah dibayar tidak dapat dibayar lagi.",
            exit_code=Exit.MONEY,
        )
    rules = allocation_rules(options.policy)
    offers = []
    for source in options.sources:
        candidates = [_candidate(one.facts, source, options) for one in eligible if source.id in one.sources]
        round_ = Round(
            source.id, options.ceilings[source.id], options.months, options.seed, options.partial_months
        )
        offers.append(Offer(candidates, round_, rules))
    return Chosen(
        select_in_order(offers),
        tuple(answers(offer.candidates, offer.round, offer.rules) for offer in offers),
    )


def _only_paid(decision: Decision) -> bool:
    against = {r.code for r in decision.reasons if r.outcome in (Outcome.REFUSE, Outcome.INCOMPLETE)}
    return against == {"months_paid"}


def _candidate(facts: Facts, source: Source, options: Options) -> Candidate:
    return candidate(facts, source, options.policy, options.law, on=options.on, span=options.months)


def roll(chosen: Chosen, facts_of: Mapping[str, Facts], options: Options) -> list[RollEntry]:
    """The roll: one entry an award, in the order of selections and ranks."""
    return [_entry(selection, award, facts_of, options) for selection, award in chosen.awards]


def _entry(selection: Selection, award: Award, facts_of: Mapping[str, Facts], options: Options) -> RollEntry:
    person, source = award.candidate, options.policy.source(selection.round.source)
    application = facts_of[person.row_id].application
    assert application.nik is not None
    assert application.name is not None
    assert application.birth_on is not None
    months = tuple(month for month, _, _ in person.monthly)
    _, first_jkk, first_jkm = person.monthly[0]
    row = RollRow(
        regency=options.policy.regency,
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


def refused(assessed: Iterable[Assessed]) -> list[Refused]:
    """Every row that cannot be proposed now, repetitions of a person among them."""
    return [Refused(one.facts.application, one.decision) for one in assessed if not one.sources]


def notes_on_record(assessed: Iterable[Assessed]) -> dict[str, str]:
    """What is noted of those who were let through, by row id."""
    return {
        one.facts.application.row_id: " ".join(
            dict.fromkeys(r.message for r in one.decision.reasons if r.outcome is Outcome.PASS_NOTED)
        )
        for one in assessed
        if one.decision.outcome is Outcome.PASS_NOTED
    }
