"""From the links of a screening to the pairs that people look at: both records, their households, what is at stake."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef

from payung.core.application import Application
from payung.core.dates import day
from payung.core.nik import clean
from payung.core.passing_on import private
from payung.core.portions import portions
from payung.core.scope import place_of, within
from payung.registry.rules import REGISTERS
from payung.screening.decisions import dotted
from payung.screening.keys import pair_index
from payung.screening.models import Pair, PairVerdict, ScreeningRun
from payung.screening.review import day_as_shown, desa_as_shown, register_says, uncertain
from payung.screening.rules import EVIDENCE, LinkOutcome, sentence
from payung.screening.services import ASKED
from payung.screening.sides import Member, Record, written

Link = Mapping[str, Any]
"""One row of `links.parquet`: PAIR_COLUMNS."""
MOST_MEMBERS = 12
_ID = 64
_BATCH = 400
_FOUND_AGAIN = (
    "fingerprint_l", "fingerprint_r", "run", "row_id_l", "row_id_r", "place_l", "place_r", "outcome", "score_milli",
    "pattern", "reason", "evidence", "sides", "stake_idr", "priority",
)  # fmt: skip
"""What a later run writes over a pair that is known already; its decision is not among it."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What pairs are made of beside the links.

    `rows` are the rows of the lists that kept links reach, by id; `families` everybody on the lists by KK, each with
    the row's id; `records` the rows of registers by (register, row id); `days` the day that each register describes;
    `files` what each register's file is called; `cost_idr` what a row's person costs in the months of the question;
    `contradictions` what the rows of a person contradict each other in, by row id; `places` the place of a row.
    """

    rows: Mapping[str, Application]
    families: Mapping[str, Sequence[tuple[str, Member]]]
    records: Mapping[tuple[str, str], Mapping[str, Any]]
    days: Mapping[str, str]
    files: Mapping[str, str]
    cost_idr: Callable[[Application], int]
    contradictions: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)


def is_kept(link: Link) -> bool:
    """Whether a person is or was asked about a link. What acts by itself is no pair."""
    return bool(link["asked"] or link["verdict"])


def list_rows(link: Link) -> tuple[str, ...]:
    """The rows of the lists that a link reaches."""
    return (link["id_l"],) if link["register"] else (link["id_l"], link["id_r"])


def member_of(application: Application) -> Member:
    """A row of the lists as somebody's housemate."""
    return Member(
        application.name or "",
        day(application.birth_on) if application.birth_on else application.birth_raw or "",
        application.sex or "",
        f"daftar RT {application.rt}" if application.rt else "daftar",
    )


def pairs_of(run: ScreeningRun, links: Iterable[Link], sources: Sources) -> list[Pair]:
    """The pairs of a run, unsaved, each two identities once in each register, in the order of the links.

    Rows that are written alike share one pair: what is at stake is that of all of them.
    """
    grouped: dict[tuple[str, str], list[Link]] = defaultdict(list)
    for link in links:
        if is_kept(link):
            key = pair_index(link["fingerprint_l"], link["fingerprint_r"], run.regency_code)
            grouped[key, link["register"]].append(link)
    return [_pair(run, key, alike, sources) for (key, _), alike in grouped.items()]


def _pair(run: ScreeningRun, key: str, alike: Sequence[Link], sources: Sources) -> Pair:
    link = alike[0]
    register, left = link["register"], sources.rows[link["id_l"]]
    concerned = dict.fromkeys(row for one in alike for row in list_rows(one))
    stake = sum(sources.cost_idr(sources.rows[row]) for row in concerned)
    evidence = {name: link[name] for name in EVIDENCE}
    against = "" if register else sources.contradictions.get(left.row_id, "")
    right, place_r = _right(run.regency_code, link, sources)
    sides: Any = written(_list_record(left, sources), right)
    return Pair(
        regency_code=run.regency_code,
        key_index=key,
        fingerprint_l=link["fingerprint_l"],
        fingerprint_r=link["fingerprint_r"],
        run=run,
        row_id_l=link["id_l"][:_ID],
        row_id_r=link["id_r"][:_ID],
        register=register,
        place_l=_place(run.regency_code, left, sources),
        place_r=place_r,
        outcome=link["outcome"],
        score_milli=link["score_milli"],
        pattern=link["reason"][:80] if link["outcome"] == LinkOutcome.CERTAIN else "",
        reason=" ".join(part for part in (against, sentence(evidence)) if part),
        evidence=evidence,
        sides=sides,
        stake_idr=stake,
        priority=stake * uncertain(int(link["score_milli"])),
        verdict=link["verdict"] or "",
    )


