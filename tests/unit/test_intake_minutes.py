"""The desa's minutes and the list on its notice board: complete, without anybody's numbers, on both papers."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from payung.core.application import Application
from payung.core.errors import PayungError
from payung.intake.minutes import (
    Listed,
    Meeting,
    Signer,
    last_day,
    listed,
    page_data,
    write_announcement,
    write_minutes,
)

MEETING = Meeting(
    "64.01.04.2002",
    "Usulan pekerja rentan tahun 2023",
    date(2022, 11, 22),
    "09.00 WITA",
    "Balai Desa Janju",
    34,
    ("ketua RT", "BPD"),
    date(2022, 11, 23),
    date(2022, 12, 1),
    objections_phone="0541 000 000",
    signers=(Signer("Pimpinan musyawarah", "SITI RAHMAH"), Signer("Kepala Desa Janju")),
    list_hash="ab" * 32,
)
PEOPLE = [
    Listed("Siti Aminah", "003", "Petani"),
    Listed("D'Souza <b>#x</b> *y* $z$", "001", "Nelayan"),
    Listed("Budi", "", ""),
]


def text(path: Path) -> str:
    done = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True)
    return re.sub(r"\s+", " ", done.stdout)


needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")


@needs_poppler
@pytest.mark.parametrize(("paper", "size"), [("a4", "595 x 841"), ("f4", "609 x 935")])
def test_the_minutes_say_who_where_when_and_how_many_of_each_rt(
    tmp_path: Path, paper: str, size: str
) -> None:
    out = tmp_path / "berita-acara.pdf"
    write_minutes(MEETING, PEOPLE, out, paper=paper)
    said = text(out)
    for words in (
        "KECAMATAN TANAH GROGOT",
        "Selasa, 22 November 2022",
        "Balai Desa Janju",
        "34 orang",
        "3 (tiga) orang",
        "23 November 2022",
        "1 Desember 2022",
        "Kantor Desa Janju",
        "tanpa RT",
        "SITI RAHMAH",
        "SITI AMINAH",
        "D'SOUZA <B>#X</B> *Y* $Z$",
        "ab" * 32,
    ):
        assert words in said, words
    assert b"pdfaid" in out.read_bytes()
    about = subprocess.run(["pdfinfo", out], check=True, capture_output=True, text=True).stdout
    assert f"{size} pts" in re.sub(r"(\d+)\.\d+", r"\1", about)


@needs_poppler
def test_the_announcement_says_that_nothing_is_decided_and_where_to_object(tmp_path: Path) -> None:
    out = tmp_path / "pengumuman.pdf"
    write_announcement(MEETING, PEOPLE, out)
    said = text(out)
    for words in ("PENGUMUMAN", "belum merupakan penetapan", "0541 000 000", "Keberatan", "BUDI"):
        assert words in said, words


def test_no_number_of_anybody_gets_on_the_paper() -> None:
    row = Application(
        "0" * 16, "a.xlsx", "S", 2, nik="6401044108900001", kk="6401042010150002", phone="081234567890",
        name="SITI 6401044108900001", mother_name="AMINAH", birth_on=date(1990, 8, 1), rt="003",
        occupation_raw="petani 0812-3456-7890",
    )  # fmt: skip
    data = str(page_data(MEETING, listed([row], lambda group: group)))
    for secret in ("6401044108900001", "6401042010150002", "081234567890", "0812-3456", "AMINAH", "1990"):
        assert secret not in data


def test_people_stand_by_rt_and_name_and_the_sums_are_those_of_the_list() -> None:
    data = page_data(MEETING, PEOPLE)
    assert [row[2] for row in data["people"]] == ["001", "003", "–"]
    assert data["per_rt"] == [["001", "1"], ["003", "1"], ["tanpa RT", "1"]]
    assert data["total"] == "3"


@needs_poppler
def test_what_is_not_known_yet_is_a_line_to_write_on(tmp_path: Path) -> None:
    out = tmp_path / "kosong.pdf"
    first = write_minutes(Meeting("64.01.04.1001", "usulan"), [], out)
    said = text(out)
    assert "KELURAHAN TANAH GROGOT" in said
    assert "Lurah Tanah Grogot" in said
    assert "0 (nol) orang" in said
    assert write_minutes(Meeting("64.01.04.1001", "usulan"), [], out) == first


def test_the_days_of_the_announcement_are_working_days() -> None:
    assert last_day(date(2022, 11, 23), 7) == date(2022, 12, 1)
    assert last_day(date(2022, 11, 26), 1) == date(2022, 11, 28)


def test_what_cannot_be_printed_is_said(tmp_path: Path) -> None:
    with pytest.raises(PayungError, match="letter"):
        write_minutes(MEETING, PEOPLE, tmp_path / "a.pdf", paper="letter")
    with pytest.raises(PayungError, match="Desa"):
        write_minutes(Meeting("99.99.99.9999", "usulan"), PEOPLE, tmp_path / "a.pdf")
    with pytest.raises(PayungError, match="tidak dapat ditulis"):
        write_minutes(MEETING, PEOPLE, tmp_path / "tidak" / "ada" / "a.pdf")
