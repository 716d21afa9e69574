"""Tables in text files: letters, separators, quotes and row numbers as a spreadsheet would show them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payung.core.errors import PayungError
from payung.sheets.limits import Limits
from payung.sheets.reading import read_table
from payung.sheets.text import separator


def _rows(folder: Path, data: bytes | str, name: str = "a.csv") -> tuple[tuple[object, ...], ...]:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_table(path).sheets[0].rows


def test_every_cell_stays_the_text_it_is(tmp_path: Path) -> None:
    assert _rows(tmp_path, "nik,rt,tgl\n0401014108900001,001,17-08-1980\n") == (
        ("nik", "rt", "tgl"),
        ("0401014108900001", "001", "17-08-1980"),
    )


def test_blank_lines_keep_their_number_and_those_at_the_end_do_not_count(tmp_path: Path) -> None:
    assert _rows(tmp_path, "\nDAFTAR\n\nNo;Nama\n1;Siti\n\n;;\n") == (
        (),
        ("DAFTAR",),
        (),
        ("No", "Nama"),
        ("1", "Siti"),
    )


def test_a_cell_over_two_lines_is_one_row(tmp_path: Path) -> None:
    assert _rows(tmp_path, 'No,Alamat\r\n1,"Jl. Poros\r\nRT 3"\r\n2,x\r\n')[1:] == (
        ("1", "Jl. Poros\r\nRT 3"),
        ("2", "x"),
    )


def test_quotes_within_a_cell_that_is_not_quoted_are_letters(tmp_path: Path) -> None:
    assert _rows(tmp_path, 'No,Nama\n1,Muhammad "Udin" S\n')[1] == ("1", 'Muhammad "Udin" S')


@pytest.mark.parametrize("mark", [";", "\t", ",", "|"])
def test_the_separator_is_seen_past_titles_and_within_quotes(mark: str) -> None:
    lines = [
        "DAFTAR PEKERJA RENTAN, RT 003; 2022\n",
        "\n",
        mark.join(("No", "NIK", "Nama", "Alamat")) + "\n",
        *[mark.join((str(n), "6401", '"Siti; Aminah, S.Pd"', '"RT 1 | RW 2\t"')) + "\n" for n in range(8)],
    ]
    assert separator(lines) == mark


def test_addresses_with_commas_do_not_outvote_the_real_separator(tmp_path: Path) -> None:
    text = "No;Alamat\n" + "".join(f"{n};Jl. A, RT 1, Desa B\n" for n in range(9))
    assert _rows(tmp_path, text)[1] == ("0", "Jl. A, RT 1, Desa B")


def test_the_line_that_tells_excel_the_separator_is_obeyed_and_not_a_row(tmp_path: Path) -> None:
    assert _rows(tmp_path, "sep=;\r\nNo;Nama\r\n1;a,b\r\n") == (("No", "Nama"), ("1", "a,b"))


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_all_line_endings_are_line_endings(tmp_path: Path, ending: str) -> None:
    assert _rows(tmp_path, ending.join(("No;Nama", "1;Siti", "2;Budi"))) == (
        ("No", "Nama"),
        ("1", "Siti"),
        ("2", "Budi"),
    )


@pytest.mark.parametrize("name", ["a.txt", "a.tsv", "a.CSV"])
def test_text_files_of_every_name_are_read_without_remark(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("No\tNama\n1\tSiti\n")
    file = read_table(path)
    assert (file.kind, file.remark, file.sheets[0].name) == ("csv", "", "")


def test_a_quote_left_open_in_the_last_row_is_found_too(tmp_path: Path) -> None:
    with pytest.raises(PayungError, match="baris 3 tidak pernah ditutup"):
        _rows(tmp_path, 'No,Nama\n1,Siti\n2,"Budi')


def test_limits_of_text_are_those_of_workbooks(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("1;2;3\n" * 5)
    read_table(path, Limits(rows=5, columns=3, cell_characters=1, answer_bytes=5 * 3 * 33))
    for limits, message in (
        (Limits(rows=4), "sampai baris 5"),
        (Limits(columns=2), "sampai kolom ke-3"),
        (Limits(answer_bytes=5 * 3 * 33 - 1), "terlalu besar"),
    ):
        with pytest.raises(PayungError, match=message):
            read_table(path, limits)


CELL = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]),
    min_size=1,
    max_size=12,
).filter(lambda text: bool(text.strip()))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.integers(2, 5).flatmap(
        lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=6)
    ),
    encoding=st.sampled_from(["utf-8-sig", "utf-16"]),
)
def test_what_is_written_quoted_comes_back_the_same(
    tmp_path: Path, rows: list[list[str]], encoding: str
) -> None:
    text = "sep=;\n" + "".join(
        ";".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in rows
    )
    assert _rows(tmp_path, text.encode(encoding)) == tuple(tuple(row) for row in rows)
