"""Forms out, one per RT: the Excel template and the printable sheet, pre-filled from the last roll with row ids."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

import typst
import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.utility import xl_col_to_name

from payung.core.application import Application
from payung.core.errors import cannot_write
from payung.intake.marks import ID_HEADER
from payung.intake.sheetxml import clean
from payung.sheets.writing import printable_all, write_text

HEADER_ROW = 5
"""Excel's number of the header row of a template; people begin below it."""
SHORT_ID = 8
"""Digits of a row id that are printed on paper: enough to find one row among the rows of one RT."""
_CARDS_A_PAGE = 4
_BLANK_CARDS = 2 * _CARDS_A_PAGE - 1
"""At least so many empty cards; the last page holds one fewer, for the signatures."""
_PAPER = "#1F3A4D"


@dataclass(frozen=True, slots=True)
class RtForm:
    """What a form is made for: one RT and the people it listed last time.

    `groups` are the occupation groups offered, as people call them; `blank_rows` empty rows follow the known people
    in the Excel template.
    """

    regency: str
    kecamatan: str
    desa_code: str
    desa_name: str
    rt: str
    rw: str
    rows: tuple[Application, ...] = ()
    groups: tuple[str, ...] = ()
    blank_rows: int = 60

    @property
    def place(self) -> str:
        rw = f" / RW {self.rw}" if self.rw else ""
        return f"RT {self.rt}{rw} · {self.desa_name} · Kecamatan {self.kecamatan} · {self.regency}"


@dataclass(frozen=True, slots=True)
class Field:
    """One column of the template. `rule`: what the cell takes; `help` is shown when it is chosen."""

    name: str
    header: str
    width: float
    help: str
    rule: str = ""
    options: tuple[str, ...] = ()


FIELDS = (
    Field("nik", "NIK", 20, "16 angka, disalin dari KTP atau KK. Ketik saja, tanpa spasi.", rule="digits16"),
    Field("kk", "No. KK", 20, "16 angka di bagian atas Kartu Keluarga.", rule="digits16"),
    Field("name", "Nama Lengkap", 28, "Seperti tertulis di KTP, tanpa gelar."),
    Field("birth_place", "Tempat Lahir", 16, "Kota atau kabupaten, seperti di KTP."),
    Field("birth_on", "Tanggal Lahir", 14, "Hari-bulan-tahun, misalnya 05-08-1990.", rule="date"),
    Field("sex", "L/P", 6, "L untuk laki-laki, P untuk perempuan.", options=("L", "P")),
    Field("mother_name", "Nama Ibu Kandung", 22, "Diminta BPJS Ketenagakerjaan saat pendaftaran."),
    Field("address", "Alamat", 26, "Nama jalan, nomor rumah, atau dusun."),
    Field("rt", "RT", 6, "Terisi sendiri."),
    Field("rw", "RW", 6, "Terisi sendiri; kosong bila desa tidak memakai RW."),
    Field("desa", "Desa/Kelurahan", 18, "Terisi sendiri."),
    Field(
        "occupation",
        "Pekerjaan",
        22,
        "Pilih dari daftar, atau tulis bila tidak ada di daftar.",
        rule="groups",
    ),
    Field("work_place", "Tempat Kerja", 20, "Di mana bekerja sehari-hari, misalnya kebun sendiri."),
    Field("work_hours", "Jam Kerja", 12, "Misalnya 07.00-15.00."),
    Field("income_idr", "Penghasilan per Bulan", 14, "Rupiah, angka saja, misalnya 1500000.", rule="rupiah"),
    Field("employer", "Pemberi Kerja", 18, "Kosongkan bila bekerja sendiri."),
    Field("pupil", "Masih Sekolah", 10, "Ya bila masih pelajar atau mahasiswa.", options=("Ya", "Tidak")),
    Field("phone", "No. HP", 16, "Nomor yang dapat dihubungi, diawali 0.", rule="phone"),
    Field(
        "bpjs_kesehatan",
        "BPJS Kesehatan",
        14,
        "Status kartu BPJS Kesehatan.",
        options=("Aktif", "Tidak aktif", "Tidak punya", "Tidak tahu"),
    ),
    Field("proof", "Bukti Pekerjaan", 18, "Misalnya surat keterangan RT, kartu nelayan, foto usaha."),
    Field("collector", "Nama Pendata", 18, "Siapa yang menulis baris ini."),
    Field("collected_on", "Tanggal Pendataan", 14, "Hari-bulan-tahun, misalnya 20-10-2022.", rule="date"),
)

