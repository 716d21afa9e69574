"""An approved round with an agreement in force: for tests of drafting and typesetting its decree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from payung.allocation.freeze_kinds import ask_approval as ask_round
from payung.allocation.models import AllocationRound, Award
from payung.approval.models import Route
from payung.enrolment.decree_services import draft_decree
from payung.enrolment.faces import faces_of
from payung.enrolment.kinds import ask_approval
from payung.enrolment.models import Decree, DecreeFile
from payung.enrolment.typesetting_services import ask_typeset
from payung.registry.models import Observation
from payung.registry.people_services import remove
from payung.vault.files import read_sealed
from payung.vault.stored import stored
from tests.office.agreement_desk import pks, umbrella
from tests.office.cast import Office
from tests.office.databases import Prepared
from tests.office.freeze_desk import frozen, started
from tests.office.route_desk import KEPUTUSAN, agree
from tests.office.screening_desk import desk_brought, desk_screened
from tests.office.test_freeze_learnt import save_everything

__all__ = ["desk_brought", "desk_screened"]

DATED = date(2022, 10, 3)
ROUND_CHAIN = ("camat", "capil", "sdm", "sosi", "kpa")
"""Who agrees to a round of one kecamatan."""


@dataclass(frozen=True)
class DraftDesk:
    """The office with an approved round, and by then an agreement in force from October to December 2022."""

    office: Office
    round_id: int

    @property
    def round(self) -> AllocationRound:
        """As it is now; within somebody's scope."""
        found: AllocationRound = AllocationRound.objects.select_related("freeze", "run").get(pk=self.round_id)
        return found

    def draft(self, who: str = "laila", **more: Any) -> Decree:
        """A draft for the third of October 2022."""
        with self.office.acting(who):
            return draft_decree(self.round, **{"dated": DATED, "seat": "Tana Paser", **more})

    def now(self, decree: Decree) -> Decree:
        """A decree as it is now."""
        with self.office.acting("laila"):
            found: Decree = Decree.objects.select_related("round__freeze", "round__run", "agreement").get(
                pk=decree.pk
            )
        return found

    def typeset(self, decree: Decree | None = None, who: str = "laila") -> Decree:
        """A draft that was typeset in the background."""
        made = decree or self.draft()
        with self.office.acting(who):
            ask_typeset(made, made.version)
        self.office.work()
        return self.now(made)

    def sent(self, decree: Decree, who: str = "laila") -> Route:
        """A typeset decree on its way through the chain."""
        with self.office.acting(who):
            return ask_approval(decree, decree.version)

    def approved(self, decree: Decree | None = None) -> Decree:
        """A decree to which the whole chain has agreed; drafted by Bu Wati, so that Bu Laila may agree."""
        made = self.typeset(decree or self.draft("wati"), "wati")
        agree(self.office, self.sent(made, "wati"), *KEPUTUSAN)
        return self.now(made)

    def faces(self, decree: Decree) -> dict[str, str]:
        """What an approver sees of a decree."""
        with self.office.acting("laila"):
            return dict(faces_of(decree))

    def take_off_the_list(self) -> Award:
        """Somebody who was chosen is removed from the registry's list afterwards; their award."""
        with self.office.acting("budi"):
            save_everything()
            award: Award = Award.objects.filter(round=self.round_id).order_by("pk")[3]
            seen = Observation.objects.filter(row_id=award.row_id).select_related("person").latest("pk")
            remove(seen.person, reason="meninggal dunia")
        return award

    def content(self, decree: Decree, kind: str, desa: str = "") -> bytes:
        """A file of a decree in the clear."""
        with self.office.acting("laila"):
            files = DecreeFile.objects.filter(decree=decree, version=decree.version, kind=kind)
            return read_sealed(stored((files.filter(place=desa) if desa else files).get().path))


@pytest.fixture(scope="session")
def desk_round(desk_screened: Prepared) -> Iterator[tuple[Prepared, int]]:
    """A database with an approved round and no agreement."""
    with desk_screened.copy():
        office = Office()
        _, scenario, _ = started(office)
        round_ = frozen(office, scenario)
        with office.acting("budi"):
            route = ask_round(round_)
        agree(office, route, *ROUND_CHAIN)
        kept = desk_screened.keep("round")
    yield kept, round_.pk
    kept.drop()


@pytest.fixture(scope="session")
def desk_drafting(desk_round: tuple[Prepared, int]) -> Iterator[Prepared]:
    """The same with a signed agreement."""
    with desk_round[0].copy():
        office = Office()
        pks(office, umbrella(office))
        kept = desk_round[0].keep("drafting")
    yield kept
    kept.drop()


@pytest.fixture
def bare(desk_round: tuple[Prepared, int]) -> Iterator[DraftDesk]:
    """The office with an approved round and no agreement, on a database of its own."""
    with desk_round[0].copy():
        yield DraftDesk(Office(), desk_round[1])


@pytest.fixture
def drafting(desk_drafting: Prepared, desk_round: tuple[Prepared, int]) -> Iterator[DraftDesk]:
    """The office with an approved round and an agreement in force, on a database of its own."""
    with desk_drafting.copy():
        yield DraftDesk(Office(), desk_round[1])
