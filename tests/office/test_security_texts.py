"""Whatever is typed into a field is shown as it was typed, and nothing of it runs (trust.md S8)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest
from django.db import connection
from lxml import html

from payung.audit.models import Event
from payung.registry.models import Person
from tests.office.cast import Office
from tests.office.corpora import ALL, MARK, SCRIPTS, executed
from tests.office.crawl import Form, Page, crawl, send
from tests.office.registry_rows import AMINAH, PHONE, other, row, save

LEFT_ALONE = {
    "account_logout", "account_change_password", "account_reauthenticate", "account_login", "choose_post",
    "access:person_close", "posts:hand_over", "posts:end_tenure",
}  # fmt: skip
"""Forms that end somebody's session or post, or are no part of the pages."""
HEADINGS = (
    "NIK",
    "NAMA",
    "ALAMAT",
    "DESA",
    "RT",
    "NO HP",
    f"<script>{MARK}()</script>",
    "{{ 771717|add:111111 }}",
)


def nik(number: int) -> str:
    return f"640104{1 + number % 28:02d}0785{number + 1:04d}"


@pytest.fixture
def people(office: Office) -> Iterator[list[Person]]:
    """Somebody for every text, whose name, address, birth place and mother are that text."""
    with office.acting("budi"):
        save(
            *(
                other(
                    nik(number), text, address=text, birth_place=text, mother_name=text, group="pedagang",
                    file=f"{text}.xlsx", sheet=text,
                )
                for number, text in enumerate(ALL)
            )
        )  # fmt: skip
        yield list(Person.objects.order_by("pk"))


def shown(page: Page, text: str) -> bool:
    """Whether a text can be read on a page, spaces aside."""
    return " ".join(text.split()) in " ".join(page.text.split())


def test_people_are_shown_as_they_are_written(office: Office, people: list[Person]) -> None:
    client = office.client("budi")
    assert len(people) == len(ALL)
    for person in people:
        page = Page(f"/warga/{person.pk}/", client.get(f"/warga/{person.pk}/"))
        assert executed(page.tree) == [], person.name
        assert page.tree.xpath("string(//h1)").strip() == person.name.strip() or shown(page, person.name)
        for text in (person.name, person.address, person.birth_place):
            assert shown(page, text), text


def test_a_search_shows_what_was_typed_and_finds_no_more_than_that(
    office: Office, people: list[Person]
) -> None:
    client = office.client("budi")
    for text in ALL:
        for page in (
            Page("/warga/", client.post("/warga/", {"cari": text}, follow=True)),
            Page("/warga/", client.get("/warga/", {"cari": text, "desa": text, "lahir": text})),
        ):
            assert page.response.status_code in (200, 422)
            assert executed(page.tree) == [], text
            assert page.tree.xpath("//input[@name='cari']/@value") in ([text[:200]], [text.strip()], [""], [])
            assert len(page.tree.xpath("//tbody/tr")) < len(ALL) / 2, text
    assert Person.everything.count() == len(ALL)


def _typed(form: Form, text: str) -> dict[str, str]:
    return dict.fromkeys(form.typed, text)


def _list_of(text: str) -> bytes:
    """A village's list in which every cell of the first row is a text, and headings too."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow([*HEADINGS, text])
    table.writerow([text] * len(HEADINGS) + [text])
    table.writerow([AMINAH, "Siti Aminah", text, "Janju", "005", PHONE, text, text, text])
    return out.getvalue().encode()


@pytest.mark.long
@pytest.mark.parametrize("who", ["siti", "desi", "camat", "budi", "admin"])
def test_every_form_takes_every_text_and_no_page_runs_it(office: Office, who: str) -> None:
    """All forms that somebody reaches by links, filled with each kind of text; then all pages once more."""
    with office.acting("budi"):
        save(row(), other(nik(3), "Amir", kk=None))
    client = office.client(who)
    for text in (SCRIPTS[1], SCRIPTS[3], "{{ 771717|add:111111 }}", "' OR '1'='1", "D'Souza <b> O&M"):
        done: set[str] = set()
        for page in list(crawl(client, each=1)):
            for form in page.forms() if page.is_html else ():
                if form.name in LEFT_ALONE or form.name in done or not (form.typed or form.files):
                    continue
                done.add(form.name)
                after = send(
                    client, form, _typed(form, text), (f"{text}.csv".replace("/", "∕"), _list_of(text))
                )
                assert after.response.status_code < 500, form.action
                if after.is_html:
                    assert executed(after.tree) == [], form.action
        office.work()
        assert done
    for viewer in {who, "budi", "audi"}:
        for page in crawl(office.client(viewer), each=4):
            assert page.response.status_code < 500, page.url
            if page.is_html and page.response.content:
                assert executed(page.tree) == [], page.url
    with office.acting("admin"):
        assert Event.objects.count() > 3
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM registry_person")
            assert cursor.fetchone()[0] >= 2


def test_these_tests_see_what_runs() -> None:
    for text in SCRIPTS:
        if MARK in text and "&lt;" not in text and text.startswith("<"):
            assert executed(html.fromstring(f"<div>{text}</div>")), text
    assert executed(html.fromstring(f'<input value="{SCRIPTS[3]}">'))
    assert executed(html.fromstring("<p>882828</p>"))
    assert executed(html.fromstring('<a href="javascript:1">x</a>'))
