"""Folders of lists: what is found, what is set aside, what is accepted, and when the whole looks wrong."""

from __future__ import annotations

import csv
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from payung.core.errors import Exit, PayungError
from payung.core.passing_on import private
from payung.intake.check import check_file
from payung.intake.convert import convert, sheet_names
from payung.intake.files import expand, find_lists
from payung.intake.lists import Intake
from payung.intake.mapping import load_mapping, shipped
from payung.intake.marked import ALREADY_THERE, mark_list, mark_lists, marked_name, marks_of, result_text
from payung.intake.pipeline import read_lists
from payung.intake.places import place_of_file
from payung.intake.rules import check_breaker
from payung.sheets.reading import read_table
from payung.sheets.table import Cell
from tests.unit.intake_tables import BUDI, HEADER, POLICY, SITI, person, table


def write(path: Path, *rows: tuple[Cell, ...]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows(rows)
    return path


def read(folder: Path, accept: tuple[str, ...] = ()) -> Intake:
    return read_lists(find_lists(folder, folder.parent / "zip"), POLICY, accept=accept)


def test_lists_are_found_in_folders_and_zips_by_stable_names(tmp_path: Path) -> None:
    lists = tmp_path / "daftar"
    write(lists / "b" / "Janju.csv", HEADER, SITI)
    for name in (".DS_Store", "~$Janju.xlsx", "b/.git/a.csv", "__MACOSX/x.csv"):
        write(lists / name, HEADER)
    with zipfile.ZipFile(lists / "kiriman.zip", "w") as archive:
        archive.writestr("RT 1/Sempulang.csv", "NIK,Nama\n")
        archive.writestr("__MACOSX/._Sempulang.csv", "x")
    found = find_lists(lists, tmp_path / "zip")
    assert [name for name, _ in found] == ["b/Janju.csv", "kiriman.zip/RT 1/Sempulang.csv"]
    assert found[1][1].read_text() == "NIK,Nama\n"
    assert found[1][1].is_relative_to(tmp_path / "zip")


def test_what_is_no_table_is_named_and_not_skipped_silently(tmp_path: Path) -> None:
    lists = tmp_path / "daftar"
    write(lists / "Janju.csv", HEADER, SITI)
    (lists / "foto.jpg").write_bytes(b"\xff\xd8\xff\xe0" + b"0" * 50)
    (lists / "daftar.pdf").write_bytes(b"%PDF-1.7 ...")
    intake = read(lists)
    assert [one.file for one in intake.set_aside] == ["daftar.pdf", "foto.jpg"]
    assert "PDF" in intake.set_aside[0].error.message


@pytest.mark.parametrize(
    "inside", ["../../jahat.csv", "/etc/jahat.csv", "..\\..\\jahat.csv", "C:\\jahat.csv"]
)
def test_a_zip_that_climbs_out_of_its_folder_is_set_aside(tmp_path: Path, inside: str) -> None:
    lists = tmp_path / "daftar"
    write(lists / "Janju.csv", HEADER, SITI)
    with zipfile.ZipFile(lists / "a.zip", "w") as archive:
        archive.writestr(inside, "NIK,Nama\n")
    (aside,) = read(lists).set_aside
    assert "a.zip memuat nama berkas yang keluar" in aside.error.message
    assert not list(tmp_path.rglob("jahat*"))


def test_a_zip_bomb_and_a_broken_zip_are_set_aside(tmp_path: Path) -> None:
    lists = tmp_path / "daftar"
    write(lists / "Janju.csv", HEADER, SITI)
    with zipfile.ZipFile(lists / "bom.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * 20_000_000)
    write(lists / "rusak.zip", ("bukan zip",))
    bomb, broken = read(lists).set_aside
    assert "mengembang terlalu besar" in bomb.error.message
    assert "rusak atau tidak dapat dibuka" in broken.error.message


def test_a_missing_and_an_empty_folder_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PayungError, match="tidak ada") as missing:
        find_lists(tmp_path / "tidak", tmp_path / "zip")
    assert missing.value.exit_code is Exit.USAGE
    with pytest.raises(PayungError, match="Tidak ada berkas daftar") as empty:
        find_lists(tmp_path, tmp_path / "zip")
    assert ".xlsx" in empty.value.todo


def test_a_broken_file_is_set_aside_by_name_and_the_rest_goes_on(tmp_path: Path) -> None:
    lists = tmp_path / "daftar"
    write(lists / "baik.csv", HEADER, SITI)
    (lists / "rusak.xlsx").write_bytes(b"PK\x03\x04 bukan excel")
    write(lists / "tanpa judul.csv", ("rapat", "Senin"))
    intake = read(lists)
    assert [one.file for one in intake.read] == ["baik.csv"]
    assert [one.file for one in intake.set_aside] == ["rusak.xlsx", "tanpa judul.csv"]
    assert all(one.error.todo for one in intake.set_aside)


def test_a_file_with_a_question_stays_out_until_it_is_accepted(tmp_path: Path) -> None:
    lists = tmp_path / "daftar"
    write(lists / "ganda.csv", (*HEADER, "No KTP"), (*SITI, BUDI[1]))
    (aside,) = read(lists).set_aside
    assert "Ada lebih dari satu kolom NIK" in aside.error.message
    assert '--accept "ganda.csv"' in aside.error.todo
    assert aside.read is not None
    accepted = read(lists, ("ganda.csv",))
    assert accepted.set_aside == ()
    assert accepted.applications[0].nik == SITI[1], "the first column counts"


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    lists = tmp_path / "daftar"
    write(lists / "a.csv", HEADER, SITI, person(BUDI, birth_on=""))
    write(lists / "b.csv", HEADER, SITI, person(BUDI, birth_on=""))
    intake = read(lists)
    assert [a.file for a in intake.applications] == ["a.csv", "a.csv"]
    assert len({a.row_id for a in intake.applications}) == 2
    assert len([f for f in intake.findings if f.code == "birth_missing"]) == 1
    marks = marks_of(intake.read[1], policy=POLICY)
    assert (marks.counts.already_there, marks.counts.rows) == (2, 3)
    assert {row.result for row in marks.sheets[0].rows} == {ALREADY_THERE}


def test_a_marked_list_beside_its_original_is_already_there_but_for_what_was_changed(tmp_path: Path) -> None:
    lists = tmp_path / "daftar"
    original = write(lists / "a.csv", HEADER, SITI, BUDI)
    marked = tmp_path / "hasil.xlsx"
    first = check_file(original, POLICY, marked)
    ids = [a.row_id for a in first.applications]
    head = (*HEADER, "HASIL", "_payung_id")
    write(
        lists / "b.csv", head, (*SITI, "Baik", ids[0]), (*person(BUDI, name="Budi Susanto"), "Baik", ids[1])
    )
    intake = read(lists)
    assert [(a.file, a.name) for a in intake.applications] == [
        ("a.csv", "Siti Aminah"), ("a.csv", "Budi Santoso"), ("b.csv", "Budi Susanto"),
    ]  # fmt: skip
    assert len({a.row_id for a in intake.applications}) == 3
    (conflict,) = [f for f in intake.findings if f.code == "row_id_copied"]
    assert "baris 3 berkas a.csv" in conflict.message


def test_a_text_file_comes_back_as_a_workbook_that_says_so(tmp_path: Path) -> None:
    source = write(tmp_path / "640104 TANAH GROGOT" / "Janju.csv", HEADER, SITI, person(BUDI, sex="?"))
    out = tmp_path / "640104 TANAH GROGOT" / "Janju.csv.xlsx"
    read_first = check_file(source, POLICY, out)
    assert marked_name(read_first) == "Janju.csv.xlsx"
    with zipfile.ZipFile(out) as package:
        summary = package.read("xl/worksheets/sheet2.xml").decode()
    assert "Berkas asli berbentuk teks (.csv)" in summary
    assert ">Janju.csv<" in summary
    assert read_first.sha256 in summary
    again = check_file(out, POLICY)
    assert [a.row_id for a in again.applications] == [a.row_id for a in read_first.applications]
    assert [f.code for f in again.findings] == ["sex_unreadable"]


def test_texts_that_look_like_formulas_are_texts_in_the_marked_workbook_too(tmp_path: Path) -> None:
    texts = ("=1+1", "+62", "-gang", "@rumah", "=cmd|'/c calc'!A0", "\tJALAN", "  dua")
    rows = [
        (*person(SITI, nik=f"640104410890{n:04d}", name="Siti " + "abcdefg"[n - 1]), text)
        for n, text in enumerate(texts, 1)
    ]
    source, out = write(tmp_path / "Janju.csv", (*HEADER, "Alamat"), *rows), tmp_path / "hasil.xlsx"
    check_file(source, POLICY, out)
    with zipfile.ZipFile(out) as package:
        assert b"<f>" not in b"".join(package.read(n) for n in package.namelist() if "sheet1" in n)
    (sheet, _) = read_table(out).sheets
    assert [row[9] for row in sheet.rows[1:]] == list(texts), "with the spaces around them"
    assert [a.address for a in check_file(out, POLICY).applications] == [text.strip() for text in texts]


def test_a_nik_that_was_a_number_is_still_found_when_the_converted_list_comes_back(tmp_path: Path) -> None:
    book = table(("Data", [HEADER, person(SITI, nik=6401044108900010), BUDI]), kind="xls")
    out, marked = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    convert(book, {"Data": 1}, out)
    assert [f.code for f in check_file(out, POLICY, marked).findings] == ["nik_numeric"]
    assert [f.code for f in check_file(marked, POLICY).findings] == ["nik_numeric"]


def test_a_list_that_is_checked_into_a_folder_keeps_its_name(tmp_path: Path) -> None:
    (tmp_path / "hasil").mkdir()
    check_file(write(tmp_path / "Janju.csv", HEADER, SITI), POLICY, tmp_path / "hasil")
    assert [path.name for path in (tmp_path / "hasil").iterdir()] == ["Janju.csv.xlsx"]


def test_many_lists_are_marked_in_processes(tmp_path: Path) -> None:
    lists = tmp_path / "daftar"
    for number in range(10):
        write(lists / f"{number}.csv", HEADER, person(SITI, nik=f"640104410890{number + 1:04d}"))
    intake = read(lists)
    told: list[tuple[int, int]] = []
    jobs = [(one, marks_of(one, policy=POLICY), tmp_path / marked_name(one)) for one in intake.read]
    mark_lists(jobs, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (10, 10)
    assert len(list(tmp_path.glob("*.csv.xlsx"))) == 10


@pytest.mark.skipif(not hasattr(stat, "S_ISVTX"), reason="needs folders with rights")
def test_a_result_that_cannot_be_written_is_an_output_error(tmp_path: Path) -> None:
    read_one = check_file(write(tmp_path / "Janju.csv", HEADER, SITI), POLICY)
    with pytest.raises((PayungError, OSError)):
        mark_list(read_one, marks_of(read_one, policy=POLICY), tmp_path / "tidak" / "ada.xlsx")


def test_results_name_the_columns_that_must_be_mended_and_answered(tmp_path: Path) -> None:
    bad = check_file(write(tmp_path / "Janju.csv", HEADER, person(nik="123", birth_on="", sex="?")), POLICY)
    assert result_text(bad.findings) == "Perlu diperbaiki: NIK, tanggal lahir; Perlu dijawab: jenis kelamin"
    marks = marks_of(bad, results={bad.applications[0].row_id: "Belum dapat diusulkan"}, policy=POLICY)
    assert marks.sheets[0].rows[0].result == "Belum dapat diusulkan"
    assert marks.sheets[0].choices[5] == ("L", "P")
    assert "Petani" in marks.sheets[0].choices[8]


def test_lists_that_look_wrong_as_a_whole_stop_with_their_figures(tmp_path: Path) -> None:
    rows = [person(SITI, nik=f"64010441089{n:04d}", name="Siti") for n in range(1, 260)]
    intake = read(write(tmp_path / "daftar" / "a.csv", HEADER, *rows).parent)
    with pytest.raises(
        PayungError, match=r"NIK tidak sah: 259 dari 259 baris \(100,0%, batas 40%\)"
    ) as error:
        check_breaker(intake.applications, POLICY)
    assert error.value.exit_code is Exit.BREAKER
    few = read(write(tmp_path / "sedikit" / "a.csv", HEADER, *rows[:20]).parent)
    assert check_breaker(few.applications, POLICY)[1].count == 20, "a short list says nothing"


def test_an_office_names_its_own_headers_in_a_mapping_file(tmp_path: Path) -> None:
    source = write(tmp_path / "a.csv", ("Kode A", "Kode B", "Nama"), ("Siti", SITI[1], "dusun 2"))
    mapping = tmp_path / "kita.yaml"
    mapping.write_text("register: kita\ncolumns: {nik: Kode B, name: [Kode A], address: {names: [Nama]}}\n")
    read_own = check_file(source, POLICY, mapping=load_mapping(mapping))
    (a,) = read_own.applications
    assert (a.nik, a.name, a.address) == (SITI[1], "Siti", "dusun 2")
    assert read_own.layouts[0].mapping == "kita"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("columns: {nikk: NIK}", "tidak dikenal"),
        ("columns: {nik: NIK, kk: NIK}", "dipakai untuk dua kolom"),
        ("columns: [", "bukan YAML"),
        ("nama: x", "columns"),
        ("columns: {nik: {format: x}}", "names"),
        ("columns: {name: {names: Nama, values: {a: b}}}", "menerjemahkan"),
    ],
)
def test_a_wrong_mapping_file_says_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "salah.yaml"
    path.write_text(text)
    with pytest.raises(PayungError, match=said):
        load_mapping(path)


