"""Table files that nobody should ever send: built small on disk, each with what must become of it."""

from __future__ import annotations

import base64
import io
import random
import struct
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SECRET_FILE = "/etc/passwd"


@dataclass(frozen=True, slots=True)
class Hostile:
    """One file. `refused` is a part of the message that must come; "" if the file must be read."""

    name: str
    write: Callable[[Path], None]
    refused: str = ""
    remark: str = ""


def plain_parts(sheet: str, *, strings: str = "", sheets: int = 1) -> dict[str, bytes]:
    """The parts of the smallest workbook Excel opens; `sheet` is the XML of every sheet, `strings` of its texts."""
    numbers = range(1, sheets + 1)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for n in numbers
    )
    listed = "".join(f'<sheet name="Lembar {n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_LINK}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    if strings:
        links += f'<Relationship Id="rIdS" Type="{_LINK}/sharedStrings" Target="sharedStrings.xml"/>'
    parts = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        f"{overrides}</Types>",
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_LINK}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{MAIN}" xmlns:r="{_LINK}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>',
    }
    if strings:
        parts["xl/sharedStrings.xml"] = strings
    return {name: text.encode() for name, text in parts.items()} | {
        f"xl/worksheets/sheet{n}.xml": sheet.encode() for n in numbers
    }


