"""One list by itself: read, understood, and given back marked."""

from __future__ import annotations

from pathlib import Path

from payung.intake.lists import ReadList
from payung.intake.mapping import ListMapping
from payung.intake.marked import mark_list, marked_name, marks_of
from payung.intake.pipeline import read_list
from payung.policy.local import LocalPolicy
from payung.sheets.reading import read_table


def check_file(
    path: Path, policy: LocalPolicy, out: Path | None = None, *, mapping: ListMapping | None = None
) -> ReadList:
    """Read one list and, where `out` is given, write it there marked; into `out` under its own name if that is a folder.

    The kecamatan may be known from the folder that the file lies in. PayungError when the file is no list.
    """
    whole = path.resolve()
    read = read_list(read_table(path), f"{whole.parent.name}/{whole.name}", policy, mapping=mapping)
    if out is not None:
        out = out / marked_name(read) if out.is_dir() else out
        mark_list(read, marks_of(read, policy=policy), out)
    return read
