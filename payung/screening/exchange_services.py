"""The review workbook and decisions as files: written from the pairs in the database, read back with a look first.

The same files as `payung run` writes and takes. The workbook holds full NIKs: every export is recorded, and more than
500 rows leave only after a second person has agreed.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

from django.core import signing
from django.db import transaction
from django.utils import timezone

from payung.access.policy import Action
from payung.approval.kinds import kind
from payung.approval.models import Proposal
from payung.approval.rules import Verdict as Answer
from payung.approval.services import propose
from payung.audit.services import record
from payung.config import load
from payung.core.errors import PayungError
from payung.core.portions import portions
from payung.core.scope import required
from payung.screening import review
from payung.screening.decisions import read_decisions, write_decisions
from payung.screening.keys import pair_index
from payung.screening.models import Pair
from payung.screening.queries import certain, latest_run, open_singles, queue_order
from payung.screening.reviewbook import write_workbook
from payung.screening.rules import Verdict, sentence
from payung.screening.services import ASKED, decisions_in_force, take_over
from payung.screening.shown import told_besides
from payung.screening.sides import LEFT, RIGHT, Record, read

EXPORT = "pair.export"
BOOK, CSV = "buku", "csv"
FREE_ROWS = 500
"""So many rows leave without a second person."""
GOOD_FOR = timedelta(days=7)
"""How long an approved export may be taken."""
_SALT = "payung.screening.exchange"


@dataclass(frozen=True, slots=True)
class Export:
    """What can be taken out."""

    what: str
    file: str
    rows: int
    approved: Proposal | None = None
    waiting: Proposal | None = None

    @property
    def is_free(self) -> bool:
        return self.rows <= FREE_ROWS or self.approved is not None


def exports() -> list[Export]:
    """Both files, with how many rows each holds now and whether the actor may take it."""
    run = latest_run()
    real = {"is_test": False}
    rows = {
        BOOK: open_singles(run).filter(**real).count() + certain(run).filter(**real).count() if run else 0,
        CSV: Pair.objects.filter(**real).exclude(verdict="").count(),
    }
    own = Proposal.objects.filter(kind=EXPORT, made_by=required().actor).order_by("-pk")[:20]
    approved: dict[str, Proposal] = {}
    waiting: dict[str, Proposal] = {}
    for one in own:
        what = one.subject_id.partition("-")[0]
        if one.verdict == Answer.APPROVED and one.decided_at and one.decided_at > timezone.now() - GOOD_FOR:
            approved.setdefault(what, one)
        elif one.is_open:
            waiting.setdefault(what, one)
    names = {BOOK: "periksa-pasangan.xlsx", CSV: "keputusan.csv"}
    return [
        Export(what, names[what], count, approved.get(what), waiting.get(what))
        for what, count in rows.items()
    ]


def propose_export(what: str, *, reason: str) -> Proposal:
    """Ask a second person to let a large file out."""
    wanted = _export(what)
    return propose(
        EXPORT, ("screening.export", f"{what}-{required().actor}"), {"what": what, "rows": wanted.rows},
        summary=f"Unduh {wanted.file}: {wanted.rows} baris data orang",
        reason=reason, changes=[("Baris", "", str(wanted.rows))],
    )  # fmt: skip


@kind(EXPORT, "Unduh berkas besar berisi data orang", Action.PAIR_EXCHANGE, lambda subject_id, payload: "")
def allow_export(subject_id: str, payload: Mapping[str, Any]) -> None:
    """Approved: the maker may take the file for a week. The decision itself is what says so."""


def take_export(what: str) -> tuple[str, bytes]:
    """Name and contents of a file, recorded. PayungError for more than 500 rows that nobody has agreed to."""
    wanted = _export(what)
    if not wanted.is_free:
        raise PayungError(
            f"Berkas ini berisi {wanted.rows} baris data orang; lebih dari {FREE_ROWS} perlu persetujuan "
            "orang kedua.",
            todo="Ajukan dengan alasannya, lalu unduh setelah disetujui.",
        )
    with _workspace() as folder:
        out = folder / wanted.file
        if what == BOOK:
            write_workbook(gathered(), out, decisions_in_force())
        else:
            write_decisions(decisions_in_force(), out)
        content = out.read_bytes()
    with transaction.atomic():
        record("pair.exported", ("screening.export", what), detail={
            "rows": wanted.rows, "proposal": wanted.approved.pk if wanted.approved else None,
        })  # fmt: skip
    return wanted.file, content


def _export(what: str) -> Export:
    found = [one for one in exports() if one.what == what]
    if not found:
        raise PayungError("Berkas itu tidak ada.", todo="Pilih salah satu yang tercantum.")
    return found[0]


def gathered() -> review.Review:
    """What is open in the current run, as the review workbook asks it: each two identities once."""
    run, seen = latest_run(), set[str]()
    single = tuple(_pair(one) for one in _once(queue_order(open_singles(run).filter(is_test=False)), seen))
    patterns: dict[str, list[Pair]] = {}
    for one in _once(certain(run).filter(is_test=False).order_by("pattern", "key_index"), seen):
        patterns.setdefault(one.pattern, []).append(one)
    made = [_pattern(code, pairs) for code, pairs in patterns.items()]
    return review.Review(single, tuple(sorted(made, key=lambda one: (-len(one.pairs), one.code))))


def _once(pairs: Iterable[Pair], seen: set[str]) -> Iterator[Pair]:
    for one in pairs:
        if one.key_index not in seen:
            seen.add(one.key_index)
            yield one


def _pair(pair: Pair) -> review.Pair:
    return review.Pair(
        _side(read(pair.sides, LEFT), pair.fingerprint_l), _side(read(pair.sides, RIGHT), pair.fingerprint_r),
        pair.register, pair.evidence, pair.priority, told_besides(pair),
    )  # fmt: skip


def _side(one: Record, fingerprint: str) -> review.Side:
    origin = " · ".join(part for part in (one.origin, one.collector and f"pendata {one.collector}") if part)
    return review.Side(
        one.nik,
        one.kk,
        one.name,
        one.birth,
        one.sex,
        one.desa,
        one.rt,
        one.phone,
        one.says,
        origin,
        fingerprint,
    )


def _pattern(code: str, pairs: list[Pair]) -> review.Pattern:
    shared = {
        name: value
        for name, value in pairs[0].evidence.items()
        if all(one.evidence.get(name) == value for one in pairs)
    }
    counted = Counter(review.where(one.register) for one in pairs)
    return review.Pattern(
        code, sentence(shared), "\n".join(f"{place}: {count}" for place, count in sorted(counted.items())),
        tuple((one.fingerprint_l, one.fingerprint_r) for one in pairs),
        tuple(_pair(one) for one in pairs[:3]),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """A decision of a file about a pair that is known."""

    pair: Pair
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would change. `state` is what `save` is given; nothing is kept in between."""

    new: tuple[Change, ...]
    clashes: tuple[Change, ...]
    """Decided otherwise in the office meanwhile: a person says which of the two holds."""
    same: int
    older: int
    """Questions to the RT that have been decided since."""
    unknown: int
    """Pairs that nobody asks about any more: an identity changed, or they come from elsewhere."""
    state: str


