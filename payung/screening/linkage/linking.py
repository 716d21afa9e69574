"""Step 5: from scored patterns to the table `links`, with what people have decided about pairs.

`links` has LINK_COLUMNS, `confirmed`: true for a pair that needs nobody any more, which is an exact one or one that a
person called the same, and `verdict`: what a person said, NULL for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from payung.engine.engine import Engine
from payung.screening.linkage.model import pattern_sql
from payung.screening.linkage.standardise import clean_sql, columns_of, identifier, quoted
from payung.screening.rules import EVIDENCE, LINK_COLUMNS, PairDecision, Verdict


def link(
    engine: Engine, candidates: str, registers: Mapping[str, str], decisions: Sequence[PairDecision]
) -> None:
    """Make `links`, sorted by `id_l, register, id_r`, from `lk_levels` and `lk_patterns`."""
    engine.execute(found_sql(registers))
    _sources(engine, registers)
    if decisions:
        fingerprints(engine, candidates, registers)
        _decided(engine, decisions)
    engine.execute(links_sql(decided=bool(decisions)))


def found_sql(registers: Mapping[str, str]) -> str:
    """`lk_found(l, r, register, pattern)`: pairs that are links; within the lists `id_l < id_r`."""
    names = " ".join(f"WHEN {src} THEN {quoted(name)}" for src, name in enumerate(registers, 1))
    return f"""
    CREATE OR REPLACE TABLE lk_found AS
    SELECT f.l, f.r, a.row_id AS id_l, b.row_id AS id_r, b.src AS src,
      CASE b.src WHEN 0 THEN '' {names} END AS register, f.pattern
    FROM (SELECT l, r, {pattern_sql()} AS pattern FROM lk_levels) AS f
    JOIN lk_patterns AS p ON f.pattern = p.pattern
    JOIN lk_rows AS a ON f.l = a.n JOIN lk_rows AS b ON f.r = b.n
    """


def _sources(engine: Engine, registers: Mapping[str, str]) -> None:
    """`lk_sources(n, source)`: the file that a register's row comes from, where the register tells it."""
    parts = ["SELECT cast(NULL as bigint) AS n, cast(NULL as varchar) AS source WHERE 1 = 0"]
    for src, table in enumerate(registers.values(), 1):
        if "source" in columns_of(engine, table):
            parts.append(
                f"SELECT f.r AS n, cast(t.source as varchar) AS source FROM {identifier(table)} AS t JOIN lk_rows AS w "
                f"ON w.src = {src} AND w.row_id = t.row_id JOIN (SELECT DISTINCT r FROM lk_found WHERE src = {src}) AS f "
                "ON f.r = w.n"
            )
    engine.execute(
        f"CREATE OR REPLACE TABLE lk_sources AS SELECT DISTINCT n, source FROM ({' UNION ALL '.join(parts)}) AS u"
    )


def fingerprints(engine: Engine, candidates: str, registers: Mapping[str, str]) -> None:
    """`lk_marks(n, fingerprint)`: of the rows that take part in links, as their tables give it or as `core.identity` does."""
    parts = []
    for src, table in enumerate([candidates, *registers.values()]):
        have = columns_of(engine, table)
        parts.append(fingerprint_sql(table, src, have))
    engine.execute(f"CREATE OR REPLACE TABLE lk_marks AS {' UNION ALL '.join(parts)}")


def fingerprint_sql(table: str, src: int, have: frozenset[str]) -> str:
    """The query for the fingerprints of one table's linked rows."""

    def text(field: str) -> str:
        return f"cast(t.{field} as varchar)" if field in have else "cast(NULL as varchar)"

    parts = (
        f"coalesce({clean_sql('nik')}, '')",
        "coalesce(std, '')",
        "CASE WHEN born IS NULL THEN '' ELSE substr(cast(born as varchar), 1, 4) || '-' || "
        "substr(cast(born as varchar), 5, 2) || '-' || substr(cast(born as varchar), 7, 2) END",
        "CASE sex WHEN 1 THEN 'L' WHEN 2 THEN 'P' ELSE '' END",
        "CASE WHEN desa > 999999999 THEN substr(cast(desa as varchar), 1, 2) || '.' || substr(cast(desa as varchar), 3, 2) "
        "|| '.' || substr(cast(desa as varchar), 5, 2) || '.' || substr(cast(desa as varchar), 7, 4) ELSE '' END",
    )
    computed = f"py_sha256({' || chr(31) || '.join(parts)})"
    given = text("fingerprint")
    return (
        f"SELECT n, coalesce(given, {computed}) AS fingerprint FROM (SELECT w.n, {given} AS given, {text('nik')} AS nik, "
        f"w.std, w.born, w.sex, w.desa FROM lk_rows AS w JOIN {identifier(table)} AS t ON w.row_id = cast(t.row_id as varchar) "
        f"WHERE w.src = {src} AND w.n IN (SELECT l FROM lk_found UNION SELECT r FROM lk_found)) AS f{src}"
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
    ORDER BY id_l, register, id_r
    """
