"""The bare command's files: tables by whatever headers people know, findings about NIKs, and a folder of results.

Everything is read and judged in the engine; no row passes through Python.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from payung.core import nik
from payung.core.errors import Exit, PayungError
from payung.core.finding import FINDING_COLUMNS, Severity
from payung.core.headers import field_of
from payung.engine.engine import Engine
from payung.screening.linkage.standardise import FIELDS, clean_sql, identifier, quoted

READ = (*FIELDS, "collector_kk", "collected_on")
"""Fields that the bare command reads."""
RESULTS = ("links.parquet", "findings.parquet")


def read_table(engine: Engine, table: str, path: Path, *, numbered: bool) -> None:
    """Make `table` from a CSV or Parquet file, its columns by the headers that mean them.

    `numbered` adds `line`, the record's number in the file. Rows without an id get one from the file and line.
    PayungError for a missing file, for two columns that mean the same, and when neither NIK nor name is there.
    """
    if not path.is_file():
        raise PayungError(
            f"Berkas {path.name} tidak ada.", todo="Periksa nama dan foldernya.", exit_code=Exit.INPUT
        )
    columns: dict[str, str] = {}
    for header in engine.header(path):
        field = field_of(header)
        if field not in READ:
            continue
        if field in columns:
            raise PayungError(
                f"Berkas {path.name} punya dua kolom yang berarti sama: {columns[field]} dan {header}.",
                todo="Hapus atau ganti nama salah satunya.",
                exit_code=Exit.INPUT,
            )
        columns[field] = header
    if not {"nik", "name"} & columns.keys():
        raise PayungError(
            f"Berkas {path.name} tidak punya kolom NIK maupun nama.",
            todo="Pastikan baris pertama berisi judul kolom, misalnya NIK, Nama, Tanggal Lahir.",
            exit_code=Exit.INPUT,
        )
    need_ids = "row_id" not in columns
    engine.read(table, path, columns, row="line" if numbered or need_ids else None)
    if not need_ids:
        wrong = engine.rows(
            f"SELECT count(*) - count(DISTINCT row_id) FROM {identifier(table)}"  # NULLs count as wrong
        )[0][0]
        if not wrong:
            return
        # A copied or missing id cannot name a row: such rows get ids of their own.
        engine.read(table, path, columns, row="line")
    engine.execute(_with_ids(table, columns, _sha256(path)))


def _sha256(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _with_ids(table: str, columns: Mapping[str, str], sha256: str) -> str:
    """Give ids as `core.identity.row_id` mints them; the first row that bears an id keeps it."""
    minted = f"substr(py_sha256('{sha256}' || chr(31) || chr(31) || cast(line as varchar)), 1, 16)"
    others = ", ".join(identifier(field) for field in columns if field != "row_id")
    given = "cast(NULL as varchar)"
    if "row_id" in columns:
        given = "CASE WHEN row_number() OVER (PARTITION BY row_id ORDER BY line) = 1 THEN row_id END"
    return (
        f"CREATE OR REPLACE TABLE {identifier(table)} AS "
        f"SELECT coalesce({given}, {minted}) AS row_id, {others}, line FROM {identifier(table)}"
    )


_LETTERS = "[^0-9]"


def findings_sql(table: str, source: str) -> str:
    """What is wrong with each NIK of `table`, as `core.nik.faults` says it: rows of FINDING_COLUMNS, sorted."""
    codes = f"""
      CASE WHEN NOT py_matches(d, '[0-9]') THEN 'nik_missing'
        WHEN py_matches(d, '^[+]?[0-9]([.][0-9]+)?E[+]?[0-9]{{1,2}}$') THEN 'nik_scientific'
        WHEN py_matches(d, '{_LETTERS}') THEN 'nik_letters'
        WHEN {_placeholder("d")} THEN 'nik_placeholder'
        WHEN length(d) < 16 THEN 'nik_short'
        WHEN length(d) > 16 THEN 'nik_long' END
    """
    serial = "substr(d, 13) = '0000'"
    whole = "code IS NULL"
    part = f"""
      SELECT row_id, line, d, code FROM coded WHERE code IS NOT NULL
      UNION ALL SELECT row_id, line, d, 'nik_region' AS code FROM coded
        WHERE {whole} AND NOT py_matches(d, {quoted(nik_region())})
      UNION ALL SELECT row_id, line, d, 'nik_date' AS code FROM coded
        WHERE {whole} AND NOT py_matches(d, {quoted(nik_date())})
      UNION ALL SELECT row_id, line, d, 'nik_serial' AS code FROM coded WHERE {whole} AND {serial}
    """
    messages = " ".join(f"WHEN {quoted(code)} THEN {quoted(text)}" for code, text in nik.FAULTS.items())
    shown = (
        "CASE WHEN length(d) >= 12 THEN substr(d, 1, 4) || repeat('*', length(d) - 8) || substr(d, length(d) - 3) "
        "ELSE repeat('*', length(d)) END"
    )
    return f"""
    WITH cleaned AS (SELECT t.row_id, t.line, {clean_sql("coalesce(t.nik, '')")} AS d FROM {identifier(table)} AS t
        JOIN lk_rows AS w ON w.src = 0 AND w.row_id = t.row_id WHERE NOT w.nik_valid),
      coded AS (SELECT row_id, line, d, {codes} AS code FROM cleaned)
    SELECT row_id, {quoted(source)} AS source, '' AS sheet, line AS row, 'nik' AS "column", code,
      '{Severity.FAULT}' AS severity, {shown} AS evidence, '' AS proposal, CASE code {messages} END AS message
    FROM ({part}) AS p ORDER BY line, code
    """


def _placeholder(digits: str) -> str:
    values = ", ".join(quoted(value) for value in sorted(nik.PLACEHOLDERS))
    same = f"replace({digits}, substr({digits}, 1, 1), '') = ''"
    zeros = f"(length({digits}) > 6 AND replace(substr({digits}, 7), '0', '') = '')"
    return f"({digits} IN ({values}) OR {same} OR {zeros})"


def nik_region() -> str:
    """The first six digits' part of NIK's pattern."""
    return nik.VALID_PATTERN[: nik.VALID_PATTERN.index("(?:(?:0[1-9]|1[0-9]|2[0-8]|4[1-9]")]


def nik_date() -> str:
    """Any six digits, then the date's part of NIK's pattern."""
    start = nik.VALID_PATTERN.index("(?:(?:0[1-9]|1[0-9]|2[0-8]|4[1-9]")
    return "^[0-9]{6}" + nik.VALID_PATTERN[start : nik.VALID_PATTERN.index("(?:[1-9][0-9]{3}|0[1-9]")]


def write_findings(engine: Engine, table: str, source: str, path: Path) -> None:
    """Write `findings.parquet` for a table that `read_table` numbered and screening standardised."""
    engine.execute(f"CREATE OR REPLACE TABLE lk_findings AS {findings_sql(table, source)}")
    chosen = ", ".join(identifier(column) for column in FINDING_COLUMNS)
    engine.write_parquet(f'SELECT {chosen} FROM lk_findings ORDER BY "row", code', path)
