"""What a row says, and every fault of it in one pass, with its cell, proposal and sentence."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from payung.core.finding import Severity
from payung.core.identity import row_id
from payung.intake.codes import CODES, FIELD_TITLES, TITLES
from payung.intake.mapping import LIST_FIELDS
from payung.sheets.table import Cell
from tests.unit.intake_tables import BUDI, HEADER, SITI, codes, finding, person, read


def test_a_clean_row_is_understood_and_has_no_findings() -> None:
    found = read(HEADER, SITI)
    (a,) = found.applications
    assert found.findings == ()
    assert (a.nik, a.kk, a.name, a.birth_on, a.sex, a.rt, a.group) == (
        SITI[1], SITI[8], "Siti Aminah", date(1990, 8, 1), "P", "003", "petani",
    )  # fmt: skip
    assert a.desa_code
    assert (a.row_id, a.row, a.sheet) == (row_id("ab" * 32, "Sheet1", 2), 2, "Sheet1")


@pytest.mark.parametrize(
    ("nik", "code"),
    [
        (6401044108900000, "nik_numeric"),
        (6401044108900000.0, "nik_numeric"),
        ("", "nik_missing"),
        ("-", "nik_missing"),
        ("6,40104E+15", "nik_scientific"),
        ("64O1044108900001", "nik_letters"),
        ("640104410890001", "nik_short"),
        ("64010441089000011", "nik_long"),
        ("1111111111111111", "nik_placeholder"),
        ("9901044108900001", "nik_region"),
        ("6401044113900001", "nik_date"),
        ("6401044108900000", "nik_serial"),
        (SITI[8], "nik_is_kk"),
    ],
)
def test_every_fault_of_a_nik_is_a_fault_in_its_cell(nik: Cell, code: str) -> None:
    found = read(HEADER, person(nik=nik))
    assert codes(found) == [(2, "nik", code)]
    assert finding(found, code).severity is Severity.FAULT


def test_punctuation_around_a_nik_is_no_fault_and_the_raw_text_is_kept() -> None:
    found = read(HEADER, person(nik="'6401 0441 0890.0001"))
    assert codes(found) == []
    assert (found.applications[0].nik, found.applications[0].nik_raw) == (SITI[1], "'6401 0441 0890.0001")


def test_a_repair_is_proposed_and_never_applied() -> None:
    found = read(HEADER, person(nik="6401O44108900001"))
    one = finding(found, "nik_letters")
    assert one.proposal == SITI[1]
    assert found.applications[0].nik == "6401O44108900001"
    numeric = read(HEADER, person(nik=6401044108900000))
    assert finding(numeric, "nik_numeric").proposal == "640104410890000?"


def test_a_nik_that_contradicts_the_birth_date_is_a_question_in_the_birth_cell() -> None:
    found = read(HEADER, person(birth_on="27-08-1990"))
    one = finding(found, "nik_birth_differs")
    assert (one.column, one.severity, one.evidence) == ("birth_on", Severity.QUESTION, "27-08-1990")
    assert one.message.startswith("NIK menyebut lahir 01-08-1990, kolom tanggal lahir 27-08-1990.")


def test_two_swapped_digits_are_asked_about_in_the_nik() -> None:
    found = read(HEADER, person(nik="6401044180900001", birth_on="01-08-1990"))
    assert [c for _, column, c in codes(found) if column == "nik"]
    swapped = read(HEADER, person(BUDI, nik="6401045002850003"))
    assert {column for _, column, _ in codes(swapped)} == {"nik"}
    assert swapped.findings[0].proposal == BUDI[1]


def test_a_sex_that_the_nik_contradicts_is_a_question_in_the_sex_cell() -> None:
    one = finding(read(HEADER, person(sex="L")), "nik_sex_differs")
    assert (one.column, one.proposal) == ("sex", "P")


def test_a_nik_and_a_kk_in_each_others_cells_are_found_as_that() -> None:
    found = read(HEADER, person(nik=SITI[8], kk=SITI[1]))
    assert codes(found) == [(2, "nik", "nik_swapped_fields")]
    assert finding(found, "nik_swapped_fields").proposal == SITI[1]


@pytest.mark.parametrize(
    ("birth", "code"),
    [
        ("", "birth_missing"),
        ("31-02-1980", "birth_impossible"),
        ("04/25/1980", "birth_month_first"),
        ("1980", "birth_incomplete"),
        ("lupa", "birth_unreadable"),
        ("01-01-1850", "birth_outside"),
        (date(2031, 1, 1), "birth_outside"),
        ("10112012", "birth_order"),
    ],
)
def test_a_birth_date_that_cannot_be_understood_is_a_fault(birth: Cell, code: str) -> None:
    found = read(HEADER, person(birth_on=birth))
    assert (2, "birth_on", code) in codes(found) or code == "birth_order"
    if code != "birth_order":
        assert finding(found, code).severity is Severity.FAULT
        assert found.applications[0].birth_on is None


@pytest.mark.parametrize(
    "birth",
    [
        date(1990, 8, 1),
        datetime(1990, 8, 1),  # noqa: DTZ001
        33086,
        33086.0,
        "1 Agustus 1990",
        "1/8/1990",
        "1990-08-01",
    ],
)
def test_dates_are_understood_in_every_usual_form(birth: Cell) -> None:
    found = read(HEADER, person(birth_on=birth))
    assert codes(found) == []
    assert found.applications[0].birth_on == date(1990, 8, 1)


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({"name": ""}, "name", "name_missing"),
        ({"name": "S"}, "name", "name_odd"),
        ({"name": "Siti 2"}, "name", "name_odd"),
        ({"name": "#REF!"}, "name", "name_odd"),
        ({"sex": None}, "sex", "sex_missing"),
        ({"sex": "?"}, "sex", "sex_unreadable"),
        ({"rt": None}, "rt", "rt_missing"),
        ({"rt": "dekat pasar"}, "rt", "rt_unreadable"),
        ({"desa": None}, "desa", "desa_missing"),
        ({"desa": "Janjoo"}, "desa", "desa_unknown"),
        ({"occupation": "-"}, "occupation", "occupation_missing"),
        ({"occupation": "Astronot"}, "occupation", "occupation_unknown"),
        ({"kk": "640104201015000"}, "kk", "kk_short"),
        ({"kk": 6401042010150000}, "kk", "kk_numeric"),
    ],
)
def test_every_other_fault_stands_in_its_own_cell(changes: dict[str, Cell], column: str, code: str) -> None:
    assert codes(read(HEADER, person(SITI, **changes))) == [(2, column, code)]


def test_an_unknown_desa_comes_with_the_names_it_may_be() -> None:
    assert "Janju" in finding(read(HEADER, person(desa="Janjuu")), "desa_unknown").proposal


def test_a_birth_date_or_sex_that_is_missing_is_proposed_from_the_nik() -> None:
    found = read(HEADER, person(birth_on="", sex=""))
    assert finding(found, "birth_missing").proposal == "01-08-1990"
    assert finding(found, "sex_missing").proposal == "P"
    assert (found.applications[0].birth_on, found.applications[0].sex) == (None, None), "never applied"


def test_an_occupation_with_a_slip_comes_with_the_group_it_may_be() -> None:
    assert finding(read(HEADER, person(occupation="Petanni")), "occupation_unknown").proposal == "Petani"
    assert finding(read(HEADER, person(occupation="Astronot")), "occupation_unknown").proposal == ""


def test_an_rt_that_only_the_address_names_is_taken_from_there() -> None:
    header = (*HEADER, "Alamat")
    assert read(header, (*person(rt=None), "Jl. Mawar RT 05/RW 01")).applications[0].rt == "005"
    assert read(header, (*person(rt=None), "Jl. Mawar No. 5")).applications[0].rt is None


def test_an_rt_that_is_merged_over_several_rows_is_proposed_below_its_first() -> None:
    assert finding(read(HEADER, SITI, person(BUDI, rt=None)), "rt_missing").proposal == "003"


def test_a_missing_kk_is_only_a_note() -> None:
    found = read(HEADER, person(kk=""))
    assert [(f.code, f.severity) for f in found.findings] == [("kk_missing", Severity.NOTE)]


def test_income_phone_pupil_and_dates_of_visits_are_read_or_asked_about() -> None:
    header = (*HEADER, "Penghasilan", "No HP", "Pelajar", "Tanggal Pendataan")
    good = read(header, (*SITI, "1,5 juta", 81234567890, "Bukan", date(2022, 9, 1)))
    (a,) = good.applications
    assert (a.income_idr, a.phone, a.pupil, a.collected_on) == (
        1_500_000,
        "081234567890",
        False,
        date(2022, 9, 1),
    )
    bad = read(header, (*SITI, "kadang-kadang", "0812", "entah", "kemarin"))
    assert [f.code for f in bad.findings] == [
        "income_unreadable", "pupil_unreadable", "phone_unreadable", "collected_on_unreadable",
    ]  # fmt: skip
    empty = read(header, (*SITI, "-", "-", "", None))
    assert empty.findings == ()
    assert empty.applications[0].pupil is None


def test_somebody_whose_work_is_school_is_a_pupil() -> None:
    assert read(HEADER, person(occupation="Pelajar/Mahasiswa")).applications[0].pupil is True


def test_a_child_among_workers_is_asked_about() -> None:
    found = read(HEADER, person(nik="6401044108190001", birth_on="01-08-2019"))
    assert codes(found) == [(2, "birth_on", "age_odd")]


def test_a_person_and_a_number_that_stand_twice_are_told_apart_and_name_the_other_row() -> None:
    same = read(HEADER, SITI, person(number=2))
    assert codes(same) == [(3, "nik", "person_twice")]
    assert "baris 2" in finding(same, "person_twice").message
    other = read(HEADER, SITI, person(number=2, name="Rusdi"))
    assert codes(other) == [(3, "nik", "nik_twice")]


def test_no_message_and_no_evidence_of_another_row_shows_a_whole_nik() -> None:
    found = read(HEADER, SITI, person(number=2, name="Rusdi"), person(BUDI, nik="640104050285003"))
    for one in found.findings:
        assert str(SITI[1]) not in one.message
    assert finding(found, "nik_twice").evidence == "6401********0001"


def test_a_list_whose_numbers_end_in_zero_too_often_is_asked_about_as_a_whole() -> None:
    rows = [
        person(number=n, nik=f"640104410890{n:03d}0", name=f"Orang {'ABCDEFGHIJ'[n % 10]}")
        for n in range(1, 60)
    ]
    (question,) = read(HEADER, *rows).questions
    assert (question.code, question.row, question.severity) == ("zero_share", 0, Severity.QUESTION)
    assert "100%" in question.message
    assert read(HEADER, *rows[:19]).questions == (), "a few say nothing"


def test_texts_that_begin_like_formulas_stay_the_texts_they_are() -> None:
    header = (*HEADER, "Alamat")
    for text in ("=1+1", "+62", "-gang 3", "@rumah", '=HYPERLINK("x")'):
        assert read(header, (*SITI, text)).applications[0].address == text


def test_the_civil_export_says_who_is_dead_or_gone() -> None:
    header = ("No", "No. KK", "NIK", "Nama", "Hub. Keluarga", "Nama Ibu", "Jenis Kelamin", "Tanggal Lahir", "RT", "Pekerjaan",
              "Status")  # fmt: skip

    def row(status: str) -> tuple[Cell, ...]:
        return (
            1,
            SITI[8],
            SITI[1],
            "SITI",
            "ISTRI",
            "AMINAH",
            "PEREMPUAN",
            "01 Agustus 1990",
            "3",
            "PETANI/PEKEBUN",
            status,
        )

    def one(status: str) -> list[tuple[int, str, str]]:
        return codes(read(header, row(status), file="Desa Janju.xlsx"))

    assert (one("HIDUP"), one("TETAP")) == ([], [])
    assert one("MENINGGAL") == [(2, "alive", "alive_dead")]
    assert one("PINDAH") == [(2, "alive", "alive_gone")]


def test_the_civil_database_with_its_codes_is_read_as_words() -> None:
    header = ("alamat", "dusun", "rw", "rt", "nama", "no_kk", "nik", "sex", "tempatlahir", "tanggallahir", "pekerjaan_id",
              "nama_ayah", "nama_ibu", "status_dasar")  # fmt: skip
    row = (
        "Jl. Mawar",
        "I",
        "1",
        "3",
        "SITI AMINAH",
        SITI[8],
        SITI[1],
        2,
        "Kuaro",
        "1990-08-01",
        9,
        "RUSLI",
        "AMINAH",
        1,
    )
    found = read(header, row, file="Desa Janju.xlsx")
    (a,) = found.applications
    assert codes(found) == []
    assert (a.sex, a.occupation_raw, a.group, a.rt, a.mother_name) == (
        "P",
        "PETANI/PEKEBUN",
        "petani",
        "003",
        "AMINAH",
    )
    assert found.layouts[0].mapping == "opensid-kode"


def test_the_catalogue_gives_every_code_a_title_a_weight_and_a_sentence_that_says_what_to_do() -> None:
    assert set(TITLES) == set(CODES)
    assert len({one.title for one in CODES.values()}) == len(CODES)
    for code, one in CODES.items():
        assert one.sentence.endswith("."), code
        assert len(one.title) < 50, code
    assert LIST_FIELDS - {"number", "dusun", "work_place", "work_hours", "bpjs_kesehatan", "proof", "collector",
                          "collector_kk"} <= set(FIELD_TITLES)  # fmt: skip
