"""Mapping files: which header means which field, said once for a kind of file. A mapping beats the synonyms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path

import yaml

from payung.core import headers
from payung.core.errors import PayungError

LIST_FIELDS = frozenset(
    "number row_id nik kk name birth_place birth_on sex mother_name address rt rw rt_rw dusun desa kecamatan "
    "occupation work_place work_hours income employer pupil phone bpjs_kesehatan proof collector collector_kk "
    "collected_on".split()
)
"""Fields that a list may have; every other header is left alone."""
MAPPED_FIELDS = LIST_FIELDS | {"alive"}
"""`alive`: whether the civil registry's export counts somebody as living."""

TRANSLATED = frozenset(("sex", "occupation", "alive"))
"""Fields whose cells a mapping may translate."""


@dataclass(frozen=True, slots=True)
class ListMapping:
    """Headers of one kind of list.

    `columns` gives the field of a header (as `payung.core.headers.key` writes it). `recognise` are header keys that,
    standing together, tell this kind of list; () when it is only used where somebody names it. `values` translates
    what a cell holds, by field.
    """

    name: str
    columns: Mapping[str, str]
    recognise: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def fits(self, keys: frozenset[str]) -> bool:
        return bool(self.recognise) and self.recognise <= keys


@cache
def shipped() -> tuple[ListMapping, ...]:
    """The mappings that come with Payung, by name."""
    folder = files("payung.intake").joinpath("mappings")
    found = [one for one in folder.iterdir() if one.name.endswith(".yaml")]
    return tuple(_read(one.read_text("utf-8"), one.name) for one in sorted(found, key=lambda one: one.name))


def load_mapping(path: Path) -> ListMapping:
    """An office's own mapping file; PayungError says what is wrong with it."""
    try:
        return _read(path.read_text("utf-8"), path.name)
    except OSError as error:
        raise PayungError(
            f"Berkas pemetaan {path.name} tidak dapat dibuka.", todo="Periksa nama dan letak berkasnya."
        ) from error
    except UnicodeDecodeError as error:
        raise _wrong(path.name, "bukan teks UTF-8") from error


def _read(text: str, name: str) -> ListMapping:
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise _wrong(name, "bukan YAML yang benar") from error
    if not isinstance(data, dict) or not isinstance(data.get("columns"), dict):
        raise _wrong(name, "tidak mempunyai bagian columns")
    columns: dict[str, str] = {}
    values: dict[str, Mapping[str, str]] = {}
    for wanted, entry in data["columns"].items():
        if wanted not in MAPPED_FIELDS:
            raise _wrong(name, f'kolom "{wanted}" tidak dikenal')
        entry = {"names": entry} if isinstance(entry, str | list) else entry
        if not isinstance(entry, dict) or not entry.get("names"):
            raise _wrong(name, f'kolom "{wanted}" tidak menyebut judul (names)')
        names = entry["names"]
        for header in [names] if isinstance(names, str) else names:
            if columns.setdefault(headers.key(str(header)), wanted) != wanted:
                raise _wrong(name, f'judul "{header}" dipakai untuk dua kolom')
        if isinstance(entry.get("values"), dict):
            if wanted not in TRANSLATED:
                raise _wrong(name, f'menerjemahkan isi kolom "{wanted}", yang tidak dapat diterjemahkan')
            values[wanted] = {str(old).casefold(): str(new) for old, new in entry["values"].items()}
    return ListMapping(
        str(data.get("register") or data.get("name") or name.removesuffix(".yaml")),
        columns,
        frozenset(headers.key(str(one)) for one in data.get("recognise") or ()),
        frozenset(headers.key(str(one)) for one in data.get("ignore") or ()),
        values,
    )


def _wrong(name: str, what: str) -> PayungError:
    return PayungError(
        f"Berkas pemetaan {name} {what}.", todo="Bandingkan dengan contoh di docs/lists.md, lalu perbaiki."
    )
