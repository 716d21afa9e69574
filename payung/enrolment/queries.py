"""Decrees as they are read: which there are, how one stands, its files within the actor's territory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Substr

from payung.access.policy import Action, may
from payung.allocation.models import AllocationRound
from payung.approval.models import Route
from payung.approval.route_queries import route_of
from payung.audit.services import subject_of
from payung.core.scope import Scope, required, whole_regency
from payung.enrolment.amendment import Kind
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


def standing(decree: Decree, *, under_way: bool) -> Standing:
    """Where a decree stands, from its dated facts; `under_way`: whether its route is."""
    if decree.cancelled_at:
        return Standing("Dibatalkan", "abu")
    if decree.signed_at:
        return Standing("Ditandatangani", "hijau")
    if decree.approved_at:
        return Standing("Siap ditandatangani", "hijau")
    if under_way:
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


def files_here(decree: Decree) -> list[DecreeFile]:
    """The files of a decree's version that the actor may take, by kind and name: see `takes`."""
    scope = required()
    with whole_regency():
        files = DecreeFile.objects.filter(decree=decree, version=decree.version).order_by("kind", "name")
        found = list(files.select_related("decree"))
    return [one for one in found if takes(one, scope)]


def file_here(pk: int) -> DecreeFile | None:
    """One of these files; None for any other."""
    scope = required()
    with whole_regency():
        found: DecreeFile | None = DecreeFile.objects.filter(pk=pk).select_related("decree").first()
    return found if found and takes(found, scope) else None


def takes(file: DecreeFile, scope: Scope) -> bool:
    """Whether an actor may take a file, read beyond their walls.

    What belongs to the whole decree names nobody: whoever reads decrees takes it. The rest goes by territory, and what has
    full numbers by role. Before a decree is signed a desa or kecamatan takes none, because it may still change; volumes
    with all data are for the regency, a desa has its extract.
    """
    if file.version != file.decree.version:
        return False
    if not scope.covers(scope.regency) and (file.decree.signed_at is None or file.kind == "terbatas"):
        return False
    if file.kind in RESTRICTED_KINDS and not may(scope.role, Action.VOLUME_TAKE):
        return False
    return file.kind in WHOLE_KINDS or scope.covers(file.place)


@dataclass(frozen=True, slots=True)
class Share:
    """What a decree grants within a territory."""

    people: int
    jkk_idr: int
    jkm_idr: int


def share_here(decree: Decree) -> Share:
    """People and rupiah of a decree in the actor's territory."""
    rows = DecreeRow.objects.filter(decree=decree).exclude(change=Kind.LEAVES)
    told = rows.aggregate(people=Count("pk"), jkk=Sum("jkk_idr"), jkm=Sum("jkm_idr"))
    return Share(told["people"], told["jkk"] or 0, told["jkm"] or 0)


def open_routes(rows: Iterable[Decree]) -> frozenset[int]:
    """Of which of these decrees a route is under way."""
    keys = [str(one.pk) for one in rows]
    with whole_regency():
        found = Route.objects.filter(
            subject_type=Decree._meta.label_lower, subject_id__in=keys, ended_at__isnull=True
        )
        return frozenset(int(key) for key in found.values_list("subject_id", flat=True))


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


def waiting_to_be_signed() -> int:
    """How many decrees went through their chain and are not signed yet."""
    return Decree.objects.filter(
        approved_at__isnull=False, signed_at__isnull=True, cancelled_at__isnull=True
    ).count()
