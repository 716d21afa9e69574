"""A scan of the signed paper is compared page by page: what is missing, foreign, doubled or unreadable is named."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PIL import Image

from payung.core.errors import PayungError
from payung.enrolment.pages import page_code
from payung.enrolment.scan import Judgement, Kind, Seen, judge
from payung.enrolment.scan_reading import ScanLimits, read_scan
from tests.unit import scans

BODY, OTHER = scans.body(), scans.body(1)
ROLL, PAGES = BODY.roll_hash, BODY.page_count
Pages = list[Image.Image]


@pytest.fixture(scope="module")
def paper() -> Pages:
    return scans.pictures(BODY.pdf)


@pytest.fixture(scope="module")
def foreign() -> Pages:
    return scans.pictures(OTHER.pdf)


def test_the_body_has_enough_pages_for_what_is_tested_here() -> None:
    assert PAGES == 4


def read(*paths: Path, limits: ScanLimits | None = None) -> tuple[Seen, ...]:
    opened = [(path.name, path.open("rb")) for path in paths]
    try:
        return read_scan(opened, limits or ScanLimits())
    finally:
        for _, file in opened:
            file.close()


def judged(pages: Sequence[Image.Image], folder: Path, dpi: int = 150) -> Judgement:
    return judge(read(scans.as_pdf(pages, folder / "pindaian.pdf", dpi)), ROLL, PAGES)


def kinds(judgement: Judgement) -> set[Kind]:
    return {fault.kind for fault in judgement.faults}


def said(judgement: Judgement) -> str:
    return " ".join(fault.message for fault in judgement.faults)


def test_the_paper_as_it_was_typeset_is_right(paper: Pages, tmp_path: Path) -> None:
    judgement = judged(paper, tmp_path)
    assert judgement.is_right
    assert judgement.told() == {"pages": [[n, n] for n in range(1, PAGES + 1)], "blanks": []}


@pytest.mark.parametrize("dpi", [150, 200])
@pytest.mark.parametrize(
    "change", [scans.turned(90), scans.turned(180), scans.turned(2), scans.turned(-2), scans.noisy]
)
def test_a_page_that_lay_turned_skewed_or_dirty_on_the_glass_is_read(
    change: Callable[[Image.Image], Image.Image], dpi: int, tmp_path: Path
) -> None:
    pages = scans.pictures(BODY.pdf, dpi)
    assert judged([*pages[:2], change(pages[2]), *pages[3:]], tmp_path, dpi).is_right


def test_empty_backs_of_a_duplex_scan_are_passed_over_and_named(paper: Pages, tmp_path: Path) -> None:
    pages = [side for page in paper for side in (page, scans.blank(page))]
    judgement = judged(pages, tmp_path)
    assert judgement.is_right
    assert judgement.blanks == (2, 4, 6, 8)


def test_a_page_that_was_left_out_is_named(paper: Pages, tmp_path: Path) -> None:
    judgement = judged([*paper[:2], *paper[3:]], tmp_path)
    assert kinds(judgement) == {Kind.MISSING}
    assert "Halaman 3 tidak ada; badan keputusan terdiri atas 4 halaman." in said(judgement)


def test_a_page_of_another_paper_in_place_of_ours_is_named_with_both_hashes(
    paper: Pages, foreign: Pages, tmp_path: Path
) -> None:
    judgement = judged([*paper[:1], foreign[1], *paper[2:]], tmp_path)
    assert kinds(judgement) == {Kind.FOREIGN, Kind.MISSING}
    theirs, ours = OTHER.roll_hash[:8].upper(), ROLL[:8].upper()
    assert f"Halaman pindaian 2 milik naskah lain: sidiknya {theirs}…, seharusnya {ours}…." in said(judgement)
    assert "Halaman 2 tidak ada" in said(judgement)


def test_a_page_that_is_there_twice_is_named_with_both_places(paper: Pages, tmp_path: Path) -> None:
    judgement = judged([*paper, paper[1]], tmp_path)
    assert kinds(judgement) == {Kind.TWICE}
    assert said(judgement) == "Halaman 2 ada 2 kali: pada halaman pindaian 2 dan 5."


def test_exchanged_pages_are_named(paper: Pages, tmp_path: Path) -> None:
    judgement = judged([paper[0], paper[2], paper[1], *paper[3:]], tmp_path)
    assert kinds(judgement) == {Kind.ORDER}
    assert "pada halaman pindaian 3, halaman 2 sesudah halaman 3" in said(judgement)


def test_a_page_whose_qr_is_under_a_stamp_is_named_with_what_it_probably_is(
    paper: Pages, tmp_path: Path
) -> None:
    judgement = judged([*paper[:3], scans.smeared(paper[3])], tmp_path)
    assert kinds(judgement) == {Kind.UNREADABLE, Kind.MISSING}
    assert "QR pada halaman pindaian 4 tidak terbaca (mungkin halaman 4)." in said(judgement)


def test_an_empty_stack_is_no_decree(paper: Pages, tmp_path: Path) -> None:
    assert kinds(judged([scans.blank(paper[0])] * 2, tmp_path)) == {Kind.NOTHING}


def test_pictures_of_single_pages_are_one_scan_in_the_order_given(paper: Pages, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.{ending}" for number, ending in enumerate(("jpg", "png", "tif"))]
    for page, path in zip(paper, paths, strict=False):
        page.save(path)
    rest = scans.as_pdf(paper[3:], tmp_path / "sisa.pdf")
    seen = read(*paths, rest)
    assert [page.place for page in seen] == [1, 2, 3, 4]
    assert judge(seen, ROLL, PAGES).is_right
    assert kinds(judge(read(rest, *paths), ROLL, PAGES)) == {Kind.ORDER}


def test_a_photo_of_a_phone_held_sideways_is_read(paper: Pages, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees before it is shown
    photo = tmp_path / "foto.jpg"
    paper[0].rotate(90, expand=True).save(photo, exif=exif)
    assert read(photo)[0].codes == (page_code(ROLL, 1),)


def test_pages_of_an_annex_a_later_body_or_two_on_one_sheet_are_told_apart() -> None:
    volume, late = page_code(ROLL, 3, "J12"), page_code(ROLL, PAGES + 1)
    seen = [
        Seen(1, (page_code(ROLL, 1), "https://register.contoh.id/123")),
        Seen(2, (volume,)),
        Seen(3, (late,)),
        Seen(4, (page_code(ROLL, 2), page_code(ROLL, 3))),
        Seen(5, ("https://register.contoh.id/123",)),
    ]
    judgement = judge(seen, ROLL, PAGES)
    assert kinds(judgement) == {Kind.ANNEX, Kind.SURPLUS, Kind.MIXED, Kind.UNREADABLE, Kind.MISSING}
    assert judgement.found == {1: 1}


def _huge_page() -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9000000 9000000]>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF"
    )


def _many_pages() -> bytes:
    kids = b" ".join([b"3 0 R"] * 5000)
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids["
        + kids
        + b"]/Count 5000>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF"
    )


def _picture_bomb() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 10**7))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "kosong"),
        (b"PK\x03\x04 a workbook", "bukan PDF atau gambar"),
        (b"%PDF-1.7 cut off", "rusak"),
        (_picture_bomb(), "rusak"),
        (_many_pages(), "5000 halaman, paling banyak 200"),
    ],
)
def test_what_is_no_scan_or_made_to_do_harm_is_refused_with_what_to_do(
    content: bytes, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "pindaian.pdf"
    path.write_bytes(content)
    with pytest.raises(PayungError, match=words) as refused:
        read(path)
    assert refused.value.todo


def test_a_page_as_wide_as_a_country_is_looked_at_small(tmp_path: Path) -> None:
    path = tmp_path / "luas.pdf"
    path.write_bytes(_huge_page())
    assert read(path) == (Seen(1, (), is_blank=True),)


def test_a_scan_that_takes_too_long_or_too_much_is_ended(paper: Pages, tmp_path: Path) -> None:
    path = scans.as_pdf(paper, tmp_path / "pindaian.pdf")
    with pytest.raises(PayungError, match="terlalu lama"):
        read(path, limits=ScanLimits(wall_seconds=0.05))
    with pytest.raises(PayungError, match="memori"):
        read(path, limits=ScanLimits(memory_bytes=90 * 1024 * 1024))
    with pytest.raises(PayungError, match="paling banyak 0 MB"):
        read(path, limits=ScanLimits(file_bytes=10))
