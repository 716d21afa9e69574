"""Who may decide a proposal of somebody else, and in which state it is. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from payung.access.policy import Action, may
from payung.core.scope import Scope


class Verdict(StrEnum):
    """What a checker decides."""

    APPROVED = "setuju"
    RETURNED = "dikembalikan"


class State(StrEnum):
    """Where a proposal stands; the words are shown."""

    OPEN = "Menunggu"
    APPROVED = "Disetujui"
    RETURNED = "Dikembalikan"
    WITHDRAWN = "Ditarik"


@dataclass(frozen=True, slots=True)
class Case:
    """What decides who may check: the maker, whom it is about, the action and place that the checker needs."""

    made_by: int
    for_action: str
    place: str
    about: Sequence[int] = ()


def objection(case: Case, checker: Scope) -> str:
    """Why the checker may not decide, as an Indonesian sentence; empty where they may.

    Persons count, not posts: whoever made a proposal as administrator does not check it as verifier.
    """
    if checker.actor is None:
        return "Usulan diputus oleh orang."
    if checker.actor == case.made_by:
        return "Usulan sendiri diputus oleh orang lain."
    if checker.actor in case.about:
        return "Usulan tentang diri sendiri diputus oleh orang lain."
    if case.for_action not in set(Action) or not may(checker.role, Action(case.for_action)):
        return "Jabatan Anda tidak memutus usulan seperti ini."
    if not checker.covers(case.place):
        return "Usulan ini terletak di luar wilayah Anda."
    return ""


def state(*, verdict: str, is_decided: bool, is_withdrawn: bool) -> State:
    """The state that follows from the dated facts."""
    if is_withdrawn:
        return State.WITHDRAWN
    if not is_decided:
        return State.OPEN
    return State.APPROVED if verdict == Verdict.APPROVED else State.RETURNED
