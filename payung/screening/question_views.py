"""Asking an RT, and the page on which the RT answers with one tap."""

from __future__ import annotations

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from payung.access.http import Request, find, needs, public, see
from payung.access.policy import Action
from payung.core.errors import PayungError
from payung.screening import question_services as services
from payung.screening.forms_review import Answer
from payung.screening.models import Pair
from payung.screening.review_views import address


@require_POST
@needs(Action.PAIR_DECIDE)
def ask(request: Request, pk: int) -> HttpResponse:
    """Make a link and show its WhatsApp text, on this answer alone: the link is kept nowhere."""
    pair = find(Pair, pk=pk)
    back = address("tanya", pair)
    try:
        asked = services.ask(pair, place=request.POST.get("place", ""))
    except PayungError as error:
        messages.error(request, str(error))
        return see(back)
    link = request.build_absolute_uri(reverse("question", args=[asked.token]))
    context = {
        "pair": pair, "question": asked.question, "text": services.message(asked, link), "back": back,
    }  # fmt: skip
    response = render(request, "screening/asked.html", context)
    response["Referrer-Policy"] = "no-referrer"
    return response


_SALT = "payung.screening.question"


@public
@csrf_exempt  # under no-referrer browsers send "Origin: null", which Django refuses; the form has a stamp of its own
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, token: str) -> HttpResponse:
    """The RT's page. A link that is wrong, too old or used gives the same answer, and so does one tried too often."""
    place = services.may_try(request.META.get("REMOTE_ADDR", ""))
    found = services.open_question(token) if place else None
    if found is None or place is None:
        return _kept_secret(render(request, "screening/question_closed.html", status=404 if place else 429))
    place.give_back()
    form = Answer(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not _is_ours(request.POST.get("cap", ""), found.pk):
        raise PermissionDenied
    if request.method == "POST" and form.is_valid():
        if not services.answer(token, form.cleaned_data["answer"], form.cleaned_data["note"]):
            return _kept_secret(render(request, "screening/question_closed.html", status=404))
        return _kept_secret(render(request, "screening/question_thanks.html"))
    one, other = services.people_in(found.pair)
    context = {
        "question": found, "form": form, "stamp": signing.dumps(found.pk, salt=_SALT), "people": [(_("Nama pertama"), one), (_("Nama kedua"), other)],
    }  # fmt: skip
    return _kept_secret(
        render(request, "screening/question.html", context, status=422 if form.errors else 200)
    )


def _is_ours(stamp: str, question: int) -> bool:
    """Whether a form was sent from the page that showed this question."""
    try:
        return bool(signing.loads(stamp, salt=_SALT, max_age=services.GOOD_FOR) == question)
    except signing.BadSignature:
        return False


def _kept_secret(response: HttpResponse) -> HttpResponse:
    """The address is a secret: told to nobody else, kept nowhere, found by no search."""
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
