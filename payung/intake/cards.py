"""What is wrong with a list as cards: one for each kind of finding, with what somebody can do about all of it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from payung.core.application import Application
from payung.core.finding import Finding, Severity
from payung.intake.codes import CODES, FIELD_TITLES
from payung.intake.fixes import Fix, fixes_of
from payung.intake.lists import ReadList, SheetLayout
from payung.policy.local import LocalPolicy

_WEIGHT = {Severity.FAULT: 0, Severity.QUESTION: 1, Severity.NOTE: 2}


class Action(StrEnum):
    """What one can do about a kind of finding."""

    ACCEPT_PROPOSAL = "accept_proposal"
    """Put the proposed value into the cells of the chosen rows."""
    SET_VALUE = "set_value"
    """Give all chosen rows one value."""
    ONE_BY_ONE = "one_by_one"
    """Each row gets its own value."""
    CLEAR_ROW = "clear_row"
    """Empty the chosen rows: they are there twice, or are nobody of this list."""
    CONFIRM = "confirm"
    """It is right as it stands: the question is answered (`repair.confirmations_for`), no cell changes."""
    SET_PLACE = "set_place"
    """The list has no such column: choose the place of the whole upload (`Given(place, chosen=True)`)."""
    ONLY_AT_SOURCE = "only_at_source"
    """Only the RT or desa knows: it goes back by the marked workbook."""


_ONE_FOR_ALL = frozenset(
    "desa_missing desa_unknown desa_ambiguous desa_outside rt_missing rt_unreadable occupation_missing "
    "occupation_unknown pupil_unreadable collected_on_unreadable".split()
)
_CLEARABLE_ROWS = frozenset("person_twice row_id_copied alive_dead alive_gone".split())
_MAY_BE_EMPTY = frozenset("income phone pupil collected_on kk".split())
"""Fields whose cell may be emptied: not known is no fault there."""
_NO_CELL = frozenset("row_id alive".split())
"""Fields that nobody types into."""
_KNOWN_HERE = frozenset("desa rt rt_rw occupation pupil collected_on".split())
"""What an office may know by itself; everything else stands on a card that the RT or the person holds."""


@dataclass(frozen=True, slots=True)
class Item:
    """One row on a card. `written` is what stands in its cell, `fixes` the proposals, the likeliest first."""

    row_id: str
    sheet: str
    row: int
    name: str
    rt: str
    field: str
    column: int | None
    """The cell's column, 1-based; None where the list has none for the field."""
    written: str
    message: str
    hint: str
    """The proposal in words, also where it is no complete value (`6401??…`)."""
    fixes: tuple[Fix, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One kind of finding. `rows` counts rows of people; 0 for a card about the file as a whole.

    `options` are the values offered for a coded field, `written` how often each text stands there, `clearable` whether
    the cells may be emptied, `explanation` the sentences (one, or one for each row's own words).
    """

    code: str
    title: str
    severity: Severity
    explanation: str
    actions: tuple[Action, ...]
    items: tuple[Item, ...]
    options: tuple[str, ...] = ()
    clearable: bool = False

    @property
    def rows(self) -> int:
        return len(self.items)

    @property
    def field(self) -> str:
        return self.items[0].field if self.items else ""

    @property
    def field_title(self) -> str:
        return FIELD_TITLES.get(self.field, self.field)

    @property
    def with_proposal(self) -> int:
        """Rows whose proposal can be accepted."""
        return sum(bool(item.fixes) for item in self.items)

    @property
    def written(self) -> Mapping[str, int]:
        """Each text that stands in the cells, the most frequent first: rows may be chosen by it."""
        return dict(Counter(item.written for item in self.items).most_common())


def cards(read: ReadList, policy: LocalPolicy, findings: Sequence[Finding] | None = None) -> tuple[Card, ...]:
    """A card for every kind of finding, faults before questions before notes, the most frequent first.

    What was a question and is answered stands on a card of its own, as a note.

    `findings` are those of this list where others than the intake's own are to be shown too.
    """
    people = {a.row_id: a for a in read.applications}
    layouts = {layout.name: layout for layout in read.layouts}
    by_code: dict[str, list[Finding]] = {}
    for finding in read.findings if findings is None else findings:
        if finding.row_id not in read.already_there:
            by_code.setdefault(finding.code, []).append(finding)
    kinds = [
        [one for one in found if (one.severity is Severity.NOTE) == note]
        for found in by_code.values()
        for note in (False, True)
    ]
    made = [_card(found, people, layouts, policy) for found in kinds if found]
    return tuple(sorted(made, key=lambda card: (_WEIGHT[card.severity], -card.rows, card.code)))


def _card(
    found: Sequence[Finding],
    people: Mapping[str, Application],
    layouts: Mapping[str, SheetLayout],
    policy: LocalPolicy,
) -> Card:
    first = found[0]
    items = {
        one.row_id: _item(one, people[one.row_id], layouts[one.sheet], policy.regency)
        for one in reversed(found)
        if one.row and one.row_id in people
    }
    ordered = tuple(sorted(items.values(), key=lambda item: (item.sheet, item.row)))
    known = CODES.get(first.code)
    severity = min((one.severity for one in found), key=_WEIGHT.__getitem__)
    return Card(
        first.code,
        known.title if known else first.code.replace("_", " "),
        severity,
        _explanation(first.code, found),
        _actions(first.code, severity, ordered),
        ordered,
        _options(ordered, policy),
        bool(ordered) and ordered[0].field in _MAY_BE_EMPTY and any(item.written for item in ordered),
    )


def _item(finding: Finding, row: Application, layout: SheetLayout, regency: str) -> Item:
    return Item(
        finding.row_id,
        finding.sheet,
        finding.row,
        row.name or "",
        row.rt or "",
        finding.column,
        layout.column(finding.column, finding.row) if finding.column not in _NO_CELL else None,
        finding.evidence,
        finding.message,
        finding.proposal,
        fixes_of(finding, row, layout, regency),
    )


def _explanation(code: str, found: Sequence[Finding]) -> str:
    """The sentence that holds for all rows; for the whole file each sentence once."""
    known = CODES.get(code)
    whole = [one.message for one in found if not one.row]
    if whole:
        return " ".join(dict.fromkeys(whole))
    if known and "{" not in known.sentence:
        return known.sentence
    return found[0].message if len(found) == 1 else _WORDS.get(code, found[0].message)


_WORDS = {
    "nik_birth_differs": "Tanggal lahir di NIK dan di kolom tanggal lahir tidak sama. Cocokkan keduanya dengan KTP atau KK.",
    "nik_sex_differs": "Jenis kelamin di NIK dan di kolom jenis kelamin tidak sama. Cocokkan dengan KTP atau KK.",
    "nik_twice": "Satu NIK tertulis pada beberapa baris dengan nama lain. Periksa baris mana yang salah.",
    "person_twice": "Orang yang sama tertulis lebih dari sekali. Kosongkan baris yang berlebih, atau biarkan: hanya satu yang dihitung.",
    "age_odd": "Menurut tanggal lahir umurnya kurang dari 10 atau lebih dari 100 tahun. Cocokkan dengan KTP atau KK.",
    "row_id_copied": "Baris-baris ini disalin dari baris lain lalu diubah. Bila memang orang lain, biarkan.",
    "desa_from_file": "Desa kosong; dipakai desa dari judul atau nama berkas.",
    "desa_given": "Desa kosong; dipakai tempat yang dituju unggahan ini.",
    "desa_outside": "Baris-baris ini menyebut tempat di luar wilayah Anda. Perbaiki desa dan RT-nya, atau serahkan kepada petugas di sana.",
}
"""For many rows at once, where the sentence of one row holds words of its own."""


def _actions(code: str, severity: Severity, items: Sequence[Item]) -> tuple[Action, ...]:
    if not items or severity is Severity.NOTE:
        return (Action.ONLY_AT_SOURCE,) if severity is not Severity.NOTE else ()
    found: list[Action] = []
    field = items[0].field
    typed = any(item.column for item in items)
    if any(item.fixes for item in items):
        found.append(Action.ACCEPT_PROPOSAL)
    if typed and code in _ONE_FOR_ALL:
        found.append(Action.SET_VALUE)
    if typed:
        found.append(Action.ONE_BY_ONE)
    elif field in ("desa", "rt"):
        found.append(Action.SET_PLACE)
    if code in _CLEARABLE_ROWS:
        found.append(Action.CLEAR_ROW)
    if severity is Severity.QUESTION:
        found.append(Action.CONFIRM)
    if field not in _KNOWN_HERE or not set(found) - {Action.CONFIRM}:
        found.append(Action.ONLY_AT_SOURCE)
    return tuple(found)


def _options(items: Sequence[Item], policy: LocalPolicy) -> tuple[str, ...]:
    match items[0].field if items else "":
        case "sex":
            return "L", "P"
        case "pupil":
            return "Ya", "Tidak"
        case "occupation":
            return tuple(group.title for group in policy.groups)
    return ()
