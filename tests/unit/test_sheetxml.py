"""The walk through a worksheet's XML finds the right places in whatever a producer wrote."""

from __future__ import annotations

import pytest

from payung.core.errors import PayungError
from payung.intake import sheetxml
from payung.intake.sheetxml import Sheet

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def walk(data: bytes, wanted: dict[int, set[int]] | None = None, header_row: int = 1) -> Sheet:
    return sheetxml.scan(
        data, wanted or {}, header_row=header_row, last_column=3, shared=lambda index: f"teks {index}"
    )


def sheet(rows: str, after: str = "", before: str = "") -> bytes:
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'.encode()


def test_a_missing_cell_gets_its_place_between_its_neighbours() -> None:
    data = sheet('<row r="5"><c r="A5"><v>1</v></c><c r="C5"><v>3</v></c></row>')
    row = walk(data, {5: {2, 3}}).rows[5]
    assert data[row.gaps[2] :].startswith(b'<c r="C5">')
    assert data[row.cells[3].start : row.cells[3].end] == b'<c r="C5"><v>3</v></c>'


def test_rows_and_cells_without_references_are_counted() -> None:
    data = sheet("<row/><row><c><v>1</v></c><c><v>2</v></c></row>")
    found = walk(data, {2: {2}})
    assert data[found.rows[2].cells[2].start :].startswith(b"<c><v>2</v>")
    assert found.last_column == 2


def test_a_self_closing_row_is_told_from_one_with_an_end_tag() -> None:
    found = walk(sheet('<row r="3"/><row r="4"></row>'), {3: {1}, 4: {1}})
    assert found.rows[3].empty_tag
    assert not found.rows[4].empty_tag


def test_header_texts_come_from_shared_and_inline_strings_alike() -> None:
    data = sheet(
        '<row r="1"><c r="A1" t="s"><v>7</v></c><c r="B1" t="inlineStr"><is><r><t>NA</t></r><r><t>MA</t></r>'
        '</is></c><c r="C1" t="inlineStr"><is><t>kk</t><rPh sb="0" eb="1"><t>x</t></rPh></is></c></row>'
    )
    assert walk(data).header == {1: "teks 7", 2: "NAMA", 3: "kk"}


def test_a_prefixed_producer_is_understood() -> None:
    data = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="D1"><x:v>1</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    ).encode()
    found = walk(data, {1: {4}})
    assert found.tag("row") == "x:row"
    assert found.last_column == 4
    assert [part.name for part in found.parts] == ["sheetData"]


def test_new_children_go_where_the_schema_wants_them() -> None:
    data = sheet("", after='<mergeCells/><pageMargins left="1"/><extLst><ext/></extLst>', before="<cols/>")
    found = walk(data)
    assert data[found.place_for("dataValidations") :].startswith(b"<pageMargins")
    assert data[found.place_for("legacyDrawing") :].startswith(b"<extLst>")
    merges = found.part("mergeCells")
    assert merges is not None
    assert data[merges.start : merges.end] == b"<mergeCells/>"
    assert data[found.content_end :] == b"</worksheet>"


def test_utf16_and_latin_sheets_are_read_as_utf8() -> None:
    text = '<?xml version="1.0" encoding="{}"?><worksheet><sheetData/></worksheet>'
    for name in ("UTF-16", "windows-1252"):
        assert walk(sheetxml.as_utf8(text.format(name).encode(name))).parts[0].name == "sheetData"


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE w [<!ENTITY a "b">]><w><sheetData/></w>',
        b'<!DOCTYPE w SYSTEM "http://contoh.invalid/x.dtd"><w/>',
        b"<w><sheetData><row></sheetData></w>",
        b"",
    ],
)
def test_entities_and_broken_xml_are_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(PayungError, match="rusak atau tidak lazim"):
        walk(data)


def test_escaping_keeps_text_literal_and_drops_what_xml_forbids() -> None:
    assert sheetxml.escape("a\x00<b>&_x0041_") == "a&lt;b&gt;&amp;_x005F_x0041_"
    assert sheetxml.unescape("a_x000D_b") == "a\rb"


@pytest.mark.parametrize(("number", "name"), [(1, "A"), (26, "Z"), (27, "AA"), (16384, "XFD")])
def test_columns_have_excel_names(number: int, name: str) -> None:
    assert sheetxml.letters(number) == name
    assert sheetxml.column_number(name) == number
