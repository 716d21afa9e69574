"""Decide the pairs that screening asks about as a person who knows everybody would: from the truth."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from payung.core.errors import PayungError
from payung.engine.engine import Engine
from payung.screening.decisions import fingerprint_of, pair_key, write_decisions
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


def decide(
    engine: Engine,
    links: Path,
    applications: Path,
    snapshots: Mapping[str, Path],
    truth: Path,
    out: Path,
) -> Decided:
    """Write a decisions file for every pair that is *certain* or in *review*.

    `links` and `applications` are the Parquet files of a run, `snapshots` the registers as read (by name),
    `truth` the truth folder of the demo regency. A pair of rows whose person the truth does not know is an
    error: the truth belongs to other lists.
    """
    people = read_truth(truth)
    engine.read("demo_links", links)
    pairs = engine.rows(
        "SELECT id_l, register, id_r FROM demo_links WHERE outcome IN ('certain', 'review') "
        "ORDER BY id_l, register, id_r"
    )
    prints: dict[tuple[str, str], str] = {}
    for register, path in {"": applications, **snapshots}.items():
        _read_prints(engine, register, path, prints)
    decided: dict[tuple[str, str], Verdict] = {}
    for left, register, right in pairs:
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


def _read_prints(engine: Engine, register: str, path: Path, prints: dict[tuple[str, str], str]) -> None:
    """Fingerprints of the rows that occur in an undecided pair, by register and row id."""
    table = f"demo_side_{register or 'lists'}"
    engine.read(table, path)
    wanted = (
        "SELECT id_r FROM demo_links WHERE register = ? AND outcome IN ('certain', 'review')"
        if register
        else "SELECT id_l FROM demo_links UNION SELECT id_r FROM demo_links WHERE register = ''"
    )
    desa = "desa" if register else "desa_code"
    query = (
        f"SELECT row_id, nik, name, cast(birth_on as varchar) AS birth, sex, {desa} FROM {table} "
        f"WHERE row_id IN ({wanted})"
    )
    for row_id, *identity in engine.rows(query, (register,) if register else ()):
        prints[register, row_id] = fingerprint_of(*identity)
