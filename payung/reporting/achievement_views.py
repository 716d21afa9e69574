"""The page Capaian, a round in numbers, and the letters to those whom it did not choose."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from payung.access.http import Request, find, needs, once, see
from payung.access.policy import Action
from payung.allocation.models import AllocationRound
from payung.core import region
from payung.core.errors import PayungError
from payung.core.month import Month
from payung.core.scope import required, whole_regency
from payung.eligibility.gathering import rules_in_force
from payung.eligibility.words import reason_title
from payung.intake.pages import GET_OR_POST, can
from payung.reporting import achievement_files as files
from payung.reporting import letter_services
from payung.reporting.achievement import Achievement, sentence
from payung.reporting.achievement_queries import achievement, month_to_tell, months_covered
from payung.reporting.achievement_services import add_denominator
from payung.reporting.charts import draw
from payung.reporting.forms import DenominatorForm
from payung.reporting.round_figures import Section, sections

_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "png": "image/png",
}


@require_http_methods(GET_OR_POST)
@needs(Action.ACHIEVEMENT_READ)
def capaian(request: Request) -> HttpResponse:
    """Numerator, denominators, sources and days of a month; a denominator can be entered beside it."""
    may_add = can(request, Action.DENOMINATOR_ADD)
    form = DenominatorForm(request.POST or None) if may_add else None
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid():
            said = form.cleaned_data

            def act() -> str:
                add_denominator(said["name"], said["value"], said["source"], said["as_of"])
                messages.success(request, _("Pembanding dicatat."))
                return reverse("reporting:achievement")

            return once(request, act)
    with whole_regency():
        months = months_covered()
        told = achievement(_month(request, months))
    (picture,) = draw([files.picture_of(told)])
    return render(
        request,
        "reporting/achievement.html",
        {
            "told": told, "months": months, "form": form, "sentence": sentence(told),
            "picture": picture if picture.picture.bars else None, "forms": tuple(_TYPES),
        },
        status=422 if form is not None and form.errors else 200,
    )  # fmt: skip


@require_GET
@needs(Action.ACHIEVEMENT_READ)
def capaian_file(request: Request, form: str) -> HttpResponse:
    """The same as workbook, sheet of paper or picture; nobody's data is in it."""
    if form not in _TYPES:
        raise Http404
    with whole_regency():
        told = achievement(_month(request, months_covered()))
    name = f"capaian-{required().regency}-{told.month}.{form}"
    return _file(name, form, lambda out: _write(form, told, out))


def _write(form: str, told: Achievement, out: Path) -> None:
    if form == "png":
        out.write_bytes(files.png_of(told))
    elif form == "pdf":
        files.write_sheet(told, out)
    else:
        files.write_workbook(told, out)


@require_GET
@needs(Action.ROUND_READ)
def round_figures(request: Request, pk: int) -> HttpResponse:
    """A frozen round by kecamatan, desa, group, sex and age, and why others were not chosen."""
    round_ = _frozen(pk)
    return render(
        request,
        "reporting/round.html",
        {"round": round_, "sections": _sections(round_), "reasons": _reasons(round_)},
    )


@require_GET
@needs(Action.ROUND_READ)
def round_file(request: Request, pk: int) -> HttpResponse:
    """The same as a workbook."""
    round_ = _frozen(pk)
    title = f"{round_}: {round_.title}"
    return _file(
        f"putaran-{round_.number}.xlsx",
        "xlsx",
        lambda out: files.write_round_workbook(title, _sections(round_), _reasons(round_), out),
    )


@require_GET
@needs(Action.LETTER_TAKE)
def letters(request: Request, pk: int) -> HttpResponse:
    """The desa of the actor's territory with people whom a round did not choose, each with its letters."""
    round_ = _frozen(pk)
    return render(
        request, "reporting/letters.html", {"round": round_, "places": letter_services.places(round_)}
    )


@require_GET
@needs(Action.LETTER_TAKE)
def letter_file(request: Request, pk: int, code: str) -> HttpResponse:
    """The letters of one desa; that they were taken is recorded."""
    round_ = _frozen(pk)
    desa = region.desa(code) if required().covers(code) else None
    if desa is None or desa.code != code:
        raise Http404
    try:
        return _file(
            f"surat-{round_.number}-{code}.pdf", "pdf", lambda out: letter_services.write(round_, desa, out)
        )
    except PayungError as error:
        messages.error(request, str(error))
        return see(reverse("reporting:letters", args=[round_.pk]))


def _month(request: Request, months: list[Month]) -> Month:
    asked = request.GET.get("bulan", "")
    return next((one for one in months if str(one) == asked), None) or month_to_tell(
        months, timezone.localdate()
    )


def _frozen(pk: int) -> AllocationRound:
    round_: AllocationRound = find(AllocationRound.objects.select_related("freeze", "run"), pk=pk)
    if round_.freeze is None:
        raise Http404
    return round_


def _sections(round_: AllocationRound) -> tuple[Section, ...]:
    assert round_.freeze
    return sections(round_.freeze.figures, rules_in_force().policy)


def _reasons(round_: AllocationRound) -> list[tuple[str, int]]:
    """People by why they are not on the roll: refused by the screening, waiting or held back by the round."""
    assert round_.freeze
    refused: dict[str, dict[str, int]] = round_.run.figures.get("reasons", {})
    found = [(reason_title(code), sum(counts.values())) for code, counts in refused.items()]
    found += [
        (letter_services.title_of(code), count)
        for code, count in round_.freeze.figures.get("held_back", {}).items()
    ]
    waiting = round_.freeze.figures.get("waiting", 0)
    if waiting:
        found.append((_("Daftar tunggu: memenuhi syarat, pagu atau kuota belum cukup."), waiting))
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _file(name: str, form: str, write: Callable[[Path], None]) -> HttpResponse:
    with tempfile.TemporaryDirectory(prefix="payung-laporan-") as folder:
        path = Path(folder) / f"laporan.{form}"
        write(path)
        content = path.read_bytes()
    return HttpResponse(
        content,
        content_type=_TYPES[form],
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
