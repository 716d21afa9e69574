"""A screening in the background: frozen, screened, loaded. After a kill each stage that was finished is taken as it is.

What lies between the stages is sealed below the folder of stored files; in the clear it lies only in a private
workspace, which the next start sweeps away after a kill.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from uuid import uuid4

from payung.config import load as settings
from payung.core.errors import PayungError
from payung.eligibility import services
from payung.eligibility.frozen import Seal, freeze
from payung.eligibility.gathering import Gathered, gather, rules_in_force
from payung.eligibility.loading import compared, load
from payung.eligibility.question import read
from payung.eligibility.results import ResultRecord, run_frozen
from payung.engine.bundle import pack, unpack
from payung.engine.duckdb_engine import DuckDBEngine, open_engine
from payung.engine.workspace import private_workspace
from payung.screening.models import ScreeningRun
from payung.vault.files import open_file, seal_file
from payung.vault.stored import stored
from payung.work.handlers import Progress

FOLDER = "penyaringan"
"""Below the folder of stored files: `penyaringan/<regency>/<run>-….masukan` and `….hasil`."""
INPUTS, RESULTS = "masukan", "hasil"
FREEZING, SEALING, OPENING = "Membekukan masukan", "Menyegel hasil", "Membuka simpanan"


def screen_run(run_id: int, progress: Progress) -> None:
    """Do what is left of a run. PayungError, kept with the run, where it cannot be done; then the run is closed."""
    run: ScreeningRun = ScreeningRun.objects.get(pk=run_id)
    if run.failed_at:
        return
    if run.loaded_at is None:
        try:
            with private_workspace(settings().folder("workspace")) as folder:
                _Desk(run, folder, progress).work()
        except PayungError as error:
            services.fail(run, error)
            raise
    services.tidy(run)


class _Desk:
    """One worker's work on one run in one private folder."""

    def __init__(self, run: ScreeningRun, folder: Path, progress: Progress) -> None:
        self.run, self.folder, self.progress = run, folder, progress
        self._sweep()

    def work(self) -> None:
        if not self.run.frozen_at:
            self._freeze()
        if not self.run.screened_at:
            self._screen()
        self._load()

    def _freeze(self) -> None:
        with self._engine() as engine:
            gathered = gather(engine, read(self.run.question), self.progress)
            self.progress(FREEZING, 0, 2)
            seal = freeze(engine, self.folder / INPUTS, gathered.inputs, gathered.terms)
        self._keep_inputs(seal, gathered)

    def _keep_inputs(self, seal: Seal, gathered: Gathered) -> None:
        self.progress(FREEZING, 1, 2)
        path = self._seal(INPUTS)
        self.progress(FREEZING, 2, 2)  # also asks whether the work is still ours
        if not services.froze(self.run, seal, gathered, path):
            stored(path).unlink(missing_ok=True)

    def _screen(self) -> None:
        said = run_frozen(
            self._opened(INPUTS, self.run.inputs_file),
            self.folder / RESULTS,
            rules_in_force(),
            expect=self.run.inputs_hash,
            workspace=settings().folder("workspace"),
            threads=settings().work.threads,
            memory=settings().work.memory,
            progress=self.progress,
        )
        self.progress(SEALING, 0, 1)
        path = self._seal(RESULTS)
        self.progress(SEALING, 1, 1)
        if not services.screened(self.run, said, _figures(said), path):
            stored(path).unlink(missing_ok=True)

    def _load(self) -> None:
        frozen = self._opened(INPUTS, self.run.inputs_file)
        results = self._opened(RESULTS, self.run.results_file)
        terms = read(self.run.question).terms(rules_in_force())
        with self._engine() as engine:
            tally, pairs = load(engine, self.run, frozen, results, terms, self.progress)
        services.make_current(self.run, pairs, {**tally.said(), "compared": compared(self.run)})

    def _engine(self) -> DuckDBEngine:
        work = settings().work
        return open_engine(workspace=settings().folder("workspace"), memory=work.memory, threads=work.threads)

    def _seal(self, kind: str) -> str:
        packed = self.folder / f"{kind}.zip"
        pack(self.folder / kind, packed)
        path = f"{FOLDER}/{self.run.regency_code}/{self.run.pk}-{uuid4().hex}.{kind}"
        seal_file(packed, stored(path))
        packed.unlink()
        return path

    def _opened(self, kind: str, path: str) -> Path:
        """The folder as this worker has made it, else as it was sealed."""
        folder = self.folder / kind
        if not folder.exists():
            self.progress(OPENING, 0, 1)
            packed = self.folder / f"{kind}.zip"
            open_file(stored(path), packed)
            unpack(packed, folder)
            packed.unlink()
        return folder

    def _sweep(self) -> None:
        """Remove files of this run that a killed worker sealed but did not note down."""
        here = stored(f"{FOLDER}/{self.run.regency_code}/x").parent
        known = {Path(path).name for path in (self.run.inputs_file, self.run.results_file) if path}
        for path in here.glob(f"{self.run.pk}-*"):
            if path.name not in known:
                path.unlink(missing_ok=True)


def _figures(said: ResultRecord) -> dict[str, object]:
    return {
        name: value for name, value in asdict(said).items() if name not in ("inputs_hash", "screened_hash")
    }
