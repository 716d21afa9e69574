"""What is known by now against choosing somebody in a round, and about whom BPJS has said nothing.

A newer screening, rows that changed, registers that came, decisions about pairs, removals, objections, and BPJS's answers.
What is judged from files is kept in the process, by what it was judged from; the rest is a few queries.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from payung.allocation import held_back, learnt, news
from payung.allocation.files import Prepared
from payung.allocation.held_back import Hold, Holds, Measure
from payung.allocation.learnt import Those
from payung.allocation.models import AllocationRound, Precheck
from payung.allocation.prepared import applications_of, prepared_of
from payung.allocation.scenario import Settings
from payung.allocation.taken import awarded_elsewhere
from payung.core.scope import whole_regency
from payung.eligibility.facts import Facts, RegisterView
from payung.eligibility.frozen import REGISTER
from payung.eligibility.gathering import deliveries_for
from payung.registry.models import Delivery, Request
from payung.registry.queries import answers_to
from payung.registry.register_services import rows_asked
from payung.registry.rules import Kind
from payung.screening.queries import latest_run
from payung.vault.current import vault

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a round: its candidates, the screenings, and by what people are judged once more."""

    round: AllocationRound
    prepared: Prepared
    settings: Settings
    those: Those

    def measure(self, row_id: str) -> Measure:
        """The sources that may pay for somebody, for the months of the settings."""
        terms = self.prepared.terms
        return Measure(
            [one for one in terms.sources if one.id in self.those.sources[row_id]],
            terms.on,
            self.settings.months,
            self.settings.partial_months,
            terms.rules.law,
        )

    @property
    def key(self) -> tuple[Hashable, ...]:
        """What tells apart by what people are judged."""
        settings = self.settings
        sources = tuple(sorted(settings.budgets))
        return self.round.candidates_hash, str(settings.months), settings.partial_months, sources


def known_and_silent(round_: AllocationRound, settings: Settings) -> tuple[Holds, Holds]:
    """Who cannot be chosen under these settings for what is known or open; and of the rest those about whom BPJS has said
    nothing (nobody, where that was waived).

    The whole regency is looked at, whatever the actor's territory: a choice is made among all.
    """
    with whole_regency():
        look = _look(round_, settings)
        against, silent = _answered(look)
        known = held_back.joined(
            learnt.later_screening(look.those),
            learnt.changed_rows(look.those),
            learnt.reviews(look.those),
            learnt.people(look.those),
            learnt.objections(look.those),
            _same_number(look),
            _later_registers(look),
            awarded_elsewhere(round_, settings.months, lambda: _numbers(look)),
            against,
        )
    return known, {row_id: hold for row_id, hold in silent.items() if row_id not in known}


def by_answers(round_: AllocationRound, settings: Settings) -> Holds:
    """Against whom BPJS's answers to a round speak."""
    with whole_regency():
        return _answered(_look(round_, settings))[0]


def answers_to_round(round_: AllocationRound) -> list[Delivery]:
    """What BPJS has answered to a round and can be used, in the order of receipt."""
    return answers_to(asked_of(round_))


def asked_of(round_: AllocationRound) -> list[Request]:
    """The requests to BPJS that a round has made and that were written, oldest first."""
    found = Precheck.objects.filter(round=round_, request__written_at__isnull=False).select_related("request")
    return [one.request for one in found.order_by("pk") if one.request]


def is_waived(round_: AllocationRound) -> bool:
    """Whether two people have decided that this round goes without BPJS's answers."""
    return bool(Precheck.objects.filter(round=round_, waived_at__isnull=False).exists())


def _look(round_: AllocationRound, settings: Settings) -> Look:
    prepared, run = prepared_of(round_), round_.run
    newest = latest_run() or run
    sources: dict[str, set[str]] = {}
    for source, people in prepared.candidates.items():
        if source in settings.budgets:
            for one in people:
                sources.setdefault(one.row_id, set()).add(source)
    those = Those(
        run,
        newest,
        {row_id: frozenset(names) for row_id, names in sources.items()},
        lambda rows: applications_of(round_, rows),
        learnt.repeated_rows(run, newest),
    )
    return Look(round_, prepared, settings, those)


