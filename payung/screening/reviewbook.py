"""The review workbook: where the office decides who is the same person. What is written here, `decisions` reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlsxwriter

from payung.screening.decisions import (
    EARLIER,
    MARK_L,
    MARK_R,
    MEMBERS,
    PAIRS,
    PATTERN,
    PATTERNS,
    VERDICT,
    pair_key,
)
from payung.screening.rules import PairDecision, Verdict
from payung.sheets.writing import new_book, whole, write_text

if TYPE_CHECKING:
    from payung.screening.review import Pair, Review, Side

GUIDE = "Petunjuk"
_MADE_AT = datetime(2000, 1, 1)  # noqa: DTZ001 - the workbook's own date; the clock would change the bytes.
_RESTRICTED = (
    "TERBATAS: memuat NIK lengkap. Hanya untuk petugas pemeriksa; simpan terkunci dan jangan diteruskan."
)
_HEAD = 2
"""0-based row of the header: above it stand what to do and whom it is for."""
_FIELDS = (
    ("NIK", "nik", 19), ("NO KK", "kk", 19), ("NAMA", "name", 26), ("TANGGAL LAHIR", "birth", 13), ("L/P", "sex", 5),
    ("DESA", "desa", 18), ("RT", "rt", 6), ("NO HP", "phone", 15), ("ISI", "says", 28), ("ASAL", "origin", 34),
)  # fmt: skip
_MARKED = ("nik", "kk", "name", "birth")
"""Fields in which each differing character is marked."""
_LONGEST_COMPARED = 200
"""Characters; a longer text is nobody's name and differs as a whole."""
_DIGITS = ("nik", "kk", "phone")


@dataclass(frozen=True, slots=True)
class _Looks:
    """The formats of one workbook. What differs is bold, underlined and red: never by colour alone."""

    head: Any
    text: Any
    wrap: Any
    digits: Any
    plain: Any
    plain_digits: Any
    differs: Any
    differs_digits: Any
    answer: Any
    warning: Any
    count: Any


def write_workbook(review: Review, out: Path, decided: Sequence[PairDecision] = ()) -> None:
    """Write `review` with an empty KEPUTUSAN beside each question; `decided` is carried on in a hidden sheet.

    A question that was put to the RT shows it. Every cell is text; the same review gives the same bytes.
    """
    asked = {pair_key(one) for one in decided if one.verdict is Verdict.ASK_RT}
    with new_book(out) as book:
        book.set_properties({"title": "Pemeriksaan pasangan", "created": _MADE_AT})
        looks = _looks(book)
        _pairs(book.add_worksheet(PAIRS), review, asked, looks)
        _patterns(book.add_worksheet(PATTERNS), review, looks)
        _guide(book.add_worksheet(GUIDE), review, looks)
        _hidden(
            book.add_worksheet(MEMBERS),
            (PATTERN, MARK_L, MARK_R),
            ((pattern.code, *pair) for pattern in review.patterns for pair in pattern.pairs),
        )
        earlier = sorted((*pair_key(one), str(one.verdict)) for one in decided)
        _hidden(book.add_worksheet(EARLIER), (MARK_L, MARK_R, VERDICT), iter(earlier))


def _looks(book: xlsxwriter.Workbook) -> _Looks:
    cell = {"num_format": "@", "valign": "top", "bottom": 1, "bottom_color": "#C4CDD4"}
    digits = {"font_name": "Consolas", "font_size": 11}
    differs = {"bold": True, "underline": 1, "font_color": "#B00020"}
    return _Looks(
        head=book.add_format(
            {"bold": True, "bg_color": "#DCE9E4", "border": 1, "text_wrap": True, "valign": "top"}
        ),
        text=book.add_format(cell),
        wrap=book.add_format(cell | {"text_wrap": True}),
        digits=book.add_format(cell | digits),
        plain=book.add_format({}),
        plain_digits=book.add_format(digits),
        differs=book.add_format(differs),
        differs_digits=book.add_format(differs | digits),
        answer=book.add_format(cell | {"bg_color": "#FFF6D6", "bold": True, "border": 1, "locked": False}),
        warning=book.add_format({"bold": True, "font_color": "#B00020"}),
        count=book.add_format(cell | {"num_format": "#,##0"}),
    )


def _title(sheet: Any, task: str, looks: _Looks) -> None:
    write_text(sheet, 0, 0, _RESTRICTED, looks.warning)
    write_text(sheet, 1, 0, task)


