"""The main job on a small regency: every promised output is there, and all of them say the same."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from payung.core import nik as niks
from payung.core.rupiah import number, rupiah
from payung.demo.run import Demo
from payung.engine.duckdb_engine import open_engine
from payung.job.outputs import FILES, RETURNED
from tests.integration import one_district

Row = dict[str, Any]


def sheets(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(path, read_only=True)
    try:
        return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
    finally:
        book.close()


def table(rows: list[tuple[Any, ...]], first: str) -> list[Row]:
    """The rows below the header that begins with `first`, up to the totals."""
    head = next(place for place, row in enumerate(rows) if row and row[0] == first)
    return [dict(zip(rows[head], row, strict=False)) for row in rows[head + 1 :] if row and row[1]]


@pytest.fixture(scope="module")
def record(result: Path) -> Row:
    return one_district.record(result)


@pytest.fixture(scope="module")
def roll(result: Path) -> list[Row]:
    rows = table(sheets(result / "daftar.xlsx")["Daftar"], "No")
    return [row for row in rows if row["Nama"] != "Jumlah" and row["NIK"] != "Jumlah"]


@pytest.fixture(scope="module")
def refused(result: Path) -> list[Row]:
    return table(sheets(result / "belum-dapat-diusulkan.xlsx")["Belum dapat diusulkan"], "No")


@pytest.fixture(scope="module")
def waiting(result: Path) -> list[Row]:
    return table(sheets(result / "daftar-tunggu.xlsx")["Daftar tunggu"], "No")


def parquet(path: Path, columns: str = "*") -> list[tuple[Any, ...]]:
    with open_engine() as engine:
        engine.read("one", path)
        return engine.rows(f"SELECT {columns} FROM one")


def test_every_promised_output_exists_and_opens(result: Path) -> None:
    for name in FILES:
        assert (result / name).exists(), name
    for path in result.rglob("*"):
        if path.suffix == ".xlsx" and RETURNED not in path.parts:
            assert sheets(path), path
        elif path.suffix == ".parquet":
            assert parquet(path, "count(*)")[0][0] > 0, path
        elif path.suffix == ".pdf":
            assert path.read_bytes().startswith(b"%PDF"), path
    assert not list(result.rglob("*.part"))
    assert not result.with_name("hasil.part").exists()


def test_one_sum_stands_everywhere(result: Path, record: Row, roll: list[Row]) -> None:
    money = record["money"]
    assert sum(row["Jumlah"] for row in roll) == money["used_idr"]
    assert sum(row["JKK"] for row in roll) == money["used_jkk_idr"]
    assert sum(row["JKM"] for row in roll) == money["used_jkm_idr"]
    assert money["used_jkk_idr"] + money["used_jkm_idr"] == money["used_idr"] <= money["ceiling_idr"]
    for row in roll:
        assert row["JKK"] + row["JKM"] == row["Jumlah"] == row["Iuran per Bulan"] * row["Bulan"]
    assert sum(amount for (amount,) in parquet(result / "daftar.parquet", "amount_idr")) == money["used_idr"]
    page = (result / "ringkasan.html").read_text(encoding="utf-8")
    for amount in ("used_idr", "used_jkk_idr", "used_jkm_idr", "ceiling_idr"):
        assert rupiah(money[amount]) in page, amount
    summed = sheets(result / "daftar.xlsx")["Rekap"]
    assert rupiah(money["used_idr"]) in summed[1][0]


def test_each_person_stands_once_on_the_roll_and_in_one_place(
    record: Row, roll: list[Row], refused: list[Row], waiting: list[Row]
) -> None:
    numbers = [row["NIK"] for row in roll]
    assert len(numbers) == len(set(numbers)) == record["people"]["chosen"]
    assert all(niks.is_valid(one) for one in numbers)
    assert not set(numbers) & {row["NIK"] for row in waiting}
    assert len(waiting) == record["people"]["waiting"]
    places = Counter((row["Berkas"], row["Lembar"], row["Baris"]) for row in [*refused, *waiting])
    assert max(places.values()) == 1


def test_the_funnel_adds_up_to_the_rows(record: Row, refused: list[Row]) -> None:
    people = record["people"]
    repeats = people["rows"] - people["persons"]
    assert people["chosen"] + people["waiting"] == people["eligible"]
    assert people["eligible"] + people["incomplete"] + people["refused"] == people["persons"]
    assert len(refused) == people["incomplete"] + people["refused"] + repeats
    assert sum("duplicate" in row["Kode Alasan"].split(", ") for row in refused) == repeats > 0
    assert people["rows"] == sum(one["rows"] for one in record["inputs"]["lists"])


def test_every_refused_row_has_its_reasons_in_words(refused: list[Row]) -> None:
    for row in refused:
        assert row["Alasan"], row["Baris"]
        assert row["Kode Alasan"], row["Baris"]
        assert row["Yang Dapat Dilakukan"], row["Baris"]
        assert row["Status"].startswith(("Perlu dilengkapi", "Belum dapat diusulkan"))
        assert "ditolak" not in row["Status"].lower()


def test_everybody_finds_why(result: Path, roll: list[Row], waiting: list[Row], refused: list[Row]) -> None:
    why = sheets(result / "mengapa.xlsx")
    for name, rows in {
        "Ditetapkan": roll,
        "Daftar tunggu": waiting,
        "Belum dapat diusulkan": refused,
    }.items():
        found = table(why[name], "No")
        assert Counter(row["NIK"] for row in found) == Counter(row["NIK"] for row in rows), name
        assert all(row["Mengapa"] and row["Apa yang mengubahnya"] for row in found), name


def test_every_list_comes_back_with_one_result_for_each_person(
    result: Path, regency: Demo, record: Row
) -> None:
    truth = one_district.truth(regency, "baris.csv")
    expected = Counter(row["file"] for row in truth)
    assert {one["file"] for one in record["inputs"]["lists"]} == set(expected)
    ids = {row["row_id"] for row in truth}
    seen: set[str] = set()
    results: Counter[str] = Counter()
    returned = [path for path in (result / RETURNED).rglob("*") if path.is_file()]
    assert len(returned) == len(expected)
    for path in returned:
        assert path.suffix == ".xlsx"
        for name, rows in sheets(path).items():
            if name == "Ringkasan":
                continue
            for place, mark in _marked(rows):
                assert mark not in seen, (path, name, place)
                seen.add(mark)
                text = str(rows[place][_column(rows, "HASIL")] or "")
                assert text, (path, name, place + 1)
                assert ".." not in text, text
                results[text.split(" ")[0]] += 1
    assert seen == ids
    assert results["Ditetapkan"] == record["people"]["chosen"]
    assert results["Daftar"] == record["people"]["waiting"]


def _column(rows: list[tuple[Any, ...]], title: str) -> int:
    return next(row.index(title) for row in rows if title in row)


def _marked(rows: list[tuple[Any, ...]]) -> Iterator[tuple[int, str]]:
    column = next((row.index("_payung_id") for row in rows if "_payung_id" in row), None)
    for place, row in enumerate(rows):
        if column is not None and column < len(row) and re.fullmatch(r"[0-9a-f]{16}", str(row[column] or "")):
            yield place, str(row[column])


def test_the_insurers_file_holds_exactly_the_people_of_the_roll(result: Path, roll: list[Row]) -> None:
    listed: Counter[str] = Counter()
    for path in result.glob("berkas-bpjs*.xlsx"):
        for rows in sheets(path).values():
            head = next((row for row in rows if "NIK" in row), None)
            if head is not None:
                listed.update(
                    str(row[head.index("NIK")])
                    for row in rows
                    if re.fullmatch(r"\d{16}", str(row[head.index("NIK")]))
                )
    assert listed == Counter(row["NIK"] for row in roll)


def test_the_rolls_hash_stands_on_the_decree_in_the_record_and_in_the_workbook(
    result: Path, record: Row
) -> None:
    mark = record["roll_sha256"]
    fields = (
        'regency, nik, name_raw, birth_on, sex, desa_code, rt, "group", segment, source, month_from, month_to, '
        "price_idr, amount_idr"
    )
    rows = [tuple(str(cell) for cell in row) for row in parquet(result / "daftar.parquet", fields)]
    rows.sort(key=lambda row: (row[5], row[6], row[1], row[2]))
    header = fields.replace('"', "").split(", ")
    text = "".join("\t".join(row) + "\n" for row in [tuple(header), *rows])
    assert hashlib.sha256(unicodedata.normalize("NFC", text).encode()).hexdigest() == mark
    assert mark in str(sheets(result / "daftar.xlsx")["Rekap"])
    page = (result / "ringkasan.html").read_text(encoding="utf-8")
    assert mark in re.sub(r"</?span[^>]*>", "", page)
    lines = (result / "keputusan" / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    sums = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    for name, digest in sums.items():
        assert hashlib.sha256((result / "keputusan" / name).read_bytes()).hexdigest() == digest, name
    assert len(sums) == 1 + 2 * len({row[5] for row in rows})


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_decree_and_annexes_name_the_roll_and_the_public_ones_hide_the_numbers(
    result: Path, record: Row, roll: list[Row]
) -> None:
    folder = result / "keputusan"
    numbers = {row["NIK"] for row in roll}
    body = words(folder / "keputusan.pdf")
    assert record["roll_sha256"] in re.sub(r"\s", "", body)
    assert rupiah(record["money"]["used_idr"]) in body
    assert not any(one in re.sub(r"\s", "", body) for one in numbers)
    for restricted in sorted((folder / "terbatas").glob("*.pdf"))[::70]:
        named = set(re.findall(r"(?<!\d)\d{16}(?!\d)", words(restricted)))
        assert named
        assert named <= numbers
        public = words(folder / "publik" / restricted.name)
        assert not re.search(r"(?<![0-9a-f])\d{16}(?![0-9a-f])", public)
        assert public.count("********") >= len(named)


def words(pdf: Path) -> str:
    command = ["pdftotext", "-layout", str(pdf), "-"]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout


def test_what_the_public_sees_holds_no_number_of_a_person(result: Path, roll: list[Row]) -> None:
    numbers = {row["NIK"] for row in roll}
    for name, (_, restricted) in FILES.items():
        path = result / name
        if not restricted and path.is_file() and path.suffix in (".html", ".txt", ".json"):
            text = path.read_text(encoding="utf-8")
            assert not any(one in text for one in numbers), name
    assert re.search(r"(?<![0-9a-f])\d{16}(?![0-9a-f])", (result / "pesan-wa.txt").read_text("utf-8")) is None
    public = (result / "ringkasan-publik.html").read_text(encoding="utf-8")
    assert number(len(roll)) in public


def test_the_record_can_be_written_again_from_the_same_inputs_and_holds_no_clock(record: Row) -> None:
    assert not re.search(r"20\d\d-\d\d-\d\dT|\d\d:\d\d:\d\d", json.dumps(record))
    for one in record["inputs"]["registers"]:
        assert re.fullmatch(r"[0-9a-f]{64}", one["sha256"])
        assert one["as_of"] == "2022-09-15"
    assert record["open_reviews"] == 0


@pytest.fixture(scope="module")
def chosen(result: Path, regency: Demo) -> list[tuple[Row, str]]:
    """Each person of the roll as the truth knows them, with the NIK of the roll."""
    people = {row["person_id"]: row for row in one_district.truth(regency, "orang.csv")}
    person_of = {row["row_id"]: row["person_id"] for row in one_district.truth(regency, "baris.csv")}
    rows = parquet(result / "daftar.parquet", "app_row_id, nik")
    return [(people[person_of[row_id]], number_) for row_id, number_ in rows]


def test_nobody_stands_twice_on_the_roll(chosen: list[tuple[Row, str]]) -> None:
    assert max(Counter(person["person_id"] for person, _ in chosen).values()) == 1


def test_every_nik_on_the_roll_is_the_persons_own(chosen: list[tuple[Row, str]]) -> None:
    assert [(person["name"], one) for person, one in chosen if person["nik"] != one] == []


def test_hardly_anybody_sits_on_a_seat_who_should_not(chosen: list[tuple[Row, str]]) -> None:
    undeserving = [person for person, _ in chosen if person["deserves"] != "1"]
    assert len(undeserving) < 0.015 * len(chosen), Counter(person["standing"] for person in undeserving)


def test_nobody_dead_moved_in_service_or_paid_by_another_has_a_seat(chosen: list[tuple[Row, str]]) -> None:
    out = {"meninggal", "pindah", "asn", "tni_polri", "pu", "nonasn", "provinsi", "desa", "csr", "mandiri"}
    assert [person for person, _ in chosen if person["standing"] in out] == []


def test_most_of_the_money_reaches_those_who_deserve_it(record: Row, regency: Demo) -> None:
    assert record["people"]["eligible"] > 0.75 * regency.made.deserving
    assert record["money"]["used_idr"] > 0.99 * record["money"]["ceiling_idr"]
