"""Who sits on a chair from when to when, and which chairs there can be."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payung.access.policy import LEVELS, MATRIX, TITLES, WORDS, Action, Role, fits, may
from payung.access.rules import DEFINITIVE, Handover, Held, Old, plan, problems_of_chair

TODAY = date(2026, 11, 25)
DESI = Held(1, 10, DEFINITIVE, date(2022, 9, 1), None)


def handover(
    *, user: int = 20, kind: str = DEFINITIVE, begins: int = 6, ends: int | None = None, old: Old = Old.BEFORE
) -> Handover:
    return Handover(
        user, kind, TODAY + timedelta(begins), TODAY + timedelta(ends) if ends is not None else None, old
    )


def test_the_old_holder_ends_the_day_before() -> None:
    assert plan([DESI], handover(), TODAY).ends == {1: date(2026, 11, 30)}


def test_a_handover_today_ends_the_old_holder_at_once() -> None:
    assert plan([DESI], handover(begins=0), TODAY).ends == {1: None}


def test_the_old_holder_can_end_before_the_new_one_begins() -> None:
    assert plan([DESI], handover(old=Old.NOW), TODAY).ends == {1: None}


def test_a_daily_deputy_leaves_the_holder_where_they_are() -> None:
    found = plan([DESI], handover(kind="plh", ends=10, old=Old.STAYS), TODAY)
    assert (found.ends, found.problems) == ({}, ())


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (handover(begins=-1), "paling cepat hari ini"),
        (handover(kind="plt", begins=5, ends=4), "sebelum hari pertama"),
        (handover(kind="plt"), "perlu hari terakhir"),
        (handover(ends=30), "tidak diberi hari terakhir"),
        (handover(old=Old.STAYS), "hanya satu orang"),
        (handover(user=10, kind="plh", ends=9, old=Old.STAYS), "sudah memegang"),
    ],
)
def test_what_cannot_be_is_said(new: Handover, words: str) -> None:
    assert words in " ".join(plan([DESI], new, TODAY).problems)


def test_a_planned_successor_has_to_be_cancelled_first() -> None:
    planned = Held(2, 30, DEFINITIVE, TODAY + timedelta(20), None)
    assert "Batalkan dahulu" in " ".join(plan([DESI, planned], handover(), TODAY).problems)


def test_a_time_that_ended_is_left_alone() -> None:
    past = Held(3, 30, "plt", date(2026, 1, 1), date(2026, 11, 27))
    assert plan([past], handover(), TODAY) == plan([], handover(), TODAY)


@given(begins=st.integers(0, 60), since=st.integers(0, 400), old=st.sampled_from([Old.BEFORE, Old.NOW]))
def test_after_a_handover_two_never_hold_the_chair_on_one_day(begins: int, since: int, old: Old) -> None:
    holder = Held(1, 10, DEFINITIVE, TODAY - timedelta(since), None)
    new = handover(begins=begins, old=old)
    last = plan([holder], new, TODAY).ends[1]
    assert last is None or holder.valid_from <= last < new.valid_from


@pytest.mark.parametrize(
    ("role", "territory", "good"),
    [
        ("desa", "64.01.04.2002", True),
        ("desa", "64.01.04", False),
        ("desa", "64.02.01.2001", False),
        ("desa", "64.01.04.9999", False),
        ("rt", "64.01.04.2002/003", True),
        ("rt", "64.01.04.2002/3", False),
        ("kecamatan", "64.01.04", True),
        ("admin", "64.01", True),
        ("admin", "64.02", False),
        ("provinsi", "64", False),
        ("provinsi", "63", False),
        ("raja", "64.01", False),
    ],
)
def test_a_chair_stands_in_a_place_that_exists(role: str, territory: str, good: bool) -> None:
    assert (problems_of_chair(role, territory, "64.01") == ()) is good


def test_every_action_and_role_has_its_words() -> None:
    assert set(MATRIX) == set(WORDS) == set(Action)
    assert set(TITLES) == set(LEVELS) == set(Role)
    assert len(set(WORDS.values())) == len(WORDS)


def test_who_is_nothing_may_do_nothing() -> None:
    assert not any(may("", action) or may("tamu", action) for action in Action)


@given(st.sampled_from(list(Role)), st.text(alphabet="0123456789./", max_size=20))
def test_a_territory_fits_only_in_its_own_shape(role: Role, text: str) -> None:
    shape = LEVELS[role].value
    assert fits(role, text) == (
        len(text) == len(shape)
        and all(
            a.isdigit() == b.isdigit() and (a.isdigit() or a == b) for a, b in zip(text, shape, strict=True)
        )
    )
