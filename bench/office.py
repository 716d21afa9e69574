"""Measure the office at size: saving lists, finding somebody, opening pages. `python -m bench.office --people 100000`.

Makes an installation of its own in a temporary folder, with `--postgres` on a PostgreSQL server of its own, fills it by
the services that the office uses, and prints the figures as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from payung.core.application import Application
from payung.demo.population import Person, World, households

REGENCY = "64.01"
ON = date(2022, 9, 1)
SEED = 20221001
UPLOAD = 54_000
"""Rows of one large import."""


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


@contextmanager
def installation(home: Path, *, postgres: bool) -> Iterator[None]:
    """An office with the tests' cast and without people, in `home`."""
    if postgres:
        from tests.postgres import prepare, server

        with server() as owner_url:
            os.environ["PAYUNG_DATABASE__URL"] = prepare(owner_url, home)
            os.environ["PAYUNG_BENCH_OWNER_URL"] = owner_url
            _open(home, tables=False)
            yield
            _close()
    else:
        _open(home, tables=True)
        yield
        _close()


def _open(home: Path, *, tables: bool) -> None:
    os.environ["PAYUNG_HOME"] = str(home)
    from payung.office.django import start
    from payung.office.folders import make_folders

    make_folders()
    start()
    from payung.office.setup import make_tables, mark_keys

    if tables:
        make_tables()
    mark_keys()
    from tests.office.cast import populate

    populate()


def _close() -> None:
    from django.db import connection

    connection.close()


def settle() -> None:
    """What a server in use does by itself within a minute, and the tests' server is told not to."""
    if owner_url := os.environ.get("PAYUNG_BENCH_OWNER_URL"):
        import psycopg

        with psycopg.connect(owner_url, autocommit=True) as server:
            server.execute("VACUUM ANALYZE")


def save(rows: Iterable[Application], ref: str) -> dict[str, Any]:
    """Save rows as one import: seconds, seconds of processor, and what became of them."""
    from dataclasses import asdict

    from payung.core.scope import acting_in, whole
    from payung.registry.people_services import save_observations

    given = list(rows)
    started, worked = time.perf_counter(), time.process_time()
    with acting_in(whole(REGENCY)):
        saved = save_observations(given, source_ref=ref, source_on=ON)
    return {
        "seconds": round(time.perf_counter() - started, 1),
        "processor_seconds": round(time.process_time() - worked, 1),
        **asdict(saved),
    }


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
        times, hits = _times(partial(look, *pair) for pair in wanted)
        told[kind] = times | {"found": sum(map(bool, hits))}
    return told


def pages(rows: list[Application]) -> dict[str, Any]:
    """How long the server takes for whole pages, by the test's browser."""
    from payung.core.scope import acting_in, whole
    from payung.registry.models import Person as Row
    from tests.office.cast import Office

    client = Office().client("budi")
    with acting_in(whole(REGENCY)):
        some = list(Row.objects.order_by("pk").values_list("pk", "household_id")[:20_000:211])
    urls = {
        "search": [f"/warga/?cari={one.name}".replace(" ", "+") for one in rows],
        "person": [f"/warga/{pk}/" for pk, _ in some],
        "household": [f"/warga/kk/{card}/" for _, card in some if card],
        "registers": ["/warga/register/"] * 20,
        "home": ["/"] * 20,
    }

    def get(url: str) -> None:
        assert client.get(url).status_code == 200, url.partition("?")[0]

    return {name: _times(partial(get, url) for url in wanted)[0] for name, wanted in urls.items()}


def _times(acts: Iterable[Callable[[], object]]) -> tuple[dict[str, Any], list[object]]:
    """Milliseconds of the acts, and what they gave; the first is for warming up and counts too."""
    times, given = [], []
    for act in acts:
        started = time.perf_counter()
        given.append(act())
        times.append(1000 * (time.perf_counter() - started))
    times.sort()
    told = {
        "times": len(times),
        "median_ms": round(statistics.median(times), 1),
        "p95_ms": round(times[min(len(times) - 1, int(len(times) * 0.95))], 1),
        "worst_ms": round(times[-1], 1),
    }
    return told, given


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


def measure(count: int, sample: int) -> dict[str, Any]:
    """All figures, with so many people and so many searches of a kind."""
    rows = list(people(count))
    first, rest = rows[:UPLOAD], rows[UPLOAD:]
    told: dict[str, Any] = {"people": count}
    for name, some in (("save", first), ("save_rest", rest), ("save_again", first)):
        told[name] = save(some, name)
        settle()
        sys.stderr.write(f"{name}: {told[name]}\n")
    told["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    chosen = rows[:: max(1, count // sample)][:sample]
    told["search"] = searches(chosen)
    sys.stderr.write(f"search: {told['search']}\n")
    told["pages"] = pages(chosen)
    return told


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--searches", type=int, default=100, help="how many of each kind")
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL server of its own")
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="payung-bench-"))
    try:
        with installation(home, postgres=options.postgres):
            told = measure(options.people, options.searches)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    told["database"] = "postgresql" if options.postgres else "sqlite"
    sys.stdout.write(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    main()
