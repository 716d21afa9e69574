"""The many ways in which villages fill in a workbook: one layout each, from the clean form to the copied mess."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random

from payung.core.region import ALIASES
from payung.demo.errors import EXCEL_EPOCH, write_date
from payung.demo.grid import Cell, Formula, Sheet, write_csv, write_ods, write_xlsx
from payung.demo.listing import Collector, Listed
from payung.demo.places import Village

Spot = tuple[str, int, Listed]
"""Sheet name (empty in text files), Excel's row number, and the line that stands there."""


@dataclass(slots=True)
class Book:
    """One laid-out workbook, ready to be written."""

    sheets: list[Sheet] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Style:
    """How one village keeps its list."""

    name: str
    columns: tuple[tuple[str, str], ...]
    """Field and header text, in order; a field that is missing here is not collected."""
    layout: Callable[[_Filler], None]
    dates: str = "cell"
    """`cell` (a real date), or one of the written styles, or `mixed`."""
    suffix: str = ".xlsx"
    delimiter: str = ","
    encoding: str = "utf-8"
    sexes: tuple[str, str] = ("L", "P")
    desa_named: str = "title"
    """Where the village is named: `column`, `title` or only in the `file` name."""
    hidden: frozenset[str] = frozenset()
    numeric_kk: bool = False


class _Filler:
    """Puts lines into a book in the manner of a style."""

    def __init__(
        self,
        style: Style,
        place: Village,
        lines: list[Listed],
        collectors: dict[int, Collector],
        names: dict[str, str],
        rng: Random,
    ) -> None:
        self.style, self.place, self.rng = style, place, rng
        self.collectors, self._names = collectors, names
        self.by_rt: dict[int, list[Listed]] = {}
        for line in lines:
            self.by_rt.setdefault(line.rt, []).append(line)
        self.lines = [line for rt in sorted(self.by_rt) for line in self.by_rt[rt]]
        self.book = Book()
        self.sheet = Sheet("")
        self._number = 0

    @property
    def desa(self) -> str:
        kind = "KELURAHAN" if self.place.kelurahan else "DESA"
        return f"{kind} {ALIASES.get(self.place.code, (self.place.name,))[0].upper()}"

    def start(self, name: str) -> None:
        self.sheet = Sheet(name)
        self.book.sheets.append(self.sheet)
        for column, (wanted, _) in enumerate(self.style.columns):
            self.sheet.widths[column] = _WIDTHS.get(wanted, 12)
            if wanted in self.style.hidden:
                self.sheet.hidden_columns.add(column)

    def add(self, cells: list[Cell]) -> int:
        self.sheet.rows.append(cells)
        return len(self.sheet.rows) - 1

    def title(self, *texts: str) -> None:
        for text in texts:
            self.sheet.titles.add(self.add([text]))

    def header(self) -> None:
        self.sheet.headers.add(self.add([label for _, label in self.style.columns]))

    def fill(self, lines: list[Listed]) -> None:
        for line in lines:
            self._number += 1
            cells = [self._cell(wanted, line) for wanted, _ in self.style.columns]
            row = self.add(cells)
            name = "" if self.style.suffix == ".csv" else self.sheet.name
            self.book.spots.append((name, row + 1, line))

    def restart(self) -> None:
        self._number = 0

    def total(self, count: int, label: str = "JUMLAH") -> None:
        """A totals line as people make it: a word, and a count in the name column."""
        row: list[Cell] = [None] * len(self.style.columns)
        row[0] = label
        last = len(self.sheet.rows)
        names = self._column("name")
        if names and self.style.suffix == ".xlsx":
            letter = chr(ord("A") + names)
            row[names] = Formula(f"=COUNTA({letter}{max(1, last - count + 1)}:{letter}{last})", count)
        elif names:
            row[names] = f"{count} orang"
        self.add(row)

    def _column(self, wanted: str) -> int:
        return next((i for i, (name, _) in enumerate(self.style.columns) if name == wanted), 0)

    def _cell(self, wanted: str, line: Listed) -> Cell:
        row = line.written
        if wanted == "no":
            return self._number
        if wanted == "nik":
            return int(row.nik) if line.numeric_nik and self.style.suffix == ".xlsx" else row.nik
        if wanted == "kk":
            if self.style.numeric_kk and row.kk.isdigit() and len(row.kk) == 16:
                return int(row.kk[:15] + "0")
            return row.kk
        if wanted == "birth_on":
            return self._birth(row.birth_on)
        if wanted == "sex":
            return {"L": self.style.sexes[0], "P": self.style.sexes[1]}.get(row.sex, "")
        if wanted == "rt":
            return line.rt if self.style.name in _NUMERIC_RT else f"{line.rt:03d}"
        if wanted == "rw":
            return f"{1 + line.rt // 5:03d}"
        if wanted == "dusun":
            return f"DUSUN {'I' * (1 + line.rt // 6 % 3)}"
        if wanted == "desa":
            return self._desa_cell(row.desa)
        if wanted == "income" and line.income.isdigit():
            return int(line.income)
        if wanted in ("name", "phone"):
            return str(getattr(row, wanted))
        if wanted in ("collector", "collected_on"):
            collector = self.collectors.get(line.rt) or next(iter(self.collectors.values()))
            return collector.name if wanted == "collector" else self._birth(collector.on.isoformat())
        if wanted in _OPENSID:
            return _OPENSID[wanted]
        return str(getattr(line, wanted))

    def _desa_cell(self, code: str) -> str:
        """The village as it is written: sometimes in capitals, with its kind, or by its old name."""
        if not code:
            return ""
        name, way = self._names.get(code, self.place.name), self.rng.random()
        if way < 0.1 and code in ALIASES:
            return self.rng.choice(ALIASES[code])
        if way < 0.3:
            return name.upper()
        return f"{'Kel.' if '.1' in code[8:10] else 'Desa'} {name}" if way > 0.9 else name

    def _birth(self, text: str) -> Cell:
        if len(text) != 10 or text[4] != "-":
            return int(text) if text.isdigit() else text
        day = date.fromisoformat(text)
        style = self.style.dates
        if style == "mixed":
            style = self.rng.choice(("cell", "cell", "dashes", "slashes", "serial", "words"))
        if style == "cell":
            return day
        if style == "serial":
            return (day - EXCEL_EPOCH).days
        return write_date(day, style)


