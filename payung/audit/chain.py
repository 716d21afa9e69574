"""What the ledger is to the byte: an entry's canonical bytes, its hash, the tree over all hashes, commitments.

Pure and small, so that a stranger can write it again from `docs/audit.md` and check a regency's ledger. Hashes are
SHA-256, written as 64 small hexadecimal digits. Prefixes are those of RFC 6962: 0x00 before a leaf, 0x01 before a
node. An entry holds the hash of the entry before it, and its own hash is the leaf of the tree.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

ENTRY_FORM = "payung-entry-1"
DETAIL_FORM = "payung-detail-1"
START = "0" * 64
"""What the first entry of a regency holds as the hash before it."""
EMPTY_ROOT = hashlib.sha256(b"").hexdigest()
"""Root of a ledger without entries."""
SALT_BYTES = 32

_HASH = re.compile(r"[0-9a-f]{64}")
_INSTANT = "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass(frozen=True, slots=True)
class Entry:
    """What one entry says. `seq` counts from 1 without gaps; `at` is UTC with microseconds (`instant`).

    `actor` and `post` are ids, None for the machine itself. `commitment` is that of the detail, "" without one.
    """

    regency: str
    seq: int
    at: str
    actor: int | None
    role: str
    post: int | None
    action: str
    subject_type: str
    subject_id: str
    commitment: str
    previous: str

    def canonical(self) -> bytes:
        """The entry as bytes; two different entries never give the same. ValueError for what no entry can say."""
        _check(self)
        return packed(
            ENTRY_FORM, self.regency, self.seq, self.at, self.actor, self.role, self.post, self.action,
            self.subject_type, self.subject_id, self.commitment, self.previous,
        )  # fmt: skip

    @property
    def hash(self) -> str:
        """The entry's hash, which the next one holds."""
        return leaf_hash(self.canonical()).hex()


@dataclass(frozen=True, slots=True)
class Line:
    """An entry with the hash that was stored beside it."""

    entry: Entry
    hash: str


def packed(*values: str | int | None) -> bytes:
    """Values as bytes, each with its kind and length before it (`s5:Paser`, `i2:17`, `n0:`): never ambiguous.

    Texts are UTF-8 in NFC; ValueError for another form, so that what looks the same is the same.
    """
    parts = bytearray()
    for value in values:
        if value is None:
            kind, content = b"n", b""
        elif isinstance(value, str):
            if not unicodedata.is_normalized("NFC", value):
                raise ValueError("a text is not in Unicode's composed form (NFC)")
            kind, content = b"s", value.encode()
        elif isinstance(value, int) and not isinstance(value, bool):
            kind, content = b"i", str(value).encode()
        else:
            raise ValueError(f"{type(value).__name__} has no place in a ledger")
        parts += kind + str(len(content)).encode() + b":" + content
    return bytes(parts)


def instant(at: datetime) -> str:
    """An instant as entries write it: `2026-11-25T05:14:09.123456Z`."""
    if at.tzinfo is None:
        raise ValueError("an instant without a time zone")
    return at.astimezone(UTC).strftime(_INSTANT)


def leaf_hash(content: bytes) -> bytes:
    """RFC 6962's hash of a leaf."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962's hash of a node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def is_hash(text: object) -> bool:
    """Whether a value is written as a hash."""
    return isinstance(text, str) and _HASH.fullmatch(text) is not None


def _check(entry: Entry) -> None:
    if entry.seq < 1:
        raise ValueError("entries count from 1")
    try:
        good = datetime.strptime(entry.at, _INSTANT).strftime(_INSTANT) == entry.at  # noqa: DTZ007
    except ValueError:
        good = False
    if not good:
        raise ValueError("an instant is not written as the ledger writes it")
    if not is_hash(entry.previous) or not (entry.commitment == "" or is_hash(entry.commitment)):
        raise ValueError("a hash is not 64 small hexadecimal digits")


class Tree:
    """The Merkle tree of RFC 6962 as it grows: only its peaks are kept, so that millions of leaves take no room."""

    def __init__(self, size: int = 0, peaks: Sequence[str] = ()) -> None:
        """A tree that already holds `size` leaves, whose complete subtrees have the roots `peaks` (largest first)."""
        if len(peaks) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} peaks, not {len(peaks)}")
        self.size = size
        self._peaks = [bytes.fromhex(one) for one in peaks]

    @property
    def peaks(self) -> tuple[str, ...]:
        """Roots of the complete subtrees, largest first."""
        return tuple(one.hex() for one in self._peaks)

    def add(self, leaf: str) -> None:
        """Append a leaf's hash."""
        node, full = bytes.fromhex(leaf), self.size
        while full & 1:
            node = node_hash(self._peaks.pop(), node)
            full >>= 1
        self._peaks.append(node)
        self.size += 1

    @property
    def root(self) -> str:
        """The head of the tree as it is now."""
        if not self._peaks:
            return EMPTY_ROOT
        node = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            node = node_hash(peak, node)
        return node.hex()


