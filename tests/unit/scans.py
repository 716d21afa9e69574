"""Scans as an office makes them: pages of a PDF as pictures, turned, skewed, noisy, and put together again."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pypdfium2 as pdfium
import segno
import typst
from PIL import Image

from payung.enrolment.pages import page_code

Change = Callable[[Image.Image], Image.Image]

_BODY = """
#set page(width: 215mm, height: 330mm, margin: 22mm, footer: context {
  let number = counter(page).get().first()
  image("qr-" + str(number) + ".png", width: 12mm, scaling: "pixelated")
})
#for number in range(int(sys.inputs.pages)) [ #heading[Halaman] #lorem(350) #pagebreak(weak: true) ]
"""


def body(roll_hash: str, pages: int, folder: Path) -> bytes:
    """A paper of some pages with the QR of each in its footer, as large as on the decree."""
    for page in range(1, pages + 1):
        segno.make_qr(page_code(roll_hash, page), error="m").save(
            str(folder / f"qr-{page}.png"), scale=1, border=2
        )
    (folder / "badan.typ").write_text(_BODY)
    made = typst.compile(str(folder / "badan.typ"), format="pdf", sys_inputs={"pages": str(pages)})
    assert isinstance(made, bytes)
    return made


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
