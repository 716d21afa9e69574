"""What an amendment does: to the roll, to the money, and to the order of who waits."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.allocation.candidates import Candidate, Limits
from payung.allocation.roll import Totals, roll_hash
from payung.budget.rules import Amount
from payung.core.errors import PayungError
from payung.core.month import Month
from payung.enrolment.amendment import (
    Change,
    Kind,
    after,
    balances,
    correct,
    corrected_fields,
    instrument,
    leave,
    numbered,
)
from payung.enrolment.amendment_waiting import Waiting, check_quotas, enter, first_fitting
from payung.policy.loader import law, local
from tests.unit.enrolment_people import MONTHS, application, entry

POLICY, LAW = local("paser-2022"), law()
SOURCE = "apbd-kabupaten"
OCTOBER, NOVEMBER, DECEMBER = MONTHS
ROLL = {number: entry(number) for number in range(8)}
BY_KIND = {
    "masuk": "sk-perubahan",
    "keluar": "sk-perubahan",
    "ubah": "sk-perubahan",
    "pengganti": "berita-acara",
}
PLENTY = Amount(10**9, 10**9)


def out(key: int, since: Month = OCTOBER) -> Change:
    return leave(key, ROLL[key], since, "meninggal dunia", POLICY, LAW)


def waiting(number: int) -> Waiting:
    person = application(number)
    assert person.desa_code
    monthly = tuple((month, 10_000, 6_800) for month in MONTHS)
    candidate = Candidate(
        person.row_id, f"{number:064x}", person.desa_code, person.desa_code[:8], person.group or "", 0, False, monthly, True
    )  # fmt: skip
    return Waiting(person.row_id, person, candidate)


def came(number: int, since: Month = OCTOBER, replaces: int | None = None) -> Change:
    return enter(waiting(number), SOURCE, since, POLICY, "menggantikan", replaces)


def test_who_dies_before_the_first_month_frees_all_of_it_and_stands_on_the_roll_no_more() -> None:
    change = out(3)
    assert (change.new, change.freed, change.needed) == (None, Amount(30_000, 20_400), Amount(0, 0))
    roll = after(ROLL, [change])
    assert len(roll) == 7
    assert ROLL[3].row.nik not in {one.row.nik for one in roll}


def test_who_leaves_in_november_keeps_october_and_frees_two_months() -> None:
    change = out(3, NOVEMBER)
    assert change.shown.months == (NOVEMBER, DECEMBER)
    assert change.freed == Amount(20_000, 13_600)
    assert change.new is not None
    assert (change.new.months, change.new.row.amount_idr) == ((OCTOBER,), 16_800)
    assert Totals.of(after(ROLL, [change])).amount_idr == 8 * 50_400 - 2 * 16_800


def test_a_month_after_the_last_one_frees_nothing_and_is_refused_with_the_last_possible() -> None:
    with pytest.raises(PayungError, match="tidak ditetapkan lagi mulai Januari 2023") as refused:
        out(3, Month(2023, 1))
    assert "Desember 2022" in refused.value.todo


def test_months_are_freed_only_at_the_price_at_which_they_were_granted() -> None:
    odd = replace(ROLL[3], jkk_idr=30_001, row=replace(ROLL[3].row, amount_idr=50_401))
    with pytest.raises(PayungError, match="tidak sama dengan harga bulanan"):
        leave(3, odd, NOVEMBER, "pindah", POLICY, LAW)


def test_a_correction_changes_the_data_and_neither_months_nor_money() -> None:
    right = replace(ROLL[2].application, name="Rahmah binti Saleh", address="Jl. Kenanga 4")
    change = correct(2, ROLL[2], right, "salah ketik")
    assert (change.freed, change.needed) == (Amount(0, 0), Amount(0, 0))
    assert [field for field, _, _ in corrected_fields(change)] == ["Nama", "Alamat"]
    roll = after(ROLL, [change])
    assert roll_hash(one.row for one in roll) != roll_hash(one.row for one in ROLL.values())
    assert Totals.of(roll) == Totals.of(ROLL.values())


def test_a_correction_that_changes_nothing_or_leaves_a_hole_is_refused() -> None:
    with pytest.raises(PayungError, match="Tidak ada yang berubah"):
        correct(2, ROLL[2], ROLL[2].application, "salah ketik")
    with pytest.raises(PayungError, match="belum lengkap"):
        correct(2, ROLL[2], replace(ROLL[2].application, birth_on=None), "salah ketik")


def test_a_replacement_has_the_months_from_when_the_seat_is_free() -> None:
    changes = [out(3, NOVEMBER), came(20, NOVEMBER, replaces=3)]
    (balance,) = balances(changes)
    assert (balance.freed, balance.needed) == (Amount(20_000, 13_600), Amount(20_000, 13_600))
    assert (balance.more, balance.less) == (Amount(0, 0), Amount(0, 0))
    assert (balance.months_freed, balance.months_needed) == (2, 2)
    assert instrument(changes, BY_KIND) == "berita-acara"


def test_what_is_needed_besides_and_what_becomes_free_is_told_by_account() -> None:
    (more,) = balances([came(20)])
    assert (more.more, more.less, more.months_more) == (Amount(30_000, 20_400), Amount(0, 0), 3)
    (less,) = balances([out(3), out(4, DECEMBER)])
    assert (less.more, less.less, less.months_less) == (Amount(0, 0), Amount(40_000, 27_200), 4)


def test_each_kind_of_change_has_the_instrument_of_the_procedure_and_kinds_of_two_are_parted() -> None:
    by_kind = {**BY_KIND, "ubah": "keputusan-kadis"}
    mended = correct(2, ROLL[2], replace(ROLL[2].application, name="Rahmah S."), "salah ketik")
    assert instrument([mended], by_kind) == "keputusan-kadis"
    assert instrument([out(1), came(20)], by_kind) == "sk-perubahan"
    with pytest.raises(PayungError, match="naskah yang berlainan"):
        instrument([out(1), mended], by_kind)
    with pytest.raises(PayungError, match="Belum ada perubahan"):
        instrument([], by_kind)


def test_somebody_who_is_not_as_the_change_says_any_more_is_named() -> None:
    shorter = {**ROLL, 3: out(3, NOVEMBER).new}
    with pytest.raises(PayungError, match=f"{ROLL[3].row.name_raw} tidak lagi berada"):
        after({key: one for key, one in shorter.items() if one}, [out(3)])
    with pytest.raises(PayungError, match="tidak lagi berada"):
        after(ROLL, [out(3), out(3)])


def test_nobody_stands_twice_on_the_roll() -> None:
    with pytest.raises(PayungError, match="NIK yang sama akan ada dua kali"):
        after(ROLL, [came(5)])
    same = replace(ROLL[2].application, nik=ROLL[5].row.nik)
    with pytest.raises(PayungError, match="dua kali"):
        after(ROLL, [correct(2, ROLL[2], same, "salah NIK")])
    with pytest.raises(PayungError, match="menggantikan orang yang tidak keluar"):
        after(ROLL, [came(20, replaces=3)])


def test_numbers_go_from_who_leaves_with_their_replacement_to_who_enters_and_who_is_corrected() -> None:
    mended = correct(2, ROLL[2], replace(ROLL[2].application, name="Rahmah S."), "salah ketik")
    changes = [came(20, replaces=4), mended, came(21), out(4), out(1)]
    assert [n for n, _ in numbered(changes)] == [1, 2, 3, 4, 5]
    kinds = [one.kind for _, one in numbered(changes)]
    assert kinds.count(Kind.LEAVES) == 2
    assert kinds[-2:] == [Kind.ENTERS, Kind.CORRECTED]
    places = {one.key: n for n, one in numbered(changes) if one.kind is Kind.LEAVES}
    replacing = next(n for n, one in numbered(changes) if one.replaces == 4)
    assert replacing == places[4] + 1


def test_the_next_of_the_waiting_list_is_the_first_who_fits_and_everybody_passed_over_is_told_why() -> None:
    standing = [one for key, one in ROLL.items() if key != 3]
    queue = [waiting(number) for number in (5, 20, 21, 22)]
    full = Limits(desa={queue[2].candidate.desa_code: 2})
    change, skipped = first_fitting(
        queue, SOURCE, NOVEMBER, standing=standing, barred={queue[1].row_id: "meninggal dunia"}, quotas=full,
        left=Amount(20_000, 13_600), policy=POLICY, why="menggantikan", replaces=3,
    )  # fmt: skip
    assert [one.why for one in skipped] == [
        "sudah ada pada daftar yang berlaku",
        "meninggal dunia",
        f"jatah desa {queue[2].candidate.desa_code} sudah penuh",
    ]
    assert change is not None
    assert change.shown.application.row_id == queue[3].row_id
    assert change.replaces == 3


def test_nobody_comes_in_for_more_than_is_left_on_either_account() -> None:
    change, skipped = first_fitting(
        [waiting(20)], SOURCE, OCTOBER, standing=[], barred={}, quotas=Limits(), left=Amount(30_000, 20_399),
        policy=POLICY, why="menggantikan",
    )  # fmt: skip
    assert change is None
    assert skipped[0].why == "perlu Rp50.400, yang ada Rp50.399"


def test_a_quota_that_the_change_makes_worse_is_refused_and_an_old_excess_may_stay() -> None:
    desa = ROLL[0].row.desa_code
    crowded = sum(one.row.desa_code == desa for one in ROLL.values())
    quotas = Limits(desa={desa: crowded - 1})
    check_quotas(ROLL.values(), after(ROLL, [out(1)]), quotas)
    newcomer = next(n for n in range(20, 30) if application(n).desa_code == desa)
    with pytest.raises(PayungError, match=f"Jatah desa {desa} {crowded - 1} orang"):
        check_quotas(ROLL.values(), after(ROLL, [came(newcomer)]), quotas)


@settings(max_examples=60, deadline=None)
@given(
    leaving=st.dictionaries(st.integers(0, 7), st.sampled_from(MONTHS), max_size=5),
    coming=st.dictionaries(st.integers(20, 40), st.sampled_from(MONTHS), max_size=5),
)
def test_whatever_changes_the_roll_costs_what_it_did_less_what_is_freed_plus_what_is_needed(
    leaving: dict[int, Month], coming: dict[int, Month]
) -> None:
    changes = [out(key, since) for key, since in leaving.items()] + [
        came(key, since) for key, since in coming.items()
    ]
    roll = after(ROLL, changes)
    before, now = Totals.of(ROLL.values()), Totals.of(roll)
    found = balances(changes)
    freed = sum((one.freed for one in found), Amount(0, 0))
    needed = sum((one.needed for one in found), Amount(0, 0))
    assert (now.jkk_idr, now.jkm_idr) == (
        before.jkk_idr - freed.jkk_idr + needed.jkk_idr,
        before.jkm_idr - freed.jkm_idr + needed.jkm_idr,
    )
    months = sum(len(one.months) for one in roll)
    assert months == 24 - sum(one.months_freed for one in found) + sum(one.months_needed for one in found)
