"""Amendments of a signed decree: prepared against the roll as it stands, in force from their signature, never before."""

from __future__ import annotations

import pytest
from django.utils import timezone

from payung.allocation.models import NotChosen
from payung.allocation.roll import Totals
from payung.approval.procedures import procedure_in_force
from payung.budget.models import Budget, Ceiling
from payung.core.errors import PayungError
from payung.core.month import Month
from payung.enrolment.amendment import Kind
from payung.enrolment.amendment_queries import Roll, changes_of, open_amendment, roll_in_force
from payung.enrolment.amendment_services import (
    add_correction,
    add_entering,
    add_leaving,
    cancel_amendment,
    draft_amendment,
    gather,
    remove_change,
    settle_draft,
)
from payung.enrolment.models import Decree, DecreeRow
from payung.enrolment.signing_rules import How
from payung.enrolment.signing_services import settle, sign_by_service
from tests.office.decree_desk import (
    NUMBER,
    DecreeDesk,
    decreed,
    desk_brought,
    desk_decreed,
    desk_screened,
    today,
)

__all__ = ["decreed", "desk_brought", "desk_decreed", "desk_screened"]

SOURCE = "apbd-kabupaten"
OCTOBER, NOVEMBER = Month(2022, 10), Month(2022, 11)


@pytest.fixture
def root(decreed: DecreeDesk) -> DecreeDesk:
    """The office with a signed decree of sixteen people."""
    with decreed.office.acting("bupati"):
        sign_by_service(decreed.decree, number=NUMBER, dated=today())
    return decreed


def in_force(desk: DecreeDesk) -> Roll:
    return roll_in_force(desk.decree)


def anybody(desk: DecreeDesk, place: int = 0) -> int:
    """The key of somebody on the roll."""
    return sorted(in_force(desk).entries)[place]


def ready(amendment: Decree) -> Decree:
    """What typesetting and the chain leave behind."""
    settle_draft(amendment)
    now = timezone.now()
    Decree.objects.filter(pk=amendment.pk).update(
        asked_at=now, typeset_at=now, body_sha256="ab" * 32, page_count=2, approved_at=now,
        approved_version=amendment.version,
    )  # fmt: skip
    amendment.refresh_from_db()
    return amendment


def signed(amendment: Decree, number: str) -> Decree:
    return settle(ready(amendment), How.INK, {"pages": []}, number, today())


def money() -> tuple[int, int, int, int]:
    """Reserved and committed: JKK, JKK, JKM, JKM."""
    jkk, jkm = Ceiling.objects.filter(budget=Budget.objects.get()).order_by("programme")
    return jkk.reserved_idr, jkk.committed_idr, jkm.reserved_idr, jkm.committed_idr


def test_who_dies_leaves_with_the_next_of_the_waiting_list_in_the_seat_at_the_same_cost(
    root: DecreeDesk,
) -> None:
    with root.office.acting("budi"):
        before, spent, key = in_force(root), money(), anybody(root)
        gone = before.entries[key]
        amendment = draft_amendment(root.decree)
        assert add_leaving(amendment, key, since=NOVEMBER, cause="meninggal", note="akta 12/2022") == []
        leaving, entering = DecreeRow.objects.filter(decree=amendment).order_by("pk")
        first = NotChosen.objects.filter(round=root.round_id, standing=1).get()
        assert (entering.row_id, entering.why) == (first.row_id, f"menggantikan {gone.row.name_raw}")
        assert (leaving.why, leaving.months) == ("meninggal dunia: akta 12/2022", "2022-11 2022-12")
        assert in_force(root).hash == before.hash, "nothing changes before it is signed"
        one = signed(amendment, "100.3/BA/1")
        after = in_force(root)
        assert one.instrument == "berita-acara"
        assert one.roll_hash == after.hash != before.hash
        assert len(after.entries) == 17, "who left keeps October"
        assert Totals.of(after.entries.values()).amount_idr == before.total.amount_idr
        assert money() == spent
        kept = next(entry for entry in after.entries.values() if entry.row.nik == gone.row.nik)
        assert kept.months == (OCTOBER,)


def test_who_leaves_without_anybody_following_frees_money_when_it_is_signed(root: DecreeDesk) -> None:
    with root.office.acting("budi"):
        spent = money()
        amendment = draft_amendment(root.decree)
        add_leaving(amendment, anybody(root), since=OCTOBER, cause="pindah", follow=False)
        ready(amendment)
        assert money() == spent
        settle(amendment, How.INK, {}, "560/2/2022", today())
        assert money() == (0, spent[1] - 30_000, 0, spent[3] - 20_400)
        assert len(in_force(root).entries) == 15
        assert amendment.instrument == "sk-perubahan"


