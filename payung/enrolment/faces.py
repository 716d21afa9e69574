"""What whoever initials or approves a decree sees of it: people, money, months, agreement, wording, hashes, waivers."""

from __future__ import annotations

from collections.abc import Iterator

from payung.agreement.queries import cited
from payung.allocation.scenario import Settings
from payung.budget.models import Budget
from payung.core.dates import long_day
from payung.core.month import MonthSpan
from payung.core.rupiah import number, rupiah, terbilang
from payung.enrolment.models import Decree
from payung.enrolment.papers import instrument_of
from payung.enrolment.wording import PARTS, ours_sha256
from payung.registry.rules import REGISTERS


def faces_of(decree: Decree) -> list[tuple[str, str]]:
    """Label and value, in the order in which they are read; none with a NIK."""
    return list(_faces(decree))


def _faces(decree: Decree) -> Iterator[tuple[str, str]]:
    content, totals = decree.content, decree.totals
    yield "Naskah", instrument_of(decree).title
    yield "Nomor", decree.number or "diisi saat ditandatangani"
    yield "Tanggal", long_day(decree.dated) if decree.dated else "diisi saat ditandatangani"
    yield "Penanda tangan", f"{decree.signer_title}, {decree.signer_name or 'nama belum diisi'}"
    yield "Orang", number(totals["people"])
    yield from _money(decree)
    if "months" in content:
        yield "Bulan", MonthSpan.parse(content["months"]).in_words
    yield "Perjanjian", cited(decree.agreement) if decree.agreement else "tidak ada"
    yield from _budgets(decree)
    if decree.waiver:
        yield "Dikecualikan", str(decree.waiver)
    for name in content.get("without", ()):
        yield "Disaring tanpa", REGISTERS[name].title if name in REGISTERS else name
    if content.get("left_out"):
        yield "Dikeluarkan sesudah dipilih", f"{number(len(content['left_out']))} orang"
    yield "Jilid Lampiran", number(content["volumes"])
    yield "Halaman naskah", number(decree.page_count or 0)
    for part, sha256 in content["templates"].items():
        own = "" if sha256 == ours_sha256(part) else " (milik daerah)"
        yield f"Templat {PARTS[part].title.lower()}{own}", sha256
    yield "Sidik hasil penyaringan", content["screened_hash"]
    yield "Sidik daftar", decree.roll_hash
    yield "Sidik naskah", decree.body_sha256


def _money(decree: Decree) -> Iterator[tuple[str, str]]:
    """Rupiah in figures and in words; below zero only in figures: an amendment may free more than it needs."""
    jkk, jkm = int(decree.totals["jkk_idr"]), int(decree.totals["jkm_idr"])
    for label, value in (("Iuran seluruhnya", jkk + jkm), ("JKK", jkk), ("JKM", jkm)):
        yield label, f"{rupiah(value)} ({terbilang(value)})" if value >= 0 else rupiah(value)


def _budgets(decree: Decree) -> Iterator[tuple[str, str]]:
    """The budget line from which each source pays."""
    freeze = decree.round.freeze if decree.round else None
    if freeze is None:
        return
    lines = Settings.read(freeze.settings).budgets
    found = Budget.objects.in_bulk(lines.values())
    for source, told in decree.totals.get("sources", {}).items():
        budget = found.get(lines.get(source, 0))
        money = rupiah(int(told["jkk_idr"]) + int(told["jkm_idr"]))
        name = f"{budget} ({budget.activity_code})" if budget else source
        yield "Anggaran", f"{name}: {money} untuk {number(told['people'])} orang"
