"""Agreements: the list, one agreement as it stands, opening a draft, sending, signing, ending."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from payung.access.http import Request, find, needs, once, see, sent_before
from payung.access.policy import Action, Role, may
from payung.access.queries import names_of
from payung.agreement import forms, queries, services, signing_services
from payung.agreement.models import Agreement, AgreementFile
from payung.agreement.overview_queries import overview
from payung.agreement.paper import PAPERS, articles, paper_data
from payung.agreement.rules import (
    KIND_TITLES,
    SEGMENT_TITLES,
    STATE_TONES,
    Annex,
    Kind,
    Segment,
)
from payung.agreement.storing import media_type
from payung.agreement.wording import due_in_words, listed, words_of
from payung.approval.route_queries import route_of
from payung.audit.queries import history
from payung.core.errors import PayungError
from payung.registry.queries import judged_on

GET_OR_POST = ("GET", "HEAD", "POST")
_HISTORY = 20


def can(request: Request, action: Action) -> bool:
    """Whether the actor's role may do something."""
    return request.tenure is not None and may(request.tenure.post.role, action)


def today() -> date:
    """The day on which agreements are looked at: today, in a demo the day in which it plays."""
    return judged_on(timezone.localdate())


def agreement_here(pk: int) -> Agreement:
    """One agreement that the actor may read. Http404 for any other."""
    return find(queries.readable().select_related("parent", "parent__parent"), pk=pk)


@require_safe
@needs(Action.AGREEMENT_READ)
def agreements(request: Request) -> HttpResponse:
    """All agreements, each as a bar of its term."""
    on = today()
    context = {
        "overview": overview(on),
        "on": on,
        "can_manage": can(request, Action.AGREEMENT_MANAGE),
        "can_template": can(request, Action.TEMPLATE_MANAGE),
    }
    return render(request, "agreement/list.html", context)


@require_safe
@needs(Action.AGREEMENT_READ)
def agreement(request: Request, pk: int) -> HttpResponse:
    """One agreement as it stands: what it says, its files, its addenda, its way through the chain."""
    return page_of(request, agreement_here(pk))


def page_of(
    request: Request, one: Agreement, *, cancel: forms.Cancel | None = None, status: int = 200
) -> HttpResponse:
    """The page of one agreement; `cancel` is the form for giving it up where it was filled in wrongly."""
    on, kind = today(), Kind(one.kind)
    standing = queries.standing_of(one)
    is_draft = one.signed_at is None and one.cancelled_at is None
    manages = can(request, Action.AGREEMENT_MANAGE)
    below = queries.readable().filter(parent=one)
    context = {
        "one": one,
        "kind_title": KIND_TITLES[kind],
        "state": standing.state(on),
        "tone": STATE_TONES[standing.state(on)],
        "standing": standing,
        "is_draft": is_draft,
        "faults": queries.faults_of(one) if is_draft and manages else (),
        "on": on,
        **_said(one, standing),
        "files": [
            (file, names_of([file.added_by]).get(file.added_by or 0, "")) for file in _files(request, one)
        ],
        "annexes": _annexes(one, standing),
        "addenda": below.filter(kind=Kind.ADDENDUM).order_by("ordinal", "pk"),
        "below": queries.standings(below.filter(kind=Kind.PKS)),
        "route": None if _is_bpjs(request) else route_of(one._meta.label_lower, one.pk),
        "under_way": is_draft and queries.route_under_way(one),
        "history": [] if _is_bpjs(request) else history(one, _HISTORY),
        "can_manage": manages,
        "can_end": manages and signing_services.may_end(one, on),
        "why_not_sign": signing_services.signable(one) if is_draft and one.is_approved else "",
        "committed_idr": queries.committed_idr(one) if kind is Kind.PKS else None,
        "cancel": cancel or forms.Cancel(),
        "papers": PAPERS,
        "form": cancel,
    }
    return render(request, "agreement/agreement.html", context, status=status)


def _said(one: Agreement, standing: queries.Standing) -> dict[str, object]:
    """What it says, as it stands with its signed addenda."""
    kind, terms = Kind(one.kind), standing.terms
    above = one.parent.parent if one.parent and kind is Kind.ADDENDUM else one.parent
    words = words_of(terms, queries.cited(above) if above else "")
    if kind is Kind.ADDENDUM:
        changes = signing_services.draft_of(one)
        return {"terms": terms, "articles": (), "changes": paper_data(changes)}
    changed = {
        section.value: addendum.ordinal
        for addendum in standing.addenda
        for section in addendum.terms.content.clauses
    }
    said = [
        {**article, "changed": changed.get(article["section"])} for article in articles(kind, terms, words)
    ]
    return {
        "terms": terms,
        "articles": said,
        "segments": listed([SEGMENT_TITLES[one] for one in terms.segments]),
        "due": [due_in_words(one) for one in terms.content.due],
        "changes": None,
    }


