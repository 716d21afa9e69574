"""An xlsx file as a package of parts: read, change a few, add a few, and write the rest as it came."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from lxml import etree

from payung.core.errors import PayungError, cannot_write

RELATION_NS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES_NS = "http://schemas.openxmlformats.org/package/2006/content-types"
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_LINK = "http://purl.oclc.org/ooxml/officeDocument/relationships"
OFFICE_TYPE = "application/vnd.openxmlformats-officedocument."
_TYPES = "[Content_Types].xml"
_NEW_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Relation:
    """A link from one part to another; `kind` is the last word of its type, the same in both dialects."""

    id: str
    kind: str
    target: str
    """Name of the part in the package; '' for something outside of it."""


def parse(data: bytes) -> etree._Element:
    """The root of a small part. No entity is resolved, nothing is fetched, a DTD is refused with a PayungError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise broken() from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise broken()
    return root


def serialise(root: etree._Element) -> bytes:
    """The bytes of a part, with its XML declaration."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def local(element: etree._Element) -> str:
    """The element's name without its namespace; '' for comments and processing instructions."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def child(element: etree._Element, name: str) -> etree._Element | None:
    """The first child of that local name, or None."""
    return next((sub for sub in element if local(sub) == name), None)


def children(element: etree._Element, name: str) -> list[etree._Element]:
    """All children of that local name, in order."""
    return [sub for sub in element if local(sub) == name]


def sub(element: etree._Element, name: str, **attributes: str) -> etree._Element:
    """Append a child in the parent's own namespace."""
    return etree.SubElement(element, beside(element, name), attributes)


def beside(element: etree._Element, name: str) -> str:
    """A tag of this name in the namespace of `element`."""
    namespace = etree.QName(element).namespace
    return f"{{{namespace}}}{name}" if namespace else name


def broken() -> PayungError:
    """The error of a file that is no readable workbook."""
    return PayungError(
        "Berkas Excel ini rusak atau bukan berkas Excel yang sebenarnya.",
        todo="Buka dengan Excel atau LibreOffice, simpan ulang sebagai .xlsx, lalu kirim lagi.",
    )


