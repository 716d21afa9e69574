"""The demo regency."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from payung.cli.common import Json, Quiet, progress, say
from payung.cli.job import tell_report

demo_app = typer.Typer(no_args_is_help=True, help="Kabupaten contoh dengan data buatan.")


@demo_app.command("make")
def demo_make(
    out: Annotated[Path, typer.Option("--out", help="Folder data contoh.")] = Path("demo-paser"),
    people: Annotated[int, typer.Option("--people", min=200, help="Jumlah baris pada daftar.")] = 54_000,
    seed: Annotated[
        int, typer.Option("--seed", help="Benih: benih yang sama memberi berkas yang sama.")
    ] = 2022,
    quiet: Quiet = False,
) -> None:
    """Membuat kabupaten contoh: daftar RT yang berantakan, register, keputusan pemeriksaan, dan kuncinya."""
    from payung.demo.run import make_demo

    with progress(quiet) as tell:
        demo = make_demo(out, people, seed, tell)
    say(f"{demo.made.lines} baris dalam {demo.made.workbooks} berkas di {demo.made.lists}")
    say(f"{demo.decided.same + demo.decided.different} pasangan diputus di {demo.decisions}")


@demo_app.command("run")
def demo_run(
    out: Annotated[Path, typer.Option("--out", help="Folder hasil.")] = Path("hasil"),
    data: Annotated[Path, typer.Option("--data", help="Folder data contoh; dibuat bila belum ada.")] = Path(
        "demo-paser"
    ),
    quiet: Quiet = False,
    json_: Json = False,
) -> None:
    """Kabupaten contoh dari nol sampai daftar yang dapat ditandatangani."""
    from payung.demo.run import open_demo, run_demo

    with progress(quiet or json_) as tell:
        report = run_demo(open_demo(data, tell), out, tell)
    tell_report(report, json_)
