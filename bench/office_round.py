"""Measure what a scenario costs: `python -m bench.office_round --people 54000`.

So many invented candidates of the shipped policy are chosen from by a few settings, as the form's effect does at every stop
in the typing. The floor is the order alone: every candidate's lottery key and one sort. Prints figures as JSON.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import statistics
import sys
from collections.abc import Callable
from dataclasses import replace
from time import perf_counter
from typing import Any

from payung.allocation.candidates import Candidate, order_key
from payung.allocation.choice import choose_among
from payung.allocation.effect import effect
from payung.allocation.files import Prepared
from payung.allocation.pipeline import month_prices
from payung.allocation.scenario import Settings, offers, usual
from payung.budget.rules import Amount
from payung.core.month import MonthSpan
from payung.core.region import villages
from payung.eligibility.terms import Rules, Terms
from payung.policy.local import Limit

POLICY, SOURCE, MONTHS = "paser-2022", "apbd-kabupaten", MonthSpan.parse("2022-10..2022-12")
LIMIT_SECONDS = 2.0
TIMES = 5


def invented(people: int) -> Prepared:
    """Candidates of every desa, group and number of points, some of them members already."""
    dice = random.Random(20221001)
    rules = Rules.load(POLICY)
    policy, source = rules.policy, rules.policy.source(SOURCE)
    terms = Terms(rules, frozenset({SOURCE}), MONTHS, MONTHS.first.first_day)
    desas, groups = [one.code for one in villages(policy.regency)], list(policy.groups)
    candidates, sexes = [], {}
    for number in range(people):
        group, desa = dice.choice(groups), dice.choice(desas)
        row_id = hashlib.sha256(str(number).encode()).hexdigest()
        monthly = month_prices(source, group.sector, rules.law, MONTHS)
        points = group.points + dice.choice((0, 10, 10, 20, 30)) + dice.choice((0, 5))
        candidates.append(
            Candidate(
                row_id, row_id[::-1], desa, desa[:8], group.id, points, dice.random() < 0.1, monthly, True
            )
        )
        sexes[row_id] = dice.choice("LP")
    return Prepared(terms, {SOURCE: tuple(candidates)}, sexes, "invented")


def asked(prepared: Prepared) -> dict[str, Settings]:
    """Settings of the kinds that offices try: money alone; limits on places and groups; other points and fewer months."""
    most = sum(one.jkk_idr for one in prepared.candidates[SOURCE])
    ceiling = Amount(most * 6 // 10, most * 6 // 10 * 68 // 100)
    plain = replace(
        usual(prepared.terms, "benih"), budgets={SOURCE: 1}, ceilings={SOURCE: ceiling}, continuity_first=True
    )
    floors = (Limit("desa", "*", 50), Limit("group", "nelayan", 500))
    quotas = (Limit("kecamatan", "*", prepared.people // 14), Limit("group", "pedagang", 900))
    return {
        "money alone": plain,
        "floors and quotas": replace(plain, floors=floors, quotas=quotas),
        "points, two months": replace(
            plain,
            months=MonthSpan.parse("2022-11..2022-12"),
            group_points={"nelayan": 60, "petani": 50},
            groups_out=frozenset({"umkm"}),
            quotas=(Limit("desa", "*", 300),),
        ),
    }


def seconds(act: Callable[[], object]) -> float:
    """The median of a few times."""
    taken = []
    for _ in range(TIMES):
        started = perf_counter()
        act()
        taken.append(perf_counter() - started)
    return statistics.median(taken)


def floor(prepared: Prepared) -> object:
    """The order alone."""
    return sorted(order_key(one, "benih") for one in prepared.candidates[SOURCE])


def measure(people: int) -> dict[str, Any]:
    """Seconds of the floor and of each kind of settings, and how many times the floor that is."""
    prepared = invented(people)
    told: dict[str, Any] = {
        "people": people, "floor_seconds": round(seconds(lambda: floor(prepared)), 3), "settings": {},
    }  # fmt: skip
    for name, settings in asked(prepared).items():

        def act(settings: Settings = settings) -> dict[str, Any]:
            return effect(choose_among(offers(prepared, settings)), prepared, {})

        took, figures = seconds(act), act()
        told["settings"][name] = {
            "seconds": round(took, 3),
            "ratio": round(took / told["floor_seconds"], 1),
            "chosen": figures["people"],
            "points": figures["sources"][SOURCE]["points"],
            "points_bound": figures["sources"][SOURCE]["points_bound"],
        }
        sys.stderr.write(f"{name}: {told['settings'][name]}\n")
    told["beyond"] = [
        f"{name}: {one['seconds']} s > {LIMIT_SECONDS} s"
        for name, one in told["settings"].items()
        if one["seconds"] > LIMIT_SECONDS
    ]
    return told


def main() -> None:
    """Measure and print; exit code 1 when something is beyond its limit."""
    parser = argparse.ArgumentParser(prog="python -m bench.office_round", description=__doc__)
    parser.add_argument("--people", type=int, default=54_000)
    told = measure(parser.parse_args().people)
    sys.stdout.write(json.dumps(told) + "\n")
    sys.exit(bool(told["beyond"]))


if __name__ == "__main__":
    main()
