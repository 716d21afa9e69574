"""Measure the whole office: `python -m bench.office [--postgres] [--only registry,site,home]`.

Three benches, each in a process and an installation of its own: `registry` (saving rows, finding people), `site` (from
upload to screened, every page, backups) and `home` (front page and figures of a thousand RTs). Their figures are kept
together in `bench/out/office-<database>.json`; pages are printed as a table. Exit code 1 when anything is beyond its limit.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

BENCHES = ("registry", "site", "home")


def run(name: str, arguments: list[str]) -> dict[str, Any]:
    """One bench, its table on standard error."""
    sys.stderr.write(f"== {name} {' '.join(arguments)}\n")
    done = subprocess.run(
        [sys.executable, "-m", f"bench.office_{name}", *arguments], stdout=subprocess.PIPE, check=False
    )
    if not done.stdout:
        raise SystemExit(f"{name} ended with exit code {done.returncode}")
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def main() -> None:
    """Run the benches and judge."""
    parser = argparse.ArgumentParser(prog="python -m bench.office", description=__doc__)
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL servers of their own")
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--only", default=",".join(BENCHES))
    parser.add_argument("--out", type=Path, default=Path("bench/out"))
    options = parser.parse_args()
    arguments = ["--people", str(options.people), *(["--postgres"] if options.postgres else [])]
    told: dict[str, Any] = {name: run(name, arguments) for name in options.only.split(",")}
    told["machine"] = {"processors": os.cpu_count(), "system": platform.platform()}
    options.out.mkdir(parents=True, exist_ok=True)
    kept = options.out / f"office-{'postgresql' if options.postgres else 'sqlite'}.json"
    kept.write_text(json.dumps(told, indent=1) + "\n")
    wrong = [f"{name}: {one}" for name in options.only.split(",") for one in told[name]["beyond"]]
    sys.stdout.write("\n".join([f"kept in {kept}", *(f"beyond its limit: {one}" for one in wrong)]) + "\n")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
