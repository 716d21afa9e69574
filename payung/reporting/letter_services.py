"""Letters to those whom a round did not choose: which desa has how many, and the paper of one desa."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.db.models.functions import Substr
from django.utils import timezone

from payung.allocation.freezing import why_aside
from payung.allocation.models import AllocationRound, NotChosen
from payung.audit.services import record
from payung.core import region
from payung.core.decision import Outcome
from payung.core.errors import PayungError
from payung.core.month import MonthSpan
from payung.core.region import Desa
from payung.core.scope import required
from payung.eligibility.gathering import rules_in_force
from payung.eligibility.models import Assessment
from payung.reporting.achievement_files import Letter, write_letters

_DESA = 13
"""Characters of a desa's code."""
_NOT_TO = ("dead", "died_since")
"""Codes of those to whom nobody writes."""


@dataclass(frozen=True, slots=True)
class Place:
    """A desa with how many of its people were not chosen."""

    code: str
    title: str
    people: int


def title_of(code: str) -> str:
    """What a code of `NotChosen` says."""
    return why_aside(code)


def places(round_: AllocationRound) -> list[Place]:
    """The desa of the actor's territory that have people to be written to, by code."""
    counts: Counter[str] = Counter()
    for rows in (_left(round_), _refused(round_)):
        placed: QuerySet[Any] = rows.order_by().annotate(desa=Substr("place", 1, _DESA))
        counts.update(dict(placed.values_list("desa").annotate(n=Count("pk"))))
    return [Place(code, _name(code), count) for code, count in sorted(counts.items()) if region.desa(code)]


def _left(round_: AllocationRound) -> QuerySet[NotChosen]:
    """Who was eligible and not chosen; nobody writes to the dead."""
    found: QuerySet[NotChosen] = NotChosen.objects.filter(round=round_)
    return found.exclude(code__in=_NOT_TO)


def _refused(round_: AllocationRound) -> QuerySet[Assessment]:
    """Whom the round's screening could not propose."""
    found: QuerySet[Assessment] = Assessment.objects.filter(
        run=round_.run, survives=True, outcome__in=[Outcome.INCOMPLETE.value, Outcome.REFUSE.value]
    )
    for code in _NOT_TO:
        found = found.exclude(codes__contains=f" {code} ")
    return found


def _name(code: str) -> str:
    desa = region.desa(code)
    return desa.in_words if desa else code


def write(round_: AllocationRound, desa: Desa, out: Path) -> None:
    """Write the letters of one desa, by name; that they were taken is recorded. PayungError where there are none."""
    letters = sorted(_letters(round_, desa), key=lambda one: (one.name, one.address))
    if not letters:
        raise PayungError(f"Tidak ada surat untuk {desa.name}.", todo="Pilih desa lain.")
    known = region.regency(required().regency)
    sources = rules_in_force().policy.sources
    office = next((one.office for one in sources if one.own), sources[0].office)
    assert round_.freeze
    months = MonthSpan.parse(round_.freeze.settings["months"])
    with transaction.atomic():
        write_letters(
            known.name if known else "", office, desa.name, months, timezone.localdate(), letters, out
        )
        record("letter.taken", round_, detail={"desa": desa.code, "people": len(letters)})


def _letters(round_: AllocationRound, desa: Desa) -> Iterator[Letter]:
    for left in _left(round_).filter(place__startswith=desa.code):
        said: dict[str, Any] = left.who
        yield Letter(
            left.name, _address(said.get("address"), left.place), left.why, left.change, left.standing
        )
    for one in _refused(round_).filter(place__startswith=desa.code):
        reasons: list[list[str]] = one.reasons
        why = " ".join(dict.fromkeys(reason[2] for reason in reasons))
        change = " ".join(dict.fromkeys(reason[4] for reason in reasons if reason[4]))
        yield Letter(one.name, _address(None, one.place), why, change, None)


def _address(street: str | None, place: str) -> str:
    """Street, RT and desa, as far as they are known."""
    desa, _, rt = place.partition("/")
    return ", ".join(part for part in (street or "", f"RT {rt}" if rt else "", _name(desa)) if part)
