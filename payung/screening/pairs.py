"""The links of a screening for whoever keeps them beyond the engine: both fingerprints, what was decided, what is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from payung.engine.engine import Engine
from payung.engine.exchange import listed
from payung.registry.files import COLUMNS
from payung.screening.linkage.linking import fingerprints
from payung.screening.linkage.standardise import quoted
from payung.screening.review import OPEN
from payung.screening.rules import LINK_COLUMNS

PAIR_COLUMNS = (*LINK_COLUMNS, "confirmed", "verdict", "asked", "fingerprint_l", "fingerprint_r")
"""LINK_COLUMNS and: whether the pair needs nobody any more, what a person said (NULL for nothing), whether a person is
asked, and the two fingerprints that a decision is keyed by."""
PAIR_ORDER = ("id_l", "register", "id_r")
RECORD_COLUMNS = ("register", *COLUMNS)
RECORD_ORDER = ("register", "row_id")


def write_pairs(engine: Engine, candidates: str, registers: Mapping[str, str], path: Path) -> None:
    """Write `links` of a screening that is still in the engine, with PAIR_COLUMNS, sorted by PAIR_ORDER.

    `registers` are the tables that were screened against (name to table), in the same order.
    """
    fingerprints(engine, candidates, registers)
    place = " ".join(f"WHEN {quoted(name)} THEN {src}" for src, name in enumerate(registers, start=1))
    links = ", ".join(f"k.{name}" for name in (*LINK_COLUMNS, "confirmed", "verdict"))
    engine.write_parquet(
        f"""
        SELECT {links}, coalesce({OPEN}, false) AS asked, a.fingerprint AS fingerprint_l, b.fingerprint AS fingerprint_r
        FROM (SELECT *, CASE register WHEN '' THEN 0 {place} END AS src_r FROM links) AS k
        JOIN lk_rows AS l ON l.src = 0 AND l.row_id = k.id_l JOIN lk_marks AS a ON a.n = l.n
        JOIN lk_rows AS r ON r.src = k.src_r AND r.row_id = k.id_r JOIN lk_marks AS b ON b.n = r.n
        ORDER BY k.id_l, k.register, k.id_r
        """,
        path,
    )


def write_records(engine: Engine, registers: Mapping[str, str], path: Path) -> None:
    """Write the registers' rows that any link reaches, with RECORD_COLUMNS, sorted by RECORD_ORDER."""
    parts: Sequence[str] = [
        f"SELECT {quoted(name)} AS register, {listed(COLUMNS)} FROM {table} "
        f"WHERE row_id IN (SELECT id_r FROM links WHERE register = {quoted(name)})"
        for name, table in registers.items()
    ]
    if not parts:
        nothing = ", ".join(
            f"cast(NULL as {'integer' if name == 'row' else 'varchar'}) AS {listed([name])}"
            for name in RECORD_COLUMNS
        )
        parts = [f"SELECT {nothing} WHERE 1 = 0"]
    engine.write_parquet(
        f"SELECT * FROM ({' UNION ALL '.join(parts)}) AS u ORDER BY {listed(RECORD_ORDER)}", path
    )
