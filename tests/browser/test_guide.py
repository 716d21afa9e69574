"""The illustrated guide: a page for every role, every picture there, small, and shown somewhere."""

from __future__ import annotations

import re
from pathlib import Path

from payung.access.policy import Role
from tests.browser.small_pictures import read

GUIDE = Path(__file__).parents[2] / "docs" / "guide"
MOST_BYTES = 120_000


def named() -> dict[str, list[str]]:
    """Pictures by page."""
    return {
        path.name: re.findall(r"!\[[^]]+\]\(gambar/([^)]+)\)", path.read_text(encoding="utf-8"))
        for path in sorted(GUIDE.glob("*.md"))
    }


def test_every_role_has_its_page_and_the_first_page_leads_there() -> None:
    index = (GUIDE / "README.md").read_text(encoding="utf-8")
    for role in Role:
        assert (GUIDE / f"{role.value}.md").is_file(), role
        assert f"]({role.value}.md)" in index, role
    assert {path.stem for path in GUIDE.glob("*.md")} == {"README", *(role.value for role in Role)}


def test_every_picture_that_is_named_is_there_and_every_other_way_round() -> None:
    pages = named()
    assert all(pages.values()), "a page without a picture"
    shown = {one for pictures in pages.values() for one in pictures}
    assert shown == {path.name for path in (GUIDE / "gambar").glob("*")}


def test_every_picture_is_small_and_as_wide_as_a_screen() -> None:
    for path in (GUIDE / "gambar").glob("*.png"):
        content = path.read_bytes()
        assert len(content) <= MOST_BYTES, path.name
        width = int.from_bytes(content[16:20])
        assert width == (360 if path.name.startswith("rt-") else 1366), path.name


def test_every_step_of_a_page_stands_in_a_numbered_list_or_under_a_heading() -> None:
    for path in GUIDE.glob("*.md"):
        text = path.read_text(encoding="utf-8")
        assert text.startswith("# "), path.name
        assert re.search(r"^(1\. |\* |\| )", text, re.MULTILINE), path.name
        assert max(map(len, text.splitlines())) < 260, path.name


def test_pictures_are_read_as_browsers_write_them(tmp_path: Path) -> None:
    """The reader by hand: two pixels above two, each told in another way from its neighbours."""
    import struct
    import zlib

    raw = bytes([1, 10, 20, 30, 5, 5, 5]) + bytes([2, 1, 1, 1, 0, 0, 0]) + bytes([3, 0, 0, 0, 2, 2, 2])
    raw += bytes([4, 1, 0, 0, 0, 0, 1])
    head = struct.pack(">IIBBBBB", 2, 4, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + bytes(4)

    png = bytes(8) + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")
    assert read(png).tolist() == [
        [[10, 20, 30], [15, 25, 35]],
        [[11, 21, 31], [15, 25, 35]],
        [[5, 10, 15], [12, 19, 27]],
        [[6, 10, 15], [12, 19, 28]],
    ]
