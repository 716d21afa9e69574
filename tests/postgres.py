"""A PostgreSQL server of one's own for the tests: `python -m tests.postgres [pytest's arguments]`.

It listens on a free loopback port, holds one database that the real `payung setup --owner-url` has made, and goes
with everything in it when pytest ends, also when it fails or is killed.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).parents[1]
PREFIX = "payung-pg-"
DATABASE = "payung"
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "128MB",
    "max_connections": "60",
    "autovacuum": "off",
    "timezone": "UTC",
    "log_min_messages": "fatal",
}
"""Fast, because nothing of it outlives the tests; what a crash does is tested elsewhere."""


@contextmanager
def server() -> Iterator[str]:
    """A running server; gives the address of an empty database as its superuser."""
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    process: subprocess.Popen[bytes] | None = None
    try:
        account = _account()
        if account:
            shutil.chown(folder, account.pw_name)
        data, password, port = folder / "data", os.urandom(12).hex(), _free_port()
        secret = folder / "secret"
        secret.write_text(password)
        if account:
            shutil.chown(secret, account.pw_name)
        _run(
            account, "initdb", "-D", str(data), "-U", "pemilik", f"--pwfile={secret}", "-A", "scram-sha-256",
            "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip
        options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        log = folder / "log"
        process = subprocess.Popen(
            [
                _program("postgres"),
                "-D",
                str(data),
                "-h",
                "127.0.0.1",
                "-p",
                str(port),
                "-k",
                str(folder),
                *options,
            ],
            **_as(account),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log.open("wb"),
            preexec_fn=_end_with_us,
            start_new_session=True,
        )
        url = f"postgresql://pemilik:{password}@127.0.0.1:{port}"
        _wait(process, f"{url}/postgres", log)
        _create(f"{url}/postgres")
        yield f"{url}/{DATABASE}"
    finally:
        if process and process.poll() is None:
            process.send_signal(signal.SIGINT)  # "fast": ends all sessions
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def prepare(owner_url: str, home: Path) -> str:
    """Let the installed command make roles, tables and rights; gives the address as the app's role."""
    import tomllib

    subprocess.run(
        [sys.executable, "-m", "payung", "setup", "--only-database"],
        cwd=ROOT,
        env=_clean() | {"PAYUNG_HOME": str(home), "PAYUNG_OWNER_URL": owner_url},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    settings = tomllib.loads((home / "payung.toml").read_text(encoding="utf-8"))
    return str(settings["database"]["url"])


def main(arguments: list[str]) -> int:
    """Run pytest on a server of its own; gives pytest's exit code."""

    def end(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGHUP, end)
    with server() as owner_url, tempfile.TemporaryDirectory(prefix="payung-pg-home-") as home:
        app_url = prepare(owner_url, Path(home) / "kantor")
        tests = subprocess.Popen(
            [sys.executable, "-m", "pytest", *arguments],
            cwd=ROOT,
            env=_clean() | {"PAYUNG_TEST_OWNER_URL": owner_url, "PAYUNG_TEST_APP_URL": app_url},
        )
        try:
            return tests.wait()
        finally:
            with suppress(ProcessLookupError):
                tests.terminate()
            tests.wait()


def _clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PAYUNG_")}


def _account() -> pwd.struct_passwd | None:
    """As whom the server runs: PostgreSQL refuses root."""
    if os.getuid():
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise SystemExit("No account to run PostgreSQL as: install the Debian package postgresql.")


def _as(account: pwd.struct_passwd | None) -> Any:
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}


def _program(name: str) -> str:
    from payung.office.programs import find_program

    found = find_program(name)
    if found is None:
        raise SystemExit(f"PostgreSQL's program {name} is missing: install the Debian package postgresql.")
    return str(found)


def _run(account: pwd.struct_passwd | None, name: str, *arguments: str) -> None:
    subprocess.run(
        [_program(name), *arguments],
        **_as(account),
        cwd="/",
        stdout=subprocess.DEVNULL,
        check=True,
    )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as trial:
        return int(trial.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    import psycopg

    until = time.monotonic() + 30
    while True:
        if process.poll() is not None:
            raise SystemExit(
                f"PostgreSQL ended by itself (code {process.returncode}).\n{log.read_text()[-2000:]}"
            )
        try:
            psycopg.connect(url, connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def _create(url: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as database:
        database.execute(f"CREATE DATABASE {DATABASE}")


def _end_with_us() -> None:
    """SIGQUIT (immediate shutdown) to the server when this process is killed."""
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT, 0, 0, 0)


def _sweep() -> None:
    """Remove folders of servers whose tests were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}[0-9]*-*"):
        owner = folder.name[len(PREFIX) :].partition("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
