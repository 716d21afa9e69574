"""The regency's own wording: tried before it counts, kept as new rows, ours again when emptied.

A text that cannot be set, or whose pages do not all bear their codes, is never kept: the one before stays in force.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from payung.access.queries import names_of
from payung.allocation.roll import RollEntry
from payung.audit.services import record
from payung.config import load
from payung.core.errors import PayungError
from payung.core.scope import required
from payung.eligibility.gathering import rules_in_force
from payung.engine.workspace import private_workspace
from payung.enrolment.decree import write_copies, write_decree
from payung.enrolment.frame import DecreeDraft
from payung.enrolment.models import Decree, DecreeTemplate
from payung.enrolment.pages import page_code
from payung.enrolment.papers import some_papers_of, templates_in_use, write_templates
from payung.enrolment.samples import PREVIEW, amended, sample
from payung.enrolment.scan_reading import read_scan
from payung.enrolment.wording import BODIES, PARTS, ours
from payung.sheets.typesetting import TemplateError

MOST_LETTERS = 100_000
CPU_SECONDS = 10
"""Longer than any wording of ours takes."""
_CONTEXT = 2
_SAID: tuple[tuple[str, str], ...] = (
    (r"unclosed (delimiter|string|raw text|label|equation)", "Tanda kurung, petik, atau tanda lain belum ditutup."),
    (r"unexpected (.+)", "Tanda {0} tidak pada tempatnya."),
    (r"unknown variable: (\S+)", "Nama {0} tidak dikenal; mungkin salah ketik."),
    (r'dictionary does not contain key "(.+?)"', "Data naskah tidak memuat {0}."),
    (r"expected (.+)", "Di sini seharusnya ada {0}."),
    (r"would escape the project root|file not found|cannot access file", "Templat tidak dapat membaca berkas lain."),
    (r"failed to (download|load) package|package", "Templat tidak dapat memakai paket dari luar."),
    (r"belum selesai sesudah", "Templat terlalu lama disusun; mungkin berputar tanpa akhir."),
    (r"panicked with", "Templat berhenti dengan pesannya sendiri."),
    (r"array index out of bounds", "Templat meminta baris atau halaman yang tidak ada."),
    (r"cannot (.+)", "Tidak dapat dilakukan: {0}."),
)  # fmt: skip
"""What the typesetter says, and what it means."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a comparison: `sama`, `tambah` (theirs alone), `hilang` (ours alone), `lompat` for what is left out."""

    kind: str
    text: str


class WordingError(PayungError):
    """A text that cannot be used: the line, what is wrong in Indonesian, and the line itself."""

    def __init__(self, part: str, text: str, error: TemplateError) -> None:
        lines = text.splitlines()
        own = error.file == PARTS[part].file
        self.line = error.line if own else 0
        self.source = lines[self.line - 1].strip()[:200] if 0 < self.line <= len(lines) else ""
        where = f"Baris {error.line}" if own and error.line else f"{error.file}, baris {error.line}"
        super().__init__(
            f"{where}: {in_indonesian(error.said)}",
            todo=f"Perbaiki baris itu, lalu coba lagi. Pesan penyusun: {error.said}",
        )


def in_indonesian(said: str) -> str:
    """What the typesetter's word means, as far as it is known."""
    for pattern, words in _SAID:
        match = re.search(pattern, said)
        if match:
            return words.format(*match.groups())
    return "Naskah tidak dapat disusun."


def newest(part: str) -> DecreeTemplate | None:
    """The text last kept for a part, which may be its emptying; None where there never was one."""
    found: DecreeTemplate | None = DecreeTemplate.objects.filter(part=part).order_by("-number").first()
    return found


def versions(part: str) -> QuerySet[DecreeTemplate]:
    """All texts that were kept for a part, newest first, without the texts themselves."""
    found: QuerySet[DecreeTemplate] = DecreeTemplate.objects.filter(part=part).defer("text")
    return found.order_by("-number")


def text_in_use(part: str) -> str:
    """The regency's own text of a part, or ours."""
    last = newest(part)
    return last.text if last and last.text else ours(part)


def difference(part: str, text: str) -> list[Line]:
    """Where a text differs from ours, with some lines around; empty where it does not."""
    found = []
    compared = difflib.unified_diff(ours(part).splitlines(), text.splitlines(), n=_CONTEXT, lineterm="")
    for line in list(compared)[2:]:
        kind = {"+": "tambah", "-": "hilang", "@": "lompat"}.get(line[:1], "sama")
        found.append(Line(kind, "" if kind == "lompat" else line[1:]))
    return found


