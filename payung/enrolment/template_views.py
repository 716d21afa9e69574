"""The regency's own wording: which is in use, changing one, trying it before it is kept."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from payung.access.http import Request, needs, once
from payung.access.policy import Action
from payung.access.queries import names_of
from payung.core.errors import PayungError
from payung.enrolment import forms, template_services
from payung.enrolment.models import DecreeTemplate
from payung.enrolment.template_services import WordingError
from payung.enrolment.wording import PARTS, ours

_SHOWN = 20


@require_safe
@needs(Action.TEMPLATE_MANAGE)
def templates(request: Request) -> HttpResponse:
    """Which parts there are, and whose wording each is."""
    latest = {part: template_services.newest(part) for part in PARTS}
    who = names_of([one.made_by for one in latest.values() if one])
    rows = [
        (part, PARTS[part], one if one and one.text else None, who.get(one.made_by, "") if one else "")
        for part, one in latest.items()
    ]
    return render(request, "enrolment/templates.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Action.TEMPLATE_MANAGE)
def template(request: Request, part: str) -> HttpResponse:
    """Change one; `act=coba` shows the paper that it makes and keeps nothing."""
    if part not in PARTS:
        raise Http404
    last, wrong = template_services.newest(part), None
    initial = {"seen": last.number if last else 0, "text": template_services.text_in_use(part)}
    form = forms.Wording(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data

        def act() -> str:
            template_services.save_template(part, said["text"], said["note"], said["seen"])
            messages.success(request, _("Naskah disimpan dan dipakai mulai penyusunan berikutnya."))
            return reverse("enrolment:template", args=[part])

        try:
            if request.POST.get("act") == "coba":
                return _shown(template_services.try_template(part, said["text"], said["decree"]), part)
            return once(request, act)
        except WordingError as error:
            wrong = error
            form.add_error("text", str(error))
        except PayungError as error:
            form.add_error("text", str(error))
    text = str(form["text"].value() or "") or ours(part)
    earlier = list(template_services.versions(part)[:_SHOWN])
    who = names_of([one.made_by for one in earlier])
    context = {
        "part": part,
        "title": PARTS[part].title,
        "about": PARTS[part].about,
        "form": form,
        "wrong": wrong,
        "ours": ours(part),
        "difference": template_services.difference(part, text.replace("\r\n", "\n")),
        "earlier": [(one, who.get(one.made_by, "")) for one in earlier],
    }
    return render(request, "enrolment/template.html", context, status=422 if form.errors else 200)


@require_safe
@needs(Action.TEMPLATE_MANAGE)
def version(request: Request, part: str, number: int) -> HttpResponse:
    """One text that was kept, and where it differs from ours."""
    found = DecreeTemplate.objects.filter(part=part, number=number).first() if part in PARTS else None
    if found is None:
        raise Http404
    context = {
        "part": part,
        "title": PARTS[part].title,
        "one": found,
        "who": names_of([found.made_by]).get(found.made_by, ""),
        "difference": template_services.difference(part, found.text) if found.text else (),
    }
    return render(request, "enrolment/template_version.html", context)


def _shown(content: bytes, part: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = (
        content_disposition_header(False, f"pratinjau-{part}.pdf") or "inline"
    )
    return response
