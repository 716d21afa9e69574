"""A finding's proposals as texts that a machine can put into cells, once somebody says so. Pure; nothing is applied."""

from __future__ import annotations

import re
from dataclasses import dataclass

from payung.core import kk, nik, region
from payung.core.application import Application
from payung.core.dates import parse_date
from payung.core.finding import Finding
from payung.intake.cells import text_of
from payung.intake.lists import SheetLayout

_OR = " atau "
_DIGITS = re.compile(r"\d{16}", re.ASCII)
_DATE = re.compile(r"\d{2}-\d{2}-\d{4}", re.ASCII)
_TOWN = re.compile(r"([A-Za-z][A-Za-z .']{2,}?)[\s,/:;-]+\d.*")


@dataclass(frozen=True, slots=True)
class CellFix:
    """One cell of the finding's row and the text that it would get."""

    column: int
    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Fix:
    """One way to mend a row: the proposal in words, and its cells (a swap has two)."""

    words: str
    cells: tuple[CellFix, ...]


def fixes_of(finding: Finding, row: Application, layout: SheetLayout, regency: str) -> tuple[Fix, ...]:
    """The ways that the finding's proposal names, the likeliest first; () where it is no complete value."""
    column = layout.column(finding.column, finding.row)
    if column is None:
        return ()
    if finding.code == "nik_swapped_fields":
        return _swap(finding, row, layout)
    found = []
    for proposal in (one.strip() for one in finding.proposal.split(_OR) if one.strip()):
        text = _text(finding, row, proposal, regency)
        if text:
            found.append(Fix(proposal, (CellFix(column, finding.column, finding.evidence, text),)))
    if not found and finding.code in ("nik_numeric", "kk_numeric"):
        return _kept_digits(finding, column)
    return tuple(found)


def _swap(finding: Finding, row: Application, layout: SheetLayout) -> tuple[Fix, ...]:
    nik_at, kk_at = (layout.column(one, finding.row) for one in ("nik", "kk"))
    if not nik_at or not kk_at or not row.nik_raw or not row.kk_raw:
        return ()
    cells = (
        CellFix(nik_at, "nik", row.nik_raw, row.kk_raw),
        CellFix(kk_at, "kk", row.kk_raw, row.nik_raw),
    )
    return (Fix("NIK dan nomor KK bertukar tempat", cells),)


def _kept_digits(finding: Finding, column: int) -> tuple[Fix, ...]:
    """The digits of a number as a text: Excel puts a 0 where it loses the sixteenth, so another one is whole."""
    digits = text_of(finding.evidence)
    valid = nik.is_valid(digits) if finding.column == "nik" else kk.is_valid(digits)
    if not _DIGITS.fullmatch(digits) or digits.endswith("0") or not valid:
        return ()
    return (Fix(digits, (CellFix(column, finding.column, finding.evidence, digits),)),)


def _text(finding: Finding, row: Application, proposal: str, regency: str) -> str:
    """What the cell would hold; "" where the proposal is only a hint (`6401??…`)."""
    match finding.column:
        case "nik" | "kk":
            return proposal if _DIGITS.fullmatch(proposal) else ""
        case "birth_on":
            return _with_town(finding.evidence, proposal) if _DATE.fullmatch(proposal) else ""
        case "sex":
            return proposal if proposal in ("L", "P") else ""
        case "desa":
            return desa_text(proposal, regency)
        case "rt_rw":
            return f"{proposal}/{row.rw}" if row.rw else proposal
        case "rt" | "occupation":
            return proposal
    return ""


def _with_town(written: str, day: str) -> str:
    """A cell with a town and a date keeps its town."""
    before, comma, _ = written.rpartition(",")
    if comma and any(one.isalpha() for one in before) and not any(one.isdigit() for one in before):
        return f"{before.strip()}, {day}"
    found = _TOWN.fullmatch(written)
    if found and parse_date(written).code == "date_unreadable":
        return f"{found[1].strip()}, {day}"
    return day


def desa_text(words: str, regency: str) -> str:
    """What to write into a desa cell for a desa that is named in words or by code; "" where none is, or several are.

    Its name alone where the regency has only one of that name, else with its kecamatan.
    """
    found = region.find_desa(words, regency)
    if len(found) != 1:
        return ""
    alone = len(region.find_desa(found[0].name, regency)) == 1
    return found[0].name if alone else f"{found[0].name}, Kecamatan {found[0].district}"
