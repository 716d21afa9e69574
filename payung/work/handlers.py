"""Which function does which kind of job."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Progress(Protocol):
    """Told how far a job is; a job that tells nothing for long is still alive as long as its process is."""

    def __call__(self, label: str, done: int, total: int) -> None: ...


Handler = Callable[[str, Progress], None]
HANDLERS: dict[str, Handler] = {}


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Let a function do the jobs of a kind. It is called with the subject's id and a Progress.

    It must be able to run twice: after a kill it is called again, and takes up what is left to do.
    """

    def register(function: Handler) -> Handler:
        assert kind not in HANDLERS, kind
        HANDLERS[kind] = function
        return function

    return register
