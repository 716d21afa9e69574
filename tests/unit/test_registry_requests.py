"""Asking a register's owner: the fewest fields, ids that come back, words that read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from payung.core.application import Application
from payung.core.errors import Exit, PayungError
from payung.registry.requests import WORDS, write_request
from payung.registry.rules import REGISTERS, RegisterInput, Status, read_status, request_id

SITI = Application(
    "r1", "rt1.xlsx", "RT", 5, nik="6401014108900001", kk="6401010101100001", name="=SITI", birth_on=date(1990, 8, 1),
    sex="P", mother_name="AMINAH", phone="081234567890",
)  # fmt: skip
BUDI = Application("r2", "rt1.xlsx", "RT", 6, nik="6401010108900002", name="BUDI", birth_on=None)


def test_only_what_the_owner_needs_leaves_the_house(tmp_path: Path) -> None:
    write_request(REGISTERS["bpjs"], [SITI, BUDI], tmp_path / "minta.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "minta.xlsx")["Permintaan"]
    cells = [cell.value for row in sheet.iter_rows() for cell in row if cell.value]
    assert "6401014108900001" in cells
    assert not {"AMINAH", "081234567890", "6401010101100001"} & set(cells)


def test_cells_stay_text_and_never_become_formulas(tmp_path: Path) -> None:
    write_request(REGISTERS["dukcapil"], [SITI, BUDI], tmp_path / "minta.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "minta.xlsx")["Permintaan"]
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row if cell.value} == {"s"}


def test_a_name_cannot_write_markup_into_the_workbook(tmp_path: Path) -> None:
    odd = replace(SITI, name="<r><t>BUDI</t></r>")
    write_request(REGISTERS["bpjs"], [odd], tmp_path / "minta.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "minta.xlsx")["Permintaan"]
    assert odd.name in [cell.value for cell in sheet[2]]


def test_every_word_offered_to_an_owner_reads_back_as_its_status() -> None:
    for register in REGISTERS.values():
        for status in register.answers:
            assert read_status(WORDS[status]) is status


@pytest.mark.parametrize(
    ("cell", "status"),
    [
        ("aktif", Status.ACTIVE),
        (" Non-Aktif ", Status.INACTIVE),
        ("TIDAK AKTIF", Status.INACTIVE),
        ("Meninggal Dunia", Status.DEAD),
        ("tidak ditemukan", Status.ABSENT),
        ("", None),
        (None, None),
        ("entahlah", Status.UNREADABLE),
    ],
)
def test_an_answer_is_read_by_its_meaning_and_silence_is_not_a_no(
    cell: str | None, status: Status | None
) -> None:
    assert read_status(cell) is status


def test_a_request_is_named_by_what_it_asks_not_by_the_order() -> None:
    assert request_id("bpjs", ["a", "b"]) == request_id("bpjs", ["b", "a"])
    assert request_id("bpjs", ["a", "b"]) != request_id("asn", ["a", "b"])
    assert request_id("bpjs", ["a", "b"]) != request_id("bpjs", ["a"])


def test_a_register_is_named_with_its_file_and_its_date() -> None:
    register = RegisterInput.parse("BPJS=data/peserta@kantor.csv@2022-09-15")
    assert (register.name, register.path, register.as_of) == (
        "bpjs",
        Path("data/peserta@kantor.csv"),
        date(2022, 9, 15),
    )
    assert RegisterInput.parse("asn=asn.xlsx").as_of is None


@pytest.mark.parametrize("text", ["bpjs", "=x.csv", "bpjs=", "kemenag=x.csv", "bpjs=x.csv@2022-02-30"])
def test_a_register_that_cannot_be_understood_says_so(text: str) -> None:
    with pytest.raises(PayungError) as caught:
        RegisterInput.parse(text)
    assert caught.value.exit_code is Exit.USAGE
