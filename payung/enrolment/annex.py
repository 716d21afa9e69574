"""What the decree and its annex volumes say, as data for the templates: texts, sums, rows. Pure.

The templates only lay out. Whatever somebody typed reaches them as JSON strings, never as markup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from payung.allocation.roll import RollEntry, Totals
from payung.core import region
from payung.core.dates import day, long_day
from payung.core.errors import Exit, PayungError
from payung.core.month import NAMES, Month, MonthSpan
from payung.core.nik import mask
from payung.core.rupiah import number, rupiah, terbilang
from payung.enrolment.explain import group_title, source_title
from payung.policy.local import LocalPolicy
from payung.registry.rules import REGISTERS

Data = Mapping[str, Any]
_DOTS = "…"
_BLANK_NUMBER, _BLANK_DAY, _BLANK_NAME = _DOTS * 14, _DOTS * 14, _DOTS * 22
CHANGED = "*"
"""Stands behind a monthly price that is not the same in all months of the award."""


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
        found = region.regency(self.draft.regency_code)
        return found.name if found else f"Kabupaten {self.draft.regency_code}"

    @property
    def signer(self) -> str:
        """The office that signs: what the draft names, else Bupati or Wali Kota of the regency."""
        if self.draft.signer:
            return self.draft.signer
        name = self.regency.upper()
        if name.startswith("KOTA "):
            return f"WALI KOTA {name.removeprefix('KOTA ')}"
        return f"BUPATI {name.removeprefix('KABUPATEN ')}"

    @property
    def about(self) -> str:
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
            "signer_name": draft.signer_name or _BLANK_NAME,
            "number": draft.number or _BLANK_NUMBER,
            "date": long_day(draft.dated) if draft.dated else _BLANK_DAY,
            "about": self.about,
            "qrs": [list(png) for png in codes],
            "roll_hash": self.roll_hash,
        }


def volumes_of(by_desa: Mapping[str, tuple[RollEntry, ...]]) -> tuple[Volume, ...]:
    """One volume a desa, in the order of the desa codes."""
    return tuple(
        Volume(number, code, members, Totals.of(members))
        for number, (code, members) in enumerate(by_desa.items(), start=1)
    )


_RESTRICTED: tuple[tuple[str, float | None, str], ...] = (
    ("No", 8, "right"),
    ("NIK", 27, "left"),
    ("Nama", None, "left"),
    ("L/P", 7, "center"),
    ("Tanggal lahir", 18, "left"),
    ("Alamat", None, "left"),
    ("RT/RW", 13, "left"),
    ("Pekerjaan", 27, "left"),
    ("Program", 14, "left"),
    ("Bulan", 21, "left"),
    ("Iuran sebulan (Rp)", 15, "right"),
    ("JKK (Rp)", 15, "right"),
    ("JKM (Rp)", 15, "right"),
    ("Jumlah (Rp)", 17, "right"),
)
_PUBLIC: tuple[tuple[str, float | None, str], ...] = (
    ("No", 8, "right"),
    ("Nama", None, "left"),
    ("RT", 8, "center"),
    ("NIK (disamarkan)", 28, "left"),
)


def volume_data(frame: Frame, volume: Volume, codes: Sequence[bytes] = (), *, public: bool) -> Data:
    """The data of one volume: everything in the restricted one, name, RT and masked NIK in the public one.

    `codes` are the QR codes of its pages.
    """
    columns = _PUBLIC if public else _RESTRICTED
    if public:
        rows = [public_row(place, entry) for place, entry in enumerate(volume.entries, start=1)]
    else:
        rows = [restricted_row(frame.policy, n, entry) for n, entry in enumerate(volume.entries, start=1)]
    changed = not public and any(CHANGED in row[10] for row in rows)
    total = volume.total
    return frame.shared(codes) | {
        "public": public,
        "title": f"Lampiran Keputusan {frame.signer}, jilid {volume.number}",
        "place": volume.place,
        "district": volume.district,
        "running": f"{volume.place}, {volume.district}, {frame.regency}",
        "lead": f"Penerima bantuan iuran JKK dan JKM, {frame.span.in_words}: {number(total.people)} orang",
        "annex": f"LAMPIRAN KEPUTUSAN {frame.signer}",
        "volume": str(volume.number),
        "volumes": str(frame.volume_count),
        "columns": [{"title": title, "width": width, "align": align} for title, width, align in columns],
        "rows": rows,
        "total": total_in_words(total),
        "note": f"{CHANGED} Iuran berubah di dalam masa ini; yang tertulis iuran bulan pertama."
        if changed
        else "",
    }


def public_row(place: int, entry: RollEntry) -> list[str]:
    """Name, RT and masked NIK: nothing else of a person leaves in public."""
    return [number(place), entry.row.name_raw.upper(), entry.row.rt, mask(entry.row.nik)]


def restricted_row(policy: LocalPolicy, place: int, entry: RollEntry) -> list[str]:
    """One person by name and by address, as the annex shows them."""
    row, application = entry.row, entry.application
    changed = row.price_idr * len(entry.months) != row.amount_idr
    return [
        number(place),
        row.nik,
        row.name_raw.upper(),
        row.sex,
        day(row.birth_on),
        application.address or "",
        "/".join(part for part in (row.rt, application.rw) if part),
        group_title(row.group, policy),
        "JKK, JKM",
        months_in_short(entry.months),
        number(row.price_idr) + (CHANGED if changed else ""),
        number(entry.jkk_idr),
        number(entry.jkm_idr),
        number(row.amount_idr),
    ]


def months_in_short(months: Sequence[Month]) -> str:
    """`Okt–Des 2022`; runs with gaps between them joined by commas."""
    runs = groupby(enumerate(months), key=lambda pair: pair[1].plus(-pair[0]))
    return ", ".join(_run([month for _, month in run]) for _, run in runs)


def _run(months: Sequence[Month]) -> str:
    first, last = months[0], months[-1]
    if first == last:
        return f"{NAMES[first.month - 1][:3]} {first.year}"
    start = NAMES[first.month - 1][:3] + (f" {first.year}" if first.year != last.year else "")
    return f"{start}–{NAMES[last.month - 1][:3]} {last.year}"


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


def decree_data(
    frame: Frame,
    entries: Sequence[RollEntry],
    volumes: Sequence[Volume],
    hashes: Mapping[int, tuple[str, str]],
    codes: Sequence[bytes] = (),
) -> Data:
    """The data of the decree's body. `hashes` are the SHA-256 of each volume: restricted, public."""
    draft, policy = frame.draft, frame.policy
    province = region.province(draft.regency_code[:2])
    return frame.shared(codes) | {
        "regency_code": draft.regency_code,
        "province": _province_words(province.name) if province else "",
        "seat": draft.seat or _BLANK_DAY,
        "office": draft.office or policy.sources[0].office,
        "on": draft.on.isoformat(),
        "months": frame.span.in_words,
        "price": price_in_words(entries),
        "registers": [register_words(name, as_of) for name, as_of in draft.registers.items()],
        "without": [register_words(name, None) for name in draft.without],
        "total": total_in_words(frame.total),
        "sources": sources_used(draft, policy, entries),
        "districts": _districts(volumes),
        "groups": _groups(policy, entries),
        "volumes": [
            {
                "number": volume.number,
                "place": volume.place,
                "district": volume.district,
                "people": number(volume.total.people),
                "amount": rupiah(volume.total.amount_idr),
                "restricted": hashes[volume.number][0],
                "public": hashes[volume.number][1],
            }
            for volume in volumes
        ],
        "screened_hash": draft.screened_hash,
    }


