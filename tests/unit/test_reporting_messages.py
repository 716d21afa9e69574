"""Texts for WhatsApp are short, add up, say what to do next, and tell nobody's number."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payung.core.errors import Exit, PayungError
from payung.core.month import MonthSpan
from payung.reporting.messages import (
    MOST_CHARACTERS,
    FaultLine,
    RtFigures,
    rt_message,
    rt_messages,
    summary_sentence,
    write_messages,
)
from tests.unit.test_reporting_figures import sample

SPAN = MonthSpan.parse("2022-10..2022-12")
RT3 = RtFigures(
    "64.01.04.2001", "Tanah Grogot", "Tanah Grogot", "003", SPAN,
    listed=54, chosen=30, waiting=5, to_fix=12, refused=4, duplicates=3,
    faults=(
        FaultLine("Tanah Grogot/daftar rt 3.xlsx", 17, "NIK kurang satu angka"),
        FaultLine("Tanah Grogot/daftar rt 3.xlsx", 21, "Tanggal lahir kosong"),
    ),
    fault_count=14,
)  # fmt: skip


def test_the_text_of_an_rt_reads_like_this() -> None:
    assert rt_message(RT3) == (
        "*RT 003, Tanah Grogot*, Kec. Tanah Grogot\n"
        "Daftar pekerja rentan Oktober sampai dengan Desember 2022: 54 baris.\n"
        "• 30 ditetapkan\n"
        "• 5 daftar tunggu\n"
        "• 12 perlu dilengkapi\n"
        "• 4 belum dapat diusulkan\n"
        "• 3 tercatat lebih dari sekali (cukup satu)\n"
        "Yang perlu diperbaiki di daftar rt 3.xlsx:\n"
        "– baris 17: NIK kurang satu angka\n"
        "– baris 21: Tanggal lahir kosong\n"
        "– dan 12 lagi\n"
        "Buka berkas bertanda dari kantor desa, perbaiki sel berwarna, lalu kirim kembali berkas yang sama "
        "ke kantor desa."
    )


def test_faults_in_several_files_name_the_file_of_each() -> None:
    faults = (*RT3.faults, FaultLine("susulan.csv", 2, "NIK kosong"))
    text = rt_message(replace(RT3, faults=faults))
    assert "diperbaiki:\n– daftar rt 3.xlsx baris 17: NIK kurang satu angka\n" in text
    assert "– susulan.csv baris 2: NIK kosong\n" in text


def test_a_day_is_named_only_where_the_office_gave_one() -> None:
    assert not re.search(r"paling lambat|20(?!22)\d\d", rt_message(RT3))
    assert "paling lambat 30 September 2022." in rt_message(replace(RT3, until=date(2022, 9, 30)))


def test_figures_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(ValueError, match="berjumlah"):
        replace(RT3, listed=55)
    with pytest.raises(ValueError, match="berjumlah"):
        replace(RT3, fault_count=1)


def test_an_rt_without_faults_is_thanked_and_one_without_people_is_told_to_list() -> None:
    done = replace(RT3, listed=30, waiting=0, to_fix=0, refused=0, duplicates=0, faults=(), fault_count=0)
    assert rt_message(done).endswith("Sampaikan kepada warga yang ditetapkan. Terima kasih.")
    assert "perbaiki" not in rt_message(done).replace("perlu diperbaiki", "")
    empty = replace(done, listed=0, chosen=0)
    assert rt_message(empty).endswith("Isi formulir RT lalu kirim ke kantor desa.")


def test_rows_without_rt_or_desa_are_told_as_such() -> None:
    text = rt_message(replace(RT3, desa_code="", desa="", district="", rt=""))
    assert text.startswith("*Tanpa nomor RT, desa belum dikenal*\n")


def test_long_names_never_make_a_text_longer_than_it_may_be() -> None:
    long = "Desa Yang Namanya Sangat Panjang Sekali " * 8
    faults = tuple(FaultLine(f"{long}.xlsx", 50_000 - n, long) for n in range(9))
    text = rt_message(replace(RT3, desa=long, district=long, rt=long, faults=faults, fault_count=99_999))
    assert len(text) <= MOST_CHARACTERS
    assert "lagi\nBuka berkas bertanda" in text


TEXTS = st.text(max_size=120)


@given(TEXTS, TEXTS, TEXTS, st.lists(st.builds(FaultLine, TEXTS, st.integers(1, 10**6), TEXTS), max_size=8))
def test_any_text_of_users_stays_within_700_characters(
    desa: str, district: str, rt: str, faults: list[FaultLine]
) -> None:
    figures = replace(
        RT3,
        desa=desa,
        district=district,
        rt=rt,
        faults=tuple(faults),
        fault_count=10**6,
        until=date(2022, 9, 30),
    )
    assert len(rt_message(figures)) <= MOST_CHARACTERS


def test_no_number_of_a_person_passes_through_a_file_name_or_a_fault() -> None:
    faults = (
        FaultLine(
            "KTP 6401014108900001.xlsx", 4, "NIK 6401 0141 0890 0001 milik orang lain, HP 081234567890"
        ),
    )
    text = rt_message(replace(RT3, faults=faults))
    assert not re.search(r"\d{9}", re.sub(r"[ .-]", "", text))
    assert "(nomor disamarkan)" in text


def test_all_texts_stand_in_one_file_by_desa_and_rt(tmp_path: Path) -> None:
    second = replace(RT3, rt="001")
    other = replace(RT3, desa_code="64.01.01.2001", desa="Batu Kajang", rt="009")
    write_messages([RT3, second, other], tmp_path / "pesan-wa.txt")
    raw = (tmp_path / "pesan-wa.txt").read_bytes()
    text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    assert raw.startswith(b"\xef\xbb\xbf")
    assert text == rt_messages([other, second, RT3])
    heads = re.findall(r"===== (.*) =====", text)
    assert heads == ["64.01.01.2001 · RT 009", "64.01.04.2001 · RT 001", "64.01.04.2001 · RT 003"]
    assert rt_message(second) in text


def test_a_file_that_cannot_be_written_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(PayungError) as caught:
        write_messages([RT3], tmp_path / "tidak-ada" / "pesan-wa.txt")
    assert caught.value.exit_code is Exit.OUTPUT


def test_the_sentence_of_a_run_carries_its_figures_with_their_base() -> None:
    text = summary_sentence(sample())
    assert len(text) <= MOST_CHARACTERS
    for part in (
        "32.268 pekerja ditetapkan", "Rp1,63 miliar (Rp1.626.307.200)",
        "42.079 dari 61.340 (68,60%); sumber: Data contoh Disnakertrans, keadaan 31 Agustus 2022",
        "214 pasangan menunggu keputusan",
    ):  # fmt: skip
        assert part in text
    assert "menunggu" not in summary_sentence(sample(), public=True)


def test_the_sentence_stays_short_with_long_names() -> None:
    long = "Penetapan " * 100
    assert len(summary_sentence(replace(sample(), title=long, regency=long))) <= MOST_CHARACTERS
