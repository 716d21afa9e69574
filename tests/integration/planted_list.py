"""A list as a village sends it, with faults planted in known cells; and the same list mended by hand, in its XML."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random

import xlsxwriter

from payung.core import dates, nik, region
from payung.demo.population import Person, World, households
from payung.policy import loader

SHEET = "Usulan 2022"
HEADER_ROW = 6
"""Excel's number; the first person stands below."""
FIELDS = (
    "number", "nik", "kk", "name", "birth_place", "birth_on", "sex", "mother_name", "address", "rt", "rw", "desa",
    "kecamatan", "occupation", "income", "phone", "pupil",
)  # fmt: skip
_LABELS = (
    "NO", "NIK", "NO. KK", "NAMA LENGKAP", "TEMPAT LAHIR", "TGL LAHIR", "L/P", "IBU KANDUNG", "ALAMAT", "RT", "RW",
    "DESA/KELURAHAN", "KECAMATAN", "PEKERJAAN", "PENGHASILAN", "NO HP", "PELAJAR",
)  # fmt: skip
_TODAY = date(2022, 1, 1)
Line = dict[str, str]


@dataclass(slots=True)
class Planted:
    """The list that was written."""

    path: Path
    lines: list[Line]
    """The clean rows, from row HEADER_ROW + 1 on."""
    faults: set[tuple[int, str, str]] = field(default_factory=set)
    """Excel's row, the field whose cell is wrong, and the code."""
    mend: dict[tuple[int, str], str] = field(default_factory=dict)
    """What belongs into the wrong cells."""
    kinds: int = 0


def clean_lines(count: int) -> list[Line]:
    """People of working age in whose rows nothing is wrong."""
    groups = [group.title for group in loader.local("paser-2022").groups]
    rng = Random(11)
    seen: set[str] = set()
    lines: list[Line] = []
    for person in _people(World.of(count * 4, 11)):
        number = nik.parse(person.nik)
        age = dates.age(person.birth_on, _TODAY)
        if number is None or nik.differences(number, person.birth_on, person.sex) or not 15 <= age <= 64:
            continue
        if person.nik in seen:
            continue
        seen.add(person.nik)
        place = region.desa(person.desa_code)
        assert place is not None
        lines.append(
            {
                "number": str(len(lines) + 1),
                "nik": person.nik,
                "kk": person.kk,
                "name": person.name,
                "birth_place": "TANAH GROGOT",
                "birth_on": dates.day(person.birth_on),
                "sex": person.sex,
                "mother_name": person.mother,
                "address": rng.choice(
                    (person.address, "=" + person.address, "+62 gang", "-", "@rumah", "\tJALAN", "\rJALAN")
                ),
                "rt": f"{person.rt:03d}",
                "rw": "001",
                "desa": place.name,
                "kecamatan": place.district,
                "occupation": rng.choice(groups),
                "income": str(rng.randrange(5, 30) * 100_000),
                "phone": person.phone,
                "pupil": "Tidak",
            }
        )
        if len(lines) == count:
            return lines
    raise AssertionError("the population ends")


def _people(world: World) -> Iterator[Person]:
    for village in range(world.village_count):
        for taken, house in enumerate(households(world, village)):
            if taken > 700:
                break
            yield from house


def _later_day(line: Line) -> str:
    """Another day of the same month that no slip of two neighbouring digits in the NIK explains."""
    day = int(line["birth_on"][:2])
    return f"{14 if day > 20 else 27:02d}{line['birth_on'][2:]}"


def _letters(line: Line) -> str:
    return line["nik"].replace("0", "O", 1)


