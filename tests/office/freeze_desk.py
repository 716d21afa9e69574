"""A round that was frozen, for tests of freezing and of what comes after."""

from __future__ import annotations

from payung.allocation.freeze_services import ask_freeze
from payung.allocation.models import AllocationRound, Scenario
from payung.allocation.precheck_services import WAIVER, propose_waiver
from payung.approval.models import Proposal
from payung.approval.rules import Verdict
from payung.approval.services import decide
from payung.budget.models import Budget
from tests.office.cast import Office
from tests.office.round_desk import budget, opened, scenario

PEOPLE = 16
"""As many as the ceiling of the desk's files pays for: `--ceiling 806400`."""
SEED = "benih-2022"


def waived(office: Office, round_: AllocationRound) -> None:
    """Two people let the round go without BPJS's answers."""
    with office.acting("budi"):
        made = propose_waiver(round_, "Kantor cabang BPJS belum dapat menjawab")
    with office.acting("kpa"):
        decide(Proposal.objects.get(pk=made.pk, kind=WAIVER), Verdict.APPROVED)


def started(
    office: Office, people: int = PEOPLE, *, seed: str = SEED
) -> tuple[AllocationRound, Scenario, Budget]:
    """A round without a pre-check, a scenario for so many people, and the budget that it pays from."""
    round_ = opened(office)
    waived(office, round_)
    with office.acting("budi"):
        money = budget(10_000_000, 10_000_000)
        return round_, scenario(round_, money, people, seed=seed), money


def frozen(office: Office, scenario_: Scenario) -> AllocationRound:
    """Freeze a scenario as Pak Budi and let it be done; the round as it is then."""
    with office.acting("budi"):
        ask_freeze(scenario_, scenario_.version)
    office.work()
    with office.acting("budi"):
        found: AllocationRound = AllocationRound.objects.select_related("freeze", "run").get(
            pk=scenario_.round_id
        )
    return found
