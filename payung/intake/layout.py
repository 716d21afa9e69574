"""How a sheet is laid out: its header, the kind of every row, and what stands in titles and between the people.

Pure. Nothing is guessed from values alone: a column means what its header says.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from payung.core import headers
from payung.core.nik import is_valid
from payung.intake.cells import is_number, says_nothing, text_of
from payung.intake.headings import HEADER_WITHIN, Block, first_header, header_at
from payung.intake.lists import RowKind
from payung.intake.mapping import LIST_FIELDS, ListMapping
from payung.intake.marks import ID_HEADER, RESULT_HEADER, SUMMARY_TITLE
from payung.intake.places import desa_named, district_named
from payung.sheets.table import Cell, SheetTable

_EVIDENCE = (
    "kk", "birth_on", "sex", "mother_name", "birth_place", "occupation", "phone", "address", "income", "employer",
    "pupil",
)  # fmt: skip
_PLACE_FIELDS = frozenset(
    "number row_id rt rw rt_rw dusun desa kecamatan collector collector_kk collected_on".split()
)
_TOTAL = re.compile(r"(?:grand\s*|sub\s*)?(?:jumlah|total|jml)\b", re.IGNORECASE)
_SIGNATURE = re.compile(
    r"(?:mengetahui|menyetujui|disetujui|kepala (?:desa|kelurahan)|lurah|camat|pj\.? kepala|plt\.? |ketua r[tw]|"
    r"sekretaris|pendata|petugas|hormat|tertanda|ttd|nip\b|dibuat oleh|catatan|keterangan|ket\b|nb\b|sumber)"
    r"|.*,\s*(?:tgl\.?|tanggal)?\s*(?:\d{1,2}|[.…_]+)\s+[a-z]+\s+\d{4}$",
    re.IGNORECASE,
)
_RT = re.compile(r"\b(?:rt|rukun tetangga)\b[\s.:]*(?:no\.?\s*)?0*([1-9]\d{0,2})\b", re.IGNORECASE)
_RW = re.compile(r"\b(?:rw|rukun warga)\b[\s.:]*(?:no\.?\s*)?0*([1-9]\d{0,2})\b", re.IGNORECASE)
_SEVERAL = re.compile(
    r"\brt\b[\s.:]*\d+\s*(?:-|–|s\.?/?d\.?|sampai|,|&|dan)\s*(?:rt\b[\s.:]*)?\d+", re.IGNORECASE
)
_COLLECTOR = re.compile(
    r"(?:nama\s+)?(?:ketua\s+rt|pendata|petugas(?:\s+pendata)?)\b[\s.\d]*:\s*(.*[a-z].*)", re.IGNORECASE
)
_DIGITS = re.compile(r"\d")


@dataclass(slots=True)
class Context:
    """What titles and lines between the people say of those below: texts as written, "" where nothing does."""

    rt: str = ""
    rw: str = ""
    desa: str = ""
    district: str = ""
    collector: str = ""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A row that is a person, with what stands above it."""

    number: int
    cells: tuple[Cell, ...]
    block: Block
    context: Context


@dataclass(slots=True)
class SheetReading:
    """A sheet taken apart. Without a header `blocks` is empty and there are no people."""

    name: str
    kinds: list[RowKind] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    people: list[PersonRow] = field(default_factory=list)
    last_column: int = 0
    ours: bool = False
    """Is this the summary that Payung wrote in an earlier round?"""
    numbers: int = 0
    """NIKs on a sheet without a header."""


def read_sheet(sheet: SheetTable, mappings: Sequence[ListMapping]) -> SheetReading:
    """Take one sheet apart."""
    reading = SheetReading(sheet.name)
    if sheet.rows and sheet.rows[0] and text_of(sheet.rows[0][0]) == SUMMARY_TITLE:
        reading.ours = True
        return reading
    texts = [[text_of(cell) for cell in row] for row in sheet.rows[: HEADER_WITHIN + 1]]
    found = first_header(texts, mappings)
    if found is None:
        _without_header(sheet, reading)
        return reading
    _Walk(sheet, reading, mappings, *found).run()
    return reading


