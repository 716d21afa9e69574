"""What each kind of job is called where people read it. A test holds this list and the handlers together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """`again`: a failed one can simply be tried again; else its own page says how to go on."""

    title: str
    again: bool = True


def _(text: str) -> str:
    """Marks a text for translators; it is translated where it is shown."""
    return text


KINDS: Mapping[str, Kind] = {
    "intake.read": Kind(_("Membaca daftar yang diunggah")),
    "intake.derive": Kind(_("Membaca ulang satu daftar sesudah diperbaiki")),
    "intake.save": Kind(_("Menyimpan baris yang sudah baik")),
    "intake.pack": Kind(_("Menyusun buku kerja bertanda")),
    "registry.read": Kind(_("Membaca data pembanding")),
    "registry.ask": Kind(_("Menyusun permintaan data")),
    # A screening that failed is closed; its inputs may have changed since, so that a new one is asked for.
    "eligibility.screen": Kind(_("Penyaringan"), again=False),
    "eligibility.export": Kind(_("Menulis daftar hasil penyaringan")),
    "allocation.prepare": Kind(_("Menyiapkan calon putaran")),
    # Its page says why it failed, and asks for another in the version that was seen.
    "allocation.freeze": Kind(_("Membekukan putaran"), again=False),
    "allocation.precheck_ask": Kind(_("Menyusun permintaan uji padan")),
    "allocation.precheck_read": Kind(_("Membaca jawaban uji padan")),
    # A typesetting that failed is closed with its draft; its page asks for another.
    "enrolment.typeset": Kind(_("Menyusun naskah keputusan"), again=False),
    "enrolment.copies": Kind(_("Menyusun salinan dan petikan")),
}


def kind_of(name: str) -> Kind:
    """A kind by its name; one that is not known any more is called by its name and cannot be tried again."""
    return KINDS.get(name) or Kind(name, again=False)
