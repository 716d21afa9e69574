"""The current view of a person: newest wins field by field, and the order of asking changes nothing."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest

from payung.core.application import Application
from payung.registry.current import Observed, changes, view
from payung.registry.facts import application_of, content, facts_of

ON = date(2022, 9, 1)
NIK, OTHER_NIK = "6401045708900003", "6401045708900004"


def seen(serial: int, days: int, **facts: Any) -> Observed:
    return Observed(serial, ON + timedelta(days=days), "64.01", "64.01.04.2002", facts)


def test_a_newer_source_wins_and_its_silence_does_not() -> None:
    now = view([seen(1, 0, name="Siti", group="petani"), seen(2, 5, name="Siti Aminah")])
    assert (now.name, now.group) == ("Siti Aminah", "petani")


def test_of_one_day_the_later_saved_wins() -> None:
    assert view([seen(2, 0, name="B"), seen(1, 0, name="A")]).name == "B"


def test_a_number_that_cannot_be_one_gives_way_to_one_that_can() -> None:
    assert view([seen(1, 0, nik=NIK), seen(2, 5, nik="6401")]).nik == NIK
    assert view([seen(1, 0, nik=NIK), seen(2, 5, nik=OTHER_NIK)]).nik == OTHER_NIK
    assert view([seen(1, 0, nik="640"), seen(2, 5, nik="6401")]).nik == "6401"


def test_a_new_home_is_taken_whole() -> None:
    old = seen(1, 0, desa_code="64.01.04.2002", rt="005", address="Jl. Poros")
    now = view([old, seen(2, 5, desa_code="64.01.04.2001")])
    assert (now.place, now.rt, now.address) == ("64.01.04.2001", None, None)
    assert view([old, seen(2, 5, name="A")]).place == "64.01.04.2002/005"


def test_somebody_without_a_desa_belongs_where_the_source_says() -> None:
    assert view([seen(1, 0, name="A")]).place == "64.01.04.2002"


def test_the_order_of_asking_changes_nothing() -> None:
    three = [
        seen(1, 0, name="A", nik=NIK, birth_on="1990-08-17"),
        seen(2, 3, name="B", phone="0812"),
        seen(3, 3, nik="1", desa_code="64.01.04.2001"),
    ]
    assert len({view(one) for one in permutations(three)}) == 1


def test_nobody_is_made_of_nothing() -> None:
    with pytest.raises(ValueError, match="nobody"):
        view([])


def test_changes_tell_what_each_later_observation_did() -> None:
    told = list(
        changes([seen(1, 0, name="A", group="petani"), seen(2, 1, name="B"), seen(3, 0, group="nelayan")])
    )
    assert [(one.serial, one.field, one.old, one.new) for one in told] == [
        (2, "name", "A", "B"),
        (3, "group", "petani", "nelayan"),
    ]


def test_facts_give_back_the_application_and_leave_out_what_is_unknown() -> None:
    given = Application("r1", "f.xlsx", "S", 3, name="D'Souza", birth_on=ON, pupil=False, income_idr=0)
    facts = facts_of(given)
    assert "nik" not in facts
    assert (facts["birth_on"], facts["pupil"], facts["income_idr"]) == ("2022-09-01", False, 0)
    assert application_of(facts) == given


def test_where_a_row_stands_is_no_part_of_what_it_says() -> None:
    one = facts_of(Application("r1", "f.xlsx", "S", 3, name="A"))
    other = facts_of(Application("r2", "g.xlsx", "T", 9, name="A"))
    assert content(one) == content(other) != content(facts_of(Application("r1", "f.xlsx", "S", 3, name="B")))
