"""A signed paper that was scanned: what the QR on each page says, against the pages that were typeset. Pure.

Every page of a decree's body carries a QR of its own, `SHA256:<roll hash>/<page>`. A scan is right when it holds each
of them once, in order, and nothing else; empty backs of a duplex scan are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

_OURS = re.compile(r"SHA256:([0-9A-F]{64})(?:/[A-Z][0-9]*/[0-9]+|/([1-9][0-9]{0,4}))?")
"""As `pages.page_code` writes it; a page of the annex names its volume before its number."""
_SHOWN = 8
"""Letters of a hash that are shown to tell papers apart."""
Code = tuple[str, int | None]
"""Hash in lower case and page, as a QR of ours says them; a page of the annex counts as None."""


class Kind(StrEnum):
    """What can be wrong with a scan."""

    NOTHING = "kosong"
    UNREADABLE = "tak_terbaca"
    FOREIGN = "asing"
    ANNEX = "lampiran"
    MIXED = "campur"
    SURPLUS = "lebih"
    TWICE = "ganda"
    MISSING = "hilang"
    ORDER = "urutan"


@dataclass(frozen=True, slots=True)
class Seen:
    """A page of a scan: its place, counted from 1, every QR on it as text, and whether it is empty paper."""

    place: int
    codes: tuple[str, ...] = ()
    is_blank: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a scan, in one Indonesian sentence."""

    kind: Kind
    message: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of comparing a scan: `found` is page of the body by place in the scan."""

    found: Mapping[int, int]
    blanks: tuple[int, ...]
    faults: tuple[Fault, ...]

    @property
    def is_right(self) -> bool:
        return not self.faults

    def told(self) -> dict[str, Any]:
        """For the record of the signature: `pages` as pairs of place and page, places of empty paper."""
        return {"pages": [list(pair) for pair in sorted(self.found.items())], "blanks": list(self.blanks)}


def read_code(text: str) -> Code | None:
    """What a QR of ours says; None for any other, such as that of a letter register."""
    match = _OURS.fullmatch(text.strip().upper())
    return (match[1].lower(), int(match[2]) if match[2] else None) if match else None


def judge(seen: Iterable[Seen], roll_hash: str, page_count: int) -> Judgement:
    """Compare a scan, in its order, with the `page_count` pages of the body that bears `roll_hash`."""
    pages = list(seen)
    sheets = [page for page in pages if not (page.is_blank and not page.codes)]
    blanks = tuple(page.place for page in pages if page not in sheets)
    if not sheets:
        return Judgement(
            {}, blanks, (Fault(Kind.NOTHING, "Pindaian ini tidak memuat satu halaman pun yang berisi."),)
        )
    found: dict[int, int] = {}
    faults: list[Fault] = []
    unreadable: list[int] = []
    for sheet in sheets:
        codes = sorted({code for code in map(read_code, sheet.codes) if code}, key=str)
        if not codes:
            unreadable.append(sheet.place)
        elif fault := _page_fault(sheet.place, codes, roll_hash.lower(), page_count):
            faults.append(fault)
        else:
            found[sheet.place] = codes[0][1] or 0
    missing = [page for page in range(1, page_count + 1) if page not in found.values()]
    if unreadable:
        faults.append(_unreadable(unreadable, missing))
    faults += _twice(found)
    if missing:
        faults.append(
            Fault(
                Kind.MISSING,
                f"Halaman {_list(missing)} tidak ada; badan keputusan terdiri atas {page_count} halaman.",
            )
        )
    faults += _order(found)
    return Judgement(found, blanks, tuple(faults))


def _page_fault(place: int, codes: Sequence[Code], roll_hash: str, page_count: int) -> Fault | None:
    """What is wrong with one page whose QR can be read."""
    if len(codes) > 1:
        return Fault(Kind.MIXED, f"Halaman pindaian {place} memuat lebih dari satu halaman keputusan.")
    sha, page = codes[0]
    if sha != roll_hash:
        return Fault(
            Kind.FOREIGN,
            f"Halaman pindaian {place} milik naskah lain: sidiknya {sha[:_SHOWN].upper()}…, "
            f"seharusnya {roll_hash[:_SHOWN].upper()}….",
        )
    if page is None:
        return Fault(Kind.ANNEX, f"Halaman pindaian {place} halaman lampiran, bukan badan keputusan.")
    if page > page_count:
        return Fault(
            Kind.SURPLUS,
            f"Halaman pindaian {place} bernomor {page}, padahal badan keputusan hanya {page_count} halaman.",
        )
    return None


def _unreadable(places: Sequence[int], missing: Sequence[int]) -> Fault:
    said = f"QR pada halaman pindaian {_list(places)} tidak terbaca"
    if len(places) == len(missing):
        said += f" (mungkin halaman {_list(missing)})"
    return Fault(Kind.UNREADABLE, said + ".")


def _twice(found: Mapping[int, int]) -> list[Fault]:
    places: dict[int, list[int]] = {}
    for place, page in found.items():
        places.setdefault(page, []).append(place)
    return [
        Fault(Kind.TWICE, f"Halaman {page} ada {len(where)} kali: pada halaman pindaian {_list(where)}.")
        for page, where in sorted(places.items())
        if len(where) > 1
    ]


def _order(found: Mapping[int, int]) -> list[Fault]:
    """The first place from which on the pages do not follow each other; a page that is there twice says so itself."""
    for (_, before), (place, page) in pairwise(sorted(found.items())):
        if page < before and list(found.values()).count(page) == 1:
            return [
                Fault(
                    Kind.ORDER,
                    f"Urutannya tertukar: pada halaman pindaian {place}, halaman {page} sesudah halaman {before}.",
                )
            ]
    return []


def _list(numbers: Sequence[int]) -> str:
    """`3`, `3 dan 5`, `3, 5, dan 7`."""
    words = [str(number) for number in numbers]
    if len(words) < 3:
        return " dan ".join(words)
    return f"{', '.join(words[:-1])}, dan {words[-1]}"
