"""One kind of fault of a list: its rows, what is proposed, what would change, and mending many at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from payung.access.http import Request, find, needs, once, see
from payung.access.policy import Action as May
from payung.audit.services import record
from payung.core.errors import PayungError
from payung.core.passing_on import private
from payung.intake.card_queries import MOST, card_of, kinds, open_rows, title_of
from payung.intake.cards import Action, Card, Item
from payung.intake.forms_office import desa_choices
from payung.intake.models import Repair, Upload
from payung.intake.pages import GET_OR_POST, can, number
from payung.intake.repair import Preview
from payung.intake.repair_services import Asked, Coming, look_ahead, mend, undo_repair
from payung.registry.current import SECRET
from payung.registry.masks import masked

PAGE = 50
_SHOWN = 50
TITLES = {
    Action.ACCEPT_PROPOSAL: gettext_lazy("Terima usulan"),
    Action.SET_VALUE: gettext_lazy("Beri satu isi untuk semua yang dipilih"),
    Action.ONE_BY_ONE: gettext_lazy("Isi satu per satu"),
    Action.CLEAR_ROW: gettext_lazy("Kosongkan baris yang dipilih"),
    Action.CONFIRM: gettext_lazy("Sudah benar apa adanya"),
    Action.SET_PLACE: gettext_lazy("Pilih tempat untuk seluruh daftar"),
    Action.ONLY_AT_SOURCE: gettext_lazy("Tanyakan kepada RT lewat buku kerja bertanda"),
}
_OF_ROWS = (Action.ACCEPT_PROPOSAL, Action.SET_VALUE, Action.ONE_BY_ONE, Action.CLEAR_ROW, Action.CONFIRM)


@require_http_methods(GET_OR_POST)
@needs(May.UPLOAD_REPAIR)
def card(request: Request, pk: int, code: str) -> HttpResponse:
    """The rows of a card; by POST what was chosen is shown as it would be (`lihat`), or done (`terapkan`)."""
    found = find(Upload, pk=pk)
    if request.method != "POST":
        return _card_page(request, found, code)
    step = request.POST.get("langkah", "")
    if step == "lengkap":
        with transaction.atomic():
            record("upload.unmasked", found, detail={"code": code, "reason": _("memperbaiki daftar")})
        return _card_page(request, found, code, full=True)
    try:
        asked = _asked(request, found, code)
        if step != "terapkan":
            return _preview_page(request, found, asked, look_ahead(found, asked))
        return once(request, lambda: _mended(request, found, asked))
    except PayungError as error:
        return _card_page(request, found, code, problem=str(error), status=422)


def _mended(request: Request, found: Upload, asked: Asked) -> str:
    made = mend(found, number(request.POST.get("version")), asked)
    messages.success(
        request,
        _("%(count)s baris diperbaiki: %(what)s. Dapat dibatalkan di halaman ini.")
        % {"count": made.row_count, "what": title_of(asked.code)},
    )
    return reverse("intake:upload", args=[found.pk])


@require_POST
@needs(May.UPLOAD_REPAIR)
def undo(request: Request, pk: int, repair: int) -> HttpResponse:
    """Take one act of mending back."""
    found = find(Upload, pk=pk)
    one = find(Repair.objects.filter(upload=found), pk=repair)
    page = reverse("intake:upload", args=[pk])

    def act() -> str:
        undo_repair(one)
        messages.success(request, _("Perbaikan dibatalkan."))
        return page

    try:
        return once(request, act)
    except PayungError as error:
        messages.error(request, str(error))
        return see(page)


def _asked(request: Request, found: Upload, code: str) -> Asked:
    """What was chosen, from the form of the card or of its preview."""
    post = request.POST
    try:
        action = Action(post.get("tindakan", ""))
    except ValueError:
        raise PayungError("Belum ada tindakan yang dipilih.", todo="Pilih apa yang akan dilakukan.") from None
    rows: set[str] | None = set(post.getlist("baris"))
    texts = set(post.getlist("tulisan"))
    if texts and (whole := card_of(found, code, most=MOST)):
        rows = (rows or set()) | {item.row_id for item in whole.items if item.written in texts}
    if post.get("semua") or action is Action.ONE_BY_ONE:
        rows = None
    values = {
        name.removeprefix("isi-"): str(one) for name, one in post.items() if name.startswith("isi-") and one
    }
    ways = {name.removeprefix("cara-"): number(one) for name, one in post.items() if name.startswith("cara-")}
    return Asked(code, action, None if rows is None else frozenset(rows), post.get("isi", ""), values, ways)


def _card_page(
    request: Request, found: Upload, code: str, *, full: bool = False, problem: str = "", status: int = 200
) -> HttpResponse:
    one = card_of(found, code, most=MOST)
    if one is None:
        if not any(kind.code == code for kind in kinds(found)) and not problem:
            raise Http404
        messages.info(request, problem or _("Tidak ada lagi yang perlu diperbaiki pada kartu itu."))
        return see(reverse("intake:upload", args=[found.pk]))
    page = Paginator(one.items, PAGE).get_page(request.GET.get("page"))
    secret = one.field in SECRET
    context: dict[str, Any] = {
        "upload": found,
        "card": one,
        "total": open_rows(found, code),
        "page_obj": page,
        "items": [_shown(item, request, full or not secret) for item in page],
        "secret": secret and not full,
        "actions": [(str(action), TITLES[action]) for action in one.actions if action in _OF_ROWS],
        "names": {action.name: action in one.actions for action in Action},
        "texts": list(one.written.items())[:30] if _by_text(one) else [],
        "options": [(text, text) for text in one.options] if one.field != "desa" else desa_choices(),
        "problem": problem,
        "chosen": request.POST.get("tindakan", ""),
        "value": request.POST.get("isi", ""),
        "can_repair": can(request, May.UPLOAD_REPAIR),
    }
    return render(request, "intake/card.html", context, status=status)


def _by_text(one: Card) -> bool:
    return (
        one.field not in SECRET and Action.SET_VALUE in one.actions and 1 < len(one.written) < len(one.items)
    )


def _shown(item: Item, request: Request, full: bool) -> dict[str, Any]:
    """A row of the card as the page shows it; numbers of people masked unless asked for."""

    def text(value: str) -> str:
        return value if full else masked(item.field, value)

    return {
        "id": item.row_id,
        "sheet": private(item.sheet),
        "row": item.row,
        "name": item.name,
        "rt": item.rt,
        "written": text(item.written),
        "message": item.message,
        "hint": text(item.hint) if not item.fixes else "",
        "fixes": [
            (at, " · ".join(cell.new if full else masked(cell.field if cell.field in SECRET else item.field, cell.new) for cell in fix.cells))
            for at, fix in enumerate(item.fixes)
        ],
        "typed": request.POST.get(f"isi-{item.row_id}", ""),
        "ticked": item.row_id in request.POST.getlist("baris"),
    }  # fmt: skip


def _preview_page(request: Request, found: Upload, asked: Asked, seen: Preview | Coming) -> HttpResponse:
    changed = []
    if isinstance(seen, Preview):
        changed = [
            (
                row,
                [
                    (
                        cell.title,
                        *(masked(cell.field, x) if cell.field in SECRET else x for x in (cell.old, cell.new)),
                    )
                    for cell in row.cells
                ],
            )
            for row in seen.rows[:_SHOWN]
        ]
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", "once", "langkah")
        for value in values
    ]
    context = {
        "upload": found,
        "title": title_of(asked.code),
        "code": asked.code,
        "action": TITLES[asked.action],
        "seen": seen if isinstance(seen, Preview) else None,
        "count": len(seen.rows) if isinstance(seen, Preview) else seen.rows,
        "changed": changed,
        "new": [title_of(code) for code in dict.fromkeys(one.code for one in seen.new)]
        if isinstance(seen, Preview)
        else [],
        "kept": kept,
    }
    return render(request, "intake/preview.html", context)
