"""Puts the front page together for one actor."""

from __future__ import annotations

from payung.access.policy import Action
from payung.web.desk import Desk
from payung.web.home import Front
from payung.web.home_figures import figures_of
from payung.web.home_steps import steps_of
from payung.web.home_waiting import SOURCES


def front_page(desk: Desk) -> Front:
    """The page, its list ordered by urgency; equally urgent lines in the order of their sources."""
    found = [line for action, lines in SOURCES if desk.may(action) for line in lines(desk) if line.count]
    steps = steps_of(desk)
    return Front(
        figures=figures_of(desk),
        waiting=sorted(found, key=lambda line: line.urgency),
        steps=() if all(step.done for step in steps) else steps,
        ages=desk.ages if desk.may(Action.REGISTER_READ) else (),
    )