Damage = Callable[[Line], str | int]
KINDS: tuple[tuple[str, str, Damage], ...] = (
    ("nik", "nik_numeric", lambda line: int(line["nik"][:15] + "0")),
    ("nik", "nik_short", lambda line: line["nik"][:9] + line["nik"][10:]),
    ("nik", "nik_long", lambda line: line["nik"] + "7"),
    ("nik", "nik_letters", _letters),
    ("nik", "nik_scientific", lambda line: "6,40104E+15"),
    ("nik", "nik_missing", lambda line: ""),
    ("nik", "nik_placeholder", lambda line: "1111111111111111"),
    ("nik", "nik_region", lambda line: "99" + line["nik"][2:]),
    ("nik", "nik_date", lambda line: line["nik"][:8] + "13" + line["nik"][10:]),
    ("nik", "nik_is_kk", lambda line: line["kk"]),
    ("kk", "kk_short", lambda line: line["kk"][:15]),
    ("kk", "kk_letters", lambda line: line["kk"][:15] + "X"),
    ("name", "name_missing", lambda line: ""),
    ("name", "name_odd", lambda line: "BUDI 2"),
    ("birth_on", "birth_missing", lambda line: ""),
    ("birth_on", "birth_impossible", lambda line: "31-02-1980"),
    ("birth_on", "birth_month_first", lambda line: "04/25/1980"),
    ("birth_on", "birth_incomplete", lambda line: "1980"),
    ("birth_on", "nik_birth_differs", _later_day),
    ("sex", "nik_sex_differs", lambda line: {"L": "P", "P": "L"}[line["sex"]]),
    ("sex", "sex_unreadable", lambda line: "ya"),
    ("rt", "rt_unreadable", lambda line: "belakang masjid"),
    ("desa", "desa_unknown", lambda line: "Batu Kajnag"),
    ("occupation", "occupation_unknown", lambda line: "Astronot"),
    ("occupation", "occupation_missing", lambda line: ""),
    ("income", "income_unreadable", lambda line: "tidak tentu"),
    ("phone", "phone_unreadable", lambda line: "telepon rumah"),
    ("pupil", "pupil_unreadable", lambda line: "kadang"),
)
"""Field, the code that must be found, and how the cell is damaged."""


def plant(folder: Path, rows: int, faults: int) -> Planted:
    """Write `rows` people with `faults` planted faults, each in a row of its own."""
    lines = clean_lines(rows)
    planted = Planted(folder / "usulan gabungan.xlsx", lines, kinds=len(KINDS))
    written: list[Mapping[str, str | int]] = list(lines)
    for place, index in enumerate(Random(5).sample(range(rows), faults)):
        wanted, code, damage = KINDS[place % len(KINDS)]
        row = HEADER_ROW + 1 + index
        written[index] = {**lines[index], wanted: damage(lines[index])}
        planted.faults.add((row, wanted, code))
        planted.mend[row, wanted] = lines[index][wanted]
    _write(planted.path, written)
    return planted


def _write(out: Path, lines: list[Mapping[str, str | int]]) -> None:
    with xlsxwriter.Workbook(str(out), {"strings_to_formulas": False}) as book:
        page = book.add_worksheet(SHEET)
        title = book.add_format({"bold": True, "align": "center", "bg_color": "#DDEBF7"})
        head = book.add_format({"bold": True, "border": 1, "text_wrap": True, "bg_color": "#FFE699"})
        text = book.add_format({"num_format": "@", "border": 1})
        page.merge_range(0, 0, 0, 16, "DAFTAR USULAN PEKERJA RENTAN", title)
        page.merge_range(1, 0, 1, 16, "KABUPATEN PASER", title)
        page.merge_range(2, 0, 2, 8, "TAHUN 2022", title)
        for column, width in enumerate((5, 20, 20, 30, 15, 12, 6, 25, 30, 5, 5, 20, 20, 24, 14, 16, 9)):
            page.set_column(column, column, width, None, {"hidden": column == 4})
        page.write_row(HEADER_ROW - 1, 0, _LABELS, head)
        page.freeze_panes(HEADER_ROW, 4)
        last = HEADER_ROW + len(lines)
        for number, line in enumerate(lines, start=HEADER_ROW):
            page.write_formula(number, 0, f"=ROW()-{HEADER_ROW}", None, number - HEADER_ROW + 1)
            if number % 97 == 0:
                page.set_row(number, 30, None, {"hidden": True})
            for column, name in enumerate(FIELDS[1:], start=1):
                value = line[name]
                if isinstance(value, int):
                    page.write_number(number, column, value)
                elif value:
                    page.write_string(number, column, value, text)
                else:
                    page.write_blank(number, column, None, text)
        page.write_string(last, 0, "JUMLAH")
        page.write_formula(last, 3, f"=COUNTA(D{HEADER_ROW + 1}:D{last})", None, len(lines))
        page.merge_range(last + 2, 12, last + 2, 15, "Tanah Grogot, 12 September 2022")
        page.write_string(last + 3, 12, "Kepala Dinas")
        page.conditional_format(HEADER_ROW, 14, last, 14, {"type": "cell", "criteria": ">", "value": 5})


