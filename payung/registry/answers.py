"""An owner's answer to our request: it must be about rows that we asked, and say one thing about each."""

from __future__ import annotations

from collections.abc import Callable, Collection

from payung.core.errors import PayungError
from payung.core.rupiah import number
from payung.engine.engine import Engine
from payung.registry.raw import Raw
from payung.registry.rules import read_status, request_id

CONTRADICTS = "BERTENTANGAN"
"""Before the words of rows that say different things about one person; no register uses it as a status."""
Asked = Collection[str] | Callable[[str | None], Collection[str] | None] | None
"""The row ids that were asked about, or who knows them by the request's id; None where nobody does."""
_OTHER = "Minta jawaban untuk permintaan terakhir (payung request), atau pakai daftar dari permintaan itu."


def settle_answer(
    engine: Engine, raw: Raw, table: str, register: str, asked: Asked
) -> tuple[str | None, tuple[str, ...]]:
    """Reduce `table` to rows that answer what was asked: (request id, notes).

    PayungError where the file answers another request: several ids, or most of its rows were never asked.
    """
    notes: list[str] = []
    request = _one_request(engine, table) if "request_id" in raw.fields else None
    [(rows, named)] = engine.rows(f"SELECT count(*), count(nullif(trim(row_id), '')) FROM {table}")
    if named < rows:
        notes.append(f"{number(rows - named)} baris jawaban tanpa ID BARIS tidak dapat dipakai.")
        _keep(engine, table, f"SELECT * FROM {table} WHERE trim(row_id) <> ''")
    if callable(asked):
        asked = asked(request)
    if asked is not None and named:
        engine.load("register_asked", {"row_id": "VARCHAR"}, ((row_id,) for row_id in asked))
        notes += _drop_unasked(engine, table, named, request, request_id(register, asked), len(asked))
        engine.execute("DROP TABLE register_asked")
    notes += _contradictions(engine, table, raw)
    return request, tuple(notes)


def _keep(engine: Engine, table: str, query: str) -> None:
    engine.execute(f"CREATE OR REPLACE TABLE {table}_kept AS {query}")
    engine.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM {table}_kept")
    engine.execute(f"DROP TABLE {table}_kept")


def _one_request(engine: Engine, table: str) -> str | None:
    found = engine.rows(
        f"SELECT DISTINCT trim(request_id) AS id FROM {table} WHERE trim(request_id) <> '' ORDER BY id LIMIT 3"
    )
    if len(found) > 1:
        raise PayungError(
            "Kolom ID PERMINTAAN memuat lebih dari satu permintaan; jawaban tercampur.",
            todo="Pisahkan jawaban tiap permintaan ke berkasnya sendiri.",
        )
    return found[0][0] if found else None


def _drop_unasked(
    engine: Engine, table: str, rows: int, request: str | None, expected: str, asked: int
) -> list[str]:
    [(known, answered)] = engine.rows(
        f"SELECT count(*), count(DISTINCT CASE WHEN trim(a.status) <> '' THEN q.row_id END) "
        f"FROM {table} a JOIN register_asked q ON q.row_id = trim(a.row_id)"
    )
    if known * 2 <= rows:
        raise PayungError(
            f"Ini jawaban untuk permintaan lain{f' ({request})' if request else ''}: "
            f"hanya {number(known)} dari {number(rows)} barisnya ada pada daftar sekarang.",
            todo=_OTHER,
        )
    notes = []
    if known < rows:
        notes.append(
            f"{number(rows - known)} baris jawaban tidak ada pada daftar sekarang dan tidak dipakai."
        )
        _keep(
            engine, table, f"SELECT * FROM {table} WHERE trim(row_id) IN (SELECT row_id FROM register_asked)"
        )
    if answered < asked:
        notes.append(
            f"{number(asked - answered)} dari {number(asked)} baris belum dijawab; statusnya tetap belum diketahui."
        )
    if request and request != expected and known == rows:
        notes.append(
            f"Jawaban ini untuk permintaan {request}; daftar sekarang akan bernomor {expected} karena barisnya lain."
        )
    return notes


def _contradictions(engine: Engine, table: str, raw: Raw) -> list[str]:
    """Keep what says the same only once; where rows of one id differ in meaning, make them unreadable."""
    several = engine.rows(
        f"SELECT trim(row_id) AS id, status FROM {table} WHERE trim(row_id) IN "
        f"(SELECT trim(row_id) FROM {table} GROUP BY trim(row_id) HAVING count(*) > 1) ORDER BY id, row"
    )
    if not several:
        return []
    words: dict[str, dict[object, str]] = {}
    for row_id, status in several:
        meaning = read_status(status)
        if meaning is not None:
            words.setdefault(row_id, {}).setdefault(meaning, status.strip())
        else:
            words.setdefault(row_id, {})
    # A repeated row without a status says nothing beside one that has it; of equal ones the first stays.
    engine.load(
        "register_said",
        {"row_id": "VARCHAR", "status": "VARCHAR", "contradicts": "BOOLEAN"},
        (
            (
                row_id,
                f"{CONTRADICTS}: {' / '.join(said.values())}"
                if len(said) > 1
                else next(iter(said.values()), None),
                len(said) > 1,
            )
            for row_id, said in words.items()
        ),
    )
    detailed = ("segment", "payer", "valid_from", "valid_until")
    said = ", ".join(["''", *(name for name in detailed if name in raw.fields)])
    kept = ", ".join(f"r.{name}" for name in ("row", *sorted(raw.fields)) if name != "status")
    engine.execute(f"""
        CREATE OR REPLACE TABLE {table}_settled AS
        SELECT {kept}, r.said AS status
        FROM (
            SELECT a.*, coalesce(s.status, a.status) AS said, row_number() OVER (
                PARTITION BY trim(a.row_id), CASE WHEN s.contradicts THEN '' ELSE concat_ws('|', {said}) END
                ORDER BY a.row
            ) AS nth
            FROM {table} a LEFT JOIN register_said s ON s.row_id = trim(a.row_id)
            WHERE s.status IS NULL OR s.contradicts OR trim(a.status) <> ''
        ) AS r
        WHERE r.nth = 1
    """)
    _keep(engine, table, f"SELECT * FROM {table}_settled")
    engine.execute(f"DROP TABLE {table}_settled")
    engine.execute("DROP TABLE register_said")
    contradicting = sum(len(said) > 1 for said in words.values())
    if not contradicting:
        return []
    return [
        f"{contradicting} orang dijawab dua kali dengan status yang berlainan; dibaca sebagai tidak terbaca."
    ]
