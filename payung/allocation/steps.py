"""The steps of a round, how far it is in them, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from payung.allocation.models import AllocationRound, Precheck, Scenario
from payung.allocation.stage import Stage, stage_of
from payung.core.rupiah import number


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a round: what it is, when it was done (None: not yet), and what is to be said of it."""

    title: str
    at: datetime | None
    note: str = ""
    url: str = ""

    @property
    def done(self) -> bool:
        return self.at is not None


def steps(round_: AllocationRound, scenarios: Sequence[Scenario]) -> list[Step]:
    """The steps of a round from opening to approval, in their order."""
    freeze, asked = round_.freeze, precheck_of(round_)
    count = round_.figures.get("people")
    return [
        Step(_("Dibuka"), round_.opened_at),
        Step(
            _("Calon disiapkan"),
            round_.prepared_at,
            _("%(count)s orang dapat dipilih") % {"count": number(count)} if count is not None else "",
        ),
        Step(
            _("Skenario disusun"),
            min((one.made_at for one in scenarios), default=None),
            _("%(count)s skenario") % {"count": number(len(scenarios))} if scenarios else "",
        ),
        Step(
            _("Uji padan dengan BPJS Ketenagakerjaan"),
            (asked.waived_at or asked.answered_at) if asked else None,
            _("disetujui tanpa uji padan") if asked and asked.waived_at else "",
            reverse("allocation:precheck", args=[round_.pk]),
        ),
        Step(
            _("Dibekukan"),
            freeze.made_at if freeze else None,
            "",
            reverse("allocation:freeze", args=[round_.pk]),
        ),
        Step(_("Disetujui"), round_.approved_at),
    ]


def precheck_of(round_: AllocationRound) -> Precheck | None:
    """What settles the question to BPJS: its waiver, else its newest answer, else the newest question."""
    found = list(Precheck.objects.filter(round=round_).order_by("-pk"))
    settled = [one for one in found if one.waived_at] or [one for one in found if one.answered_at] or found
    return settled[0] if settled else None


@dataclass(frozen=True, slots=True)
class Next:
    """What is to be done next, and where."""

    sentence: str
    url: str
    label: str


def next_step(round_: AllocationRound, scenarios: Sequence[Scenario]) -> Next | None:
    """What somebody who manages the round should do now; None where it waits for others or is over."""
    stage = stage_of(round_)
    if stage is Stage.TRYING and not scenarios:
        return Next(
            _("Coba satu cara memilih: bulan, anggaran, dan jatahnya. Angkanya langsung terlihat."),
            reverse("allocation:scenario_add", args=[round_.pk]),
            _("Buat skenario"),
        )
    if stage is Stage.TRYING:
        asked = precheck_of(round_)
        if asked and (asked.waived_at or asked.answered_at):
            return Next(
                _("Pilih satu skenario dan bekukan. Anggarannya dicadangkan, daftarnya tidak berubah lagi."),
                reverse("allocation:freeze", args=[round_.pk]),
                _("Bekukan satu skenario"),
            )
        return Next(
            _("Tanyakan kepada BPJS Ketenagakerjaan tentang orang yang akan dipilih, sebelum dibekukan."),
            reverse("allocation:precheck", args=[round_.pk]),
            _("Uji padan"),
        )
    if stage is Stage.FREEZING:
        return Next(
            _("Skenario sedang dibekukan di latar belakang."),
            reverse("allocation:freeze", args=[round_.pk]),
            _("Lihat kemajuannya"),
        )
    if stage is Stage.FROZEN:
        return Next(
            _("Daftar sudah tetap. Kirim untuk diperiksa, atau lihat sampai di mana pemeriksaannya."),
            reverse("allocation:freeze", args=[round_.pk]),
            _("Buka pembekuan"),
        )
    if stage is Stage.APPROVED:
        return Next(
            _("Putaran disetujui. Keputusannya disusun, diperiksa, dan ditandatangani di halaman Keputusan."),
            reverse("enrolment:decrees"),
            _("Buka Keputusan"),
        )
    return None
