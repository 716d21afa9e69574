"""Step 5: from scored patterns to the table `links`, with what people have decided about pairs.

`links` has LINK_COLUMNS, `confirmed`: true for a pair that needs nobody any more, which is an exact one or one that a
person called the same, and `verdict`: what a person said, NULL for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from payung.engine.engine import Engine
from payung.screening.linkage.model import pattern_sql
from payung.screening.linkage.standardise import clean_sql, columns_of, first_numbers, identifier, quoted
from payung.screening.rules import EVIDENCE, LINK_COLUMNS, PairDecision, Verdict


def link(
    engine: Engine, candidates: str, registers: Mapping[str, str], decisions: Sequence[PairDecision]
) -> None:
    """Make `links` from `lk_levels` and `lk_patterns`."""
    for sql in found_sql(registers):
        engine.execute(sql)
    _sources(engine, candidates, registers)
    if decisions:
        fingerprints(engine, candidates, registers)
        _decided(engine, decisions)
    engine.execute(links_sql(decided=bool(decisions)))


def found_sql(registers: Mapping[str, str]) -> tuple[str, ...]:
    """`lk_found(l, r, id_l, id_r, src, register, pattern)`: pairs that are links."""
    names = " ".join(f"WHEN {src} THEN {quoted(name)}" for src, name in enumerate(registers, 1))
    register = f"CASE b.src WHEN 0 THEN '' {names} END"
    return (
        # Apart from the next step, so that the few are known to be few when they meet all rows.
        f"""
        CREATE OR REPLACE TABLE lk_linked AS
        SELECT f.l, f.r, f.pattern FROM (SELECT l, r, {pattern_sql()} AS pattern FROM lk_levels) AS f
        WHERE f.pattern IN (SELECT pattern FROM lk_patterns)
        """,
        f"""
        CREATE OR REPLACE TABLE lk_found AS
        SELECT f.l, f.r, a.row_id AS id_l, b.row_id AS id_r, b.src AS src, {register} AS register, f.pattern
        FROM lk_linked AS f JOIN lk_rows AS a ON f.l = a.n JOIN lk_rows AS b ON f.r = b.n
        """,
    )


def _sources(engine: Engine, candidates: str, registers: Mapping[str, str]) -> None:
    """`lk_sources(n, source)`: the file that a register's row comes from, where the register tells it."""
    parts = ["SELECT cast(NULL as bigint) AS n, cast(NULL as varchar) AS source WHERE 1 = 0"]
    starts = first_numbers(engine, [candidates, *registers.values()])
    for src, table in enumerate(registers.values(), 1):
        start = starts[src]
        if "source" in columns_of(engine, table):
            parts.append(
                f"SELECT f.r AS n, cast(t.source as varchar) AS source FROM {identifier(table)} AS t "
                f"JOIN (SELECT DISTINCT r FROM lk_found WHERE src = {src}) AS f "
                f"ON f.r = py_row_of(t) + {start}"
            )
    engine.execute(
        f"CREATE OR REPLACE TABLE lk_sources AS SELECT n, source FROM ({' UNION ALL '.join(parts)}) AS u"
    )


def fingerprints(engine: Engine, candidates: str, registers: Mapping[str, str]) -> None:
    """`lk_marks(n, fingerprint)`: of the rows that take part in links, as their tables give it or as `core.identity` does."""
    parts = []
    tables = [candidates, *registers.values()]
    wanted = "SELECT l FROM lk_found UNION ALL SELECT r FROM lk_found"
    for src, (table, start) in enumerate(zip(tables, first_numbers(engine, tables), strict=True)):
        parts.append(fingerprint_sql(table, (src, start), columns_of(engine, table), wanted))
    engine.execute(f"CREATE OR REPLACE TABLE lk_marks AS {' UNION ALL '.join(parts)}")


