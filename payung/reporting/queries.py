"""Figures for pages: of a place, of a regency by kecamatan, of a province by regency. Nobody's name, number or row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db.models import Max
from django.utils.translation import gettext

from payung.core import region
from payung.core.scope import is_province, required
from payung.database.models import Regency
from payung.reporting.models import Figure
from payung.reporting.published import KINDS, Key, for_everybody
from payung.screening.models import ScreeningRun


@dataclass(frozen=True, slots=True)
class Line:
    """A place with its figures: None for a number that is not shown, no key at all for what was never counted."""

    code: str
    name: str
    values: Mapping[Key, int | None] = field(default_factory=dict)

    def cells(self, keys: Sequence[Key]) -> list[tuple[Key, bool, int | None]]:
        """Key, whether it was counted, and the number, in the order of `keys`."""
        return [(key, key in self.values, self.values.get(key)) for key in keys]


@dataclass(frozen=True, slots=True)
class Table:
    """Figures of several places side by side. `days` says as of when each column is; the oldest where they differ."""

    title: str
    level: str
    """`kecamatan` or `kabupaten`: what a line is."""
    keys: tuple[Key, ...]
    lines: tuple[Line, ...]
    total: Line | None
    days: Mapping[Key, date]
    computed_at: datetime | None
    for_everybody: bool = False
    """Small numbers are left out."""

    @property
    def any_hidden(self) -> bool:
        """Whether a number is left out."""
        lines = [*self.lines, *([self.total] if self.total else [])]
        return any(known and value is None for line in lines for _, known, value in line.cells(self.keys))


def latest_run() -> ScreeningRun | None:
    """The screening whose results are in force."""
    found: ScreeningRun | None = (
        ScreeningRun.objects.filter(loaded_at__isnull=False).order_by("-loaded_at", "-pk").first()
    )
    return found


def computed_at() -> datetime | None:
    """When the figures of the actor's regency were counted last."""
    found: datetime | None = Figure.objects.aggregate(at=Max("computed_at"))["at"]
    return found


def table(*, everybody: bool = False) -> Table:
    """The figures that the actor may see: a regency's by kecamatan, a province's by regency.

    `everybody` leaves out whatever could tell of fewer than five people, for passing on. At most two queries.
    """
    regency = required().regency
    return _of_province(regency) if is_province(regency) else _of_regency(regency, everybody)


def _of_regency(regency: str, everybody: bool) -> Table:
    found = list(Figure.objects.all())
    own = [one for one in found if not one.shared]
    total = _values(own, regency)
    lines = [Line(one.code, one.name, _values(own, one.code)) for one in region.districts(regency)]
    rest = {
        key: (value or 0) - sum(line.values.get(key) or 0 for line in lines) for key, value in total.items()
    }
    if any(rest.values()):
        lines.append(Line("", gettext("Kecamatan belum diketahui"), rest))
    if everybody:
        gone = for_everybody(
            {one.code: {key: value or 0 for key, value in one.values.items()} for one in lines}
        )
        shared = _values([one for one in found if one.shared], regency)
        total = {key: None if len(gone) == len(lines) else shared.get(key) for key in total}
        lines = [_emptied(one) if one.code in gone else one for one in lines]
    known = region.regency(regency)
    title = known.name if known else regency
    return _table(title, "kecamatan", lines, total, own, everybody)


def _of_province(code: str) -> Table:
    found = list(Figure.objects.all())
    regencies = Regency.objects.filter(code__startswith=f"{code}.").order_by("code")
    lines = [Line(one.code, one.name, _values(found, one.code)) for one in regencies]
    total: dict[Key, int | None] = {}
    for key in Key:
        values = [line.values[key] for line in lines if key in line.values]
        if values:
            # With one number left out, the sum would tell it.
            total[key] = None if None in values else sum(value or 0 for value in values)
    known = region.province(code)
    return _table(known.name if known else code, "kabupaten", lines, total, found, True)


def _values(found: Sequence[Figure], place: str) -> dict[Key, int | None]:
    return {one.kind: one.value for one in found if one.place == place}


def _emptied(line: Line) -> Line:
    return replace(
        line, values={key: None if KINDS[key].people else value for key, value in line.values.items()}
    )


def _table(
    title: str, level: str, lines: Sequence[Line], total: Mapping[Key, int | None], found: Sequence[Figure],
    everybody: bool,
) -> Table:  # fmt: skip
    days: dict[Key, date] = {}
    for one in found:
        days[one.kind] = min(one.as_of, days.get(one.kind, one.as_of))
    keys = tuple(key for key in KINDS if key in days)
    at = min((one.computed_at for one in found), default=None)
    whole = Line("", gettext("Jumlah"), total) if total else None
    return Table(title, level, keys, tuple(lines), whole, days, at, everybody)
