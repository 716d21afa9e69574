"""The criteria, each a small pure function: a case in, the reasons against it out (none: it is met).

A criterion reads only what its policy names as evidence. What is unknown takes the way of the policy's
`on_unknown`; what a person must first look at keeps the case incomplete; nothing unknown counts as "no".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from payung.core import nik
from payung.core.application import Application
from payung.core.dates import age, day
from payung.core.decision import Outcome, Reason
from payung.core.month import MonthSpan
from payung.eligibility.cover import Cover, bpjs_cover, continuity, open_months, payers_cover
from payung.eligibility.facts import Facts, Presence, RegisterRecord
from payung.policy.law import Law
from payung.policy.local import Criterion, OnUnknown, Source
from payung.registry.rules import Status

_OUTCOME = {
    OnUnknown.COMPLETE: Outcome.INCOMPLETE,
    OnUnknown.PASS_NOTED: Outcome.PASS_NOTED,
    OnUnknown.REFUSE: Outcome.REFUSE,
}
_TITLES = {
    "bpjs": "data BPJS Ketenagakerjaan",
    "dukcapil": "data kependudukan",
    "asn": "data ASN, TNI, dan Polri",
    "payers": "data pembayar lain",
    "nonasn": "data pegawai non-ASN",
    "own": "data peserta kita sendiri",
    "dtsen": "data tunggal sosial ekonomi (DTSEN)",
}


@dataclass(frozen=True, slots=True)
class Case:
    """One person before one criterion of one source of money."""

    facts: Facts
    source: Source
    criterion: Criterion
    on: date
    span: MonthSpan
    partial_months: bool
    law: Law

    @property
    def application(self) -> Application:
        return self.facts.application


Reasons = Iterator[Reason]
Judge = Callable[[Case, RegisterRecord], Reason | None]


def _unknown(case: Case, code: str, message: str, evidence: str, remedy: str) -> Reason:
    return Reason(code, _OUTCOME[case.criterion.on_unknown], message, evidence, remedy)


def _evidence(case: Case, record: RegisterRecord) -> str:
    as_of = case.facts.view(record.register).as_of
    return _TITLES.get(record.register, record.register) + (
        f", keadaan {day(as_of)}" if as_of else ", tanpa tanggal"
    )


def _from_register(case: Case, register: str, judge: Judge) -> Reasons:
    """What a register's records say by `judge`, and what its silence means.

    A record that would speak against the person but hangs on a link that nobody has confirmed only asks for
    that confirmation; one that would change nothing even if it were the same person asks for nothing.
    """
    view = case.facts.view(register)
    for record in view.records:
        reason = judge(case, record)
        if reason is None:
            continue
        if record.binding or reason.outcome is Outcome.PASS_NOTED:
            yield reason
        else:
            yield Reason(
                "link_unconfirmed",
                Outcome.INCOMPLETE,
                f"Mungkin orang yang sama dengan satu catatan dalam {_TITLES[register]}; petugas perlu memastikan.",
                f"{_evidence(case, record)}; bila benar sama: {reason.message}",
                "Putuskan pasangan ini di buku kerja pemeriksaan (kolom KEPUTUSAN).",
            )
    if not view.records and view.presence is not Presence.ABSENT:
        # FOUND without a record says nothing either: only a stated absence counts as absence.
        yield _silence(case, register)


def _silence(case: Case, register: str) -> Reason:
    title = _TITLES[register]
    if register in case.facts.waived:
        return Reason(
            "register_waived",
            Outcome.PASS_NOTED,
            f"Tidak diperiksa terhadap {title}: proses ini sengaja dijalankan tanpa register itu.",
            f"--without {register}",
            "",
        )
    return _unknown(
        case,
        f"{register}_unknown",
        f"Belum ada jawaban dari {title} untuk orang ini.",
        title,
        f"Mintakan jawaban {title} lalu proses lagi.",
    )


def _unreadable(case: Case, record: RegisterRecord) -> Reason | None:
    if record.readable:
        return None
    if record.status == Status.DIFFERS:
        return Reason(
            "identity_differs",
            Outcome.INCOMPLETE,
            f"Menurut {_TITLES[record.register]}, NIK, nama, atau tanggal lahirnya tidak sesuai.",
            _evidence(case, record) + (f"; {record.detail}" if record.detail else ""),
            "Cocokkan dengan KTP-el atau KK, perbaiki daftar, lalu mintakan jawaban baru.",
        )
    return Reason(
        "status_unreadable",
        Outcome.INCOMPLETE,
        f"Status dalam {_TITLES[record.register]} belum dapat dibaca.",
        f"{_evidence(case, record)}; status {record.status or 'kosong'}",
        "Tanyakan arti status itu kepada pemilik data.",
    )


def _covered(case: Case, record: RegisterRecord, code: str, message: str) -> Reason | None:
    """Cover by another over the span: all of it refuses; part of it refuses only awards of the full span."""
    free = open_months(record, case.span)
    if free.all:
        return None
    evidence = _evidence(case, record)
    if not free.months:
        until = f" sampai {day(record.valid_until)}" if record.valid_until else ""
        return Reason(
            code,
            Outcome.REFUSE,
            message,
            evidence + until,
            "Dapat diusulkan lagi bila perlindungan itu berakhir.",
        )
    named = ", ".join(str(month) for month in free.months)
    ends = record.valid_until is not None and record.valid_until < case.span.last.last_day
    return Reason(
        "covered_until" if ends else "covered_from",
        Outcome.PASS_NOTED if case.partial_months else Outcome.REFUSE,
        message + (f" Berakhir {day(record.valid_until)}." if ends and record.valid_until else "")
        + (f" Mulai {day(record.valid_from)}." if not ends and record.valid_from else ""),
        f"{evidence}; bulan yang terbuka: {named}",
        f"Dapat ditetapkan untuk bulan {named} bila penetapan sebagian masa diizinkan (--partial-months).",
    )  # fmt: skip


def one_seat(case: Case) -> Reasons:
    """One person, one seat: the other rows of a person are refused."""
    if case.facts.duplicate_of is not None:
        yield Reason(
            "duplicate",
            Outcome.REFUSE,
            "Orang ini sudah tercatat pada baris lain; satu orang satu kursi.",
            f"baris {case.facts.duplicate_of}",
            "Tidak perlu apa-apa: baris yang lain tetap diproses.",
        )


def residence(case: Case) -> Reasons:
    """Lives in this regency, by the desa of the list and by the population register."""
    desa = case.application.desa_code
    if "desa_code" in case.criterion.evidence:
        if desa is None:
            yield Reason(
                "desa_unknown",
                Outcome.INCOMPLETE,
                "Desa atau kelurahan belum dikenal.",
                f"daftar RT: {case.application.desa_raw or 'kosong'}",
                "Tulis nama desa atau kelurahan sesuai KTP.",
            )
        elif not desa.startswith(f"{case.source.regency}."):
            yield Reason(
                "other_regency",
                Outcome.REFUSE,
                "Desa pada usulan terletak di luar kabupaten ini.",
                f"daftar RT: {desa}",
                "Usulkan melalui kabupaten tempat tinggalnya.",
            )
    if "dukcapil" in case.criterion.evidence:
        yield from _from_register(case, "dukcapil", _resident)


def _resident(case: Case, record: RegisterRecord) -> Reason | None:
    if record.status == Status.MOVED:
        return Reason(
            "moved_away",
            Outcome.REFUSE,
            "Tercatat pindah keluar dari kabupaten ini.",
            _evidence(case, record) + (f"; {record.detail}" if record.detail else ""),
            "Bila keliru, minta Disdukcapil memperbaiki datanya.",
        )
    if record.status == Status.ABSENT:
        return Reason(
            "not_in_population",
            Outcome.INCOMPLETE,
            "Disdukcapil tidak menemukan NIK ini dalam data kependudukan.",
            _evidence(case, record),
            "Cocokkan NIK dengan KTP-el atau KK.",
        )
    return None if record.status == Status.MATCHED else _unreadable(case, record)


def alive(case: Case) -> Reasons:
    """Not dead by any register; the first one that policy names decides what silence means."""
    for register in case.facts.registers:
        if register not in case.criterion.evidence:
            yield from (
                r for r in _from_register(case, register, _dead) if r.code in ("dead", "link_unconfirmed")
            )
    for place, register in enumerate(case.criterion.evidence):
        reasons = _from_register(case, register, _dead)
        # The first register named decides what silence means; further ones only add.
        yield from (r for r in reasons if place == 0 or r.code in ("dead", "link_unconfirmed"))


def _dead(case: Case, record: RegisterRecord) -> Reason | None:
    if record.status != Status.DEAD:
        return None
    return Reason(
        "dead",
        Outcome.REFUSE,
        "Tercatat meninggal dunia.",
        _evidence(case, record) + (f"; {record.detail}" if record.detail else ""),
        "Bila keliru, minta Disdukcapil memperbaiki datanya. Bila benar dan ia peserta, ahli waris dapat mengurus santunan.",
    )


def age_window(case: Case) -> Reasons:
    """Old enough and not too old on the day of registration; members may stay, as policy says."""
    birth_on = case.application.birth_on
    if birth_on is None:
        yield _unknown(
            case,
            "birth_missing",
            "Tanggal lahir belum diketahui, umur tidak dapat diuji.",
            f"daftar RT: {case.application.birth_raw or 'kosong'}",
            "Tulis tanggal lahir sesuai KTP.",
        )
        return
    least, most = case.criterion.integer("min_years"), case.criterion.integer("max_years")
    years = age(birth_on, case.on)
    if least <= years <= most:
        return
    evidence = f"daftar RT: lahir {day(birth_on)}, umur {years} tahun pada {day(case.on)}"
    if _number_says_otherwise(case, birth_on, least, most):
        yield Reason(
            "age_disputed",
            Outcome.INCOMPLETE,
            f"Umur {years} tahun menurut tanggal lahir pada daftar, tetapi menurut NIK umurnya memenuhi syarat.",
            evidence,
            "Cocokkan tanggal lahir dan NIK dengan KTP-el atau KK, lalu perbaiki yang keliru.",
        )
        return
    if years < least:
        yield Reason(
            "age_under",
            Outcome.REFUSE,
            f"Umur {years} tahun, di bawah {least} tahun saat mendaftar.",
            evidence,
            f"Dapat diusulkan setelah berumur {least} tahun.",
        )
        return
    stays = case.criterion.text("continuing_over_max") == "keep" and continuity(
        case.facts, case.source, case.on, case.law
    )
    if not stays:
        yield Reason(
            "age_over",
            Outcome.REFUSE,
            f"Umur {years} tahun, di atas {most} tahun saat mendaftar.",
            evidence,
            "Periksa tanggal lahirnya; selain itu tidak ada yang dapat diubah.",
        )


def _number_says_otherwise(case: Case, birth_on: date, least: int, most: int) -> bool:
    """Whether the NIK holds another birth date, by which the person would be of the right age: a question, no refusal."""
    number = nik.parse(case.application.nik)
    if number is None or number.born_on(birth_on):
        return False
    return any(least <= age(born, case.on) <= most for born in number.births(case.on))


def informal_work(case: Case) -> Reasons:
    """Works in a group that this money pays for, in its segment, without an employer."""
    application, source = case.application, case.source
    if application.group is None:
        written = (application.occupation_raw or "").strip()
        yield _unknown(
            case,
            "occupation_unknown" if written else "occupation_missing",
            f'Pekerjaan "{written}" belum dikenal.' if written else "Pekerjaan belum diisi.",
            f"daftar RT: {written or 'kosong'}",
            "Tulis pekerjaannya dengan kata yang ada pada daftar kelompok, misalnya petani atau pedagang.",
        )
    else:
        yield from _group_funded(case, source, application.group)
    employer = (application.employer or "").strip(" -.")
    mode = case.criterion.text("employer_named")
    if employer and mode != "ignore" and "employer" in case.criterion.evidence:
        yield Reason(
            "employer_named",
            Outcome.REFUSE if mode == "refuse" else Outcome.INCOMPLETE,
            f'Pada usulan tertulis pemberi kerja "{employer}"; pekerja rentan bekerja tanpa pemberi kerja.',
            "daftar RT: pemberi kerja",
            "Pastikan ia tidak digaji perusahaan; bila benar tidak, kosongkan kolom pemberi kerja.",
        )


def _group_funded(case: Case, source: Source, group_id: str) -> Reasons:
    group = source.catalogue[group_id]
    if group_id not in source.groups:
        yield Reason(
            "group_not_funded",
            Outcome.REFUSE,
            f"Kelompok {group.title} tidak dibiayai {source.title}.",
            f"aturan {source.policy_id}",
            "Dapat diusulkan ke sumber dana lain.",
        )
    for end in (case.span.first.first_day, case.span.last.last_day):
        segment = group.segment_on(end)
        if segment is not None and segment.segment != source.segment:
            yield Reason(
                "group_other_segment",
                Outcome.REFUSE,
                f"{group.title} didaftarkan melalui segmen {segment.segment} pada masa ini, bukan {source.segment}.",
                f"aturan {source.policy_id}" + (f"; {segment.note}" if segment.note else ""),
                "Daftarkan melalui segmen itu.",
            )
            return


def income_ceiling(case: Case) -> Reasons:
    """A declared monthly income of at most so much."""
    income, most = case.application.income_idr, case.criterion.integer("max_idr")
    if income is None:
        yield _unknown(
            case,
            "income_unknown",
            "Penghasilan sebulan belum diisi.",
            "daftar RT",
            "Tulis penghasilan sebulan.",
        )
    elif income > most:
        yield Reason(
            "income_over",
            Outcome.REFUSE,
            f"Penghasilan di atas batas {case.source.title}.",
            f"daftar RT: penghasilan di atas batas {most} rupiah sebulan",
            "Dapat diusulkan ke sumber dana lain.",
        )


def not_civil_servant(case: Case) -> Reasons:
    """No civil servant, soldier or policeman in the months of the span."""
    yield from _from_register(case, "asn", _civil_servant)


def _civil_servant(case: Case, record: RegisterRecord) -> Reason | None:
    return _staff(
        case, record, "civil_servant", "Tercatat sebagai aparatur negara (ASN, PPPK, TNI, atau Polri)."
    )


def not_nonasn(case: Case) -> Reasons:
    """No non-ASN staff, whom their own office insures."""
    yield from _from_register(case, "nonasn", _nonasn)


def _nonasn(case: Case, record: RegisterRecord) -> Reason | None:
    return _staff(
        case,
        record,
        "nonasn_staff",
        "Tercatat sebagai pegawai non-ASN, yang didaftarkan perangkat daerahnya.",
    )


def _staff(case: Case, record: RegisterRecord, code: str, message: str) -> Reason | None:
    if not record.active:
        return _unreadable(case, record)
    if not record.covers(case.span.first.first_day, case.span.last.last_day):
        return None
    remedy = "Bila sudah berhenti, minta pemilik data memperbaikinya."
    return Reason(code, Outcome.REFUSE, message, _evidence(case, record), remedy)


def not_employer_covered(case: Case) -> Reasons:
    """No cover through an employer in the months of the span."""
    yield from _from_register(case, "bpjs", _employer)


def _employer(case: Case, record: RegisterRecord) -> Reason | None:
    kind = bpjs_cover(record, case.facts, case.source)
    if kind is Cover.EMPLOYER:
        return _covered(
            case, record, "covered_employer", "Sudah dilindungi BPJS Ketenagakerjaan melalui pemberi kerja."
        )
    if kind is Cover.NO_SEGMENT and not open_months(record, case.span).all:
        return Reason(
            "segment_unknown",
            Outcome.INCOMPLETE,
            "Peserta aktif BPJS Ketenagakerjaan, tetapi segmennya tidak disebut.",
            _evidence(case, record),
            "Tanyakan segmen dan pembayar iurannya kepada BPJS Ketenagakerjaan.",
        )
    return None if record.active else _unreadable(case, record)


def not_other_payer(case: Case) -> Reasons:
    """No cover that somebody else pays, by the register of BPJS."""
    yield from _from_register(case, "bpjs", _other_payer)


def _other_payer(case: Case, record: RegisterRecord) -> Reason | None:
    return _paid_by(case, record, bpjs_cover(record, case.facts, case.source))


def not_paid_elsewhere(case: Case) -> Reasons:
    """Not on another payer's own list."""
    yield from _from_register(case, "payers", _elsewhere)


