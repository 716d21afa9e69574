"""Cards: every kind of finding with what can be done about it, and what doing it changes."""

from __future__ import annotations

import pytest

from payung.core.errors import PayungError
from payung.core.finding import Severity
from payung.intake.cards import Action, Card, cards
from payung.intake.codes import CODES
from payung.intake.confirmed import Confirmation
from payung.intake.lists import ReadList
from payung.intake.repair import Choice, confirmations_for, edits_for
from payung.intake.uploads import Opened, Upload, opened
from payung.sheets.table import Cell, TableFile
from tests.unit.intake_tables import BUDI, HEADER, POLICY, SITI, person, table

FILE = "640104 TANAH GROGOT/daftar.xlsx"
REGENCY = POLICY.regency


def look(*rows: tuple[Cell, ...]) -> Opened:
    return opened(table(("Sheet1", list(rows))), Upload(FILE, POLICY))


def card(one: Opened, code: str) -> Card:
    (found,) = [c for c in cards(one.read, POLICY) if c.code == code]
    return found


def mend(one: Opened, code: str, choice: Choice) -> Opened:
    edits = edits_for(card(one, code), choice, one.read, one.table, REGENCY)
    assert edits
    return opened(one.original, Upload(FILE, POLICY, edits=tuple(edits)))


def left(one: Opened) -> list[tuple[int, str]]:
    return [(f.row, f.code) for f in one.read.findings if f.severity is not Severity.NOTE]


ACCEPT = Choice(Action.ACCEPT_PROPOSAL)


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("nik_letters", {"nik": "64010441O8900001"}),
        ("nik_short", {"nik": "640104410900001"}),
        ("nik_long", {"nik": "64010441089900001"}),
        ("nik_numeric", {"nik": 6401044108900001}),
        ("nik_swapped_fields", {"nik": "6401042010150002", "kk": "6401044108900001"}),
        ("kk_numeric", {"kk": 6401042010150002}),
        ("birth_missing", {"birth_on": ""}),
        ("birth_month_first", {"birth_on": "08/17/1990", "nik": "6401045708900001"}),
        ("nik_birth_differs", {"birth_on": "14-08-1990"}),
        ("nik_sex_differs", {"sex": "L"}),
        ("sex_missing", {"sex": ""}),
        ("sex_unreadable", {"sex": "ya"}),
        ("desa_unknown", {"desa": "Janjuu"}),
        ("occupation_unknown", {"occupation": "Petanii"}),
    ],
)
def test_a_proposal_that_is_accepted_mends_its_row(code: str, changed: dict[str, Cell]) -> None:
    one = look(HEADER, person(SITI, **changed), BUDI)
    assert code in dict(map(reversed, left(one))), left(one)  # type: ignore[arg-type]
    assert left(mend(one, code, ACCEPT)) == []


def test_a_swap_edits_both_cells_and_shows_old_and_new() -> None:
    one = look(HEADER, person(SITI, nik="6401042010150002", kk="6401044108900001"))
    (item,) = card(one, "nik_swapped_fields").items
    (fix,) = item.fixes
    assert [(cell.field, cell.old, cell.new) for cell in fix.cells] == [
        ("nik", "6401042010150002", "6401044108900001"),
        ("kk", "6401044108900001", "6401042010150002"),
    ]


@pytest.mark.parametrize("digits", [6401044108900000, 6401044108900010])
def test_a_number_whose_last_digit_excel_may_have_lost_is_never_proposed_whole(digits: int) -> None:
    found = card(look(HEADER, person(SITI, nik=digits)), "nik_numeric")
    assert found.with_proposal == 0
    assert Action.ACCEPT_PROPOSAL not in found.actions
    assert {Action.ONE_BY_ONE, Action.ONLY_AT_SOURCE} <= set(found.actions)
    assert found.items[0].hint.endswith("?")


