"""The texts that papers are set from: ours, and a regency's own in their place."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from payung.core.errors import Exit, PayungError
from payung.sheets.typesetting import TemplateError

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Part:
    """One text that a regency may replace: the file of ours that it stands for, and what it is called."""

    file: str
    title: str
    about: str


PARTS: Mapping[str, Part] = {
    "keputusan": Part("decree.typ", "Keputusan", "Naskah keputusan yang menetapkan penerima."),
    "perubahan": Part(
        "amendment.typ", "Perubahan atas keputusan", "Naskah perubahan sesudah ditandatangani."
    ),
    "berita-acara": Part("minutes.typ", "Berita acara", "Naskah penggantian tanpa keputusan baru."),
    "lampiran": Part("volume.typ", "Lampiran", "Jilid setiap desa, terbatas dan publik."),
    "petikan": Part("extract.typ", "Petikan", "Petikan keputusan untuk satu desa."),
    "dasar-hukum": Part("laws.typ", "Dasar hukum", "Peraturan yang dikutip di bawah Mengingat."),
}
"""By the name under which a regency's own text is kept."""
BODIES = ("keputusan", "perubahan", "berita-acara")
"""The parts that are signed."""


def ours(part: str) -> str:
    """Our own text of a part."""
    return (TEMPLATES / PARTS[part].file).read_text(encoding="utf-8")


def ours_sha256(part: str) -> str:
    """Its hash."""
    return hashlib.sha256(ours(part).encode()).hexdigest()


@contextmanager
def assembled(own: Path | None) -> Iterator[Path]:
    """A folder with all parts: those of the folder `own` in place of ours, with the pictures and fonts beside them.

    PayungError(Exit.USAGE) where `own` holds no part. A TemplateError from within names the file of `own`.
    """
    if own is None:
        yield TEMPLATES
        return
    names = [part.file for part in PARTS.values()]
    if not any((own / name).is_file() for name in names):
        raise PayungError(
            f"Folder templat {own} tidak berisi satu pun dari {', '.join(names)}.",
            todo="Salin templat bawaan ke folder itu, lalu ubah; atau jalankan tanpa --template.",
            exit_code=Exit.USAGE,
        )
    with tempfile.TemporaryDirectory(prefix="payung-templat-") as name:
        folder = Path(name)
        shutil.copytree(TEMPLATES, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("enrolment"))
        shutil.copytree(own, folder, dirs_exist_ok=True)
        try:
            yield folder
        except TemplateError as error:
            raise TemplateError(own / error.file, error.said, file=error.file, line=error.line) from None