def _elsewhere(case: Case, record: RegisterRecord) -> Reason | None:
    return _paid_by(case, record, payers_cover(record, case.source))


def _paid_by(case: Case, record: RegisterRecord, kind: Cover) -> Reason | None:
    if kind is Cover.OTHER:
        payer = case.source.payer_of(record.payer)
        title = payer.title if payer else "pihak lain"
        return _covered(case, record, "covered_other", f"Iurannya sudah dibayar {title}.")
    if kind in (Cover.NO_PAYER, Cover.STRANGER) and not open_months(record, case.span).all:
        named = kind is Cover.STRANGER
        return Reason(
            "payer_unrecognised" if named else "payer_unknown",
            Outcome.INCOMPLETE,
            f'Peserta aktif yang dibayar "{record.payer}"; pembayar ini belum dikenal.'
            if named
            else "Peserta aktif, tetapi pembayar iurannya tidak disebut.",
            _evidence(case, record),
            "Tambahkan nama pembayar ini pada aturan daerah, sebagai sumber sendiri atau pihak lain."
            if named
            else "Tanyakan pembayar iurannya kepada BPJS Ketenagakerjaan.",
        )
    return None if record.active else _unreadable(case, record)


def not_pupil(case: Case) -> Reasons:
    """No pupil or student; asked only below an age."""
    pupil, birth_on = case.application.pupil, case.application.birth_on
    if pupil:
        yield Reason(
            "pupil",
            Outcome.REFUSE,
            "Pelajar atau mahasiswa.",
            "daftar RT",
            "Dapat diusulkan setelah selesai bersekolah.",
        )
    elif pupil is None:
        asked_under = case.criterion.integer("ask_under_years")
        if "birth_on" in case.criterion.evidence and birth_on and age(birth_on, case.on) >= asked_under:
            return
        yield _unknown(
            case,
            "pupil_unknown",
            "Belum diketahui apakah ia masih pelajar atau mahasiswa.",
            "daftar RT",
            "Isi kolom pelajar dengan ya atau tidak.",
        )


