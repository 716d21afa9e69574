"""Whether a person may sit in a seat that one source of money pays, and why (not). Pure.

`assess(facts, source, on, span)` collects every reason of every criterion that the source has switched on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from payung.core.application import Application
from payung.core.decision import SEVERITY_ORDER, Decision, Outcome, Reason
from payung.core.month import MonthSpan
from payung.core.rupiah import rupiah
from payung.eligibility.codes import CODES
from payung.eligibility.cover import continuity, months_open
from payung.eligibility.criteria import CRITERIA, Case, Reasons
from payung.eligibility.facts import Facts, Presence, RegisterRecord, RegisterView
from payung.policy.law import Law
from payung.policy.loader import law as shipped_law
from payung.policy.local import LocalPolicy, Source

__all__ = [
    "CODES",
    "CRITERIA",
    "READY_FIELDS",
    "Facts",
    "PointPart",
    "Presence",
    "RegisterRecord",
    "RegisterView",
    "assess",
    "continuity",
    "months_open",
    "points",
    "points_breakdown",
    "ready_to_register",
]

# What the insurer's form needs of each person (siap daftar), beyond what is needed to decide.
READY_FIELDS: dict[str, str] = {
    "nik": "NIK",
    "name": "nama",
    "birth_place": "tempat lahir",
    "birth_on": "tanggal lahir",
    "sex": "jenis kelamin",
    "mother_name": "nama ibu kandung",
    "address": "alamat",
    "desa_code": "desa",
    "occupation_raw": "pekerjaan",
    "work_place": "lokasi kerja",
    "work_hours": "jam kerja",
    "phone": "nomor HP",
}


def assess(
    facts: Facts,
    source: Source,
    on: date,
    span: MonthSpan,
    *,
    partial_months: bool = False,
    law: Law | None = None,
) -> Decision:
    """The decision about one person for one source of money, registered on day `on` for the months of `span`.

    With `partial_months`, cover by another over part of the span is noted instead of refused; which months then
    remain is `months_open(facts, source, span)`. A criterion that cannot be evaluated refuses and says so.
    """
    law = law or shipped_law()
    reasons = dict.fromkeys(_always(facts))
    reasons |= dict.fromkeys(_paid(facts, span, partial_months))
    for name, check in CRITERIA.items():
        criterion = source.criteria[name]
        if not criterion.on:
            continue
        try:
            reasons |= dict.fromkeys(check(Case(facts, source, criterion, on, span, partial_months, law)))
        except Exception as error:
            # Whatever went wrong: nobody is let through by a rule that did not run.
            reasons[_failed(name, error)] = None
    if partial_months and not months_open(facts, source, span):
        reasons = {_full(r): None for r in reasons}
    return Decision.of(_worst_of_each(tuple(reasons)))


def _always(facts: Facts) -> Reasons:
    """What no policy can switch off: an identity that can be used, and no question left open."""
    application = facts.application
    if not (application.nik or "").strip():
        yield Reason(
            "nik_missing",
            Outcome.INCOMPLETE,
            "NIK belum diisi.",
            "daftar RT",
            "Tulis NIK 16 angka dari KTP-el.",
        )
    elif not facts.nik_valid:
        yield Reason(
            "nik_invalid",
            Outcome.INCOMPLETE,
            "NIK tidak sah: periksa 16 angkanya.",
            "daftar RT",
            "Cocokkan NIK dengan KTP-el atau KK.",
        )
    if not (application.name or "").strip():
        yield Reason(
            "name_missing", Outcome.INCOMPLETE, "Nama belum diisi.", "daftar RT", "Tulis nama sesuai KTP-el."
        )
    # Price, annex and registration need these whatever the criteria ask.
    if application.birth_on is None:
        yield Reason(
            "birth_missing",
            Outcome.INCOMPLETE,
            "Tanggal lahir belum diketahui, umur tidak dapat diuji.",
            f"daftar RT: {application.birth_raw or 'kosong'}",
            "Tulis tanggal lahir sesuai KTP.",
        )
    if application.desa_code is None:
        yield Reason(
            "desa_unknown",
            Outcome.INCOMPLETE,
            "Desa atau kelurahan belum dikenal.",
            f"daftar RT: {application.desa_raw or 'kosong'}",
            "Tulis nama desa atau kelurahan sesuai KTP.",
        )
    if application.group is None:
        written = (application.occupation_raw or "").strip()
        yield Reason(
            "occupation_unknown" if written else "occupation_missing",
            Outcome.INCOMPLETE,
            f'Pekerjaan "{written}" belum dikenal.' if written else "Pekerjaan belum diisi.",
            f"daftar RT: {written or 'kosong'}",
            "Tulis pekerjaannya dengan kata yang ada pada daftar kelompok, misalnya petani atau pedagang.",
        )
    if facts.faults:
        yield Reason(
            "list_fault",
            Outcome.INCOMPLETE,
            f"Ada isian yang harus diperbaiki pada daftar: {'; '.join(facts.faults)}.",
            "daftar RT",
            "Perbaiki sel yang diwarnai pada berkas yang dikembalikan, lalu kirim lagi.",
        )
    if facts.related_to_collector:
        yield Reason(
            "related_to_collector",
            Outcome.PASS_NOTED,
            "Satu kartu keluarga dengan pendatanya.",
            f"daftar RT: pendata {application.collector or 'tidak disebut'}",
            "",
        )
    if facts.contradiction:
        yield Reason(
            "contradiction",
            Outcome.INCOMPLETE,
            "Data pada daftar saling bertentangan; petugas perlu memastikan.",
            facts.contradiction,
            "Putuskan di buku kerja pemeriksaan (kolom KEPUTUSAN).",
        )
    if facts.open_reviews:
        yield Reason(
            "review_open",
            Outcome.INCOMPLETE,
            f"Review terbuka: {len(facts.open_reviews)} pemeriksaan menunggu keputusan petugas.",
            "; ".join(facts.open_reviews),
            "Putuskan di buku kerja pemeriksaan (kolom KEPUTUSAN).",
        )


def _paid(facts: Facts, span: MonthSpan, partial_months: bool) -> Reasons:
    """A month is paid once, whatever the criteria say."""
    months = [month for month in span if month in facts.paid]
    if not months:
        return
    whole = len(months) == len(span)
    rest = ", ".join(str(month) for month in span if month not in facts.paid)
    yield Reason(
        "months_paid",
        Outcome.PASS_NOTED if partial_months and not whole else Outcome.REFUSE,
        "Iuran orang ini sudah dibayar menurut daftar penetapan sebelumnya.",
        f"--paid: {', '.join(str(month) for month in months)}",
        ""
        if whole
        else f"Dapat ditetapkan untuk bulan {rest} bila penetapan sebagian masa diizinkan (--partial-months).",
    )


def _failed(name: str, error: Exception) -> Reason:
    return Reason(
        "criterion_failed",
        Outcome.REFUSE,
        f"Syarat {name} tidak dapat dinilai, jadi belum dapat diusulkan.",
        type(error).__name__,
        "Laporkan kepada pengelola sistem.",
    )


def _full(reason: Reason) -> Reason:
    """Several covers may together leave no month open: then part of a span is no way out."""
    if reason.code in ("covered_until", "covered_from", "months_paid"):
        return Reason(reason.code, Outcome.REFUSE, reason.message, reason.evidence, "")
    return reason


def _worst_of_each(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """Two criteria may meet the same silence: one reason a code and record, the worst outcome kept."""
    kept: dict[tuple[str, str], Reason] = {}
    for reason in reasons:
        key = (reason.code, "" if reason.code.endswith("_unknown") else reason.evidence)
        known = kept.get(key)
        if known is None or SEVERITY_ORDER.index(reason.outcome) > SEVERITY_ORDER.index(known.outcome):
            kept[key] = reason
    return tuple(kept.values())


@dataclass(frozen=True, slots=True)
class PointPart:
    """One part of a person's points and what it was given for."""

    name: str
    points: int
    why: str


