"""Compare links with the truth: precision, recall and F1 as the shared definitions say.

F1 counts *exact* and *certain* pairs plus those *review* pairs that are true, over candidate–candidate and
candidate–register pairs together: a reviewer answers, and a reviewer's answer is the truth here.
"""

from __future__ import annotations

from pathlib import Path

import duckdb


def _f1(true_found: int, found: int, true_all: int) -> float:
    return 2 * true_found / (found + true_all) if found + true_all else 0.0


def _connect(links: Path, truth: Path) -> duckdb.DuckDBPyConnection:
    """Tables `judged` (each link with its truth) and `truth`."""
    con = duckdb.connect()
    con.execute(
        f"CREATE TABLE truth AS SELECT id_l, coalesce(register, '') AS register, id_r FROM "
        f"read_csv('{truth}', all_varchar = true, header = true)"
    )
    con.execute(
        f"CREATE TABLE judged AS SELECT l.*, t.id_l IS NOT NULL AS is_true FROM "
        f"(SELECT id_l, register, id_r, outcome, reason FROM '{links}') l LEFT JOIN truth t USING (id_l, register, id_r)"
    )
    return con


def link_scores(links: Path, truth: Path, candidates: int) -> dict[str, float]:
    """Every figure about links that is promised, as shares of one."""
    con = _connect(links, truth)

    def count(condition: str, table: str = "judged") -> int:
        row = con.execute(f"SELECT count(*) FROM {table} WHERE {condition}").fetchone()
        assert row is not None
        return int(row[0])

    def f1(scope: str) -> float:
        kept = count(f"({scope}) AND (outcome IN ('exact', 'certain') OR is_true)")
        return _f1(count(f"({scope}) AND is_true"), kept, count(scope, "truth"))

    sure = "outcome IN ('exact', 'certain')"
    review_rows = con.execute(
        "SELECT count(DISTINCT id) FROM (SELECT id_l AS id FROM judged WHERE outcome = 'review' UNION ALL "
        "SELECT id_r FROM judged WHERE outcome = 'review' AND register = '')"
    ).fetchone()
    assert review_rows is not None
    return {
        "true_links": count("true", "truth"),
        "f1": f1("true"),
        "f1_within": f1("register = ''"),
        "f1_registers": f1("register <> ''"),
        "exact_precision": count("outcome = 'exact' AND is_true") / max(1, count("outcome = 'exact'")),
        "exact_certain_precision": count(f"{sure} AND is_true") / max(1, count(sure)),
        "exact_certain_recall": count(f"{sure} AND is_true") / max(1, count("true", "truth")),
        "recall_with_review": count("is_true") / max(1, count("true", "truth")),
        "review_row_share": review_rows[0] / candidates,
        "review_pairs": count("outcome = 'review'"),
        "review_pairs_true": count("outcome = 'review' AND is_true"),
        "certain_pairs": count("outcome = 'certain'"),
        "certain_patterns": len(
            con.execute("SELECT DISTINCT reason FROM judged WHERE outcome = 'certain'").fetchall()
        ),
    }


def decision_scores(links: Path, truth: Path, candidates: Path) -> dict[str, float]:
    """Refusals by register after review was answered with the truth: a row is refused when any link stands."""
    con = _connect(links, truth)
    row = con.execute(
        f"""
        WITH said AS (SELECT DISTINCT id_l FROM judged
                      WHERE register <> '' AND (outcome IN ('exact', 'certain') OR is_true)),
             meant AS (SELECT DISTINCT id_l FROM truth WHERE register <> '')
        SELECT count(*) FILTER (s.id_l IS NOT NULL AND m.id_l IS NOT NULL), count(s.id_l), count(m.id_l), count(*)
        FROM (SELECT row_id FROM read_csv('{candidates}', all_varchar = true, header = true)) c
        LEFT JOIN said s ON s.id_l = c.row_id LEFT JOIN meant m ON m.id_l = c.row_id
        """
    ).fetchone()
    assert row is not None
    both, said, meant, rows = (int(value) for value in row)
    return {
        "refused_precision": both / max(1, said),
        "refused_recall": both / max(1, meant),
        "right_decisions": 1 - (said + meant - 2 * both) / max(1, rows),
    }


def splink_scores(pairs: Path, truth: Path) -> dict[str, float]:
    """The peer's best F1 over every cut of its match weight, picked with the truth in hand."""
    con = duckdb.connect()
    con.execute(
        f"CREATE TABLE truth AS SELECT least(id_l, id_r) AS a, greatest(id_l, id_r) AS b FROM (SELECT id_l, "
        f"CASE WHEN coalesce(register, '') = '' THEN id_r ELSE register || ':' || id_r END AS id_r FROM "
        f"read_csv('{truth}', all_varchar = true, header = true))"
    )
    rows = con.execute(
        f"""
        WITH judged AS (SELECT round(p.match_weight, 1) AS cut, count(*) AS pairs, count(t.a) AS true_pairs
            FROM (SELECT least(unique_id_l, unique_id_r) AS a, greatest(unique_id_l, unique_id_r) AS b,
                  max(match_weight) AS match_weight FROM '{pairs}' GROUP BY ALL) p
            LEFT JOIN truth t USING (a, b) GROUP BY 1)
        SELECT cut, sum(pairs) OVER w, sum(true_pairs) OVER w, (SELECT count(*) FROM truth)
        FROM judged WINDOW w AS (ORDER BY cut DESC)
        """
    ).fetchall()
    best = max(rows, key=lambda row: _f1(int(row[2]), int(row[1]), int(row[3])))
    return {"best_f1": _f1(int(best[2]), int(best[1]), int(best[3])), "best_cut": float(best[0])}
