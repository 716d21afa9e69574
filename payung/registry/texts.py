"""Text files as they come from other offices: any common encoding and separator, made plain for the engine."""

from __future__ import annotations

import codecs
import csv
import io
import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from payung.core.errors import Exit, PayungError
from payung.registry.columns import HEADER_ROWS, Columns, find_header
from payung.registry.mapping import RegisterMapping

DELIMITERS = (",", ";", "\t", "|")
_CHUNK = 1 << 22
_HEAD = 1 << 16


@dataclass(frozen=True, slots=True)
class PlainText:
    """A CSV file in UTF-8 without a mark at its start; `encoding` is what it came in."""

    path: Path
    encoding: str
    delimiter: str
    header_record: int
    """The record, from 1 on, that holds the header."""
    columns: Columns


def plain_text(path: Path, workspace: Path, mapping: RegisterMapping) -> PlainText | None:
    """The file as the engine can read it, written anew below `workspace` if need be; None where no header is found.

    A file that is not UTF-8 is read as Windows-1252, which is what Excel in Indonesia saves.
    """
    encoding = _encoding(path)
    plain = path
    if encoding != "utf-8":
        plain = workspace / f"plain-{path.stem}.csv"
        with (
            path.open("r", encoding=encoding, newline="", errors="replace") as old,
            plain.open("w", encoding="utf-8", newline="") as new,
        ):
            while chunk := old.read(_CHUNK):
                new.write(chunk)
    best: PlainText | None = None
    for delimiter in DELIMITERS:
        found = find_header(_first(plain, delimiter), mapping)
        if found and (best is None or len(found[1].at) > len(best.columns.at)):
            best = PlainText(plain, encoding, delimiter, found[0] + 1, found[1])
    return best


def _encoding(path: Path) -> str:
    with path.open("rb") as source:
        head = source.read(_HEAD)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if head.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if head[1::2].count(0) > len(head) // 4:
            return "utf-16-le"
        if head[0::2].count(0) > len(head) // 4:
            return "utf-16-be"
        decoder = codecs.getincrementaldecoder("utf-8")()
        source.seek(0)
        try:
            while chunk := source.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _first(path: Path, delimiter: str) -> list[list[str]]:
    with path.open("r", encoding="utf-8", newline="") as source:
        text = source.read(_HEAD)
    found: list[list[str]] = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            found.append(record)
            if len(found) == HEADER_ROWS:
                break
    except csv.Error:
        return found
    return found


def is_regular(text: PlainText) -> bool:
    """Whether records can be numbered by the engine: the header comes first, and no empty line is passed over."""
    if text.header_record != 1:
        return False
    with text.path.open("rb") as source, mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as held:
        end = len(held)
        while end and held[end - 1] in b"\r\n":
            end -= 1
        if held.find(b"\n", 0, end) < 0 and held.find(b"\r", 0, end) >= 0:
            return False
        return held[:1] not in (b"\r", b"\n") and all(
            held.find(gap, 0, end) < 0 for gap in (b"\n\n", b"\n\r\n", b"\r\r", b"\x00")
        )


def records(text: PlainText, file: str) -> Iterator[tuple[int, list[str]]]:
    """Every record after the header with its number, read one by one: slower, but it takes what is irregular."""
    with text.path.open("r", encoding="utf-8", newline="") as source:
        clean = (line.replace("\x00", "") for line in source)
        number = 0
        try:
            for number, record in enumerate(csv.reader(clean, delimiter=text.delimiter), start=1):
                if number > text.header_record:
                    yield number, record
        except csv.Error:
            raise PayungError(
                f"{file}: setelah catatan ke-{number} berkas ini bukan CSV lagi.",
                todo="Buka dengan Excel dan simpan ulang sebagai xlsx atau CSV UTF-8.",
                exit_code=Exit.INPUT,
            ) from None