_WIDTHS = {
    "name": 28,
    "nik": 20,
    "kk": 20,
    "address": 30,
    "no": 5,
    "rt": 5,
    "rw": 5,
    "occupation": 20,
    "mother": 24,
}
_NUMERIC_RT = frozenset({"sederhana", "berulang", "titik_koma"})
_OPENSID = {
    "religion": "ISLAM", "schooling": "SLTA/SEDERAJAT", "marital": "KAWIN", "relation": "KEPALA KELUARGA", "father": "-",
    "alive": "HIDUP", "tag": "",
}  # fmt: skip


def _form(filler: _Filler) -> None:
    """The official form: header on top, nothing else."""
    filler.start("Usulan")
    filler.header()
    filler.fill(filler.lines)


def _titled(filler: _Filler) -> None:
    """Merged titles, a line of column numbers, a total, a place for the signature."""
    filler.start("DATA")
    filler.title(
        "DAFTAR USULAN PEKERJA RENTAN",
        filler.desa,
        f"KECAMATAN {filler.place.district.upper()} KABUPATEN PASER",
        "TAHUN 2022",
    )
    filler.add([])
    filler.header()
    filler.add([index + 1 for index in range(len(filler.style.columns))])
    filler.fill(filler.lines)
    filler.total(len(filler.lines))
    filler.add([])
    column: list[Cell] = [None] * max(1, len(filler.style.columns) - 3)
    filler.add([*column, f"{filler.place.name}, 12 September 2022"])
    filler.add([*column, "Kepala Desa" if not filler.place.kelurahan else "Lurah"])


def _two_headers(filler: _Filler) -> None:
    """Two header rows with merged groups: birth place and date, address and RT."""
    filler.start("Sheet1")
    filler.title("DATA PEKERJA RENTAN " + filler.desa)
    filler.add([])
    groups: list[Cell] = []
    below: list[Cell] = []
    top = len(filler.sheet.rows)
    for column, (wanted, label) in enumerate(filler.style.columns):
        if wanted in ("birth_place", "birth_on"):
            groups.append("TEMPAT, TANGGAL LAHIR" if wanted == "birth_place" else None)
            below.append("TEMPAT" if wanted == "birth_place" else "TANGGAL")
        elif wanted in ("address", "rt"):
            groups.append("ALAMAT" if wanted == "address" else None)
            below.append("JALAN" if wanted == "address" else "RT")
        else:
            groups.append(label)
            below.append(None)
            filler.sheet.merges.append((top, column, top + 1, column))
    fields = [wanted for wanted, _ in filler.style.columns]
    for first in ("birth_place", "address"):
        at = fields.index(first)
        filler.sheet.merges.append((top, at, top, at + 1))
    filler.sheet.headers |= {filler.add(groups), filler.add(below)}
    filler.fill(filler.lines)
    filler.total(len(filler.lines), "Total")


