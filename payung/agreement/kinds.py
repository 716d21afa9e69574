"""Agreements go through their chain."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from payung.agreement.models import Agreement
from payung.agreement.signing_services import approve, subject_version
from payung.approval.route_kinds import route_kind


def _version(subject_id: str) -> str:
    return subject_version(Agreement.objects.get(pk=subject_id))


def _places(subject_id: str) -> Sequence[str]:
    return ()


def _url(subject_id: str) -> str:
    return reverse("agreement:page", args=[subject_id])


def _returned(subject_id: str, reason: str) -> None:
    """The draft is open for changes again by itself."""


@route_kind(
    "perjanjian",
    chain="perjanjian",
    title="Perjanjian",
    version=_version,
    places=_places,
    url=_url,
    returned=_returned,
)
def approved(subject_id: str) -> None:
    """The paper that went round may be signed."""
    approve(Agreement.objects.get(pk=subject_id))
