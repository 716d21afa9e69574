"""The two shipped policies of Paser."""

from __future__ import annotations

import pytest

from payung.core.errors import Exit, PayungError
from payung.core.month import MonthSpan
from payung.policy.loader import law, local, shipped_policies
from payung.policy.local import Limit


@pytest.mark.parametrize("name", shipped_policies())
def test_every_source_is_priced_in_every_month_of_the_policy(name: str) -> None:
    policy = local(name)
    months = MonthSpan.parse(f"{policy.valid_from:%Y-%m}..{policy.valid_to:%Y-%m}")
    for source in policy.sources:
        for group in policy.groups:
            for month in months:
                price = law().price(
                    month,
                    payer=source.payer,
                    segment=source.segment,
                    sector=group.sector,
                    base_idr=source.base_idr,
                )
                assert price.total_idr in (16_800, 8_400)
                assert price.total_idr == 16_800 or source.payer == "perusahaan"


def test_the_months_of_2022_are_covered() -> None:
    local("paser-2022").require(MonthSpan.parse("2022-10..2022-12"))


@pytest.mark.parametrize("span", ["2021-12..2022-02", "2025-12..2026-01", "2027-01"])
def test_a_month_outside_the_policy_is_refused(span: str) -> None:
    with pytest.raises(PayungError, match="paser-2022 tidak mencakup") as caught:
        local("paser-2022").require(MonthSpan.parse(span))
    assert caught.value.exit_code is Exit.POLICY


def test_paser_2022_has_one_source_that_the_regency_pays() -> None:
    (source,) = local("paser-2022").sources
    assert (source.payer, source.wadah, source.segment, source.base_idr) == ("apbd", "SG", "BPU", 1_000_000)
    assert source.own


def test_sources_are_offered_in_the_order_of_the_policy() -> None:
    order = [source.id for source in local("paser-2026").sources]
    assert order == ["apbd-kabupaten", "apbd-provinsi", "dbh-sawit", "dana-desa", "csr"]


@pytest.mark.parametrize("name", ["Pemkab Paser", "PEMKAB. PASER", "  pemerintah kabupaten   paser"])
def test_our_own_name_is_recognised_however_it_is_written(name: str) -> None:
    payer = local("paser-2022").sources[0].payer_of(name)
    assert payer is not None
    assert payer.source == "apbd-kabupaten"


@pytest.mark.parametrize("name", ["Pemkab Penajam Paser Utara", "Dana Desa", "Mandiri", "Pemprov Kaltim"])
def test_others_are_recognised_as_others(name: str) -> None:
    payer = local("paser-2022").sources[0].payer_of(name)
    assert payer is not None
    assert payer.source is None


@pytest.mark.parametrize("name", ["Pemkab Paserr", "Yayasan Bukit Harapan", "", None])
def test_a_payer_that_nobody_has_taught_is_not_guessed(name: str | None) -> None:
    assert local("paser-2022").sources[0].payer_of(name) is None


def test_a_source_that_does_not_exist_names_those_that_do() -> None:
    with pytest.raises(PayungError, match="apbd-kabupaten"):
        local("paser-2022").source("zakat")


def test_floors_and_quotas_are_typed() -> None:
    allocation = local("paser-2026").allocation
    assert allocation.continuity_first
    assert allocation.floors == (Limit("desa", "*", 10),)
    assert Limit("group", "umkm", 4_000) in allocation.quotas
