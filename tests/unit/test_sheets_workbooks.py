"""What is read from workbooks: rows where Excel shows them, numbers as numbers, dates as dates."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Generator
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from payung.core.errors import PayungError
from payung.sheets.reading import Unreadable, read_table, read_tables
from payung.sheets.table import TableFile

MORNING = datetime.fromisoformat("1980-08-17T07:30")


def _workbook(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "dd-mm-yyyy"})
        minute = book.add_format({"num_format": "dd-mm-yyyy hh:mm"})
        sheet = book.add_worksheet("Data RT")
        sheet.write_string(4, 2, "NIK")
        sheet.write_number(5, 2, 6401014108900001)
        sheet.write_number(5, 3, 1.5)
        sheet.write_boolean(6, 2, True)
        sheet.write_datetime(6, 4, date(1980, 8, 17), day)
        sheet.write_datetime(7, 3, MORNING, minute)
        sheet.write_blank(60_000, 300, None, book.add_format({"bold": True}))
        book.add_worksheet("Kosong")
        hidden = book.add_worksheet("Acuan")
        hidden.write_string(0, 0, "Petani")
        hidden.hide()
        book.add_chartsheet("Grafik")
    return path


def test_rows_and_columns_stand_where_excel_shows_them(tmp_path: Path) -> None:
    sheet = read_table(_workbook(tmp_path / "a.xlsx")).sheets[0]
    assert sheet.rows == (
        (),
        (),
        (),
        (),
        (None, None, "NIK"),
        (None, None, 6401014108900001, 1.5),
        (None, None, True, None, date(1980, 8, 17)),
        (None, None, None, MORNING),
    )


def test_a_whole_number_is_an_int_and_a_truth_no_number(tmp_path: Path) -> None:
    sheet = read_table(_workbook(tmp_path / "a.xlsx")).sheets[0]
    assert [type(cell) for cell in (*sheet.rows[5][2:], *sheet.rows[6][2:])] == [
        int,
        float,
        bool,
        type(None),
        date,
    ]


def test_empty_and_chart_sheets_are_left_out_and_hidden_ones_are_marked(tmp_path: Path) -> None:
    file = read_table(_workbook(tmp_path / "a.xlsx"))
    assert [(sheet.name, sheet.hidden) for sheet in file.sheets] == [("Data RT", False), ("Acuan", True)]


def test_a_file_is_known_by_its_bytes(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "a.xlsx")
    file = read_table(path)
    assert (file.path, file.kind, file.remark) == (path, "xlsx", "")
    assert file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_files_come_back_in_the_order_asked_for_and_a_broken_one_stops_nothing(tmp_path: Path) -> None:
    paths = [_workbook(tmp_path / f"{index}.xlsx") for index in range(7)]
    paths[3].write_bytes(b"")
    read = list(read_tables(paths, workers=3))
    assert [one.path for one in read] == paths
    assert [type(one) for one in read] == [*[TableFile] * 3, Unreadable, *[TableFile] * 3]


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipa.xlsx"
    os.mkfifo(pipe)
    for path, message in (
        (tmp_path / "tiada.xlsx", "tidak ditemukan"),
        (tmp_path, "bukan berkas biasa"),
        (pipe, "bukan berkas biasa"),
    ):
        with pytest.raises(PayungError, match=message):
            read_table(path)


def test_reading_on_is_only_done_as_far_as_somebody_asks(tmp_path: Path) -> None:
    reading = read_tables([_workbook(tmp_path / "a.xlsx")] * 30, workers=1)
    assert isinstance(next(reading), TableFile)
    assert isinstance(reading, Generator)
    reading.close()
    with pytest.raises(ValueError, match="at least one worker"):
        next(read_tables([], workers=0))
