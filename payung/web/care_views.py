"""What watches over the installation: backups, the signed ledger, regular work."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET

from payung.access.http import Request, needs
from payung.access.policy import Action
from payung.audit.queries import last_head
from payung.core.scope import required
from payung.database.backups import status
from payung.web.ledger import unsigned_since
from payung.work.models import Tick

LATE = timedelta(minutes=15)
"""Regular work that is later than this is not done by anybody."""
_TITLES = {
    "audit.head": gettext_noop("Menandatangani buku riwayat dan menulis berkas saksi"),
    "figures.compute": gettext_noop("Menghitung angka tanpa nama"),
    "office.tidy": gettext_noop("Membuang kunci formulir, sesi, dan pekerjaan lama"),
    "office.sweep": gettext_noop("Membersihkan ruang kerja yang ditinggalkan"),
}


@require_GET
@needs(Action.AUDIT_READ)
def care(request: Request) -> HttpResponse:
    """When the last backup was made and tested, when the ledger was signed, what is done by itself and when next."""
    now = timezone.now()
    regular = [
        (_(_TITLES[tick.name]), tick) for tick in Tick.objects.order_by("name") if tick.name in _TITLES
    ]
    context = {
        "backup": status(), "head": last_head(), "unsigned_since": unsigned_since(now), "regular": regular,
        "late": any(tick.next_at < now - LATE for _title, tick in regular),
        "regency": required().regency,
    }  # fmt: skip
    return render(request, "web/care.html", context)
