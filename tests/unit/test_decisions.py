"""Decisions about pairs: read back as they were meant, refused where they cannot be, keyed by who the two are."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from payung.core.errors import PayungError
from payung.core.identity import fingerprint
from payung.screening.decisions import HEADER, dotted, fingerprint_of, read_decisions, write_decisions
from payung.screening.rules import PairDecision, Verdict

A, B, C = ("a" * 64, "b" * 64, "c" * 64)
NIK = "6401014108900001"


def written(path: Path, *rows: tuple[str, str, str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([HEADER, *rows])
    return path


def test_what_was_written_is_read_back_and_the_same_bytes_again(tmp_path: Path) -> None:
    decisions = (PairDecision(B, A, Verdict.DIFFERENT), PairDecision(A, C, Verdict.ASK_RT))
    write_decisions(decisions, tmp_path / "x.csv")
    assert set(read_decisions(tmp_path / "x.csv")) == set(decisions)
    write_decisions(reversed(decisions), tmp_path / "y.csv")
    assert (tmp_path / "x.csv").read_bytes() == (tmp_path / "y.csv").read_bytes()


def test_words_are_read_as_people_write_them_and_an_empty_cell_is_no_decision(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", (A, B, " Sama "), (A, C, "TANYA  rt"), (B, C, ""))
    assert read_decisions(path) == (PairDecision(A, B, Verdict.SAME), PairDecision(A, C, Verdict.ASK_RT))


def test_the_order_of_the_two_does_not_matter(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", (A, B, "beda"), (B, A, "beda"))
    assert read_decisions(path) == (PairDecision(A, B, Verdict.DIFFERENT),)


def test_a_pair_decided_in_two_ways_names_both_places(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", (A, B, "sama"), (A, C, "sama"), (B, A, "beda"))
    with pytest.raises(PayungError) as caught:
        read_decisions(path)
    assert "x.csv baris 2" in caught.value.message
    assert "x.csv baris 4" in caught.value.message


@pytest.mark.parametrize(
    ("row", "words"), [((A, B, "mungkin"), "baris 2"), (("siti", B, "sama"), "milik pasangan mana")]
)
def test_what_cannot_be_understood_is_refused_with_its_place(
    tmp_path: Path, row: tuple[str, str, str], words: str
) -> None:
    with pytest.raises(PayungError, match=words):
        read_decisions(written(tmp_path / "x.csv", row))


@pytest.mark.parametrize("text", ["", "nik,nama\n", "fingerprint_l;fingerprint_r;decision\n"])
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.csv").write_text(text)
    with pytest.raises(PayungError, match="bukan berkas keputusan"):
        read_decisions(tmp_path / "x.csv")
    with pytest.raises(PayungError, match="tidak ada"):
        read_decisions(tmp_path / "tiada.csv")


@pytest.mark.parametrize(
    "texts",
    [
        (NIK, "SITI AMINAH", "1990-08-01", "P", "64.01.04.2001"),
        ("'6401 0141.0890-0001", "Hj. Siti Aminah", "01/08/1990", "Perempuan", "6401042001"),
        (f"{NIK}.0", "siti aminah", "1 Agustus 1990", "p", " 64.01.04.2001 "),
    ],
)
def test_the_same_person_written_otherwise_has_the_same_fingerprint(texts: tuple[str, ...]) -> None:
    expected = fingerprint(NIK, "SITI AMINAH", date(1990, 8, 1), "P", "64.01.04.2001")
    assert fingerprint_of(*texts) == expected


def test_what_is_not_known_counts_as_empty() -> None:
    assert fingerprint_of(None, None, None, None, None) == fingerprint_of("", "", "31-02-1990", "?", "Kuaro")
    assert dotted("6401042001") == "64.01.04.2001"
    assert dotted("640104") is None
