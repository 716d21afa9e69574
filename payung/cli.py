"""The command `payung`. `docs/commands.md` describes every command, option and exit code."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from payung import __version__
from payung.core.errors import Exit, PayungError
from payung.job.progress import Tell, silent

app = typer.Typer(
    name="payung",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Dari daftar RT dan register ke daftar penerima yang dapat ditandatangani Bupati.",
)
policy_app = typer.Typer(no_args_is_help=True, help="Aturan yang berlaku: hukum dan aturan daerah.")
demo_app = typer.Typer(no_args_is_help=True, help="Kabupaten contoh dengan data buatan.")
app.add_typer(policy_app, name="policy")
app.add_typer(demo_app, name="demo")

STOPPED = 130
"""The exit code of a command that was stopped with Ctrl-C."""
Quiet = Annotated[bool, typer.Option("--quiet", help="Tanpa batang kemajuan.")]
Json = Annotated[bool, typer.Option("--json", help="Cetak hasil sebagai JSON pada keluaran baku.")]
Threads = Annotated[
    int | None,
    typer.Option("--threads", min=1, help="Inti prosesor yang dipakai; biasanya semua, paling banyak 8."),
]
Policy = Annotated[str, typer.Option("--policy", help="Nama aturan daerah (paser-2022) atau berkas YAML.")]


def _memory(text: str) -> str:
    if not re.fullmatch(r"\d+(\.\d+)?\s*[KMGT]i?B", text, re.ASCII | re.IGNORECASE):
        raise PayungError(
            f"Batas memori {text!r} tidak terbaca.", todo="Tulis misalnya --memory 2GB.", exit_code=Exit.USAGE
        )
    return text


Memory = Annotated[
    str, typer.Option("--memory", callback=_memory, help="Batas memori mesin, misalnya 2GB atau 800MB.")
]


def main() -> None:
    """Run the command line; errors that a user can mend are told in two lines and end with their exit code."""
    try:
        code = app(standalone_mode=False)
    except PayungError as error:
        code = _tell_error(error)
    except Exception as error:
        # Typer keeps its own copy of click, so that its errors have no name that we could import.
        if not hasattr(error, "format_message"):
            raise
        code = _tell_usage(error)
    if code == STOPPED:  # typer has turned Ctrl-C into this
        print("Dihentikan. Tidak ada hasil setengah jadi.", file=sys.stderr)
    sys.exit(code if isinstance(code, int) else Exit.OK)


def _tell_error(error: PayungError) -> int:
    console = Console(stderr=True, highlight=False, emoji=False, soft_wrap=True)
    console.print(f"[bold red]Berhenti:[/] {_plain(error.message)}")
    if error.todo:
        console.print(f"[bold]Yang perlu dilakukan:[/] {_plain(error.todo)}")
    return error.exit_code


def _tell_usage(error: Any) -> int:
    """A command that is not written as it should be, in the words of all other errors."""
    kind, context = type(error).__name__, getattr(error, "ctx", None)
    if kind == "NoArgsIsHelpError":
        error.show()
        return Exit.USAGE
    name = next(iter(getattr(getattr(error, "param", None), "opts", ())), "")
    name = name if name.startswith("-") else name.upper()
    near = ", ".join(getattr(error, "possibilities", None) or ())
    if kind == "MissingParameter":
        message = f"{name} belum ditulis."
    elif kind == "NoSuchOption":
        message = f"Pilihan {error.option_name} tidak dikenal."
    else:
        message = f"Perintah ini tidak dapat dijalankan: {error.format_message()}"
    command = context.command_path if context else "payung"
    todo = (f"Mungkin maksudnya {near}. " if near else "") + f"Lihat `{command} --help`."
    return _tell_error(PayungError(message, todo=todo, exit_code=Exit.USAGE))


def _plain(text: str) -> str:
    return text.replace("[", "\\[")


def _say(text: str = "") -> None:
    print(text)


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1))


@contextmanager
def _progress(quiet: bool) -> Iterator[Tell]:
    """A bar per stage on standard error; nothing when quiet or when nobody looks at a terminal."""
    if quiet or not sys.stderr.isatty():
        yield silent
        return
    columns = (TextColumn("{task.description:<34}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=False) as bars:
        tasks: dict[str, TaskID] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield tell


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise PayungError(
            f"Tanggal {text!r} tidak terbaca.",
            todo="Tulis TTTT-BB-HH, misalnya 2022-10-01.",
            exit_code=Exit.USAGE,
        ) from None


@app.command()
def version() -> None:
    """Versi Payung."""
    _say(__version__)


@app.command()
def nik(
    number: Annotated[str, typer.Argument(help="NIK, dengan atau tanpa spasi.")],
    birth: Annotated[str | None, typer.Option("--birth", help="Tanggal lahir, untuk dicocokkan.")] = None,
    sex: Annotated[str | None, typer.Option("--sex", help="L atau P, untuk dicocokkan.")] = None,
    on: Annotated[str | None, typer.Option("--on", help="Hari acuan, TTTT-BB-HH.")] = None,
) -> None:
    """Apa yang dikatakan sebuah NIK, dan apa yang mungkin merusaknya."""
    from payung.core import nik as niks
    from payung.core.dates import day, parse_date

    today = _day(on) or date.today()  # noqa: DTZ011 - only decides a century; nothing is stored
    read = parse_date(birth, latest=today) if birth else None
    if read and read.value is None:
        raise PayungError(read.message, todo="Perbaiki --birth lalu ulangi.", exit_code=Exit.USAGE)
    born = read.value if read else None
    sex = sex.upper() if sex else None
    if sex not in (None, "L", "P"):
        raise PayungError(
            "Jenis kelamin tidak terbaca.", todo="Tulis --sex L atau --sex P.", exit_code=Exit.USAGE
        )
    found = niks.parse(number)
    _say(f"NIK        {niks.spaced(number)}")
    _say(f"Artinya    {niks.describe(number, today)}")
    if found and (born or sex):
        words = {
            "nik_birth_differs": "tanggal lahirnya berbeda",
            "nik_sex_differs": "jenis kelaminnya berbeda",
        }
        differs = [words[code] for code in niks.differences(found, born, sex)]
        said = ", ".join(filter(None, (f"lahir {day(born)}" if born else "", sex or "")))
        _say(f"Cocok      {'tidak: ' + ', '.join(differs) if differs else f'ya ({said})'}")
    for repair in niks.repairs(number, born, sex):
        proposal = f" Usulan: {niks.spaced(repair.value)}" if repair.value else ""
        _say(f"Mungkin    {repair.message}{proposal} (keyakinan {repair.confidence})")
    if found is None:
        raise typer.Exit(Exit.INPUT)


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
        on=_day(on) or span.first.first_day,
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
    with _progress(quiet or json_) as tell:
        report = run_job(options, tell)
    _tell_report(report, json_)


def _tell_report(report: Any, as_json: bool) -> None:
    if as_json:
        _print_json(report.as_json())
        return
    for line in report.lines():
        _say(line)


def _months(text: str, parse: Any) -> Any:
    try:
        return parse.parse(text)
    except ValueError as error:
        raise PayungError(str(error), todo="Tulis --months 2022-10..2022-12.", exit_code=Exit.USAGE) from None


@policy_app.command("show")
def policy_show(
    on: Annotated[str | None, typer.Option("--on", help="Hari yang ditanyakan, TTTT-BB-HH.")] = None,
    policy: Annotated[
        str | None, typer.Option("--policy", help="Aturan daerah; tanpa ini, aturan bawaan hari itu.")
    ] = None,
) -> None:
    """Apa yang berlaku pada suatu hari: iuran, manfaat, jatuh tempo, dan aturan daerah, dengan asal tiap angka."""
    from payung.policy.loader import law, local, shipped_on
    from payung.policy.show import show

    asked = _day(on) or date.today()  # noqa: DTZ011 - only what is shown; nothing is stored
    _say(show(law(), local(policy) if policy else shipped_on(asked), asked).rstrip())


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

    with _progress(quiet) as tell:
        demo = make_demo(out, people, seed, tell)
    _say(f"{demo.made.lines} baris dalam {demo.made.workbooks} berkas di {demo.made.lists}")
    _say(f"{demo.decided.same + demo.decided.different} pasangan diputus di {demo.decisions}")


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

    with _progress(quiet or json_) as tell:
        report = run_demo(open_demo(data, tell), out, tell)
    _tell_report(report, json_)


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
    with _progress(quiet or json_) as tell:
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
        _print_json(
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
    _say(f"{found.candidates} baris, {found.persons} orang.")
    for name, count in found.outcomes.items():
        _say(f"{name:<8} {count:>9} pasangan, {found.within[name]} di antaranya di dalam daftar")
    _say(f"Hasil di {out}: links.parquet dan findings.parquet")


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
        _print_json(
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
    _say(f"{file.name}: {counts.rows} baris")
    _say(
        f"  baik {counts.good}, perlu diperbaiki {counts.to_fix}, sudah ada {counts.already_there}, "
        f"bukan orang {counts.not_person}"
    )
    for one in found:
        place = f"{one.sheet} {one.cell}".strip()
        _say(
            f"  {one.count:>5} × {TITLES.get(one.code, one.code)}"
            + (f"  (pertama di {place})" if place else "")
        )
    if out:
        _say(f"Berkas bertanda: {out}")


@app.command(
    hidden=True,
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)
def manage(context: typer.Context) -> None:
    """Perintah Django, untuk pengembang."""
    from payung.office.django import start

    start()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["payung manage", *context.args])


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

    with _progress(quiet) as tell:
        asked, rows = ask(register, lists, local(policy), out, tell)
    _say(f"Permintaan {asked} tentang {rows} baris: {out}")


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
        _say(str(path))
