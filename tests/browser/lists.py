"""Lists of three villages as they arrive at a desk: one with planted faults, two in which its people stand again."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import openpyxl
import xlsxwriter

from payung.sheets.writing import write_text
from tests.integration.planted_list import FIELDS, HEADER_ROW, Line, clean_lines

__all__ = ["HEADER_ROW"]

HEADS = dict(
    zip(
        FIELDS,
        (
            "NO", "NIK", "NO. KK", "NAMA LENGKAP", "TEMPAT LAHIR", "TGL LAHIR", "L/P", "IBU KANDUNG", "ALAMAT", "RT",
            "RW", "DESA/KELURAHAN", "KECAMATAN", "PEKERJAAN", "PENGHASILAN", "NO HP", "PELAJAR",
        ),
        strict=True,
    )
)  # fmt: skip
HOME, OTHERS = "Janju", ("Tanah Grogot", "Jone")
PEOPLE = 150
"""On Bu Desi's list; two thirds of them stand on another list again."""
PAIRS = 120


def _letters(line: Line) -> str:
    return line["nik"].replace("0", "O", 1)


FAULTS: tuple[tuple[int, str, str, str], ...] = (
    (3, "nik", "nik_letters", "O"),
    (9, "nik", "nik_letters", "O"),
    (14, "nik", "nik_letters", "O"),
    (70, "nik", "nik_short", "short"),
    (73, "birth_on", "birth_impossible", "31-02-1980"),
    (76, "rt", "rt_unreadable", "belakang masjid"),
    (79, "occupation", "occupation_unknown", "Astronot"),
    (82, "sex", "sex_unreadable", "ya"),
    (85, "name", "name_missing", ""),
)
"""Place in the list, field, the kind that is found, and what stands there instead."""


@dataclass
class Village:
    """A workbook that was written: its clean lines, and what belongs into its wrong cells (row, column from 1)."""

    path: Path
    lines: list[Line]
    mend: dict[tuple[int, int], str] = field(default_factory=dict)


def villages(folder: Path) -> tuple[Village, list[Village]]:
    """Bu Desi's list with its faults, and the two others."""
    folder.mkdir(parents=True, exist_ok=True)
    people = clean_lines(PEOPLE + 40)
    own = [_at(line, HOME, 1 + place % 6) for place, line in enumerate(people[:PEOPLE])]
    home = Village(folder / "Usulan Janju 2022.xlsx", own)
    written: list[Line] = [dict(line) for line in own]
    for place, name, _kind, text in FAULTS:
        right = own[place][name]
        written[place][name] = {"O": _letters(own[place]), "short": right[:9] + right[10:]}.get(text, text)
        home.mend[HEADER_ROW + 1 + place, FIELDS.index(name) + 1] = right
    write(home.path, written)
    others = []
    for number, desa in enumerate(OTHERS):
        again = [_again(own[place], desa, place) for place in range(number, PAIRS, 2)]
        fresh = [_at(line, desa, 2) for line in people[PEOPLE + 20 * number : PEOPLE + 20 * number + 20]]
        village = Village(folder / f"Usulan {desa} 2022.xlsx", again + fresh)
        write(village.path, village.lines)
        others.append(village)
    return home, others


def _at(line: Line, desa: str, rt: int) -> Line:
    return line | {"desa": desa, "kecamatan": "Tanah Grogot", "rt": f"{rt:03d}", "address": "Jl. Poros"}


def _again(line: Line, desa: str, place: int) -> Line:
    """The same person, or somebody very like them, as another RT has written them down: nobody can be sure alone."""
    rng = Random(place)
    copy = _at(line, desa, 3) | {"phone": "", "mother_name": ""}
    digits = list(copy["nik"])
    for at in rng.sample((6, 7, 12, 13, 14), 2):
        digits[at] = str((int(digits[at]) + rng.randint(1, 3)) % 10)
    name = copy["name"]
    if place % 3 == 0:
        copy |= {"nik": "", "kk": "", "name": _mistyped(name, rng)}
    elif place % 3 == 1:
        copy |= {"nik": "", "name": name.split()[0] if " " in name else _mistyped(name, rng)}
    else:
        copy |= {"nik": line["nik"][:12] + "".join(digits[12:]), "kk": "", "name": _mistyped(name, rng)}
    return copy


def _mistyped(name: str, rng: Random) -> str:
    at = rng.randrange(1, max(2, len(name) - 1))
    return name[:at] + name[at + 1 :] if name[at : at + 1].isalpha() else name + "H"


def write(path: Path, lines: Sequence[Mapping[str, str]]) -> None:
    """A workbook with titles above its heads, every value a text."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Usulan")
        bold = book.add_format({"bold": True})
        sheet.write_string(0, 0, "DAFTAR USULAN PEKERJA RENTAN", bold)
        sheet.write_string(1, 0, "KABUPATEN PASER TAHUN 2022", bold)
        for column, name in enumerate(FIELDS):
            write_text(sheet, HEADER_ROW - 1, column, HEADS[name])
        for number, line in enumerate(lines):
            for column, name in enumerate(FIELDS):
                if line[name]:
                    write_text(sheet, HEADER_ROW + number, column, line[name])


def mend(path: Path, cells: Mapping[tuple[int, int], str]) -> None:
    """Put the right values into cells, as somebody does in Excel."""
    book = openpyxl.load_workbook(path)
    sheet = book["Usulan"]
    for (row, column), text in cells.items():
        sheet.cell(row, column).value = text
    book.save(path)


def zipped(path: Path, files: Sequence[Path]) -> Path:
    """Several lists as one zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for one in files:
            package.write(one, one.name)
    return path


def registers(folder: Path, village: Village) -> dict[str, Path]:
    """BPJS, BKPSDM and Dukcapil, each of whom knows one of the people."""
    folder.mkdir(parents=True, exist_ok=True)
    covered, clerk, dead = village.lines[-1], village.lines[-2], village.lines[-3]
    rows: dict[str, list[tuple[str, ...]]] = {
        "bpjs": [
            ("NIK", "Nama", "Tanggal Lahir", "Status", "Segmen", "Dibayar Oleh"),
            (covered["nik"], covered["name"], covered["birth_on"], "AKTIF", "PU", "PT TELAKE JAYA"),
        ],
        "asn": [
            ("NIK", "Nama", "Tanggal Lahir", "Status"),
            (clerk["nik"], clerk["name"], clerk["birth_on"], "AKTIF"),
        ],
        "dukcapil": [
            ("NIK", "Nama", "Tanggal Lahir", "Status"),
            (dead["nik"], dead["name"], dead["birth_on"], "MENINGGAL"),
        ],
    }
    found = {}
    for name, table in rows.items():
        out = io.StringIO()
        csv.writer(out).writerows(table)
        found[name] = folder / f"{name}.csv"
        found[name].write_text(out.getvalue(), encoding="utf-8")
    return found
