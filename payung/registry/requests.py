"""Ask a register's owner about our rows: the fewest fields that they need, with row ids, ready to be answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from payung.core.application import Application
from payung.registry.rules import Register, Status, request_id
from payung.sheets.writing import new_book, write_text

LABELS = {
    "nik": "NIK",
    "kk": "NO KK",
    "name": "NAMA LENGKAP",
    "birth_on": "TANGGAL LAHIR",
    "sex": "JENIS KELAMIN",
}
ANSWER_COLUMNS = ("STATUS", "SEGMEN", "DIBAYAR OLEH", "BERLAKU SAMPAI", "KETERANGAN")
REQUEST_ID_HEADER = "ID PERMINTAAN"
ROW_ID_HEADER = "ID BARIS"
WORDS = {
    Status.ACTIVE: "AKTIF",
    Status.INACTIVE: "TIDAK AKTIF",
    Status.DEAD: "MENINGGAL",
    Status.MOVED: "PINDAH",
    Status.MATCHED: "SESUAI",
    Status.DIFFERS: "TIDAK SESUAI",
    Status.ABSENT: "TIDAK TERDAFTAR",
}
"""One word for each status that an owner may answer with; each reads back as the same status."""


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.strftime("%d-%m-%Y") if isinstance(value, date) else str(value)


def write_request(register: Register, applications: Sequence[Application], out: Path) -> str:
    """Write the request workbook and return its id.

    Only the fields that `register` needs leave the house, every cell as text, with an empty STATUS column whose
    drop-down holds the words that we understand.
    """
    asked = request_id(register.name, (application.row_id for application in applications))
    header = [ROW_ID_HEADER, REQUEST_ID_HEADER, *(LABELS[field] for field in register.asks), *ANSWER_COLUMNS]
    with new_book(out) as book:
        text = book.add_format({"num_format": "@"})
        bold = book.add_format({"bold": True, "bg_color": "#DCE9E4", "border": 1})
        sheet = book.add_worksheet("Permintaan")
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 1, 18, text)
        sheet.set_column(2, len(header) - 1, 22, text)
        for column, label in enumerate(header):
            write_text(sheet, 0, column, label, bold)
        status_column = 2 + len(register.asks)
        for row, application in enumerate(applications, start=1):
            values = (application.row_id, asked, *(getattr(application, field) for field in register.asks))
            for column, value in enumerate(values):
                write_text(sheet, row, column, _text(value), text)
        sheet.data_validation(
            1, status_column, max(1, len(applications)), status_column,
            {"validate": "list", "source": [WORDS[status] for status in register.answers]},
        )  # fmt: skip
        note = book.add_worksheet("Keterangan")
        note.set_column(0, 0, 110)
        for row, line in enumerate(
            (
                f"Permintaan padanan {asked} kepada {register.owner}",
                register.question,
                f"Jumlah baris: {len(applications)}. Mohon kolom STATUS diisi untuk setiap baris:",
                ", ".join(WORDS[status] for status in register.answers) + ".",
                "Baris yang dikosongkan dibaca sebagai belum dijawab, bukan sebagai tidak terdaftar.",
                f"Kolom {ROW_ID_HEADER} dan {REQUEST_ID_HEADER} jangan diubah: dengan itu jawaban kembali ke orangnya.",
                "Berisi data pribadi: kirim hanya kepada penerima, simpan terkunci, hapus setelah dijawab.",
            )
        ):
            write_text(note, row, 0, line)
    return asked
