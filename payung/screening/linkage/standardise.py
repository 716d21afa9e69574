"""Step 1: candidates and registers become one table of integers, `lk_rows`, and one of names, `lk_names`.

Whatever is compared later is compared as integers: row numbers, NIK, KK, phone, dates as yyyymmdd, desa codes and
numbers of distinct names. Names are cleaned once per distinct text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

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
    """Make `lk_rows` from the tables of texts.

    `lk_rows(n, src, row_id, nik, nik_valid, nik_broken, kk, born, sex, desa, phone, name, std, times, letter, sound_number)`: `n` counts all rows, candidates first; `src` is 0 for candidates, then the register's number;
    `name` and `sound_number` number distinct names and sounds; `times` is how many rows bear the name.
    """
    texts = _texts(engine, [candidates, *registers.values()])
    for sql in names_sql(texts):
        engine.execute(sql)
    _dates(engine, texts)
    _desa(engine, texts)
    engine.execute(rows_sql(texts))


def first_numbers(engine: Engine, tables: Sequence[str]) -> list[int]:
    """The number `n` of each table's first row."""
    starts = [0]
    for table in tables:
        starts.append(starts[-1] + int(engine.rows(f"SELECT count(*) FROM {identifier(table)}")[0][0]))
    return starts[:-1]


def _texts(engine: Engine, tables: Sequence[str]) -> list[str]:
    """One query for each table: `n, src` and the fields as they were written."""
    queries = []
    for src, (table, start) in enumerate(zip(tables, first_numbers(engine, tables), strict=True)):
        have = columns_of(engine, table)
        chosen = ", ".join(
            f"nullif(cast(t.{field} as varchar), '') AS {field}"
            if field in have
            else f"cast(NULL as varchar) AS {field}"
            for field in FIELDS
        )
        queries.append(
            f"SELECT py_row_of(t) + {start} AS n, {src} AS src, {chosen} FROM {identifier(table)} AS t"
        )
    return queries


def _union(texts: Sequence[str], chosen: str) -> str:
    return " UNION ALL ".join(f"SELECT {chosen} FROM ({text}) AS t{at}" for at, text in enumerate(texts))


_NOT_STANDARD = "|".join(f"(?:{pattern})" for pattern, _ in names.STANDARD_RULES)
"""What no rule of the standard form finds anything in is in that form: most names, at a tenth of the time."""


def names_sql(texts: Sequence[str]) -> tuple[str, ...]:
    """The queries that make `lk_names`, one row a written name, in order. Names are cleaned once per distinct text."""
    return (
        f"""
        CREATE OR REPLACE TABLE lk_spelled AS
        SELECT written, times,
          CASE WHEN py_matches(written, {quoted(_NOT_STANDARD)}) THEN {names.standard_sql("written")} ELSE written END AS std
        FROM (SELECT name AS written, count(*) AS times FROM ({_union(texts, "name")}) AS u
              WHERE name IS NOT NULL GROUP BY name) AS d
        """,
        """
        CREATE OR REPLACE TABLE lk_standard AS
        SELECT std, cast(sum(times) as bigint) AS times FROM lk_spelled WHERE std <> '' GROUP BY std
        """,
        f"""
        CREATE OR REPLACE TABLE lk_sounds AS
        SELECT py_row_of(s) AS name, std, times, {names.sound_sql("std")} AS sound FROM lk_standard AS s
        """,
        """
        CREATE OR REPLACE TABLE lk_names AS
        SELECT w.written, n.name, n.std, n.times, ascii(n.std) % 32 AS letter, g.sound_number
        FROM lk_spelled AS w JOIN lk_sounds AS n ON w.std = n.std
        JOIN (SELECT sound, min(name) AS sound_number FROM lk_sounds GROUP BY sound) AS g ON n.sound = g.sound
        """,
    )


_DAY_FIRST = "^[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ][0-9]{4}$"
_SHORT_YEAR = "^[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ][0-9]{2}$"


def day_sql(column: str) -> str:
    """SQL for the day in a text as yyyymmdd: yyyy-mm-dd, dd-mm-yyyy or Excel's serial; NULL for anything else."""
    parts = f"translate({column}, '/. ', '---')"
    turned = (
        f"py_day(split_part({parts}, '-', 3) || '-' || lpad(split_part({parts}, '-', 2), 2, '0') || '-' "
        f"|| lpad(split_part({parts}, '-', 1), 2, '0'))"
    )
    day = (
        f"CASE WHEN {column} LIKE '____-__-__' THEN py_day({column}) "
        f"WHEN py_matches({column}, '{_DAY_FIRST}') THEN {turned} "
        f"WHEN py_matches({column}, '^[0-9]{{5}}$') "
        f"THEN py_plus_days(cast('1899-12-30' as date), py_number({column})) END"
    )
    number = f"(year({day}) * 10000 + month({day}) * 100 + day({day}))"
    return f"CASE WHEN {number} >= 19000101 THEN {number} END"


