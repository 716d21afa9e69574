"""Accounts: opened, invited, closed; and what an administrator of one regency may do to a user of two."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from payung.access.account_services import invite
from payung.access.models import Invitation, Once, Tenure, User
from payung.access.policy import Role
from payung.audit.models import Event
from payung.core.errors import PayungError
from payung.core.scope import acting_in, whole
from payung.office.setup import seat
from tests.office.cast import OPENED_ON, OTHER_REGENCY, Office, plain

FRESH = "hujan-turun-di-paser"


def once() -> str:
    return str(uuid.uuid4())


def test_a_new_user_is_opened_invited_and_signs_in(office: Office) -> None:
    admin = office.client("admin")
    made = admin.post("/petugas/baru/", {"name": "Bu <b>Ani</b>", "username": "ani", "once": once()})
    assert made.status_code == 303
    page = admin.post(f"{made['Location']}tautan/").content.decode()
    assert "Bu &lt;b&gt;Ani&lt;/b&gt;" in page
    link = re.search(r"http://localhost(/masuk/undangan/[^<\s]+)", page)
    assert link
    assert link[1].split("/")[-2] not in str(list(Invitation.everything.values_list()))
    assert link[1] not in admin.get(made["Location"]).content.decode()  # shown once

    newcomer = office.client()
    for _ in range(2):  # a look, for example by a messenger's preview, uses nothing up
        assert newcomer.get(link[1]).status_code == 200
    assert newcomer.post(link[1], {"password1": "ani", "password2": "ani"}).status_code == 422
    assert newcomer.post(link[1], {"password1": FRESH, "password2": FRESH}).status_code == 303
    for method in (newcomer.get, newcomer.post):
        assert method(link[1]).status_code == 404  # once
    assert newcomer.post("/masuk/", {"login": "ani", "password": FRESH}).status_code == 302
    answer = newcomer.get("/")
    assert answer.status_code == 403
    assert "belum memegang jabatan" in answer.content.decode()


def test_links_that_are_old_replaced_foreign_or_invented_answer_alike(office: Office) -> None:
    user = office.user("siti")
    with office.acting("admin"):
        replaced, old = invite(user), invite(user)
        Invitation.objects.update(valid_until=timezone.now() - timedelta(seconds=1))
        good = invite(user)
    answers = []
    for regency, token in (
        ("64.01", replaced),
        ("64.01", old),
        ("64.02", good),
        ("64.01", "x"),
        ("aa", "y"),
    ):
        answers.append(plain(office.client().get(f"/masuk/undangan/{regency}/{token}/")))
    assert len(set(answers)) == 1
    assert answers[0][0] == 404
    assert office.client().get("/masuk/undangan/%00/z/").status_code == 404
    assert office.client().get(f"/masuk/undangan/64.01/{good}/").status_code == 200


def test_a_link_of_a_closed_account_is_dead(office: Office) -> None:
    with office.acting("admin"):
        token = invite(office.user("desi"))
    admin = office.client("admin")
    url = f"/petugas/{office.user('desi').pk}/tutup/"
    assert admin.post(url, {"reason": "pensiun", "once": once()}).status_code == 303
    assert office.client().get(f"/masuk/undangan/64.01/{token}/").status_code == 404
    with office.acting("admin"), pytest.raises(PayungError, match="ditutup"):
        invite(office.user("desi"))


def test_a_double_click_opens_one_account(office: Office) -> None:
    admin = office.client("admin")
    form = {"name": "Pak Dobel", "username": "dobel", "once": once()}
    first, second = admin.post("/petugas/baru/", form), admin.post("/petugas/baru/", form)
    assert User.objects.filter(username="dobel").count() == 1
    assert first["Location"] == second["Location"]
    with office.acting("admin"):
        assert Once.objects.count() == 1
        assert Event.objects.filter(action="user.added", subject_id=User.objects.get(username="dobel").pk)


def test_a_form_without_its_mark_is_refused(office: Office) -> None:
    assert (
        office.client("admin").post("/petugas/baru/", {"name": "X Y", "username": "xyz"}).status_code == 403
    )
    assert not User.objects.filter(username="xyz").exists()


@pytest.mark.parametrize("username", ["Siti", "siti", "a", "ada spasi", "ſiti", "x'--", "<b>", ".titik"])
def test_login_names_are_plain_and_only_once(office: Office, username: str) -> None:
    before = User.objects.count()
    answer = office.client("admin").post(
        "/petugas/baru/", {"name": "X", "username": username, "once": once()}
    )
    assert answer.status_code == 422
    assert User.objects.count() == before


def test_an_administrator_does_not_close_their_own_account(office: Office) -> None:
    me = office.user("admin")
    answer = office.client("admin").post(
        f"/petugas/{me.pk}/tutup/", {"reason": "coba", "once": once()}, follow=True
    )
    assert "Akun sendiri" in answer.content.decode()
    assert office.user("admin").is_active


def test_a_user_of_two_regencies_is_not_taken_over_by_one(office: Office) -> None:
    budi = office.user("budi")
    with acting_in(whole(OTHER_REGENCY)):
        from django.db import transaction

        with transaction.atomic():
            seat(budi, OTHER_REGENCY, Role.LEGAL, OTHER_REGENCY, OPENED_ON)
    admin = office.client("admin")
    for url, fields in ((f"/petugas/{budi.pk}/tautan/", {}), (f"/petugas/{budi.pk}/tutup/", {"reason": "x"})):
        answer = admin.post(url, {**fields, "once": once()}, follow=True).content.decode()
        assert "juga dipakai di Kabupaten Kutai Kartanegara" in answer
    assert office.user("budi").is_active
    with office.acting("admin"):
        assert not Invitation.objects.exists()


def test_users_of_another_regency_do_not_exist_here(office: Office) -> None:
    admin = office.client("admin")
    kukar, tamu = office.user("kukar"), office.user("tamu")
    nowhere = admin.get("/petugas/987654321/")
    for user in (kukar, tamu):
        answer = admin.get(f"/petugas/{user.pk}/")
        assert answer.status_code == 404
        assert plain(answer) == plain(nowhere)
        assert user.name not in admin.get("/petugas/?cari=" + user.username).content.decode()


def test_a_page_of_a_person_shows_posts_sign_ins_and_work(office: Office) -> None:
    office.client().post("/masuk/", {"login": "siti", "password": "payung-meneduhkan-semua"})
    page = office.client("admin").get(f"/petugas/{office.user('siti').pk}/").content.decode()
    assert "Ketua RT" in page
    assert "RT 005, Janju" in page
    assert re.search(r"</time> Masuk", page)


@pytest.mark.parametrize("url", ["/petugas/", "/petugas/jabatan/"])
def test_queries_do_not_grow_with_the_rows(office: Office, url: str) -> None:
    client = office.client("admin")
    client.get(url)

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    before = count()
    from django.db import transaction

    with acting_in(whole("64.01")), transaction.atomic():
        for number in range(30):
            user = User.objects.create(username=f"rt{number}", name=f"Pak RT {number}", password="!")
            seat(user, "64.01", Role.RT, f"64.01.04.2002/{number + 100:03}", OPENED_ON)
    assert count() == before
    assert before <= 14


@pytest.mark.parametrize(
    "words", ["%", "_", "'", "D'Souza", "<script>", "a" * 5000, "\x00", "verifikator 64"]
)
def test_a_search_takes_any_text(office: Office, words: str) -> None:
    client = office.client("admin")
    for url in ("/petugas/", "/petugas/jabatan/"):
        assert client.get(url, {"cari": words}).status_code == 200


def test_the_permissions_are_shown_to_everybody_with_a_post(office: Office) -> None:
    page = office.client("siti").get("/petugas/izin/")
    assert page.status_code == 200
    assert "Bagian hukum" in page.content.decode()
    assert Tenure.objects.count() == 0  # nothing without a scope
