"""What waits for a person: pairs to decide one by one, and patterns that are beyond doubt but that nobody has seen."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from payung.core import region
from payung.core.dates import day, parse_date
from payung.core.nik import clean
from payung.engine.engine import Engine
from payung.registry.files import Snapshot
from payung.registry.rules import REGISTERS, Kind
from payung.screening.decisions import dotted
from payung.screening.linkage.linking import fingerprints
from payung.screening.reviewbook import write_workbook
from payung.screening.rules import EVIDENCE, LinkOutcome, PairDecision, sentence

OPEN = """(
    (NOT confirmed AND outcome IN ('certain', 'review'))
    OR (register = '' AND outcome = 'exact' AND coalesce(verdict <> 'sama', true)
        AND id_l IN (SELECT row_id FROM persons WHERE contradiction IS NOT NULL))
)"""
"""Which rows of table `links` a person is asked about: what is not exact, and the exact links of whoever contradicts
itself, which hold together what may be two people."""
_SAMPLES = 3
_CLOSE_NAMES = ("same", "sound", "typing", "part")


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two records of a pair, as texts to be looked at; "" where it says nothing."""

    nik: str
    kk: str
    name: str
    birth: str
    sex: str
    desa: str
    rt: str
    phone: str
    says: str
    """What only one kind of record has: the occupation on a list; status, segment and payer in a register."""
    origin: str
    """File, sheet and row, and who collected it."""
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be one person. `register` is "" within the lists; `weight` orders by usefulness."""

    left: Side
    right: Side
    register: str
    evidence: Mapping[str, str]
    weight: int
    contradiction: str = ""
    """What the rows of this person contradict each other in."""

    @property
    def where(self) -> str:
        return where(self.register)

    @property
    def why(self) -> str:
        """The evidence in words."""
        return sentence(self.evidence)

    @property
    def hint(self) -> str:
        """What the rows contradict, and what a household may explain; "" where there is nothing to say."""
        return " ".join(part for part in (self.contradiction, household(self.evidence)) if part)

    @property
    def key(self) -> tuple[str, str]:
        return self.left.fingerprint, self.right.fingerprint


@dataclass(frozen=True, slots=True)
class Pattern:
    """Certain pairs of one kind of evidence: decided together, after a look at the samples."""

    code: str
    why: str
    where: str
    """How many of the pairs stand where."""
    pairs: tuple[tuple[str, str], ...]
    """The two fingerprints of every pair."""
    samples: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """All that is open, the most useful pairs and the largest patterns first."""

    pairs: tuple[Pair, ...]
    patterns: tuple[Pattern, ...]


def write_review(
    engine: Engine,
    snapshots: Sequence[Snapshot],
    out: Path,
    *,
    candidates: str = "applications",
    decided: Sequence[PairDecision] = (),
) -> Review:
    """Write the review workbook of a screening that is still in the engine, and return what it asks.

    `snapshots` are those that were screened against, in the same order. `decided` are the decisions that went into
    the screening: the workbook carries them on, so that only the newest one need be kept.
    """
    review = gather_review(engine, snapshots, candidates=candidates)
    write_workbook(review, out, decided)
    return review


def gather_review(
    engine: Engine, snapshots: Sequence[Snapshot], *, candidates: str = "applications"
) -> Review:
    """The open pairs of `links` (with `persons` beside it), both records and their fingerprints as screening sees them."""
    extracts = [snapshot for snapshot in snapshots if snapshot.kind is Kind.EXTRACT]
    evidence = ", ".join(EVIDENCE)
    found = engine.rows(
        f"SELECT id_l, register, id_r, outcome, reason, score_milli, {evidence} FROM links WHERE {OPEN} "
        "ORDER BY id_l, register, id_r"
    )
    if not found:
        return Review((), ())
    sides = _sides(engine, candidates, extracts)
    open_pairs = Counter(
        row for id_l, register, id_r, *_ in found for row in _list_rows(id_l, register, id_r)
    )
    against = dict(engine.rows("SELECT row_id, contradiction FROM persons WHERE contradiction IS NOT NULL"))
    single: list[Pair] = []
    grouped: dict[str, list[Pair]] = defaultdict(list)
    for id_l, register, id_r, outcome, reason, milli, *values in found:
        gain = sum(1_000_000 // open_pairs[row] for row in _list_rows(id_l, register, id_r))
        pair = Pair(
            sides["", id_l],
            sides[register, id_r],
            register,
            dict(zip(EVIDENCE, values, strict=True)),
            uncertain(int(milli)) * gain,
            "" if register else against.get(id_l, ""),
        )
        if outcome == LinkOutcome.CERTAIN:
            grouped[reason].append(pair)
        else:
            single.append(pair)
    single.sort(key=lambda pair: (-pair.weight, pair.register, pair.key))
    asked: set[tuple[str, ...]] = set()
    single = _once(single, asked)
    patterns = []
    for reason, pairs in sorted(grouped.items()):
        # By fingerprint: the same samples whatever the order of the rows.
        if fresh := _once(sorted(pairs, key=lambda pair: pair.key), asked):
            patterns.append(_pattern(reason, fresh))
    patterns.sort(key=lambda one: (-len(one.pairs), one.code))
    return Review(tuple(single), tuple(patterns))


def _once(pairs: Iterable[Pair], asked: set[tuple[str, ...]]) -> list[Pair]:
    """Pairs whose two identities were not asked about yet: rows that are written alike share one decision."""
    fresh = []
    for pair in pairs:
        key = tuple(sorted(pair.key))
        if key not in asked:
            asked.add(key)
            fresh.append(pair)
    return fresh


def _list_rows(id_l: str, register: str, id_r: str) -> tuple[str, ...]:
    """The rows of the lists that a pair keeps waiting."""
    return (id_l,) if register else (id_l, id_r)


def uncertain(milli: int) -> int:
    """How much a decision tells: most where the odds are even. Integers only, like the score itself."""
    return 1_000_000 // (1_000 + abs(milli))


def _pattern(reason: str, pairs: Sequence[Pair]) -> Pattern:
    shared = {
        name: value
        for name, value in pairs[0].evidence.items()
        if all(pair.evidence[name] == value for pair in pairs)
    }
    counts = Counter(pair.where for pair in pairs)
    return Pattern(
        code=reason,
        why=sentence(shared),
        where="\n".join(f"{place}: {count}" for place, count in sorted(counts.items())),
        pairs=tuple(pair.key for pair in pairs),
        samples=tuple(pairs[:_SAMPLES]),
    )


def where(register: str) -> str:
    """In words where the second record stands."""
    return REGISTERS[register].title if register else "Sama-sama di daftar RT"


def household(evidence: Mapping[str, str]) -> str:
    """What living under one roof may explain: twins, parent and child, siblings, or a card that changed."""
    name, birth, card = (evidence.get(f"ev_{field}") for field in ("name", "birth", "kk"))
    close = name in _CLOSE_NAMES
    if card == "same" and birth == "same" and not close:
        return "Satu KK dan satu tanggal lahir, nama berbeda: mungkin kembar."
    if card == "same" and close and birth in ("other", "missing"):
        return "Satu KK, nama mirip, tanggal lahir berbeda: mungkin orang tua dan anak."
    if card == "same" and not close:
        return "Satu KK, nama berbeda: mungkin saudara serumah."
    if card == "other" and close and birth == "same":
        return "Nama dan tanggal lahir sama, KK lain: mungkin pindah atau KK baru."
    if evidence.get("ev_phone") == "same" and not close:
        return "Nomor HP sama, nama berbeda: mungkin satu rumah."
    return ""


def _sides(engine: Engine, candidates: str, extracts: Sequence[Snapshot]) -> dict[tuple[str, str], Side]:
    """Every record of an open pair by (register, row id)."""
    tables = {snapshot.name: snapshot.table for snapshot in extracts}
    fingerprints(engine, candidates, tables)
    sides: dict[tuple[str, str], Side] = {}
    open_pairs = f"FROM links WHERE {OPEN}"
    of_lists = f"SELECT id_l AS id {open_pairs} UNION SELECT id_r AS id {open_pairs} AND register = ''"
    for values in engine.rows(_query(candidates, 0, _LIST_FIELDS, of_lists)):
        sides["", values[0]] = _list_side(values)
    for number, snapshot in enumerate(extracts, start=1):
        wanted = f"SELECT id_r AS id {open_pairs} AND register = '{snapshot.name}'"
        for values in engine.rows(_query(snapshot.table, number, _REGISTER_FIELDS, wanted)):
            sides[snapshot.name, values[0]] = _register_side(values, snapshot)
    return sides


_LIST_FIELDS = (
    "row_id", "nik", "kk", "name", "birth_on", "sex", "desa_code", "rt", "phone",
    "desa_raw", "birth_raw", "occupation_raw", "file", "sheet", "row", "collector", "collected_on",
)  # fmt: skip
_REGISTER_FIELDS = (
    "row_id", "nik", "kk", "name", "birth_on", "sex", "desa", "phone",
    "status", "segment", "payer", "valid_until", "detail", "row",
)  # fmt: skip


def _query(table: str, source: int, fields: Iterable[str], wanted: str) -> str:
    texts = ", ".join(f"cast(t.{field} as varchar) AS {field}" for field in fields)
    return (
        f"SELECT {texts}, m.fingerprint FROM {table} AS t "
        f"JOIN lk_rows AS w ON w.src = {source} AND w.row_id = t.row_id JOIN lk_marks AS m ON m.n = w.n "
        f"WHERE t.row_id IN ({wanted}) ORDER BY t.row_id"
    )


def _list_side(values: Sequence[str | None]) -> Side:
    row = dict(zip((*_LIST_FIELDS, "fingerprint"), values, strict=True))
    text = {field: value or "" for field, value in row.items()}
    place = " · ".join(part for part in (text["file"], text["sheet"]) if part)
    origin = f"{place} · baris {text['row']}"
    if text["collector"]:
        origin += f" · pendata {text['collector']}"
    if text["collected_on"]:
        origin += f", {day_as_shown(text['collected_on'])}"
    return Side(
        nik=text["nik"],
        kk=text["kk"],
        name=text["name"],
        birth=day_as_shown(text["birth_on"]) or text["birth_raw"],
        sex=text["sex"],
        desa=desa_as_shown(text["desa_code"]) or text["desa_raw"],
        rt=text["rt"],
        phone=text["phone"],
        says=text["occupation_raw"],
        origin=origin,
        fingerprint=text["fingerprint"],
    )


def _register_side(values: Sequence[str | None], snapshot: Snapshot) -> Side:
    row = dict(zip((*_REGISTER_FIELDS, "fingerprint"), values, strict=True))
    text = {field: value or "" for field, value in row.items()}
    return Side(
        nik=clean(text["nik"]),
        kk=clean(text["kk"]),
        name=text["name"],
        birth=day_as_shown(text["birth_on"]),
        sex=text["sex"],
        desa=desa_as_shown(dotted(text["desa"])) or text["desa"],
        rt="",
        phone=text["phone"],
        says=register_says(text),
        origin=f"{snapshot.path.name} · baris {text['row']}",
        fingerprint=text["fingerprint"],
    )


def register_says(text: Mapping[str, str]) -> str:
    """What a register's row tells beside who it is about: status, segment, payer, until when."""
    until = f"sampai {day_as_shown(text['valid_until'])}" if text["valid_until"] else ""
    parts = (text["status"], text["segment"], text["payer"], until, text["detail"])
    return " · ".join(part for part in parts if part)


def day_as_shown(text: str) -> str:
    """A date as tables show it; as it was written where it cannot be read."""
    value = parse_date(text).value
    return day(value) if value else text


def desa_as_shown(code: str | None) -> str:
    """The desa's name; the code of one that is not known."""
    place = region.desa(code) if code else None
    return place.name if place else code or ""
