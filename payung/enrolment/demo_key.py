"""A signing service for demonstrations: a key of our own, whose signatures say of themselves that they are no good.

Its certificate and the stamp on the page both say DEMO. Nothing here may sign for a regency that is real.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from payung.core.errors import Exit, PayungError
from payung.vault.writing import whole_file

FILE = "tanda-tangan-demo.pem"
MARK = "DEMO - TIDAK SAH"
_DAYS = 3650
_STAMP_BOX = (80, 8, 540, 28)
"""In points from the lower left corner, below the footer: nothing of the text lies there."""


@dataclass(frozen=True, slots=True)
class DemoKey:
    """The demo's signing service: key and certificate as PEM."""

    pem: bytes
    name: str = "Kunci demo (tidak sah)"

    def roots(self) -> tuple[bytes, ...]:
        """Its own certificate, in which nobody else believes."""
        return (x509.load_pem_x509_certificate(self.pem).public_bytes(Encoding.DER),)

    def sign(self, pdf: bytes, reason: str) -> bytes:
        """The PDF with an invalid signature that can be checked, and a stamp that says so on its last page."""
        # A quarter of a second to import, for the few who sign.
        from asn1crypto.keys import PrivateKeyInfo
        from asn1crypto.x509 import Certificate
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
        from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
        from pyhanko.stamp import TextStampStyle
        from pyhanko_certvalidator.registry import SimpleCertificateStore

        key = load_pem_private_key(self.pem, None)
        private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        signer = SimpleSigner(
            signing_cert=Certificate.load(self.roots()[0]),
            signing_key=PrivateKeyInfo.load(private),
            cert_registry=SimpleCertificateStore(),
        )
        made = PdfSigner(
            PdfSignatureMetadata(field_name="Demo", reason=reason, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256"),
            signer,
            stamp_style=TextStampStyle(stamp_text="TANDA TANGAN %(signer)s, %(ts)s", background=None, border_width=1),
            new_field_spec=SigFieldSpec("Demo", on_page=-1, box=_STAMP_BOX),
        ).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)))  # fmt: skip
        return bytes(made.getbuffer())


def demo_key(folder: Path, signatory: str, moment: datetime) -> DemoKey:
    """The demo's key in the folder of keys, made there the first time, in the name of the signatory.

    PayungError where it cannot be read or written.
    """
    path = folder / FILE
    if not path.exists():
        try:
            with whole_file(path, replace=False) as file:
                file.write(_made(signatory, moment))
        except FileExistsError:
            pass  # another process was quicker, and its key serves as well
    try:
        return DemoKey(path.read_bytes())
    except OSError as error:
        raise PayungError(
            "Kunci tanda tangan demo tidak terbaca.",
            todo="Periksa izin folder kunci.",
            exit_code=Exit.INSTALLATION,
        ) from error


def _made(signatory: str, moment: datetime) -> bytes:
    """A fresh key and its certificate, good for nothing but signing."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, MARK),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{MARK} - {signatory}"[:64]),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - timedelta(days=1))
        .not_valid_after(moment + timedelta(days=_DAYS))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + certificate.public_bytes(Encoding.PEM)
