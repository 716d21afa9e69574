"""Taking the screened list out as a file."""

from __future__ import annotations

from urllib.parse import parse_qsl

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from payung.access.http import Request, find, needs, once, see
from payung.access.policy import Action
from payung.core.errors import PayungError
from payung.eligibility import export_services, list_queries
from payung.eligibility.forms import Narrow, TakeOut
from payung.eligibility.list_queries import Filters
from payung.work.models import Job

_SHOWN = 50


@needs(Action.SCREENED_EXPORT)
@require_POST
def ask(request: Request) -> HttpResponse:
    """Ask for the list as it is filtered; a long one goes to a second person first."""
    kept = request.POST.get("saringan", "")[:500]
    form, back = TakeOut(request.POST), f"{reverse('eligibility:screened')}?{kept}"
    if not form.is_valid():
        raise PermissionDenied
    filters = Narrow(dict(parse_qsl(kept))).filters()
    try:
        return once(request, lambda: _asked(request, filters, form))
    except PayungError as error:
        messages.error(request, str(error))
        return see(back)


def _asked(request: Request, filters: Filters, form: TakeOut) -> str:
    made = export_services.ask_export(filters, form.cleaned_data["bentuk"], form.cleaned_data["keperluan"])
    if made.allowed_at:
        messages.success(request, _("Berkas sedang dibuat. Sebentar lagi dapat diunduh di halaman ini."))
    else:
        messages.success(request, _("Permintaan dikirim. Berkas dibuat setelah orang kedua menyetujuinya."))
    return reverse("eligibility:exports")


@needs(Action.SCREENED_EXPORT)
@require_safe
def exports(request: Request) -> HttpResponse:
    """The lists that the actor asked for."""
    found = list(list_queries.exports()[:_SHOWN])
    jobs = {
        one.subject: one
        for one in Job.objects.filter(
            kind=export_services.JOB, subject__in=[str(one.pk) for one in found]
        ).order_by("pk")
    }
    rows = [
        (one, jobs.get(str(one.pk)), export_services.in_words(Filters.read(one.filters))) for one in found
    ]
    writing = any(one.allowed_at and not one.written_at and not (job and job.failed) for one, job, _ in rows)
    context = {"rows": rows, "writing": writing, "kept_days": export_services.KEPT.days}
    part = (
        "eligibility/exports_table.html" if request.headers.get("HX-Request") else "eligibility/exports.html"
    )
    return render(request, part, context)


@needs(Action.SCREENED_EXPORT)
@require_POST
def take(request: Request, pk: int) -> HttpResponse:
    """The file; a POST, because taking it is recorded."""
    found = find(list_queries.exports(), pk=pk)
    try:
        content = export_services.take_export(found)
    except PayungError as error:
        messages.error(request, str(error))
        return see(reverse("eligibility:exports"))
    response = HttpResponse(content, content_type=export_services.FORMS[found.form])
    name = f"hasil-penyaringan-{found.run.number}-{found.pk}.{found.form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
