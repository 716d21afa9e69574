"""Pictures as SVG, made on the server by Altair and vl-convert: no script, no network, the numbers written on them.

Every picture is made twice, for a page of 700 pixels and for a phone of 320. It always stands beside a table with the
same numbers, so that it is hidden from screen readers. The first picture costs about a second (the renderer starts).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lxml import etree

from payung.core.rupiah import number
from payung.reporting.figures import Funnel, ReasonCount, Share
from payung.reporting.rules import UNKNOWN, Coverage, by_need
from payung.reporting.words import safe

INK, SOFT = "#14303d", "#4a5c66"
BLUE, ORANGE, REST, GREY = "#1b6b93", "#e08a1e", "#e3e9ec", "#9fb0b9"
"""Blue and orange differ for every kind of colour vision and in grey; `REST` is what is not reached yet."""
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
MOST_BARS = 15
WIDE, NARROW = 700, 320
_BEFORE_AFTER = ((BLUE, "sudah dilindungi"), (ORANGE, "ditambahkan sekarang"))
_NOISE = frozenset({"role", "aria-roledescription", "aria-hidden", "aria-label", "pointer-events"})
_PLACES = frozenset({"d", "transform", "x", "y", "x1", "x2", "y1", "y2", "width", "height"})
_LONG = re.compile(r"\d+\.\d{3,}(?:e-?\d+)?")


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a picture: parts as (from, to, colour) in the picture's own unit, and the number written behind."""

    label: str
    parts: tuple[tuple[float, float, str], ...]
    text: str
    short: str = ""
    """What is written instead where there is little room."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Bars one below the other. `full` is the value at the right end; `legend` pairs colours with words."""

    title: str
    bars: tuple[Bar, ...]
    full: float
    legend: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as SVG for a page and for a phone."""

    picture: Picture
    wide: str
    narrow: str


def funnel_picture(funnel: Funnel) -> Picture:
    """What became of the rows, as a waterfall: each line begins where the one before ends."""
    steps = (
        ("Tercatat lebih dari sekali", funnel.duplicates),
        ("Belum dapat diusulkan", funnel.refused),
        ("Perlu dilengkapi", funnel.incomplete),
        ("Daftar tunggu", funnel.waiting),
    )
    bars = [Bar("Baris pada daftar", ((0, funnel.rows, GREY),), number(funnel.rows))]
    left = funnel.rows
    for label, count in steps:
        bars.append(Bar(label, ((left - count, left, ORANGE),), f"−{number(count)}" if count else "0"))
        left -= count
    bars.append(Bar("Ditetapkan", ((0, funnel.chosen, BLUE),), number(funnel.chosen)))
    return Picture(f"Ke mana {number(funnel.rows)} baris pergi", tuple(bars), float(max(funnel.rows, 1)))


def coverage_picture(rows: Iterable[Coverage]) -> Picture:
    """Cover before and after by place, most people without cover first; in people where no base is known."""
    ordered = by_need(rows)
    if not any(row.denominator for row in ordered):
        bars = [
            Bar(
                row.place,
                ((0, row.covered_before, BLUE), (row.covered_before, row.covered_after, ORANGE)),
                f"{number(row.covered_after)} orang",
            )
            for row in ordered
        ]
        full = float(max([1, *(row.covered_after for row in ordered)]))
        return Picture("Orang yang dilindungi per kecamatan", tuple(bars), full, _BEFORE_AFTER)
    bars, full = [], 1.0
    for row in ordered:
        before, after = row.before_ratio, row.after_ratio
        if before is None or after is None:
            bars.append(Bar(row.place, (), f"{number(row.covered_after)} orang, {UNKNOWN}", UNKNOWN))
            continue
        full = max(full, float(after))
        parts = (
            (0.0, float(before), BLUE),
            (float(before), float(after), ORANGE),
            (min(float(after), 1.0), 1.0, REST),
        )
        text = f"{row.after_percent}  ({number(row.covered_after)} dari {number(row.denominator or 0)})"
        bars.append(Bar(row.place, parts, text, row.after_percent))
    legend = (*_BEFORE_AFTER, (REST, "belum terjangkau"))
    return Picture("Per kecamatan; yang belum terjangkau paling banyak di atas", tuple(bars), full, legend)


def reasons_picture(reasons: Sequence[ReasonCount]) -> Picture:
    """People by the reason why they cannot be proposed now."""
    return _counts(
        "Belum dapat diusulkan, menurut alasan", [(r.title.rstrip("."), r.count) for r in reasons], ORANGE
    )


def groups_picture(shares: Sequence[Share]) -> Picture:
    """Chosen people by occupation group, largest first."""
    ordered = sorted(shares, key=lambda share: (-share.chosen, share.label))
    return _counts("Ditetapkan, menurut kelompok pekerjaan", [(s.label, s.chosen) for s in ordered], BLUE)


def _counts(title: str, counts: Sequence[tuple[str, int]], colour: str) -> Picture:
    """The largest ones each, the others together: a picture of forty lines is read by nobody."""
    shown = list(counts)
    if len(shown) > MOST_BARS:
        rest = shown[MOST_BARS - 1 :]
        shown = [*shown[: MOST_BARS - 1], (f"{len(rest)} lainnya", sum(count for _, count in rest))]
    bars = tuple(Bar(label, ((0, count, colour),), number(count)) for label, count in shown)
    return Picture(title, bars, float(max([1, *(count for _, count in shown)])))


def draw(pictures: Iterable[Picture]) -> list[Drawn]:
    """All pictures in one process, in order; the same picture gives the same bytes."""
    return [Drawn(picture, _svg(picture, wide=True), _svg(picture, wide=False)) for picture in pictures]


@lru_cache(maxsize=64)
def _svg(picture: Picture, *, wide: bool) -> str:
    """The same picture stands on the office's page and on everybody's: it is drawn once."""
    # Imported here: the two cost half a second, which commands without pictures should not pay.
    import altair
    import vl_convert

    spec = _chart(altair, picture, wide=wide)
    svg = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    return _tidy(svg, WIDE if wide else NARROW)


def _chart(altair: Any, picture: Picture, *, wide: bool) -> dict[str, Any]:
    """Wide: label, bar and number on one line. Narrow: the label above its bar, so that it can be read at full size."""
    width, step = (WIDE, 30) if wide else (NARROW, 46)
    left, room, size = 0, 12 + 8 * max((len(b.short or b.text) for b in picture.bars), default=0), 13
    if wide:
        # About what the longest words take in this face and size.
        left = min(410, max(130, 20 + 7 * max((len(bar.label) for bar in picture.bars), default=0)))
        room, size = 16 + 8 * max((len(bar.text) for bar in picture.bars), default=0), 14
    parts, labels, texts = [], [], []
    for place, bar in enumerate(picture.bars):
        top = place * step
        low, high = (top + 5, top + 25) if wide else (top + 20, top + 36)
        middle = (low + high) / 2
        labels.append({"text": safe(bar.label), "y": middle if wide else top + 10})
        ends = [end for _, end, _ in bar.parts]
        number_text = bar.text if wide else bar.short or bar.text
        texts.append({"text": number_text, "x": max(ends, default=0.0), "y": middle})
        parts += [
            {"from": start, "to": end, "low": low, "high": high, "colour": colour}
            for start, end, colour in bar.parts
            if end > start
        ]
    height = max(len(picture.bars), 1) * step
    across = altair.Scale(domain=[0, picture.full], range=[left, width - room], nice=False)
    down = altair.Scale(domain=[0, height], range=[0, height], nice=False)

    def at(field: str, scale: Any, channel: Any) -> Any:
        return channel(f"{field}:Q", scale=scale, axis=None, title=None)

    bars = (
        altair.Chart(altair.Data(values=parts))
        .mark_rect()
        .encode(
            x=at("from", across, altair.X),
            x2="to:Q",
            y=at("low", down, altair.Y),
            y2="high:Q",
            color=altair.Color("colour:N", scale=None, legend=None),
        )
    )
    names = (
        altair.Chart(altair.Data(values=labels))
        .mark_text(
            align="left", baseline="middle", fontSize=size, color=INK, limit=left - 10 if wide else width
        )
        .encode(x=altair.value(0), y=at("y", down, altair.Y), text="text:N")
    )
    numbers = (
        altair.Chart(altair.Data(values=texts))
        .mark_text(align="left", baseline="middle", fontSize=size, dx=6, color=INK, fontWeight="bold")
        .encode(x=at("x", across, altair.X), y=at("y", down, altair.Y), text="text:N")
    )
    layers = [bars, names, numbers] if parts else [names, numbers]
    chart = (
        altair.layer(*layers)
        .properties(width=width, height=height, padding=0, autosize="none", background="transparent")
        .configure(aria=False, font=FONT)
        .configure_view(stroke=None)
    )
    spec: dict[str, Any] = chart.to_dict()
    return spec


def _two_places(found: re.Match[str]) -> str:
    return f"{float(found[0]):.2f}"


def _tidy(svg: str, width: int) -> str:
    """Ready to stand inside a page: hidden from screen readers, as wide as there is room, short coordinates."""
    root = etree.fromstring(svg.encode())
    for node in root.iter():
        for name, value in node.attrib.items():
            if name in _NOISE:
                del node.attrib[name]
            elif name in _PLACES:
                # A coordinate with seventeen digits is of no use, and would look like somebody's number.
                node.attrib[name] = _LONG.sub(_two_places, str(value))
    for empty in [node for node in root.iter() if node.get("class") in ("background", "foreground")]:
        empty.getparent().remove(empty)  # type: ignore[union-attr]
    root.set("class", "gambar")
    root.set("aria-hidden", "true")
    root.set("focusable", "false")
    root.set("style", f"width:100%;max-width:{width}px;height:auto")
    return etree.tostring(root, encoding="unicode")
