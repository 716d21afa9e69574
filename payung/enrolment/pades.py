"""A PDF that was signed electronically (PAdES): is it the paper that was typeset, whole, and by whom? Without Django.

The paper's own bytes must be the beginning of the signed file: a signature is appended, nothing is written anew. What
was appended may hold signatures and data for checking them, and nothing that a reader would see in place of the text.
Whose certificate is believed says the office: the root certificates in a folder of its own. Nothing is asked over the
network, so that whether a certificate was revoked meanwhile stays unknown, and is said.
"""

from __future__ import annotations

import base64
import hashlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, BinaryIO, Protocol

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from payung.core.errors import Exit, PayungError
from payung.enrolment.confined import BrokenAnswerError, ask, lines, short

_CHILD = Path(__file__).with_name("pades_child.py")
_MEMORY_BYTES = 1024 * 1024 * 1024
_CPU_SECONDS, _WALL_SECONDS = 60, 90.0
_MOST_BYTES = 100 * 1024 * 1024
_SIGN_AGAIN = "Unduh naskahnya dari halaman ini, tandatangani berkas itu juga, lalu unggah hasilnya."
_TEXTS = {
    "unsigned": ("belum memuat tanda tangan elektronik.", _SIGN_AGAIN),
    "encrypted": ("dikunci dengan kata sandi.", _SIGN_AGAIN),
    "damaged": ("rusak, tanda tangannya tidak dapat diperiksa.", _SIGN_AGAIN),
    "memory": ("memerlukan terlalu banyak memori untuk diperiksa.", _SIGN_AGAIN),
    "cpu": ("terlalu lama untuk diperiksa.", _SIGN_AGAIN),
    "wall": ("terlalu lama untuk diperiksa.", "Coba lagi saat komputer tidak sibuk."),
}
_NO_ROOTS = (
    "Tanda tangan ini tidak dapat dipercaya: belum ada akar sertifikat yang ditetapkan di kantor ini.",
    "Minta pengelola menaruh sertifikat akar penyelenggara (PEM) di folder akar; lihat docs/signing.md.",
)
_TRUST = {
    "NO_CERTIFICATE_CHAIN_FOUND": "penerbitnya tidak berujung pada akar yang dipercaya kantor ini",
    "NO_CERTIFICATE_CHAIN_FOUND_NO_POE": "penerbitnya tidak berujung pada akar yang dipercaya kantor ini",
    "OUT_OF_BOUNDS_NO_POE": "sertifikatnya belum atau tidak lagi berlaku",
    "OUT_OF_BOUNDS_NOT_REVOKED": "sertifikatnya belum atau tidak lagi berlaku",
    "REVOKED_NO_POE": "sertifikatnya sudah dicabut",
    "REVOKED_CA_NO_POE": "sertifikat penerbitnya sudah dicabut",
    "CRYPTO_CONSTRAINTS_FAILURE_NO_POE": "sandinya terlalu lemah",
}


class SigningService(Protocol):
    """Somebody who signs for the signatory: a provider's service, or the demo's key.

    `name` is shown. `sign` returns the PDF with an appended signature, and raises PayungError where it cannot.
    `roots` are the certificates (DER) by which its signatures are believed.
    """

    @property
    def name(self) -> str: ...

    def sign(self, pdf: bytes, reason: str) -> bytes: ...

    def roots(self) -> tuple[bytes, ...]: ...


@dataclass(frozen=True, slots=True)
class Paper:
    """The paper as it was typeset: what every signed copy begins with."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature that was checked and is believed. `stamped`: a time stamp says when, not the signer's own clock."""

    signer: str
    issuer: str
    serial: str
    certificate_sha256: str
    valid_from: datetime
    valid_to: datetime
    signed_at: datetime
    stamped: bool

    def told(self) -> dict[str, Any]:
        """For the record of the signature."""
        return {
            "signer": self.signer,
            "issuer": self.issuer,
            "serial": self.serial,
            "certificate_sha256": self.certificate_sha256,
            "valid_from": self.valid_from.isoformat(),
            "valid_to": self.valid_to.isoformat(),
            "signed_at": self.signed_at.isoformat(),
            "time": "cap waktu" if self.stamped else "jam penanda tangan",
            "revocation": "tidak diperiksa",
        }


def read_roots(folder: Path) -> tuple[bytes, ...]:
    """The root certificates (DER) of the PEM files in a folder, in the order of their names; none where it is missing.

    PayungError for a file that holds no certificate.
    """
    found: list[bytes] = []
    for path in sorted(folder.glob("*.pem")) if folder.is_dir() else ():
        try:
            certificates = x509.load_pem_x509_certificates(path.read_bytes())
        except (OSError, ValueError) as error:
            raise PayungError(
                f"Akar sertifikat {short(path.name)} tidak terbaca.",
                todo="Ganti dengan sertifikat berbentuk PEM, atau keluarkan dari folder akar.",
                exit_code=Exit.INSTALLATION,
            ) from error
        found += [one.public_bytes(Encoding.DER) for one in certificates]
    return tuple(dict.fromkeys(found))


