"""Forms out: what is written for an RT comes back as the same people."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from payung.core.application import Application
from payung.core.errors import PayungError
from payung.core.headers import field_among
from payung.intake.check import check_file
from payung.intake.forms import FIELDS, HEADER_ROW, RtForm, write_form, write_sheet_pdf
from payung.intake.lists import RowKind
from payung.intake.mapping import LIST_FIELDS
from tests.unit.intake_tables import POLICY

SITI = Application(
    "0123456789abcdef", "a.xlsx", "S", 2, nik="6401044108900001", kk="6401042010150002", name="SITI AMINAH",
    birth_on=date(1990, 8, 1), sex="P", mother_name="AMINAH", address="=JL. MAWAR", rt="003", desa_raw="Janju",
    occupation_raw="Petani", income_idr=900_000, pupil=False, phone="081234567890",
)  # fmt: skip
FORM = RtForm(
    "Kabupaten Paser", "Tanah Grogot", "64.01.04.2004", "Janju", "003", "", (SITI,),
    tuple(group.title for group in POLICY.groups), 5,
)  # fmt: skip


def test_every_header_of_the_form_is_understood_as_its_own_field() -> None:
    for field in FIELDS:
        assert field_among(field.header, LIST_FIELDS) == field.name.removesuffix("_idr"), field.header


def test_a_form_that_comes_back_unchanged_holds_the_same_people_under_the_same_ids(tmp_path: Path) -> None:
    path = tmp_path / "formulir.xlsx"
    write_form(FORM, path)
    read = check_file(path, POLICY)
    (a,) = read.applications
    assert a.row_id == SITI.row_id
    for name in (
        "nik",
        "kk",
        "name",
        "birth_on",
        "sex",
        "mother_name",
        "address",
        "rt",
        "income_idr",
        "pupil",
        "phone",
    ):
        assert getattr(a, name) == getattr(SITI, name), name
    assert a.group == "petani"
    assert read.findings == ()
    assert read.layouts[0].header_row == HEADER_ROW
    assert read.layouts[0].kinds[HEADER_ROW + 1 :] == (RowKind.EMPTY,) * (
        len(read.layouts[0].kinds) - HEADER_ROW - 1
    )


def test_somebody_written_into_an_empty_row_is_found_and_marked(tmp_path: Path) -> None:
    path, marked = tmp_path / "formulir.xlsx", tmp_path / "hasil.xlsx"
    write_form(FORM, path)
    book = load_workbook(path)
    sheet = book.worksheets[0]
    for column, text in ((2, "6401040502850003"), (4, "BUDI"), (6, "05-02-1985"), (7, "L"), (13, "Nelayan")):
        sheet.cell(HEADER_ROW + 2, column).value = text
    sheet.cell(HEADER_ROW + 2, 10).value = "003"
    sheet.cell(HEADER_ROW + 2, 12).value = "Janju"
    book.save(path)
    read = check_file(path, POLICY, marked)
    assert [a.name for a in read.applications] == ["SITI AMINAH", "BUDI"]
    again = check_file(marked, POLICY)
    assert [a.row_id for a in again.applications] == [a.row_id for a in read.applications]
    assert again.applications[0].row_id == SITI.row_id


def test_nothing_of_a_person_becomes_a_formula_and_the_lists_offer_the_groups(tmp_path: Path) -> None:
    path = tmp_path / "formulir.xlsx"
    write_form(FORM, path)
    book = load_workbook(path)
    assert book.worksheets[0].cell(HEADER_ROW + 1, 9).data_type == "s"
    assert [cell.value for cell in book["Pilihan"]["A"]][1:] == list(FORM.groups)


def test_the_printed_sheet_is_made_for_known_and_for_no_people(tmp_path: Path) -> None:
    for form in (FORM, replace(FORM, rows=())):
        out = tmp_path / "lembar.pdf"
        write_sheet_pdf(form, out)
        assert out.read_bytes().startswith(b"%PDF")


def test_a_form_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(PayungError, match="tidak dapat ditulis"):
        write_form(FORM, tmp_path / "tidak" / "ada.xlsx")
    with pytest.raises(PayungError, match="tidak dapat ditulis"):
        write_sheet_pdf(FORM, tmp_path / "tidak" / "ada.pdf")


def test_the_same_people_give_the_same_rows(tmp_path: Path) -> None:
    parts = []
    for name in ("a.xlsx", "b.xlsx"):
        write_form(FORM, tmp_path / name)
        with zipfile.ZipFile(tmp_path / name) as package:
            parts.append(package.read("xl/worksheets/sheet1.xml"))
    assert parts[0] == parts[1]
