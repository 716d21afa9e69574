"""What the tables say by now about people who could be chosen: each function holds back whom it is about, by row id."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from payung.allocation import held_back, news
from payung.allocation.held_back import Hold, Holds
from payung.core.application import Application
from payung.core.decision import SEVERITY_ORDER, Outcome
from payung.core.portions import portions
from payung.eligibility.models import Assessment
from payung.intake.models import Objection, Row, Upload
from payung.registry.facts import content, facts_of
from payung.registry.models import Observation, Person
from payung.registry.people_services import LISTS
from payung.screening.models import Pair, ScreeningRun
from payung.screening.rules import Verdict

ASKED = 900
"""Ids in one query: SQLite takes no more."""
_LET_IN = (Outcome.PASS.value, Outcome.PASS_NOTED.value)
_OPEN = Q(verdict="") | Q(verdict=Verdict.ASK_RT)


@dataclass(frozen=True, slots=True)
class Those:
    """The people asked about: their rows as they were screened by `run`, and the newest screening there is."""

    run: ScreeningRun
    newest: ScreeningRun
    sources: Mapping[str, frozenset[str]]
    """By row id, the sources of money that may pay."""
    people: Callable[[Collection[str]], Mapping[str, Application]]
    """Who stands behind row ids, as they were screened."""
    stands_for: Mapping[str, str]
    """Of a row that only repeats a person, the row that stands for them."""

    def among(self, row_ids: Iterable[str]) -> set[str]:
        """Those of these people whom rows are about, whichever of their rows it is."""
        return {one for row in row_ids if (one := self.stands_for.get(row, row)) in self.sources}


def repeated_rows(run: ScreeningRun, newest: ScreeningRun) -> Mapping[str, str]:
    """`Those.stands_for` of a run: from the table where it is the current one, else from its sealed results."""
    if run.pk != newest.pk:
        return news.known_to(run).stands_for
    found = Assessment.objects.filter(run=run, survives=False).values_list("row_id", "person_id")
    return dict(found.iterator(chunk_size=5_000))


def later_screening(those: Those) -> Holds:
    """Whom a newer screening no longer lets in, or lets in otherwise."""
    if those.newest.number <= those.run.number:
        return {}
    name, asked = str(those.newest), frozenset(those.newest.question.get("sources", ()))
    found: Holds = {}
    for some in portions(those.sources, ASKED):
        rows = Assessment.objects.filter(run=those.newest, row_id__in=some).defer("who")
        now = {one.row_id: one for one in rows}
        for row_id in some:
            hold = _judged(now.get(row_id), name, those.sources[row_id] & asked)
            if hold:
                found[row_id] = hold
    return found


def _judged(now: Assessment | None, name: str, sources: frozenset[str]) -> Hold | None:
    if now is None:
        return held_back.removed()
    if not now.survives:
        return held_back.outdated(f"Menurut {name}, orang ini diwakili baris lain.")
    if now.outcome not in _LET_IN:
        code, _, message, _, remedy = max(now.reasons, key=lambda one: SEVERITY_ORDER.index(Outcome(one[1])))
        return Hold(
            code, held_back.without_numbers(message), remedy or "Lihat alasannya di hasil penyaringan."
        )
    if not sources <= set(now.sources.split()):
        return held_back.outdated(f"Menurut {name}, tidak lagi memenuhi syarat semua sumber dananya.")
    return None


def changed_rows(those: Those) -> Holds:
    """Whose row is gone, or says something else than when it was screened."""
    began = those.run.asked_at
    touched = Q(read_at__gt=began) | Q(changed_at__gt=began)
    since = set(Upload.objects.filter(touched).values_list("pk", flat=True))
    # Of a list that was undone, rows of earlier ones may count again that nothing else tells of.
    undone = Upload.objects.filter(undone_at__gt=began).exists()
    live = dict(Row.objects.filter(live=True).values_list("row_id", "upload_id").iterator(chunk_size=5_000))
    found: Holds = {}
    to_compare = []
    for row_id in those.sources:
        upload = live.get(row_id)
        if upload is None:
            found[row_id] = held_back.removed()
        elif undone or upload in since:
            to_compare.append(row_id)
    then = those.people(to_compare) if to_compare else {}
    for some in portions(to_compare, ASKED):
        rows = Row.objects.filter(live=True, row_id__in=some).values_list("row_id", "said", "faults")
        for row_id, said, faults in rows:
            if faults or content(said[0]) != content(facts_of(then[row_id])):
                found[row_id] = held_back.outdated("Barisnya berubah sesudah disaring.")
    return found


def reviews(those: Those) -> Holds:
    """About whom a pair of rows waits for a decision, or was decided since the newest screening.

    An open pair with a register's record that the screening has seen is no matter here: where it might change the outcome, the
    screening has not let them in.
    """
    since = those.newest.frozen_at
    real = Pair.objects.filter(is_test=False)
    waiting = real.filter(_OPEN, register="", run__number__gte=those.run.number)
    reopened = real.filter(_OPEN, verdicts__undone_at__gt=since).exclude(register="")
    decided = real.filter(
        verdict__in=(Verdict.SAME, Verdict.DIFFERENT),
        verdicts__undone_at__isnull=True,
        verdicts__made_at__gt=since,
    )
    changed: Holds = {}
    for left, right, register in decided.values_list("row_id_l", "row_id_r", "register"):
        for row_id in those.among([left] if register else [left, right]):
            changed[row_id] = held_back.outdated("Pasangan tentang orang ini diputus sesudah penyaringan.")
    still_open: Holds = {}
    for pairs in (waiting, reopened):
        for left, right, register, reason in pairs.values_list("row_id_l", "row_id_r", "register", "reason"):
            for row_id in those.among([left] if register else [left, right]):
                still_open[row_id] = held_back.open_review(held_back.without_numbers(reason))
    return changed | still_open


def people(those: Those) -> Holds:
    """Who was taken off the registry's list, or was found there to be somebody whom the screening took for another."""
    return _doubles(those) | _taken_off(those)


