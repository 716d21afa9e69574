"""Everything that a run writes, each file with a sentence on what it is and who may see it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from payung import __version__
from payung.core.dates import parse_date
from payung.core.finding import FINDING_COLUMNS, Finding
from payung.core.rupiah import number, rupiah
from payung.eligibility.facts import RegisterRecord
from payung.engine.engine import Engine
from payung.enrolment.bpjs import write_bpjs
from payung.enrolment.decree import write_decree
from payung.enrolment.files import write_roll, write_roll_parquet
from payung.enrolment.frame import DecreeDraft
from payung.enrolment.outcomes import write_refused, write_waiting, write_why
from payung.intake.marked import mark_list, marked_name
from payung.job import figures
from payung.job.decide import notes_on_record, refused
from payung.job.parallel import side_by_side
from payung.job.progress import Stopwatch, Tell
from payung.job.returned import findings_of, marks
from payung.job.run import MARKER, Run
from payung.registry.rules import Kind, read_status
from payung.reporting.figures import OutputFile, Summary
from payung.reporting.files import read_denominators, write_coverage
from payung.reporting.messages import write_messages
from payung.reporting.summary import publishable, write_summary
from payung.screening.decisions import dotted
from payung.screening.pipeline import write_links
from payung.screening.review import write_review

RETURNED, DECREE, DATA = "kembali", "keputusan", "data"
FILES: Mapping[str, tuple[str, bool]] = {
    "ringkasan.html": ("Ringkasan hasil untuk pimpinan dan petugas", False),
    "ringkasan-publik.html": ("Ringkasan untuk umum: angka kecil disembunyikan", False),
    "daftar.xlsx": ("Daftar penerima yang dapat ditetapkan, urut desa dan RT", True),
    "daftar.parquet": ("Daftar yang sama untuk mesin; dipakai lagi dengan --paid", True),
    f"{DECREE}/": ("Rancangan Keputusan dengan lampiran per desa, terbatas dan publik", True),
    "belum-dapat-diusulkan.xlsx": ("Yang belum dapat diusulkan, dengan setiap alasannya", True),
    "daftar-tunggu.xlsx": ("Daftar tunggu menurut urutan", True),
    "mengapa.xlsx": ("Untuk setiap orang: mengapa terpilih atau belum, dan apa yang mengubahnya", True),
    "pemeriksaan.xlsx": ("Pasangan yang menunggu keputusan; isi KEPUTUSAN lalu --decisions", True),
    "berkas-bpjs.xlsx": ("Berkas untuk BPJS Ketenagakerjaan, satu per wadah", True),
    f"{RETURNED}/": ("Daftar dari RT dan desa, kembali dengan tanda pada yang perlu diperbaiki", True),
    "pesan-wa.txt": ("Pesan WhatsApp untuk setiap RT", False),
    "cakupan.xlsx": ("Cakupan sebelum dan sesudah per kecamatan dan desa", False),
    f"{DATA}/": ("Usulan, kecocokan, dan temuan untuk mesin (Parquet)", True),
    MARKER: ("Masukan, aturan, dan sidik hasil: untuk mengulang dan memeriksa", False),
}
"""Path in the result folder to what it is and whether it holds people's data."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a finished run says of itself: where it lies, its figures, and the seconds of its stages."""

    out: Path
    record: Mapping[str, Any]
    summary: Summary
    stages: Mapping[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Everything for a machine."""
        return {"out": str(self.out), **self.record, "stages": dict(self.stages)}

    def lines(self) -> Iterable[str]:
        """Everything for a person, in a dozen lines."""
        funnel, summary = self.summary.funnel, self.summary
        yield f"{number(funnel.rows)} baris, {number(funnel.persons)} orang, {number(funnel.chosen)} ditetapkan."
        yield (
            f"Terpakai {rupiah(summary.used_idr)} dari {rupiah(summary.ceiling_idr)} "
            f"(JKK {rupiah(summary.used_jkk_idr)}, JKM {rupiah(summary.used_jkm_idr)})."
        )
        yield (
            f"Daftar tunggu {number(funnel.waiting)}, perlu dilengkapi {number(funnel.incomplete)}, "
            f"belum dapat diusulkan {number(funnel.refused)}."
        )
        for attention in summary.attention:
            if attention.urgent:
                yield f"! {attention.text} {attention.to_do}".rstrip()
        yield f"Sidik hasil penyaringan: {summary.screened_hash}"
        yield f"Sidik daftar: {summary.roll_hash}"
        yield f"Hasil di {self.out}, mulai dari {self.out / 'ringkasan.html'}:"
        for one in summary.outputs:
            yield f"  {one.path:<28} {one.what}{' (terbatas)' if one.restricted else ''}"


def write_all(run: Run, engine: Engine, out: Path, watch: Stopwatch, tell: Tell) -> Report:
    """Write every result into `out`, which nobody sees before it is whole."""
    options = run.options
    findings = findings_of(run)
    with watch.stage("data"):
        _write_data(run, engine, findings, out)
    with watch.stage("pemeriksaan"):
        write_review(engine, run.read.snapshots, out / "pemeriksaan.xlsx", decided=run.read.decisions)
    with watch.stage("cakupan"):
        given = (
            read_denominators(options.denominators, options.policy.regency) if options.denominators else None
        )
        table = figures.coverage_of(run, _members(run, engine), given)
        write_coverage(table, out / "cakupan.xlsx")
    engine.close()
    with watch.stage("buku kerja"):
        side_by_side(
            _books(run, out) | (_returned(run, findings, out) if options.marked else {}),
            progress=lambda done, total: tell("Menulis buku kerja", done, total),
        )
    with watch.stage("pesan"):
        write_messages(figures.rt_figures(run, findings), out / "pesan-wa.txt")
    if options.decree and run.entries:
        with watch.stage("keputusan"):
            _write_decree(run, out, tell)
    with watch.stage("ringkasan"):
        summary = figures.summary(run, table)
        public = publishable(summary)
        summary = replace(summary, outputs=_outputs(out, public))
        write_summary(summary, out)
        if public:
            write_summary(summary, out, public=True)
    record = _record(run, summary)
    (out / MARKER).write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return Report(options.out, record, summary, watch.seconds)


def _write_data(run: Run, engine: Engine, findings: Iterable[Finding], out: Path) -> None:
    folder = out / DATA
    folder.mkdir()
    write_links(engine, folder / "links.parquet")
    columns = {name: "INTEGER" if name == "row" else "VARCHAR" for name in FINDING_COLUMNS}
    engine.load("findings", columns, (finding.values() for finding in findings))
    order = "source, sheet, row, column, code, evidence, message"
    engine.write_parquet(
        f"SELECT {', '.join(_quoted(FINDING_COLUMNS))} FROM findings ORDER BY {order.replace('column', _Q)}",
        folder / "findings.parquet",
    )
    engine.write_parquet(
        "SELECT * EXCLUDE (desa) FROM applications ORDER BY file, sheet, cast(row as integer)",
        folder / "usulan.parquet",
    )
    write_roll_parquet(engine, run.entries, out / "daftar.parquet")


_Q = '"column"'


def _quoted(names: Iterable[str]) -> Iterable[str]:
    return (f'"{name}"' for name in names)


def _books(run: Run, out: Path) -> dict[str, Callable[[], object]]:
    """The workbooks for the office, the longest first."""
    policy, selections = run.options.policy, run.chosen.selections
    applications = {row_id: facts.application for row_id, facts in run.facts_of.items()}
    off = refused(run.assessed)
    return {
        "bpjs": lambda: write_bpjs(run.entries, policy, out, mapping=run.options.bpjs_mapping),
        "mengapa": lambda: write_why(
            selections, off, applications, policy, out / "mengapa.xlsx", notes_on_record(run.assessed)
        ),
        "daftar": lambda: write_roll(run.entries, policy, out / "daftar.xlsx"),
        "belum": lambda: write_refused(off, policy, out / "belum-dapat-diusulkan.xlsx"),
        "tunggu": lambda: write_waiting(selections, applications, policy, out / "daftar-tunggu.xlsx"),
    }


def _returned(run: Run, findings: list[Finding], out: Path) -> dict[str, Callable[[], object]]:
    """Every list marked, each a piece of work of its own."""
    work: dict[str, Callable[[], object]] = {}
    for read, mark in marks(run, findings):
        target = out / RETURNED / Path(read.file).parent / marked_name(read)
        target.parent.mkdir(parents=True, exist_ok=True)
        work[f"{RETURNED}/{read.file}"] = partial(mark_list, read, mark, target)
    return work


def _write_decree(run: Run, out: Path, tell: Tell) -> None:
    options = run.options
    draft = DecreeDraft(
        regency_code=options.policy.regency,
        on=options.on,
        ceilings=options.ceilings,
        screened_hash=run.screened_hash,
        registers={one.name: one.as_of for one in run.read.snapshots},
        without=tuple(sorted(options.without)),
        signer_name=options.signer,
        office=options.sources[0].office,
    )
    write_decree(
        draft,
        run.entries,
        options.policy,
        out / DECREE,
        paper=options.paper,
        template=options.template,
        progress=lambda done, total: tell("Menyusun Keputusan", done, total),
    )


def _outputs(out: Path, public: bool) -> tuple[OutputFile, ...]:
    """What there is, in the order in which a reader wants it; the files of several wadah each by name."""
    last = {MARKER, "ringkasan.html", *(("ringkasan-publik.html",) if public else ())}
    found = []
    for path, (what, restricted) in FILES.items():
        if path == "berkas-bpjs.xlsx":
            found += [OutputFile(one.name, what) for one in sorted(out.glob("berkas-bpjs*.xlsx"))]
        elif path in last or (out / path).exists():
            found.append(OutputFile(path, what, restricted))
    return tuple(found)


def _members(run: Run, engine: Engine) -> dict[str, int]:
    """Members on the day of the run by desa code, whoever pays: from the insurer's register or its answers."""
    on, regency = run.options.on, run.options.policy.regency
    bpjs = next((one for one in run.read.snapshots if one.name == "bpjs"), None)
    if bpjs is not None and bpjs.kind is Kind.EXTRACT:
        query = f"SELECT row_id, nik, desa, status, valid_from, valid_until FROM {bpjs.table} ORDER BY row_id"
        rows = (
            (number_, dotted(desa), _covered(bpjs.name, row_id, status, (valid_from, valid_until), on))
            for row_id, number_, desa, status, valid_from, valid_until in engine.rows(query)
        )
        return figures.members_before(rows, regency)
    return figures.members_before(
        (
            (
                one.facts.application.nik,
                one.facts.application.desa_code,
                any(r.active and r.covers(on, on) for r in one.facts.view("bpjs").records),
            )
            for one in run.assessed
            if one.survives
        ),
        regency,
    )


def _covered(register: str, row_id: str, status: str | None, span: tuple[str | None, ...], on: date) -> bool:
    """Whether one row of a register, as it was written, is a cover that holds on a day."""
    first, last = (parse_date(text).value if text else None for text in span)
    record = RegisterRecord(
        register, "exact", True, read_status(status), valid_from=first, valid_until=last, id=row_id
    )
    return record.active and record.covers(on, on)


def _record(run: Run, summary: Summary) -> dict[str, Any]:
    """`run.json`: what went in, by hash; under which rules; what came out, by hash. No clock."""
    options, read = run.options, run.read
    funnel = summary.funnel
    return {
        "payung": __version__,
        "policy": {
            "id": options.policy.id,
            "sha256": options.policy_sha256,
            "law_sha256": options.law_sha256,
        },
        "months": str(options.months),
        "on": options.on.isoformat(),
        "seed": options.seed,
        "ceilings": dict(options.ceilings),
        "partial_months": options.partial_months,
        "without": sorted(options.without),
        "inputs": {
            "lists": [
                {"file": one.file, "sha256": one.sha256, "rows": len(one.applications)}
                for one in read.intake.read
            ],
            "set_aside": [{"file": one.file, "why": one.error.message} for one in read.intake.set_aside],
            "accepted": sorted(options.accept),
            "registers": [
                {
                    "name": one.name,
                    "kind": str(one.kind),
                    "sha256": one.sha256,
                    "as_of": one.as_of.isoformat() if one.as_of else None,
                    "rows": one.rows,
                    "request_id": one.request_id,
                }
                for one in read.snapshots
            ],
            "decisions": [_sha256(path) for path in options.decisions],
            "decided_pairs": len(read.decisions),
            "paid": [_sha256(path) for path in options.paid],
            "denominators": _sha256(options.denominators) if options.denominators else None,
        },
        "links": {
            "outcomes": {str(name): count for name, count in run.screening.outcomes.items()},
            "within_lists": {str(name): count for name, count in run.screening.within.items()},
            "confirmed": run.screening.confirmed,
        },
        "people": {
            "rows": funnel.rows,
            "persons": funnel.persons,
            "eligible": funnel.eligible,
            "chosen": funnel.chosen,
            "waiting": funnel.waiting,
            "incomplete": funnel.incomplete,
            "refused": funnel.refused,
        },
        "money": {
            "ceiling_idr": summary.ceiling_idr,
            "used_idr": summary.used_idr,
            "used_jkk_idr": summary.used_jkk_idr,
            "used_jkm_idr": summary.used_jkm_idr,
        },
        "open_reviews": summary.open_reviews,
        "screened_sha256": run.screened_hash,
        "roll_sha256": run.roll_hash,
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
