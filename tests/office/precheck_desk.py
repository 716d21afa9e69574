"""BPJS's side of a pre-check, for tests: the workbook that was sent, filled in and sent back."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date

import openpyxl

from payung.allocation.models import AllocationRound, Precheck, Scenario
from payung.allocation.precheck_services import ask_precheck, receive_answer
from payung.registry.register_services import take_request
from tests.office.cast import Office

ABSENT = "TIDAK TERDAFTAR"
AS_OF = date(2022, 9, 25)


def asked(office: Office, round_: AllocationRound, scenario: Scenario) -> Precheck:
    """A question about those whom a scenario would choose, written."""
    with office.acting("budi"):
        made = ask_precheck(round_, scenario)
    office.work()
    with office.acting("budi"):
        made.refresh_from_db()
    return made


def workbook(precheck: Precheck) -> list[dict[str, str]]:
    """The rows of the workbook as BPJS opens it, by heading."""
    assert precheck.request is not None
    book = openpyxl.load_workbook(io.BytesIO(take_request(precheck.request)))
    header, *rows = (
        [str(one or "") for one in row] for row in book["Permintaan"].iter_rows(values_only=True)
    )
    return [dict(zip(header, row, strict=True)) for row in rows]


def answered(
    office: Office, precheck: Precheck, said: Mapping[str, Mapping[str, str] | str], *, others: str = ABSENT
) -> Precheck:
    """BPJS's answer: by NIK what stands in its columns (or the status alone), `others` for everybody else."""
    with office.acting("budi"):
        rows = workbook(precheck)
        for row in rows:
            told = said.get(row["NIK"], others)
            row.update({"STATUS": told} if isinstance(told, str) else told)
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        receive_answer(precheck, io.BytesIO(text.getvalue().encode()), "jawaban.csv", AS_OF)
    office.work()
    with office.acting("budi"):
        precheck.refresh_from_db()
    return precheck
