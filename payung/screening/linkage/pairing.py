"""Step 2: which pairs are worth comparing. Keys that two rows of one person are likely to share, values too common
to mean anything left out, every pair once.
"""

from __future__ import annotations

from dataclasses import dataclass

from payung.engine.engine import Engine

_UNORDERED = (
    "(born // 10000 * 10000 + least(born // 100 % 100, born % 100) * 100 "
    "+ greatest(born // 100 % 100, born % 100))"
)


@dataclass(frozen=True, slots=True)
class Key:
    """One key: an integer expression over `lk_keyed`, and how many rows may share a value before it is dropped."""

    name: str
    expression: str
    cap: int


KEYS = (
    Key("nik", "nik", 30),
    Key("nik12", "CASE WHEN nik >= 1000000000000000 THEN nik // 10000 END", 60),
    Key("born_sound", f"{_UNORDERED} * 100000 + sound3", 60),
    Key("born_desa", f"{_UNORDERED} * 10000000000 + desa", 60),
    Key("kk_letter", "kk * 32 + letter", 60),
    Key("sound_desa", "sound_number * 10000000000 + desa", 30),
)


def pair(engine: Engine) -> None:
    """Make `lk_pairs(l, r)`: numbers of rows, `l` a candidate, `r` a later candidate or a register's row."""
    for sql in pairs_sql():
        engine.execute(sql)


def pairs_sql() -> tuple[str, ...]:
    """The queries that make the pairs, in order."""
    queries = [
        """
        CREATE OR REPLACE TABLE lk_keyed AS
        SELECT n, src, nik, kk, cast(born as bigint) AS born, desa, letter, sound3, sound_number FROM lk_rows
        """
    ]
    found = []
    for key in KEYS:
        queries.append(
            f"CREATE OR REPLACE TABLE lk_key_{key.name} AS SELECT n, src, {key.expression} AS k FROM lk_keyed "
            f"WHERE {key.expression} IS NOT NULL"
        )
        queries.append(
            f"CREATE OR REPLACE TABLE lk_common_{key.name} AS SELECT k FROM lk_key_{key.name} GROUP BY k "
            f"HAVING count(*) > {key.cap}"
        )
        found.append(
            f"SELECT a.n AS l, b.n AS r FROM lk_key_{key.name} AS a JOIN lk_key_{key.name} AS b ON a.k = b.k "
            f"WHERE a.src = 0 AND (b.src > 0 OR a.n < b.n) AND a.k NOT IN (SELECT k FROM lk_common_{key.name})"
        )
    queries.append(
        f"CREATE OR REPLACE TABLE lk_pairs AS SELECT DISTINCT l, r FROM ({' UNION ALL '.join(found)}) AS u"
    )
    return tuple(queries)
