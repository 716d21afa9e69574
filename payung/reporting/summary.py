"""The summary of a run as one HTML file: no script, nothing loaded from elsewhere, fit for a screen, a phone and A4."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import jinja2
from markupsafe import Markup

from payung.core.errors import Exit, PayungError, cannot_write
from payung.core.rupiah import number, percent, rupiah, short, terbilang
from payung.reporting import charts, tables
from payung.reporting.figures import SourceUse, Summary
from payung.reporting.messages import summary_sentence
from payung.reporting.rules import UNKNOWN
from payung.reporting.suppression import LEAST
from payung.reporting.tables import Mask, Table
from payung.reporting.words import safe

NAME, PUBLIC_NAME = "ringkasan.html", "ringkasan-publik.html"


class Tile(NamedTuple):
    """One of the three figures of the first screen."""

    name: str
    figure: str
    detail: str


class MoneyPart(NamedTuple):
    """One part of the money bar, ready for the template."""

    kind: str
    colour: str
    name: str
    amount: str
    width: str


class Answer(NamedTuple):
    """One of the questions that the summary answers, with its figure."""

    question: str
    figure: str
    detail: str


def write_summary(summary: Summary, out: Path, *, public: bool = False) -> Path:
    """Write `ringkasan.html` into the folder `out`, or `ringkasan-publik.html` for everybody; its path.

    The same figures give the same bytes. PayungError when it cannot be written, or when so few people were chosen
    that a page for everybody would point at them.
    """
    page = summary_html(summary, public=public)
    path = out / (PUBLIC_NAME if public else NAME)
    try:
        path.write_bytes(page.encode())
    except OSError as error:
        raise cannot_write(path.name, error) from error
    return path


def publishable(summary: Summary) -> bool:
    """Whether a page for everybody can be made at all: its main figures must not be about a few people."""
    return summary.people >= LEAST and "chosen" not in tables.mask(summary).of("funnel")


def summary_html(summary: Summary, *, public: bool = False) -> str:
    """The page as text. For everybody: small counts, file names, findings and open work are left out."""
    left_out = tables.mask(summary) if public else Mask()
    if public and not publishable(summary):
        raise PayungError(
            f"Terlalu sedikit orang untuk halaman umum: kurang dari {LEAST} orang dapat dikenali.",
            todo="Jangan umumkan angka ini; pakai ringkasan.html di kantor.",
            exit_code=Exit.OUTPUT,
        )
    page = _template().render(
        _shared(summary, left_out) | _office(summary) if not public else _shared(summary, left_out)
    )
    return page.rstrip("\n") + "\n"


@cache
def _template() -> jinja2.Template:
    folder = files("payung.reporting").joinpath("templates")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, keep_trailing_newline=False
    )
    # The drawings and the style sheet are our own; whatever they show of users is escaped where they are made.
    environment.filters["drawing"] = Markup
    environment.filters["groups"] = lambda value: [value[at : at + 8] for at in range(0, len(value), 8)]
    environment.globals["css"] = Markup(folder.joinpath("ringkasan.css").read_text(encoding="utf-8"))
    return environment.from_string(folder.joinpath("ringkasan.html").read_text(encoding="utf-8"))


def _shared(summary: Summary, left_out: Mask) -> dict[str, Any]:
    """What both pages show."""
    by_district, by_desa = tables.coverage_tables(summary, left_out)
    total = summary.coverage.total
    return {
        "public": True,
        "hidden": left_out.any,
        "title": safe(summary.title),
        "regency": safe(summary.regency),
        "span": summary.span.in_words,
        "policy_id": safe(summary.policy_id),
        "roll_hash": summary.roll_hash,
        "tiles": _tiles(summary, left_out),
        "money_bar": _money_bar(summary),
        "money": tables.money_table(summary, left_out.of("sources")),
        "used": rupiah(summary.used_idr),
        "used_words": terbilang(summary.used_idr),
        "used_percent": percent(summary.used_idr, summary.ceiling_idr),
        "ceiling": rupiah(summary.ceiling_idr),
        "answers": (),
        "funnel": tables.funnel_table(summary, left_out),
        "coverage": by_district,
        "by_desa": by_desa,
        "coverage_words": "" if left_out.total else safe(total.in_words),
        "refused": tables.reason_table("Belum dapat diusulkan", summary.refused, left_out.of("refused")),
        "incomplete": tables.reason_table("Perlu dilengkapi", summary.incomplete, left_out.of("incomplete")),
        "wide_shares": _shares(summary, left_out, ("groups", "districts")),
        "narrow_shares": _shares(summary, left_out, ("sex", "age")),
        "pictures": _pictures(summary, left_out),
        "registers": tables.register_table(summary),
        "certificates": [_certificate(source) for source in summary.sources],
    }


def _office(summary: Summary) -> dict[str, Any]:
    """What only the office sees: open work, files, and how to go on."""
    attention = summary.attention
    return {
        "public": False,
        "attention": [replace(item, text=safe(item.text), to_do=safe(item.to_do)) for item in attention],
        "urgent": any(item.urgent for item in attention),
        "answers": [{"title": safe(source.title), "cards": _three(source)} for source in summary.sources],
        "aside": tables.aside_table(summary),
        "outputs": tables.output_table(summary),
        "steps": _steps(summary),
        "sentence": summary_sentence(summary),
        "screened_hash": summary.screened_hash,
    }


def _tiles(summary: Summary, left_out: Mask) -> tuple[Tile, Tile, Tile]:
    total = summary.coverage.total
    known = total.denominator and not left_out.total
    return (
        Tile(
            "pekerja ditetapkan",
            number(summary.people),
            f"dari {number(summary.funnel.rows)} baris daftar, untuk {len(summary.span)} bulan",
        ),
        Tile(
            "iuran terpakai",
            short(summary.used_idr),
            f"{rupiah(summary.used_idr)}; sisa pagu {rupiah(summary.left_idr)}",
        ),
        Tile(
            "cakupan sesudah penetapan",
            total.after_percent if known else UNKNOWN,
            safe(total.in_words) if known else "jumlah yang harus dilindungi belum diketahui",
        ),
    )


def _money_bar(summary: Summary) -> list[MoneyPart]:
    whole = summary.ceiling_idr or 1

    def width(amount: int) -> str:
        # Hundredths of a per cent, cut off: the parts never add up to more than the bar.
        return f"{amount * 10_000 // whole / 100:.2f}"

    return [
        MoneyPart(kind, colour, name, rupiah(amount), width(amount))
        for kind, colour, name, amount in (
            ("jkk", "--blue", "JKK", summary.used_jkk_idr),
            ("jkm", "--orange", "JKM", summary.used_jkm_idr),
            ("sisa", "--rest", "Sisa", summary.left_idr),
        )
    ]


def _three(source: SourceUse) -> list[Answer]:
    """Most people for these months, most months for these people, what would pay for everyone."""
    found = source.answers
    quotas = found.within_quotas_count < found.everyone_count
    return [
        Answer(
            "Paling banyak orang untuk bulan-bulan ini",
            f"{number(found.most_people)} orang",
            f"Ditetapkan menurut urutan: {number(found.people)} orang.",
        ),
        Answer(
            "Paling banyak bulan untuk semua yang memenuhi syarat",
            f"{number(found.most_months)} bulan",
            f"Pagu ini dibagi kepada {number(found.everyone_count)} orang.",
        ),
        Answer(
            "Pagu yang cukup untuk semuanya",
            short(found.everyone_idr),
            f"{rupiah(found.everyone_idr)} untuk {number(found.everyone_count)} orang"
            + (f"; di dalam batas kuota {number(found.within_quotas_count)} orang, "
               f"{rupiah(found.within_quotas_idr)}." if quotas else "."),
        ),
    ]  # fmt: skip


def _certificate(source: SourceUse) -> str:
    greedy, bound = source.certificate.points_greedy, source.certificate.points_bound
    text = f"Pilihan menurut urutan bernilai {number(greedy)} poin"
    if greedy == bound:
        return f"{safe(source.title)}: {text}. Tidak ada pilihan lain di bawah pagu dan batas yang sama yang bernilai lebih."
    return (
        f"{safe(source.title)}: {text}. Tidak ada pilihan lain di bawah pagu dan batas yang sama yang bernilai lebih dari "
        f"{number(bound)} poin: selisihnya paling banyak {percent(bound - greedy, bound, 3)}."
    )


def _shares(summary: Summary, left_out: Mask, names: tuple[str, ...]) -> list[Table]:
    groups = sorted(summary.by_group, key=lambda share: (-share.chosen, share.label))
    sexes = sorted(summary.by_sex, key=lambda share: (not share.code, share.code))
    wanted = {
        "groups": ("Menurut kelompok pekerjaan", "Kelompok", groups, left_out.of("groups")),
        "districts": ("Menurut kecamatan", "Kecamatan", summary.by_district, left_out.districts),
        "sex": ("Menurut jenis kelamin", "Jenis kelamin", sexes, left_out.of("sex")),
        "age": ("Menurut umur", "Umur", summary.by_age, left_out.of("age")),
    }
    return [tables.share_table(*wanted[name]) for name in names if wanted[name][2]]


def _pictures(summary: Summary, left_out: Mask) -> Mapping[str, charts.Drawn | None]:
    """The pictures; what is left out of the tables is not drawn."""
    wanted: dict[str, charts.Picture] = {}
    if not left_out.of("funnel"):
        wanted["funnel"] = charts.funnel_picture(summary.funnel)
    rows = [row for row in summary.coverage.districts if row.place_code not in left_out.districts]
    if rows:
        wanted["coverage"] = charts.coverage_picture(rows)
    reasons = [reason for reason in summary.refused if reason.code not in left_out.of("refused")]
    if reasons:
        wanted["reasons"] = charts.reasons_picture(reasons)
    groups = [share for share in summary.by_group if share.code not in left_out.of("groups")]
    if groups:
        wanted["groups"] = charts.groups_picture(groups)
    drawn: dict[str, charts.Drawn | None] = dict.fromkeys(("funnel", "coverage", "reasons", "groups"))
    return drawn | dict(zip(wanted, charts.draw(wanted.values()), strict=True))


def _steps(summary: Summary) -> list[str]:
    """How to go on, in the order in which an office does it."""
    steps = []
    if summary.set_aside:
        steps.append("Minta lagi atau perbaiki berkas yang disisihkan; daftarnya ada di Dasar hitungan.")
    if summary.open_reviews:
        steps.append(
            f"Putuskan {number(summary.open_reviews)} pasangan di buku kerja pemeriksaan: "
            "tulis sama, beda, atau tanya RT pada kolom KEPUTUSAN."
        )
    if summary.funnel.incomplete:
        steps.append(
            "Kembalikan berkas bertanda dan pesan WhatsApp kepada tiap desa, lalu terima perbaikannya."
        )
    if steps:
        steps.append(
            "Jalankan lagi dengan berkas yang sudah diperbaiki; keputusan yang sudah dibuat diikutkan dengan --decisions."
        )
    if summary.people:
        steps.append("Periksa daftar penetapan dan rancangan keputusan; cocokkan sidik daftar pada keduanya.")
        steps.append(
            "Sesudah ditandatangani, kirim berkas BPJS kepada kantor cabang dan umumkan versi publiknya."
        )
    if summary.funnel.waiting:
        steps.append("Simpan daftar tunggu: bila pagu bertambah, orang berikutnya sudah berurutan.")
    return steps