def _numbers(look: Look) -> Mapping[str, str]:
    """The blind index of every candidate's NIK, by row id."""

    def make() -> Mapping[str, str]:
        blind, regency = vault().blind, look.round.regency_code
        people = look.those.people(look.those.sources)
        return {row_id: blind("nik", one.nik, regency) for row_id, one in people.items() if one.nik}

    return _numbers_of.get(("numbers", *look.key), make)


def _same_number(look: Look) -> Holds:
    """Candidates who bear one NIK, although somebody called them different: one seat a number."""

    def make() -> Holds:
        bearers: dict[str, list[str]] = {}
        for row_id, application in look.those.people(look.those.sources).items():
            bearers.setdefault(application.nik or "", []).append(row_id)
        return {row: held_back.double() for rows in bearers.values() if len(rows) > 1 for row in rows}

    return _kept.get(("number", *look.key), make)


def _later_registers(look: Look) -> Holds:
    """Against whom a register speaks that came, or was exchanged, after the newest screening."""
    found: Holds = {}
    seen = look.those.newest.marks
    waived = dict.fromkeys(look.prepared.terms.waived)
    for name, delivery in deliveries_for(waived).items():
        if seen.get(f"{REGISTER}{name}") != str(delivery.pk):
            found = held_back.joined(found, _spoken(look, delivery))
    return found


def _spoken(look: Look, delivery: Delivery) -> Holds:
    def make() -> Holds:
        if delivery.kind == Kind.ANSWER:
            told = news.answers_about_people(delivery, look.those.run)
            views = {row: told.get(row) or news.silence(delivery) for row in look.those.sources}
        else:
            views = news.extract_about(delivery, look.those.people(look.those.sources))

        def judge(facts: Facts, view: RegisterView, measure: Measure) -> Hold | None:
            return held_back.judged_anew(facts, {delivery.register: view}, measure)

        return _judged(look, views, judge)

    return _kept.get(("register", delivery.snapshot_path, *look.key), make)


def _answered(look: Look) -> tuple[Holds, Holds]:
    """Against whom BPJS's answers to this round speak, and about whom there is none; nobody, where it was waived."""
    requests = asked_of(look.round)
    deliveries = answers_to(requests)
    views = {row: view for row, view in news.answers_in(deliveries).items() if row in look.those.sources}
    paths = tuple(one.snapshot_path for one in deliveries)
    against = _kept.get(("answers", paths, *look.key), lambda: _judged(look, views, held_back.by_answer))
    if is_waived(look.round):
        return against, {}
    asked = {row_id for one in requests for row_id in rows_asked(one)}
    return against, {
        row_id: held_back.unanswered() if row_id in asked else held_back.unasked()
        for row_id in look.those.sources
        if row_id not in views
    }


def _judged(
    look: Look,
    views: Mapping[str, RegisterView],
    judge: Callable[[Facts, RegisterView, Measure], Hold | None],
) -> Holds:
    """Who is judged otherwise by what a register says now; who cannot be judged is held back too."""
    if not views:
        return {}
    known, people = news.known_to(look.those.run), look.those.people(views)
    found: Holds = {}
    for row_id, view in views.items():
        facts = known.facts_of(people[row_id])
        hold = (
            judge(facts, view, look.measure(row_id))
            if facts
            else held_back.outdated("Hasil penyaringannya tidak dapat dinilai lagi.")
        )
        if hold:
            found[row_id] = hold
    return found


class _Kept(Generic[Found]):
    """A few results by what they were made from."""

    def __init__(self, most: int) -> None:
        self._most, self._found = most, OrderedDict[tuple[Hashable, ...], Found]()

    def get(self, key: tuple[Hashable, ...], make: Callable[[], Found]) -> Found:
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = make()
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return found


_kept = _Kept[Holds](24)
_numbers_of = _Kept[Mapping[str, str]](2)
