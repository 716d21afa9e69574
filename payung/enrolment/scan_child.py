"""The program that opens scans: alone in a process that cannot take much memory or time, nor write any file.

Run by its file name with a bare interpreter, after `sheets/child.py`, whose limits it takes on. Standard input is a PDF
or a picture, standard output the answer, lines of JSON: `{"problem": code, …}` alone, or for every page
`{"codes": [text, …], "blank": truth}` and at last `{"end": true}`.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image

_PDF_DPI = 300
_MOST_PIXELS = 40_000_000
"""Of a page as it is looked at; a page that would be larger is looked at smaller."""
_LARGEST_PICTURE = 150_000_000
"""Pixels of a picture before it is opened; A4 at 1.200 dpi has 139 million."""
_PAGE_WIDTH_INCHES = 8.27
"""Pictures of scanners and phones show a page; how wide it is they do not say in a way to be relied on."""
_LOOKS = ((1.0, 0), (1.5, 0), (0.75, 3), (2.0, 3))
"""Ways to look for a QR, until one of ours is found: by how much larger, and the width of the median against noise."""
_DARK, _BLANK_SHARE = 128, 0.0004
_FORMATS = ("JPEG", "PNG", "TIFF")
_OURS = "SHA256:"


class RefusedError(Exception):
    """The scan is not read. `fields` is what the parent is told."""

    def __init__(self, code: str, **fields: object) -> None:
        super().__init__(code)
        self.fields = {"problem": code, **fields}


def main(memory_bytes: int, cpu_seconds: int, most_pages: int) -> None:
    """Look at the scan on standard input and answer on standard output."""
    from payung.sheets.child import confine

    confine(memory_bytes, cpu_seconds)
    try:
        for page in _pages(most_pages):
            _say(_looked_at(page))
        _say({"end": True})
    except RefusedError as error:
        _say(error.fields)
    except MemoryError:
        _say({"problem": "memory"})
    except Exception as error:
        _say({"problem": "encrypted" if "password" in str(error).casefold() else "damaged"})


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _pages(most_pages: int) -> Iterator[Image]:
    content = sys.stdin.buffer.read()
    if content[:1024].lstrip().startswith(b"%PDF-"):
        yield from _of_pdf(content, most_pages)
    else:
        yield from _of_picture(content, most_pages)


def _of_pdf(content: bytes, most_pages: int) -> Iterator[Image]:
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(content)
    count = len(document)
    if count > most_pages:
        raise RefusedError("too_many_pages", found=count)
    for number in range(count):
        page = document[number]
        width, height = page.get_size()
        scale = _PDF_DPI / 72
        most = (_MOST_PIXELS / max(1.0, width * height)) ** 0.5
        bitmap = page.render(scale=min(scale, most), grayscale=True, may_draw_forms=False)
        yield bitmap.to_pil().convert("L")
        bitmap.close()
        page.close()


def _of_picture(content: bytes, most_pages: int) -> Iterator[Image]:
    import io

    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = _LARGEST_PICTURE // 2  # Pillow refuses from twice of it on
    try:
        picture = Image.open(io.BytesIO(content), formats=_FORMATS)
    except UnidentifiedImageError:
        raise RefusedError("unknown") from None
    # A photo of a phone holds smaller copies of itself beside it; only a TIFF has pages.
    count = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
    if count > most_pages:
        raise RefusedError("too_many_pages", found=count)
    for number in range(count):
        picture.seek(number)
        page = ImageOps.exif_transpose(picture).convert("L")
        narrow = min(page.size)
        scale = min(
            _PDF_DPI * _PAGE_WIDTH_INCHES / narrow, (_MOST_PIXELS / (page.width * page.height)) ** 0.5
        )
        yield _resized(page, scale)


def _resized(page: Image, scale: float) -> Image:
    from PIL.Image import Resampling

    if scale == 1:
        return page
    size = max(1, round(page.width * scale)), max(1, round(page.height * scale))
    return page.resize(size, Resampling.BICUBIC)


def _looked_at(page: Image) -> dict[str, Any]:
    """Every QR that was found, and whether the page is empty paper."""
    import zxingcpp
    from PIL import ImageFilter

    kinds = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    found: dict[str, None] = {}
    for larger, median in _LOOKS:
        if page.width * page.height * larger * larger > 2 * _MOST_PIXELS:
            continue
        looked = _resized(page, larger)
        if median:
            looked = looked.filter(ImageFilter.MedianFilter(median))
        for code in zxingcpp.read_barcodes(looked, formats=kinds):
            found.setdefault(code.text[:200])
        if any(text.startswith(_OURS) for text in found):
            break
        if not found and _is_blank(page):
            return {"codes": [], "blank": True}
    return {"codes": list(found), "blank": False}


def _is_blank(page: Image) -> bool:
    """Whether next to nothing on it is dark; the rim, where scanners leave shadows, is not looked at."""
    from PIL.Image import Resampling

    rim = page.width // 12, page.height // 12
    inner = page.crop((rim[0], rim[1], page.width - rim[0], page.height - rim[1]))
    small = inner.resize((max(1, inner.width // 4), max(1, inner.height // 4)), Resampling.BOX)
    dark = sum(small.histogram()[:_DARK])
    return dark < _BLANK_SHARE * small.width * small.height


if __name__ == "__main__":
    sys.path.extend(sys.argv[1:3])
    main(*map(int, sys.argv[3:6]))