def test_a_birth_cell_keeps_its_town_when_the_date_is_mended() -> None:
    one = look(HEADER, person(SITI, birth_on="Kuaro, 08/17/1990", nik="6401045708900001"))
    (edit,) = edits_for(card(one, "birth_month_first"), ACCEPT, one.read, one.table, REGENCY)
    assert edit.after == "Kuaro, 17-08-1990"


def test_of_two_readings_of_a_date_nothing_is_taken_until_somebody_says_which() -> None:
    one = look(HEADER, person(SITI, birth_on="01-08-15", nik="6401044108150001"), BUDI)
    codes = {c.code: c for c in cards(one.read, POLICY)}
    ambiguous = next(c for c in codes.values() if c.items and len(c.items[0].fixes) > 1)
    assert edits_for(ambiguous, ACCEPT, one.read, one.table, REGENCY) == []
    row = ambiguous.items[0]
    chosen = Choice(Action.ACCEPT_PROPOSAL, ways={row.row_id: 1})
    (edit,) = edits_for(ambiguous, chosen, one.read, one.table, REGENCY)
    assert edit.after == row.fixes[1].words


def test_one_value_for_all_chosen_rows_and_only_for_those() -> None:
    rows = [
        person(SITI, nik=f"64010441089000{n:02d}", name=f"Siti {'ABCD'[n]}", occupation="Astronot")
        for n in range(1, 4)
    ]
    one = look(HEADER, *rows)
    found = card(one, "occupation_unknown")
    assert found.written == {"Astronot": 3}
    assert "Nelayan" in found.options
    chosen = frozenset(item.row_id for item in found.items[:2])
    after = mend(one, "occupation_unknown", Choice(Action.SET_VALUE, chosen, "Nelayan"))
    assert [a.group for a in after.read.applications] == ["nelayan", "nelayan", None]


def test_each_row_gets_its_own_value() -> None:
    one = look(HEADER, person(SITI, name=""), person(BUDI, name="BUDI 2"))
    (item,) = card(one, "name_missing").items
    after = mend(one, "name_missing", Choice(Action.ONE_BY_ONE, values={item.row_id: " Siti  Aminah "}))
    assert after.read.applications[0].name == "Siti Aminah"
    assert left(after) == [(3, "name_odd")]


def test_what_cannot_stand_in_a_cell_is_refused_in_words() -> None:
    one = look(HEADER, person(SITI, desa="Atlantis", sex="?"), BUDI)
    with pytest.raises(PayungError, match="tidak dikenal"):
        edits_for(
            card(one, "desa_unknown"), Choice(Action.SET_VALUE, value="Mars"), one.read, one.table, REGENCY
        )
    with pytest.raises(PayungError, match="kosong"):
        edits_for(card(one, "desa_unknown"), Choice(Action.SET_VALUE), one.read, one.table, REGENCY)
    row = card(one, "sex_unreadable").items[0].row_id
    with pytest.raises(PayungError, match="salah satu"):
        edits_for(
            card(one, "sex_unreadable"),
            Choice(Action.ONE_BY_ONE, values={row: "X"}),
            one.read,
            one.table,
            REGENCY,
        )
    with pytest.raises(PayungError, match="tidak tersedia"):
        edits_for(
            card(one, "sex_unreadable"), Choice(Action.SET_VALUE, value="L"), one.read, one.table, REGENCY
        )


def test_a_person_written_twice_is_settled_by_emptying_one_row() -> None:
    one = look(HEADER, SITI, person(SITI, number=2), BUDI)
    after = mend(one, "person_twice", Choice(Action.CLEAR_ROW))
    assert left(after) == []
    assert [a.name for a in after.read.applications] == ["Siti Aminah", "Budi Santoso"]
    assert after.counts.rows == one.counts.rows


