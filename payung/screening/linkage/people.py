"""Step 6: rows of the lists become persons, the connected components of links that bind, with one surviving row.

What binds: exact links, links that a person confirmed, and certain links. A certain link that nobody has confirmed
holds the two rows in one seat, but leaves their review open. A person whose every link somebody has called the same
contradicts itself no more: the question was put and answered.
"""

from __future__ import annotations

from payung.engine.engine import Engine
from payung.screening.linkage.linking import fingerprint_sql
from payung.screening.linkage.standardise import clean_sql, columns_of, identifier, read_days

_NOT_CONTENT = frozenset(
    {
        "row_id",
        "fingerprint",
        "source",
        "sheet",
        "row",
        "file",
        "line",
        "collected_on",
        "collector",
        "collector_kk",
    }
)


def unite(engine: Engine, candidates: str) -> None:
    """Make `persons(row_id, person_id, survives, open_review, review_with, contradiction, related_to_collector)`."""
    _components(engine)
    have = columns_of(engine, candidates)
    _collected(engine, candidates, have)
    for sql in people_sql(candidates, have):
        engine.execute(sql)


def _collected(engine: Engine, candidates: str, have: frozenset[str]) -> None:
    """`lk_collected(text, day)`: the days on which rows were written down, as yyyymmdd."""
    days: list[tuple[str, int]] = []
    if "collected_on" in have:
        texts = engine.rows(
            f"SELECT DISTINCT cast(t.collected_on as varchar) AS day FROM {identifier(candidates)} AS t "
            "WHERE t.collected_on IS NOT NULL"
        )
        days = read_days(text for (text,) in texts)
    engine.load("lk_collected", {"text": "VARCHAR", "day": "INTEGER"}, days)


def _components(engine: Engine) -> None:
    """`lk_component(n, c)`: for rows with a link within the lists, the least number that they hang together with."""
    for sql in start_sql():
        engine.execute(sql)
    spread(engine)


def spread(engine: Engine) -> None:
    """Let labels run along `lk_edges` until none of `lk_component` changes; the rounds grow with the longest chain's log."""
    moved = 1
    while moved:
        for sql in spread_sql():
            engine.execute(sql)
        moved = int(engine.rows("SELECT count(*) FROM lk_spread WHERE moved")[0][0])


def start_sql() -> tuple[str, ...]:
    """Edges in both directions, and every row that a link within the lists touches as its own component."""
    return (
        """
        CREATE OR REPLACE TABLE lk_within AS
        SELECT a.n AS one, b.n AS other, k.outcome, k.confirmed, k.verdict, k.ev_name, k.id_l, k.id_r
        FROM links AS k JOIN lk_rows AS a ON a.src = 0 AND a.row_id = k.id_l
        JOIN lk_rows AS b ON b.src = 0 AND b.row_id = k.id_r
        WHERE k.register = ''
        """,
        """
        CREATE OR REPLACE TABLE lk_edges AS
        SELECT one, other FROM lk_within WHERE confirmed OR outcome IN ('exact', 'certain')
        UNION ALL SELECT other AS one, one AS other FROM lk_within WHERE confirmed OR outcome IN ('exact', 'certain')
        """,
        "CREATE OR REPLACE TABLE lk_component AS SELECT DISTINCT n, n AS c FROM "
        "(SELECT one AS n FROM lk_within UNION ALL SELECT other AS n FROM lk_within) AS u",
    )


def spread_sql() -> tuple[str, ...]:
    """One step: every row takes the least component among its own and its neighbours'."""
    return (
        """
        CREATE OR REPLACE TABLE lk_spread AS
        SELECT m.n, least(m.c, coalesce(v.c, m.c)) AS c, coalesce(v.c < m.c, false) AS moved
        FROM lk_component AS m LEFT JOIN
          (SELECT e.one AS n, min(o.c) AS c FROM lk_edges AS e JOIN lk_component AS o ON e.other = o.n GROUP BY e.one) AS v
        ON m.n = v.n
        """,
        # A component's number is that of one of its rows: what that row has learnt holds for all.
        "CREATE OR REPLACE TABLE lk_component AS SELECT s.n, t.c FROM lk_spread AS s JOIN lk_spread AS t ON s.c = t.n",
    )


