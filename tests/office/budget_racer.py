"""One of many processes that move money on the same budget at once: `python -m tests.office.budget_racer`.

Given a budget, a number of its own, how many processes there are and how much each does; waits for a file, moves money
at random and prints every movement that it was given as JSON. Whatever is no PayungError ends it with a trace.
"""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payung.budget.models import Budget
    from payung.budget.services import Moved

SHARED = 25
"""Keys that all processes use, each with one amount."""


def main(budget: str, me: str, processes: str, steps: str, gate: str) -> int:
    """Race, and print `{"moved": [[pk, programme, move, amount], …], "refused": n, "tried": n}`."""
    from payung.office.django import start

    start()

    from payung.budget.models import Budget
    from payung.core.errors import PayungError
    from payung.core.scope import acting_in, whole
    from tests.office.cast import REGENCY

    moved: dict[int, tuple[str, str, int]] = {}
    refused = 0
    with acting_in(whole(REGENCY)):
        line = Budget.objects.get(pk=budget)
        Path(f"{gate}.{me}").touch()
        while not Path(gate).exists():
            time.sleep(0.005)
        chance = random.Random(int(me))
        for step in range(int(steps)):
            try:
                for one in _act(line, chance, int(me), int(processes), step):
                    moved[one.pk] = (one.ceiling.programme, one.move, one.amount_idr)
            except PayungError:
                refused += 1
    json.dump({"moved": [[pk, *rest] for pk, rest in moved.items()], "refused": refused}, sys.stdout)
    return 0


def _act(line: Budget, chance: random.Random, me: int, processes: int, step: int) -> Moved:
    """One verb; every third on keys that all share, the others on those of any process."""
    from payung.budget import services
    from payung.budget.models import Ceiling
    from payung.budget.rules import Amount

    if me == 0 and step % 10 == 9:  # the ceiling itself is cut to what is bound, and raised again
        now = {one.programme: one for one in Ceiling.objects.filter(budget=line)}
        old = Amount(now["jkk"].ceiling_idr, now["jkm"].ceiling_idr)
        cut = Amount(now["jkk"].sums.bound_idr, now["jkm"].sums.bound_idr)
        new = cut if step % 20 == 9 else Amount(old.jkk_idr + 900, old.jkm_idr + 700)
        return services.set_ceilings(line, old, new, f"pagu:{step}", basis="DPPA")
    if chance.random() < 0.33:
        number = chance.randrange(SHARED)
        key, amount = f"bersama:{number}", Amount(number * 7, number * 5)
    else:
        key = f"{chance.randrange(processes)}:{chance.randrange(20)}"
        amount = Amount(10 + len(key), 7 + len(key))
    verb = chance.choice(("reserve", "reserve", "commit", "commit", "release", "uncommit"))
    if verb == "reserve":
        return services.reserve(line, amount, key, person_months=2)
    if verb == "release":
        return services.release(line, key)
    part = Amount(amount.jkk_idr // 2, amount.jkm_idr // 2)
    if verb == "commit":
        half = f"sk:{key}:{chance.randrange(3)}"
        return services.commit(line, part, half, reserved_key=key, person_months=1, basis="SK")
    return services.uncommit(line, part, f"ubah:{key}", person_months=1, basis="SK ubah")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
