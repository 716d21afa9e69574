"""What each register is asked, and how its owners' words are understood. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from payung.core.dates import day
from payung.core.errors import Exit, PayungError
from payung.policy.local import LocalPolicy


class Kind(StrEnum):
    """How a register reaches us."""

    EXTRACT = "extract"
    """A list of its own people: who is absent from it is not in it."""
    ANSWER = "answer"
    """One status for each row that we asked (padanan): who is absent was not answered."""


class Status(StrEnum):
    """What a register says about a person, whatever words its owner uses."""

    ACTIVE = "aktif"
    INACTIVE = "nonaktif"
    DEAD = "meninggal"
    MOVED = "pindah"
    MATCHED = "sesuai"
    DIFFERS = "tidak_sesuai"
    ABSENT = "tidak_terdaftar"
    """The owner looked and did not find this person: an answer, unlike silence."""
    UNREADABLE = "tidak_terbaca"
    """A word that nobody has taught us: refuses to count as any of the others."""


_STATUS_WORDS: dict[Status, str] = {
    Status.ACTIVE: "AKTIF, PESERTA AKTIF, TERDAFTAR, TERDAFTAR AKTIF, AKTIF BEKERJA, ADA, YA, Y, A, ACTIVE",
    Status.INACTIVE: (
        "NONAKTIF, NON AKTIF, TIDAK AKTIF, PESERTA TIDAK AKTIF, PESERTA NON AKTIF, PESERTA NONAKTIF, KELUAR, "
        "SUDAH KELUAR, BERAKHIR, BERHENTI, PENSIUN, N, NA, INACTIVE"
    ),
    Status.DEAD: "MENINGGAL, MENINGGAL DUNIA, MATI, WAFAT, ALMARHUM, ALMARHUMAH, KEMATIAN, MD",
    Status.MOVED: "PINDAH, PINDAH KELUAR, PINDAH DOMISILI, MUTASI KELUAR, KEPINDAHAN",
    Status.MATCHED: "SESUAI, DATA SESUAI, COCOK, PADAN, HIDUP, VALID, DITEMUKAN, PENDUDUK",
    Status.DIFFERS: (
        "TIDAK SESUAI, DATA TIDAK SESUAI, TIDAK COCOK, TIDAK PADAN, TIDAK VALID, DATA BERBEDA, NAMA BERBEDA, "
        "TGL LAHIR BERBEDA, TANGGAL LAHIR BERBEDA, BEDA"
    ),
    Status.ABSENT: (
        "TIDAK TERDAFTAR, BELUM TERDAFTAR, TIDAK DITEMUKAN, DATA TIDAK DITEMUKAN, BUKAN PESERTA, BUKAN ASN, "
        "TIDAK ADA, TIDAK, T, NIHIL"
    ),
}
_STATUS_OF = {word: status for status, words in _STATUS_WORDS.items() for word in words.split(", ")}


def read_status(text: str | None) -> Status | None:
    """The status that a cell means; None for an empty cell (no answer), UNREADABLE for an unknown word."""
    if text is None or not text.strip():
        return None
    return _STATUS_OF.get(re.sub(r"[^A-Z]+", " ", text.upper()).strip(), Status.UNREADABLE)


@dataclass(frozen=True, slots=True)
class Register:
    """One register: its owner, what it is asked, and the fewest fields that it needs for an answer."""

    name: str
    title: str
    owner: str
    question: str
    asks: tuple[str, ...]
    answers: tuple[Status, ...]


REGISTERS: dict[str, Register] = {
    register.name: register
    for register in (
        Register(
            "bpjs",
            "Peserta BPJS Ketenagakerjaan",
            "Kantor Cabang BPJS Ketenagakerjaan",
            "Apakah orang ini peserta aktif, pada segmen apa, dan siapa yang membayar iurannya?",
            ("nik", "name", "birth_on"),
            (Status.ACTIVE, Status.INACTIVE, Status.ABSENT, Status.DIFFERS),
        ),
        Register(
            "dukcapil",
            "Data kependudukan",
            "Dinas Kependudukan dan Pencatatan Sipil",
            "Apakah NIK, nama, dan tanggal lahir sesuai, dan apakah orang ini masih hidup dan penduduk di sini?",
            ("nik", "kk", "name", "birth_on", "sex"),
            (Status.MATCHED, Status.DIFFERS, Status.DEAD, Status.MOVED, Status.ABSENT),
        ),
        Register(
            "asn",
            "ASN, TNI, dan Polri",
            "BKPSDM",
            "Apakah orang ini PNS, PPPK, anggota TNI, atau anggota Polri?",
            ("nik", "name", "birth_on"),
            (Status.ACTIVE, Status.INACTIVE, Status.ABSENT),
        ),
        Register(
            "payers",
            "Peserta yang iurannya dibayar pihak lain",
            "provinsi, desa, DBH sawit, atau CSR",
            "Apakah iuran orang ini sudah dibayar pihak lain, dan untuk bulan apa?",
            ("nik", "name", "birth_on"),
            (Status.ACTIVE, Status.INACTIVE, Status.ABSENT),
        ),
        Register(
            "nonasn",
            "Pegawai non-ASN",
            "BKPSDM dan perangkat daerah",
            "Apakah orang ini pegawai non-ASN yang didaftarkan perangkat daerahnya?",
            ("nik", "name", "birth_on"),
            (Status.ACTIVE, Status.INACTIVE, Status.ABSENT),
        ),
        Register(
            "own",
            "Peserta kita sendiri",
            "Pemerintah kabupaten",
            "Apakah orang ini sudah peserta dalam program ini?",
            ("nik", "name", "birth_on"),
            (Status.ACTIVE, Status.INACTIVE, Status.ABSENT),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class RegisterInput:
    """A register as named on the command line: `NAME=FILE[@YYYY-MM-DD]`."""

    name: str
    path: Path
    as_of: date | None = None

    @classmethod
    def parse(cls, text: str) -> RegisterInput:
        """Read `NAME=FILE[@YYYY-MM-DD]`. PayungError (USAGE) says what is wrong with it."""
        name, equals, rest = text.partition("=")
        if not equals or not rest:
            raise PayungError(
                f"Register ditulis NAMA=BERKAS, misalnya bpjs=peserta.csv@2022-09-15, bukan {text!r}.",
                exit_code=Exit.USAGE,
            )
        name = name.strip().lower()
        if name not in REGISTERS:
            known = ", ".join(REGISTERS)
            raise PayungError(
                f"Register {name!r} tidak dikenal.", todo=f"Pilih salah satu: {known}.", exit_code=Exit.USAGE
            )
        path, at, day = rest.rpartition("@")
        if at and re.fullmatch(r"\d{4}-\d{2}-\d{2}", day, re.ASCII):
            try:
                return cls(name, Path(path), date.fromisoformat(day))
            except ValueError:
                raise PayungError(
                    f"Tanggal {day} pada --register {name} tidak ada.",
                    todo="Tulis tanggal keadaan data, TTTT-BB-HH.",
                    exit_code=Exit.USAGE,
                ) from None
        return cls(name, Path(rest))


def request_id(register: str, row_ids: Iterable[str]) -> str:
    """Twelve hex characters that name a request by what it asks: same rows, same id."""
    digest = hashlib.sha256(register.encode())
    for row_id in sorted(row_ids):
        digest.update(row_id.encode() + b"\n")
    return digest.hexdigest()[:12]


class Dated(Protocol):
    """A register that was supplied: which one, and the day that it describes."""

    @property
    def name(self) -> str: ...

    @property
    def as_of(self) -> date | None: ...


def needs(
    policy: LocalPolicy, supplied: Iterable[Dated], on: date, without: Collection[str] = ()
) -> tuple[str, ...]:
    """What the user should know of registers that are missing, too old or waived, in Indonesian.

    PayungError(Exit.REGISTER) when one that `policy` requires is missing, older than it may be on `on`, or has no
    date, unless it is named in `without`. Every waiver is among the notes: the decree prints it. Exit.USAGE for one
    that is both supplied and waived.
    """
    given = {register.name: register.as_of for register in supplied}
    if both := sorted(given.keys() & set(without)):
        raise PayungError(
            f"Register {', '.join(both)} diberikan dan sekaligus dikecualikan (--without).",
            todo="Pilih salah satu: berikan berkasnya, atau kecualikan.",
            exit_code=Exit.USAGE,
        )
    wrong, notes = [], []
    for name, need in policy.registers.items():
        fault = _fault(name, given, need.max_age_days, on)
        title = REGISTERS[name].title if name in REGISTERS else name
        if name in without:
            notes.append(
                f"Dijalankan tanpa register {name} ({title}), atas perintah petugas (--without {name})."
            )
        elif fault and need.required:
            wrong.append((name, fault))
        elif fault and name in REGISTERS:
            notes.append(f"Register {name} ({title}) {fault}; isinya dianggap belum diketahui.")
    if wrong:
        listed = "; ".join(f"{name} {fault}" for name, fault in wrong)
        names = " ".join(f"--register {name}=BERKAS@TTTT-BB-HH" for name, _ in wrong)
        raise PayungError(
            f"Register yang wajib menurut aturan {policy.id} belum dapat dipakai: {listed}.",
            todo=f"Berikan {names}; kalau memang terpaksa, --without NAMA, dan itu tercetak pada SK.",
            exit_code=Exit.REGISTER,
        )
    return tuple(notes)


def _fault(name: str, given: dict[str, date | None], max_age_days: int, on: date) -> str:
    """Why a register cannot say "no" on a day; "" when it can."""
    if name not in given:
        return "belum diberikan"
    as_of = given[name]
    if as_of is None:
        return "tidak menyebut tanggal keadaannya"
    if (on - as_of).days > max_age_days:
        return f"terlalu lama (keadaan {day(as_of)}, paling lama {max_age_days} hari sebelum {day(on)})"
    return ""


@dataclass(frozen=True, slots=True)
class Gap:
    """A register that cannot say "no" on the day of a run, and why; `required` when the run is refused for it."""

    name: str
    fault: str
    required: bool


def gaps(
    policy: LocalPolicy, supplied: Iterable[Dated], on: date, without: Collection[str] = ()
) -> tuple[Gap, ...]:
    """What `needs` would refuse or note, register by register in the policy's order; those in `without` left out."""
    given = {register.name: register.as_of for register in supplied}
    return tuple(
        Gap(name, fault, need.required)
        for name, need in policy.registers.items()
        if name in REGISTERS and name not in without and (fault := _fault(name, given, need.max_age_days, on))
    )
