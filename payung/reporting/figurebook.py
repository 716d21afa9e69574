"""The figures as a workbook: one sheet, with what each column counts, its source and its day."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext as _

from payung.core.dates import day
from payung.reporting.published import KINDS
from payung.reporting.queries import Line, Table
from payung.reporting.tables import HIDDEN
from payung.sheets.writing import new_book, write_text

_HEAD = 4
"""Lines above the table: title, note, source, day."""


def write_figures(table: Table, out: Path) -> None:
    """Write a table of figures. Numbers are numbers; what is not shown is a star, what was never counted is empty."""
    with new_book(out) as book:
        sheet = book.add_worksheet(_("Angka"))
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        soft = book.add_format({"font_color": "#555555", "text_wrap": True, "valign": "top"})
        number = book.add_format({"num_format": "#,##0"})
        strong = book.add_format({"num_format": "#,##0", "bold": True, "top": 1})
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, len(table.keys), 17)
        write_text(sheet, 0, 0, f"{_('Angka')} {table.title}", bold)
        note = _("Tanpa data orang.")
        if table.for_everybody:
            note += " " + _(
                "Tanda * berarti tidak ditampilkan, karena dapat menunjuk kurang dari lima orang."
            )
        write_text(sheet, 1, 0, note)
        for column, key in enumerate(table.keys, 1):
            write_text(sheet, 2, column, _(KINDS[key].source), soft)
        for column, key in enumerate(table.keys, 1):
            write_text(sheet, 3, column, _("keadaan %(day)s") % {"day": day(table.days[key])}, soft)
        write_text(
            sheet, _HEAD, 0, _("Kabupaten/kota") if table.level == "kabupaten" else _("Kecamatan"), bold
        )
        for column, key in enumerate(table.keys, 1):
            write_text(sheet, _HEAD, column, _(KINDS[key].title), bold)
        row = _HEAD
        for row, line in enumerate(table.lines, _HEAD + 1):
            _write_line(sheet, row, table, line, number)
        if table.total:
            _write_line(sheet, row + 1, table, table.total, strong)
        sheet.freeze_panes(_HEAD + 1, 1)


def _write_line(sheet: object, row: int, table: Table, line: Line, look: object) -> None:
    write_text(sheet, row, 0, line.name, look)
    for column, (_key, counted, value) in enumerate(line.cells(table.keys), 1):
        if value is not None:
            sheet.write_number(row, column, value, look)  # type: ignore[attr-defined]
        else:
            write_text(sheet, row, column, HIDDEN if counted else "", look)
