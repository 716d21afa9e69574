"""Scenarios side by side: one line a measure, one column a scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from payung.allocation.effect import line_read
from payung.allocation.files import Prepared
from payung.allocation.models import AllocationRound, Scenario
from payung.allocation.prepared import prepared_of
from payung.allocation.scenario import Settings
from payung.allocation.words import group_title, line_name, source_title
from payung.core.places import name_of
from payung.core.rupiah import number, percent, rupiah
from payung.policy.local import Limit, LocalPolicy

Figures = Mapping[str, Any]
_NAMED = 5
"""Floors that are named in a cell; the others are counted."""


@dataclass(frozen=True, slots=True)
class Row:
    """A measure and what it is in each scenario."""

    title: str
    cells: tuple[str, ...]
    part: bool = False
    """A part of the line above."""
    words: bool = False
    """Words, not figures."""


@dataclass(frozen=True, slots=True)
class Table:
    """The measures of scenarios, in blocks with a heading each."""

    scenarios: Sequence[Scenario]
    settings: Sequence[Settings]
    blocks: tuple[tuple[str, tuple[Row, ...]], ...]

    @property
    def columns(self) -> int:
        """With that of the measures."""
        return len(self.scenarios) + 1

    @property
    def named(self) -> list[tuple[str, list[tuple[Row, list[tuple[str, str]]]]]]:
        """The blocks, each cell with the name of its scenario."""
        names = [one.name for one in self.scenarios]
        return [
            (title, [(row, list(zip(names, row.cells, strict=True))) for row in rows])
            for title, rows in self.blocks
        ]


def compared(round_: AllocationRound, scenarios: Sequence[Scenario]) -> Table:
    """What the scenarios of a prepared round come to, as they were figured last."""
    prepared = prepared_of(round_)
    settings = [Settings.read(one.settings) for one in scenarios]
    figures = [one.figures for one in scenarios]
    blocks = (
        (_("Siapa"), tuple(_people(figures))),
        (_("Uang"), tuple(_money(figures, prepared.policy))),
        (_("Seberapa baik"), tuple(_quality(figures, prepared.policy))),
        (_("Menurut kecamatan"), tuple(_parts(figures, "districts", name_of))),
        (
            _("Menurut kelompok"),
            tuple(_parts(figures, "groups", lambda one: group_title(one, prepared.policy))),
        ),
        (_("Cara memilih"), tuple(_ways(settings, prepared))),
    )
    return Table(scenarios, settings, tuple((title, rows) for title, rows in blocks if rows))


def _row(
    title: str, figures: Sequence[Figures], cell: Callable[[Figures], str], *, part: bool = False
) -> Row:
    return Row(title, tuple(cell(one) for one in figures), part)


def _people(figures: Sequence[Figures]) -> Iterator[Row]:
    yield _row(_("Terpilih"), figures, lambda one: number(one["people"]))
    yield _row(_("laki-laki"), figures, lambda one: number(one["sexes"]["L"]), part=True)
    yield _row(_("perempuan"), figures, lambda one: number(one["sexes"]["P"]), part=True)
    yield _row(_("peserta lama"), figures, lambda one: number(one["continuing"]), part=True)
    yield _row(_("Orang-bulan"), figures, lambda one: number(one["person_months"]))
    yield _row(_("Daftar tunggu"), figures, lambda one: number(one["waiting"]))
    yield _row(_("Ditahan"), figures, lambda one: number(sum(one["held_back"].values())))
    yield _row(_("Tidak terpilih seluruhnya"), figures, lambda one: number(one["out"]))


def _money(figures: Sequence[Figures], policy: LocalPolicy) -> Iterator[Row]:
    yield _row(_("Iuran seluruhnya"), figures, lambda one: rupiah(one["jkk_idr"] + one["jkm_idr"]))
    yield _row("JKK", figures, lambda one: rupiah(one["jkk_idr"]), part=True)
    yield _row("JKM", figures, lambda one: rupiah(one["jkm_idr"]), part=True)
    for source in _sources(figures):
        title = source_title(source, policy)
        yield _row(
            _("Sisa %(source)s") % {"source": title},
            figures,
            _of(source, lambda one: rupiah(one["left_idr"])),
        )
        yield _row("JKK", figures, _of(source, lambda one: rupiah(one["left_jkk_idr"])), part=True)
        yield _row("JKM", figures, _of(source, lambda one: rupiah(one["left_jkm_idr"])), part=True)


def _quality(figures: Sequence[Figures], policy: LocalPolicy) -> Iterator[Row]:
    for source in _sources(figures):
        title = source_title(source, policy)
        yield _row(
            _("Nilai seluruhnya, %(source)s") % {"source": title}, figures,
            _of(source, lambda one: number(one["points"])),
        )  # fmt: skip
        yield _row(
            _("bagian dari nilai terbaik yang mungkin, terbukti paling sedikit"),
            figures,
            _of(source, _share),
            part=True,
        )
        yield _row(
            _("paling banyak orang dengan pagu ini"), figures,
            _of(source, lambda one: number(one["answers"]["most_people"])), part=True,
        )  # fmt: skip
        yield _row(
            _("bulan untuk semua calon dengan pagu ini"), figures,
            _of(source, lambda one: number(one["answers"]["most_months"])), part=True,
        )  # fmt: skip
        yield _row(
            _("iuran untuk semua calon"), figures,
            _of(source, lambda one: rupiah(one["answers"]["everyone_idr"])), part=True,
        )  # fmt: skip
    if any(one["floors_released"] for each in figures for one in each["sources"].values()):
        yield Row(_("Jatah yang tidak terisi"), tuple(_released(one, policy) for one in figures), words=True)


def _share(one: Figures) -> str:
    """Of the most points that any choice could reach, the share that this one has: proven, at the least."""
    return percent(one["points"], one["points_bound"], 1) if one["points_bound"] else percent(1, 1, 1)


def _released(one: Figures, policy: LocalPolicy) -> str:
    """The floors that could not be filled, a few by name."""
    short = [told for source in one["sources"].values() for told in source["floors_released"]]
    said = [
        f"{line_name(line_read(scope, key), policy)} {number(filled)}/{number(floor)}"
        for scope, key, floor, filled, _short in short[:_NAMED]
    ]
    if len(short) > _NAMED:
        said.append(_("dan %(count)s lainnya") % {"count": number(len(short) - _NAMED)})
    return "; ".join(said) or "–"


def _parts(figures: Sequence[Figures], name: str, title: Callable[[str], str]) -> Iterator[Row]:
    """Those chosen of those who could be, place by place or group by group."""
    for code in sorted({code for one in figures for code in one[name]}, key=lambda code: title(code)):

        def cell(one: Figures, code: str = code) -> str:
            here = one[name].get(code, {"people": 0, "candidates": 0})
            return f"{number(here['people'])} / {number(here['candidates'])}"

        yield _row(title(code), figures, cell)


def _ways(settings: Sequence[Settings], prepared: Prepared) -> Iterator[Row]:
    """How each chooses; what none of them uses is left out."""
    for title, cells in _said(settings, prepared):
        if any(cells):
            yield Row(title, tuple(one or "–" for one in cells), words=True)


def _said(settings: Sequence[Settings], prepared: Prepared) -> Iterator[tuple[str, list[str]]]:
    policy = prepared.policy
    yield _("Bulan"), [one.months.in_words for one in settings]
    first, points = _("peserta lama, lalu nilai"), _("nilai saja")
    yield _("Urutan"), [first if one.continuity_first else points for one in settings]
    if prepared.terms.partial_months:
        yield _("Sebagian bulan"), [_("boleh") if one.partial_months else _("tidak") for one in settings]
    yield (
        _("Kelompok yang tidak ikut"),
        [", ".join(group_title(group, policy) for group in sorted(one.groups_out)) for one in settings],
    )
    yield (
        _("Nilai kelompok yang diubah"),
        [
            ", ".join(f"{group_title(group, policy)} {n}" for group, n in sorted(one.group_points.items()))
            for one in settings
        ],
    )
    yield _("Paling sedikit"), [_limits(one.floors, policy) for one in settings]
    yield _("Paling banyak"), [_limits(one.quotas, policy) for one in settings]
    yield _("Benih undian"), [one.seed for one in settings]


def _limits(limits: Sequence[Limit], policy: LocalPolicy) -> str:
    return "; ".join(f"{limit_name(one.scope, one.key, policy)} {number(one.count)}" for one in limits)


def limit_name(scope: str, key: str, policy: LocalPolicy) -> str:
    """What a floor or quota is for, in words; `*` is each one by itself."""
    if key == "*":
        return {"kecamatan": _("setiap kecamatan"), "desa": _("setiap desa")}.get(scope, _("setiap kelompok"))
    return line_name(line_read(scope, key), policy)


def _sources(figures: Sequence[Figures]) -> list[str]:
    return list(dict.fromkeys(source for one in figures for source in one["sources"]))


def _of(source: str, cell: Callable[[Figures], str]) -> Callable[[Figures], str]:
    return lambda one: cell(one["sources"][source]) if source in one["sources"] else "–"
