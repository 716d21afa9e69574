"""When a decree may be signed, and by whom not. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from payung.core.dates import day
from payung.core.errors import PayungError
from payung.core.names import standard

_MOST_NAMED = 5
"""Names in one message; the rest is counted."""
_NUMBER = re.compile(r"[\w./() -]{1,100}")


class How(StrEnum):
    """In which way a decree was signed; the value is what the decree keeps."""

    INK = "basah"
    PADES = "pades"
    SERVICE = "layanan"


HOW_WORDS: Mapping[How, str] = {
    How.INK: "Tanda tangan basah, pindaiannya dicocokkan",
    How.PADES: "Tanda tangan elektronik (PAdES)",
    How.SERVICE: "Layanan tanda tangan",
}


@dataclass(frozen=True, slots=True)
class Days:
    """The days between which a decree may be dated. `agreement` is the term of the PKS; None where it was waived."""

    approved_on: date
    today: date
    agreement: tuple[date, date] | None


def check_number(number: str) -> str:
    """The number as it is kept. PayungError for one that is none."""
    clean = " ".join(number.split())
    if not _NUMBER.fullmatch(clean):
        raise PayungError(
            "Nomor keputusan belum benar.", todo="Tulis seperti pada naskah, misalnya 560/123/KEP/2026."
        )
    return clean


def check_printed(number: str, dated: date, printed_number: str, printed_on: date | None) -> None:
    """PayungError where number or date are others than those that were printed on the paper; blank ones were not."""
    if printed_number and number != printed_number:
        raise PayungError(
            f"Pada naskah tercetak nomor {printed_number}, bukan {number}.",
            todo="Tulis nomor yang tercetak, atau ubah rancangannya lalu setujui lagi.",
        )
    if printed_on and dated != printed_on:
        raise PayungError(
            f"Pada naskah tercetak tanggal {day(printed_on)}, bukan {day(dated)}.",
            todo="Tulis tanggal yang tercetak, atau ubah rancangannya lalu setujui lagi.",
        )


def check_days(dated: date, days: Days) -> None:
    """PayungError where a decree cannot bear this date."""
    if dated < days.approved_on:
        raise PayungError(
            f"Tanggal {day(dated)} mendahului persetujuannya, {day(days.approved_on)}.",
            todo=f"Tulis tanggal pada naskah, paling awal {day(days.approved_on)}.",
        )
    if dated > days.today:
        raise PayungError(
            f"Tanggal {day(dated)} belum tiba.", todo="Tulis tanggal pada naskah, paling akhir hari ini."
        )
    if days.agreement and not days.agreement[0] <= dated <= days.agreement[1]:
        first, last = days.agreement
        raise PayungError(
            f"Tanggal {day(dated)} di luar masa perjanjian, {day(first)} sampai {day(last)}.",
            todo="Perpanjang perjanjiannya, atau usulkan keputusan tanpa perjanjian beserta alasannya.",
        )


def check_signatory(actor: int | None, makers: Mapping[int, str]) -> None:
    """PayungError where whoever signs has prepared it or asked for its approval (`makers`: user to what they did)."""
    if actor is None or actor in makers:
        did = makers.get(actor or 0, "")
        raise PayungError(
            f"Yang menandatangani tidak boleh yang {did or 'menyusun'} naskah ini.",
            todo="Minta petugas lain menyusunnya dari awal, atau penandatangan lain yang berwenang.",
        )


def check_certificates(signers: Collection[str], signer_name: str, makers: Collection[str]) -> None:
    """PayungError where nobody who signed bears the name of the paper's signer (blank: not known), or where a maker did."""
    if signer_name and not any(_alike(one, signer_name) for one in signers):
        raise PayungError(
            f"Sertifikatnya atas nama {', '.join(signers)}, padahal naskah ditandatangani {signer_name}.",
            todo="Minta pejabat yang tertulis pada naskah menandatanganinya.",
        )
    for one in signers:
        if standard(one) in {standard(maker) for maker in makers} - {""}:
            raise PayungError(
                f"{one} menyusun naskah ini, jadi tidak dapat menandatanganinya.",
                todo="Minta pejabat yang berwenang menandatanganinya.",
            )


def check_still_there(gone: Collection[str]) -> None:
    """PayungError where somebody of the roll has died or was taken off the list since; `gone` are their names."""
    if not gone:
        return
    names = ", ".join(sorted(gone)[:_MOST_NAMED])
    more = f", dan {len(gone) - _MOST_NAMED} orang lain" if len(gone) > _MOST_NAMED else ""
    raise PayungError(
        f"{len(gone)} orang meninggal atau dikeluarkan dari daftar sesudah dipilih: {names}{more}.",
        todo="Keluarkan mereka dari rancangan ini; naskahnya disusun ulang dan disetujui lagi sebelum ditandatangani.",
    )


def _alike(certificate: str, signer: str) -> bool:
    """A word of at least three letters in common; titles and initials differ from one document to another."""
    return bool(set(_words(certificate)) & set(_words(signer)))


def _words(name: str) -> Iterator[str]:
    return (word for word in standard(name).split() if len(word) >= 3)
