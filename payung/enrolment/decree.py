"""The draft decree as files: the body that is signed, and its annex by name by address, restricted and public.

Long lists are separate volumes, one a desa, because one document of thirty thousand names cannot be made or opened in
a small office. The body names the SHA-256 of every volume, so that signing it fixes them all.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import segno

from payung.allocation.roll import RollEntry, Totals, by_desa, roll_hash
from payung.core.errors import Exit, PayungError, cannot_write
from payung.core.month import MonthSpan
from payung.enrolment.annex import (
    DecreeDraft,
    Frame,
    Volume,
    decree_data,
    sources_used,
    volume_data,
    volumes_of,
)
from payung.policy.local import LocalPolicy
from payung.sheets.typesetting import Document, Progress, as_json, typeset

PAPERS = ("f4", "a4")
TEMPLATES = Path(__file__).parent / "templates"
BODY, ANNEX = "decree.typ", "volume.typ"
BODY_FILE, SUMS_FILE = "keputusan.pdf", "SHA256SUMS"
RESTRICTED, PUBLIC = "terbatas", "publik"


@dataclass(frozen=True, slots=True)
class DecreeFiles:
    """What was written: the body, the volumes in order (restricted, public), all below `folder`."""

    folder: Path
    body: Path
    restricted: tuple[Path, ...]
    public: tuple[Path, ...]
    roll_hash: str
    total: Totals
    bytes: int


def write_decree(
    draft: DecreeDraft,
    entries: Iterable[RollEntry],
    policy: LocalPolicy,
    folder: Path,
    *,
    paper: str = "f4",
    template: Path | None = None,
    progress: Progress | None = None,
) -> DecreeFiles:
    """Write the decree's body, its volumes and their SHA256SUMS into `folder` (`DIR/keputusan`).

    `template` is a folder with an own `decree.typ`, `volume.typ` or both, and what they use. The same roll, draft and
    templates give the same bytes. PayungError: an empty roll or one above a ceiling (MONEY), a template that cannot be
    used (USAGE), a folder that cannot be written (OUTPUT).
    """
    if paper not in PAPERS:
        raise PayungError(
            f"Ukuran kertas {paper!r} tidak dikenal.",
            todo=f"Pilih salah satu: {', '.join(PAPERS)}.",
            exit_code=Exit.USAGE,
        )
    body_template, annex_template = _templates(template)
    volumes = volumes_of(by_desa(entries))
    ordered = [entry for volume in volumes for entry in volume.entries]
    if not ordered:
        raise PayungError(
            "Daftar penerima kosong, jadi tidak ada yang dapat ditetapkan.",
            todo="Periksa alasan pada daftar yang belum dapat diusulkan dan daftar tunggu.",
            exit_code=Exit.MONEY,
        )
    sources_used(draft, policy, ordered)
    sha = roll_hash(entry.row for entry in ordered)
    frame = Frame(
        draft=draft,
        policy=policy,
        span=MonthSpan(min(e.row.month_from for e in ordered), max(e.row.month_to for e in ordered)),
        total=Totals.of(ordered),
        roll_hash=sha,
        qr=qr_png(sha),
        paper=paper,
        volume_count=len(volumes),
    )
    restricted, public = _make_folders(folder)
    documents = [
        _document(frame, volume, place / volume_file(volume), annex_template, public=place is public)
        for volume in volumes
        for place in (restricted, public)
    ]
    step = (lambda done, _: progress(done, len(documents) + 1)) if progress else None
    hashes = typeset(documents, progress=step)
    pairs = {volume.number: (hashes[2 * n], hashes[2 * n + 1]) for n, volume in enumerate(volumes)}
    data = as_json(decree_data(frame, ordered, volumes, pairs))
    body = Document(body_template, folder / BODY_FILE, lambda: data, standards=("a-2a",), tags=True)
    (body_hash,) = typeset([body])
    if progress:
        progress(len(documents) + 1, len(documents) + 1)
    made = [body, *documents]
    _write_sums(folder, [document.out for document in made], [body_hash, *hashes])
    return DecreeFiles(
        folder=folder,
        body=body.out,
        restricted=tuple(document.out for document in documents[0::2]),
        public=tuple(document.out for document in documents[1::2]),
        roll_hash=sha,
        total=frame.total,
        bytes=sum(document.out.stat().st_size for document in made),
    )


def qr_png(sha: str) -> bytes:
    """A QR code that reads `SHA256:<the roll's hash>`, in capitals, which makes it smaller."""
    picture = io.BytesIO()
    segno.make_qr(f"SHA256:{sha.upper()}", error="m").save(picture, kind="png", scale=1, border=2)
    return picture.getvalue()


def volume_file(volume: Volume) -> str:
    """`lampiran-001-64.01.01.2001-desa-busui.pdf`: sorts in the order of the volumes."""
    name = re.sub(r"[^a-z0-9]+", "-", volume.place.lower()).strip("-")
    return f"lampiran-{volume.number:03d}-{volume.code}-{name}.pdf"


def _document(frame: Frame, volume: Volume, out: Path, template: Path, *, public: bool) -> Document:
    return Document(template, out, lambda: as_json(volume_data(frame, volume, public=public)))


def _templates(folder: Path | None) -> tuple[Path, Path]:
    """The two templates: the office's own where its folder has one, else ours."""
    if folder is None:
        return TEMPLATES / BODY, TEMPLATES / ANNEX
    own = [folder / name for name in (BODY, ANNEX)]
    if not any(path.is_file() for path in own):
        raise PayungError(
            f"Folder templat {folder} tidak berisi {BODY} atau {ANNEX}.",
            todo="Salin templat bawaan ke folder itu, lalu ubah; atau jalankan tanpa --template.",
            exit_code=Exit.USAGE,
        )
    body, annex = (path.resolve() if path.is_file() else TEMPLATES / path.name for path in own)
    return body, annex


def _make_folders(folder: Path) -> tuple[Path, Path]:
    restricted, public = folder / RESTRICTED, folder / PUBLIC
    try:
        folder.mkdir(parents=True, exist_ok=True)
        restricted.mkdir(mode=0o700, exist_ok=True)
        public.mkdir(exist_ok=True)
    except OSError as error:
        raise cannot_write(f"Folder {folder.name}", error) from error
    return restricted, public


def _write_sums(folder: Path, paths: Iterable[Path], hashes: Iterable[str]) -> None:
    lines = [
        f"{sha}  {path.relative_to(folder).as_posix()}\n" for path, sha in zip(paths, hashes, strict=True)
    ]
    try:
        (folder / SUMS_FILE).write_text("".join(lines), encoding="utf-8", newline="\n")
    except OSError as error:
        raise cannot_write(SUMS_FILE, error) from error
