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
from payung.policy.local import LocalPolicy

Figures = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A measure and what it is in each scenario."""

    title: str
    cells: tuple[str, ...]
    part: bool = False
    """A part of the line above."""


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
        yield _row(_("Nilai seluruhnya, %(source)s") % {"source": title}, figures, _of(source, _points))
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
        yield _row(_("Jatah yang tidak terisi"), figures, lambda one: _released(one, policy))


def _points(one: Figures) -> str:
    """The points chosen, and the share of the best that any choice could reach: proven, at the least."""
    share = percent(one["points"], one["points_bound"], 1) if one["points_bound"] else "100%"
    return _("%(points)s (paling sedikit %(share)s dari yang mungkin)") % {
        "points": number(one["points"]), "share": share,
    }  # fmt: skip


def _released(one: Figures, policy: LocalPolicy) -> str:
    found = [
        f"{line_name(line_read(scope, key), policy)} {number(filled)}/{number(floor)}"
        for source in one["sources"].values()
        for scope, key, floor, filled, _short in source["floors_released"]
    ]
    return "; ".join(found) or "–"


def _parts(figures: Sequence[Figures], name: str, title: Callable[[str], str]) -> Iterator[Row]:
    """Those chosen of those who could be, place by place or group by group."""
    for code in sorted({code for one in figures for code in one[name]}, key=lambda code: title(code)):

        def cell(one: Figures, code: str = code) -> str:
            here = one[name].get(code, {"people": 0, "candidates": 0})
            return f"{number(here['people'])} / {number(here['candidates'])}"

        yield _row(title(code), figures, cell)


def _ways(settings: Sequence[Settings], prepared: Prepared) -> Iterator[Row]:
    policy = prepared.policy
    yield Row(_("Bulan"), tuple(one.months.in_words for one in settings))
    yield Row(
        _("Urutan"),
        tuple(_("peserta lama, lalu nilai") if one.continuity_first else _("nilai saja") for one in settings),
    )
    if prepared.terms.partial_months:
        yield Row(
            _("Sebagian bulan"), tuple(_("boleh") if one.partial_months else _("tidak") for one in settings)
        )
    if any(one.groups_out for one in settings):
        out = [", ".join(group_title(group, policy) for group in sorted(one.groups_out)) for one in settings]
        yield Row(_("Kelompok yang tidak ikut"), tuple(one or "–" for one in out))
    if any(one.group_points for one in settings):
        points = [
            ", ".join(f"{group_title(group, policy)} {n}" for group, n in sorted(one.group_points.items()))
            for one in settings
        ]
        yield Row(_("Nilai kelompok yang diubah"), tuple(one or "–" for one in points))
    for title, limits in (
        (_("Paling sedikit"), [one.floors for one in settings]),
        (_("Paling banyak"), [one.quotas for one in settings]),
    ):
        if any(limits):
            cells = [
                "; ".join(f"{limit_name(x.scope, x.key, policy)} {number(x.count)}" for x in some)
                for some in limits
            ]
            yield Row(title, tuple(one or "–" for one in cells))
    yield Row(_("Benih undian"), tuple(one.seed for one in settings))


def limit_name(scope: str, key: str, policy: LocalPolicy) -> str:
    """What a floor or quota is for, in words; `*` is each one by itself."""
    if key == "*":
        return {"kecamatan": _("setiap kecamatan"), "desa": _("setiap desa")}.get(scope, _("setiap kelompok"))
    return line_name(line_read(scope, key), policy)


def _sources(figures: Sequence[Figures]) -> list[str]:
    return list(dict.fromkeys(source for one in figures for source in one["sources"]))


def _of(source: str, cell: Callable[[Figures], str]) -> Callable[[Figures], str]:
    return lambda one: cell(one["sources"][source]) if source in one["sources"] else "–"
