"""What people decided about pairs: read from the review workbook or from CSV, written as CSV.

A decision is keyed by the two fingerprints, so that it survives another import and lapses when an identity changes.
Within the lists and against registers alike, the order of the two does not matter.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from payung.core import nik as niks
from payung.core.dates import parse_date
from payung.core.errors import PayungError
from payung.core.identity import fingerprint
from payung.screening.rules import PairDecision, Verdict
from payung.sheets.limits import MEBIBYTE, Limits
from payung.sheets.reading import read_table
from payung.sheets.table import SheetTable

HEADER = ("fingerprint_l", "fingerprint_r", "decision")
PAIRS, PATTERNS, MEMBERS, EARLIER = "Pasangan", "Pola", "Isi pola", "Keputusan lama"
"""Sheets of the review workbook: one by one, by pattern, each pattern's pairs, and what was decided before."""
VERDICT, MARK_L, MARK_R, PATTERN = "KEPUTUSAN", "SIDIK 1", "SIDIK 2", "KODE POLA"
"""Headers by which a decision is found again, wherever a user moves the columns."""
_LIMITS = Limits(
    file_bytes=200 * MEBIBYTE,
    unpacked_bytes=1000 * MEBIBYTE,
    rows=1_048_576,
    answer_bytes=400 * MEBIBYTE,
    memory_bytes=1024 * MEBIBYTE,
    cpu_seconds=120,
    wall_seconds=180.0,
)
_WORDS: Mapping[str, Verdict] = {
    "sama": Verdict.SAME,
    "beda": Verdict.DIFFERENT,
    "tanya rt": Verdict.ASK_RT,
    "tanya": Verdict.ASK_RT,
}
_SEX = {"L": "L", "M": "L", "P": "P", "W": "P", "F": "P"}
_MARK = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Said:
    """One decision and the cell that it stands in, for messages."""

    decision: PairDecision
    place: str


def fingerprint_of(
    nik: str | None, name: str | None, birth: str | None, sex: str | None, desa: str | None
) -> str:
    """The fingerprint of a row of texts as they were written, as screening sees them.

    NIK without separators; a birth date only where there is one reading; sex by its first letter; a desa only by
    its ten-digit code, with or without dots.
    """
    return fingerprint(
        niks.clean(nik),
        name,
        parse_date(birth).value,
        _SEX.get((sex or "").strip()[:1].upper()),
        dotted(desa),
    )


def dotted(desa: str | None) -> str | None:
    """`64.01.04.2001` of a ten-digit code, None of anything else."""
    digits = (desa or "").replace(".", "").strip()
    if not re.fullmatch(r"\d{10}", digits, re.ASCII):
        return None
    return f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}.{digits[6:]}"


def read_decisions(path: Path) -> tuple[PairDecision, ...]:
    """The decisions of a CSV (`HEADER`) or of a review workbook, patterns expanded, each pair once, in the file's order.

    An empty KEPUTUSAN is no decision. PayungError names the cell of an unknown word, and both cells where one pair
    is decided in two ways. What the workbook carries over from before gives way to what is decided in it.
    """
    if not path.is_file():
        raise PayungError(f"Berkas keputusan {path} tidak ada.", todo="Periksa nama dan foldernya.")
    with path.open("rb") as source:
        start = source.read(4)
    if start == b"PK\x03\x04":
        book = {sheet.name: sheet for sheet in read_table(path, _LIMITS).sheets}
        now = _settled(_from_workbook(book, path.name))
        before = _settled(_pair_sheet(book.get(EARLIER), path.name))
        return tuple((before | now).values())
    return tuple(_settled(_from_csv(path)).values())


def write_decisions(decisions: Iterable[PairDecision], path: Path) -> None:
    """Write decisions as CSV, sorted: the same decisions give the same bytes."""
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(
            sorted((one.fingerprint_l, one.fingerprint_r, str(one.verdict)) for one in decisions)
        )


def pair_key(one: PairDecision) -> tuple[str, str]:
    """The two fingerprints in an order of their own."""
    first, second = sorted((one.fingerprint_l, one.fingerprint_r))
    return first, second


def _settled(said: Iterable[Said]) -> dict[tuple[str, str], PairDecision]:
    """One decision for each pair; PayungError where two places disagree."""
    found: dict[tuple[str, str], Said] = {}
    for one in said:
        known = found.setdefault(pair_key(one.decision), one)
        if known.decision.verdict is not one.decision.verdict:
            raise PayungError(
                f"Pasangan yang sama diputus dua kali: {known.decision.verdict} di {known.place}, "
                f"{one.decision.verdict} di {one.place}.",
                todo="Samakan kedua keputusan itu, atau kosongkan salah satunya.",
            )
    return {key: one.decision for key, one in found.items()}


