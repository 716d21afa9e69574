"""Money on two ceilings: never above them, both or none, once for each key, and the movements say the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from payung.budget import services
from payung.budget.models import Budget, Ceiling, Movement, Reservation
from payung.budget.rules import Amount
from payung.core.errors import Exit, PayungError
from payung.core.month import MonthSpan
from tests.office.cast import Office
from tests.office.round_desk import budget

Columns = tuple[int, int, int, int, int]
COLUMNS = ("ceiling_idr", "reserved_idr", "committed_idr", "billed_idr", "paid_idr")
MOVES = dict(zip(COLUMNS, ("pagu", "cadang", "ikat", "tagih", "bayar"), strict=True))


def sums(line: Budget) -> dict[str, Columns]:
    """The sums of both ceilings. They are those of the movements (the desk opens budgets without one) and reservations."""
    found = {}
    for one in Ceiling.objects.filter(budget=line):
        moved = dict(one.movements.values_list("move").annotate(s=Sum("amount_idr")))
        for column, move in MOVES.items():
            assert getattr(one, column) == moved.get(move, 0) or column == "ceiling_idr", column
        held = one.reservations.aggregate(s=Sum("held_idr"))["s"] or 0
        assert one.reserved_idr == held
        found[one.programme] = tuple(getattr(one, column) for column in COLUMNS)
    return found


@pytest.fixture
def line(office: Office) -> Any:
    """Rp1.000 for JKK and Rp680 for JKM, as Pak Kuasa."""
    with office.acting("kpa"):
        yield budget(1_000, 680)


def held(line: Budget, jkk: int = 500, jkm: int = 340, key: str = "putaran:1") -> services.Moved:
    return services.reserve(line, Amount(jkk, jkm), key, person_months=5, basis="Putaran 1")


def bound(line: Budget, jkk: int = 500, jkm: int = 340, key: str = "sk:1", months: int = 5) -> services.Moved:
    return services.commit(
        line, Amount(jkk, jkm), key, reserved_key="putaran:1", person_months=months, basis="SK 1"
    )


def test_money_goes_from_left_over_reserved_committed_and_billed_to_paid(line: Budget) -> None:
    held(line)
    assert sums(line) == {"jkk": (1_000, 500, 0, 0, 0), "jkm": (680, 340, 0, 0, 0)}
    bound(line, 400, 272, months=4)
    assert sums(line) == {"jkk": (1_000, 100, 400, 0, 0), "jkm": (680, 68, 272, 0, 0)}
    services.release(line, "putaran:1")
    assert sums(line) == {"jkk": (1_000, 0, 400, 0, 0), "jkm": (680, 0, 272, 0, 0)}
    services.bill(line, Amount(200, 136), "tagihan:1", person_months=2, basis="Kode iuran 1")
    services.pay(line, Amount(100, 68), "bayar:1", person_months=1, basis="SP2D 1")
    assert sums(line) == {"jkk": (1_000, 0, 400, 200, 100), "jkm": (680, 0, 272, 136, 68)}
    services.uncommit(line, Amount(200, 136), "sk:1:ubah", person_months=2, basis="SK 2")
    assert sums(line) == {"jkk": (1_000, 0, 200, 200, 100), "jkm": (680, 0, 136, 136, 68)}


def test_a_refusal_says_on_which_account_and_by_how_much_and_leaves_both_as_they_were(line: Budget) -> None:
    with pytest.raises(PayungError) as refused:
        services.reserve(line, Amount(900, 700), "putaran:1", person_months=1)
    assert refused.value.message == (
        "Sisa pagu JKM (5.1.02.jkm) tidak cukup: diminta Rp700, tersisa Rp680, kurang Rp20."
    )
    assert refused.value.exit_code is Exit.MONEY
    assert sums(line) == {"jkk": (1_000, 0, 0, 0, 0), "jkm": (680, 0, 0, 0, 0)}
    assert not Movement.objects.exists()


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda line: bound(line, 501), "dicadangkan untuk ini pada JKK .* diminta Rp501, tersisa Rp500"),
        (lambda line: bound(line, months=6), "5 orang-bulan, diminta 6"),
        (
            lambda line: services.uncommit(line, Amount(0, 1), "x", person_months=0, basis="SK"),
            "JKM .* diminta Rp1, tersisa Rp0, kurang Rp1",
        ),
        (
            lambda line: services.bill(line, Amount(1, 0), "x", person_months=0, basis="SK"),
            "belum ditagih pada JKK",
        ),
        (
            lambda line: services.pay(line, Amount(1, 0), "x", person_months=0, basis="SK"),
            "belum dibayar pada JKK",
        ),
    ],
)
def test_no_step_takes_more_than_the_step_before_gave(
    line: Budget, act: Callable[[Budget], object], said: str
) -> None:
    held(line)
    before = sums(line)
    with pytest.raises(PayungError, match=said):
        act(line)
    assert sums(line) == before


def test_a_decree_cannot_take_what_was_reserved_for_another_round(line: Budget) -> None:
    held(line, 300, 200, "putaran:1")
    held(line, 300, 200, "putaran:2")
    with pytest.raises(PayungError, match="tersisa Rp300, kurang Rp100"):
        bound(line, 400, 200)
    services.release(line, "putaran:1")
    with pytest.raises(PayungError, match="tersisa Rp0"):
        bound(line, 1, 0, months=0)
    assert sums(line)["jkk"] == (1_000, 300, 0, 0, 0)


def test_the_same_key_moves_once_and_another_amount_under_it_is_refused(line: Budget) -> None:
    first = held(line)
    assert [one.pk for one in held(line)] == [one.pk for one in first]
    assert [one.amount_idr for one in first] == [500, 340]
    with pytest.raises(PayungError, match=r"sudah dicatat .* Rp340, bukan Rp341"):
        held(line, 500, 341)
    assert bound(line) == bound(line)
    for act in (services.bill, services.pay, services.uncommit):
        assert act(line, Amount(10, 5), "k", person_months=1, basis="b") == act(
            line, Amount(10, 5), "k", person_months=1, basis="b"
        )
    assert sums(line) == {"jkk": (1_000, 0, 490, 10, 10), "jkm": (680, 0, 335, 5, 5)}


def test_a_full_ceiling_still_knows_what_it_was_asked_before(line: Budget) -> None:
    first = held(line, 1_000, 680)
    assert held(line, 1_000, 680) == first
    with pytest.raises(PayungError, match="kurang Rp1"):
        held(line, 1, 0, "putaran:2")


def test_what_is_released_is_given_back_once_and_the_same_reservation_does_not_come_back(
    line: Budget,
) -> None:
    held(line)
    back = services.release(line, "putaran:1")
    assert [(one.amount_idr, one.person_months) for one in back] == [(-500, -5), (-340, -5)]
    assert services.release(line, "putaran:1") == back
    held(line)
    assert sums(line)["jkk"] == (1_000, 0, 0, 0, 0)
    assert services.release(line, "putaran:9") == ()


def test_what_the_caller_takes_back_never_happened(line: Budget) -> None:
    def half_done() -> None:
        with transaction.atomic():
            held(line)
            raise PayungError("batal")

    with pytest.raises(PayungError, match="batal"):
        half_done()
    assert sums(line)["jkk"] == (1_000, 0, 0, 0, 0)
    assert not Movement.objects.exists()
    assert not Reservation.objects.exists()


def test_a_budget_of_another_year_pays_no_month_of_this_one(line: Budget) -> None:
    with pytest.raises(PayungError, match="Anggaran 2022 tidak dapat membayar Januari sampai"):
        services.reserve(line, Amount(1, 1), "k", person_months=1, months=MonthSpan.parse("2023-01..2023-03"))
    with pytest.raises(PayungError, match="Desember 2022"):
        services.reserve(line, Amount(1, 1), "k", person_months=1, months=MonthSpan.parse("2022-12..2023-01"))
    assert services.reserve(line, Amount(1, 1), "k", person_months=1, months=MonthSpan.parse("2022-12"))


def test_nobody_can_move_below_zero_or_under_no_key(line: Budget) -> None:
    for amount, key in (
        (Amount(-1, 0), "k"),
        (Amount(1, 1), ""),
        (Amount(1, 1), "k" * 80),
        (Amount(1, 1), "a:lepas"),
    ):
        with pytest.raises(ValueError, match=r"no key|below zero"):
            services.reserve(line, amount, key, person_months=1)


def test_the_budget_of_another_regency_does_not_exist(office: Office, line: Budget) -> None:
    with office.acting("kukar"), pytest.raises(PayungError, match="tidak ada di daerah ini"):
        held(line)


def test_the_database_refuses_what_the_services_never_ask(line: Budget) -> None:
    rows = Ceiling.objects.filter(budget=line, programme="jkk")
    for wrong in (
        {"reserved_idr": 1_001}, {"reserved_idr": -1}, {"committed_idr": 1_001}, {"billed_idr": 1}, {"paid_idr": 1},
        {"paid_idr": -1},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)
    held(line)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reservation.objects.update(held_idr=-1)
    for statement in ("UPDATE budget_movement SET amount_idr = 1", "DELETE FROM budget_movement"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
