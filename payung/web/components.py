"""The small pieces that pages are made of, as safe HTML. Every word that comes in is escaped."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.core.paginator import Page
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_noop

from payung.web import words

TONES = frozenset({"abu", "biru", "hijau", "oranye", "merah", "ungu"})
STATUSES: Mapping[str, str] = {
    gettext_noop("Draf"): "abu",
    gettext_noop("Perlu dilengkapi"): "oranye",
    gettext_noop("Diajukan"): "biru",
    gettext_noop("Diverifikasi"): "biru",
    gettext_noop("Diumumkan"): "ungu",
    gettext_noop("Daftar tunggu"): "abu",
    gettext_noop("Ditetapkan"): "hijau",
    gettext_noop("Dikirim ke BPJS"): "biru",
    gettext_noop("Ditolak BPJS"): "merah",
    gettext_noop("Aktif"): "hijau",
    gettext_noop("Menunggak"): "oranye",
    gettext_noop("Berakhir"): "abu",
    gettext_noop("Keluar"): "abu",
    gettext_noop("Belum dapat diusulkan"): "oranye",
}
"""Every status word of the field and its tone. What stands behind it in brackets does not change the tone."""


def tag(status: str, tone: str = "") -> SafeString:
    """`{% tag "Diverifikasi" %}`, or any other words with a tone: `{% tag "12 baris" "oranye" %}`."""
    word, bracket, reason = str(status).partition(" (")
    tone = tone or STATUSES.get(word, "abu")
    if tone not in TONES:
        raise ValueError(f"tone {tone!r} is none of {', '.join(sorted(TONES))}")
    return format_html(
        '<strong class="payung-tag payung-tag--{}">{}</strong>', tone, f"{gettext(word)}{bracket}{reason}"
    )


def tile(
    label: str, value: Any, note: str = "", url: str = "", link: str = "", tone: str = "biru"
) -> SafeString:
    """A figure with its label, what it is counted from, and where to go on. Stand several in `.payung-tiles`."""
    return render(
        "tile",
        label=label,
        value=words.angka(value) if isinstance(value, int) else value,
        note=note,
        url=url,
        link=link,
        tone=tone,
    )


def progress(done: int, total: int | None, label: str = "", note: str = "") -> SafeString:
    """How far a work is: `done` of `total` with the true denominator; `total` None while it is not known yet."""
    return render(
        "progress",
        done=min(done, total) if total else done,
        total=total,
        label=label or gettext("Kemajuan"),
        note=note,
        complete=bool(total) and done >= (total or 0),
    )


def card(content: str, title: str = "", level: int = 2) -> SafeString:
    """`{% card "Judul" %}…{% endcard %}`: a white sheet around what belongs together."""
    if not title:
        return format_html('<div class="payung-card">{}</div>', mark_safe(content))
    return format_html(
        '<section class="payung-card"><h{level} class="payung-card__title">{title}</h{level}>{content}</section>',
        level=level,
        title=title,
        content=mark_safe(content),
    )


def panel(content: str, title: str) -> SafeString:
    """`{% panel "Daftar tersimpan" %}…{% endpanel %}`: what has just been done, as the first thing on its page."""
    body = (
        format_html('<div class="govuk-panel__body">{}</div>', mark_safe(content)) if content.strip() else ""
    )
    return format_html(
        '<div class="govuk-panel govuk-panel--confirmation"><h1 class="govuk-panel__title">{}</h1>{}</div>',
        title,
        body,
    )


def nothing(title: str, hint: str = "", url: str = "", link: str = "") -> SafeString:
    """What stands where there is nothing yet: what is missing, and what to do about it."""
    return render("nothing", title=title, hint=hint, url=url, link=link)


def breadcrumbs(*steps: str) -> SafeString:
    """`{% breadcrumbs "Daftar" url_of_daftar "Unggahan" url "Batu Kajang" %}`: label and address by turns.

    The last label, without an address, is the page itself. Home comes first by itself.
    """
    pairs = [(gettext("Beranda"), "/"), *zip(steps[::2], (*steps[1::2], ""), strict=False)]
    return render("breadcrumbs", steps=[(label, url) for label, url in pairs if label])


def once() -> SafeString:
    """A hidden field by which a form that is sent twice counts once (`payung.access.http.once`)."""
    return format_html('<input type="hidden" name="once" value="{}">', uuid.uuid4())


def pager(context: Mapping[str, Any], page: Page[Any], name: str = "page") -> SafeString:
    """Links to the pages of a paginated list; nothing where there is one page. Keeps the other query fields."""
    paginator = page.paginator
    if paginator.num_pages < 2:
        return SafeString()
    query = context["request"].GET.copy()

    def address(number: int) -> str:
        query[name] = str(number)
        return f"?{query.urlencode()}"

    numbers = paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return render(
        "pager",
        page=page,
        first=page.start_index(),
        last=page.end_index(),
        total=paginator.count,
        previous=address(page.previous_page_number()) if page.has_previous() else "",
        next=address(page.next_page_number()) if page.has_next() else "",
        links=[(one, address(one) if isinstance(one, int) else "", one == page.number) for one in numbers],
    )


def sorting(
    context: Mapping[str, Any], field: str, label: str, css: str = "", name: str = "urut"
) -> SafeString:
    """A `<th>` by which a table is sorted: `?urut=field`, again turns it round (`?urut=-field`)."""
    query = context["request"].GET.copy()
    now = query.get(name, "")
    query[name] = f"-{field}" if now == field else field
    query.pop("page", None)
    direction = {field: "ascending", f"-{field}": "descending"}.get(now, "")
    return format_html(
        '<th scope="col"{}{}><a class="urut" href="?{}">{}</a></th>',
        format_html(' class="{}"', css) if css else "",
        format_html(' aria-sort="{}"', direction) if direction else "",
        query.urlencode(),
        label,
    )


def render(name: str, **values: Any) -> SafeString:
    """A part of `templates/web/parts` with these values alone."""
    return SafeString(render_to_string(f"web/parts/{name}.html", values).strip())
