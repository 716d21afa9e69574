"""Whom signed decrees cover in a month, counted without opening anybody's data."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Substr
from django.utils import timezone

from payung.core.month import Month
from payung.core.region import districts, regency
from payung.core.scope import required
from payung.enrolment.amendment import Kind
from payung.enrolment.models import Decree, DecreeRow
from payung.reporting.achievement import (
    Achievement,
    SignedDecree,
    Whole,
    districts_for_everybody,
)
from payung.reporting.models import Denominator
from payung.reporting.queries import latest_run

_DISTRICT = 8
_ELIGIBLE = ("pass", "pass_noted")


def covered_rows(month: Month) -> QuerySet[DecreeRow]:
    """The rows by which somebody is covered in a month: of signed decrees, and not taken out or changed by a later one."""
    signed = DecreeRow.everything.filter(
        regency_code=OuterRef("regency_code"), replaces=OuterRef("pk"), decree__signed_at__isnull=False
    )
    gone = signed.filter(Q(change=Kind.CORRECTED) | Q(change=Kind.LEAVES, months__contains=str(month)))
    rows: QuerySet[DecreeRow] = DecreeRow.objects.filter(
        decree__signed_at__isnull=False, months__contains=str(month)
    )
    return rows.exclude(change=Kind.LEAVES).exclude(Exists(gone))


def months_covered() -> list[Month]:
    """The months for which signed decrees cover somebody, in order."""
    told = Decree.objects.filter(signed_at__isnull=False).aggregate(first=Min("dated"), last=Max("dated"))
    if not told["first"]:
        return []
    listed = DecreeRow.objects.filter(decree__signed_at__isnull=False).values_list("months", flat=True)
    found = {month for months in listed.order_by().distinct() for month in months.split()}
    return [Month.parse(month) for month in sorted(found)]


def month_to_tell(months: list[Month], today: date) -> Month:
    """This month where somebody is covered in it; else the last one before it, else the first one to come."""
    now = Month.of(today)
    before = [month for month in months if month <= now]
    return before[-1] if before else months[0] if months else now


def achievement(month: Month) -> Achievement:
    """A regency in a month; kecamatan as everybody may see them."""
    code, today = required().regency, timezone.localdate()
    rows = covered_rows(month)
    money = _money(rows)
    known = regency(code)
    names = {one.code: one.name for one in districts(code)}
    covered = dict(_by_district(rows))
    return Achievement(
        regency=known.name if known else code,
        month=month,
        covered=money["people"],
        jkk_idr=money["jkk_idr"],
        jkm_idr=money["jkm_idr"],
        decrees=tuple(_decrees(rows)),
        wholes=tuple(_wholes()),
        districts=districts_for_everybody(names, covered, _listed()),
        told_on=today,
    )


def _money(rows: QuerySet[DecreeRow]) -> dict[str, int]:
    """People, and one month's contributions: what a row costs by the number of its months."""
    found = {"people": 0, "jkk_idr": 0, "jkm_idr": 0}
    grouped = rows.order_by().values_list("months", "jkk_idr", "jkm_idr").annotate(n=Count("pk"))
    for months, jkk, jkm, count in grouped:
        length = len(months.split())
        found["people"] += count
        found["jkk_idr"] += count * jkk // length
        found["jkm_idr"] += count * jkm // length
    return found


def _by_district(rows: QuerySet[DecreeRow]) -> list[tuple[str, int]]:
    placed: QuerySet[Any] = rows.order_by().annotate(district=Substr("place", 1, _DISTRICT))
    return list(placed.values_list("district").annotate(n=Count("pk")))


def _decrees(rows: QuerySet[DecreeRow]) -> list[SignedDecree]:
    counts = dict(rows.order_by().values_list("decree").annotate(n=Count("pk")))
    found = Decree.objects.filter(pk__in=counts).order_by("dated", "pk")
    return [SignedDecree(one.number, one.dated, counts[one.pk]) for one in found if one.dated]


def _wholes() -> list[Whole]:
    """Everybody screened, those who are eligible, and what was entered, newest of each name."""
    found: list[Whole] = []
    if run := latest_run():
        day = timezone.localdate(run.screened_at or run.loaded_at)
        decided: dict[str, int] = run.figures.get("decided", {})
        source = f"daftar desa yang disaring, penyaringan {run.number}"
        eligible = sum(decided.get(one, 0) for one in _ELIGIBLE)
        found.append(Whole("orang pada daftar usulan", sum(decided.values()), source, day))
        found.append(Whole("orang yang memenuhi syarat", eligible, source, day))
    newest = Denominator.objects.values("name").annotate(pk=Max("pk")).values("pk")
    found += [
        Whole(one.name, one.value, one.source, one.as_of)
        for one in Denominator.objects.filter(pk__in=newest).order_by("name")
    ]
    return found


def _listed() -> dict[str, int]:
    run = latest_run()
    told: dict[str, dict[str, int]] = run.figures.get("districts", {}) if run else {}
    return {place: sum(counts.values()) for place, counts in told.items()}
