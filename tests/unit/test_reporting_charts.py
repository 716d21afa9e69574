"""Pictures carry their numbers, are drawn alike each time, and hold nothing that a page must not."""

from __future__ import annotations

import itertools
import re
from datetime import date

from lxml import etree

from payung.reporting import charts
from payung.reporting.charts import (
    MOST_BARS,
    Picture,
    coverage_picture,
    draw,
    funnel_picture,
    groups_picture,
    reasons_picture,
)
from payung.reporting.figures import Funnel, Share, reason_counts
from payung.reporting.rules import UNKNOWN, Coverage

ON = date(2024, 8, 9)
ROWS = [
    Coverage("a", "Kuaro", "Kuaro", 100, 500, 1_000, "BPS", ON),
    Coverage("b", "Long Kali", "Long Kali", 10, 1_200, 1_000, "BPS", ON),
    Coverage("c", "Muara Samu", "Muara Samu", 7, 8, None, "", None),
]


def texts(svg: str) -> list[str]:
    return [node.text or "" for node in etree.fromstring(svg.encode()).iter("{*}text")]


def test_each_line_of_the_waterfall_begins_where_the_one_before_ends() -> None:
    bars = funnel_picture(Funnel(54_112, 48_377, 32_268, 6_633, 2_714, 6_762)).bars
    ends = [bar.parts[0] for bar in bars]
    assert ends[0][:2] == (0, 54_112)
    for before, after in itertools.pairwise(ends[1:-1]):
        assert after[1] == before[0]
    assert ends[-2][0] == ends[-1][1] == 32_268
    assert [bar.text for bar in bars] == ["54.112", "−5.735", "−6.762", "−2.714", "−6.633", "32.268"]


def test_coverage_is_drawn_by_need_beyond_100_per_cent_and_unknown_as_such() -> None:
    picture = coverage_picture(ROWS)
    assert [bar.label for bar in picture.bars] == ["Kuaro", "Long Kali", "Muara Samu"]
    assert [bar.short for bar in picture.bars] == ["60,00%", "121,00%", UNKNOWN]
    assert picture.full == 1.21
    assert "600 dari 1.000" in picture.bars[0].text


def test_without_any_base_people_are_drawn_instead_of_shares() -> None:
    picture = coverage_picture([ROWS[2]])
    assert (picture.full, picture.bars[0].text) == (15.0, "15 orang")
    assert "%" not in "".join(bar.text for bar in picture.bars)


def test_the_many_small_ones_are_drawn_together_and_nobody_is_lost() -> None:
    shares = [Share(str(n), f"Kelompok {n}", 100 - n, 0) for n in range(40)]
    bars = groups_picture(shares).bars
    assert len(bars) == MOST_BARS
    assert bars[-1].label == f"{40 - MOST_BARS + 1} lainnya"
    assert sum(bar.parts[0][1] for bar in bars) == sum(share.chosen for share in shares)


def test_drawn_pictures_say_every_label_and_number_in_both_widths() -> None:
    pictures = [coverage_picture(ROWS), reasons_picture(reason_counts({"dead": 1_611, "pupil": 3}))]
    for drawn in draw(pictures):
        for bar in drawn.picture.bars:
            assert bar.label in texts(drawn.wide)
            assert bar.label in texts(drawn.narrow)
            assert bar.text in texts(drawn.wide)
            assert (bar.short or bar.text) in texts(drawn.narrow)


def test_a_picture_is_drawn_alike_and_holds_no_script_link_or_long_number() -> None:
    picture = funnel_picture(Funnel(54_112, 48_377, 32_268, 6_633, 2_714, 6_762))
    first = draw([picture])
    charts._svg.cache_clear()
    second = draw([picture])
    assert first == second
    for svg in (first[0].wide, first[0].narrow):
        assert not re.search(r"\d{9}", svg)
        assert not re.search(r"<script|<image|href=|url\(", svg)
        assert 'aria-hidden="true"' in svg


def test_names_are_shown_as_typed_never_as_markup() -> None:
    shares = [Share("x", '<script>alert("x")</script> & Co', 5, 0)]
    svg = draw([groups_picture(shares)])[0].narrow
    assert "<script" not in svg
    assert any("<script>" in text for text in texts(svg))


def test_an_empty_picture_can_be_drawn() -> None:
    assert texts(draw([Picture("kosong", (), 1.0)])[0].wide) == []
    assert len(texts(draw([coverage_picture(ROWS[2:])])[0].wide)) == 2