def people_sql(candidates: str, have: frozenset[str]) -> tuple[str, ...]:
    """The queries that choose surviving rows and look for what contradicts, in order."""
    filled = [
        f"CASE WHEN nullif(trim(cast(t.{identifier(c)} as varchar)), '') IS NULL THEN 0 ELSE 1 END"
        for c in sorted(have - _NOT_CONTENT)
    ]
    collected = "cast(t.collected_on as varchar)" if "collected_on" in have else "cast(NULL as varchar)"
    collector = (
        "coalesce(w.kk = CASE WHEN py_matches(k, '^[0-9]{16}$') THEN py_number(k) END, false)"
        if "collector_kk" in have
        else "false"
    )
    near = (
        f"JOIN (SELECT py_row_of(t) AS n, {clean_sql('t.collector_kk')} AS k FROM {identifier(candidates)} AS t) AS q "
        "ON q.n = w.n"
        if "collector_kk" in have
        else ""
    )
    marks = fingerprint_sql(candidates, (0, 0), have, "SELECT n FROM lk_component")
    return (
        f"CREATE OR REPLACE TABLE lk_row_marks AS {marks}",
        f"""
        CREATE OR REPLACE TABLE lk_members AS
        SELECT m.n, m.c, w.row_id, w.nik, w.nik_valid, w.kk, w.born, w.std, k.fingerprint,
          row_number() OVER (PARTITION BY m.c ORDER BY CASE WHEN w.nik_valid THEN 0 ELSE 1 END, full_fields DESC,
            coalesce(d.day, 0) DESC, k.fingerprint, w.row_id) AS place
        FROM lk_component AS m JOIN lk_rows AS w ON m.n = w.n
        JOIN (SELECT py_row_of(t) AS n, {" + ".join(filled)} AS full_fields, {collected} AS collected
              FROM {identifier(candidates)} AS t) AS x ON x.n = m.n
        LEFT JOIN lk_row_marks AS k ON m.n = k.n
        LEFT JOIN lk_collected AS d ON x.collected = d.text
        """,
        """
        CREATE OR REPLACE TABLE lk_open AS
        SELECT DISTINCT m.c, o.row_id AS with_row FROM (
          SELECT one, other FROM lk_within WHERE NOT confirmed
          UNION ALL SELECT other AS one, one AS other FROM lk_within WHERE NOT confirmed) AS e
        JOIN lk_members AS m ON e.one = m.n JOIN lk_members AS o ON e.other = o.n
        """,
        """
        CREATE OR REPLACE TABLE lk_against AS
        SELECT a.c,
          max(CASE WHEN a.nik_valid AND b.nik_valid AND a.nik <> b.nik THEN 1 ELSE 0 END) AS two_niks,
          max(CASE WHEN a.born = b.born AND a.kk = b.kk AND a.std <> b.std AND coalesce(k.ev_name, 'other')
            NOT IN ('same', 'sound', 'typing', 'part') THEN 1 ELSE 0 END) AS twins
        FROM lk_members AS a JOIN lk_members AS b ON a.c = b.c AND a.n < b.n
        LEFT JOIN lk_within AS k ON a.n = least(k.one, k.other) AND b.n = greatest(k.one, k.other)
        WHERE NOT coalesce(k.confirmed AND k.outcome <> 'exact', false)
          AND a.c IN (SELECT m.c FROM lk_within AS u JOIN lk_members AS m ON u.one = m.n
                      WHERE coalesce(u.verdict <> 'sama', true))
        GROUP BY a.c
        """,
        f"""
        CREATE OR REPLACE TABLE persons AS
        SELECT w.row_id, coalesce(s.row_id, w.row_id) AS person_id, coalesce(m.place = 1, true) AS survives,
          o.n IS NOT NULL AS open_review, o.review_with,
          CASE WHEN g.two_niks = 1 THEN 'Baris-baris ini memuat dua NIK sah yang berbeda.'
            WHEN g.twins = 1 THEN 'Tanggal lahir dan KK sama tetapi nama berbeda; mungkin kembar.' END AS contradiction,
          {collector} AS related_to_collector
        FROM lk_rows AS w
        {near}
        LEFT JOIN lk_members AS m ON w.n = m.n
        LEFT JOIN lk_members AS s ON m.c = s.c AND s.place = 1
        LEFT JOIN (SELECT q.n, array_to_string(list_sort(list(DISTINCT e.with_row)), ' ') AS review_with
              FROM lk_members AS q JOIN lk_open AS e ON q.c = e.c AND q.row_id <> e.with_row GROUP BY q.n)
          AS o ON m.n = o.n
        LEFT JOIN lk_against AS g ON m.c = g.c
        WHERE w.src = 0
        """,
    )
