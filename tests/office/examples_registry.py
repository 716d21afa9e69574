"""People, households, registers, deliveries and requests for the walk through every address."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from payung.registry.models import Delivery, Household, Person, Request
from tests.office.cast import Office
from tests.office.examples import EVERYWHERE, Case, Example, Examples, by_place, example, regency_of


@example("registry:person", "registry:unmask")
def people(office: Office) -> Examples:
    """People of every place; one moved from the desa, one was taken off."""

    def make(place: str, case: Case) -> int:
        removed = timezone.now() if case is Case.ENDED else None
        return int(
            Person.everything.create(
                regency_code=regency_of(place), place=place, name=f"Orang {case}", standard="ORANG",
                desa_code=place if place.count(".") == 3 else "", removed_at=removed,
            ).pk
        )  # fmt: skip

    return by_place(make)


@example("registry:household")
def households(office: Office) -> Examples:
    """Family cards of every place, with a member each."""

    def make(place: str, case: Case) -> int:
        card = Household.everything.create(
            regency_code=regency_of(place), place=place, kk="6401040101100001", kk_index=f"{case}"[:32]
        )
        Person.everything.create(
            regency_code=regency_of(place), place=place, name=f"Anggota {case}", household=card
        )
        return int(card.pk)

    return by_place(make)


@example("registry:register", "registry:receive", "registry:ask")
def registers(office: Office) -> Examples:
    """Registers are known by name."""
    return {
        Case.OWN: Example({"name": "bpjs"}, EVERYWHERE),
        Case.NOWHERE: Example({"name": "tidak-ada"}),
    }


@example("registry:delivery", "registry:delivery_progress", "registry:withdraw")
def deliveries(office: Office) -> Examples:
    """Files of a register that arrived in each regency."""

    def make(place: str, case: Case) -> int:
        withdrawn = timezone.now() if case is Case.ENDED else None
        return int(
            Delivery.everything.create(
                regency_code=regency_of(place), register="bpjs", as_of=date(2022, 9, 1), file_name="bpjs.xlsx",
                sha256=f"{case}", size=1, original_path="tidak/ada", received_at=timezone.now(),
                withdrawn_at=withdrawn,
            ).pk
        )  # fmt: skip

    return by_place(make, wide=True)


@example("registry:request_file", "registry:request_state")
def requests(office: Office) -> Examples:
    """Questions to a register that are not written yet."""

    def make(place: str, case: Case) -> int:
        made = Request.everything.create(
            regency_code=regency_of(place), register="bpjs", asked_at=timezone.now()
        )
        return int(made.pk)

    return by_place(make, wide=True)
