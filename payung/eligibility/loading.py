"""From the files of a screening to the tables: every row's decision, batch after batch, and the pairs.

Rows are loaded in the order of their ids, each batch in a transaction of its own. Whoever takes up a load that was cut
off goes on after the last batch: the run is not current before all of it is there.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from payung.core.application import Application
from payung.core.passing_on import private
from payung.core.scope import place_of, within
from payung.eligibility.frozen import frozen_registers, frozen_rows
from payung.eligibility.models import Assessment
from payung.eligibility.results import ScreenedResult, link_results, record_results, screened_results
from payung.eligibility.terms import Terms
from payung.engine.engine import Engine
from payung.intake.models import Row
from payung.registry.bulk import insert
from payung.screening.models import Pair, ScreeningRun
from payung.screening.pair_loading import Link, Sources, is_kept, list_rows, member_of, pairs_of
from payung.screening.pipeline import Progress
from payung.screening.sides import Member

LOADING, PAIRING = "Menyimpan hasil", "Menyusun pasangan"
BATCH = 1_800
"""Rows in a transaction: few commits, and nobody else waits long."""
_ASKED = 900
"""Ids in one query: SQLite takes no more."""
Judged = tuple[Application, ScreenedResult]


@dataclass
class Tally:
    """Persons by district and outcome, and by reason and district; rows by outcome. Districts are codes, "" unknown."""

    rows: Counter[str] = field(default_factory=Counter)
    districts: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    reasons: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, application: Application, result: ScreenedResult) -> None:
        """Count one row; reasons and districts only where it stands for its person."""
        self.rows[str(result.outcome)] += 1
        if result.survives:
            district = (application.desa_code or "")[:8]
            self.districts[district][str(result.outcome)] += 1
            for code in {reason.code for reason in result.reasons}:
                self.reasons[code][district] += 1

    def said(self) -> dict[str, Any]:
        """As JSON, for `ScreeningRun.figures`."""
        return {
            "rows_decided": dict(self.rows),
            "districts": {name: dict(counts) for name, counts in sorted(self.districts.items())},
            "reasons": {name: dict(counts) for name, counts in sorted(self.reasons.items())},
        }


@dataclass
class _Seen:
    """What pairs need of the lists, gathered while the rows pass by."""

    wanted: frozenset[str]
    rows: dict[str, Application] = field(default_factory=dict)
    families: defaultdict[str, list[tuple[str, Member]]] = field(default_factory=lambda: defaultdict(list))
    contradictions: dict[str, str] = field(default_factory=dict)

    def look(self, application: Application, result: ScreenedResult) -> None:
        if application.kk:
            self.families[application.kk].append((application.row_id, member_of(application)))
        if application.row_id in self.wanted:
            self.rows[application.row_id] = application
            if '"contradiction"' in result.facts:
                self.contradictions[application.row_id] = json.loads(result.facts)["contradiction"]


def load(
    engine: Engine, run: ScreeningRun, frozen: Path, results: Path, terms: Terms, progress: Progress
) -> tuple[Tally, list[Pair]]:
    """Load every row's decision that is not there yet; the figures of all of them, and the run's pairs, unsaved."""
    links = [link for link in link_results(engine, results) if is_kept(link)]
    seen = _Seen(frozenset(row for link in links for row in list_rows(link)))
    places, tally = sent_for(), Tally()
    loaded, total = Assessment.objects.filter(run=run).count(), int(run.figures["rows"])
    progress(LOADING, loaded, total)
    done, judged = 0, _judged(engine, frozen, results)
    while batch := list(islice(judged, BATCH)):
        for one in batch:
            tally.add(*one)
            seen.look(*one)
        done += len(batch)
        if done > loaded:
            _save(run, batch[max(0, loaded - (done - len(batch))) :], places)
            progress(LOADING, done, total)
    progress(PAIRING, 0, len(links))
    return tally, pairs_of(run, links, _sources(engine, run, links, seen, (frozen, results), terms, places))


def _judged(engine: Engine, frozen: Path, results: Path) -> Iterator[Judged]:
    rows = (application for application, _ in frozen_rows(engine, frozen))
    for application, result in zip(rows, screened_results(engine, results), strict=True):
        assert application.row_id == result.row_id
        yield application, result


def sent_for() -> dict[str, str]:
    """By row id, the place that a row's list was sent for: where a row is seen that names no desa we know."""
    return dict(Row.objects.filter(live=True).values_list("row_id", "place").iterator(chunk_size=5000))


