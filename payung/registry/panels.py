"""What each step knows of a person, for the person's page. A step adds its own in its `panels.py`.

@panel("screening.person", "Penyaringan", order=30)
def decisions(person: Person) -> Mapping[str, Any] | None:
    return {"decisions": …}     # the values of the template `screening/person.html`; None shows nothing
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from payung.access.policy import Action, may
from payung.registry.models import Person

Ask = Callable[[Person], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Panel:
    """One part of the page: `ask` gives what its template shows, or None; `action` is what the reader must be allowed."""

    name: str
    title: str
    template: str
    ask: Ask
    action: Action
    order: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A panel with what it says of one person."""

    title: str
    template: str
    values: Mapping[str, Any]


_PANELS: dict[str, Panel] = {}


def panel(
    name: str, title: str, *, action: Action = Action.PERSON_READ, order: int = 50
) -> Callable[[Ask], Ask]:
    """Show what a function says of a person; its template is `<step>/<what>.html` for the name `step.what`."""

    def register(ask: Ask) -> Ask:
        assert name not in _PANELS, name
        _PANELS[name] = Panel(name, title, name.replace(".", "/") + ".html", ask, action, order)
        return ask

    return register


def panels_of(person: Person, role: str) -> list[Shown]:
    """Everything that the steps say of a person to somebody of a role, in order."""
    shown = []
    for one in sorted(_PANELS.values(), key=lambda each: (each.order, each.name)):
        values = one.ask(person) if may(role, one.action) else None
        if values is not None:
            shown.append(Shown(one.title, one.template, values))
    return shown
