"""A decree of a frozen round, typeset and approved: for tests of signing and of what comes after."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.utils import timezone

from payung.allocation.freeze_services import entries_of
from payung.allocation.models import AllocationRound, Award
from payung.allocation.prepared import prepared_of
from payung.enrolment.decree import write_decree
from payung.enrolment.frame import DecreeDraft
from payung.enrolment.models import Decree, DecreeFile, DecreeRow
from payung.vault.files import read_sealed, write_sealed
from payung.vault.stored import stored
from tests.office.cast import REGENCY, Office
from tests.office.databases import Prepared
from tests.office.freeze_desk import frozen, started
from tests.office.screening_desk import desk_brought, desk_screened
from tests.unit import scans

__all__ = ["desk_brought", "desk_screened"]

NUMBER = "560/123/KEP/2026"


def today() -> date:
    return timezone.localdate()


def typeset(office: Office, round_: AllocationRound, maker: str = "budi") -> Decree:
    """A draft of the round's decree as its typesetting leaves it: rows, body, hashes."""
    with office.acting(maker):
        entries = entries_of(round_)
        prepared = prepared_of(round_)
        with TemporaryDirectory() as folder:
            draft = DecreeDraft(REGENCY, date(2022, 10, 1), {"apbd-kabupaten": 10**9}, "5c" * 32)
            written = write_decree(draft, entries, prepared.policy, Path(folder) / "keputusan")
            body = written.body.read_bytes()
        now = timezone.now()
        made: Decree = Decree.objects.create(
            regency_code=REGENCY, number_in_year=1, year=now.year, instrument="sk", round=round_,
            waiver="belum ada perjanjian", signer_title="BUPATI PASER", roll_hash=written.roll_hash,
            page_count=written.page_count, made_at=now, made_by=office.user(maker).pk,
            asked_at=now, typeset_at=now,
        )  # fmt: skip
        path = f"keputusan/{REGENCY}/{made.pk}.keputusan"
        contents = write_sealed(stored(path), body)
        DecreeFile.objects.create(
            regency_code=REGENCY, place=REGENCY, decree=made, version=made.version, kind="keputusan",
            name="keputusan.pdf", path=path, sha256=contents.sha256, size=contents.size, made_at=now,
        )  # fmt: skip
        Decree.objects.filter(pk=made.pk).update(body_sha256=contents.sha256)
        columns = (
            "place",
            "row_id",
            "nik_index",
            "name",
            "source",
            "group",
            "months",
            "jkk_idr",
            "jkm_idr",
            "roll",
        )
        for award in Award.objects.filter(round=round_):
            DecreeRow.objects.create(
                regency_code=REGENCY, decree=made, **{name: getattr(award, name) for name in columns}
            )
        made.refresh_from_db()
    return made


def approve(office: Office, decree: Decree) -> Decree:
    """The chain has agreed."""
    with office.acting("bupati"):
        Decree.objects.filter(pk=decree.pk).update(
            approved_at=timezone.now(), approved_version=decree.version
        )
        decree.refresh_from_db()
    return decree


@dataclass(frozen=True)
class DecreeDesk:
    """The office with an approved decree of sixteen people."""

    office: Office
    round_id: int
    decree_id: int

    @property
    def decree(self) -> Decree:
        """As it is now; within somebody's scope."""
        found: Decree = Decree.objects.select_related("round__freeze", "round__run").get(pk=self.decree_id)
        return found

    @cached_property
    def body(self) -> bytes:
        """The paper that is signed."""
        with self.office.acting("budi"):
            file = DecreeFile.objects.get(decree=self.decree_id, kind="keputusan")
            return read_sealed(stored(file.path))

    def scan(self, folder: Path) -> tuple[str, io.BytesIO]:
        """A scan of all its pages."""
        path = scans.as_pdf(scans.pictures(self.body), folder / "pindaian.pdf")
        return path.name, io.BytesIO(path.read_bytes())


@pytest.fixture(scope="session")
def desk_decreed(desk_screened: Prepared) -> Iterator[tuple[Prepared, int, int]]:
    """A database with a frozen round and its approved decree."""
    with desk_screened.copy():
        office = Office()
        _, scenario, _ = started(office)
        round_ = frozen(office, scenario)
        with office.acting("budi"):
            AllocationRound.objects.filter(pk=round_.pk).update(approved_at=timezone.now())
        decree = approve(office, typeset(office, round_))
        kept = desk_screened.keep("decreed")
    yield kept, round_.pk, decree.pk
    kept.drop()


@pytest.fixture
def decreed(desk_decreed: tuple[Prepared, int, int]) -> Iterator[DecreeDesk]:
    """The office with an approved decree, on a database of its own."""
    kept, round_id, decree_id = desk_decreed
    with kept.copy():
        yield DecreeDesk(Office(), round_id, decree_id)
