"""A real installation for tests: set up by `payung setup`, served by `payung serve`, worked by `payung worker`.

The database is a fresh SQLite file, or a fresh database on the PostgreSQL server of the tests.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.office.installation import ROOT, Installation, children_of, free_port, get, new

PARENT = "PAYUNG_PARENT"
"""By this the processes end when the tests are killed."""
STOP_SECONDS = 30


@dataclass
class Login:
    """How somebody of the cast signs in."""

    username: str
    name: str
    password: str
    secret: str = ""
    used: set[int] = field(default_factory=set)

    def code(self) -> str:
        """A code of the second factor that has not passed yet; waits for the next one where all have."""
        from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

        while True:
            now = int(time.time()) // 30
            for step in (now - 1, now, now + 1):
                if step not in self.used and time.time() % 30 < 28:
                    self.used.add(step)
                    return str(format_hotp_value(hotp_value(self.secret, step)))
            time.sleep(0.5)


@dataclass
class LiveSite:
    """The installation, its two processes, and the cast."""

    folder: Path
    place: Installation
    port: int = field(default_factory=free_port)
    logins: dict[str, Login] = field(default_factory=dict)
    server: subprocess.Popen[bytes] | None = None
    worker: subprocess.Popen[bytes] | None = None

    @property
    def home(self) -> Path:
        """The installation's folder."""
        return self.place.home

    @property
    def address(self) -> str:
        """Without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def temp(self) -> Path:
        """Where the processes put temporary files."""
        return self.folder / "tmp"

    def inside(self, deed: str, **question: Any) -> Any:
        """What a deed of `tests.browser.inside` answers."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.browser.inside", deed],
            cwd=ROOT,
            env=self.place.env(),
            input=json.dumps(question),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return json.loads(done.stdout)

    def start_server(self) -> None:
        """Start the site and wait until it answers."""
        self.server = self._process("serve", "--port", str(self.port))
        assert get(self.port, "/masuk/", wait=60) == 200, self.logs()[-3000:]

    def start_worker(self) -> None:
        """Start a worker."""
        self.worker = self._process("worker")

    def pause_worker(self, paused: bool = True) -> None:
        """Let the worker stand still, or go on."""
        assert self.worker is not None
        self.worker.send_signal(signal.SIGSTOP if paused else signal.SIGCONT)

    def kill_worker(self) -> None:
        """End the worker as a power cut would."""
        assert self.worker is not None
        self.worker.kill()
        self.worker.wait()

    def kill(self) -> None:
        """End every process, those that they have started too, as a power cut would."""
        running = [one for one in (self.server, self.worker) if one]
        for pid in [pid for one in running for pid in family(one.pid)]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for one in running:
            one.wait()

    def stop(self) -> None:
        """End both, in order."""
        running = [one for one in (self.server, self.worker) if one and one.poll() is None]
        for one in running:
            one.send_signal(signal.SIGTERM)
        for one in running:
            try:
                one.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()

    def logs(self) -> str:
        """Everything that both processes said."""
        return "".join(
            path.read_text(encoding="utf-8", errors="replace") for path in sorted(self.folder.glob("*.log"))
        )

    def lasting(self) -> list[int]:
        """The processes that go on as long as the office does: the site's and the worker's, without their errands."""
        assert self.server is not None
        assert self.worker is not None
        return [self.server.pid, *children_of(self.server.pid), self.worker.pid]

    def _process(self, *command: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{command[0]}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "payung", *command],
                cwd=ROOT,
                env=self.place.env() | {PARENT: str(os.getpid())},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )


@contextmanager
def living(folder: Path, **settings: str) -> Iterator[LiveSite]:
    """An installation with its cast, its server and its worker; `settings` are variables of the environment."""
    temp = folder / "tmp"
    temp.mkdir(parents=True)
    with new(folder) as place:
        place.environment |= {"TMPDIR": str(temp), **settings}
        site = LiveSite(folder, place)
        done = place.payung(
            "setup", "--regency", "64.01", "--policy", "paser-2022", "--login", "admin", "--name", "Bu Admin",
            owner=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        told = dict(re.findall(r"^  (kata sandi|kunci TOTP) +(\S+)$", done.stdout, re.MULTILINE))
        site.logins["admin"] = Login("admin", "Bu Admin", told["kata sandi"], told["kunci TOTP"])
        for username, one in site.inside("cast").items():
            site.logins[username] = Login(username, **one)
        try:
            site.start_server()
            site.start_worker()
            yield site
        finally:
            site.stop()


def family(pid: int) -> list[int]:
    """A process and all that it has started, directly or not."""
    return [pid, *(one for child in children_of(pid) for one in family(child))]


def highest_memory(pid: int) -> int:
    """The most bytes that a process has held since `forget_memory`."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    assert found
    return int(found[1]) * 1024


def forget_memory(pid: int) -> None:
    """Let the highest memory of a process be what it holds now."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
