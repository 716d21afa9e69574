"""Notes on cells: the comments part and the old drawing format that Excel wants beside it.

Notes of ours are known by their author and by how their text begins; those of an earlier round are replaced. A
note that somebody else wrote on the same cell is kept, with ours below it.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping

from lxml import etree

from payung.intake.marks import NOTE_AUTHOR, NOTE_START
from payung.intake.ooxml import beside, child, children, local, parse, serialise, sub
from payung.intake.sheetxml import clean, column_number, letters

VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_BELOW = f"\n\n{NOTE_START}"
_CLUSTER = 1024
"""Excel numbers the shapes of a drawing in clusters of this size."""
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_SHAPE = re.compile(rb"<((?:\w+:)?shape)\b[^>]*>.*?</\1\s*>", re.DOTALL)
_ROW = re.compile(rb"<(?:\w+:)?Row>\s*(\d+)\s*<")
_COLUMN = re.compile(rb"<(?:\w+:)?Column>\s*(\d+)\s*<")
_MAP = re.compile(rb"""(<(?:\w+:)?idmap\b[^>]*?\bdata\s*=\s*["'])([\d,\s]*)(["'])""")
_END = re.compile(rb"</xml\s*>\s*$", re.IGNORECASE)

EMPTY_VML = b"""<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"
 xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data=""/>
</o:shapelayout></xml>"""
_TYPE = (
    '<v:shapetype xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_NEW_SHAPE = (
    '<v:shape xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel" id="_x0000_s{id}" type="#_x0000_t202" '
    'style="position:absolute;margin-left:80pt;margin-top:5pt;width:220pt;height:{height}pt;z-index:{z};'
    'visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
    '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    "<x:Anchor>{left}, 15, {top}, 4, {right}, 15, {bottom}, 4</x:Anchor><x:AutoFill>False</x:AutoFill>"
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)


class Notes:
    """The comments part of one sheet; notes of an earlier round are gone once it is opened."""

    def __init__(self, data: bytes | None, namespace: str) -> None:
        empty = f'<comments xmlns="{namespace}"><authors/><commentList/></comments>'.encode()
        self._root = parse(data or empty)
        self._authors = self._need("authors")
        self._list = self._need("commentList")
        self.removed: set[tuple[int, int]] = set()
        """Cells (row, column), 1-based, whose drawing must go."""
        self.added: dict[tuple[int, int], str] = {}
        self._drop_ours()

    def _need(self, name: str) -> etree._Element:
        found = child(self._root, name)
        return sub(self._root, name) if found is None else found

    def _drop_ours(self) -> None:
        names = [author.text or "" for author in self._authors]
        ours = {str(place) for place, name in enumerate(names) if name == NOTE_AUTHOR}
        for note in children(self._list, "comment"):
            text = _text(note)
            if note.get("authorId") in ours or text.startswith(NOTE_START):
                self._list.remove(note)
                self.removed.add(place_of(note.get("ref", "")))
            elif _BELOW in text:
                _cut(note, _BELOW)

    def put(self, texts: Mapping[tuple[int, int], str]) -> None:
        """Write notes on cells, (row, column) 1-based."""
        standing = {place_of(note.get("ref", "")): note for note in children(self._list, "comment")}
        author = self._author() if texts else "0"
        for (row, column), text in texts.items():
            note = standing.get((row, column))
            if note is None:
                note = sub(self._list, "comment", ref=_reference(row, column), authorId=author)
                _run(sub(note, "text"), f"{NOTE_START} {text}")
                self.added[row, column] = text
            else:
                _append(note, f"{_BELOW} {text}")

    def _author(self) -> str:
        for place, author in enumerate(self._authors):
            if author.text == NOTE_AUTHOR:
                return str(place)
        sub(self._authors, "author").text = NOTE_AUTHOR
        return str(len(self._authors) - 1)

    def data(self) -> bytes:
        return serialise(self._root)


def place_of(reference: str) -> tuple[int, int]:
    """`B7` → (7, 2); (0, 0) for what is no single cell."""
    found = _REFERENCE.fullmatch(reference.upper())
    return (int(found[2]), column_number(found[1])) if found else (0, 0)


def clusters(vml: bytes) -> set[int]:
    """The shape number clusters that a drawing claims."""
    numbers = {int(n) for found in _MAP.finditer(vml) for n in re.findall(rb"\d+", found[2])}
    return numbers | {int(n) // _CLUSTER for n in re.findall(rb"_x0000_s(\d+)", vml)}


def draw(
    vml: bytes, removed: set[tuple[int, int]], added: Mapping[tuple[int, int], str], taken: Iterable[int]
) -> bytes:
    """The drawing with shapes removed and added; `taken` are the clusters in use anywhere in the workbook.

    Edited as text: Excel's own drawings are not always well-formed XML.
    """
    vml = _SHAPE.sub(lambda found: b"" if _cell(found[0]) in removed else found[0], vml)
    if not added:
        return vml
    end = _END.search(vml)
    if not end:
        vml, end = EMPTY_VML, _END.search(EMPTY_VML)
        assert end is not None
    first = max(taken, default=0) + 1
    shapes = [] if b'"_x0000_t202"' in vml else [_TYPE]
    for place, ((row, column), text) in enumerate(added.items()):
        lines = sum(1 + len(line) // 42 for line in f"{NOTE_START} {text}".split("\n"))
        shapes.append(
            _NEW_SHAPE.format(
                id=first * _CLUSTER + 1 + place,
                z=place + 1,
                height=18 + 13 * lines,
                left=column,
                right=column + 4,
                top=max(row - 2, 0),
                bottom=max(row - 2, 0) + 2 + lines,
                row=row - 1,
                column=column - 1,
            )
        )
    new = range(first, first + 1 + len(added) // _CLUSTER)
    body = vml[: end.start()] + "".join(shapes).encode() + vml[end.start() :]
    return _MAP.sub(lambda found: found[1] + _joined(found[2], new) + found[3], body, count=1)


def _joined(claimed: bytes, new: range) -> bytes:
    return b",".join([*(n for n in (claimed.strip(),) if n), *(str(n).encode() for n in new)])


def _cell(shape: bytes) -> tuple[int, int]:
    row, column = _ROW.search(shape), _COLUMN.search(shape)
    return (int(row[1]) + 1, int(column[1]) + 1) if row and column else (0, 0)


def _reference(row: int, column: int) -> str:
    return f"{letters(column)}{row}"


def _texts(note: etree._Element) -> list[etree._Element]:
    return [t for t in note.iter() if local(t) == "t"]


def _text(note: etree._Element) -> str:
    return "".join(t.text or "" for t in _texts(note))


def _run(text: etree._Element, words: str) -> None:
    run = sub(text, "r")
    look = sub(run, "rPr")
    sub(look, "sz", val="9")
    sub(look, "rFont", val="Tahoma")
    part = sub(run, "t")
    part.text = clean(words)
    part.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _append(note: etree._Element, words: str) -> None:
    text = child(note, "text")
    if text is None:
        text = sub(note, "text")
    for bare in children(text, "t"):
        # A text that is not in runs becomes one: beside runs, Excel shows only those.
        run = etree.Element(beside(text, "r"))
        run.append(copy.deepcopy(bare))
        text.replace(bare, run)
    _run(text, words)


def _cut(note: etree._Element, mark: str) -> None:
    """Take our words off somebody else's note."""
    keep = _text(note).index(mark)
    for part in _texts(note):
        words = part.text or ""
        part.text = words[:keep]
        keep = max(keep - len(words), 0)
        holder = part.getparent()
        if not part.text and holder is not None and local(holder) == "r":
            parent = holder.getparent()
            if parent is not None:
                parent.remove(holder)
