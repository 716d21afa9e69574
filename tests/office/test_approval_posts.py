"""Handing over a post in one screen: proposed by one, approved by another, in force by its dates."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.utils import timezone

from payung.access.models import Post, Tenure, User
from payung.approval.models import Proposal
from payung.audit.models import Event
from tests.office.cast import Office


def today() -> date:
    return timezone.localdate()


def form(**changed: Any) -> dict[str, Any]:
    begins: date = changed.pop("begins", today())
    return {
        "username": "joko", "name": "", "kind": "definitif", "valid_from": f"{begins:%d-%m-%Y}", "valid_to": "",
        "old": "sebelum", "basis": "SK 821/45/2026", "once": str(uuid.uuid4()), **changed,
    }  # fmt: skip


def propose(office: Office, chair: str = "desi", **changed: Any) -> Any:
    """As the administrator: hand over the chair on which `chair` sits."""
    post = office.tenure(chair).post_id
    return office.client("admin").post(f"/petugas/jabatan/{post}/serah/", form(**changed))


def decide(office: Office, checker: str, location: str, verdict: str = "setuju", reason: str = "") -> Any:
    return office.client(checker).post(location, {"verdict": verdict, "reason": reason}, follow=True)


@pytest.fixture
def tomorrow() -> Iterator[Any]:
    """Turns the office's clock by days."""
    real = timezone.now
    days = [0]
    with patch("django.utils.timezone.now", lambda: real() + timedelta(days[0])):
        yield lambda count=1: days.__setitem__(0, days[0] + count)


def test_a_handover_today_ends_the_old_holder_with_the_next_click(office: Office) -> None:
    desi, joko = office.client("desi"), office.client()
    made = propose(office)
    assert made.status_code == 303
    assert desi.get("/").status_code == 200  # nothing has happened yet
    page = decide(office, "budi", made["Location"]).content.decode()
    assert "Disetujui" in page
    gone = desi.get("/")
    assert gone["Location"].startswith("/masuk/")
    assert "_auth_user_id" not in desi.session
    with office.acting("admin"):
        post = Post.objects.get(pk=office.tenure("desi").post_id)
        now = [one for one in Tenure.objects.filter(post=post) if one.holds_on(today())]
        assert [one.user.username for one in now] == ["joko"]
        assert Tenure.objects.filter(post=post, user__username="desi").count() == 1  # history keeps the name
        assert Event.objects.filter(action="post.handed_over").count() == 1
    shown = office.client("admin").get(f"/petugas/jabatan/{post.pk}/").content.decode()
    assert "Bu Desi" in shown
    assert "Pak Joko" in shown
    assert joko.get("/")["Location"].startswith("/masuk/")


def test_a_handover_of_next_week_takes_effect_by_its_date_alone(office: Office, tomorrow: Any) -> None:
    made = propose(office, begins=today() + timedelta(3))
    decide(office, "budi", made["Location"])
    for day in range(5):
        desi = office.client("desi")
        held = desi.get("/").status_code == 200
        assert held is (day < 3), day
        with office.acting("admin"):
            post = office.tenure("desi").post_id
            holders = [one.user.username for one in Tenure.objects.filter(post=post) if one.holds_on(today())]
        assert holders == (["desi"] if day < 3 else ["joko"])
        tomorrow()


def test_a_daily_deputy_comes_and_goes_and_the_holder_stays(office: Office, tomorrow: Any) -> None:
    last = today() + timedelta(1)
    made = propose(office, kind="plh", valid_to=f"{last:%d-%m-%Y}", old="tetap")
    decide(office, "budi", made["Location"])
    for day in range(4):
        with office.acting("admin"):
            post = office.tenure("desi").post_id
            holders = {one.user.username for one in Tenure.objects.filter(post=post) if one.holds_on(today())}
        assert holders == ({"desi", "joko"} if day < 2 else {"desi"}), day
        tomorrow()


def test_a_new_user_is_opened_on_the_same_screen(office: Office) -> None:
    answer = office.client("admin").post(
        f"/petugas/jabatan/{office.tenure('joko').post_id}/serah/", form(username="yuni", name="Bu Yuni")
    )
    assert answer.status_code == 303
    assert User.objects.get(username="yuni").opened_in == "64.01"
    decide(office, "wati", answer["Location"])
    with office.acting("admin"):
        assert Tenure.objects.get(user__username="yuni").holds_on(today())


def test_a_chair_that_nobody_held_is_made(office: Office) -> None:
    fields = form(username="siti", kind="definitif", role="rt", territory="64.01.04.2003/001", agency="")
    answer = office.client("admin").post("/petugas/jabatan/baru/", fields)
    assert answer.status_code == 303
    with office.acting("admin"):
        assert not Post.objects.filter(territory="64.01.04.2003/001").exists()
    decide(office, "budi", answer["Location"])
    with office.acting("admin"):
        assert Tenure.objects.filter(post__territory="64.01.04.2003/001", user__username="siti").exists()
        assert Event.objects.filter(action="post.given", subject_id=Tenure.objects.latest("pk").pk).exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"username": "tidak.ada"},
        {"username": "kukar"},
        {"username": "joko", "kind": "plt"},
        {"valid_from": "31-12-2020"},
        {"valid_from": "besok"},
        {"old": "tetap"},
        {"basis": ""},
        {"kind": "raja"},
    ],
)
def test_what_cannot_be_is_said_on_the_form(office: Office, wrong: dict[str, str]) -> None:
    answer = propose(office, **wrong)
    assert answer.status_code == 422
    assert "perlu diperbaiki" in answer.content.decode()
    with office.acting("admin"):
        assert not Proposal.objects.exists()