def test_the_shipped_mappings_can_be_loaded_and_are_recognised_by_their_headers() -> None:
    assert [one.name for one in shipped()] == ["opensid-kode", "opensid"]
    assert all(one.recognise for one in shipped())


def test_tabs_have_names_that_excel_takes() -> None:
    long = "Usulan pekerja rentan desa Batu Kajang"
    assert sheet_names(["", "a/b", long, long + " 2"]) == {
        "": "Daftar", "a/b": "a b", long: long[:31], long + " 2": long[:29] + " 2",
    }  # fmt: skip


def test_a_zip_that_was_sent_becomes_lists_that_keep_their_folders(tmp_path: Path) -> None:
    sent = tmp_path / "x"
    with zipfile.ZipFile(sent, "w") as archive:
        archive.writestr("640104 TANAH GROGOT/Janju.csv", "NIK,Nama\n1,A\n")
        archive.writestr("640104 TANAH GROGOT/RT 1/Janju.csv", "NIK,Nama\n")
        archive.writestr("__MACOSX/a.csv", "x")
    found = expand(sent, "C:\\Users\\siti\\kiriman.zip", tmp_path / "isi")
    assert [name for name, _ in found] == [
        "kiriman.zip/640104 TANAH GROGOT/Janju.csv",
        "kiriman.zip/640104 TANAH GROGOT/RT 1/Janju.csv",
    ]
    assert found[0][1].read_text() == "NIK,Nama\n1,A\n"


