"""What is handed out of a signed decree: its copy (salinan), and an extract (petikan) for each desa.

Made in the background, once; what a killed worker sealed is swept at the next beginning.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from payung.audit.services import record
from payung.config import load
from payung.engine.workspace import private_workspace
from payung.enrolment.decree import PUBLIC, RESTRICTED, write_copies
from payung.enrolment.models import Decree, DecreeFile
from payung.enrolment.paper_files import add_sealed, sealing, sweep
from payung.enrolment.papers import papers_of, templates_as_set, write_templates
from payung.work.handlers import Progress
from payung.work.services import enqueue

JOB = "enrolment.copies"
"""The job that makes them."""
SETTING = "Menyusun salinan dan petikan"
COPY, EXTRACT = "salinan", "petikan"


def ask_copies(decree: Decree) -> None:
    """Let the copy and the extracts of a signed decree be made in the background, in the caller's transaction."""
    enqueue(JOB, decree.pk)


def make_copies(decree_id: int, progress: Progress) -> None:
    """Make the copy and the extracts of a signed decree; once they are there, nothing."""
    decree: Decree = Decree.objects.select_related("round__freeze", "round__run", "agreement").get(
        pk=decree_id
    )
    if decree.signed_at is None:
        return
    if not has_copies(decree):
        _make(decree, progress)
    sweep(decree)


def _make(decree: Decree, progress: Progress) -> None:
    with private_workspace(load().folder("workspace")) as folder:
        found = papers_of(decree, date.fromisoformat(decree.content["on"]))
        written = write_copies(
            found.draft,
            found.entries,
            found.policy,
            folder / "salinan",
            hashes=_hashes_of(decree),
            paper=decree.paper,
            template=write_templates(folder / "templat", templates_as_set(decree)),
            body=found.body,
            progress=lambda done, total: progress(SETTING, done, total),
        )
        files = [(EXTRACT if desa else COPY, desa, path) for desa, path in written.items()]
        with sealing(decree, files, progress) as sealed, transaction.atomic():
            # Of two workers at once the table takes the files of one: their names are those of the other's.
            add_sealed(decree, sealed)
            record("decree.copied", decree, detail={"version": decree.version, "files": len(sealed)})


def has_copies(decree: Decree) -> bool:
    """Whether the copy of a signed decree was made."""
    return bool(DecreeFile.objects.filter(decree=decree, version=decree.version, kind=COPY).exists())


def _hashes_of(decree: Decree) -> dict[str, tuple[str, str]]:
    """The SHA-256 of the signed volumes by desa: restricted, public."""
    files = DecreeFile.objects.filter(decree=decree, version=decree.version)
    found = {
        kind: dict(files.filter(kind=kind).values_list("place", "sha256")) for kind in (RESTRICTED, PUBLIC)
    }
    return {desa: (sha, found[PUBLIC][desa]) for desa, sha in found[RESTRICTED].items()}
