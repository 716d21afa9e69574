"""Signed PDFs as providers make them: a root, an issuer below it, certificates of people, and what forgers do."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import typst
from asn1crypto.keys import PrivateKeyInfo
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore


@dataclass(frozen=True, slots=True)
class Holder:
    """A key with its certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)


def holder(name: str, issuer: Holder | None = None, *, days: int = 300, since: int = 30) -> Holder:
    """A person (with an issuer) or an authority (without, or to be used as one)."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    is_authority = "Akar" in name or "Penerbit" in name
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=since))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        .add_extension(
            x509.KeyUsage(
                not is_authority,
                not is_authority,
                False,
                False,
                False,
                is_authority,
                is_authority,
                False,
                False,
            ),
            critical=True,
        )
    )
    return Holder(key, builder.sign((issuer or Holder(key, None)).key, hashes.SHA256()))  # type: ignore[arg-type]


@cache
def chain() -> tuple[Holder, Holder, Holder]:
    """A root, an issuer, and the regent's certificate below it."""
    root = holder("Akar Penyelenggara")
    issuer = holder("Penerbit Sertifikat", root)
    return root, issuer, holder("FAHMI FADLI", issuer)


@cache
def paper() -> bytes:
    """A paper of two pages as the typesetter makes them, PDF/A-2a."""
    text = '#set document(title: [Keputusan], date: auto)\n#lorem(300)\n#pagebreak()\n#link("https://contoh.id")[x]'
    made = typst.compile(text.encode(), format="pdf", pdf_standards=["a-2a"], pdf_tags=True, timestamp=0)
    assert isinstance(made, bytes)
    return made


def sign(pdf: bytes, by: Holder, *others: Holder, field: str = "TTD", visible: bool = False) -> bytes:
    """Append a signature; `others` are the certificates of the chain that travel with it."""
    store = SimpleCertificateStore()
    for other in others:
        store.register(Certificate.load(other.der))
    private = by.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = SimpleSigner(
        signing_cert=Certificate.load(by.der), signing_key=PrivateKeyInfo.load(private), cert_registry=store
    )
    meta = PdfSignatureMetadata(field_name=field, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
    spec = SigFieldSpec(field, on_page=0, box=(50, 50, 250, 100) if visible else None)
    made = PdfSigner(meta, signer, new_field_spec=spec).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)))
    return bytes(made.getbuffer())


def revised(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """Append a revision in which something was changed."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _page(writer: IncrementalPdfFileWriter) -> Any:
    page, _ = writer.find_page_for_modification(0)
    return page.get_object()


def other_text(writer: IncrementalPdfFileWriter) -> None:
    """The first page says something else."""
    page = _page(writer)
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"0 0 300 300 re f"))
    writer.mark_update(page.container_ref)


def note(writer: IncrementalPdfFileWriter) -> None:
    """Somebody sticks a text box over the first page."""
    page = _page(writer)
    box = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
            generic.pdf_name("/Contents"): generic.pdf_string("Rp9.999.999.999"),
            generic.pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (50, 500, 300, 600))),
        }
    )
    page["/Annots"] = generic.ArrayObject([*page.get("/Annots", ()), writer.add_object(box)])
    writer.mark_update(page.container_ref)


def fewer_pages(writer: IncrementalPdfFileWriter) -> None:
    """The last page is gone."""
    pages: Any = writer.root["/Pages"]
    pages["/Kids"] = generic.ArrayObject([pages["/Kids"].raw_get(0)])
    pages["/Count"] = generic.NumberObject(1)
    writer.mark_update(pages.container_ref)


def opens_with_script(writer: IncrementalPdfFileWriter) -> None:
    """A script runs when it is opened."""
    script = generic.DictionaryObject(
        {
            generic.pdf_name("/S"): generic.pdf_name("/JavaScript"),
            generic.pdf_name("/JS"): generic.pdf_string("1"),
        }
    )
    writer.root["/OpenAction"] = script
    writer.update_root()


def new_properties(writer: IncrementalPdfFileWriter) -> None:
    """Only the title is another: nothing of the text."""
    writer.set_info(
        generic.DictionaryObject({generic.pdf_name("/Title"): generic.pdf_string("Ditandatangani")})
    )