def test_a_workbook_is_itself_whatever_its_name_and_two_files_never_share_one(tmp_path: Path) -> None:
    book = tmp_path / "x.zip"
    convert(table(("S", [HEADER, SITI])), {"S": 1}, book)
    assert expand(book, "../daftar.zip", tmp_path / "isi") == [("daftar.zip", book)]
    twice = tmp_path / "y.zip"
    with zipfile.ZipFile(twice, "w") as archive:
        archive.writestr("a.csv", "1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.csv", "2")
    assert [name for name, _ in expand(twice, "y.zip", tmp_path / "isi")] == [
        "y.zip/a (2).csv",
        "y.zip/a.csv",
    ]


def test_a_thousand_lists_of_rts_come_in_one_zip_and_an_office_may_set_fewer(tmp_path: Path) -> None:
    sent = tmp_path / "kiriman.zip"
    with zipfile.ZipFile(sent, "w") as archive:
        for n in range(1, 1001):
            archive.writestr(f"Janju/RT {n:03d}.csv", "NIK,Nama\n")
    assert len(expand(sent, "kiriman.zip", tmp_path / "isi")) == 1000
    with pytest.raises(PayungError, match=r"memuat 1\.000 berkas; paling banyak 999"):
        expand(sent, "kiriman.zip", tmp_path / "kurang", 999)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda z: [z.writestr(f"{n}.csv", "x") for n in range(2001)], "2.001 berkas; paling banyak 2.000"),
        (lambda z: z.writestr("a.csv", b"0" * (2 * 1024**2), zipfile.ZIP_DEFLATED), "mengembang"),
        (lambda z: z.writestr("../a.csv", "x"), "keluar"),
        (lambda z: z.writestr("folder/", ""), "satu berkas pun"),
    ],
)
def test_what_nobody_may_send_to_a_server_is_refused(
    tmp_path: Path, make: Callable[[zipfile.ZipFile], object], said: str
) -> None:
    sent = tmp_path / "kiriman.zip"
    with zipfile.ZipFile(sent, "w") as archive:
        make(archive)
    with pytest.raises(PayungError, match=said):
        expand(sent, "kiriman.zip", tmp_path / "isi")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Janju 6401041203850001.xlsx", "Janju 6401xxxxxxxx0001.xlsx"),
        ("KK_6401041203850001_RT 3.csv", "KK_6401xxxxxxxx0001_RT 3.csv"),
        ("6401 0412 0385 0001.csv", "6401xxxxxxxx0001.csv"),
        ("640104-120385-0001.csv", "6401xxxxxxxx0001.csv"),
        ("a.zip/64010412038500012/x.csv", "a.zip/6401xxxxxxxxx0012/x.csv"),
        ("640104 TANAH GROGOT/Janju 2026-01-05.csv", "640104 TANAH GROGOT/Janju 2026-01-05.csv"),
        ("6401042001 20260105.csv", "6401042001 20260105.csv"),
    ],
)
def test_a_file_name_tells_nobodys_number(name: str, kept: str) -> None:
    assert private(name) == kept


def test_a_place_is_known_by_a_name_without_its_number() -> None:
    for name in ("640104 TANAH GROGOT/Janju RT 3 6401041203850001.xlsx", "Desa Janju_6401041203850001.xlsx"):
        assert place_of_file(private(name), "64.01") == place_of_file(name, "64.01")
        assert [one.name for one in place_of_file(private(name), "64.01").villages] == ["Janju"]
