"""Who may decide a proposal."""

from __future__ import annotations

import pytest

from payung.access.policy import Action, Role
from payung.approval.rules import Case, State, Verdict, objection, state
from payung.core.scope import Scope

CASE = Case(made_by=1, for_action=Action.REMOVAL_CHECK.value, place="64.01.04.2001", about=(7,))


def checker(actor: int | None = 2, role: str = Role.DISTRICT, territory: str = "64.01.04") -> Scope:
    return Scope("64.01", (territory,), actor, role)


def test_another_person_with_the_role_in_the_territory_may_decide() -> None:
    assert objection(CASE, checker()) == ""


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (checker(actor=1), "Usulan sendiri"),
        (checker(actor=1, role=Role.VERIFIER, territory="64.01"), "Usulan sendiri"),
        (checker(actor=7), "tentang diri sendiri"),
        (checker(actor=None), "diputus oleh orang"),
        (checker(role=Role.DESA, territory="64.01.04.2001"), "tidak memutus"),
        (checker(role=""), "tidak memutus"),
        (checker(territory="64.01.05"), "di luar wilayah"),
        (Scope("64.02", ("64.02",), 2, Role.VERIFIER), "di luar wilayah"),
    ],
)
def test_others_are_told_why_not(scope: Scope, words: str) -> None:
    assert words in objection(CASE, scope)


def test_an_action_that_nobody_knows_is_decided_by_nobody() -> None:
    assert objection(Case(1, "removal.chek", "64.01"), checker(territory="64.01", role=Role.VERIFIER))


@pytest.mark.parametrize(
    ("verdict", "is_decided", "is_withdrawn", "expected"),
    [
        ("", False, False, State.OPEN),
        (Verdict.APPROVED, True, False, State.APPROVED),
        (Verdict.RETURNED, True, False, State.RETURNED),
        ("", False, True, State.WITHDRAWN),
    ],
)
def test_the_state_follows_from_the_facts(
    verdict: str, is_decided: bool, is_withdrawn: bool, expected: State
) -> None:
    assert state(verdict=verdict, is_decided=is_decided, is_withdrawn=is_withdrawn) is expected
