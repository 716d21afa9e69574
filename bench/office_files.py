"""The main job on the files of a demo regency, without the office: what the office's screening is held against.

`python -m bench.office_files FOLDER` prints its screened hash and what it took, as JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bench.office_tools import Meter
from payung.demo.run import open_demo, options
from payung.engine.duckdb_engine import open_engine
from payung.job.main import without_collector
from payung.job.progress import Stopwatch
from payung.job.run import decide


def main() -> None:
    """Run and print."""
    meter, watch = Meter(), Stopwatch()
    demo = open_demo(Path(sys.argv[1]))
    with without_collector(), open_engine() as engine:
        run = decide(options(demo.made, Path("nowhere")), engine, watch)
    told = {"screened_hash": run.screened_hash, "rows": len(run.assessed), "stages": watch.seconds}
    sys.stdout.write(json.dumps(told | meter.told()) + "\n")


if __name__ == "__main__":
    main()
