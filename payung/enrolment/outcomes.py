"""Who was refused, who waits, and why each person is in or not: workbooks for the office and for the RT."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from payung.allocation.rules import Selection
from payung.core.application import Application
from payung.core.dates import day
from payung.core.decision import Outcome
from payung.core.rupiah import number, rupiah
from payung.eligibility.codes import CODES
from payung.enrolment.explain import (
    blocking_reasons,
    group_title,
    place_names,
    source_title,
    status_words,
    what_keeps,
    what_would_change,
    why_in,
    why_not,
)
from payung.enrolment.rules import Refused
from payung.enrolment.workbook import RESTRICTED, Column, Value, workbook
from payung.policy.local import LocalPolicy

_PERSON = (
    Column("NIK", 19, "code"),
    Column("Nama", 28),
    Column("L/P", 5),
    Column("Tanggal Lahir", 12),
    Column("RT", 6),
    Column("Desa/Kelurahan", 20),
    Column("Kecamatan", 18),
    Column("Pekerjaan", 22),
)
_ORIGIN = (Column("Berkas", 26), Column("Lembar", 14), Column("Baris", 7, "count"))
_REFUSED = (
    Column("No", 7, "count"),
    Column("Status", 34, "wrap"),
    *_PERSON,
    Column("Alasan", 48, "wrap"),
    Column("Yang Dapat Dilakukan", 44, "wrap"),
    Column("Bukti", 34, "wrap"),
    Column("Kode Alasan", 26, "wrap"),
    *_ORIGIN,
)
_BY_REASON = (
    Column("Kode", 22),
    Column("Arti", 56),
    Column("Baris dengan alasan ini", 16, "count"),
    Column("Di antaranya: satu-satunya alasan", 20, "count"),
)


def write_refused(refused: Iterable[Refused], policy: LocalPolicy, out: Path) -> Mapping[str, int]:
    """Write who cannot be proposed now, row by row with all reasons, and how often each reason occurs.

    Rows stand by kecamatan, desa, RT and name; a row that repeats a person is one of them. Returns rows by reason code.
    """
    ordered = sorted(refused, key=_refused_order)
    counts: Counter[str] = Counter()
    only: Counter[str] = Counter()
    repeats = sum(any(reason.code == "duplicate" for reason in one.decision.reasons) for one in ordered)
    with workbook(out) as book:
        notes = (
            RESTRICTED,
            f"{number(len(ordered) - repeats)} orang"
            + (f", dan {number(repeats)} baris yang mengulang orang yang sudah tercatat" if repeats else "")
            + ". Setiap baris dengan semua alasannya. Perlu dilengkapi: dapat diusulkan setelah datanya lengkap.",
        )
        sheet = book.sheet("Belum dapat diusulkan", _REFUSED, "Belum dapat diusulkan", notes)
        for place, one in enumerate(ordered, start=1):
            codes = {reason.code for reason in blocking_reasons(one.decision)}
            counts.update(codes)
            only.update(codes if len(codes) == 1 else ())
            sheet.add(_refused_values(place, one, policy))
        sheet.filter_from_header()
        several = ("Satu baris dapat mempunyai beberapa alasan, jadi jumlahnya dapat melebihi jumlah baris.",)
        summary = book.sheet("Menurut alasan", _BY_REASON, "Berapa baris menurut alasan", several)
        for code, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
            summary.add((code, CODES.get(code, ""), count, only[code]))
        summary.total(("Baris seluruhnya", "", len(ordered), sum(only.values())))
    return dict(counts)


def _refused_order(one: Refused) -> tuple[str, ...]:
    application = one.application
    return (
        application.desa_code or "~", application.rt or "~", application.name or "", application.nik or "",
        application.row_id,
    )  # fmt: skip


def _refused_values(place: int, one: Refused, policy: LocalPolicy) -> tuple[Value, ...]:
    reasons = blocking_reasons(one.decision)
    noted = [r.message for r in one.decision.reasons if r.outcome is Outcome.PASS_NOTED]
    messages = [reason.message for reason in reasons] + [f"Catatan: {message}" for message in noted]
    return (
        place,
        status_words(one.decision),
        *_person_values(one.application, policy),
        _lines(messages),
        _lines(reason.remedy for reason in reasons) or "Tidak ada yang dapat diubah pada usulan ini.",
        _lines(reason.evidence for reason in reasons),
        ", ".join(dict.fromkeys(reason.code for reason in reasons)),
        *_origin_values(one.application),
    )


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(text for text in texts if text))


def _person_values(application: Application, policy: LocalPolicy) -> tuple[Value, ...]:
    desa, district = place_names(application.desa_code)
    born = day(application.birth_on) if application.birth_on else application.birth_raw
    occupation = group_title(application.group, policy) or application.occupation_raw
    return (
        application.nik or application.nik_raw, (application.name or "").upper(), application.sex, born,
        application.rt, desa or application.desa_raw, district, occupation,
    )  # fmt: skip


def _origin_values(application: Application) -> tuple[Value, ...]:
    return application.file, application.sheet, application.row


_WAITING = (
    Column("No", 7, "count"),
    Column("Urutan", 9, "count"),
    Column("Nilai", 7, "count"),
    *_PERSON,
    Column("Mengapa belum terpilih", 52, "wrap"),
    Column("Apa yang mengubahnya", 48, "wrap"),
    Column("Biaya", 13, "idr"),
    *_ORIGIN,
)


def write_waiting(
    selections: Sequence[Selection], applications: Mapping[str, Application], policy: LocalPolicy, out: Path
) -> int:
    """Write the waiting list, a sheet for each source of money, in the order in which people would come in.

    `applications` holds every waiting row by its id. Returns how many different people wait.
    """
    people: set[str] = set()
    with workbook(out) as book:
        for selection in selections:
            title = source_title(selection.round.source, policy)
            notes = (
                RESTRICTED,
                f"{number(len(selection.waiting))} orang menunggu pada {title}, "
                f"{selection.round.span.in_words}; pagu {rupiah(selection.round.ceiling_idr)}, "
                f"sisa {rupiah(selection.left_idr)}.",
            )
            name = "Daftar tunggu" if len(selections) == 1 else f"Tunggu {selection.round.source}"
            sheet = book.sheet(name, _WAITING, "Daftar tunggu", notes)
            for waiting in selection.waiting:
                application = applications[waiting.candidate.row_id]
                people.add(application.row_id)
                sheet.add(
                    (
                        waiting.place,
                        waiting.rank,
                        waiting.candidate.points,
                        *_person_values(application, policy),
                        why_not(waiting, application, policy),
                        what_would_change(waiting, policy),
                        waiting.candidate.cost_idr,
                        *_origin_values(application),
                    )
                )
            sheet.filter_from_header()
    return len(people)


_WHY = (
    Column("No", 7, "count"),
    Column("Hasil", 22),
    Column("Sumber Dana", 22),
    *_PERSON,
    Column("Mengapa", 60, "wrap"),
    Column("Apa yang mengubahnya", 52, "wrap"),
    Column("Catatan", 40, "wrap"),
)


def write_why(
    selections: Sequence[Selection],
    refused: Sequence[Refused],
    applications: Mapping[str, Application],
    policy: LocalPolicy,
    out: Path,
    notes: Mapping[str, str] | None = None,
) -> None:
    """Write for each person why in or why not, and what would change it: chosen, waiting, not to be proposed now.

    `notes` say, by row id, what is on record of somebody who was let through: a fact unknown, a tie to the collector.
    """
    known = notes or {}
    with workbook(out) as book:
        chosen = book.sheet("Ditetapkan", _WHY, "Mengapa terpilih", (RESTRICTED,))
        waits = book.sheet("Daftar tunggu", _WHY, "Mengapa belum terpilih", (RESTRICTED,))
        for selection in selections:
            title = source_title(selection.round.source, policy)
            for award in selection.awards:
                application = applications[award.candidate.row_id]
                person = _person_values(application, policy)
                why = why_in(award, application, policy)
                note = known.get(application.row_id, "")
                chosen.add((award.rank, "Ditetapkan", title, *person, why, what_keeps(award), note))
            for waiting in selection.waiting:
                application = applications[waiting.candidate.row_id]
                person = _person_values(application, policy)
                why = why_not(waiting, application, policy)
                change = what_would_change(waiting, policy)
                note = known.get(application.row_id, "")
                waits.add((waiting.place, "Daftar tunggu", title, *person, why, change, note))
        others = book.sheet("Belum dapat diusulkan", _WHY, "Mengapa belum dapat diusulkan", (RESTRICTED,))
        for place, one in enumerate(sorted(refused, key=_refused_order), start=1):
            values = _refused_values(place, one, policy)
            status = status_words(one.decision)
            person = _person_values(one.application, policy)
            others.add((place, status, "", *person, values[10], values[11], ""))
        for sheet in (chosen, waits, others):
            sheet.filter_from_header()