def _files(request: Request, one: Agreement) -> list[AgreementFile]:
    """Papers and scans that the actor may take; BPJS Ketenagakerjaan the scan alone."""
    found = [file for file in queries.files_of(one) if file.kind != "lampiran"]
    return [file for file in found if not _is_bpjs(request) or file.kind == "pindaian"]


def _annexes(one: Agreement, standing: queries.Standing) -> list[tuple[Annex, int | None]]:
    """Its annexes as it stands, each with the id of its file, which may be that of an addendum."""
    mine = (one, *standing.addenda)
    kept = dict(AgreementFile.objects.filter(agreement__in=mine, kind="lampiran").values_list("sha256", "pk"))
    return [(annex, kept.get(annex.sha256)) for annex in standing.terms.content.annexes]


def _named(files: list[AgreementFile]) -> list[tuple[AgreementFile, str]]:
    who = names_of([file.added_by for file in files])
    return [(file, who.get(file.added_by or 0, "")) for file in files]


def _is_bpjs(request: Request) -> bool:
    return request.tenure is not None and request.tenure.post.role == Role.BPJS


@require_http_methods(GET_OR_POST)
@needs(Action.AGREEMENT_MANAGE)
def new(request: Request) -> HttpResponse:
    """Open the draft of a Nota Kesepakatan."""
    first = date(today().year + 1, 1, 1)
    form = forms.Open(
        request.POST or None,
        kind=Kind.NK,
        initial={
            "valid_from": first,
            "valid_to": date(first.year + 2, 12, 31),
            "segments": [one.value for one in Segment],
        },
    )
    return _open(request, form, None)


@require_http_methods(GET_OR_POST)
@needs(Action.AGREEMENT_MANAGE)
def below(request: Request, pk: int) -> HttpResponse:
    """Open the draft of a PKS below a Nota Kesepakatan."""
    parent = agreement_here(pk)
    if parent.kind != Kind.NK or parent.cancelled_at:
        raise Http404
    standing = queries.standing_of(parent)
    first = max(date(today().year + 1, 1, 1), parent.valid_from)
    if first > standing.last_day:
        first = parent.valid_from
    form = forms.Open(
        request.POST or None,
        kind=Kind.PKS,
        among=standing.terms.segments,
        initial={
            "valid_from": first,
            "valid_to": min(date(first.year, 12, 31), standing.last_day),
            "segments": [one.value for one in standing.terms.segments],
        },
    )
    return _open(request, form, parent)


def _open(request: Request, form: forms.Open, parent: Agreement | None) -> HttpResponse:
    kind = Kind.PKS if parent else Kind.NK
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data

        def act() -> str:
            made = services.draft_agreement(
                kind, parent=parent, title=said["title"], valid_from=said["valid_from"], valid_to=said["valid_to"],
                segments=form.chosen(), ceiling_idr=said.get("ceiling_idr"),
            )  # fmt: skip
            return reverse("agreement:page", args=[made.pk])

        try:
            return once(request, act)
        except PayungError as error:
            form.add_error(None, str(error))
    context = {"form": form, "parent": parent, "kind_title": KIND_TITLES[kind]}
    return render(request, "agreement/open.html", context, status=422 if form.errors else 200)


@require_http_methods(GET_OR_POST)
@needs(Action.AGREEMENT_MANAGE)
def addendum(request: Request, pk: int) -> HttpResponse:
    """Open the draft of the next addendum."""
    parent = agreement_here(pk)
    form = forms.OpenAddendum(request.POST or None, initial={"effective_on": max(today(), parent.valid_from)})
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            made = services.draft_addendum(parent, form.cleaned_data["effective_on"])
            return reverse("agreement:page", args=[made.pk])

        try:
            return once(request, act)
        except PayungError as error:
            form.add_error(None, str(error))
    context = {"form": form, "parent": parent, "kind_title": KIND_TITLES[Kind.ADDENDUM]}
    return render(request, "agreement/open.html", context, status=422 if form.errors else 200)


@require_safe
@needs(Action.AGREEMENT_READ)
def preview(request: Request, pk: int) -> HttpResponse:
    """The paper of what stands in it now, as PDF (`?kertas=a4`); nothing is kept."""
    one, paper = agreement_here(pk), request.GET.get("kertas", PAPERS[0])
    try:
        content = signing_services.preview(one, paper if paper in PAPERS else PAPERS[0])
    except PayungError as error:
        messages.error(request, str(error))
        return see(reverse("agreement:page", args=[pk]))
    return shown(content, f"rancangan-{one.kind}-{one.pk}-v{one.version}.pdf")


