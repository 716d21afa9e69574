"""Drafting agreements: opened with our wording, changed part by part, given up. Each change is a new version."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any, BinaryIO

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from payung.access.queries import names_of
from payung.agreement.models import Agreement
from payung.agreement.queries import route_under_way, standing_of
from payung.agreement.rules import (
    KIND_TITLES,
    SECTION_TITLES,
    SEGMENT_TITLES,
    USUAL_DUE,
    Annex,
    Content,
    DataExchange,
    Kind,
    Party,
    Segment,
    Terms,
    ordinal,
)
from payung.agreement.storing import add_row, keeping
from payung.agreement.wording import (
    USUAL,
    USUAL_FIELDS,
    USUAL_RETENTION_YEARS,
    USUAL_WAY,
    due_in_words,
    listed,
)
from payung.audit.services import changed, record
from payung.budget.rules import Programme
from payung.core import region
from payung.core.errors import PayungError
from payung.core.scope import required

_MOST_ANNEXES = 50


def draft_agreement(
    kind: Kind,
    *,
    valid_from: date,
    valid_to: date,
    segments: Iterable[Segment],
    parent: Agreement | None = None,
    title: str = "",
    ceiling_idr: int | None = None,
) -> Agreement:
    """Open the draft of a Nota Kesepakatan, or of a PKS below one, with our own wording. The parties of the one above
    are taken over.

    PayungError for a term that ends before it begins, a PKS without its Nota Kesepakatan or below something else.
    """
    if (kind is Kind.PKS) != (parent is not None) or kind is Kind.ADDENDUM:
        raise PayungError(
            "PKS dibuat di bawah sebuah Nota Kesepakatan.", todo="Pilih Nota Kesepakatannya lebih dulu."
        )
    if parent is not None and (parent.kind != Kind.NK or parent.cancelled_at):
        raise PayungError(
            f"{parent.title} bukan Nota Kesepakatan yang dapat dipakai.", todo="Pilih yang lain."
        )
    if valid_to < valid_from:
        raise PayungError("Hari terakhir mendahului hari pertama.", todo="Perbaiki masanya.")
    chosen = tuple(one for one in Segment if one in set(segments))
    content = _usual(kind, chosen, parent)
    said = title.strip() or _usual_title(chosen)
    return _opened(
        kind, said, Terms(valid_from, valid_to, chosen, ceiling_idr, content), parent=parent, number=None
    )


def draft_addendum(parent: Agreement, effective_on: date) -> Agreement:
    """Open the draft of the next addendum to a signed agreement; one at a time. PayungError otherwise."""
    standing = standing_of(parent)
    if parent.signed_at is None or parent.kind == Kind.ADDENDUM or standing.end:
        raise PayungError(
            "Adendum hanya untuk Nota Kesepakatan atau PKS yang ditandatangani dan belum diakhiri.",
            todo="Selama masih draf, ubah naskahnya langsung.",
        )
    if effective_on > standing.last_day:
        raise PayungError(
            "Hari mulai adendum sesudah perjanjiannya berakhir.", todo="Pilih hari di dalam masanya."
        )
    now = standing.terms
    content = Content(first=now.content.first, second=now.content.second, place=now.content.place)
    number = len(standing.addenda) + 1
    terms = Terms(effective_on, now.valid_to, (), None, content)
    title = f"Adendum {ordinal(number)} atas {KIND_TITLES[Kind(parent.kind)]} tentang {parent.title}"
    try:
        return _opened(Kind.ADDENDUM, title[:300], terms, parent=parent, number=number)
    except IntegrityError:
        raise PayungError(
            f"Adendum {ordinal(number)} sudah ada drafnya.",
            todo="Selesaikan atau batalkan draf itu lebih dulu.",
        ) from None


def _opened(
    kind: Kind, title: str, terms: Terms, *, parent: Agreement | None, number: int | None
) -> Agreement:
    scope = required()
    assert scope.actor is not None
    with transaction.atomic():
        made: Agreement = Agreement.everything.create(
            regency_code=scope.regency,
            kind=kind.value,
            parent=parent,
            ordinal=number,
            title=title,
            made_at=timezone.now(),
            made_by=scope.actor,
            **_columns(terms),
        )
        record(
            "agreement.drafted",
            made,
            detail={
                "kind": kind.value,
                "title": title,
                "valid_from": terms.valid_from,
                "valid_to": terms.valid_to,
            },
        )
    return made


def _columns(terms: Terms) -> dict[str, Any]:
    return {
        "valid_from": terms.valid_from,
        "valid_to": terms.valid_to,
        "segments": [one.value for one in terms.segments],
        "ceiling_idr": terms.ceiling_idr,
        "content": terms.content.said(),
    }


def _usual(kind: Kind, segments: tuple[Segment, ...], parent: Agreement | None) -> Content:
    """The content that a draft begins with; parties are those of the agreement above, as it stands."""
    above = standing_of(parent).terms.content if parent else None
    found = region.regency(required().regency)
    regency = Party(name=f"Pemerintah {found.name}" if found else "")
    return Content(
        first=above.first if above else regency,
        second=above.second if above else Party(name="BPJS Ketenagakerjaan"),
        place=above.place if above else "",
        programmes=tuple(Programme),
        due=tuple(USUAL_DUE[one] for one in segments) if kind is Kind.PKS else (),
        data=DataExchange(USUAL_FIELDS, USUAL_WAY, USUAL_RETENTION_YEARS),
        clauses=USUAL[kind],
    )


def _usual_title(segments: tuple[Segment, ...]) -> str:
    whom = listed([SEGMENT_TITLES[one].partition(" (")[0] for one in segments])
    return f"Penyelenggaraan Jaminan Sosial Ketenagakerjaan{f' bagi {whom}' if whom else ''}"


Change = Callable[[str, Terms], tuple[str, Terms]]
"""Gives title and terms as they are to be, from those that stand."""


def change_agreement(agreement: Agreement, version: int, part: str, change: Change) -> Agreement:
    """Change a draft as it stood at `version`; the next version goes through the chain anew.

    What changes nothing makes no version, so that an approval stays. PayungError where somebody else has changed it
    since, while it goes round, and once it is signed or given up.
    """
    old = agreement.terms
    title, new = change(agreement.title, old)
    if (title, new) == (agreement.title, old) and version == agreement.version:
        return agreement
    if new.valid_to < new.valid_from:
        raise PayungError("Hari terakhir mendahului hari pertama.", todo="Perbaiki masanya.")
    with transaction.atomic():
        _next_version(agreement, version, title=title, **_columns(new))
        before = _told(agreement.title, old)
        record("agreement.changed", agreement, detail={"part": part, **changed(before, _told(title, new))})
    return now_of(agreement)


def _next_version(agreement: Agreement, version: int, **columns: Any) -> None:
    """Write the next version of a draft, or say why not. Within the caller's transaction."""
    if route_under_way(agreement):
        raise PayungError(
            "Naskah ini sedang beredar untuk disetujui, jadi tidak dapat diubah.",
            todo="Tarik dulu dari rantai persetujuan, atau tunggu sampai dikembalikan.",
        )
    done = Agreement.objects.filter(
        pk=agreement.pk, version=version, signed_at__isnull=True, cancelled_at__isnull=True
    ).update(version=F("version") + 1, approved_at=None, approved_version=None, approved_sha256="", **columns)
    if not done:
        raise stale(agreement)


