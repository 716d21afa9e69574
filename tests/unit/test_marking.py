"""The marked workbook: marks in their cells, and everything of theirs where it was."""

from __future__ import annotations

import hashlib
import re
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from payung.core.errors import PayungError
from payung.core.finding import Finding, Severity
from payung.intake.marking import mark_workbook
from payung.intake.marks import CellMark, Counts, RowMark, SheetMarks, WorkbookMarks
from payung.intake.stylesxml import severity_of

SHEET = "RT 001"
HEADER = 3


def finding(row: int, code: str = "nik_numeric", severity: Severity = Severity.FAULT) -> Finding:
    return Finding(
        f"r{row}",
        "a.xlsx",
        SHEET,
        row,
        "nik",
        code,
        severity,
        "6.4E15",
        "",
        f"NIK baris {row} perlu diketik ulang.",
    )


def marks(*rows: RowMark, last: int = 6, choices: dict[int, tuple[str, ...]] | None = None) -> WorkbookMarks:
    return WorkbookMarks(
        (SheetMarks(SHEET, HEADER, last, rows, choices or {}),),
        Counts(len(rows), sum(bool(row.cells) for row in rows), 0, 3),
        titles={"nik_numeric": "NIK tersimpan sebagai angka"},
    )


def row_mark(row: int, *columns: int, severity: Severity = Severity.FAULT) -> RowMark:
    cells = tuple(CellMark(column, (finding(row, severity=severity),)) for column in columns)
    return RowMark(row, f"id{row:014d}", "Perbaiki NIK" if cells else "Baik", cells)


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """A list as a village makes it: merged title, widths, borders, a formula, hidden row, filter, notes of its own."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = SHEET
    sheet["A1"] = "DAFTAR PEKERJA RENTAN"
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.merge_cells("A1:F1")
    thin = Side(style="thin")
    for column, text in enumerate(("No", "NIK", "Nama", "L/P", "Pekerjaan", "Jumlah"), start=1):
        cell = sheet.cell(HEADER, column, text)
        cell.fill = PatternFill("solid", fgColor="FF1F4E79")
        cell.font = Font(bold=True, color="FFFFFFFF")
        cell.alignment = Alignment(horizontal="center")
    for row in range(4, 12):
        texts: tuple[int | str, ...] = (row - 3, f"640104010890{row:04d}", f"SITI {row}", "P", "Petani")
        for column, value in enumerate(texts, start=1):
            sheet.cell(row, column, value).border = Border(left=thin, right=thin, top=thin, bottom=thin)
        sheet.cell(row, 2).number_format = "@"
        sheet.cell(row, 6, f"=A{row}*2")
    sheet["C5"].fill = PatternFill("solid", fgColor="FFFFFF00")
    sheet["B6"].comment = Comment("Sudah ditanya ke Pak RT", "Bu Siti")
    sheet["C7"].comment = Comment("Nama di KTP", "Bu Siti")
    sheet.column_dimensions["B"].width = 22.5
    sheet.column_dimensions["C"].width = 31
    sheet.row_dimensions[9].hidden = True
    sheet.row_dimensions[4].height = 33
    sheet.freeze_panes = "A4"
    sheet.auto_filter.ref = "A3:F11"
    rule = CellIsRule(operator="lessThan", formula=["2"], font=Font(bold=True))  # type: ignore[no-untyped-call]
    sheet.conditional_formatting.add("A4:A11", rule)
    validation = DataValidation(type="list", formula1='"Petani,Nelayan"', allow_blank=True)
    validation.add("E4:E11")
    sheet.add_data_validation(validation)
    sheet.print_title_rows = "3:3"
    sheet.page_setup.orientation = "landscape"
    book.create_sheet("Catatan")["A1"] = "lembar lain"
    path = tmp_path / "daftar.xlsx"
    book.save(path)
    return path


def facts(path: Path) -> dict[str, object]:
    """What must not change: everything of theirs but the colour behind marked cells."""
    book = load_workbook(path)
    sheet = book[SHEET]
    return {
        "merged": sorted(str(area) for area in sheet.merged_cells.ranges),
        "widths": {k: d.width for k, d in sheet.column_dimensions.items() if k <= "F"},
        "hidden": [number for number, d in sheet.row_dimensions.items() if d.hidden],
        "heights": {number: d.height for number, d in sheet.row_dimensions.items() if d.height},
        "values": [[cell.value for cell in row] for row in sheet.iter_rows(max_col=6)],
        "fonts": [[cell.font.b for cell in row] for row in sheet.iter_rows(max_col=6)],
        "borders": [[cell.border.left.style for cell in row] for row in sheet.iter_rows(max_col=6)],
        "formats": [[cell.number_format for cell in row] for row in sheet.iter_rows(max_col=6)],
        "freeze": sheet.freeze_panes,
        "filter": sheet.auto_filter.ref,
        "conditional": [str(area.sqref) for area in sheet.conditional_formatting],
        "print": (sheet.print_title_rows, sheet.page_setup.orientation),
        "other": book["Catatan"]["A1"].value,
    }


def coloured(path: Path, sheet: str = SHEET, last: int = 6) -> dict[str, Severity]:
    cells = (cell for row in load_workbook(path)[sheet].iter_rows(max_col=last) for cell in row)
    found = {cell.coordinate: severity_of(str(cell.fill.fgColor.rgb)) for cell in cells}
    return {place: severity for place, severity in found.items() if severity}


def notes(path: Path) -> dict[str, str]:
    cells = (cell for row in load_workbook(path)[SHEET].iter_rows() for cell in row)
    return {cell.coordinate: cell.comment.text for cell in cells if cell.comment}


def test_marks_stand_in_their_cells_and_nowhere_else(workbook: Path, tmp_path: Path) -> None:
    out = tmp_path / "hasil.xlsx"
    rows = [row_mark(n) for n in range(6, 12)]
    mark_workbook(workbook, marks(row_mark(4, 2), row_mark(5, 3, severity=Severity.QUESTION), *rows), out)
    assert coloured(out) == {"B4": Severity.FAULT, "C5": Severity.QUESTION}
    found = notes(out)
    assert found["B4"] == "Payung: NIK baris 4 perlu diketik ulang."
    assert found["B6"] == "Sudah ditanya ke Pak RT"
    assert sorted(found) == ["B4", "B6", "C5", "C7"]


def test_nothing_of_theirs_moves(workbook: Path, tmp_path: Path) -> None:
    out = tmp_path / "hasil.xlsx"
    before = facts(workbook)
    mark_workbook(workbook, marks(*(row_mark(n, 2, 3, 4) for n in range(4, 12))), out)
    assert facts(out) == before


def test_result_and_hidden_id_stand_right_of_the_last_column(workbook: Path, tmp_path: Path) -> None:
    out = tmp_path / "hasil.xlsx"
    mark_workbook(workbook, marks(row_mark(4, 2), row_mark(5), last=5), out)
    sheet = load_workbook(out)[SHEET]
    assert [sheet.cell(r, 7).value for r in (3, 4, 5)] == ["HASIL", "Perbaiki NIK", "Baik"]
    assert [sheet.cell(r, 8).value for r in (3, 4, 5)] == ["_payung_id", f"id{4:014d}", f"id{5:014d}"]
    assert sheet.column_dimensions["H"].hidden
    assert not sheet.column_dimensions["G"].hidden


def test_a_second_round_replaces_the_first(workbook: Path, tmp_path: Path) -> None:
    first, second, third = (tmp_path / f"{n}.xlsx" for n in (1, 2, 3))
    mark_workbook(workbook, marks(*(row_mark(n, 2, 3, 6) for n in range(4, 12))), first)
    mark_workbook(first, marks(row_mark(8, 3), *(row_mark(n) for n in (4, 5, 6, 7, 9, 10, 11))), second)
    assert coloured(second) == {"C8": Severity.FAULT}
    assert sorted(notes(second)) == ["B6", "C7", "C8"]
    assert notes(second)["C7"] == "Nama di KTP"
    assert load_workbook(second).sheetnames == [SHEET, "Catatan", "Ringkasan"]
    sheet = load_workbook(second)[SHEET]
    assert [cell.value for cell in sheet[HEADER]][5:] == ["Jumlah", "HASIL", "_payung_id"]
    assert sheet["C5"].fill.fgColor.rgb == "FFFFFF00", "a colour of theirs comes back"
    mark_workbook(second, marks(*(row_mark(n) for n in range(4, 12))), third)
    assert coloured(third) == {}
    assert facts(third) == facts(workbook)


def test_a_second_round_also_replaces_after_another_program_saved_the_file(
    workbook: Path, tmp_path: Path
) -> None:
    first, saved, second = (tmp_path / f"{n}.xlsx" for n in (1, 2, 3))
    mark_workbook(workbook, marks(*(row_mark(n, 2) for n in range(4, 12))), first)
    load_workbook(first).save(saved)
    mark_workbook(saved, marks(*(row_mark(n) for n in range(4, 12))), second)
    assert coloured(second) == {}
    assert sorted(notes(second)) == ["B6", "C7"]
    assert load_workbook(second).sheetnames == [SHEET, "Catatan", "Ringkasan"]
    assert [cell.value for cell in load_workbook(second)[SHEET][HEADER]][5:] == [
        "Jumlah",
        "HASIL",
        "_payung_id",
    ]


def test_a_column_hasil_of_their_own_is_not_taken_for_ours(workbook: Path, tmp_path: Path) -> None:
    book = load_workbook(workbook)
    sheet = book[SHEET]
    sheet.cell(HEADER, 7).value, sheet.cell(HEADER + 1, 7).value = "HASIL", "lulus verifikasi"
    book.save(workbook)
    first, second = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    mark_workbook(workbook, marks(row_mark(4, 2), last=7), first)
    mark_workbook(first, marks(row_mark(4), last=7), second)
    for out in (first, second):
        written = load_workbook(out)[SHEET]
        assert [cell.value for cell in written[HEADER]][6:] == ["HASIL", "HASIL", "_payung_id"]
        assert written.cell(HEADER + 1, 7).value == "lulus verifikasi"


def test_a_note_of_theirs_on_the_same_cell_stays_above_ours(workbook: Path, tmp_path: Path) -> None:
    out = tmp_path / "hasil.xlsx"
    mark_workbook(workbook, marks(row_mark(6, 2)), out)
    assert notes(out)["B6"] == "Sudah ditanya ke Pak RT\n\nPayung: NIK baris 6 perlu diketik ulang."


def test_an_empty_cell_with_a_fault_is_made_with_the_style_of_its_row(workbook: Path, tmp_path: Path) -> None:
    book = load_workbook(workbook)
    sheet = book[SHEET]
    del sheet._cells[7, 4]
    book.save(workbook)
    out = tmp_path / "hasil.xlsx"
    mark_workbook(workbook, marks(row_mark(7, 4)), out)
    assert coloured(out) == {"D7": Severity.FAULT}
    assert load_workbook(out)[SHEET]["E7"].value == "Petani"


def test_drop_downs_are_added_where_they_have_none(workbook: Path, tmp_path: Path) -> None:
    out = tmp_path / "hasil.xlsx"
    groups = tuple(f"Kelompok pekerjaan nomor {number}" for number in range(20))
    mark_workbook(
        workbook, marks(row_mark(4), row_mark(11), choices={4: ("L", "P"), 5: groups, 3: groups}), out
    )
    found = {str(v.sqref): v.formula1 for v in load_workbook(out)[SHEET].data_validations.dataValidation}
    assert found == {"E4:E11": '"Petani,Nelayan"', "D4:D11": '"L,P"', "C4:C11": "'Ringkasan'!$I$2:$I$21"}
    summary = load_workbook(out)["Ringkasan"]
    assert [summary.cell(row, 9).value for row in range(2, 22)] == list(groups)
    assert summary.column_dimensions["G"].hidden


@pytest.mark.parametrize("text", ["=1+1", "+62", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")'])
def test_nothing_we_write_becomes_a_formula(workbook: Path, tmp_path: Path, text: str) -> None:
    out = tmp_path / "hasil.xlsx"
    bad = Finding("r", "a", SHEET, 4, "nik", text, Severity.FAULT, text, text, text)
    row = RowMark(4, text, text, (CellMark(2, (bad,)),))
    mark_workbook(workbook, marks(row, choices={4: (text, "P")}), out)
    book = load_workbook(out)
    assert (book[SHEET]["G4"].data_type, book[SHEET]["H4"].data_type) == ("s", "s")
    assert not any(cell.data_type == "f" for row in book["Ringkasan"].iter_rows() for cell in row)
    with zipfile.ZipFile(out) as package:
        sheets = b"".join(package.read(name) for name in package.namelist() if "worksheets/sheet" in name)
    assert set(re.findall(rb"<f>([^<]*)</f>", sheets)) == {b"A%d*2" % row for row in range(4, 12)}


def test_the_summary_counts_kinds_and_rows_and_names_the_original(workbook: Path, tmp_path: Path) -> None:
    out = tmp_path / "hasil.xlsx"
    mark_workbook(workbook, marks(row_mark(4, 2), row_mark(5, 2), row_mark(6)), out)
    rows = [[cell.value for cell in row][:4] for row in load_workbook(out)["Ringkasan"].iter_rows()]
    assert ["NIK tersimpan sebagai angka", 2, "NIK baris 4 perlu diketik ulang.", f"{SHEET}!B4"] in rows
    assert ["Bukan orang", 3] in [row[:2] for row in rows]
    assert hashlib.sha256(workbook.read_bytes()).hexdigest() in [row[2] for row in rows]


def test_a_summary_of_their_own_is_left_alone(workbook: Path, tmp_path: Path) -> None:
    book = load_workbook(workbook)
    book.create_sheet("RINGKASAN")["A1"] = "punya desa"
    book.save(workbook)
    first, second = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    mark_workbook(workbook, marks(row_mark(4, 2)), first)
    mark_workbook(first, marks(row_mark(4, 2)), second)
    assert load_workbook(second).sheetnames == [SHEET, "Catatan", "RINGKASAN", "Ringkasan Payung"]
    assert load_workbook(second)["RINGKASAN"]["A1"].value == "punya desa"


def test_parts_that_are_not_ours_keep_their_bytes(workbook: Path, tmp_path: Path) -> None:
    out = tmp_path / "hasil.xlsx"
    mark_workbook(workbook, marks(row_mark(4, 2)), out)
    with zipfile.ZipFile(workbook) as old, zipfile.ZipFile(out) as new:
        for name in (
            "xl/theme/theme1.xml",
            "xl/worksheets/sheet2.xml",
            "docProps/core.xml",
        ):
            assert old.read(name) == new.read(name)


def test_a_file_that_is_no_workbook_is_named_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"PK\x03\x04 terpotong")
    with pytest.raises(PayungError, match="simpan ulang"):
        mark_workbook(path, marks(), tmp_path / "out.xlsx")
    assert not (tmp_path / "out.xlsx").exists()
