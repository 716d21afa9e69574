"""The paper of an agreement: what the templates are given, and the PDF that comes of it.

Whatever somebody typed reaches a template as JSON strings, never as markup. Blanks that only the signing knows, its day
and both numbers, are dotted lines.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from payung.agreement.rules import (
    KIND_TITLES,
    SECTION_TITLES,
    SECTIONS,
    USUAL_DUE,
    Addendum,
    Annex,
    Content,
    DataExchange,
    Kind,
    Party,
    Section,
    Segment,
    Terms,
    as_it_stands,
    ordinal,
)
from payung.agreement.wording import (
    USUAL,
    USUAL_FIELDS,
    USUAL_RETENTION_YEARS,
    USUAL_WAY,
    due_in_words,
    listed,
    verses,
    words_of,
)
from payung.budget.rules import Programme
from payung.core import region
from payung.core.dates import long_day
from payung.core.errors import Exit, PayungError
from payung.core.rupiah import rupiah, terbilang
from payung.sheets.typesetting import Document, TemplateError, as_json, typeset

PAPERS = ("f4", "a4")
TEMPLATES = Path(__file__).parent / "templates" / "agreement"
FRAME = "naskah.typ"
"""What the three templates share; an own template may import it too."""
_CPU_SECONDS = 20
_DOTS = "…"
_BLANK, _BLANK_NUMBER = _DOTS * 8, _DOTS * 14
_ROLES = ("PIHAK KESATU", "PIHAK KEDUA")


@dataclass(frozen=True, slots=True)
class Draft:
    """What is printed. Of an addendum `base` is what it changes, as it stands, and `base_words` how that is cited."""

    kind: Kind
    regency_code: str
    title: str
    terms: Terms
    version: int
    umbrella: str = ""
    """How the Nota Kesepakatan above is cited: title, numbers, day."""
    number: int = 0
    """Of an addendum, counted from 1."""
    base: Terms | None = None
    base_kind: Kind = Kind.PKS
    base_words: str = ""
    paper: str = "f4"


@dataclass(frozen=True, slots=True)
class Own:
    """The office's own template texts by kind; a kind without one is printed by ours."""

    texts: Mapping[Kind, str] = field(default_factory=dict)

    def of(self, kind: Kind) -> str:
        """The own text of a kind, "" without one."""
        return self.texts.get(kind, "")


def paper_data(draft: Draft) -> dict[str, Any]:
    """All that a template is given, texts and whole numbers. `fingerprint` is the SHA-256 of the rest."""
    if draft.paper not in PAPERS:
        raise PayungError(
            f"Kertas {draft.paper!r} tidak dikenal.",
            todo=f"Pilih salah satu: {', '.join(PAPERS)}.",
            exit_code=Exit.USAGE,
        )
    terms = draft.terms
    found = region.regency(draft.regency_code)
    data: dict[str, Any] = {
        "paper": draft.paper,
        "kind": draft.kind.value,
        "kind_title": KIND_TITLES[draft.kind],
        "title": draft.title,
        "regency": found.name if found else draft.regency_code,
        "regency_code": draft.regency_code,
        "place": terms.content.place or _BLANK,
        "blank": _BLANK,
        "numbers": [_BLANK_NUMBER, _BLANK_NUMBER],
        "parties": [
            _party(role, party)
            for role, party in zip(_ROLES, (terms.content.first, terms.content.second), strict=True)
        ],
        "on": terms.valid_from.isoformat(),
        "valid_from": long_day(terms.valid_from),
        "valid_to": long_day(terms.valid_to),
        "umbrella": draft.umbrella,
        "annexes": [[one.title, one.sha256] for one in terms.content.annexes],
        "version": draft.version,
    }
    if draft.kind is Kind.ADDENDUM:
        data |= _changes(draft)
    else:
        words = words_of(terms, draft.umbrella)
        data["articles"] = articles(draft.kind, terms, words)
    canonical = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return {**data, "fingerprint": hashlib.sha256(canonical.encode()).hexdigest()}


