"""From a person's facts to a candidate: price, months, points, continuity; and the policy's limits written out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from payung.allocation.candidates import Candidate
from payung.allocation.pipeline import allocation_rules, candidate, month_prices
from payung.core import region
from payung.core.month import Month, MonthSpan
from payung.eligibility.facts import Facts
from payung.policy import loader
from payung.policy.local import Limit, LocalPolicy
from tests.unit.eligibility_people import ON, SPAN, facts, record

POLICY, LAW = loader.local("paser-2022"), loader.law()
SOURCE = POLICY.sources[0]
POLICY_2026 = loader.local("paser-2026")


def limited(floors: tuple[Limit, ...], quotas: tuple[Limit, ...]) -> LocalPolicy:
    """The policy of 2022 with these floors and quotas."""
    return replace(POLICY, allocation=replace(POLICY.allocation, floors=floors, quotas=quotas))


def of(person: Facts, policy: LocalPolicy = POLICY, span: MonthSpan = SPAN, on: date = ON) -> Candidate:
    return candidate(person, policy.sources[0], policy, LAW, on=on, span=span)


def test_a_farmer_of_2022_costs_16800_rupiah_a_month_in_two_accounts() -> None:
    one = of(facts())
    assert one.monthly == tuple((month, 10_000, 6_800) for month in SPAN)
    assert (one.jkk_idr, one.jkm_idr, one.cost_idr) == (30_000, 20_400, 50_400)
    assert one.full_span
    assert (one.row_id, one.fingerprint) == ("r1", "f1")
    assert (one.desa_code, one.district_code, one.group) == ("64.01.04.2002", "64.01.04", "petani")


def test_the_group_decides_the_sector_and_the_sector_the_price_of_each_month() -> None:
    """In 2026 what companies pay is halved: for drivers all year, for everybody else from April on."""
    span = MonthSpan.parse("2026-03..2026-04")
    policy = replace(POLICY_2026, sources=(POLICY_2026.source("csr"),))
    whole, half = (10_000, 6_800), (5_000, 3_400)
    for group, expected in {"petani": (whole, half), "ojek-sopir": (half, half)}.items():
        one = of(facts(group=group), policy, span, date(2026, 3, 1))
        assert tuple(price[1:] for price in one.monthly) == expected, group


def test_what_is_paid_from_public_money_is_not_reduced() -> None:
    span = MonthSpan.parse("2026-03..2026-05")
    for source in POLICY_2026.sources:
        prices = {
            sector: month_prices(source, sector, LAW, span) for sector in ("transport", "non_transport")
        }
        public = {price[1:] for sector in prices.values() for price in sector} == {(10_000, 6_800)}
        assert public is (source.payer in ("apbn", "apbd", "apbdes")), source.id


def test_only_months_that_nobody_has_paid_or_covers_are_open() -> None:
    one = of(facts(paid=frozenset({Month(2022, 10)})))
    assert [month for month, _, _ in one.monthly] == [Month(2022, 11), Month(2022, 12)]
    assert not one.full_span
    assert one.cost_idr == 33_600
    covered = record(
        "bpjs", segment="BPU", payer="Dana Desa", valid_from=date(2022, 1, 1), valid_until=date(2022, 11, 3)
    )
    one = of(facts(covered))
    assert [month for month, _, _ in one.monthly] == [Month(2022, 12)]


def test_a_cover_that_no_person_has_seen_closes_no_month() -> None:
    guess = record("bpjs", link="review", segment="BPU", payer="Dana Desa", valid_until=date(2022, 11, 3))
    assert of(facts(guess)).full_span


def test_our_own_member_comes_first_and_keeps_all_months() -> None:
    ours = record("own", payer="Pemkab Paser", valid_until=date(2022, 9, 30))
    one = of(facts(ours))
    assert one.continuity
    assert one.full_span
    assert not of(facts()).continuity


def test_a_policy_that_does_not_put_continuity_first_knows_no_continuity() -> None:
    order = replace(POLICY.allocation, order=("points", "lottery"))
    ours = record("own", payer="Pemkab Paser", valid_until=date(2022, 9, 30))
    assert not of(facts(ours), replace(POLICY, allocation=order)).continuity


def test_points_are_those_of_group_and_income() -> None:
    poor, unknown = of(facts(income_idr=400_000)), of(facts(income_idr=None))
    group = POLICY.groups["petani"].points
    assert poor.points == group + 30
    assert unknown.points == group + POLICY.allocation.income_unknown_points


def test_a_star_is_written_out_for_every_place_and_group_and_names_stand_above_it() -> None:
    policy = limited(
        floors=(Limit("kecamatan", "*", 5), Limit("kecamatan", "64.01.04", 9)),
        quotas=(
            Limit("desa", "64.01.04.2002", 1),
            Limit("desa", "*", 40),
            Limit("group", "*", 3),
            Limit("group", "petani", 7),
        ),
    )
    rules = allocation_rules(policy)
    districts = [one.code for one in region.districts("64.01")]
    assert rules.floors.district == {code: 9 if code == "64.01.04" else 5 for code in districts}
    assert rules.floors.desa == {}
    assert rules.floors.group == {}
    assert set(rules.quotas.desa) == {one.code for one in region.villages("64.01")}
    assert rules.quotas.desa["64.01.04.2002"] == 1
    assert set(rules.quotas.desa.values()) == {1, 40}
    assert rules.quotas.group == {group.id: 7 if group.id == "petani" else 3 for group in policy.groups}


def test_a_policy_without_limits_limits_nobody() -> None:
    rules = allocation_rules(limited(floors=(), quotas=()))
    assert rules.floors.lines() == {}
    assert rules.quotas.lines() == {}
