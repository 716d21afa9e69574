"""A frozen round on its way through the chain: what it shows, what an approval does, and what a sending back leaves."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from payung.allocation.award_queries import to_send
from payung.allocation.freeze_kinds import ask_approval
from payung.allocation.freeze_services import thaw
from payung.allocation.models import AllocationRound, Award, Freeze
from payung.approval.models import Stop
from payung.approval.route_services import decide_stop, withdraw_route
from payung.approval.rules import Verdict
from payung.core.errors import PayungError
from tests.office.freeze_desk import frozen, started
from tests.office.route_desk import agree
from tests.office.screening_desk import Desk, brought, desk_brought, desk_screened, done

__all__ = ["brought", "desk_brought", "desk_screened", "done"]
CHAIN = ("camat", "capil", "sdm", "sosi", "kpa")
"""Who agrees to a round whose people all live in Tanah Grogot."""


def ready(desk: Desk) -> AllocationRound:
    _, one, _ = started(desk.office)
    return frozen(desk.office, one)


def test_the_last_agreement_approves_the_round_and_nobody_takes_it_back(done: Desk) -> None:
    round_ = ready(done)
    with done.office.acting("budi"):
        route = ask_approval(round_)
        assert round_.freeze
        assert route.subject_version == round_.freeze.roll_hash
        assert list(Stop.objects.filter(route=route, seat="kecamatan").values_list("place", flat=True)) == [
            "64.01.04"
        ]
    agree(done.office, route, *CHAIN[:-1])
    with done.office.acting("budi"):
        round_.refresh_from_db()
        assert round_.approved_at is None
    agree(done.office, route, CHAIN[-1])
    with done.office.acting("budi"):
        round_.refresh_from_db()
        assert round_.approved_at
        with pytest.raises(PayungError, match="sudah disetujui"):
            thaw(round_, "tidak jadi dilanjutkan")
        assert Award.objects.filter(round=round_).exists()


def test_a_kecamatan_is_led_to_its_own_people_and_an_office_to_the_round(done: Desk) -> None:
    round_ = ready(done)
    with done.office.acting("budi"):
        route = ask_approval(round_)
    for who, where in (("camat", "allocation:awards"), ("kpa", "allocation:freeze")):
        url = reverse(where, args=[round_.pk])
        client = done.office.client(who)
        assert f'href="{url}"' in client.get(reverse("approval:route", args=[route.pk])).content.decode()
        assert client.get(url).status_code == 200


def test_whoever_checks_sees_people_money_places_hashes_and_how_bpjs_was_asked(done: Desk) -> None:
    round_ = ready(done)
    with done.office.acting("budi"):
        route = ask_approval(round_)
        assert round_.freeze
        seen = dict(route.faces)
    assert seen["Orang"] == "16"
    assert (seen["JKK"], seen["JKM"], seen["Iuran seluruhnya"]) == ("Rp480.000", "Rp326.400", "Rp806.400")
    assert seen["Bulan"] == "Oktober sampai dengan Desember 2022"
    assert seen["Kec. Tanah Grogot"] == "16 orang"
    assert seen["Sidik daftar penetapan"] == round_.freeze.roll_hash
    assert seen["Sidik hasil penyaringan"] == round_.run.screened_hash
    assert "Kantor cabang BPJS belum dapat menjawab" in seen["Uji padan BPJS"]


def test_a_round_under_way_is_not_thawed_and_one_sent_back_is_frozen_anew(done: Desk) -> None:
    round_ = ready(done)
    with done.office.acting("budi"):
        route = ask_approval(round_)
        with pytest.raises(PayungError, match="sedang diperiksa"):
            thaw(round_, "tidak jadi dilanjutkan")
        with pytest.raises(PayungError, match="sudah diminta"):
            ask_approval(round_)
        assert to_send() == 0
    with done.office.acting("camat"):
        decide_stop(route, Verdict.RETURNED, "Nama ketua RT tertukar")
    with done.office.acting("budi"):
        round_.refresh_from_db()
        assert round_.freeze_id, "sending back changes nothing by itself"
        assert to_send() == 1, "it waits for its maker again"
        second = ask_approval(round_)
        assert second.attempt == 2
        withdraw_route(second)
        thaw(round_, "Nama ketua RT tertukar")
        with pytest.raises(PayungError, match="belum dibekukan"):
            ask_approval(round_)


def test_what_is_approved_is_the_freeze_that_went_round_and_no_other(done: Desk) -> None:
    round_ = ready(done)
    with done.office.acting("budi"):
        route = ask_approval(round_)
        other = Freeze.everything.create(
            regency_code=round_.regency_code, round=round_, number=2, settings={}, figures={}, path="",
            roll_hash="f" * 64, made_at=timezone.now(),
        )  # fmt: skip
        AllocationRound.objects.filter(pk=round_.pk).update(freeze=other)
    with done.office.acting("camat"), pytest.raises(PayungError):
        decide_stop(route, Verdict.APPROVED)
    with done.office.acting("budi"):
        round_.refresh_from_db()
        assert round_.approved_at is None
