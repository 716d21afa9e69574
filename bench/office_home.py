"""Measure the pages that count: front page, figures, jobs, at size. `python -m bench.office_home --people 100000`.

The tables are filled as uploads and a screening would leave them, without their contents: what is measured is counting.
"""

from __future__ import annotations

import argparse
import json
import sys
from functools import partial
from itertools import islice
from time import perf_counter
from typing import Any

from bench.office_tools import REGENCY, beyond, folder, installation, settle, timed

ROLES = ("budi", "camat", "desi", "siti", "audi", "agus", "rina", "admin", "prov")
RTS = 1000
FRONT_MS, PAGE_MS = 300, 500
_FILLING = {"facts": "x" * 600}
"""About as long as what is known of a row."""
_PORTION = 5000


def fill(count: int) -> float:
    """So many people on the lists of a thousand RTs, screened; seconds."""
    from payung.core.region import villages
    from payung.core.scope import acting_in, whole
    from payung.eligibility.models import Assessment
    from payung.intake.models import Row
    from payung.registry.models import Person
    from payung.screening.models import ScreeningRun
    from tests.office.figure_rows import neighbourhoods, screened, upload

    started = perf_counter()
    codes = [one.code for one in villages(REGENCY)]
    places = [f"{codes[n % len(codes)]}/{n // len(codes) + 1:03}" for n in range(RTS)]
    outcomes = ("pass", "pass", "pass", "pass_noted", "incomplete", "refuse")
    districts: dict[str, dict[str, int]] = {}
    for n in range(count):
        one = districts.setdefault(places[n % RTS][:8], {})
        one[outcomes[n % 6]] = one.get(outcomes[n % 6], 0) + 1
    with acting_in(whole(REGENCY)):
        neighbourhoods(*places)
        lists = [upload(place, f"{n}.xlsx", good=90, to_fix=10) for n, place in enumerate(places)]
        said: Any = [_FILLING, ""]
        sealed: Any = _FILLING
        reasons: Any = []
        run: ScreeningRun = screened(REGENCY, districts)
        rows = (
            Row(
                regency_code=REGENCY, place=places[n % RTS], upload=lists[n % RTS], row_id=f"{n:016x}", sheet="1",
                row=n, state="to_fix" if n % 10 == 0 else "good", live=True, said=said, content="x", fingerprint="x",
            )
            for n in range(count)
        )  # fmt: skip
        people = (
            Person(regency_code=REGENCY, place=places[n % RTS], name="Orang", standard="ORANG")
            for n in range(count)
        )
        assessed = (
            Assessment(
                regency_code=REGENCY, place=places[n % RTS], run=run, since=1, row_id=f"{n:016x}",
                person_id=f"{n:016x}", survives=True, outcome=outcomes[n % 6], digest="x", reasons=reasons, who=sealed,
            )
            for n in range(count)
        )  # fmt: skip
        for model, made in ((Row, rows), (Person, people), (Assessment, assessed)):
            while portion := list(islice(made, _PORTION)):
                model.everything.bulk_create(portion)
    return round(perf_counter() - started, 1)


def measure(count: int) -> dict[str, Any]:
    """Milliseconds at the server of every page and role, and seconds for counting the figures anew."""
    from django.utils import timezone

    from payung.core.scope import acting_in, whole
    from payung.reporting.services import compute_figures
    from tests.office.cast import Office

    told: dict[str, Any] = {"people": count, "fill_seconds": fill(count)}
    settle()
    started = perf_counter()
    with acting_in(whole(REGENCY)):
        compute_figures(timezone.now())
    told["figures_seconds"] = round(perf_counter() - started, 2)
    import payung.wsgi  # loads every page's code, as the server does when it starts

    assert payung.wsgi.application
    office = Office()
    for who in ROLES:
        client = office.client(who)

        def get(url: str, client: Any = client) -> None:
            assert client.get(url).status_code == 200, url

        urls = ["/", "/angka/"] if who != "siti" else ["/"]
        told[who] = {url: timed(partial(get, url) for _ in range(20))[0] for url in urls}
        sys.stderr.write(f"{who}: {told[who]}\n")
    told["beyond"] = beyond(
        {
            f"{who} {url} p95 ms": (one["p95_ms"], FRONT_MS if url == "/" else PAGE_MS)
            for who in ROLES
            for url, one in told[who].items()
        }
    )
    return told


def main() -> None:
    """Measure and print; exit code 1 when something is beyond its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL server of its own")
    options = parser.parse_args()
    with folder() as home, installation(home, postgres=options.postgres):
        told = measure(options.people)
    told["database"] = "postgresql" if options.postgres else "sqlite"
    sys.stdout.write(json.dumps(told, indent=1) + "\n")
    sys.exit(bool(told["beyond"]))


if __name__ == "__main__":
    main()
