"""Identities that survive a round trip: of a row in a file, and of what identifies a person."""

from __future__ import annotations

import hashlib
from datetime import date

from payung.core import names


def row_id(file_sha256: str, sheet: str, row: int) -> str:
    """The id of one row of one sheet of one file, 16 hex digits; minted once, then carried in the workbook.

    `row` is Excel's own row number.
    """
    return _digest((file_sha256, sheet, str(row)))[:16]


def fingerprint(
    nik: str | None, name: str | None, birth_on: date | None, sex: str | None, desa_code: str | None
) -> str:
    """SHA-256 (hex) over what identifies a person, normalised.

    Same person written differently in title, spelling or case: same fingerprint. A changed field: another
    one, so that decisions about the person lapse. None counts as empty.
    """
    return _digest(
        (
            nik or "",
            names.standard(name or ""),
            birth_on.isoformat() if birth_on else "",
            sex or "",
            desa_code or "",
        )
    )


def _digest(fields: tuple[str, ...]) -> str:
    # The unit separator keeps ("a", "b") apart from ("ab", ""); no cell text carries it into two fields alike.
    return hashlib.sha256("\x1f".join(fields).encode()).hexdigest()
