"""Measure screening against its floor and its peer: `python -m bench --sizes 32000,100000,1000000`.

Prints a table and keeps everything as JSON in `bench/out/`. Times are of whole processes on this machine; what
holds elsewhere are the ratios, because floor, Payung and Splink run one after another in the same call.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench import measure
from bench.judge import decision_scores, link_scores, splink_scores
from payung.demo.bench_data import write_linkage

REGISTERS = ("bpjs", "dukcapil", "asn")
SEED = 20221001
"""Never a seed that the shipped weights were learnt on (see bench/learn.py)."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One data set to judge on."""

    name: str
    people: int
    error_scale: float = 1.0
    names: str = "paser"


def make_data(setting: Setting, folder: Path) -> None:
    """Generate once; a folder with its truth is complete."""
    if not (folder / "truth_links.csv").exists():
        partial = folder.with_name(folder.name + ".part")
        shutil.rmtree(partial, ignore_errors=True)
        write_linkage(partial, setting.people, SEED, error_scale=setting.error_scale, names=setting.names)
        partial.rename(folder)


def measured(command: Sequence[str], log: Path, repeat: int) -> measure.Measured:
    """The run with the median wall time of `repeat` runs."""
    runs = sorted((measure.run(command, log) for _ in range(repeat)), key=lambda run: run.wall_seconds)
    return runs[len(runs) // 2]


def bench(setting: Setting, out: Path, *, splink: bool, repeat: int) -> dict[str, Any]:
    """All figures of one setting. The floor is measured before and after, and the middle is taken."""
    folder = out / f"data-{setting.name}"
    make_data(setting, folder)
    work = out / f"work-{setting.name}"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    python = sys.executable
    floor = measured([python, "-m", "bench.floor", str(folder), str(work / "floor.parquet")], work / "log", 3)
    screen = measured(
        [
            *(python, "-m", "payung", "screen", "--quiet", "--json"),
            *("--candidates", str(folder / "candidates.csv")),
            *(f"--register={name}={folder / f'{name}.csv'}" for name in REGISTERS),
            *("--out", str(work / "screened")),
        ],
        work / "log",
        repeat,
    )
    result: dict[str, Any] = {
        "setting": asdict(setting),
        "floor_seconds": floor.wall_seconds,
        "floor_cpu_seconds": floor.cpu_seconds,
        "screen": {
            "seconds": screen.wall_seconds,
            "cpu_seconds": screen.cpu_seconds,
            "peak_mb": screen.peak_mb,
        },
        "stages": json.loads(screen.output).get("stages", {}),
        "ratio_to_floor": screen.wall_seconds / floor.wall_seconds,
        # On a machine that others use too, processor time says more than the clock.
        "cpu_ratio_to_floor": screen.cpu_seconds / floor.cpu_seconds,
        "rows_per_second": 2.15 * setting.people / screen.wall_seconds,
        "links": link_scores(work / "screened" / "links.parquet", folder / "truth_links.csv", setting.people),
        "decisions": decision_scores(
            work / "screened" / "links.parquet", folder / "truth_links.csv", folder / "candidates.csv"
        ),
    }
    if splink:
        peer = measured(
            [python, "-m", "bench.splink_peer", str(folder), str(work / "splink.parquet")], work / "log", 1
        )
        result["splink"] = {
            "seconds": peer.wall_seconds,
            "peak_mb": peer.peak_mb,
            "times_slower": peer.wall_seconds / screen.wall_seconds,
            "links": splink_scores(work / "splink.parquet", folder / "truth_links.csv"),
        }
    return result


def exponents(results: Sequence[dict[str, Any]]) -> Iterator[tuple[str, float]]:
    """Growth of the screening time between neighbouring sizes: 1,0 is linear."""
    for small, large in pairwise(results):
        sizes = (small["setting"]["people"], large["setting"]["people"])
        ratio = large["screen"]["seconds"] / small["screen"]["seconds"]
        yield f"{sizes[0]}→{sizes[1]}", math.log(ratio) / math.log(sizes[1] / sizes[0])


def table(results: Sequence[dict[str, Any]]) -> str:
    """What a reader wants first, one line a setting."""
    head = (
        f"{'setting':<12}{'floor s':>9}{'screen s':>10}{'× floor':>9}{'× cpu':>7}{'rows/s':>10}{'peak MB':>9}"
        f"{'F1':>8}{'F1 lists':>9}{'exact P':>9}{'e+c P':>9}{'recall+rev':>11}{'review %':>9}{'Splink s':>10}{'Splink F1':>10}"
    )
    lines = [head]
    for result in results:
        links, peer = result["links"], result.get("splink")
        lines.append(
            f"{result['setting']['name']:<12}{result['floor_seconds']:>9.2f}{result['screen']['seconds']:>10.2f}"
            f"{result['ratio_to_floor']:>9.2f}{result['cpu_ratio_to_floor']:>7.2f}{result['rows_per_second']:>10.0f}{result['screen']['peak_mb']:>9.0f}"
            f"{links['f1']:>8.4f}{links['f1_within']:>9.4f}{links['exact_precision']:>9.5f}"
            f"{links['exact_certain_precision']:>9.5f}{links['recall_with_review']:>11.4f}"
            f"{100 * links['review_row_share']:>9.2f}"
            + (f"{peer['seconds']:>10.1f}{peer['links']['best_f1']:>10.4f}" if peer else "")
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--sizes", default="32000,100000,1000000")
    parser.add_argument("--out", type=Path, default=Path("bench/out"))
    parser.add_argument("--no-splink", action="store_true")
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    sizes = [int(size) for size in options.sizes.split(",")]
    settings = [Setting(str(size), size) for size in sizes]
    results = [bench(s, options.out, splink=not options.no_splink, repeat=options.repeat) for s in settings]
    hard = Setting("hard-100000", 100_000, error_scale=2.0, names="other")
    hard_result = bench(hard, options.out, splink=False, repeat=1)
    print(table([*results, hard_result]))  # noqa: T201
    growth = dict(exponents(results))
    for span, exponent in growth.items():
        print(f"exponent {span}: {exponent:.3f}")  # noqa: T201
    report = {
        "machine": {"python": platform.python_version(), "system": platform.platform()},
        "results": [*results, hard_result],
        "exponents": growth,
    }
    (options.out / "bench.json").write_text(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
