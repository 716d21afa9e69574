"""Coverage: no share without its two numbers, source and date; sums that add up; nothing clipped or guessed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from payung.core import region
from payung.core.errors import Exit, PayungError
from payung.demo.delivery import write_denominators
from payung.demo.population import World
from payung.reporting.files import read_denominators, write_coverage
from payung.reporting.rules import (
    UNKNOWN,
    Base,
    Coverage,
    CoverageTable,
    Denominators,
    by_need,
    coverage,
    from_lists,
)

PLACES = region.villages("64.01")
FIRST, SECOND = PLACES[0], PLACES[1]
LAST = PLACES[-1]
ON = date(2024, 8, 9)


def bases(workers: int = 100, source: str = "BPS", as_of: date = ON) -> Denominators:
    return Denominators({place.code: Base(workers, source, as_of) for place in PLACES})


def test_the_published_figure_of_paser_is_90_43_per_cent() -> None:
    published = Coverage("64.01", "Kabupaten Paser", "", 65_894, 15_542, 90_052, "sorotonline", ON)
    assert published.covered_after == 81_436
    assert published.after_percent == "90,43%"
    assert published.in_words == "81.436 dari 90.052 (90,43%); sumber: sorotonline, keadaan 9 Agustus 2024"
    assert published.unreached == 8_616
    assert published.remarks == ""


@pytest.mark.parametrize("denominator", [0, None])
def test_without_a_base_there_is_no_per_cent(denominator: int | None) -> None:
    row = Coverage("x", "Desa", "Kec", 3, 4, denominator, "BPS", ON)
    assert (row.before_percent, row.after_percent, row.unreached) == (UNKNOWN, UNKNOWN, None)
    assert row.before_ratio is None
    assert "%" not in row.in_words


def test_more_covered_than_to_be_protected_is_shown_and_noted_never_clipped() -> None:
    row = Coverage("x", "Desa", "Kec", 100, 20, 80, "BPS", ON)
    assert (row.after_percent, row.unreached, row.over) == ("150,00%", 0, True)
    assert "melebihi penyebut (80)" in row.remarks


def test_desa_add_up_to_kecamatan_and_kecamatan_to_the_regency() -> None:
    before = {place.code: at % 7 for at, place in enumerate(PLACES)}
    added = {place.code: at % 11 for at, place in enumerate(PLACES)}
    table = coverage(PLACES, before, added, bases())
    assert (len(table.desa), len(table.districts)) == (144, 10)
    for level in (table.desa, table.districts, (table.total,)):
        assert sum(row.covered_before for row in level) == sum(before.values())
        assert sum(row.added for row in level) == sum(added.values())
        assert sum(row.denominator or 0 for row in level) == 14_400
    for district in table.districts:
        assert sum(row.added for row in table.within(district.place_code)) == district.added


def test_people_of_an_unknown_desa_are_kept_in_a_row_of_their_own() -> None:
    table = coverage(PLACES, {FIRST.code: 2, "": 3}, {"64.99.01.2001": 4, FIRST.code: 1}, bases())
    strangers = table.within("")
    assert [(row.place_code, row.covered_after) for row in strangers] == [("", 3), ("64.99.01.2001", 4)]
    assert all(row.after_percent == UNKNOWN for row in strangers)
    assert table.total.covered_after == 10
    assert table.total.denominator == 14_400
    assert sum(row.covered_after for row in table.districts) == 10


def test_half_a_base_is_no_base() -> None:
    known = {place.code: Base(100, "BPS", ON) for place in PLACES if place != FIRST}
    table = coverage(PLACES, {}, {FIRST.code: 5}, Denominators(known))
    district = next(row for row in table.districts if row.place_code == FIRST.district_code)
    assert (district.denominator, district.after_percent) == (None, UNKNOWN)
    assert "1 desa tanpa penyebut" in district.remarks
    assert table.total.after_percent == UNKNOWN
    assert table.districts[-1].denominator is not None


def test_bases_of_several_dates_and_sources_say_so_and_carry_the_oldest() -> None:
    mixed = dict(bases().by_desa) | {FIRST.code: Base(50, "Disnaker", date(2023, 1, 1))}
    table = coverage(PLACES, {}, {}, Denominators(mixed))
    assert table.total.source == "BPS; Disnaker"
    assert table.total.as_of == date(2023, 1, 1)
    assert "01-01-2023 sampai dengan 09-08-2024" in table.total.remarks


def test_a_desa_beyond_its_base_is_named_where_the_kecamatan_hides_it() -> None:
    table = coverage(PLACES, {}, {FIRST.code: 130}, bases())
    district = next(row for row in table.districts if row.place_code == FIRST.district_code)
    assert (district.over, district.unreached) == (False, 100 * len(table.within(FIRST.district_code)) - 130)
    assert "Di 1 desa yang dilindungi melebihi penyebutnya" in district.remarks
    assert "Di 1 desa" in table.total.remarks


def test_the_default_base_is_unique_residents_on_the_lists_and_says_so() -> None:
    table = coverage(PLACES, {}, {FIRST.code: 30}, from_lists({FIRST.code: 60}, ON))
    assert (
        table.total.in_words
        == "30 dari 60 (50,00%); sumber: orang unik pada daftar RT, keadaan 9 Agustus 2024"
    )
    assert "bukan seluruh pekerja" in table.remark
    assert next(row for row in table.desa if row.place_code == SECOND.code).after_percent == UNKNOWN


def test_most_people_without_cover_come_first_and_unknown_places_last() -> None:
    rows = [
        Coverage(n, n, "", 0, have, of, "BPS", ON)
        for n, have, of in (("a", 1, 9), ("b", 2, None), ("c", 0, 50))
    ]
    assert [row.place for row in by_need(rows)] == ["c", "a", "b"]


def test_a_negative_count_or_base_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="negatif"):
        coverage(PLACES, {FIRST.code: -1}, {}, bases())
    with pytest.raises(ValueError, match="Penyebut"):
        Base(-1, "BPS", ON)


HEAD = ("desa_code", "desa", "kecamatan", "workers", "source", "as_of")


def csv_file(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    path.write_text("\n".join(",".join(row) for row in rows) + "\n", encoding="utf-8")
    return path


def test_the_demo_regency_s_bases_are_read_as_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "penyebut.csv"
    write_denominators(World.of(2_000, seed=1), 90_052, path)
    read = read_denominators(path, "6401")
    assert sum(base.workers for base in read.by_desa.values()) == 90_052
    assert len(read.by_desa) == 144
    assert read.of("64.99.01.2001") is None


def test_a_workbook_with_titles_codes_without_dots_and_real_dates_is_read(tmp_path: Path) -> None:
    path = tmp_path / "penyebut.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["Pekerja yang harus dilindungi"])
        page.write_row(2, 0, ["Kode Desa", "Nama", "Jumlah Pekerja", "Sumber", "Keadaan"])
        page.write_row(3, 0, [FIRST.code.replace(".", ""), FIRST.name, 1250, "BPS"])
        page.write_datetime(3, 4, date(2023, 12, 31), book.add_format({"num_format": "dd-mm-yyyy"}))
        page.write_row(5, 0, [LAST.code, LAST.name, "1.020", "BPS", "31-12-2023"])
    read = read_denominators(path, "64.01")
    assert dict(read.by_desa) == {
        FIRST.code: Base(1250, "BPS", date(2023, 12, 31)),
        LAST.code: Base(1020, "BPS", date(2023, 12, 31)),
    }


@pytest.mark.parametrize(
    ("row", "part"),
    [
        (("64.99.01.2001", "X", "Y", "10", "BPS", "2023-12-31"), "baris 3: kode desa"),
        (("64.02.01.2001", "X", "Y", "10", "BPS", "2023-12-31"), "baris 3: kode desa"),
        (
            (FIRST.code, "X", "Y", "10", "BPS", "2023-12-31"),
            f"baris 3: desa {FIRST.code} sudah ada pada baris 2",
        ),
        ((LAST.code, "X", "Y", "sekitar 10", "BPS", "2023-12-31"), "baris 3: jumlah pekerja 'sekitar 10'"),
        ((LAST.code, "X", "Y", "-3", "BPS", "2023-12-31"), "baris 3: jumlah pekerja '-3'"),
        ((LAST.code, "X", "Y", "1.5", "BPS", "2023-12-31"), "baris 3: jumlah pekerja '1.5'"),
        ((LAST.code, "X", "Y", "10", "", "2023-12-31"), "baris 3: sumber kosong"),
        ((LAST.code, "X", "Y", "10", "BPS", ""), "baris 3: tanggal keadaan"),
        ((LAST.code, "X", "Y", "10", "BPS", "2023"), "baris 3: tanggal keadaan"),
        (("6401014108900001", "X", "Y", "10", "BPS", "2023-12-31"), "kode desa '(nomor disamarkan)'"),
    ],
)
def test_a_wrong_row_is_named_with_what_to_do(tmp_path: Path, row: tuple[str, ...], part: str) -> None:
    good = (FIRST.code, "Desa", "Kec", "10", "BPS", "2023-12-31")
    with pytest.raises(PayungError) as caught:
        read_denominators(csv_file(tmp_path / "p.csv", (HEAD, good, row)), "64.01")
    assert part in caught.value.message
    assert caught.value.todo
    assert caught.value.exit_code is Exit.INPUT


def test_a_file_without_the_columns_or_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PayungError, match="tidak ada baris judul"):
        read_denominators(
            csv_file(tmp_path / "a.csv", (("desa_code", "workers"), (FIRST.code, "3"))), "64.01"
        )
    with pytest.raises(PayungError, match="tidak ada satu desa pun"):
        read_denominators(csv_file(tmp_path / "b.csv", (HEAD,)), "64.01")


def table_of_paser() -> CoverageTable:
    added = {place.code: 40 + at for at, place in enumerate(PLACES)}
    return coverage(PLACES, {FIRST.code: 500}, added, bases(200, '=HYPERLINK("http://x")'), "Kabupaten Paser")


def test_the_workbook_holds_numbers_as_numbers_and_texts_as_texts(tmp_path: Path) -> None:
    write_coverage(table_of_paser(), tmp_path / "cakupan.xlsx")
    book = openpyxl.load_workbook(tmp_path / "cakupan.xlsx")
    assert book.sheetnames == ["Per kecamatan", "Per desa"]
    page = book["Per desa"]
    rows = list(page.iter_rows(min_row=5, values_only=True))
    assert len(rows) == 145
    assert rows[0][:8] == (FIRST.code, FIRST.name, FIRST.district, 500, 40, 540, 200, 0)
    assert rows[0][8:12] == (2.5, 2.7, '=HYPERLINK("http://x")', "09-08-2024")
    assert "melebihi penyebut" in str(rows[0][12])
    assert page["K5"].data_type == "s"
    assert sum(int(str(row[5])) for row in rows[:-1]) == rows[-1][5]
    districts = list(book["Per kecamatan"].iter_rows(min_row=5, values_only=True))
    assert sum(int(str(row[5])) for row in districts[:-1]) == districts[-1][5] == rows[-1][5]
    book.close()


def test_the_same_coverage_gives_the_same_bytes(tmp_path: Path) -> None:
    write_coverage(table_of_paser(), tmp_path / "a.xlsx")
    write_coverage(table_of_paser(), tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_workbook_that_cannot_be_written_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(PayungError) as caught:
        write_coverage(table_of_paser(), tmp_path / "tidak-ada" / "cakupan.xlsx")
    assert caught.value.exit_code is Exit.OUTPUT
