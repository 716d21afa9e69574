"""The draft decree as files: the body that is signed, and its annex by name by address, restricted and public.

Long lists are separate volumes, one a desa, because one document of thirty thousand names cannot be made or opened in
a small office. The body names the SHA-256 of every volume, so that signing it fixes them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

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
from payung.enrolment.pages import Paper, set_papers
from payung.policy.local import LocalPolicy
from payung.sheets.typesetting import Made, Progress

PAPERS = ("f4", "a4")
TEMPLATES = Path(__file__).parent / "templates"
BODY, ANNEX = "decree.typ", "volume.typ"
BODY_FILE, SUMS_FILE = "keputusan.pdf", "SHA256SUMS"
RESTRICTED, PUBLIC = "terbatas", "publik"
_NAMES_A_PAGE, _NAMES_A_PUBLIC_PAGE = 22, 70
_BODY_PAGES, _VOLUMES_A_PAGE = 10, 12
"""Fewer than our templates bring onto a page: so many QR codes are made ready."""


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
    body_sha256: str
    page_count: int
    """Pages of the body, each with a QR code of its own."""


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
        paper=paper,
        volume_count=len(volumes),
    )
    restricted, public = _make_folders(folder)
    papers = [
        _volume_paper(frame, volume, place / volume_file(volume), annex_template, public=place is public)
        for volume in volumes
        for place in (restricted, public)
    ]
    step = (lambda done, _: progress(done, len(papers) + 1)) if progress else None
    made = set_papers(papers, step)
    pairs = {v.number: (made[2 * n].sha256, made[2 * n + 1].sha256) for n, v in enumerate(volumes)}
    body = Paper(
        template=body_template,
        out=folder / BODY_FILE,
        data=lambda codes: decree_data(frame, ordered, volumes, pairs, codes),
        roll_hash=sha,
        guess=_BODY_PAGES + len(volumes) // _VOLUMES_A_PAGE,
        accessible=True,
    )
    (body_made,) = set_papers([body])
    if progress:
        progress(len(papers) + 1, len(papers) + 1)
    written = [(body.out, body_made), *((paper.out, one) for paper, one in zip(papers, made, strict=True))]
    _write_sums(folder, written)
    return DecreeFiles(
        folder=folder,
        body=body.out,
        restricted=tuple(paper.out for paper in papers[0::2]),
        public=tuple(paper.out for paper in papers[1::2]),
        roll_hash=sha,
        total=frame.total,
        bytes=sum(one.size for _, one in written),
        body_sha256=body_made.sha256,
        page_count=body_made.pages,
    )


def volume_file(volume: Volume) -> str:
    """`lampiran-001-64.01.01.2001-desa-busui.pdf`: sorts in the order of the volumes."""
    name = re.sub(r"[^a-z0-9]+", "-", volume.place.lower()).strip("-")
    return f"lampiran-{volume.number:03d}-{volume.code}-{name}.pdf"


def _volume_paper(frame: Frame, volume: Volume, out: Path, template: Path, *, public: bool) -> Paper:
    return Paper(
        template=template,
        out=out,
        data=lambda codes: volume_data(frame, volume, codes, public=public),
        roll_hash=frame.roll_hash,
        guess=2 + volume.total.people // (_NAMES_A_PUBLIC_PAGE if public else _NAMES_A_PAGE),
        mark=f"J{volume.number}",
    )


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


def _write_sums(folder: Path, written: Iterable[tuple[Path, Made]]) -> None:
    lines = [f"{made.sha256}  {path.relative_to(folder).as_posix()}\n" for path, made in written]
    try:
        (folder / SUMS_FILE).write_text("".join(lines), encoding="utf-8", newline="\n")
    except OSError as error:
        raise cannot_write(SUMS_FILE, error) from error
