"""What a workbook says of itself, looked at before anything is unpacked: its parts, their sizes, their beginnings."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from payung.sheets.limits import MEBIBYTE, Limits
from payung.sheets.problems import problem

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL_BYTES = 30
_LOCAL_NAMES = struct.Struct("<2H")
_UNKNOWN_32 = 0xFFFFFFFF
_MOST_COMMENT = 65_535
_MOST_DIRECTORY_BYTES = MEBIBYTE
"""200 parts with names of Excel take 20 KB."""
_BEGINNING_BYTES = 16_384
_ENCRYPTED_FLAG = 1
_DEFLATED = 8


@dataclass(frozen=True, slots=True)
class Part:
    """One entry of a zip, as its directory describes it; sizes in bytes."""

    name: str
    packed_bytes: int
    unpacked_bytes: int
    offset: int
    method: int
    encrypted: bool


def list_parts(file: BinaryIO, size: int, name: str, limits: Limits) -> tuple[Part, ...]:
    """The parts of a zip; PayungError where it is cut off, damaged, or has more parts than it may.

    The directory is walked here and not by `zipfile`, which takes a few hundred bytes of memory for each of the
    million entries that a hostile directory can name, before anybody can count them.
    """
    count, directory_size, offset = _end_of_directory(file, size, name, limits)
    if count > limits.entries or directory_size > _MOST_DIRECTORY_BYTES:
        raise problem("too_many_parts", name, limits, found=count)
    file.seek(offset)
    data = file.read(directory_size)
    parts: list[Part] = []
    at = 0
    while at + _ENTRY.size <= len(data):
        fields = _ENTRY.unpack_from(data, at)
        if fields[0] != b"PK\x01\x02":
            raise problem("damaged", name, limits)
        name_size, extra_size, comment_size = fields[10], fields[11], fields[12]
        start = at + _ENTRY.size
        extra = data[start + name_size : start + name_size + extra_size]
        unpacked, packed, local = _wide(extra, fields[9], fields[8], fields[16])
        if local > offset:
            raise problem("damaged", name, limits)
        raw = data[start : start + name_size]
        parts.append(
            Part(
                raw.decode("utf-8", "replace"),
                packed,
                unpacked,
                local,
                fields[4],
                bool(fields[3] & _ENCRYPTED_FLAG),
            )
        )
        at = start + name_size + extra_size + comment_size
    if len(parts) != count:
        raise problem(
            "too_many_parts" if len(parts) > limits.entries else "damaged", name, limits, found=len(parts)
        )
    return tuple(parts)


def check_parts(file: BinaryIO, parts: tuple[Part, ...], name: str, limits: Limits) -> None:
    """PayungError for names that leave the package, sizes of a bomb, passwords of zips and DTDs."""
    if any(_leaves(part.name) for part in parts):
        raise problem("unsafe_name", name, limits)
    if any(part.encrypted for part in parts):
        raise problem("encrypted", name, limits)
    total = sum(part.unpacked_bytes for part in parts)
    for part in parts:
        ratio = part.unpacked_bytes // max(part.packed_bytes, 1)
        if part.unpacked_bytes > limits.ratio_from_bytes and ratio > limits.ratio:
            raise problem("bomb_ratio", name, limits, detail=part.name, found=ratio)
    if total > limits.unpacked_bytes:
        raise problem("bomb_size", name, limits, found=total)
    for part in parts:
        if part.name.endswith((".xml", ".rels", ".vml")):
            head = _beginning(file, part).replace(b"\0", b"").upper()
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                raise problem("dtd", name, limits)


def text_of_part(file: BinaryIO, parts: tuple[Part, ...], name: str) -> bytes:
    """The first 16 KB of a part; b"" if there is none of that name, or it cannot be unpacked."""
    return next((_beginning(file, part) for part in parts if part.name == name), b"")


def _end_of_directory(file: BinaryIO, size: int, name: str, limits: Limits) -> tuple[int, int, int]:
    """Count of entries, size and offset of the directory, both in bytes."""
    tail_at = max(0, size - _MOST_COMMENT - _END.size)
    file.seek(tail_at)
    tail = file.read(_MOST_COMMENT + _END.size)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + _END.size > len(tail):
        raise problem("truncated", name, limits)
    fields = _END.unpack_from(tail, at)
    count, directory_size, offset = fields[4], fields[5], fields[6]
    end = tail_at + at
    if at >= _LOCATOR.size and tail[at - _LOCATOR.size : at - _LOCATOR.size + 4] == b"PK\x06\x07":
        record_at = _LOCATOR.unpack_from(tail, at - _LOCATOR.size)[2]
        file.seek(min(record_at, size))
        record = file.read(_END64.size)
        if len(record) < _END64.size or record[:4] != b"PK\x06\x06":
            raise problem("damaged", name, limits)
        wide = _END64.unpack(record)
        count, directory_size, offset = wide[7], wide[8], wide[9]
    if offset + directory_size > end:
        raise problem("damaged", name, limits)
    return count, directory_size, offset


def _wide(extra: bytes, unpacked: int, packed: int, local: int) -> tuple[int, int, int]:
    """The three numbers of an entry, those that do not fit taken from its zip64 field."""
    values = [unpacked, packed, local]
    at = 0
    while at + 4 <= len(extra):
        kind, length = _LOCAL_NAMES.unpack_from(extra, at)
        field = extra[at + 4 : at + 4 + length]
        if kind == 1:
            numbers = iter(struct.unpack(f"<{len(field) // 8}Q", field[: len(field) // 8 * 8]))
            values = [next(numbers, value) if value == _UNKNOWN_32 else value for value in values]
        at += 4 + length
    return values[0], values[1], values[2]


def _leaves(name: str) -> bool:
    path = name.replace("\\", "/")
    return path.startswith("/") or ":" in path or ".." in path.split("/") or "\0" in name


def _beginning(file: BinaryIO, part: Part) -> bytes:
    file.seek(part.offset)
    head = file.read(_LOCAL_BYTES)
    if len(head) < _LOCAL_BYTES or head[:4] != b"PK\x03\x04":
        return b""
    name_size, extra_size = _LOCAL_NAMES.unpack_from(head, 26)
    file.seek(name_size + extra_size, 1)
    packed = file.read(min(part.packed_bytes, _BEGINNING_BYTES))
    if part.method != _DEFLATED:
        return packed
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, _BEGINNING_BYTES)
    except zlib.error:
        return b""