def shown(content: bytes, name: str) -> HttpResponse:
    """A PDF to be looked at in the browser."""
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    return response


@require_POST
@needs(Action.AGREEMENT_READ)
def file(request: Request, pk: int) -> HttpResponse:
    """A sealed file; a POST, because taking it is recorded."""
    found = find(AgreementFile.objects.select_related("agreement"), pk=pk)
    one = agreement_here(found.agreement_id)
    if _is_bpjs(request) and found not in _files(request, one) and found.sha256 not in _annexed(one):
        raise Http404
    try:
        content = signing_services.take_file(found)
    except PayungError as error:
        messages.error(request, str(error))
        return see(reverse("agreement:page", args=[one.pk]))
    response = HttpResponse(content, content_type=media_type(found))
    response.headers["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    return response


def _annexed(one: Agreement) -> set[str]:
    return {annex.sha256 for annex in one.terms.content.annexes if annex.sha256}


@require_POST
@needs(Action.AGREEMENT_MANAGE)
def send(request: Request, pk: int) -> HttpResponse:
    """Typeset the draft and send it through the chain."""
    one, here = agreement_here(pk), reverse("agreement:page", args=[pk])
    if done := sent_before(request):
        return done
    paper, version = request.POST.get("paper", PAPERS[0]), request.POST.get("version", "")

    def act() -> str:
        signing_services.send(one, int(version), kept)
        messages.success(
            request, _("Naskah diajukan. Kursi pertama dalam rantai persetujuan dapat memeriksanya.")
        )
        return here

    try:
        if not version.isdecimal() or paper not in PAPERS:
            raise services.stale(one)
        with signing_services.papered(one, paper) as kept:
            return once(request, act)
    except PayungError as error:
        messages.error(request, str(error))
        return see(here)


@require_http_methods(GET_OR_POST)
@needs(Action.AGREEMENT_MANAGE)
def sign(request: Request, pk: int) -> HttpResponse:
    """Record the signing: numbers of both sides, the day, the scan."""
    one = agreement_here(pk)
    if one.signed_at or one.cancelled_at:
        return see(reverse("agreement:page", args=[pk]))
    form = forms.Sign(request.POST or None, request.FILES or None, initial={"version": one.version})
    if request.method == "POST" and form.is_valid():
        if done := sent_before(request):
            return done
        said = form.cleaned_data

        def act() -> str:
            signing_services.sign(
                one, said["version"], number=said["number"], partner_number=said["partner_number"],
                signed_on=said["signed_on"], scan=scan,
            )  # fmt: skip
            messages.success(request, _("Penandatanganan tercatat. Naskah ini tidak dapat diubah lagi."))
            return reverse("agreement:page", args=[pk])

        try:
            with signing_services.scanned(said["scan"].file, said["scan"].name) as scan:
                return once(request, act)
        except PayungError as error:
            form.add_error(None, str(error))
    context = {
        "one": one,
        "form": form,
        "why_not": signing_services.signable(one),
        "paper": queries.paper_of(one),
    }
    return render(request, "agreement/sign.html", context, status=422 if form.errors else 200)


@require_http_methods(GET_OR_POST)
@needs(Action.AGREEMENT_MANAGE)
def end(request: Request, pk: int) -> HttpResponse:
    """End a signed agreement before its term."""
    one = agreement_here(pk)
    form = forms.End(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data

        def act() -> str:
            signing_services.end_agreement(one, said["ended_on"], said["reason"])
            messages.success(request, _("Hari terakhirnya tercatat."))
            return reverse("agreement:page", args=[pk])

        try:
            return once(request, act)
        except PayungError as error:
            form.add_error(None, str(error))
    context = {"one": one, "form": form, "standing": queries.standing_of(one)}
    return render(request, "agreement/end.html", context, status=422 if form.errors else 200)


@require_POST
@needs(Action.AGREEMENT_MANAGE)
def cancel(request: Request, pk: int) -> HttpResponse:
    """Give a draft up."""
    one, form = agreement_here(pk), forms.Cancel(request.POST)
    if form.is_valid():

        def act() -> str:
            services.cancel_draft(one, form.cleaned_data["reason"])
            messages.success(request, _("Draf dibatalkan."))
            return reverse("agreement:page", args=[pk])

        try:
            return once(request, act)
        except PayungError as error:
            form.add_error(None, str(error))
    return page_of(request, one, cancel=form, status=422)
