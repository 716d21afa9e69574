"""Decrees as they are read: which there are, how one stands, its files within the actor's territory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.functions import Substr

from payung.allocation.models import AllocationRound
from payung.approval.models import Route
from payung.approval.route_queries import route_of
from payung.audit.services import subject_of
from payung.enrolment.models import Decree, DecreeFile, DecreeRow
from payung.work.models import Job

_DESA = len("64.01.04.2002")
RESTRICTED_KINDS = frozenset({"terbatas", "petikan"})
"""Files with full numbers and addresses; only for whoever may take volumes."""
WHOLE_KINDS = frozenset({"keputusan", "salinan", "sidik", "pindaian", "bertanda"})
"""Files of the decree as a whole, which name nobody; the scan and the signed copy are the paper itself."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a decree stands, in a word of the status list, and the word's colour."""

    words: str
    tone: str


def decrees() -> QuerySet[Decree]:
    """All decrees and amendments of the regency, newest first."""
    found: QuerySet[Decree] = Decree.objects.select_related("round", "amends").defer("waiver")
    return found.order_by("-year", "-number_in_year")


def whole() -> QuerySet[Decree]:
    """Decrees with all that their page shows."""
    return Decree.objects.select_related("round__freeze", "round__run", "agreement", "amends")


def route(decree: Decree) -> Route | None:
    """The newest route of a decree."""
    return route_of(*subject_of(decree))


def standing(decree: Decree, route_: Route | None) -> Standing:
    """Where a decree stands, from its dated facts."""
    if decree.cancelled_at:
        return Standing("Dibatalkan", "abu")
    if decree.signed_at:
        return Standing("Ditandatangani", "hijau")
    if decree.approved_at:
        return Standing("Siap ditandatangani", "hijau")
    if route_ and not route_.ended_at:
        return Standing("Dalam persetujuan", "ungu")
    if decree.typeset_at:
        return Standing("Naskah tersusun", "biru")
    if decree.asked_at:
        return Standing("Sedang disusun", "biru")
    return Standing("Gagal disusun", "merah") if decree.typeset_error else Standing("Draf", "abu")


def job_of(decree: Decree, kind: str) -> Job | None:
    """The newest background job of a kind about a decree."""
    found: Job | None = Job.objects.filter(kind=kind, subject=str(decree.pk)).order_by("-pk").first()
    return found


def files_of(decree: Decree, *, restricted: bool) -> list[DecreeFile]:
    """The files of a decree's version that the actor may take: within the territory, those of the whole decree besides.

    Without `restricted`, none that holds full numbers and addresses.
    """
    files = DecreeFile.objects.filter(decree=decree, version=decree.version)
    # What belongs to the whole decree lies at the regency, beyond a desa's territory; it names nobody.
    of_all = DecreeFile.everything.filter(
        regency_code=decree.regency_code, decree=decree, version=decree.version, kind__in=WHOLE_KINDS
    )
    found = {one.pk: one for one in (*of_all, *files)}
    wanted = [one for one in found.values() if restricted or one.kind not in RESTRICTED_KINDS]
    return sorted(wanted, key=lambda one: (one.kind, one.name))


def desas_of(decree: Decree) -> Sequence[str]:
    """The codes of the desa in which its people live, as far as the actor sees."""
    rows = DecreeRow.objects.filter(decree=decree).annotate(desa=Substr("place", 1, _DESA))
    return sorted(set(rows.values_list("desa", flat=True)))


def ready_rounds() -> list[AllocationRound]:
    """Approved rounds that have no decree yet."""
    drafted = Decree.objects.filter(amends__isnull=True, cancelled_at__isnull=True, round__isnull=False)
    found = AllocationRound.objects.filter(
        approved_at__isnull=False, cancelled_at__isnull=True, freeze__isnull=False
    )
    return list(found.exclude(pk__in=drafted.values("round_id")).select_related("freeze").order_by("-number"))