def _sheet_per_rt(filler: _Filler) -> None:
    """One sheet for each RT, named after it; the number stands on top and in the tab only."""
    for rt, lines in sorted(filler.by_rt.items()):
        filler.start(f"RT {rt:03d}")
        filler.restart()
        collector = filler.collectors.get(rt)
        filler.title(f"DAFTAR PEKERJA RENTAN RT {rt:03d}", filler.desa)
        filler.add(["Ketua RT", None, f": {collector.name}" if collector else ":"])
        filler.add([])
        filler.header()
        filler.fill(lines)
        filler.add([])
        filler.total(len(lines))


def _repeated(filler: _Filler) -> None:
    """All RTs beneath each other, the header copied for each, empty lines between."""
    filler.start("Rekap")
    filler.title(f"REKAP USULAN PEKERJA RENTAN {filler.desa}")
    for rt, lines in sorted(filler.by_rt.items()):
        filler.add([])
        filler.add([f"RT {rt:03d}"])
        filler.header()
        filler.restart()
        filler.fill(lines)
        filler.total(len(lines), f"Jumlah RT {rt:03d}")
    filler.total(len(filler.lines), "JUMLAH SELURUHNYA")


def _gaps(filler: _Filler) -> None:
    """A plain table with empty lines and a few rows hidden by a filter."""
    filler.start("Lembar1")
    filler.title(filler.desa)
    filler.header()
    for start in range(0, len(filler.lines), 25):
        filler.fill(filler.lines[start : start + 25])
        filler.add([])
    for row in range(30, len(filler.sheet.rows), 97):
        filler.sheet.hidden_rows.add(row)


_FULL = (
    ("no", "NO"), ("nik", "NIK"), ("kk", "NO KK"), ("name", "NAMA LENGKAP"), ("birth_place", "TEMPAT LAHIR"),
    ("birth_on", "TANGGAL LAHIR"), ("sex", "JENIS KELAMIN"), ("mother", "NAMA IBU KANDUNG"), ("address", "ALAMAT"),
    ("rt", "RT"), ("rw", "RW"), ("desa", "DESA/KELURAHAN"), ("occupation", "PEKERJAAN"), ("work_place", "TEMPAT KERJA"),
    ("work_hours", "JAM KERJA"), ("income", "PENGHASILAN PER BULAN"), ("employer", "PEMBERI KERJA"),
    ("pupil", "PELAJAR"), ("phone", "NO HP"), ("bpjs_kesehatan", "STATUS BPJS KESEHATAN"), ("proof", "BUKTI"),
    ("collector", "PENDATA"), ("collected_on", "TANGGAL PENDATAAN"),
)  # fmt: skip


def _columns(*labels: str) -> tuple[tuple[str, str], ...]:
    pairs = (label.partition("=") for label in labels)
    return tuple((wanted, label) for wanted, _, label in pairs)


