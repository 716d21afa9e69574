"""Step 3: every pair is compared field by field; each comparison is one small integer, a *level*.

Levels are symmetric in the two rows, so that no order of rows can change them. What a level means stands beside it
in `LEVELS`; which word of evidence it gives stands there too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from payung.engine.engine import Engine

LEVELS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "nik": (
        ("missing", "missing"),
        ("same", "same"),
        ("same, but no valid number", "invalid"),
        ("neighbours swapped", "swap"),
        ("one digit of the first twelve", "digit"),
        ("one digit of the serial", "digit"),
        ("the last digit, which is 0 in one", "digit"),
        ("one digit more or less", "length"),
        ("serials next to each other, as twins have", "birth_part"),
        ("two digits", "two"),
        ("another serial", "birth_part"),
        ("same birth part, another district", "other"),
        ("other", "other"),
        ("no number to compare", "invalid"),
    ),
    "name": (
        ("missing", "missing"),
        ("same", "same"),
        ("same sound", "sound"),
        ("one letter", "typing"),
        ("one letter, at the end", "typing"),
        ("two letters", "typing"),
        ("some words are missing or initials", "part"),
        ("same words in another order or joined", "part"),
        ("first word same, the others similar", "near"),
        ("first word same, the others not", "other"),
        ("last word same", "other"),
        ("similar", "near"),
        ("other", "other"),
    ),
    "birth": (
        ("missing", "missing"),
        ("same", "same"),
        ("day and month swapped", "swap"),
        ("same month and year", "part"),
        ("same day and year", "part"),
        ("same day and month", "part"),
        ("same year, 1 January in one", "other"),
        ("other", "other"),
    ),
    "kk": (("missing", "missing"), ("same", "same"), ("one digit", "typing"), ("other", "other")),
    "sex": (("missing", "missing"), ("same", "same"), ("other", "other")),
    "desa": (("missing", "missing"), ("same", "same"), ("same district", "district"), ("other", "other")),
    "phone": (("missing", "missing"), ("same", "same"), ("other", "other")),
    "common": (
        ("rare", ""),
        ("uncommon", ""),
        ("common", ""),
        ("very common", ""),
    ),
    "list": (("within the lists", ""), ("list and register", "")),
}
"""Comparison to its levels in order: what each means, and the evidence value that it is shown as."""


GATE: Mapping[str, str] = {
    "g_nik": "CASE WHEN a_nik IS NULL OR b_nik IS NULL THEN 0 WHEN a_nik = b_nik THEN 1 "
    "WHEN a_nik // 10000 = b_nik // 10000 THEN 2 ELSE 3 END",
    "g_name": "CASE WHEN x IS NULL OR y IS NULL THEN 0 WHEN sound_same THEN 1 WHEN similarity >= 900 THEN 2 "
    "WHEN similarity >= 800 THEN 3 WHEN similarity >= 700 THEN 4 WHEN similarity >= 600 THEN 5 "
    "WHEN similarity >= 500 THEN 6 ELSE 7 END",
    "birth": "birth",
    "g_kk": "CASE WHEN a_kk IS NULL OR b_kk IS NULL THEN 0 WHEN a_kk = b_kk THEN 1 ELSE 2 END",
    "sex": "sex",
    "desa": "desa",
    "phone": "phone",
}
"""What can be compared cheaply, as levels: enough to drop most pairs before the slow comparisons."""

_NIK = """
    CASE WHEN a_nik IS NULL OR b_nik IS NULL THEN CASE WHEN broken THEN 13 ELSE 0 END
      WHEN a_nik = b_nik THEN CASE WHEN both_valid THEN 1 ELSE 2 END
      WHEN nik_edits = 1 THEN CASE
        WHEN a_nik // 10 = b_nik // 10 THEN CASE WHEN a_nik % 10 = 0 OR b_nik % 10 = 0 THEN 6
          WHEN abs(a_nik - b_nik) = 1 THEN 8 ELSE 5 END
        WHEN a_nik // 10000 = b_nik // 10000 THEN 5
        WHEN length(cast(a_nik AS varchar)) = length(cast(b_nik AS varchar)) THEN 4 ELSE 7 END
      WHEN nik_edits = 2 AND py_typing_distance(cast(a_nik AS varchar), cast(b_nik AS varchar)) = 1 THEN 3
      WHEN abs(a_nik - b_nik) = 1 THEN 8
      WHEN nik_edits = 2 AND a_nik // 10000 <> b_nik // 10000 THEN 9
      WHEN a_nik // 10000 = b_nik // 10000 THEN 10
      WHEN a_nik // 10000 % 1000000 = b_nik // 10000 % 1000000 THEN 11
      ELSE 12 END
    """

_NAME = """
    CASE WHEN x IS NULL OR y IS NULL THEN 0
      WHEN x = y THEN 1
      WHEN sound_same AND name_edits <= 3 THEN 2
      WHEN name_edits = 1 OR (name_edits = 2 AND py_typing_distance(x, y) = 1)
        THEN CASE WHEN substr(x, 1, least(length(x), length(y)) - 1) = substr(y, 1, least(length(x), length(y)) - 1)
          THEN 4 ELSE 3 END
      WHEN replace(x, ' ', '') = replace(y, ' ', '') THEN 7
      WHEN x_in_y AND y_in_x THEN 7
      WHEN x_in_y OR y_in_x THEN 6
      WHEN name_edits = 2 AND length(x) >= 6 THEN 5
      WHEN split_part(x, ' ', 1) = split_part(y, ' ', 1) THEN CASE WHEN similarity >= 880 THEN 8 ELSE 9 END
      WHEN py_last_word(x) = py_last_word(y) THEN 10
      WHEN similarity >= 850 THEN 11
      ELSE 12 END
    """

_BIRTH = """
    CASE WHEN a.born IS NULL OR b.born IS NULL THEN 0
      WHEN a.born = b.born THEN 1
      WHEN a.born // 10000 = b.born // 10000 THEN CASE
        WHEN a.born % 100 = b.born // 100 % 100 AND a.born // 100 % 100 = b.born % 100 THEN 2
        WHEN a.born // 100 = b.born // 100 THEN 3
        WHEN a.born % 100 = b.born % 100 THEN 4
        WHEN a.born % 10000 = 101 OR b.born % 10000 = 101 THEN 6
        ELSE 7 END
      WHEN a.born % 10000 = b.born % 10000 THEN 5
      ELSE 7 END
    """


_WORDS = 4


def _words_in(one: str, other: str) -> str:
    """Every word of `one`, or its initial, stands in `other`."""
    tests = []
    for at in range(1, _WORDS + 1):
        word = f"split_part({one}, ' ', {at})"
        tests.append(
            f"({word} = '' OR strpos(' ' || {other} || ' ', ' ' || {word} || "
            f"CASE WHEN length({word}) = 1 THEN '' ELSE ' ' END) > 0)"
        )
    return "(" + " AND ".join(tests) + ")"


def compare(engine: Engine, gate: Gate | None) -> None:
    """Make `lk_levels(l, r, …)` with a column for each of `LEVELS`, for the pairs that pass the gate.

    Without a gate every pair is compared, and the gate's own levels are kept too: that is for learning.
    """
    for sql in compare_sql(gate):
        engine.execute(sql)


@dataclass(frozen=True, slots=True)
class Gate:
    """Points (milli-bits) by level of `GATE`; a pair below `least` is not worth a closer look."""

    points: Mapping[str, Mapping[int, int]]
    least: int


def compare_sql(gate: Gate | None) -> tuple[str, ...]:
    """The queries of this step, in order."""
    joined = f"""
    SELECT p.l, p.r, a.nik AS a_nik, b.nik AS b_nik, a.nik_valid AND b.nik_valid AS both_valid,
      a.nik_broken OR b.nik_broken AS broken, a.kk AS a_kk, b.kk AS b_kk, {_BIRTH} AS birth,
      CASE WHEN a.std <= b.std THEN a.std ELSE b.std END AS x, CASE WHEN a.std <= b.std THEN b.std ELSE a.std END AS y,
      coalesce(a.sound_number = b.sound_number, false) AS sound_same, greatest(a.times, b.times) AS times,
      CASE WHEN a.name <> b.name THEN py_name_similarity(least(a.std, b.std), greatest(a.std, b.std))
        ELSE 1000 END AS similarity,
      CASE WHEN a.sex IS NULL OR b.sex IS NULL THEN 0 WHEN a.sex = b.sex THEN 1 ELSE 2 END AS sex,
      CASE WHEN a.desa IS NULL OR b.desa IS NULL THEN 0 WHEN a.desa = b.desa THEN 1
        WHEN a.desa < 0 OR b.desa < 0 THEN 0 WHEN a.desa // 10000 = b.desa // 10000 THEN 2 ELSE 3 END AS desa,
      CASE WHEN a.phone IS NULL OR b.phone IS NULL THEN 0 WHEN a.phone = b.phone THEN 1 ELSE 2 END AS phone,
      CASE WHEN b.src = 0 THEN 0 ELSE 1 END AS list
    FROM lk_pairs AS p JOIN lk_rows AS a ON p.l = a.n JOIN lk_rows AS b ON p.r = b.n
    """
    passed = f" WHERE {_points(gate)} >= {gate.least}" if gate else ""
    near = f"CREATE OR REPLACE TABLE lk_near AS SELECT * FROM ({joined}) AS j{passed}"
    # The words of names are only looked at where neither spelling nor sound has said enough.
    unclear = "x <> y AND NOT (sound_same AND name_edits <= 3) AND name_edits > 1"
    kept = (
        "".join(f", {sql} AS {name}" for name, sql in GATE.items() if name.startswith("g_"))
        if not gate
        else ""
    )
    levels = f"""
    CREATE OR REPLACE TABLE lk_levels AS
    SELECT l, r, {_NIK} AS nik, {_NAME} AS name, birth,
      CASE WHEN a_kk IS NULL OR b_kk IS NULL THEN 0 WHEN a_kk = b_kk THEN 1
        WHEN kk_edits = 1 OR (kk_edits = 2 AND py_typing_distance(cast(a_kk AS varchar), cast(b_kk AS varchar)) = 1)
        THEN 2 ELSE 3 END AS kk, sex, desa, phone,
      CASE WHEN coalesce(times, 0) <= 2 OR times * 100000 < total THEN 0
        WHEN times <= 4 OR times * 100000 < total * 4 THEN 1
        WHEN times <= 8 OR times * 100000 < total * 20 THEN 2 ELSE 3 END AS common, list{kept}
    FROM (SELECT *, CASE WHEN {unclear} THEN {_words_in("x", "y")} ELSE false END AS x_in_y,
            CASE WHEN {unclear} THEN {_words_in("y", "x")} ELSE false END AS y_in_x
          FROM (SELECT *,
              CASE WHEN a_nik <> b_nik THEN levenshtein(cast(a_nik AS varchar), cast(b_nik AS varchar)) END AS nik_edits,
              CASE WHEN a_kk <> b_kk THEN levenshtein(cast(a_kk AS varchar), cast(b_kk AS varchar)) END AS kk_edits,
              CASE WHEN x <> y THEN levenshtein(x, y) END AS name_edits
            FROM lk_near) AS e) AS w
    CROSS JOIN (SELECT count(*) AS total FROM lk_rows) AS c
    """
    return near, levels


def _points(gate: Gate) -> str:
    cases = []
    for name, points in gate.points.items():
        whens = " ".join(f"WHEN {level} THEN {milli}" for level, milli in sorted(points.items()))
        cases.append(f"CASE {GATE[name]} {whens} ELSE 0 END")
    return " + ".join(cases)
