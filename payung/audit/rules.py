"""What a detail shows on the screen: what changed, the reason, the rest; a person's numbers masked. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from payung.core import nik


def _(text: str) -> str:
    """Marks a text for translators; it is translated where it is shown."""
    return text


HIDDEN = "(disembunyikan)"
UNKNOWN = "–"
NUMBERS = frozenset({"nik", "kk", "nik_raw", "kk_raw", "no_kk"})
"""Fields that show the first and last four digits."""
SECRETS = frozenset(
    {"phone", "phone_raw", "mother", "mother_name", "mother_raw", "hp", "ibu", "password", "secret"}
)
"""Fields that show nothing."""
FIELD_TITLES: Mapping[str, str] = {
    "name": _("nama"),
    "name_raw": _("nama"),
    "birth_on": _("tanggal lahir"),
    "sex": _("jenis kelamin"),
    "place": _("wilayah"),
    "territory": _("wilayah"),
    "role": _("peran"),
    "user": _("pengguna"),
    "valid_from": _("sejak"),
    "valid_to": _("sampai"),
    "address": _("alamat"),
    "desa_code": _("desa"),
    "mother_name": _("nama ibu"),
    "phone": _("nomor telepon"),
    "nik": _("NIK"),
    "kk": _("nomor KK"),
    "username": _("nama pengguna"),
    "basis": _("dasar"),
    "policy": _("aturan"),
    "count": _("banyaknya"),
    "rows": _("baris"),
    "file": _("berkas"),
    "sha256": _("sidik berkas"),
    "outcome": _("putusan"),
    "whole": _("utuh"),
    "proven": _("terjamin"),
    "said": _("hasil"),
    "details": _("dengan rincian"),
    "source": _("sumber"),
    "into": _("digabung ke"),
    "desa": _("desa"),
    "register": _("register"),
    "title": _("judul"),
    "kind": _("jenis"),
    "part": _("bagian"),
    "version": _("versi"),
    "number": _("nomor"),
    "partner_number": _("nomor BPJS Ketenagakerjaan"),
    "signed_on": _("ditandatangani"),
    "ended_on": _("hari terakhir"),
    "note": _("catatan"),
    "round": _("putaran"),
    "freeze": _("pembekuan"),
    "roll_hash": _("sidik daftar"),
    "body_sha256": _("sidik naskah"),
    "pages": _("halaman"),
    "people": _("orang"),
    "files": _("berkas"),
    "agreement": _("perjanjian"),
    "waiver": _("pengecualian"),
    "dated": _("tanggal"),
    "how": _("cara"),
    "own_templates": _("templat milik daerah"),
}
_DIGITS = re.compile(r"(?<!\d)\+?\d(?:[ .-]?\d){8,}(?!\d)")


@dataclass(frozen=True, slots=True)
class Change:
    """One field, before and after."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A detail for the screen."""

    changes: tuple[Change, ...] = ()
    reason: str = ""
    facts: tuple[tuple[str, str], ...] = ()


def shown(detail: Any) -> Shown:
    """A detail as it may be seen by whoever may read the ledger: masked."""
    if not isinstance(detail, Mapping):
        return Shown(facts=(("isi", text_of("", detail)),) if detail is not None else ())
    old, new = detail.get("old"), detail.get("new")
    changes: tuple[Change, ...] = ()
    rest = dict(detail)
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        changes = tuple(
            Change(title(name), text_of(name, old.get(name)), text_of(name, new.get(name)))
            for name in dict.fromkeys([*old, *new])
        )
        del rest["old"], rest["new"]
    reason = rest.pop("reason", "")
    return Shown(
        changes,
        text_of("reason", reason) if reason else "",
        tuple((title(name), text_of(name, one)) for name, one in rest.items()),
    )


def title(name: str) -> str:
    """A field's name in Indonesian, where it has one."""
    return FIELD_TITLES.get(name, name.replace("_", " ")) or UNKNOWN


def text_of(name: str, value: Any) -> str:
    """A value as text; numbers of people masked by the field's name, and by their looks wherever they stand."""
    if value is None or value == "":
        return UNKNOWN
    if name in SECRETS:
        return HIDDEN
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, Mapping):
        return "; ".join(f"{title(key)}: {text_of(key, one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(text_of(name, one) for one in value)
    text = str(value)
    if isinstance(value, int) and len(text) < 16:
        return text
    if name in NUMBERS:
        return nik.mask(text)
    return text if re.fullmatch(r"[0-9a-f]{64}", text) else _DIGITS.sub(_masked, text)


def _masked(found: re.Match[str]) -> str:
    """What looks like a NIK keeps its ends; another long number is somebody's phone. Days and places are neither."""
    text = found[0]
    if re.fullmatch(r"\d{4}-\d\d-\d\d|\d\d[-.]\d\d[-.]\d{4}|\d\d\.\d\d\.\d\d\.\d{4}", text):
        return text
    return nik.mask(text) if sum(one.isdigit() for one in text) == 16 else HIDDEN
