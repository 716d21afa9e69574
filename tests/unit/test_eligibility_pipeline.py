"""What lists, links and registers say of a row comes together as facts: nothing lost, silence never "no"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from payung.core.application import Application
from payung.core.month import Month
from payung.eligibility.facts import Facts, Presence
from payung.eligibility.pipeline import Person, gather, in_date, read_people
from payung.engine.duckdb_engine import open_engine
from payung.engine.engine import Engine
from payung.policy.loader import local
from payung.registry.files import COLUMNS, Snapshot
from payung.registry.rules import Kind
from tests.unit.eligibility_people import AS_OF, FARMER, ON

POLICY = local("paser-2022")
FIRST = replace(FARMER, row_id="a", row=2)
SECOND = replace(FARMER, row_id="b", row=3, nik=None, nik_raw="640104210885")
OTHER = replace(
    FARMER, row_id="c", row=4, nik="6401044809900001", name="ROHANI", birth_on=date(1990, 9, 8), sex="P"
)
PEOPLE = {
    "a": Person("a", survives=True, open_review=False, review_with=""),
    "b": Person("a", survives=False, open_review=False, review_with=""),
    "c": Person("c", survives=True, open_review=False, review_with=""),
}
_LINKS = dict.fromkeys(("id_l", "register", "id_r", "outcome"), "VARCHAR") | {"confirmed": "BOOLEAN"}


@pytest.fixture
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        links(opened)
        yield opened


def links(engine: Engine, *rows: tuple[str, str, str, str, bool]) -> None:
    """The table of links: id_l, register, id_r, outcome, confirmed."""
    engine.load("links", _LINKS, rows)


def snapshot(
    engine: Engine,
    name: str,
    *rows: dict[str, Any],
    kind: Kind = Kind.EXTRACT,
    as_of: date | None = AS_OF,
) -> Snapshot:
    """A register of these rows in the engine."""
    table = f"register_{name}"
    types = {column: "INTEGER" if column == "row" else "VARCHAR" for column in COLUMNS}
    engine.load(table, types, ([row.get(column) for column in COLUMNS] for row in rows))
    return Snapshot(name, kind, table, Path(f"{name}.csv"), "0" * 64, as_of, len(rows))


def answer(engine: Engine, *said: tuple[str, str | None], as_of: date | None = AS_OF) -> Snapshot:
    rows = [{"row_id": row_id, "status": status} for row_id, status in said]
    return snapshot(engine, "dukcapil", *rows, kind=Kind.ANSWER, as_of=as_of)


def gathered(
    engine: Engine,
    *snapshots: Snapshot,
    people: dict[str, Person] = PEOPLE,
    rows: Sequence[Application] = (FIRST, SECOND, OTHER),
    **more: Any,
) -> dict[str, Facts]:
    found = gather(engine, rows, people, snapshots, policy=POLICY, on=ON, **more)
    return {one.application.row_id: one for one in found}


def statuses(facts: Facts, register: str = "dukcapil") -> list[str | None]:
    return [record.status for record in facts.view(register).records]


def test_an_answer_about_the_surviving_row_counts_and_one_about_a_repetition_does_not(engine: Engine) -> None:
    found = gathered(engine, answer(engine, ("a", "SESUAI"), ("b", "TIDAK DITEMUKAN"), ("c", "TIDAK SESUAI")))
    assert statuses(found["a"]) == ["sesuai"]
    assert statuses(found["b"]) == ["sesuai"]
    assert statuses(found["c"]) == ["tidak_sesuai"]


def test_a_person_whose_only_answer_is_about_the_row_that_does_not_survive_is_unknown(engine: Engine) -> None:
    found = gathered(engine, answer(engine, ("a", None), ("b", "SESUAI")))
    assert found["a"].view("dukcapil").presence is Presence.UNKNOWN


@pytest.mark.parametrize(("word", "status"), [("MENINGGAL", "meninggal"), ("PINDAH", "pindah")])
def test_a_death_or_a_move_told_of_any_row_is_that_of_the_person(
    engine: Engine, word: str, status: str
) -> None:
    found = gathered(engine, answer(engine, ("a", "SESUAI"), ("b", word)))
    assert statuses(found["a"]) == ["sesuai", status]
    assert all(record.binding for record in found["a"].view("dukcapil").records)


def test_no_answer_is_unknown_and_never_no(engine: Engine) -> None:
    found = gathered(engine, answer(engine, ("a", "SESUAI"), ("c", "  ")))
    assert found["c"].view("dukcapil").presence is Presence.UNKNOWN
    assert found["c"].view("dukcapil").as_of == AS_OF
    assert found["c"].view("bpjs").presence is Presence.UNKNOWN


def test_an_answer_about_rows_of_other_lists_says_nothing_here(engine: Engine) -> None:
    found = gathered(engine, answer(engine, ("zz", "MENINGGAL")))
    assert all(one.view("dukcapil").presence is Presence.UNKNOWN for one in found.values())


def test_absent_from_an_extract_in_date_means_no(engine: Engine) -> None:
    found = gathered(engine, snapshot(engine, "asn", {"row_id": "x"}))
    assert {one.view("asn").presence for one in found.values()} == {Presence.ABSENT}


def test_absent_from_an_extract_that_is_too_old_or_undated_means_nothing(engine: Engine) -> None:
    limit = POLICY.registers["asn"].max_age_days
    for as_of, expected in (
        (ON - timedelta(days=limit), Presence.ABSENT),
        (ON - timedelta(days=limit + 1), Presence.UNKNOWN),
        (None, Presence.UNKNOWN),
    ):
        register = snapshot(engine, "asn", {"row_id": "x"}, as_of=as_of)
        assert in_date(register, POLICY, ON) is (expected is Presence.ABSENT)
        assert gathered(engine, register)["a"].view("asn").presence is expected


def test_answers_that_are_too_old_are_not_read(engine: Engine) -> None:
    old = answer(engine, ("a", "SESUAI"), as_of=date(2021, 1, 1))
    assert gathered(engine, old)["a"].view("dukcapil").presence is Presence.UNKNOWN


def test_whoever_an_old_extract_holds_is_still_found_in_it(engine: Engine) -> None:
    links(engine, ("a", "asn", "x", "exact", True))
    old = snapshot(engine, "asn", {"row_id": "x", "status": "AKTIF"}, as_of=date(2021, 1, 1))
    assert gathered(engine, old)["a"].view("asn").presence is Presence.FOUND


def test_a_register_that_the_policy_does_not_name_never_says_no(engine: Engine) -> None:
    policy = replace(
        POLICY, registers={name: need for name, need in POLICY.registers.items() if name != "asn"}
    )
    assert not in_date(snapshot(engine, "asn", {"row_id": "x"}), policy, ON)


def test_a_link_of_any_row_counts_for_the_person_with_all_that_the_register_says(engine: Engine) -> None:
    links(engine, ("b", "bpjs", "x", "exact", True))
    register = snapshot(
        engine,
        "bpjs",
        {
            "row_id": "x", "status": "AKTIF", "segment": "PU", "payer": "PT X", "valid_from": "01-02-2020",
            "valid_until": "2022-12-31", "detail": "catatan",
        },
    )  # fmt: skip
    found = gathered(engine, register)
    for row_id in ("a", "b"):
        [record] = found[row_id].view("bpjs").records
        assert (record.status, record.segment, record.payer) == ("aktif", "PU", "PT X")
        assert (record.valid_from, record.valid_until) == (date(2020, 2, 1), date(2022, 12, 31))
        assert (record.id, record.detail) == ("x", "catatan")
        assert record.binding
    assert found["c"].view("bpjs").presence is Presence.ABSENT


def test_a_link_that_no_person_has_confirmed_is_found_but_does_not_bind(engine: Engine) -> None:
    links(engine, ("a", "bpjs", "x", "review", False), ("c", "bpjs", "y", "certain", False))
    found = gathered(engine, snapshot(engine, "bpjs", {"row_id": "x"}, {"row_id": "y"}))
    for row_id in ("a", "c"):
        assert found[row_id].view("bpjs").presence is Presence.FOUND
        assert not found[row_id].view("bpjs").records[0].binding


def test_where_two_rows_reach_one_record_the_link_that_binds_counts_once(engine: Engine) -> None:
    for pair in (
        (("a", "review", False), ("b", "exact", True)),
        (("a", "exact", True), ("b", "certain", False)),
    ):
        links(engine, *((row_id, "bpjs", "x", outcome, confirmed) for row_id, outcome, confirmed in pair))
        [record] = gathered(engine, snapshot(engine, "bpjs", {"row_id": "x"}))["a"].view("bpjs").records
        assert record.binding


def test_what_must_be_mended_first_what_waits_and_what_contradicts_is_carried_on(engine: Engine) -> None:
    people = PEOPLE | {"c": Person("c", True, True, "baris lain", contradiction="dua NIK sah")}
    found = gathered(engine, people=people, waived=frozenset({"asn"}), faults={"c": ("NIK",)})
    assert found["a"].duplicate_of is None
    assert found["b"].duplicate_of == "a"
    assert found["c"].open_reviews == ("baris lain",)
    assert found["c"].contradiction == "dua NIK sah"
    assert found["c"].faults == ("NIK",)
    assert found["a"].faults == found["a"].open_reviews == ()
    assert all(one.waived == {"asn"} for one in found.values())
    assert found["a"].nik_valid
    assert not found["b"].nik_valid


def test_months_paid_under_any_number_of_the_person_are_paid(engine: Engine) -> None:
    old = replace(SECOND, nik="6401042108850009")
    paid = {old.nik or "": frozenset({Month(2022, 10)}), FIRST.nik or "": frozenset({Month(2022, 11)})}
    found = gathered(engine, rows=(FIRST, old, OTHER), paid=paid)
    assert found["a"].paid == {Month(2022, 10), Month(2022, 11)}
    assert found["c"].paid == frozenset()


def test_facts_stand_in_the_order_of_the_rows(engine: Engine) -> None:
    assert list(gathered(engine, rows=(OTHER, SECOND, FIRST))) == ["c", "b", "a"]


def test_people_are_read_as_screening_left_them(engine: Engine) -> None:
    columns = {"row_id": "VARCHAR", "person_id": "VARCHAR", "survives": "BOOLEAN", "open_review": "BOOLEAN"}
    columns |= {"review_with": "VARCHAR", "contradiction": "VARCHAR", "related_to_collector": "BOOLEAN"}
    rows = [("a", "a", True, True, "x", None, True), ("b", "a", False, False, None, "usia", False)]
    engine.load("persons", columns, rows)
    people = read_people(engine)
    assert people["a"] == Person("a", True, True, "x", None, True)
    assert people["b"] == Person("a", False, False, "", "usia", False)
