"""What helps the main job: the screening engine alone, one list checked, requests to owners, forms for an RT."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from payung.cli.common import Json, Memory, Policy, Quiet, Threads, print_json, progress, say

app = typer.Typer()


@app.command()
def screen(
    candidates: Annotated[
        Path, typer.Option("--candidates", help="CSV atau Parquet dengan judul kolom yang dikenal.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder hasil: links.parquet dan findings.parquet.")],
    register: Annotated[
        list[str] | None, typer.Option("--register", help="NAMA=BERKAS; boleh berulang.")
    ] = None,
    decisions: Annotated[
        list[Path] | None,
        typer.Option("--decisions", help="Keputusan petugas: CSV atau buku pemeriksaan; boleh berulang."),
    ] = None,
    threads: Threads = None,
    memory: Memory = "2GB",
    quiet: Quiet = False,
    json_: Json = False,
) -> None:
    """Mesin penyaring saja: siapa orang yang sama di dalam daftar dan di register."""
    from payung.registry.rules import RegisterInput
    from payung.screening.decisions import read_decisions
    from payung.screening.pipeline import screen_files

    given = [RegisterInput.parse(text) for text in register or ()]
    with progress(quiet or json_) as tell:
        found = screen_files(
            candidates,
            {one.name: one.path for one in given},
            out,
            decisions=[one for path in decisions or () for one in read_decisions(path)],
            threads=threads,
            memory=memory,
            progress=tell,
        )
    if json_:
        outcomes = {str(name): count for name, count in found.outcomes.items()}
        within = {str(name): count for name, count in found.within.items()}
        print_json(
            {
                "rows": found.candidates,
                "persons": found.persons,
                "links": outcomes,
                "within_lists": within,
                "confirmed": found.confirmed,
                "open_rows": found.open_rows,
                "stages": {name: round(seconds, 3) for name, seconds in found.stages.items()},
            }
        )
        return
    say(f"{found.candidates} baris, {found.persons} orang.")
    for name, count in found.outcomes.items():
        say(f"{name:<8} {count:>9} pasangan, {found.within[name]} di antaranya di dalam daftar")
    say(f"Hasil di {out}: links.parquet dan findings.parquet")


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="Satu daftar: xlsx, xls, ods, atau csv.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Tulis berkas yang sama, bertanda, dengan nama ini (xlsx).")
    ] = None,
    policy: Policy = "paser-2022",
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="Pemetaan kolom untuk berkas ini.")
    ] = None,
    json_: Json = False,
) -> None:
    """Memeriksa satu daftar dan mengembalikannya bertanda."""
    from payung.intake.check import check_file
    from payung.intake.codes import TITLES
    from payung.intake.mapping import load_mapping
    from payung.intake.marked import marks_of
    from payung.intake.summarysheet import kinds
    from payung.policy.loader import local

    rules = local(policy)
    read = check_file(file, rules, out, mapping=load_mapping(mapping) if mapping else None)
    marked = marks_of(read, policy=rules)
    counts, found = marked.counts, kinds(marked)
    if json_:
        print_json(
            {
                "file": file.name,
                "sha256": read.sha256,
                "good": counts.good,
                "to_fix": counts.to_fix,
                "already_there": counts.already_there,
                "not_person": counts.not_person,
                "rows": counts.rows,
                "kinds": [{"code": one.code, "severity": one.severity, "count": one.count} for one in found],
            }
        )
        return
    say(f"{file.name}: {counts.rows} baris")
    say(
        f"  baik {counts.good}, perlu diperbaiki {counts.to_fix}, sudah ada {counts.already_there}, "
        f"bukan orang {counts.not_person}"
    )
    for one in found:
        place = f"{one.sheet} {one.cell}".strip()
        say(
            f"  {one.count:>5} × {TITLES.get(one.code, one.code)}"
            + (f"  (pertama di {place})" if place else "")
        )
    if out:
        say(f"Berkas bertanda: {out}")


@app.command()
def request(
    register: Annotated[str, typer.Argument(help="bpjs, dukcapil, asn, payers, nonasn, atau own.")],
    lists: Annotated[Path, typer.Option("--lists", help="Folder daftar dari RT dan desa.")],
    out: Annotated[Path, typer.Option("--out", help="Berkas permintaan (xlsx).")],
    policy: Policy = "paser-2022",
    quiet: Quiet = False,
) -> None:
    """Menulis permintaan padanan: sesedikit mungkin kolom, dengan id baris, siap dijawab pemilik data."""
    from payung.job.errands import request as ask
    from payung.policy.loader import local

    with progress(quiet) as tell:
        asked, rows = ask(register, lists, local(policy), out, tell)
    say(f"Permintaan {asked} tentang {rows} baris: {out}")


@app.command()
def form(
    desa: Annotated[str, typer.Option("--desa", help="Kode atau nama desa.")],
    out: Annotated[Path, typer.Option("--out", help="Folder formulir.")],
    rt: Annotated[list[str] | None, typer.Option("--rt", help="Nomor RT; boleh berulang.")] = None,
    last: Annotated[
        Path | None,
        typer.Option(
            "--from", help="daftar.parquet dari hasil terakhir, untuk mengisi orang yang sudah ada."
        ),
    ] = None,
    policy: Policy = "paser-2022",
) -> None:
    """Formulir untuk RT: templat Excel dan lembar cetak A4, terisi dari daftar terakhir."""
    from payung.job.errands import forms
    from payung.policy.loader import local

    for path in forms(desa, rt or (), local(policy), out, last):
        say(str(path))
