"""The body of a decree, which is signed: who grants what to how many, from which money, by which lists. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby

from payung.allocation.roll import RollEntry, Totals
from payung.core.dates import long_day
from payung.core.errors import Exit, PayungError
from payung.core.rupiah import number, rupiah, terbilang
from payung.enrolment.changes import amended_words, lines_of
from payung.enrolment.explain import group_title, source_title
from payung.enrolment.frame import Data, DecreeDraft, Frame, Volume, total_in_words
from payung.policy.local import LocalPolicy
from payung.registry.rules import REGISTERS


def decree_data(
    frame: Frame,
    entries: Sequence[RollEntry],
    volumes: Sequence[Volume],
    hashes: Mapping[int, tuple[str, str]],
    codes: Sequence[bytes] = (),
) -> Data:
    """The data of the decree's body. `hashes` are the SHA-256 of each volume: restricted, public."""
    draft, policy = frame.draft, frame.policy
    return frame.shared(codes) | {
        "regency_code": draft.regency_code,
        "office": draft.office or policy.sources[0].office,
        "on": draft.on.isoformat(),
        "price": price_in_words(entries),
        "registers": [register_words(name, as_of) for name, as_of in draft.registers.items()],
        "without": [register_words(name, None) for name in draft.without],
        "total": total_in_words(frame.total),
        "sources": [] if draft.amends else sources_used(draft, policy, entries),
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
        "agreement": draft.agreement,
        "amends": amended_words(draft.amends) if draft.amends else None,
        "changes": lines_of(entries),
        "afterwards": total_in_words(draft.amends.total) if draft.amends else None,
    }


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
