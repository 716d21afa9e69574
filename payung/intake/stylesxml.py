"""The workbook's styles: a cell that is marked keeps everything of its own style but the colour behind it."""

from __future__ import annotations

import copy
from collections.abc import Sequence

from lxml import etree

from payung.core.errors import PayungError
from payung.core.finding import Severity
from payung.intake.ooxml import beside, child, children, local, parse, serialise, sub

COLOURS = {Severity.FAULT: "FFFFC9C0", Severity.QUESTION: "FFFFEDA0", Severity.NOTE: "FFD6E8E0"}
"""Light enough for black text, told apart by brightness too; the note on the cell says the same in words."""
CHANGED_COLOUR = "FFE3D7E0"
"""Behind a cell that somebody at the office mended and in which nothing is wrong any more."""
VARIANTS = 32
"""Shades of each colour, alike to the eye: shade 0 lies on a cell without a fill of its own, shade n on one whose
own fill is the n-th of `Styles.own_fills`. Every spreadsheet program keeps the exact shade, few keep more."""
HEADER_COLOUR = "FFE3E7EB"
TEXT_FORMAT = "49"
"""Excel's built-in format `@`: what is typed or edited there stays text and never becomes a formula."""

_SHADES = {
    f"{colour[:-2]}{int(colour[-2:], 16) + shade:02X}": (severity, shade)
    for severity, colour in (*COLOURS.items(), (None, CHANGED_COLOUR))
    for shade in range(VARIANTS)
}
_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs")
_MINIMAL = b"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="1"><font><sz val="11"/>
<name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill>
<patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/>
<diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>
</cellStyleXfs><cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>
</styleSheet>"""


def severity_of(colour: str) -> Severity | None:
    """What a fill colour (`FFRRGGBB`) says when it is one of ours."""
    found = _SHADES.get(colour.upper())
    return found[0] if found else None


class Styles:
    """The style part. Marks of an earlier round are taken off when it is opened.

    `earlier` are the fills that lay under the marks of that round, as XML; `own_fills` those under ours.
    """

    def __init__(self, data: bytes | None, earlier: Sequence[str] = ()) -> None:
        self._root = parse(data or _MINIMAL)
        self._fonts = self._list("fonts", '<font><sz val="11"/><name val="Calibri"/></font>')
        self._fills = self._list("fills", '<fill><patternFill patternType="none"/></fill>')
        self._list("borders", "<border><left/><right/><top/><bottom/><diagonal/></border>")
        self._formats = self._list("cellXfs", '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>')
        self._made: dict[tuple[object, ...], int] = {}
        self.own_fills: list[str] = []
        self._restore(earlier)

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

    def _restore(self, earlier: Sequence[str]) -> None:
        """Give formats with a colour of ours the fill that lay under it."""
        shades = {
            place: shade for place, fill in enumerate(self._fills) if (shade := _shade(fill)) is not None
        }
        if not shades:
            return
        own = {place: self._earlier_fill(earlier, shade) for place, shade in shades.items()}
        for form in children(self._formats, "xf"):
            place = _number(form, "fillId")
            if place in own:
                form.set("fillId", str(own[place]))

    def _earlier_fill(self, earlier: Sequence[str], shade: int) -> int:
        if not 1 <= shade <= len(earlier):
            return 0
        try:
            fill = parse(earlier[shade - 1].encode())
        except PayungError:  # somebody edited our sheet: the colour is lost, nothing else
            return 0
        if fill.tag != beside(self._fills, "fill"):
            return 0
        self._fills.append(fill)
        return len(self._fills) - 1

    def _colour(self, rgb: str) -> int:
        if ("fill", rgb) not in self._made:
            pattern = sub(sub(self._fills, "fill"), "patternFill", patternType="solid")
            sub(pattern, "fgColor", rgb=rgb)
            sub(pattern, "bgColor", indexed="64")
            self._made["fill", rgb] = len(self._fills) - 1
        return self._made["fill", rgb]

    def marked(self, base: int, severity: Severity) -> int:
        """The format that equals `base` but for the colour of this severity."""
        key = ("mark", base, severity)
        if key not in self._made:
            form = self._copy(base)
            self._shade_over(form, COLOURS[severity])
            self._made[key] = self._add(form)
        return self._made[key]

    def changed(self, base: int, severity: Severity | None) -> int:
        """The format that equals `base` but holds text, in the colour of what is still wrong or of being mended."""
        key = ("changed", base, severity)
        if key not in self._made:
            form = self._copy(base)
            form.set("numFmtId", TEXT_FORMAT)
            form.set("applyNumberFormat", "1")
            self._shade_over(form, COLOURS[severity] if severity else CHANGED_COLOUR)
            self._made[key] = self._add(form)
        return self._made[key]

    def _shade_over(self, form: etree._Element, colour: str) -> None:
        shade = int(colour[-2:], 16) + self._under(_number(form, "fillId"))
        form.set("fillId", str(self._colour(f"{colour[:-2]}{shade:02X}")))
        form.set("applyFill", "1")

    def _under(self, fill: int) -> int:
        """The shade that remembers this fill; 0 for none, and when there are more than shades."""
        if fill >= len(self._fills):
            return 0
        pattern = child(self._fills[fill], "patternFill")
        if pattern is not None and pattern.get("patternType", "none") == "none":
            return 0
        text = etree.tostring(self._fills[fill], encoding="unicode", with_tail=False)
        if text not in self.own_fills:
            if len(self.own_fills) == VARIANTS - 1:
                return 0
            self.own_fills.append(text)
        return self.own_fills.index(text) + 1

    def text(self, base: int = 0, *, colour: str = "", bold: bool = False, wrap: bool = False) -> int:
        """A text format (`@`), otherwise like `base`, for cells that are ours."""
        key = ("text", base, colour, bold, wrap)
        if key not in self._made:
            form = self._copy(base)
            form.set("numFmtId", TEXT_FORMAT)
            form.set("applyNumberFormat", "1")
            if colour:
                form.set("fillId", str(self._colour(colour)))
                form.set("applyFill", "1")
            if bold:
                form.set("fontId", str(self._bold(_number(form, "fontId"))))
                form.set("applyFont", "1")
            if wrap:
                _align(form, vertical="top", wrapText="1")
            self._made[key] = self._add(form)
        return self._made[key]

    def number(self) -> int:
        """A plain number in the middle of its cell."""
        if ("number",) not in self._made:
            form = self._copy(0)
            _align(form, horizontal="center", vertical="top")
            self._made[("number",)] = self._add(form)
        return self._made[("number",)]

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


def _align(form: etree._Element, **values: str) -> None:
    for old in children(form, "alignment"):
        form.remove(old)
    form.insert(0, etree.Element(beside(form, "alignment"), values))
    form.set("applyAlignment", "1")


def _number(element: etree._Element, name: str) -> int:
    text = element.get(name, "0")
    return int(text) if text.isdigit() else 0


def _shade(fill: etree._Element) -> int | None:
    pattern = child(fill, "patternFill")
    front = child(pattern, "fgColor") if pattern is not None else None
    found = _SHADES.get(front.get("rgb", "").upper()) if front is not None else None
    return found[1] if found else None
