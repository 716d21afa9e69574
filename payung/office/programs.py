"""PostgreSQL's own programs (`pg_dump`, `pg_restore`), wherever Debian keeps them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from payung.core.errors import Exit, PayungError

_DEBIAN = Path("/usr/lib/postgresql")


def find_program(name: str) -> Path | None:
    """A program of PostgreSQL's newest version on this machine."""
    versions = sorted(
        (path for path in _DEBIAN.glob(f"*/bin/{name}") if path.parts[-3].isdigit()),
        key=lambda path: int(path.parts[-3]),
    )
    if versions:
        return versions[-1]
    found = shutil.which(name)
    return Path(found) if found else None


def run_program(name: str, arguments: Sequence[str], url: str) -> None:
    """Run a program of PostgreSQL on the database of `url`; the password travels by the environment only.

    PayungError (INSTALLATION) when it is not there or fails, with its last line and without data.
    """
    program = find_program(name)
    if program is None:
        raise PayungError(
            f"Program {name} tidak ada di komputer ini.",
            todo="Pasang paket postgresql-client (apt-get install postgresql-client).",
            exit_code=Exit.INSTALLATION,
        )
    password = urlsplit(url).password
    environment = os.environ | ({"PGPASSWORD": unquote(password)} if password else {})
    done = subprocess.run(
        [program, *arguments, f"--dbname={without_password(url)}"],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise PayungError(
            f"{name} gagal: {_first_line(done.stderr)}",
            todo="Periksa hubungan, hak, dan ruang penyimpanan, lalu ulangi.",
            exit_code=Exit.INSTALLATION,
        )


def without_password(url: str) -> str:
    """The address of a database as it may be shown."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username}@{place}" if parts.username else place))


def _first_line(text: str) -> str:
    """What a program said first, without the values that PostgreSQL quotes (`DETAIL: Key (…)=(…)`)."""
    line = next((one for one in text.splitlines() if one.strip()), "tanpa keterangan")
    return re.sub(r"=\([^)]*\)", "=(…)", line)[:300]
