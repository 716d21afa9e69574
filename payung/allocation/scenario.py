"""One way to choose: the settings of a scenario, typed, and the offers of money that follow from them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from payung.allocation.candidates import Candidate, MonthPrice, Round
from payung.allocation.files import Prepared
from payung.allocation.pipeline import limits_of
from payung.allocation.rules import Offer
from payung.budget.rules import Amount
from payung.core import region
from payung.core.errors import Exit, PayungError
from payung.core.month import MonthSpan
from payung.core.rupiah import rupiah
from payung.eligibility.terms import Terms
from payung.policy.local import SCOPES, Limit, LocalPolicy

MOST_POINTS = 1_000
"""More points than this for a group are a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a scenario chooses.

    `budgets` names the budget line (by its key) from which each source pays; a source that has none pays nothing.
    `ceilings` are what may be spent of it, by source. `seed` decides the lottery among equals. `group_points` replace the
    policy's points of a group; nobody of `groups_out` is chosen.
    """

    months: MonthSpan
    budgets: Mapping[str, int]
    ceilings: Mapping[str, Amount]
    seed: str
    quotas: tuple[Limit, ...] = ()
    floors: tuple[Limit, ...] = ()
    group_points: Mapping[str, int] = field(default_factory=dict)
    groups_out: frozenset[str] = frozenset()
    continuity_first: bool = True
    partial_months: bool = False

    def said(self) -> dict[str, Any]:
        """As JSON, for `read`; the same settings give the same JSON."""
        return {
            "months": str(self.months),
            "budgets": dict(sorted(self.budgets.items())),
            "ceilings": {source: [one.jkk_idr, one.jkm_idr] for source, one in sorted(self.ceilings.items())},
            "seed": self.seed,
            "quotas": [[one.scope, one.key, one.count] for one in self.quotas],
            "floors": [[one.scope, one.key, one.count] for one in self.floors],
            "group_points": dict(sorted(self.group_points.items())),
            "groups_out": sorted(self.groups_out),
            "continuity_first": self.continuity_first,
            "partial_months": self.partial_months,
        }

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Settings:
        """The settings that `said` wrote."""
        return cls(
            months=MonthSpan.parse(said["months"]),
            budgets={source: int(pk) for source, pk in said["budgets"].items()},
            ceilings={source: Amount(int(jkk), int(jkm)) for source, (jkk, jkm) in said["ceilings"].items()},
            seed=said["seed"],
            quotas=_limits(said["quotas"]),
            floors=_limits(said["floors"]),
            group_points={group: int(points) for group, points in said["group_points"].items()},
            groups_out=frozenset(said["groups_out"]),
            continuity_first=bool(said["continuity_first"]),
            partial_months=bool(said["partial_months"]),
        )


def _limits(said: Sequence[Sequence[Any]]) -> tuple[Limit, ...]:
    return tuple(Limit(scope, key, int(count)) for scope, key, count in said)


def usual(terms: Terms, seed: str) -> Settings:
    """What a first scenario starts from: the months of the screening and what the policy says; no money yet."""
    rules = terms.policy.allocation
    return Settings(
        months=terms.months,
        budgets={},
        ceilings={},
        seed=seed,
        quotas=rules.quotas,
        floors=rules.floors,
        continuity_first=rules.continuity_first,
        partial_months=terms.partial_months,
    )


def check(settings: Settings, terms: Terms) -> None:
    """PayungError where nobody could be chosen by these settings from what `terms` have screened, saying why."""
    for wrong in _wrong(settings, terms):
        raise wrong


def _wrong(settings: Settings, terms: Terms) -> Iterator[PayungError]:
    if settings.months.first not in terms.months or settings.months.last not in terms.months:
        yield _refused(
            f"Penyaringan menilai {terms.months.in_words}; skenario ini meminta {settings.months.in_words}.",
            "Pilih bulan di dalam masa itu, atau mulai penyaringan baru untuk bulan lain.",
        )
    if settings.partial_months and not terms.partial_months:
        yield _refused(
            "Penyaringan ini hanya menilai masa penuh, jadi sebagian bulan tidak dapat ditetapkan.",
            "Matikan pilihan sebagian bulan, atau mulai penyaringan baru yang membolehkannya.",
        )
    if not settings.seed.strip():
        yield _refused("Benih undian kosong.", "Isi benih undian; ia menentukan urutan di antara yang sama.")
    yield from _wrong_money(settings, terms)
    yield from _wrong_groups(settings, terms.policy)
    for limit in (*settings.quotas, *settings.floors):
        yield from _wrong_limit(limit, terms.policy)


def _wrong_money(settings: Settings, terms: Terms) -> Iterator[PayungError]:
    if not settings.budgets:
        yield _refused(
            "Belum ada anggaran yang dipilih.", "Pilih anggaran paling sedikit untuk satu sumber dana."
        )
    offered = {one.id for one in terms.sources}
    for source in settings.budgets:
        if source not in offered:
            yield _refused(
                f"Sumber dana {source} tidak ikut dalam penyaringan ini.",
                "Mulai penyaringan baru dengan sumber itu.",
            )
        elif source not in settings.ceilings:
            yield _refused(f"Pagu sumber dana {source} belum ditulis.", "Tulis pagu JKK dan JKM-nya.")
        elif settings.ceilings[source].jkk_idr < 0 or settings.ceilings[source].jkm_idr < 0:
            yield _refused(
                f"Pagu sumber dana {source} di bawah nol.", "Tulis pagu JKK dan JKM paling sedikit Rp0."
            )


def _wrong_groups(settings: Settings, policy: LocalPolicy) -> Iterator[PayungError]:
    for group in sorted({*settings.group_points, *settings.groups_out} - set(policy.groups.by_id)):
        yield _refused(
            f"Kelompok pekerjaan {group} tidak ada dalam aturan {policy.id}.", "Pilih kelompok dari daftar."
        )
    for group, points in sorted(settings.group_points.items()):
        if not 0 <= points <= MOST_POINTS:
            yield _refused(f"Nilai kelompok {group} harus antara 0 dan {MOST_POINTS}.", "Perbaiki nilainya.")


def _wrong_limit(limit: Limit, policy: LocalPolicy) -> Iterator[PayungError]:
    known = limit.scope in SCOPES and (limit.key == "*" or limit.key in _keys(limit.scope, policy))
    if not known:
        yield _refused(
            f"Jatah untuk {limit.scope} {limit.key} tidak dikenal.", "Pilih tempat atau kelompok dari daftar."
        )
    elif limit.count < 0:
        yield _refused(
            f"Jatah untuk {limit.scope} {limit.key} di bawah nol.", "Tulis jumlah orang, paling sedikit 0."
        )


def _keys(scope: str, policy: LocalPolicy) -> Collection[str]:
    if scope == "group":
        return policy.groups.by_id
    places = region.districts(policy.regency) if scope == "kecamatan" else region.villages(policy.regency)
    return {one.code for one in places}


def _refused(message: str, todo: str) -> PayungError:
    return PayungError(message, todo=todo, exit_code=Exit.MONEY)


def offers(prepared: Prepared, settings: Settings, held_back: Collection[str] = frozenset()) -> list[Offer]:
    """What each source of the settings offers to whom, in the policy's order; nobody of `held_back` (row ids).

    PayungError where the settings do not fit the prepared candidates, or a ceiling pays for nobody's month.
    """
    check(settings, prepared.terms)
    policy = prepared.policy
    rules = limits_of(policy, settings.quotas, settings.floors)
    found = []
    for source, candidates in prepared.candidates.items():
        if source not in settings.budgets:
            continue
        ceiling = settings.ceilings[source]
        people = list(_seen(candidates, prepared, settings, held_back))
        _pays_somebody(people, ceiling, policy.source(source).title)
        round_ = Round(
            source,
            ceiling.total_idr,
            settings.months,
            settings.seed,
            settings.partial_months,
            jkk_idr=ceiling.jkk_idr,
            jkm_idr=ceiling.jkm_idr,
        )
        found.append(Offer(people, round_, rules))
    return found


def _seen(
    candidates: Sequence[Candidate], prepared: Prepared, settings: Settings, held_back: Collection[str]
) -> Iterator[Candidate]:
    """The candidates as the settings see them: their months, their points, who of them goes on."""
    more = {
        group: points - prepared.policy.group(group).points for group, points in settings.group_points.items()
    }
    narrowed = _Narrowed(settings.months) if settings.months != prepared.terms.months else None
    for one in candidates:
        if one.group in settings.groups_out or one.row_id in held_back:
            continue
        plus = more.get(one.group, 0)
        continuity = one.continuity and settings.continuity_first
        if narrowed is None and not plus and continuity == one.continuity:
            yield one
            continue
        monthly, full = narrowed.of(one.monthly) if narrowed else (one.monthly, one.full_span)
        yield Candidate(
            row_id=one.row_id,
            fingerprint=one.fingerprint,
            desa_code=one.desa_code,
            district_code=one.district_code,
            group=one.group,
            points=one.points + plus,
            continuity=continuity,
            monthly=monthly,
            full_span=full,
        )


class _Narrowed:
    """The months of a shorter span, worked out once for each list of months: most people share theirs."""

    def __init__(self, months: MonthSpan) -> None:
        self._months = months
        self._known: dict[int, tuple[tuple[MonthPrice, ...], tuple[MonthPrice, ...], bool]] = {}

    def of(self, monthly: tuple[MonthPrice, ...]) -> tuple[tuple[MonthPrice, ...], bool]:
        known = self._known.get(id(monthly))
        if known is None or known[0] is not monthly:
            left = tuple(one for one in monthly if one[0] in self._months)
            known = self._known[id(monthly)] = (monthly, left, len(left) == len(self._months))
        return known[1], known[2]


def _pays_somebody(people: Sequence[Candidate], ceiling: Amount, title: str) -> None:
    """PayungError where not even the cheapest month of the cheapest person fits into both accounts."""
    months = {id(one.monthly): one.monthly for one in people}.values()
    prices = {(jkk, jkm) for monthly in months for _, jkk, jkm in monthly}
    if prices and not any(jkk <= ceiling.jkk_idr and jkm <= ceiling.jkm_idr for jkk, jkm in prices):
        jkk, jkm = min(prices, key=sum)
        raise _refused(
            f"Sisa anggaran {title} tidak cukup untuk satu orang selama satu bulan: "
            f"perlu JKK {rupiah(jkk)} dan JKM {rupiah(jkm)}, sisa JKK {rupiah(ceiling.jkk_idr)} dan "
            f"JKM {rupiah(ceiling.jkm_idr)}.",
            "Pilih anggaran lain, naikkan pagunya, atau jangan pakai sumber ini.",
        )
