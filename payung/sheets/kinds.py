"""What a file is, by what stands in it; its name only tells what somebody believes it to be."""

from __future__ import annotations

import re
from typing import BinaryIO

from payung.sheets.limits import MEBIBYTE, Limits
from payung.sheets.package import Part, check_parts, list_parts, text_of_part
from payung.sheets.problems import problem
from payung.sheets.text import utf16_of

_HEAD_BYTES = 4096
_MOST_CONTROLS = 8
"""Control characters in the first bytes of what is still a text."""
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "pdf"),
    (b"\xff\xd8\xff", "picture"),
    (b"\x89PNG", "picture"),
    (b"GIF8", "picture"),
    (b"RIFF", "picture"),
    (b"II*\0", "picture"),
    (b"MM\0*", "picture"),
    (b"BM", "picture"),
    (b"\0\0\0\x18ftyp", "picture"),
    (b"\0\0\0\x1cftyp", "picture"),
    (b"\0\0\0 ftyp", "picture"),
    (b"{\\rtf", "rtf"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
)
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta|style|script|div)\b", re.IGNORECASE)
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_SUFFIXES = {
    "xlsx": (".xlsx", ".xlsm", ".xltx", ".xltm"),
    "xls": (".xls", ".xlt"),
    "ods": (".ods", ".ots"),
    "csv": (".csv", ".txt", ".tsv"),
}
_IN_WORDS = {
    "xlsx": "buku kerja Excel (.xlsx)",
    "xls": "buku kerja Excel lama (.xls)",
    "ods": "lembar LibreOffice (.ods)",
}
MACROS = "Berkas berisi makro; makronya tidak dijalankan."
LINKS = "Berkas berisi tautan ke berkas atau program lain; tautannya tidak dibuka."


def recognise(file: BinaryIO, size: int, name: str, limits: Limits) -> tuple[str, tuple[Part, ...]]:
    """`xlsx`, `xls`, `ods` or `csv`, and the parts if it is a zip. PayungError for everything else.

    A zip has passed `check_parts` when this returns.
    """
    if name.startswith("~$"):
        raise problem("lock_file", name, limits)
    if size == 0:
        raise problem("empty_file", name, limits)
    if size > limits.file_bytes:
        raise problem("too_big", name, limits, found=size)
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    if head.startswith((_ZIP, _EMPTY_ZIP)):
        parts = list_parts(file, size, name, limits)
        kind = _kind_of_zip(file, parts, name, limits)
        check_parts(file, parts, name, limits)
        return kind, parts
    if head.startswith(_COMPOUND):
        return _kind_of_compound(file, name, limits), ()
    for beginning, code in _BEGINNINGS:
        # "BM" may begin a text; a bitmap has NULs soon after.
        if head.startswith(beginning) and (beginning != b"BM" or b"\0" in head[:32]):
            raise problem(code, name, limits)
    return _kind_of_text(head, name, limits), ()


def remarks(kind: str, suffix: str, parts: tuple[Part, ...]) -> str:
    """What is unusual about a file that is read all the same, in Indonesian; "" if nothing is."""
    found: list[str] = []
    if suffix.casefold() not in _SUFFIXES[kind]:
        what = _IN_WORDS.get(kind, "teks (CSV)")
        found.append(
            f"Nama berkas berakhiran {suffix or 'tanpa jenis'}, tetapi isinya {what}; dibaca menurut isinya."
        )
    names = [part.name.casefold() for part in parts]
    if any("vbaproject" in name or name.startswith("basic/") for name in names):
        found.append(MACROS)
    if any(name.startswith("xl/externallinks/") for name in names):
        found.append(LINKS)
    return " ".join(found)


def _kind_of_zip(file: BinaryIO, parts: tuple[Part, ...], name: str, limits: Limits) -> str:
    names = {part.name.casefold().replace("\\", "/").lstrip("/") for part in parts}
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        raise problem("xlsb", name, limits)
    if text_of_part(file, parts, "mimetype").startswith(_ODS):
        return "ods"
    if "mimetype" in names or names & {"word/document.xml", "ppt/presentation.xml"}:
        raise problem("document", name, limits)
    if "[content_types].xml" in names and any(one.startswith("xl/") for one in names):
        return "xlsx"
    raise problem("archive", name, limits)


def _kind_of_compound(file: BinaryIO, name: str, limits: Limits) -> str:
    """Old Office files and encrypted new ones are the same container; the names of its streams tell."""
    found = _streams(file, ("EncryptedPackage", "Workbook", "Book", "WordDocument", "PowerPoint Document"))
    if "EncryptedPackage" in found:
        raise problem("encrypted", name, limits)
    if found & {"Workbook", "Book"}:
        return "xls"
    raise problem("document" if found else "damaged", name, limits)


def _streams(file: BinaryIO, names: tuple[str, ...]) -> frozenset[str]:
    """Which of `names` are streams of a compound file: each stands in UTF-16 at the start of a 64-byte field of 128."""
    wanted = {name: name.encode("utf-16-le").ljust(64, b"\0") for name in names}
    found: set[str] = set()
    file.seek(0)
    while block := file.read(MEBIBYTE):
        for name, field in wanted.items():
            at = block.find(field)
            while at >= 0 and at % 128:
                at = block.find(field, at + 1)
            if at >= 0:
                found.add(name)
    return frozenset(found)


def _kind_of_text(head: bytes, name: str, limits: Limits) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    plain = start.replace(b"\0", b"").lstrip(b"\xff\xfe \t\r\n") if utf16_of(head) else start
    if plain.startswith(b"<"):
        if _HTML.search(plain):
            raise problem("html", name, limits)
        raise problem("xml", name, limits)
    if b"<html" in plain[:1024].lower():
        raise problem("html", name, limits)
    # Half of the bytes of UTF-16 may lie below 32; whether those are letters is seen when they are decoded.
    controls = 0 if utf16_of(head) else sum(0 < byte < 9 or 13 < byte < 32 for byte in head)
    if controls > max(_MOST_CONTROLS, len(head) // 50):
        raise problem("unknown", name, limits)
    return "csv"
