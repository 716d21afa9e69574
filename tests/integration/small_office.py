"""A desk with three short lists and three registers, and the command `payung` as somebody types it."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import xlsxwriter

from payung import cli
from payung.sheets.writing import write_text

HEADER = ("No", "NIK", "No KK", "Nama", "Tanggal Lahir", "L/P", "RT", "Desa", "Pekerjaan", "Pelajar")
_NAMES = (
    "KASIM", "ROHANI", "SUPIAN", "NURHAYATI", "BAHRUDIN", "MASLIANI", "JUMADI", "ARBAINAH", "SYAHRIL", "WIDYA",
    "GUSTI", "HALIMAH", "TAHANG", "PUJIATI", "EDI", "ZALEHA", "MARHAT", "SITI", "LUKMAN", "FATMAWATI",
    "ODANG", "ERNAWATI", "HAIRIL", "YULIANA",
)  # fmt: skip
_WORK = ("petani", "nelayan", "pedagang", "tukang batu")
DESA = ("Janju", "Tapis", "Jone")


def person(number: int) -> list[str]:
    """Row `number` of all lists, without its own number: a person about whom nothing speaks against a seat."""
    woman, year, month, day = number % 2, 70 + number, 1 + number % 12, 1 + (number * 7) % 28
    nik = f"640104{day + 40 * woman:02d}{month:02d}{year:02d}{1 + number:04d}"
    return [
        nik, f"64010402{month:02d}15{1000 + 37 * number}", _NAMES[number], f"{day:02d}-{month:02d}-19{year}",
        "LP"[woman], f"{1 + number % 4:03d}", DESA[number % 3], _WORK[number % 4], "tidak",
    ]  # fmt: skip


def write_csv(path: Path, rows: Sequence[Sequence[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows(rows)


def write_xlsx(path: Path, rows: Sequence[Sequence[str]]) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Usulan")
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                write_text(sheet, number, column, text)


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


def payung(*arguments: str | Path) -> Said:
    """Run the command in this process, as a terminal would see it."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with (
        patch("sys.argv", ["payung", *map(str, arguments)]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
    return Said(code, out.getvalue(), err.getvalue())


@dataclass(slots=True)
class Office:
    """The desk. `options` are those of `payung run`; a test changes what it is about."""

    folder: Path
    rows: dict[str, list[list[str]]] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)
    flags: list[str] = field(default_factory=lambda: ["--no-decree", "--quiet"])

    @property
    def lists(self) -> Path:
        return self.folder / "daftar"

    @property
    def out(self) -> Path:
        return self.folder / "hasil"

    def save(self) -> None:
        """Write the lists again, as `rows` has them."""
        for name, rows in self.rows.items():
            numbered = [[str(number), *row] for number, row in enumerate(rows, start=1)]
            write = write_xlsx if name.endswith(".xlsx") else write_csv
            write(self.lists / name, [HEADER, *numbered])

    def register(self, name: str, rows: Sequence[Sequence[str]], as_of: str = "@2022-09-15") -> Path:
        """Give the run a register made of these rows."""
        path = self.folder / f"{name}.csv"
        write_csv(path, rows)
        others = [one for one in self.options["--register"] if not one.startswith(f"{name}=")]
        self.options["--register"] = [*others, f"{name}={path}{as_of}"]
        return path

    def without(self, name: str) -> None:
        """Take a register away again."""
        self.options["--register"] = [
            one for one in self.options["--register"] if not one.startswith(f"{name}=")
        ]

    def run(self, *more: str | Path) -> Said:
        given = [part for name, values in self.options.items() for value in values for part in (name, value)]
        return payung("run", *given, *self.flags, *more)


def office(folder: Path) -> Office:
    """A new desk in an empty folder: 24 people on three lists, of whom BPJS, BKPSDM and Dukcapil know one each."""
    desk = Office(folder)
    desk.lists.mkdir(parents=True)
    desk.rows = {
        "Janju.csv": [person(number) for number in range(0, 24, 3)],
        "Tapis.csv": [person(number) for number in range(1, 24, 3)],
        "Jone.xlsx": [person(number) for number in range(2, 24, 3)],
    }
    desk.save()
    desk.options = {
        "--lists": [str(desk.lists)],
        "--out": [str(desk.out)],
        "--policy": ["paser-2022"],
        "--ceiling": ["806400"],
        "--months": ["2022-10..2022-12"],
        "--register": [],
    }
    covered, clerk, dead = person(21), person(22), person(23)
    desk.register(
        "bpjs",
        [
            ("NIK", "Nama", "Tanggal Lahir", "Status", "Segmen", "Dibayar Oleh"),
            (covered[0], covered[2], covered[3], "AKTIF", "PU", "PT TELAKE JAYA"),
        ],
    )
    desk.register(
        "asn", [("NIK", "Nama", "Tanggal Lahir", "Status"), (clerk[0], clerk[2], clerk[3], "AKTIF")]
    )
    desk.register(
        "dukcapil", [("NIK", "Nama", "Tanggal Lahir", "Status"), (dead[0], dead[2], dead[3], "MENINGGAL")]
    )
    return desk
