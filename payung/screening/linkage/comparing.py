"""Step 3: every pair is compared field by field; each comparison is one small integer, a *level*.

Levels are symmetric in the two rows, so that no order of rows can change them. What a level means stands beside it
in `LEVELS`; which word of evidence it gives stands there too.
"""

from __future__ import annotations

from collections.abc import Mapping

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


def _nik() -> str:
    return """
    CASE WHEN a_nik IS NULL OR b_nik IS NULL THEN CASE WHEN a_broken OR b_broken THEN 13 ELSE 0 END
      WHEN a_nik = b_nik THEN CASE WHEN a_valid AND b_valid THEN 1 ELSE 2 END
      WHEN nik_edits = 1 THEN CASE
        WHEN a_nik // 10 = b_nik // 10 THEN CASE WHEN a_nik % 10 = 0 OR b_nik % 10 = 0 THEN 6
          WHEN abs(a_nik - b_nik) = 1 THEN 8 ELSE 5 END
        WHEN a_nik // 10000 = b_nik // 10000 THEN 5
        WHEN length(a_text) = length(b_text) THEN 4 ELSE 7 END
      WHEN nik_edits = 2 AND length(a_text) = length(b_text) AND py_typing_distance(a_text, b_text) = 1 THEN 3
      WHEN abs(a_nik - b_nik) = 1 THEN 8
      WHEN nik_edits = 2 AND a_nik // 10000 <> b_nik // 10000 THEN 9
      WHEN a_nik // 10000 = b_nik // 10000 THEN 10
      WHEN a_nik // 10000 % 1000000 = b_nik // 10000 % 1000000 THEN 11
      ELSE 12 END
    """


def _name() -> str:
    return """
    CASE WHEN x IS NULL THEN 0
      WHEN x = y THEN 1
      WHEN sound_same AND name_edits <= 3 THEN 2
      WHEN name_edits = 1 OR (name_edits = 2 AND py_typing_distance(x, y) = 1)
        THEN CASE WHEN substr(x, 1, least(length(x), length(y)) - 1) = substr(y, 1, least(length(x), length(y)) - 1)
          THEN 4 ELSE 3 END
      WHEN replace(x, ' ', '') = replace(y, ' ', '') THEN 7
      WHEN short_in_long THEN CASE WHEN words_same THEN 7 ELSE 6 END
      WHEN name_edits = 2 AND length(x) >= 6 THEN 5
      WHEN first_same THEN CASE WHEN similarity >= 880 THEN 8 ELSE 9 END
      WHEN last_same THEN 10
      WHEN similarity >= 850 THEN 11
      ELSE 12 END
    """


def _birth() -> str:
    return """
    CASE WHEN a_born IS NULL OR b_born IS NULL THEN 0
      WHEN a_born = b_born THEN 1
      WHEN a_born // 10000 = b_born // 10000 AND a_born % 100 = b_born // 100 % 100
        AND a_born // 100 % 100 = b_born % 100 THEN 2
      WHEN a_born // 100 = b_born // 100 THEN 3
      WHEN a_born // 10000 = b_born // 10000 AND a_born % 100 = b_born % 100 THEN 4
      WHEN a_born % 10000 = b_born % 10000 THEN 5
      WHEN a_born // 10000 = b_born // 10000 AND (a_born % 10000 = 101 OR b_born % 10000 = 101) THEN 6
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


def compare(engine: Engine) -> None:
    """Make `lk_levels(l, r, nik, name, birth, kk, sex, desa, phone, common, list, similarity)`."""
    for sql in compare_sql():
        engine.execute(sql)


def compare_sql() -> tuple[str, ...]:
    """The queries of this step, in order."""
    cheap = """
    CREATE OR REPLACE TABLE lk_joined AS
    SELECT p.l, p.r, a.nik AS a_nik, b.nik AS b_nik, a.nik_valid AS a_valid, b.nik_valid AS b_valid,
      a.nik_broken AS a_broken, b.nik_broken AS b_broken,
      a.born AS a_born, b.born AS b_born,
      least(a.std, b.std) AS x, CASE WHEN a.std IS NULL OR b.std IS NULL THEN NULL ELSE greatest(a.std, b.std) END AS y,
      a.sound_number = b.sound_number AS sound_same, greatest(a.times, b.times) AS times,
      a.kk AS a_kk, b.kk AS b_kk,
      CASE WHEN a.sex IS NULL OR b.sex IS NULL THEN 0 WHEN a.sex = b.sex THEN 1 ELSE 2 END AS sex,
      CASE WHEN a.desa IS NULL OR b.desa IS NULL THEN 0 WHEN a.desa = b.desa THEN 1
        WHEN a.desa < 0 OR b.desa < 0 THEN 0 WHEN a.desa // 10000 = b.desa // 10000 THEN 2 ELSE 3 END AS desa,
      CASE WHEN a.phone IS NULL OR b.phone IS NULL THEN 0 WHEN a.phone = b.phone THEN 1 ELSE 2 END AS phone,
      CASE WHEN b.src = 0 THEN 0 ELSE 1 END AS list
    FROM lk_pairs AS p JOIN lk_rows AS a ON p.l = a.n JOIN lk_rows AS b ON p.r = b.n
    """
    edits = """
    CREATE OR REPLACE TABLE lk_edits AS
    SELECT *, cast(a_nik AS varchar) AS a_text, cast(b_nik AS varchar) AS b_text,
      CASE WHEN a_nik <> b_nik THEN levenshtein(cast(a_nik AS varchar), cast(b_nik AS varchar)) END AS nik_edits,
      CASE WHEN a_kk <> b_kk THEN levenshtein(cast(a_kk AS varchar), cast(b_kk AS varchar)) END AS kk_edits,
      CASE WHEN x <> y THEN levenshtein(x, y) END AS name_edits,
      CASE WHEN x <> y THEN py_name_similarity(x, y) END AS similarity
    FROM lk_joined
    """
    words = f"""
    CREATE OR REPLACE TABLE lk_worded AS
    SELECT *, {_words_in("x", "y")} OR {_words_in("y", "x")} AS short_in_long,
      {_words_in("x", "y")} AND {_words_in("y", "x")} AS words_same,
      split_part(x, ' ', 1) = split_part(y, ' ', 1) AS first_same,
      py_last_word(x) = py_last_word(y) AS last_same
    FROM lk_edits
    """
    levels = f"""
    CREATE OR REPLACE TABLE lk_levels AS
    SELECT l, r, {_nik()} AS nik, {_name()} AS name, {_birth()} AS birth,
      CASE WHEN a_kk IS NULL OR b_kk IS NULL THEN 0 WHEN a_kk = b_kk THEN 1
        WHEN kk_edits = 1 OR (kk_edits = 2 AND py_typing_distance(cast(a_kk AS varchar), cast(b_kk AS varchar)) = 1)
        THEN 2 ELSE 3 END AS kk, sex, desa, phone,
      CASE WHEN times * 100000 < total * 1 THEN 0 WHEN times * 100000 < total * 4 THEN 1
        WHEN times * 100000 < total * 20 THEN 2 ELSE 3 END AS common, list, coalesce(similarity, 1000) AS similarity
    FROM lk_worded CROSS JOIN (SELECT count(*) AS total FROM lk_rows) AS c
    """
    return cheap, edits, words, levels
