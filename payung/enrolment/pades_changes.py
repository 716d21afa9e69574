"""What a signer added to a PDF beside the signature: anything that a reader would see differently is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import TypeGuard

    from pyhanko.pdf_utils.generic import IndirectObject, PdfObject, Reference
    from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader

_CATALOG = frozenset({"/AcroForm", "/DSS", "/Extensions", "/Metadata", "/Perms", "/Version"})
"""What signing adds to the catalogue; none of it changes what pages show."""
_PAGE = frozenset({"/Annots", "/Tabs"})


def changed(reader: PdfFileReader, base: int) -> str:
    """What later revisions changed of revision `base`, in Indonesian; empty where they added only signatures.

    Allowed are: the document's properties, the form with signature fields alone, their widgets on pages, and data for
    checking signatures later. Every object of the base is otherwise as it was.
    """
    old = reader.get_historical_resolver(base)
    new = reader.get_historical_resolver(reader.xrefs.total_revisions - 1)
    if new.root_ref != old.root_ref or "/Encrypt" in new.trailer_view:
        return "susunan berkasnya diganti"
    touched: set[Reference] = set()
    for revision in range(base + 1, reader.xrefs.total_revisions):
        if reader.xrefs.refs_freed_in_revision(revision):
            return "ada isi yang dihapus"
        touched |= set(reader.xrefs.explicit_refs_in_revision(revision))
    pages = list(_pages(old, old(old.root_ref)))
    looked_at_apart = _properties(old) | {
        one.reference for page in pages for one in _raw(old(page), "/Annots") if _is_reference(one)
    }
    for ref in sorted(touched - looked_at_apart, key=lambda one: one.idnum):
        if old.is_ref_unassignable(ref):
            continue
        if why := _object_changed(old(ref), new(ref), is_root=ref == old.root_ref):
            return why
    for page in pages:
        if why := _annotations_changed(old, new, page):
            return why
    return _form_changed(new)


def _raw(holder: PdfObject, key: str) -> list[PdfObject]:
    """What stands under a key of a dictionary, not followed; nothing where there is none."""
    from pyhanko.pdf_utils.generic import DictionaryObject

    return [holder.raw_get(key)] if isinstance(holder, DictionaryObject) and key in holder else []


def _says(holder: PdfObject, key: str, name: str) -> bool:
    return [str(one) for one in _raw(holder, key)] == [name]


def _is_reference(one: PdfObject) -> TypeGuard[IndirectObject]:
    from pyhanko.pdf_utils.generic import IndirectObject

    return isinstance(one, IndirectObject)


def _followed(resolver: HistoricalResolver, one: PdfObject) -> PdfObject:
    return resolver(one.reference) if _is_reference(one) else one


def _items(resolver: HistoricalResolver, holder: PdfObject, key: str) -> list[PdfObject]:
    """The entries of an array under a key, not followed."""
    from pyhanko.pdf_utils.generic import ArrayObject

    found = [_followed(resolver, one) for one in _raw(holder, key)]
    return [one.raw_get(n) for one in found if isinstance(one, ArrayObject) for n in range(len(one))]


def _pages(resolver: HistoricalResolver, root: PdfObject) -> Iterator[Reference]:
    waiting = _raw(root, "/Pages")
    seen: set[Reference] = set()
    while waiting:
        one = waiting.pop()
        if not _is_reference(one) or one.reference in seen:
            continue
        seen.add(one.reference)
        node = resolver(one.reference)
        if _raw(node, "/Kids"):
            waiting += _items(resolver, node, "/Kids")
        else:
            yield one.reference


def _properties(old: HistoricalResolver) -> set[Reference]:
    """The objects of title, dates and the like."""
    raw = _raw(old.trailer_view, "/Info") + _raw(old(old.root_ref), "/Metadata")
    return {one.reference for one in raw if _is_reference(one)}


def _object_changed(old: PdfObject, new: PdfObject, *, is_root: bool) -> str:
    from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject

    if type(old) is not type(new) or isinstance(old, StreamObject) or not isinstance(old, DictionaryObject):
        return "" if _same(old, new) else "isi halaman berubah"
    assert isinstance(new, DictionaryObject)
    if is_root:
        return "" if _same_but(old, new, _CATALOG) else "susunan halaman berubah"
    if old.get("/Type") == "/Page":
        return "" if _same_but(old, new, _PAGE) else "isi halaman berubah"
    return "" if _same(old, new) else "isi berkas berubah"


def _same_but(old: PdfObject, new: PdfObject, free: Collection[str]) -> bool:
    from pyhanko.pdf_utils.generic import DictionaryObject

    assert isinstance(old, DictionaryObject)
    assert isinstance(new, DictionaryObject)
    kept = {key for key in old if key not in free}
    return kept == {key for key in new if key not in free} and all(
        _same(old.raw_get(key), new.raw_get(key)) for key in kept
    )


def _same(old: PdfObject, new: PdfObject) -> bool:
    """Whether two objects are the same to the last value; references are compared, not followed."""
    from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, StreamObject

    if isinstance(old, StreamObject):
        if not isinstance(new, StreamObject) or old.encoded_data != new.encoded_data:
            return False
    elif type(old) is not type(new):
        return False
    if isinstance(old, DictionaryObject):
        return _same_but(old, new, ())
    if isinstance(old, ArrayObject):
        assert isinstance(new, ArrayObject)
        return len(old) == len(new) and all(
            _same(old.raw_get(place), new.raw_get(place)) for place in range(len(old))
        )
    return bool(old == new)


def _annotations_changed(old: HistoricalResolver, new: HistoricalResolver, page: Reference) -> str:
    """A page may gain widgets of signatures; what was on it stays."""
    before, after = _items(old, old(page), "/Annots"), _items(new, new(page), "/Annots")
    if not all(any(_same(one, other) for other in after) for one in before):
        return "keterangan pada halaman dihapus"
    for one in after:
        if any(_same(one, other) for other in before):
            continue
        widget = _followed(new, one)
        if not _says(widget, "/Subtype", "/Widget"):
            return "ada tulisan atau gambar yang ditempelkan pada halaman"
        if not _says(widget, "/FT", "/Sig"):
            return "ada isian yang ditambahkan pada halaman"
    return ""


def _form_changed(new: HistoricalResolver) -> str:
    for raw in _raw(new(new.root_ref), "/AcroForm"):
        form = _followed(new, raw)
        if _raw(form, "/XFA"):
            return "ada formulir yang ditambahkan"
        for one in _items(new, form, "/Fields"):
            field = _followed(new, one)
            if not _says(field, "/FT", "/Sig") or _raw(field, "/Kids"):
                return "ada isian yang ditambahkan"
    return ""