# --- the workbook as XML, read without Payung ------------------------------------------------------------------

_CELL = re.compile(r'<c r="([A-Z]+)(\d+)"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)


@dataclass(slots=True)
class Raw:
    """A worksheet's XML with the fills of its formats."""

    sheet: str
    fills: list[str]
    shared: list[str]

    @classmethod
    def of(cls, path: Path) -> Raw:
        with zipfile.ZipFile(path) as package:
            styles = package.read("xl/styles.xml").decode()
            names = package.namelist()
            shared = package.read("xl/sharedStrings.xml").decode() if "xl/sharedStrings.xml" in names else ""
            sheet = package.read("xl/worksheets/sheet1.xml").decode()
        fills = re.findall(r"<fill>.*?</fill>", styles, re.DOTALL)
        formats = re.search(r"<cellXfs.*?</cellXfs>", styles, re.DOTALL)
        assert formats
        ids = re.findall(r'<xf\b[^>]*?fillId="(\d+)"', formats[0])
        texts = re.findall(r"<si>(.*?)</si>", shared, re.DOTALL)
        return cls(sheet, [fills[int(one)] for one in ids], texts)

    def cells(self) -> dict[str, tuple[str, str, str]]:
        """Per cell: formula, value, fill."""
        found = {}
        for column, row, attributes, inner in _CELL.findall(self.sheet):
            formula = "".join(re.findall(r"<f\b[^>]*>(.*?)</f>", inner))
            value = "".join(re.findall(r"<v>(.*?)</v>", inner) or re.findall(r"<t\b[^>]*>(.*?)</t>", inner))
            if 't="s"' in attributes:
                value = self.shared[int(value)]
            style = re.search(r'\bs="(\d+)"', attributes)
            found[column + row] = (formula, value, self.fills[int(style[1])] if style else self.fills[0])
        return found

    def furniture(self) -> dict[str, object]:
        """What must stay: merges, rows with their heights, panes, conditional formats."""
        return {
            "merges": re.findall(r'<mergeCell ref="[^"]*"', self.sheet),
            "hidden": [
                (number, *re.findall(r'(?:hidden|ht)="[^"]*"', rest))
                for number, rest in re.findall(r'<row r="(\d+)"([^>]*)>', self.sheet)
            ],
            "panes": re.findall(r"<pane [^>]*>", self.sheet),
            "conditions": re.findall(
                r"<conditionalFormatting.*?</conditionalFormatting>", self.sheet, re.DOTALL
            ),
        }

    def columns(self) -> list[tuple[str, str, str]]:
        return re.findall(r'<col min="(\d+)" max="\d+" width="([^"]*)"[^>]*?(hidden="1")?[^>]*>', self.sheet)


def letter(name: str) -> str:
    return chr(ord("A") + FIELDS.index(name))


def mend(marked: Path, mending: Mapping[tuple[int, str], str], out: Path) -> None:
    """Type the right values into cells of the marked workbook, as somebody would do in Excel."""
    wanted = {f"{letter(name)}{row}": text for (row, name), text in mending.items()}

    def typed(found: re.Match[str]) -> str:
        place = found[1] + found[2]
        if place not in wanted:
            return found[0]
        style = re.search(r'\bs="\d+"', found[3])
        return f'<c r="{place}" {style[0] if style else ""} t="inlineStr"><is><t>{wanted[place]}</t></is></c>'

    with zipfile.ZipFile(marked) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                data = _CELL.sub(typed, data.decode()).encode()
            target.writestr(name, data)
