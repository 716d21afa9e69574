"""What `payung audit …` does, with plain arguments. `verify` needs neither Django nor a database; the others do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from payung.audit import files, signing
from payung.audit.chain import Line
from payung.audit.verify import Fault, Kind, Verdict
from payung.audit.verify import verify as verify_lines
from payung.core.errors import PayungError


@dataclass(frozen=True, slots=True)
class Report:
    """What `verify` found, with the fingerprints of the keys by which heads were judged.

    `own_keys`: the keys came with the export itself, so that they prove nothing until somebody compares their
    fingerprint with the one that was handed over before.
    """

    regency: str
    verdict: Verdict
    keys: tuple[str, ...]
    own_keys: bool
    witnesses: int
    details: int

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return self.verdict.whole

    def in_words(self) -> str:
        """The report as lines of Indonesian."""
        said = [f"Buku riwayat {self.regency or '(kosong)'}", self.verdict.in_words()]
        if self.witnesses:
            said.append(f"Dibandingkan dengan {self.witnesses} berkas saksi.")
        if self.details:
            said.append(f"{self.details} rincian dibandingkan dengan sidiknya.")
        if self.keys and self.own_keys:
            said.append(
                f"Kunci publik berasal dari ekspor ini sendiri, sidik {', '.join(self.keys)}. "
                "Cocokkan sidik itu dengan yang dulu diserahkan kepada Anda, atau tunjuk berkas kunci Anda sendiri."
            )
        elif self.keys:
            said.append(f"Tanda tangan diperiksa dengan kunci {', '.join(self.keys)}.")
        return "\n".join(said)


def verify(folder: Path, *, keys: Path | None = None, witnesses: Path | None = None) -> Report:
    """Check an exported ledger against itself, its heads, witness files (a file or folder) and its details.

    `keys` is a PEM file of trusted public keys; without it the export's own are used, and that is said. PayungError
    where a file cannot be read; a ledger that was tampered with is a report, no error.
    """
    trusted, own = _keys(folder, keys)
    regency = files.regency_of(folder)
    found = files.read_witnesses(witnesses) if witnesses else []
    regency = regency or (found[0].head.regency if found else "")
    found = [one for one in found if one.head.regency == regency]
    if witnesses and not found:
        raise PayungError(
            f"Di {witnesses} tidak ada berkas saksi untuk {regency or 'buku ini'}.",
            todo="Tunjuk berkas saksi daerah yang sama.",
        )
    heads = files.read_heads(folder) if (folder / files.HEADS).is_file() else []
    details = files.read_details(folder)
    verdict = verify_lines(regency, files.read_lines(folder), heads, witnesses=found, keys=trusted)
    if verdict.whole and (folder / files.DETAILS).is_file():
        verdict = replace(verdict, fault=_faulty_detail(folder, details, verdict.proven))
    return Report(regency, verdict, tuple(sorted(trusted)), own, len(found), len(details))


def head(regency: str, day: date, *, to: Path | None = None) -> Path:
    """Sign a regency's ledger as it stands, and tell where its witness file was written."""
    from payung.audit.services import write_head
    from payung.config import load

    root = to or load().folder("witness")
    return files.witness_path(root, write_head(regency, day, to=root).signed)


def heads(day: date) -> list[Path]:
    """Sign the ledger of every regency of this installation; the witness files."""
    from payung.database.models import Regency

    return [head(code, day) for code in Regency.objects.order_by("code").values_list("code", flat=True)]


def export(regency: str, out: Path, day: date, *, details: bool = False) -> int:
    """Write a regency's ledger into the folder `out`, closed by a signed head; returns the number of entries.

    `details` adds the details in the clear: personal data. The exporting is itself recorded, as the last entry.
    """
    from payung.audit.services import export_ledger

    return export_ledger(regency, out, day, details=details)


def check(regency: str, *, witnesses: Path | None = None) -> Verdict:
    """Check a regency's ledger where it stands, in the database."""
    from payung.audit.checking import check_all

    return check_all(regency, witnesses)


def _keys(folder: Path, keys: Path | None) -> tuple[Mapping[str, Ed25519PublicKey], bool]:
    if keys:
        return signing.read_public_keys(keys), False
    own = folder / files.KEYS
    return (signing.read_public_keys(own), True) if own.is_file() else ({}, True)


def _faulty_detail(folder: Path, details: Mapping[int, str], proven: int) -> Fault | None:
    lines = [line for line in files.read_lines(folder) if line]
    erased = {line.entry.subject_id for line in lines if _is_erasing(line)}
    for line in lines:
        seq, wanted = line.entry.seq, line.entry.commitment
        if seq in details and details[seq] != wanted:
            return Fault(Kind.DETAIL, seq, seq, proven)
        if wanted and seq not in details and str(seq) not in erased:
            return Fault(Kind.DETAIL_GONE, seq, seq, proven)
    return None


def _is_erasing(line: Line) -> bool:
    return (line.entry.action, line.entry.subject_type) == ("detail.erased", "audit.event")