def preview(content: BinaryIO, name: str) -> Preview:
    """What a review workbook or CSV would change. PayungError, naming the cell, for one that cannot be read."""
    with _workspace() as folder:
        start = content.read(4)
        path = folder / ("keputusan.xlsx" if start == b"PK\x03\x04" else "keputusan.csv")
        path.write_bytes(start + content.read())
        decisions = read_decisions(path)
    regency = required().regency
    said = {pair_index(one.fingerprint_l, one.fingerprint_r, regency): one.verdict for one in decisions}
    pairs: dict[str, Pair] = {}
    for some in _few(list(said)):
        for pair in Pair.objects.filter(key_index__in=some, is_test=False).order_by("-register"):
            pairs[pair.key_index] = pair  # the one within the lists, where there are several
    new, clashes, same, older = [], [], 0, 0
    for key, verdict in said.items():
        known = pairs.get(key)
        if known is None:
            continue
        if known.verdict == verdict:
            same += 1
        elif known.verdict in ("", Verdict.ASK_RT):
            new.append(Change(known, verdict))
        elif verdict is Verdict.ASK_RT:
            older += 1
        else:
            clashes.append(Change(known, verdict))
    state = signing.dumps(
        {
            "user": required().actor, "file": name[:120],
            "new": [_kept(one) for one in new], "clashes": [_kept(one) for one in clashes],
        },
        salt=_SALT, compress=True,
    )  # fmt: skip
    return Preview(tuple(new), tuple(clashes), same, older, len(said) - len(pairs), state)


def _kept(one: Change) -> list[Any]:
    return [one.pair.pk, one.pair.version, str(one.verdict)]


def save(state: str, from_file: Iterable[int] = ()) -> int:
    """Save what `preview` showed, of the clashes those in `from_file`; how many. All or none.

    PayungError for a state that is older than a day or somebody else's, or where a pair was decided meanwhile.
    """
    try:
        kept = signing.loads(state, salt=_SALT, max_age=86400)
    except signing.BadSignature:
        kept = {}
    if kept.get("user") != required().actor:
        raise PayungError("Pemeriksaan berkas ini sudah lewat.", todo="Unggah berkasnya sekali lagi.")
    wanted = set(from_file)
    chosen = [*kept["new"], *(one for one in kept["clashes"] if one[0] in wanted)]
    return take_over({pk: (Verdict(verdict), version) for pk, version, verdict in chosen}, file=kept["file"])


def _few(keys: list[str]) -> Iterator[list[str]]:
    for some in portions(range(len(keys)), ASKED):
        yield [keys[at] for at in some]


@contextmanager
def _workspace() -> Iterator[Path]:
    """A folder of one's own for a moment: what stands in it holds NIKs in the clear."""
    with tempfile.TemporaryDirectory(prefix="periksa-", dir=load().folder("workspace")) as folder:
        yield Path(folder)
