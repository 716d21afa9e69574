"""A change on its way through a chain of posts: in order, by everybody who must, never by its maker."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from payung.access.models import Tenure, User
from payung.approval import route_queries as queries
from payung.approval.models import Route, Stop
from payung.approval.route_services import decide_stop, is_stale, withdraw_route
from payung.approval.rules import Verdict
from payung.audit.models import Event
from payung.core.errors import PayungError
from payung.core.scope import acting_in, whole
from tests.office.cast import DESA, OPENED_ON, REGENCY, Office
from tests.office.route_desk import KEPUTUSAN, PUTARAN, Renaming, agree, deputise, opened, renaming, scope_in


@pytest.fixture
def kind() -> Iterator[Renaming]:
    """A kind of route through the chain of a round."""
    with renaming() as made:
        yield made


def actions(office: Office) -> list[str]:
    with office.acting("admin"):
        told = Event.objects.filter(action__startswith="route.").order_by("seq")
        return list(told.values_list("action", flat=True))


def stops(route: Route) -> dict[str, Stop]:
    """The stops of a route by seat and place."""
    with acting_in(whole(REGENCY)):
        found = Stop.objects.filter(route=route).select_related("decided_by")
        return {f"{one.seat} {one.place}": one for one in found}


def refused(office: Office, who: str, route: Route, verdict: Verdict = Verdict.APPROVED) -> str:
    with office.acting(who), pytest.raises(PayungError) as caught:
        decide_stop(route, verdict, "alasan")
    return str(caught.value)


def test_a_round_goes_through_every_seat_of_its_chain_and_is_then_done_once(
    office: Office, kind: Renaming
) -> None:
    route = opened(office, kind)
    for number, who in enumerate(PUTARAN):
        assert office.user("tamu").name == "Tamu"
        assert route.outcome == ""
        route = agree(office, route, who)
        assert (route.outcome == "setuju") is (number == len(PUTARAN) - 1)
    assert office.user("tamu").name == "Tamu!"
    decided = sorted(stops(route).values(), key=lambda one: one.decided_at or one.pk)
    assert [one.decided_by.username for one in decided if one.decided_by] == list(PUTARAN)
    assert {one.verdict for one in decided} == {"setuju"}
    assert actions(office) == ["route.opened", *["route.agreed"] * 5, "route.approved"]


def test_a_decree_goes_through_legal_and_all_initials_to_the_signatory(
    office: Office, kind: Renaming
) -> None:
    kind.chain = "keputusan"
    route = agree(office, opened(office, kind), *KEPUTUSAN)
    assert (route.outcome, office.user("tamu").name) == ("setuju", "Tamu!")


def test_nobody_acts_before_their_turn_outside_their_territory_or_in_anothers_seat(
    office: Office, kind: Renaming
) -> None:
    kind.places = (DESA,)
    route = opened(office, kind)
    assert "Belum giliran" in refused(office, "kpa", route)
    for who in ("cici", "agus", "rina", "admin", "siti", "wati"):
        assert "tidak duduk" in refused(office, who, route), who
    agree(office, route, "camat")
    assert "tidak duduk" in refused(office, "agus", route), "a post of the role, but of no such agency"
    assert "sudah diproses oleh Pak Camat" in refused(office, "camat", route)


def test_the_maker_decides_no_stop_of_their_own_route_in_whatever_post(
    office: Office, kind: Renaming
) -> None:
    route = opened(office, kind, maker="camat")
    assert "orang lain" in refused(office, "camat", route)
    assert "orang lain" in refused(office, "camat", route, Verdict.RETURNED)
    with office.acting("camat"):
        assert queries.waiting_routes() == []


def test_one_subject_goes_round_once_at_a_time(office: Office, kind: Renaming) -> None:
    opened(office, kind)
    with pytest.raises(PayungError, match="sudah diminta dan masih berjalan"):
        opened(office, kind, maker="wati")


def test_the_database_too_lets_no_maker_decide_and_no_ended_route_change(
    office: Office, kind: Renaming
) -> None:
    route = opened(office, kind)
    with acting_in(whole(REGENCY)):
        mine = Stop.objects.filter(route=route)
        with pytest.raises(IntegrityError), transaction.atomic():
            mine.update(decided_at=timezone.now(), decided_by=office.user("budi"), tenure=1, verdict="setuju")
        agree(office, route, *PUTARAN)
        for rows, change in (
            (Route.objects.filter(pk=route.pk), {"outcome": "ditarik"}),
            (mine, {"verdict": "dikembalikan"}),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                rows.update(**change)
            with pytest.raises(IntegrityError), transaction.atomic():
                rows.delete()


def test_sent_back_needs_a_reason_ends_the_route_and_tells_the_maker(office: Office, kind: Renaming) -> None:
    route = opened(office, kind)
    with office.acting("camat"), pytest.raises(PayungError, match="Alasan belum ditulis"):
        decide_stop(route, Verdict.RETURNED, "  ")
    with office.acting("camat"):
        route = decide_stop(route, Verdict.RETURNED, "Jumlah orang tidak cocok.")
    assert (route.outcome, kind.returned) == ("dikembalikan", ["Jumlah orang tidak cocok."])
    assert office.user("tamu").name == "Tamu"
    assert "sudah diproses oleh Pak Camat: dikembalikan" in refused(office, "cici", route)
    again = opened(office, kind)
    assert again.attempt == 2
    assert agree(office, again, *PUTARAN).outcome == "setuju"
    assert actions(office)[:3] == ["route.opened", "route.returned", "route.opened"]


def test_only_the_maker_withdraws_and_only_while_it_is_under_way(office: Office, kind: Renaming) -> None:
    route = agree(office, opened(office, kind), "camat")
    with office.acting("wati"), pytest.raises(PayungError, match="Hanya yang mengajukan"):
        withdraw_route(route)
    with office.acting("budi"):
        assert withdraw_route(route).outcome == "ditarik"
        with pytest.raises(PayungError, match="sudah diproses oleh Pak Budi: ditarik"):
            withdraw_route(route)
    assert "sudah diproses oleh Pak Budi: ditarik" in refused(office, "cici", route)
    assert stops(route)["kecamatan 64.01.01"].verdict == ""


def test_what_was_edited_meanwhile_is_only_sent_back_or_withdrawn(office: Office, kind: Renaming) -> None:
    route = opened(office, kind)
    User.objects.filter(username="tamu").update(name="Tamu Baru")
    with office.acting("camat"):
        assert is_stale(route)
    assert "sudah diubah sejak" in refused(office, "camat", route)
    with office.acting("camat"):
        assert decide_stop(route, Verdict.RETURNED, "basi").outcome == "dikembalikan"
    assert office.user("tamu").name == "Tamu Baru"


def test_another_version_or_stage_than_was_shown_is_refused(office: Office, kind: Renaming) -> None:
    kind.places = (DESA,)
    route = opened(office, kind)
    with office.acting("camat"), pytest.raises(PayungError, match="sudah diubah sejak"):
        decide_stop(route, Verdict.APPROVED, seen_version="Tamu Lama")
    with office.acting("camat"):
        decide_stop(route, Verdict.APPROVED, seen_version="Tamu", seen_position=0)
    with office.acting("capil"), pytest.raises(PayungError, match="sudah diproses oleh Pak Camat"):
        decide_stop(route, Verdict.APPROVED, seen_version="Tamu", seen_position=0)


def test_what_cannot_be_done_at_the_end_leaves_the_last_stop_open(office: Office, kind: Renaming) -> None:
    route = agree(office, opened(office, kind), *PUTARAN[:-1])
    kind.fails = "Pagu tidak cukup."
    before = actions(office)
    assert "Pagu tidak cukup" in refused(office, "kpa", route)
    assert office.user("tamu").name == "Tamu"
    assert stops(route)["anggaran 64.01"].verdict == ""
    assert actions(office) == before
    kind.fails = ""
    assert agree(office, route, "kpa").outcome == "setuju"


def test_who_holds_two_posts_lawfully_acts_once_for_both_and_it_is_told(
    office: Office, kind: Renaming
) -> None:
    kind.chain = "keputusan"
    second = deputise(office, "asti", of="sekda")
    route = agree(office, opened(office, kind), "laila", "kadis", "asti")
    found = stops(route)
    one, other = found["asisten 64.01"], found["sekda 64.01"]
    assert one.together == other.together is not None
    assert (one.tenure, other.tenure) == (office.tenure("asti").pk, second.pk)
    assert route.position == 4
    with office.acting("bupati"):
        line = queries.timeline(route)[3].stops[0]
    assert line.ground == "Pelaksana harian (Plh.)"
    assert "sudah diproses oleh Bu Asti" in refused(office, "sekda", route)
    assert agree(office, route, "bupati").outcome == "setuju"


def test_a_post_that_is_held_no_longer_or_not_yet_decides_nothing(office: Office, kind: Renaming) -> None:
    route = opened(office, kind)
    scope, tenure = office.scope("camat"), office.tenure("camat")
    today = timezone.localdate()
    for change in (
        {"valid_to": today - timedelta(days=1)},
        {"valid_to": None, "valid_from": today + timedelta(days=1)},
        {"valid_from": OPENED_ON, "ended_at": timezone.now()},
    ):
        with acting_in(whole(REGENCY)):
            Tenure.objects.filter(pk=tenure.pk).update(**change)
        with acting_in(scope), pytest.raises(PayungError, match="masih memegang"):
            decide_stop(route, Verdict.APPROVED)
    with acting_in(whole(REGENCY)):
        Tenure.objects.filter(pk=tenure.pk).update(ended_at=None)
    User.objects.filter(username="camat").update(is_active=False)
    with acting_in(scope), pytest.raises(PayungError, match="masih memegang"):
        decide_stop(route, Verdict.APPROVED)


def test_a_stop_moves_with_the_post_and_an_empty_chair_is_said(office: Office, kind: Renaming) -> None:
    kind.places = (DESA,)
    route = agree(office, opened(office, kind), "camat")
    with acting_in(whole(REGENCY)):
        post = office.tenure("sosi").post
        assert queries.timeline(route)[1].stops[2].holders == ("Pak Sosi",)
        Tenure.objects.filter(post=post).update(ended_at=timezone.now())
        assert queries.timeline(route)[1].stops[2].holders == ()
    page = office.client("budi").get(f"/persetujuan/rantai/{route.pk}/").content.decode()
    assert "Belum ada pejabat lain yang memegang jabatan ini" in page
    chair = office.client("admin").get(f"/petugas/jabatan/{post.pk}/").content.decode()
    assert "persetujuan berantai menunggu keputusan" in chair
    given = deputise(office, "rina", of="sosi")
    with acting_in(scope_in(given)):
        assert [one.pk for one in queries.waiting_routes()] == [route.pk]
        decide_stop(route, Verdict.APPROVED)
    assert stops(route)["sosial 64.01"].tenure == given.pk


def test_a_second_post_is_shown_with_what_waits_for_it(office: Office, kind: Renaming) -> None:
    kind.places = (DESA,)
    agree(office, opened(office, kind), "camat")
    deputise(office, "rina", of="sosi")
    with office.acting("rina"):
        assert queries.waiting_routes() == []
        assert [(post.agency, count) for post, count in queries.waiting_in_other_posts()] == [
            ("Dinas Sosial", 1)
        ]
    page = office.client("rina").get("/persetujuan/rantai/").content.decode()
    assert "Ganti jabatan pada menu" in page


def test_the_chairs_of_other_agencies_are_not_told_that_it_waits_for_them(
    office: Office, kind: Renaming
) -> None:
    kind.places = (DESA,)
    opened(office, kind)
    post = office.tenure("agus").post_id
    assert (
        "persetujuan berantai" not in office.client("admin").get(f"/petugas/jabatan/{post}/").content.decode()
    )


def test_what_waits_is_what_a_post_may_decide_now(office: Office, kind: Renaming) -> None:
    route = opened(office, kind)

    def waiting() -> set[str]:
        found = set()
        for who in (
            "budi",
            "wati",
            "siti",
            "desi",
            "camat",
            "cici",
            "agus",
            "capil",
            "kpa",
            "admin",
            "kukar",
        ):
            with office.acting(who):
                rows = [one.pk for one in queries.waiting_routes()]
                assert rows in ([], [route.pk])
                assert queries.waiting_count() == len(rows)
                found |= {who} if rows else set()
        return found

    assert waiting() == {"camat", "cici"}
    agree(office, route, "camat", "cici")
    assert waiting() == {"capil"}
    agree(office, route, "capil", "sdm", "sosi")
    assert waiting() == {"kpa"}
    agree(office, route, "kpa")
    assert waiting() == set()


def test_the_front_page_counts_what_waits(office: Office, kind: Renaming) -> None:
    words = "persetujuan berantai menunggu keputusan Anda"
    assert words not in office.client("camat").get("/").content.decode()
    opened(office, kind)
    assert words in office.client("camat").get("/").content.decode()
    assert words not in office.client("wati").get("/").content.decode()


def test_faces_and_reasons_are_sealed_in_the_table(office: Office, kind: Renaming) -> None:
    route = opened(office, kind, faces=[("Catatan", "RAHASIA-MUKA")])
    with office.acting("camat"):
        decide_stop(route, Verdict.RETURNED, "RAHASIA-ALASAN")
    with acting_in(whole(REGENCY)), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM approval_route")
        found = str(cursor.fetchall())
        cursor.execute("SELECT * FROM approval_stop")
        assert "RAHASIA" not in found + str(cursor.fetchall())


def test_a_route_of_an_unknown_kind_or_chain_is_not_opened(office: Office, kind: Renaming) -> None:
    kind.chain = "pengadaan"
    with pytest.raises(PayungError, match="tidak punya rantai pengadaan"):
        opened(office, kind)
    kind.chain, kind.places = "putaran", ()
    with pytest.raises(PayungError, match="Belum ada orang"):
        opened(office, kind)
    with office.acting("budi"):
        assert queries.route_of("access.user", office.user("tamu").pk) is None


def test_the_newest_route_of_a_subject_is_found_by_whoever_sees_the_subject(
    office: Office, kind: Renaming
) -> None:
    subject = ("access.user", office.user("tamu").pk)
    first = opened(office, kind)
    with office.acting("budi"):
        withdraw_route(first)
    second = opened(office, kind)
    for who in ("budi", "camat", "desi"):
        with office.acting(who):
            found = queries.route_of(*subject)
            assert found is not None
            assert found.pk == second.pk
            assert [len(one.stops) for one in queries.timeline(found)] == [2, 3, 1]
    with office.acting("kukar"):
        assert queries.route_of(*subject) is None
