"""The floor: the least work that anything reading these files and linking on NIK must do.

Every file is read as text (the eight columns), candidates join each register on the exact NIK without the values
seen more than 30 times, and the pairs are written. `python -m bench.floor FOLDER OUT.parquet` prints the seconds.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import duckdb

COLUMNS = "row_id, nik, kk, name, birth_on, sex, desa, phone"
REGISTERS = ("bpjs", "dukcapil", "asn")


def main(folder: Path, out: Path) -> None:
    began = time.perf_counter()
    con = duckdb.connect()
    con.execute("SET threads = 2; SET preserve_insertion_order = false")
    for name in ("candidates", *REGISTERS):
        con.execute(
            f"CREATE TABLE {name} AS SELECT {COLUMNS} "
            f"FROM read_csv('{folder / name}.csv', all_varchar = true, header = true)"
        )
    everyone = " UNION ALL ".join(f"SELECT nik FROM {name}" for name in ("candidates", *REGISTERS))
    con.execute(
        f"CREATE TABLE common AS SELECT nik FROM ({everyone}) WHERE nik IS NOT NULL GROUP BY nik HAVING count(*) > 30"
    )
    joins = " UNION ALL ".join(
        f"SELECT c.row_id AS id_l, '{name}' AS register, r.row_id AS id_r FROM candidates c JOIN {name} r USING (nik) "
        "WHERE nik NOT IN (SELECT nik FROM common)"
        for name in REGISTERS
    )
    con.execute(f"COPY ({joins}) TO '{out}' (FORMAT parquet)")
    print(json.dumps({"seconds": time.perf_counter() - began}))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
