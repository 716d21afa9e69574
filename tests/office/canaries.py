"""Invented people whose numbers are looked for afterwards in every place where they must not be (trust.md S14, S17)."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

HEADINGS = (
    "NO", "NIK", "NO KK", "NAMA LENGKAP", "TEMPAT LAHIR", "TGL LAHIR", "L/P", "IBU KANDUNG", "ALAMAT", "RT", "DESA",
    "KECAMATAN", "PEKERJAAN", "NO HP", "PELAJAR",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Canary:
    """Somebody with numbers that stand nowhere else. `wrong` says what is the matter with their row."""

    name: str
    nik: str
    kk: str
    born: str
    sex: str
    mother: str
    phone: str
    wrong: str = ""

    def row(self, number: int) -> tuple[str, ...]:
        """The row as a list has it."""
        return (
            str(number), self.nik, self.kk, self.name, "Janju", self.born, self.sex, self.mother, "Jl. Poros", "005",
            "Janju", "Tanah Grogot", "Pedagang", self.phone, "Tidak",
        )  # fmt: skip


CANARIES = (
    Canary(
        "Zulkhairun Wirabakti", "6401046307791731", "6401042308157337", "23-07-1979", "P", "Rukmawatiningsih",
        "081377731937",
    ),
    Canary(
        "Yudhoprawira Kesturi", "6401041402811973", "6401041402093791", "14-02-1981", "L", "Sumirahayuningtyas",
        "082199173731",
    ),
    Canary(
        "Wahyundari Prastikarini", "640104570385917", "640104210611", "17-03-1985", "P", "Tumirahastutiningrum",
        "0853771", "a NIK of 15 digits, a KK of 12, a phone number that is too short",
    ),
    Canary(
        "Xaverius Nugrahanta", "64O1042204887319", "6401042204119371", "31-02-1988", "L", "Lestariningdyahsari",
        "+62 857-1193-7317", "letters in the NIK, a day that does not exist",
    ),
    Canary(
        "Vidyaratna Oktoberina", "6401046810917193", "6401042810137719", "28-10-1991", "L", "Kusumaningwardhani",
        "085219937713", "the other sex than the NIK says",
    ),
)  # fmt: skip
NIK, KK, PHONE = CANARIES[0].nik, CANARIES[0].kk, CANARIES[0].phone


def listed(rows: Iterable[Canary] = CANARIES) -> bytes:
    """Their list, as a village sends it."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(HEADINGS)
    table.writerows(one.row(number) for number, one in enumerate(rows, start=1))
    return out.getvalue().encode()


def secrets() -> list[str]:
    """Every text that must stay sealed, in every way in which it is usually written."""
    found = set()
    for one in CANARIES:
        for number in (one.nik, one.kk):
            found |= {number, " ".join(re.findall(".{1,4}", number)), ".".join(re.findall(".{1,4}", number))}
        digits = re.sub(r"\D", "", one.phone).removeprefix("62").removeprefix("0")
        found |= {one.phone, digits}
        found |= {one.mother, one.mother.upper(), one.mother.lower()}
    return sorted(one for one in found if len(one) >= 7)


NEEDLES = [
    (text, text.encode(encoding)) for text in secrets() for encoding in ("utf-8", "utf-16-le", "utf-16-be")
]


def found_in(content: bytes) -> set[str]:
    """Which secrets stand in some bytes."""
    return {text for text, needle in NEEDLES if needle in content}


def found_below(folder: Path, leave: Iterable[Path] = ()) -> dict[str, set[str]]:
    """Which secrets stand in which files below a folder, in those that lie packed in zips too, and in their names."""
    left = [one.resolve() for one in leave]
    hits: dict[str, set[str]] = {}
    for path in sorted(folder.rglob("*")):
        if any(path.resolve().is_relative_to(one) for one in left):
            continue
        hit = found_in(str(path.relative_to(folder)).encode())
        if path.is_file() and not path.is_symlink():
            hit |= set().union(*(found_in(content) for content in _contents(path)))
        if hit:
            hits[str(path.relative_to(folder))] = hit
    return hits


def _contents(path: Path) -> Iterator[bytes]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return
    yield content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for name in package.namelist():
                yield package.read(name)