def points_breakdown(application: Application, policy: LocalPolicy) -> tuple[PointPart, ...]:
    """Where a person's points come from. An unknown group has none; an unknown income what the policy says."""
    rules = policy.allocation
    parts = []
    if application.group is not None:
        group = policy.groups[application.group]
        parts.append(PointPart("kelompok", group.points, group.title))
    income = application.income_idr
    if income is None:
        parts.append(PointPart("penghasilan", rules.income_unknown_points, "belum diketahui"))
    else:
        step = next((s for s in rules.income_points if s.up_to_idr is None or income <= s.up_to_idr), None)
        if step is not None:
            upto = f"sampai {rupiah(step.up_to_idr)}" if step.up_to_idr is not None else "di atas semua batas"
            parts.append(PointPart("penghasilan", step.points, upto))
    health = (application.bpjs_kesehatan or "").strip().upper()
    if health in rules.bpjs_kesehatan_points:
        parts.append(PointPart("BPJS Kesehatan", rules.bpjs_kesehatan_points[health], health))
    return tuple(parts)


def points(application: Application, policy: LocalPolicy) -> int:
    """A person's points by the policy's table: a non-negative integer."""
    return sum(part.points for part in points_breakdown(application, policy))


def ready_to_register(application: Application) -> tuple[str, ...]:
    """The fields that the insurer's form still needs; empty when the person is *siap daftar*."""
    return tuple(name for name in READY_FIELDS if not str(getattr(application, name) or "").strip())
