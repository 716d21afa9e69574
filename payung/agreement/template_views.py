"""The office's own template texts: which are in use, changing one, trying it before it is saved."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from payung.access.http import Request, needs, once
from payung.access.policy import Action
from payung.access.queries import names_of
from payung.agreement import forms, template_services
from payung.agreement.models import AgreementTemplate
from payung.agreement.paper import shipped
from payung.agreement.rules import KIND_TITLES, Kind
from payung.agreement.views import GET_OR_POST, shown
from payung.core.errors import PayungError


@require_safe
@needs(Action.TEMPLATE_MANAGE)
def templates(request: Request) -> HttpResponse:
    """Which templates there are, and whose wording each is."""
    latest = {kind: template_services.newest(kind) for kind in Kind}
    who = names_of([one.made_by for one in latest.values() if one])
    rows = [
        (kind.value, KIND_TITLES[kind], one, who.get(one.made_by, "") if one else "")
        for kind, one in latest.items()
    ]
    return render(request, "agreement/templates.html", {"rows": rows})


@require_http_methods(GET_OR_POST)
@needs(Action.TEMPLATE_MANAGE)
def template(request: Request, part: str) -> HttpResponse:
    """Change one; `act=coba` shows what the text makes of an invented agreement and keeps nothing."""
    kind = _kind(part)
    before = template_services.newest(kind)
    initial = {"seen": before.number if before else 0, "text": template_services.text_in_use(kind)}
    form = forms.Template(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data

        def act() -> str:
            template_services.save_template(kind, said["text"], said["note"], said["seen"])
            messages.success(request, _("Naskah tersimpan dan dipakai mulai sekarang."))
            return reverse("agreement:templates")

        try:
            if request.POST.get("act") == "coba":
                return shown(template_services.try_template(kind, said["text"]), f"contoh-{part}.pdf")
            return once(request, act)
        except PayungError as error:
            form.add_error("text", str(error))
    earlier = list(AgreementTemplate.objects.filter(part=part).defer("text").order_by("-number")[:10])
    who = names_of([one.made_by for one in earlier])
    context = {
        "form": form,
        "part": part,
        "kind_title": KIND_TITLES[kind],
        "ours": shipped(kind),
        "earlier": [(one, who.get(one.made_by, "")) for one in earlier],
    }
    return render(request, "agreement/template.html", context, status=422 if form.errors else 200)


def _kind(part: str) -> Kind:
    try:
        return Kind(part)
    except ValueError:
        raise Http404 from None