def verify(
    file: BinaryIO, name: str, paper: Paper, roots: Sequence[bytes], moment: datetime
) -> tuple[Signed, ...]:
    """The signatures of a signed copy of `paper`, in the order of signing, each intact and believed at `moment`.

    `file` is a real one, with a descriptor. PayungError says what is wrong: another paper, changed before or after
    signing, not signed, a signature that is broken or not believed.
    """
    _check_beginning(file, name, paper)
    said = _ask(file, paper, roots, moment)
    if isinstance(said, str):
        message, todo = _TEXTS[said]
        raise PayungError(f"{short(name)}: {message}", todo=todo)
    if said["changed"]:
        raise PayungError(
            f"{short(name)}: naskahnya diubah selain ditandatangani: {said['changed']}.", todo=_SIGN_AGAIN
        )
    signatures: list[dict[str, Any]] = said["signatures"]
    for one in signatures:
        if one["altered"] or not one["intact"]:
            raise PayungError(
                f"{short(name)}: berkasnya berubah sesudah ditandatangani oleh {short(one['signer'])}.",
                todo="Minta berkas aslinya dari penanda tangan, lalu unggah lagi.",
            )
    if not said["covered"]:
        raise PayungError(
            f"{short(name)}: ada yang ditambahkan sesudah tanda tangan terakhir.",
            todo="Minta berkas aslinya dari penanda tangan, lalu unggah lagi.",
        )
    if not roots:
        raise PayungError(_NO_ROOTS[0], todo=_NO_ROOTS[1])
    return tuple(_believed(one, moment) for one in signatures)


def _check_beginning(file: BinaryIO, name: str, paper: Paper) -> None:
    size = file.seek(0, 2)
    if size > _MOST_BYTES:
        raise PayungError(f"{short(name)}: berkas terlalu besar.", todo=_SIGN_AGAIN)
    file.seek(0)
    beginning = file.read(paper.size)
    if hashlib.sha256(beginning).hexdigest() == paper.sha256:
        return
    if not beginning.lstrip()[:5] == b"%PDF-":
        raise PayungError(f"{short(name)}: bukan PDF.", todo=_SIGN_AGAIN)
    raise PayungError(
        f"{short(name)}: bukan naskah yang disetujui: isinya lain, atau ditulis ulang oleh aplikasi penanda tangan.",
        todo=_SIGN_AGAIN + " Pilih aplikasi yang menambahkan tanda tangan tanpa menulis ulang berkasnya.",
    )


def _ask(file: BinaryIO, paper: Paper, roots: Sequence[bytes], moment: datetime) -> dict[str, Any] | str:
    job = {
        "size": paper.size,
        "moment": moment.isoformat(),
        "roots": [base64.b64encode(one).decode() for one in roots],
    }
    with tempfile.TemporaryFile() as handed:
        handed.write(json.dumps(job).encode())
        handed.seek(0)
        numbers = _MEMORY_BYTES, _CPU_SECONDS, handed.fileno()
        return ask(
            _CHILD, "pyhanko", numbers, file, _understand,
            wall_seconds=_WALL_SECONDS, pass_fds=[handed.fileno()],
        )  # fmt: skip


def _understand(answer: IO[bytes]) -> dict[str, Any] | str:
    for said in lines(answer):
        match said:
            case {"problem": str(code)} if code in _TEXTS:
                return code
            case {"changed": str(), "covered": bool(), "signatures": [_, *_] as signatures} if all(
                map(_is_told, signatures)
            ):
                return dict(said)
            case _:
                raise BrokenAnswerError
    raise BrokenAnswerError


def _is_told(said: object) -> bool:
    match said:
        case {
            "intact": bool(), "trusted": bool(), "trust_problem": str(), "altered": bool(), "stamped": bool(),
            "signer": str(), "issuer": str(), "serial": str(), "sha256": str(),
            "valid_from": str(), "valid_to": str(), "signed_at": str(),
        }:  # fmt: skip
            return True
    return False


def _believed(said: dict[str, Any], moment: datetime) -> Signed:
    signer, issuer = short(said["signer"]), short(said["issuer"])
    if not said["trusted"]:
        why = _TRUST.get(said["trust_problem"], "rantai sertifikatnya tidak dapat diperiksa")
        raise PayungError(
            f"Tanda tangan {signer} (penerbit {issuer}) tidak dapat dipercaya: {why}.",
            todo="Periksa sertifikatnya; akar yang dipercaya ditetapkan pengelola, lihat docs/signing.md.",
        )
    if not said["signed_at"]:
        raise PayungError(
            f"Tanda tangan {signer} tidak menyebut kapan dibubuhkan.", todo="Tandatangani lagi dengan waktu."
        )
    signed_at = datetime.fromisoformat(said["signed_at"])
    if signed_at > moment:
        raise PayungError(
            f"Tanda tangan {signer} bertanggal di masa depan.", todo="Perbaiki jam komputer penanda tangan."
        )
    return Signed(
        signer, issuer, short(said["serial"]), short(said["sha256"]), datetime.fromisoformat(said["valid_from"]),
        datetime.fromisoformat(said["valid_to"]), signed_at, said["stamped"],
    )  # fmt: skip
