"""The words of screening: what a link is, what speaks for it field by field, and what a person decided. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class LinkOutcome(StrEnum):
    """How far two rows are the same person. Pairs that are different are not kept."""

    EXACT = "exact"
    """Same valid NIK and nothing contradicts: acts by itself."""
    CERTAIN = "certain"
    """Beyond doubt, but by other evidence: a person confirms it, many at once."""
    REVIEW = "review"
    """Decided one by one."""


class Verdict(StrEnum):
    """What a person wrote under KEPUTUSAN."""

    SAME = "sama"
    DIFFERENT = "beda"
    ASK_RT = "tanya RT"
    """Still open: the RT is asked."""


EVIDENCE: Mapping[str, Mapping[str, str]] = {
    "ev_nik": {
        "same": "NIK sama",
        "swap": "NIK beda: dua angka bersebelahan tertukar",
        "digit": "NIK beda 1 angka",
        "length": "NIK beda: satu angka kurang atau lebih",
        "two": "NIK beda 2 angka",
        "birth_part": "NIK memuat tanggal lahir dan wilayah yang sama, nomor urutnya lain",
        "other": "NIK berbeda",
        "invalid": "NIK tidak sah, tidak dapat dibandingkan",
        "missing": "NIK kosong pada salah satu",
    },
    "ev_name": {
        "same": "nama sama",
        "sound": "nama sama bunyi, beda ejaan",
        "typing": "nama beda 1–2 huruf",
        "part": "nama sama sebagian (singkatan, bagian yang hilang, atau urutan)",
        "near": "nama mirip",
        "other": "nama berbeda",
        "missing": "nama kosong pada salah satu",
    },
    "ev_birth": {
        "same": "tanggal lahir sama",
        "swap": "tanggal lahir: hari dan bulan tertukar",
        "part": "tanggal lahir: dua dari tiga bagian sama",
        "other": "tanggal lahir berbeda",
        "missing": "tanggal lahir kosong pada salah satu",
    },
    "ev_kk": {
        "same": "KK sama",
        "typing": "KK beda 1 angka",
        "other": "KK berbeda",
        "missing": "KK kosong pada salah satu",
    },
    "ev_sex": {
        "same": "jenis kelamin sama",
        "other": "jenis kelamin berbeda",
        "missing": "jenis kelamin kosong",
    },
    "ev_desa": {
        "same": "desa sama",
        "district": "kecamatan sama",
        "other": "desa berbeda",
        "missing": "desa kosong pada salah satu",
    },
    "ev_phone": {
        "same": "nomor HP sama",
        "other": "nomor HP berbeda",
        "missing": "nomor HP kosong pada salah satu",
    },
}
"""Evidence column to its values, each with the words that stand for it in a sentence."""

LINK_COLUMNS = (
    "id_l", "register", "source_r", "id_r", "score_milli", "probability", "outcome", "reason", *EVIDENCE,
)  # fmt: skip
"""Columns of `links.parquet`. `register` is "" within the lists, where `id_l < id_r`; `reason` names the pattern."""


@dataclass(frozen=True, slots=True)
class PairDecision:
    """What a person decided about one pair, keyed by the two fingerprints: it lapses when an identity changes."""

    fingerprint_l: str
    fingerprint_r: str
    verdict: Verdict


def sentence(evidence: Mapping[str, str]) -> str:
    """The evidence of a pair in words, what is missing left out: `NIK beda 1 angka, nama sama, KK sama`."""
    parts = [
        EVIDENCE[column][value]
        for column, value in evidence.items()
        if column in EVIDENCE and value != "missing"
    ]
    return ", ".join(parts)
