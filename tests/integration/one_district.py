"""One kecamatan of the demo regency as a question of its own: seconds instead of half a minute."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from payung.demo.livelihoods import AS_OF
from payung.demo.run import Demo, options
from payung.job import main
from payung.job.options import Options
from payung.registry.rules import RegisterInput

Record = dict[str, Any]
NAME = "640104 TANAH GROGOT"
CEILING_IDR = 7_000_000
SOURCE = "apbd-kabupaten"


def question(demo: Demo, folder: Path, decisions: Sequence[Path] = (), **changes: object) -> Options:
    """The question of 2022 on the lists of one kecamatan, copied to `folder/daftar` unless they are there."""
    lists = folder / "daftar"
    if not lists.exists():
        shutil.copytree(demo.made.lists / NAME, lists / NAME)
    registers = [RegisterInput(name, path, AS_OF) for name, path in demo.made.registers.items()]
    registers = [
        replace(one, path=answers(demo, folder)) if one.name == "dukcapil" else one for one in registers
    ]
    whole = options(demo.made, folder / "hasil", decisions)
    asked = replace(
        whole,
        lists=lists,
        registers=tuple(registers),
        ceilings={SOURCE: CEILING_IDR},
        decree=False,
        marked=False,
    )
    return replace(asked, **changes)  # type: ignore[arg-type]


def answers(demo: Demo, folder: Path) -> Path:
    """The civil registry's answers about the rows of this kecamatan only."""
    out = folder / "dukcapil-jawaban.csv"
    if not out.exists():
        rows = {row["row_id"] for row in truth(demo, "baris.csv") if row["file"].startswith(NAME)}
        kept = [row for row in read(demo.made.registers["dukcapil"]) if row["ID BARIS"] in rows]
        write(out, kept)
    return out


def read(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source, delimiter=delimiter))


def write(path: Path, rows: Sequence[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def truth(demo: Demo, name: str) -> list[dict[str, str]]:
    return read(demo.made.truth / name)


def run(asked: Options) -> Record:
    """Ask; the record of the answer, as `run.json` has it."""
    main.run(asked)
    return record(asked.out)


def record(out: Path) -> Record:
    """What `run.json` of a result says."""
    loaded: Record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    return loaded
