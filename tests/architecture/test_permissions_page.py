"""`docs/permissions.md` says what the matrix in the code says."""

from __future__ import annotations

import pytest

from payung.access.policy import MATRIX, TITLES, Action, Role, may
from tests.architecture.permissions_page import PAGE, render


def test_the_page_prints_the_matrix_as_the_code_has_it() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), (
        "write docs/permissions.md anew: .venv/bin/python -m tests.architecture.permissions_page"
    )


@pytest.mark.parametrize("role", Role)
def test_every_role_stands_on_the_page(role: Role) -> None:
    assert f"| `{role}` | {TITLES[role]} |" in PAGE.read_text(encoding="utf-8")


def test_nobody_checks_alone_what_one_proposes_alone() -> None:
    """Whatever is proposed has at least two roles, or one with several people, that may check it."""
    assert {Action.POST_CHECK, Action.FACTOR_CHECK, Action.REMOVAL_CHECK} <= set(MATRIX)
    for check in (Action.POST_CHECK, Action.FACTOR_CHECK, Action.REMOVAL_CHECK):
        assert len(MATRIX[check]) >= 2, check


def test_a_province_sees_figures_and_no_person() -> None:
    seen = {action for action in Action if may(Role.PROVINCE, action)}
    assert seen == {Action.HOME, Action.SELF, Action.FIGURES_READ}


def test_the_auditor_changes_nothing() -> None:
    assert all(
        action.value.endswith((".read", ".unmask", ".manage", ".take", ".export"))
        for action in Action
        if may(Role.AUDITOR, action)
    )
    assert not may(Role.AUDITOR, Action.USER_MANAGE)
