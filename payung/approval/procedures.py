"""The procedure of the regency in which we work: which it is, how another is taken, which of its seats are empty."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.db import transaction

from payung.access.models import Tenure
from payung.access.queries import held_on
from payung.approval.chain import alike
from payung.audit.services import record
from payung.core.errors import Exit, PayungError
from payung.core.scope import required
from payung.database.models import Regency
from payung.policy.procedure import Chain, Procedure, Seat, load_procedure, shipped_procedures


def procedure_in_force() -> Procedure:
    """Chains, instruments and terms of the current scope's regency. PayungError(Exit.POLICY) with file and line."""
    regency: Regency = Regency.objects.get(code=required().regency)
    return load_procedure(regency.procedure)


def use_procedure(name_or_path: str) -> Procedure:
    """Go by another procedure from now on, a shipped one or a file; what is under way keeps its stages.

    PayungError(Exit.POLICY) for one that cannot be read, and for a regency that does not work here; then nothing changes.
    """
    procedure, regency = load_procedure(name_or_path), required().regency
    name = name_or_path if name_or_path in shipped_procedures() else str(Path(name_or_path).resolve())
    with transaction.atomic():
        before = Regency.objects.filter(code=regency).values_list("procedure", flat=True).first()
        if before is None:
            raise PayungError(
                f"Kabupaten/kota {regency} belum dibuka di sini.", todo="Buka dahulu dengan payung setup --regency.",
                exit_code=Exit.USAGE,
            )  # fmt: skip
        Regency.objects.filter(code=regency).update(procedure=name)
        record("procedure.changed", ("regency", regency), detail={"old": before, "new": name})
    return procedure


def empty_seats(procedure: Procedure, day: date) -> Iterator[tuple[Chain, Seat]]:
    """Seats on which nobody could sit anywhere in the regency on a day: what comes to them would wait for ever."""
    held = set(
        Tenure.objects.filter(held_on(day), user__is_active=True).values_list("post__role", "post__agency")
    )
    for chain in procedure.chains.values():
        for seat in chain.seats:
            if not any(
                role == seat.role and (not seat.agency or alike(seat.agency, agency)) for role, agency in held
            ):
                yield chain, seat