def _party(role: str, party: Party) -> dict[str, str]:
    return {
        "role": role,
        "name": party.name or _BLANK_NUMBER,
        "represented_by": party.represented_by or _BLANK_NUMBER,
        "title": party.title or _BLANK_NUMBER,
        "address": party.address or _BLANK_NUMBER,
        "basis": party.basis,
    }


def articles(kind: Kind, terms: Terms, words: Mapping[str, str]) -> list[dict[str, Any]]:
    """The articles that say something, numbered from 1: `number`, `section`, `title`, `verses` of text and items."""
    written = [section for section in SECTIONS[kind] if terms.content.clauses.get(section, "").strip()]
    return [
        {"number": number, **_article(section, terms.content.clauses[section], words)}
        for number, section in enumerate(written, start=1)
    ]


def _article(section: Section, text: str, words: Mapping[str, str]) -> dict[str, Any]:
    return {
        "section": section.value,
        "title": SECTION_TITLES[section],
        "verses": [{"text": one.text, "items": list(one.items)} for one in verses(text, words)],
    }


def _changes(draft: Draft) -> dict[str, Any]:
    """What an addendum changes: `term` and `ceiling` as from and to, `due`, `data`, `clauses`; empty where it stays."""
    base, terms = draft.base, draft.terms
    assert base is not None
    after = as_it_stands(base, [Addendum(draft.number, terms.valid_from, terms)])
    words = words_of(after, draft.umbrella)
    numbers = {one["section"]: one["number"] for one in articles(draft.base_kind, base, words_of(base))}
    ceiling = terms.ceiling_idr
    return {
        "base": draft.base_words,
        "base_title": KIND_TITLES[draft.base_kind],
        "ordinal": ordinal(draft.number),
        "term": []
        if after.valid_to == base.valid_to
        else [long_day(base.valid_to), long_day(after.valid_to)],
        "ceiling": [] if ceiling in (None, base.ceiling_idr) else [_money(base.ceiling_idr), _money(ceiling)],
        "due": [due_in_words(one) for one in terms.content.due],
        "data": _exchange(terms.content.data),
        "clauses": [
            {"number": numbers.get(section.value, 0), **_article(section, text, words)}
            for section, text in terms.content.clauses.items()
        ],
    }


def _exchange(data: DataExchange) -> list[str]:
    """What changes of the exchange of data, each as `label: value`."""
    found = [
        f"bidang data: {listed(data.fields)}" if data.fields else "",
        f"cara pertukaran: {data.how}" if data.how else "",
        f"masa simpan: {data.retention_years} tahun" if data.retention_years else "",
    ]
    return [one for one in found if one]


def _money(amount_idr: int | None) -> str:
    return "tanpa pagu" if amount_idr is None else f"{rupiah(amount_idr)} ({terbilang(amount_idr)})"


def write_paper(draft: Draft, out: Path, own: Own | None = None) -> str:
    """Write the PDF (PDF/A); returns its SHA-256. The same draft and template give the same bytes.

    An own template is laid beside `out`, in whose folder nothing else may lie. PayungError names the line of a template
    that cannot be used; nothing is written then.
    """
    data = as_json(paper_data(draft))
    text = own.of(draft.kind) if own else ""
    template = TEMPLATES / f"{draft.kind.value}.typ"
    if text:
        template = out.with_name(template.name)
        template.write_text(text, encoding="utf-8")
        shutil.copyfile(TEMPLATES / FRAME, out.with_name(FRAME))
    document = Document(template, out, lambda: data, standards=("a-2a",), tags=True)
    try:
        (sha256,) = typeset([document], processes=1, cpu_seconds=_CPU_SECONDS)
    except TemplateError as error:
        raise PayungError(
            error.message,
            todo="Minta Bagian Hukum memperbaiki naskah itu pada halaman Naskah, atau kembali ke naskah bawaan."
            if text
            else "Beri tahu pengelola: naskah bawaan tidak dapat dipakai.",
            exit_code=Exit.USAGE,
        ) from error
    return sha256