def sheet_xml(rows: str, *, before: str = "", after: str = "", prologue: str = "") -> str:
    return (
        f'{_HEAD}{prologue}<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    )


def text_cell(where: str, text: str) -> str:
    return f'<c r="{where}" t="inlineStr"><is><t>{text}</t></is></c>'


def zipped(path: Path, parts: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, data in parts.items():
            package.writestr(name, data)


_SMALL = f'<row r="1">{text_cell("A1", "NIK")}{text_cell("B1", "NAMA")}</row><row r="2">{text_cell("A2", "6401")}</row>'


def _far_cell(path: Path) -> None:
    rows = f'<row r="1">{text_cell("A1", "NIK")}</row><row r="1048576">{text_cell("XFD1048576", "x")}</row>'
    zipped(path, plain_parts(sheet_xml(rows)))


def _far_row(path: Path) -> None:
    rows = f'<row r="1">{text_cell("A1", "NIK")}</row><row r="1048576">{text_cell("A1048576", "x")}</row>'
    zipped(path, plain_parts(sheet_xml(rows)))


def _far_format(path: Path) -> None:
    rows = _SMALL + '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    zipped(path, plain_parts(sheet_xml(rows)))


def _long_text(megabytes: int) -> str:
    """Text that packs about sixtyfold: more than a table does, less than a bomb."""
    rng = random.Random(7)
    units = ["a" * 250 + base64.b64encode(rng.randbytes(3)).decode() for _ in range(4000)]
    block = "".join(units)
    return block * (megabytes * 1_000_000 // len(block))


def _huge_cell(path: Path) -> None:
    zipped(path, plain_parts(sheet_xml(f'<row r="1">{text_cell("A1", _long_text(64))}</row>')))


def _flat_cell(path: Path) -> None:
    zipped(path, plain_parts(sheet_xml(f'<row r="1">{text_cell("A1", "a" * 20_000_000)}</row>')))


def _million_rows(path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 1_000_001))
    zipped(path, plain_parts(sheet_xml(rows)))


def _many_rows_and_columns(path: Path) -> None:
    """Rows of two cells a hundred columns apart: no memory holds them as a table."""
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="CZ{n}"><v>1</v></c></row>' for n in range(1, 200_001)
    )
    zipped(path, plain_parts(sheet_xml(rows)))


def letters(column: int) -> str:
    """`A` for 1."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def _all_columns(path: Path) -> None:
    cells = "".join(f'<c r="{letters(n)}1"><v>{n}</v></c>' for n in range(1, 16_385))
    zipped(path, plain_parts(sheet_xml(f'<row r="1">{cells}</row>')))


def _thousand_sheets(path: Path) -> None:
    zipped(path, plain_parts(sheet_xml(_SMALL), sheets=1000))


def twin_sheets(path: Path, row_count: int = 500) -> None:
    """A hundred sheets that are all the same part: 400.000 cells out of one sheet of 4.000, or as many as wished."""
    rows = "".join(
        f'<row r="{n}">{"".join(f"""<c r="{letters(c)}{n}"><v>{c}</v></c>""" for c in range(1, 9))}</row>'
        for n in range(1, row_count + 1)
    )
    parts = plain_parts(sheet_xml(rows), sheets=100)
    links = parts["xl/_rels/workbook.xml.rels"].decode()
    for n in range(2, 101):
        links = links.replace(f'"worksheets/sheet{n}.xml"', '"worksheets/sheet1.xml"')
        del parts[f"xl/worksheets/sheet{n}.xml"]
    zipped(path, parts | {"xl/_rels/workbook.xml.rels": links.encode()})


def _merged_everywhere(path: Path) -> None:
    merged = "".join(f'<mergeCell ref="C{n}:H{n}"/>' for n in range(1, 20_001))
    zipped(path, plain_parts(sheet_xml(_SMALL, after=f'<mergeCells count="20000">{merged}</mergeCells>')))


def _lying_dimension(path: Path) -> None:
    zipped(path, plain_parts(sheet_xml(_SMALL, before='<dimension ref="A1:XFD1048576"/>')))


def _xxe(path: Path) -> None:
    doctype = f'<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file://{SECRET_FILE}">]>'
    rows = f'<row r="1">{text_cell("A1", "&x;")}</row>'
    zipped(path, plain_parts(sheet_xml(rows, prologue=doctype)))


def _late_xxe(path: Path) -> None:
    filler = base64.b64encode(random.Random(3).randbytes(100_000)).decode()
    doctype = f'<!--{filler}--><!DOCTYPE worksheet [<!ENTITY x SYSTEM "file://{SECRET_FILE}">]>'
    rows = f'<row r="1">{text_cell("A1", "&x;")}</row>'
    zipped(path, plain_parts(sheet_xml(rows, prologue=doctype)))


def _billion_laughs(path: Path) -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    strings = (
        f'{_HEAD}<!DOCTYPE sst [<!ENTITY l0 "ha">{entities}]><sst xmlns="{MAIN}" count="1" uniqueCount="1">'
        "<si><t>&l9;</t></si></sst>"
    )
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    zipped(path, plain_parts(sheet_xml(rows), strings=strings))


def _repeated_string(path: Path) -> None:
    """One text of 32.000 letters, pointed to from 17.000 cells: 544 MB that are not in the file."""
    strings = f'{_HEAD}<sst xmlns="{MAIN}" count="1" uniqueCount="1"><si><t>{"Rp" * 16_000}</t></si></sst>'
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 17_001))
    zipped(path, plain_parts(sheet_xml(rows), strings=strings))


def _repeated_string_below_memory(path: Path) -> None:
    strings = f'{_HEAD}<sst xmlns="{MAIN}" count="1" uniqueCount="1"><si><t>{"Rp" * 16_000}</t></si></sst>'
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 5_001))
    zipped(path, plain_parts(sheet_xml(rows), strings=strings))


def _lying_counts(path: Path) -> None:
    strings = (
        f'{_HEAD}<sst xmlns="{MAIN}" count="4294967295" uniqueCount="4294967295"><si><t>NIK</t></si></sst>'
    )
    zipped(path, plain_parts(sheet_xml('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'), strings=strings))


def _deep_xml(path: Path) -> None:
    nested = "<a>" * 100_000 + "</a>" * 100_000
    zipped(path, plain_parts(sheet_xml(_SMALL, after=f"<extLst>{nested}</extLst>")))


def _dde(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "NAMA")
        sheet.write_formula(1, 0, "=cmd|'/c calc.exe'!A1", None, "Siti")


def _with_macros(path: Path) -> None:
    parts = plain_parts(sheet_xml(_SMALL))
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main"
    )
    parts["xl/vbaProject.bin"] = compound({"VBA": b"Sub Auto_Open()"})
    zipped(path, parts)


def _outside_links(path: Path) -> None:
    parts = plain_parts(sheet_xml(_SMALL))
    parts["xl/externalLinks/externalLink1.xml"] = f'{_HEAD}<externalLink xmlns="{MAIN}"/>'.encode()
    zipped(path, parts)


def _zip_slip(path: Path) -> None:
    zipped(path, plain_parts(sheet_xml(_SMALL)) | {"../../../../tmp/jebakan.xml": b"<x/>"})


def _locked_zip(path: Path) -> None:
    """The flag of a zip password on every entry."""
    zipped(path, plain_parts(sheet_xml(_SMALL)))
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    path.write_bytes(data)


def _zip_bomb(path: Path) -> None:
    zipped(path, plain_parts(sheet_xml(_SMALL)) | {"xl/media/image1.png": bytes(30_000_000)})


def _lying_size(path: Path) -> None:
    """The directory says 1.000 bytes; 20 million come out."""
    parts = plain_parts(sheet_xml(_SMALL, after=" " * 20_000_000))
    zipped(path, parts)
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<L", data, at + 24, 1000)
    path.write_bytes(data)


def _million_entries(path: Path) -> None:
    """A directory that names a million parts, all the same one."""
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    directory = entry * 1_000_000
    local = b"PK\x03\x04" + bytes(26) + b"a"
    end64 = struct.pack(
        "<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1_000_000, 1_000_000, len(directory), len(local)
    )
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, len(local) + len(directory), 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    path.write_bytes(local + directory + end64 + locator + end)


def _truncated(path: Path) -> None:
    zipped(path, plain_parts(sheet_xml(_SMALL)))
    path.write_bytes(path.read_bytes()[:-200])


def _scrambled(path: Path) -> None:
    """A whole package around a sheet whose packed bytes are noise."""
    zipped(path, plain_parts(sheet_xml(_SMALL * 50)))
    data = bytearray(path.read_bytes())
    at = data.find(b"sheet1.xml") + 20
    data[at : at + 60] = random.Random(5).randbytes(60)
    path.write_bytes(data)


def _word(path: Path) -> None:
    zipped(path, {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})


def _binary_workbook(path: Path) -> None:
    zipped(path, {"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b"\x83\x01\x00"})


def _plain_zip(path: Path) -> None:
    zipped(path, {"lists/rt001.xlsx": b"x", "lists/rt002.xlsx": b"y"})


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file (OLE2, version 3) with the given streams, each padded to at least 4.096 bytes.

    Source: [MS-CFB], sections 2.2 to 2.6. One FAT sector, so less than 64 KB of streams.
    """
    sector, end, fat_mark, free = 512, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
    names = sorted(streams, key=lambda name: (len(name), name.upper()))
    directory_sectors = -(-(len(names) + 1) // 4)
    fat = [fat_mark, *range(2, directory_sectors + 1), end]
    bodies, entries = b"", b""
    for index, name in enumerate(names):
        body = streams[name].ljust(4096, b"\0")
        first, count = len(fat), -(-len(body) // sector)
        fat += [*range(first + 1, first + count), end]
        bodies += body.ljust(count * sector, b"\0")
        right = index + 2 if index + 1 < len(names) else free
        entries += _entry(name, 2, right=right, child=free, start=first, size=len(body))
    root = _entry("Root Entry", 5, right=free, child=1 if names else free, start=end, size=0)
    directory = (root + entries).ljust(directory_sectors * sector, b"\0")
    header = struct.pack(
        "<8s16s5H6x9L", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6,
        0, 1, 1, 0, 4096, end, 0, end, 0,
    )  # fmt: skip
    header += struct.pack("<109L", 0, *[free] * 108)
    table = struct.pack(f"<{sector // 4}L", *fat, *[free] * (sector // 4 - len(fat)))
    return header + table + directory + bodies


def _entry(name: str, kind: int, *, right: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBB3L16sL16sLQ", text, len(text) + 2, kind, 1, 0xFFFFFFFF, right, child, b"", 0, b"", start, size
    )


def old_workbook(cells: Mapping[tuple[int, int], str | float], *, locked: bool = False) -> bytes:
    """A BIFF8 workbook (.xls) of one sheet, "Data"; `locked` with the record that says it is encrypted.

    Source: [MS-XLS], records of section 2.4.
    """
    bof = struct.pack("<HHHHLL", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0x41, 0x06)
    head = (
        _record(0x0809, bof)
        + (_record(0x002F, b"\1" + bytes(53)) if locked else b"")
        + _record(0x0042, struct.pack("<H", 1200))
    )
    name = struct.pack("<BB", 4, 0) + b"Data"
    offset = len(head) + 4 + 6 + len(name) + 4
    head += _record(0x0085, struct.pack("<LBB", offset, 0, 0) + name) + _record(0x000A, b"")
    rows, columns = max(row for row, _ in cells) + 1, max(column for _, column in cells) + 1
    body = _record(0x0809, bof[:2] + struct.pack("<H", 0x0010) + bof[4:])
    body += _record(0x0200, struct.pack("<LLHHH", 0, rows, 0, columns, 0))
    for (row, column), value in sorted(cells.items()):
        where = struct.pack("<HHH", row, column, 15)
        if isinstance(value, str):
            text = value.encode("latin-1")
            body += _record(0x0204, where + struct.pack("<HB", len(text), 0) + text)
        else:
            body += _record(0x0203, where + struct.pack("<d", value))
    return compound({"Workbook": head + body + _record(0x000A, b"")})


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


OLD_CELLS: Mapping[tuple[int, int], str | float] = {
    (0, 0): "NIK", (0, 1): "NAMA", (2, 0): 6401014108900001.0, (2, 1): "SITI",
}  # fmt: skip


def _old(path: Path) -> None:
    path.write_bytes(old_workbook(OLD_CELLS))


def _old_locked(path: Path) -> None:
    path.write_bytes(old_workbook(OLD_CELLS, locked=True))


def _old_far_cell(path: Path) -> None:
    path.write_bytes(old_workbook({(0, 0): "NIK", (65_535, 255): "x"}))


def _old_truncated(path: Path) -> None:
    path.write_bytes(old_workbook(OLD_CELLS)[:2500])


def _encrypted(path: Path) -> None:
    noise = random.Random(1)
    path.write_bytes(
        compound({"EncryptionInfo": noise.randbytes(1000), "EncryptedPackage": noise.randbytes(9000)})
    )


def _old_word(path: Path) -> None:
    path.write_bytes(compound({"WordDocument": b"Surat"}))


def _ods(path: Path, repeat: str = "") -> None:
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'{_HEAD}<office:document-content xmlns:office="{office}office:1.0" xmlns:table="{office}table:1.0" '
        f'xmlns:text="{office}text:1.0"><office:body><office:spreadsheet><table:table table:name="Data">'
        '<table:table-row><table:table-cell office:value-type="string"><text:p>NIK</text:p></table:table-cell>'
        f"</table:table-row>{repeat}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", "<manifest/>")
        package.writestr("content.xml", content)


def _ods_empty_rows(path: Path) -> None:
    _ods(
        path,
        '<table:table-row table:number-rows-repeated="1048575"><table:table-cell table:number-columns-repeated='
        '"16384"/></table:table-row>',
    )


def _ods_repeated(path: Path) -> None:
    _ods(
        path,
        '<table:table-row table:number-rows-repeated="1048575"><table:table-cell table:number-columns-repeated="16384" '
        'office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>',
    )


def _formulas(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "JUMLAH")
        sheet.write_formula(1, 0, "=SUM(B:B)", None, 7)
        sheet.write_formula(2, 0, '=IF(TRUE,"a","b")', None, "a")


def _endless_hours(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_number(0, 0, 6401014108900001, book.add_format({"num_format": "[h]:mm:ss"}))


def _hidden_rows(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for row in range(4):
            sheet.write_string(row, 0, f"baris {row + 1}")
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_row(2, None, None, {"hidden": True})


def _protected_sheet(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "NIK")
        sheet.protect("rahasia")


def _empty_sheet(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet()


_CSV = "No;NIK;Nama\r\n1;6401014108900001;Siti Nur’aini\r\n2;;Café\r\n"


def _bytes(data: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(data)

    return write


def _million_lines(path: Path) -> None:
    path.write_bytes(b"6401014108900001,SITI\n" * 1_000_000)


def _one_line(path: Path) -> None:
    path.write_bytes(b"6401014108900001 " * 1_000_000)


def _wide_lines(path: Path) -> None:
    path.write_bytes(b"1," * 16_384 + b"\n")


def _long_csv_cell(path: Path) -> None:
    path.write_bytes(b"NIK,NAMA\n1," + b"a" * 40_000 + b"\n")


def _noise() -> bytes:
    buffer = io.BytesIO()
    buffer.write(bytes([1, 2, 3, 4]))
    buffer.write(random.Random(2).randbytes(5000))
    return buffer.getvalue()


_JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000") + bytes(500)
_HTML = b"<html><body><table><tr><td>NIK</td></tr></table></body></html>"

CORPUS: tuple[Hostile, ...] = (
    Hostile("sel-jauh.xlsx", _far_cell, "terlalu jauh dari tabel: XFD1048576"),
    Hostile("baris-jauh.xlsx", _far_row, "sampai baris 1.048.576"),
    Hostile("format-jauh.xlsx", _far_format),
    Hostile("sel-raksasa.xlsx", _huge_cell, "sel A1 pada lembar"),
    Hostile("sel-datar.xlsx", _flat_cell, "dimampatkan"),
    Hostile("sejuta-baris.xlsx", _million_rows, "sampai baris 1.000.000"),
    Hostile("baris-renggang.xlsx", _many_rows_and_columns, "sampai baris 200.000"),
    Hostile("semua-kolom.xlsx", _all_columns, "sampai kolom ke-16.384"),
    Hostile("seribu-lembar.xlsx", _thousand_sheets, "terdiri atas 1.004 bagian"),
    Hostile("lembar-kembar.xlsx", twin_sheets),
    Hostile("gabungan.xlsx", _merged_everywhere),
    Hostile("dimensi-bohong.xlsx", _lying_dimension),
    Hostile("xxe.xlsx", _xxe, "perintah XML (DTD)"),
    Hostile("xxe-jauh.xlsx", _late_xxe, "rusak"),
    Hostile("miliaran-tawa.xlsx", _billion_laughs, "perintah XML (DTD)"),
    Hostile("teks-berulang.xlsx", _repeated_string, "MB memori"),
    Hostile("teks-berulang-sedang.xlsx", _repeated_string_below_memory, "terlalu besar"),
    Hostile("hitungan-bohong.xlsx", _lying_counts, "MB memori"),
    Hostile("xml-dalam.xlsx", _deep_xml),
    Hostile("dde.xlsx", _dde),
    Hostile("makro.xlsx", _with_macros, remark="makro"),
    Hostile("makro.xlsm", _with_macros, remark="makro"),
    Hostile("tautan-luar.xlsx", _outside_links, remark="tautan"),
    Hostile("sandi.xlsx", _encrypted, "dikunci dengan kata sandi"),
    Hostile("sandi-zip.xlsx", _locked_zip, "dikunci dengan kata sandi"),
    Hostile("lama.xlsx", _old, remark="buku kerja Excel lama"),
    Hostile("lama.xls", _old),
    Hostile("lama-sandi.xls", _old_locked, "dikunci dengan kata sandi"),
    Hostile("lama-sel-jauh.xls", _old_far_cell, "MB memori"),
    Hostile("lama-terpotong.xls", _old_truncated, "rusak"),
    Hostile("baru.xls", _merged_everywhere, remark="buku kerja Excel (.xlsx)"),
    Hostile("word.xls", _old_word, "dokumen Word"),
    Hostile("word.xlsx", _word, "dokumen Word"),
    Hostile("biner.xlsx", _binary_workbook, ".xlsb"),
    Hostile("arsip.xlsx", _plain_zip, "arsip"),
    Hostile("keluar.xlsx", _zip_slip, "menunjuk ke luar berkas"),
    Hostile("bom.xlsx", _zip_bomb, "dimampatkan"),
    Hostile("ukuran-bohong.xlsx", _lying_size, "rusak"),
    Hostile("sejuta-bagian.xlsx", _million_entries, "terdiri atas 1.000.000 bagian"),
    Hostile("terpotong.xlsx", _truncated, "terpotong"),
    Hostile("teracak.xlsx", _scrambled, "rusak"),
    Hostile("nol.xlsx", _bytes(b""), "kosong (0 byte)"),
    Hostile("nol.csv", _bytes(b""), "kosong (0 byte)"),
    Hostile("kosong.xlsx", _empty_sheet, "tidak ada satu sel pun"),
    Hostile("kosong.csv", _bytes(b"\r\n ; \r\n"), "tidak ada satu sel pun"),
    Hostile("~$daftar.xlsx", _bytes(b"\x05Siti" + bytes(160)), "berkas sementara Excel"),
    Hostile("biasa.ods", _ods),
    Hostile("baris-kosong.ods", _ods_empty_rows),
    Hostile("berulang.ods", _ods_repeated, "MB memori"),
    Hostile("jam-raksasa.xlsx", _endless_hours, "berformat jam"),
    Hostile("rumus.xlsx", _formulas),
    Hostile("tersembunyi.xlsx", _hidden_rows),
    Hostile("lembar-terkunci.xlsx", _protected_sheet),
    Hostile("utf8.csv", _bytes(_CSV.encode())),
    Hostile("utf8-bom.csv", _bytes(_CSV.encode("utf-8-sig"))),
    Hostile("utf16.csv", _bytes(_CSV.encode("utf-16"))),
    Hostile("utf16-tanpa-bom.csv", _bytes(_CSV.encode("utf-16-le"))),
    Hostile("cp1252.csv", _bytes(_CSV.encode("cp1252"))),
    Hostile("csv.xlsx", _bytes(_CSV.encode()), remark="teks (CSV)"),
    Hostile("bukan-huruf.csv", _bytes(b"NIK,NAMA\n1,\x81\x8d\x8f\n"), "tidak dikenali"),
    Hostile("nul.csv", _bytes(b"NIK,NAMA\n1,a\0b\n"), "NUL"),
    Hostile(
        "kutip.csv", _bytes(b'NIK,NAMA\n1,"Siti\n2,Budi\n' + b"3,x\n" * 200), "kutip yang dibuka pada baris 2"
    ),
    Hostile(
        "kutip-panjang.csv",
        _bytes(b'NIK,NAMA\n1,"Siti\n' + b"3,x\n" * 100_000),
        "kutip yang dibuka pada baris 2",
    ),
    Hostile("sel-panjang.csv", _long_csv_cell, "sel di baris 2 pada tabel"),
    Hostile("sejuta-baris.csv", _million_lines, "sampai baris 50.001"),
    Hostile("baris-kosong.csv", _bytes(b"NIK;NAMA\n1;x\n" + b";;;\n" * 300_000)),
    Hostile("baris-kosong-terus.csv", _bytes(b"NIK;NAMA\n" + b"\n" * 1_200_000), "sampai baris 1.048.577"),
    Hostile("satu-baris.csv", _one_line, "terlalu panjang untuk sebuah tabel"),
    Hostile("semua-kolom.csv", _wide_lines, "sampai kolom ke-16.38"),
    Hostile("foto.xlsx", _bytes(_JPEG), "gambar atau foto"),
    Hostile("dokumen.xlsx", _bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), "PDF"),
    Hostile("laman.xls", _bytes(_HTML), "halaman web"),
    Hostile(
        "xml.xls",
        _bytes(b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>'),
        "isinya XML",
    ),
    Hostile("derau.xlsx", _bytes(_noise()), "bukan tabel yang dikenal"),
)


def build(folder: Path) -> dict[str, Path]:
    """Write the whole corpus into a folder; file names to paths."""
    found = {}
    for one in CORPUS:
        path = folder / one.name
        one.write(path)
        found[one.name] = path
    return found
