"""Measure the office at size: saving 54.000 rows, finding among 100.000 people. `python -m bench.office --people 100000`.

Makes an installation of its own in a temporary folder (or on the PostgreSQL server that PAYUNG_DATABASE__URL names),
fills it by the services that the office uses, and prints the figures as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from payung.core.application import Application
from payung.demo.population import Person, World, households

REGENCY = "64.01"
ON = date(2022, 9, 1)
SEED = 20221001


def people(count: int, seed: int = SEED) -> Iterator[Application]:
    """Made-up people of Paser as the rows of lists, whole households of one RT, always the same for a seed."""
    world = World(seed, "paser", 144)
    made = 0
    for number, share in enumerate(world.shares(count)):
        rng = Random(seed * 1000 + number)
        of_village = (member for home in households(world, number) for member in home)
        for member in islice(of_village, share):
            yield _row(member, made, rng)
            made += 1


def _row(one: Person, number: int, rng: Random) -> Application:
    rt = f"{one.rt:03d}"
    return Application(
        row_id=f"{number:016x}",
        file=f"{one.desa_code}.xlsx",
        sheet="Sheet1",
        row=number + 1,
        nik_raw=one.nik,
        nik=one.nik,
        kk_raw=one.kk,
        kk=one.kk,
        name=one.name,
        birth_place="Tanah Grogot",
        birth_raw=one.birth_on.strftime("%d-%m-%Y"),
        birth_on=one.birth_on,
        sex=one.sex,
        mother_name=one.mother,
        address=one.address,
        rt=rt,
        desa_raw=one.desa_code,
        desa_code=one.desa_code,
        occupation_raw="Petani",
        group="petani",
        income_idr=rng.randrange(6, 30) * 100_000,
        phone=one.phone or None,
        collected_on=ON,
    )


def open_installation(home: Path) -> None:
    """An office without people in `home`."""
    os.environ["PAYUNG_HOME"] = str(home)
    from payung.office.django import start
    from payung.office.folders import make_folders

    make_folders()
    start()
    from payung.office.setup import make_tables, mark_keys, open_regency

    if not os.environ.get("PAYUNG_DATABASE__URL"):
        make_tables()
    mark_keys()
    open_regency(REGENCY, "paser-2022", ON, is_demo=True)


def fill(count: int) -> float:
    """Save so many people as one import; seconds, without making them up."""
    from payung.core.scope import acting_in, whole
    from payung.registry.people_services import save_observations

    rows = list(people(count))
    started, worked = time.perf_counter(), time.process_time()
    with acting_in(whole(REGENCY)):
        saved = save_observations(rows, source_ref="bench", source_on=ON)
    seconds, busy = time.perf_counter() - started, time.process_time() - worked
    assert saved.rows == count, saved
    sys.stderr.write(f"{count} rows: {seconds:.1f} s ({busy:.1f} s of processor), {saved}\n")
    return seconds


def search_times(searches: int) -> dict[str, Any]:
    """How long searches take: names as written and mistyped, common ones, NIKs and phones; milliseconds."""
    from payung.registry.people_queries import search

    from payung.core.scope import acting_in, whole

    rng = Random(SEED)
    rows = list(islice(people(100_000), 0, None, 997))
    kinds: dict[str, list[str]] = {
        "name": [one.name or "" for one in rows],
        "mistyped": [_mistyped(one.name or "", rng) for one in rows],
        "common": ["Siti", "Muhammad", "Muhammad Ali", "Ahmad", "Nur", "Sri Wahyuni", "Abdul Rahman", "Budi"],
        "nik": [one.nik or "" for one in rows],
        "phone": [one.phone for one in rows if one.phone],
    }
    told: dict[str, Any] = {}
    for kind, texts in kinds.items():
        times, found = [], 0
        for text in texts[:searches]:
            started = time.perf_counter()
            with acting_in(whole(REGENCY)):
                result = search(text)
            times.append(1000 * (time.perf_counter() - started))
            found += bool(result.people)
        times.sort()
        told[kind] = {
            "searches": len(times),
            "found": found,
            "median_ms": round(statistics.median(times), 1),
            "p95_ms": round(times[min(len(times) - 1, int(len(times) * 0.95))], 1),
            "worst_ms": round(times[-1], 1),
        }
    return told


def _mistyped(name: str, rng: Random) -> str:
    """One letter of a name wrong, missing or changed with the next."""
    at = rng.randrange(1, max(2, len(name) - 1))
    return rng.choice(
        (
            name[:at] + name[at + 1 :],
            name[:at] + rng.choice("AEIOUNRST") + name[at + 1 :],
            name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :],
        )
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--searches", type=int, default=100)
    parser.add_argument("--home", type=Path, help="keep the installation here")
    options = parser.parse_args()
    home = options.home or Path(tempfile.mkdtemp(prefix="payung-bench-"))
    open_installation(home)
    told: dict[str, Any] = {"people": options.people, "save_seconds": round(fill(options.people), 1)}
    told["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    told["search"] = search_times(options.searches)
    sys.stdout.write(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    main()
