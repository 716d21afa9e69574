"""Every answer carries the policy that lets nothing run but the site's own files (trust.md S7)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from lxml import html

from payung.web.middleware import POLICY
from tests.office.cast import Office
from tests.office.crawl import crawl
from tests.office.examples import Case, load
from tests.office.walk import METHODS, addresses


def faults(answer: Any) -> list[str]:
    """What an answer lacks, and what on its page the policy would have to block."""
    wanted = {
        "Content-Security-Policy": POLICY,
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    found = [name for name, value in wanted.items() if answer.headers.get(name) != value]
    if answer.headers.get("Referrer-Policy") not in ("same-origin", "no-referrer"):
        found.append("Referrer-Policy")
    if answer.headers.get("Content-Type", "").startswith("text/html") and answer.content.strip():
        found += inline(html.fromstring(answer.content.decode()))
    return found


def inline(tree: Any) -> list[str]:
    """What stands in a page and should stand in a file, and what comes from elsewhere."""
    found = [f"<style> {one.text}" for one in tree.iter("style")]
    found += [f"<script> {one.text}" for one in tree.iter("script") if not one.get("src")]
    for one in tree.iter():
        for name, value in one.attrib.items() if isinstance(one.tag, str) else ():
            if name == "style" or name.startswith("on") or "javascript:" in value:
                found.append(f"<{one.tag} {name}>")
            if name in ("src", "href", "action", "formaction", "hx-get", "hx-post") and re.match(
                r"(https?:)?//", value
            ):
                found.append(f"<{one.tag} {name}={value}>")
    return found


def test_nothing_in_the_policy_is_unsafe() -> None:
    for word in ("unsafe", "*", "http:", "https:", "blob:", "strict-dynamic"):
        assert word not in POLICY
    for rule in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
        assert rule in POLICY


@pytest.mark.long
@pytest.mark.parametrize("who", ["", "budi", "admin", "siti"])
def test_every_address_answers_with_the_policy_whatever_it_answers(office: Office, who: str) -> None:
    client, rows = office.client(who or None), load()
    made: dict[Any, Any] = {}
    found: dict[str, list[str]] = {}
    for address in addresses():
        if address.name == "account_logout":
            continue
        kwargs: dict[str, Any] = {}
        if address.takes:
            maker = rows[address.name]
            if maker not in made:
                made[maker] = maker(office)
            objects = made[maker]
            kwargs = dict(objects.get(Case.OWN, objects[Case.NOWHERE]).kwargs)
        for method in METHODS:
            if wrong := faults(client.generic(method, address.at(kwargs))):
                found[f"{method} {address.name}"] = wrong
    assert found == {}


@pytest.mark.long
@pytest.mark.parametrize("who", ["desi", "budi", "admin", "audi"])
def test_every_page_that_links_lead_to_has_nothing_inline(office: Office, who: str) -> None:
    pages = list(crawl(office.client(who)))
    assert {page.url: wrong for page in pages if (wrong := faults(page.response))} == {}
    assert {page.url: page.response.status_code for page in pages if page.response.status_code >= 400} == {}
    assert len(pages) >= 3


def test_what_goes_wrong_carries_the_policy_too(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    answers = [
        client.get("/", headers={"host": "tempat-lain.example"}),
        client.get("/tidak/ada/"),
        client.get("/%00/"),
        client.get("/static/tidak-ada.css"),
        Client(SERVER_NAME="localhost", enforce_csrf_checks=True).post("/bahasa/", {"language": "id"}),
    ]
    assert answers[0].status_code == 400
    assert "Permintaan ini tidak dapat dibaca" in answers[0].content.decode()
    monkeypatch.setattr("payung.web.context.frame", lambda request: 1 / 0)
    broken = office.client("budi")
    broken.raise_request_exception = False
    answers.append(broken.get("/"))
    assert answers[-1].status_code == 500
    assert [answer.headers["Content-Security-Policy"] for answer in answers] == [POLICY] * len(answers)


def test_a_picture_that_is_opened_alone_may_not_run_anything(office: Office) -> None:
    assert finders.find("web/payung.svg")
    answer = office.client().get("/static/web/payung.svg")
    answer.close()
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"] == POLICY


def test_these_tests_see_what_is_wrong() -> None:
    page = '<p onclick="x()">a</p><script>1</script><a href="//elsewhere.example">b</a><i style="color:red">c</i>'
    assert len(inline(html.fromstring(page))) == 4
