"""From the tables to the inputs of a screening: rows that count, registers that arrived, decisions in force."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from payung.core.application import Application
from payung.core.errors import PayungError
from payung.core.scope import required
from payung.database.models import Regency
from payung.database.moment import one_moment
from payung.eligibility.frozen import DECIDED, LISTS, PAID_BEFORE, REGISTER, parts_of_terms
from payung.eligibility.question import Question
from payung.eligibility.run import Inputs
from payung.eligibility.terms import Rules, Terms
from payung.engine.engine import Engine
from payung.intake.queries import kept_out, live_uploads, screening_row_count, screening_rows, still_reading
from payung.registry.models import Delivery
from payung.registry.queries import usable_deliveries
from payung.registry.register_services import load_delivery
from payung.registry.rules import REGISTERS, gaps
from payung.screening.models import Pair
from payung.screening.pipeline import Progress
from payung.screening.services import decisions_in_force

GATHERING = "Mengumpulkan daftar, register, dan keputusan"
Marks = dict[str, str]
"""Part of a seal to what its inputs look like, cheaply: the same inputs have the same mark."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """All inputs as of one moment; the engine holds the registers' tables."""

    inputs: Inputs
    terms: Terms
    marks: Marks
    days: Mapping[str, str]
    """Register to the day that it describes, ISO; "" where none is known."""
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Supplied:
    name: str
    as_of: date | None


def rules_in_force() -> Rules:
    """The policy of the current scope's regency and the law. PayungError where the policy's file is gone or wrong."""
    return Rules.load(Regency.objects.get(pk=required().regency).policy)


def gather(engine: Engine, question: Question, progress: Progress) -> Gathered:
    """Everything that a screening of the current scope's regency looks at, as of one moment.

    PayungError where there are no lists, or a register that the policy requires is missing or too old.
    """
    terms = question.terms(rules_in_force())
    total = screening_row_count()
    progress(GATHERING, 0, total)
    with one_moment():
        marks = marks_now(question.waived)
        chosen = deliveries_for(question.waived)
        decisions = decisions_in_force()
        applications, faults = _rows()
    if not applications:
        raise nobody()
    progress(GATHERING, len(applications), total)
    check_registers(terms, chosen.values())
    snapshots = tuple(load_delivery(engine, one) for one in chosen.values())
    return Gathered(
        Inputs(applications, snapshots, decisions, faults),
        terms,
        marks,
        {name: one.as_of.isoformat() if one.as_of else "" for name, one in chosen.items()},
        notes_of(terms, chosen.values(), question.waived),
    )


def _rows() -> tuple[list[Application], dict[str, tuple[str, ...]]]:
    applications, faults = [], {}
    for application, codes, _ in screening_rows():
        applications.append(application)
        if codes:
            faults[application.row_id] = codes
    return applications, faults


def nobody() -> PayungError:
    """Why there is nothing to screen."""
    if still_reading():
        return PayungError("Daftar masih dibaca.", todo="Tunggu sampai selesai dibaca, lalu mulai lagi.")
    if out := kept_out():
        return PayungError(
            f"Belum ada baris yang dapat disaring: {out} daftar menunggu jawaban atau tidak terbaca.",
            todo="Buka halaman Daftar dan jawab pertanyaannya.",
        )
    return PayungError("Belum ada daftar yang dapat disaring.", todo="Unggah daftar dari desa lebih dahulu.")


def deliveries_for(waived: Iterable[str]) -> dict[str, Delivery]:
    """The delivery of each register that a screening uses, in the registers' order; not those it does without."""
    usable, without = usable_deliveries(), set(waived)
    return {name: usable[name] for name in REGISTERS if name in usable and name not in without}


def check_registers(terms: Terms, deliveries: Iterable[Delivery]) -> None:
    """PayungError naming each register that the policy requires and that is missing or too old."""
    wrong = [one for one in gaps(terms.policy, _dated(deliveries), terms.on, terms.waived) if one.required]
    if wrong:
        said = "; ".join(f"{REGISTERS[one.name].title} {one.fault}" for one in wrong)
        raise PayungError(
            f"Register yang wajib menurut aturan {terms.policy.id} belum dapat dipakai: {said}.",
            todo="Masukkan kiriman terbarunya di halaman Register. Kalau memang terpaksa, mulai tanpa register itu "
            "dengan menulis alasannya.",
        )


def notes_of(terms: Terms, deliveries: Iterable[Delivery], reasons: Mapping[str, str]) -> tuple[str, ...]:
    """What the reader of a result should know of its registers."""
    known = list(deliveries)
    left_out = [
        f"Dijalankan tanpa {REGISTERS[name].title}. Alasan: {reason}" for name, reason in reasons.items()
    ]
    silent = [
        f"{REGISTERS[one.name].title} {one.fault}; isinya dianggap belum diketahui."
        for one in gaps(terms.policy, _dated(known), terms.on, terms.waived)
    ]
    said = [f"{REGISTERS[one.register].title}: {note}" for one in known for note in one.notes]
    return (*left_out, *silent, *said)


def _dated(deliveries: Iterable[Delivery]) -> list[_Supplied]:
    return [_Supplied(one.register, one.as_of) for one in deliveries]


def marks_now(waived: Iterable[str]) -> Marks:
    """What the inputs look like now: a few short queries, none of them over rows of lists."""
    lists = sorted(
        live_uploads().values_list("pk", "derived_version", "stops", "failure"), key=lambda one: one[0]
    )
    decided = sorted(
        set(Pair.objects.filter(is_test=False).exclude(verdict="").values_list("key_index", "verdict"))
    )
    marks = {
        LISTS: _mark([lists, screening_row_count()]),
        DECIDED: _mark(decided),
        PAID_BEFORE: _mark([]),
    }
    return marks | {f"{REGISTER}{name}": str(one.pk) for name, one in deliveries_for(waived).items()}


def _mark(said: Any) -> str:
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def parts_now(question: Question, marks: Mapping[str, str], then: Mapping[str, str]) -> dict[str, str]:
    """The parts of a seal as they would be now, for `staleness`: what looks as it did counts as the same.

    `marks` and `then` are those of the screening. What looks otherwise gets its mark, which no part equals.
    """
    now = marks_now(question.waived)
    found = {
        name: then[name] if marks.get(name) == mark and name in then else mark for name, mark in now.items()
    }
    return found | parts_of_terms(question.terms(rules_in_force()))
