"""People and sources of money for tests of eligibility: a farmer of Janju about whom nothing speaks against a seat."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from payung.core.application import Application
from payung.core.decision import Decision
from payung.core.month import MonthSpan
from payung.eligibility.facts import Facts, Presence, RegisterRecord, RegisterView
from payung.eligibility.rules import assess
from payung.policy.loader import local
from payung.policy.local import REGISTER_NAMES, OnUnknown, Param, Source
from tests.cast import BU_SITI, PAK_BUDI

ON = date(2022, 10, 1)
AS_OF = date(2022, 9, 15)
SPAN = MonthSpan.parse("2022-10..2022-12")
SOURCE = local("paser-2022").sources[0]
ABSENT = RegisterView(Presence.ABSENT, (), AS_OF)
SILENT = RegisterView(Presence.UNKNOWN, (), AS_OF)
EMPTY = Application(row_id="r1", file="janju.xlsx", sheet="RT 005", row=7)
FARMER = replace(
    EMPTY,
    nik="6401042108850003",
    kk="6401042109110007",
    name="KASIM",
    birth_on=date(1985, 8, 21),
    sex="L",
    rt=BU_SITI.rt,
    desa_code=BU_SITI.desa_code,
    occupation_raw="petani",
    group="petani",
    income_idr=750_000,
    pupil=False,
    proof="surat RT",
    collector=BU_SITI.name,
)
VERIFIER = PAK_BUDI.name


def record(register: str, *, link: str = "exact", confirmed: bool = False, **said: Any) -> RegisterRecord:
    """A record linked to the farmer; by default one that binds and is active."""
    return RegisterRecord(register, link, confirmed, **({"status": "aktif", "id": f"{register}-1"} | said))


def found(*records: RegisterRecord) -> RegisterView:
    """What a register says that holds these records."""
    return RegisterView(Presence.FOUND, records, AS_OF)


def facts(*records: RegisterRecord, **changes: Any) -> Facts:
    """The farmer's facts: every register stays without him except for `records`; fields of the application,
    register views by their name, and fields of `Facts` can be changed."""
    views: dict[str, RegisterView] = dict.fromkeys(REGISTER_NAMES, ABSENT)
    views["dukcapil"] = found(record("dukcapil", status="sesuai"))
    for one in records:
        same = [r for r in records if r.register == one.register]
        views[one.register] = found(*same)
    views |= {name: changes.pop(name) for name in REGISTER_NAMES if name in changes}
    fields = {name: changes.pop(name) for name in list(changes) if name in Application.__dataclass_fields__}
    if (born := fields.get("birth_on")) and "nik" not in fields:
        fields["nik"] = f"640104{born:%d%m%y}0003"
    known: dict[str, Any] = {"fingerprint": "f1", "nik_valid": True, "registers": views} | changes
    return Facts(application=replace(FARMER, **fields), **known)


def source(
    *names: str, on_unknown: OnUnknown | None = None, evidence: tuple[str, ...] | None = None, **params: Param
) -> Source:
    """The source of 2022 with only these criteria switched on, perhaps changed."""
    criteria = {}
    for name, criterion in SOURCE.criteria.items():
        changed = replace(criterion, on=name in names)
        if name in names:
            known = {key: value for key, value in params.items() if key in criterion.params}
            changed = replace(
                changed,
                on_unknown=on_unknown or criterion.on_unknown,
                evidence=evidence or criterion.evidence,
                params={**criterion.params, **known},
            )
        criteria[name] = changed
    return replace(SOURCE, criteria=criteria)


def judged(
    person: Facts, by: Source = SOURCE, *, on: date = ON, span: MonthSpan = SPAN, partial: bool = False
) -> Decision:
    return assess(person, by, on, span, partial_months=partial)


def codes(decision: Decision) -> dict[str, str]:
    """Reason code to outcome."""
    return {reason.code: str(reason.outcome) for reason in decision.reasons}
