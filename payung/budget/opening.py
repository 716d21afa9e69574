"""What a budget is opened with: whose it is, its accounts and ceilings, and the document that it rests on. Pure."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from payung.budget.rules import Amount, Programme

CODE = re.compile(r"[0-9A-Z]{1,6}(?:\.[0-9A-Z]{1,6}){1,11}")
"""A kode rekening or the code of a sub-activity: parts apart by points, `5.1.02.02.02.0006`."""
YEARS = range(2020, 2100)


@dataclass(frozen=True, slots=True)
class Accounts:
    """The two accounts, by kode rekening."""

    jkk: str
    jkm: str

    def of(self, programme: str) -> str:
        """The account of one programme."""
        return self.jkk if programme == Programme.JKK else self.jkm


@dataclass(frozen=True, slots=True)
class Line:
    """Which budget it is: the sub-activity of an office in a year, for one source of money."""

    year: int
    office: str
    activity_code: str
    activity_title: str
    source: str

    @property
    def mark(self) -> str:
        """Short and the same for the same budget: by it two proposals to open it are known to be one."""
        said = "\n".join((str(self.year), self.office.casefold(), self.activity_code, self.source))
        return base64.b32encode(hashlib.sha256(said.encode()).digest()[:20]).decode().lower()


@dataclass(frozen=True, slots=True)
class Opening:
    """A budget as it is proposed; `basis` is the document, `DPA-SKPD 2.07.0.00.0.00.01 tanggal 5 Januari 2026`."""

    line: Line
    accounts: Accounts
    ceilings: Amount
    basis: str

    def said(self) -> dict[str, Any]:
        """As JSON, for `read`."""
        line = self.line
        return {
            "line": [line.year, line.office, line.activity_code, line.activity_title, line.source],
            "accounts": [self.accounts.jkk, self.accounts.jkm],
            "ceilings": [self.ceilings.jkk_idr, self.ceilings.jkm_idr],
            "basis": self.basis,
        }

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Opening:
        """The opening that `said` wrote."""
        year, *rest = said["line"]
        return cls(
            Line(int(year), *rest), Accounts(*said["accounts"]), Amount(*said["ceilings"]), said["basis"]
        )


def wrong(opening: Opening) -> Iterator[tuple[str, str]]:
    """What is wrong with it, as the name of a part and a sentence."""
    if opening.line.year not in YEARS:
        yield "year", f"Tahun anggaran harus antara {YEARS.start} dan {YEARS.stop - 1}."
    if not CODE.fullmatch(opening.line.activity_code):
        yield "activity_code", "Tulis kode sub-kegiatan dengan titik, misalnya 2.07.05.2.02.0005."
    yield from wrong_accounts(opening.accounts)
    yield from wrong_ceilings(opening.ceilings)


def wrong_accounts(accounts: Accounts) -> Iterator[tuple[str, str]]:
    """What is wrong with the accounts."""
    for name, code in (("jkk_account", accounts.jkk), ("jkm_account", accounts.jkm)):
        if not CODE.fullmatch(code):
            yield name, "Tulis kode rekening dengan titik, misalnya 5.1.02.02.02.0006."
    if accounts.jkk == accounts.jkm:
        yield "jkm_account", "JKK dan JKM dibayar dari rekening yang berbeda; kodenya tidak boleh sama."


def wrong_ceilings(ceilings: Amount) -> Iterator[tuple[str, str]]:
    """What is wrong with the ceilings."""
    for name, amount in (("jkk", ceilings.jkk_idr), ("jkm", ceilings.jkm_idr)):
        if amount < 0:
            yield name, "Pagu tidak dapat di bawah nol."
