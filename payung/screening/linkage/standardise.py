"""Step 1: candidates and registers become one table of integers, `lk_rows`, and one of names, `lk_names`.

Whatever is compared later is compared as integers: row numbers, NIK, KK, phone, dates as yyyymmdd, desa codes and
numbers of distinct names. Names are cleaned once per distinct text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from payung.core import dates, names, nik, region
from payung.engine.engine import Engine

FIELDS = ("row_id", "nik", "kk", "name", "birth_on", "sex", "desa", "phone")
"""What linking reads of a table; a column that is absent counts as empty everywhere."""


def columns_of(engine: Engine, table: str) -> frozenset[str]:
    """The names of a table's columns."""
    found = engine.rows("SELECT column_name FROM information_schema.columns WHERE table_name = ?", (table,))
    return frozenset(str(name) for (name,) in found)


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A table's or column's name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def standardise(engine: Engine, candidates: str, registers: Mapping[str, str]) -> None:
    """Make `lk_rows`, `lk_ids` and `lk_names` from the tables of texts.

    `lk_rows(n, src, nik, nik_valid, kk, name, born, sex, desa, phone)`: `n` counts all rows, candidates first;
    `src` is 0 for candidates, then the register's number; `lk_ids(n, src, row_id)` gives the ids back.
    """
    tables = [candidates, *registers.values()]
    texts = _texts(engine, tables)
    _names(engine, texts)
    _dates(engine, texts)
    _desa(engine, texts)
    engine.execute(rows_sql(texts))


def _texts(engine: Engine, tables: Sequence[str]) -> list[str]:
    """One query for each table: `n, src` and the fields as they were written."""
    queries, before = [], 0
    for src, table in enumerate(tables):
        have = columns_of(engine, table)
        chosen = ", ".join(
            f"cast(t.{field} as varchar) AS {field}" if field in have else f"cast(NULL as varchar) AS {field}"
            for field in FIELDS
        )
        queries.append(
            f"SELECT py_row_of(t) + {before} AS n, {src} AS src, {chosen} FROM {identifier(table)} AS t"
        )
        before += int(engine.rows(f"SELECT count(*) FROM {identifier(table)}")[0][0])
    return queries


def _union(texts: Sequence[str], chosen: str) -> str:
    return " UNION ALL ".join(f"SELECT {chosen} FROM ({text}) AS t{at}" for at, text in enumerate(texts))


_THREE = (
    "(ascii(substr(sound, 1, 1)) % 32 * 32 + ascii(substr(sound || '  ', 2, 1)) % 32) * 32 "
    "+ ascii(substr(sound || '  ', 3, 1)) % 32"
)
"""The first three letters of a sound as one number."""


def _names(engine: Engine, texts: Sequence[str]) -> None:
    """`lk_spelled(name, std)` by written text, `lk_names(name, std, sound, …)` by distinct standard form."""
    for sql in names_sql(texts):
        engine.execute(sql)


def names_sql(texts: Sequence[str]) -> tuple[str, ...]:
    """The queries that clean names, in order."""
    return (
        f"""
        CREATE OR REPLACE TABLE lk_spelled AS
        SELECT name, times, {names.standard_sql("name")} AS std
        FROM (SELECT name, count(*) AS times FROM ({_union(texts, "name")}) AS u
              WHERE name IS NOT NULL GROUP BY name) AS d
        """,
        "CREATE OR REPLACE TABLE lk_standard AS SELECT std, cast(sum(times) as bigint) AS times FROM lk_spelled "
        "WHERE std <> '' GROUP BY std",
        f"""
        CREATE OR REPLACE TABLE lk_names AS
        SELECT py_row_of(s) AS name, std, times, {names.sound_sql("std")} AS sound FROM lk_standard AS s
        """,
        f"""
        CREATE OR REPLACE TABLE lk_sounds AS
        SELECT n.name, n.std, n.times, ascii(n.std) % 32 AS letter,
          CASE WHEN sound <> '' THEN cast({_THREE} as bigint) END AS sound3,
          min(n.name) OVER (PARTITION BY n.sound) AS sound_number
        FROM lk_names AS n
        """,
    )


ISO_DAY = "^(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}$"


def _dates(engine: Engine, texts: Sequence[str]) -> None:
    """`lk_days(text, born)`: what the unusual ways to write a date mean, read once per distinct text."""
    unusual = engine.rows(
        f"SELECT DISTINCT birth_on FROM ({_union(texts, 'birth_on')}) AS u "
        f"WHERE birth_on IS NOT NULL AND NOT py_matches(birth_on, {quoted(ISO_DAY)})"
    )
    read = []
    for (text,) in unusual:
        value = dates.parse_date(text).value
        if value is not None:
            read.append((text, value.year * 10000 + value.month * 100 + value.day))
    engine.load("lk_days", {"text": "VARCHAR", "born": "INTEGER"}, read)


