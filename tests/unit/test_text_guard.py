"""What somebody typed stays text in every workbook and on every sheet of paper that we make."""

from __future__ import annotations

import ast
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.utils.escape import unescape

import payung
from payung.core.application import Application
from payung.enrolment.workbook import Column, workbook
from payung.intake.convert import convert
from payung.intake.forms import RtForm, write_form, write_sheet_pdf
from payung.registry.requests import write_request
from payung.registry.rules import REGISTERS
from payung.screening.review import Pair, Review, Side
from payung.screening.reviewbook import write_workbook
from payung.sheets.table import SheetTable, TableFile
from payung.sheets.writing import printable, write_text

NAMES = (
    "<r>x</r>", "<r><t>SITI</t></r>", "<r></r>", '<r>"&\u0001</r>', "=1+1", '=HYPERLINK("http://contoh.id")', "+62811", "-1",
    "@SUM(A1)", "\tTAB", "CR\rLF\n", "http://contoh.id", "6401044108900001", " spasi ", "_x0041_", "Si\ud83dti", "王 😀",
)  # fmt: skip
PEOPLE = tuple(
    Application(f"{number:016x}", "a.xlsx", "S", 2 + number, name=name, rt="003", desa_raw="Janju")
    for number, name in enumerate(NAMES)
)


def as_kept(name: str) -> str:
    """The text as a workbook can hold it: half a character and control characters inside markup cannot be."""
    return {"Si\ud83dti": "Si?ti", '<r>"&\u0001</r>': '<r>"& </r>'}.get(name, name)


def constant(path: Path) -> None:
    _plain(path, {"constant_memory": True})


def in_memory(path: Path) -> None:
    _plain(path, {})


def _plain(path: Path, options: dict[str, bool]) -> None:
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet, look = book.add_worksheet(), book.add_format({"num_format": "@"})
        for row, name in enumerate(NAMES):
            write_text(sheet, row, 0, name, look)
            write_text(sheet, row, 1, name)


def request(path: Path) -> None:
    write_request(REGISTERS["bpjs"], PEOPLE, path)


def form(path: Path) -> None:
    write_form(RtForm("Paser", "Tanah Grogot", "64.01.04.2004", "Janju", "003", "", PEOPLE, (), 2), path)


def converted(path: Path) -> None:
    table = TableFile(path, "csv", "0" * 64, (SheetTable("Data", tuple((name, "x") for name in NAMES)),))
    convert(table, {}, path)


def enrolment(path: Path) -> None:
    with workbook(path) as book:
        sheet = book.sheet("Data", (Column("NAMA", 20),))
        for name in NAMES:
            sheet.add((name,))


def review(path: Path) -> None:
    pairs = tuple(Pair(_side(name, "1"), _side(f"{name}.", "2"), "", {}, 0) for name in NAMES)
    write_workbook(Review(pairs, ()), path)


def _side(name: str, mark: str) -> Side:
    fields = dict.fromkeys(Side.__dataclass_fields__, "")
    return Side(**(fields | {"name": name, "fingerprint": mark * 64}))


@pytest.mark.parametrize("write", [constant, in_memory, request, form, converted, enrolment, review])
def test_every_workbook_keeps_what_was_typed_as_text(tmp_path: Path, write: Callable[[Path], None]) -> None:
    path = tmp_path / "uji.xlsx"
    write(path)
    found = set()
    for sheet in openpyxl.load_workbook(path):
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    assert cell.data_type != "f" or sheet.title.startswith("RT "), (
                        cell.coordinate,
                        cell.value,
                    )
                    assert cell.hyperlink is None
                    found |= {cell.value, unescape(cell.value)}  # openpyxl decodes shared texts only
    for name in NAMES:
        # The forms and the converted list drop what XML forbids and blanks around; nothing else is lost.
        plain = name.replace("\u0001", "").replace("\ud83d", "")
        assert {name, as_kept(name), plain, plain.strip()} & found, name
    with zipfile.ZipFile(path) as package:
        assert not [part for part in package.namelist() if "externalLink" in part]
        for part in package.namelist():
            if part.startswith("xl/worksheets/") and write is not form:
                assert b"<f>" not in package.read(part)


def test_only_one_place_writes_texts_into_cells() -> None:
    root = Path(payung.__file__).parent
    unguarded = {
        f"{path.relative_to(root)}:{node.lineno}"
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in ("write_string", "write_row", "write_column", "write_url", "insert_textbox")
    }
    # `write_row` of registry/bulk.py hands rows to the database's COPY.
    allowed = ("sheets/writing.py", "demo/", "registry/bulk.py")
    assert {place for place in unguarded if not place.startswith(allowed)} == set()


@pytest.mark.parametrize(
    "name", [*NAMES, "سِيتِي نُور", "👩‍👩‍👧‍👦", "e\u0301\u0301\u0301", "\u202e NIK", "#let x = 1"]
)
def test_the_printed_form_can_be_made_for_every_name(tmp_path: Path, name: str) -> None:
    person = replace(PEOPLE[0], name=name, address=name, mother_name=name)
    rt = RtForm("Paser", "Tanah Grogot", "64.01.04.2004", "Janju", "003", name, (person,), (name,))
    write_sheet_pdf(rt, tmp_path / "f.pdf")
    assert (tmp_path / "f.pdf").read_bytes().startswith(b"%PDF")


def test_a_sign_that_no_typeface_has_becomes_a_box_and_letters_stay() -> None:
    assert printable("SITI 😀") == "SITI □"
    assert printable("José Đinh") == "José Đinh"
    assert "\n" not in printable("a\nb")


@pytest.mark.parametrize("write", [request, form, converted, enrolment, review])
def test_no_row_waits_in_a_folder_that_everybody_shares(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path], None]
) -> None:
    """A killed run leaves what it wrote half: that must lie in its own folder, which the next run empties."""
    (tmp_path / "hasil").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tidak ada"))
    write(tmp_path / "hasil" / "uji.xlsx")
    assert [path.name for path in (tmp_path / "hasil").iterdir()] == ["uji.xlsx"]