def stale(agreement: Agreement) -> PayungError:
    """Why a change came too late, with who was first."""
    now = now_of(agreement)
    if now.signed_at:
        who = names_of([now.signed_by]).get(now.signed_by or 0, "seseorang")
        return PayungError(
            f"Perjanjian ini sudah ditandatangani; dicatat oleh {who}.",
            todo="Perubahan dibuat dengan adendum.",
        )
    if now.cancelled_at:
        return PayungError("Draf ini sudah dibatalkan.", todo="Buat draf yang baru.")
    return PayungError(
        "Naskah ini sudah diubah orang lain sejak halaman Anda dibuka.",
        todo="Muat ulang halamannya, periksa perubahannya, lalu ubah lagi.",
    )


def now_of(agreement: Agreement) -> Agreement:
    """The row as it is now."""
    found: Agreement = Agreement.objects.get(pk=agreement.pk)
    return found


def _told(title: str, terms: Terms) -> dict[str, Any]:
    """What the ledger tells of a version; texts by the article. In Indonesian, because names of fields say too little."""
    content = terms.content
    return {
        "judul": title,
        "hari pertama": terms.valid_from.isoformat(),
        "hari terakhir": terms.valid_to.isoformat(),
        "segmen": [one.value for one in terms.segments],
        "pagu": terms.ceiling_idr,
        "program": [one.value for one in content.programmes],
        "tenggat": [due_in_words(one) for one in content.due],
        "tempat tanda tangan": content.place,
        "pihak kesatu": _party_told(content.first),
        "pihak kedua": _party_told(content.second),
        "bidang data": list(content.data.fields),
        "cara pertukaran data": content.data.how,
        "masa simpan data (tahun)": content.data.retention_years,
        "lampiran": [f"{one.title} {one.sha256}".strip() for one in content.annexes],
        **{f"pasal {SECTION_TITLES[section]}": text for section, text in content.clauses.items()},
    }


