"""The pages of a chain: what waits for my post, one route with how it went, the decision by the page."""

from __future__ import annotations

import contextlib
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from payung.access.models import User
from payung.approval import route_views
from payung.approval.models import Route
from payung.approval.route_services import decide_stop
from payung.approval.rules import Verdict
from tests.office.cast import DESA, Office
from tests.office.route_desk import FACES, PUTARAN, Renaming, agree, deputise, opened, renaming


@pytest.fixture
def kind() -> Iterator[Renaming]:
    """A kind of route through the chain of a round."""
    with renaming() as made:
        yield made


def url(route: Route) -> str:
    return f"/persetujuan/rantai/{route.pk}/"


def page(office: Office, who: str, route: Route) -> str:
    answer = office.client(who).get(url(route))
    assert answer.status_code == 200
    return " ".join(str(answer.content.decode()).split())


def sent(office: Office, who: str, route: Route, **changed: Any) -> tuple[int, str]:
    """What a decision by the page answers: its status and, where it leads on, the page there."""
    data = {
        "verdict": "setuju",
        "reason": "",
        "version": "Tamu",
        "position": route.position,
        "once": uuid.uuid4(),
    }
    answer = office.client(who).post(f"{url(route)}putus/", {**data, **changed}, follow=True)
    status = answer.redirect_chain[0][1] if answer.redirect_chain else answer.status_code
    return status, " ".join(answer.content.decode().split())


def test_a_route_exists_for_its_seats_and_for_the_regency_and_for_nobody_else(
    office: Office, kind: Renaming
) -> None:
    kind.places = (DESA,)
    route = opened(office, kind)
    expected = {
        **dict.fromkeys(("camat", "budi", "kpa", "capil", "rina", "audi", "admin", "bupati"), 200),
        **dict.fromkeys(("cici", "desi", "joko", "kukar"), 404),
        **dict.fromkeys(("siti", "bona", "prov"), 403),
    }
    assert {who: office.client(who).get(url(route)).status_code for who in expected} == expected
    lists = {
        who: office.client(who).get("/persetujuan/rantai/").content.decode()
        for who in ("camat", "budi", "cici")
    }
    assert {who for who, found in lists.items() if "Ganti nama Tamu" in found} == {"camat", "budi"}


def test_the_page_shows_what_is_approved_as_whom_and_the_way(office: Office, kind: Renaming) -> None:
    route = opened(office, kind)
    seen = page(office, "camat", route)
    for words in (
        "Rp604.800", "Camat · Kec. Tanah Grogot – rekapitulasi kecamatan", "Simpan putusan", "1. Kecamatan",
        "3. Anggaran", "Bu Cici", "Belum giliran", "Diajukan Pak Budi",
    ):  # fmt: skip
        assert words in seen, words
    other = page(office, "kpa", route)
    assert "Belum giliran Anda" in other
    assert "Simpan putusan" not in other
    own = page(office, "budi", route)
    assert "Yang Anda ajukan diputus oleh orang lain" in own
    assert "Tarik pengajuan" in own


def test_the_subjects_own_page_is_offered_to_whom_it_opens(office: Office, kind: Renaming) -> None:
    kind.url = "/riwayat/"
    route = opened(office, kind)
    assert {
        who: "Buka yang diajukan" in page(office, who, route) for who in ("camat", "kpa", "admin", "audi")
    } == {
        "camat": False,
        "kpa": False,
        "admin": True,
        "audi": True,
    }


def test_a_decision_by_the_page_moves_on_and_a_second_click_changes_nothing(
    office: Office, kind: Renaming
) -> None:
    kind.places = (DESA,)
    route, key = opened(office, kind), uuid.uuid4()
    status, seen = sent(office, "camat", route, once=key)
    assert status == 303
    assert "Disetujui. Tahap berikutnya menunggu giliran." in seen
    assert sent(office, "camat", route, once=key)[0] == 303
    status, seen = sent(office, "camat", route)
    assert (status, "Ini sudah diproses oleh Pak Camat: disetujui." in seen) == (303, True)
    assert "Pak Camat" in page(office, "kpa", route)


def test_what_was_changed_or_decided_since_the_page_was_shown_is_not_approved(
    office: Office, kind: Renaming
) -> None:
    kind.places = (DESA,)
    route = opened(office, kind)
    assert "sudah diubah sejak" in sent(office, "camat", route, version="Tamu Lama")[1]
    User.objects.filter(username="tamu").update(name="Tamu Baru")
    assert "tidak dapat disetujui lagi" in page(office, "camat", route)
    assert "sudah diubah sejak" in sent(office, "camat", route)[1]
    _status, seen = sent(office, "camat", route, verdict="dikembalikan", reason="Basi.")
    assert "Dikembalikan kepada yang mengajukan." in seen
    assert "Basi." in page(office, "budi", route)
    assert "Tidak sampai" in page(office, "budi", route)


