"""What is known of a list besides the file: for which place it was sent, and where its sender may write. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from payung.core import region
from payung.core.region import Desa
from payung.intake.places import FilePlace

_RT = re.compile(r"(?:rt[\s.]*)?0*([1-9]\d{0,2})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Given:
    """Codes as in `payung.core.scope`: `64.01`, `64.01.04`, `64.01.04.2001`, `64.01.04.2001/003`; "" for unknown.

    `place` counts where the file itself names none. With `chosen` somebody chose it for this very file: it counts
    also where a title names a desa that nobody knows. Rows outside `territory` are faults.
    """

    place: str = ""
    territory: str = ""
    chosen: bool = False

    @property
    def desa(self) -> Desa | None:
        return region.desa(self.place.partition("/")[0])

    @property
    def district(self) -> str:
        """Name of the kecamatan; "" where the place is wider."""
        found = region.district(self.place[:8]) if len(self.place) >= 8 else None
        return found.name if found else ""

    @property
    def rt(self) -> str:
        """Three digits; "" where the place is wider."""
        found = _RT.fullmatch(self.place.partition("/")[2])
        return f"{int(found[1]):03d}" if found else ""


NOTHING = Given()


def with_given(named: FilePlace, given: Given) -> FilePlace:
    """What the file's name says; where it leaves several villages or no kecamatan, the given place decides."""
    desa = given.desa
    if not given.place:
        return named
    villages = (desa,) if desa and desa in named.villages else named.villages
    return FilePlace(villages, named.district or given.district, named.rt)


def in_words(code: str) -> str:
    """`RT 003 Desa Janju, Kecamatan Tanah Grogot`, `Kecamatan Tanah Grogot`, `Kabupaten Paser`; the code if unknown."""
    wide, _, rt = code.partition("/")
    if desa := region.desa(wide):
        return f"RT {rt} {desa.in_words}" if rt else desa.in_words
    if district := region.district(wide):
        return f"Kecamatan {district.name}"
    regency = region.regency(wide)
    return regency.name if regency else code
