"""Facts as text and back: what a decision rested on, kept beside it so that it can be explained and repeated. Pure."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from payung.core.application import Application
from payung.core.decision import Decision, Outcome, Reason
from payung.core.month import Month
from payung.eligibility.facts import Facts, Presence, RegisterRecord, RegisterView


def facts_text(facts: Facts) -> str:
    """Everything but the application, as compact JSON; the same facts give the same text."""
    said: dict[str, Any] = {
        "fingerprint": facts.fingerprint,
        "nik_valid": facts.nik_valid,
        "registers": {name: _view_said(view) for name, view in sorted(facts.registers.items())},
    }
    optional = {
        "duplicate_of": facts.duplicate_of,
        "open_reviews": list(facts.open_reviews),
        "contradiction": facts.contradiction,
        "waived": sorted(facts.waived),
        "related_to_collector": facts.related_to_collector,
        "faults": list(facts.faults),
        "paid": [str(month) for month in sorted(facts.paid)],
    }
    return _json(said | {name: value for name, value in optional.items() if value})


def read_facts(text: str, application: Application) -> Facts:
    """The facts about `application` that `facts_text` wrote."""
    said = json.loads(text)
    return Facts(
        application=application,
        fingerprint=said["fingerprint"],
        nik_valid=said["nik_valid"],
        registers={name: _view(name, view) for name, view in said["registers"].items()},
        duplicate_of=said.get("duplicate_of"),
        open_reviews=tuple(said.get("open_reviews", ())),
        contradiction=said.get("contradiction"),
        waived=frozenset(said.get("waived", ())),
        related_to_collector=said.get("related_to_collector", False),
        faults=tuple(said.get("faults", ())),
        paid=frozenset(Month.parse(month) for month in said.get("paid", ())),
    )


def reasons_text(decision: Decision) -> str:
    """The reasons of a decision as compact JSON, in their order."""
    return _json([[r.code, str(r.outcome), r.message, r.evidence, r.remedy] for r in decision.reasons])


def read_reasons(text: str) -> tuple[Reason, ...]:
    """The reasons that `reasons_text` wrote."""
    return tuple(
        Reason(code, Outcome(outcome), message, evidence, remedy)
        for code, outcome, message, evidence, remedy in json.loads(text)
    )


_RECORD = ("id", "outcome", "confirmed", "status", "segment", "payer", "valid_from", "valid_until", "detail")


def _view_said(view: RegisterView) -> list[Any]:
    records = [[_plain(value) for value in (getattr(one, name) for name in _RECORD)] for one in view.records]
    return [str(view.presence), _plain(view.as_of), *([records] if records else [])]


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool) else str(value)


def _view(register: str, said: list[Any]) -> RegisterView:
    presence, as_of, *rest = said
    records = tuple(_record(register, dict(zip(_RECORD, one, strict=True))) for one in (rest or [[]])[0])
    return RegisterView(Presence(presence), records, _day(as_of))


def _record(register: str, said: dict[str, Any]) -> RegisterRecord:
    days = {name: _day(said[name]) for name in ("valid_from", "valid_until")}
    values: dict[str, Any] = said | days
    return RegisterRecord(register=register, **values)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _json(said: object) -> str:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))
