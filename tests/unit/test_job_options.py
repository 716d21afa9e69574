"""What a user may ask of the main job, and how a question that cannot be meant is refused before anything is read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from payung.core.errors import Exit, PayungError
from payung.core.month import Month, MonthSpan
from payung.job.options import (
    Options,
    check,
    check_names,
    parse_ceilings,
    parse_named_files,
    parse_paper,
    parse_without,
)
from payung.policy import loader
from payung.registry.rules import RegisterInput

POLICY, LAW = loader.local("paser-2022"), loader.law()
LATER = loader.local("paser-2026")
MONTHS = MonthSpan(Month(2022, 10), Month(2022, 12))
OPTIONS = Options(
    lists=Path("daftar"),
    registers=(),
    policy=POLICY,
    law=LAW,
    ceilings={"apbd-kabupaten": 1_626_307_200},
    months=MONTHS,
    on=MONTHS.first.first_day,
    out=Path("hasil"),
    seed="benih",
)


@pytest.mark.parametrize(
    ("text", "rupiah"),
    [
        ("1626307200", 1_626_307_200),
        ("1.626.307.200", 1_626_307_200),
        ("Rp1.626.307.200", 1_626_307_200),
        (" Rp 50.400 ", 50_400),
        ("apbd-kabupaten=50400", 50_400),
    ],
)
def test_a_ceiling_is_read_as_people_write_rupiah(text: str, rupiah: int) -> None:
    assert parse_ceilings([text], POLICY) == {"apbd-kabupaten": rupiah}


@pytest.mark.parametrize(
    "text", ["1626307200.00", "1.5", "1,626", "1e9", "-1", "", "Rp", "1.6263", "１２３", "12.34.567", "1_000"]
)
def test_what_might_mean_another_amount_is_refused(text: str) -> None:
    with pytest.raises(PayungError, match="bukan jumlah rupiah") as caught:
        parse_ceilings([text], POLICY)
    assert caught.value.exit_code is Exit.USAGE
    assert "--ceiling" in caught.value.todo


def test_several_sources_have_ceilings_of_their_own_and_stand_in_the_policys_order() -> None:
    names = [source.id for source in LATER.sources[:2]]
    ceilings = parse_ceilings([f"{names[1]}=2000000", f"{names[0]}=1000000"], LATER)
    assert ceilings == {names[1]: 2_000_000, names[0]: 1_000_000}
    asked = replace(OPTIONS, policy=LATER, ceilings=ceilings)
    assert [source.id for source in asked.sources] == names


def test_no_ceiling_two_ceilings_and_an_unknown_source_are_refused() -> None:
    for texts, code in (
        ([], Exit.USAGE),
        (["1", "apbd-kabupaten=1"], Exit.USAGE),
        (["apbn=1"], Exit.POLICY),
    ):
        with pytest.raises(PayungError) as caught:
            parse_ceilings(texts, POLICY)
        assert caught.value.exit_code is code, texts
        assert caught.value.todo


def test_registers_to_do_without_are_known_ones() -> None:
    assert parse_without(["asn", "bpjs", "asn"]) == {"asn", "bpjs"}
    with pytest.raises(PayungError, match="tidak dikenal"):
        parse_without(["kua"])


def test_files_by_name_stand_once_each() -> None:
    assert parse_named_files(["bpjs = a=b.yaml"], "--x") == {"bpjs": Path("a=b.yaml")}
    for texts in (["bpjs"], ["=a"], ["bpjs="], ["a=1", "a=2"]):
        with pytest.raises(PayungError) as caught:
            parse_named_files(texts, "--x")
        assert caught.value.exit_code is Exit.USAGE
        assert caught.value.todo


def test_paper_is_a4_or_f4() -> None:
    assert (parse_paper("A4"), parse_paper("f4")) == ("a4", "f4")
    with pytest.raises(PayungError, match="tidak dikenal"):
        parse_paper("letter")


def test_the_least_ceiling_is_the_cheapest_month_of_one_person() -> None:
    check(replace(OPTIONS, ceilings={"apbd-kabupaten": 16_800}))
    with pytest.raises(PayungError, match=r"Rp16\.800") as caught:
        check(replace(OPTIONS, ceilings={"apbd-kabupaten": 16_799}))
    assert caught.value.exit_code is Exit.MONEY


@pytest.mark.parametrize("months", ["2021-12..2022-01", "2025-12..2026-01", "2030-01..2030-01"])
def test_every_month_must_be_covered_by_the_policy(months: str) -> None:
    with pytest.raises(PayungError, match="tidak mencakup") as caught:
        check(replace(OPTIONS, months=MonthSpan.parse(months)))
    assert caught.value.exit_code is Exit.POLICY


def test_a_register_stands_once(tmp_path: Path) -> None:
    one = RegisterInput("bpjs", tmp_path / "a.csv")
    with pytest.raises(PayungError, match="dua kali"):
        check(replace(OPTIONS, registers=(one, one)))


@pytest.mark.parametrize("name", ["decisions", "paid", "denominators"])
def test_files_that_are_not_there_are_missed_before_anything_is_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / "lupa.csv"
    changed = replace(
        OPTIONS,
        decisions=(path,) if name == "decisions" else (),
        paid=(path,) if name == "paid" else (),
        denominators=path if name == "denominators" else None,
    )
    with pytest.raises(PayungError, match=r"lupa\.csv tidak ada"):
        check(changed)


def test_a_name_that_no_list_bears_is_refused_with_what_may_be_meant() -> None:
    files = ["640104 TANAH GROGOT/Janju.xlsx", "Tapis.csv"]
    check_names(replace(OPTIONS, accept=frozenset({"Janju.xlsx", "640104 TANAH GROGOT/Janju.xlsx"})), files)
    check_names(replace(OPTIONS, list_mappings={"Tapis.csv": Path("a.yaml")}), files)
    for changed, said in (
        (replace(OPTIONS, accept=frozenset({"Jonju.xlsx"})), "'Jonju.xlsx' pada --accept"),
        (replace(OPTIONS, list_mappings={"Janju.xlsx": Path("a.yaml")}), "'Janju.xlsx' pada --list-mapping"),
    ):
        with pytest.raises(PayungError) as caught:
            check_names(changed, files)
        assert said in caught.value.message
        assert caught.value.exit_code is Exit.USAGE
        assert caught.value.todo
    assert "640104 TANAH GROGOT/Janju.xlsx" in caught.value.todo


def test_a_mapping_of_a_register_that_is_not_given_is_refused(tmp_path: Path) -> None:
    given = replace(
        OPTIONS, registers=(RegisterInput("bpjs", tmp_path / "a.csv"),), register_mappings={"asn": tmp_path}
    )
    with pytest.raises(PayungError, match="'asn' pada --register-mapping") as caught:
        check(given)
    assert caught.value.exit_code is Exit.USAGE
    assert "bpjs" in caught.value.todo
