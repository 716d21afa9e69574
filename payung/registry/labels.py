"""What each field of a person is called on the screen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

LABELS = {
    "nik": _("NIK"),
    "kk": _("Nomor KK"),
    "mother_name": _("Nama ibu kandung"),
    "phone": _("Nomor HP"),
    "name": _("Nama"),
    "birth_on": _("Tanggal lahir"),
    "birth_place": _("Tempat lahir"),
    "sex": _("Jenis kelamin"),
    "group": _("Kelompok pekerjaan"),
    "desa_code": _("Desa"),
    "rt": _("RT"),
    "address": _("Alamat"),
}
"""Every field of `current.FIELDS`."""
UNMASKED = ("nik", "kk", "mother_name", "phone")
"""Fields that can be shown in full, in the page's order."""
