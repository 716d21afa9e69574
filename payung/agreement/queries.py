"""Agreements as they stand, which is in force, and which end soon; in the current scope's regency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from payung.access.policy import Role
from payung.agreement.checks import Around, Fault, Neighbour, Umbrella, faults
from payung.agreement.models import Agreement, AgreementEnd, AgreementFile
from payung.agreement.rules import (
    KIND_TITLES,
    Kind,
    Segment,
    State,
    Terms,
    alarm,
    as_it_stands,
    state,
)
from payung.approval.models import Route
from payung.approval.procedures import procedure_in_force
from payung.core.dates import long_day
from payung.core.scope import required

ALARMED = frozenset({Role.LEGAL, Role.VERIFIER, Role.BUDGET})
"""Who is told before an agreement ends."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An agreement with its signed addenda, in their order, and its end where it was ended early."""

    agreement: Agreement
    addenda: tuple[Agreement, ...] = ()
    end: AgreementEnd | None = None
    is_sent: bool = False
    """Whether it goes through its chain right now."""

    @property
    def terms(self) -> Terms:
        """As it stands with all signed addenda."""
        return self.terms_on(None)

    def terms_on(self, on: date | None) -> Terms:
        """As it stands with the addenda that are in effect on a day."""
        return as_it_stands(self.agreement.terms, [one.addendum for one in self.addenda], on)

    @property
    def term_ends(self) -> date:
        """The last day of its term: each addendum says it anew."""
        return self.addenda[-1].valid_to if self.addenda else self.agreement.valid_to

    @property
    def last_day(self) -> date:
        """Of its term as it stands, or the day on which it was ended before."""
        return min(self.term_ends, self.end.ended_on) if self.end else self.term_ends

    @property
    def segments(self) -> tuple[Segment, ...]:
        """No addendum changes them."""
        return tuple(Segment(one) for one in self.agreement.segments)

    def state(self, on: date) -> State:
        """Where it stands on a day."""
        one = self.agreement
        return state(
            on,
            one.valid_from,
            self.last_day,
            is_signed=one.signed_at is not None,
            is_approved=one.is_approved,
            is_sent=self.is_sent,
            is_cancelled=one.cancelled_at is not None,
        )


@dataclass(frozen=True, slots=True)
class Ending:
    """An agreement in force that ends soon. `alarm` is which of the procedure's alarms rings, in days."""

    standing: Standing
    last_day: date
    days: int
    alarm: int


def readable() -> QuerySet[Agreement]:
    """What the actor may read: BPJS Ketenagakerjaan reads what is signed."""
    found = Agreement.objects.all()
    return found.filter(signed_at__isnull=False) if required().role == Role.BPJS else found


def standings(rows: Iterable[Agreement] | None = None, *, lean: bool = False) -> list[Standing]:
    """Nota Kesepakatan and PKS as they stand, newest term first; `rows` instead of all that the actor may read.

    Four statements, however many there are. `lean` reads no content of addenda: enough for days and segments.
    """
    found = list(readable().exclude(kind=Kind.ADDENDUM) if rows is None else rows)
    if not found:
        return []
    keys = [one.pk for one in found]
    changes = Agreement.objects.filter(parent__in=keys, kind=Kind.ADDENDUM, signed_at__isnull=False)
    addenda: dict[int | None, list[Agreement]] = defaultdict(list)
    for one in (changes.defer("content") if lean else changes).order_by("ordinal"):
        addenda[one.parent_id].append(one)
    ends = {one.agreement_id: one for one in AgreementEnd.objects.filter(agreement__in=keys)}
    drafts = [str(one.pk) for one in found if one.signed_at is None and one.cancelled_at is None]
    sent = set(_under_way(drafts).values_list("subject_id", flat=True)) if drafts else set()
    return [Standing(one, tuple(addenda[one.pk]), ends.get(one.pk), str(one.pk) in sent) for one in found]


def _under_way(keys: Sequence[str]) -> QuerySet[Route]:
    return Route.objects.filter(
        kind="perjanjian",
        subject_type=Agreement._meta.label_lower,
        subject_id__in=keys,
        ended_at__isnull=True,
    )


def route_under_way(agreement: Agreement) -> bool:
    """Whether it goes through its chain right now."""
    return _under_way([str(agreement.pk)]).exists()


def standing_of(agreement: Agreement) -> Standing:
    """One agreement as it stands."""
    return standings([agreement])[0]


def in_force(on: date, segment: str) -> Agreement | None:
    """The PKS under which contributions of a segment are paid on a day; of several, that which began last."""
    wanted = Segment(segment)
    found = [
        one
        for one in standings(_going(on, Kind.PKS), lean=True)
        if one.state(on) is State.IN_FORCE and wanted in one.segments
    ]
    found.sort(key=lambda one: (one.agreement.valid_from, one.agreement.pk))
    return found[-1].agreement if found else None


def ending(on: date) -> list[Ending]:
    """Agreements in force whose end is near by the procedure's alarms, the nearest first.

    Those that others go on from without a gap, in each of their segments, are not told.
    """
    going = standings(_going(on, Kind.NK, Kind.PKS), lean=True)
    if not going:
        return []
    days = procedure_in_force().terms.agreement_alarm_days
    found = []
    for one in going:
        ringing = alarm(one.last_day, on, days) if one.state(on) is State.IN_FORCE else None
        if ringing is not None and not _goes_on(one, going):
            found.append(Ending(one, one.last_day, (one.last_day - on).days, ringing))
    return sorted(found, key=lambda one: (one.last_day, one.standing.agreement.pk))


