"""Rows of lists for the registry's tests: invented people of Janju and around."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from payung.core.application import Application
from payung.registry.people_services import save_observations
from payung.registry.saving import Saved
from tests.office.cast import DESA

ON = date(2022, 9, 5)
AMINAH = "6401045708900003"
"""Siti Aminah, born 17 August 1990."""
KK = "6401040101100001"
PHONE = "081234567890"
_numbers = count(1)


def row(**given: Any) -> Application:
    """Siti Aminah of Janju, RT 005, but for what is given."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "row_id": f"{number:016x}",
        "file": "janju.xlsx",
        "sheet": "RT 005",
        "row": number,
        "nik": AMINAH,
        "kk": KK,
        "name": "Siti Aminah",
        "birth_place": "Janju",
        "birth_on": date(1990, 8, 17),
        "sex": "P",
        "mother_name": "Rahmah",
        "address": "Jl. Poros RT 5",
        "rt": "005",
        "desa_code": DESA,
        "group": "pedagang",
        "phone": PHONE,
    }
    return Application(**values | given)


def other(nik: str, name: str, **given: Any) -> Application:
    """Somebody else, of whom only what is given is known beside the place."""
    return row(
        **{"birth_on": None, "sex": None, "kk": None, "mother_name": None, "phone": None} | given,
        nik=nik,
        name=name,
    )


def save(*rows: Application, ref: str = "u1", on: date = ON, place: str = "") -> Saved:
    """Save rows in the scope of whoever acts."""
    return save_observations(rows, source_ref=ref, source_on=on, place=place)