def _save(run: ScreeningRun, batch: Sequence[Judged], places: Mapping[str, str]) -> None:
    before = dict[str, tuple[str, int]]()
    ids = [application.row_id for application, _ in batch]
    for start in range(0, len(ids), _ASKED):
        found = previous_rows(run).filter(row_id__in=ids[start : start + _ASKED])
        for row_id, digest, since in found.values_list("row_id", "digest", "since"):
            before[row_id] = digest, since
    made = []
    for application, result in batch:
        digest = digest_of(result)
        known, since = before.get(application.row_id, ("", 0))
        made.append(
            _assessment(run, application, result, places, digest, since if known == digest else run.number)
        )
    with transaction.atomic():
        insert(Assessment, tuple(made[0]), [tuple(values.values()) for values in made])


def previous_rows(run: ScreeningRun) -> QuerySet[Assessment]:
    """The rows of the run that was current before this one."""
    before = ScreeningRun.objects.filter(loaded_at__isnull=False, number__lt=run.number).order_by("-number")
    return Assessment.objects.filter(run__in=before.values("pk")[:1])


def digest_of(result: ScreenedResult) -> str:
    """What makes a decision the same as another: outcome, sources, whose row counts, and the codes of the reasons."""
    said = [
        result.outcome,
        result.sources,
        result.survives,
        [(one.code, one.outcome) for one in result.reasons],
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


def _assessment(
    run: ScreeningRun,
    application: Application,
    result: ScreenedResult,
    places: Mapping[str, str],
    digest: str,
    since: int,
) -> dict[str, Any]:
    codes = dict.fromkeys(reason.code for reason in result.reasons)
    reasons: Any = [[r.code, str(r.outcome), r.message, r.evidence, r.remedy] for r in result.reasons]
    who: Any = {
        "nik": application.nik,
        "birth_on": application.birth_on.isoformat() if application.birth_on else None,
        "sex": application.sex,
        "group": application.group,
        "where": " · ".join(private(part) for part in (application.file, application.sheet) if part),
        "row": application.row,
    }
    return {
        "regency_code": run.regency_code,
        "place": _place(run.regency_code, application, places),
        "run": run.pk,
        "since": since,
        "row_id": result.row_id,
        "person_id": result.person_id,
        "survives": result.survives,
        "name": (application.name or "")[:200],
        "outcome": str(result.outcome),
        "sources": " ".join(result.sources)[:200],
        "codes": f" {' '.join(codes)} " if codes else "",
        "digest": digest,
        "reasons": reasons,
        "who": who,
    }


def _place(regency: str, application: Application, places: Mapping[str, str]) -> str:
    place = place_of(regency, application.desa_code, application.rt)
    if application.desa_code and within(place, regency):
        return place
    return places.get(application.row_id, regency)


def _sources(
    engine: Engine,
    run: ScreeningRun,
    links: Sequence[Link],
    seen: _Seen,
    folders: tuple[Path, Path],
    terms: Terms,
    places: Mapping[str, str],
) -> Sources:
    frozen, results = folders
    wanted = {(link["register"], link["id_r"]) for link in links if link["register"]}
    return Sources(
        rows=seen.rows,
        families=seen.families,
        records={
            key: one
            for one in record_results(engine, results)
            if (key := (one["register"], one["row_id"])) in wanted
        },
        days=run.register_days,
        files=frozen_registers(frozen),
        cost_idr=cost_of(terms),
        contradictions=seen.contradictions,
        places=places,
    )


def cost_of(terms: Terms) -> Callable[[Application], int]:
    """What a row's person costs in all months of the question, from the first source; a group that is not known as the
    cheapest one.
    """
    source, law, groups = terms.sources[0], terms.rules.law, {one.id: one for one in terms.policy.groups}

    @cache
    def of_sector(sector: str) -> int:
        prices = (
            law.price(
                month, payer=source.payer, segment=source.segment, sector=sector, base_idr=source.base_idr
            )
            for month in terms.months
        )
        return sum(one.total_idr for one in prices)

    cheapest = min(of_sector(sector) for sector in {one.sector for one in groups.values()})

    def of_row(application: Application) -> int:
        group = groups.get(application.group or "")
        return of_sector(group.sector) if group else cheapest

    return of_row


def compared(run: ScreeningRun) -> dict[str, int]:
    """What the loaded rows of a run have become against those of the run before it; {} for the first run."""
    before = previous_rows(run)
    first = before.values_list("run__number", flat=True).first()
    if first is None:
        return {}
    fresh = Assessment.objects.filter(run=run, since=run.number)
    was = Exists(before.filter(row_id=OuterRef("row_id")))
    now = Exists(Assessment.objects.filter(run=run, row_id=OuterRef("row_id")))
    return {
        "number": first,
        "changed": fresh.filter(was).count(),
        "new": fresh.filter(~was).count(),
        "gone": before.filter(~now).count(),
    }
