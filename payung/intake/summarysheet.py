"""The sheet `Ringkasan`: four numbers that add up to the file, the kinds of fault, and how to go on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from payung.core.finding import Finding, Severity
from payung.intake.marks import RESULT_HEADER, SUMMARY_TITLE, WorkbookMarks, sentence, worst
from payung.intake.sheetxml import escape, letters
from payung.intake.stylesxml import CHANGED_COLOUR, COLOURS, HEADER_COLOUR, Styles

MEMORY_COLUMN = 7
"""Row 1 of this hidden column keeps, as JSON, the fills that lie under our colours."""
_CHOICE_COLUMN = 8
_WIDTHS = {3: 80}
"""Characters that fit into the columns with long texts."""
_LINE_HEIGHT = 15
"""Points."""
_WEIGHT = {Severity.FAULT: 0, Severity.QUESTION: 1, Severity.NOTE: 2}
_LEGEND = {
    Severity.FAULT: "Harus diperbaiki: baris ini belum dapat diputus.",
    Severity.QUESTION: "Perlu dijawab: mungkin benar, mungkin keliru.",
    Severity.NOTE: "Hanya keterangan: tidak perlu diubah.",
}
_MENDED = "Sudah diperbaiki petugas: catatan di selnya menyebut isi yang lama."
_STEPS = (
    "1. Buka lembar daftar. Sel yang berwarna mempunyai catatan: arahkan penunjuk ke sel itu untuk membacanya.",
    f"2. Kolom {RESULT_HEADER} di kanan daftar merangkum semua yang perlu diperbaiki pada tiap baris.",
    "3. Perbaiki langsung di sel itu. Urutan baris boleh diubah; kolom tersembunyi jangan dihapus.",
    "4. Simpan, lalu kirim kembali berkas ini. Warna, catatan dan lembar ini akan diganti dengan yang baru.",
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fault: how often, and where it was first seen."""

    code: str
    severity: Severity
    count: int
    example: Finding
    sheet: str
    cell: str
    """Like `C7`; '' for a finding of the whole file."""


def kinds(marks: WorkbookMarks) -> list[Kind]:
    """The kinds of fault, the gravest and most frequent first."""
    found: dict[str, list[tuple[Finding, str, str]]] = {}
    for finding in marks.general:
        found.setdefault(finding.code, []).append((finding, "", ""))
    for sheet in marks.sheets:
        for row in sheet.rows:
            for cell in row.cells:
                place = f"{letters(cell.column)}{row.row}"
                for finding in cell.findings:
                    found.setdefault(finding.code, []).append((finding, sheet.name, place))
    all_kinds = [
        Kind(code, worst(tuple(f for f, _, _ in seen)), len(seen), *seen[0]) for code, seen in found.items()
    ]
    return sorted(all_kinds, key=lambda kind: (_WEIGHT[kind.severity], -kind.count, kind.code))


def choice_formulas(choices: Mapping[str, tuple[str, ...]], sheet_name: str) -> dict[str, str]:
    """For each named list of choices the formula that a drop-down refers to it by."""
    place = sheet_name.replace("'", "''")
    formulas: dict[str, str] = {}
    for offset, (name, texts) in enumerate(choices.items()):
        literal = ",".join(texts)
        column = letters(_CHOICE_COLUMN + offset)
        long = len(literal) > 200 or any("," in text or '"' in text for text in texts)
        formulas[name] = f"'{place}'!${column}$2:${column}${len(texts) + 1}" if long else f'"{literal}"'
    return formulas


