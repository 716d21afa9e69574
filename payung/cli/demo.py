"""The demo regency."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from payung.cli.common import Json, Quiet, progress, say
from payung.cli.job import tell_report
from payung.cli.office import Port, private, stopping

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


@demo_app.command("serve")
def demo_serve(
    data: Annotated[Path, typer.Option("--data", help="Folder data contoh; dibuat bila belum ada.")] = Path(
        "demo-paser"
    ),
    port: Port = None,
    quiet: Quiet = False,
) -> None:
    """Kantor kabupaten contoh di peramban: satu akun untuk tiap peran, dengan sandi yang dibuat untuk pemasangan ini."""
    # What each request was would push the accounts off the screen; warnings still come.
    os.environ.setdefault("PAYUNG_LOGS__LEVEL", "warning")
    os.environ.setdefault("PAYUNG_LOGS__ACCESS", "false")
    from payung.config import load
    from payung.demo.run import open_demo
    from payung.office.demo_site import accounts_path, open_demo_site
    from payung.office.ports import free_port
    from payung.office.serving import up

    private()
    began = time.monotonic()
    with progress(quiet) as tell:
        demo = open_demo(data, tell)
        found = open_demo_site(demo, tell)
    from payung.office import demo_rest  # needs Django, which runs only now

    say(f"{'nama pengguna':<14} {'kata sandi':<22} {'kunci TOTP':<34} peran")
    for one in found:
        say(f"{one.username:<14} {one.password:<22} {one.totp_secret or '-':<34} {one.role}")
    say(f"Tersimpan di {accounts_path()}. Kode masuk tanpa ponsel: {_command()} demo code NAMA")
    say()
    say(f"Kantor contoh siap dalam {time.monotonic() - began:.0f} detik.")
    for sentence in demo_rest.outlook(demo):
        say(sentence)
    config = load()
    end = demo_rest.start(demo)
    try:
        up(None, port or free_port(config.site.address, config.site.port), stopping)
    finally:
        end()
    say(f"Situs contoh dihentikan; semuanya tersimpan. Buka lagi: make run, atau {_command()} demo serve")


def _command() -> str:
    """How Payung was called, so that what is printed can be copied: `.venv/bin/payung` where it is not on the path."""
    return sys.argv[0] if Path(sys.argv[0]).name == "payung" else "payung"


@demo_app.command("code")
def demo_code(name: Annotated[str, typer.Argument(help="Nama pengguna contoh, misalnya budi.")]) -> None:
    """Kode enam angka dari akun contoh, seperti yang tampil di aplikasi pengaman."""
    from payung.office.demo_site import code_of

    say(code_of(name))
