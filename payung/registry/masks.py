"""How the fields that are kept secret are shown to whoever has not asked for them. Pure."""

from __future__ import annotations

from payung.core import nik

_HIDDEN = "•••"


def masked(field: str, value: str | None) -> str:
    """A field of `current.SECRET` as lists and pages show it; "" for nothing."""
    if not value:
        return ""
    if field in ("nik", "kk"):
        return nik.mask(value)
    if field == "phone":
        return (
            f"{value[:4]}{'*' * max(3, len(value) - 7)}{value[-3:]}" if len(value) >= 9 else "*" * len(value)
        )
    return f"{value[:1]}{_HIDDEN}"
