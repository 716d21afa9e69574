"""The workbook's styles: a cell that is marked keeps everything of its own style but the colour behind it."""

from __future__ import annotations

import copy

from lxml import etree

from payung.core.finding import Severity
from payung.intake.ooxml import beside, child, children, local, parse, serialise, sub

COLOURS = {Severity.FAULT: "FFFFC9C2", Severity.QUESTION: "FFFFEDB3", Severity.NOTE: "FFD6E8F9"}
"""Light enough for black text, told apart by brightness too; the note on the cell says the same in words."""
HEADER_COLOUR = "FFE3E7EB"
TEXT_FORMAT = "49"
"""Excel's built-in format `@`: what is typed or edited there stays text and never becomes a formula."""

_OURS = frozenset(COLOURS.values())
_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs")
_MINIMAL = b"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="1"><font><sz val="11"/>
<name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill>
<patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/>
<diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>
</cellStyleXfs><cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>
</styleSheet>"""


class Styles:
    """The style part. Marks of an earlier round are taken off when it is opened."""

    def __init__(self, data: bytes | None) -> None:
        self._root = parse(data or _MINIMAL)
        self._fonts = self._list("fonts", '<font><sz val="11"/><name val="Calibri"/></font>')
        self._fills = self._list("fills", '<fill><patternFill patternType="none"/></fill>')
        self._list("borders", "<border><left/><right/><top/><bottom/><diagonal/></border>")
        self._formats = self._list("cellXfs", '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>')
        self._made: dict[tuple[object, ...], int] = {}
        self._restore()

    def _list(self, name: str, first: str) -> etree._Element:
        found = child(self._root, name)
        if found is None:
            found = etree.Element(beside(self._root, name))
            after = [e for e in self._root if local(e) in _ORDER[: _ORDER.index(name)]]
            self._root.insert(self._root.index(after[-1]) + 1 if after else 0, found)
        if not len(found):
            namespace = etree.QName(self._root).namespace or ""
            found.append(parse(f'<any xmlns="{namespace}">{first}</any>'.encode())[0])
        return found

    def _restore(self) -> None:
        """Give formats with a fill of ours their own fill back; its colour was kept as the background colour."""
        ours = [place for place, fill in enumerate(self._fills) if _is_ours(fill)]
        if not ours:
            return
        own = {place: self._own_fill(self._fills[place]) for place in ours}
        for form in children(self._formats, "xf"):
            fill = _number(form, "fillId")
            if fill in own:
                form.set("fillId", str(own[fill]))

    def _own_fill(self, fill: etree._Element) -> int:
        pattern = fill[0]
        back = child(pattern, "bgColor")
        if back is None or back.get("indexed") == "64" or back.get("rgb", "").upper() in _OURS:
            return 0
        return self._fill(_attributes(back), {"indexed": "64"})

    def _fill(self, front: dict[str, str], back: dict[str, str]) -> int:
        key = ("fill", *sorted(front.items()), "|", *sorted(back.items()))
        if key not in self._made:
            pattern = sub(sub(self._fills, "fill"), "patternFill", patternType="solid")
            sub(pattern, "fgColor", **front)
            sub(pattern, "bgColor", **back)
            self._made[key] = len(children(self._fills, "fill")) - 1
        return self._made[key]

    def marked(self, base: int, severity: Severity) -> int:
        """The format that equals `base` but for the colour of this severity."""
        key = ("mark", base, severity)
        if key not in self._made:
            form = self._copy(base)
            fills = children(self._fills, "fill")
            place = _number(form, "fillId")
            back = {"indexed": "64"}
            pattern = child(fills[place], "patternFill") if place < len(fills) else None
            if pattern is not None and pattern.get("patternType") == "solid":
                front = child(pattern, "fgColor")
                back = (_attributes(front) if front is not None else {}) or back
            form.set("fillId", str(self._fill({"rgb": COLOURS[severity]}, back)))
            form.set("applyFill", "1")
            self._made[key] = self._add(form)
        return self._made[key]

    def text(self, base: int = 0, *, colour: str = "", bold: bool = False, wrap: bool = False) -> int:
        """A text format (`@`), otherwise like `base`, for cells that are ours."""
        key = ("text", base, colour, bold, wrap)
        if key not in self._made:
            form = self._copy(base)
            form.set("numFmtId", TEXT_FORMAT)
            form.set("applyNumberFormat", "1")
            if colour:
                form.set("fillId", str(self._fill({"rgb": colour}, {"indexed": "64"})))
                form.set("applyFill", "1")
            if bold:
                form.set("fontId", str(self._bold(_number(form, "fontId"))))
                form.set("applyFont", "1")
            if wrap:
                for old in children(form, "alignment"):
                    form.remove(old)
                form.insert(0, etree.Element(beside(form, "alignment"), vertical="top", wrapText="1"))
                form.set("applyAlignment", "1")
            self._made[key] = self._add(form)
        return self._made[key]

    def _bold(self, base: int) -> int:
        key = ("bold", base)
        if key not in self._made:
            fonts = children(self._fonts, "font")
            font = copy.deepcopy(fonts[base] if base < len(fonts) else fonts[0])
            if child(font, "b") is None:
                font.insert(0, etree.Element(beside(font, "b")))
            self._fonts.append(font)
            self._made[key] = len(fonts)
        return self._made[key]

    def _copy(self, base: int) -> etree._Element:
        forms = children(self._formats, "xf")
        return copy.deepcopy(forms[base] if base < len(forms) else forms[0])

    def _add(self, form: etree._Element) -> int:
        self._formats.append(form)
        return len(children(self._formats, "xf")) - 1

    def data(self) -> bytes:
        for group in (self._fonts, self._fills, self._formats):
            group.set("count", str(len(group)))
        return serialise(self._root)


def _number(element: etree._Element, name: str) -> int:
    text = element.get(name, "0")
    return int(text) if text.isdigit() else 0


def _attributes(element: etree._Element) -> dict[str, str]:
    return {str(name): str(value) for name, value in element.attrib.items()}


def _is_ours(fill: etree._Element) -> bool:
    pattern = child(fill, "patternFill")
    front = child(pattern, "fgColor") if pattern is not None else None
    return front is not None and front.get("rgb", "").upper() in _OURS
