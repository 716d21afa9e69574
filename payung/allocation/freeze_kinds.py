"""The route of a frozen round through its chain of posts: what goes round, whose it is, and what an approval does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.urls import reverse
from django.utils import timezone

from payung.access.policy import Action, may
from payung.allocation import holding, precheck_services
from payung.allocation.award_queries import desas_of
from payung.allocation.held_back import title_of
from payung.allocation.models import AllocationRound, Freeze, Precheck
from payung.allocation.prepared import prepared_of
from payung.allocation.scenario import Settings
from payung.allocation.words import source_title
from payung.approval.models import Route
from payung.approval.route_kinds import route_kind
from payung.approval.route_queries import route_of
from payung.approval.route_services import open_route
from payung.core.dates import day
from payung.core.errors import PayungError
from payung.core.places import name_of
from payung.core.rupiah import number, rupiah
from payung.core.scope import required

KIND = "putaran"

assert precheck_services, "registers the waiver of a pre-check"


def ask_approval(round_: AllocationRound) -> Route:
    """Let a frozen round go through its chain. PayungError for one that is not frozen, or is on its way already."""
    freeze = _frozen(round_)
    return open_route(
        KIND,
        round_,
        summary=f"{round_}: {number(freeze.figures['people'])} orang, {rupiah(_total(freeze))}",
        faces=list(faces(round_, freeze)),
    )


def faces(round_: AllocationRound, freeze: Freeze) -> Iterator[tuple[str, str]]:
    """What whoever checks a frozen round sees of it: sums, months, places, hashes, and what was left unasked."""
    sums, settings = freeze.figures, Settings.read(freeze.settings)
    if round_.asked_scenario:
        yield "Skenario", round_.asked_scenario.name
    yield "Orang", number(sums["people"])
    yield "Iuran seluruhnya", rupiah(_total(freeze))
    yield "JKK", rupiah(sums["jkk_idr"])
    yield "JKM", rupiah(sums["jkm_idr"])
    yield "Bulan", settings.months.in_words
    policy = prepared_of(round_).policy
    for source, told in sums["sources"].items():
        yield (
            source_title(source, policy),
            f"{number(told['people'])} orang, pagu {rupiah(told['ceiling_idr'])}",
        )
    for code, told in sums["districts"].items():
        yield name_of(code), f"{number(told['people'])} orang"
    yield "Daftar tunggu", f"{number(sums['waiting'])} orang"
    for code, count in sums["held_back"].items():
        yield f"Ditahan: {title_of(code)}", f"{number(count)} orang"
    yield "Uji padan BPJS", _precheck_words(round_)
    yield "Benih undian", settings.seed
    yield "Sidik hasil penyaringan", round_.run.screened_hash
    yield "Sidik daftar penetapan", freeze.roll_hash


def _precheck_words(round_: AllocationRound) -> str:
    waived = Precheck.objects.filter(round=round_, waived_at__isnull=False).order_by("pk").last()
    asked = sum(one.row_count or 0 for one in holding.asked_of(round_))
    words = f"{number(asked)} baris ditanyakan" if asked else "tidak ditanyakan"
    if waived is None or waived.waived_at is None:
        return words
    on = day(timezone.localdate(waived.waived_at))
    return f"{words}; disetujui tanpa uji padan pada {on}. Alasan: {waived.reason}"


def _total(freeze: Freeze) -> int:
    return int(freeze.figures["jkk_idr"]) + int(freeze.figures["jkm_idr"])


def _frozen(round_: AllocationRound) -> Freeze:
    if round_.freeze is None:
        raise PayungError(f"{round_} belum dibekukan.", todo="Bekukan satu skenario lebih dahulu.")
    return round_.freeze


def _of(subject_id: str) -> AllocationRound:
    found: AllocationRound = AllocationRound.objects.select_related("freeze", "run").get(pk=subject_id)
    return found


def _version(subject_id: str) -> str:
    round_ = _of(subject_id)
    return round_.freeze.roll_hash if round_.freeze else ""


def _places(subject_id: str) -> Sequence[str]:
    return desas_of(_of(subject_id))


def _url(subject_id: str) -> str:
    # A kecamatan agrees to its own people; the round as a whole is for the regency's offices.
    page = "freeze" if may(required().role, Action.ROUND_READ) else "awards"
    return reverse(f"allocation:{page}", args=[subject_id])


def _returned(subject_id: str, reason: str) -> None:
    """Nothing changes by itself: its maker takes the freeze back and makes another, or sends it round unchanged."""


@route_kind(
    KIND,
    chain="putaran",
    title="Putaran penetapan",
    version=_version,
    places=_places,
    url=_url,
    returned=_returned,
)
def approve(subject_id: str) -> None:
    """The round is approved as it is frozen; from here on it is not taken back. PayungError where it is not frozen."""
    route = route_of("allocation.allocationround", subject_id)
    seen = route.subject_version if route else ""
    # Of this freeze and no other: somebody might take it back and make another at this very moment.
    done = AllocationRound.objects.filter(
        pk=subject_id,
        freeze__in=Freeze.objects.filter(round=subject_id, roll_hash=seen).values("pk"),
        approved_at__isnull=True,
        cancelled_at__isnull=True,
    ).update(approved_at=timezone.now())
    if not done:
        raise PayungError(
            "Putaran ini tidak beku lagi, dibatalkan, atau sudah disetujui.", todo="Muat ulang halamannya."
        )
