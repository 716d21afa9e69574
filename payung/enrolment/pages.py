"""Papers on whose every page stands a QR code of its own, so that a missing or foreign page is found out."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import segno

from payung.enrolment.frame import Data
from payung.sheets.typesetting import CPU_SECONDS, Document, Made, Progress, as_json, make

_MASK = 3
"""Any of the eight reads equally well; trying which looks best takes most of the time that a code takes."""


@dataclass(frozen=True)
class Paper:
    """One document to be made. `data` is what its template is given, with the QR codes of its pages from the first on.

    `mark` stands between hash and page in the code: empty for the body, `J12` for a volume. `guess` is how many pages
    it has at most, as far as one can tell; a paper that turns out longer is made once more.
    """

    template: Path
    out: Path
    data: Callable[[Sequence[bytes]], Data]
    roll_hash: str
    guess: int
    mark: str = ""
    accessible: bool = False
    """Tagged, so that it can be read aloud (PDF/A-2a); else PDF/A-2b."""

    def document(self, pages: int) -> Document:
        """What the typesetter is asked for, with codes for so many pages."""
        return Document(
            self.template,
            self.out,
            lambda: as_json(self.data(self.codes(pages))),
            standards=("a-2a",) if self.accessible else ("a-2b",),
            tags=self.accessible,
        )

    def codes(self, pages: int) -> list[bytes]:
        """The QR codes of the first so many pages."""
        return [qr_png(page_code(self.roll_hash, page, self.mark)) for page in range(1, pages + 1)]


def page_code(roll_hash: str, page: int, mark: str = "") -> str:
    """What the QR code of a page reads: `SHA256:<HASH>/3` in the body, `SHA256:<HASH>/J12/3` in volume 12.

    In capitals, which makes it smaller.
    """
    return "/".join(part for part in (f"SHA256:{roll_hash.upper()}", mark, str(page)) if part)


@lru_cache(maxsize=256)
def qr_png(text: str) -> bytes:
    """A QR code as PNG; the same bytes for the same text."""
    picture = io.BytesIO()
    segno.make_qr(text, error="m", mask=_MASK).save(picture, kind="png", scale=1, border=2)
    return picture.getvalue()


def set_papers(
    papers: Sequence[Paper], progress: Progress | None = None, *, cpu_seconds: int = CPU_SECONDS
) -> tuple[Made, ...]:
    """Make papers and say what each has become, in their order. Errors as the typesetter has them."""
    made = list(
        make([paper.document(paper.guess) for paper in papers], progress=progress, cpu_seconds=cpu_seconds)
    )
    for place, paper in enumerate(papers):
        codes = paper.guess
        while (
            made[place].pages > codes
        ):  # more codes make no page longer, but an own template may do anything
            codes = made[place].pages
            (made[place],) = make([paper.document(codes)], cpu_seconds=cpu_seconds)
    return tuple(made)
