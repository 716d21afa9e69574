"""Decide the pairs that screening asks about as a person who knows everybody would: from the truth."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from payung.core.errors import PayungError
from payung.engine.engine import Engine
from payung.screening.decisions import fingerprint_of, pair_key, write_decisions
from payung.screening.review import OPEN
from payung.screening.rules import PairDecision, Verdict


@dataclass(frozen=True, slots=True)
class Decided:
    """How many pairs were decided, and how."""

    same: int
    different: int


def read_truth(truth: Path) -> dict[tuple[str, str], str]:
    """The true person of each row: (register, row id) to person id; register is empty for the lists."""
    people: dict[tuple[str, str], str] = {}
    for name in ("baris.csv", "register.csv"):
        with (truth / name).open(encoding="utf-8", newline="") as source:
            for row in csv.DictReader(source):
                people[row.get("register", ""), row["row_id"]] = row["person_id"]
    return people


def decide(engine: Engine, registers: Mapping[str, str], truth: Path, out: Path) -> Decided:
    """Write a decisions file for every open pair of a screening that is still in the engine.

    The engine holds `links`, `persons`, `applications` (with `fingerprint`) and the tables of `registers` (by name); `truth` is
    the truth folder of the demo regency. A pair of rows whose person the truth does not know is an error: the truth
    belongs to other lists.
    """
    people = read_truth(truth)
    prints = _prints(engine, registers)
    decided: dict[tuple[str, str], Verdict] = {}
    for left, register, right in engine.rows(
        f"SELECT id_l, register, id_r FROM links WHERE {OPEN} ORDER BY id_l, register, id_r"
    ):
        own, other = people.get(("", left)), people.get((register, right))
        if own is None or other is None:
            raise PayungError(
                f"Kunci kebenaran tidak mengenal baris {right if own else left}.",
                todo="Pakai folder kebenaran dari pembuatan data contoh yang sama.",
            )
        verdict = Verdict.SAME if own == other else Verdict.DIFFERENT
        one = PairDecision(prints["", left], prints[register, right], verdict)
        # Rows too poor to tell people apart share a fingerprint: what is true of one pair is not of the other.
        if decided.setdefault(pair_key(one), verdict) is not verdict:
            decided[pair_key(one)] = Verdict.ASK_RT
    write_decisions((PairDecision(*pair, verdict) for pair, verdict in decided.items()), out)
    same = sum(verdict is Verdict.SAME for verdict in decided.values())
    different = sum(verdict is Verdict.DIFFERENT for verdict in decided.values())
    return Decided(same, different)


def _prints(engine: Engine, registers: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """Fingerprints of the rows that occur in an open pair, by register and row id."""
    lists = f"SELECT id_l FROM links WHERE {OPEN} UNION SELECT id_r FROM links WHERE {OPEN} AND register = ''"
    prints = {
        ("", row_id): mark
        for row_id, mark in engine.rows(
            f"SELECT row_id, fingerprint FROM applications WHERE row_id IN ({lists})"
        )
    }
    for register, table in registers.items():
        query = (
            f"SELECT row_id, nik, name, cast(birth_on as varchar), sex, desa FROM {table} "
            f"WHERE row_id IN (SELECT id_r FROM links WHERE {OPEN} AND register = ?)"
        )
        for row_id, *identity in engine.rows(query, (register,)):
            prints[register, row_id] = fingerprint_of(*identity)
    return prints
