"""Registers as they come from other offices: read on the engine, row for row, or refused with a plain reason."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import sqlglot
from sqlglot import exp

from payung.core.application import Application
from payung.core.dates import parse_date
from payung.core.errors import Exit, PayungError
from payung.core.identity import row_id
from payung.demo.regency import make
from payung.engine.dialect import Dialect, render
from payung.engine.duckdb_engine import open_engine
from payung.engine.engine import Engine
from payung.registry.files import COLUMNS, Snapshot, read_register
from payung.registry.mapping import parse_mapping
from payung.registry.requests import WORDS, write_request
from payung.registry.rules import REGISTERS, Kind, RegisterInput, Status, read_status, request_id

NIK = "6401014108900001"
HEADER = ("NIK", "NAMA", "TANGGAL LAHIR", "STATUS")
SITI = (NIK, "SITI AMINAH", "1990-08-01", "AKTIF")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with open_engine(workspace=tmp_path / "kerja", threads=2) as opened:
        yield opened


def write(path: Path, rows: Sequence[Sequence[str]], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as out:
        csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return path


def read(
    engine: Engine, path: Path, name: str = "bpjs", asked: Sequence[str] | None = None
) -> tuple[Snapshot, list[dict[str, object]]]:
    snapshot = read_register(engine, RegisterInput(name, path), asked=asked)
    rows = engine.rows(f"SELECT {', '.join(COLUMNS)} FROM {snapshot.table} ORDER BY row")
    return snapshot, [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def test_rows_of_an_extract_get_the_id_of_their_file_and_record(engine: Engine, tmp_path: Path) -> None:
    path = write(tmp_path / "bpjs.csv", [HEADER, SITI, ("", "BUDI, S.Pd", "", "")])
    snapshot, rows = read(engine, path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert [row["row_id"] for row in rows] == [row_id(digest, "", 2), row_id(digest, "", 3)]
    assert (snapshot.kind, snapshot.rows, snapshot.sha256, snapshot.as_of) == (Kind.EXTRACT, 2, digest, None)
    assert rows[0]["birth_on"] == "1990-08-01"
    assert (rows[1]["nik"], rows[1]["status"], rows[1]["name"]) == (None, None, "BUDI, S.Pd")


def test_records_are_numbered_as_they_stand_in_a_file_read_by_several_threads(
    engine: Engine, tmp_path: Path
) -> None:
    people = [
        (f"{NIK[:10]}{number:06d}", f'ORANG "{number}",\nbin X', "1990-08-01", "AKTIF")
        for number in range(150_000)
    ]
    path = write(tmp_path / "besar.csv", [HEADER, *people])
    read_register(engine, RegisterInput("bpjs", path))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    found = dict(engine.rows("SELECT nik, row_id FROM register_bpjs"))
    assert found == {person[0]: row_id(digest, "", row) for row, person in enumerate(people, start=2)}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_any_common_separator_and_encoding_gives_the_same_rows(
    engine: Engine, tmp_path: Path, delimiter: str, encoding: str
) -> None:
    path = write(
        tmp_path / "x.csv", [HEADER, (NIK, "DÉWI – Putri", "1-8-1990", "AKTIF")], delimiter, encoding
    )
    _, rows = read(engine, path)
    assert [(row["nik"], row["name"], row["birth_on"], row["row"]) for row in rows] == [
        (NIK, "DÉWI – Putri", "1-8-1990", 2)
    ]


def test_an_irregular_text_file_keeps_the_numbers_of_its_records(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "kusut.csv"
    path.write_text(
        "DATA PESERTA;;;\n\nNIK;NAMA;TANGGAL LAHIR;STATUS\n"
        f"{NIK};SITI;1990-08-01;AKTIF;lebih\n\nNIK;NAMA;TANGGAL LAHIR;STATUS\n6401010108900002;BUDI\n;JUMLAH: 2\n"
    )
    snapshot, rows = read(engine, path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert [(row["row"], row["name"], row["row_id"]) for row in rows] == [
        (4, "SITI", row_id(digest, "", 4)),
        (7, "BUDI", row_id(digest, "", 7)),
    ]
    assert "2 baris yang bukan orang" in snapshot.notes[0]


def test_a_parquet_register_is_read_as_text(engine: Engine, tmp_path: Path) -> None:
    engine.load(
        "made", {"nik": "BIGINT", "nama": "VARCHAR", "tgl_lahir": "DATE"}, [(int(NIK), "SITI", "1990-08-01")]
    )
    engine.write_parquet("SELECT * FROM made", tmp_path / "asn.parquet")
    _, rows = read(engine, tmp_path / "asn.parquet", "asn")
    assert (rows[0]["nik"], rows[0]["birth_on"], rows[0]["row"]) == (NIK, "1990-08-01", 2)


def test_an_extract_that_names_its_rows_keeps_their_names(engine: Engine, tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", [("row_id", *HEADER), ("a1", *SITI), ("a2", *SITI)])
    assert [row["row_id"] for row in read(engine, path)[1]] == ["a1", "a2"]
    path = write(tmp_path / "y.csv", [("row_id", *HEADER), ("a1", *SITI), ("a1", *SITI)])
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert [row["row_id"] for row in read(engine, path)[1]] == [row_id(digest, "", 2), row_id(digest, "", 3)]


def test_columns_that_only_the_owner_knows_are_found_by_a_mapping(engine: Engine, tmp_path: Path) -> None:
    path = write(
        tmp_path / "x.csv",
        [("NIK", "NIK LAMA", "Nm Org", "LHR", "Ket."), (NIK, "9", "SITI", "08/01/1990", "x")],
    )
    mapping = parse_mapping(
        "register: bpjs\nkind: extract\nas_of: 2022-09-15\nkey: nik\ncolumns:\n"
        "  nik: {names: [NIK]}\n  name: {names: [Nm Org]}\n  birth_on: {names: [LHR], format: mm-dd-yyyy}\n",
        "peta.yaml",
    )
    snapshot = read_register(engine, RegisterInput("bpjs", path), mapping=mapping)
    assert engine.rows("SELECT nik, name, birth_on FROM register_bpjs") == [(NIK, "SITI", "1990-08-01")]
    assert snapshot.as_of == date(2022, 9, 15)
    assert any("NIK LAMA" in note for note in snapshot.notes)


def test_the_day_on_the_command_line_beats_the_mapping(engine: Engine, tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", [HEADER, SITI])
    given = RegisterInput("bpjs", path, date(2022, 9, 20))
    assert read_register(engine, given).as_of == date(2022, 9, 20)


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("yyyymmdd", "19900801"),
        ("ddmmyyyy", "01081990"),
        ("mm-dd-yyyy", "8/1/1990"),
        ("dd-mm-yyyy", "1/8/1990"),
    ],
)
def test_a_date_in_an_unusual_form_is_understood_as_the_mapping_says(
    engine: Engine, tmp_path: Path, form: str, written: str
) -> None:
    mapping = parse_mapping(
        f"register: bpjs\ncolumns:\n  birth_on: {{names: [TANGGAL LAHIR], format: {form}}}\n", "peta.yaml"
    )
    path = write(tmp_path / "x.csv", [HEADER, (NIK, "SITI", written, "AKTIF")])
    read_register(engine, RegisterInput("bpjs", path), mapping=mapping)
    [(text,)] = engine.rows("SELECT birth_on FROM register_bpjs")
    assert parse_date(text).value == date(1990, 8, 1)


def test_words_that_nobody_taught_us_are_counted_and_shown_without_numbers(
    engine: Engine, tmp_path: Path
) -> None:
    path = write(tmp_path / "x.csv", [HEADER, (*SITI[:3], f"cuti {NIK}"), (*SITI[:3], "aktif")])
    snapshot, rows = read(engine, path)
    assert read_status(str(rows[0]["status"])) is Status.UNREADABLE
    [note] = snapshot.notes
    assert '"cuti …" (1 baris)' in note
    assert NIK not in note


@pytest.mark.parametrize(
    ("name", "rows", "words"),
    [
        ("bpjs", [("NAMA", "STATUS", "ALAMAT"), ("SITI", "AKTIF", "RT 1")], "judul kolom tidak ditemukan"),
        ("bpjs", [HEADER], "tidak memuat satu orang pun"),
        ("bpjs", [("NIK", "NIK", "NAMA"), (NIK, NIK, "SITI")], "dua kolom NIK"),
        ("dukcapil", [("NIK", "NAMA"), (NIK, "SITI")], "kolom STATUS tidak ada"),
        ("asn", [("ID BARIS", "NIK", "NAMA"), ("r1", NIK, "SITI")], "kolom STATUS tidak ada"),
        ("asn", [(NIK, "SITI"), (NIK, "BUDI")], "judul kolom tidak ditemukan"),
    ],
)
def test_a_file_that_is_not_the_register_says_why_without_a_number(
    engine: Engine, tmp_path: Path, name: str, rows: list[tuple[str, ...]], words: str
) -> None:
    path = write(tmp_path / "x.csv", rows)
    with pytest.raises(PayungError) as caught:
        read_register(engine, RegisterInput(name, path))
    assert words in str(caught.value)
    assert NIK not in str(caught.value)
    assert caught.value.todo
    assert caught.value.exit_code is Exit.INPUT


def test_a_missing_file_and_a_broken_one_are_refused(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(PayungError) as caught:
        read_register(engine, RegisterInput("bpjs", tmp_path / "tiada.csv"))
    assert caught.value.exit_code is Exit.REGISTER
    (tmp_path / "rusak.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(PayungError) as caught:
        read_register(engine, RegisterInput("bpjs", tmp_path / "rusak.parquet"))
    assert caught.value.exit_code is Exit.INPUT


ASKED = ["r1", "r2", "r3", "r4"]
ANSWER = ("ID BARIS", "ID PERMINTAAN", "STATUS", "SEGMEN")


def answer(rows: Sequence[tuple[str, str, str]], request: str | None = None) -> list[tuple[str, ...]]:
    asked = request or request_id("bpjs", ASKED)
    return [ANSWER, *((row, asked, status, segment) for row, status, segment in rows)]


def test_an_answer_is_one_status_for_each_asked_row_and_silence_stays_silence(
    engine: Engine, tmp_path: Path
) -> None:
    path = write(
        tmp_path / "x.csv", answer([("r1", "AKTIF", "PU"), ("r2", "tidak terdaftar", ""), ("r3", "", "")])
    )
    snapshot, rows = read(engine, path, asked=ASKED)
    assert (snapshot.kind, snapshot.request_id) == (Kind.ANSWER, request_id("bpjs", ASKED))
    assert {row["row_id"]: read_status(row["status"]) for row in rows} == {  # type: ignore[arg-type]
        "r1": Status.ACTIVE,
        "r2": Status.ABSENT,
        "r3": None,
    }
    assert snapshot.notes == ("2 dari 4 baris belum dijawab; statusnya tetap belum diketahui.",)


def test_an_answer_to_another_request_is_refused(engine: Engine, tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", answer([("z1", "AKTIF", ""), ("r2", "AKTIF", "")], "abc123def456"))
    with pytest.raises(PayungError, match="permintaan lain"):
        read_register(engine, RegisterInput("bpjs", path), asked=ASKED)
    mixed = [*answer([("r1", "AKTIF", "")]), *answer([("r2", "AKTIF", "")], "abc123def456")[1:]]
    with pytest.raises(PayungError, match="lebih dari satu permintaan"):
        read_register(engine, RegisterInput("bpjs", write(tmp_path / "y.csv", mixed)), asked=ASKED)


def test_an_older_answer_still_counts_for_the_rows_that_are_left(engine: Engine, tmp_path: Path) -> None:
    path = write(
        tmp_path / "x.csv",
        answer(
            [("r1", "AKTIF", ""), ("r2", "AKTIF", ""), ("gone", "AKTIF", ""), ("", "AKTIF", "")],
            "abc123def456",
        ),
    )
    snapshot, rows = read(engine, path, asked=ASKED)
    assert [row["row_id"] for row in rows] == ["r1", "r2"]
    assert len([note for note in snapshot.notes if "tidak ada pada daftar sekarang" in note]) == 1
    assert len([note for note in snapshot.notes if "tanpa ID BARIS" in note]) == 1


def test_two_answers_about_one_row_must_agree_or_are_unreadable(engine: Engine, tmp_path: Path) -> None:
    path = write(
        tmp_path / "x.csv",
        answer(
            [
                ("r1", "AKTIF", "PU"),
                ("r1", "TIDAK AKTIF", "PU"),
                ("r2", "AKTIF", "PU"),
                ("r2", "aktif", "BPU"),
                ("r3", "", ""),
                ("r3", "AKTIF", "BPU"),
                ("r3", "AKTIF", "BPU"),
            ]
        ),
    )
    snapshot, rows = read(engine, path, asked=ASKED)
    found = [(row["row_id"], read_status(row["status"]), row["segment"]) for row in rows]  # type: ignore[arg-type]
    assert found == [
        ("r1", Status.UNREADABLE, "PU"),
        ("r2", Status.ACTIVE, "PU"),
        ("r2", Status.ACTIVE, "BPU"),
        ("r3", Status.ACTIVE, "BPU"),
    ]
    assert any("dijawab dua kali" in note for note in snapshot.notes)


def test_a_workbook_is_read_below_its_titles_on_every_sheet_of_people(engine: Engine, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "PNS"
    first.append(["DAFTAR PEGAWAI"])
    first.append([])
    first.append(["No", "NIK", "Nama Pegawai", "Tanggal Lahir", "Unit Kerja"])
    first.append([1, int(NIK), "SITI", date(1990, 8, 1), "Dinas X"])
    first.append([None, None, "JUMLAH", None, 1])
    second = book.create_sheet("PPPK")
    second.append(["NIK", "Nama", "Jenis Pegawai", "Gaji Pokok Pertama"])
    second.append(["6401010108900002", "BUDI", "PPPK", "1"])
    book.create_sheet("Catatan").append(["dibuat oleh BKPSDM"])
    book.save(tmp_path / "asn.xlsx")
    snapshot, rows = read(engine, tmp_path / "asn.xlsx", "asn")
    digest = hashlib.sha256((tmp_path / "asn.xlsx").read_bytes()).hexdigest()
    by_name = {row["name"]: row for row in rows}
    assert set(by_name) == {"SITI", "BUDI"}
    siti, budi = by_name["SITI"], by_name["BUDI"]
    assert (siti["row_id"], siti["birth_on"], siti["detail"]) == (
        row_id(digest, "PNS", 4),
        "1990-08-01",
        "Dinas X",
    )
    assert (siti["nik"], budi["segment"], budi["row_id"]) == (NIK, "PPPK", row_id(digest, "PPPK", 2))
    notes = " ".join(snapshot.notes)
    assert "Catatan" in notes
    assert "Gaji Pokok Pertama" in notes
    assert "1 NIK tersimpan sebagai angka" in notes


def test_a_workbook_that_calls_itself_csv_is_read_by_what_it_is(engine: Engine, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (HEADER, SITI):
        book.active.append(row)
    book.save(tmp_path / "x.xlsx")
    (tmp_path / "x.xlsx").rename(tmp_path / "x.csv")
    assert [row["nik"] for row in read(engine, tmp_path / "x.csv")[1]] == [NIK]


def test_an_owner_answers_our_request_and_silence_stays_unknown(engine: Engine, tmp_path: Path) -> None:
    people = [
        Application(f"r{n}", "rt.xlsx", "RT", n, nik=f"64010141089000{n:02d}", name=f"ORANG {n}")
        for n in range(1, 7)
    ]
    for register in REGISTERS.values():
        path = tmp_path / f"{register.name}.xlsx"
        asked = write_request(register, people, path)
        book = openpyxl.load_workbook(path)
        sheet = book["Permintaan"]
        headers = [cell.value for cell in sheet[1]]
        at = headers.index("STATUS") + 1
        for row, status in enumerate(register.answers, start=2):
            sheet.cell(row, at, WORDS[status])
        book.save(path)
        snapshot, rows = read(engine, path, register.name, [one.row_id for one in people])
        assert (snapshot.kind, snapshot.request_id, snapshot.rows) == (Kind.ANSWER, asked, len(people))
        expected = [*register.answers, *[None] * (len(people) - len(register.answers))]
        assert [read_status(row["status"]) for row in rows] == expected  # type: ignore[arg-type]
        assert [row["row_id"] for row in rows] == [one.row_id for one in people]
        assert f"{len(people) - len(register.answers)} dari 6 baris belum dijawab" in " ".join(snapshot.notes)


def truth_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def test_the_registers_of_the_demo_get_the_ids_that_its_truth_knows(engine: Engine, tmp_path: Path) -> None:
    demo = make(tmp_path / "demo", 1_000, 7)
    known: dict[str, set[str]] = {}
    for row in truth_of(demo.truth / "register.csv"):
        known.setdefault(row["register"], set()).add(row["row_id"])
    assert known
    for name, ids in known.items():
        snapshot, rows = read(engine, demo.registers[name], name)
        assert {row["row_id"] for row in rows} == ids
        assert snapshot.notes == ()
    asked = [row["row_id"] for row in truth_of(demo.truth / "baris.csv")]
    snapshot, rows = read(engine, demo.registers["dukcapil"], "dukcapil", asked)
    assert (snapshot.kind, snapshot.request_id) == (Kind.ANSWER, request_id("dukcapil", asked))
    assert {row["row_id"] for row in rows} == set(asked)


def recorded(run: Callable[..., object], said: list[str]) -> Callable[..., object]:
    """`run` as before, its queries kept in `said`."""

    def also(sql: str, params: Sequence[object] = ()) -> object:
        said.append(sql)
        return run(sql, params)

    return also


def test_every_query_can_be_said_to_another_engine(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    for name in ("execute", "rows"):
        monkeypatch.setattr(engine, name, recorded(getattr(engine, name), said))
    mapping = parse_mapping(
        "register: bpjs\ncolumns:\n  birth_on: {names: [LHR], format: mm-dd-yyyy}\n"
        "  valid_from: {names: [MULAI], format: yyyymmdd}\n",
        "peta.yaml",
    )
    extract = write(tmp_path / "x.csv", [("NIK", "LHR", "MULAI"), (NIK, "8/1/1990", "20220101")])
    read_register(engine, RegisterInput("bpjs", extract), mapping=mapping)
    mixed = answer(
        [("r1", "AKTIF", ""), ("r1", "PINDAH", ""), ("r2", "AKTIF", ""), ("", "", ""), ("z", "", "")]
    )
    read_register(engine, RegisterInput("bpjs", write(tmp_path / "y.csv", mixed)), asked=ASKED)
    assert len(said) > 10
    for sql in said:
        for tree in sqlglot.parse(render(sql, Dialect.SPARK), read="spark"):
            assert tree is not None
            assert [str(call.this) for call in tree.find_all(exp.Anonymous)] == []
