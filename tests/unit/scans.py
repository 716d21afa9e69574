"""Scans as an office makes them: pages of a PDF as pictures, turned, skewed, noisy, and put together again."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2 as pdfium
from PIL import Image

from payung.enrolment.decree import write_decree
from payung.enrolment.frame import DecreeDraft
from payung.policy.loader import local
from tests.unit.enrolment_people import entry

Change = Callable[[Image.Image], Image.Image]

POLICY = local("paser-2022")
DRAFT = DecreeDraft("64.01", date(2022, 10, 1), {"apbd-kabupaten": 2_500_000}, "5c" * 32)


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a decree as it is printed and signed."""

    pdf: bytes
    roll_hash: str

    @property
    def page_count(self) -> int:
        return len(pdfium.PdfDocument(self.pdf))


@cache
def body(first: int = 0) -> Body:
    """A real decree about some people; another `first` person gives another roll."""
    with TemporaryDirectory() as folder:
        people = [entry(number) for number in range(first, 45)]
        written = write_decree(DRAFT, people, POLICY, Path(folder) / "keputusan")
        return Body(written.body.read_bytes(), written.roll_hash)


def pictures(pdf: bytes, dpi: int = 150) -> list[Image.Image]:
    """The pages as a scanner sees them."""
    document = pdfium.PdfDocument(pdf)
    document.init_forms()
    return [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in document]


def turned(degrees: float) -> Change:
    """A page that lay turned or skewed on the glass."""
    return lambda page: page.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=250)


def noisy(page: Image.Image, *, strength: int = 20, seed: int = 3) -> Image.Image:
    """Grain and specks all over the page, and the loss of a strong JPEG."""
    noise = random.Random(seed)
    grain = Image.effect_noise(page.size, strength * 2)
    grey = Image.blend(page, grain, 0.15)
    for _ in range(400):
        grey.putpixel((noise.randrange(page.width), noise.randrange(page.height)), noise.choice((0, 255)))
    kept = io.BytesIO()
    grey.save(kept, "JPEG", quality=45)
    return Image.open(kept).convert("L")


def smeared(page: Image.Image) -> Image.Image:
    """A stamp over the QR: the foot of the page is black."""
    page = page.copy()
    page.paste(0, (0, page.height * 9 // 10, page.width // 2, page.height))
    return page


def blank(page: Image.Image) -> Image.Image:
    """The back of a page: paper, and the scanner's shadow at its rim."""
    paper = Image.new("L", page.size, 247)
    paper.paste(40, (0, 0, 12, page.height))
    return paper


def as_pdf(pages: Sequence[Image.Image], path: Path, dpi: int = 150) -> Path:
    """Put pages together as a scanner does."""
    first, *others = [page.convert("RGB") for page in pages]
    first.save(path, "PDF", save_all=True, append_images=others, resolution=dpi, quality=60)
    return path