def _drop_down(sheet: Any, column: int, rows: int) -> None:
    sheet.data_validation(
        _HEAD + 1, column, _HEAD + max(1, rows), column,
        {
            "validate": "list",
            "source": [str(verdict) for verdict in Verdict],
            "error_title": "Keputusan",
            "error_message": f"Pilih {', '.join(Verdict)}, atau kosongkan.",
        },
    )  # fmt: skip


def _pairs(sheet: Any, review: Review, asked: set[tuple[str, str]], looks: _Looks) -> None:
    header = ["NO", VERDICT, "MENGAPA DITANYAKAN", "PETUNJUK RUMAH TANGGA", "DIBANDINGKAN DENGAN"]
    widths = [6, 13, 38, 28, 22]
    for label, _, width in _FIELDS:
        header += [f"{label} (1)", f"{label} (2)"]
        widths += [width, width]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    marks = len(header)
    sheet.set_column(marks, marks + 1, 10, None, {"hidden": True})
    sheet.freeze_panes(_HEAD + 1, 2)
    sheet.autofilter(_HEAD, 0, _HEAD + max(1, len(review.pairs)), marks - 1)
    _drop_down(sheet, 1, len(review.pairs))
    _title(
        sheet,
        "Pilih KEPUTUSAN: sama, beda, atau tanya RT. Huruf tebal bergaris bawah adalah yang berbeda.",
        looks,
    )
    for column, label in enumerate((*header, MARK_L, MARK_R)):
        write_text(sheet, _HEAD, column, label, looks.head)
    for number, pair in enumerate(review.pairs, start=1):
        row = _HEAD + number
        sheet.write_number(row, 0, number, looks.count)
        open_question = str(Verdict.ASK_RT) if tuple(sorted(pair.key)) in asked else ""
        write_text(sheet, row, 1, open_question, looks.answer)
        for column, text in enumerate((pair.why, pair.hint, pair.where), start=2):
            write_text(sheet, row, column, text, looks.wrap)
        for at, (_, field, _) in enumerate(_FIELDS):
            _two_cells(sheet, row, 5 + 2 * at, pair, field, looks)
        write_text(sheet, row, marks, pair.left.fingerprint)
        write_text(sheet, row, marks + 1, pair.right.fingerprint)


def _two_cells(sheet: Any, row: int, column: int, pair: Pair, field: str, looks: _Looks) -> None:
    left, right = whole(getattr(pair.left, field)), whole(getattr(pair.right, field))
    look = looks.digits if field in _DIGITS else looks.wrap
    parts = differences(left, right) if field in _MARKED and left and right else None
    for side, text in enumerate((left, right)):
        if parts is None or left == right:
            write_text(sheet, row, column + side, text, look)
        else:
            _marked_cell(sheet, row, column + side, parts[side], look, field in _DIGITS, looks)


Part = tuple[str, bool]
"""A piece of a text, and whether it differs from the other text."""


