"""The program that checks a signed PDF: alone in a process that cannot take much memory or time, nor write any file.

Run by its file name with a bare interpreter. Standard input is the signed PDF; the job, a JSON object, is read from the
descriptor that the arguments name: `size` of the paper as it was typeset, `moment` in ISO, `roots` (DER in base64).
Standard output is one line of JSON: `{"problem": code}`, or `{"changed": words, "signatures": [{…}, …]}`.
"""

from __future__ import annotations

import base64
import io
import json
import os
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import EmbeddedPdfSignature

_MOST_SIGNATURES = 20


def main(memory_bytes: int, cpu_seconds: int, job_at: int) -> None:
    """Check the PDF on standard input and answer on standard output."""
    from payung.sheets.child import confine

    with os.fdopen(job_at) as file:
        job = json.load(file)
    confine(memory_bytes, cpu_seconds)
    try:
        said = _checked(sys.stdin.buffer.read(), job)
    except MemoryError:
        said = {"problem": "memory"}
    except Exception as error:
        said = {"problem": "encrypted" if "encrypt" in str(error).casefold() else "damaged"}
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def _checked(content: bytes, job: dict[str, Any]) -> dict[str, Any]:
    from pyhanko.pdf_utils.reader import PdfFileReader

    from payung.enrolment.pades_changes import changed

    base = PdfFileReader(io.BytesIO(content[: job["size"]])).xrefs.total_revisions - 1
    reader = PdfFileReader(io.BytesIO(content))
    if reader.encrypted:
        return {"problem": "encrypted"}
    signatures = list(reader.embedded_regular_signatures)
    if not signatures:
        return {"problem": "unsigned"}
    if len(signatures) > _MOST_SIGNATURES:
        return {"problem": "damaged"}
    return {
        "changed": changed(reader, base),
        "signatures": [_told(one, job) for one in signatures],
        "covered": _covered(reader),
    }


def _covered(reader: PdfFileReader) -> bool:
    """Whether the last signature or time stamp covers the file to its end, or only data for checking came after it."""
    from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel
    from pyhanko.sign.validation import SignatureCoverageLevel

    last = max(reader.embedded_signatures, key=lambda one: one.signed_revision)
    last.compute_integrity_info()
    if last.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return True
    if last.coverage is not SignatureCoverageLevel.ENTIRE_REVISION:
        return False
    if last.signed_revision == reader.xrefs.total_revisions - 1:
        return False  # something stands behind the signature, and is no revision
    later = DEFAULT_DIFF_POLICY.review_file(reader, last.signed_revision)
    return isinstance(later, DiffResult) and later.modification_level <= ModificationLevel.LTA_UPDATES


def _told(signature: EmbeddedPdfSignature, job: dict[str, Any]) -> dict[str, Any]:
    from asn1crypto.x509 import Certificate
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko_certvalidator import ValidationContext

    roots = [Certificate.load(base64.b64decode(one)) for one in job["roots"]]
    context = ValidationContext(
        trust_roots=roots, allow_fetching=False, moment=datetime.fromisoformat(job["moment"])
    )
    status = validate_pdf_signature(
        signature, context,
        key_usage_settings=KeyUsageConstraints(
            key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False
        ),
    )  # fmt: skip
    stamp = status.timestamp_validity
    stamped = stamp is not None and stamp.valid and stamp.trusted
    when = stamp.timestamp if stamp is not None and stamped else status.signer_reported_dt
    certificate = status.signing_cert
    problem = status.trust_problem_indic
    return {
        "intact": bool(status.intact and status.valid),
        "trusted": bool(status.trusted),
        "trust_problem": str(problem.standard_name) if problem else "",
        "altered": status.docmdp_ok is False,
        "signer": _common_name(certificate.subject.native),
        "issuer": _common_name(certificate.issuer.native),
        "serial": f"{certificate.serial_number:X}",
        "sha256": certificate.sha256.hex(),
        "valid_from": certificate.not_valid_before.isoformat(),
        "valid_to": certificate.not_valid_after.isoformat(),
        "signed_at": when.isoformat() if when else "",
        "stamped": stamped,
        "field": str(signature.field_name)[:100],
    }


def _common_name(name: dict[str, Any]) -> str:
    said = name.get("common_name") or name.get("organization_name") or ""
    return str(said if isinstance(said, str) else said[0])[:150]


if __name__ == "__main__":
    sys.path.extend(sys.argv[1:3])
    main(*map(int, sys.argv[3:6]))
