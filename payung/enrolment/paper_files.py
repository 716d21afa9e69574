"""Files of a decree's papers: sealed while no row names them, the decree's from one moment on, swept after a kill."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from django.utils import timezone

from payung.core.scope import required
from payung.enrolment.models import Decree, DecreeFile
from payung.enrolment.signed_files import FOLDER
from payung.vault.files import seal_file
from payung.vault.stored import stored
from payung.work.handlers import Progress

SEALING = "Menyegel berkas"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file that lies sealed and is not a decree's yet; `place` is whose it is."""

    kind: str
    name: str
    place: str
    path: str
    sha256: str
    size: int


def desa_in(name: str) -> str:
    """The desa's code in the name of a volume or an extract."""
    return name.split("-")[2]


@contextmanager
def sealing(
    decree: Decree, files: Sequence[tuple[str, str, Path]], progress: Progress
) -> Iterator[list[Sealed]]:
    """The files sealed; where the block fails, they are gone again."""
    made: list[Sealed] = []
    try:
        for done, (kind, desa, path) in enumerate(files):
            progress(SEALING, done, len(files))
            where = f"{FOLDER}/{decree.regency_code}/{decree.pk}-{uuid4().hex}.{kind}"
            contents = seal_file(path, stored(where))
            place = desa or decree.regency_code
            made.append(Sealed(kind, path.name, place, where, contents.sha256, contents.size))
        progress(SEALING, len(files), len(files))
        yield made
    except BaseException:
        for one in made:
            stored(one.path).unlink(missing_ok=True)
        raise


def add_sealed(decree: Decree, sealed: Iterable[Sealed]) -> None:
    """Let sealed files be those of the decree's version, in the caller's transaction."""
    DecreeFile.everything.bulk_create(
        DecreeFile(
            regency_code=decree.regency_code, place=one.place, decree=decree, version=decree.version, kind=one.kind,
            name=one.name, path=one.path, sha256=one.sha256, size=one.size, made_at=timezone.now(),
            made_by=required().actor,
        )
        for one in sealed
    )  # fmt: skip


def sweep(decree: Decree) -> None:
    """Remove files of this decree that a killed worker sealed and no row names.

    Only once nobody else can let a file of this version be the decree's any more: before that, somebody's might go.
    """
    named = {
        Path(path).name for path in DecreeFile.objects.filter(decree=decree).values_list("path", flat=True)
    }
    here = stored(f"{FOLDER}/{decree.regency_code}/x").parent
    for path in here.glob(f"{decree.pk}-*"):
        if path.name not in named:
            path.unlink(missing_ok=True)