def _province_words(name: str) -> str:
    return name if name.startswith("Daerah ") else f"Provinsi {name}"


def register_words(name: str, as_of: date | None) -> str:
    """`Data kependudukan (keadaan 15 September 2022)`."""
    title = REGISTERS[name].title if name in REGISTERS else name.upper()
    return f"{title} (keadaan {long_day(as_of)})" if as_of else title


def price_in_words(entries: Iterable[RollEntry]) -> str:
    """What one person costs a month, where that is one price for everybody in every month."""
    prices = {
        (entry.row.price_idr, entry.jkk_idr, entry.jkm_idr, len(entry.months))
        for entry in entries
        if entry.row.price_idr * len(entry.months) == entry.row.amount_idr
    }
    monthly = {
        (price, jkk // months, jkm // months)
        for price, jkk, jkm, months in prices
        if not (jkk % months or jkm % months)
    }
    everywhere = all(e.row.price_idr * len(e.months) == e.row.amount_idr for e in entries)
    if len(monthly) != 1 or not everywhere:
        return "dengan iuran setiap orang sebagaimana tercantum dalam Lampiran."
    price, jkk, jkm = monthly.pop()
    return (
        f"sebesar {rupiah(price)} ({terbilang(price)}) untuk setiap orang setiap bulan, "
        f"terdiri atas iuran JKK {rupiah(jkk)} dan iuran JKM {rupiah(jkm)}."
    )


def sources_used(
    draft: DecreeDraft, policy: LocalPolicy, entries: Iterable[RollEntry]
) -> list[dict[str, str]]:
    """Ceiling, use and rest of every source, in the order of the ceilings.

    PayungError(Exit.MONEY) when a source pays more than its ceiling or has none: such a decree must not exist.
    """
    used: dict[str, Totals] = {source: Totals(0, 0, 0) for source in draft.ceilings}
    for entry in entries:
        known = used.get(entry.row.source, Totals(0, 0, 0))
        used[entry.row.source] = Totals(
            known.people + 1, known.jkk_idr + entry.jkk_idr, known.jkm_idr + entry.jkm_idr
        )
    lines = []
    for source, total in used.items():
        title, ceiling = source_title(source, policy), draft.ceilings.get(source)
        if ceiling is None or total.amount_idr > ceiling:
            said = "tidak punya pagu" if ceiling is None else f"melampaui pagu {rupiah(ceiling)}"
            raise PayungError(
                f"Daftar penerima dari {title} sebesar {rupiah(total.amount_idr)} {said}.",
                todo="Ulangi pemilihan dengan pagu yang benar sebelum menulis keputusan.",
                exit_code=Exit.MONEY,
            )
        lines.append(
            {
                "title": title,
                "ceiling": rupiah(ceiling),
                "used": rupiah(total.amount_idr),
                "people": number(total.people),
                "left": rupiah(ceiling - total.amount_idr),
            }
        )
    return lines


def _districts(volumes: Sequence[Volume]) -> list[list[str]]:
    rows = []
    for name, group in groupby(volumes, key=lambda volume: volume.district):
        members = list(group)
        rows.append([name, str(len(members)), *_sums(volume.total for volume in members)])
    return rows


def _groups(policy: LocalPolicy, entries: Sequence[RollEntry]) -> list[list[str]]:
    by_group: dict[str, list[RollEntry]] = {}
    for entry in entries:
        by_group.setdefault(entry.row.group, []).append(entry)
    title: Callable[[str], str] = lambda group: group_title(group, policy)  # noqa: E731
    return [
        [title(group), *_sums([Totals.of(members)])]
        for group, members in sorted(by_group.items(), key=lambda pair: (-len(pair[1]), title(pair[0])))
    ]


def _sums(totals: Iterable[Totals]) -> list[str]:
    listed = list(totals)
    people, jkk, jkm = (
        sum(total.people for total in listed),
        sum(total.jkk_idr for total in listed),
        sum(total.jkm_idr for total in listed),
    )
    return [number(people), rupiah(jkk), rupiah(jkm), rupiah(jkk + jkm)]
