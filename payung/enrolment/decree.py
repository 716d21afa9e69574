"""A decree as files: the body that is signed, its annex by name by address, restricted and public; copies of what was signed.

Long lists are separate volumes, one a desa, because one document of thirty thousand names cannot be made or opened in
a small office. The body names the SHA-256 of every volume, so that signing it fixes them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from payung.allocation.roll import RollEntry, Totals, by_desa, roll_hash
from payung.core.errors import Exit, PayungError, cannot_write
from payung.core.month import MonthSpan
from payung.enrolment.annex import extract_data, volume_data
from payung.enrolment.body import decree_data, sources_used
from payung.enrolment.frame import DecreeDraft, Frame, Volume, volumes_of
from payung.enrolment.pages import Paper, set_papers
from payung.enrolment.wording import PARTS, assembled
from payung.policy.local import LocalPolicy
from payung.sheets.typesetting import CPU_SECONDS, Made, Progress

PAPERS = ("f4", "a4")
BODY_FILE, COPY_FILE, SUMS_FILE = "keputusan.pdf", "salinan.pdf", "SHA256SUMS"
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
    body: str = "keputusan",
    progress: Progress | None = None,
    cpu_seconds: int = CPU_SECONDS,
) -> DecreeFiles:
    """Write the decree's body, its volumes and their SHA256SUMS into `folder` (`DIR/keputusan`).

    `template` is a folder with own texts in place of ours, and what they use; `body` the part that is set. No process
    of the typesetter takes longer than `cpu_seconds`. The same roll, draft and templates give the same bytes. PayungError: an empty roll or one above a ceiling (MONEY), a template
    that cannot be used (USAGE), a folder that cannot be written (OUTPUT).
    """
    frame, volumes = _laid_out(draft, entries, policy, paper)
    ordered = [entry for volume in volumes for entry in volume.entries]
    if not draft.amends:
        sources_used(draft, policy, ordered)
    with assembled(template) as templates:
        restricted, public = _make_folders(folder)
        papers = [
            _volume_paper(frame, volume, place / volume_file(volume), templates, public=place is public)
            for volume in volumes
            for place in (restricted, public)
        ]
        step = (lambda done, _: progress(done, len(papers) + 1)) if progress else None
        made = set_papers(papers, step, cpu_seconds=cpu_seconds)
        hashes = {v.number: (made[2 * n].sha256, made[2 * n + 1].sha256) for n, v in enumerate(volumes)}
        main = _body_paper(frame, volumes, hashes, folder / BODY_FILE, templates / PARTS[body].file)
        (main_made,) = set_papers([main], cpu_seconds=cpu_seconds)
    if progress:
        progress(len(papers) + 1, len(papers) + 1)
    written = [(main.out, main_made), *((paper.out, one) for paper, one in zip(papers, made, strict=True))]
    _write_sums(folder, written)
    return DecreeFiles(
        folder=folder,
        body=main.out,
        restricted=tuple(paper.out for paper in papers[0::2]),
        public=tuple(paper.out for paper in papers[1::2]),
        roll_hash=frame.roll_hash,
        total=frame.total,
        bytes=sum(one.size for _, one in written),
        body_sha256=main_made.sha256,
        page_count=main_made.pages,
    )


def write_copies(
    draft: DecreeDraft,
    entries: Iterable[RollEntry],
    policy: LocalPolicy,
    folder: Path,
    *,
    hashes: Mapping[str, tuple[str, str]],
    paper: str = "f4",
    template: Path | None = None,
    body: str = "keputusan",
    progress: Progress | None = None,
    cpu_seconds: int = CPU_SECONDS,
) -> Mapping[str, Path]:
    """Write what is handed out of a signed decree into the new folder `folder`: its copy, and an extract for each desa.

    The draft has the number and date that it was signed with; `hashes` are the SHA-256 of the signed volumes, restricted
    and public, by desa. Gives the copy under "" and the extracts by desa. PayungError as `write_decree`.
    """
    frame, volumes = _laid_out(replace(draft, form="Salinan"), entries, policy, paper)
    extracts = replace(frame, draft=replace(draft, form="Petikan"))
    folder.mkdir(mode=0o700, parents=True)
    with assembled(template) as templates:
        signed = {volume.number: hashes[volume.code] for volume in volumes}
        main = _body_paper(frame, volumes, signed, folder / COPY_FILE, templates / PARTS[body].file, mark="S")
        papers = [
            _extract_paper(extracts, volume, folder / volume_file(volume, "petikan"), templates)
            for volume in volumes
        ]
        set_papers([main, *papers], progress, cpu_seconds=cpu_seconds)
    return {"": main.out, **{volume.code: one.out for volume, one in zip(volumes, papers, strict=True)}}


def _laid_out(
    draft: DecreeDraft, entries: Iterable[RollEntry], policy: LocalPolicy, paper: str
) -> tuple[Frame, tuple[Volume, ...]]:
    """What all papers share, and the volumes. PayungError for an empty roll or an unknown paper."""
    if paper not in PAPERS:
        raise PayungError(
            f"Ukuran kertas {paper!r} tidak dikenal.",
            todo=f"Pilih salah satu: {', '.join(PAPERS)}.",
            exit_code=Exit.USAGE,
        )
    volumes = volumes_of(by_desa(entries))
    ordered = [entry for volume in volumes for entry in volume.entries]
    if not ordered:
        raise PayungError(
            "Daftar penerima kosong, jadi tidak ada yang dapat ditetapkan.",
            todo="Periksa alasan pada daftar yang belum dapat diusulkan dan daftar tunggu.",
            exit_code=Exit.MONEY,
        )
    frame = Frame(
        draft=draft,
        policy=policy,
        span=MonthSpan(min(e.row.month_from for e in ordered), max(e.row.month_to for e in ordered)),
        total=Totals.of(ordered),
        roll_hash=draft.amends.roll_hash if draft.amends else roll_hash(entry.row for entry in ordered),
        paper=paper,
        volume_count=len(volumes),
    )
    return frame, volumes


def volume_file(volume: Volume, kind: str = "lampiran") -> str:
    """`lampiran-001-64.01.01.2001-desa-busui.pdf`: sorts in the order of the volumes."""
    name = re.sub(r"[^a-z0-9]+", "-", volume.place.lower()).strip("-")
    return f"{kind}-{volume.number:03d}-{volume.code}-{name}.pdf"


def _body_paper(
    frame: Frame,
    volumes: Sequence[Volume],
    hashes: Mapping[int, tuple[str, str]],
    out: Path,
    template: Path,
    mark: str = "",
) -> Paper:
    ordered = [entry for volume in volumes for entry in volume.entries]
    return Paper(
        template=template,
        out=out,
        data=lambda codes: decree_data(frame, ordered, volumes, hashes, codes),
        roll_hash=frame.roll_hash,
        guess=_BODY_PAGES + len(volumes) // _VOLUMES_A_PAGE,
        mark=mark,
        accessible=True,
    )


def _volume_paper(frame: Frame, volume: Volume, out: Path, templates: Path, *, public: bool) -> Paper:
    return Paper(
        template=templates / PARTS["lampiran"].file,
        out=out,
        data=lambda codes: volume_data(frame, volume, codes, public=public),
        roll_hash=frame.roll_hash,
        guess=2 + volume.total.people // (_NAMES_A_PUBLIC_PAGE if public else _NAMES_A_PAGE),
        mark=f"J{volume.number}",
    )


def _extract_paper(frame: Frame, volume: Volume, out: Path, templates: Path) -> Paper:
    return Paper(
        template=templates / PARTS["petikan"].file,
        out=out,
        data=lambda codes: extract_data(frame, volume, codes),
        roll_hash=frame.roll_hash,
        guess=3 + volume.total.people // _NAMES_A_PAGE,
        mark=f"P{volume.number}",
    )


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
