"""Making the candidates of a round ready: in the background, from what the screening has frozen; then they are sealed.

What lies between is in the clear only in a private workspace, which the next start sweeps away after a kill.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from payung.allocation import files, services
from payung.allocation.candidates import Candidate
from payung.allocation.choice import candidates_by_source
from payung.allocation.files import RulesText
from payung.allocation.models import AllocationRound
from payung.config import load as configured
from payung.core.application import Application
from payung.core.errors import PayungError
from payung.core.scope import required
from payung.database.models import Regency
from payung.eligibility.assessment import Assessed
from payung.eligibility.frozen import frozen_rows, inputs_hash
from payung.eligibility.gathering import rules_in_force
from payung.eligibility.question import read as read_question
from payung.eligibility.results import ScreenedResult, screened_results
from payung.eligibility.screened import ScreenedRow, screened_hash
from payung.eligibility.stages import INPUTS, RESULTS
from payung.eligibility.terms import Rules, Terms
from payung.engine.bundle import pack, unpack
from payung.engine.duckdb_engine import open_engine
from payung.engine.engine import Engine
from payung.engine.workspace import private_workspace
from payung.policy import loader
from payung.screening.models import ScreeningRun
from payung.vault.files import open_file, seal_file
from payung.vault.stored import stored
from payung.work.handlers import Progress

FOLDER = "putaran"
"""Below the folder of stored files: `putaran/<regency>/<round>-….calon`."""
OPENING, CHECKING, PRICING, SEALING = (
    "Membuka hasil penyaringan",
    "Memeriksa hasil penyaringan",
    "Menghitung iuran calon",
    "Menyegel calon",
)
_TELL_EVERY = 2_000


def prepare_round(round_id: int, progress: Progress) -> None:
    """Make a round's candidates ready, where they are not yet. PayungError says why they cannot be."""
    round_: AllocationRound = AllocationRound.objects.select_related("run").get(pk=round_id)
    _sweep(round_)
    if round_.prepared_at or round_.cancelled_at:
        return
    with private_workspace(configured().folder("workspace")) as folder:
        terms, text = _terms_of(round_)
        found = _eligible(round_.run, folder, terms, progress)
        candidates = _priced(found, terms, progress)
        progress(SEALING, 0, 1)
        bundle = folder / "calon"
        bundle.mkdir(mode=0o700)
        people = {one.facts.application.row_id: one.facts.application for one in found}
        digest = files.write(bundle, terms, text, candidates, people)
        packed = folder / "calon.zip"
        pack(bundle, packed)
        path = f"{FOLDER}/{round_.regency_code}/{round_.pk}-{uuid4().hex}.calon"
        seal_file(packed, stored(path))
        progress(SEALING, 1, 1)  # also asks whether the work is still ours
    figures = {"people": len(people), "sources": {source: len(some) for source, some in candidates.items()}}
    if not services.prepared(round_, path, digest, figures):
        stored(path).unlink(missing_ok=True)


def _terms_of(round_: AllocationRound) -> tuple[Terms, RulesText]:
    """The terms of the screening under its own rules, and how these are written."""
    rules = rules_in_force()
    if (rules.policy_sha256, rules.law_sha256) != (round_.policy_sha256, round_.law_sha256):
        raise PayungError(
            "Aturan daerah atau peraturannya diganti sebelum calon putaran ini disiapkan.",
            todo="Batalkan putaran ini, saring lagi dengan aturan yang sekarang, lalu buka putaran baru.",
        )
    name = Regency.objects.get(pk=required().regency).policy
    text = RulesText(rules.policy.id, loader.local_text(name), loader.law_texts())
    kept = text.rules()
    assert (kept.policy_sha256, kept.law_sha256) == (rules.policy_sha256, rules.law_sha256)
    return read_question(round_.run.question).terms(kept), text


def _eligible(run: ScreeningRun, folder: Path, terms: Terms, progress: Progress) -> list[Assessed]:
    """Everybody whom a screening has let through for a source, by row id, after its hashes were looked at again."""
    frozen = _opened(folder, INPUTS, run.inputs_file, progress)
    results = _opened(folder, RESULTS, run.results_file, progress)
    work = configured().work
    total = int(run.figures["rows"])
    with open_engine(workspace=folder, memory=work.memory, threads=work.threads) as engine:
        progress(CHECKING, 0, total)
        if inputs_hash(engine, frozen) != run.inputs_hash:
            raise _changed("masukan")
        found: list[Assessed] = []
        listed: list[ScreenedRow] = []
        for done, (application, result) in enumerate(_judged(engine, frozen, results), start=1):
            listed.append(_row(application, result))
            if result.sources:
                found.append(result.assessed(application))
            if done % _TELL_EVERY == 0 or done == total:
                progress(CHECKING, done, total)
    if screened_hash(listed) != run.screened_hash:
        raise _changed("hasil")
    if not found:
        raise services.nobody()
    return found


def _judged(engine: Engine, frozen: Path, results: Path) -> Iterator[tuple[Application, ScreenedResult]]:
    rows = (application for application, _ in frozen_rows(engine, frozen))
    for application, result in zip(rows, screened_results(engine, results), strict=True):
        assert application.row_id == result.row_id
        yield application, result


def _row(application: Application, result: ScreenedResult) -> ScreenedRow:
    return ScreenedRow(
        application.nik or "",
        application.name or "",
        application.birth_on,
        application.sex or "",
        application.desa_code or "",
        application.rt or "",
        str(result.outcome),
        tuple(reason.code for reason in result.reasons),
    )


def _changed(what: str) -> PayungError:
    return PayungError(
        f"Simpanan {what} penyaringan ini tidak sama lagi dengan sidiknya; tidak ada calon yang disiapkan.",
        todo="Pulihkan dari cadangan, atau saring lagi dan buka putaran dari hasilnya.",
    )


def _opened(folder: Path, kind: str, path: str, progress: Progress) -> Path:
    progress(OPENING, 0 if kind == INPUTS else 1, 2)
    packed, target = folder / f"{kind}.zip", folder / kind
    open_file(stored(path), packed)
    unpack(packed, target)
    packed.unlink()
    return target


def _priced(found: list[Assessed], terms: Terms, progress: Progress) -> dict[str, list[Candidate]]:
    """The candidates of each source; who is a member already is told, whatever the policy's order makes of it."""
    progress(PRICING, 0, len(found))
    allocation = terms.policy.allocation
    order = ("continuity", *(one for one in allocation.order if one != "continuity"))
    policy = replace(terms.policy, allocation=replace(allocation, order=order))
    rules = Rules(policy, terms.rules.law, terms.rules.policy_sha256, terms.rules.law_sha256)
    candidates = candidates_by_source(found, replace(terms, rules=rules))
    progress(PRICING, len(found), len(found))
    return candidates


def _sweep(round_: AllocationRound) -> None:
    """Remove files of this round that a killed worker sealed but did not note down."""
    here = stored(f"{FOLDER}/{round_.regency_code}/x").parent
    for path in here.glob(f"{round_.pk}-*.calon"):
        if path.name != Path(round_.candidates_file).name:
            path.unlink(missing_ok=True)
