"""The rest of the demo regency, handed in kecamatan by kecamatan while the site is up, and screened when all has been read.

A thread of `payung demo serve` plays the sender; the worker reads and saves. What is under way when it stops is taken up at
the next start, because the database says how far it is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog
from django.db import close_old_connections, connection

from payung.core.errors import PayungError
from payung.core.places import name_of
from payung.core.rupiah import number
from payung.demo.run import Demo
from payung.eligibility.services import ask_run
from payung.intake.models import Batch
from payung.office.demo_content import FIRST, question
from payung.office.demo_work import SENDER, acting_as, ask_to_save, batch_of, districts, hand_in
from payung.screening.models import ScreeningRun
from payung.screening.queries import latest_run

NOT_YET = "64.01.10"
"""This kecamatan has sent nothing: there is something to chase on the board, and something to upload by oneself."""
_PAUSE_SECONDS = 1.0
log = structlog.get_logger(__name__)


def start(demo: Demo) -> Callable[[], None]:
    """Begin to hand in what is missing, in the background; what is returned ends it."""
    over = threading.Event()

    def work() -> None:
        try:
            while not over.wait(_PAUSE_SECONDS):
                close_old_connections()
                if step(demo):
                    return
        except Exception as error:
            log.error("demo_broke", error=type(error).__name__)
        finally:
            connection.close()

    thread = threading.Thread(target=work, name="demo", daemon=True)
    thread.start()

    def end() -> None:
        over.set()
        thread.join(timeout=10)

    return end


def step(demo: Demo) -> bool:
    """Do the next thing, if its time has come; True when nothing is left to do.

    One kecamatan at a time, so that what others upload meanwhile does not wait behind all of them.
    """
    with acting_as(SENDER):
        batches: list[Batch] = []
        for district, folder in districts(demo).items():
            if district in (FIRST, NOT_YET):
                continue
            batch = batch_of(folder)
            if batch is None:
                hand_in(district, folder)
                return False
            if batch.read_at is None or ask_to_save(batch):
                return False
            batches.append(batch)
        if (
            not batches
            or ScreeningRun.objects.filter(asked_at__gt=max(one.made_at for one in batches)).exists()
        ):
            return True
        try:
            ask_run(question())
        except PayungError:  # somebody screens already: when that is done, it is seen whether it was enough
            return False
        return True


def outlook(demo: Demo) -> list[str]:
    """What there is at first sight and what is still to come, in sentences."""
    with acting_as(SENDER):
        run = latest_run()
        missing = [
            one for one, folder in districts(demo).items() if batch_of(folder) is None and one != NOT_YET
        ]
    said = [f"Penyaringan {run.number}: {number(int(run.figures['rows']))} baris."] if run else []
    if missing:
        said.append(
            f"{len(missing)} kecamatan lain menyusul di latar, beberapa menit selama situs berjalan (lihat Pekerjaan)."
        )
    return [*said, f"{name_of(NOT_YET)} belum mengirim: daftarnya ada di {districts(demo)[NOT_YET]}."]