STYLES: tuple[Style, ...] = (
    Style("formulir", _FULL, _form, desa_named="column"),
    Style(
        "judul",
        _columns(
            "no=No", "name=Nama Lengkap", "nik=NIK", "kk=No. KK", "birth_place=Tempat Lahir", "birth_on=Tgl. Lahir",
            "sex=L/P", "address=Alamat", "rt=RT", "occupation=Pekerjaan", "income=Penghasilan", "mother=Nama Ibu Kandung",
            "pupil=Pelajar/Mahasiswa", "employer=Nama Perusahaan", "phone=No. HP",
        ),
        _titled,
        dates="mixed",
    ),
    Style(
        "dua_baris",
        _columns(
            "no=NO", "nik=NOMOR INDUK KEPENDUDUKAN", "name=NAMA", "kk=NOMOR KARTU KELUARGA", "birth_place=TEMPAT",
            "birth_on=TANGGAL", "sex=JK", "address=ALAMAT", "rt=RT", "occupation=JENIS PEKERJAAN", "mother=NAMA IBU",
            "pupil=PELAJAR", "employer=PEMBERI KERJA", "income=PENGHASILAN", "phone=TELEPON",
        ),
        _two_headers,
        dates="dashes",
    ),
    Style(
        "per_rt",
        _columns(
            "no=No", "nik=NIK", "name=Nama", "kk=KK", "birth_place=Tempat Lahir", "birth_on=Tanggal Lahir",
            "sex=Jenis Kelamin", "address=Alamat", "occupation=Pekerjaan", "mother=Ibu Kandung", "pupil=Pelajar",
            "income=Penghasilan/bulan", "phone=HP",
        ),
        _sheet_per_rt,
        sexes=("Laki-laki", "Perempuan"),
    ),
    Style(
        "berulang",
        _columns(
            "no=NO", "name=NAMA", "nik=NO. NIK", "kk=NO.KK", "birth_on=TGL LAHIR", "sex=L/P", "mother=NAMA IBU KANDUNG",
            "rt=RT", "address=ALAMAT", "occupation=PROFESI", "income=PENGHASILAN", "phone=NO. TELP",
        ),
        _repeated,
        dates="slashes",
    ),
    Style(
        "sela",
        _columns(
            "nik=NIK KTP", "name=Nama Pekerja", "kk=Nomor KK", "birth_place=Tempat Lahir", "birth_on=Tanggal Lahir",
            "sex=Kelamin", "rt=RT", "rw=RW", "address=Alamat Rumah", "occupation=Pekerjaan", "employer=Perusahaan",
            "pupil=Pelajar", "mother=Nama Ibu", "proof=Bukti Profesi", "income=Penghasilan", "phone=No Handphone",
        ),
        _gaps,
        dates="mixed",
        sexes=("LAKI-LAKI", "PEREMPUAN"),
        hidden=frozenset({"mother"}),
    ),
    Style(
        "sederhana",
        _columns(
            "no=No.", "nik=NIK", "name=NAMA", "birth_on=TANGGAL LAHIR", "sex=L/P", "rt=RT", "occupation=PEKERJAAN",
            "kk=KK",
        ),
        _titled,
        dates="cell",
        numeric_kk=True,
    ),
    Style("koma", _FULL, _form, dates="iso", suffix=".csv", desa_named="column"),
    Style(
        "titik_koma",
        _columns(
            "no=NO", "nik=NIK", "kk=NO KK", "name=NAMA", "birth_place=TEMPAT LAHIR", "birth_on=TGL LAHIR", "sex=JK",
            "rt=RT", "address=ALAMAT", "occupation=PEKERJAAN", "mother=NAMA IBU", "pupil=PELAJAR", "income=PENGHASILAN",
            "phone=HP",
        ),
        _form,
        dates="dashes",
        suffix=".csv",
        delimiter=";",
        encoding="cp1252",
        desa_named="file",
    ),
    Style(
        "tab",
        _columns(
            "nik=NIK", "kk=KK", "name=Nama Lengkap", "birth_on=Tanggal Lahir", "sex=Jenis Kelamin", "rt=RT",
            "desa=Desa", "occupation=Pekerjaan", "mother=Nama Ibu Kandung", "phone=Telepon",
        ),
        _form,
        dates="slashes",
        suffix=".csv",
        delimiter="\t",
        encoding="utf-16",
        desa_named="column",
    ),
    Style(
        "ods",
        _columns(
            "no=No", "nik=NIK", "name=Nama", "kk=No KK", "birth_on=Tanggal Lahir", "sex=L/P", "address=Alamat", "rt=RT",
            "occupation=Pekerjaan", "mother=Nama Ibu Kandung", "pupil=Pelajar", "income=Penghasilan", "phone=No HP",
        ),
        _titled,
        dates="words",
        suffix=".ods",
    ),
    Style(
        "opensid",
        _columns(
            "no=No", "kk=No. KK", "nik=NIK", "tag=Tag Id Card", "name=Nama", "address=Alamat", "dusun=Dusun", "rw=RW",
            "rt=RT", "sex=Jenis Kelamin", "birth_place=Tempat Lahir", "birth_on=Tanggal Lahir", "religion=Agama",
            "schooling=Pendidikan (dlm KK)", "occupation=Pekerjaan", "marital=Kawin", "relation=Hub. Keluarga",
            "father=Nama Ayah", "mother=Nama Ibu", "alive=Status",
        ),
        _form,
        dates="words",
        sexes=("LAKI-LAKI", "PEREMPUAN"),
        desa_named="file",
    ),
)  # fmt: skip
_ORDER = (0, 1, 2, 3, 4, 5, 1, 0, 3, 7, 4, 1, 6, 0, 2, 5, 8, 1, 3, 10, 0, 4, 2, 9, 1, 3, 5, 0, 4, 1, 11, 2)
"""Which style each village uses: the titled and the clean form are the most common."""


def style_of(village: int, part: int) -> Style:
    """The style of a village's workbook; another one for its second."""
    return STYLES[_ORDER[(village + 5 * part) % len(_ORDER)]]


def lay_out(
    style: Style,
    place: Village,
    lines: list[Listed],
    collectors: dict[int, Collector],
    names: dict[str, str],
    rng: Random,
) -> Book:
    """Lay out `lines` in the manner of `style`; `names` gives village names by code."""
    filler = _Filler(style, place, lines, collectors, names, rng)
    style.layout(filler)
    return filler.book


def save(style: Style, book: Book, out: Path) -> None:
    """Write the laid-out workbook in the style's format."""
    if style.suffix == ".xlsx":
        write_xlsx(book.sheets, out, "dd-mm-yyyy" if style.name == "per_rt" else "dd/mm/yyyy")
    elif style.suffix == ".ods":
        write_ods(book.sheets, out)
    else:
        write_csv(book.sheets[0], out, style.delimiter, style.encoding)
