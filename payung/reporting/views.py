"""Figures without people, on the screen and as a workbook."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from payung.access.http import Request, needs
from payung.access.policy import Action
from payung.core.scope import is_province, required
from payung.reporting import queries
from payung.reporting.figurebook import write_figures
from payung.reporting.published import KINDS, Key

_EVERYBODY = "umum"
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@needs(Action.FIGURES_READ)
def figures(request: Request) -> HttpResponse:
    """A regency by kecamatan, or a province by regency; `?untuk=umum` leaves small numbers out."""
    table = queries.table(everybody=_for_everybody(request))
    columns = [
        {
            "title": _(KINDS[key].title), "source": _(KINDS[key].source), "day": table.days[key],
            "part": _part(key),
        }
        for key in table.keys
    ]  # fmt: skip
    rows = [(line, line.cells(table.keys)) for line in table.lines]
    return render(
        request,
        "reporting/figures.html",
        {
            "table": table, "columns": columns, "rows": rows,
            "total": table.total.cells(table.keys) if table.total else None,
            "is_province": is_province(required().regency),
        },
    )  # fmt: skip


@require_GET
@needs(Action.FIGURES_READ)
def download(request: Request) -> HttpResponse:
    """The same table as a workbook."""
    table = queries.table(everybody=_for_everybody(request))
    with tempfile.TemporaryDirectory(prefix="payung-angka-") as folder:
        path = Path(folder) / "angka.xlsx"
        write_figures(table, path)
        content = path.read_bytes()
    name = f"angka-{required().regency}{'-umum' if table.for_everybody else ''}.xlsx"
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(content, content_type=_WORKBOOK, headers={"Content-Disposition": disposition})


def _for_everybody(request: Request) -> bool:
    return request.GET.get("untuk") == _EVERYBODY


def _part(key: Key) -> str:
    whole = KINDS[key].part_of
    return _(KINDS[whole].title) if whole else ""
