"""Bring together what lists, links and registers say of each row: facts for the rules to decide on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from payung.core.application import Application
from payung.core.dates import parse_date
from payung.core.identity import fingerprint
from payung.core.month import Month
from payung.core.nik import clean, is_valid
from payung.eligibility.facts import Facts, Presence, RegisterRecord, RegisterView
from payung.engine.engine import Engine
from payung.policy.local import LocalPolicy
from payung.registry.files import Snapshot
from payung.registry.rules import Kind, Status, read_status


@dataclass(frozen=True, slots=True)
class Person:
    """What screening found about one row: whom it belongs to and what waits for a person."""

    person_id: str
    survives: bool
    open_review: bool
    review_with: str
    contradiction: str | None = None
    related_to_collector: bool = False


_Said = defaultdict[str, defaultdict[str, list[RegisterRecord]]]
"""What the registers say about each person: person id to register to records."""


_ABOUT_THE_ROW = frozenset({Status.MATCHED, Status.DIFFERS, Status.ABSENT, Status.UNREADABLE})
"""Answers about how one row is written. Only that of the surviving row counts; a death counts for the person."""


def read_people(engine: Engine) -> dict[str, Person]:
    """What screening left in the engine's table `persons`, by row id."""
    query = "SELECT row_id, person_id, survives, open_review, review_with, contradiction, related_to_collector FROM persons"
    return {
        row_id: Person(person_id, survives, open_review, review_with or "", contradiction, related)
        for row_id, person_id, survives, open_review, review_with, contradiction, related in engine.rows(
            query
        )
    }


def in_date(snapshot: Snapshot, policy: LocalPolicy, on: date) -> bool:
    """Whether a snapshot is fresh enough to say "no": an unknown date never is."""
    need = policy.registers.get(snapshot.name)
    if need is None or snapshot.as_of is None:
        return False
    return (on - snapshot.as_of) <= timedelta(days=need.max_age_days)


def gather(
    engine: Engine,
    applications: Sequence[Application],
    people: Mapping[str, Person],
    snapshots: Sequence[Snapshot],
    *,
    policy: LocalPolicy,
    on: date,
    waived: frozenset[str] = frozenset(),
    faults: Mapping[str, tuple[str, ...]] | None = None,
    paid: Mapping[str, frozenset[Month]] | None = None,
) -> Iterator[Facts]:
    """The facts of every row, in the order of `applications`.

    The engine holds `links` (as screening wrote them, with `confirmed`) and one table a snapshot. What any row of a
    person is linked to counts for the person. A register counts as silent unless it is in date. `faults` are, by row id,
    what must be mended on the list first; `paid` names, by NIK, the months that earlier rolls paid.
    """
    usable = [snapshot for snapshot in snapshots if in_date(snapshot, policy, on)]
    said: _Said = defaultdict(lambda: defaultdict(list))
    _read_links(engine, people, snapshots, said)
    for snapshot in usable:
        if snapshot.kind is Kind.ANSWER:
            _read_answers(engine, people, snapshot, said)
    as_of = {snapshot.name: snapshot.as_of for snapshot in snapshots}
    extracts = {snapshot.name for snapshot in usable if snapshot.kind is Kind.EXTRACT}
    silent = {
        name: RegisterView(Presence.ABSENT if name in extracts else Presence.UNKNOWN, (), day)
        for name, day in as_of.items()
    }
    paid_for = _paid_for(applications, people, paid or {})
    for application in applications:
        person = people[application.row_id]
        found = {
            name: RegisterView(Presence.FOUND, tuple(records), as_of[name])
            for name, records in said.get(person.person_id, {}).items()
        }
        yield Facts(
            application=application,
            fingerprint=fingerprint(
                application.nik,
                application.name,
                application.birth_on,
                application.sex,
                application.desa_code,
            ),
            nik_valid=application.nik is not None and is_valid(application.nik),
            registers=silent | found,
            duplicate_of=None if person.survives else person.person_id,
            open_reviews=(person.review_with,) if person.open_review else (),
            contradiction=person.contradiction,
            related_to_collector=person.related_to_collector,
            waived=waived,
            faults=(faults or {}).get(application.row_id, ()),
            paid=paid_for.get(person.person_id, frozenset()),
        )