def differences(left: str, right: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Both texts in pieces, each with whether the other has it too at its place; case does not count.

    Two numbers of one length are compared place by place, as one reads them; other texts by their longest common
    pieces, unless places tell them apart as well.
    """
    one, other = left.casefold(), right.casefold()
    if len(one) != len(left) or len(other) != len(right):
        one, other = left, right
    placed = [a != b for a, b in zip(one, other, strict=False)] if len(one) == len(other) else None
    if placed is not None and left.isdigit() and right.isdigit():
        return _pieces(left, placed), _pieces(right, placed)
    if max(len(left), len(right)) > _LONGEST_COMPARED:
        return ((left, True),), ((right, True),)
    flags_l, flags_r = [True] * len(left), [True] * len(right)
    for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks():
        flags_l[block.a : block.a + block.size] = [False] * block.size
        flags_r[block.b : block.b + block.size] = [False] * block.size
    if placed is not None and sum(placed) <= sum(flags_l):
        flags_l = flags_r = placed
    return _pieces(left, flags_l), _pieces(right, flags_r)


def _pieces(text: str, flags: Sequence[bool]) -> tuple[Part, ...]:
    pieces: list[Part] = []
    for char, flag in zip(text, flags, strict=True):
        if pieces and pieces[-1][1] == flag:
            pieces[-1] = pieces[-1][0] + char, flag
        else:
            pieces.append((char, flag))
    return tuple(pieces)


def _marked_cell(
    sheet: Any, row: int, column: int, parts: Sequence[Part], look: Any, digits: bool, looks: _Looks
) -> None:
    differs = looks.differs_digits if digits else looks.differs
    plain = looks.plain_digits if digits else looks.plain
    if len(parts) == 1:
        text, flag = parts[0]
        if not flag or len(text) < 2:
            write_text(sheet, row, column, text, look)
            return
        parts = ((text[:1], True), (text[1:], True))
    pieces: list[Any] = []
    for text, flag in parts:
        pieces += [differs if flag else plain, text]
    sheet.write_rich_string(row, column, *pieces, look)


def _patterns(sheet: Any, review: Review, looks: _Looks) -> None:
    header = (
        "NO",
        VERDICT,
        "BANYAKNYA",
        "POLA BUKTI",
        "DIBANDINGKAN DENGAN",
        "CONTOH 1",
        "CONTOH 2",
        "CONTOH 3",
    )
    for column, width in enumerate((6, 13, 11, 44, 34, 52, 52, 52)):
        sheet.set_column(column, column, width)
    marks = len(header)
    sheet.set_column(marks, marks, 10, None, {"hidden": True})
    sheet.freeze_panes(_HEAD + 1, 3)
    _drop_down(sheet, 1, len(review.patterns))
    _title(
        sheet, "Satu KEPUTUSAN di sini berlaku untuk semua pasangan pola itu. Lihat contohnya dahulu.", looks
    )
    for column, label in enumerate((*header, PATTERN)):
        write_text(sheet, _HEAD, column, label, looks.head)
    for number, pattern in enumerate(review.patterns, start=1):
        row = _HEAD + number
        sheet.write_number(row, 0, number, looks.count)
        write_text(sheet, row, 1, "", looks.answer)
        sheet.write_number(row, 2, len(pattern.pairs), looks.count)
        write_text(sheet, row, 3, pattern.why, looks.wrap)
        write_text(sheet, row, 4, pattern.where, looks.wrap)
        for column, sample in enumerate(pattern.samples, start=5):
            write_text(sheet, row, column, f"{_line(sample.left)}\n{_line(sample.right)}", looks.wrap)
        write_text(sheet, row, marks, pattern.code)


def _line(side: Side) -> str:
    """One record on one line."""
    parts = (
        side.nik or "(NIK kosong)",
        side.name,
        side.birth,
        side.kk and f"KK {side.kk}",
        side.desa,
        side.says,
    )
    return " · ".join(part for part in parts if part)


def _hidden(sheet: Any, header: Sequence[str], rows: Iterator[tuple[str, ...]]) -> None:
    sheet.hide()
    for column, label in enumerate(header):
        write_text(sheet, 0, column, label)
    for number, values in enumerate(rows, start=1):
        for column, text in enumerate(values):
            write_text(sheet, number, column, text)


def _guide(sheet: Any, review: Review, looks: _Looks) -> None:
    sheet.set_column(0, 0, 120, looks.wrap)
    certain = sum(len(pattern.pairs) for pattern in review.patterns)
    lines = (
        f"{len(review.pairs)} pasangan diputus satu per satu (lembar {PAIRS}); "
        f"{certain} pasangan dalam {len(review.patterns)} pola dipastikan sekaligus (lembar {PATTERNS}).",
        "Selama sebuah pasangan belum diputus, orangnya belum dapat masuk daftar penerima.",
        "sama: kedua baris itu orang yang sama. Di daftar RT ia dihitung sekali; di register, isi register berlaku baginya.",
        "beda: dua orang yang berlainan. Masing-masing dinilai sendiri.",
        "tanya RT: belum jelas; tetap terbuka sampai RT menjawab.",
        "Pasangan yang paling menentukan berdiri di atas. Urutan dan saringan boleh diubah.",
        "Kolom dan lembar yang tersembunyi jangan dihapus: dengan itu keputusan kembali ke orangnya.",
        "Keputusan tetap berlaku walaupun daftar dikirim ulang dengan urutan lain. Kalau NIK, nama, tanggal lahir, "
        "jenis kelamin, atau desa seseorang diperbaiki, hanya pasangannya yang ditanyakan lagi.",
        "Setelah selesai: simpan, lalu jalankan lagi dengan --decisions dan nama berkas ini.",
    )
    write_text(sheet, 0, 0, _RESTRICTED, looks.warning)
    for row, line in enumerate(lines, start=2):
        write_text(sheet, row, 0, line, looks.wrap)
