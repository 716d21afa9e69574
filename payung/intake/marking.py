"""The same workbook back, marked: what is wrong is coloured and commented in its cell, and nothing of theirs moves.

The sheets' XML is edited in place. Lists that are no xlsx are first made one by `payung.intake.convert`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from lxml import etree

from payung.intake import notesxml, sheetmarks
from payung.intake.marks import SUMMARY_SHEET, SUMMARY_TITLE, SheetMarks, WorkbookMarks
from payung.intake.ooxml import (
    LINK,
    OFFICE_TYPE,
    STRICT_LINK,
    Package,
    SharedStrings,
    beside,
    broken,
    child,
    children,
    parse,
    serialise,
)
from payung.intake.sheetxml import STRICT, Sheet, as_utf8, scan
from payung.intake.stylesxml import Styles
from payung.intake.summarysheet import MEMORY_COLUMN, choice_formulas, summary_xml

_SHEET_TYPE = f"{OFFICE_TYPE}spreadsheetml.worksheet+xml"
_NOTES_TYPE = f"{OFFICE_TYPE}spreadsheetml.comments+xml"
_STYLES_TYPE = f"{OFFICE_TYPE}spreadsheetml.styles+xml"


def mark_workbook(
    original: Path,
    marks: WorkbookMarks,
    out: Path,
    *,
    file: str | None = None,
    sha256: str | None = None,
    remark: str = "",
) -> None:
    """Write `out`: the workbook `original` with marks; those of an earlier round are replaced.

    `file`, `sha256` and `remark` stand on the summary: the name and hash of what was sent, where `original` is only
    made from it, and what happened to its format.

    Everything that is written is text: nothing of ours can become a formula. Knows nothing of the caller's
    state, so it may run in another process. PayungError when the workbook cannot be read or `out` not written.
    """
    package = Package(original)
    try:
        book = _Book(package)
        sha256 = sha256 or hashlib.sha256(original.read_bytes()).hexdigest()
        book.mark(marks, file=file or original.name, sha256=sha256, remark=remark)
        package.save(out)
    finally:
        package.close()


class _Book:
    """The workbook part and what hangs on it."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.part = next((r.target for r in package.relations("") if r.kind == "officeDocument"), "")
        self.root = parse(package.read(self.part))
        self.namespace = etree.QName(self.root).namespace or ""
        self.strict = self.namespace == STRICT
        self.link = STRICT_LINK if self.strict else LINK
        self.relations = {r.id: r for r in package.relations(self.part)}
        strings = package.related(self.part, "sharedStrings")
        self.shared = SharedStrings(package.read(strings) if strings else None)
        self.styles_part = package.related(self.part, "styles")
        self.summary, self.summary_part, earlier = self._find_summary()
        self.styles = Styles(package.read(self.styles_part) if self.styles_part else None, earlier)

    def sheets(self) -> dict[str, str]:
        """Part name of each worksheet, by the name on its tab."""
        listed = child(self.root, "sheets")
        found: dict[str, str] = {}
        for element in listed if listed is not None else ():
            relation = self.relations.get(element.get(f"{{{self.link}}}id", ""))
            if relation and relation.kind == "worksheet":
                found[element.get("name", "")] = relation.target
        return found

    def mark(self, marks: WorkbookMarks, *, file: str, sha256: str, remark: str) -> None:
        parts = self.sheets()
        choices = _named_choices(marks)
        formulas = choice_formulas(choices, self.summary)
        taken: set[int] = set()
        for other in self.package.names():
            if other.endswith(".vml"):
                taken |= notesxml.clusters(self.package.read(other))
        for sheet in marks.sheets:
            if sheet.name not in parts:
                raise broken()
            self._mark_sheet(parts[sheet.name], sheet, formulas, choices, taken)
        data = summary_xml(
            marks,
            self.styles,
            file=file,
            sha256=sha256,
            remark=remark,
            choices=choices,
            namespace=self.namespace,
        )
        self._put_summary(data)
        self._put_styles()

    def _mark_sheet(
        self,
        part: str,
        marks: SheetMarks,
        formulas: Mapping[str, str],
        choices: Mapping[str, tuple[str, ...]],
        taken: set[int],
    ) -> None:
        earlier = bool(self.summary_part)
        sheet = sheetmarks.read(self.package.read(part), marks, self.shared, earlier)
        marked = sheetmarks.mark(sheet, marks, self.styles, earlier)
        rows = range(marks.header_row + 1, max((row.row for row in marks.rows), default=marks.header_row) + 1)
        names = {texts: name for name, texts in choices.items()}
        lists = {column: (rows, formulas[names[texts]]) for column, texts in marks.choices.items()}
        more = sheetmarks.drop_downs(sheet, lists)
        more += self._note(part, sheet, marks.notes(), taken)
        if marked.formula_lost and (chain := self.package.related(self.part, "calcChain")):
            self.package.remove(chain, self.part)  # the order of calculation; Excel makes it anew
        self.package.write(part, sheetmarks.finish(marked, more))

    def _note(
        self, part: str, sheet: Sheet, texts: Mapping[tuple[int, int], str], taken: set[int]
    ) -> list[tuple[int, int, bytes]]:
        """Write the sheet's notes and their drawing; returns what the sheet itself needs for them."""
        package = self.package
        relations = package.relations(part)
        existing = next((r.target for r in relations if r.kind == "comments" and r.target in package), None)
        if existing is None and not texts:
            return []
        notes = notesxml.Notes(package.read(existing) if existing else None, self.namespace)
        notes.put(texts)
        if existing is None:
            existing = package.free_name("xl/comments{}.xml")
            package.declare(existing, _NOTES_TYPE)
            package.relate(part, "comments", existing, strict=self.strict)
        package.write(existing, notes.data())
        link = sheet.part("legacyDrawing")
        wanted = sheetmarks.drawing_id(link) if link else ""
        drawing = next((r.target for r in relations if r.id == wanted and r.target in package), None)
        old = package.read(drawing) if drawing else notesxml.EMPTY_VML
        vml = notesxml.draw(old, notes.removed, notes.added, taken)
        taken |= notesxml.clusters(vml)
        if drawing is not None:
            package.write(drawing, vml)
            return []
        if not notes.added:
            return []
        drawing = package.free_name("xl/drawings/vmlDrawing{}.vml")
        package.declare_extension("vml", notesxml.VML_TYPE)
        identity = package.relate(part, "vmlDrawing", drawing, strict=self.strict)
        package.write(drawing, vml)
        edits = sheetmarks.legacy_drawing(sheet, identity, self.link)
        return [(link.start, link.end, edits[0][2])] if link else edits

    def _find_summary(self) -> tuple[str, str, list[str]]:
        """Name, part and remembered fills of an earlier round's summary; a free name, '' and none otherwise."""
        parts = self.sheets()
        for name, part in parts.items():
            if name.startswith(SUMMARY_SHEET):
                data = as_utf8(self.package.read(part))
                found = scan(data, {}, header_row=1, last_column=MEMORY_COLUMN, shared=self.shared)
                if found.first_row.get(1) == SUMMARY_TITLE:
                    return name, part, _remembered(found.first_row.get(MEMORY_COLUMN, ""))
        taken = {name.casefold() for name in parts}
        names = (SUMMARY_SHEET, f"{SUMMARY_SHEET} Payung", *(f"{SUMMARY_SHEET} {n}" for n in range(2, 400)))
        return next(name for name in names if name.casefold() not in taken), "", []

    def _put_summary(self, data: bytes) -> None:
        if self.summary_part:
            self.package.write(self.summary_part, data)
            self.package.forget_relations(self.summary_part)
            return
        part = self.package.free_name("xl/worksheets/sheet{}.xml")
        self.package.write(part, data)
        self.package.declare(part, _SHEET_TYPE)
        identity = self.package.relate(self.part, "worksheet", part, strict=self.strict)
        listed = child(self.root, "sheets")
        if listed is None:
            raise broken()
        numbers = [
            int(e.get("sheetId", "0")) for e in children(listed, "sheet") if e.get("sheetId", "0").isdigit()
        ]
        element = etree.SubElement(
            listed, beside(listed, "sheet"), name=self.summary, sheetId=str(max(numbers, default=0) + 1)
        )
        element.set(f"{{{self.link}}}id", identity)
        self.package.write(self.part, serialise(self.root))

    def _put_styles(self) -> None:
        part = self.styles_part
        if part is None:
            part = self.package.free_name("xl/styles{}.xml")
            self.package.declare(part, _STYLES_TYPE)
            self.package.relate(self.part, "styles", part, strict=self.strict)
        self.package.write(part, self.styles.data())


def _named_choices(marks: WorkbookMarks) -> dict[str, tuple[str, ...]]:
    """Each distinct list of choices once, under a name."""
    lists = dict.fromkeys(texts for sheet in marks.sheets for texts in sheet.choices.values() if texts)
    return {f"Pilihan {number}": texts for number, texts in enumerate(lists, start=1)}


def _remembered(text: str) -> list[str]:
    try:
        fills: object = json.loads(text)
    except ValueError:
        return []
    return [fill for fill in fills if isinstance(fill, str)] if isinstance(fills, list) else []