def root_of(leaves: Iterable[str]) -> str:
    """The head of the tree over these leaves."""
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root


def inclusion_proof(leaves: Sequence[str], index: int) -> tuple[str, ...]:
    """RFC 6962's audit path of the leaf at `index` (from 0) in the tree over `leaves`, from the leaf upward."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return ()
    cut = _split(len(leaves))
    if index < cut:
        return (*inclusion_proof(leaves[:cut], index), root_of(leaves[cut:]))
    return (*inclusion_proof(leaves[cut:], index - cut), root_of(leaves[:cut]))


def is_included(leaf: str, index: int, size: int, proof: Sequence[str], root: str) -> bool:
    """Whether `proof` shows that `leaf` stands at `index` (from 0) in the tree of `size` leaves with this root."""
    if not 0 <= index < size:
        return False
    node, at, last = bytes.fromhex(leaf), index, size - 1
    for step in proof:
        if last == 0:
            return False
        other = bytes.fromhex(step)
        if at & 1 or at == last:
            node = node_hash(other, node)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            node = node_hash(node, other)
        at, last = at >> 1, last >> 1
    return last == 0 and node.hex() == root


def consistency_proof(leaves: Sequence[str], earlier: int) -> tuple[str, ...]:
    """RFC 6962's proof that the tree over the first `earlier` leaves is the beginning of the tree over all."""
    if not 0 < earlier <= len(leaves):
        raise IndexError(earlier)
    return _subproof(leaves, earlier, whole=True)


def is_consistent(earlier: int, earlier_root: str, size: int, root: str, proof: Sequence[str]) -> bool:
    """Whether `proof` shows that the tree of `earlier` leaves grew into the tree of `size` leaves."""
    if not 0 < earlier <= size:
        return False
    if earlier == size:
        return not proof and earlier_root == root
    steps = [bytes.fromhex(one) for one in proof]
    at, last = earlier - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    if at:
        if not steps:
            return False
        old = new = steps.pop(0)
    else:
        old = new = bytes.fromhex(earlier_root)
    for other in steps:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node_hash(other, old), node_hash(other, new)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, other)
        at, last = at >> 1, last >> 1
    return last == 0 and old.hex() == earlier_root and new.hex() == root


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


def _subproof(leaves: Sequence[str], earlier: int, *, whole: bool) -> tuple[str, ...]:
    if earlier == len(leaves):
        return () if whole else (root_of(leaves),)
    cut = _split(len(leaves))
    if earlier <= cut:
        return (*_subproof(leaves[:cut], earlier, whole=whole), root_of(leaves[cut:]))
    return (*_subproof(leaves[cut:], earlier - cut, whole=False), root_of(leaves[:cut]))


def plain(value: Any) -> Any:
    """A detail as JSON can hold it and give it back unchanged.

    Texts in NFC; dates and instants as ISO texts; numbers with a fraction as texts, because no two languages write
    them alike. TypeError for anything else.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str):
        return unicodedata.normalize("NFC", str(value))
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, Mapping):
        return {plain(str(key)): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    raise TypeError(f"{type(value).__name__} has no place in a detail")


def commit(salt: str, detail: Any) -> str:
    """The commitment to a detail (as `plain` gives it): tells nothing without the salt, and fits no other detail.

    `salt` is 64 hexadecimal digits of chance. The detail is JSON with sorted keys, without blanks, in UTF-8.
    """
    text = json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(packed(DETAIL_FORM, salt, text)).hexdigest()
