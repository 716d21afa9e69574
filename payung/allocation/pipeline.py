"""From decided facts to the candidates of a round: what each person costs, and under which limits they count. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from payung.allocation.candidates import AllocationRules, Candidate, Limits, MonthPrice
from payung.core import region
from payung.core.month import Month, MonthSpan
from payung.eligibility.facts import Facts
from payung.eligibility.rules import continuity, months_open, points
from payung.policy.law import Law
from payung.policy.local import Limit, LocalPolicy, Source


def candidate(
    facts: Facts,
    source: Source,
    policy: LocalPolicy,
    law: Law,
    *,
    on: date,
    span: MonthSpan,
) -> Candidate:
    """The eligible person of `facts` as `source` sees them, with the months of `span` that are open to them."""
    application = facts.application
    assert application.desa_code is not None
    assert application.group is not None
    prices = month_prices(source, policy.group(application.group).sector, law, span)
    open_to = months_open(facts, source, span)
    monthly = prices if len(open_to) == len(prices) else tuple(p for p in prices if p[0] in open_to)
    return Candidate(
        row_id=application.row_id,
        fingerprint=facts.fingerprint,
        desa_code=application.desa_code,
        district_code=application.desa_code[:8],
        group=application.group,
        points=points(application, policy),
        continuity=policy.allocation.continuity_first and continuity(facts, source, on, law),
        monthly=monthly,
        full_span=len(monthly) == len(prices),
    )


@lru_cache(maxsize=256)
def month_prices(source: Source, sector: str, law: Law, span: MonthSpan) -> tuple[MonthPrice, ...]:
    """What a month costs this source for a group of `sector`, month by month: JKK and JKM in rupiah."""
    return tuple(_price(source, sector, law, month) for month in span)


def _price(source: Source, sector: str, law: Law, month: Month) -> MonthPrice:
    price = law.price(
        month, payer=source.payer, segment=source.segment, sector=sector, base_idr=source.base_idr
    )
    return month, price.jkk_idr, price.jkm_idr


def allocation_rules(policy: LocalPolicy) -> AllocationRules:
    """The policy's floors and quotas with `*` written out: each kecamatan, desa or group by itself.

    A limit that names its place or group stands above the general one.
    """
    return limits_of(policy, policy.allocation.quotas, policy.allocation.floors)


def limits_of(policy: LocalPolicy, quotas: Sequence[Limit], floors: Sequence[Limit]) -> AllocationRules:
    """These quotas and floors, `*` written out with the places of the policy's regency and its groups."""
    return AllocationRules(quotas=_limits(policy, quotas), floors=_limits(policy, floors))


def _limits(policy: LocalPolicy, limits: Sequence[Limit]) -> Limits:
    everywhere: Mapping[str, tuple[str, ...]] = {
        "kecamatan": tuple(one.code for one in region.districts(policy.regency)),
        "desa": tuple(one.code for one in region.villages(policy.regency)),
        "group": tuple(group.id for group in policy.groups),
    }
    found: dict[str, dict[str, int]] = {scope: {} for scope in everywhere}
    for limit in sorted(limits, key=lambda one: one.key != "*"):
        for key in everywhere[limit.scope] if limit.key == "*" else (limit.key,):
            found[limit.scope][key] = limit.count
    return Limits(district=found["kecamatan"], desa=found["desa"], group=found["group"])
