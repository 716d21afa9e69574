"""How a sheet is taken apart: header, people, and everything that is none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.core.errors import PayungError
from payung.core.region import find_desa
from payung.intake.codes import CODES
from payung.intake.lists import RowKind
from payung.intake.marked import marks_of
from payung.intake.pipeline import read_list
from payung.sheets.table import Cell
from tests.unit.intake_tables import BUDI, HEADER, POLICY, SITI, codes, person, read, table

JANJU = {place.code for place in find_desa("Janju", "64.01")}
P, T, H, N, S, E, X = (
    RowKind.PERSON, RowKind.TITLE, RowKind.HEADER, RowKind.NUMBERING, RowKind.TOTAL, RowKind.EMPTY, RowKind.OTHER,
)  # fmt: skip


def test_every_row_is_of_exactly_one_kind() -> None:
    found = read(
        ("DAFTAR PEKERJA RENTAN",),
        ("DESA JANJU",),
        (),
        HEADER,
        (1, 2, 3, 4, 5, 6, 7, 8, 9),
        SITI,
        (None, "  "),
        HEADER,
        BUDI,
        ("JUMLAH", None, 2),
        (),
        (None, None, None, None, None, None, "Janju, 12 September 2022"),
        (None, None, None, None, None, None, "Kepala Desa"),
        (None, None, None, None, None, None, "H. MASRANI"),
    )
    assert found.layouts[0].kinds == (T, T, E, H, N, P, E, H, P, S, E, X, X, X)
    assert found.layouts[0].header_row == 4
    assert [a.row for a in found.applications] == [6, 9]
    assert codes(found) == []


def test_the_rt_comes_from_its_cell_else_from_the_line_above_else_from_title_or_tab() -> None:
    header = (*HEADER[:5], None, *HEADER[6:])
    without = person(rt=None)
    found = read(
        ("Usulan RT 009",),
        header,
        without,
        ("RT 004",),
        person(BUDI, rt=None),
        ("RT. 05 RW 02",),
        without,
        name="RT 1",
    )
    assert [(a.rt, a.rw) for a in found.applications] == [("009", None), ("004", None), ("005", "002")]
    assert read(header, without, name="RT 07").applications[0].rt == "007"
    assert read(header, without, file="Janju/data RT 12.xlsx").applications[0].rt == "012"
    assert read(header, without, file="Janju/RT 1-12.xlsx").applications[0].rt is None


@pytest.mark.parametrize(
    ("cell", "rt"),
    [(3, "003"), ("RT 03", "003"), ("3.0", "003"), ("III", "003"), ("012", "012"), (11.0, "011")],
)
def test_an_rt_is_three_digits_however_it_is_written(cell: Cell, rt: str) -> None:
    assert read(HEADER, person(rt=cell)).applications[0].rt == rt


def test_rt_and_rw_in_one_column_are_both_read() -> None:
    header = (*HEADER[:5], "RT/RW", *HEADER[6:])
    (a,) = read(header, person(rt="003/001")).applications
    assert (a.rt, a.rw) == ("003", "001")


def test_the_desa_comes_from_its_cell_else_from_a_title_else_from_the_file_name() -> None:
    header = (*HEADER[:6], None, *HEADER[7:])
    row = person(desa=None)
    assert read(header, row, file="Data Janju final.xlsx").applications[0].desa_code in JANJU
    title = read(("REKAP USULAN DESA SEMPULANG TAHUN 2022",), header, row, file="Data Janju final.xlsx")
    assert title.applications[0].desa_raw == "SEMPULANG"
    cell = read(("DESA SEMPULANG",), HEADER, SITI, file="Data Janju final.xlsx")
    assert cell.applications[0].desa_raw == "Janju"
    assert cell.applications[0].desa_code != title.applications[0].desa_code


def test_an_empty_desa_cell_takes_the_titles_desa_and_says_so() -> None:
    found = read(("DESA JANJU",), HEADER, person(desa=""))
    assert found.applications[0].desa_code == read(HEADER, SITI).applications[0].desa_code
    assert [f.code for f in found.findings] == ["desa_from_file"]


def test_a_line_ketua_rt_names_the_collector_of_the_people_below() -> None:
    found = read(("RT 003",), ("Ketua RT", None, ": MASRANI"), HEADER, SITI, ("RT 004",), BUDI)
    assert [a.collector for a in found.applications] == ["MASRANI", None]


def test_a_header_over_two_lines_is_read_as_one() -> None:
    found = read(
        ("NO", "NIK", "NAMA", "TEMPAT, TANGGAL LAHIR", None, "JK", "ALAMAT", None, "DESA", "PEKERJAAN"),
        (None, None, None, "TEMPAT", "TANGGAL", None, "JALAN", "RT", None, None),
        (1, SITI[1], "Siti Aminah", "Kuaro", "01-08-1990", "P", "Jl. Mawar", "003", "Janju", "Petani"),
    )
    (a,) = found.applications
    assert (a.birth_place, str(a.birth_on), a.address, a.rt) == ("Kuaro", "1990-08-01", "Jl. Mawar", "003")
    assert found.layouts[0].header_row == 2


@pytest.mark.parametrize(
    "written", ["Tanah Grogot, 1 Agustus 1990", "Tanah Grogot/01-08-1990", "Tanah Grogot 1-8-1990"]
)
def test_a_birth_place_and_date_in_one_cell_are_parted(written: str) -> None:
    header = (*HEADER[:3], "Tempat, Tanggal Lahir", *HEADER[4:])
    (a,) = read(header, person(birth_on=written)).applications
    assert (a.birth_place, str(a.birth_on)) == ("Tanah Grogot", "1990-08-01")


def test_a_second_table_in_another_order_is_read_by_its_own_header() -> None:
    turned = (HEADER[0], HEADER[2], HEADER[1], *HEADER[3:])
    found = read(HEADER, SITI, (), turned, (BUDI[0], BUDI[2], BUDI[1], *BUDI[3:]))
    assert [a.nik for a in found.applications] == [SITI[1], BUDI[1]]
    layout = found.layouts[0]
    assert (layout.column("nik", 2), layout.column("nik", 5)) == (2, 3)


def test_a_person_without_number_name_or_nik_is_still_a_person() -> None:
    found = read(
        HEADER,
        person(number=None, nik=""),
        person(BUDI, name=""),
        (None, "-", "Rusli", "05-02-1985"),
        (4, None, "Wati"),
    )
    assert found.layouts[0].kinds == (H, P, P, P, P)


def test_prepared_rows_that_nobody_filled_in_are_empty() -> None:
    found = read(HEADER, SITI, (2, None, "", None, None, "003", "Janju"), (3,), (None, None, "-"))
    assert found.layouts[0].kinds == (H, P, E, E, E)


def test_what_follows_the_total_needs_more_than_a_name_to_be_a_person() -> None:
    found = read(
        HEADER, SITI, ("TOTAL", None, 1), (None, None, "MASRANI", None, None, None, None, "Ketua RT"), BUDI
    )
    assert found.layouts[0].kinds == (H, P, S, X, P)


def test_sheets_without_a_header_are_no_people_and_niks_on_them_are_asked_about() -> None:
    book = table(
        ("Data", [HEADER, SITI]), ("Petunjuk", [("Isi dengan benar",)]), ("Lama", [(BUDI[1], "Budi")])
    )
    found = read_list(book, "a.xlsx", POLICY)
    assert [layout.kinds for layout in found.layouts] == [(H, P), (X,), (X,)]
    assert [f.code for f in found.questions] == ["header_missing"]
    assert '"Lama"' in found.questions[0].message


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("Catatan", "rapat"), ("hari", "Senin")], "tidak mempunyai judul kolom"),
        ([()] * 20 + [HEADER, SITI], "tidak mempunyai judul kolom"),
        ([HEADER, (), ("JUMLAH", 0)], "tidak memuat satu orang pun"),
    ],
)
def test_a_file_without_header_or_people_says_so(rows: list[tuple[Cell, ...]], said: str) -> None:
    with pytest.raises(PayungError, match=said) as error:
        read(*rows)
    assert error.value.todo


def test_two_nik_columns_are_a_question_only_where_they_differ() -> None:
    header = (*HEADER, "No. KTP")
    same = read(header, (*SITI, SITI[1]), (*BUDI, None))
    assert same.questions == ()
    other = read(header, (*SITI, BUDI[1]), BUDI)
    (question,) = other.questions
    assert (question.code, question.row) == ("nik_columns", 0)
    assert '"NIK" dan "No. KTP"' in question.message


def test_columns_that_nobody_needs_are_left_alone() -> None:
    found = read((*HEADER, "Status", "Keterangan", "Perusahaan Mitra"), (*SITI, "aktif", "baik", "x"))
    assert set(found.layouts[0].columns) == {
        "number", "nik", "name", "birth_on", "sex", "rt", "desa", "occupation", "kk",
    }  # fmt: skip
    assert found.layouts[0].labels["kk"] == "No KK"


def test_a_list_without_a_needed_column_marks_every_row_and_says_so_once() -> None:
    header = tuple(None if cell == "Tanggal Lahir" else cell for cell in HEADER)
    found = read(header, person(birth_on=None), person(BUDI, birth_on=None))
    assert codes(found) == [(2, "birth_on", "birth_missing"), (3, "birth_on", "birth_missing")]
    assert [f.column for f in found.findings if f.code == "column_missing"] == ["birth_on"]


def test_a_group_of_somebody_else_is_not_taken_for_the_person() -> None:
    found = read(
        ("NIK", "NAMA", "TGL LAHIR", "AHLI WARIS", None, "DESA", "PEKERJAAN", "RT", "JK"),
        (None, None, None, "NAMA", "NIK", None, None, None, None),
        (SITI[1], "Siti Aminah", "01-08-1990", "Rusli", BUDI[1], "Janju", "Petani", "3", "P"),
    )
    assert [(a.name, a.nik) for a in found.applications] == [("Siti Aminah", SITI[1])]
    assert found.questions == ()


_CELLS = st.one_of(
    st.none(),
    st.sampled_from(
        (
            "NIK",
            "Nama",
            "RT 003",
            "JUMLAH",
            "Mengetahui,",
            "DESA JANJU",
            "-",
            "HASIL",
            "_payung_id",
            *SITI[1:],
            *HEADER,
        )
    ),
    st.text(max_size=12),
    st.integers(-5, 10**17),
    st.floats(allow_nan=False),
    st.booleans(),
    st.dates(),
    st.datetimes(),
)


@given(st.lists(st.lists(_CELLS, max_size=12).map(tuple), max_size=25), st.booleans())
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_a_sheet_every_row_is_counted_once_and_nothing_breaks(
    rows: list[tuple[Cell, ...]], with_header: bool
) -> None:
    whole = [HEADER, *rows, SITI] if with_header else rows
    try:
        found = read(*whole)
    except PayungError:
        return
    (layout,) = found.layouts
    assert len(layout.kinds) == len(whole)
    assert layout.kinds.count(RowKind.PERSON) == len(found.applications)
    assert len({a.row_id for a in found.applications}) == len(found.applications)
    assert all(f.code in CODES for f in found.findings)
    marks = marks_of(found, policy=POLICY)
    assert marks.counts.rows == len(whole)
