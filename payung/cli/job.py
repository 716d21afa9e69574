"""The main job."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from payung.cli.common import Json, Memory, Policy, Quiet, Threads, print_json, progress, read_day, say
from payung.core.errors import Exit, PayungError

app = typer.Typer()


@app.command()
def run(
    lists: Annotated[
        Path, typer.Option("--lists", help="Folder (boleh berisi zip) dengan daftar dari RT dan desa.")
    ],
    ceiling: Annotated[
        list[str], typer.Option("--ceiling", help="Pagu rupiah, atau SUMBER=RUPIAH; boleh berulang.")
    ],
    months: Annotated[str, typer.Option("--months", help="Bulan, misalnya 2022-10..2022-12.")],
    out: Annotated[
        Path, typer.Option("--out", help="Folder hasil; hasil sebelumnya disimpan sebagai FOLDER.1.")
    ],
    policy: Policy = "paser-2022",
    register: Annotated[
        list[str] | None,
        typer.Option("--register", help="NAMA=BERKAS\\[@TTTT-BB-HH], tanggal keadaan data; boleh berulang."),
    ] = None,
    decisions: Annotated[
        list[Path] | None,
        typer.Option("--decisions", help="Buku pemeriksaan yang sudah diisi KEPUTUSAN; boleh berulang."),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option("--without", help="Jalankan tanpa register ini; tercetak di Keputusan."),
    ] = None,
    paid: Annotated[
        list[Path] | None, typer.Option("--paid", help="Daftar penetapan yang sudah dibayar; boleh berulang.")
    ] = None,
    denominators: Annotated[
        Path | None,
        typer.Option(
            "--denominators", help="Jumlah pekerja per desa, pembagi angka cakupan (csv atau xlsx)."
        ),
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            "--accept",
            help="Terima berkas ini (namanya) meskipun disisihkan karena meragukan; boleh berulang.",
        ),
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", help="Hari penilaian; biasanya tanggal 1 bulan pertama.")
    ] = None,
    seed: Annotated[
        str | None,
        typer.Option("--seed", help="Benih undian bila nilai sama; biasanya dari aturan dan bulan."),
    ] = None,
    partial_months: Annotated[
        bool, typer.Option("--partial-months", help="Boleh menetapkan sebagian bulan saja.")
    ] = False,
    decree: Annotated[bool, typer.Option("--decree/--no-decree", help="Dengan rancangan Keputusan.")] = True,
    paper: Annotated[str, typer.Option("--paper", help="a4 atau f4.")] = "f4",
    template: Annotated[Path | None, typer.Option("--template", help="Folder templat Keputusan.")] = None,
    register_mapping: Annotated[
        list[str] | None,
        typer.Option("--register-mapping", help="NAMA=BERKAS: pemetaan kolom sebuah register."),
    ] = None,
    list_mapping: Annotated[
        list[str] | None,
        typer.Option("--list-mapping", help="BERKAS=PEMETAAN: pemetaan kolom sebuah daftar."),
    ] = None,
    bpjs_mapping: Annotated[
        Path | None, typer.Option("--bpjs-mapping", help="Pemetaan kolom berkas BPJS.")
    ] = None,
    signer: Annotated[str, typer.Option("--signer", help="Nama penanda tangan.")] = "",
    threads: Threads = None,
    memory: Memory = "2GB",
    quiet: Quiet = False,
    json_: Json = False,
) -> None:
    """Pekerjaan utama: daftar dan register masuk, daftar penerima yang dapat ditandatangani keluar."""
    from payung.core.month import MonthSpan
    from payung.job import options as asked
    from payung.job.main import run as run_job
    from payung.policy import loader
    from payung.registry.rules import RegisterInput

    local = loader.local(policy)
    span = _months(months, MonthSpan)
    options = asked.Options(
        lists=lists,
        registers=tuple(RegisterInput.parse(text) for text in register or ()),
        policy=local,
        law=loader.law(),
        ceilings=asked.parse_ceilings(ceiling, local),
        months=span,
        on=read_day(on) or span.first.first_day,
        out=out,
        seed=seed or f"{local.id}|{span}",
        decisions=tuple(decisions or ()),
        without=asked.parse_without(without or ()),
        paid=tuple(paid or ()),
        denominators=denominators,
        accept=frozenset(accept or ()),
        register_mappings=asked.parse_named_files(register_mapping or (), "--register-mapping"),
        list_mappings=asked.parse_named_files(list_mapping or (), "--list-mapping"),
        bpjs_mapping=bpjs_mapping,
        template=template,
        paper=asked.parse_paper(paper),
        signer=signer,
        partial_months=partial_months,
        decree=decree,
        threads=threads,
        memory=memory,
        policy_sha256=loader.local_sha256(policy),
        law_sha256=loader.law_sha256(),
    )
    with progress(quiet or json_) as tell:
        report = run_job(options, tell)
    tell_report(report, json_)


def tell_report(report: Any, as_json: bool) -> None:
    """What the main job did, in lines or as JSON."""
    if as_json:
        print_json(report.as_json())
        return
    for line in report.lines():
        say(line)


def _months(text: str, parse: Any) -> Any:
    try:
        return parse.parse(text)
    except ValueError as error:
        raise PayungError(str(error), todo="Tulis --months 2022-10..2022-12.", exit_code=Exit.USAGE) from None