def test_a_field_without_a_column_cannot_be_typed_but_the_place_can_be_chosen() -> None:
    header = tuple(cell for cell in HEADER if cell != "Desa")
    row = tuple(cell for cell in SITI if cell != "Janju")
    one = opened(table(("Sheet1", [header, row])), Upload("daftar.xlsx", POLICY))
    found = card(one, "desa_missing")
    assert found.actions == (Action.SET_PLACE,)


def test_cards_stand_in_order_of_weight_and_number_and_name_every_row_once() -> None:
    one = look(
        HEADER, person(SITI, sex="", phone=""), person(BUDI, nik="", sex="x"), person(BUDI, name="", nik="")
    )
    found = cards(one.read, POLICY)
    weights = [(["fault", "question", "note"].index(c.severity), -c.rows) for c in found]
    assert weights == sorted(weights)
    for c in found:
        assert len({item.row_id for item in c.items}) == c.rows
        assert c.title == CODES[c.code].title
        assert "{" not in c.explanation


def test_a_preview_tells_old_and_new_and_the_fault_that_appears() -> None:
    one = look(HEADER, person(SITI, nik=6401045408900001), BUDI)
    found = card(one, "nik_numeric")
    seen = one.preview(edits_for(found, ACCEPT, one.read, one.table, REGENCY))
    assert (seen.before.to_fix, seen.after.to_fix) == (1, 1)
    assert (seen.codes_before["nik_numeric"], seen.codes_after.get("nik_numeric")) == (1, None)
    assert [f.code for f in seen.new] == ["nik_birth_differs"]
    (row,) = seen.rows
    assert (row.name, [(c.field, c.old, c.new) for c in row.cells]) == (
        "Siti Aminah",
        [("nik", "6401045408900001", "6401045408900001")],
    )
    assert seen.conflicts == ()
    assert one.read.applications[0].nik_raw == "6401045408900001"


def _codes(read: ReadList) -> int:
    return len(read.findings)


def test_no_table_is_changed_by_making_cards_or_a_preview() -> None:
    listed: TableFile = table(("Sheet1", [HEADER, person(SITI, desa="Janjuu")]))
    one = opened(listed, Upload(FILE, POLICY))
    before = _codes(one.read)
    one.preview(edits_for(card(one, "desa_unknown"), ACCEPT, one.read, one.table, REGENCY))
    assert (one.original, _codes(one.read)) == (listed, before)


def test_a_question_that_somebody_confirmed_is_a_note_until_the_cell_changes() -> None:
    one = look(HEADER, person(SITI, occupation="Astronot"), person(BUDI, name="O"))
    answers = confirmations_for(card(one, "name_odd"), Choice(Action.CONFIRM))
    answers |= confirmations_for(card(one, "occupation_unknown"), Choice(Action.CONFIRM))
    after = opened(one.original, Upload(FILE, POLICY, confirmed=answers))
    assert left(after) == []
    assert after.counts.good == 2
    assert {c.code: c.severity for c in cards(after.read, POLICY)} == {
        "name_odd": Severity.NOTE,
        "occupation_unknown": Severity.NOTE,
    }
    changed = table(("Sheet1", [HEADER, person(SITI, occupation="Astronom"), person(BUDI, name="O")]))
    assert left(opened(changed, Upload(FILE, POLICY, confirmed=answers))) == [(2, "occupation_unknown")]


def test_a_fault_cannot_be_confirmed_and_answers_are_kept_as_json() -> None:
    one = look(HEADER, person(SITI, nik=""), BUDI)
    with pytest.raises(PayungError, match="tidak tersedia"):
        confirmations_for(card(one, "nik_missing"), Choice(Action.CONFIRM))
    forged = Confirmation(one.read.applications[0].row_id, "nik", "nik_missing", "")
    assert left(opened(one.original, Upload(FILE, POLICY, confirmed=frozenset({forged})))) == [
        (2, "nik_missing")
    ]
    assert Confirmation.from_json(forged.as_json()) == forged
    with pytest.raises(ValueError, match="not a confirmation"):
        Confirmation.from_json(["a", "b", "c"])
