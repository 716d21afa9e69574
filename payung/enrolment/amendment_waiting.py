"""Who comes next from the waiting list when a seat becomes free: in the list's order, within quotas and money. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from payung.allocation.candidates import Candidate, Dimension, Limits, Line
from payung.allocation.roll import RollEntry, RollRow
from payung.budget.rules import Amount
from payung.core.application import Application
from payung.core.errors import Exit, PayungError
from payung.core.month import Month
from payung.core.rupiah import rupiah
from payung.enrolment.amendment import Change, Key, Kind
from payung.policy.local import LocalPolicy


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody on the waiting list, in its order; `months` those that are open to them."""

    row_id: str
    application: Application
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Skipped:
    """Somebody on the waiting list who was passed over, and why."""

    row_id: str
    why: str


def enter(
    one: Waiting, source: str, since: Month, policy: LocalPolicy, why: str, replaces: Key | None = None
) -> Change:
    """Somebody of the waiting list of `source` comes in from `since` on, for the months that are open to them.

    PayungError where none is.
    """
    monthly = tuple(price for price in one.candidate.monthly if price[0] >= since)
    application = one.application
    if not monthly or application.nik is None or not application.name or application.birth_on is None:
        raise PayungError(
            f"{application.name or 'Orang ini'} tidak dapat ditetapkan mulai {since.in_words}.",
            todo="Pilih bulan yang lebih awal, atau orang berikutnya pada daftar tunggu.",
        )
    row = RollRow(
        regency=policy.regency, nik=application.nik, name_raw=application.name, birth_on=application.birth_on,
        sex=application.sex or "", desa_code=one.candidate.desa_code, rt=application.rt or "",
        group=one.candidate.group, segment=policy.source(source).segment, source=source,
        month_from=monthly[0][0], month_to=monthly[-1][0],
        price_idr=monthly[0][1] + monthly[0][2], amount_idr=sum(jkk + jkm for _, jkk, jkm in monthly),
    )  # fmt: skip
    entry = RollEntry(
        row, application, sum(jkk for _, jkk, _ in monthly), sum(jkm for _, _, jkm in monthly),
        tuple(month for month, _, _ in monthly), one.candidate.continuity,
    )  # fmt: skip
    return Change(Kind.ENTERS, why, entry, new=entry, replaces=replaces)


def first_fitting(
    waiting: Iterable[Waiting],
    source: str,
    since: Month,
    *,
    standing: Collection[RollEntry],
    barred: Mapping[str, str],
    quotas: Limits,
    left: Amount,
    policy: LocalPolicy,
    why: str,
    replaces: Key | None = None,
) -> tuple[Change | None, list[Skipped]]:
    """Who comes next from the waiting list, in its order: not barred (row id to why), not on the roll that is
    `standing`, within the quotas, and for no more than is `left`; and everybody who was passed over before them.
    """
    niks = {entry.row.nik for entry in standing}
    counted = counts(standing)
    skipped: list[Skipped] = []
    for one in waiting:
        why_not = barred.get(one.row_id, "")
        if not why_not and one.application.nik in niks:
            why_not = "sudah ada pada daftar yang berlaku"
        if not why_not:
            why_not = _full(one.candidate.lines(), counted, quotas)
        if not why_not:
            try:
                change = enter(one, source, since, policy, why, replaces)
            except PayungError as error:
                why_not = error.message
            else:
                if change.needed.jkk_idr <= left.jkk_idr and change.needed.jkm_idr <= left.jkm_idr:
                    return change, skipped
                why_not = f"perlu {rupiah(change.needed.total_idr)}, yang ada {rupiah(left.total_idr)}"
        skipped.append(Skipped(one.row_id, why_not))
    return None, skipped


def check_quotas(standing: Iterable[RollEntry], roll: Iterable[RollEntry], quotas: Limits) -> None:
    """PayungError where the changes lead beyond a quota that they make worse; what was beyond it before may stay."""
    before, now = counts(standing), counts(roll)
    for line, most in quotas.lines().items():
        if now[line] > most and now[line] > before[line]:
            raise PayungError(
                f"Jatah {_line_words(line)} {most} orang; sesudah perubahan ini menjadi {now[line]}.",
                todo="Kurangi yang masuk di sana.",
                exit_code=Exit.MONEY,
            )


def counts(entries: Iterable[RollEntry]) -> Counter[Line]:
    """How many people stand under each line of a quota."""
    return Counter(line for entry in entries for line in _lines(entry.row))


def _lines(row: RollRow) -> Iterator[Line]:
    yield Dimension.DISTRICT, row.desa_code[:8]
    yield Dimension.DESA, row.desa_code
    yield Dimension.GROUP, row.group


def _full(lines: Iterable[Line], counted: Counter[Line], quotas: Limits) -> str:
    limits = quotas.lines()
    for line in lines:
        if line in limits and counted[line] >= limits[line]:
            return f"jatah {_line_words(line)} sudah penuh"
    return ""


def _line_words(line: Line) -> str:
    words = {Dimension.DISTRICT: "kecamatan", Dimension.DESA: "desa", Dimension.GROUP: "kelompok"}
    return f"{words[line[0]]} {line[1]}"
