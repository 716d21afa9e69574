"""Installations of their own for tests, worked with by the real command in processes of its own."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.office import databases

ROOT = Path(__file__).parents[2]
FIRST = ("--regency", "64.01", "--policy", "paser-2022", "--login", "Rina", "--name", "Rina Wulandari")


@dataclass
class Installation:
    """A folder with an installation, or without one yet; on PostgreSQL with a database of its own."""

    home: Path
    owner_url: str = ""
    environment: dict[str, str] = field(default_factory=dict)

    def env(self) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("PAYUNG_", "DJANGO_"))
        }
        return kept | {"PAYUNG_HOME": str(self.home)} | self.environment

    def payung(self, *arguments: str | Path, owner: bool = False) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, without a terminal."""
        extra = {"PAYUNG_OWNER_URL": self.owner_url} if owner and self.owner_url else {}
        return subprocess.run(
            [sys.executable, "-m", "payung", *map(str, arguments)],
            cwd=ROOT,
            env=self.env() | extra,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def set_up(self) -> str:
        """Open it; gives what was printed."""
        done = self.payung("setup", *FIRST, owner=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def database(self) -> Iterator[Callable[[str], list[tuple[Any, ...]]]]:
        """Its database as somebody with all rights and bad intentions reaches it."""
        if self.owner_url:
            with psycopg.connect(self.owner_url, autocommit=True) as server:

                def ask(statement: str) -> list[tuple[Any, ...]]:
                    found = server.execute(statement)
                    return found.fetchall() if found.description else []

                yield ask
            return
        with closing(sqlite3.connect(self.home / "payung.sqlite3", isolation_level=None)) as file:
            yield lambda statement: file.execute(statement).fetchall()

    @contextmanager
    def running(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """A command that goes on until it is stopped."""
        process = subprocess.Popen(
            [sys.executable, "-m", "payung", *arguments],
            cwd=ROOT,
            env=self.env(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(40)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


@contextmanager
def new(folder: Path) -> Iterator[Installation]:
    """A place for an installation: an empty folder, and on PostgreSQL an empty database of its own."""
    home = folder / "kantor"
    if not databases.on_postgres():
        yield Installation(home)
        return
    name = f"kantor_{os.getpid()}_{time.monotonic_ns()}"
    with psycopg.connect(databases.named(databases.OWNER_URL, "postgres"), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield Installation(home, databases.named(databases.OWNER_URL, name))
        finally:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            for role in (f"{name}_app", f"{name}_backup"):
                server.execute(f'DROP ROLE IF EXISTS "{role}"')


@contextmanager
def listening() -> Iterator[int]:
    """A port on which somebody else listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as trial:
        return int(trial.getsockname()[1])


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object, **named: object) -> None:
        return None


def get(port: int, path: str = "/", wait: float = 20) -> int:
    """The status of an answer, asked again until there is one."""
    until = time.monotonic() + wait
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay)
    while True:
        try:
            with opener.open(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def children_of(pid: int) -> list[int]:
    """Processes that a process has started."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(one) for one in path.read_text().split()] if path.exists() else []
