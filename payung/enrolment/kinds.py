"""A decree goes through its chain: what goes round, whose people are in it, what an approval does."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from payung.approval.models import Route
from payung.approval.route_kinds import route_kind
from payung.approval.route_queries import route_of
from payung.approval.route_services import open_route
from payung.core.errors import PayungError
from payung.core.rupiah import number, rupiah
from payung.enrolment import waiver_services
from payung.enrolment.faces import faces_of
from payung.enrolment.models import Decree
from payung.enrolment.papers import instrument_of
from payung.enrolment.queries import desas_of

KIND = "keputusan"

assert waiver_services, "registers the waiver of agreement and money"


def ask_approval(decree: Decree, version: int) -> Route:
    """Send a typeset decree through its chain; `version` is what the actor was shown.

    PayungError for one that is not typeset, is another by now, approved already, or on its way.
    """
    now: Decree = Decree.objects.select_related("round__freeze", "round__run", "agreement").get(pk=decree.pk)
    if now.version != version or now.typeset_at is None or now.signed_at or now.cancelled_at:
        raise PayungError(
            f"{now} belum disusun naskahnya, atau diubah sesudah halaman ini dibuka.",
            todo="Muat ulang halamannya, periksa naskahnya, lalu ajukan.",
        )
    if now.approved_at:
        raise PayungError(f"{now} sudah disetujui.", todo="Lanjutkan dengan penandatanganan.")
    total = int(now.totals["jkk_idr"]) + int(now.totals["jkm_idr"])
    return open_route(
        KIND,
        now,
        summary=f"{now}: {number(now.totals['people'])} orang, {rupiah(total)}",
        faces=faces_of(now),
    )


def version_of(decree: Decree) -> str:
    """What goes round: the paper, by its hash, and the version of the draft."""
    return f"{decree.body_sha256}:{decree.version}"


def _of(subject_id: str) -> Decree:
    found: Decree = Decree.objects.get(pk=subject_id)
    return found


def _chain(subject_id: str) -> str:
    return instrument_of(_of(subject_id)).chain


def _version(subject_id: str) -> str:
    return version_of(_of(subject_id))


def _places(subject_id: str) -> Sequence[str]:
    return desas_of(_of(subject_id))


def _url(subject_id: str) -> str:
    return reverse("enrolment:decree", args=[subject_id])


def _returned(subject_id: str, reason: str) -> None:
    """The draft is open for changes again by itself."""


@route_kind(
    KIND,
    chain=_chain,
    title="Keputusan",
    version=_version,
    places=_places,
    url=_url,
    returned=_returned,
)
def approve(subject_id: str) -> None:
    """The paper that went round may be signed. PayungError where it is another by now."""
    route = route_of("enrolment.decree", subject_id)
    sha256, _, version = (route.subject_version if route else "").partition(":")
    done = sha256 and Decree.objects.filter(
        pk=subject_id, body_sha256=sha256, version=int(version), typeset_at__isnull=False, approved_at__isnull=True,
        signed_at__isnull=True, cancelled_at__isnull=True,
    ).update(approved_at=timezone.now(), approved_version=F("version"))  # fmt: skip
    if not done:
        raise PayungError(
            "Naskah ini disusun ulang, dibatalkan, atau sudah disetujui.", todo="Muat ulang halamannya."
        )
