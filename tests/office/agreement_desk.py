"""Agreements in the tests: drafted by Pak Budi, agreed to by the chain, signed."""

from __future__ import annotations

import io
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import replace
from datetime import date

from payung.agreement.models import Agreement
from payung.agreement.rules import Kind, Party, Segment, Terms
from payung.agreement.services import change_agreement, draft_addendum, draft_agreement, now_of
from payung.agreement.signing_services import papered, scanned, send, sign
from payung.approval.route_queries import route_of
from payung.approval.route_services import decide_stop
from payung.approval.rules import Verdict
from tests.office.cast import Office

CHAIN = ("laila", "kpa", "bupati")
FIRST = Party("Pemerintah Kabupaten Paser", "Pak Bupati", "Bupati Paser", "Jalan Kusuma Bangsa, Tana Paser")
SECOND = Party("BPJS Ketenagakerjaan Cabang Balikpapan", "Pak Bona", "Kepala Kantor Cabang", "Balikpapan")
SCAN = b"%PDF-1.7\n% pindaian contoh\n"


def with_parties(title: str, terms: Terms) -> tuple[str, Terms]:
    """Both parties filled in."""
    return title, replace(
        terms, content=replace(terms.content, first=FIRST, second=SECOND, place="Tana Paser")
    )


def drafted(
    office: Office,
    kind: Kind = Kind.NK,
    first: date = date(2022, 9, 1),
    last: date = date(2025, 8, 31),
    *,
    parent: Agreement | None = None,
    segments: Iterable[Segment] = Segment,
    ceiling_idr: int | None = None,
    title: str = "",
) -> Agreement:
    """A draft that lacks nothing."""
    with office.acting("budi"):
        made = draft_agreement(
            kind, valid_from=first, valid_to=last, segments=segments, parent=parent, ceiling_idr=ceiling_idr,
            title=title,
        )  # fmt: skip
        return change_agreement(made, made.version, "pihak", with_parties)


def sent(office: Office, agreement: Agreement) -> Agreement:
    """A draft on its way through the chain."""
    with office.acting("budi"), papered(agreement, "f4") as kept:
        send(agreement, agreement.version, kept)
    return agreement


def approved(office: Office, agreement: Agreement) -> Agreement:
    """A draft to which the whole chain has agreed."""
    sent(office, agreement)
    for who in CHAIN:
        with office.acting(who):
            route = route_of("agreement.agreement", agreement.pk)
            assert route is not None
            decide_stop(route, Verdict.APPROVED)
    with office.acting("budi"):
        return now_of(agreement)


def signed(
    office: Office, agreement: Agreement, number: str, on: date = date(2022, 9, 1), scan: bytes = SCAN
) -> Agreement:
    """A draft that was agreed to and signed."""
    ready = approved(office, agreement)
    with office.acting("budi"), ExitStack() as stack:
        kept = stack.enter_context(scanned(io.BytesIO(scan), "pindaian.pdf"))
        sign(ready, ready.version, number=number, partner_number=f"PER/{number}", signed_on=on, scan=kept)
        return now_of(ready)


def umbrella(office: Office) -> Agreement:
    """A signed Nota Kesepakatan from September 2022 to August 2025."""
    return signed(office, drafted(office), "1/NK/2022")


def pks(
    office: Office,
    parent: Agreement,
    first: date = date(2022, 10, 1),
    last: date = date(2022, 12, 31),
    *,
    number: str = "1/PKS/2022",
    segments: Iterable[Segment] = (Segment.BPU,),
    ceiling_idr: int | None = 1_626_307_200,
) -> Agreement:
    """A signed PKS for the last three months of 2022."""
    draft = drafted(office, Kind.PKS, first, last, parent=parent, segments=segments, ceiling_idr=ceiling_idr)
    return signed(office, draft, number)


def addendum(office: Office, parent: Agreement, on: date, change: dict[str, object]) -> Agreement:
    """A draft of an addendum with these terms."""
    with office.acting("budi"):
        made = draft_addendum(parent, on)
        return change_agreement(
            made,
            made.version,
            "pokok",
            lambda title, terms: (title, replace(terms, **change)),  # type: ignore[arg-type]
        )
