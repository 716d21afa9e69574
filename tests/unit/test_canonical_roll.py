"""The canonical roll is the same bytes wherever and however it is made."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date

import pytest

from payung.allocation.roll import (
    RollEntry,
    RollRow,
    Totals,
    by_desa,
    canonical_roll,
    months_paid,
    roll_hash,
)
from payung.core.application import Application
from payung.core.month import Month
from payung.eligibility.screened import ScreenedRow, canonical_screened, screened_hash

SITI = RollRow(
    "64.01", "6401014108900001", "Siti  Aminah", date(1990, 8, 1), "P", "64.01.01.2001", "003", "marbot",
    "BPU", "apbd", Month(2022, 10), Month(2022, 12), 16_800, 50_400,
)  # fmt: skip
BUDI = replace(SITI, nik="6401010101800002", name_raw="BUDI", rt="001", sex="L", birth_on=date(1980, 1, 1))


def test_the_roll_is_written_as_the_contract_says() -> None:
    expected = (
        "regency\tnik\tname_raw\tbirth_on\tsex\tdesa_code\trt\tgroup\tsegment\tsource\tmonth_from\tmonth_to"
        "\tprice_idr\tamount_idr\n"
        "64.01\t6401010101800002\tBUDI\t1980-01-01\tL\t64.01.01.2001\t001\tmarbot\tBPU\tapbd\t2022-10\t2022-12"
        "\t16800\t50400\n"
        "64.01\t6401014108900001\tSiti Aminah\t1990-08-01\tP\t64.01.01.2001\t003\tmarbot\tBPU\tapbd\t2022-10"
        "\t2022-12\t16800\t50400\n"
    )
    assert canonical_roll([SITI, BUDI]).decode() == expected
    assert roll_hash([BUDI, SITI]) == hashlib.sha256(expected.encode()).hexdigest()


def test_the_same_name_in_another_unicode_form_gives_the_same_hash() -> None:
    composed, decomposed = replace(SITI, name_raw="Renée"), replace(SITI, name_raw="Rene\u0301e")
    assert roll_hash([composed]) == roll_hash([decomposed])


@pytest.mark.parametrize(
    "change",
    [
        {"nik": "6401014108900002"},
        {"amount_idr": 50_401},
        {"rt": "004"},
        {"source": "csr"},
        {"month_to": Month(2023, 1)},
    ],
)
def test_any_changed_field_changes_the_hash(change: dict[str, object]) -> None:
    assert roll_hash([replace(SITI, **change)]) != roll_hash([SITI])  # type: ignore[arg-type]


def test_a_line_break_in_a_name_never_makes_another_row() -> None:
    assert canonical_roll([replace(SITI, name_raw="SITI\n\tAMINAH")]).count(b"\n") == 2


def test_the_screened_list_does_not_depend_on_the_order_of_reasons() -> None:
    one = ScreenedRow(
        "", "SITI", None, "P", "64.01.01.2001", "", "refuse", ("usia_di_luar_batas", "asn_aktif")
    )
    other = replace(one, reasons=("asn_aktif", "usia_di_luar_batas"))
    assert screened_hash([one]) == screened_hash([other])
    assert canonical_screened([one]).decode().splitlines()[1] == (
        "\tSITI\t\tP\t64.01.01.2001\t\trefuse\tasn_aktif,usia_di_luar_batas"
    )


def entry(row: RollRow) -> RollEntry:
    months = tuple(Month(2022, month) for month in (10, 11, 12))
    return RollEntry(row, Application("r1", "a.xlsx", "Sheet1", 2), 30_000, 20_400, months)


def test_the_roll_is_grouped_by_desa_in_canonical_order() -> None:
    elsewhere = replace(SITI, desa_code="64.01.01.2002")
    grouped = by_desa([entry(elsewhere), entry(SITI), entry(BUDI)])
    assert list(grouped) == ["64.01.01.2001", "64.01.01.2002"]
    assert [e.row.name_raw for e in grouped["64.01.01.2001"]] == ["BUDI", "Siti  Aminah"]
    assert Totals.of(grouped["64.01.01.2001"]) == Totals(2, 60_000, 40_800)


def test_an_entry_whose_parts_do_not_make_the_sum_is_refused() -> None:
    with pytest.raises(ValueError, match="JKK"):
        replace(entry(SITI), jkm_idr=20_401)


def test_the_months_that_several_rolls_paid_are_known_by_nik() -> None:
    later = replace(
        entry(SITI),
        row=replace(SITI, month_from=Month(2023, 1), month_to=Month(2023, 3)),
        months=tuple(Month(2023, month) for month in (1, 2, 3)),
    )
    paid = months_paid([entry(SITI), later, entry(BUDI)])
    assert len(paid[SITI.nik]) == 6
    assert paid[BUDI.nik] == {Month(2022, 10), Month(2022, 11), Month(2022, 12)}