def fingerprint_sql(table: str, place: tuple[int, int], have: frozenset[str], wanted: str) -> str:
    """The query for the fingerprints of those rows of one table whose numbers `wanted` selects.

    `place` is the table's `src` and the number of its first row.
    """
    src, start = place

    def text(field: str) -> str:
        return f"cast(t.{field} as varchar)" if field in have else "cast(NULL as varchar)"

    code = "trim(replace(desa, '.', ''))"
    parts = (
        f"coalesce({clean_sql('nik')}, '')",
        "coalesce(std, '')",
        "CASE WHEN born IS NULL THEN '' ELSE substr(cast(born as varchar), 1, 4) || '-' || "
        "substr(cast(born as varchar), 5, 2) || '-' || substr(cast(born as varchar), 7, 2) END",
        "CASE sex WHEN 1 THEN 'L' WHEN 2 THEN 'P' ELSE '' END",
        # Only a desa's own code identifies: what a name was taken for may change with the other rows.
        f"CASE WHEN py_matches({code}, '^[0-9]{{10}}$') THEN substr({code}, 1, 2) || '.' || substr({code}, 3, 2) "
        f"|| '.' || substr({code}, 5, 2) || '.' || substr({code}, 7, 4) ELSE '' END",
    )
    computed = f"py_sha256({' || chr(31) || '.join(parts)})"
    given = text("fingerprint")
    return (
        f"SELECT n, coalesce(given, {computed}) AS fingerprint FROM (SELECT w.n, {given} AS given, {text('nik')} AS nik, "
        f"w.std, w.born, w.sex, {text('desa')} AS desa FROM lk_rows AS w JOIN {identifier(table)} AS t "
        f"ON w.n = py_row_of(t) + {start} "
        f"WHERE w.src = {src} AND w.n IN ({wanted})) AS f{src}"
    )


def _decided(engine: Engine, decisions: Sequence[PairDecision]) -> None:
    """`lk_verdicts(l, r, verdict)`: what was decided, whichever of the two was named first; the last word counts."""
    last: dict[tuple[str, str], Verdict] = {}
    for one in decisions:
        ends = sorted((one.fingerprint_l, one.fingerprint_r))
        last[ends[0], ends[1]] = one.verdict
    engine.load(
        "lk_said",
        {"one": "VARCHAR", "other": "VARCHAR", "verdict": "VARCHAR"},
        [(one, other, str(verdict)) for (one, other), verdict in last.items()],
    )
    engine.execute(
        "CREATE OR REPLACE TABLE lk_verdicts AS SELECT f.l, f.r, s.verdict FROM lk_found AS f "
        "JOIN lk_marks AS a ON f.l = a.n JOIN lk_marks AS b ON f.r = b.n JOIN lk_said AS s "
        "ON s.one = least(a.fingerprint, b.fingerprint) AND s.other = greatest(a.fingerprint, b.fingerprint)"
    )


def links_sql(*, decided: bool) -> str:
    """The query that makes `links`."""
    verdict = "v.verdict" if decided else "cast(NULL as varchar)"
    join = "LEFT JOIN lk_verdicts AS v ON f.l = v.l AND f.r = v.r" if decided else ""
    evidence = ", ".join(f"p.{column}" for column in EVIDENCE)
    turned = "f.register = '' AND f.id_l > f.id_r"
    return f"""
    CREATE OR REPLACE TABLE links AS
    SELECT {", ".join(LINK_COLUMNS)}, confirmed, verdict FROM (
      SELECT CASE WHEN {turned} THEN f.id_r ELSE f.id_l END AS id_l, f.register,
        coalesce(s.source, '') AS source_r, CASE WHEN {turned} THEN f.id_l ELSE f.id_r END AS id_r,
        cast(p.score_milli as integer) AS score_milli,
        round(1 / (1 + power(2.0, -p.score_milli / 1000.0)), 6) AS probability,
        p.outcome, p.reason, {evidence},
        p.outcome = 'exact' OR coalesce({verdict} = '{Verdict.SAME}', false) AS confirmed,
        {verdict} AS verdict
      FROM lk_found AS f JOIN lk_patterns AS p ON f.pattern = p.pattern
      LEFT JOIN lk_sources AS s ON f.r = s.n {join}) AS d
    WHERE coalesce(verdict <> '{Verdict.DIFFERENT}', true)
    """