def _paid_for(
    applications: Sequence[Application],
    people: Mapping[str, Person],
    paid: Mapping[str, frozenset[Month]],
) -> dict[str, frozenset[Month]]:
    """Months by person: what was paid under any number that the lists give the person."""
    found: dict[str, frozenset[Month]] = {}
    for application in applications:
        if months := paid.get(application.nik or ""):
            person_id = people[application.row_id].person_id
            found[person_id] = found.get(person_id, frozenset()) | months
    return found


def _read_links(
    engine: Engine, people: Mapping[str, Person], snapshots: Sequence[Snapshot], said: _Said
) -> None:
    for snapshot in snapshots:
        if snapshot.kind is not Kind.EXTRACT:
            continue
        query = f"""
            SELECT l.id_l, l.outcome, l.confirmed, s.row_id, s.status, s.segment, s.payer, s.valid_from,
                   s.valid_until, s.detail
            FROM links l JOIN {snapshot.table} s ON s.row_id = l.id_r
            WHERE l.register = ? ORDER BY l.id_l, s.row_id
        """
        best: dict[tuple[str, str], RegisterRecord] = {}
        for id_l, outcome, confirmed, *rest in engine.rows(query, (snapshot.name,)):
            record = _record(snapshot.name, outcome, confirmed, rest)
            key = (people[id_l].person_id, record.id)
            # Several rows of one person may reach the same record: the link that binds counts.
            if key not in best or (record.binding and not best[key].binding):
                best[key] = record
        for (person_id, _), record in best.items():
            said[person_id][snapshot.name].append(record)


def _read_answers(engine: Engine, people: Mapping[str, Person], snapshot: Snapshot, said: _Said) -> None:
    for row_id, record in answered(engine, snapshot):
        person = people.get(row_id)
        if person is None or (is_about_the_row(record) and not person.survives):
            continue
        said[person.person_id][snapshot.name].append(record)


def answered(engine: Engine, snapshot: Snapshot) -> Iterator[tuple[str, RegisterRecord]]:
    """What a register answered about each row that was asked, by row id; a row without an answer is not among them."""
    query = f"SELECT row_id, status, segment, payer, valid_from, valid_until, detail FROM {snapshot.table} ORDER BY row_id"
    for row_id, *rest in engine.rows(query):
        record = _record(snapshot.name, "exact", True, [row_id, *rest])
        if record.status is not None:
            yield row_id, record


def numbered(engine: Engine, snapshot: Snapshot) -> Iterator[tuple[str, RegisterRecord]]:
    """What an extract says under each NIK that it holds, whoever's it is."""
    query = f"SELECT nik, row_id, status, segment, payer, valid_from, valid_until, detail FROM {snapshot.table} ORDER BY row_id"
    for written, *rest in engine.stream(query):
        if number := clean(written):
            yield number, _record(snapshot.name, "exact", True, rest)


def is_about_the_row(record: RegisterRecord) -> bool:
    """Whether an answer tells how one row is written rather than something of the person."""
    return record.status in _ABOUT_THE_ROW


def _record(register: str, outcome: str, confirmed: bool, row: Sequence[str | None]) -> RegisterRecord:
    """A record from its cells: id, status, segment, payer, valid from, valid until, detail."""
    row_id, status, segment, payer, valid_from, valid_until, detail = row
    return RegisterRecord(
        register=register,
        outcome=outcome,
        confirmed=confirmed,
        status=read_status(status),
        segment=segment,
        payer=payer,
        valid_from=parse_date(valid_from).value if valid_from else None,
        valid_until=parse_date(valid_until).value if valid_until else None,
        detail=detail,
        id=row_id or "",
    )
