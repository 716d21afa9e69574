"""What can go through a chain of posts: each step registers its kinds in its `kinds.py`, which is found by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Finished = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class RouteKind:
    """One kind of route. Its functions are called for the whole regency, whatever the territory of whoever acts.

    `finished(subject_id)` does what was approved, within the transaction of the last decision; where it raises
    PayungError nothing has happened. It must say itself, in its own conditional statement, that the subject is still
    what was approved: another may change it at the same moment. `returned(subject_id, reason)` follows a sending back in
    the same way. `version(subject_id)` says in at most 80 characters what the subject is like now: where that differs
    from when the route was opened nobody can agree any more. `places(subject_id)` are the codes of the desa in which its
    people live, for seats that stand once in each. `chain` is the procedure's, or says which by the subject.
    """

    name: str
    title: str
    chain: str | Callable[[str], str]
    finished: Finished
    version: Callable[[str], str]
    places: Callable[[str], Sequence[str]]
    url: Callable[[str], str]
    returned: Callable[[str, str], None]

    def chain_of(self, subject_id: str) -> str:
        """The id of the chain through which a subject goes."""
        return self.chain if isinstance(self.chain, str) else self.chain(subject_id)


ROUTE_KINDS: dict[str, RouteKind] = {}


def route_kind(
    name: str,
    *,
    chain: str | Callable[[str], str],
    title: str,
    version: Callable[[str], str],
    places: Callable[[str], Sequence[str]],
    url: Callable[[str], str],
    returned: Callable[[str, str], None],
) -> Callable[[Finished], Finished]:
    """Let a function do what has been approved by the last stop of a route of this kind."""

    def register(finished: Finished) -> Finished:
        assert name not in ROUTE_KINDS, name
        ROUTE_KINDS[name] = RouteKind(name, title, chain, finished, version, places, url, returned)
        return finished

    return register
