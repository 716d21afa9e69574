"""The frame of every page: who sees which header, what the error pages say, and which headers go out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client, RequestFactory
from django.utils import translation

import payung
from payung.access.models import Tenure, User
from payung.core.scope import acting_in, whole
from payung.web import navigation, views
from payung.web.middleware import POLICY
from tests.office.cast import REGENCY, SEATS, Office


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_a_verifier_sees_regency_post_and_menu(office: Office) -> None:
    page = text(office.client("budi").get("/"))
    assert "Kabupaten Paser · contoh" in page
    assert "Verifikator" in page
    assert "Selamat bekerja, Pak Budi" in page
    assert "kabupaten contoh: data buatan" in page
    assert 'aria-current="page">Beranda' in page


def test_somebody_who_did_not_sign_in_is_sent_to_do_so(office: Office) -> None:
    answer = office.client().get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/masuk/?next=/")


def test_somebody_without_a_post_is_told_whom_to_ask(office: Office) -> None:
    answer = office.client("tamu").get("/")
    assert answer.status_code == 403
    assert "Minta administrator kabupaten memberi Anda jabatan" in text(answer)
    assert "Menu utama" not in text(answer)


@pytest.mark.parametrize("username", sorted(SEATS))
def test_every_line_of_the_menu_opens_for_whoever_sees_it(office: Office, username: str) -> None:
    client, role = office.client(username), str(SEATS[username][1])
    for link in navigation.links(role, "/"):
        assert client.get(link.url).status_code == 200, link.url


def test_every_answer_carries_the_security_headers(office: Office) -> None:
    for address in ("/", "/tidak-ada/", "/masuk/"):
        headers = office.client().get(address).headers
        assert headers["Content-Security-Policy"] == POLICY
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
    assert "unsafe" not in POLICY


def test_what_is_missing_has_one_body_wherever_it_is_missing(office: Office) -> None:
    client = office.client("budi")
    bodies = {
        re.sub(r'value="[^"]*"|"X-CSRFToken": "[^"]*"', "", text(client.get(address)))
        for address in ("/tidak-ada/", "/juga-tidak/7/")
    }
    assert len(bodies) == 1
    assert "Halaman ini tidak ada" in bodies.pop()


def test_a_form_without_its_token_is_told_that_nothing_is_lost(office: Office) -> None:
    strict = Client(enforce_csrf_checks=True, SERVER_NAME="localhost")
    answer = strict.post("/bahasa/", {"language": "en"})
    assert answer.status_code == 403
    assert "isian Anda masih ada" in text(answer)


def test_the_page_of_our_own_faults_needs_no_database() -> None:
    answer = views.broken(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "Pekerjaan yang sudah tersimpan aman" in text(answer)


def test_the_language_is_switched_and_leads_back(office: Office) -> None:
    client = office.client("budi")
    answer = client.post("/bahasa/", {"language": "en", "next": "/"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    page = text(client.get("/"))
    assert '<html lang="en">' in page
    assert "Waiting for you" in page
    client.post("/bahasa/", {"language": "en", "next": "https://example.org/"})
    assert client.post("/bahasa/", {"language": "id", "next": "//example.org/"}).headers["Location"] == "/"


def test_one_of_several_posts_is_chosen_and_nobody_elses(office: Office) -> None:
    with acting_in(whole(REGENCY)):
        rina = Tenure.objects.get(user__username="rina")
        second = Tenure.objects.create(
            user=User.objects.get(username="budi"),
            post=rina.post,
            regency_code=REGENCY,
            kind=Tenure.Kind.ACTING,
            valid_from=rina.valid_from,
        )
    client = office.client("budi")
    page = text(client.get("/"))
    assert "Bertindak sebagai Plt. Bendahara" in page
    assert client.post("/jabatan/", {"tenure": str(second.pk)}).status_code == 303
    assert "Bertindak sebagai Verifikator" in text(client.get("/"))
    assert client.post("/jabatan/", {"tenure": str(rina.pk)}).status_code == 404
    assert client.get("/jabatan/").status_code == 405


def test_no_template_has_inline_style_or_script() -> None:
    found = [
        f"{path.name}: {match[0]}"
        for path in Path(payung.__file__).parent.glob("*/templates/**/*.html")
        if path.parts[-3] != "reporting" and path.name != "ringkasan.html"
        for match in re.finditer(
            r'<style|\sstyle=|\son[a-z]+="|<script(?![^>]*\ssrc=)|href="javascript:|https?://(?!www\.w3\.org)',
            path.read_text(encoding="utf-8"),
        )
    ]
    assert found == []


def test_english_knows_every_sentence_of_the_frame() -> None:
    folder = Path(views.__file__).parent / "templates"
    said = {
        match[2]
        for path in folder.rglob("*.html")
        for match in re.finditer(r"""{% translate (["'])(.+?)\1""", path.read_text(encoding="utf-8"))
    }
    same = {"Menu"}
    assert len(said) > 20
    with translation.override("en"):
        assert {one for one in said if translation.gettext(one) == one} == same
