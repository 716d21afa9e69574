"""What the law says a month costs, against budgets that regencies published."""

from __future__ import annotations

from fractions import Fraction

import pytest

from payung.core.errors import Exit, PayungError
from payung.core.month import Month, MonthSpan
from payung.core.rupiah import percent
from payung.policy.law import Price
from payung.policy.loader import law

BASE = 1_000_000


def price(month: str, payer: str = "apbd", sector: str = "non_transport") -> Price:
    return law().price(Month.parse(month), payer=payer, segment="BPU", sector=sector, base_idr=BASE)


@pytest.mark.parametrize(
    ("people", "span", "budget"),
    [
        pytest.param(32_268, "2022-10..2022-12", 1_626_307_200, id="Paser 2022"),
        pytest.param(32_268, "2023-01..2023-12", 6_505_228_800, id="Paser 2023"),
        pytest.param(46_510, "2024-01..2024-12", 9_376_416_000, id="Paser 2024"),
        pytest.param(36_777, "2025-01..2025-12", 7_414_243_200, id="Bontang 2025"),
        pytest.param(15_000, "2025-01..2025-12", 3_024_000_000, id="Penajam Paser Utara 2025"),
        pytest.param(5_000, "2025-01..2025-12", 1_008_000_000, id="Penajam Paser Utara 2025, tambahan"),
        pytest.param(2_829, "2025-01..2025-12", 570_326_400, id="Manggarai Barat 2025"),
    ],
)
def test_published_budgets_are_met_to_the_rupiah(people: int, span: str, budget: int) -> None:
    assert sum(people * price(str(month)).total_idr for month in MonthSpan.parse(span)) == budget


def test_a_month_of_paser_2022_splits_into_two_accounts() -> None:
    month = price("2022-10")
    assert (month.jkk_idr, month.jkm_idr) == (10_000, 6_800)
    assert 32_268 * month.total_idr == 542_102_400


def test_a_month_of_bontang_2025_is_about_six_hundred_million() -> None:
    assert 36_777 * price("2025-06").total_idr == 617_853_600


def test_the_published_coverage_of_paser_is_rounded_as_published() -> None:
    assert percent(81_436, 90_052) == "90,43%"


@pytest.mark.parametrize(
    ("month", "payer", "sector", "jkk_idr", "jkm_idr"),
    [
        ("2025-12", "perusahaan", "transport", 10_000, 6_800),
        ("2026-01", "perusahaan", "transport", 5_000, 3_400),
        ("2027-03", "mandiri", "transport", 5_000, 3_400),
        ("2027-04", "mandiri", "transport", 10_000, 6_800),
        ("2026-03", "perusahaan", "non_transport", 10_000, 6_800),
        ("2026-04", "perusahaan", "non_transport", 5_000, 3_400),
        ("2026-12", "mandiri", "non_transport", 5_000, 3_400),
        ("2027-01", "mandiri", "non_transport", 10_000, 6_800),
    ],
)
def test_the_reduction_of_2026_halves_both_programmes_in_its_own_months(
    month: str, payer: str, sector: str, jkk_idr: int, jkm_idr: int
) -> None:
    known = price(month, payer, sector)
    assert (known.jkk_idr, known.jkm_idr) == (jkk_idr, jkm_idr)


@pytest.mark.parametrize("payer", ["apbd", "apbn", "apbdes"])
@pytest.mark.parametrize("sector", ["transport", "non_transport"])
@pytest.mark.parametrize("month", ["2026-01", "2026-05", "2026-12", "2027-02"])
def test_the_reduction_of_2026_never_reaches_public_money(month: str, payer: str, sector: str) -> None:
    assert price(month, payer, sector).total_idr == 16_800


def test_the_price_names_the_rule_that_excludes_public_money() -> None:
    (exclusion,) = (b for b in price("2026-05").basis if b.id == "keringanan/pp-50-2025")
    assert "APBD" in exclusion.note
    assert exclusion.certainty == "A*"


def test_every_price_names_law_certainty_and_source() -> None:
    for basis in price("2026-05", "perusahaan").basis:
        assert basis.law
        assert basis.certainty in ("A", "A*", "B", "C")
        assert basis.source
        assert basis.law in str(basis)


def test_the_relief_of_2020_left_one_per_cent() -> None:
    assert (price("2020-09").jkk_idr, price("2020-09").jkm_idr) == (100, 68)
    assert price("2020-07").total_idr == price("2021-02").total_idr == 16_800


def test_each_programme_is_rounded_half_up_by_itself() -> None:
    # 0,24 per cent of 3.456.875 is 8.296,5 and 0,30 per cent is 10.370,625.
    wage = law().price(
        Month(2025, 3),
        payer="apbd",
        segment="PU",
        sector="non_transport",
        base_idr=3_456_875,
        risk_class="sangat_rendah",
    )
    assert (wage.jkk_idr, wage.jkm_idr) == (8_297, 10_371)


def test_every_risk_class_has_its_own_rate() -> None:
    classes = ("sangat_rendah", "rendah", "sedang", "tinggi", "sangat_tinggi")
    rates = [law().number("iuran/pu-jkk", Month(2025, 3).first_day, risk_class=c).value for c in classes]
    assert rates == [Fraction(n, 100) for n in (24, 54, 89, 127, 174)]


def test_non_asn_staff_cannot_be_priced_without_their_risk_class() -> None:
    with pytest.raises(PayungError, match="risk_class") as caught:
        law().price(Month(2025, 3), payer="apbd", segment="PU", sector="non_transport", base_idr=3_000_000)
    assert caught.value.exit_code is Exit.POLICY


@pytest.mark.parametrize("word", ["payer", "segment", "sector"])
def test_an_unknown_word_has_no_price(word: str) -> None:
    words = {"payer": "apbd", "segment": "BPU", "sector": "transport"} | {word: "lain-lain"}
    with pytest.raises(PayungError, match="lain-lain") as caught:
        law().price(Month(2025, 3), base_idr=BASE, **words)
    assert caught.value.exit_code is Exit.POLICY


def test_a_month_before_the_law_has_no_price() -> None:
    with pytest.raises(PayungError, match="tidak mencakup 01-06-2015") as caught:
        price("2015-06")
    assert caught.value.exit_code is Exit.POLICY


def test_a_base_between_two_bands_has_no_price() -> None:
    with pytest.raises(PayungError, match="bukan dasar lapis"):
        law().price(Month(2025, 3), payer="apbd", segment="BPU", sector="transport", base_idr=1_050_000)


@pytest.mark.parametrize(
    ("income_idr", "jkk_idr"),
    [
        (0, 10_000),
        (1_099_000, 10_000),
        (1_099_001, 12_000),
        (2_700_000, 29_500),
        (20_199_000, 197_000),
        (90_000_000, 207_000),
    ],
)
def test_an_income_falls_into_its_band(income_idr: int, jkk_idr: int) -> None:
    assert law().band_for_income(Month(2025, 3).first_day, income_idr).jkk_idr == jkk_idr
