"""Pictures for the guide: PNG with a palette, a third of the size, and no eye sees the difference on a page of text."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""Rows, columns, red green blue."""
COLOURS = 256
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def save_small(png: bytes, path: Path) -> None:
    """Write a picture with at most 256 colours: those that it has most of, every other by its nearest."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = read(png)
    flat = pixels.reshape(-1, 3).astype(np.int32)
    keys = flat[:, 0] << 16 | flat[:, 1] << 8 | flat[:, 2]
    found, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    colours = np.stack([found >> 16, found >> 8 & 255, found & 255], axis=1)
    kept = np.sort(np.argsort(counts, kind="stable")[::-1][:COLOURS])
    palette = colours[kept]
    nearest = np.array([((palette - one) ** 2).sum(axis=1).argmin() for one in colours], dtype=np.uint8)
    path.write_bytes(_write(nearest[inverse].reshape(pixels.shape[:2]), palette.astype(np.uint8)))


def read(png: bytes) -> Pixels:
    """The pixels of a PNG as browsers write it: 8 bits, with or without transparency, not interlaced."""
    at, packed, size = 8, b"", (0, 0, 0)
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        content = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, bits, colour, _, _, interlaced = struct.unpack(">IIBBBBB", content)
            assert (bits, interlaced) == (8, 0)
            assert colour in (2, 6)
            size = (width, height, 3 if colour == 2 else 4)
        elif kind == b"IDAT":
            packed += content
        at += length + 12
    return _unfiltered(zlib.decompress(packed), *size)


def _unfiltered(raw: bytes, width: int, height: int, channels: int) -> Pixels:
    lines = np.frombuffer(raw, np.uint8).reshape(height, width * channels + 1)
    above = np.zeros(width * channels, np.uint8)
    out = np.empty((height, width * channels), np.uint8)
    for number, line in enumerate(lines):
        kind, here = int(line[0]), line[1:]
        if kind == 0:
            now = here
        elif kind == 1:
            columns = here.reshape(width, channels).astype(np.uint64)
            now = (np.cumsum(columns, axis=0) & 255).astype(np.uint8).reshape(-1)
        elif kind == 2:
            now = here + above
        else:
            now = _slowly(kind, here, above, channels)
        out[number] = above = now
    return out.reshape(height, width, channels)[:, :, :3]


def _slowly(kind: int, line: Pixels, above: Pixels, channels: int) -> Pixels:
    """A line that was told from its left and upper neighbours together (average, Paeth)."""
    here, up = line.tolist(), above.tolist()
    for at in range(len(here)):
        left = here[at - channels] if at >= channels else 0
        corner = up[at - channels] if at >= channels else 0
        if kind == 3:
            guess = (left + up[at]) // 2
        else:
            by_left, by_up = abs(up[at] - corner), abs(left - corner)
            by_corner = abs(left + up[at] - 2 * corner)
            guess = (
                left
                if by_left <= by_up and by_left <= by_corner
                else up[at]
                if by_up <= by_corner
                else corner
            )
        here[at] = (here[at] + guess) & 255
    return np.array(here, dtype=np.uint8)


def _write(indices: Pixels, palette: Pixels) -> bytes:
    height, width = indices.shape
    raw = np.zeros((height, width + 1), np.uint8)
    raw[:, 1:] = indices
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = (
        (b"IHDR", head),
        (b"PLTE", palette.tobytes()),
        (b"IDAT", zlib.compress(raw.tobytes(), 9)),
        (b"IEND", b""),
    )
    return _SIGNATURE + b"".join(_chunk(kind, content) for kind, content in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