def try_template(part: str, text: str, decree: Decree | None = None) -> bytes:
    """The paper that a text makes, of an invented decree or with some of the people of a real one; nothing is kept.

    WordingError with the line where it cannot be set.
    """
    with private_workspace(load().folder("workspace")) as folder:
        return _set(part, text, folder, decree).path.read_bytes()


def save_template(part: str, text: str, note: str, seen: int) -> DecreeTemplate:
    """Use a text from now on (an empty one: ours again); `seen` is the number of the one before, as it was shown.

    WordingError where it cannot be set; PayungError where its pages do not bear their codes, where nothing differs, or
    where somebody else has kept another meanwhile. Then the one before stays in force.
    """
    text = _clean(text)
    if text == ours(part):
        text = ""
    last = newest(part)
    if text == (last.text if last else ""):
        raise PayungError("Naskah ini sudah dipakai.", todo="Ubah dulu, baru simpan.")
    if text:
        with private_workspace(load().folder("workspace")) as folder:
            _check_codes(_set(part, text, folder, None))
    actor = required().actor
    assert actor is not None
    try:
        with transaction.atomic():
            made: DecreeTemplate = DecreeTemplate.everything.create(
                regency_code=required().regency, part=part, number=seen + 1, text=text,
                sha256=hashlib.sha256(text.encode()).hexdigest(), note=" ".join(note.split())[:300],
                made_at=timezone.now(), made_by=actor,
            )  # fmt: skip
            record(
                "template.saved", made, detail={"part": part, "number": made.number, "sha256": made.sha256, "note": note}
            )  # fmt: skip
    except IntegrityError:
        last = newest(part)
        who = names_of([last.made_by]).get(last.made_by, "orang lain") if last else "orang lain"
        raise PayungError(
            f"Naskah ini sudah diubah {who} sejak halaman Anda dibuka.",
            todo="Salin perubahan Anda, muat ulang halamannya, lalu ubah lagi.",
        ) from None
    return made


def _clean(text: str) -> str:
    if len(text) > MOST_LETTERS:
        raise PayungError("Naskah ini terlalu panjang.", todo=f"Paling banyak {MOST_LETTERS} huruf.")
    text = text.replace("\r\n", "\n").replace("\x00", "").strip()
    return text + "\n" if text else ""


@dataclass(frozen=True, slots=True)
class _Shown:
    """The paper that shows a part, and of what the code of each of its pages must speak."""

    path: Path
    roll_hash: str
    mark: str


def _set(part: str, text: str, folder: Path, decree: Decree | None) -> _Shown:
    own = {name: one.text for name, one in templates_in_use().items()}
    own[part] = _clean(text) or ours(part)
    template = write_templates(folder / "templat", own)
    draft, entries, policy = _said(decree)
    body = part if part in BODIES else "keputusan"
    if body != "keputusan" and draft.amends is None:
        draft, entries = amended(draft, entries)
    try:
        written = write_decree(
            draft, entries, policy, folder / "contoh", template=template, body=body, cpu_seconds=CPU_SECONDS
        )  # fmt: skip
        if part == "lampiran":
            return _Shown(written.restricted[0], written.roll_hash, "J1")
        if part != "petikan":
            return _Shown(written.body, written.roll_hash, "")
        hashes = {path.name.split("-")[2]: ("0" * 64, "0" * 64) for path in written.restricted}
        copies = write_copies(
            draft, entries, policy, folder / "salinan", hashes=hashes, template=template, cpu_seconds=CPU_SECONDS
        )  # fmt: skip
    except TemplateError as error:
        raise WordingError(part, own[part], error) from None
    return _Shown(copies[min(code for code in copies if code)], written.roll_hash, "P1")


def _said(decree: Decree | None) -> tuple[DecreeDraft, list[RollEntry], Any]:
    if decree is None:
        policy = rules_in_force().policy
        return *sample(required().regency, policy), policy
    found = some_papers_of(decree)
    return replace(found.draft, form=PREVIEW), list(found.entries), found.policy


def _check_codes(shown: _Shown) -> None:
    """Every page must bear its code: without it nobody could tell whether what was signed is whole."""
    with shown.path.open("rb") as file:
        pages = read_scan([(shown.path.name, file)])
    bare = [
        page.place for page in pages if page_code(shown.roll_hash, page.place, shown.mark) not in page.codes
    ]
    if bare:
        raise PayungError(
            f"Halaman {', '.join(map(str, bare))} tidak memuat kode QR halamannya, jadi naskah yang ditandatangani tidak "
            "dapat diperiksa keutuhannya.",
            todo='Pertahankan #import "frame.typ" dan #show: framed pada naskah, atau page-qr pada lampiran.',
        )
