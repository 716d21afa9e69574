"""The post of a province belongs to the province: no regency gives it, sees it, or ends it."""

from __future__ import annotations

import pytest

from payung.access.models import Post, Tenure, User
from payung.access.policy import Role
from payung.audit.models import Event
from payung.core.errors import PayungError
from payung.core.scope import acting_in, whole
from payung.office.province import holders, open_post
from tests.office.cast import OPENED_ON, REGENCY, Office


def test_no_regency_knows_the_post_of_its_province(office: Office) -> None:
    with office.acting("admin"):
        assert not Post.objects.filter(role=Role.PROVINCE).exists()
        assert not Tenure.objects.filter(user__username="prov").exists()
    with office.acting("prov"):
        assert [one.role for one in Post.objects.all()] == [Role.PROVINCE]
    page = office.client("admin").get("/petugas/jabatan/baru/").content.decode()
    assert "Verifikator" in page
    assert "Pemerintah provinsi" not in page


def test_an_administrator_cannot_propose_a_post_of_the_province(office: Office) -> None:
    office.client("admin").post(
        "/petugas/jabatan/baru/",
        {"role": "provinsi", "territory": "64", "username": "tamu", "kind": "definitif", "basis": "x"},
    )
    with acting_in(whole(REGENCY)):
        assert not Post.objects.filter(role=Role.PROVINCE).exists()


def test_whoever_follows_on_the_post_ends_the_session_of_who_sat_there(office: Office) -> None:
    before = office.client("prov")
    assert before.get("/angka/").status_code == 200
    made = open_post("64", "yusuf", "Yusuf Maulana", OPENED_ON)
    assert made.totp_secret
    assert holders("64", OPENED_ON) == ["yusuf"]
    assert before.get("/angka/").status_code == 302
    assert office.client("yusuf").get("/angka/").status_code == 200
    with acting_in(whole("64")):
        assert {"post.ended", "post.given", "user.added"} <= set(
            Event.objects.values_list("action", flat=True)
        )


@pytest.mark.parametrize(("code", "words"), [("99", "tidak ada"), ("63", "Belum ada kabupaten/kota")])
def test_a_province_without_a_regency_here_has_no_post(office: Office, code: str, words: str) -> None:
    with pytest.raises(PayungError, match=words):
        open_post(code, "yusuf", "Yusuf Maulana", OPENED_ON)
    assert not User.objects.filter(username="yusuf").exists()


def test_the_front_page_and_the_menu_of_a_province_name_the_province(office: Office) -> None:
    page = office.client("prov").get("/").content.decode()
    assert "Kalimantan Timur" in page
    assert 'href="/angka/"' in page
