"""The small jobs around the main one: ask a register's owner about the lists, and make forms for the RTs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from payung.core import region
from payung.core.application import Application
from payung.core.errors import Exit, PayungError
from payung.core.region import Desa
from payung.engine.duckdb_engine import open_engine
from payung.engine.outputs import unwritable
from payung.enrolment.files import read_roll
from payung.intake.files import find_lists
from payung.intake.forms import RtForm, write_form, write_sheet_pdf
from payung.intake.pipeline import read_lists
from payung.job.progress import Tell, silent
from payung.policy.local import LocalPolicy
from payung.registry.requests import write_request
from payung.registry.rules import REGISTERS


def request(
    register: str, lists: Path, policy: LocalPolicy, out: Path, tell: Tell = silent
) -> tuple[str, int]:
    """Write the request about every row of the lists to `out`; the request's id and the number of rows.

    PayungError for an unknown register, lists that cannot be read, or a folder that cannot be written.
    """
    if register not in REGISTERS:
        raise PayungError(
            f"Register {register!r} tidak dikenal.",
            todo=f"Pilih salah satu: {', '.join(REGISTERS)}.",
            exit_code=Exit.USAGE,
        )
    with open_engine() as engine:
        files = find_lists(lists, engine.workspace / "zip")
        intake = read_lists(files, policy, progress=lambda done, total: tell("Membaca daftar", done, total))
    applications = intake.applications
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        return write_request(REGISTERS[register], applications, out), len(applications)
    except OSError as error:
        raise unwritable(out, error) from error


def forms(
    desa: str, rts: Sequence[str], policy: LocalPolicy, out: Path, last_roll: Path | None = None
) -> list[Path]:
    """Write the Excel template and the printable sheet of each RT into `out`; the paths in order.

    `desa` is a code or a name, with its kecamatan where two bear it. `last_roll` (`daftar.parquet`) fills in the people
    of last time; without `rts`, every RT on it gets its forms. PayungError says what is missing.
    """
    place = _desa(desa, policy)
    known = _known(last_roll, place)
    wanted = [_three_digits(rt) for rt in rts] or sorted({row.rt for row in known if row.rt})
    if not wanted:
        raise PayungError(
            "RT belum disebut.",
            todo="Tambahkan --rt 003, atau --from daftar.parquet agar setiap RT di dalamnya mendapat formulir.",
            exit_code=Exit.USAGE,
        )
    regency = region.regency(policy.regency)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(out, error) from error
    written = []
    for rt in wanted:
        rows = tuple(row for row in known if row.rt == rt)
        form = RtForm(
            regency=regency.name if regency else policy.regency,
            kecamatan=place.district,
            desa_code=place.code,
            desa_name=place.name,
            rt=rt,
            rw=_only({row.rw for row in rows if row.rw}),
            rows=rows,
            groups=tuple(group.title for group in policy.groups),
        )
        stem = out / f"formulir {place.name} RT {rt}".replace("/", "-")
        for path, write in ((Path(f"{stem}.xlsx"), write_form), (Path(f"{stem}.pdf"), write_sheet_pdf)):
            write(form, path)
            written.append(path)
    return written


def _desa(text: str, policy: LocalPolicy) -> Desa:
    found = region.find_desa(text, policy.regency)
    if len(found) == 1:
        return found[0]
    proposals = found or region.propose_desa(text, policy.regency)
    listed = "; ".join(f"{one.code} {one.in_words}" for one in proposals)
    raise PayungError(
        f"Desa {text!r} " + ("ada di beberapa kecamatan." if found else "tidak dikenal."),
        todo=f"Pilih salah satu: {listed}." if listed else "Tulis kode atau nama desa menurut Kemendagri.",
        exit_code=Exit.USAGE,
    )


def _known(last_roll: Path | None, place: Desa) -> list[Application]:
    if last_roll is None:
        return []
    with open_engine() as engine:
        return [
            entry.application for entry in read_roll(engine, last_roll) if entry.row.desa_code == place.code
        ]


def _three_digits(text: str) -> str:
    if not re.fullmatch(r"\d{1,3}", text.strip(), re.ASCII):
        raise PayungError(f"RT {text!r} bukan nomor.", todo="Tulis misalnya --rt 003.", exit_code=Exit.USAGE)
    return f"{int(text):03d}"


def _only(values: set[str]) -> str:
    """The RW of an RT where all its rows agree."""
    return next(iter(values)) if len(values) == 1 else ""
