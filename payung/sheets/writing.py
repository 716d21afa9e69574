"""Writing a user's text so that it is only ever text: in a cell of a workbook, and on paper."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

_LONGEST = 32_767
"""UTF-16 units that a cell holds."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]+")
# Latin, Greek and Cyrillic letters with their marks, and the usual punctuation.
_NO_GLYPH = re.compile("[^ -~\u00a0-\u04ff\u1e00-\u1eff\u2010-\u2027\u2030-\u2040\u25a1]")


@contextmanager
def new_book(out: Path) -> Iterator[Any]:
    """An XlsxWriter workbook for many rows, written to `out` at the end; nothing in it becomes a formula or a link.

    Rows wait in files beside the result, which is private, not in a folder for everybody; when the disk is full these
    files are let go. OSError when it cannot be written; other errors are XlsxWriter's own.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": str(out.parent),
    }
    book = xlsxwriter.Workbook(str(out), options)
    try:
        with book:
            yield book
    except BaseException as error:
        for sheet in book.worksheets():
            _let_go(getattr(sheet, "row_data_fh", None))
            _let_go(getattr(sheet, "fh", None))
        # XlsxWriter wraps what the system said: the caller wants to know whether the disk is full.
        if isinstance(error, FileCreateError) and error.args and isinstance(error.args[0], OSError):
            raise error.args[0] from error
        raise


def _let_go(waiting: Any) -> None:
    """Close a file whose rows may not be flushed any more; closing still gives it back."""
    if waiting is not None:
        with suppress(OSError):
            waiting.close()


def write_text(sheet: Any, row: int, column: int, text: str, look: Any = None) -> None:
    """Write `text` into a cell of an XlsxWriter worksheet: never a formula, a link, a number, or markup.

    XlsxWriter takes a text from `<r>` to `</r>` for markup of its own; cut in pieces it is escaped like any other.
    """
    text = whole(text)
    if text.startswith("<r>") and text.endswith("</r>"):
        # Pieces are escaped twice: a control character would come back as its code.
        plain = _CONTROL.sub(" ", text)[: _LONGEST // 2]
        sheet.write_rich_string(row, column, plain[:1], plain[1:2], plain[2:], *([look] if look else []))
    else:
        sheet.write_string(row, column, text, look)


def whole(text: str) -> str:
    """The text without half characters: a single one would stop a whole workbook."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def printable(text: str) -> str:
    """One line of text that the packaged typefaces can show; any other sign becomes a box.

    PDF/A forbids a sign without a glyph, so one emoji in an address would stop a whole decree.
    """
    if text.isascii() and text.isprintable():
        return text
    return _NO_GLYPH.sub("\u25a1", " ".join(unicodedata.normalize("NFC", text).split()))


def printable_all(data: Any) -> Any:
    """A template's data with every text made printable; names of fields stay as they are."""
    if isinstance(data, str):
        return printable(data)
    if isinstance(data, Mapping):
        return {key: printable_all(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [printable_all(value) for value in data]
    return data
