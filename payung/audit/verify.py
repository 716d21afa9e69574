"""Whether a ledger is what was written: checks entries against each other, against signed heads and against witnesses.

Pure: it needs neither Django nor a database, so that an inspectorate can check an exported ledger on any computer.
It goes through the entries once, in constant memory, and stops at the first fault.

What can be known depends on what is at hand. Whoever rewrites an entry *and* every hash after it is caught by the
next signed head, which tells that the fault lies behind the head before it; a witness file holds the hash of each
entry, so that it tells which one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from payung.audit.chain import START, Line, Tree
from payung.audit.signing import Head, Witness, is_signed
from payung.core.dates import long_day


class Kind(StrEnum):
    """What is wrong."""

    EDITED = "edited"
    """What the entry says does not fit its own hash."""
    BROKEN = "broken"
    """An entry does not hold the hash of the one before it."""
    MISSING = "missing"
    """A number is left out."""
    CUT = "cut"
    """A head counts more entries than there are."""
    OUT_OF_PLACE = "out_of_place"
    """An entry stands where its number does not belong: inserted, doubled or moved."""
    REWRITTEN = "rewritten"
    """Entries fit each other, but not the signed head or the witness: they were written anew."""
    STRANGE = "strange"
    """An entry of another regency."""
    UNREADABLE = "unreadable"
    """A line that is no entry."""
    DETAIL = "detail"
    """The detail beside an entry is another than the one to which the entry commits."""
    DETAIL_GONE = "detail_gone"
    """The detail beside an entry is not there, and nobody recorded that it was erased."""
    FALSE_HEAD = "false_head"
    """A head that no trusted key signed, or a witness whose hashes are not those of its head."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The first bad entry: its number (`first` = `last`), or the numbers between which it lies, both included.

    The first `proven` entries are vouched for by a head or a witness, whatever was done to the others. For CUT the
    numbers are those that are gone, for FALSE_HEAD those that the head covers.
    """

    kind: Kind
    first: int
    last: int
    proven: int = 0
    about: str = ""

    def in_words(self) -> str:
        """The fault as an Indonesian sentence, with what is still sure."""
        said = _SAYINGS[self.kind].format(first=self.first, last=self.last, about=self.about)
        if self.first < self.last and self.kind in (Kind.BROKEN, Kind.REWRITTEN):
            said += f" Yang pertama salah ada di antara nomor {self.first} dan {self.last}."
        sure = f" Catatan nomor 1 sampai {self.proven} terbukti utuh." if self.proven else ""
        return said + sure


_SAYINGS: Mapping[Kind, str] = {
    Kind.EDITED: "Catatan nomor {last} diubah sesudah ditulis: isinya tidak cocok dengan sidiknya sendiri.",
    Kind.BROKEN: "Rantai putus: catatan nomor {last} tidak menyambung ke catatan sebelumnya.",
    Kind.MISSING: "Catatan nomor {last} hilang.",
    Kind.CUT: "Ekor buku dipotong: catatan mulai nomor {first} hilang, padahal dihitung oleh kepala buku {about}.",
    Kind.OUT_OF_PLACE: "Di tempat catatan nomor {last} berdiri catatan lain: disisipkan, digandakan, atau dipindah.",
    Kind.REWRITTEN: "Catatan nomor {last} atau sebelumnya ditulis ulang: tidak cocok dengan {about}.",
    Kind.STRANGE: "Catatan nomor {last} milik daerah lain.",
    Kind.UNREADABLE: "Baris catatan nomor {last} tidak terbaca.",
    Kind.DETAIL: "Rincian catatan nomor {last} bukan yang dicatat waktu itu.",
    Kind.DETAIL_GONE: "Rincian catatan nomor {last} hilang tanpa catatan penghapusan.",
    Kind.FALSE_HEAD: "Kepala buku {about} tidak sah: tanda tangan atau sidiknya tidak cocok.",
}


_UNSIGNED = "kepala buku, yang tanda tangannya tidak diperiksa karena tidak ada kunci publik"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found. `proven` of `entries` are vouched for by a head; `signed` tells whether keys were at hand."""

    entries: int
    heads: int
    proven: int
    last: str
    signed: bool
    fault: Fault | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return self.fault is None

    def in_words(self) -> str:
        """The verdict as Indonesian sentences."""
        if self.fault:
            return self.fault.in_words()
        said = f"Buku utuh: {self.entries} catatan, {self.heads} kepala buku. "
        by = "kepala buku bertanda tangan sah" if self.signed else _UNSIGNED
        if self.proven:
            said += f"Catatan nomor 1 sampai {self.proven} dijamin oleh {by}."
        if self.proven < self.entries:
            said += (
                f" {self.entries - self.proven} catatan terakhir baru dijamin oleh kepala buku berikutnya."
            )
        return said.strip()


