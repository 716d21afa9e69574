"""The three figures of each role: what is counted, of what, from where and when. What there is not is not made up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from payung.access.models import Tenure
from payung.access.policy import Action, Role
from payung.access.queries import held_on
from payung.core.dates import day
from payung.core.rupiah import number, percent
from payung.reporting.published import KINDS, Key
from payung.reporting.queries import Table, table
from payung.web.desk import Desk
from payung.web.home import Figure, Figures
from payung.work.queries import failed_jobs, open_jobs, seen

_NEIGHBOURHOODS = frozenset({Role.DESA, Role.DISTRICT, Role.VERIFIER, Role.AUDITOR})


def figures_of(desk: Desk) -> Sequence[Figure]:
    """The figures of the actor's role."""
    return _OF_ROLE.get(Role(desk.scope.role), _of_lists)(desk)


def _of_lists(desk: Desk) -> Sequence[Figure]:
    role = Role(desk.scope.role)
    if role is Role.RT:
        third = _to_fix(desk)
    else:
        third = _neighbourhoods(desk) if role in _NEIGHBOURHOODS else _decreed()
    return [_people(desk), _screened(desk), third]


def _people(desk: Desk) -> Figure:
    label, lists = _("Orang pada daftar"), desk.lists
    url = reverse("intake:uploads") if desk.may(Action.UPLOAD_READ) else reverse("reporting:figures")
    if not (lists.rows or desk.people):
        return Figure(label, _("belum ada"), _("Belum ada daftar yang diterima."), tone="abu")
    note = _("tersimpan, dari %(rows)s baris pada %(lists)s daftar; keadaan %(day)s") % {
        "rows": number(lists.rows), "lists": number(lists.uploads), "day": day(desk.today),
    }  # fmt: skip
    return Figure(
        label,
        number(desk.people),
        note,
        url,
        _("Lihat daftar") if desk.may(Action.UPLOAD_READ) else _("Lihat angka"),
    )


def _screened(desk: Desk) -> Figure:
    label, found = _("Lolos penyaringan"), desk.screened
    if found is None:
        return Figure(label, _("belum ada"), _("Penyaringan belum pernah dijalankan."), tone="abu")
    note = _(
        "dari %(total)s orang yang disaring %(day)s; %(incomplete)s perlu dilengkapi, %(refused)s tidak lolos"
    ) % {
        "total": number(found.total), "day": day(found.on),
        "incomplete": number(found.of(Key.INCOMPLETE)), "refused": number(found.of(Key.REFUSED)),
    }  # fmt: skip
    url, link = "", ""
    if desk.may(Action.SCREENED_READ):
        url, link = reverse("eligibility:screened"), _("Lihat hasil setiap orang")
    elif desk.may(Action.FIGURES_READ):
        url, link = reverse("reporting:figures"), _("Lihat angka")
    return Figure(label, number(found.of(Key.ELIGIBLE)), note, url, link, "hijau")


def _neighbourhoods(desk: Desk) -> Figure:
    label, (total, sent) = _("RT sudah mengirim"), desk.rts
    if not total:
        return Figure(
            label,
            _("belum ada"),
            _("Daftar ketua RT belum diunggah."),
            reverse("registry:rts"),
            _("Daftar RT"),
            "abu",
        )
    note = _("%(sent)s dari %(total)s RT pada daftar ketua RT; keadaan %(day)s") % {
        "sent": number(sent), "total": number(total), "day": day(desk.today),
    }  # fmt: skip
    return Figure(label, percent(sent, total, 1), note, reverse("intake:board"), _("Lihat papan RT"))


def _to_fix(desk: Desk) -> Figure:
    label, lists = _("Baris perlu diperbaiki"), desk.lists
    if not lists.rows:
        return Figure(label, _("belum ada"), _("Belum ada daftar yang diterima."), tone="abu")
    note = _("dari %(rows)s baris; keadaan %(day)s") % {"rows": number(lists.rows), "day": day(desk.today)}
    url = f"{reverse('intake:uploads')}?keadaan=perbaiki"
    return Figure(
        label, number(lists.to_fix), note, url, _("Perbaiki"), "oranye" if lists.to_fix else "hijau"
    )


