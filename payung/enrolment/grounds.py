"""What a decree rests on: an agreement in force and money held for it; and who signs it, by the procedure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from payung.access.models import Tenure
from payung.access.policy import Role
from payung.access.queries import held_on
from payung.agreement.models import Agreement
from payung.agreement.queries import in_force, room_idr, short
from payung.allocation.freeze_job import budget_key
from payung.allocation.models import AllocationRound, Award
from payung.allocation.scenario import Settings
from payung.approval.procedures import procedure_in_force
from payung.budget.models import Budget, Reservation
from payung.core.dates import long_day
from payung.core.errors import PayungError
from payung.core.rupiah import rupiah
from payung.core.scope import required
from payung.enrolment.frame import head_of
from payung.policy.procedure import Instrument

_PREFIXES = {Tenure.Kind.ACTING: "Plt. ", Tenure.Kind.DAILY: "Plh. "}


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a decree of a round rests on. `missing` are the sentences about what is not there; empty where all is."""

    agreement: Agreement | None
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: `title` as it stands above the name, `BUPATI PASER`; `name` is blank where nobody holds the post."""

    title: str
    name: str


def grounds_of(round_: AllocationRound, on: date) -> Grounds:
    """What a decree of a frozen round would rest on, were it dated `on`."""
    segments = _segments(round_)
    found = {segment: in_force(on, segment) for segment in segments}
    missing = [
        f"Tidak ada perjanjian kerja sama yang berlaku pada {long_day(on)} untuk segmen {segment}."
        for segment, agreement in found.items()
        if agreement is None
    ]
    agreement = next((one for one in found.values() if one), None)
    if agreement:
        missing += _beyond(agreement, round_, on)
    missing += _unreserved(round_)
    return Grounds(agreement, tuple(missing))


def _segments(round_: AllocationRound) -> list[str]:
    """The segments of those who were chosen; one source pays for one segment, so that one of its people tells."""
    assert round_.freeze is not None
    paying = [source for source, told in round_.freeze.figures["sources"].items() if told["people"]]
    rolls = [
        Award.objects.filter(round=round_, source=source).values_list("roll", flat=True)[0]
        for source in paying
    ]
    return sorted({roll["row"]["segment"] for roll in rolls})


def _beyond(agreement: Agreement, round_: AllocationRound, on: date) -> list[str]:
    assert round_.freeze is not None
    room = room_idr(agreement, on)
    wanted = int(round_.freeze.figures["jkk_idr"]) + int(round_.freeze.figures["jkm_idr"])
    if room is None or wanted <= room:
        return []
    return [f"{short(agreement)} tinggal memuat {rupiah(room)}, sedangkan yang ditetapkan {rupiah(wanted)}."]


def _unreserved(round_: AllocationRound) -> list[str]:
    """Sources whose money is not held as the freeze needs it."""
    assert round_.freeze is not None
    key, budgets = budget_key(round_.freeze), Settings.read(round_.freeze.settings).budgets
    missing = []
    for source, told in round_.freeze.figures["sources"].items():
        budget = Budget.objects.filter(pk=budgets.get(source)).first()
        held = dict(
            Reservation.objects.filter(ceiling__budget=budget, key=key).values_list(
                "ceiling__programme", "held_idr"
            )
        )
        if any(held.get(programme, 0) < told[f"{programme}_idr"] for programme in ("jkk", "jkm")):
            name = str(budget) if budget else source
            missing.append(f"Pagu {name} belum dicadangkan untuk putaran ini.")
    return missing


def signer_of(instrument: Instrument, on: date) -> Signer:
    """Who signs papers of an instrument on a day: the holder of the post that sits on the chain's last stage."""
    chain = procedure_in_force().chain(instrument.chain)
    seat = next(one for one in chain.stages[-1].seats if one.role == instrument.signer)
    held = Tenure.objects.filter(held_on(on), post__role=seat.role, user__is_active=True)
    if seat.agency:
        held = held.filter(post__agency__iexact=seat.agency)
    tenure = held.select_related("post", "user").order_by("valid_from", "pk").last()
    title = (
        head_of(required().regency) if seat.role == Role.SIGNATORY else (seat.agency or seat.title).upper()
    )
    if tenure is None:
        return Signer(title, "")
    return Signer(_PREFIXES.get(Tenure.Kind(tenure.kind), "") + title, tenure.user.name)


def check_round(round_: AllocationRound) -> None:
    """PayungError unless the round is approved as it is frozen."""
    now = AllocationRound.objects.get(pk=round_.pk)
    if now.cancelled_at:
        raise PayungError(f"{now} sudah dibatalkan.", todo="Pilih putaran lain.")
    if now.approved_at is None or now.freeze_id is None or now.freeze_id != round_.freeze_id:
        raise PayungError(
            f"{now} belum disetujui seluruh rantainya.",
            todo="Bekukan satu skenario, ajukan, dan tunggu persetujuannya.",
        )


def lacking(grounds: Grounds) -> PayungError:
    """What a decree lacks, for whoever would draft it."""
    return PayungError(
        " ".join(grounds.missing),
        todo="Lengkapi dahulu, atau usulkan keputusan tanpa itu beserta alasannya; orang kedua yang menyetujuinya.",
    )
