"""The insurer's file: columns by a mapping, digits as text, nobody lost between the two sheets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from payung.allocation.roll import in_order
from payung.core.errors import Exit, PayungError
from payung.enrolment.bpjs import NOT_READY, write_bpjs
from payung.enrolment.bpjs_mapping import (
    DATE_FORMATS,
    FIELDS,
    SHIPPED,
    TEXT_FORMATS,
    Person,
    read_mapping,
    shipped_mapping,
)
from payung.policy.loader import local
from tests.unit.enrolment_people import HOSTILE, cells, entry, formulas

POLICY = local("paser-2022")
LATER = local("paser-2026")


def records(path: Path, sheet: str) -> list[dict[str, Any]]:
    header, *rows = cells(path, sheet)
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_the_first_row_is_the_header_and_each_person_stands_in_the_shape_of_the_form(tmp_path: Path) -> None:
    (file,) = write_bpjs([entry(1)], POLICY, tmp_path)
    assert file.path == tmp_path / "berkas-bpjs.xlsx"
    (row,) = records(file.path, "Pendaftaran")
    one = entry(1)
    assert row["NIK"] == one.row.nik
    assert row["NAMA LENGKAP"] == "BUDI SANTOSO"
    assert row["TANGGAL LAHIR"] == "02-02-1961"
    assert row["ALAMAT"] == "JL. MELATI NO. 1 RT 002 RW 001"
    assert (row["KOTA/KAB"], row["PROVINSI"]) == ("KABUPATEN PASER", "KALIMANTAN TIMUR")
    assert (row["UPAH"], row["JKK"], row["JKM"], row["IURAN PER BULAN"]) == (1_000_000, 10_000, 6_800, 16_800)
    assert (row["TGL MULAI"], row["TGL SELESAI"]) == ("01-10-2022", "31-12-2022")
    assert (row["JUMLAH BULAN"], row["JUMLAH IURAN"]) == (3, 50_400)
    assert row["NAMA IBU KANDUNG"] == "AISYAH"


def test_nik_kk_kpj_and_phone_are_text_cells(tmp_path: Path) -> None:
    (file,) = write_bpjs([entry(n) for n in range(5)], POLICY, tmp_path)
    sheet = openpyxl.load_workbook(file.path)["Pendaftaran"]
    titles = {cell.value: place for place, cell in enumerate(sheet[1], start=1)}
    for title in ("NIK", "NO KK", "NO HP"):
        for row in range(2, 7):
            cell = sheet.cell(row, titles[title])
            assert (cell.data_type, cell.number_format) == ("s", "@")
            assert str(cell.value).isdigit()


def test_who_is_not_ready_is_listed_with_what_is_missing_and_nobody_is_lost(tmp_path: Path) -> None:
    people = [
        entry(1),
        entry(2, mother_name=None),
        entry(3, phone="", work_hours=None),
        entry(4),
    ]
    (file,) = write_bpjs(people, POLICY, tmp_path)
    assert (file.people, file.ready.people, file.not_ready.people) == (4, 2, 2)
    late = records(file.path, NOT_READY)
    assert {row["NIK"]: row["BELUM ADA"] for row in late} == {
        people[1].row.nik: "nama ibu kandung",
        people[2].row.nik: "jam kerja, nomor HP",
    }
    ready = records(file.path, "Pendaftaran")
    assert {row["NIK"] for row in (*ready, *late)} == {one.row.nik for one in people}
    assert [row["NO"] for row in ready] == [1, 2]
    assert sum(row["JUMLAH IURAN"] for row in (*ready, *late)) == 4 * 50_400
    summary = cells(file.path, "Ringkasan")
    assert ("Jumlah", 4, 201_600) in summary
    assert ("nomor HP", 1, None) in summary


def test_each_wadah_has_its_own_file_named_by_type_and_source(tmp_path: Path) -> None:
    first, second = (source.id for source in LATER.sources[:2])
    people = [entry(1, source=first), entry(2, source=second), entry(3, source=first)]
    files = write_bpjs(people, LATER, tmp_path)
    assert {file.path.name for file in files} == {
        f"berkas-bpjs-{LATER.source(source).wadah}-{source}.xlsx" for source in (first, second)
    }
    assert sum(file.people for file in files) == 3


def test_nothing_that_people_typed_acts_in_the_file(tmp_path: Path) -> None:
    people = [
        entry(n, name=text, address=text, mother_name=text, occupation_raw=text)
        for n, text in enumerate(HOSTILE)
    ]
    (file,) = write_bpjs(people, POLICY, tmp_path)
    assert formulas(file.path) == []
    said = [
        str(row["NAMA IBU KANDUNG"]).replace("_x000D_", "\r") for row in records(file.path, "Pendaftaran")
    ]
    assert sorted(said) == sorted(text.upper() for text in HOSTILE)


def test_the_same_roll_gives_the_same_bytes(tmp_path: Path) -> None:
    people = [entry(n) for n in range(9)]
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (one,), (two,) = (
        write_bpjs(people, POLICY, tmp_path / "a"),
        write_bpjs(people[::-1], POLICY, tmp_path / "b"),
    )
    assert one.path.read_bytes() == two.path.read_bytes()


def test_a_price_that_changes_inside_the_months_shows_the_first_months_split() -> None:
    known = entry(1)
    changed = replace(known, row=replace(known.row, amount_idr=42_000), jkk_idr=25_000, jkm_idr=17_000)
    assert Person(1, changed, POLICY).month_split() == (10_000, 6_800)


def test_every_field_can_be_asked_of_every_person() -> None:
    person = Person(1, in_order([entry(1)])[0], POLICY)
    answers = {name: answer(person) for name, answer in FIELDS.items()}
    assert all(answers.values())
    assert answers["end_on"] == date(2022, 12, 31)


def test_the_shipped_mapping_reads_and_has_the_columns_of_the_form() -> None:
    titles = [column.title for column in shipped_mapping().columns]
    assert titles[:5] == ["NO", "NIK", "NO KK", "NO KPJ", "NAMA LENGKAP"]


def test_an_office_brings_its_own_columns(tmp_path: Path) -> None:
    own = tmp_path / "cabang.yaml"
    own.write_text(
        "id: cabang\ntitle: Cabang\ncertainty: A\nsource: surat cabang\nsheet: DATA\ncolumns:\n"
        "  - {title: Nomor KTP, field: nik, width: 20}\n"
        "  - {title: Kelamin, field: sex, format: sex-words, width: 12}\n"
        "  - {title: Lahir, field: birth_on, format: yyyy-mm-dd, width: 12}\n"
        '  - {title: Program, value: "JKK,JKM", width: 12}\n'
    )
    (file,) = write_bpjs([entry(1)], POLICY, tmp_path, own)
    assert records(file.path, "DATA") == [
        {"Nomor KTP": entry(1).row.nik, "Kelamin": "PEREMPUAN", "Lahir": "1961-02-02", "Program": "JKK,JKM"}
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("  - {title: X, field: shoe_size, width: 9}", r'mapping\.yaml:8: "shoe_size" tidak dikenal'),
        ("  - {title: X, field: kk, format: dd-mm-yyyy, width: 9}", r'yaml:8: "dd-mm-yyyy" tidak dikenal'),
        ("  - {title: X, field: birth_on, format: digits, width: 9}", r'yaml:8: "digits" tidak dikenal'),
        ("  - {title: X, field: kk, value: a, width: 9}", "yaml:8: tulis salah satu"),
        ("  - {title: X, width: 9}", "yaml:8: tulis salah satu"),
        ("  - {title: NIK, field: kk, width: 9}", "dipakai dua kali"),
        ("  - {title: X, field: kk, width: 9, colour: red}", r'yaml:8: kunci "colour" tidak dikenal'),
        ("  - {title: X, field: kk}", "yaml:8: kunci width belum ada"),
        ("  - {title: X, value: a, format: digits, width: 9}", "format hanya untuk kolom dengan field"),
    ],
)
def test_a_wrong_line_of_a_mapping_is_named(tmp_path: Path, line: str, words: str) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(
        "id: x\ntitle: X\ncertainty: C\nsource: uji\nsheet: S\ncolumns:\n"
        f"  - {{title: NIK, field: nik, width: 20}}\n{line}\n"
    )
    with pytest.raises(PayungError, match=words) as caught:
        read_mapping(path)
    assert caught.value.exit_code is Exit.POLICY


def test_a_mapping_without_nik_or_without_a_file_is_refused(tmp_path: Path) -> None:
    text = SHIPPED.read_text(encoding="utf-8").replace("field: nik,", "field: kk,")
    (tmp_path / "tanpa.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PayungError, match="field nik belum ada"):
        read_mapping(tmp_path / "tanpa.yaml")
    with pytest.raises(PayungError, match="tidak dapat dibaca"):
        read_mapping(tmp_path / "hilang.yaml")


def test_every_field_and_format_of_a_mapping_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "decree.md").read_text(encoding="utf-8")
    formats = (*DATE_FORMATS, *TEXT_FORMATS)
    assert [name for name in (*FIELDS, *formats) if f"`{name}`" not in page] == []
