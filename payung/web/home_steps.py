"""The first days of an installation: what each role does first, in order, and what of it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from payung.access.models import Tenure
from payung.access.policy import Role
from payung.access.queries import held_on
from payung.web.desk import Desk
from payung.web.home import Step


def steps_of(desk: Desk) -> Sequence[Step]:
    """The steps of the actor's role; none for roles that begin when others are done."""
    make = _STEPS.get(Role(desk.scope.role))
    return make(desk) if make else ()


def _rt(desk: Desk) -> Sequence[Step]:
    return [
        Step(
            _("Kirim daftar warga RT Anda: Excel, foto tidak bisa."),
            reverse("intake:send"),
            desk.lists.uploads > 0,
        )
    ]


def _place(desk: Desk) -> Sequence[Step]:
    return [
        Step(_("Unggah daftar ketua RT, agar tampak siapa yang belum mengirim."), reverse("registry:rts"), desk.rts[0] > 0),
        Step(_("Unggah daftar dari RT: satu, beberapa, atau zip."), reverse("intake:send"), desk.lists.uploads > 0),
        Step(_("Simpan baris yang sudah baik."), f"{reverse('intake:uploads')}?keadaan=simpan", desk.people > 0),
    ]  # fmt: skip


def _verifier(desk: Desk) -> Sequence[Step]:
    lists, rts, saved = _place(desk)[1], _place(desk)[0], _place(desk)[2]
    ready = all(not one.blocks for one in desk.ages)
    return [
        rts,
        Step(_("Masukkan data pembanding yang wajib: Dukcapil, BPJS Ketenagakerjaan, dan lainnya."), reverse("registry:registers"), ready),
        lists,
        saved,
        Step(_("Jalankan penyaringan pertama."), reverse("eligibility:runs"), desk.run is not None),
    ]  # fmt: skip


def _administrator(desk: Desk) -> Sequence[Step]:
    posts = Tenure.objects.filter(held_on(desk.today)).exclude(post__role=Role.ADMIN).exists()
    return [
        Step(_("Buka akun untuk petugas."), reverse("access:people"), posts),
        Step(_("Beri mereka jabatan dan wilayahnya."), reverse("posts:list"), posts),
        Step(_("Buat cadangan pertama dan uji pulih."), reverse("care"), desk.backup.tested_at is not None),
    ]


_STEPS: Mapping[Role, Callable[[Desk], Sequence[Step]]] = {
    Role.RT: _rt,
    Role.DESA: _place,
    Role.DISTRICT: _place,
    Role.VERIFIER: _verifier,
    Role.ADMIN: _administrator,
}
