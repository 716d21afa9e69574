"""Writing a user's text into a cell so that it is only ever text."""

from __future__ import annotations

from typing import Any


def write_text(sheet: Any, row: int, column: int, text: str, look: Any = None) -> None:
    """Write `text` into a cell of an XlsxWriter worksheet: never a formula, a link, a number, or markup.

    XlsxWriter takes a text from `<r>` to `</r>` for markup of its own; cut in pieces it is escaped like any other.
    """
    if text.startswith("<r>") and text.endswith("</r>"):
        sheet.write_rich_string(row, column, text[:1], text[1:2], text[2:], *([look] if look else []))
    else:
        sheet.write_string(row, column, text, look)
