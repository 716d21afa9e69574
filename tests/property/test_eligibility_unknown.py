"""What is unknown never helps anybody in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.core.decision import SEVERITY_ORDER, Decision, Outcome
from payung.eligibility.facts import Facts, Presence, RegisterRecord, RegisterView
from payung.policy.local import REGISTER_NAMES, OnUnknown, Source
from payung.registry.rules import Status
from tests.unit.eligibility_people import AS_OF, SOURCE, codes, facts, judged

REGISTERS = tuple(name for name in REGISTER_NAMES if name != "own")
DAYS = st.none() | st.dates(date(2022, 8, 1), date(2023, 2, 1))
FIELDS = {
    "income_idr": st.none() | st.integers(0, 3_000_000),
    "pupil": st.sampled_from([None, True, False]),
    "birth_on": st.none() | st.dates(date(1950, 1, 1), date(2010, 1, 1)),
    "desa_code": st.sampled_from([None, "64.01.04.2002", "64.09.01.2001"]),
    "group": st.sampled_from([None, "petani", "ketua-rt"]),
    "employer": st.sampled_from([None, "", "PT Maju"]),
    "proof": st.sampled_from([None, "surat RT"]),
}


def records(register: str) -> st.SearchStrategy[RegisterRecord]:
    return st.builds(
        RegisterRecord,
        register=st.just(register),
        outcome=st.sampled_from(["exact", "certain", "review"]),
        confirmed=st.booleans(),
        status=st.none() | st.sampled_from([str(status) for status in Status]),
        segment=st.sampled_from([None, "PU", "BPU", "?"]),
        payer=st.sampled_from([None, "Pemkab Paser", "Dana Desa", "Yayasan Bukit"]),
        valid_from=DAYS,
        valid_until=DAYS,
        detail=st.sampled_from([None, "desil 2", "desil 9"]),
        id=st.sampled_from(["a", "b"]),
    )


def views(register: str) -> st.SearchStrategy[RegisterView]:
    found = st.lists(records(register), min_size=1, max_size=2).map(
        lambda some: RegisterView(Presence.FOUND, tuple(some), AS_OF)
    )
    nothing = st.sampled_from([Presence.ABSENT, Presence.UNKNOWN]).map(
        lambda presence: RegisterView(presence, (), AS_OF)
    )
    return found | nothing


@st.composite
def people(draw: st.DrawFn) -> Facts:
    fields = {name: draw(values) for name, values in FIELDS.items()}
    seen = {name: draw(views(name)) for name in REGISTER_NAMES}
    return facts(**fields, **seen, open_reviews=draw(st.sampled_from([(), ("r2",)])))


@st.composite
def sources(draw: st.DrawFn) -> Source:
    """Any criteria on or off, each with any way for what is unknown."""
    criteria = {
        name: replace(criterion, on=draw(st.booleans()), on_unknown=draw(st.sampled_from(OnUnknown)))
        for name, criterion in SOURCE.criteria.items()
    }
    return replace(SOURCE, criteria=criteria)


def rank(decision: Decision) -> int:
    return SEVERITY_ORDER.index(decision.outcome)


def silent(person: Facts, register: str) -> Facts:
    view = RegisterView(Presence.UNKNOWN, (), AS_OF)
    return replace(person, registers={**person.registers, register: view})


@settings(deadline=None, max_examples=60)
@given(people(), sources(), st.sampled_from(REGISTERS))
def test_a_register_that_falls_silent_is_never_better_than_its_no(
    person: Facts, by: Source, register: str
) -> None:
    absent = replace(
        person, registers={**person.registers, register: RegisterView(Presence.ABSENT, (), AS_OF)}
    )
    assert rank(judged(silent(person, register), by)) >= rank(judged(absent, by))


@settings(deadline=None, max_examples=60)
@given(people(), sources(), st.sampled_from(REGISTERS))
def test_silence_in_one_register_lifts_no_refusal_that_comes_from_elsewhere(
    person: Facts, by: Source, register: str
) -> None:
    def refusals(decision: Decision) -> set[str]:
        title = {
            "bpjs": "BPJS",
            "dukcapil": "kependudukan",
            "asn": "ASN",
            "payers": "pembayar",
            "dtsen": "DTSEN",
        }
        mine = title.get(register, "non-ASN")
        return {
            reason.code
            for reason in decision.reasons
            if reason.outcome is Outcome.REFUSE and mine not in reason.evidence
        }

    assert refusals(judged(person, by)) <= refusals(judged(silent(person, register), by))


@settings(deadline=None, max_examples=60)
@given(people(), sources(), st.sampled_from(sorted(set(FIELDS) - {"employer"})))
def test_a_forgotten_field_lifts_no_refusal_but_its_own_and_never_gives_a_plain_pass(
    person: Facts, by: Source, field: str
) -> None:
    own = {
        "income_idr": {"income_over"},
        "pupil": {"pupil"},
        # An old birth date also answers whether somebody goes to school.
        "birth_on": {"age_over", "age_under"},
        "desa_code": {"other_regency"},
        "group": {"group_other_segment"},
        "proof": set[str](),
    }[field]
    before = judged(person, by)
    forgotten: dict[str, Any] = {field: None}
    after = judged(replace(person, application=replace(person.application, **forgotten)), by)
    refused = {code for code, outcome in codes(before).items() if outcome == "refuse"}
    assert refused - own <= set(codes(after))
    if before.outcome is Outcome.REFUSE:
        assert after.outcome is not Outcome.PASS or not asked_by(by, field)


def asked_by(by: Source, field: str) -> bool:
    return any(criterion.on and field in criterion.evidence for criterion in by.criteria.values())


@settings(deadline=None, max_examples=60)
@given(people(), sources())
def test_a_link_that_nobody_confirmed_neither_refuses_nor_lets_in(person: Facts, by: Source) -> None:
    """As soon as a record that refuses hangs on an unconfirmed link, the case waits for a person."""
    loose = {
        name: replace(
            view, records=tuple(replace(r, outcome="review", confirmed=False) for r in view.records)
        )
        for name, view in person.registers.items()
    }
    bound = {
        name: replace(view, records=tuple(replace(r, outcome="exact") for r in view.records))
        for name, view in person.registers.items()
    }
    waiting, decided = (
        judged(replace(person, registers=loose), by),
        judged(replace(person, registers=bound), by),
    )
    by_register = {
        code
        for code, outcome in codes(waiting).items()
        if outcome == "refuse"
        and code
        in ("dead", "moved_away", "civil_servant", "nonasn_staff", "covered_employer", "covered_other")
    }
    assert not by_register
    if not decided.eligible:
        assert not waiting.eligible


@pytest.mark.parametrize("way", OnUnknown)
def test_somebody_of_whom_nothing_is_known_is_never_let_in(way: OnUnknown) -> None:
    criteria = {
        name: replace(criterion, on=True, on_unknown=way) for name, criterion in SOURCE.criteria.items()
    }
    nobody = facts(
        nik=None, nik_valid=False, name=None, birth_on=None, sex=None, desa_code=None, occupation_raw=None, group=None,
        income_idr=None, pupil=None, proof=None, registers={},
    )  # fmt: skip
    assert not judged(nobody, replace(SOURCE, criteria=criteria)).eligible
