"""Texts for WhatsApp: one for every RT, and one sentence for the whole run. Never a NIK, a mother's name or a phone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from payung.core.dates import long_day
from payung.core.errors import cannot_write
from payung.core.month import MonthSpan
from payung.core.rupiah import number, rupiah, short
from payung.reporting.figures import Summary
from payung.reporting.rules import ELSEWHERE
from payung.reporting.tables import mask
from payung.reporting.words import safe, shortened, shortened_file

MOST_CHARACTERS = 700
"""WhatsApp shows about so much of a message before it folds the rest away."""
_MOST_FAULTS = 5
_NAME, _FILE, _FAULT = 40, 34, 90


@dataclass(frozen=True, slots=True)
class FaultLine:
    """One thing to mend: in which file and row (Excel's number), and what it is, without the value."""

    file: str
    row: int
    what: str


@dataclass(frozen=True, slots=True)
class RtFigures:
    """One RT's rows and what became of them; they add up to `listed`. `rt` is three digits, '' when not written.

    `faults` are the first ones to show, in order; `fault_count` is the number of all. `until` is the day by which the
    office wants the corrected file; None leaves a date out of the text: none is invented.
    """

    desa_code: str
    desa: str
    district: str
    rt: str
    span: MonthSpan
    listed: int
    chosen: int
    waiting: int
    to_fix: int
    refused: int
    duplicates: int
    faults: tuple[FaultLine, ...] = ()
    fault_count: int = 0
    until: date | None = None

    def __post_init__(self) -> None:
        parts = (self.chosen, self.waiting, self.to_fix, self.refused, self.duplicates)
        if min(parts) < 0 or sum(parts) != self.listed or self.fault_count < len(self.faults):
            raise ValueError(f"Angka RT {self.rt} {self.desa_code} tidak berjumlah sama")


def rt_message(figures: RtFigures) -> str:
    """The text for one RT, at most 700 characters however long its names are."""
    place = f"RT {safe(figures.rt)}" if figures.rt else "Tanpa nomor RT"
    desa = safe(figures.desa) or "desa belum dikenal"
    district = safe(figures.district)
    head = [
        f"*{shortened(place, _NAME)}, {shortened(desa, _NAME)}*"
        + (f", Kec. {shortened(district, _NAME)}" if district else ""),
        f"Daftar pekerja rentan {figures.span.in_words}: {number(figures.listed)} baris.",
        *(
            f"• {number(count)} {words}"
            for count, words in (
                (figures.chosen, "ditetapkan"),
                (figures.waiting, "daftar tunggu"),
                (figures.to_fix, "perlu dilengkapi"),
                (figures.refused, "belum dapat diusulkan"),
                (figures.duplicates, "tercatat lebih dari sekali (cukup satu)"),
            )
            if count
        ),
    ]
    tail = _what_next(figures)
    first = figures.faults[:_MOST_FAULTS]
    files = {fault.file for fault in first}
    only = shortened_file(safe(first[0].file), _FILE) if len(files) == 1 else ""
    faults: list[str] = []
    for fault in first:
        where = "" if only else f"{shortened_file(safe(fault.file), _FILE)} "
        tried = [*faults, f"– {where}baris {fault.row}: {shortened(safe(fault.what), _FAULT)}"]
        if len(_joined(head, tried, figures.fault_count, only, tail)) > MOST_CHARACTERS:
            break
        faults = tried
    text = _joined(head, faults, figures.fault_count, only, tail)
    assert len(text) <= MOST_CHARACTERS
    return text


def _joined(head: list[str], faults: list[str], fault_count: int, only: str, tail: str) -> str:
    """`only` is the one file that all faults stand in: it is named once."""
    if not fault_count:
        return "\n".join([*head, tail])
    left = fault_count - len(faults)
    if faults and left:
        faults = [*faults, f"– dan {number(left)} lagi"]
    title = f"Yang perlu diperbaiki{f' di {only}' if only else ''}:"
    if not faults:
        title = f"Yang perlu diperbaiki: {number(fault_count)} hal."
    return "\n".join([*head, title, *faults, tail])


def _what_next(figures: RtFigures) -> str:
    if figures.fault_count or figures.to_fix:
        until = f" paling lambat {long_day(figures.until)}" if figures.until else ""
        return (
            "Buka berkas bertanda dari kantor desa, perbaiki sel berwarna, lalu kirim kembali berkas yang sama "
            f"ke kantor desa{until}."
        )
    if figures.listed == 0:
        return "Belum ada orang pada daftar. Isi formulir RT lalu kirim ke kantor desa."
    if figures.chosen:
        return "Tidak ada yang perlu diperbaiki. Sampaikan kepada warga yang ditetapkan. Terima kasih."
    return "Tidak ada yang perlu diperbaiki. Terima kasih."


def rt_messages(figures: Iterable[RtFigures]) -> str:
    """All texts one after another by desa and RT, each under a line that says for whom it is."""
    ordered = sorted(figures, key=lambda one: (one.desa_code, one.rt))
    parts = [
        f"===== {safe(one.desa_code) or ELSEWHERE} · RT {safe(one.rt) or '–'} =====\n{rt_message(one)}\n"
        for one in ordered
    ]
    return "\n".join(parts)


def write_messages(figures: Iterable[RtFigures], out: Path) -> None:
    """Write all texts into one file that Notepad opens as UTF-8; PayungError when it cannot be written."""
    try:
        # Line ends as Windows wants them: the file is opened in Notepad and copied from there.
        out.write_bytes(rt_messages(figures).replace("\n", "\r\n").encode("utf-8-sig"))
    except OSError as error:
        raise cannot_write(f"Pesan WhatsApp {out.name}", error) from error


def summary_sentence(summary: Summary, *, public: bool = False) -> str:
    """The whole run in one text for WhatsApp, at most 700 characters; the public one says only what is granted."""
    total = summary.coverage.total
    parts = [
        f"*{shortened(safe(summary.title), 90)}* ({shortened(safe(summary.regency), _NAME)}), "
        f"{summary.span.in_words}: {number(summary.people)} pekerja ditetapkan, "
        f"iuran {short(summary.used_idr)} ({rupiah(summary.used_idr)}) "
        f"dari pagu {rupiah(summary.ceiling_idr)}.",
    ]
    if total.denominator and not (public and mask(summary).total):
        parts.append(f"Cakupan {shortened(safe(total.in_words), 160)}.")
    if not public:
        waits = (
            (summary.funnel.waiting, "orang di daftar tunggu"),
            (summary.funnel.incomplete, "orang perlu dilengkapi"),
            (summary.open_reviews, "pasangan menunggu keputusan"),
            (len(summary.set_aside), "berkas disisihkan"),
        )
        open_work = [f"{number(count)} {words}" for count, words in waits if count]
        if open_work:
            parts.append(f"Masih ada {', '.join(open_work)}.")
    return shortened(" ".join(parts), MOST_CHARACTERS)
