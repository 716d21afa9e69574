"""Measure the office in use: from upload to screened, every page, backups. `python -m bench.office_site [--postgres]`.

A demo regency of 54.000 rows goes the whole way with the real worker, and its screened list must have the hash of the
main job on the same files. A second one fills the database up to `--people` rows, screened too; then every page is
opened by every role, and the installation is backed up, checked and restored. Exit code 1 when something is beyond its
limit, when a page is broken, or when the hashes differ.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from bench import office_backup, office_flow, office_pages
from bench.office_tools import beyond, folder, installation, worker

ROWS = 54_000
SEED, SECOND_SEED = 2022, 2023


def measure(options: argparse.Namespace, home: Path, place: Path) -> dict[str, Any]:
    """All figures."""
    out = options.out
    made = office_flow.demo(out, options.rows, SEED)
    files = office_flow.on_files(made)
    told: dict[str, Any] = {"files": files}
    limits: dict[str, tuple[float, float]] = {}
    with worker(home) as at_work:
        office_flow.take_neighbourhoods(made)
        told["flow"] = one = office_flow.flow(made, home, at_work)
        limits["upload to screened, seconds"] = (
            one["upload_to_screened"]["seconds"],
            office_flow.SECONDS * max(1.0, options.rows / ROWS),
        )
        limits["worker, MB"] = one["worker_peak_mb"], office_flow.MEGABYTES
        if options.people > options.rows:
            more = office_flow.demo(out, options.people - options.rows, SECOND_SEED)
            told["flow_again"] = office_flow.flow(more, home, at_work)
    if "pages" in options.parts:
        told |= office_pages.open_pages()
        limits |= office_pages.limits(told["pages"])
        sys.stderr.write(office_pages.table(told["pages"] | told["files_taken"]) + "\n")
    if "backup" in options.parts:
        told["backup"] = office_backup.measure(home, place)
        limits["backup, check and restore, seconds"] = (
            told["backup"]["all"]["seconds"],
            office_backup.SECONDS,
        )
    told["beyond"] = beyond(limits) + [f"{url}: {status}" for url, status in told.get("broken", {}).items()]
    if one["screened_hash"] != files["screened_hash"]:
        told["beyond"].append("the screened list is not that of the main job on the same files")
    return told


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.office_site", description=__doc__)
    parser.add_argument("--people", type=int, default=100_000, help="rows of all lists together")
    parser.add_argument("--rows", type=int, default=ROWS, help="rows of the lists that are timed")
    parser.add_argument("--parts", default="pages,backup", help="what follows the screening")
    parser.add_argument("--out", type=Path, default=Path("bench/out"), help="where demo regencies are kept")
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL server of its own")
    options = parser.parse_args()
    with folder() as place:
        home = place / "asal"
        with installation(home, postgres=options.postgres):
            told = measure(options, home, place)
    told |= {
        "database": "postgresql" if options.postgres else "sqlite",
        "load_average": round(os.getloadavg()[0], 1),
    }
    sys.stdout.write(json.dumps(told, indent=1) + "\n")
    sys.exit(bool(told["beyond"]))


if __name__ == "__main__":
    main()
