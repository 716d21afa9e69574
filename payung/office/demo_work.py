"""How the demo's people do their work: in their own name, by the services that the office's pages use."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from payung.access.models import Tenure
from payung.config import load
from payung.core.errors import PayungError
from payung.core.scope import Scope, acting_in, whole
from payung.demo.run import Demo
from payung.intake.models import Batch, Upload
from payung.intake.upload_services import receive, to_save
from payung.job.progress import Tell, silent
from payung.work import services
from payung.work.handlers import HANDLERS, Progress
from payung.work.models import Job
from payung.work.services import enqueue

REGENCY = "64.01"
SENDER = "budi"
"""The verifier hands in what the villages sent."""
_LEASE_SECONDS = 600
_REGISTER = "registry.read"


@contextmanager
def acting_as(username: str) -> Iterator[Scope]:
    """Act as somebody of the cast, in the post that they hold."""
    with acting_in(whole(REGENCY)):
        tenure = Tenure.objects.select_related("post", "user").get(user__username=username)
    scope = Scope(REGENCY, (tenure.post.territory,), tenure.user_id, tenure.post.role, tenure.post_id)
    with acting_in(scope):
        yield scope


def do_jobs(tell: Tell) -> None:
    """Do the background jobs that wait, here and now, before there is a worker. PayungError where one cannot be done."""
    worker, registers = services.worker_name(), 0
    with acting_in(whole(REGENCY)):
        services.release_dead()
        asked = Job.objects.filter(kind=_REGISTER, finished_at__isnull=True).count()
    while True:
        with acting_in(whole(REGENCY)):
            job = services.claim(worker, _LEASE_SECONDS)
        if job is None:
            return
        with acting_in(Scope(REGENCY, (REGENCY,), job.actor, job.actor_role)):
            try:
                with _in_small(silent if job.kind == _REGISTER else tell) as progress:
                    HANDLERS[job.kind](job.subject, progress)
            except PayungError as error:
                services.finish(job, error=error.message, todo=error.todo)
                raise
            services.finish(job)
        if job.kind == _REGISTER:
            registers += 1
            tell("membaca register contoh", registers, asked)


@contextmanager
def _in_small(tell: Tell) -> Iterator[Progress]:
    """Tells in the small letters of the other stages, and of the last one that it is done."""
    last = ("", 0)

    def small(label: str, done: int, total: int) -> None:
        nonlocal last
        last = (label.lower(), total)
        tell(label.lower(), done, total)

    yield small
    if last[0]:
        tell(last[0], last[1], last[1])


def districts(demo: Demo) -> dict[str, Path]:
    """The folders of the demo's lists by the code of their kecamatan, `64.01.04`; only those of the demo's regency."""
    found = {}
    for folder in sorted(demo.made.lists.iterdir()):
        code = folder.name.split()[0]
        code = f"{code[:2]}.{code[2:4]}.{code[4:]}"
        if code.startswith(f"{REGENCY}."):
            found[code] = folder
    return found


def batch_of(folder: Path) -> Batch | None:
    """What `hand_in` has handed in of a kecamatan's folder."""
    found: Batch | None = Batch.objects.filter(sent__name=f"{folder.name}.zip").order_by("pk").first()
    return found


def hand_in(district: str, folder: Path) -> Batch:
    """Hand the lists of a kecamatan in as one zip, in the actor's name; they are read in the background."""
    with tempfile.TemporaryFile(dir=load().folder("workspace")) as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            for path in sorted(folder.iterdir()):
                packed.write(path, f"{folder.name}/{path.name}")
        file.seek(0)
        return receive([(f"{folder.name}.zip", file)], district)


def ask_to_save(batch: Batch) -> bool:
    """Let the good rows of a batch be saved unless that was done before; whether they still have to be."""
    if Upload.objects.filter(batch=batch, saved_at__isnull=False).exists() or not to_save(batch):
        return False
    enqueue("intake.save", batch.pk)
    return True
