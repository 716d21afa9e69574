"""Edits over a list: they mend it, they never change what was sent, and taking them away undoes them."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.intake.edits import Change, Edit, apply, changes, typed, without
from payung.intake.pipeline import read_list
from payung.sheets.table import Cell
from tests.unit.intake_tables import BUDI, HEADER, POLICY, SITI, person, table

LIST = table(("Sheet1", [HEADER, SITI, BUDI]))
FILE = "640104 TANAH GROGOT/daftar.xlsx"


def test_a_number_that_is_mended_by_an_edit_is_a_text_from_then_on() -> None:
    listed = table(("Sheet1", [HEADER, person(SITI, nik=6401044108900000)]))
    assert "nik_numeric" in {one.code for one in read_list(listed, FILE, POLICY).findings}
    edit = Edit("Sheet1", 2, 2, "6401044108900000", "6401044108900001")
    laid = apply(listed, (edit,))
    assert laid.conflicts == ()
    assert read_list(laid.table, FILE, POLICY).findings == ()


def test_the_row_keeps_its_id_whatever_is_edited() -> None:
    laid = apply(LIST, (Edit("Sheet1", 2, 3, "Siti Aminah", "Siti Rahmah"),)).table
    before, after = (read_list(one, FILE, POLICY).applications for one in (LIST, laid))
    assert [a.row_id for a in before] == [a.row_id for a in after]
    assert after[0].name == "Siti Rahmah"
    assert LIST.sheets[0].rows[1][2] == "Siti Aminah"


@pytest.mark.parametrize(
    "edit",
    [
        Edit("Sheet1", 2, 3, "Siti", "X"),
        Edit("Lain", 2, 3, "Siti Aminah", "X"),
        Edit("Sheet1", 99, 3, "", "X"),
        Edit("Sheet1", 0, 3, "", "X"),
        Edit("Sheet1", 2, 0, "", "X"),
    ],
)
def test_an_edit_that_does_not_fit_is_told_and_not_made(edit: Edit) -> None:
    laid = apply(LIST, (edit,))
    assert laid.conflicts == (edit,)
    assert laid.table == LIST


def test_a_cell_behind_the_end_of_a_row_can_be_filled_and_any_cell_be_emptied() -> None:
    laid = apply(LIST, (Edit("Sheet1", 2, 12, "", "catatan"), Edit("Sheet1", 2, 3, "Siti Aminah", ""))).table
    row = laid.sheets[0].rows[1]
    assert (row[11], row[10], row[2]) == ("catatan", None, None)


def test_a_date_cell_is_edited_by_the_text_that_people_see() -> None:
    listed = table(("Sheet1", [HEADER, person(SITI, birth_on=date(1990, 8, 2))]))
    laid = apply(listed, (Edit("Sheet1", 2, 4, "02-08-1990", "01-08-1990"),))
    assert laid.conflicts == ()
    assert read_list(laid.table, FILE, POLICY).findings == ()


def test_what_came_back_to_the_original_is_no_change_but_a_number_made_text_is_one() -> None:
    listed = table(("Sheet1", [HEADER, person(SITI, nik=6401044108900001), BUDI]))
    edits = [
        Edit("Sheet1", 2, 2, "6401044108900001", "6401044108900001"),
        Edit("Sheet1", 3, 3, "Budi Santoso", "Budi"),
        Edit("Sheet1", 3, 3, "Budi", "Budi Santoso"),
    ]
    assert changes(listed, edits) == {("Sheet1", 2, 2): Change("6401044108900001", "6401044108900001")}


def test_a_later_edit_of_the_same_cell_survives_the_undo_of_an_earlier_one() -> None:
    edits = [
        Edit("Sheet1", 2, 3, "Siti Aminah", "SITI A"),
        Edit("Sheet1", 3, 3, "Budi Santoso", "BUDI"),
        Edit("Sheet1", 2, 3, "SITI A", "SITI AMINAH BINTI ALI"),
    ]
    left = without(edits, {0})
    laid = apply(LIST, left)
    assert laid.conflicts == ()
    assert laid.table.sheets[0].rows[1][2] == "SITI AMINAH BINTI ALI"


def test_an_edit_is_kept_as_json_and_nothing_else_is_taken_for_one() -> None:
    edit = Edit("Lembar <1>", 2, 3, "a\tb", "")
    assert Edit.from_json(json.loads(json.dumps(edit.as_json()))) == edit
    for bad in (["S", 0, 1, "", ""], ["S", 1, 1, ""], ["S", "1", 1, "", ""], [], ["S", 1, 1, None, ""]):
        with pytest.raises(ValueError, match="not an edit"):
            Edit.from_json(bad)


def test_what_is_typed_becomes_one_harmless_line() -> None:
    assert typed("  Siti\r\n\tAminah\x00 \ufffe ") == "Siti Aminah"
    assert len(typed("a" * 5_000)) == 1_000


_TEXTS = st.sampled_from(["", "Siti Aminah", "6401044108900001", "Nelayan", "-", "RT 003", "JUMLAH"])
_WAYS = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 10), _TEXTS), max_size=12)


def _made(ways: list[tuple[int, int, str]]) -> list[Edit]:
    """Edits that fit, each following what stands in its cell by then."""
    now: dict[tuple[int, int], str] = {}
    rows: list[tuple[Cell, ...]] = list(LIST.sheets[0].rows)
    made = []
    for row, column, text in ways:
        line = rows[row - 1]
        original = str(line[column - 1] or "") if column <= len(line) else ""
        made.append(Edit("Sheet1", row, column, now.get((row, column), original), text))
        now[row, column] = text
    return made


@settings(max_examples=150, deadline=None)
@given(_WAYS)
def test_taking_back_all_edits_gives_the_list_that_was_sent(ways: list[tuple[int, int, str]]) -> None:
    edits = _made(ways)
    assert apply(LIST, edits).conflicts == ()
    assert apply(LIST, without(edits, range(len(edits)))).table == LIST


@settings(max_examples=150, deadline=None)
@given(_WAYS, st.sets(st.integers(0, 11)))
def test_whatever_is_taken_back_the_rest_still_fits_and_the_last_word_holds(
    ways: list[tuple[int, int, str]], dropped: set[int]
) -> None:
    edits = _made(ways)
    left = without(edits, dropped)
    laid = apply(LIST, left)
    assert laid.conflicts == ()
    last = {one.place: one.after for position, one in enumerate(edits) if position not in dropped}
    assert {one.place: one.after for one in left} == last
