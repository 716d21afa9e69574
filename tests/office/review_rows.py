"""Pairs for the tests of review: invented people, as a run would have left them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from django.utils import timezone

from payung.core.month import MonthSpan
from payung.core.scope import required
from payung.eligibility.question import Question
from payung.screening.keys import pair_index
from payung.screening.models import Pair, ScreeningRun
from payung.screening.sides import Member, Record, written
from tests.office.cast import DESA

LEFT = Record(
    nik="6401045708900003", kk="6401040101100001", name="Siti Aminah", birth="17-08-1990", sex="P", desa="Janju",
    rt="005", phone="081234567890", says="pedagang sayur", origin="janju.xlsx · RT 005 · baris 12",
    collector="Bu Siti", collected_on="2022-09-05", address="Jl. Poros RT 5",
    household=(Member("Ahmad Fauzi", "03-02-1988", "L", "daftar RT 005"), Member("Nur Aini", "17-08-1990", "P")),
)  # fmt: skip
RIGHT = replace(
    LEFT, nik="6401045708900030", name="Siti Aminnah", origin="janju.xlsx · RT 006 · baris 3", rt="006",
    collector="Pak Umar", address="Jl. Poros RT 6", household=(Member("Ahmad Fauzi", "03-02-1988", "L"),),
)  # fmt: skip
EVIDENCE = {
    "ev_nik": "swap", "ev_name": "typing", "ev_birth": "same", "ev_kk": "same", "ev_sex": "same",
    "ev_desa": "same", "ev_phone": "same",
}  # fmt: skip
CODE = "nik:swap name:typing birth:same kk:same"


QUESTION = Question(MonthSpan.parse("2022-10..2022-12"), ("apbd-kabupaten",))


def run(number: int = 1) -> ScreeningRun:
    """A run whose results are loaded, in the current scope's regency."""
    made: ScreeningRun = ScreeningRun.objects.create(
        regency_code=required().regency, number=number, loaded_at=timezone.now(), question=QUESTION.said(),
        figures={"rows": 0, "persons": 0, "decided": {}}, register_days={"bpjs": "2022-08-31"},
    )  # fmt: skip
    return made


def mark(text: str) -> str:
    """A fingerprint."""
    return hashlib.sha256(text.encode()).hexdigest()


def pair(of: ScreeningRun, number: int, *, left: Record = LEFT, right: Record = RIGHT, **given: Any) -> Pair:
    """The pair of a number: higher numbers stand further down in the queue."""
    regency = of.regency_code
    one, other = given.pop("marks", (mark(f"l{number}"), mark(f"r{number}")))
    values: dict[str, Any] = {
        "row_id_l": f"l{number}", "row_id_r": f"r{number}", "place_l": f"{DESA}/005", "place_r": f"{DESA}/006",
        "outcome": "review", "score_milli": 900, "evidence": EVIDENCE, "stake_idr": 201_600,
        "priority": 1_000_000 - number, "sides": written(left, right),
    }  # fmt: skip
    made: Pair = Pair.objects.create(
        regency_code=regency, run=of, key_index=pair_index(one, other, regency), fingerprint_l=one,
        fingerprint_r=other, **values | given,
    )  # fmt: skip
    return made


def pairs(of: ScreeningRun, count: int, **given: Any) -> list[Pair]:
    """So many pairs with names of their own."""
    return [
        pair(
            of, number, left=replace(LEFT, name=f"Siti Aminah {number:03}"),
            right=replace(RIGHT, name=f"Siti Aminnah {number:03}"), **given,
        )
        for number in range(1, count + 1)
    ]  # fmt: skip
