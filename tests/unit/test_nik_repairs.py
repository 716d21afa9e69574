"""What may have happened to a broken number: proposed where it is clear, never guessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import islice
from random import Random

import pytest

from payung.core.nik import Confidence, Repair, faults, repairs
from payung.core.nik.forensics import REPAIR_CODES
from payung.demo import errors as demo_errors
from payung.demo.population import Person, World, households

TRUE = "6401040108900012"
BORN = date(1990, 8, 1)
HOME = tuple(f"64.01.{number:02d}" for number in range(1, 11))
KK = "6401042109110007"


def only(written: str, **known: object) -> Repair:
    known = {"birth_on": BORN, "sex": "L", "district_codes": HOME} | known
    (repair,) = repairs(written, **known)  # type: ignore[arg-type]
    return repair


def test_a_number_without_fault_or_contradiction_needs_nothing() -> None:
    assert repairs(TRUE, BORN, "L", HOME, kk=KK) == ()
    assert repairs(TRUE) == ()


def test_a_missing_number_has_no_repair() -> None:
    assert repairs("") == repairs(None, BORN, "L", HOME) == repairs("belum ada", BORN) == ()


@pytest.mark.parametrize(
    ("written", "code", "value", "confidence"),
    [
        pytest.param("6401040108900O12", "nik_lookalike", TRUE, Confidence.HIGH, id="O for 0"),
        pytest.param("64O1O4OlO89OOOl2", "nik_lookalike", TRUE, Confidence.HIGH, id="many letters"),
        pytest.param("NIK 6401040108900012 (baru)", "nik_words", TRUE, Confidence.HIGH, id="words beside it"),
        pytest.param("6401040180900012", "nik_neighbours", TRUE, Confidence.HIGH, id="neighbours in the date"),
        pytest.param("6041040108900012", "nik_neighbours", TRUE, Confidence.HIGH, id="neighbours in the place"),
        pytest.param("6401040103900012", "nik_digit_wrong", TRUE, Confidence.MEDIUM, id="a wrong digit in the date"),
        pytest.param("0401040108900012", "nik_district", TRUE, Confidence.MEDIUM, id="a wrong digit in the place"),
        pytest.param("640104010890012", "nik_digit_lost", TRUE, Confidence.MEDIUM, id="a zero of the serial lost"),
        pytest.param("640104018900012", "nik_digit_lost", TRUE, Confidence.HIGH, id="a digit of the date lost"),
        pytest.param("641040108900012", "nik_digit_lost", TRUE, Confidence.HIGH, id="a digit of the place lost"),
        pytest.param("640104010890002", "nik_digit_lost", "640104010890????", Confidence.LOW, id="which digit is lost cannot be known"),
        pytest.param("64010401708900012", "nik_digit_added", TRUE, Confidence.HIGH, id="a digit too many in the date"),
        pytest.param("64010401089009012", "nik_digit_added", TRUE, Confidence.MEDIUM, id="a digit too many in the serial"),
        pytest.param("64010401089000112", "nik_digit_added", TRUE, Confidence.MEDIUM, id="a doubled digit of the serial"),
        pytest.param("6.40104E+15", "nik_scientific", "640104010890????", Confidence.LOW, id="scientific"),
        pytest.param("6.4E+15", "nik_scientific", "64??????????????", Confidence.LOW, id="scientific, two digits left"),
        pytest.param("1111111111111111", "nik_placeholder", "", Confidence.HIGH, id="placeholder"),
        pytest.param("081234567890", "nik_is_phone", "", Confidence.HIGH, id="a phone number"),
        pytest.param("22012345678", "nik_is_kpj", "", Confidence.MEDIUM, id="a KPJ"),
        pytest.param("0001234567890", "nik_is_bpjs_kesehatan", "", Confidence.MEDIUM, id="a number of BPJS Kesehatan"),
    ],
)  # fmt: skip
def test_each_accident_is_recognised(written: str, code: str, value: str, confidence: Confidence) -> None:
    repair = only(written)
    assert (repair.code, repair.value, repair.confidence) == (code, value, confidence)
    assert repair.message
    assert not any(part in repair.message for part in (written, TRUE))


def test_a_zeroed_last_digit_is_seen_where_the_cell_held_a_number() -> None:
    assert only("6401040108900010", numeric=True) == Repair(
        "nik_zeroed", "640104010890001?", Confidence.HIGH, only("6401040108900010", numeric=True).message
    )
    assert repairs("6401040108900010", BORN, "L", HOME) == ()
    assert only("6401040108900000").code == "nik_zeroed"


def test_the_two_numbers_of_a_family_card_may_stand_in_each_others_place() -> None:
    repair = only(KK, kk=TRUE)
    assert (repair.code, repair.value, repair.confidence) == ("nik_swapped_fields", TRUE, Confidence.HIGH)


def test_the_card_number_alone_is_no_proof_where_the_other_number_is_broken_too() -> None:
    assert only("18739137623", kk=TRUE).confidence is Confidence.MEDIUM


def test_a_family_card_number_in_both_columns_is_not_the_persons() -> None:
    repair = only(KK, kk=KK)
    assert (repair.code, repair.value) == ("nik_is_kk", "")


def test_another_household_members_number_is_never_bent_into_the_persons() -> None:
    assert repairs("6401044211880003", BORN, "L", HOME, kk=KK) == ()


def test_a_sex_that_differs_by_forty_is_a_question_about_the_sex() -> None:
    assert repairs(TRUE, BORN, "P", HOME) == ()


def test_two_possible_slips_make_each_less_sure() -> None:
    found = repairs("6401017409160015", date(2016, 9, 14), "L", HOME)
    assert {(one.code, one.confidence) for one in found} == {
        ("nik_neighbours", Confidence.MEDIUM),
        ("nik_digit_wrong", Confidence.LOW),
    }


def test_every_repair_code_is_met_in_these_tests() -> None:
    met = {
        param.values[1]
        for mark in test_each_accident_is_recognised.pytestmark  # type: ignore[attr-defined]
        for param in mark.args[1]
    }
    assert met | {"nik_zeroed", "nik_swapped_fields", "nik_is_kk"} == set(REPAIR_CODES)


# On generated people -------------------------------------------------------------------------------------------

KINDS = [kind for kind in demo_errors.CANDIDATE_KINDS if kind.field == "nik"]


def damaged_people() -> Iterator[tuple[str, Person, demo_errors.Row, str | None]]:
    """Every kind of damage for people of the invented regency, half of them of unknown sex."""
    world = World.of(3_000, seed=5)
    for village in range(0, 144, 8):
        for family in islice(households(world, village), 30):
            for person in family:
                for kind in KINDS:
                    rng = Random(f"{person.id} {kind.code}")
                    row = demo_errors.Row(
                        person.nik, person.kk, person.name, person.birth_on.isoformat(), person.sex,
                        person.desa_code, person.phone,
                    )  # fmt: skip
                    around = demo_errors.Context(
                        person.birth_on,
                        household_niks=tuple(other.nik for other in family),
                        districts=("640104", "640201"),
                    )
                    if kind.damage(row, around, rng) and row.nik != person.nik:
                        yield kind.code, person, row, person.sex if rng.random() < 0.5 else None


def test_a_repair_that_is_called_sure_is_right_in_99_of_100_cases() -> None:
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for kind, person, row, sex in damaged_people():
        for repair in repairs(row.nik, person.birth_on, sex, HOME, kk=row.kk):
            if repair.confidence is Confidence.HIGH and repair.value and "?" not in repair.value:
                (right if repair.value == person.nik else wrong)[kind] += 1
    assert right.total() > 5_000
    assert {"swapped", "length", "letters", "is_kk"} <= set(right)
    assert right.total() / (right.total() + wrong.total()) >= 0.99, (right, wrong)


def test_a_proposal_is_always_a_number_that_could_be_one() -> None:
    for _, person, row, sex in islice(damaged_people(), 10_000):
        for repair in repairs(row.nik, person.birth_on, sex, HOME, kk=row.kk):
            if repair.value and "?" not in repair.value:
                assert faults(repair.value) == ()
            assert len(repair.value) in (0, 16)