_STEPS = (
    "Satu baris untuk satu orang. Mulai dari baris kosong di bawah orang yang sudah tercantum.",
    "Orang yang sudah tercantum: periksa, perbaiki yang berubah, hapus isi barisnya bila meninggal atau pindah.",
    "NIK dan No. KK harus 16 angka. Salin dari KTP atau KK, jangan dari ingatan.",
    "Tanggal ditulis hari-bulan-tahun: 05-08-1990.",
    "Yang tidak diketahui dibiarkan kosong. Jangan diisi tanda garis, nol, atau perkiraan.",
    "Jangan menambah, menghapus, atau memindahkan kolom.",
    "Setelah selesai: simpan, lalu kirim berkas ini ke kantor desa atau kelurahan.",
)


def value(row: Application, field: str) -> str:
    """What stands in a field of the form for a person already known; '' for unknown."""
    if field == "birth_on":
        return _day(row.birth_on) or row.birth_raw or ""
    if field == "collected_on":
        return _day(row.collected_on)
    if field == "desa":
        return row.desa_raw or ""
    if field == "occupation":
        return row.occupation_raw or row.group or ""
    if field == "pupil":
        return "" if row.pupil is None else "Ya" if row.pupil else "Tidak"
    if field in ("nik", "kk"):
        return getattr(row, field) or getattr(row, f"{field}_raw") or ""
    found = getattr(row, field)
    return "" if found is None else str(found)


def write_form(rt: RtForm, out: Path) -> None:
    """Write the Excel template of one RT; PayungError when it cannot be written."""
    try:
        with xlsxwriter.Workbook(
            out, {"strings_to_formulas": False, "in_memory": True, "strings_to_urls": False}
        ) as book:
            _Template(book, rt).write()
    except (OSError, XlsxWriterException) as error:
        raise cannot_write(f"Formulir {out.name}", error) from error


