"""Every address of the office at size, as each role that may see it finds it: milliseconds at the server, and queries.

Addresses come from the resolver and from the links that stand on the pages, with their filters; objects are those of
the filled database where it has them, else those of the tests' walk. Files that are taken out are told apart: what
they take grows with what is in them.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.office_tools import settle, spread

ROLES = (
    "budi", "audi", "camat", "desi", "siti", "agus", "rina", "admin", "kpa", "laila", "bupati", "bona", "prov",
)  # fmt: skip
FRONT_MS, SEARCH_MS, PAGE_MS = 300, 300, 500
EACH, TIMES = 3, 4
"""Addresses of one name and filter a role opens, and how often each is measured after it was opened once."""
_SKIPPED = frozenset({"account_logout"})


@dataclass
class Seen:
    """What one address took: milliseconds of clock and processor, and queries, over roles and objects."""

    clock: list[float] = field(default_factory=list)
    worst: tuple[float, str] = (0.0, "")
    processor: list[float] = field(default_factory=list)
    queries: int = 0
    is_page: bool = True

    def add(self, who: str, url: str, clock: float, processor: float, queries: int) -> None:
        self.clock.append(clock)
        self.processor.append(processor)
        self.queries = max(self.queries, queries)
        self.worst = max(self.worst, (round(clock, 1), f"{who} {url}"))

    def told(self) -> dict[str, Any]:
        """As JSON; `p95_processor_ms` is what is left of it when nobody else uses the machine."""
        return spread(self.clock) | {
            "p95_processor_ms": spread(self.processor)["p95_ms"],
            "queries": self.queries,
            "worst": self.worst[1],
        }


class Clients:
    """The tests' cast, signed in, and what they open."""

    def __init__(self, made: Mapping[str, Sequence[Any]]) -> None:
        from tests.office.cast import Office

        self.office, self.made = Office(), made
        self.found: defaultdict[str, Seen] = defaultdict(Seen)
        self.broken: dict[str, str] = {}

    def open_all(self, who: str) -> None:
        """Every address that somebody may see."""
        from tests.office.crawl import crawl

        client = self.office.client(who)
        for page in crawl(client, tuple(self._starts(who)), EACH):
            status = page.response.status_code
            if status in (301, 302, 303, 405) or page.name in ("", "static") or page.name in _SKIPPED:
                continue
            if status >= 500:
                self.broken[f"{who} {page.url}"] = str(status)
            if status != 200:
                continue  # others' jobs, a second factor that nobody has set up: the walk of the tests judges that
            seen = self.found[page.name]
            seen.is_page = page.is_html
            if not page.is_html:
                _drain(page.response)
            for _ in range(TIMES if page.is_html else 1):
                seen.add(who, page.url, *_measure(client, page.url))

    def _starts(self, who: str) -> Iterator[str]:
        from django.urls import reverse

        from payung.access.policy import may
        from tests.office.walk import addresses

        scope = self.office.scope(who)
        yield "/"
        with self.office.acting(who):
            objects = objects_here()
        for one in addresses():
            if one.name in _SKIPPED or (one.action is not None and not may(scope.role, one.action)):
                continue
            if not one.takes:
                yield reverse(one.name)
            others = [each.kwargs for each in self.made.get(one.name, ()) if each.seen_by(scope)]
            for kwargs in (objects.get(one.name) or others)[:EACH]:
                yield one.at(kwargs)
        if may(scope.role, _needed("registry:search")):
            yield from (f"/warga/?cari={words}" for words in ("Siti", "Muhamad+Ali", "Sri+Wahyuni", "Nur"))


def _needed(name: str) -> Any:
    from tests.office.walk import addresses

    return next(one.action for one in addresses() if one.name == name)


