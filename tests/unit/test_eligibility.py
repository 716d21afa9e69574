"""Who may sit in a seat that a source of money pays, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

import pytest

from payung.core.decision import Outcome
from payung.core.month import Month, MonthSpan
from payung.eligibility import rules
from payung.eligibility.facts import Facts
from payung.eligibility.rules import (
    assess,
    continuity,
    months_open,
    points,
    points_breakdown,
    ready_to_register,
)
from payung.policy.loader import law, local
from payung.policy.local import OnUnknown
from tests.unit.eligibility_people import (
    EMPTY,
    FARMER,
    SILENT,
    SOURCE,
    SPAN,
    VERIFIER,
    codes,
    facts,
    found,
    judged,
    record,
    source,
)

OURS, STATE_FUND, VILLAGE = "Pemkab Paser", "Pemprov Kaltim", "Dana Desa"


def test_a_farmer_about_whom_nothing_is_unknown_passes_without_a_note() -> None:
    decision = judged(facts())
    assert decision.outcome is Outcome.PASS
    assert decision.reasons == ()
    assert decision.eligible


# What speaks against a person: (sentence, facts, criteria switched on, the only reason) -------------------------

PASSES: Mapping[str, str] = MappingProxyType({})
CASES: tuple[tuple[str, Facts, tuple[str, ...], Mapping[str, str]], ...] = (
    # one seat
    ("somebody who stands on another row already has that seat", facts(duplicate_of="r0"), ("one_seat",), {"duplicate": "refuse"}),
    ("the surviving row keeps the seat", facts(), ("one_seat",), PASSES),
    # residence
    ("a desa that nobody knows keeps the case open", facts(desa_code=None, desa_raw="Janjuu"), ("residence",), {"desa_unknown": "incomplete"}),
    ("a desa of another regency is refused", facts(desa_code="64.09.01.2001"), ("residence",), {"other_regency": "refuse"}),
    ("somebody who moved away is refused", facts(record("dukcapil", status="pindah", detail="ke Balikpapan")), ("residence",), {"moved_away": "refuse"}),
    ("somebody whom Dukcapil does not find is looked at again", facts(record("dukcapil", status="tidak_terdaftar")), ("residence",), {"not_in_population": "incomplete"}),
    ("an identity that Dukcapil contradicts is looked at again", facts(record("dukcapil", status="tidak_sesuai")), ("residence",), {"identity_differs": "incomplete"}),
    ("a status that nobody understands is looked at again", facts(record("dukcapil", status="tidak_terbaca")), ("residence",), {"status_unreadable": "incomplete"}),
    ("a matched identity lives here", facts(record("dukcapil", status="sesuai")), ("residence",), PASSES),
    # alive
    ("the dead are refused", facts(record("dukcapil", status="meninggal")), ("alive",), {"dead": "refuse"}),
    ("a death that only BPJS knows refuses too", facts(record("bpjs", status="meninggal")), ("alive",), {"dead": "refuse"}),
    ("a death in a register that policy does not name refuses too", facts(record("asn", status="meninggal")), ("alive",), {"dead": "refuse"}),
    ("BPJS's silence says nothing about life", facts(bpjs=SILENT), ("alive",), PASSES),
    # age
    ("sixty-four years and all but a day is in time", facts(birth_on=date(1957, 10, 2)), ("age_window",), PASSES),
    ("a number that Excel rewrote must be typed again, however valid it looks", facts(faults=("NIK tersimpan sebagai angka",)), (), {"list_fault": "incomplete"}),
    ("somebody on the family card of the collector is let through on record", facts(related_to_collector=True), (), {"related_to_collector": "pass_noted"}),
    ("too old by the list, but not by the number, is a question", facts(birth_on=date(1955, 8, 21), nik="6401042108850003"), ("age_window",), {"age_disputed": "incomplete"}),
    ("too old by the list and by a number that says yet another date", facts(birth_on=date(1955, 8, 21), nik="6401042108540003"), ("age_window",), {"age_over": "refuse"}),
    ("a record of the regency without a segment may be of its staff", facts(record("bpjs", segment=None, payer="Pemkab Paser")), ("not_employer_covered",), {"segment_unknown": "incomplete"}),
    ("sixty-five on the day of registration is too old", facts(birth_on=date(1957, 10, 1)), ("age_window",), {"age_over": "refuse"}),
    ("fifteen on the day of registration is old enough", facts(birth_on=date(2007, 10, 1)), ("age_window",), PASSES),
    ("fourteen is too young", facts(birth_on=date(2007, 10, 2)), ("age_window",), {"age_under": "refuse"}),
    ("a member whom we pay stays in after sixty-five", facts(record("own"), birth_on=date(1955, 1, 1)), ("age_window",), PASSES),
    ("a member whom the province pays is new to us", facts(record("bpjs", segment="BPU", payer=STATE_FUND), birth_on=date(1955, 1, 1)), ("age_window",), {"age_over": "refuse"}),
    ("a membership that lapsed long ago is no continuity", facts(record("own", valid_until=date(2022, 3, 31)), birth_on=date(1955, 1, 1)), ("age_window",), {"age_over": "refuse"}),
    # informal work
    ("an occupation that nobody knows keeps the case open", facts(group=None, occupation_raw="astronot"), ("informal_work",), {"occupation_unknown": "incomplete"}),
    ("no occupation keeps the case open", facts(group=None, occupation_raw=" "), ("informal_work",), {"occupation_missing": "incomplete"}),
    ("a named employer is asked about", facts(employer="PT Maju"), ("informal_work",), {"employer_named": "incomplete"}),
    ("a dash is no employer", facts(employer=" - "), ("informal_work",), PASSES),
    ("an RT head is insured as a vulnerable worker in 2022", facts(group="ketua-rt"), ("informal_work",), PASSES),
    # money, state service
    ("an income above the ceiling is refused", facts(income_idr=1_000_001), ("income_ceiling",), {"income_over": "refuse"}),
    ("an income at the ceiling passes", facts(income_idr=1_000_000), ("income_ceiling",), PASSES),
    ("a civil servant is refused", facts(record("asn")), ("not_civil_servant",), {"civil_servant": "refuse"}),
    ("a civil servant by an extract without a status is refused", facts(record("asn", status=None)), ("not_civil_servant",), {"civil_servant": "refuse"}),
    ("a civil servant who left the service passes", facts(record("asn", status="nonaktif")), ("not_civil_servant",), PASSES),
    ("a civil servant retired before the months passes", facts(record("asn", valid_until=date(2022, 9, 30))), ("not_civil_servant",), PASSES),
    ("a status of the civil service that nobody understands is looked at", facts(record("asn", status="tidak_terbaca")), ("not_civil_servant",), {"status_unreadable": "incomplete"}),
    ("non-ASN staff are insured by their office", facts(record("nonasn")), ("not_nonasn",), {"nonasn_staff": "refuse"}),
    ("a former member of that staff passes", facts(record("nonasn", status="nonaktif")), ("not_nonasn",), PASSES),
    # cover by others
    ("an employer's member is refused", facts(record("bpjs", segment="PU", payer="PT Maju")), ("not_employer_covered",), {"covered_employer": "refuse"}),
    ("a construction worker's cover is an employer's", facts(record("bpjs", segment="Jasa Konstruksi")), ("not_employer_covered",), {"covered_employer": "refuse"}),
    ("an employer's cover that ended passes", facts(record("bpjs", segment="PU", valid_until=date(2022, 9, 30))), ("not_employer_covered",), PASSES),
    ("an inactive member passes", facts(record("bpjs", segment="PU", status="nonaktif")), ("not_employer_covered",), PASSES),
    ("a member without a segment is asked about", facts(record("bpjs", payer="Entah")), ("not_employer_covered",), {"segment_unknown": "incomplete"}),
    ("our own members stand in BPJS's register and continue", facts(record("bpjs", segment="BPU", payer="PEMKAB. PASER")), ("not_employer_covered", "not_other_payer"), PASSES),
    ("a member whom the province pays is refused", facts(record("bpjs", segment="BPU", payer=STATE_FUND)), ("not_other_payer",), {"covered_other": "refuse"}),
    ("a payer whom nobody has taught us is asked about", facts(record("bpjs", segment="BPU", payer="Yayasan Bukit")), ("not_other_payer",), {"payer_unrecognised": "incomplete"}),
    ("an unnamed payer is asked about", facts(record("bpjs", segment="BPU", payer=" ")), ("not_other_payer",), {"payer_unknown": "incomplete"}),
    ("an unnamed payer of somebody on our own list is us", facts(record("bpjs", segment="BPU"), record("own")), ("not_other_payer",), PASSES),
    ("a payer whom nobody knows does not matter once the cover has ended", facts(record("bpjs", segment="BPU", payer="Yayasan Bukit", valid_until=date(2022, 9, 30))), ("not_other_payer",), PASSES),
    ("somebody on another payer's list is refused", facts(record("payers", payer=VILLAGE)), ("not_paid_elsewhere",), {"covered_other": "refuse"}),
    ("an unnamed payer of another list is another", facts(record("payers")), ("not_paid_elsewhere",), {"covered_other": "refuse"}),
    ("a strange name on another payer's list is asked about", facts(record("payers", payer="Yayasan Bukit")), ("not_paid_elsewhere",), {"payer_unrecognised": "incomplete"}),
    ("our own name on a list of payers is no other", facts(record("payers", payer=OURS)), ("not_paid_elsewhere",), PASSES),
    # pupils, poverty, proof
    ("a pupil is refused", facts(pupil=True), ("not_pupil",), {"pupil": "refuse"}),
    ("nobody asks a man of thirty-seven whether he goes to school", facts(pupil=None), ("not_pupil",), PASSES),
    ("the fifth decile is above the fourth", facts(record("dtsen", detail="desil 5")), ("poverty",), {"decile_over": "refuse"}),
    ("the tenth decile is not the first", facts(record("dtsen", detail="10")), ("poverty",), {"decile_over": "refuse"}),
    ("the fourth decile passes", facts(record("dtsen", detail="Desil 4")), ("poverty",), PASSES),
    ("a named proof passes", facts(), ("proof",), PASSES),
)  # fmt: skip


@pytest.mark.parametrize(
    ("person", "criteria", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_criterion(person: Facts, criteria: tuple[str, ...], expected: Mapping[str, str]) -> None:
    decision = judged(person, source(*criteria))
    assert codes(decision) == dict(expected)
    for reason in decision.reasons:
        assert reason.message
        assert reason.evidence
        assert reason.code in rules.CODES


def test_every_criterion_has_somebody_who_passes_and_somebody_who_does_not() -> None:
    tried = {(name, bool(expected)) for _, _, names, expected in CASES for name in names}
    lacking = {(name, said) for name in rules.CRITERIA for said in (True, False)} - tried
    # A missing proof is unknown, and stands in the table of unknowns below.
    assert lacking == {("proof", True)}


# What is unknown takes the way of the policy --------------------------------------------------------------------

UNKNOWNS: Mapping[str, tuple[Facts, str]] = {
    "residence": (facts(dukcapil=SILENT), "dukcapil_unknown"),
    "alive": (facts(dukcapil=SILENT), "dukcapil_unknown"),
    "income_ceiling": (facts(income_idr=None), "income_unknown"),
    "not_civil_servant": (facts(asn=SILENT), "asn_unknown"),
    "not_nonasn": (facts(nonasn=SILENT), "nonasn_unknown"),
    "not_employer_covered": (facts(bpjs=SILENT), "bpjs_unknown"),
    "not_other_payer": (facts(bpjs=SILENT), "bpjs_unknown"),
    "not_paid_elsewhere": (facts(payers=SILENT), "payers_unknown"),
    "not_pupil": (facts(pupil=None, birth_on=date(2004, 1, 1)), "pupil_unknown"),
    "poverty": (facts(dtsen=SILENT), "dtsen_unknown"),
    "proof": (facts(proof=None), "proof_missing"),
}


@pytest.mark.parametrize("criterion", UNKNOWNS)
@pytest.mark.parametrize("way", OnUnknown)
def test_what_is_unknown_takes_the_way_that_policy_names(criterion: str, way: OnUnknown) -> None:
    person, code = UNKNOWNS[criterion]
    outcome = {"complete": "incomplete", "pass_noted": "pass_noted", "refuse": "refuse"}[way]
    assert codes(judged(person, source(criterion, on_unknown=way))) == {code: outcome}


@pytest.mark.parametrize(("field", "code"), [("birth_on", "birth_missing"), ("group", "occupation_unknown")])
def test_what_registration_itself_needs_is_never_let_through_unknown(field: str, code: str) -> None:
    person = facts(**{field: None})
    for way, outcome in (("complete", "incomplete"), ("pass_noted", "incomplete"), ("refuse", "refuse")):
        by = source("age_window", "informal_work", on_unknown=OnUnknown(way))
        assert codes(judged(person, by))[code] == outcome


def test_a_decile_that_does_not_stand_in_the_answer_is_unknown() -> None:
    person = facts(record("dtsen", detail="terdaftar"))
    assert codes(judged(person, source("poverty", on_unknown=OnUnknown.PASS_NOTED))) == {
        "dtsen_unknown": "pass_noted"
    }


def test_a_register_that_was_never_supplied_is_unknown_and_not_absent() -> None:
    person = facts(registers={})
    assert codes(judged(person, source("not_civil_servant"))) == {"asn_unknown": "incomplete"}


def test_a_register_that_the_run_waived_is_noted_and_lets_through() -> None:
    decision = judged(facts(asn=SILENT, waived=frozenset({"asn"})), source("not_civil_servant"))
    assert codes(decision) == {"register_waived": "pass_noted"}
    assert decision.eligible
    assert decision.reasons[0].evidence == "--without asn"


def test_a_waived_register_that_speaks_all_the_same_is_heard() -> None:
    person = facts(record("asn"), waived=frozenset({"asn"}))
    assert codes(judged(person, source("not_civil_servant"))) == {"civil_servant": "refuse"}


def test_two_criteria_that_meet_the_same_silence_give_one_reason_with_the_worst_outcome() -> None:
    decision = judged(facts(dukcapil=SILENT))
    assert codes(decision) == {"dukcapil_unknown": "incomplete"}
    assert len(decision.reasons) == 1


# Links that nobody has confirmed --------------------------------------------------------------------------------


@pytest.mark.parametrize("link", ["certain", "review"])
def test_nobody_is_refused_by_a_link_that_no_person_has_seen(link: str) -> None:
    person = facts(record("asn", link=link))
    decision = judged(person, source("not_civil_servant"))
    assert codes(decision) == {"link_unconfirmed": "incomplete"}
    assert "aparatur negara" in decision.reasons[0].evidence
    assert "KEPUTUSAN" in decision.reasons[0].remedy


@pytest.mark.parametrize("link", ["certain", "review"])
def test_a_link_that_the_verifier_confirmed_decides(link: str) -> None:
    assert VERIFIER == "Pak Budi"
    person = facts(record("asn", link=link, confirmed=True))
    assert codes(judged(person, source("not_civil_servant"))) == {"civil_servant": "refuse"}


def test_a_link_that_would_change_nothing_asks_for_nothing() -> None:
    person = facts(record("asn", link="review", status="nonaktif"))
    assert codes(judged(person, source("not_civil_servant"))) == {}


def test_an_unconfirmed_own_membership_is_no_continuity() -> None:
    assert continuity(facts(record("own")), SOURCE)
    assert not continuity(facts(record("own", link="certain")), SOURCE)
    assert continuity(facts(record("own", link="certain", confirmed=True)), SOURCE)


@pytest.mark.parametrize(
    ("until", "kept"), [(date(2022, 6, 30), True), (date(2022, 5, 31), False), (None, True)]
)
def test_a_membership_lapses_after_more_than_three_unpaid_months(until: date | None, kept: bool) -> None:
    # For October, a member paid until June owes July, August and September.
    person = facts(record("own", valid_until=until))
    assert continuity(person, SOURCE, date(2022, 10, 1), law()) is kept


# Part of the months ---------------------------------------------------------------------------------------------


def test_cover_that_ends_inside_the_span_refuses_the_whole_span_and_says_until_when() -> None:
    person = facts(record("bpjs", segment="PU", valid_until=date(2022, 10, 31)))
    decision = judged(person, source("not_employer_covered"))
    assert codes(decision) == {"covered_until": "refuse"}
    (reason,) = decision.reasons
    assert "31-10-2022" in reason.message
    assert "2022-11, 2022-12" in reason.evidence
    assert "--partial-months" in reason.remedy


def test_with_partial_months_the_open_ones_may_be_paid() -> None:
    person = facts(record("bpjs", segment="PU", valid_until=date(2022, 10, 31)))
    decision = judged(person, source("not_employer_covered"), partial=True)
    assert codes(decision) == {"covered_until": "pass_noted"}
    assert [str(month) for month in months_open(person, SOURCE, SPAN)] == ["2022-11", "2022-12"]


def test_cover_that_starts_inside_the_span_is_named_by_its_start() -> None:
    person = facts(record("payers", payer=VILLAGE, valid_from=date(2022, 12, 1)))
    assert codes(judged(person, source("not_paid_elsewhere"))) == {"covered_from": "refuse"}
    assert codes(judged(person, source("not_paid_elsewhere"), partial=True)) == {"covered_from": "pass_noted"}


def test_covers_that_together_leave_no_month_open_refuse_even_partial_months() -> None:
    person = facts(
        record("bpjs", segment="PU", valid_until=date(2022, 11, 15)),
        record("payers", payer=VILLAGE, valid_from=date(2022, 12, 1)),
    )
    by = source("not_employer_covered", "not_paid_elsewhere")
    assert codes(judged(person, by, partial=True)) == {"covered_until": "refuse", "covered_from": "refuse"}
    assert months_open(person, SOURCE, SPAN) == ()


def test_a_month_that_cover_touches_on_one_day_is_not_open() -> None:
    person = facts(record("bpjs", segment="PU", valid_until=date(2022, 11, 1)))
    assert [str(month) for month in months_open(person, SOURCE, SPAN)] == ["2022-12"]


def test_a_month_is_paid_once() -> None:
    paid = frozenset({Month(2022, 10)})
    assert codes(judged(facts(paid=paid))) == {"months_paid": "refuse"}
    assert codes(judged(facts(paid=paid), partial=True)) == {"months_paid": "pass_noted"}
    whole = frozenset(SPAN)
    assert codes(judged(facts(paid=whole), partial=True)) == {"months_paid": "refuse"}


# Groups and sources ---------------------------------------------------------------------------------------------


def test_a_group_that_another_segment_insures_in_these_months_is_sent_there() -> None:
    person = facts(group="ketua-rt")
    decision = judged(
        person, source("informal_work"), on=date(2023, 1, 1), span=MonthSpan.parse("2023-01..2023-03")
    )
    assert codes(decision) == {"group_other_segment": "refuse"}
    assert "PU" in decision.reasons[0].message


def test_a_segment_that_changes_inside_the_span_is_seen() -> None:
    decision = judged(
        facts(group="ketua-rt"), source("informal_work"), span=MonthSpan.parse("2022-12..2023-01")
    )
    assert codes(decision) == {"group_other_segment": "refuse"}


def test_a_group_that_this_money_does_not_pay_for_is_sent_to_other_money() -> None:
    palm_oil = local("paser-2026").source("dbh-sawit")
    decision = assess(facts(group="nelayan"), palm_oil, date(2026, 1, 1), MonthSpan.parse("2026-01..2026-03"))
    assert codes(decision)["group_not_funded"] == "refuse"


@pytest.mark.parametrize(
    ("mode", "expected"), [("refuse", {"employer_named": "refuse"}), ("ignore", {}), ("complete", {"employer_named": "incomplete"})]
)  # fmt: skip
def test_what_a_named_employer_means_is_for_the_policy_to_say(mode: str, expected: dict[str, str]) -> None:
    assert codes(judged(facts(employer="PT Maju"), source("informal_work", employer_named=mode))) == expected


def test_members_over_the_age_leave_where_policy_says_so() -> None:
    person = facts(record("own"), birth_on=date(1955, 1, 1))
    assert codes(judged(person, source("age_window", continuing_over_max="leave"))) == {"age_over": "refuse"}


# What no policy can switch off ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"nik": None, "nik_valid": False}, "nik_missing"),
        ({"nik": "640104210885000", "nik_valid": False}, "nik_invalid"),
        ({"name": " "}, "name_missing"),
        ({"contradiction": "dua NIK sah"}, "contradiction"),
        ({"open_reviews": ("r2",)}, "review_open"),
    ],
)
def test_a_doubtful_identity_keeps_everybody_off_the_roll(changes: dict[str, Any], code: str) -> None:
    decision = judged(facts(**changes), source())
    assert codes(decision) == {code: "incomplete"}
    assert not decision.eligible


def test_a_rule_that_cannot_be_evaluated_refuses_and_says_so() -> None:
    broken = source("age_window")
    broken = replace(
        broken, criteria={**broken.criteria, "age_window": replace(broken.criteria["age_window"], params={})}
    )
    decision = judged(facts(), broken)
    assert codes(decision) == {"criterion_failed": "refuse"}
    assert "age_window" in decision.reasons[0].message


def test_a_rule_that_cannot_be_evaluated_leaves_the_others_at_work() -> None:
    broken = source("age_window", "not_civil_servant")
    broken = replace(
        broken, criteria={**broken.criteria, "age_window": replace(broken.criteria["age_window"], params={})}
    )
    assert set(codes(judged(facts(record("asn")), broken))) == {"criterion_failed", "civil_servant"}


def test_all_reasons_are_told_not_just_the_first() -> None:
    person = facts(
        record("asn"),
        record("dukcapil", status="meninggal"),
        record("bpjs", segment="PU", payer="PT Maju"),
        birth_on=date(1940, 1, 1),
        employer="PT Maju",
        pupil=True,
        open_reviews=("r2",),
    )
    decision = judged(person)
    assert codes(decision) == {
        "review_open": "incomplete",
        "dead": "refuse",
        "age_over": "refuse",
        "employer_named": "incomplete",
        "civil_servant": "refuse",
        "covered_employer": "refuse",
        "pupil": "refuse",
    }
    assert decision.outcome is Outcome.REFUSE


# Points and registration ----------------------------------------------------------------------------------------


def test_points_say_what_they_were_given_for() -> None:
    policy = local("paser-2022")
    application = replace(FARMER, bpjs_kesehatan="pbi")
    parts = {part.name: part.points for part in points_breakdown(application, policy)}
    assert parts == {"kelompok": 20, "penghasilan": 20, "BPJS Kesehatan": 5}
    assert points(application, policy) == 45


def test_points_of_the_unknown_are_what_policy_says() -> None:
    policy = local("paser-2022")
    assert points(EMPTY, policy) == policy.allocation.income_unknown_points
    assert points(replace(FARMER, income_idr=90_000_000), policy) == 20


def test_what_registration_still_needs_is_listed_by_field() -> None:
    whole = replace(
        FARMER, birth_place="Tanah Grogot", mother_name="AMINAH", address="RT 005", work_place="Janju",
        work_hours="07.00-15.00", phone="081200000000",
    )  # fmt: skip
    assert ready_to_register(whole) == ()
    assert ready_to_register(replace(whole, phone=" ", mother_name=None)) == ("mother_name", "phone")


def test_found_views_carry_their_day_into_the_evidence() -> None:
    decision = judged(facts(asn=found(record("asn"))), source("not_civil_servant"))
    assert "15-09-2022" in decision.reasons[0].evidence
