"""What a NIK says, and what is wrong with a text that is none."""

from __future__ import annotations

from datetime import date

import pytest

from payung.core import nik
from payung.core.nik import Nik

ON = date(2022, 10, 1)
WOMAN = "6401014108900001"
"""Born on 1 August 1990, first registered in Batu Sopang."""
MAN = "6401040108900001"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (None, "nik_missing"),
        ("", "nik_missing"),
        ("  - ", "nik_missing"),
        ("belum ada", "nik_missing"),
        ("6.4E+15", "nik_scientific"),
        ("6,40101E+15", "nik_scientific"),
        ("64010141O8900001", "nik_letters"),
        ("٦٤٠١٠١٤١٠٨٩٠٠٠٠١", "nik_letters"),
        ("640101410890001", "nik_short"),
        ("081234567890", "nik_short"),
        ("12345", "nik_short"),
        ("64010141089000011", "nik_long"),
        ("1111111111111111", "nik_placeholder"),
        ("0", "nik_placeholder"),
        ("1234567890123456", "nik_placeholder"),
        ("6401040000000000", "nik_placeholder"),
        ("9901014108900001", "nik_region"),
        ("6400014108900001", "nik_region"),
        ("6401004108900001", "nik_region"),
        ("6401013208900001", "nik_date"),
        ("6401014008900001", "nik_date"),
        ("6401017208900001", "nik_date"),
        ("6401014113900001", "nik_date"),
        ("6401014100900001", "nik_date"),
        ("6401013104900001", "nik_date"),
        ("6401014108900000", "nik_serial"),
    ],
)
def test_each_fault_has_its_own_code_and_a_sentence_that_says_what_to_do(
    written: str | None, code: str
) -> None:
    assert nik.faults(written) == (code,)
    assert not nik.is_valid(written)
    assert nik.parse(written) is None
    assert nik.explain(code).endswith(".")


def test_every_fault_code_is_met_in_the_examples_above() -> None:
    met = {
        code
        for mark in test_each_fault_has_its_own_code_and_a_sentence_that_says_what_to_do.pytestmark  # type: ignore[attr-defined]
        for _, code in mark.args[1]
    }
    assert met == set(nik.FAULTS)


def test_a_number_may_have_several_faults_at_once() -> None:
    assert nik.faults("9901013213900000") == ("nik_region", "nik_date", "nik_serial")


@pytest.mark.parametrize(
    "written",
    [
        WOMAN,
        f"'{WOMAN}",
        f"`{WOMAN}",
        f"{WOMAN}.0",
        f"{WOMAN},00",
        f"  {WOMAN}\u00a0",
        f"{WOMAN[:8]}\u200b{WOMAN[8:]}",
        "6401 0141 0890 0001",
        "640101.410890.0001",
        "640101-410890-0001",
        "64.01.01.410890.0001",
    ],
)
def test_what_people_put_between_digits_does_not_count(written: str) -> None:
    assert nik.clean(written) == WOMAN
    assert nik.is_valid(written)


def test_letters_and_length_survive_cleaning() -> None:
    assert nik.clean(" 64O1-01 ") == "64O101"


def test_the_day_of_women_carries_forty() -> None:
    woman, man = Nik(WOMAN), Nik(MAN)
    assert (woman.sex, woman.birth_day, woman.birth_month, woman.birth_year2) == ("P", 1, 8, 90)
    assert (man.sex, man.birth_day) == ("L", 1)
    assert nik.is_valid("6401017101900001")
    assert Nik("6401017101900001").birth_day == 31


def test_a_two_digit_year_may_mean_two_centuries() -> None:
    assert Nik("6401010108150001").births(ON) == (date(2015, 8, 1), date(1915, 8, 1))


def test_a_birth_that_has_not_happened_is_not_considered() -> None:
    assert Nik(WOMAN).births(ON) == (date(1990, 8, 1),)
    assert Nik("6401010110220001").births(ON) == (date(2022, 10, 1), date(1922, 10, 1))
    assert Nik("6401010210220001").births(ON) == (date(1922, 10, 2),)


@pytest.mark.parametrize(
    ("middle", "valid"),
    [("290204", True), ("690204", True), ("290200", True), ("290201", False), ("690199", True), ("300204", False)],
)  # fmt: skip
def test_the_29th_of_february_exists_only_in_leap_years(middle: str, valid: bool) -> None:
    assert nik.is_valid(f"640104{middle}0001") is valid


def test_a_leap_day_of_1900_never_was() -> None:
    assert Nik("6401042902000001").births(ON) == (date(2000, 2, 29),)


def test_a_birth_date_is_compared_in_whatever_century() -> None:
    assert Nik(WOMAN).born_on(date(1990, 8, 1))
    assert Nik("6401010108150001").born_on(date(1915, 8, 1))
    assert not Nik(WOMAN).born_on(date(1990, 1, 8))


def test_a_contradiction_is_named_and_what_is_unknown_contradicts_nothing() -> None:
    number = Nik(WOMAN)
    assert nik.differences(number, date(1990, 8, 1), "P") == ()
    assert nik.differences(number, date(1990, 8, 2), "L") == ("nik_birth_differs", "nik_sex_differs")
    assert nik.differences(number, None, None) == ()


def test_the_place_of_first_registration_is_named() -> None:
    place = nik.place(Nik(WOMAN))
    assert (place.district, place.regency) == ("Batu Sopang", "Kabupaten Paser")
    assert place.in_words == "Batu Sopang, Kabupaten Paser"


def test_numbers_of_paser_may_live_in_penajam_since_2002() -> None:
    assert nik.place(Nik(WOMAN)).possible_regencies == ("64.01", "64.09")
    gone = nik.describe("6401210108900001", ON)
    assert "Kabupaten Paser" in gone
    assert "Penajam Paser Utara" in gone


def test_a_code_that_is_no_place_today_is_still_a_number() -> None:
    assert nik.is_valid("6199990108900001")
    assert "61.99.99" in nik.describe("6199990108900001", ON)


def test_a_number_is_described_without_being_repeated() -> None:
    said = nik.describe(WOMAN, ON)
    assert said == "perempuan, lahir 1 Agustus 1990, pertama terdaftar di Batu Sopang, Kabupaten Paser"
    assert nik.describe(MAN, ON).startswith("laki-laki, lahir 1 Agustus 1990")
    assert "atau" in nik.describe("6401010108150001", ON)


def test_a_faulty_number_is_described_by_its_faults() -> None:
    assert nik.describe("6401", ON) == nik.FAULTS["nik_short"]


def test_a_masked_number_shows_only_its_ends() -> None:
    assert nik.mask(WOMAN) == "6401********0001"
    assert nik.mask("6401 0141 0890 0001") == "6401********0001"
    assert nik.mask("64010141") == "********"
    assert nik.mask(None) == ""


def test_a_number_is_spaced_for_reading_aloud() -> None:
    assert nik.spaced(WOMAN) == "6401 0141 0890 0001"
