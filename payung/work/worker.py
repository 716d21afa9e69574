"""The worker: takes up jobs of every regency, one after the other, until it is told to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from django.db import close_old_connections, connection

from payung.core.errors import PayungError
from payung.core.scope import Scope, acting_in
from payung.database.models import Regency
from payung.work import services, ticks
from payung.work.handlers import HANDLERS
from payung.work.models import Job

IDLE_SECONDS = 0.5
_TOLD_EVERY_SECONDS = 0.3
log = structlog.get_logger(__name__)


def run(stop: threading.Event, lease_seconds: int) -> None:
    """Work until `stop` is set. Each job runs in the scope of its regency, in the name of whoever asked for it."""
    name = services.worker_name()
    each_regency(lambda: services.release_dead())
    while not stop.is_set():
        close_old_connections()
        worked = False
        ticks.run_due()
        for regency in list(Regency.objects.order_by("code")):
            with acting_in(Scope(regency.code, (regency.code,))):
                job = services.claim(name, lease_seconds)
            if job is not None:
                worked = True
                do(job, lease_seconds)
        if not worked:
            stop.wait(IDLE_SECONDS)


def run_all(lease_seconds: int = 60) -> int:
    """Do everything that is due now, then return how many jobs that were: for tests and commands."""
    count = 0
    name = services.worker_name()
    worked = True
    while worked:
        worked = False
        for regency in list(Regency.objects.order_by("code")):
            with acting_in(Scope(regency.code, (regency.code,))):
                job = services.claim(name, lease_seconds)
            if job is not None:
                worked, count = True, count + 1
                do(job, lease_seconds)
    return count


def each_regency(act: Callable[[], object]) -> None:
    """Do something in the scope of each regency."""
    for regency in list(Regency.objects.order_by("code")):
        with acting_in(Scope(regency.code, (regency.code,))):
            act()


def do(job: Job, lease_seconds: int) -> None:
    """Run one job that was claimed. What a user can mend ends it at once; anything else is tried again."""
    scope = Scope(job.regency_code, (job.regency_code,), job.actor, job.actor_role)
    with acting_in(scope):
        try:
            with _alive(job, scope, lease_seconds):
                HANDLERS[job.kind](job.subject, _Teller(job, lease_seconds))
            services.finish(job)
        except services.LeaseLostError:
            log.warning("lease_lost", job=job.pk, kind=job.kind)
        except PayungError as error:
            services.finish(job, error=error.message, todo=error.todo)
        except Exception as error:
            # The text of an unforeseen error may quote somebody's data: its kind and place must do.
            log.error("job_broke", job=job.pk, kind=job.kind, error=type(error).__name__, at=_place(error))
            if job.tries >= services.TRIES:
                services.finish(
                    job,
                    error="Pekerjaan ini gagal karena kesalahan yang tidak terduga.",
                    todo="Coba sekali lagi; bila tetap gagal, beri tahu pengelola dan sebut nomor pekerjaan ini.",
                )
            else:
                services.give_back(job, after=timedelta(seconds=2 * job.tries))


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rpartition('payung/')[2]}:{trace.tb_lineno}" if trace else ""


class _Teller:
    """Writes progress down, but not more often than anybody could see."""

    def __init__(self, job: Job, lease_seconds: int) -> None:
        self._job = job
        self._lease = lease_seconds
        self._last = 0.0
        self._label = ""

    def __call__(self, label: str, done: int, total: int) -> None:
        now = time.monotonic()
        if label == self._label and done < total and now - self._last < _TOLD_EVERY_SECONDS:
            return
        if connection.in_atomic_block:  # it would be seen only at the end, and hold a lock until then
            return
        self._last, self._label = now, label
        services.tell(self._job, label, done, total, self._lease)


@contextmanager
def _alive(job: Job, scope: Scope, lease_seconds: int) -> Iterator[None]:
    """Renew the lease while the block runs, from a thread of its own: a long step of the engine tells nothing."""
    over = threading.Event()

    def renew() -> None:
        with acting_in(scope):
            while not over.wait(lease_seconds / 3):
                try:
                    services.renew(job, lease_seconds)
                except services.LeaseLostError:
                    break
                except Exception as error:
                    log.warning("lease_not_renewed", job=job.pk, error=type(error).__name__)
        connection.close()

    thread = threading.Thread(target=renew, daemon=True, name=f"lease-{job.pk}")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