@dataclass
class Check:
    """A check on its way, entry by entry; it can be laid down and taken up (`tree`, `last`, `proven`).

    `heads` may be in any order; those below `tree.size` are taken as checked.
    """

    regency: str
    heads: Sequence[Head] = ()
    witnesses: Sequence[Witness] = ()
    keys: Mapping[str, Ed25519PublicKey] = field(default_factory=dict)
    tree: Tree = field(default_factory=Tree)
    last: str = START
    proven: int = 0
    fault: Fault | None = None

    def __post_init__(self) -> None:
        everything = list(dict.fromkeys([*self.heads, *(one.head for one in self.witnesses)]))
        self._heads: dict[int, list[Head]] = {}
        for head in everything:
            self._heads.setdefault(head.size, []).append(head)
        self._known = {
            one.after + place: (leaf, one)
            for one in self.witnesses
            for place, leaf in enumerate(one.hashes, start=1)
        }
        self.fault = self.fault or self._false_head(everything)
        if not self.fault and self.tree.size == 0:
            self._compare_heads()

    def add(self, line: Line | None) -> bool:
        """Take the next entry (None for a line that is none). False as soon as something is wrong."""
        if self.fault:
            return False
        here = self.tree.size + 1
        if line is None:
            return self._wrong(Kind.UNREADABLE, here)
        entry = line.entry
        if entry.seq != here:
            return self._wrong(
                Kind.MISSING if entry.seq > here and self._follows(line) else Kind.OUT_OF_PLACE, here
            )
        if entry.regency != self.regency:
            return self._wrong(Kind.STRANGE, here)
        try:
            computed = entry.hash
        except ValueError:
            return self._wrong(Kind.EDITED, here)
        if computed != line.hash:
            return self._wrong(Kind.EDITED, here)
        if entry.previous != self.last:
            return self._wrong(Kind.BROKEN, self.proven + 1, here)
        known = self._known.get(here)
        if known and known[0] != computed:
            return self._wrong(Kind.REWRITTEN, self.proven + 1, here, f"berkas saksi {_name(known[1].head)}")
        self.tree.add(computed)
        self.last = computed
        if known:  # a hash that is vouched for vouches for everything before it
            self.proven = here
        return self._compare_heads()

    def end(self) -> Verdict:
        """The verdict, when there are no more entries."""
        beyond = [head for size, heads in self._heads.items() if size > self.tree.size for head in heads]
        if not self.fault and beyond:
            head = max(beyond, key=lambda one: one.size)
            self._wrong(Kind.CUT, self.tree.size + 1, head.size, _name(head))
        count = sum(len(heads) for heads in self._heads.values())
        return Verdict(self.tree.size, count, self.proven, self.last, bool(self.keys), self.fault)

    def _follows(self, line: Line) -> bool:
        """Whether an entry that comes too early is a genuine one, so that the one before it is simply not there."""
        try:
            return line.entry.regency == self.regency and line.entry.hash == line.hash
        except ValueError:
            return False

    def _false_head(self, heads: Sequence[Head]) -> Fault | None:
        lying = {one.head for one in self.witnesses if not one.is_whole()}
        for head in sorted(heads, key=lambda one: (one.size, one.day)):
            unsigned = bool(self.keys) and not is_signed(head, self.keys)
            if head.regency != self.regency or head in lying or unsigned:
                return Fault(Kind.FALSE_HEAD, 1, head.size, 0, _name(head))
        return None

    def _compare_heads(self) -> bool:
        size = self.tree.size
        for head in self._heads.get(size, ()):
            if head.root != self.tree.root or head.last != self.last:
                return self._wrong(
                    Kind.REWRITTEN, min(self.proven + 1, size), size, f"kepala buku {_name(head)}"
                )
        if size in self._heads:
            self.proven = size
        return True

    def _wrong(self, kind: Kind, first: int, last: int | None = None, about: str = "") -> bool:
        self.fault = Fault(kind, first, first if last is None else last, self.proven, about)
        return False


def verify(
    regency: str,
    lines: Iterable[Line | None],
    heads: Sequence[Head] = (),
    *,
    witnesses: Sequence[Witness] = (),
    keys: Mapping[str, Ed25519PublicKey] | None = None,
) -> Verdict:
    """Check a regency's whole ledger, from its first entry on.

    `heads` stand in the ledger's own export, `witnesses` come from outside; with `keys` (trusted public keys by
    fingerprint) every head must be signed by one of them, without keys signatures are not checked, and that is said.
    """
    check = Check(regency, heads, witnesses, keys or {})
    for line in lines:
        if not check.add(line):
            break
    return check.end()


def _name(head: Head) -> str:
    return f"tanggal {long_day(head.day)} ({head.size} catatan)"
