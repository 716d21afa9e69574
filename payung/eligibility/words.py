"""What outcomes, stages and reasons are called where people read them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from payung.core.decision import Outcome
from payung.eligibility.codes import CODES

OUTCOMES: Mapping[str, str | Promise] = {
    Outcome.PASS.value: _("Memenuhi syarat"),
    Outcome.PASS_NOTED.value: _("Memenuhi syarat, dengan catatan"),
    Outcome.INCOMPLETE.value: _("Perlu dilengkapi"),
    Outcome.REFUSE.value: _("Belum dapat diusulkan"),
}
"""In the order in which they are shown."""
WEIGHTS: Mapping[str, str | Promise] = {
    Outcome.PASS.value: _("terpenuhi"),
    Outcome.PASS_NOTED.value: _("catatan"),
    Outcome.INCOMPLETE.value: _("perlu dilengkapi"),
    Outcome.REFUSE.value: _("menghalangi"),
}
"""What a single reason does."""
TONES: Mapping[str, str] = {
    Outcome.PASS.value: "hijau",
    Outcome.PASS_NOTED.value: "biru",
    Outcome.INCOMPLETE.value: "oranye",
    Outcome.REFUSE.value: "merah",
}
"""Colours of the same, beside the words."""


def reason_title(code: str) -> str:
    """A reason's code in words; the code itself for one that is not known any more."""
    return CODES.get(code, code)
