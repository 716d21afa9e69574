"""Measure the registry at size: saving rows of lists and finding somebody. `python -m bench.office_registry`.

An installation of its own is filled by the services that the office uses. The floor of saving is the same rows put into
a plain table of the same database by `executemany`: nothing sealed, nothing looked up, no index, no policy.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, astuple
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from bench.office_tools import OWNER, REGENCY, Meter, beyond, folder, installation, settle, timed
from payung.core.application import Application
from payung.demo.population import Person, World, households

ON = date(2022, 9, 1)
SEED = 20221001
UPLOAD = 54_000
"""Rows of one large import."""
SEARCH_MS = 300


def people(count: int, seed: int = SEED) -> Iterator[Application]:
    """Made-up people of Paser as the rows of lists, whole households of one RT, always the same for a seed."""
    world = World(seed, "paser", 144)
    made = 0
    for number, share in enumerate(world.shares(count)):
        of_village = (member for home in households(world, number) for member in home)
        for member in islice(of_village, share):
            yield _row(member, made)
            made += 1


def _row(one: Person, number: int) -> Application:
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
        rt=f"{one.rt:03d}",
        desa_raw=one.desa_code,
        desa_code=one.desa_code,
        occupation_raw="Petani",
        group="petani",
        income_idr=1_500_000,
        phone=one.phone or None,
        collected_on=ON,
    )


def save(rows: Iterable[Application], ref: str) -> dict[str, Any]:
    """Save rows as one import: what that took, and what became of them."""
    from payung.core.scope import acting_in, whole
    from payung.registry.people_services import save_observations

    given = list(rows)
    meter = Meter()
    with acting_in(whole(REGENCY)):
        saved = save_observations(given, source_ref=ref, source_on=ON)
    return meter.told() | asdict(saved)


def floor(rows: Iterable[Application], home: Path) -> dict[str, Any]:
    """The same rows into a plain table, in one transaction."""
    cells = [tuple(None if value is None else str(value) for value in astuple(one)) for one in rows]
    names = ", ".join(f"c{at} text" for at in range(len(cells[0])))
    meter = Meter()
    if owner_url := os.environ.get(OWNER):
        import psycopg

        marks = ", ".join("%s" for _ in cells[0])
        with psycopg.connect(owner_url) as server:
            server.execute(f"CREATE TABLE bench_floor ({names})")
            server.cursor().executemany(f"INSERT INTO bench_floor VALUES ({marks})", cells)
            server.commit()
            server.execute("DROP TABLE bench_floor")
    else:
        marks = ", ".join("?" for _ in cells[0])
        with closing(sqlite3.connect(home / "floor.sqlite3")) as database, database:
            database.execute(f"CREATE TABLE bench_floor ({names})")
            database.executemany(f"INSERT INTO bench_floor VALUES ({marks})", cells)
    return meter.told()


def searches(rows: list[Application]) -> dict[str, Any]:
    """How long searches take and how often the one who is meant is among the answers."""
    from payung.core.scope import acting_in, whole
    from payung.registry.people_queries import search

    rng = Random(SEED)
    kinds: dict[str, list[tuple[str, str | None]]] = {
        "name": [(one.name or "", one.nik) for one in rows],
        "mistyped": [(_mistyped(one.name or "", rng), one.nik) for one in rows],
        "common": [
            (text, None) for text in ("Siti", "Muhammad", "Muhammad Ali", "Ahmad", "Nur", "Sri Wahyuni")
        ],
        "nik": [(one.nik or "", one.nik) for one in rows],
        "kk": [(one.kk or "", one.nik) for one in rows],
        "phone": [(one.phone, one.nik) for one in rows if one.phone],
    }

    def look(text: str, nik: str | None) -> bool:
        with acting_in(whole(REGENCY)):
            found = search(text)
        return any(one.nik == nik for one in found.people) if nik else bool(found.people)

    told = {}
    for kind, wanted in kinds.items():
        times, hits = timed(partial(look, *pair) for pair in wanted)
        told[kind] = times | {"found": sum(map(bool, hits))}
    return told


def _mistyped(name: str, rng: Random) -> str:
    """One letter of a name wrong, missing, or changed with the next."""
    at = rng.randrange(1, max(2, len(name) - 1))
    return rng.choice(
        (
            name[:at] + name[at + 1 :],
            name[:at] + rng.choice("AEIOUNRST") + name[at + 1 :],
            name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :],
        )
    )


def measure(count: int, sample: int, home: Path) -> dict[str, Any]:
    """All figures, with so many people and so many searches of a kind."""
    rows = list(people(count))
    first, rest = rows[:UPLOAD], rows[UPLOAD:]
    told: dict[str, Any] = {"people": count, "floor": floor(first, home)}
    for name, some in (("save", first), ("save_rest", rest), ("save_again", first)):
        told[name] = save(some, name)
        settle()
        sys.stderr.write(f"{name}: {told[name]}\n")
    told["save_to_floor"] = round(_processor(told["save"]) / max(0.1, _processor(told["floor"])), 1)
    told["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    chosen = rows[:: max(1, count // sample)][:sample]
    told["search"] = searches(chosen)
    told["load_average"] = round(os.getloadavg()[0], 1)
    told["beyond"] = beyond(
        {f"search {kind} p95 ms": (one["p95_ms"], SEARCH_MS) for kind, one in told["search"].items()}
    )
    return told


def _processor(told: dict[str, Any]) -> float:
    return float(told["processor_seconds"] + told.get("server_seconds", 0))


def main() -> None:
    """Measure and print; exit code 1 when something is beyond its limit."""
    parser = argparse.ArgumentParser(prog="python -m bench.office_registry", description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--searches", type=int, default=100, help="how many of each kind")
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL server of its own")
    options = parser.parse_args()
    with folder() as home, installation(home, postgres=options.postgres):
        told = measure(options.people, options.searches, home)
    told["database"] = "postgresql" if options.postgres else "sqlite"
    sys.stdout.write(json.dumps(told, indent=1) + "\n")
    sys.exit(bool(told["beyond"]))


if __name__ == "__main__":
    main()