def _taken_off(those: Those) -> Holds:
    off = Q(person__removed_at__isnull=False) | Q(person__merged_into__removed_at__isnull=False)
    seen = Observation.objects.filter(source=LISTS)
    rows = set(seen.filter(off).values_list("row_id", flat=True))
    concerned = {row for row in rows if those.stands_for.get(row, row) in those.sources}
    still_on: dict[str, bool] = {}
    for some in portions(sorted(concerned), ASKED):
        editions = seen.filter(row_id__in=some).select_related("person__merged_into").order_by("edition")
        for one in editions.defer("facts"):
            still_on[one.row_id] = (one.person.merged_into or one.person).is_live
    return {
        row_id: held_back.removed()
        for row_id in those.among(row for row, is_live in still_on.items() if not is_live)
    }


def _doubles(those: Those) -> Holds:
    joined = dict(Person.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into_id"))
    if not joined:
        return {}
    rows: dict[str, int] = {}
    for some in portions(sorted(joined.keys() | set(joined.values())), ASKED):
        seen = Observation.objects.filter(source=LISTS, person__in=some).order_by("edition")
        for person, row_id in seen.values_list("person_id", "row_id"):
            rows[row_id] = joined.get(person, person)
    as_screened: dict[int, dict[str, str]] = {}
    for some in portions(sorted(rows), ASKED):
        found = Assessment.objects.filter(run=those.newest, row_id__in=some)
        for row_id, stands in found.values_list("row_id", "person_id"):
            as_screened.setdefault(rows[row_id], {})[row_id] = stands
    return {
        row_id: held_back.double()
        for members in as_screened.values()
        if len(set(members.values())) > 1
        for row_id in those.among(members)
    }


def objections(those: Those) -> Holds:
    """Against whose row an objection waits for its answer, or was upheld."""
    upheld = Q(outcome=Objection.Outcome.ACCEPTED, kind=Objection.Kind.NOT_ENTITLED)
    found: Holds = {}
    concerned = Objection.objects.filter(Q(answered_at__isnull=True) | upheld).exclude(row_id="")
    for one in concerned.order_by("pk").only("row_id", "year", "number", "due_on", "answered_at"):
        for row_id in those.among([one.row_id]):
            if one.answered_at:
                found[row_id] = held_back.objection_upheld(one.title)
            else:
                found.setdefault(row_id, held_back.objection(one.title, one.due_on))
    return found
