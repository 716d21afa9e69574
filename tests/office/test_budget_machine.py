"""All verbs in any order against a model that knows nothing of databases; what must hold is looked at after each step."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from payung.budget import services
from payung.budget.models import Budget, Ceiling, Reservation
from payung.budget.rules import Amount
from payung.core.errors import PayungError
from tests.office.cast import Office
from tests.office.round_desk import budget
from tests.office.test_budget_money import sums

rupiah = st.integers(0, 60)
amounts = st.builds(Amount, rupiah, rupiah)
names = st.sampled_from("abcd")
Pair = list[int]


@dataclass
class Model:
    """What should be, in plain numbers: a pair of JKK and JKM everywhere."""

    ceiling: Pair = field(default_factory=lambda: [100, 100])
    committed: Pair = field(default_factory=lambda: [0, 0])
    billed: Pair = field(default_factory=lambda: [0, 0])
    paid: Pair = field(default_factory=lambda: [0, 0])
    held: dict[str, Pair] = field(default_factory=dict)
    done: dict[tuple[str, str], Pair] = field(default_factory=dict)

    @property
    def reserved(self) -> Pair:
        return [sum(one[i] for one in self.held.values()) for i in (0, 1)]

    @property
    def left(self) -> Pair:
        return [self.ceiling[i] - self.reserved[i] - self.committed[i] for i in (0, 1)]

    def may(self, verb: str, key: str, asked: Pair, most: Pair) -> bool | None:
        """Whether a verb is done; None where it was done before and nothing happens."""
        if (verb, key) in self.done:
            return None if self.done[verb, key] == asked else False
        if any(asked[i] > most[i] for i in (0, 1)):
            return False
        self.done[verb, key] = asked
        return True


def plus(one: Pair, other: Pair, sign: int = 1) -> Pair:
    return [a + sign * b for a, b in zip(one, other, strict=True)]


class Money(RuleBasedStateMachine):
    """A budget and its model, side by side."""

    def __init__(self, office: Office) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(office.acting("kpa"))
        self.stack.enter_context(transaction.atomic())
        self.line: Budget = budget(100, 100)
        self.model = Model()

    def teardown(self) -> None:
        transaction.set_rollback(True)  # movements are never removed: they have never been
        self.stack.close()

    def does(self, may: bool | None, act: Callable[[], object]) -> bool:
        """Do it where the model says so; refused where not. Whether something changed."""
        if may is False:
            with pytest.raises(PayungError):
                act()
            return False
        act()
        return may is True

    @rule(key=names, amount=amounts)
    def reserve(self, key: str, amount: Amount) -> None:
        asked = [amount.jkk_idr, amount.jkm_idr]
        may = self.model.may("cadang", key, asked, self.model.left)
        if self.does(may, lambda: services.reserve(self.line, amount, key, person_months=1)):
            self.model.held[key] = asked

    @rule(key=names)
    def release(self, key: str) -> None:
        services.release(self.line, key)
        if key in self.model.held:
            self.model.held[key] = [0, 0]

    @rule(key=names, of=names, amount=amounts)
    def commit(self, key: str, of: str, amount: Amount) -> None:
        asked, held = [amount.jkk_idr, amount.jkm_idr], self.model.held.get(of, [-1, -1])
        may = self.model.may("ikat", key, asked, held)
        if self.does(
            may,
            lambda: services.commit(self.line, amount, key, reserved_key=of, person_months=0, basis=""),
        ):
            self.model.committed = plus(self.model.committed, asked)
            self.model.held[of] = plus(held, asked, -1)

    @rule(key=names, amount=amounts)
    def uncommit(self, key: str, amount: Amount) -> None:
        asked, most = [amount.jkk_idr, amount.jkm_idr], plus(self.model.committed, self.model.billed, -1)
        may = self.model.may("lepas", key, asked, most)
        if self.does(
            may, lambda: services.uncommit(self.line, amount, f"ubah:{key}", person_months=0, basis="")
        ):
            self.model.committed = plus(self.model.committed, asked, -1)

    @rule(key=names, amount=amounts)
    def bill(self, key: str, amount: Amount) -> None:
        asked, most = [amount.jkk_idr, amount.jkm_idr], plus(self.model.committed, self.model.billed, -1)
        may = self.model.may("tagih", key, asked, most)
        if self.does(may, lambda: services.bill(self.line, amount, key, person_months=0, basis="")):
            self.model.billed = plus(self.model.billed, asked)

    @rule(key=names, amount=amounts)
    def pay(self, key: str, amount: Amount) -> None:
        asked, most = [amount.jkk_idr, amount.jkm_idr], plus(self.model.billed, self.model.paid, -1)
        may = self.model.may("bayar", key, asked, most)
        if self.does(may, lambda: services.pay(self.line, amount, key, person_months=0, basis="")):
            self.model.paid = plus(self.model.paid, asked)

    @rule(jkk=st.integers(-10, 150), jkm=st.integers(-10, 150), key=st.uuids(), is_known=st.booleans())
    def change(self, jkk: int, jkm: int, key: object, is_known: bool) -> None:
        old = self.model.ceiling if is_known else [one + 1 for one in self.model.ceiling]
        fits = all(
            wanted >= self.model.ceiling[i] - self.model.left[i] for i, wanted in enumerate((jkk, jkm))
        )
        if self.does(
            is_known and fits,
            lambda: services.set_ceilings(
                self.line, Amount(*old), Amount(jkk, jkm), f"pagu:{key}", basis="DPPA"
            ),
        ):
            self.model.ceiling = [jkk, jkm]

    @invariant()
    def both_say_the_same(self) -> None:
        model, there = self.model, sums(self.line)
        for i, programme in enumerate(("jkk", "jkm")):
            columns = (model.ceiling, model.reserved, model.committed, model.billed, model.paid)
            assert there[programme] == tuple(one[i] for one in columns)

    @invariant()
    def nothing_is_overspent(self) -> None:
        for one in Ceiling.objects.filter(budget=self.line):
            assert one.left_idr >= 0
            assert 0 <= one.paid_idr <= one.billed_idr <= one.committed_idr
            assert (
                one.movements.filter(move="pagu").aggregate(s=Sum("amount_idr"))["s"] or 0
            ) == one.ceiling_idr - 100
        held = Reservation.objects.filter(ceiling__budget=self.line, held_idr__gt=0)
        assert {one.key for one in held} == {key for key, pair in self.model.held.items() if any(pair)}


def test_any_order_of_verbs_is_what_the_model_says(office: Office) -> None:
    class Here(Money):
        def __init__(self) -> None:
            super().__init__(office)

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=30, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
