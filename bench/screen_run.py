"""The bare command without its command line: `python -m bench.screen_run FOLDER OUT` prints the stages' seconds."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from payung.screening.pipeline import screen_files

REGISTERS = ("bpjs", "dukcapil", "asn")


def main(folder: Path, out: Path) -> None:
    result = screen_files(
        folder / "candidates.csv", {name: folder / f"{name}.csv" for name in REGISTERS}, out, threads=2
    )
    print(json.dumps({"stages": result.stages}))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