class _Template:
    def __init__(self, book: xlsxwriter.Workbook, rt: RtForm) -> None:
        self.rt = rt
        self.sheet = book.add_worksheet(f"RT {rt.rt}"[:31])
        self.help = book.add_worksheet("Petunjuk")
        self.lists = book.add_worksheet("Pilihan")
        self.title = book.add_format({"bold": True, "font_size": 15, "font_color": _PAPER})
        self.place = book.add_format({"font_size": 11, "font_color": _PAPER})
        self.small = book.add_format({"italic": True, "font_color": "#5A6670"})
        self.head = book.add_format(
            {"bold": True, "font_color": "white", "bg_color": _PAPER, "border": 1, "border_color": "#9AA7B0"}
            | {"align": "center", "valign": "vcenter", "text_wrap": True}
        )
        line = {"border": 1, "border_color": "#C4CDD4", "valign": "vcenter", "num_format": "@"}
        self.cell = book.add_format(line)
        self.auto = book.add_format({**line, "num_format": "General", "font_color": "#5A6670"})
        self.known = book.add_format({**line, "bg_color": "#EEF3F6"})
        self.body = book.add_format({"text_wrap": True, "valign": "top"})
        self.bold = book.add_format({"bold": True, "valign": "top"})

    def write(self) -> None:
        self._page()
        self._header()
        for place, row in enumerate(self.rt.rows):
            self._known(HEADER_ROW + place, row)
        first_blank = HEADER_ROW + len(self.rt.rows)
        last = first_blank + self.rt.blank_rows - 1
        for place in range(first_blank, last + 1):
            self._blank(place)
        for column, field in enumerate(FIELDS, start=1):
            self._validate(column, field, last)
        self._instructions()

    def _page(self) -> None:
        sheet = self.sheet
        write_text(sheet, 0, 1, "DAFTAR PEKERJA RENTAN", self.title)
        write_text(sheet, 1, 1, self.rt.place, self.place)
        write_text(
            sheet, 2, 1, "Satu baris satu orang. Penjelasan tiap kolom ada di lembar Petunjuk.", self.small
        )
        sheet.freeze_panes(HEADER_ROW, 4)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEADER_ROW - 1)
        sheet.set_footer("&L&8" + self.rt.place.replace("&", "&&") + "&R&8Halaman &P dari &N")
        sheet.hide_gridlines(2)

    def _header(self) -> None:
        sheet = self.sheet
        sheet.set_row(HEADER_ROW - 1, 32)
        write_text(sheet, HEADER_ROW - 1, 0, "No", self.head)
        sheet.set_column(0, 0, 5)
        for column, field in enumerate(FIELDS, start=1):
            sheet.set_column(column, column, field.width)
            write_text(sheet, HEADER_ROW - 1, column, field.header, self.head)
        sheet.set_column(len(FIELDS) + 1, len(FIELDS) + 1, 3, None, {"hidden": True})
        write_text(sheet, HEADER_ROW - 1, len(FIELDS) + 1, ID_HEADER)

    def _known(self, place: int, row: Application) -> None:
        write_text(self.sheet, place, 0, str(place - HEADER_ROW + 1), self.known)
        for column, field in enumerate(FIELDS, start=1):
            text = clean(value(row, field.name)) or self._default(field.name)
            if text:
                write_text(self.sheet, place, column, text, self.known)
            else:
                self.sheet.write_blank(place, column, None, self.known)
        write_text(self.sheet, place, len(FIELDS) + 1, row.row_id)

    def _default(self, field: str) -> str:
        return {"rt": self.rt.rt, "rw": self.rt.rw, "desa": self.rt.desa_name}.get(field, "")

    def _blank(self, place: int) -> None:
        """An empty row. Its place fills itself in once there is a name, so that an empty row stays empty."""
        self.sheet.write_blank(place, 0, None, self.cell)
        name = 1 + next(n for n, field in enumerate(FIELDS) if field.name == "name")
        for column, field in enumerate(FIELDS, start=1):
            default = self._default(field.name).replace('"', '""')
            if default:
                cell = f"${xl_col_to_name(name)}{place + 1}"
                self.sheet.write_formula(place, column, f'=IF({cell}="","","{default}")', self.auto, "")
            else:
                self.sheet.write_blank(place, column, None, self.cell)

    def _validate(self, column: int, field: Field, last: int) -> None:
        """Say what belongs here; warn, never block: a person is better listed with a fault than left out."""
        cell = f"{xl_col_to_name(column)}{HEADER_ROW + 1}"
        options: dict[str, object] = {"input_title": field.header[:32], "input_message": field.help[:255]}
        options |= {"error_type": "warning", "error_title": "Periksa lagi", "error_message": field.help[:255]}
        number = f'ISNUMBER(--SUBSTITUTE({cell}," ",""))'
        formulas = {
            "digits16": f"=AND(LEN({cell})=16,{number})",
            "phone": f'=AND(LEN({cell})>=9,LEN({cell})<=16,LEFT({cell},1)="0",{number})',
            "rupiah": f"={number}",
            "date": f"=AND(LEN({cell})>=8,LEN({cell})<=10)",
        }
        if field.options:
            options |= {"validate": "list", "source": list(field.options)}
        elif field.rule == "groups" and self.rt.groups:
            options |= {"validate": "list", "source": f"=Pilihan!$A$2:$A${len(self.rt.groups) + 1}"}
            options |= {"show_error": False}
        elif field.rule in formulas:
            options |= {"validate": "custom", "value": formulas[field.rule]}
        else:
            options |= {"validate": "any"}
        self.sheet.data_validation(HEADER_ROW, column, last, column, options)

    def _instructions(self) -> None:
        page = self.help
        page.hide_gridlines(2)
        page.set_column(0, 0, 24)
        page.set_column(1, 1, 90)
        write_text(page, 0, 0, "Petunjuk pengisian", self.title)
        for number, step in enumerate(_STEPS, start=1):
            write_text(page, number, 0, f"Langkah {number}", self.bold)
            write_text(page, number, 1, step, self.body)
        start = len(_STEPS) + 2
        write_text(page, start, 0, "Kolom", self.head)
        write_text(page, start, 1, "Cara mengisi", self.head)
        for number, field in enumerate(FIELDS, start=start + 1):
            write_text(page, number, 0, field.header, self.bold)
            write_text(page, number, 1, field.help, self.body)
        write_text(self.lists, 0, 0, "Pekerjaan")
        for number, group in enumerate(self.rt.groups, start=1):
            write_text(self.lists, number, 0, group)
        self.lists.hide()


def write_sheet_pdf(rt: RtForm, out: Path) -> None:
    """Write the printable A4 sheet of one RT as PDF; PayungError when it cannot be written."""
    cards = [_card(row) for row in rt.rows]
    data = {
        "place": [rt.rt, rt.rw, rt.desa_name, rt.kecamatan, rt.regency, rt.desa_code],
        "people": cards,
        "blank": _BLANK_CARDS + -len(cards) % _CARDS_A_PAGE,
        "groups": list(rt.groups),
    }
    template = files("payung.intake").joinpath("form.typ").read_bytes()
    try:
        pdf = typst.compile(
            template,
            ignore_system_fonts=True,
            format="pdf",
            timestamp=0,
            sys_inputs={"data": json.dumps(printable_all(data))},
        )
        out.write_bytes(pdf or b"")
    except OSError as error:
        raise cannot_write(f"Formulir {out.name}", error) from error


def _card(row: Application) -> dict[str, str]:
    """One person on paper: every field as text, the row id shortened."""
    card = {field.name: clean(value(row, field.name)) for field in FIELDS}
    return card | {"id": row.row_id[:SHORT_ID]}


def _day(day: date | None) -> str:
    return f"{day:%d-%m-%Y}" if day else ""
