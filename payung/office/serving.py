"""The running office: the site, the worker, and both together."""

from __future__ import annotations

import atexit
import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

from payung.config import Config, load
from payung.core.errors import Exit, PayungError
from payung.engine.workspace import Workspace, sweep
from payung.office import logs
from payung.office.ports import is_free
from payung.office.ready import refuse_unless_ready

STOP_SECONDS = 20
"""How long a process has to end by itself before it is killed. A job that was killed is taken up again."""
PARENT = "PAYUNG_PARENT"
"""The process id of `payung up` in the environment of its children: they end when it is gone."""
_PR_SET_PDEATHSIG = 1


Started = Callable[[str], None]
"""Is told the site's address when nothing stands against starting."""


def serve(address: str | None = None, port: int | None = None, started: Started | None = None) -> None:
    """Serve the site until SIGTERM or SIGINT; running requests are answered first. PayungError when it must not."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    config = load()
    here, door = address or config.site.address, port or config.site.port
    _end_with_parent()
    refuse_unless_ready()
    refuse_taken(here, door)
    sweep(config.folder("workspace"))
    _close_database()
    if started:
        started(address_of(here, door))
    server = Granian(
        "payung.office.serving:site",
        factory=True,
        address=here,
        port=door,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=config.site.threads,
        websockets=False,
        backlog=512,
        log_level=LogLevels.warning,
        log_dictconfig=logs.dictconfig(config),
        log_access=config.logs.access,
        log_access_format=logs.ACCESS_FORMAT,
        workers_kill_timeout=STOP_SECONDS,
        respawn_failed_workers=True,
    )
    server.serve()


def site() -> object:
    """The WSGI application, in the server's own child process."""
    _die_with_parent(os.getppid())
    config = load()
    from payung.wsgi import application

    logs.configure(config)  # after Django, which sets up its own
    _keep_arriving_files(config)
    return application


def _keep_arriving_files(config: Config) -> None:
    """Let files on their way in lie in a folder of this process: what a kill leaves there, the next start sweeps away."""
    from django.conf import settings

    arriving = Workspace(config.folder("workspace"))
    atexit.register(arriving.close)
    settings.FILE_UPLOAD_TEMP_DIR = str(arriving.path)


def work() -> None:
    """Do background jobs until SIGTERM or SIGINT; the job under way is finished first. PayungError when it must not."""
    config = load()
    _end_with_parent()
    refuse_unless_ready()
    sweep(config.folder("workspace"))
    logs.configure(config)
    from payung.office import alive
    from payung.work import worker

    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    alive.show()
    worker.run(stop, config.work.lease_seconds)


def up(
    address: str | None = None, port: int | None = None, stopping: Callable[[], None] | None = None
) -> None:
    """Site and worker as two processes until SIGTERM or SIGINT. When one ends by itself, the other is stopped.

    `stopping` is called when a signal was heard. PayungError when they must not start, and when one of them ended by itself.
    """
    config = load()
    here, door = address or config.site.address, port or config.site.port
    refuse_unless_ready()
    refuse_taken(here, door)
    _close_database()
    told = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        told.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    children = {"situs": _child("serve", "--address", here, "--port", str(door)), "pekerja": _child("worker")}
    try:
        while not told.is_set() and all(one.poll() is None for one in children.values()):
            told.wait(0.2)
        ended = {name: one.returncode for name, one in children.items() if one.returncode is not None}
        if told.is_set() and stopping:
            stopping()
    finally:
        _stop(list(children.values()))
        for number, handler in before.items():
            signal.signal(number, handler)
    if told.is_set():
        return
    name, code = next(iter(ended.items()))
    raise PayungError(
        f"Proses {name} berhenti sendiri (kode {code}); proses yang lain ikut dihentikan.",
        todo="Baca baris terakhir di atas, atau jalankan payung doctor.",
        exit_code=Exit.INSTALLATION,
    )


def _child(*command: str) -> subprocess.Popen[bytes]:
    environment = os.environ | {PARENT: str(os.getpid())}
    # A process group of its own: Ctrl-C in the terminal reaches us alone, and we stop them in order.
    return subprocess.Popen(
        [sys.executable, "-m", "payung", *command], env=environment, stdin=subprocess.DEVNULL, process_group=0
    )


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    for one in children:
        with suppress(ProcessLookupError):
            one.terminate()
    for one in children:
        try:
            one.wait(STOP_SECONDS + 5)
        except subprocess.TimeoutExpired:
            one.kill()
            one.wait()


def _end_with_parent() -> None:
    parent = os.environ.pop(PARENT, "")
    if parent.isdigit():
        _die_with_parent(int(parent))


def _die_with_parent(parent: int) -> None:
    """Be told to stop when the parent is killed; nothing would stop us otherwise, and the port stayed taken."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)


def _close_database() -> None:
    """A connection must not be shared with children."""
    from django.db import connections

    connections.close_all()


def refuse_taken(address: str, port: int) -> None:
    """PayungError when somebody else listens there."""
    if not is_free(address, port):
        raise PayungError(
            f"Pintu {port} di {address} sudah dipakai program lain.",
            todo="Hentikan program itu, atau pilih pintu lain dengan --port.",
            exit_code=Exit.INSTALLATION,
        )


def address_of(address: str, port: int) -> str:
    """How a browser on this machine reaches the site."""
    shown = "127.0.0.1" if address in ("0.0.0.0", "::") else address
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"
