"""A list that comes in again: every row is there, mended, new, or changed on both sides."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from payung.intake.lists import ReadList
from payung.intake.returning import Held, compare, contents
from tests.unit.intake_tables import BUDI, HEADER, SITI, person, read


def digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), key=b"tes").hexdigest()


def held(found: ReadList) -> dict[str, Held]:
    return {row_id: Held(digest(text), digest(text)) for row_id, text in contents(found).items()}


FIRST = read(HEADER, SITI, person(BUDI, occupation="Astronot"))
ONE, TWO = (a.row_id for a in FIRST.applications)


def again(*rows: tuple[object, ...]) -> ReadList:
    """The same ids with other content, as a marked workbook brings them."""
    found = read(HEADER, *rows)  # type: ignore[arg-type]
    return replace(found, sha256="cd" * 32, file="lagi.xlsx")


def test_the_same_list_twice_changes_nothing() -> None:
    found = compare(held(FIRST), FIRST, digest)
    assert found.already_there == {ONE, TWO}
    assert found.says_nothing_new
    assert found.comes_back


def test_a_mended_row_is_told_apart_from_the_others_whatever_its_field() -> None:
    for change in ({"occupation": "Nelayan"}, {"rt": "004"}, {"kk": "6401042010150009"}):
        found = compare(
            held(FIRST), again(SITI, person(BUDI, **{"occupation": "Astronot", **change})), digest
        )
        assert found.already_there == {ONE}, change
        assert found.changed == {TWO}, change


def test_a_number_that_was_typed_again_as_a_text_is_a_change() -> None:
    numeric = read(HEADER, person(SITI, nik=6401044108900001))
    found = compare(held(numeric), again(SITI), digest)
    assert found.changed == {ONE}


def test_new_and_missing_rows_are_named() -> None:
    found = compare({"0123456789abcdef": Held("x")}, FIRST, digest)
    assert found.new == {ONE, TWO}
    assert found.missing == {"0123456789abcdef"}
    assert not found.comes_back


def test_what_was_changed_on_both_sides_is_a_conflict_and_on_one_side_it_is_none() -> None:
    known = held(FIRST)
    here = {**known, TWO: replace(known[TWO], content=digest("petugas"))}
    assert compare(here, FIRST, digest).already_there == {ONE, TWO}
    both = compare(here, again(SITI, person(BUDI, occupation="Nelayan")), digest)
    assert both.conflicts == {TWO}
    assert not both.changed
    alike = {**known, TWO: replace(known[TWO], content=digest(contents(again(SITI, BUDI))[TWO]))}
    assert compare(alike, again(SITI, BUDI), digest).already_there == {ONE, TWO}


def test_a_row_that_was_never_given_back_is_simply_changed() -> None:
    known = {row_id: Held(one.content) for row_id, one in held(FIRST).items()}
    assert compare(known, again(SITI, person(BUDI, occupation="Nelayan")), digest).changed == {TWO}


def test_a_double_elsewhere_on_the_list_does_not_change_a_row() -> None:
    found = compare(held(read(HEADER, SITI, BUDI)), again(SITI, BUDI, person(SITI, number=3)), digest)
    assert found.already_there == {ONE, TWO}
    assert len(found.new) == 1
