"""What can be proposed: each step registers its kinds in its `kinds.py`, which is found by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from payung.access.policy import Action

Apply = Callable[[str, Mapping[str, Any]], None]
Version = Callable[[str, Mapping[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of proposal.

    `apply(subject_id, payload)` does what was proposed, within the transaction of the decision, and raises PayungError
    where it cannot. `version(subject_id, payload)` says what the subject is like now; where that differs from when the
    proposal was made, it is stale and can only be sent back.
    """

    name: str
    title: str
    for_action: Action
    apply: Apply
    version: Version


KINDS: dict[str, Kind] = {}


def kind(name: str, title: str, for_action: Action, version: Version) -> Callable[[Apply], Apply]:
    """Let a function apply the proposals of a kind, once a role that may do `for_action` has approved them."""

    def register(apply: Apply) -> Apply:
        assert name not in KINDS, name
        KINDS[name] = Kind(name, title, for_action, apply, version)
        return apply

    return register
