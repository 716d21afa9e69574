"""The verdict on a list: its Applications and findings, row by row, and what is odd about the file as a whole. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from payung.core import identity, names, nik
from payung.core.application import Application
from payung.core.finding import Finding
from payung.core.passing_on import private
from payung.core.region import Desa
from payung.core.rupiah import number, percent
from payung.intake import elsewhere, numbers
from payung.intake.cells import text_of
from payung.intake.codes import CODES, FIELD_TITLES
from payung.intake.elsewhere import Elsewhere
from payung.intake.given import Given, in_words
from payung.intake.headings import Block
from payung.intake.layout import PersonRow, SheetReading
from payung.intake.numbers import Fault, Numbers
from payung.intake.rows import Understood, application
from payung.policy.local import LocalPolicy
from payung.sheets.table import SheetTable

_REQUIRED = ("nik", "name", "birth_on", "occupation")
_DECISIVE = ("nik", "name", "birth_on", "kk", "sex", "occupation")


@dataclass(frozen=True, slots=True)
class _Seen:
    sheet: str
    row: int
    name: str


class Judge:
    """Gathers the Applications and findings of one file."""

    def __init__(
        self, sha256: str, file: str, policy: LocalPolicy, districts: frozenset[str], desa: Desa | None
    ) -> None:
        """`districts` and `desa` are the usual ones of this list."""
        self.desa = desa.in_words if desa else ""
        self.sha256, self.file, self.policy, self.districts = sha256, file, policy, districts
        self.applications: list[Application] = []
        self.findings: list[Finding] = []
        self._by_nik: dict[str, _Seen] = {}
        self._by_id: dict[str, _Seen] = {}
        self._rt_above: dict[str, str] = {}

    def _add(self, fault: Fault, row_id: str = "", sheet: str = "", row: int = 0, evidence: str = "") -> None:
        code = CODES[fault.code]
        sentence = code.sentence.format_map(dict(fault.words)) if fault.words else code.sentence
        message = f"{sentence} {fault.more}" if fault.more else sentence
        shown = evidence if fault.evidence is None else fault.evidence
        proposal = fault.proposal or (self.desa if fault.code == "desa_missing" else "")
        self.findings.append(
            Finding(
                row_id,
                self.file,
                sheet,
                row,
                fault.field,
                fault.code,
                code.severity,
                shown,
                proposal,
                message,
            )
        )

    # --- the file as a whole

    def whole_file(
        self, readings: Sequence[SheetReading], sheets: Sequence[SheetTable], valid: Sequence[str]
    ) -> None:
        """Findings about the file itself: columns that lack, numbers that end in 0 too often, double headers."""
        blocks = [(one, block) for one in readings for block in one.blocks]
        known = {wanted for _, block in blocks for wanted in block.columns}
        for wanted in _REQUIRED:
            if wanted not in known:
                self._add(Fault(wanted, "column_missing", words=(("column", FIELD_TITLES[wanted]),)))
        if share := numbers.zero_share(valid):
            self._add(Fault("nik", "zero_share", words=(("share", percent(*share, places=0)),)))
        by_name = {sheet.name: sheet for sheet in sheets}
        for reading, block in blocks:
            self._doubled(reading, block, by_name[reading.name])
        for reading in readings:
            if not reading.blocks and reading.numbers:
                self._add(
                    Fault("nik", "header_missing", words=(("sheet", private(reading.name)),)),
                    sheet=reading.name,
                )

    def _doubled(self, reading: SheetReading, block: Block, sheet: SheetTable) -> None:
        """Two columns of the same meaning matter only where they hold different things."""
        for wanted, column, label in block.again:
            if wanted not in _DECISIVE:
                continue
            first = block.columns[wanted]
            people = [one.cells for one in reading.people if one.block is block]
            if all(_same(cells, first, column) for cells in people):
                continue
            code = "nik_columns" if wanted == "nik" else "header_ambiguous"
            names = f'"{block.labels[wanted]}" dan "{label}"'
            self._add(Fault(wanted, code, words=(("columns", names),)), sheet=reading.name)

    def place(self, readings: Sequence[SheetReading], sheets: Sequence[SheetTable], given: Given) -> None:
        """Once all rows are judged: does the list, or do some of its rows, belong to another place than its sender's?"""
        if not given.place and not given.territory:
            return
        regency = self.policy.regency
        if other := elsewhere.other_regency(self.applications, readings, sheets, regency):
            words = (("named", other), ("asked", in_words(regency)))
            self._add(Fault("desa", "regency_other", words=words))
            return
        found = elsewhere.outside(self.applications, regency, given.territory)
        if found is None or not found.whole:
            other_place = elsewhere.outside(self.applications, regency, given.place)
            if other_place and other_place.whole:
                self._whole("place_differs", other_place, given.place)
        if found is None:
            return
        if found.whole:
            self._whole("place_other", found, given.territory)
            return
        asked = in_words(given.territory)
        for a in self.applications:
            if a.row_id in found.rows:
                self._add(
                    Fault("desa", "desa_outside", words=(("asked", asked),)),
                    a.row_id,
                    a.sheet,
                    a.row,
                    a.desa_raw or "",
                )

    def _whole(self, code: str, found: Elsewhere, asked: str) -> None:
        words = (("named", found.named), ("asked", in_words(asked)), ("count", number(len(found.rows))))
        self._add(Fault("desa", code, words=words))

    # --- one row

    def row(self, sheet: str, person: PersonRow, row: Understood) -> None:
        """One row of a person: its application, and every fault with its cell."""
        values = row.values
        faults = numbers.nik_faults(_numbers(row), self.districts, self.policy.valid_to)
        swapped = any(one.code == "nik_swapped_fields" for one in faults)
        if row.has_kk and not swapped:
            faults += numbers.kk_faults(row.kk_text, row.kk_numeric)
        faults += row.faults
        faults += self._twice(sheet, row)
        row_id, copied = self._row_id(sheet, row)
        faults += copied
        self.applications.append(application(row_id, self.file, sheet, row))
        above = self._rt_above.get(sheet, "")
        self._rt_above[sheet] = str(values.get("rt") or above)
        for fault in faults:
            if fault.code == "rt_missing" and above:  # a merged cell holds its value in its first row only
                fault = replace(fault, proposal=above)
            evidence = _evidence(fault.field, values, person)
            self._add(fault, row_id, sheet, row.number, evidence)

    def _twice(self, sheet: str, row: Understood) -> list[Fault]:
        """The same NIK in an earlier row of this file."""
        number = row.values["nik"]
        if row.nik_numeric or row.nik_codes or not isinstance(number, str):
            return []
        name = str(row.values.get("name") or "")
        seen = self._by_nik.setdefault(number, _Seen(sheet, row.number, name))
        if (seen.sheet, seen.row) == (sheet, row.number):
            return []
        same = names.standard(seen.name) == names.standard(name)
        code = "person_twice" if same else "nik_twice"
        return [Fault("nik", code, words=(("place", _where(seen, sheet)),), evidence=nik.mask(number))]

    def _row_id(self, sheet: str, row: Understood) -> tuple[str, list[Fault]]:
        """The id that the row carries, or a new one; a copied id stays with the first row that carries it."""
        minted = identity.row_id(self.sha256, sheet, row.number)
        if not row.row_id:
            return minted, []
        seen = self._by_id.setdefault(row.row_id, _Seen(sheet, row.number, str(row.values.get("name") or "")))
        if (seen.sheet, seen.row) == (sheet, row.number):
            return row.row_id, []
        return minted, [
            Fault("row_id", "row_id_copied", words=(("place", _where(seen, sheet)),), evidence="")
        ]