def test_who_comes_in_is_paid_from_what_is_held_since_the_draft_was_settled(root: DecreeDesk) -> None:
    with root.office.acting("budi"):
        spent = money()
        amendment = draft_amendment(root.decree)
        add_entering(amendment, SOURCE, since=OCTOBER, why="pagu perubahan")
        assert money() == spent
        ready(amendment)
        assert money() == (30_000, spent[1], 20_400, spent[3])
        settle(amendment, How.INK, {}, "560/3/2022", today())
        assert money() == (0, spent[1] + 30_000, 0, spent[3] + 20_400)
        assert len(in_force(root).entries) == 17


def test_money_that_is_not_there_stops_it_before_anybody_signs(root: DecreeDesk) -> None:
    with root.office.acting("budi"):
        jkk = Ceiling.objects.get(budget=Budget.objects.get(), programme="jkk")
        Ceiling.objects.filter(pk=jkk.pk).update(ceiling_idr=jkk.committed_idr + 29_999)
        amendment = draft_amendment(root.decree)
        with pytest.raises(PayungError, match=r"Tidak ada yang dapat masuk .* Yang pertama: perlu Rp50\.400"):
            add_entering(amendment, SOURCE, since=OCTOBER, why="pagu perubahan")
        assert not DecreeRow.objects.filter(decree=amendment).exists()


def test_a_correction_is_signed_as_a_row_of_its_own_and_costs_nothing(root: DecreeDesk) -> None:
    with root.office.acting("budi"):
        key, spent = anybody(root), money()
        amendment = draft_amendment(root.decree)
        add_correction(amendment, key, {"name": "NAMA YANG BENAR"}, why="salah ketik di KTP")
        signed(amendment, "560/4/2022")
        after = in_force(root)
        assert key not in after.entries
        assert "NAMA YANG BENAR" in {entry.row.name_raw for entry in after.entries.values()}
        assert money() == spent


def test_amendments_follow_each_other_and_the_base_decree_stays_as_it_was(root: DecreeDesk) -> None:
    with root.office.acting("budi"):
        base = list(DecreeRow.objects.filter(decree=root.decree_id).order_by("pk").values())
        key = anybody(root)
        first = draft_amendment(root.decree)
        add_correction(first, key, {"name": "SITI BETUL"}, why="salah ketik")
        signed(first, "560/5/2022")
        mended = next(k for k, entry in in_force(root).entries.items() if entry.row.name_raw == "SITI BETUL")
        second = draft_amendment(root.decree)
        add_leaving(second, mended, since=NOVEMBER, cause="pegawai", follow=False)
        signed(second, "560/6/2022")
        third = draft_amendment(root.decree)
        left = next(k for k, entry in in_force(root).entries.items() if entry.row.name_raw == "SITI BETUL")
        assert in_force(root).entries[left].months == (OCTOBER,)
        add_leaving(third, left, since=OCTOBER, cause="keliru", follow=False)
        signed(third, "560/7/2022")
        assert "SITI BETUL" not in {entry.row.name_raw for entry in in_force(root).entries.values()}
        assert list(DecreeRow.objects.filter(decree=root.decree_id).order_by("pk").values()) == base
        assert second.content["roll_hash_before"] == first.roll_hash


def test_one_amendment_is_prepared_at_a_time_and_the_second_reads_by_whom(root: DecreeDesk) -> None:
    with root.office.acting("budi"):
        first = draft_amendment(root.decree)
    with root.office.acting("laila"):
        with pytest.raises(PayungError, match="masih disusun oleh Pak Budi"):
            draft_amendment(root.decree)
        cancel_amendment(first, "keliru dibuka")
        assert draft_amendment(root.decree).pk != first.pk


def test_what_was_held_is_free_again_when_the_amendment_is_given_up_or_changed(root: DecreeDesk) -> None:
    with root.office.acting("budi"):
        spent = money()
        amendment = draft_amendment(root.decree)
        add_entering(amendment, SOURCE, since=OCTOBER, why="pagu perubahan")
        settle_draft(amendment)
        assert money()[0] == 30_000
        remove_change(amendment, DecreeRow.objects.get(decree=amendment))
        assert money() == spent
        amendment.refresh_from_db()
        add_entering(amendment, SOURCE, since=NOVEMBER, why="pagu perubahan")
        settle_draft(amendment)
        assert money()[0] == 20_000
        cancel_amendment(amendment, "tidak jadi")
        assert money() == spent
        assert open_amendment(root.decree) is None


