"""For whom we are working now: one regency, the places within it that the actor may see, and the actor.

Kept in a context variable, so that every thread, request and job has its own. Without a scope nothing is seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Scope:
    """What one actor may see.

    `regency` is a Kemendagri code (`64.01`). `territories` are the codes below which everything may be seen: the
    regency's own, a kecamatan's, a desa's, or an RT as `64.01.04.2001/003`; none sees no person at all. `actor` is the
    id of the user, None for the machine itself; `role` and `post` say in which capacity.

    A province (`64`) stands where a regency does and is none: no list or person bears its code, so that it sees the
    figures which its regencies share, and its own posts.
    """

    regency: str
    territories: tuple[str, ...] = ()
    actor: int | None = None
    role: str = ""
    post: int | None = None

    def covers(self, place: str) -> bool:
        """Whether a place lies in one of the territories."""
        return place.startswith(self.regency) and any(
            one.startswith(self.regency) and within(place, one) for one in self.territories
        )


def whole(regency: str, actor: int | None = None) -> Scope:
    """The scope of a job of the machine itself: one regency, everywhere."""
    return Scope(regency, (regency,), actor)


def is_province(code: str) -> bool:
    """Whether a code of a scope is a province's (`64`), not a regency's."""
    return len(code) == 2


def province_of(regency: str) -> str:
    """The province in which a regency lies."""
    return regency[:2]


def within(place: str, territory: str) -> bool:
    """Whether `place` is `territory` or lies below it. Codes have fixed widths, so that a prefix decides."""
    return bool(territory) and place.startswith(territory)


def place_of(regency: str, desa_code: str | None, rt: str | None) -> str:
    """The one code by which a row is found in a territory: as far down as is known."""
    if not desa_code:
        return regency
    return f"{desa_code}/{rt}" if rt else desa_code


_current: ContextVar[Scope | None] = ContextVar("payung_scope", default=None)


def current() -> Scope | None:
    """The scope of the running request or job; None sees nothing."""
    return _current.get()


def required() -> Scope:
    """The current scope. LookupError where there is none: a service was called by nobody."""
    scope = _current.get()
    if scope is None:
        raise LookupError("no scope: wrap the call in acting_in(scope)")
    return scope


@contextmanager
def acting_in(scope: Scope | None) -> Iterator[None]:
    """Work in `scope` within the block."""
    token = _current.set(scope)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def whole_regency() -> Iterator[Scope]:
    """See the whole regency within the block, whatever the territory; the actor stays who they are, in the same post.

    For what a territory may not settle alone: a person may be known from anywhere, and a route has stops in several.
    """
    scope = required()
    wide = replace(scope, territories=(scope.regency,))
    with acting_in(wide):
        yield wide
