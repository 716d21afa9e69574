"""What all papers of one decree share: the draft, its volumes, the sums, the words on every page. Pure.

The templates only lay out. Whatever somebody typed reaches them as JSON strings, never as markup.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from payung.allocation.roll import RollEntry, Totals
from payung.core import region
from payung.core.dates import long_day
from payung.core.month import MonthSpan
from payung.core.rupiah import number, rupiah, terbilang
from payung.enrolment.changes import Amended
from payung.policy.local import LocalPolicy

Data = Mapping[str, Any]
_DOTS = "…"
BLANK_NUMBER, BLANK_DAY, BLANK_NAME = _DOTS * 14, _DOTS * 14, _DOTS * 22


@dataclass(frozen=True, slots=True)
class DecreeDraft:
    """What stands on the decree beside the roll. What is blank is left as a dotted line to be filled in.

    `ceilings` are the ceilings in rupiah by source of money; `registers` the registers used with the day that each
    describes; `without` the registers that the run was told to do without. `on` chooses the laws that are cited.
    """

    regency_code: str
    on: date
    ceilings: Mapping[str, int]
    screened_hash: str
    registers: Mapping[str, date | None] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    number: str = ""
    dated: date | None = None
    seat: str = ""
    signer: str = ""
    """`BUPATI PASER`; made from the regency's name when blank."""
    signer_name: str = ""
    office: str = ""
    title: str = "Keputusan"
    """What kind of paper it is: `Keputusan`, `Berita acara penggantian`."""
    amends: Amended | None = None
    """Of an amendment: what it changes. Its roll hash stands on the pages."""
    form: str = "Rancangan"
    """`Rancangan`; empty for the paper that is signed; `Salinan` or `Petikan` of one that has been."""
    agreement: str = ""
    """The agreement that the decree rests on, in words."""


@dataclass(frozen=True, slots=True)
class Volume:
    """One volume of the annex: the people of one desa or kelurahan. `number` counts from 1."""

    number: int
    code: str
    entries: tuple[RollEntry, ...]
    total: Totals

    @property
    def place(self) -> str:
        found = region.desa(self.code)
        return found.in_words.partition(", Kecamatan")[0] if found else f"Desa {self.code}"

    @property
    def district(self) -> str:
        found = region.district(self.code[:8])
        return f"Kecamatan {found.name}" if found else ""


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page of one decree shares."""

    draft: DecreeDraft
    policy: LocalPolicy
    span: MonthSpan
    total: Totals
    roll_hash: str
    paper: str
    volume_count: int

    @property
    def regency(self) -> str:
        return _regency_name(self.draft.regency_code)

    @property
    def signer(self) -> str:
        """The office that signs: what the draft names, else Bupati or Wali Kota of the regency."""
        return self.draft.signer or head_of(self.draft.regency_code)

    @property
    def heading(self) -> str:
        """`KEPUTUSAN BUPATI PASER`; minutes are called by what they are alone."""
        title = self.draft.title.upper()
        return f"{title} {self.signer}" if title == "KEPUTUSAN" else title

    @property
    def about(self) -> str:
        if self.draft.amends:
            return f"Perubahan atas {self.draft.amends.named}"
        return (
            "Penetapan Pekerja Rentan Penerima Bantuan Iuran Jaminan Kecelakaan Kerja dan Jaminan Kematian "
            f"Bulan {self.span.in_words}"
        )

    def shared(self, codes: Sequence[bytes]) -> dict[str, Any]:
        """What every template is given. `codes` are the QR codes as PNG, one a page from the first on."""
        draft = self.draft
        return {
            "paper": self.paper,
            "regency": self.regency,
            "signer": self.signer,
            "signer_name": draft.signer_name or BLANK_NAME,
            "number": draft.number or BLANK_NUMBER,
            "date": long_day(draft.dated) if draft.dated else BLANK_DAY,
            "about": self.about,
            "heading": self.heading,
            "form": self.draft.form,
            "running": f"{self.draft.form} {self.draft.title} {self.signer}".strip(),
            "months": self.span.in_words,
            "province": _province_words(self.draft.regency_code),
            "seat": self.draft.seat or BLANK_DAY,
            "qrs": [list(png) for png in codes],
            "roll_hash": self.roll_hash,
        }


def head_of(regency_code: str) -> str:
    """Who heads a regency or a city: `BUPATI PASER`, `WALI KOTA BONTANG`."""
    name = _regency_name(regency_code).upper()
    if name.startswith("KOTA "):
        return f"WALI KOTA {name.removeprefix('KOTA ')}"
    return f"BUPATI {name.removeprefix('KABUPATEN ')}"


def _regency_name(regency_code: str) -> str:
    found = region.regency(regency_code)
    return found.name if found else f"Kabupaten {regency_code}"


def _province_words(regency_code: str) -> str:
    found = region.province(regency_code[:2])
    if found is None:
        return ""
    return found.name if found.name.startswith("Daerah ") else f"Provinsi {found.name}"


def volumes_of(by_desa: Mapping[str, tuple[RollEntry, ...]]) -> tuple[Volume, ...]:
    """One volume a desa, in the order of the desa codes."""
    return tuple(
        Volume(number, code, members, Totals.of(members))
        for number, (code, members) in enumerate(by_desa.items(), start=1)
    )


def total_in_words(total: Totals) -> dict[str, str]:
    """People and amounts of a total, in figures and in words, for the template."""
    return {
        "people": number(total.people),
        "people_words": terbilang(total.people).removesuffix(" rupiah"),
        "jkk": rupiah(total.jkk_idr),
        "jkm": rupiah(total.jkm_idr),
        "amount": rupiah(total.amount_idr),
        "words": terbilang(total.amount_idr),
    }
