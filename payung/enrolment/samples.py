"""An invented decree of a dozen invented people, to try a wording on. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from payung.allocation.roll import RollEntry, RollRow, Totals
from payung.core import region
from payung.core.application import Application
from payung.core.month import MonthSpan
from payung.enrolment.amendment import Kind
from payung.enrolment.changes import Amended, ChangedEntry
from payung.enrolment.frame import DecreeDraft
from payung.policy.local import LocalPolicy

PREVIEW = "Pratinjau"
"""The form of papers that only show how a wording looks: it stands on every page."""
_NAMES = ("Contoh Aminah", "Contoh Baharuddin", "Contoh Kartini", "Contoh Slamet")
_JKK_IDR, _JKM_IDR = 10_000, 6_800
_PEOPLE = 12


def sample(regency_code: str, policy: LocalPolicy) -> tuple[DecreeDraft, list[RollEntry]]:
    """A draft and its people, for the first three months of the policy."""
    first = policy.valid_from
    months = MonthSpan.parse(f"{first:%Y-%m}..{first:%Y}-{min(12, first.month + 2):02d}")
    source = policy.sources[0]
    places = region.villages(regency_code)[:2]
    entries = []
    for number in range(_PEOPLE):
        born, count = date(1970 + number, 1 + number % 12, 1 + number), len(months)
        place, group = places[number % len(places)], policy.groups.by_id[sorted(policy.groups.by_id)[0]]
        person = Application(
            f"{number:016x}", "contoh", "contoh", number + 1, nik=f"{regency_code.replace('.', '')}01{number:010d}",
            name=_NAMES[number % len(_NAMES)], birth_on=born, sex="LP"[number % 2], address=f"Jalan Contoh {number + 1}",
            rt=f"{1 + number % 3:03d}", rw="001", desa_code=place.code, group=group.id,
        )  # fmt: skip
        row = RollRow(
            regency_code, person.nik or "", person.name or "", born, person.sex or "", place.code, person.rt or "",
            group.id, source.segment, source.id, months.first, months.last, _JKK_IDR + _JKM_IDR,
            count * (_JKK_IDR + _JKM_IDR),
        )  # fmt: skip
        entries.append(RollEntry(row, person, count * _JKK_IDR, count * _JKM_IDR, tuple(months)))
    draft = DecreeDraft(
        regency_code, first, {source.id: 10_000_000}, "5c" * 32, {"bpjs": first}, number="000/CONTOH/2022", dated=first,
        seat="Ibu kota", signer_name="NAMA PEJABAT", form=PREVIEW,
        agreement="Perjanjian Kerja Sama Nomor 000/CONTOH tentang Perlindungan Pekerja Rentan",
    )  # fmt: skip
    return draft, entries


def amended(draft: DecreeDraft, entries: list[RollEntry]) -> tuple[DecreeDraft, list[RollEntry]]:
    """The same people as those of an amendment: some leave, the next follow them, one is corrected."""
    kinds = (Kind.LEAVES, Kind.ENTERS, Kind.CORRECTED)
    whys = ("meninggal dunia", "menggantikan yang keluar", "NIK diperbaiki")
    changed: list[RollEntry] = [
        ChangedEntry(
            one.row, one.application, one.jkk_idr, one.jkm_idr, one.months, one.continuity, kinds[n % 3], whys[n % 3]
        )
        for n, one in enumerate(entries)
    ]  # fmt: skip
    amends = Amended(
        "Keputusan Bupati Contoh", "000/CONTOH/2022", draft.dated, "ab" * 32, "cd" * 32, Totals.of(entries)
    )
    return replace(draft, amends=amends), changed
