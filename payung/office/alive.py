"""By what one sees that a worker runs: a piece of regular work that does nothing but be done."""

from datetime import timedelta

from payung.work import ticks

ALIVE = "work.alive"
ALIVE_EVERY = timedelta(seconds=30)


def show() -> None:
    """Let this process's worker show that it runs."""
    if ALIVE not in ticks.REGULAR:
        ticks.every(ALIVE_EVERY, ALIVE)(lambda: None)
