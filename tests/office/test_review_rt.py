"""One-tap questions to an RT: no number leaves, one answer, and nobody but a verifier decides."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from payung.audit.models import Event
from payung.core.errors import PayungError
from payung.office.logs import masked
from payung.screening import question_services, services
from payung.screening.models import Pair, PairVerdict, Question
from payung.screening.rules import Verdict
from tests.office.cast import DESA, Office
from tests.office.registry_rows import AMINAH
from tests.office.review_rows import LEFT, RIGHT, pairs, run

PLACE = f"{DESA}/006"


def asked(office: Office) -> tuple[Pair, str]:
    """A pair that an RT was asked about, and the link's path."""
    with office.acting("budi"):
        [one] = pairs(run(), 1)
        services.decide(one, Verdict.ASK_RT, version=1)
    page = office.client("budi").post(f"/penyaringan/periksa/{one.pk}/tanya/", {"place": PLACE})
    assert page["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page["Cache-Control"]
    text = page.content.decode()
    for secret in (LEFT.nik, RIGHT.nik, LEFT.kk, LEFT.phone):
        assert secret not in text
    found = re.search(r"http://localhost(/t/6401[\w-]{22})", text)
    assert found
    return one, found.group(1)


def test_the_rt_answers_once_and_the_verifier_decides(office: Office) -> None:
    one, path = asked(office)
    rt = office.client()
    page = rt.get(path)
    words = page.content.decode()
    assert page["Referrer-Policy"] == "no-referrer"
    assert "Siti Aminah 001" in words
    assert "lahir tahun 1990" in words
    for secret in (LEFT.nik, RIGHT.nik, LEFT.kk, LEFT.phone, "17-08-1990", "Ahmad Fauzi"):
        assert secret not in words
    stamp = re.search(r'name="cap" value="([^"]+)"', words)
    assert stamp
    sent = {"cap": stamp.group(1), "answer": "beda", "note": "adik kakak, beda ibu"}
    assert rt.post(path, {"answer": "sama"}).status_code == 403
    assert rt.post(path, sent | {"answer": ""}).status_code == 422
    said = rt.post(path, sent)
    assert "Terima kasih" in said.content.decode()
    with office.acting("budi"):
        assert Pair.objects.get(pk=one.pk).verdict == "tanya RT"
        assert Event.objects.filter(action="pair.answered").count() == 1
    budi = office.client("budi")
    shown = budi.get("/penyaringan/periksa/?daftar=jawab").content.decode()
    assert "menjawab “beda”" in shown
    assert "adik kakak, beda ibu" in shown
    sent = {"verdict": "beda", "version": 2, "way": "rt", "daftar": "jawab", "once": str(uuid.uuid4())}
    assert budi.post(f"/penyaringan/periksa/{one.pk}/putus/", sent).status_code == 303
    with office.acting("budi"):
        held = PairVerdict.objects.get(pair=one, undone_at__isnull=True)
        assert (held.verdict, held.way) == ("beda", "rt")


def test_wrong_used_replaced_and_old_links_answer_alike(office: Office) -> None:
    one, path = asked(office)
    rt = office.client()
    wrong = rt.get("/t/6401AAAAAAAAAAAAAAAAAAAAAA")
    bodies = [wrong.content, rt.get("/t/apa-saja").content, rt.get(f"{path[:-1]}").content]
    office.client("budi").post(f"/penyaringan/periksa/{one.pk}/tanya/", {"place": PLACE})
    replaced = rt.get(path)
    assert (replaced.status_code, wrong.status_code) == (404, 404)
    bodies.append(replaced.content)
    with office.acting("budi"):
        fresh = question_services.ask(one, place=PLACE)
        question_services.answer(fresh.token, "sama")
        old = question_services.ask(one, place=PLACE)
        Question.objects.filter(pk=old.question.pk).update(
            asked_at=timezone.now() - timedelta(days=15), expires_at=timezone.now() - timedelta(days=1)
        )
    for token in (fresh.token, old.token):
        bodies += [rt.get(f"/t/{token}").content, rt.post(f"/t/{token}", {"answer": "sama"}).content]
    tidy = {re.sub(rb'csrf[^"]*" value="[^"]*"|"X-CSRFToken": "[^"]*"', b"", one) for one in bodies}
    assert len(tidy) == 1


def test_only_the_hash_of_a_link_is_kept_and_no_log_shows_it(office: Office) -> None:
    _one, path = asked(office)
    token = path.removeprefix("/t/")
    with office.acting("budi"), connection.cursor() as cursor:
        for table in ("screening_question", "audit_event", "audit_detail", "screening_pair"):
            cursor.execute(f"SELECT * FROM {table}")
            assert token not in str(cursor.fetchall())
    assert token not in masked(f"GET {path} 200 12 ms 127.0.0.1")
    assert masked(f"GET {path} 200") == "GET /t/[tautan] 200"
    assert token not in masked(f"Not Found: {path}")


def test_whoever_tries_many_links_finds_none_any_more(office: Office) -> None:
    _one, path = asked(office)
    rt = office.client()
    for _ in range(30):
        assert rt.get("/t/6401AAAAAAAAAAAAAAAAAAAAAA").status_code == 404
    assert rt.get("/t/6401AAAAAAAAAAAAAAAAAAAAAA").status_code == 429
    assert rt.get(path).status_code == 429


def test_a_right_link_may_be_opened_often(office: Office) -> None:
    _one, path = asked(office)
    rt = office.client()
    assert {rt.get(path).status_code for _ in range(35)} == {200}


def test_questions_belong_to_the_pairs_places_and_to_open_questions(office: Office) -> None:
    with office.acting("budi"):
        [one] = pairs(run(), 1)
        with pytest.raises(PayungError, match="tidak sedang ditanyakan"):
            question_services.ask(one, place=PLACE)
        services.decide(one, Verdict.ASK_RT, version=1)
        with pytest.raises(PayungError, match="bukan tempat"):
            question_services.ask(one, place="64.01.01.2011/001")


def test_the_text_is_short_and_carries_no_number(office: Office) -> None:
    with office.acting("budi"):
        [one] = pairs(run(), 1)
        services.decide(one, Verdict.ASK_RT, version=1)
        text = question_services.message(question_services.ask(one, place=PLACE), "https://x/t/" + "A" * 26)
    assert len(text) <= 700
    assert not re.search(r"\d{6,}", text)
    assert AMINAH not in text
    assert "RT 006, Janju" in text
