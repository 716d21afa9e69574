"""Moving money on the two ceilings of a budget: both or none, never above the ceiling, and once for each key.

Each verb is one conditional UPDATE a ceiling, JKK before JKM, and its movements, within the caller's transaction; of
many at once each sees what the one before has left. The ceiling is always touched first and together with its sibling,
so that two verbs never wait for each other; whoever moves several budgets in one transaction goes by their id. The
caller records in the ledger what the movement belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from payung.budget import rules
from payung.budget.models import Budget, Ceiling, Movement, Reservation
from payung.budget.rules import LEGS, Amount, Move, Programme, Sums, Verb
from payung.core.errors import Exit, PayungError
from payung.core.month import MonthSpan
from payung.core.rupiah import rupiah
from payung.core.scope import required

Moved = tuple[Movement, ...]
"""The movements of both ceilings, JKK before JKM."""
_BACK = ":lepas"
"""Ends the key of what a reservation gives back; no caller's key ends so."""
_KEY_LENGTH = 80
_MOST_OVERTAKEN = 100
"""Each time somebody else has moved the same reservation: so many have no business with one."""


def reserve(
    budget: Budget,
    amount: Amount,
    key: str,
    *,
    person_months: int,
    basis: str = "",
    months: MonthSpan | None = None,
) -> Moved:
    """Hold money for a frozen round, under `key`. PayungError where a ceiling cannot bear it, and by how much.

    The same again has no effect and gives the same movements, also after they were released; another amount under
    the same key is refused. `months`: refused where the budget is of another year.
    """
    _check_year(budget, months)

    def act() -> Moved:
        made = _move(budget, Verb.RESERVE, amount, key, person_months, basis)
        Reservation.objects.bulk_create(
            Reservation(
                regency_code=one.regency_code, ceiling=one.ceiling, key=key, held_idr=one.amount_idr,
                person_months=person_months,
            )
            for one in made
        )  # fmt: skip
        return made

    return _once(budget, Verb.RESERVE, amount, key, act)


def release(budget: Budget, key: str) -> Moved:
    """Give back all that is still reserved under `key`; nothing where nothing is. What was given back, if anything."""
    for _attempt in range(_MOST_OVERTAKEN):
        there = Reservation.objects.filter(ceiling__budget=budget, key=key)
        held = {one.ceiling_id: one for one in there}
        if not any(one.held_idr or one.person_months for one in there):
            return _known(budget, Move.RESERVE, f"{key}{_BACK}")
        try:
            with transaction.atomic():
                return _give_back(budget, key, held)
        except _OvertakenError:
            continue  # somebody has just taken a part of it: what is left is less
    raise _refused((f"Cadangan {key} terus berubah.", "Ulangi sebentar lagi."))


def commit(
    budget: Budget,
    amount: Amount,
    key: str,
    *,
    reserved_key: str,
    person_months: int,
    basis: str,
    months: MonthSpan | None = None,
) -> Moved:
    """Bind by a signed decree what was reserved under `reserved_key`; what it does not take stays reserved.

    PayungError where so much is not reserved there. Idempotent by `key`, as `reserve`.
    """
    _check_year(budget, months)

    def act() -> Moved:
        return _move(budget, Verb.COMMIT, amount, key, person_months, basis, reserved_key)

    return _once(budget, Verb.COMMIT, amount, key, act)


def uncommit(budget: Budget, amount: Amount, key: str, *, person_months: int, basis: str) -> Moved:
    """Let go of what a decree had bound and nobody has billed; it can be reserved anew. Idempotent by `key`."""
    return _simple(budget, Verb.UNCOMMIT, amount, key, person_months, basis)


def bill(budget: Budget, amount: Amount, key: str, *, person_months: int, basis: str) -> Moved:
    """Note that BPJS has billed a part of what is committed. Idempotent by `key`."""
    return _simple(budget, Verb.BILL, amount, key, person_months, basis)


def pay(budget: Budget, amount: Amount, key: str, *, person_months: int, basis: str) -> Moved:
    """Note that a part of what was billed is paid. Idempotent by `key`."""
    return _simple(budget, Verb.PAY, amount, key, person_months, basis)


def set_ceilings(budget: Budget, old: Amount, new: Amount, key: str, *, basis: str) -> Moved:
    """Raise or cut both ceilings from `old` to `new`.

    PayungError where a ceiling would fall below what is reserved and committed, and by how much, or is not `old` any
    more. Idempotent by `key`.
    """

    def act() -> Moved:
        ceilings = _ceilings(budget)
        for ceiling in ceilings:
            before, wanted = old.of(ceiling.programme), new.of(ceiling.programme)
            if not _apply(ceiling, rules.delta(Verb.SET, wanted - before), ceiling_idr=before):
                ceiling.refresh_from_db()
                raise _refused(rules.change_refusal(str(ceiling), before, wanted, ceiling.sums))
        return _write(ceilings, Verb.SET, new - old, key, 0, basis)

    return _once(budget, Verb.SET, new - old, key, act)


def _simple(budget: Budget, verb: Verb, amount: Amount, key: str, person_months: int, basis: str) -> Moved:
    return _once(budget, verb, amount, key, lambda: _move(budget, verb, amount, key, person_months, basis))


def _once(budget: Budget, verb: Verb, amount: Amount, key: str, act: Callable[[], Moved]) -> Moved:
    """Do `act` unless the movement of that key exists: then give that one. The table's uniqueness decides a race."""
    if not key or len(key) + len(_BACK) > _KEY_LENGTH or key.endswith(_BACK):
        raise ValueError(f"no key of a movement: {key!r}")
    if verb is not Verb.SET and min(amount.jkk_idr, amount.jkm_idr) < 0:
        raise ValueError(f"{verb.name} takes no amount below zero: {amount}")
    move, sign = LEGS[verb][0]
    wanted = amount * sign
    if known := _known(budget, move, key):
        return _same(known, wanted)
    try:
        with transaction.atomic():
            return act()
    except (IntegrityError, PayungError):
        if known := _known(budget, move, key):  # another process has done it meanwhile
            return _same(known, wanted)
        raise