def _decreed() -> Figure:
    note = _("Cakupan dihitung sesudah penetapan (SK) pertama.")
    return Figure(_("Ditetapkan dalam SK"), _("belum ada"), note, tone="abu")


def _of_administrator(desk: Desk) -> Sequence[Figure]:
    held = Tenure.objects.filter(held_on(desk.today), user__is_active=True)
    people = held.values("user").distinct().count()
    running, failed = open_jobs(seen(True)).count(), failed_jobs(seen(True), desk.now).count()
    return [
        Figure(
            _("Petugas"), number(people), _("memegang jabatan pada %(day)s") % {"day": day(desk.today)},
            reverse("access:people"), _("Kelola petugas"),
        ),
        backup_figure(desk),
        Figure(
            _("Pekerjaan latar berjalan"), number(running),
            _("%(failed)s gagal dalam 30 hari") % {"failed": number(failed)} if failed else _("tidak ada yang gagal"),
            reverse("work:jobs"), _("Lihat pekerjaan"), "merah" if failed else "hijau",
        ),
    ]  # fmt: skip


def backup_figure(desk: Desk) -> Figure:
    """When a backup was last proven to restore."""
    label, known = _("Cadangan terakhir diuji pulih"), desk.backup
    url, link = reverse("care"), _("Lihat penjagaan")
    if known.failed_at:
        note = _("Uji pulih %(day)s gagal.") % {"day": day(known.failed_at.date())}
        return Figure(label, _("gagal"), note, url, link, "merah")
    if known.tested_at is None:
        made = known.made_at
        note = (
            _("Cadangan %(day)s belum diuji.") % {"day": day(made.date())}
            if made
            else _("Cadangan belum pernah dibuat.")
        )
        return Figure(label, _("belum pernah"), note, url, link, "oranye")
    days = (desk.now - known.tested_at).days
    value = (
        ngettext("%(days)s hari lalu", "%(days)s hari lalu", days) % {"days": days} if days else _("hari ini")
    )
    made_on = day(known.made_at.date()) if known.made_at else "–"
    note = _("cadangan terakhir dibuat %(day)s") % {"day": made_on}
    return Figure(label, value, note, url, link, "hijau" if days <= 31 else "oranye")


def _of_province(desk: Desk) -> Sequence[Figure]:
    found = table()
    url, link = reverse("reporting:figures"), _("Lihat per kabupaten/kota")
    regencies = Figure(
        _("Kabupaten/kota"), number(len(found.lines)), _("memakai Payung di pemasangan ini"), url, link
    )
    return [
        regencies,
        _summed(found, Key.PEOPLE, url, link),
        _summed(found, Key.ELIGIBLE, url, link, "hijau"),
    ]


def _summed(found: Table, key: Key, url: str, link: str, tone: str = "biru") -> Figure:
    """A province's sum. Where a regency's number is not shown the sum is not either: it would tell it."""
    label = _(KINDS[key].title)
    if found.total is None or key not in found.total.values:
        return Figure(label, _("belum ada"), _("Belum ada angka dari kabupaten/kota."), tone="abu")
    value = found.total.values[key]
    note = _("%(source)s; keadaan %(day)s") % {"source": _(KINDS[key].source), "day": day(found.days[key])}
    if value is None:
        return Figure(
            label, "*", _("Tidak dijumlahkan: angka sebuah kabupaten terlalu kecil."), url, link, tone
        )
    return Figure(label, number(value), note, url, link, tone)


_OF_ROLE: Mapping[Role, Figures] = {Role.ADMIN: _of_administrator, Role.PROVINCE: _of_province}
