"""Ledgers for tests: genuine ones, and what somebody does to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from payung.audit.chain import START, Entry, Line, Tree, instant
from payung.audit.signing import Head, Witness, by_fingerprint, sign

REGENCY = "64.01"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEYS = by_fingerprint([KEY.public_key()])
_BEGIN = datetime(2026, 11, 2, 1, 0, 0, 123456, UTC)
_ACTIONS = ("intake.upload", "screening.start", "access.sign_in")


def ledger(size: int) -> list[Line]:
    """A genuine ledger."""
    return chained(
        Entry(
            REGENCY, seq, instant(_BEGIN + timedelta(minutes=seq)), seq % 4 or None, "verifikator", 3,
            _ACTIONS[seq % 3], "intake.upload", str(seq * 7), f"{seq:064x}" if seq % 2 else "", START,
        )
        for seq in range(1, size + 1)
    )  # fmt: skip


def chained(entries: Iterable[Entry], previous: str = START) -> list[Line]:
    """Entries with their hashes computed anew from the first one on, as who knows the method would do it."""
    lines = []
    for entry in entries:
        linked = replace(entry, previous=previous)
        previous = linked.hash
        lines.append(Line(linked, previous))
    return lines


def head_at(lines: Sequence[Line], size: int, key: Ed25519PrivateKey = KEY) -> Head:
    """The signed head of the first `size` entries."""
    tree = Tree()
    for line in lines[:size]:
        tree.add(line.hash)
    last = lines[size - 1].hash if size else START
    return sign(Head(REGENCY, date(2026, 11, 3) + timedelta(days=size), size, tree.root, last), key)


def witness_at(lines: Sequence[Line], after: int, size: int) -> Witness:
    """The witness file of the entries `after + 1` to `size`."""
    tree = Tree()
    for line in lines[:after]:
        tree.add(line.hash)
    return Witness(head_at(lines, size), after, tree.peaks, tuple(line.hash for line in lines[after:size]))