def _numbers(row: Understood) -> Numbers:
    birth, sex = row.values["birth_on"], row.values["sex"]
    return Numbers(
        row.nik_text,
        row.nik_codes,
        row.nik_numeric,
        row.kk_text,
        row.kk_numeric,
        birth,  # type: ignore[arg-type]
        sex,  # type: ignore[arg-type]
    )


_RAW = {
    "nik": "nik_raw",
    "kk": "kk_raw",
    "birth_on": "birth_raw",
    "desa": "desa_raw",
    "occupation": "occupation_raw",
}


def _evidence(field: str, values: dict[str, object], person: PersonRow) -> str:
    """What stands in the cell of a field, as text."""
    if field in _RAW:
        return str(values.get(_RAW[field]) or "")
    column = person.block.columns.get(field, 0)
    return text_of(person.cells[column - 1]) if 0 < column <= len(person.cells) else ""


def _where(seen: _Seen, sheet: str) -> str:
    return f"baris {seen.row}" if seen.sheet == sheet else f'baris {seen.row} lembar "{private(seen.sheet)}"'


def _same(cells: Sequence[object], first: int, second: int) -> bool:
    """Do two columns of a row say the same, or the second nothing?"""
    left = cells[first - 1] if first <= len(cells) else None
    right = cells[second - 1] if second <= len(cells) else None
    return not str(right or "").strip() or str(left or "").strip() == str(right).strip()