class Package:
    """The parts of one workbook file. PayungError when it is not a readable package."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise broken() from error
        # Names are compared without regard to case, and some producers write backslashes.
        self._entries = {_plain(info.filename): info for info in self._zip.infolist() if not info.is_dir()}
        self._changed: dict[str, bytes] = {}
        self._names: dict[str, str] = {}
        self._types: etree._Element | None = None

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._changed or _plain(name) in self._entries

    def read(self, name: str) -> bytes:
        """The bytes of a part as they are now. PayungError for a part that is missing or damaged."""
        key = _plain(name)
        if key in self._changed:
            return self._changed[key]
        try:
            return self._zip.read(self._entries[key])
        except (
            KeyError,
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            RuntimeError,
            NotImplementedError,
        ) as error:
            raise broken() from error

    def write(self, name: str, data: bytes) -> None:
        self._changed[_plain(name)] = data
        self._names.setdefault(_plain(name), name)

    def names(self) -> Iterator[str]:
        """All part names as compared: lower case, no leading slash."""
        yield from self._entries
        yield from (name for name in self._changed if name not in self._entries)

    def free_name(self, pattern: str) -> str:
        """A part name that is not taken, from a pattern such as `xl/comments{}.xml`."""
        number = 1
        while pattern.format(number) in self:
            number += 1
        return pattern.format(number)

    def relations(self, part: str) -> list[Relation]:
        """The links of a part ('' = the package itself)."""
        name = _relations_name(part)
        if name not in self:
            return []
        base = posixpath.dirname(part)
        return [
            Relation(
                element.get("Id", ""),
                element.get("Type", "").rpartition("/")[2],
                "" if element.get("TargetMode") == "External" else _resolve(base, element.get("Target", "")),
            )
            for element in parse(self.read(name))
            if local(element) == "Relationship"
        ]

    def related(self, part: str, kind: str) -> str | None:
        """Name of the first part linked with this kind, if it is there."""
        return next((r.target for r in self.relations(part) if r.kind == kind and r.target in self), None)

    def relate(self, part: str, kind: str, target: str, *, strict: bool = False) -> str:
        """Add a link and return its id."""
        name = _relations_name(part)
        empty = f'<Relationships xmlns="{RELATION_NS}"/>'.encode()
        root = parse(self.read(name) if name in self else empty)
        taken = {element.get("Id") for element in root}
        number = len(taken) + 1
        while f"rId{number}" in taken:
            number += 1
        path = posixpath.relpath(target, posixpath.dirname(part) or ".")
        link = f"{STRICT_LINK if strict else LINK}/{kind}"
        sub(root, "Relationship", Id=f"rId{number}", Type=link, Target=path)
        self.write(name, serialise(root))
        return f"rId{number}"

    def forget_relations(self, part: str) -> None:
        """Empty the links of a part that is written anew."""
        name = _relations_name(part)
        if name in self:
            self.write(name, f'<Relationships xmlns="{RELATION_NS}"/>'.encode())

    def remove(self, name: str, owner: str) -> None:
        """Take a part out, with its content type and the link that `owner` has to it."""
        key = _plain(name)
        self._entries.pop(key, None)
        self._changed.pop(key, None)
        gone = {relation.id for relation in self.relations(owner) if _plain(relation.target) == key}
        root = parse(self.read(_relations_name(owner)))
        for element in [one for one in root if one.get("Id") in gone]:
            root.remove(element)
        self.write(_relations_name(owner), serialise(root))
        types = self._type_root()
        for element in [one for one in types if _plain(one.get("PartName", "")) == key]:
            types.remove(element)

    def declare(self, name: str, content_type: str) -> None:
        """Give a new part its content type."""
        root = self._type_root()
        path = f"/{name}"
        if not any(element.get("PartName", "").lower() == path.lower() for element in root):
            sub(root, "Override", PartName=path, ContentType=content_type)

    def declare_extension(self, extension: str, content_type: str) -> None:
        root = self._type_root()
        if not any(element.get("Extension", "").lower() == extension for element in root):
            root.insert(
                0, etree.Element(beside(root, "Default"), Extension=extension, ContentType=content_type)
            )

    def _type_root(self) -> etree._Element:
        if self._types is None:
            self._types = parse(self.read(_TYPES))
        return self._types

    def save(self, out: Path) -> None:
        """Write the package; parts that nobody touched keep their bytes, order, date and attributes."""
        if self._types is not None:
            self.write(_TYPES, serialise(self._types))
        temporary = out.with_name(out.name + ".part")
        try:
            with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as target:
                for key, info in self._entries.items():
                    fresh = zipfile.ZipInfo(info.filename, info.date_time)
                    fresh.external_attr = info.external_attr
                    fresh.compress_type = zipfile.ZIP_DEFLATED
                    target.writestr(fresh, self._changed[key] if key in self._changed else self.read(key))
                for key, data in self._changed.items():
                    if key not in self._entries:
                        fresh = zipfile.ZipInfo(self._names[key], _NEW_DATE)
                        fresh.compress_type = zipfile.ZIP_DEFLATED
                        target.writestr(fresh, data)
            temporary.replace(out)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise cannot_write(f"Berkas hasil {out.name}", error) from error
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise

    def close(self) -> None:
        self._zip.close()


class SharedStrings:
    """Texts of the shared string part, read only as far as somebody asks."""

    def __init__(self, data: bytes | None) -> None:
        self._texts: list[str] = []
        self._source = self._walk(data) if data else iter(())

    @staticmethod
    def _walk(data: bytes) -> Iterator[str]:
        events = etree.iterparse(
            BytesIO(data),
            events=("end",),
            tag="{*}si",
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
        )
        try:
            for _, item in events:
                yield _rich_text(item)
                item.clear()
        except etree.XMLSyntaxError as error:
            raise broken() from error

    def __call__(self, index: int) -> str:
        while len(self._texts) <= index:
            text = next(self._source, None)
            if text is None:
                return ""
            self._texts.append(text)
        return self._texts[index]


def _rich_text(item: etree._Element) -> str:
    """Plain text of a string item: its runs, without phonetic hints."""
    runs = [t for part in item if local(part) == "r" for t in children(part, "t")]
    return "".join(t.text or "" for t in (*children(item, "t"), *runs))


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _relations_name(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _resolve(base: str, target: str) -> str:
    target = target.replace("\\", "/")
    return posixpath.normpath(target.lstrip("/") if target.startswith("/") else posixpath.join(base, target))