def _goes_on(one: Standing, others: Sequence[Standing]) -> bool:
    """Whether others take each of its segments over without a gap."""
    after = one.last_day + timedelta(days=1)
    taken = {
        segment
        for other in others
        if other is not one
        and other.agreement.kind == one.agreement.kind
        and other.agreement.valid_from <= after <= other.last_day
        for segment in other.segments
    }
    return taken.issuperset(one.segments)


def _signed(*kinds: Kind) -> QuerySet[Agreement]:
    return Agreement.objects.filter(kind__in=kinds, signed_at__isnull=False)


def _going(on: date, *kinds: Kind) -> QuerySet[Agreement]:
    """Signed ones whose term, or that of an addendum, ends on a day or later; without their content."""
    longer = Agreement.objects.filter(parent=OuterRef("pk"), signed_at__isnull=False, valid_to__gte=on)
    return _signed(*kinds).filter(Q(valid_to__gte=on) | Exists(longer)).defer("content")


def waiting_to_be_signed() -> int:
    """How many agreements went through their chain and are not signed yet."""
    return Agreement.objects.filter(
        approved_version=F("version"), signed_at__isnull=True, cancelled_at__isnull=True
    ).count()


def committed_idr(agreement: Agreement) -> int:
    """What signed decrees under an agreement and their amendments have bound, in rupiah."""
    # Decrees are a later step; the relation is known by its name.
    signed = agreement.decrees.filter(signed_at__isnull=False).values_list("totals", flat=True)
    return sum(_bound_idr(totals) for totals in signed)


def _bound_idr(totals: Mapping[str, Any]) -> int:
    """What one decree binds: a first one what it grants, an amendment what it needs besides what it frees."""
    sources = [one for one in totals.get("sources", {}).values() if "needed" in one]
    if sources:
        return sum(sum(one["needed"]) - sum(one["freed"]) for one in sources)
    return int(totals.get("jkk_idr", 0)) + int(totals.get("jkm_idr", 0))


def room_idr(agreement: Agreement, on: date) -> int | None:
    """What may still be bound under an agreement on a day; None where it names no ceiling."""
    ceiling = standing_of(agreement).terms_on(on).ceiling_idr
    return None if ceiling is None else ceiling - committed_idr(agreement)


def cited(agreement: Agreement) -> str:
    """How other papers cite it: `Perjanjian Kerja Sama Nomor 12/2023 dan Nomor 34/2023 tanggal 2 Januari 2023 tentang …`."""
    words = KIND_TITLES[Kind(agreement.kind)]
    if agreement.number:
        words += f" Nomor {agreement.number} dan Nomor {agreement.partner_number}"
    if agreement.signed_on:
        words += f" tanggal {long_day(agreement.signed_on)}"
    return f"{words} tentang {agreement.title}"


def faults_of(agreement: Agreement, terms: Terms | None = None, title: str = "") -> tuple[Fault, ...]:
    """What is missing or wrong in an agreement as it is drafted, or in other terms for it."""
    return faults(Kind(agreement.kind), title or agreement.title, terms or agreement.terms, around(agreement))


def around(agreement: Agreement) -> Around:
    """What an agreement is held to."""
    kind = Kind(agreement.kind)
    if kind is Kind.NK or agreement.parent is None:
        return Around()
    parent = standing_of(agreement.parent)
    if kind is Kind.PKS:
        others = [
            one
            for one in standings(_signed(Kind.PKS).defer("content"), lean=True)
            if one.agreement.pk != agreement.pk
        ]
        neighbours = [_neighbour(one) for one in others]
        return Around(
            umbrella=_umbrella(parent), neighbours=neighbours, committed_idr=committed_idr(agreement)
        )
    above = parent.agreement.parent
    return Around(
        umbrella=_umbrella(standing_of(above)) if above else None,
        base=parent.terms,
        base_title=short(parent.agreement),
        committed_idr=committed_idr(parent.agreement),
    )


def _umbrella(one: Standing) -> Umbrella:
    return Umbrella(
        short(one.agreement),
        one.agreement.valid_from,
        one.last_day,
        one.segments,
        is_signed=one.agreement.signed_at is not None,
    )


def _neighbour(one: Standing) -> Neighbour:
    return Neighbour(short(one.agreement), one.agreement.valid_from, one.last_day, one.segments)


def short(agreement: Agreement) -> str:
    """`PKS Nomor 12/2023`, or its title as long as it has no number."""
    word = {Kind.NK: "Nota Kesepakatan", Kind.PKS: "PKS", Kind.ADDENDUM: "Adendum"}[Kind(agreement.kind)]
    return f"{word} Nomor {agreement.number}" if agreement.number else f"{word} {agreement.title}"


def files_of(agreement: Agreement) -> list[AgreementFile]:
    """Its papers and scans, newest first; annexes are named by the content."""
    return list(AgreementFile.objects.filter(agreement=agreement).order_by("-pk"))


def paper_of(agreement: Agreement) -> AgreementFile | None:
    """The paper that was typeset for the chain from what stands in it now; None where there is none."""
    found: AgreementFile | None = (
        AgreementFile.objects.filter(agreement=agreement, kind="naskah", version=agreement.version)
        .order_by("-pk")
        .first()
    )
    return found