def objects_here() -> dict[str, list[Mapping[str, Any]]]:
    """Objects of the filled database in the current scope, by the address that shows them; the largest first."""
    from payung.audit.models import Event
    from payung.eligibility.models import Assessment
    from payung.intake.models import Announcement, Batch, RowFault, Upload
    from payung.registry.models import Delivery, Household, Person, Rt
    from payung.screening.models import ScreeningRun
    from payung.work.models import Job

    def pks(rows: Any) -> list[Mapping[str, Any]]:
        return [{"pk": pk} for pk in rows.values_list("pk", flat=True)[:EACH]]

    uploads = Upload.objects.filter(undone_at__isnull=True)
    largest = pks(uploads.order_by("-to_fix"))
    cards = RowFault.objects.filter(upload__in=[one["pk"] for one in largest]).order_by("upload")
    rts = Rt.objects.order_by("place").values_list("place", flat=True)[:EACH]
    runs, deliveries = pks(ScreeningRun.objects.order_by("-pk")), pks(Delivery.objects.order_by("-size"))
    batches, jobs = pks(Batch.objects.order_by("-pk")), pks(Job.objects.order_by("-pk"))
    villages = sorted({place.partition("/")[0] for place in rts})
    return {
        "registry:person": pks(Person.objects.order_by("pk")),
        "registry:household": pks(Household.objects.order_by("pk")),
        "registry:delivery": deliveries,
        "registry:delivery_progress": deliveries,
        "registry:register": [{"name": name} for name in ("bpjs", "dukcapil")],
        "intake:batch": batches,
        "intake:batch_progress": batches,
        **dict.fromkeys(
            (
                *("intake:upload", "intake:rows", "intake:columns", "intake:versions", "intake:undo"),
                "intake:returned",
            ),
            largest,
        ),
        "intake:card": [
            {"pk": pk, "code": code} for pk, code in cards.values_list("upload_id", "code").distinct()[:12]
        ],
        "intake:desa": [{"code": code} for code in villages],
        "intake:meeting": [{"code": code} for code in villages],
        "intake:objection_new": [{"code": code} for code in villages],
        "intake:desa_message": [{"desa": code} for code in villages],
        "intake:message": [dict(zip(("desa", "rt"), place.split("/"), strict=True)) for place in rts],
        "intake:announcement": pks(Announcement.objects.order_by("-pk")),
        "eligibility:run": runs,
        "eligibility:state": runs,
        "eligibility:row": pks(Assessment.objects.order_by("-pk")),
        "audit:entry": [
            {"seq": seq} for seq in Event.objects.order_by("-seq").values_list("seq", flat=True)[:EACH]
        ],
        "work:progress": jobs,
    }


def fill_rest() -> dict[str, Sequence[Any]]:
    """Objects that no list brings (proposals, announcements, accounts …), as the tests' walk makes them, by address."""
    from tests.office.cast import Office
    from tests.office.examples import load

    office, rows = Office(), load()
    made = {make: list(make(office).values()) for make in dict.fromkeys(rows.values())}
    return {name: made[make] for name, make in rows.items()}


def _drain(response: Any) -> None:
    if response.streaming:
        for _ in response.streaming_content:
            pass
    response.close()


def _measure(client: Any, url: str) -> tuple[float, float, int]:
    """Milliseconds of clock and processor of this process, and queries."""
    from django.db import connection

    count = 0

    def counting(execute: Callable[..., Any], *told: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*told)

    started, worked = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(counting):
        response = client.get(url)
        _drain(response)
    return 1000 * (time.perf_counter() - started), 1000 * (time.process_time() - worked), count


def open_pages() -> dict[str, Any]:
    """Every page as everybody finds it; `pages`, `files_taken` and what was `broken`."""
    made = fill_rest()
    settle()
    clients = Clients(made)
    for who in ROLES:
        started = time.perf_counter()
        clients.open_all(who)
        sys.stderr.write(f"{who}: {time.perf_counter() - started:.0f} s\n")
    told = {name: seen.told() for name, seen in sorted(clients.found.items())}
    is_page = {name: seen.is_page for name, seen in clients.found.items()}
    return {
        "pages": {name: one for name, one in told.items() if is_page[name]},
        "files_taken": {name: one for name, one in told.items() if not is_page[name]},
        "broken": clients.broken,
        "not_opened": not_opened(frozenset(told)),
    }


def not_opened(opened: frozenset[str]) -> list[str]:
    """Addresses that nobody came to: those that answer to POST alone, and what those who saw them were refused."""
    from tests.office.walk import ALLAUTH, addresses

    return sorted({one.name for one in addresses()} - opened - set(ALLAUTH))


def limits(pages: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[float, float]]:
    """Each page's p95 and what it may be."""
    special = {"home": FRONT_MS, "registry:search": SEARCH_MS}
    return {
        f"{name} p95 ms": (float(one["p95_ms"]), float(special.get(name, PAGE_MS)))
        for name, one in pages.items()
    }


def table(pages: Mapping[str, Mapping[str, Any]]) -> str:
    """One line a page, the slowest first."""
    lines = [f"{'page':<32}{'times':>6}{'p50 ms':>8}{'p95 ms':>8}{'p95 cpu':>8}{'queries':>8}  worst"]
    for name, one in sorted(pages.items(), key=lambda pair: -float(pair[1]["p95_ms"])):
        lines.append(
            f"{name:<32}{one['times']:>6}{one['median_ms']:>8.0f}{one['p95_ms']:>8.0f}"
            f"{one['p95_processor_ms']:>8.0f}{one['queries']:>8}  {one['worst'][:60]}"
        )
    return "\n".join(lines)
