"""Walks the site as a reader does: from page to page by links, and through the forms that stand there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import Resolver404, resolve
from lxml import html

_TEXTS = ("text", "search", "email", "tel", "url", "number", "password", "date")


@dataclass
class Form:
    """A form of a page: where it goes, what it sends as it stands, and which fields a person types in."""

    action: str
    method: str
    sent: dict[str, Any] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name of the address that it goes to."""
        return name_of(self.action)


@dataclass(frozen=True)
class Page:
    """An answer that was looked at."""

    url: str
    response: Any

    @property
    def name(self) -> str:
        """The name of its address."""
        return name_of(self.url)

    @property
    def is_html(self) -> bool:
        return bool(self.response.headers.get("Content-Type", "").startswith("text/html"))

    @property
    def tree(self) -> Any:
        """The page as a browser understands it."""
        return html.fromstring(self.response.content.decode() or "<html></html>")

    @property
    def text(self) -> str:
        """What one can read on it."""
        return str(self.tree.text_content())

    def links(self) -> list[str]:
        """Addresses of this site to which the page leads, without what stands after `#`."""
        found = [urljoin(self.url, one) for one in self.tree.xpath("//a/@href")]
        return [one.split("#")[0] for one in found if one.startswith("/")]

    def forms(self) -> list[Form]:
        """All forms that are sent without script."""
        return [_form(one, self.url) for one in self.tree.xpath("//form")]


def name_of(url: str) -> str:
    """The name of the address at a path, `static` for files, empty for none."""
    path = urlsplit(url).path
    try:
        return str(resolve(path).view_name)
    except Resolver404:
        return "static" if path.startswith("/static/") else ""


def crawl(client: Client, start: tuple[str, ...] = ("/",), each: int = 3) -> Iterator[Page]:
    """Every page that links lead to, at most `each` of one address; redirects are followed as links are."""
    waiting, seen, counted = list(start), set(start), Counter[tuple[str, ...]]()
    while waiting:
        url = waiting.pop(0)
        kind = (name_of(url), *sorted({name for name, _ in parse_qsl(urlsplit(url).query)}))
        if counted[kind] >= each:
            continue
        counted[kind] += 1
        page = Page(url, client.get(url))
        yield page
        if page.response.status_code in (301, 302, 303):
            found = [urljoin(url, page.response["Location"])]
        else:
            found = page.links() if page.is_html and not page.response.streaming else []
        for one in found:
            if one not in seen:
                seen.add(one)
                waiting.append(one)


def send(client: Client, form: Form, typed: Mapping[str, str], file: tuple[str, bytes] | None = None) -> Page:
    """Send a form with what was typed, and go on where that leads."""
    data = form.sent | {name: value for name, value in typed.items() if name in form.typed}
    if form.method == "get":
        return Page(form.action, client.get(form.action, data))
    if file:
        data |= {name: SimpleUploadedFile(*file) for name in form.files}
    answer = client.post(form.action, data, follow=True)
    chain = getattr(answer, "redirect_chain", [])
    return Page(chain[-1][0] if chain else form.action, answer)


def _form(element: Any, url: str) -> Form:
    form = Form(urljoin(url, element.get("action") or url), (element.get("method") or "get").lower())
    for one in element.xpath(".//input[@name]"):
        name, kind = one.get("name"), (one.get("type") or "text").lower()
        if kind == "file":
            form.files.append(name)
        elif kind in _TEXTS:
            form.typed.append(name)
            form.sent[name] = one.get("value") or ""
        elif kind in ("radio", "checkbox"):
            form.sent.setdefault(name, one.get("value") or "on")
        elif kind == "hidden":
            form.sent[name] = one.get("value") or ""
    for one in element.xpath(".//textarea[@name]"):
        form.typed.append(one.get("name"))
        form.sent[one.get("name")] = one.text or ""
    for one in element.xpath(".//select[@name]"):
        values = [value for value in one.xpath(".//option/@value") if value]
        form.sent[one.get("name")] = values[0] if values else ""
    buttons = element.xpath(".//button[@name]")
    if buttons:
        form.sent[buttons[0].get("name")] = buttons[0].get("value") or ""
    return form