def _party_told(party: Party) -> str:
    said = (party.name, party.represented_by, party.title, party.address, party.basis)
    return ", ".join(one for one in said if one)


def add_annex(agreement: Agreement, version: int, title: str, file: BinaryIO | None, name: str = "") -> None:
    """Add an annex to a draft, with its file (PDF or xlsx, sealed) or to be handed in on paper. PayungError as above."""
    title = title.strip()
    content = agreement.terms.content
    if not title or len(content.annexes) >= _MOST_ANNEXES:
        raise PayungError(
            "Judul lampiran kosong, atau lampirannya sudah terlalu banyak.",
            todo=f"Isi judulnya; paling banyak {_MOST_ANNEXES} lampiran.",
        )
    if file is None:
        _annexes(agreement, version, (*content.annexes, Annex(title)))
        return
    with keeping(file, name) as kept:
        if any(one.sha256 == kept.contents.sha256 for one in content.annexes):
            raise PayungError("Berkas ini sudah menjadi lampiran.", todo="Pilih berkas yang lain.")
        with transaction.atomic():
            annexes = (*content.annexes, Annex(title, kept.contents.sha256))
            add_row(agreement, version + 1, "lampiran", kept)
            _annexes(agreement, version, annexes)


def remove_annex(agreement: Agreement, version: int, place: int) -> None:
    """Take an annex (counted from 1) off a draft; its file stays kept. PayungError where there is none."""
    annexes = agreement.terms.content.annexes
    if not 1 <= place <= len(annexes):
        raise PayungError("Lampiran itu tidak ada.", todo="Muat ulang halamannya.")
    _annexes(agreement, version, (*annexes[: place - 1], *annexes[place:]))


def _annexes(agreement: Agreement, version: int, annexes: tuple[Annex, ...]) -> None:
    change_agreement(
        agreement,
        version,
        "lampiran",
        lambda title, terms: (title, replace(terms, content=replace(terms.content, annexes=annexes))),
    )


def cancel_draft(agreement: Agreement, reason: str) -> None:
    """Give a draft up. PayungError while it goes round, and for one that is signed or given up already."""
    if route_under_way(agreement):
        raise PayungError(
            "Naskah ini sedang beredar untuk disetujui.", todo="Tarik dulu dari rantai persetujuan."
        )
    open_children = Agreement.objects.filter(parent=agreement, cancelled_at__isnull=True)
    with transaction.atomic():
        if open_children.exists():
            raise PayungError(
                "Di bawahnya masih ada PKS.",
                todo="Batalkan PKS itu lebih dulu, atau pakai Nota Kesepakatan ini.",
            )
        done = Agreement.objects.filter(
            pk=agreement.pk, signed_at__isnull=True, cancelled_at__isnull=True
        ).update(cancelled_at=timezone.now(), cancel_reason=reason.strip()[:300])
        if not done:
            raise stale(agreement)
        record("agreement.cancelled", agreement, detail={"reason": reason})
