"""The cards of a list from its tables: how many of each kind, and one card with its rows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from django.db.models import Count

from payung.core.finding import Finding, Severity
from payung.intake.cards import Card, cards
from payung.intake.codes import CODES
from payung.intake.lists import ReadList
from payung.intake.models import Row, RowFault, State, Upload
from payung.intake.stored import policy_of
from payung.intake.understood import findings_of, layouts_of
from payung.registry.facts import application_of

MOST = 1_000
"""Rows of a card that are looked at to show it; all of them are mended."""
_WEIGHT = {Severity.FAULT: 0, Severity.QUESTION: 1, Severity.NOTE: 2}
_OPEN = (Severity.FAULT.value, Severity.QUESTION.value)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of finding of a list, and in how many rows."""

    code: str
    title: str
    severity: Severity
    rows: int


def kinds(upload: Upload) -> list[Kind]:
    """Faults before questions before notes, the most frequent first. One query."""
    found = (
        RowFault.objects.filter(upload=upload)
        .values("code", "severity")
        .annotate(rows=Count("row", distinct=True))
        .order_by()
    )
    made = [Kind(one["code"], title_of(one["code"]), Severity(one["severity"]), one["rows"]) for one in found]
    return sorted(made, key=lambda kind: (_WEIGHT[kind.severity], -kind.rows, kind.code))


def title_of(code: str) -> str:
    """The short name of a kind of finding."""
    return CODES[code].title if code in CODES else code.replace("_", " ")


def general_of(upload: Upload) -> list[Finding]:
    """Findings about the file as a whole."""
    return [
        Finding(row_id, source, sheet, int(row), column, code, Severity(severity), *texts)
        for row_id, source, sheet, row, column, code, severity, *texts in upload.general
    ]


def card_of(
    upload: Upload, code: str, rows: Collection[str] | None = None, *, most: int | None = None
) -> Card | None:
    """The card of what must be mended or answered under a code, for `rows` (row ids) or for all; None for none."""
    found = RowFault.objects.filter(upload=upload, code=code, severity__in=_OPEN).exclude(
        row__state=State.ALREADY
    )
    if rows is not None:
        found = found.filter(row__in=Row.objects.filter(upload=upload, row_id__in=list(rows)))
    chosen = list(
        found.order_by("row_id", "pk").values_list(
            "row__row_id", "row__sheet", "row__row", "column", "code", "severity", "said", "row__said"
        )[: most or None]
    )
    if not chosen:
        return None
    read = ReadList(
        upload.file,
        Path(upload.file),
        upload.sha256,
        upload.kind,
        layouts_of(upload.layout),
        tuple(application_of(one[7][0]) for one in {one[0]: one for one in chosen}.values()),
        findings_of(
            [(one[0], one[1], one[2], (one[3], one[4], one[5], *one[6])) for one in chosen], upload.file
        ),
    )
    made = [
        card for card in cards(read, policy_of(upload.regency_code)) if card.severity is not Severity.NOTE
    ]
    return made[0] if made else None


def open_rows(upload: Upload, code: str) -> int:
    """How many rows a card has."""
    found = RowFault.objects.filter(upload=upload, code=code, severity__in=_OPEN)
    return found.values("row").distinct().count()