def test_with_who_leaves_goes_whoever_followed_them(root: DecreeDesk) -> None:
    with root.office.acting("budi"):
        amendment = draft_amendment(root.decree)
        add_leaving(amendment, anybody(root), since=NOVEMBER, cause="mundur")
        row = DecreeRow.objects.get(decree=amendment, change=Kind.LEAVES)
        remove_change(amendment, row)
        assert not DecreeRow.objects.filter(decree=amendment).exists()
        with pytest.raises(PayungError, match=r"sudah dibuang|diubah orang lain"):
            remove_change(amendment, row)


def test_nobody_leaves_twice_and_nobody_of_another_roll_leaves(root: DecreeDesk) -> None:
    with root.office.acting("budi"):
        key = anybody(root)
        amendment = draft_amendment(root.decree)
        add_leaving(amendment, key, since=NOVEMBER, cause="mundur", follow=False)
        with pytest.raises(PayungError, match="tidak lagi berada pada daftar"):
            add_leaving(amendment, key, since=OCTOBER, cause="mundur", follow=False)
        with pytest.raises(PayungError, match="tidak lagi berada pada daftar"):
            add_leaving(amendment, 10**6, since=OCTOBER, cause="mundur")


def test_the_next_who_died_meanwhile_is_passed_over_and_told_why(root: DecreeDesk) -> None:
    from payung.registry.models import Observation
    from payung.registry.people_services import remove
    from tests.office.test_freeze_learnt import save_everything

    with root.office.acting("budi"):
        save_everything()
        first = NotChosen.objects.get(round=root.round_id, standing=1)
        seen = Observation.objects.filter(row_id=first.row_id).select_related("person").latest("pk")
        remove(seen.person, reason="meninggal dunia")
        amendment = draft_amendment(root.decree)
        skipped = add_leaving(amendment, anybody(root), since=NOVEMBER, cause="mundur")
        assert [one.row_id for one in skipped] == [first.row_id]
        second = NotChosen.objects.get(round=root.round_id, standing=2)
        assert DecreeRow.objects.get(decree=amendment, change=Kind.ENTERS).row_id == second.row_id


def test_a_later_decree_names_the_minutes_that_none_has_named(root: DecreeDesk) -> None:
    with root.office.acting("budi"):
        first = draft_amendment(root.decree)
        add_leaving(first, anybody(root), since=NOVEMBER, cause="meninggal")
        signed(first, "100.3/BA/1")
        second = draft_amendment(root.decree)
        assert gather(second) == 1
        assert second.content["gathers"] == [first.pk]
        add_leaving(second, anybody(root, 3), since=NOVEMBER, cause="pindah", follow=False)
        signed(second, "560/8/2022")
        third = draft_amendment(root.decree)
        assert gather(third) == 0


def test_a_signed_amendment_is_never_edited_and_an_unsigned_decree_is_not_amended(
    decreed: DecreeDesk,
) -> None:
    with decreed.office.acting("budi"), pytest.raises(PayungError, match="sudah ditandatangani"):
        draft_amendment(decreed.decree)
    with decreed.office.acting("bupati"):
        sign_by_service(decreed.decree, number=NUMBER, dated=today())
    with decreed.office.acting("budi"):
        amendment = draft_amendment(decreed.decree)
        add_leaving(amendment, anybody(decreed), since=NOVEMBER, cause="mundur", follow=False)
        signed(amendment, "560/9/2022")
        with pytest.raises(PayungError, match="sudah ditandatangani"):
            add_leaving(amendment, anybody(decreed, 2), since=NOVEMBER, cause="mundur", follow=False)
        with pytest.raises(PayungError, match="keputusan pertamanya"):
            draft_amendment(amendment)


def test_each_change_says_what_it_was_and_what_it_is(root: DecreeDesk) -> None:
    with root.office.acting("budi"):
        standing = in_force(root)
        amendment = draft_amendment(root.decree)
        add_leaving(amendment, anybody(root), since=NOVEMBER, cause="mundur")
        changes = changes_of(amendment, standing.entries)
        assert [one.kind for one in changes.values()] == [Kind.LEAVES, Kind.ENTERS]
        leaving, entering = changes.values()
        assert leaving.old == standing.entries[anybody(root)]
        assert entering.replaces == leaving.key
        assert procedure_in_force().changes["pengganti"] == "berita-acara"
