"""One worksheet's XML, read for the places where something of ours goes; every other byte stays as it was.

The sheet is walked once with expat, which gives byte offsets. Nothing is parsed into a tree and written anew,
so that formulas, extensions, conditional formats and what an unknown producer added come back as they came.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from xml.parsers import expat

from payung.core.errors import PayungError

STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
# The order of a worksheet's children in ISO/IEC 29500-1, 18.3.1.99; Excel refuses a sheet in another order.
ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate",
    "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting", "dataValidations",
    "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks",
    "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing",
    "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "AlternateContent",
    "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
_PLACE = {name: place for place, name in enumerate(ORDER)}
_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_TAG = re.compile(rb"""<[^\s/>]+(?:\s+[^\s=>]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*/?>""")
_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")

Edit = tuple[int, int, bytes]
"""Replace the bytes from start to end."""


@dataclass(slots=True)
class Part:
    """A direct child of the worksheet element."""

    name: str
    start: int
    end: int
    attributes: dict[str, str]


@dataclass(slots=True)
class Cell:
    """Where a cell stands in the sheet's bytes: its column (from 0), its bytes, its style."""

    column: int
    start: int
    end: int
    """Start of what follows the cell."""
    style: int


@dataclass(slots=True)
class Row:
    """A row's offsets and those of its cells that somebody asked for."""

    number: int
    start: int
    close: int
    """Where the row's end tag begins; for a self-closing row, where its tag ends."""
    empty_tag: bool
    style: int | None
    cells: dict[int, Cell] = field(default_factory=dict)
    gaps: dict[int, int] = field(default_factory=dict)
    """For a cell that was asked for and is not there: the offset where it belongs."""


@dataclass(slots=True)
class Sheet:
    """What a walk through the sheet found."""

    data: bytes
    prefix: str
    namespace: str
    content_start: int
    content_end: int
    parts: list[Part]
    rows: dict[int, Row]
    last_column: int
    """The last column with a value anywhere on the sheet."""
    header: dict[int, str]
    """Texts of the header row, by column."""
    first_row: dict[int, str]
    """Texts of row 1, by column."""

    def part(self, name: str) -> Part | None:
        return next((part for part in self.parts if part.name == name), None)

    def place_for(self, name: str) -> int:
        """Offset where a child of this name belongs by the schema's order."""
        rank = _PLACE[name]
        for part in self.parts:
            if _PLACE.get(part.name, len(ORDER)) > rank:
                return part.start
        return self.content_end

    def tag(self, name: str) -> str:
        return f"{self.prefix}:{name}" if self.prefix else name


def as_utf8(data: bytes) -> bytes:
    """The same document as UTF-8, not declared as anything else; PayungError when undecodable."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = "utf-16"
    else:
        found = _DECLARED.match(data.removeprefix(codecs.BOM_UTF8)[:200])
        name = found[1].decode("ascii").lower() if found else "utf-8"
    if name in ("utf-8", "utf8", "us-ascii", "ascii"):
        return data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode(name)
    except (LookupError, UnicodeDecodeError) as error:
        raise _broken() from error
    body = re.sub(r"^\ufeff?<\?xml.*?\?>", "", text, count=1, flags=re.DOTALL)
    return b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' + body.encode("utf-8", "replace")


def clean(text: str) -> str:
    """Text without the characters that XML forbids."""
    return _BAD.sub("", text)


def escape(text: str) -> str:
    """Text for a workbook's XML: illegal characters dropped, what looks like `_x0041_` kept literal."""
    text = _ESCAPED.sub("_x005F_", clean(text)).replace("\r", "_x000D_")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def unescape(text: str) -> str:
    """Excel's `_x000D_` escapes back to characters."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), text)


def letters(column: int) -> str:
    """1 → A, 27 → AA."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def column_number(name: str) -> int:
    """A → 1, AA → 27."""
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - 64
    return number


def tag_at(data: bytes, start: int) -> bytes:
    """The whole start tag at an offset."""
    found = _TAG.match(data, start)
    if not found:
        raise _broken()
    return found[0]


def splice(data: bytes, edits: list[Edit]) -> bytes:
    """Apply edits that do not overlap; those at the same place keep their order."""
    pieces: list[bytes] = []
    place = 0
    for start, end, text in sorted(edits, key=lambda edit: (edit[0], edit[1])):
        if start < place:
            raise ValueError("Dua suntingan bertumpuk")
        pieces += (data[place:start], text)
        place = end
    pieces.append(data[place:])
    return b"".join(pieces)


def scan(
    data: bytes,
    wanted: Mapping[int, Set[int]],
    *,
    header_row: int,
    last_column: int,
    shared: Callable[[int], str],
) -> Sheet:
    """Walk a worksheet (UTF-8). `wanted` names, per row, the columns whose cells or places are needed.

    Cells right of `last_column` are kept for every row, because what an earlier round wrote stands there.
    `shared` resolves an index into the shared strings. PayungError when the XML is broken or declares a DTD.
    """
    walker = _Walker(data, wanted, header_row, last_column, shared)
    try:
        walker.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise _broken() from error
    return walker.result()


def _broken() -> PayungError:
    return PayungError(
        "Isi lembar Excel ini rusak atau tidak lazim.",
        todo="Buka dengan Excel atau LibreOffice, simpan ulang sebagai .xlsx, lalu kirim lagi.",
    )


def safe_parser() -> expat.XMLParserType:
    """An expat parser that refuses any document type declaration, hence any entity."""

    def refuse(*_: object) -> None:
        raise _broken()

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    return parser


class _Walker:
    """Handlers for one walk. Inside `sheetData` lighter handlers take over: they run once per cell."""

    def __init__(
        self,
        data: bytes,
        wanted: Mapping[int, Set[int]],
        header_row: int,
        last_column: int,
        shared: Callable[[int], str],
    ) -> None:
        self.data, self.wanted, self.header_row, self.shared = data, wanted, header_row, shared
        self.asked_column = last_column
        self.parser = safe_parser()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.depth = 0
        self.prefix = self.namespace = ""
        self.content_start = self.content_end = 0
        self.parts: list[Part] = []
        self.rows: dict[int, Row] = {}
        self.texts: dict[tuple[int, int], str] = {}
        self.row_number = self.column = self.max_column = 0
        self.row_start = 0
        self.row_style: int | None = None
        self.cells: list[tuple[int, int, str]] = []
        self.columns: dict[str, int] = {}
        self.text_kind = ""
        self.text_tag = ""
        self.row_tag = self.cell_tag = self.data_tag = ""
        self.value_tags: frozenset[str] = frozenset()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth == 1:
            self.prefix = name.rpartition(":")[0]
            self.namespace = attributes.get(f"xmlns:{self.prefix}" if self.prefix else "xmlns", "")
            at = self.parser.CurrentByteIndex
            self.content_start = at + len(tag_at(self.data, at))
            head = f"{self.prefix}:" if self.prefix else ""
            self.row_tag, self.cell_tag, self.data_tag = f"{head}row", f"{head}c", f"{head}sheetData"
            self.value_tags = frozenset((f"{head}v", f"{head}f", f"{head}is"))
            self.text_tags = frozenset((f"{head}v", f"{head}t"))
            self.phonetic_tag = f"{head}rPh"
        elif self.depth == 2:
            local = name.rpartition(":")[2]
            self.parts.append(Part(local, self.parser.CurrentByteIndex, 0, attributes))
            if name == self.data_tag:
                self.parser.StartElementHandler = self.start_inside
                self.parser.EndElementHandler = self.end_inside

    def end(self, _name: str) -> None:
        if self.depth == 1:
            self.content_end = self.parser.CurrentByteIndex
        elif self.depth == 2:
            self.parts[-1].end = self._after_end()
        self.depth -= 1

    def _after_end(self) -> int:
        """Offset behind the ending element; expat stands at its end tag, or behind a self-closing tag."""
        at = self.parser.CurrentByteIndex
        part = self.parts[-1]
        if at == part.start + len(tag_at(self.data, part.start)) and self.data[at - 2 : at] == b"/>":
            return at
        return self.data.index(b">", at) + 1

    def start_inside(self, name: str, attributes: dict[str, str]) -> None:
        if name == self.cell_tag:
            reference = attributes.get("r")
            if reference:
                head = reference.rstrip("0123456789")
                column = self.columns.get(head)
                if column is None:
                    column = self.columns[head] = column_number(head)
            else:
                column = self.column + 1
            self.column = column
            self.cells.append((column, self.parser.CurrentByteIndex, attributes.get("s", "0")))
            self.text_kind = attributes.get("t", "n")
        elif name in self.value_tags:
            if self.column > self.max_column:
                self.max_column = self.column
        elif name == self.row_tag:
            number = attributes.get("r")
            self.row_number = int(number) if number else self.row_number + 1
            self.row_start = self.parser.CurrentByteIndex
            self.row_style = int(attributes["s"]) if "s" in attributes else None
            self.column = 0
            self.cells = []
            if self.row_number in (1, self.header_row):
                self.parser.StartElementHandler = self.start_text
                self.parser.EndElementHandler = self.end_text

    def end_inside(self, name: str) -> None:
        if name == self.row_tag:
            self._finish_row()
        elif name == self.data_tag:
            self.parser.StartElementHandler = self.start
            self.parser.EndElementHandler = self.end
            self.end(name)

    def start_text(self, name: str, attributes: dict[str, str]) -> None:
        """As inside, and listen to texts: only in the first row and in the header."""
        self.start_inside(name, attributes)
        if name == self.phonetic_tag:
            self.text_tag = name
        elif name in self.text_tags and self.text_tag != self.phonetic_tag:
            self.parser.CharacterDataHandler = self.characters

    def characters(self, text: str) -> None:
        key = (self.row_number, self.column)
        self.texts[key] = self.texts.get(key, "") + text

    def end_text(self, name: str) -> None:
        self.parser.CharacterDataHandler = None
        if name == self.phonetic_tag:
            self.text_tag = ""
        elif name == self.cell_tag:
            key = (self.row_number, self.column)
            text = self.texts.get(key, "")
            if self.text_kind == "s" and text.strip().isdigit():
                text = self.shared(int(text))
            self.texts[key] = unescape(text)
        elif name == self.row_tag:
            self.parser.StartElementHandler = self.start_inside
            self.parser.EndElementHandler = self.end_inside
            self._finish_row()

    def _finish_row(self) -> None:
        asked = self.wanted.get(self.row_number)
        cells = self.cells
        if asked is None and not (cells and cells[-1][0] > self.asked_column):
            return
        at = self.parser.CurrentByteIndex
        tag = tag_at(self.data, self.row_start)
        empty = tag.endswith(b"/>")
        row = Row(self.row_number, self.row_start, at, empty, self.row_style)
        columns = [cell[0] for cell in cells]
        for place, (column, start, style) in enumerate(cells):
            if column > self.asked_column or (asked and column in asked):
                after = cells[place + 1][1] if place + 1 < len(cells) else at
                row.cells[column] = Cell(column, start, after, int(style))
        for column in asked or ():
            if column not in row.cells:
                place = bisect_left(columns, column)
                row.gaps[column] = cells[place][1] if place < len(cells) else at
        self.rows[self.row_number] = row

    def result(self) -> Sheet:
        return Sheet(
            data=self.data,
            prefix=self.prefix,
            namespace=self.namespace,
            content_start=self.content_start,
            content_end=self.content_end,
            parts=self.parts,
            rows=self.rows,
            last_column=self.max_column,
            header={c: text.strip() for (r, c), text in self.texts.items() if r == self.header_row},
            first_row={c: text.strip() for (r, c), text in self.texts.items() if r == 1},
        )