def _desa(engine: Engine, texts: Sequence[str]) -> None:
    """`lk_places(text, desa)`: the number of every way in which a desa is written."""
    written = [
        str(text)
        for (text,) in engine.rows(
            f"SELECT DISTINCT desa FROM ({_union(texts, 'desa')}) AS u WHERE desa IS NOT NULL"
        )
    ]
    engine.load("lk_places", {"text": "VARCHAR", "desa": "BIGINT"}, places(written))


def places(written: Sequence[str]) -> list[tuple[str, int]]:
    """Text to desa code as a number; a name that no code is found for gets a negative number of its own.

    Names are looked up in the regency that most of the codes among `written` belong to.
    """
    codes = {text: digits for text in written if (digits := text.replace(".", "").strip()).isdigit()}
    found = [(text, int(code)) for text, code in codes.items() if 6 <= len(code) <= 10]
    others = sorted(set(written) - codes.keys())
    if not others:
        return found
    regencies = Counter(code[:4] for code in codes.values() if len(code) == 10)
    home = min(regencies, key=lambda code: (-regencies[code], code)) if regencies else ""
    unknown: dict[str, int] = {}
    for text in others:
        known = region.find_desa(text, home) if home else ()
        if len(known) == 1:
            found.append((text, int(known[0].code.replace(".", ""))))
        elif key := "".join(text.casefold().split()):
            found.append((text, unknown.setdefault(key, -1 - len(unknown))))
    return found


# What people put between the digits of a number, and the letters that look like digits.
_BETWEEN = nik.SEPARATORS.replace("'", "''")
_SIXTEEN = "^[0-9]{16}$"


def clean_sql(column: str) -> str:
    """SQL for `payung.core.nik.clean` of a text column."""
    outer = "^[\\s\u00a0]+|[\\s\u00a0]+$"
    text = f"py_replace_all({column}, '{outer}', '')"
    bare = f"py_replace_all({text}, '^[''`\u2018\u2019]+|[''`\u2018\u2019]+$', '')"
    decimals = f"CASE WHEN py_matches({bare}, '^[0-9]{{9,}}[.,]0+$') THEN py_replace_all({bare}, '[.,]0+$', '') ELSE {text} END"
    scientific = "^[+]?[0-9](?:[.,][0-9]+)?[eE][+]?[0-9]{1,2}$"
    return (
        f"CASE WHEN py_matches({column}, '{_SIXTEEN}') THEN {column} "
        f"WHEN py_matches({decimals}, '{scientific}') THEN replace(upper({decimals}), ',', '.') "
        f"ELSE py_replace_all({decimals}, '{_BETWEEN}', '') END"
    )


def digits_sql(cleaned: str) -> str:
    """SQL for the number in a cleaned text, letters that look like digits read as such; NULL for no number."""
    plain = f"translate({cleaned}, 'OoIl', '0011')"
    return f"CASE WHEN py_matches({plain}, '^[0-9]{{11,18}}$') THEN py_number({plain}) END"


def rows_sql(texts: Sequence[str]) -> str:
    """The query that makes `lk_rows`."""
    birth = (
        f"CASE WHEN py_matches(t.birth_on, {quoted(ISO_DAY)}) THEN CASE WHEN py_day(t.birth_on) IS NOT NULL "
        "THEN py_number(replace(t.birth_on, '-', '')) END ELSE d.born END"
    )
    phone = "py_number(py_replace_all(py_replace_all(t.phone, '[^0-9]+', ''), '^(62|0)+', ''))"
    inner = " UNION ALL ".join(
        f"SELECT n, src, row_id, {clean_sql('nik')} AS nik, {clean_sql('kk')} AS kk, name, birth_on, sex, desa, phone "
        f"FROM ({text}) AS t{at}"
        for at, text in enumerate(texts)
    )
    return f"""
    CREATE OR REPLACE TABLE lk_rows AS
    SELECT t.n, t.src, t.row_id,
      {digits_sql("t.nik")} AS nik,
      coalesce({nik.valid_sql("t.nik")}, false) AS nik_valid,
      {digits_sql("t.kk")} AS kk,
      {digits_sql("t.nik")} IS NULL AND t.nik IS NOT NULL AS nik_broken,
      w.name AS name, w.std AS std, w.times AS times, w.sound_number AS sound_number, w.letter AS letter,
      w.sound3 AS sound3,
      cast({birth} as integer) AS born,
      CASE upper(substr(trim(t.sex), 1, 1)) WHEN 'L' THEN 1 WHEN 'P' THEN 2 WHEN 'M' THEN 1 WHEN 'W' THEN 2
        WHEN 'F' THEN 2 END AS sex,
      p.desa AS desa,
      {phone} AS phone
    FROM ({inner}) AS t
    LEFT JOIN lk_spelled AS s ON t.name = s.name
    LEFT JOIN lk_sounds AS w ON s.std = w.std
    LEFT JOIN lk_days AS d ON t.birth_on = d.text
    LEFT JOIN lk_places AS p ON t.desa = p.text
    """