def _without_header(sheet: SheetTable, reading: SheetReading) -> None:
    for row in sheet.rows:
        texts = [text for cell in row if (text := text_of(cell))]
        reading.kinds.append(RowKind.OTHER if texts else RowKind.EMPTY)
        reading.numbers += any(is_valid(text) for text in texts)


class _Walk:
    """One pass through a sheet's rows from its header on."""

    def __init__(
        self,
        sheet: SheetTable,
        reading: SheetReading,
        mappings: Sequence[ListMapping],
        index: int,
        lines: int,
        block: Block,
    ) -> None:
        self.sheet, self.reading, self.mappings = sheet, reading, mappings
        self.start, self.lines = index, lines
        self.context = Context(*numbers_in(sheet.name))
        header = sheet.rows[block.header_row - 1]
        self.ours = frozenset(at for at, cell in enumerate(header) if cell in (RESULT_HEADER, ID_HEADER))
        self.after_end = False
        self._take(block)

    def _take(self, block: Block) -> None:
        self.block = block
        self.reading.blocks.append(block)
        columns = block.columns
        self.nik = columns.get("nik", 0) - 1
        self.name = columns.get("name", 0) - 1
        self.number = columns.get("number", 0) - 1
        self.evidence = [columns[one] - 1 for one in _EVIDENCE if one in columns]
        self.places = frozenset(columns[one] - 1 for one in _PLACE_FIELDS if one in columns)

    def run(self) -> None:
        kinds, people, rows = self.reading.kinds, self.reading.people, self.sheet.rows
        for index in range(self.start):
            kinds.append(self._above(rows[index]))
        kinds += [RowKind.HEADER] * self.lines
        nik, index = self.nik, self.start + self.lines
        while index < len(rows):
            row = rows[index]
            cell = row[nik] if 0 <= nik < len(row) else None
            # What has eight digits where the NIK belongs is a person; everything else is looked at closely.
            if isinstance(cell, str) and len(cell) > 15 and cell.isdigit():
                kind = RowKind.PERSON
            else:
                kind, lines = self._close_look(row, index)
                if lines:
                    kinds += [kind] * lines
                    index += lines
                    nik = self.nik
                    continue
            if kind is RowKind.PERSON:
                people.append(PersonRow(index + 1, row, self.block, self.context))
                self.after_end = False
            kinds.append(kind)
            index += 1
        ours = {RESULT_HEADER, ID_HEADER}
        header = rows[self.reading.blocks[0].header_row - 1]
        self.reading.last_column = max(
            (at for at, cell in enumerate(header, start=1) if (text := text_of(cell)) and text not in ours),
            default=1,
        )
        self.reading.last_column = max(
            self.reading.last_column,
            *(at for block in self.reading.blocks for what, at in block.columns.items() if what != "row_id"),
        )

    def _above(self, row: Sequence[Cell]) -> RowKind:
        texts = [text for cell in row if (text := text_of(cell))]
        if not texts:
            return RowKind.EMPTY
        self._listen(texts)
        return RowKind.TITLE

    def _listen(self, texts: Sequence[str]) -> bool:
        """Take in what a title says; True when it said something of the people below."""
        line = " ".join(texts)
        rt, rw = numbers_in(line)
        desa, district = desa_named(line), district_named(line)
        collector = _COLLECTOR.match(line)
        if not (rt or rw or desa or district or collector):
            return False
        old = self.context
        # A new context: people above keep the one that stood above them.
        self.context = Context(
            rt or old.rt,
            rw or old.rw,
            desa or old.desa,
            district or old.district,
            collector[1].strip(" .:") if collector else "" if rt and rt != old.rt else old.collector,
        )
        return True

    def _close_look(self, row: Sequence[Cell], index: int) -> tuple[RowKind, int]:
        """The kind of a row; with a number of lines where the row and some below it are a header."""
        texts = [text_of(cell) for cell in row]
        written = [at for at, text in enumerate(texts) if text and at not in self.ours]
        if not written:
            return RowKind.EMPTY, 0
        if lines := self._header_again(texts, index):
            return RowKind.HEADER, lines
        nik = texts[self.nik] if 0 <= self.nik < len(texts) else ""
        digits = sum(one.isdigit() for one in nik)
        if digits >= 8:
            return RowKind.PERSON, 0
        if _is_numbering(row, written):
            return RowKind.NUMBERING, 0
        if _TOTAL.match(texts[written[0]]):
            self.after_end = True
            return RowKind.TOTAL, 0
        said = [texts[at] for at in written]
        if len(written) <= 3 and not digits and self._title(said):
            return RowKind.TITLE, 0
        return self._person_or_not(texts, written, nik), 0

    def _title(self, said: Sequence[str]) -> bool:
        """Is this a line such as `RT 003` or `DESA X` between the people?"""
        first = said[0].casefold()
        if re.match(
            r"(?:rt|rw|rukun|desa|kelurahan|kel\.|dusun|kecamatan|ketua rt|nama|daftar|data|wilayah)\b", first
        ):
            heard = self._listen(said)
            self.after_end = self.after_end and not heard
            return heard
        return False

    def _person_or_not(self, texts: Sequence[str], written: Sequence[int], nik: str) -> RowKind:
        name = texts[self.name] if 0 <= self.name < len(texts) else ""
        named = any(one.isalpha() for one in name)
        number = texts[self.number] if 0 <= self.number < len(texts) else ""
        counted = bool(re.fullmatch(r"\d+\.?", number))
        evidence = sum(1 for at in self.evidence if at < len(texts) and not says_nothing(texts[at]))
        weak = evidence < 3 and not counted
        if weak and any(_SIGNATURE.match(texts[at]) for at in written):
            self.after_end = True
            return RowKind.OTHER
        if (named and (counted or evidence or not says_nothing(nik)) and not (weak and self.after_end)) or (
            evidence >= 3
        ):
            return RowKind.PERSON
        if not self.after_end and all(at in self.places or says_nothing(texts[at]) for at in written):
            # A prepared row that nobody filled in: a running number, the RT, the desa.
            return RowKind.EMPTY
        return RowKind.OTHER

    def _header_again(self, texts: Sequence[str], index: int) -> int:
        """Number of header lines from here; a header in another order counts from here on."""
        if any(len(text) >= 6 and len(_DIGITS.findall(text)) >= 6 for text in texts):
            return 0
        words = [text.casefold() for text in texts if text]
        known = sum(text in self.block.keys for text in words)
        if len(words) < 2 or (known < 2 and not any(headers.field_among(t, LIST_FIELDS) for t in texts[:12])):
            return 0
        near = [texts]
        if index + 1 < len(self.sheet.rows):
            near.append([text_of(cell) for cell in self.sheet.rows[index + 1]])
        found = header_at(near, 0, self.mappings)
        if found is None:
            return 0
        lines, block = found
        if len(block.columns) < 3 and known < 2:
            return 0
        # Our id stands under the first header only, and holds for the whole column.
        identity = {"row_id": self.block.columns["row_id"]} if "row_id" in self.block.columns else {}
        columns = {**block.columns, **identity}
        known_places = self.block.columns.items()
        # A lower line of the header, or one with a part of its labels, does not turn the table round.
        if not columns.items() <= known_places and len(columns) >= max(3, len(known_places) // 2):
            self._take(replace(block, header_row=index + lines, columns=columns))
        self.after_end = False
        return lines


@lru_cache(maxsize=65536)
def numbers_in(text: str) -> tuple[str, str]:
    """RT and RW that a title or an address names, three digits each; "" for none, and for several RTs at once."""
    rt = None if _SEVERAL.search(text) else _RT.search(text)
    rw = _RW.search(text)
    return (f"{int(rt[1]):03d}" if rt else ""), (f"{int(rw[1]):03d}" if rw else "")


def _is_numbering(row: Sequence[Cell], written: Sequence[int]) -> bool:
    """`1 2 3 …` below a header: small numbers that go up, at least three of them and nothing else."""
    values: list[int] = []
    for at in written:
        found = re.fullmatch(r"\(?(\d{1,2})\)?", text_of(row[at]))
        if not found and not is_number(row[at]):
            return False
        values.append(int(found[1]) if found else -1)
    return len(values) >= 3 and all(b - a in (0, 1) for a, b in itertools.pairwise(values))