def _right(regency: str, link: Link, sources: Sources) -> tuple[Record, str]:
    """The second record and where it lives."""
    register = link["register"]
    if not register:
        other = sources.rows[link["id_r"]]
        return _list_record(other, sources), _place(regency, other, sources)
    found = sources.records[register, link["id_r"]]
    desa = dotted(found["desa"]) or ""
    return _register_record(register, found, sources), desa if within(desa, regency) else ""


def _place(regency: str, one: Application, sources: Sources) -> str:
    """Where a row's person lives; where its list was sent for, if that is all that is known."""
    place = place_of(regency, one.desa_code, one.rt)
    return (
        place
        if len(place) > len(regency) and within(place, regency)
        else sources.places.get(one.row_id, regency)
    )


def _list_record(one: Application, sources: Sources) -> Record:
    where = " · ".join(private(part) for part in (one.file, one.sheet) if part)
    return Record(
        nik=one.nik or "",
        kk=one.kk or "",
        name=one.name or "",
        birth=day(one.birth_on) if one.birth_on else one.birth_raw or "",
        sex=one.sex or "",
        desa=desa_as_shown(one.desa_code) or one.desa_raw or "",
        rt=one.rt or "",
        phone=one.phone or "",
        says=one.occupation_raw or "",
        origin=f"{where} · baris {one.row}",
        collector=one.collector or "",
        collected_on=one.collected_on.isoformat() if one.collected_on else "",
        address=one.address or "",
        household=_family(one.kk, one.row_id, sources),
    )


def _register_record(register: str, found: Mapping[str, Any], sources: Sources) -> Record:
    text = {name: "" if value is None else str(value) for name, value in found.items()}
    kk = clean(text["kk"])
    file = sources.files.get(register, "") or REGISTERS[register].title
    return Record(
        nik=clean(text["nik"]),
        kk=kk,
        name=text["name"],
        birth=day_as_shown(text["birth_on"]),
        sex=text["sex"],
        desa=desa_as_shown(dotted(text["desa"])) or text["desa"],
        phone=text["phone"],
        says=register_says(text),
        origin=f"{file} · baris {text['row']}",
        collected_on=sources.days.get(register, ""),
        household=_family(kk, "", sources),
    )


def _family(kk: str | None, row_id: str, sources: Sources) -> tuple[Member, ...]:
    members = sources.families.get(kk or "", ())
    return tuple(member for other, member in members if other != row_id)[:MOST_MEMBERS]


def save_pairs(run: ScreeningRun, pairs: Sequence[Pair]) -> None:
    """Let these be the pairs of the run, within the caller's transaction.

    A pair that is known keeps its decision. A new one of two identities that were decided about in another register
    takes that decision. Copies that wait to be decided once more go on with the run.
    """
    Pair.everything.bulk_create(
        pairs,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["regency_code", "key_index", "register"],
        update_fields=list(_FOUND_AGAIN),
    )
    Pair.objects.filter(is_test=True, verdict="").exclude(run=run).update(run=run)
    _take_decisions_over(run)


def _take_decisions_over(run: ScreeningRun) -> None:
    """Give each decided pair of the run without a verdict of its own that of its twin; without a twin it is open."""
    in_force = PairVerdict.objects.filter(undone_at__isnull=True)
    decided = Pair.objects.filter(run=run, is_test=False).exclude(verdict="")
    bare = dict(decided.filter(~Exists(in_force.filter(pair=OuterRef("pk")))).values_list("pk", "key_index"))
    for some in portions(list(bare), ASKED):
        keys = {bare[pk] for pk in some}
        twins = in_force.filter(pair__key_index__in=keys, pair__is_test=False).order_by("pk")
        held = {one.pair.key_index: one for one in twins.select_related("pair")}
        Pair.objects.filter(pk__in=[pk for pk in some if bare[pk] not in held]).update(verdict="")
        PairVerdict.objects.bulk_create(
            PairVerdict(
                regency_code=run.regency_code, pair_id=pk, verdict=twin.verdict, made_by=twin.made_by, way=twin.way
            )
            for pk in some
            if (twin := held.get(bare[pk]))
        )  # fmt: skip
