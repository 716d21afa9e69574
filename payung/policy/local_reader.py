"""Strict reading of a local policy. Every fault is PayungError(Exit.POLICY) with file and line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from payung.policy.groups import Group, Groups, Segment, words
from payung.policy.law import PAYERS, SECTORS, SEGMENTS
from payung.policy.local import (
    REGISTER_NAMES,
    SCOPES,
    WADAH,
    Allocation,
    Breaker,
    Criterion,
    IncomePoints,
    Limit,
    LocalPolicy,
    OnUnknown,
    Origin,
    Param,
    Payer,
    RegisterNeed,
    Source,
    payer_key,
)
from payung.policy.reading import Cell
from payung.policy.tables import CERTAINTIES, Certainty, check_periods, read_period

# Each criterion's evidence and parameters; a parameter is an integer (None) or one of some words.
CRITERIA: Mapping[str, tuple[tuple[str, ...], Mapping[str, tuple[str, ...] | None]]] = {
    "one_seat": (("nik", "lists"), {}),
    "residence": (("dukcapil", "desa_code"), {}),
    "alive": (("dukcapil", "bpjs"), {}),
    "age_window": (
        ("birth_on",),
        {"min_years": None, "max_years": None, "continuing_over_max": ("keep", "leave")},
    ),
    "informal_work": (("occupation", "employer"), {"employer_named": ("complete", "refuse", "ignore")}),
    "income_ceiling": (("income_idr",), {"max_idr": None}),
    "not_civil_servant": (("asn",), {}),
    "not_nonasn": (("nonasn",), {}),
    "not_employer_covered": (("bpjs",), {}),
    "not_other_payer": (("bpjs",), {}),
    "not_paid_elsewhere": (("payers",), {}),
    "not_pupil": (("pupil", "birth_on"), {"ask_under_years": None}),
    "poverty": (("dtsen",), {"max_decile": None}),
    "proof": (("proof",), {}),
}
ORDER = ("continuity", "points", "lottery")
LOTTERY = "sha256(seed|fingerprint)"


def read_local(cell: Cell) -> LocalPolicy:
    """A whole local policy."""
    top = cell.mapping(
        (
            "id", "title", "regency", "valid", "law", "certainty", "source",
            "registers", "groups", "sources", "other_payers", "allocation", "breaker",
        )
    )  # fmt: skip
    valid = top["valid"].mapping(("from", "to"))
    first, last = read_period(valid["from"], valid["to"])
    if first.day != 1:
        raise valid["from"].fail("aturan daerah mulai pada tanggal 1.")
    origin = _origin(top)
    groups = _groups(top["groups"], (first, last))
    others = tuple(_payer(item) for item in top["other_payers"].items())
    policy_id, regency = top["id"].text(), top["regency"].text()
    items = [_source_keys(item) for item in top["sources"].items()]
    payers = _payers(tuple(_source_payer(item) for item in items), others, top)
    sources = tuple(_source(item, origin, groups, payers, policy_id, regency) for item in items)
    if not sources:
        raise top["sources"].fail("paling sedikit satu sumber dana.")
    ids = [s.id for s in sources]
    for item, source in zip(items, sources, strict=True):
        if ids.count(source.id) > 1:
            raise item["id"].fail(f'sumber dana "{source.id}" tertulis dua kali.')
    registers = _registers(top["registers"])
    _check_registers(top["registers"], registers, sources)
    return LocalPolicy(
        id=policy_id,
        title=top["title"].text(),
        regency=regency,
        valid_from=first,
        valid_to=last,
        origin=origin,
        registers=registers,
        other_payers=others,
        groups=groups,
        sources=sources,
        allocation=_allocation(top["allocation"], groups, regency),
        breaker=_breaker(top["breaker"]),
        place=cell.place,
    )


def _origin(keys: Mapping[str, Cell], fallback: Origin | None = None) -> Origin:
    def text(key: str, instead: str | None) -> str:
        return keys[key].text() if key in keys or instead is None else instead

    certainty = (
        Certainty(keys["certainty"].choice(CERTAINTIES))
        if "certainty" in keys or fallback is None
        else fallback.certainty
    )
    return Origin(
        text("law", fallback.law if fallback else None),
        certainty,
        text("source", fallback.source if fallback else None),
    )


def _groups(cell: Cell, valid: tuple[date, date]) -> Groups:
    found: dict[str, Group] = {}
    taught: dict[tuple[str, ...], str] = {}
    for item in cell.items():
        keys = item.mapping(("id", "title", "synonyms", "proof", "sector", "segments", "points", "quota"))
        group = Group(
            id=keys["id"].text(),
            title=keys["title"].text(),
            synonyms=keys["synonyms"].texts(),
            proof=keys["proof"].texts(),
            sector=keys["sector"].choice(SECTORS),
            segments=_segments(keys["segments"], valid, keys["id"].text()),
            points=keys["points"].integer(),
            quota=None if keys["quota"].is_null else keys["quota"].integer(),
        )
        if group.id in found:
            raise keys["id"].fail(f'kelompok "{group.id}" tertulis dua kali.')
        for synonym in (group.title, *group.synonyms):
            key = words(synonym)
            if not key:
                raise keys["synonyms"].fail(f'padanan "{synonym}" tidak berisi huruf.')
            if (other := taught.setdefault(key, group.id)) != group.id:
                raise keys["synonyms"].fail(f'padanan "{synonym}" juga milik kelompok "{other}".')
        found[group.id] = group
    if not found:
        raise cell.fail("paling sedikit satu kelompok pekerjaan.")
    return Groups(found)


def _segments(cell: Cell, valid: tuple[date, date], group: str) -> tuple[Segment, ...]:
    segments, periods = [], []
    for item in cell.items():
        keys = item.mapping(("from", "to", "segment"), ("note",))
        first, last = read_period(keys["from"], keys["to"])
        note = keys["note"].text() if "note" in keys else ""
        segments.append(Segment(first, last, keys["segment"].choice(SEGMENTS), note))
        periods.append((first, last, item.place))
    check_periods(periods, valid, cell.place, f'segmen kelompok "{group}"')
    return tuple(segments)


def _payer(item: Cell) -> Payer:
    keys = item.mapping(("id", "title", "names"))
    return Payer(keys["id"].text(), keys["title"].text(), keys["names"].texts(), None)


def _source_keys(item: Cell) -> Mapping[str, Cell]:
    return item.mapping(
        (
            "id", "title", "office", "own", "payer", "wadah", "segment", "base_idr", "payer_names", "groups", "criteria",
        ),
        ("law", "certainty", "source"),
    )  # fmt: skip


def _source_payer(keys: Mapping[str, Cell]) -> Payer:
    return Payer(keys["id"].text(), keys["title"].text(), keys["payer_names"].texts(), keys["id"].text())


def _payers(
    own: tuple[Payer, ...], others: tuple[Payer, ...], top: Mapping[str, Cell]
) -> Mapping[str, Payer]:
    """Payers by normalised name. Every name means one payer; two meanings contradict each other."""
    payers: dict[str, Payer] = {}
    cells = (*top["sources"].items(), *top["other_payers"].items())
    for payer, cell in zip((*own, *others), cells, strict=True):
        for name in payer.names:
            if (other := payers.setdefault(payer_key(name), payer)) is not payer:
                raise cell.fail(f'nama pembayar "{name}" juga milik "{other.id}".')
    return payers


def _source(
    keys: Mapping[str, Cell],
    fallback: Origin,
    groups: Groups,
    payers: Mapping[str, Payer],
    policy_id: str,
    regency: str,
) -> Source:
    origin = _origin(keys, fallback)
    if keys["groups"].is_list:
        chosen = keys["groups"].texts()
        for item in keys["groups"].items():
            if item.text() not in groups.by_id:
                raise item.fail(f'kelompok "{item.text()}" tidak ada dalam groups.')
    else:
        keys["groups"].choice(("all",))
        chosen = tuple(groups.by_id)
    return Source(
        id=keys["id"].text(),
        title=keys["title"].text(),
        office=keys["office"].text(),
        own=keys["own"].flag(),
        payer=keys["payer"].choice(PAYERS),
        wadah=keys["wadah"].choice(tuple(WADAH)),
        segment=keys["segment"].choice(SEGMENTS),
        base_idr=keys["base_idr"].integer(1),
        groups=chosen,
        criteria=_criteria(keys["criteria"], origin),
        origin=origin,
        policy_id=policy_id,
        regency=regency,
        catalogue=groups,
        payers=payers,
    )


def _criteria(cell: Cell, fallback: Origin) -> Mapping[str, Criterion]:
    given = cell.mapping(tuple(CRITERIA))
    return {name: _criterion(name, given[name], fallback) for name in CRITERIA}


def _criterion(name: str, cell: Cell, fallback: Origin) -> Criterion:
    evidence, params = CRITERIA[name]
    needs = ("on", "evidence", "on_unknown", "certainty") + (("params",) if params else ())
    keys = cell.mapping(needs, ("law", "source"))
    named = keys["evidence"].texts()
    for item in keys["evidence"].items():
        item.choice(evidence)
    if not named:
        raise keys["evidence"].fail(f"{name} harus menyebut buktinya: {', '.join(evidence)}.")
    values: dict[str, Param] = {}
    if params:
        cells = keys["params"].mapping(tuple(params))
        for key, allowed in params.items():
            values[key] = cells[key].integer() if allowed is None else cells[key].choice(allowed)
        if name == "age_window" and cells["min_years"].integer() > cells["max_years"].integer():
            raise cells["max_years"].fail("umur paling tinggi di bawah umur paling rendah.")
    return Criterion(
        id=name,
        on=keys["on"].flag(),
        params=values,
        evidence=named,
        on_unknown=OnUnknown(keys["on_unknown"].choice(tuple(OnUnknown))),
        origin=_origin(keys, fallback),
    )


def _registers(cell: Cell) -> Mapping[str, RegisterNeed]:
    needs = {}
    for name, given in cell.open_mapping().items():
        if name not in REGISTER_NAMES:
            raise given.fail(f'register "{name}" tidak dikenal; yang dikenal: {", ".join(REGISTER_NAMES)}.')
        keys = given.mapping(("required", "max_age_days", "certainty"))
        needs[name] = RegisterNeed(
            keys["required"].flag(),
            keys["max_age_days"].integer(1),
            Certainty(keys["certainty"].choice(CERTAINTIES)),
        )
    return needs


def _check_registers(cell: Cell, registers: Mapping[str, RegisterNeed], sources: tuple[Source, ...]) -> None:
    for source in sources:
        for criterion in source.criteria.values():
            for name in criterion.evidence:
                if criterion.on and name in REGISTER_NAMES and name not in registers:
                    raise cell.fail(
                        f'syarat {criterion.id} pada "{source.id}" memakai register {name}, yang belum ada.'
                    )


def _allocation(cell: Cell, groups: Groups, regency: str) -> Allocation:
    keys = cell.mapping(("law", "certainty", "source", "order", "lottery", "points", "floors", "quotas"))
    order = keys["order"].texts()
    for item in keys["order"].items():
        item.choice(ORDER)
    if not order or order[-1] != "lottery":
        raise keys["order"].fail("urutan harus berakhir dengan lottery, agar tidak ada yang sama kuat.")
    points = keys["points"].mapping(("income", "income_unknown", "bpjs_kesehatan"))
    quotas = _limits(keys["quotas"], groups, regency)
    floors = _limits(keys["floors"], groups, regency)
    group_quotas = tuple(Limit("group", g.id, g.quota) for g in groups.by_id.values() if g.quota is not None)
    for limit, item in zip(quotas, keys["quotas"].items(), strict=True):
        if any((q.scope, q.key) == (limit.scope, limit.key) for q in group_quotas):
            raise item.fail(f'kuota kelompok "{limit.key}" sudah ada pada kelompoknya.')
    ceiling = {(q.scope, q.key): q.count for q in (*quotas, *group_quotas)}
    for limit, item in zip(floors, keys["floors"].items(), strict=True):
        most = ceiling.get((limit.scope, limit.key), ceiling.get((limit.scope, "*")))
        if most is not None and limit.count > most:
            raise item.fail(f"jatah paling sedikit {limit.count} melebihi kuotanya {most}.")
    return Allocation(
        order=order,
        income_points=_income_points(points["income"]),
        income_unknown_points=points["income_unknown"].integer(),
        bpjs_kesehatan_points={
            key.upper(): value.integer() for key, value in points["bpjs_kesehatan"].open_mapping().items()
        },
        floors=floors,
        quotas=(*quotas, *group_quotas),
        lottery=keys["lottery"].choice((LOTTERY,)),
        origin=_origin(keys),
    )


def _income_points(cell: Cell) -> tuple[IncomePoints, ...]:
    steps: list[IncomePoints] = []
    for item in cell.items():
        keys = item.mapping(("up_to_idr", "points"))
        upper = None if keys["up_to_idr"].is_null else keys["up_to_idr"].integer(1)
        if steps and (steps[-1].up_to_idr is None or (upper is not None and upper <= steps[-1].up_to_idr)):
            raise item.fail("batas penghasilan harus naik.")
        steps.append(IncomePoints(upper, keys["points"].integer()))
    return tuple(steps)


def _limits(cell: Cell, groups: Groups, regency: str) -> tuple[Limit, ...]:
    limits: dict[tuple[str, str], Limit] = {}
    for item in cell.items():
        keys = item.mapping(("scope", "key", "count"))
        scope, key = keys["scope"].choice(SCOPES), keys["key"].text()
        if scope == "group" and key != "*" and key not in groups.by_id:
            raise keys["key"].fail(f'kelompok "{key}" tidak ada dalam groups.')
        if scope != "group" and key != "*" and not key.startswith(f"{regency}."):
            raise keys["key"].fail(f'{scope} "{key}" tidak terletak di {regency}.')
        if (scope, key) in limits:
            raise item.fail(f'{scope} "{key}" tertulis dua kali.')
        limits[scope, key] = Limit(scope, key, keys["count"].integer())
    return tuple(limits.values())


def _breaker(cell: Cell) -> Breaker:
    names = (
        "least_rows",
        "duplicate_percent",
        "nik_invalid_percent",
        "group_unknown_percent",
        "desa_unknown_percent",
    )
    keys = cell.mapping(names)
    for name in names[1:]:
        if keys[name].integer() > 100:
            raise keys[name].fail("persen paling banyak 100.")
    return Breaker(*(keys[name].integer() for name in names))
