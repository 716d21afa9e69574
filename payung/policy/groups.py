"""Occupation groups and the words people write for them.

How a written occupation finds its group: case, punctuation and digits do not count. First the whole text is
looked up; then each part of a list ("imam / petani") by itself: in Indonesian the occupation leads its phrase, so
the longest synonym with which the part begins wins ("petani padi", "pedagang sayur keliling"; not "penjaga kebun").
Synonyms of up to three letters must be the whole part ("RT", not "RT sebelah"). A part that says the person is
something else ("pensiunan", "istri nelayan", "guru PNS") finds nothing. Among several groups the one that stands
earliest in the policy's catalogue wins: it runs from the narrow office (imam) to the broad livelihood (buruh
harian). What nobody has taught is unknown: `None`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

# Words that turn the rest of a part into somebody else's occupation, or into a waged one.
_NOT_THIS = frozenset(
    "bukan tidak mantan eks pensiun pensiunan purnawirawan istri isteri suami anak janda duda calon belum "
    "pns asn pppk tni polri cpns karyawan karyawati pegawai staf pelajar mahasiswa mahasiswi siswa siswi "
    "pabrik perusahaan pt cv kantor dinas bumn bumd".split()
)
_FILLERS = frozenset(
    "seorang sebagai bekerja kerja pekerjaan sehari hari pak bu bapak ibu juga jadi menjadi".split()
)
_SHORT = 3
_PARTS = re.compile(r"[/,;&+|()\n]|\bdan\b|\bserta\b|\bmerangkap\b|\bsekaligus\b")


def words(text: str) -> tuple[str, ...]:
    """Lower-case words without punctuation or digits: `"Petani/Pekebun 2"` is `("petani", "pekebun")`."""
    return tuple(re.findall(r"[a-z]+", text.casefold()))


@dataclass(frozen=True, slots=True)
class Segment:
    """In which segment a group is insured over a period."""

    valid_from: date
    valid_to: date
    segment: str
    note: str


@dataclass(frozen=True, slots=True)
class Group:
    """One occupation group. `quota` is the most seats in a round, None without limit."""

    id: str
    title: str
    synonyms: tuple[str, ...]
    proof: tuple[str, ...]
    sector: str
    segments: tuple[Segment, ...]
    points: int
    quota: int | None

    def segment_on(self, on: date) -> Segment | None:
        return next((s for s in self.segments if s.valid_from <= on <= s.valid_to), None)


@dataclass(frozen=True, eq=False)
class Groups:
    """The catalogue in its order, narrow to broad."""

    by_id: Mapping[str, Group]
    _synonyms: dict[tuple[str, ...], str] = field(init=False, repr=False)
    _longest: int = field(init=False, repr=False)
    _memo: dict[str, str | None] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        table = {words(s): g.id for g in self.by_id.values() for s in (g.title, *g.synonyms)}
        object.__setattr__(self, "_synonyms", table)
        object.__setattr__(self, "_longest", max(map(len, table), default=0))

    def __getitem__(self, group_id: str) -> Group:
        return self.by_id[group_id]

    def __iter__(self) -> Iterator[Group]:
        return iter(self.by_id.values())

    def match(self, text: str | None) -> str | None:
        """The group id of a written occupation; None when it is not known."""
        if text is None:
            return None
        if text not in self._memo:
            self._memo[text] = self._match(text)
        return self._memo[text]

    def _match(self, text: str) -> str | None:
        if whole := self._synonyms.get(words(text)):
            return whole
        found = {group for part in _PARTS.split(text.casefold()) if (group := self._part(words(part)))}
        return next((group_id for group_id in self.by_id if group_id in found), None)

    def _part(self, part: tuple[str, ...]) -> str | None:
        if part in self._synonyms:
            return self._synonyms[part]
        if not _NOT_THIS.isdisjoint(part):
            return None
        while part and part[0] in _FILLERS:
            part = part[1:]
        for size in range(min(self._longest, len(part)), 0, -1):
            head = part[:size]
            if head in self._synonyms and (size > 1 or len(part) == 1 or len(head[0]) > _SHORT):
                return self._synonyms[head]
        return None
