"""What stands in the menu: one line a part of the office, shown to the roles that may do its action."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from payung.access.policy import Action, may


@dataclass(frozen=True, slots=True)
class NavItem:
    """One line. `view` is the name of an address; everything below that address belongs to the line.

    Roles that may do `unless` come there by another line.
    """

    action: Action
    view: str
    label: str | Promise
    unless: Action | None = None


@dataclass(frozen=True, slots=True)
class NavLink:
    """A line for one page: `active` where the page lies below its address."""

    url: str
    label: str
    active: bool


ITEMS: tuple[NavItem, ...] = (
    NavItem(Action.HOME, "home", _("Beranda")),
    NavItem(Action.UPLOAD_READ, "intake:uploads", _("Daftar")),
    NavItem(Action.PERSON_READ, "registry:search", _("Warga")),
    NavItem(Action.BOARD_READ, "intake:board", _("Papan RT")),
    NavItem(Action.REGISTER_READ, "registry:registers", _("Register")),
    NavItem(Action.RUN_READ, "eligibility:runs", _("Penyaringan")),
    NavItem(Action.PAIR_READ, "screening:index", _("Pasangan")),
    NavItem(Action.ROUND_READ, "allocation:rounds", _("Putaran")),
    NavItem(Action.AWARD_READ, "allocation:award_rounds", _("Penetapan"), unless=Action.ROUND_READ),
    NavItem(Action.AGREEMENT_READ, "agreement:list", _("Perjanjian")),
    NavItem(Action.DECREE_READ, "enrolment:decrees", _("Keputusan")),
    NavItem(Action.OBJECTION_ADD, "intake:objections", _("Keberatan")),
    NavItem(Action.APPROVAL_READ, "approval:list", _("Persetujuan")),
    NavItem(Action.ACHIEVEMENT_READ, "reporting:achievement", _("Capaian")),
    NavItem(Action.FIGURES_READ, "reporting:figures", _("Angka")),
    NavItem(Action.JOB_READ, "work:jobs", _("Pekerjaan")),
    NavItem(Action.USER_READ, "access:people", _("Petugas")),
    NavItem(Action.AUDIT_READ, "audit:entries", _("Riwayat")),
    NavItem(Action.AUDIT_READ, "care", _("Penjagaan")),
)
"""In the menu's order."""


def links(role: str, path: str) -> tuple[NavLink, ...]:
    """The lines that a role sees on the page at `path`, in the menu's order."""
    lines = [(reverse(item.view), str(item.label)) for item in ITEMS if _is_for(item, role)]
    # A page below two addresses of the menu belongs to the longer one.
    here = max(
        (url for url, _label in lines if path.startswith(url) and (url != "/" or path == url)),
        key=len,
        default="",
    )
    return tuple(NavLink(url, label, url == here) for url, label in lines)


def _is_for(item: NavItem, role: str) -> bool:
    return may(role, item.action) and not (item.unless and may(role, item.unless))