def test_a_form_that_is_wrong_says_what_is_missing(office: Office, kind: Renaming) -> None:
    route = opened(office, kind)
    status, seen = sent(office, "camat", route, verdict="dikembalikan")
    assert status == 422
    assert "Tulis apa yang perlu diperbaiki." in seen
    assert "Rp604.800" in seen, "the route is still there to be read"
    assert sent(office, "camat", route, position="dua")[0] == 422
    assert sent(office, "camat", route, once="")[0] == 403
    assert office.client("admin").post(f"{url(route)}putus/").status_code == 403


def test_the_maker_withdraws_by_the_page(office: Office, kind: Renaming) -> None:
    route = opened(office, kind)
    other = office.client("wati").post(f"{url(route)}tarik/", follow=True).content.decode()
    assert "Hanya yang mengajukan" in other
    assert (
        "Pengajuan ditarik."
        in office.client("budi").post(f"{url(route)}tarik/", follow=True).content.decode()
    )
    assert "Tarik pengajuan" not in page(office, "budi", route)


def test_a_seat_reads_what_differs_from_what_it_approved_last(office: Office, kind: Renaming) -> None:
    kind.places = (DESA,)
    first = agree(office, opened(office, kind), "camat", "capil")
    with office.acting("sdm"):
        decide_stop(first, Verdict.RETURNED, "Ada ASN di dalamnya.")
    second = opened(office, kind, faces=[("Orang", "11"), FACES[1], ("Catatan", "satu orang keluar")])
    seen = page(office, "camat", second)
    table = seen[seen.index("Berbeda dari yang terakhir disetujui") :].partition("</table>")[0]
    cells = re.findall(r"<(?:th scope=.row.|td[^>]*)>(?:<strong>)?([^<]*)", table)
    assert cells == ["Orang", "12", "11", "Catatan", "–", "satu orang keluar"]
    assert "Berbeda dari" not in page(office, "kpa", second), "it approved nothing yet and it is not its turn"
    agree(office, second, "camat")
    assert "Berbeda dari yang terakhir disetujui Disdukcapil" in page(office, "capil", second)
    agree(office, second, "capil")
    assert "Berbeda dari" not in page(office, "sdm", second), "it sent the first one back"


def test_a_seat_that_sees_the_same_again_is_told_so(office: Office, kind: Renaming) -> None:
    kind.places = (DESA,)
    first = agree(office, opened(office, kind), "camat")
    office.client("budi").post(f"{url(first)}tarik/")
    assert "Sama dengan yang terakhir disetujui Camat" in page(office, "camat", opened(office, kind))


def test_with_two_posts_the_page_says_for_which_seats_one_decides(office: Office, kind: Renaming) -> None:
    kind.places = (DESA,)
    route = agree(office, opened(office, kind), "camat", "sdm", "sosi")
    deputise(office, "capil", of="kpa")
    seen = page(office, "capil", route)
    assert "Disdukcapil – data kependudukan" in seen
    assert "Kuasa pengguna anggaran – pagu dan sisa pagu" in seen
    assert "Satu persetujuan berlaku untuk semuanya" in seen
    assert "Disetujui seluruhnya dan berlaku." in sent(office, "capil", route)[1]
    assert office.user("tamu").name == "Tamu!"
    assert "Satu tindakan untuk beberapa kursi" in page(office, "budi", route)


def test_what_is_written_is_shown_as_it_was_typed(office: Office, kind: Renaming) -> None:
    hostile = "<script>alert(1)</script>"
    route = opened(office, kind, faces=[(hostile, hostile)])
    sent(office, "camat", route, verdict="dikembalikan", reason=hostile)
    for who in ("camat", "budi"):
        assert hostile not in page(office, who, route)
        assert "&lt;script&gt;alert(1)" in page(office, who, route)


def test_the_lists_ask_the_same_number_of_questions_however_much_there_is(
    office: Office, kind: Renaming
) -> None:
    def asked(who: str) -> int:
        client = office.client(who)
        client.get("/persetujuan/rantai/")
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/persetujuan/rantai/").status_code == 200
        return len(seen)

    agree(office, opened(office, kind), *PUTARAN)
    opened(office, kind)
    before = {who: asked(who) for who in ("camat", "budi")}
    for number in range(4):
        with renaming(f"test.more{number}") as more:
            agree(office, opened(office, more), *PUTARAN)
            opened(office, more)
            opened_again = asked("camat")
    assert {who: asked(who) for who in before} == before
    assert opened_again == before["camat"]


def test_long_lists_come_in_pages(office: Office, kind: Renaming, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(route_views, "PAGE", 2)
    for _again in range(3):
        office.client("budi").post(f"{url(opened(office, kind))}tarik/")
    with contextlib.ExitStack() as kinds:
        for number in range(3):
            opened(office, kinds.enter_context(renaming(f"test.more{number}")))
        for who in ("budi", "audi"):
            first = office.client(who).get("/persetujuan/rantai/").content.decode()
            assert first.count("Ganti nama Tamu") == 4
            second = office.client(who).get("/persetujuan/rantai/?berjalan=2&page=2").content.decode()
            assert second.count("Ganti nama Tamu") == 2
        assert (
            office.client("camat").get("/persetujuan/rantai/").content.decode().count("Ganti nama Tamu") == 5
        )
