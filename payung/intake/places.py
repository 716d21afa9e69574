"""Which desa a list is about: named in a cell, in a title, or only in the file's name and folder. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from payung.core import region
from payung.core.region import Desa

_NAMED = re.compile(
    r"\b(?:desa\s*/\s*kelurahan|kelurahan\s*/\s*desa|desa\s*/\s*kel\.?|desa|kelurahan|kel\.|ds\.)\s*[:.]?\s*([a-z].*)",
    re.IGNORECASE,
)
_DISTRICT = re.compile(r"\b(?:kecamatan|kec\.)\s*[:.]?\s*([a-z].*)", re.IGNORECASE)
_STOP = re.compile(
    r"[,;·(|]|\s[-–]\s|\b(?:kecamatan|kec\.|kabupaten|kab\.|desa|kelurahan|tahun|thn|rt|rw|bulan|periode|provinsi)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FilePlace:
    """What the path of a file says: the desa it may be about, and the kecamatan as text ("" for none)."""

    villages: tuple[Desa, ...]
    district: str
    rt: str


def desa_named(line: str) -> str:
    """The name that a title gives behind the word desa or kelurahan; "" for none."""
    return _behind(_NAMED, line)


def district_named(line: str) -> str:
    """The name that a title gives behind the word kecamatan; "" for none."""
    return _behind(_DISTRICT, line)


def _behind(pattern: re.Pattern[str], line: str) -> str:
    found = pattern.search(line)
    if not found:
        return ""
    name = found[1]
    stop = _STOP.search(name)
    return (name[: stop.start()] if stop else name).strip(" .:-–")


@lru_cache(maxsize=16384)
def villages_named(text: str, district: str, regency: str) -> tuple[Desa, ...]:
    """The villages that a title or cell may mean; words behind the name do not matter ("Batu Kajang 2022")."""
    words = text.split()
    for size in range(len(words), 0, -1):
        if found := region.find_desa_in(" ".join(words[:size]), district, regency):
            return found
    return ()


@lru_cache(maxsize=4096)
def place_of_file(file: str, regency: str) -> FilePlace:
    """Read a path below the lists folder: `640104 TANAH GROGOT/Data Janju final.xlsx`."""
    *folders, name = file.split("/")
    district = ""
    for folder in folders:
        if found := _district_in(folder, regency):
            district = found
    stem = name.rpartition(".")[0] or name
    words = [one for one in re.split(r"[^A-Za-z0-9']+", stem) if one]
    # A name may itself be in the file's name: DESA Janju KEC Tanah Grogot.
    district = (
        district_named(" ".join(words).replace(" kec ", " kec. ").replace(" KEC ", " kec. ")) or district
    )
    villages = _longest(words, district, regency)
    for folder in reversed(folders):
        if villages:
            break
        found_words = [one for one in re.split(r"[^A-Za-z0-9']+", folder) if one]
        if found_words and found_words[0].casefold() in ("desa", "kelurahan", "kel", "ds"):
            villages = _longest(found_words, district, regency)
    rt = re.search(r"\brt[\s._-]*0*([1-9]\d{0,2})(?!\d)", stem.replace("_", " "), re.IGNORECASE)
    several = re.search(r"\brt[\s._-]*\d+\s*(?:-|s/?d|sd|,|&|dan)\s*\d+", stem, re.IGNORECASE)
    return FilePlace(villages, district, f"{int(rt[1]):03d}" if rt and not several else "")


def _district_in(folder: str, regency: str) -> str:
    words = [one for one in re.split(r"[^A-Za-z0-9.']+", folder) if one]
    for size in range(len(words), 0, -1):
        for at in range(len(words) - size + 1):
            if found := region.find_district(" ".join(words[at : at + size]), regency):
                return found.name
    return ""


def _longest(words: list[str], district: str, regency: str) -> tuple[Desa, ...]:
    """The longest run of words that names a desa; of several equally long ones the first."""
    for size in range(min(5, len(words)), 0, -1):
        for at in range(len(words) - size + 1):
            name = " ".join(words[at : at + size])
            if size == 1 and len(name) < 3:
                continue
            if found := region.find_desa_in(name, district, regency):
                within = tuple(one for one in found if not district or _same_district(one, district, regency))
                if within or not district:
                    return within or found
    return ()


def _same_district(place: Desa, district: str, regency: str) -> bool:
    found = region.find_district(district, regency)
    return found is None or found.code == place.district_code
