"""What stands in the menu: one line a part of the office, shown to the roles that may do its action."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from payung.access.policy import Action, may


@dataclass(frozen=True, slots=True)
class NavItem:
    """One line. `view` is the name of an address; everything below that address belongs to the line."""

    action: Action
    view: str
    label: str | Promise


@dataclass(frozen=True, slots=True)
class NavLink:
    """A line for one page: `active` where the page lies below its address."""

    url: str
    label: str
    active: bool


ITEMS: tuple[NavItem, ...] = (
    NavItem(Action.HOME, "home", _("Beranda")),
    NavItem(Action.AUDIT_READ, "audit:entries", _("Riwayat")),
)
"""In the menu's order."""


def links(role: str, path: str) -> tuple[NavLink, ...]:
    """The lines that a role sees on the page at `path`, in the menu's order."""
    shown = []
    for item in ITEMS:
        if may(role, item.action):
            url = reverse(item.view)
            active = path == url if url == "/" else path.startswith(url)
            shown.append(NavLink(url, str(item.label), active))
    return tuple(shown)
