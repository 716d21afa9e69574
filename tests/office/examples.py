"""Objects for the walk through every address (`test_role_matrix.py`): each part of the office adds its own.

An address with arguments has a row here or in an `examples_<part>.py` beside it, found by itself: its name, and a
function that makes one object a case and gives what the address is called with. The cast looks at them from all sides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any

from django.utils import timezone

from payung.access.models import Post, Tenure, User
from payung.approval.models import Proposal
from payung.core.scope import Scope, acting_in, whole
from tests.office.cast import DESA, FAR_DESA, OTHER_DESA, OTHER_REGENCY, REGENCY, Office


class Case(StrEnum):
    """Where an object lies, seen from a desa."""

    OWN = "own"
    SIBLING = "sibling village"
    FAR = "other kecamatan"
    MOVED = "moved away"
    ENDED = "archived or ended"
    ELSEWHERE = "other regency"
    NOWHERE = "nonexistent"


EVERYWHERE = "*"


@dataclass(frozen=True, slots=True)
class Example:
    """What an address is called with, and who sees the object: whoever's territory holds `place`.

    `wide`: the whole regency sees it, whatever their territory. `EVERYWHERE`: each regency has one of its own by that
    name or number. No place: nobody sees it.
    """

    kwargs: Mapping[str, Any] = field(default_factory=dict)
    place: str = ""
    wide: bool = False

    def seen_by(self, scope: Scope) -> bool:
        if self.place == EVERYWHERE:
            return True
        if self.wide:
            return scope.regency == self.place
        return bool(self.place) and scope.covers(self.place)


Examples = Mapping[Case, Example]
Maker = Callable[[Office], Examples]
EXAMPLES: dict[str, Maker] = {}
NOBODY = 987_654_321
PLACES: Mapping[Case, str] = {
    Case.OWN: DESA,
    Case.SIBLING: OTHER_DESA,
    Case.FAR: FAR_DESA,
    Case.MOVED: FAR_DESA,
    Case.ENDED: DESA,
    Case.ELSEWHERE: OTHER_REGENCY,
}


def load() -> dict[str, Maker]:
    """The rows of every part."""
    for path in sorted(Path(__file__).parent.glob("examples_*.py")):
        import_module(f"tests.office.{path.stem}")
    return EXAMPLES


def example(*names: str) -> Callable[[Maker], Maker]:
    """Let a function give the objects of these addresses."""

    def register(make: Maker) -> Maker:
        for name in names:
            assert name not in EXAMPLES, name
            EXAMPLES[name] = make
        return make

    return register


def regency_of(place: str) -> str:
    return place[:5]


def by_place(make: Callable[[str, Case], int], wide: bool = False) -> Examples:
    """One row a case, made in its place by `make(place, case)`; MOVED was made at home and lies far away now."""
    found = {}
    for case, place in PLACES.items():
        with acting_in(whole(regency_of(place))):
            pk = make(place, case)
        found[case] = Example({"pk": pk}, regency_of(place) if wide else place, wide)
    return {**found, Case.NOWHERE: Example({"pk": NOBODY})}


@example(
    "access:person", "access:invite", "access:person_close", "access:person_reopen", "approval:factor_reset"
)
def users(office: Office) -> Examples:
    """Users belong to the regencies in which they hold or held a post."""
    closed = User.objects.create(username="bekas", name="Pak Bekas", is_active=False, opened_in=REGENCY)
    return {
        Case.OWN: Example({"pk": office.user("siti").pk}, REGENCY, wide=True),
        Case.ENDED: Example({"pk": closed.pk}, REGENCY, wide=True),
        Case.ELSEWHERE: Example({"pk": office.user("kukar").pk}, OTHER_REGENCY, wide=True),
        Case.NOWHERE: Example({"pk": NOBODY}),
    }


@example("posts:page", "posts:hand_over")
def chairs(office: Office) -> Examples:
    """Chairs of the whole regency."""

    def make(place: str, case: Case) -> int:
        code = f"{place}/{900 + list(PLACES).index(case)}" if "." in place[5:] else place
        made = Post.everything.create(
            regency_code=regency_of(place),
            role="rt" if "/" in code else "hukum",
            territory=code,
            agency="contoh",
        )
        return int(made.pk)

    return by_place(make, wide=True)


@example("posts:end_tenure")
def tenures(office: Office) -> Examples:
    """Times on a chair."""

    def make(place: str, case: Case) -> int:
        post = Post.everything.create(
            regency_code=regency_of(place), role="hukum", territory=place, agency=case
        )
        made = Tenure.everything.create(
            regency_code=regency_of(place), user=office.user("tamu"), post=post, kind="wakil",
            valid_from=date(2020, 1, 1), valid_to=date(2020, 1, 2),
        )  # fmt: skip
        return int(made.pk)

    return by_place(make, wide=True)


@example("approval:proposal", "approval:withdraw")
def proposals(office: Office) -> Examples:
    """Proposals about a place."""

    def make(place: str, case: Case) -> int:
        ended: dict[str, Any] = {}
        if case is Case.ENDED:
            ended = {"decided_at": timezone.now(), "decided_by": office.user("wati"), "verdict": "setuju"}
        content: Any = {}
        changes: Any = [["Nama", "lama", "baru"]]
        made = Proposal.everything.create(
            regency_code=regency_of(place), place=DESA if case is Case.MOVED else place, kind="factor.reset",
            subject_type="contoh", subject_id=str(NOBODY + list(PLACES).index(case)), payload=content, changes=changes, summary="Contoh",
            reason="contoh", for_action="removal.check", made_by=office.user("agus"), **ended,
        )  # fmt: skip
        if case is Case.MOVED:
            Proposal.everything.filter(pk=made.pk).update(place=place)
        return int(made.pk)

    return by_place(make)


@example("audit:entry")
def entries(office: Office) -> Examples:
    """Entries are numbered in each regency anew."""
    return {Case.OWN: Example({"seq": 1}, EVERYWHERE), Case.NOWHERE: Example({"seq": NOBODY})}


@example("accept_invitation")
def invitations(office: Office) -> Examples:
    """Without the token there is no link."""
    return {Case.NOWHERE: Example({"regency": REGENCY, "token": "tidak-ada"})}
