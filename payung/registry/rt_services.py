"""The neighbourhoods: kept up to date from the list that the office has of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.db.models import F

from payung.audit.services import record
from payung.core.errors import PayungError
from payung.core.passing_on import private
from payung.core.scope import required
from payung.registry.models import Rt
from payung.registry.rtlist import RtRow, read_rt_list
from payung.sheets.reading import read_table


@dataclass(frozen=True, slots=True)
class Imported:
    """How many RTs were new, changed, or as they were; `faults` tell of rows that were not understood."""

    new: int
    changed: int
    same: int
    faults: tuple[str, ...]


def import_rts(path: Path, file_name: str) -> Imported:
    """Take over the RTs of a table file within the actor's territory; what the file leaves empty stays as it is.

    PayungError for a file that is no table, has no columns for desa and RT, or holds no RT of the territory.
    """
    scope, file_name = required(), private(file_name)
    found = read_rt_list(read_table(path).sheets, scope.regency, file_name)
    rows = [one for one in found.rows if scope.covers(one.place)]
    faults = list(found.faults)
    if len(rows) < len(found.rows):
        faults.append(f"{len(found.rows) - len(rows)} RT di luar wilayah Anda tidak diambil.")
    if not rows:
        raise PayungError(
            f"{file_name}: tidak ada satu RT pun yang dapat diambil. {' '.join(faults)}".strip(),
            todo="Perbaiki berkasnya, lalu unggah lagi.",
        )
    return save_rts(rows, tuple(faults))


def save_rts(rows: list[RtRow], faults: tuple[str, ...] = ()) -> Imported:
    """Make or renew these neighbourhoods."""
    with transaction.atomic():
        known: dict[str, Rt] = {one.place: one for one in Rt.objects.all()}
        new, changed = [], 0
        for row in rows:
            said = {
                name: value
                for name in ("head_name", "phone", "household_count")
                if (value := getattr(row, name)) is not None
            }
            before = known.get(row.place)
            if before is None:
                new.append(Rt(regency_code=required().regency, place=row.place, **said))
            elif any(getattr(before, name) != value for name, value in said.items()):
                Rt.objects.filter(pk=before.pk).update(**said, version=F("version") + 1)
                changed += 1
        Rt.everything.bulk_create(new)
        told = Imported(len(new), changed, len(rows) - len(new) - changed, faults)
        record(
            "rt.imported",
            ("regency", required().regency),
            detail={"new": told.new, "changed": told.changed, "same": told.same},
        )
    return told