def _dates(engine: Engine, texts: Sequence[str]) -> None:
    """`lk_days(text, born)`: what each way to write a date means; each is read once."""
    engine.execute(
        f"CREATE OR REPLACE TABLE lk_written_days AS SELECT birth_on AS text FROM ({_union(texts, 'birth_on')}) AS u "
        "WHERE birth_on IS NOT NULL GROUP BY birth_on"
    )
    engine.execute(
        f"CREATE OR REPLACE TABLE lk_easy_days AS SELECT text, {day_sql('text')} AS born FROM lk_written_days"
    )
    unusual = engine.rows(
        "SELECT text FROM lk_easy_days WHERE born IS NULL "
        # A year of two digits may mean two centuries; only 29 February 1900 did not exist.
        f"AND (text LIKE '29%' OR NOT py_matches(text, '{_SHORT_YEAR}'))"
    )
    engine.load(
        "lk_read_days", {"text": "VARCHAR", "born": "INTEGER"}, read_days(text for (text,) in unusual)
    )
    engine.execute(
        "CREATE OR REPLACE TABLE lk_days AS SELECT text, cast(born as integer) AS born FROM lk_easy_days "
        "WHERE born IS NOT NULL UNION ALL SELECT text, born FROM lk_read_days"
    )


def read_days(texts: Iterable[str]) -> list[tuple[str, int]]:
    """Each text that `core.dates` reads in one way, with its day as yyyymmdd."""
    return [
        (text, value.year * 10000 + value.month * 100 + value.day)
        for text in texts
        if (value := dates.parse_date(text).value)
    ]


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


# What people put between the digits of a number, as a class of a regular expression.
_BETWEEN = nik.SEPARATORS.replace("'", "''")
_BLANK = "[\\s\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\u0085\u001c-\u001f]+"
_QUOTES = "[''`\u2018\u2019]*"


def clean_sql(column: str) -> str:
    """SQL for `payung.core.nik.clean` of a text column."""
    text = f"py_replace_all({column}, '^{_BLANK}|{_BLANK}$', '')"
    decimals = f"py_matches({text}, '^{_QUOTES}[0-9]{{9,}}[.,]0+$')"
    scientific = f"py_matches({text}, '^[+]?[0-9](?:[.,][0-9]+)?[eE][+]?[0-9]{{1,2}}$')"
    return (
        f"CASE WHEN py_matches({column}, '^[0-9]{{16}}$') THEN {column} "
        f"WHEN {decimals} THEN py_replace_all(py_replace_all({text}, '[.,]0+$', ''), '{_BETWEEN}', '') "
        f"WHEN {scientific} THEN replace(upper({text}), ',', '.') "
        f"ELSE py_replace_all({text}, '{_BETWEEN}', '') END"
    )


def digits_sql(cleaned: str) -> str:
    """SQL for the number in a cleaned text, letters that look like digits read as such; NULL for no number."""
    plain = f"translate({cleaned}, 'OoIl', '0011')"
    return f"CASE WHEN py_matches({plain}, '^[0-9]{{11,18}}$') THEN py_number({plain}) END"


def phone_sql(column: str) -> str:
    """SQL for a phone number without +62 or its leading zero."""
    digits = f"py_replace_all({column}, '[^0-9]+', '')"
    return (
        f"CASE WHEN py_matches({column}, '^08[0-9]{{6,14}}$') THEN py_number({column}) "
        f"ELSE py_number(py_replace_all({digits}, '^(62|0)+', '')) END"
    )


def rows_sql(texts: Sequence[str]) -> str:
    """The query that makes `lk_rows`. Most numbers are plain digits; the others are cleaned apart, because that is slow."""
    plain = "py_matches({0}, '^[1-9][0-9]{{15}}$')"
    selected = " UNION ALL ".join(
        f"SELECT *, {nik.valid_sql('nik')} AS nik_fine, {plain.format('kk')} AS kk_plain FROM ({text}) AS t{at}"
        for at, text in enumerate(texts)
    )
    cleaned = f"""
    SELECT *, CASE WHEN NOT nik_fine THEN {clean_sql("nik")} END AS nik_cleaned,
      CASE WHEN NOT kk_plain THEN {clean_sql("kk")} END AS kk_cleaned
    FROM ({selected}) AS s
    """
    numbered = f"""
    SELECT *, CASE WHEN nik_fine THEN py_number(nik) ELSE {digits_sql("nik_cleaned")} END AS nik_number
    FROM ({cleaned}) AS c
    """
    return f"""
    CREATE OR REPLACE TABLE lk_rows AS
    SELECT t.n, t.src, t.row_id, t.nik_number AS nik,
      coalesce(t.nik_fine OR {nik.valid_sql("t.nik_cleaned")}, t.nik_fine, false) AS nik_valid,
      t.nik IS NOT NULL AND t.nik_number IS NULL AS nik_broken,
      CASE WHEN t.kk_plain THEN py_number(t.kk) ELSE {digits_sql("t.kk_cleaned")} END AS kk,
      d.born,
      CASE t.sex WHEN 'L' THEN 1 WHEN 'P' THEN 2 ELSE CASE upper(substr(trim(t.sex), 1, 1)) WHEN 'L' THEN 1
        WHEN 'P' THEN 2 WHEN 'M' THEN 1 WHEN 'W' THEN 2 WHEN 'F' THEN 2 END END AS sex,
      p.desa, {phone_sql("t.phone")} AS phone, w.name, w.std, w.times, w.letter, w.sound_number
    FROM ({numbered}) AS t
    LEFT JOIN lk_names AS w ON t.name = w.written
    LEFT JOIN lk_days AS d ON t.birth_on = d.text
    LEFT JOIN lk_places AS p ON t.desa = p.text
    """
