"""Agreements and their files for the walk through every address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils import timezone

from payung.agreement.models import Agreement, AgreementFile
from payung.agreement.rules import Content, Kind
from payung.agreement.wording import USUAL
from tests.office.cast import Office
from tests.office.examples import EVERYWHERE, PLACES, Case, Example, Examples, by_place, example, regency_of


def _agreement(place: str, case: Case, *, signed: bool) -> Agreement:
    number = f"{list(PLACES).index(case)}/{Agreement.everything.count()}"
    sealed: dict[str, Any] = {}
    if signed:
        sealed = {
            "number": f"{number}/NK", "partner_number": f"{number}/PER", "signed_on": date(2022, 9, 1), "signed_at": timezone.now(),
            "signed_by": 1, "approved_at": timezone.now(), "approved_version": 1, "approved_sha256": "a" * 64,
        }  # fmt: skip
    made: Agreement = Agreement.everything.create(
        regency_code=regency_of(place), kind=Kind.NK, title=f"Contoh {number}", valid_from=date(2022, 9, 1),
        valid_to=date(2025, 8, 31), segments=["BPU"], content=Content(clauses=USUAL[Kind.NK]).said(), made_at=timezone.now(), made_by=1, **sealed,
    )  # fmt: skip
    return made


def _each(made: Callable[[str, Case], int]) -> Examples:
    return by_place(made, wide=True)


def _with(examples: Examples, **more: object) -> Examples:
    return {case: Example({**one.kwargs, **more}, one.place, one.wide) for case, one in examples.items()}


@example(
    "agreement:page", "agreement:preview", "agreement:below", "agreement:addendum", "agreement:sign", "agreement:end",
    "agreement:send", "agreement:cancel",
)  # fmt: skip
def signed(office: Office) -> Examples:
    """Signed agreements, which BPJS Ketenagakerjaan reads too."""
    return _each(lambda place, case: int(_agreement(place, case, signed=True).pk))


@example("agreement:edit")
def drafts(office: Office) -> Examples:
    """Drafts, part by part."""
    return _with(_each(lambda place, case: int(_agreement(place, case, signed=False).pk)), part="pasal")


@example("agreement:add_annex")
def annexed(office: Office) -> Examples:
    """Drafts to which an annex is added."""
    return _each(lambda place, case: int(_agreement(place, case, signed=False).pk))


@example("agreement:remove_annex")
def annexes(office: Office) -> Examples:
    """Annexes of drafts."""
    return _with(_each(lambda place, case: int(_agreement(place, case, signed=False).pk)), place=1)


@example("agreement:file")
def files(office: Office) -> Examples:
    """Signed scans."""

    def make(place: str, case: Case) -> int:
        made = AgreementFile.everything.create(
            regency_code=regency_of(place), agreement=_agreement(place, case, signed=True), version=1, kind="pindaian",
            name="pindaian.pdf", path="perjanjian/tidak-ada.pdf", sha256="a" * 64, size=1, added_at=timezone.now(),
        )  # fmt: skip
        return int(made.pk)

    return _each(make)


@example("agreement:template")
def templates(office: Office) -> Examples:
    """Each regency has its own wording of the same parts."""
    return {Case.OWN: Example({"part": "pks"}, EVERYWHERE), Case.NOWHERE: Example({"part": "lain"})}
