"""Checking a proof pack, without Django and without a database: is what was signed exactly what was chosen?

Each check says in a sentence what it found. One that cannot be made is not passed: it says why, and the pack is not
whole.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import pypdfium2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from payung.allocation import files
from payung.allocation.choice import choose_among, roll
from payung.allocation.frozen import SEAL, read_choice
from payung.allocation.roll import ROLL_COLUMNS, roll_hash
from payung.allocation.scenario import Settings, offers
from payung.audit import signing
from payung.audit.chain import commit
from payung.audit.commands import Report
from payung.audit.commands import verify as verify_ledger
from payung.audit.files import KEYS, read_lines
from payung.core.errors import PayungError
from payung.core.rupiah import number, rupiah
from payung.enrolment import pades, scan
from payung.enrolment.scan_reading import read_scan
from payung.proof.contents import (
    CHOICE,
    DECREE,
    LEDGER,
    ROLL,
    SCREENING,
    TOLD,
    Contents,
    DecreeSaid,
    hashes,
    read_contents,
    sha256_of,
    signed_by,
)

SIGNED = "decree.signed"
DECREE_TYPE = "enrolment.decree"
SUMS = "SHA256SUMS"


@dataclass(frozen=True, slots=True)
class Found:
    """One check: its name, whether it holds, and what it found."""

    name: str
    holds: bool
    said: str


@dataclass(frozen=True, slots=True)
class PackReport:
    """What checking a pack found. `keys` are the fingerprints by which signatures were judged.

    `own_keys`: they came with the pack, so that they prove nothing before somebody compares them.
    """

    contents: Contents
    found: tuple[Found, ...]
    keys: tuple[str, ...]
    own_keys: bool

    @property
    def whole(self) -> bool:
        """Whether every check holds."""
        return all(one.holds for one in self.found)

    def in_words(self) -> str:
        """The report as lines of Indonesian."""
        decree = self.contents.decree
        lines = [
            f"Bukti keputusan {decree.number or '(belum bernomor)'} · {number(decree.people)} orang · "
            f"{rupiah(decree.amount_idr)}",
            *(f"{'✓' if one.holds else '✗'} {one.name}: {one.said}" for one in self.found),
        ]
        if self.own_keys:
            lines.append(
                f"Kunci publik berasal dari berkas ini sendiri, sidik {', '.join(self.keys)}. "
                "Cocokkan dengan sidik yang dulu diserahkan kepada Anda, atau tunjuk berkas kunci Anda dengan --keys."
            )
        lines.append(
            "Semua pemeriksaan cocok."
            if self.whole
            else "ADA YANG TIDAK COCOK: jangan dipakai sebagai bukti."
        )
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class _Pack:
    folder: Path
    contents: Contents
    written: bytes
    keys: Mapping[str, Ed25519PublicKey]
    keys_file: Path | None
    witnesses: Path | None
    roots: Sequence[bytes]
    moment: datetime
    again: bool

    @property
    def body(self) -> Path:
        return self.folder / self.contents.decree.body


def check_pack(
    folder: Path,
    moment: datetime,
    *,
    keys: Path | None = None,
    witnesses: Path | None = None,
    roots: Sequence[bytes] = (),
    again: bool = True,
) -> PackReport:
    """Check a pack. `moment` is when (a certificate's validity hangs on it); `keys` a PEM file of trusted keys.

    `again` repeats the selection from its frozen inputs, which takes seconds for thousands of people. PayungError only
    where there is no pack; whatever is wrong within one is in the report.
    """
    contents, written = read_contents(folder)
    own = folder / LEDGER / KEYS
    trusted = signing.read_public_keys(keys or own) if keys or own.is_file() else {}
    pack = _Pack(folder, contents, written, trusted, keys, witnesses, roots, moment, again)
    return PackReport(contents, tuple(_checks(pack)), tuple(sorted(trusted)), keys is None)


def _checks(pack: _Pack) -> Iterator[Found]:
    steps: list[tuple[str, Callable[[_Pack], str]]] = [
        ("Daftar isi", _contents_hold),
        ("Tanda tangan daftar isi", _contents_signed),
        ("Buku riwayat", _ledger_holds),
        ("Catatan penandatanganan", _recorded),
        ("Naskah keputusan", _body_holds),
        ("Daftar penerima", _roll_holds),
        ("Penyaringan", _screening_holds),
    ]
    if pack.again:
        steps.append(("Pemilihan diulang", _chosen_again))
    if pack.contents.decree.signed_how:
        steps.append(("Tanda tangan keputusan", _decree_signed))
    for name, step in steps:
        try:
            yield Found(name, True, step(pack))
        except _WrongError as wrong:
            yield Found(name, False, str(wrong))
        except PayungError as error:
            yield Found(name, False, error.message)
        except (OSError, ValueError, KeyError, TypeError, LookupError) as error:
            yield Found(name, False, f"tidak dapat diperiksa ({type(error).__name__}).")


class _WrongError(Exception):
    """What a check found wrong, as a sentence."""


def _contents_hold(pack: _Pack) -> str:
    there, told = hashes(pack.folder), pack.contents.files
    for path in sorted(told.keys() | there.keys()):
        if path not in there:
            raise _WrongError(f"{path} hilang.")
        if path not in told:
            raise _WrongError(f"{path} tidak termasuk dalam bukti ini; ditambahkan kemudian.")
        if there[path] != told[path]:
            raise _WrongError(f"{path} berubah sesudah bukti ini dibuat.")
    return f"{number(len(told))} berkas, semuanya seperti saat dibuat."


def _contents_signed(pack: _Pack) -> str:
    signer = signed_by(pack.folder, pack.written, pack.keys)
    if signer is None:
        raise _WrongError("tidak ditandatangani oleh kunci yang dipercaya.")
    return f"cocok dengan kunci {signer}."


def _ledger_holds(pack: _Pack) -> str:
    report: Report = verify_ledger(pack.folder / LEDGER, keys=pack.keys_file, witnesses=pack.witnesses)
    if not report.whole:
        raise _WrongError(report.verdict.in_words())
    if report.regency != pack.contents.regency:
        raise _WrongError(f"buku milik {report.regency}, bukan {pack.contents.regency}.")
    return report.verdict.in_words()


def _recorded(pack: _Pack) -> str:
    """The ledger tells of the decree's signing, and what it tells is what the pack holds."""
    decree = pack.contents.decree
    entries = {
        line.entry.seq: line.entry
        for line in read_lines(pack.folder / LEDGER)
        if line and (line.entry.subject_type, line.entry.subject_id) == (DECREE_TYPE, str(decree.id))
    }
    if not decree.signed_how:
        if any(entry.action == SIGNED for entry in entries.values()):
            raise _WrongError(
                "buku mencatat penandatanganan, tetapi bukti ini menyebutnya belum ditandatangani."
            )
        return "belum ditandatangani; buku tidak mencatat penandatanganan."
    told = {}
    with (pack.folder / TOLD).open(encoding="utf-8") as source:
        for text in source:
            one = json.loads(text)
            told[one["seq"]] = one
    for seq, entry in entries.items():
        if entry.action != SIGNED:
            continue
        one = told.get(seq)
        if one is None or commit(one["salt"], one["detail"]) != entry.commitment:
            raise _WrongError(f"rincian catatan nomor {seq} bukan yang dulu dicatat.")
        said = one["detail"]
        if said.get("roll_hash") != decree.roll_hash or said.get("body_sha256") != decree.body_sha256:
            raise _WrongError(f"catatan nomor {seq} menyebut daftar atau naskah yang lain.")
        return f"catatan nomor {seq} menyebut daftar dan naskah yang sama."
    raise _WrongError("buku tidak mencatat penandatanganan keputusan ini.")


def _body_holds(pack: _Pack) -> str:
    decree = pack.contents.decree
    if sha256_of(pack.body) != decree.body_sha256:
        raise _WrongError("naskahnya bukan yang disusun.")
    document = pypdfium2.PdfDocument(pack.body)
    try:
        if len(document) != decree.page_count:
            raise _WrongError(f"naskahnya {len(document)} halaman, seharusnya {decree.page_count}.")
        for place, page in enumerate(document, start=1):
            text = "".join(page.get_textpage().get_text_bounded().split())
            if decree.roll_hash not in text.lower():
                raise _WrongError(f"halaman {place} tidak memuat sidik daftar.")
    finally:
        document.close()
    sums = (pack.folder / DECREE / SUMS).read_text(encoding="utf-8")
    if decree.body_sha256 not in sums:
        raise _WrongError(f"{SUMS} tidak memuat naskah ini.")
    return f"{decree.page_count} halaman, pada setiapnya tercetak sidik daftar yang sama."


def _roll_holds(pack: _Pack) -> str:
    decree, path = pack.contents.decree, pack.folder / ROLL
    if sha256_of(path) != decree.roll_hash:
        raise _WrongError("daftarnya bukan yang sidiknya tercetak pada keputusan.")
    lines = path.read_text(encoding="utf-8").splitlines()
    amount = ROLL_COLUMNS.index("amount_idr")
    people, total = len(lines) - 1, sum(int(line.split("\t")[amount]) for line in lines[1:])
    if lines[0] != "\t".join(ROLL_COLUMNS) or (people, total) != (decree.people, decree.amount_idr):
        raise _WrongError(
            f"daftarnya memuat {number(people)} orang dan {rupiah(total)}; keputusan menyebut lain."
        )
    return (
        f"{number(people)} orang, {rupiah(total)} = JKK {rupiah(decree.jkk_idr)} + JKM {rupiah(decree.jkm_idr)}; "
        f"sidik {decree.roll_hash}."
    )


def _screening_holds(pack: _Pack) -> str:
    from payung.eligibility.frozen import Seal

    said = json.loads((pack.folder / SCREENING).read_text(encoding="utf-8"))
    if Seal.of(said["parts"]).inputs_hash != said["inputs_hash"]:
        raise _WrongError("bagian-bagian masukannya tidak cocok dengan sidik masukan.")
    return f"penyaringan {said['number']}, sidik masukan {said['inputs_hash']}, sidik hasil {said['screened_hash']}."


def _chosen_again(pack: _Pack) -> str:
    if not (pack.folder / CHOICE / SEAL).is_file():
        raise _WrongError("masukan pemilihan tidak disertakan.")
    kept = read_choice(pack.folder / CHOICE)
    archive = kept.candidates.read_bytes()
    prepared, applications = files.read(archive), files.read_people(archive)
    chosen = choose_among(offers(prepared, Settings.read(kept.settings), frozenset(kept.barred)))
    entries = roll(chosen, applications, prepared.policy)
    if roll_hash(entry.row for entry in entries) != kept.roll_hash:
        raise _WrongError("masukan yang sama menghasilkan daftar lain.")
    if kept.roll_hash != pack.contents.decree.roll_hash:
        raise _WrongError("daftar yang dipilih bukan daftar pada keputusan.")
    return f"{number(len(entries))} orang, sidik yang sama."


def _decree_signed(pack: _Pack) -> str:
    decree = pack.contents.decree
    copies = [pack.folder / one for one in decree.signed_copies]
    if not copies:
        raise _WrongError("salinan yang ditandatangani tidak disertakan.")
    with ExitStack() as opened:
        given = [(copy.name, opened.enter_context(copy.open("rb"))) for copy in copies]
        if decree.signed_how == "basah":
            return _scan_holds(decree, given)
        paper = pades.Paper(pack.body.stat().st_size, decree.body_sha256)
        signed = pades.verify(given[0][1], given[0][0], paper, pack.roots, pack.moment)
    return (
        "ditandatangani "
        + ", ".join(f"{one.signer} pada {one.signed_at:%d-%m-%Y %H.%M}" for one in signed)
        + "."
    )


def _scan_holds(decree: DecreeSaid, given: Sequence[tuple[str, BinaryIO]]) -> str:
    judged = scan.judge(read_scan(given), decree.roll_hash, decree.page_count)
    if not judged.is_right:
        raise _WrongError(" ".join(fault.message for fault in judged.faults))
    return f"pindaian {decree.page_count} halaman lengkap, sidik pada setiap halamannya cocok."
