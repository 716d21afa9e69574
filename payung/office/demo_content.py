"""What the demo's office has on its desks when its doors open: one kecamatan, from its lists to its review.

Everything is done by the services that the pages use, in the name of the demo's people, so that the ledger tells of it as of
any other work. What is there already is not done again: neither at the next start nor after a start that broke off.
"""

from __future__ import annotations

from payung.demo.livelihoods import AS_OF
from payung.demo.run import POLICY, Demo
from payung.eligibility.question import Question, usual
from payung.eligibility.services import ask_run
from payung.intake.queries import screening_row_count
from payung.job.progress import Tell
from payung.office import demo_desks
from payung.office.demo_work import (
    SENDER,
    acting_as,
    ask_to_save,
    batch_of,
    districts,
    do_jobs,
    hand_in,
)
from payung.policy.loader import local
from payung.registry.models import Delivery, Rt
from payung.registry.register_services import receive_register
from payung.registry.rt_services import import_rts
from payung.screening.models import ScreeningRun

FIRST = "64.01.04"
"""The kecamatan in which the cast lives: its lists are screened before anybody signs in."""


def demo_content(demo: Demo, tell: Tell) -> None:
    """Bring the office to the day on which it can be shown."""
    if demo_desks.are_laid():
        return
    folder = districts(demo)[FIRST]
    with acting_as(SENDER):
        if not Rt.objects.exists():
            tell("mencatat ketua RT", 0, 1)
            import_rts(demo.made.rts, demo.made.rts.name)
            tell("mencatat ketua RT", 1, 1)
        _hand_in_registers(demo, tell)
        batch = batch_of(folder) or hand_in(FIRST, folder)
    do_jobs(tell)
    with acting_as(SENDER):
        ask_to_save(batch)
        if screening_row_count() and not ScreeningRun.objects.exists():
            ask_run(question())
    do_jobs(tell)
    demo_desks.lay(demo, tell)


def _hand_in_registers(demo: Demo, tell: Tell) -> None:
    given = set(Delivery.objects.values_list("register", flat=True))
    files = demo.made.registers
    for number, (name, path) in enumerate(files.items(), start=1):
        if name not in given:
            with path.open("rb") as file:
                receive_register(name, file, path.name, AS_OF)
        tell("menyerahkan register contoh", number, len(files))


def question() -> Question:
    """What the programme of Paser asked in the autumn of 2022."""
    policy = local(POLICY)
    return usual(policy, AS_OF, AS_OF)