def _lines(value: str | int, column: int) -> int:
    """Lines that a text takes in its column: not every program makes a row as high as what it holds."""
    width = _WIDTHS.get(column)
    return 1 if width is None else max(1, -(-len(str(value)) // (width + 6)))


class _Page:
    """Rows of inline strings and numbers, in order."""

    def __init__(self, styles: Styles, choices: Mapping[str, tuple[str, ...]]) -> None:
        self.rows: list[str] = []
        self.links: list[tuple[str, str]] = []
        self._choices = list(choices.items())
        self.plain = styles.text(wrap=True)
        self.line = styles.text()
        self.number = styles.number()
        self.bold = styles.text(bold=True)
        self.head = styles.text(colour=HEADER_COLOUR, bold=True)
        self.colour = {s: styles.text(colour=COLOURS[s], wrap=True) for s in Severity}

    def add(self, *cells: tuple[str | int, int]) -> int:
        """One row of (value, style); returns its number."""
        number = len(self.rows) + 1
        texts = [self._cell(column, number, *cell) for column, cell in enumerate(cells, start=1)]
        for offset, (name, values) in enumerate(self._choices):
            value = name if number == 1 else values[number - 2] if number - 2 < len(values) else ""
            if value:
                texts.append(self._cell(_CHOICE_COLUMN + offset, number, value, self.plain))
        lines = max((_lines(value, column) for column, (value, _) in enumerate(cells, start=1)), default=1)
        height = f' ht="{lines * _LINE_HEIGHT}" customHeight="1"' if lines > 1 else ""
        self.rows.append(f'<row r="{number}"{height}>{"".join(texts)}</row>')
        return number

    @staticmethod
    def _cell(column: int, row: int, value: str | int, style: int) -> str:
        place = f'r="{letters(column)}{row}"'
        if isinstance(value, int):
            return f'<c {place} s="{style}"><v>{value}</v></c>'
        text = f'<t xml:space="preserve">{escape(value[:32_000])}</t>'
        return f'<c {place} s="{style}" t="inlineStr"><is>{text}</is></c>'

    def data(self, namespace: str) -> bytes:
        links = "".join(f'<hyperlink ref="{ref}" location="{escape(to)}"/>' for ref, to in self.links)
        last = _CHOICE_COLUMN + len(self._choices) - 1
        hidden = f'<col min="{MEMORY_COLUMN}" max="{last}" width="20" hidden="1" customWidth="1"/>'
        return (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{namespace}">'
            '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView showGridLines="0" '
            'workbookViewId="0"/></sheetViews><cols><col min="1" max="1" width="48" customWidth="1"/>'
            '<col min="2" max="2" width="10" customWidth="1"/><col min="3" max="3" width="80" customWidth="1"/>'
            f'<col min="4" max="4" width="24" customWidth="1"/>{hidden}</cols><sheetData>{"".join(self.rows)}'
            f"</sheetData>{f'<hyperlinks>{links}</hyperlinks>' if links else ''}"
            '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
            '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
        ).encode()


def summary_xml(
    marks: WorkbookMarks,
    styles: Styles,
    *,
    file: str,
    sha256: str,
    remark: str,
    choices: Mapping[str, tuple[str, ...]],
    namespace: str,
) -> bytes:
    """The worksheet part of the summary. `remark` says what happened to the format, '' when nothing did."""
    page = _Page(styles, choices)
    memory = json.dumps(styles.own_fills)
    gap = [("", page.plain)] * (MEMORY_COLUMN - 2)
    page.add((SUMMARY_TITLE, page.bold), *gap, (memory if len(memory) < 32_000 else "[]", page.line))
    page.add(("Berkas", page.plain), ("", page.plain), (file, page.plain))
    page.add(("Sidik berkas asli (SHA-256)", page.plain), ("", page.plain), (sha256, page.plain))
    page.add((remark, page.bold)) if remark else page.add()
    page.add()
    _numbers(page, marks)
    page.add()
    _faults(page, marks)
    page.add()
    page.add(("Arti warna", page.bold))
    for severity, text in _LEGEND.items():
        page.add((text, page.colour[severity]))
    if any(sheet.changes for sheet in marks.sheets):
        page.add((_MENDED, styles.text(colour=CHANGED_COLOUR, wrap=True)))
    page.add()
    page.add(("Cara memperbaiki", page.bold))
    for step in _STEPS:
        page.add((step, page.line))
    for _ in range(max((len(texts) for texts in choices.values()), default=0) + 1 - len(page.rows)):
        page.add()
    return page.data(namespace)


def _numbers(page: _Page, marks: WorkbookMarks) -> None:
    counts = marks.counts
    page.add(("Baris", page.head), ("Jumlah", page.head), ("Artinya", page.head))
    for label, number, meaning in (
        ("Baik", counts.good, "Dapat dipakai sekarang."),
        ("Perlu diperbaiki", counts.to_fix, "Ada sel berwarna pada baris ini."),
        ("Sudah ada", counts.already_there, "Orang yang sama sudah diterima dari berkas sebelumnya."),
        ("Bukan orang", counts.not_person, "Judul, jumlah, baris kosong, atau kepala tabel yang berulang."),
        ("Jumlah semua baris", counts.rows, "Tidak ada baris yang dilewati."),
    ):
        page.add((label, page.plain), (number, page.number), (meaning, page.plain))


def _faults(page: _Page, marks: WorkbookMarks) -> None:
    found = kinds(marks)
    if not found:
        page.add(("Tidak ada yang perlu diperbaiki.", page.bold))
        return
    page.add(
        ("Jenis temuan", page.head), ("Jumlah", page.head), ("Contoh", page.head), ("Sel pertama", page.head)
    )
    for kind in found:
        title = marks.titles.get(kind.code, kind.code.replace("_", " "))
        where = f"{kind.sheet}!{kind.cell}" if kind.cell else ""
        row = page.add(
            (title, page.colour[kind.severity]),
            (kind.count, page.number),
            (sentence(kind.example), page.plain),
            (where, page.plain),
        )
        if kind.cell:
            place = kind.sheet.replace("'", "''")
            page.links.append((f"D{row}", f"'{place}'!{kind.cell}"))