def _verdict(text: str, place: str) -> Verdict | None:
    """What a cell under KEPUTUSAN means; None for an empty one."""
    word = " ".join(text.casefold().split())
    if not word:
        return None
    if word not in _WORDS:
        raise PayungError(
            f"Keputusan di {place} tidak dikenal.",
            todo=f"Tulis {', '.join(Verdict)}, atau kosongkan kalau belum diputus.",
        )
    return _WORDS[word]


def _said(left: str, right: str, text: str, place: str) -> Iterator[Said]:
    verdict = _verdict(text, place)
    if verdict is None:
        return
    if not (_MARK.fullmatch(left) and _MARK.fullmatch(right)):
        raise PayungError(
            f"Keputusan di {place} tidak tahu lagi milik pasangan mana.",
            todo=f"Kolom tersembunyi {MARK_L} dan {MARK_R} jangan diubah; ambil lagi buku pemeriksaan yang asli.",
        )
    yield Said(PairDecision(left, right, verdict), place)


def _from_csv(path: Path) -> Iterator[Said]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as source:
            records = list(csv.reader(source))
    except (UnicodeDecodeError, csv.Error):
        records = []
    if not records or tuple(cell.strip() for cell in records[0]) != HEADER:
        raise PayungError(
            f"{path.name} bukan berkas keputusan.",
            todo=f"Pakai buku pemeriksaan (xlsx), atau CSV dengan judul {','.join(HEADER)}.",
        )
    for row, record in enumerate(records[1:], start=2):
        left, right, text = (cell.strip() for cell in (*record, "", "", "")[:3])
        yield from _said(left, right, text, f"{path.name} baris {row}, kolom {HEADER[2]}")


def _from_workbook(book: Mapping[str, SheetTable], file: str) -> Iterator[Said]:
    if not {PAIRS, PATTERNS} & book.keys():
        raise PayungError(
            f"{file} bukan buku pemeriksaan: lembar {PAIRS} dan {PATTERNS} tidak ada.",
            todo="Pakai buku pemeriksaan yang dibuat Payung, dengan kolom KEPUTUSAN diisi.",
        )
    yield from _pair_sheet(book.get(PAIRS), file)
    verdicts: dict[str, tuple[str, str]] = {}
    if sheet := book.get(PATTERNS):
        for place, text, (pattern,) in _rows(sheet, (PATTERN,), file):
            if _verdict(text, place):
                verdicts[pattern] = text, place
    members = book.get(MEMBERS)
    if verdicts and members is None:
        raise PayungError(
            f"{file}: lembar tersembunyi {MEMBERS} hilang, jadi keputusan pola tidak dapat dipakai.",
            todo="Ambil lagi buku pemeriksaan yang asli dan isi KEPUTUSAN di sana.",
        )
    decided: set[str] = set()
    if members is not None:
        for _, _, (pattern, left, right) in _rows(members, (PATTERN, MARK_L, MARK_R), file):
            if pattern in verdicts:
                decided.add(pattern)
                yield from _said(left, right, *verdicts[pattern])
    for pattern in verdicts.keys() - decided:
        raise PayungError(
            f"Keputusan di {verdicts[pattern][1]} tidak tahu lagi milik pola mana.",
            todo=f"Kolom tersembunyi {PATTERN} jangan diubah; ambil lagi buku pemeriksaan yang asli.",
        )


def _pair_sheet(sheet: SheetTable | None, file: str) -> Iterator[Said]:
    if sheet is not None:
        for place, text, (left, right) in _rows(sheet, (MARK_L, MARK_R), file):
            yield from _said(left, right, text, place)


def _rows(sheet: SheetTable, wanted: Sequence[str], file: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Each row below the header: the cell of its decision, the decision's text, and the wanted columns' texts."""
    texts = [[str(cell).strip() if cell is not None else "" for cell in row] for row in sheet.rows]
    head = next((at for at, row in enumerate(texts) if set(wanted) <= set(row)), None)
    if head is None:
        raise PayungError(
            f"{file}, lembar {sheet.name}: kolom tersembunyi {', '.join(wanted)} hilang.",
            todo="Ambil lagi buku pemeriksaan yang asli dan isi KEPUTUSAN di sana.",
        )
    columns = [texts[head].index(name) for name in wanted]
    verdict = texts[head].index(VERDICT) if VERDICT in texts[head] else None
    for number, row in enumerate(texts[head + 1 :], start=head + 2):
        if not any(row):
            continue
        marks = tuple(row[at] if at < len(row) else "" for at in columns)
        text = row[verdict] if verdict is not None and verdict < len(row) else ""
        place = f"{file}, lembar {sheet.name} sel {_letters(verdict or 0)}{number}"
        yield place, text, marks


def _letters(column: int) -> str:
    """`A` of column 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
