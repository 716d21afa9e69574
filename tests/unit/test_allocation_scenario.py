"""A scenario's settings are read as they were written, refused where they say what cannot be, and turned into offers."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payung.allocation.candidates import Candidate, Dimension
from payung.allocation.choice import choose_among
from payung.allocation.effect import effect, line_read, line_said
from payung.allocation.files import Prepared
from payung.allocation.held_back import Hold
from payung.allocation.pipeline import month_prices
from payung.allocation.scenario import Settings, check, offers, usual
from payung.budget.rules import Amount
from payung.core.errors import PayungError
from payung.core.month import Month, MonthSpan
from payung.eligibility.terms import Rules, Terms
from payung.policy.local import Limit

SOURCE, MONTHS = "apbd-kabupaten", MonthSpan.parse("2022-10..2022-12")
RULES = Rules.load("paser-2022")
TERMS = Terms(RULES, frozenset({SOURCE}), MONTHS, MONTHS.first.first_day)
DESA = ("64.01.04.2002", "64.01.04.2003", "64.01.01.2011")
GROUPS = ("nelayan", "petani", "pedagang", "ojek-sopir")


def person(
    number: int, *, desa: str = DESA[0], group: str = "petani", old: bool = False, first: int = 0
) -> Candidate:
    policy = RULES.policy
    monthly = month_prices(policy.source(SOURCE), policy.group(group).sector, RULES.law, MONTHS)[first:]
    return Candidate(
        f"r{number}", f"f{number}", desa, desa[:8], group, policy.group(group).points + 10, old, monthly,
        len(monthly) == len(MONTHS),
    )  # fmt: skip


def prepared(*people: Candidate, partial_months: bool = False) -> Prepared:
    sexes = {one.row_id: "LP"[number % 2] for number, one in enumerate(people)}
    return Prepared(replace(TERMS, partial_months=partial_months), {SOURCE: people}, sexes, "contoh")


def paying(people: int, **more: Any) -> Settings:
    ceiling = Amount(30_000 * people, 20_400 * people)
    first = replace(usual(TERMS, "benih"), budgets={SOURCE: 7}, ceilings={SOURCE: ceiling})
    return replace(first, **more)


limits = st.lists(
    st.builds(Limit, st.just("group"), st.sampled_from([*GROUPS, "*"]), st.integers(0, 10_000)),
    max_size=3,
).map(tuple)
anything = st.builds(
    Settings,
    months=st.sampled_from([MONTHS, MonthSpan.parse("2022-11")]),
    budgets=st.dictionaries(st.sampled_from([SOURCE, "csr"]), st.integers(1, 99)),
    ceilings=st.dictionaries(
        st.sampled_from([SOURCE, "csr"]), st.builds(Amount, st.integers(0, 10**13), st.integers(0, 10**13))
    ),
    seed=st.text(min_size=1, max_size=20),
    quotas=limits,
    floors=limits,
    group_points=st.dictionaries(st.sampled_from(GROUPS), st.integers(0, 1_000)),
    groups_out=st.frozensets(st.sampled_from(GROUPS)),
    continuity_first=st.booleans(),
    partial_months=st.booleans(),
)


@given(anything)
def test_settings_are_read_from_json_as_they_were_written(settings: Settings) -> None:
    assert Settings.read(json.loads(json.dumps(settings.said()))) == settings


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"months": MonthSpan.parse("2022-09..2022-12")}, "menilai Oktober sampai dengan Desember 2022"),
        ({"months": MonthSpan.parse("2022-12..2023-01")}, "menilai Oktober sampai dengan Desember 2022"),
        ({"partial_months": True}, "hanya menilai masa penuh"),
        ({"seed": " "}, "Benih undian kosong"),
        ({"budgets": {}}, "Belum ada anggaran"),
        ({"budgets": {"csr": 1}}, "csr tidak ikut"),
        ({"ceilings": {}}, "belum ditulis"),
        ({"ceilings": {SOURCE: Amount(-1, 0)}}, "di bawah nol"),
        ({"groups_out": frozenset({"astronot"})}, "astronot tidak ada"),
        ({"group_points": {"petani": 1_001}}, "antara 0 dan 1000"),
        ({"quotas": (Limit("desa", "64.02.01.2001", 5),)}, "tidak dikenal"),
        ({"floors": (Limit("benua", "*", 5),)}, "tidak dikenal"),
        ({"floors": (Limit("group", "petani", -1),)}, "di bawah nol"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_what_to_do(wrong: dict[str, Any], words: str) -> None:
    check(paying(5), TERMS)
    with pytest.raises(PayungError, match=words) as refused:
        check(paying(5, **wrong), TERMS)
    assert refused.value.todo


def test_a_source_whose_account_pays_for_nobodys_month_is_named_with_both_amounts() -> None:
    with pytest.raises(
        PayungError, match=r"perlu JKK Rp10\.000 dan JKM Rp6\.800, sisa JKK Rp9\.999"
    ) as refused:
        offers(prepared(person(1)), paying(5, ceilings={SOURCE: Amount(9_999, 10**9)}))
    assert "APBD Kabupaten Paser" in refused.value.message


def test_nobody_of_a_group_that_is_out_or_held_back_is_offered_a_seat() -> None:
    people = [person(1), person(2, group="pedagang"), person(3), person(4)]
    settings = paying(5, groups_out=frozenset({"pedagang"}))
    [offer] = offers(prepared(*people), settings, {"r3"})
    assert [one.row_id for one in offer.candidates] == ["r1", "r4"]


def test_points_of_a_group_replace_the_policys_and_leave_the_rest_of_a_persons_points() -> None:
    [offer] = offers(prepared(person(1), person(2, group="nelayan")), paying(5, group_points={"nelayan": 0}))
    assert [one.points for one in offer.candidates] == [30, 10]


def test_fewer_months_are_priced_month_by_month_and_a_part_of_them_is_no_whole_span() -> None:
    late, early = person(1, first=2), person(2)
    settings = paying(5, months=MonthSpan.parse("2022-11..2022-12"), partial_months=True)
    [offer] = offers(prepared(late, early, partial_months=True), settings)
    assert [[str(month) for month, _, _ in one.monthly] for one in offer.candidates] == [
        ["2022-12"], ["2022-11", "2022-12"],
    ]  # fmt: skip
    assert [one.full_span for one in offer.candidates] == [False, True]
    only = replace(settings, months=MonthSpan(Month(2022, 12), Month(2022, 12)))
    [offer] = offers(prepared(late, early, partial_months=True), only)
    assert [one.full_span for one in offer.candidates] == [True, True]


def test_who_is_a_member_already_comes_first_only_where_that_is_to_count() -> None:
    people = prepared(person(1, group="nelayan"), person(2, group="pedagang", old=True))
    chosen = [
        choose_among(offers(people, paying(1, continuity_first=first))).awards[0][1].candidate.row_id
        for first in (True, False)
    ]
    assert chosen == ["r2", "r1"]


def test_a_floor_for_every_desa_gives_each_its_seat_and_the_effect_counts_them() -> None:
    people = [person(number, desa=DESA[number % 2]) for number in range(8)] + [
        person(9, desa=DESA[2], group="pedagang")
    ]
    ready, settings = prepared(*people), paying(3, floors=(Limit("desa", "*", 1),))
    held = {"r0": Hold("objection", "Ada keberatan.", "Jawab dahulu.")}
    told = effect(choose_among(offers(ready, settings, held)), ready, held)
    assert {code: one["people"] for code, one in told["desas"].items()} == dict.fromkeys(sorted(DESA), 1)
    assert {code: one["candidates"] for code, one in told["desas"].items()} == {
        DESA[0]: 4, DESA[1]: 4, DESA[2]: 1,
    }  # fmt: skip
    assert (told["people"], told["out"], told["waiting"], told["candidates"]) == (3, 6, 5, 9)
    assert told["held_back"] == {"objection": 1}
    assert (told["jkk_idr"], told["jkm_idr"], told["person_months"]) == (90_000, 61_200, 9)
    source = told["sources"][SOURCE]
    assert (source["left_jkk_idr"], source["left_jkm_idr"]) == (0, 0)
    short = {
        key for scope, key, _, filled, why in source["floors_released"] if (filled, why) == (0, "candidates")
    }
    assert not short & set(DESA)
    assert json.loads(json.dumps(told)) == told


@pytest.mark.parametrize("dimension", list(Dimension))
def test_a_limit_is_named_in_the_words_of_settings_and_found_again(dimension: Dimension) -> None:
    assert line_read(*line_said((dimension, "x"))) == (dimension, "x")
