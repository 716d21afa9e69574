"""Looking at a package never fails but in words: whatever its bytes say."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payung.core.errors import PayungError
from payung.sheets.kinds import recognise
from payung.sheets.limits import Limits
from payung.sheets.package import list_parts
from payung.sheets.reading import Unreadable, read_tables
from tests import hostile

ROWS = f'<row r="1">{hostile.text_cell("A1", "NIK")}<c r="B1"><v>6401</v></c></row>'


def _package() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in hostile.plain_parts(hostile.sheet_xml(ROWS)).items():
            package.writestr(name, data)
    return buffer.getvalue()


GOOD = {"xlsx": _package(), "xls": hostile.old_workbook(hostile.OLD_CELLS), "csv": b'No;Nama\r\n1;"Siti"\r\n'}
SPOILT = st.tuples(
    st.sampled_from(sorted(GOOD)),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=8)), max_size=4),
    st.floats(0, 1),
)


def _spoil(spoilt: tuple[str, list[tuple[float, bytes]], float]) -> bytes:
    """A good file with some bytes overwritten, at given fractions of its length, and perhaps its end cut off."""
    kind, changes, kept = spoilt
    data = bytearray(GOOD[kind])
    for at, new in changes:
        start = int(at * len(data))
        data[start : start + len(new)] = new
    return bytes(data[: int(len(data) * kept)] if kept < 0.3 else data)


def _recognised(data: bytes) -> str:
    try:
        return recognise(io.BytesIO(data), len(data), "a.xlsx", Limits())[0]
    except PayungError as error:
        return "refused in words" if error.message and error.todo else "refused without a word"


@settings(max_examples=400, deadline=None)
@given(SPOILT)
def test_any_spoilt_file_is_recognised_or_refused(
    spoilt: tuple[str, list[tuple[float, bytes]], float],
) -> None:
    assert _recognised(_spoil(spoilt)) in ("xlsx", "xls", "ods", "csv", "refused in words")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SPOILT)
def test_any_spoilt_file_is_read_or_refused(
    tmp_path: Path, spoilt: tuple[str, list[tuple[float, bytes]], float]
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(_spoil(spoilt))
    (read,) = read_tables([path])
    if isinstance(read, Unreadable):
        assert read.error.message.startswith("a.xlsx: ")
    else:
        assert read.sheets


def test_the_directory_is_the_one_that_zipfile_sees() -> None:
    data = _package()
    parts = list_parts(io.BytesIO(data), len(data), "a.xlsx", Limits())
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        seen = [
            (one.filename, one.compress_size, one.file_size, one.header_offset) for one in package.infolist()
        ]
    assert [(part.name, part.packed_bytes, part.unpacked_bytes, part.offset) for part in parts] == seen


def test_sizes_beyond_four_gigabytes_are_taken_from_their_own_field() -> None:
    """A part whose zip64 field says 5 GB, and one that points beyond the end of the world."""
    for unpacked, offset, message in ((5 * 2**30, 0, "dimampatkan"), (7, 2**64 - 1, "rusak")):
        extra = struct.pack("<2H3Q", 1, 24, unpacked, 7, offset)
        entry = struct.pack(
            "<4s6H3L5H2L",
            b"PK\x01\x02",
            45,
            45,
            0,
            8,
            0,
            0,
            0,
            *[0xFFFFFFFF] * 2,
            15,
            len(extra),
            0,
            0,
            0,
            0,
            0xFFFFFFFF,
        )
        local = b"PK\x03\x04" + bytes(40)
        directory = entry + b"xl/workbook.xml" + extra
        end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(directory), len(local), 0)
        data = local + directory + end
        with pytest.raises(PayungError, match=message):
            recognise(io.BytesIO(data), len(data), "a.xlsx", Limits())
