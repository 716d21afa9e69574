"""Who is the same person: twins, fathers and sons, placeholders, decisions, and which row survives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from payung.core.identity import fingerprint
from payung.engine.duckdb_engine import DuckDBEngine, open_engine
from payung.screening.linkage.people import spread
from payung.screening.pipeline import STAGES, Screening, Stages, run_stages, screen, screen_files
from payung.screening.rules import LINK_COLUMNS, LinkOutcome, PairDecision, Verdict

Rows = list[Mapping[str, str | None]]
AMAT: Mapping[str, str | None] = {
    "nik": "6401040108800003", "kk": "6401041506100011", "name": "AHMAD SYAHRANI", "birth_on": "1980-08-01",
    "sex": "L", "desa": "64.01.04.2001", "phone": "081234567801",
}  # fmt: skip
SITI: Mapping[str, str | None] = {
    "nik": "6401044503850007", "kk": "6401041506100011", "name": "SITI RAHMAWATI", "birth_on": "1985-03-05",
    "sex": "P", "desa": "64.01.04.2001", "phone": None,
}  # fmt: skip


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckDBEngine]:
    with open_engine(workspace=tmp_path, threads=2, memory="1GB") as engine:
        yield engine


def load(engine: DuckDBEngine, table: str, rows: Rows) -> None:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    engine.load(
        table, dict.fromkeys(columns, "VARCHAR"), [[row.get(column) for column in columns] for row in rows]
    )


def screened(
    engine: DuckDBEngine, rows: Rows, registers: Mapping[str, Rows] | None = None, **options: Any
) -> Screening:
    load(engine, "lists", rows)
    for name, register in (registers or {}).items():
        load(engine, name, register)
    return screen(engine, "lists", {name: name for name in registers or {}}, **options)


def links(engine: DuckDBEngine) -> dict[tuple[str, str, str], str]:
    rows = engine.rows("SELECT id_l, register, id_r, outcome FROM links")
    return {(id_l, register, id_r): outcome for id_l, register, id_r, outcome in rows}


def people(engine: DuckDBEngine) -> dict[str, dict[str, Any]]:
    names = ("person_id", "survives", "open_review", "review_with", "contradiction", "related_to_collector")
    rows = engine.rows(f"SELECT row_id, {', '.join(names)} FROM persons")
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}


def marked(row: Mapping[str, str | None]) -> str:
    from payung.core.dates import parse_date

    return fingerprint(row["nik"], row["name"], parse_date(row["birth_on"]).value, row["sex"], row["desa"])


def test_the_same_valid_nik_with_nothing_against_it_is_exact_and_needs_nobody(engine: DuckDBEngine) -> None:
    again = {**AMAT, "name": "H. Akhmad Sahrani", "birth_on": "1 Agustus 1980"}
    screened(engine, [{"row_id": "a", **AMAT}], {"bpjs": [{"row_id": "x", **again}, {"row_id": "y", **SITI}]})
    assert links(engine) == {("a", "bpjs", "x"): "exact"}
    assert engine.rows("SELECT confirmed FROM links") == [(True,)]


def test_the_same_nik_on_two_different_people_never_acts_by_itself(engine: DuckDBEngine) -> None:
    wrong = {**SITI, "nik": AMAT["nik"]}
    screened(engine, [{"row_id": "a", **AMAT}, {"row_id": "b", **wrong}])
    assert LinkOutcome.EXACT not in links(engine).values()


def test_twins_are_two_people(engine: DuckDBEngine) -> None:
    first = {**SITI, "name": "NURUL AISYAH", "nik": "6401044503050007"}
    second = {**first, "name": "NURUL FATIMAH", "nik": "6401044503050008"}
    screened(engine, [{"row_id": "a", **first}, {"row_id": "b", **second}])
    assert not {"exact", "certain"} & set(links(engine).values())
    assert all(person["survives"] for person in people(engine).values())


def test_a_son_named_after_his_father_is_another_person(engine: DuckDBEngine) -> None:
    son = {
        **AMAT,
        "name": "AHMAD SYAHRANA",
        "nik": "6401041203050001",
        "birth_on": "2005-03-12",
        "phone": None,
    }
    screened(engine, [{"row_id": "a", **AMAT}, {"row_id": "b", **son}])
    assert links(engine) == {}


def test_a_mistyped_nik_with_all_else_equal_is_certain_but_waits_for_a_person(engine: DuckDBEngine) -> None:
    swapped = {**AMAT, "nik": "6401040180800003"}
    result = screened(engine, [{"row_id": "a", **AMAT}, {"row_id": "b", **swapped}])
    assert links(engine) == {("a", "", "b"): "certain"}
    assert result.outcomes[LinkOutcome.CERTAIN] == result.within[LinkOutcome.CERTAIN] == 1
    found = people(engine)
    assert (found["a"]["open_review"], found["b"]["open_review"]) == (True, True)
    assert found["b"]["person_id"] == "a"
    assert (found["a"]["survives"], found["b"]["survives"]) == (True, False)
    assert found["a"]["contradiction"] is None
    assert (found["a"]["review_with"], found["b"]["review_with"]) == ("b", "a")


def test_decisions_confirm_remove_or_leave_open_whichever_row_comes_first(engine: DuckDBEngine) -> None:
    swapped = {**AMAT, "nik": "6401040180800003"}
    rows: Rows = [{"row_id": "a", **AMAT}, {"row_id": "b", **swapped}]
    for verdict, expected, open_review in (
        (Verdict.SAME, [(True,)], False),
        (Verdict.DIFFERENT, [], False),
        (Verdict.ASK_RT, [(False,)], True),
    ):
        for ends in ((marked(AMAT), marked(swapped)), (marked(swapped), marked(AMAT))):
            screened(engine, rows, decisions=[PairDecision(*ends, verdict)])
            assert engine.rows("SELECT confirmed FROM links") == expected
            assert people(engine)["a"]["open_review"] == open_review
            assert people(engine)["b"]["survives"] == (verdict is Verdict.DIFFERENT)


def test_a_decision_lapses_when_an_identifying_field_changes(engine: DuckDBEngine) -> None:
    swapped = {**AMAT, "nik": "6401040180800003"}
    said = [PairDecision(marked(AMAT), marked(swapped), Verdict.SAME)]
    screened(
        engine,
        [{"row_id": "a", **AMAT}, {"row_id": "b", **swapped, "birth_on": "1980-08-02"}],
        decisions=said,
    )
    assert engine.rows("SELECT confirmed FROM links") == [(False,)]


def test_a_given_fingerprint_is_used_for_decisions(engine: DuckDBEngine) -> None:
    swapped = {**AMAT, "nik": "6401040180800003"}
    rows: Rows = [
        {"row_id": "a", "fingerprint": "one", **AMAT},
        {"row_id": "b", "fingerprint": "two", **swapped},
    ]
    screened(engine, rows, decisions=[PairDecision("two", "one", Verdict.SAME)])
    assert engine.rows("SELECT confirmed FROM links") == [(True,)]


def test_the_surviving_row_has_a_valid_nik_then_more_fields_then_is_newer(engine: DuckDBEngine) -> None:
    rows: Rows = [
        {"row_id": "a", **AMAT, "phone": None, "collected_on": "2022-09-09"},
        {"row_id": "b", **AMAT, "collected_on": "2022-09-01"},
        {"row_id": "c", **AMAT, "collected_on": "5 September 2022"},
    ]
    screened(engine, rows)
    found = people(engine)
    assert {person["person_id"] for person in found.values()} == {"c"}
    assert [row for row, person in found.items() if person["survives"]] == ["c"]
    assert not any(person["open_review"] or person["contradiction"] for person in found.values())


def test_two_valid_niks_in_one_person_are_a_contradiction(engine: DuckDBEngine) -> None:
    other = {**AMAT, "nik": "6401040108800013"}
    screened(engine, [{"row_id": "a", **AMAT}, {"row_id": "b", **other}])
    assert links(engine)["a", "", "b"] == "certain"
    assert "dua NIK" in people(engine)["a"]["contradiction"]


def test_people_of_the_collectors_family_card_are_marked(engine: DuckDBEngine) -> None:
    rows: Rows = [
        {"row_id": "a", **AMAT, "collector_kk": " 6401041506100011 "},
        {"row_id": "b", **SITI, "kk": None, "collector_kk": "6401041506100011"},
        {"row_id": "c", **SITI, "collector_kk": None},
    ]
    screened(engine, rows)
    assert {row: person["related_to_collector"] for row, person in people(engine).items()} == {
        "a": True, "b": False, "c": False,
    }  # fmt: skip


def test_a_placeholder_that_thousands_share_makes_no_pairs(engine: DuckDBEngine) -> None:
    rows: Rows = [
        {"row_id": f"r{at:04d}", "nik": "1111111111111111", "kk": "0000000000000000", "phone": "0800000000",
         "name": f"{'ABCDEFGHIJKLMNOPRSTUWXYZ'[at % 24]}{'AIUEO'[at % 5]}R{'AIUEO'[at // 7 % 5]}N {at}",
         "birth_on": "1980-01-01", "sex": "L", "desa": "64.01.04.2001"}
        for at in range(3000)
    ]  # fmt: skip
    load(engine, "lists", rows)
    run_stages(engine, "lists", {}, (), Stages(STAGES, None))
    assert engine.rows("SELECT count(*) < 3000 * 30 FROM lk_pairs") == [(True,)]


def test_links_and_persons_stay_in_the_engine_and_little_else(engine: DuckDBEngine) -> None:
    screened(engine, [{"row_id": "a", **AMAT}])
    tables = engine.rows("SELECT table_name FROM information_schema.tables ORDER BY table_name")
    assert tables == [("links",), ("lists",), ("lk_found",), ("lk_rows",), ("persons",)]


def test_a_long_chain_of_links_is_one_component(engine: DuckDBEngine) -> None:
    length = 500
    order = [(at * 7919) % length for at in range(length)]  # numbers in no order along the chain
    edges = list(pairwise(order))
    engine.load("lk_edges", {"one": "BIGINT", "other": "BIGINT"}, [*edges, *((b, a) for a, b in edges)])
    engine.load("lk_component", {"n": "BIGINT", "c": "BIGINT"}, [(at, at) for at in range(length + 1)])
    spread(engine)
    assert engine.rows("SELECT c, count(*) FROM lk_component GROUP BY c ORDER BY c") == [
        (0, length),
        (length, 1),
    ]


def test_columns_that_a_table_lacks_count_as_empty(engine: DuckDBEngine) -> None:
    screened(
        engine, [{"row_id": "a", "nik": "6401040108800003"}], {"asn": [{"row_id": "x", "name": "AHMAD"}]}
    )
    assert links(engine) == {}
    assert list(people(engine)) == ["a"]


def test_empty_tables_give_empty_results(engine: DuckDBEngine) -> None:
    engine.load("lists", {"row_id": "VARCHAR", "nik": "VARCHAR"}, [])
    result = screen(engine, "lists", {})
    assert (result.candidates, result.persons, sum(result.outcomes.values())) == (0, 0, 0)


def test_files_with_any_known_headers_are_screened_and_ids_minted_where_missing(tmp_path: Path) -> None:
    lists, register, out = tmp_path / "daftar.csv", tmp_path / "bpjs.csv", tmp_path / "out"
    lists.write_text(
        "No. NIK;Nama Lengkap;Tgl. Lahir;L/P;No HP\n"
        "6401040108800003;AHMAD SYAHRANI;01-08-1980;L;081234567801\n"
        "64010401088;SITI;;P;\n",
        encoding="utf-8",
    )  # fmt: skip
    register.write_text(
        "row_id,NIK,NAMA,TANGGAL LAHIR\nx,6401040108800003,AHMAD SYAHRANI,1980-08-01\n", encoding="utf-8"
    )
    first = screen_files(lists, {"bpjs": register}, out)
    assert first.outcomes[LinkOutcome.EXACT] == 1
    assert {"read", "standardise", "pair", "compare", "score", "link", "unite", "write"} == set(first.stages)
    with open_engine(workspace=tmp_path) as engine:
        engine.read("l", out / "links.parquet")
        engine.read("f", out / "findings.parquet")
        assert tuple(engine.header(out / "links.parquet")) == LINK_COLUMNS
        ids = engine.rows("SELECT id_l, register, id_r FROM l")
        assert engine.rows('SELECT "row", "column", code FROM f') == [(3, "nik", "nik_short")]
    again = screen_files(lists, {"bpjs": register}, out)
    assert again.outcomes == first.outcomes
    assert len(ids[0][0]) == 16
    assert (tmp_path / "out.1" / "links.parquet").read_bytes() == (out / "links.parquet").read_bytes()
    assert not (tmp_path / "out.part").exists()