def _known(budget: Budget, move: Move, key: str) -> Moved:
    """The movements of that key, JKK before JKM; empty where there are none."""
    found = Movement.objects.filter(ceiling__budget=budget, move=move, key=key)
    return tuple(found.select_related("ceiling").order_by("ceiling__programme"))


def _same(known: Moved, wanted: Amount) -> Moved:
    for one in known:
        if one.amount_idr != wanted.of(one.ceiling.programme):
            raise PayungError(
                f"{one.key} sudah dicatat pada {one.ceiling} dengan jumlah lain: {rupiah(one.amount_idr)}, "
                f"bukan {rupiah(wanted.of(one.ceiling.programme))}.",
                todo="Muat ulang halamannya dan lihat pergerakan anggaran.",
                exit_code=Exit.MONEY,
            )
    return known


def _move(
    budget: Budget,
    verb: Verb,
    amount: Amount,
    key: str,
    person_months: int,
    basis: str,
    reserved_key: str = "",
) -> Moved:
    """Move both ceilings and write the movements; gives those by which the verb is known."""
    ceilings = _ceilings(budget)
    for ceiling in ceilings:
        asked = amount.of(ceiling.programme)
        if not _apply(ceiling, rules.delta(verb, asked)):
            ceiling.refresh_from_db()
            raise _refused(rules.refusal(verb, str(ceiling), asked, rules.available(verb, ceiling.sums)))
        if verb is Verb.COMMIT:
            _take(ceiling, reserved_key, asked, person_months)
    return _write(ceilings, verb, amount, key, person_months, basis)


def _ceilings(budget: Budget) -> list[Ceiling]:
    found = list(Ceiling.objects.filter(budget=budget).order_by("programme"))
    if len(found) != len(Programme):
        raise _refused((f"Anggaran {budget} tidak ada di daerah ini.", "Pilih anggaran dari daftar."))
    return found


def _apply(ceiling: Ceiling, add: Sums, **still: int) -> bool:
    """Add to the sums of a ceiling if they hold afterwards: the one statement that nobody can come between.

    `still`: what else must be as it was.
    """
    done = Ceiling.objects.filter(
        pk=ceiling.pk,
        ceiling_idr__gte=F("reserved_idr") + F("committed_idr") + (add.bound_idr - add.ceiling_idr),
        reserved_idr__gte=-add.reserved_idr,
        committed_idr__gte=F("billed_idr") + (add.billed_idr - add.committed_idr),
        billed_idr__gte=F("paid_idr") + (add.paid_idr - add.billed_idr),
        **still,
    ).update(**{name: F(name) + value for name, value in asdict(add).items()})
    return done == 1


def _take(ceiling: Ceiling, key: str, asked_idr: int, person_months: int) -> None:
    """Take from a reservation what a decree binds."""
    mine = Reservation.objects.filter(ceiling=ceiling, key=key)
    if mine.filter(held_idr__gte=asked_idr, person_months__gte=person_months).update(
        held_idr=F("held_idr") - asked_idr, person_months=F("person_months") - person_months
    ):
        return
    held, months = mine.values_list("held_idr", "person_months").first() or (0, 0)
    if held < asked_idr:
        raise _refused(rules.refusal(Verb.COMMIT, str(ceiling), asked_idr, held))
    raise _refused(rules.months_refusal(str(ceiling), person_months, months))


def _give_back(budget: Budget, key: str, held: Mapping[int, Reservation]) -> Moved:
    ceilings = _ceilings(budget)
    amounts, months = {}, 0
    for ceiling in ceilings:
        one = held[ceiling.pk]
        asked = Reservation.objects.filter(pk=one.pk, held_idr=one.held_idr, person_months=one.person_months)
        if not _apply(ceiling, rules.delta(Verb.RELEASE, one.held_idr)) or not asked.update(
            held_idr=0, person_months=0
        ):
            raise _OvertakenError
        amounts[ceiling.programme], months = one.held_idr, one.person_months
    amount = Amount(amounts[Programme.JKK], amounts[Programme.JKM])
    return _write(ceilings, Verb.RELEASE, amount, f"{key}{_BACK}", months, "")


def _write(
    ceilings: Sequence[Ceiling], verb: Verb, amount: Amount, key: str, person_months: int, basis: str
) -> Moved:
    """The movements of a verb on both ceilings; gives those by which it is known."""
    scope, now = required(), timezone.now()
    first = LEGS[verb][0][0]
    made = [
        Movement(
            regency_code=ceiling.regency_code, ceiling=ceiling, move=move.value,
            amount_idr=sign * amount.of(ceiling.programme), key=key if move is first else f"{key}{_BACK}",
            basis=basis[:200], person_months=sign * person_months, made_at=now, made_by=scope.actor,
        )
        for ceiling in ceilings
        for move, sign in LEGS[verb]
    ]  # fmt: skip
    Movement.objects.bulk_create(made)
    return tuple(one for one in made if one.move == first)


def _check_year(budget: Budget, months: MonthSpan | None) -> None:
    if months and (problem := rules.wrong_year(budget.year, months)):
        raise _refused(problem)


def _refused(said: tuple[str, str]) -> PayungError:
    return PayungError(said[0], todo=said[1], exit_code=Exit.MONEY)


class _OvertakenError(Exception):
    """Somebody else moved the same reservation between reading and writing."""
