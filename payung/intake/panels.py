"""What was mended in somebody's rows by card, before they were saved, for the person's page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_noop

from payung.access.policy import Action
from payung.access.queries import names_of
from payung.core.passing_on import private
from payung.core.scope import whole_regency
from payung.intake.card_queries import title_of
from payung.intake.codes import FIELD_TITLES
from payung.intake.lists import SheetLayout
from payung.intake.models import Repair, Row
from payung.intake.understood import layouts_of
from payung.registry.current import SECRET
from payung.registry.masks import masked
from payung.registry.models import Observation, Person
from payung.registry.panels import panel
from payung.registry.people_services import LISTS

MOST = 50
"""Of so many lists, and so many acts of mending of each person, a page tells."""
_PREFIX = "unggahan-"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that got another text, masked where it is secret."""

    title: str
    old: str
    new: str


@dataclass(slots=True)
class Mended:
    """What one act of mending did to a person's rows: cells, or answers that something is right as it stands."""

    kind: str
    at: datetime
    by: str
    file: str
    undone_at: datetime | None
    undone_by: str
    cells: list[Cell] = field(default_factory=list)
    confirmed: list[str] = field(default_factory=list)
    """Titles of the columns that somebody found right."""


@panel("intake.repairs", gettext_noop("Perbaikan sebelum disimpan"), action=Action.PERSON_READ, order=20)
def repairs(person: Person) -> Mapping[str, Any] | None:
    """Every act of mending that touched the person's rows, the newest first; None where there was none."""
    found = mended_rows(person)
    return {"repairs": found} if found else None


def mended_rows(person: Person) -> list[Mended]:
    """The same, in five queries. Rows outside the actor's territory tell nothing.

    A list may cover more than that territory: its acts of mending are looked through for these rows alone.
    """
    rows = _rows_of(person)
    if not rows:
        return []
    with whole_regency() as scope:
        made = list(
            Repair.everything.filter(regency_code=scope.regency, upload__in=list(rows))
            .order_by("-pk")
            .iterator()
        )
    touched = [(one, told) for one in made if (told := _told(one, rows[one.upload_id]))[0] or told[1]][:MOST]
    who = names_of([user for one, _ in touched for user in (one.made_by, one.undone_by)])
    return [
        Mended(
            title_of(one.code), one.made_at, who.get(one.made_by or 0, ""), rows[one.upload_id][0].upload.file,
            one.undone_at, who.get(one.undone_by or 0, ""), cells, confirmed,
        )
        for one, (cells, confirmed) in touched
    ]  # fmt: skip


def _rows_of(person: Person) -> dict[int, list[Row]]:
    """The person's rows in the actor's territory, by list."""
    about = Q(person=person) | Q(person__in=Person.objects.filter(merged_into=person).values("pk"))
    seen = Observation.objects.filter(about, source=LISTS, source_ref__startswith=_PREFIX).order_by("-pk")
    pairs = list(seen.values_list("source_ref", "row_id")[:MOST])
    lists = {int(ref.removeprefix(_PREFIX)) for ref, _ in pairs}
    found: dict[int, list[Row]] = {}
    for row in Row.objects.filter(upload__in=lists, row_id__in={one for _, one in pairs}).select_related(
        "upload"
    ):
        found.setdefault(row.upload_id, []).append(row)
    return found


def _told(repair: Repair, rows: Sequence[Row]) -> tuple[list[Cell], list[str]]:
    ids = {row.row_id for row in rows}
    confirmed = [_title(one[1]) for one in repair.confirmations if one[0] in ids]
    return list(_cells(repair, rows)), list(dict.fromkeys(confirmed))


def _cells(repair: Repair, rows: Sequence[Row]) -> Iterator[Cell]:
    places = {(row.said[0].get("sheet") or "", row.row) for row in rows}
    layouts: dict[str, SheetLayout] | None = None
    for sheet, row, column, before, after in repair.edits:
        if (sheet, row) not in places:
            continue
        if layouts is None:
            layouts = {one.name: one for one in layouts_of(rows[0].upload.layout)}
        at = layouts.get(sheet)
        name = next((one for one in FIELD_TITLES if at and at.column(one, row) == column), "")
        yield Cell(_title(name) if name else f"Kolom {column}", _shown(name, before), _shown(name, after))


def _title(name: str) -> str:
    title = FIELD_TITLES.get(name, name.replace("_", " "))
    return title[:1].upper() + title[1:]


def _shown(name: str, text: str) -> str:
    """A cell's text as it may be shown: what is understood as nothing is hidden too, for it may be anything."""
    if name in SECRET:
        return masked(name, text)
    return private(text) if name else masked("mother_name", text)
