"""Mapping files are read strictly, and the shipped ones understand the words of their owners."""

from __future__ import annotations

import pytest

from payung.core.errors import Exit, PayungError
from payung.registry.columns import find_columns, find_header, kind_of, shown
from payung.registry.mapping import Format, parse_mapping, shipped_mapping
from payung.registry.rules import REGISTERS, Kind


@pytest.mark.parametrize("name", list(REGISTERS))
def test_every_register_has_a_mapping_of_its_own(name: str) -> None:
    mapping = shipped_mapping(name)
    assert (mapping.register, mapping.kind, mapping.explicit) == (name, None, False)
    assert "nik" in mapping.key


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("register: bpjs\n", "columns belum ada"),
        ("register: kemenag\ncolumns: {}\n", '"kemenag" tidak dikenal'),
        ("register: bpjs\nkind: both\ncolumns: {}\n", '"both" tidak dikenal'),
        ("register: bpjs\ncolumns:\n  nick: {names: [NIK]}\n", 'kolom "nick" tidak dikenal'),
        ("register: bpjs\ncolumns:\n  nik: {names: [NIK], format: dd-mm-yyyy}\n", "format tanggal hanya"),
        (
            "register: bpjs\ncolumns:\n  birth_on: {names: [LHR], format: american}\n",
            '"american" tidak dikenal',
        ),
        ("register: bpjs\ncolumns:\n  nik: {names: [X]}\n  kk: {names: [x]}\n", '"x" sudah dipakai'),
        ("register: bpjs\nkey: nick\ncolumns: {}\n", '"nick" tidak dikenal'),
        ("register: bpjs\nas_of: kemarin\ncolumns: {}\n", "tanggal"),
    ],
)
def test_a_wrong_mapping_is_refused_with_its_line(text: str, words: str) -> None:
    with pytest.raises(PayungError) as caught:
        parse_mapping(text, "peta.yaml")
    assert words in caught.value.message
    assert caught.value.message.startswith("peta.yaml:")
    assert caught.value.exit_code is Exit.POLICY


def test_a_mapping_may_leave_out_everything_but_the_columns() -> None:
    mapping = parse_mapping("register: own\ncolumns:\n  birth_on: {names: [LHR], format: yyyymmdd}\n", "x")
    assert (mapping.kind, mapping.as_of, mapping.key) == (None, None, ())
    assert mapping.columns["birth_on"].format is Format.DIGITS_YEAR_FIRST


def test_the_names_of_a_mapping_beat_what_a_header_usually_means() -> None:
    header = ("NIK", "NAMA", "NAMA PERUSAHAAN", "STATUS KEPEGAWAIAN", "KETERANGAN")
    assert find_columns(header, shipped_mapping("bpjs")).at["payer"] == 2
    asn = find_columns((*header[:2], "STATUS KEPEGAWAIAN", "STATUS"), shipped_mapping("asn"))
    assert (asn.at["segment"], asn.at["status"]) == (2, 3)


def test_the_first_of_the_names_wins_where_several_stand_there() -> None:
    columns = find_columns(("KETERANGAN", "INSTANSI", "NIK"), shipped_mapping("asn"))
    assert columns.at["detail"] == 1


def test_the_header_is_the_row_with_the_most_known_words() -> None:
    rows = [("DAFTAR NIK", ""), ("NIK", "x"), ("NIK", "NAMA", "STATUS"), ("1", "2", "3")]
    found = find_header(rows, shipped_mapping("bpjs"))
    assert found is not None
    assert found[0] == 2
    assert find_header([("x", "y")], shipped_mapping("bpjs")) is None


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (("NIK", "NAMA"), Kind.EXTRACT),
        (("row_id", "nik", "status"), Kind.EXTRACT),
        (("ID BARIS", "NIK", "STATUS"), Kind.ANSWER),
        (("row_id", "ID PERMINTAAN", "NIK", "STATUS"), Kind.ANSWER),
        (("row_id", "status"), Kind.ANSWER),
    ],
)
def test_an_answer_is_known_by_our_ids(header: tuple[str, ...], kind: Kind) -> None:
    mapping = shipped_mapping("bpjs")
    assert kind_of(find_columns(header, mapping), mapping) is kind


def test_no_long_number_is_ever_shown() -> None:
    assert shown("NIK 6401014108900001  milik") == "NIK … milik"
