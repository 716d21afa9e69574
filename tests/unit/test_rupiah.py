"""Money as it is written on letters, in tables and in cells."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payung.core.rupiah import number, parse_rupiah, percent, round_half_up, rupiah, short, terbilang


def test_an_amount_has_no_space_and_points_between_thousands() -> None:
    assert rupiah(1_626_307_200) == "Rp1.626.307.200"
    assert rupiah(0) == "Rp0"
    assert rupiah(-16_800) == "-Rp16.800"
    assert number(32_268) == "32.268"


@pytest.mark.parametrize(
    ("value_idr", "words"),
    [
        (0, "nol rupiah"),
        (16_800, "enam belas ribu delapan ratus rupiah"),
        (1_000, "seribu rupiah"),
        (11_111, "sebelas ribu seratus sebelas rupiah"),
        (100_000_000, "seratus juta rupiah"),
        (
            1_626_307_200,
            "satu miliar enam ratus dua puluh enam juta tiga ratus tujuh ribu dua ratus rupiah",
        ),
    ],
)
def test_an_amount_is_written_in_words(value_idr: int, words: str) -> None:
    assert terbilang(value_idr) == words


@pytest.mark.parametrize(
    ("value_idr", "text"),
    [
        (0, "Rp0"),
        (999, "Rp999"),
        (1_000, "Rp1 ribu"),
        (16_800, "Rp16,8 ribu"),
        (995_000, "Rp995 ribu"),
        (999_994, "Rp999,99 ribu"),
        (999_995, "Rp1 juta"),
        (542_102_400, "Rp542,1 juta"),
        (995_000_000, "Rp995 juta"),
        (999_995_000, "Rp1 miliar"),
        (1_626_307_200, "Rp1,63 miliar"),
        (9_376_416_000, "Rp9,38 miliar"),
        (2_500_000_000_000, "Rp2,5 triliun"),
        (-1_500_000, "-Rp1,5 juta"),
    ],
)
def test_a_tile_shows_an_amount_with_two_decimals(value_idr: int, text: str) -> None:
    assert short(value_idr) == text


@given(st.integers(1_000, 10**15))
def test_a_short_amount_is_off_by_half_a_hundredth_of_its_unit_at_most(value_idr: int) -> None:
    figure, unit = short(value_idr).removeprefix("Rp").split(" ")
    scale = {"ribu": 10**3, "juta": 10**6, "miliar": 10**9, "triliun": 10**12}[unit]
    shown = Fraction(figure.replace(".", "").replace(",", ".")) * scale
    assert abs(shown - value_idr) <= Fraction(scale, 200)
    assert scale == 10**12 or shown < 1_000 * scale


def test_a_share_is_rounded_half_up_with_a_comma() -> None:
    assert percent(81_436, 90_052) == "90,43%"
    assert percent(1, 200, 0) == "1%"
    assert percent(1, 3, 1) == "33,3%"
    assert percent(1, 8) == "12,50%"
    assert percent(-1, 3, 1) == "-33,3%"


def test_a_share_of_nothing_is_no_share() -> None:
    assert percent(5, 0) == "–"


@pytest.mark.parametrize(
    ("value", "rounded"),
    [(Fraction(1, 2), 1), (Fraction(-1, 2), -1), (Decimal("2.5"), 3), (Decimal("2.4999"), 2), (7, 7)],
)
def test_a_half_goes_away_from_zero(value: Fraction | Decimal | int, rounded: int) -> None:
    assert round_half_up(value) == rounded


@pytest.mark.parametrize(
    ("written", "value_idr"),
    [
        ("1500000", 1_500_000), ("1.500.000", 1_500_000), ("1,500,000", 1_500_000), ("Rp 1.500.000,00", 1_500_000),
        ("Rp1.500.000,-", 1_500_000), ("Rp. 1.500.000", 1_500_000), ("1500000.00", 1_500_000), ("IDR 1500000", 1_500_000),
        ("1,5 juta", 1_500_000), ("1.5 jt", 1_500_000), ("2jt", 2_000_000), ("500 ribu", 500_000), ("500rb", 500_000),
        ("1.500.000/bulan", 1_500_000), ("Rp 1.500.000 per bulan", 1_500_000), ("1.234,5", 1_235), ("0", 0),
    ],
)  # fmt: skip
def test_an_amount_is_read_however_it_is_written(written: str, value_idr: int) -> None:
    assert parse_rupiah(written) == value_idr


@pytest.mark.parametrize("written", [None, "", "-", "1-2 juta", "dua juta", "-500", "1e6", "± 1 juta", "1.50.000", "1,5", "2.5", "tidak tetap"])  # fmt: skip
def test_an_amount_that_is_not_clear_is_not_guessed(written: str | None) -> None:
    assert parse_rupiah(written) is None


@given(st.integers(0, 10**13))
def test_what_is_written_is_read_back(value_idr: int) -> None:
    assert parse_rupiah(rupiah(value_idr)) == value_idr
