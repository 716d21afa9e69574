"""The post of a province: it reads the figures of several regencies, so that none of them gives it away."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from payung.access.models import Tenure
from payung.access.policy import Role
from payung.access.queries import held_on
from payung.audit.services import record
from payung.core import region
from payung.core.errors import Exit, PayungError
from payung.core.scope import acting_in, province_of, whole
from payung.database.models import Regency
from payung.office.setup import Login, open_login


def holders(code: str, day: date) -> list[str]:
    """Login names of those who read figures for a province on a day."""
    with acting_in(whole(code)):
        found = Tenure.objects.filter(held_on(day), post__role=Role.PROVINCE, user__is_active=True)
        return sorted(found.values_list("user__username", flat=True))


def open_post(code: str, username: str, name: str, on: date) -> Login:
    """A new user on a province's post; the tenures of whoever held it end, and with them their sessions.

    PayungError for a code that is no province's, one of which no regency works here, or a login name in use.
    """
    province = region.province(code)
    if province is None:
        raise PayungError(f"Kode provinsi {code} tidak ada.", todo="Tulis misalnya 64.", exit_code=Exit.USAGE)
    if code not in {province_of(one) for one in Regency.objects.values_list("code", flat=True)}:
        raise PayungError(
            f"Belum ada kabupaten/kota di {province.name} yang dibuka di sini.",
            todo="Buka dahulu kabupatennya: payung setup --regency ….",
            exit_code=Exit.USAGE,
        )
    with transaction.atomic(), acting_in(whole(code)):
        for tenure in Tenure.objects.filter(post__role=Role.PROVINCE, ended_at__isnull=True):
            Tenure.objects.filter(pk=tenure.pk).update(ended_at=timezone.now())
            record("post.ended", tenure, detail={"user": tenure.user_id, "followed_by": username})
        return open_login(username, name, code, Role.PROVINCE, code, on)