def poverty(case: Case) -> Reasons:
    """A welfare decile of at most so much, by DTSEN."""
    yield from _from_register(case, "dtsen", _decile)


def _decile(case: Case, record: RegisterRecord) -> Reason | None:
    found = re.search(r"\b(10|[1-9])\b", record.detail or "")
    if found is None:
        return _unknown(
            case,
            "dtsen_unknown",
            "Desil kesejahteraannya belum diketahui.",
            _evidence(case, record),
            "Mintakan desilnya kepada Dinas Sosial.",
        )
    most = case.criterion.integer("max_decile")
    if int(found[1]) <= most:
        return None
    return Reason(
        "decile_over",
        Outcome.REFUSE,
        f"Desil kesejahteraan {found[1]}, di atas desil {most}.",
        _evidence(case, record),
        "Dapat diusulkan ke sumber dana lain.",
    )


def proof(case: Case) -> Reasons:
    """Some proof of the occupation is named."""
    if not (case.application.proof or "").strip():
        group = case.application.group
        papers = case.source.catalogue[group].proof if group else ()
        yield _unknown(
            case,
            "proof_missing",
            "Bukti pekerjaan belum disebut.",
            "daftar RT",
            f"Lampirkan salah satu: {', '.join(papers)}." if papers else "Lampirkan bukti pekerjaan.",
        )


CRITERIA: Mapping[str, Callable[[Case], Reasons]] = {
    "one_seat": one_seat,
    "residence": residence,
    "alive": alive,
    "age_window": age_window,
    "informal_work": informal_work,
    "income_ceiling": income_ceiling,
    "not_civil_servant": not_civil_servant,
    "not_nonasn": not_nonasn,
    "not_employer_covered": not_employer_covered,
    "not_other_payer": not_other_payer,
    "not_paid_elsewhere": not_paid_elsewhere,
    "not_pupil": not_pupil,
    "poverty": poverty,
    "proof": proof,
}
