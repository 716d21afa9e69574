"""Backup, check, and restore on an empty folder and database, by the installed commands."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from bench.office_tools import OWNER, Meter

SECONDS = 600
"""What backup, check and restore may take together."""


def measure(home: Path, place: Path) -> dict[str, Any]:
    """What each took, and how large the backup is. `home` is the installation, `place` an empty folder."""
    whole = Meter()
    told: dict[str, Any] = {"backup": _payung(home, "backup", "--quiet", "--to", place / "cadangan")}
    made = next((place / "cadangan").glob("payung-*"))
    told["size_mb"] = sum(path.stat().st_size for path in made.rglob("*") if path.is_file()) // 1_000_000
    told["check"] = _payung(home, "backup", "--check", "--of", made, "--quiet")
    again = place / "kantor"
    again.mkdir(mode=0o700)
    shutil.copytree(home / "kunci", again / "kunci")
    with _empty_database() as owner_url:
        told["restore"] = _payung(again, "restore", made, owner_url=owner_url, fresh=True)
    return told | {"all": whole.told()}


def _payung(home: Path, *arguments: str | Path, owner_url: str = "", fresh: bool = False) -> dict[str, Any]:
    dropped = ("PAYUNG_DATABASE__URL",) if fresh else ()
    env = {name: value for name, value in os.environ.items() if name not in dropped}
    meter = Meter()
    subprocess.run(
        [sys.executable, "-m", "payung", *map(str, arguments)],
        env=env | {"PAYUNG_HOME": str(home)} | ({"PAYUNG_OWNER_URL": owner_url} if owner_url else {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    told = meter.told()
    sys.stderr.write(f"{arguments[0]}: {told}\n")
    return told


@contextmanager
def _empty_database() -> Iterator[str]:
    """Another database of the server, as its owner; empty text on SQLite."""
    url = os.environ.get(OWNER, "")
    if not url:
        yield ""
        return
    import psycopg

    with psycopg.connect(url, autocommit=True) as server:
        server.execute("CREATE DATABASE pulih")
        try:
            yield urlunsplit(urlsplit(url)._replace(path="/pulih"))
        finally:
            server.execute("DROP DATABASE pulih WITH (FORCE)")
