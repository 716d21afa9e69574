"""The roll as a workbook and as Parquet: sums to the rupiah, text that stays text, the same bytes again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from payung.allocation.roll import in_order, roll_hash
from payung.core.errors import Exit, PayungError
from payung.core.month import Month
from payung.engine.duckdb_engine import open_engine
from payung.engine.engine import Engine
from payung.enrolment.files import read_roll, write_roll, write_roll_parquet
from payung.policy.loader import local
from tests.unit.enrolment_people import HOSTILE, cells, entry, formulas

POLICY = local("paser-2022")
PEOPLE = [entry(number) for number in range(30)]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with open_engine(workspace=tmp_path / "ruang") as opened:
        yield opened


def test_the_workbook_lists_the_roll_in_canonical_order_with_its_hash(tmp_path: Path) -> None:
    out = tmp_path / "daftar.xlsx"
    sha256 = write_roll(reversed(PEOPLE), POLICY, out)
    assert sha256 == roll_hash(e.row for e in PEOPLE)
    header, *rows, total = cells(out, "Daftar")
    assert [row[1] for row in rows] == [e.row.nik for e in in_order(PEOPLE)]
    first = dict(zip(header, rows[0], strict=True))
    expected = in_order(PEOPLE)[0]
    assert first["Nama"] == expected.row.name_raw.upper()
    assert (first["Dari"], first["Sampai"], first["Bulan"]) == ("Oktober 2022", "Desember 2022", 3)
    assert (first["Iuran per Bulan"], first["JKK"], first["JKM"], first["Jumlah"]) == (
        16_800,
        30_000,
        20_400,
        50_400,
    )
    assert first["Sumber Dana"] == "APBD Kabupaten Paser"
    assert (total[0], total[17:20]) == (30, (900_000, 612_000, 1_512_000))


def test_every_part_of_the_recap_adds_up_to_the_same_total_which_also_stands_in_words(tmp_path: Path) -> None:
    out = tmp_path / "daftar.xlsx"
    write_roll(PEOPLE, POLICY, out)
    rows = cells(out, "Rekap")
    assert "satu juta lima ratus dua belas ribu rupiah" in str(rows[1][0])
    totals = [row[1:] for row in rows if row[0] == "Jumlah"]
    assert totals == [(30, 900_000, 612_000, 1_512_000)] * 4
    at = [number for number, row in enumerate(rows) if row[0] == "Jumlah"]
    for start, end in zip([0, *at], at, strict=False):
        part = [row for row in rows[start + 1 : end] if isinstance(row[1], int)]
        assert tuple(sum(row[column] for row in part) for column in (1, 2, 3, 4)) == totals[0]


def test_identity_numbers_are_text_cells(tmp_path: Path) -> None:
    out = tmp_path / "daftar.xlsx"
    write_roll(PEOPLE, POLICY, out)
    sheet = openpyxl.load_workbook(out)["Daftar"]
    kinds = Counter((cell.data_type, cell.number_format) for cell in sheet["B"][1:-1])
    assert kinds == {("s", "@"): 30}


def test_no_name_becomes_a_formula_and_every_name_reads_as_it_was_typed(tmp_path: Path) -> None:
    out = tmp_path / "daftar.xlsx"
    write_roll([entry(n, name=text, address=text) for n, text in enumerate(HOSTILE)], POLICY, out)
    assert formulas(out) == []
    addresses = [str(row[5]).replace("_x000D_", "\r") for row in cells(out, "Daftar")[1:-1]]
    assert sorted(addresses) == sorted(HOSTILE)


def test_the_same_roll_gives_the_same_bytes_whatever_its_order(tmp_path: Path) -> None:
    one, two = tmp_path / "satu.xlsx", tmp_path / "dua.xlsx"
    write_roll(PEOPLE, POLICY, one)
    write_roll(reversed(PEOPLE), POLICY, two)
    assert one.read_bytes() == two.read_bytes()


def test_months_with_a_gap_are_named_because_the_span_hides_them(tmp_path: Path) -> None:
    months = (Month(2022, 10), Month(2022, 12))
    known = entry(1)
    partial = replace(
        known, row=replace(known.row, amount_idr=33_600), jkk_idr=20_000, jkm_idr=13_600, months=months
    )
    write_roll([partial], POLICY, tmp_path / "daftar.xlsx")
    row = cells(tmp_path / "daftar.xlsx", "Daftar")[1]
    assert (row[15], row[20]) == (2, "Hanya Oktober 2022, Desember 2022.")


def test_a_full_or_missing_folder_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(PayungError, match="tidak dapat ditulis") as caught:
        write_roll(PEOPLE, POLICY, tmp_path / "tidak-ada" / "daftar.xlsx")
    assert caught.value.exit_code is Exit.OUTPUT


def test_the_parquet_comes_back_as_the_same_roll(tmp_path: Path, engine: Engine) -> None:
    people = [*PEOPLE, entry(50, name="=1", phone=None, rw=""), replace(entry(51), continuity=True)]
    out = tmp_path / "daftar.parquet"
    write_roll_parquet(engine, reversed(people), out)
    assert read_roll(engine, out) == tuple(in_order(people))


def test_a_file_that_is_no_roll_is_named(tmp_path: Path, engine: Engine) -> None:
    (tmp_path / "lain.csv").write_text("nik,nama\n6401,Siti\n")
    with pytest.raises(PayungError, match=r"lain\.csv bukan daftar penerima"):
        read_roll(engine, tmp_path / "lain.csv")
    with pytest.raises(PayungError, match="tidak ada"):
        read_roll(engine, tmp_path / "hilang.parquet")
