"""Checking the ledger where it stands, in the database, piece by piece: entries, heads, tip, and sealed details."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from payung.audit import signing
from payung.audit.chain import START, Line, Tree, commit
from payung.audit.files import read_witnesses
from payung.audit.models import Detail, Head
from payung.audit.queries import details, erased, lines, tip_of
from payung.audit.verify import Check, Fault, Kind, Verdict
from payung.config import load
from payung.core.scope import Scope, acting_in, current
from payung.vault.seal import Unsealable

PIECE = 4000
"""Entries of a piece: a third of a second."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a check is: everything that is needed to go on, small enough for a form's hidden field.

    `until` and `tip` are the chain's end when the check began; what is written meanwhile belongs to the next check.
    """

    regency: str
    until: int
    tip: str
    size: int = 0
    peaks: tuple[str, ...] = ()
    last: str = START
    proven: int = 0


def begin(regency: str) -> Progress:
    """Start a check of everything that is written so far."""
    with acting_in(_scope(regency)):
        until, tip = tip_of(regency)
        signed = (
            Head.objects.filter(regency_code=regency).order_by("-size").values_list("size", flat=True).first()
        )
    return Progress(regency, max(until, signed or 0), tip if until >= (signed or 0) else "")


def go_on(so_far: Progress, piece: int = PIECE) -> Progress | Verdict:
    """Check the next entries; the verdict as soon as there is one."""
    with acting_in(_scope(so_far.regency)):
        check = _check(so_far)
        upto = min(so_far.size + piece, so_far.until)
        chunk = list(lines(so_far.regency, so_far.size, upto))
        for line in chunk:
            if not check.add(line):
                return check.end()
        fault = _faulty_detail(so_far.regency, chunk, check.proven)
        if fault:
            return replace(check.end(), fault=fault)
    if check.tree.size == upto < so_far.until:
        return replace(so_far, size=upto, peaks=check.tree.peaks, last=check.last, proven=check.proven)
    return _ended(check, so_far)


def check_all(regency: str, witnesses: Path | None = None) -> Verdict:
    """Check a regency's whole ledger in the database, against its heads and the witness files at `witnesses`."""
    found = begin(regency)
    if witnesses:
        return _against(found, witnesses)
    step: Progress | Verdict = found
    while isinstance(step, Progress):
        step = go_on(step)
    return step


def _against(start: Progress, witnesses: Path) -> Verdict:
    with acting_in(_scope(start.regency)):
        check = _check(start)
        check = Check(start.regency, check.heads, read_witnesses(witnesses, start.regency), check.keys)
        for piece in _pieces(lines(start.regency, 0, start.until)):
            for line in piece:
                if not check.add(line):
                    return check.end()
            fault = _faulty_detail(start.regency, piece, check.proven)
            if fault:
                return replace(check.end(), fault=fault)
    return _ended(check, start)


def _check(so_far: Progress) -> Check:
    heads = Head.objects.filter(regency_code=so_far.regency, size__lte=so_far.until).order_by("size", "day")
    own = signing.by_fingerprint([signing.signing_key(load().folder("keys")).public_key()])
    return Check(
        so_far.regency,
        [head.signed for head in heads],
        keys=own,
        tree=Tree(so_far.size, so_far.peaks),
        last=so_far.last,
        proven=so_far.proven,
    )


def _ended(check: Check, so_far: Progress) -> Verdict:
    verdict = check.end()
    if verdict.fault:
        return verdict
    about = "pada ujung rantai di basis data"
    if verdict.entries < so_far.until:
        return replace(
            verdict, fault=Fault(Kind.CUT, verdict.entries + 1, so_far.until, verdict.proven, about)
        )
    if so_far.tip and so_far.tip != verdict.last:
        first = min(verdict.proven + 1, so_far.until)
        return replace(
            verdict, fault=Fault(Kind.REWRITTEN, first, so_far.until, verdict.proven, "ujung rantai")
        )
    return verdict


def _faulty_detail(regency: str, chunk: list[Line], proven: int) -> Fault | None:
    """The first entry whose detail is another than was committed to, or is gone without a recorded erasing."""
    if not chunk:
        return None
    first, last = chunk[0].entry.seq, chunk[-1].entry.seq
    found = _commitments(regency, first, last)
    gone: set[int] | None = None
    for line in chunk:
        seq, wanted = line.entry.seq, line.entry.commitment
        if seq in found and found[seq] != wanted:
            return Fault(Kind.DETAIL, seq, seq, proven)
        if wanted and seq not in found:
            gone = erased(regency) if gone is None else gone
            if seq not in gone:
                return Fault(Kind.DETAIL_GONE, seq, seq, proven)
    return None


def _commitments(regency: str, first: int, last: int) -> dict[int, str]:
    rows = details(regency, first, last)
    try:
        return {one.event.seq: _commitment(one) for one in rows}
    except Unsealable:
        found = {}
        for number in rows.values_list("event__seq", flat=True):
            try:
                found[number] = _commitment(rows.get(event__seq=number))
            except Unsealable:
                found[number] = "unsealable"
        return found


def _commitment(detail: Detail) -> str:
    try:
        return commit(detail.salt, detail.said)
    except (KeyError, TypeError, ValueError):
        return "malformed"


def _pieces(entries: Iterator[Line]) -> Iterator[list[Line]]:
    while piece := list(islice(entries, PIECE)):
        yield piece


def _scope(regency: str) -> Scope:
    scope = current()
    return scope if scope and scope.regency == regency else Scope(regency)
