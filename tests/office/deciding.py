"""What the kill test of approvals kills: a process in which the cast agrees to whatever is open, until it is killed.

`python -m tests.office.deciding`: says `siap` once it is warm, on the installation that the environment names.
"""

from __future__ import annotations

import itertools
import random
import sys

from payung.office.django import start

start()

from payung.approval.models import Route, Stop  # noqa: E402
from payung.core.scope import acting_in, whole  # noqa: E402
from tests.office.cast import REGENCY, Office  # noqa: E402
from tests.office.route_desk import PUTARAN, agree, opened, renaming  # noqa: E402


def counted(name: str) -> str:
    """How often Tamu was renamed: `Tamu 1`, `Tamu 2`, …"""
    return f"Tamu {int(name.removeprefix('Tamu') or 0) + 1}"


def main() -> None:
    """Open a route, let everybody agree, again and again; first whatever an earlier process left half done."""
    office, chance = Office(), random.Random()
    with renaming(renamed=counted) as kind:
        for number in itertools.count():
            with acting_in(whole(REGENCY)):
                route = Route.objects.filter(ended_at__isnull=True).first()
                decided = Stop.objects.filter(route=route, decided_at__isnull=False)
                done = set(decided.values_list("decided_by__username", flat=True))
            camats, agencies = list(PUTARAN[:2]), list(PUTARAN[2:5])
            chance.shuffle(camats)
            chance.shuffle(agencies)
            who = [one for one in (*camats, *agencies, PUTARAN[5]) if one not in done]
            agree(office, route or opened(office, kind), *who)
            if number == 0:
                sys.stdout.write("siap\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
