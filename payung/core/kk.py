"""KK, the number of a family card: district (6), date of issue as DDMMYY (6), serial (4). It changes on reissue."""

from __future__ import annotations

import re
from collections.abc import Mapping

from payung.core import nik

# No sex in it: the day of issue carries no 40.
VALID_PATTERN = nik.VALID_PATTERN
"""Structure of a KK number. Days above 40 pass: numbers made from the head's NIK are met in real lists."""

FAULTS: Mapping[str, str] = {
    "kk_missing": "Nomor KK kosong. Isi 16 angka nomor KK bila ada.",
    "kk_scientific": "Nomor KK berubah menjadi angka pendek oleh Excel. Ketik ulang 16 angka sebagai teks.",
    "kk_letters": "Nomor KK memuat huruf atau tanda lain. Cocokkan dengan kartu keluarga.",
    "kk_short": "Nomor KK kurang dari 16 angka. Cocokkan dengan kartu keluarga.",
    "kk_long": "Nomor KK lebih dari 16 angka. Cocokkan dengan kartu keluarga.",
    "kk_placeholder": "Nomor KK ini hanya isian sementara. Cocokkan dengan kartu keluarga.",
    "kk_region": "Enam angka pertama nomor KK bukan kode wilayah. Cocokkan dengan kartu keluarga.",
    "kk_date": "Angka ke-7 sampai ke-12 nomor KK bukan tanggal. Cocokkan dengan kartu keluarga.",
    "kk_serial": "Empat angka terakhir nomor KK tidak boleh 0000. Cocokkan dengan kartu keluarga.",
}
"""Code to a plain sentence that says what to do."""


def clean(text: str | None) -> str:
    """A cell's text without what people put between digits; letters and length stay."""
    return nik.clean(text)


def faults(text: str | None) -> tuple[str, ...]:
    """What is wrong with a text as a KK number: codes of `FAULTS`, () for nothing."""
    return tuple(code.replace("nik_", "kk_", 1) for code in nik.faults(text))


def is_valid(text: str | None) -> bool:
    """Can this be the number of a family card?"""
    digits = clean(text)
    return bool(re.fullmatch(VALID_PATTERN, digits)) and not faults(text)


def valid_sql(column: str) -> str:
    """SQL for `is_valid` of a column of cleaned texts: true, false, or NULL for NULL."""
    return nik.valid_sql(column)


def explain(code: str) -> str:
    """The sentence of a fault code. KeyError for a code that is none."""
    return FAULTS[code]


def mask(text: str | None) -> str:
    """`6401********0001`."""
    return nik.mask(text)


def spaced(text: str | None) -> str:
    """`6401 0101 0812 0001`, for reading aloud."""
    return nik.spaced(text)