def test_the_new_holder_the_maker_and_their_other_post_do_not_approve(office: Office) -> None:
    made = propose(office, username="budi")
    for who in ("admin", "budi"):
        assert "diputus oleh orang lain" in decide(office, who, made["Location"]).content.decode()
    for who in ("desi", "laila", "audi"):
        decide(office, who, made["Location"])
    with office.acting("admin"):
        assert Proposal.objects.get().is_open


def test_a_successor_who_came_meanwhile_makes_the_proposal_stale(office: Office) -> None:
    made = propose(office)
    tenure = office.tenure("desi")
    end = office.client("admin").post(
        f"/petugas/jabatan/masa/{tenure.pk}/akhiri/",
        {"last_day": "", "basis": "SK 9", "once": str(uuid.uuid4())},
    )
    decide(office, "wati", end["Location"])
    page = office.client("budi").get(made["Location"]).content.decode()
    assert "sudah diubah sejak usulan" in page
    assert "sudah diubah sejak usulan" in decide(office, "budi", made["Location"]).content.decode()
    with office.acting("admin"):
        assert Proposal.objects.get(kind="post.give").is_open
        assert not Tenure.objects.filter(user__username="joko", post=tenure.post_id).exists()
    decide(office, "budi", made["Location"], "dikembalikan", "usulkan lagi")
    with office.acting("admin"):
        assert Proposal.objects.get(kind="post.give").state == "Dikembalikan"


def test_a_proposal_approved_after_its_first_day_begins_that_day(office: Office, tomorrow: Any) -> None:
    made = propose(office, begins=today() + timedelta(1))
    tomorrow(3)
    decide(office, "budi", made["Location"])
    with office.acting("admin"):
        given = Tenure.objects.get(user__username="joko", post=office.tenure("desi").post_id)
        assert given.valid_from == today()


def test_yesterdays_links_are_dead_in_todays_territory(office: Office) -> None:
    """Pak Joko moves from one desa to another: proposals of his old desa no longer exist for him."""
    made = propose(office, "joko", username="siti")
    office.client("admin").post(f"{made['Location']}tarik/")
    with office.acting("admin"):
        Proposal.objects.update(place="64.01.01.2011")
    joko = office.client("joko")
    assert joko.get(made["Location"]).status_code == 200
    moved = propose(office, "desi", username="joko")
    decide(office, "budi", moved["Location"])
    ended = office.client("admin").post(
        f"/petugas/jabatan/masa/{office.tenure('joko').pk}/akhiri/",
        {"last_day": "", "basis": "SK 9", "once": str(uuid.uuid4())},
    )
    decide(office, "budi", ended["Location"])
    assert joko.get(made["Location"])["Location"].startswith("/masuk/")  # that post's session is over
    again = office.client()
    again.force_login(office.user("joko"), backend="allauth.account.auth_backends.AuthenticationBackend")
    session = again.session
    session["payung_factor"] = office.user("joko").pk
    session.save()
    assert again.get("/").status_code == 200
    assert again.get(made["Location"]).status_code == 404


def test_the_queue_stays_with_the_chair(office: Office) -> None:
    """What waits for the verifier waits for whoever is verifier."""
    propose(office)
    post = office.tenure("budi").post_id
    page = office.client("admin").get(f"/petugas/jabatan/{post}/serah/").content.decode()
    assert "usulan menunggu keputusan" in page
    made = propose(office, "budi", username="yusuf", name="Pak Yusuf")
    decide(office, "wati", made["Location"])
    yusuf = office.client()
    yusuf.force_login(
        User.objects.get(username="yusuf"), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    session = yusuf.session
    session["payung_factor"] = User.objects.get(username="yusuf").pk
    session.save()
    assert "Petugas desa/kelurahan" in yusuf.get("/persetujuan/").content.decode()


def test_a_second_factor_is_taken_away_by_two_people(office: Office) -> None:
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(office.user("budi"), generate_totp_secret())
    budi = office.client("budi")
    assert budi.get("/").status_code == 200
    answer = office.client("admin").post(
        f"/persetujuan/kode/{office.user('budi').pk}/", {"reason": "HP hilang", "once": str(uuid.uuid4())}
    )
    decide(office, "admin", answer["Location"])
    decide(office, "budi", answer["Location"])
    assert Authenticator.objects.filter(user=office.user("budi")).exists()
    decide(office, "wati", answer["Location"])
    assert not Authenticator.objects.filter(user=office.user("budi")).exists()
    assert budi.get("/")["Location"].startswith("/masuk/")