def paper_words(draft: Draft) -> list[tuple[str, str]]:
    """What the paper says, as label and text, for those who look at it before it is signed. No NIK can stand in it."""
    data = paper_data(draft)
    terms = draft.terms
    found = [
        ("Jenis", data["kind_title"]),
        ("Tentang", draft.title),
        ("Mengubah", draft.base_words if draft.kind is Kind.ADDENDUM else ""),
        ("Di bawah", draft.umbrella),
        *(
            (one["role"].capitalize(), f"{one['name']}, diwakili {one['represented_by']}, {one['title']}")
            for one in data["parties"]
        ),
        *_main_words(draft, data),
        ("Tenggat", "; ".join(due_in_words(one) for one in terms.content.due)),
        *(
            (
                f"Pasal {one['number']} {one['title']}" if one["number"] else one["title"],
                _as_text(one["verses"]),
            )
            for one in data.get("articles", data.get("clauses", []))
        ),
        ("Lampiran", "; ".join(one.title for one in terms.content.annexes)),
    ]
    return [(label, text) for label, text in found if text]


def _main_words(draft: Draft, data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Term, segments and ceiling; of an addendum what becomes of them."""
    terms = draft.terms
    if draft.kind is Kind.ADDENDUM:
        return [
            ("Berlaku sejak", data["valid_from"]),
            ("Hari terakhir", " menjadi ".join(data["term"])),
            ("Pagu", " menjadi ".join(data["ceiling"])),
            ("Pertukaran data", "; ".join(data["data"])),
        ]
    return [
        ("Masa", f"{data['valid_from']} sampai {data['valid_to']}"),
        ("Segmen", listed(terms.segments)),
        ("Pagu", "" if terms.ceiling_idr is None else rupiah(terms.ceiling_idr)),
    ]


def _as_text(verses: Sequence[Mapping[str, Any]]) -> str:
    lines = [
        " ".join([f"({number})", one["text"], *one["items"]]) for number, one in enumerate(verses, start=1)
    ]
    return " ".join(lines) or "dihapus"


def sample(kind: Kind, regency_code: str, paper: str = "f4") -> Draft:
    """An invented agreement on which a template is tried; everything that a template may be given is in it."""
    found = region.regency(regency_code)
    name = found.name if found else regency_code
    first = Party(
        f"Pemerintah {name}", "Nama Contoh", "Kepala Daerah", "Jalan Contoh Nomor 1", "Keputusan Nomor 1"
    )
    second = Party("BPJS Ketenagakerjaan", "Nama Lain", "Kepala Kantor Cabang", "Jalan Contoh Nomor 2")
    annexes = (Annex("Daftar petugas", "0" * 64), Annex("Surat kantor wilayah"))
    usual = Kind.PKS if kind is Kind.ADDENDUM else kind
    content = Content(
        first, second, "Contoh", tuple(Programme), tuple(USUAL_DUE.values()),
        DataExchange(USUAL_FIELDS, USUAL_WAY, USUAL_RETENTION_YEARS), USUAL[usual], annexes,
    )  # fmt: skip
    whole = Terms(date(2026, 1, 1), date(2026, 12, 31), tuple(Segment), 1_000_000_000, content)
    title = "Penyelenggaraan Jaminan Sosial Ketenagakerjaan"
    umbrella = "Nota Kesepakatan Nomor 1 dan Nomor 2 tanggal 1 September 2025 tentang Sinergi"
    if kind is not Kind.ADDENDUM:
        return Draft(kind, regency_code, title, whole, 1, umbrella, paper=paper)
    changes = replace(
        whole,
        valid_from=date(2026, 7, 1),
        valid_to=date(2027, 3, 31),
        ceiling_idr=1_200_000_000,
        content=replace(
            content, clauses={Section.PAYMENT: "Paling banyak {pagu}.\nKedua.", Section.OTHER: ""}
        ),
    )
    cited = "Perjanjian Kerja Sama Nomor 3 dan Nomor 4 tanggal 2 Januari 2026 tentang " + title
    return Draft(kind, regency_code, title, changes, 1, umbrella, 1, whole, Kind.PKS, cited, paper)


def shipped(kind: Kind) -> str:
    """The text of our own template."""
    return (TEMPLATES / f"{kind.value}.typ").read_text(encoding="utf-8")
