"""What can be told of a draft at a glance: which of its grounds hold, and what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from payung.approval.models import Route
from payung.enrolment.grounds import grounds_of
from payung.enrolment.models import Decree
from payung.registry.queries import judged_on


@dataclass(frozen=True, slots=True)
class Check:
    """One ground of a decree: whether it holds, None where that cannot be said yet."""

    title: str
    holds: bool | None
    words: str


def checks_of(decree: Decree) -> list[Check]:
    """The grounds of a decree, in the order in which they are looked at; none for one that was given up."""
    return [] if decree.cancelled_at else list(_checks(decree))


def _checks(decree: Decree) -> Iterator[Check]:
    if decree.amends_id is None and decree.round is not None:
        yield from _of_round(decree)
    named = bool(decree.signer_name)
    yield Check(
        _("Penanda tangan"),
        named,
        f"{decree.signer_title}, {decree.signer_name}"
        if named
        else _("Belum ada pemegang jabatannya; isi namanya."),
    )
    blank = [] if decree.number else [_("nomor")]
    blank += [] if decree.dated else [_("tanggal")]
    words = _("Lengkap.") if not blank else _("Dibiarkan kosong: {0}.").format(", ".join(blank))
    yield Check(_("Nomor dan tanggal"), None if blank else True, words)


def _of_round(decree: Decree) -> Iterator[Check]:
    round_ = decree.round
    assert round_ is not None
    yield Check(_("Putaran disetujui"), round_.approved_at is not None, str(round_))
    if decree.signed_at is None and round_.freeze is not None:
        grounds = grounds_of(round_, decree.dated or judged_on(timezone.localdate()))
        if decree.waiver:
            yield Check(_("Perjanjian dan pagu"), None, _("Dikecualikan. {0}").format(decree.waiver))
        else:
            words = " ".join(grounds.missing) or _("Perjanjian berlaku dan pagu dicadangkan.")
            yield Check(_("Perjanjian dan pagu"), not grounds.missing, words)
    out = len(decree.content.get("left_out", {}))
    if decree.typeset_at and round_.freeze is not None:
        same = decree.roll_hash == round_.freeze.roll_hash
        words = (
            _("Daftar pada naskah sama dengan yang dibekukan.")
            if same
            else _(
                "{0} orang yang dibekukan dikeluarkan, karena meninggal atau dikeluarkan dari daftar."
            ).format(out)
        )
        yield Check(_("Daftar penerima"), same or None, words)
        words = _("Tidak ada pada naskah ini.")
        if not decree.signed_at:
            words = _("Tidak ada pada naskah ini saat disusun; diperiksa lagi saat ditandatangani.")
        yield Check(_("Meninggal atau dikeluarkan"), True, words)


def next_step(decree: Decree, route: Route | None) -> str:
    """What comes next, in a sentence; empty where nothing does."""
    if decree.cancelled_at:
        return ""
    if decree.signed_at:
        return _("Sudah ditandatangani. Perubahan dibuat dengan naskah perubahan.")
    if decree.approved_at:
        return _("Cetak naskahnya, tandatangani, lalu catat penandatanganannya di halaman ini.")
    if route is not None and not route.ended_at:
        return _("Menunggu rantai persetujuan; siapa yang ditunggu ada di bawah.")
    if decree.typeset_at:
        return _("Baca naskahnya. Bila sudah benar, ajukan ke rantai persetujuan.")
    if decree.asked_at:
        return _("Naskah sedang disusun.")
    if decree.typeset_error:
        return _("Selesaikan yang disebut di atas, lalu susun lagi.")
    return _("Susun naskah dan lampirannya.")
