"""Cover that a person already has from somebody else, and whose it is. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from payung.core.month import Month, MonthSpan
from payung.eligibility.facts import Facts, RegisterRecord
from payung.policy.law import Law
from payung.policy.local import Payer, Source

_EMPLOYER = frozenset({"PU", "PENERIMA UPAH", "JAKON", "JASA KONSTRUKSI", "PMI", "PEKERJA MIGRAN INDONESIA"})
_OWN_ACCOUNT = frozenset({"BPU", "BUKAN PENERIMA UPAH", "PBPU"})


class Cover(StrEnum):
    """Whose cover an active record is, as one source of money sees it."""

    NONE = "none"
    OURS = "ours"
    """This source pays: continuity, never exclusion."""
    EMPLOYER = "employer"
    OTHER = "other"
    NO_SEGMENT = "no_segment"
    NO_PAYER = "no_payer"
    STRANGER = "stranger"
    """A payer whose name nobody has taught us."""


def segment_of(record: RegisterRecord) -> str | None:
    """`PU` for every employed segment, `BPU`, or None where the register does not say."""
    text = " ".join(re.findall(r"[A-Z]+", (record.segment or "").upper()))
    if text in _EMPLOYER:
        return "PU"
    return "BPU" if text in _OWN_ACCOUNT else None


def bpjs_cover(record: RegisterRecord, facts: Facts, source: Source) -> Cover:
    """Whose cover a record of the BPJS register is."""
    if not record.active:
        return Cover.NONE
    segment = segment_of(record)
    if segment == "PU":
        return Cover.EMPLOYER
    if record.payer is None or not record.payer.strip():
        if _own_member(facts, source):
            return Cover.OURS
        return Cover.NO_SEGMENT if segment is None else Cover.NO_PAYER
    payer = source.payer_of(record.payer)
    if payer is None:
        return Cover.NO_SEGMENT if segment is None else Cover.STRANGER
    whose = _of(payer, source)
    if whose is Cover.OURS and segment is None and not _own_member(facts, source):
        # The regency also pays for its staff without civil-servant status, who are employed: which is it?
        return Cover.NO_SEGMENT
    return whose


def payers_cover(record: RegisterRecord, source: Source) -> Cover:
    """Whose cover a record of the register of other payers is: unnamed, it is another's."""
    if not record.active:
        return Cover.NONE
    if record.payer is None or not record.payer.strip():
        return Cover.OTHER
    payer = source.payer_of(record.payer)
    return Cover.STRANGER if payer is None else _of(payer, source)


def _of(payer: Payer, source: Source) -> Cover:
    return Cover.OURS if payer.source == source.id else Cover.OTHER


def _own_member(facts: Facts, source: Source) -> bool:
    return any(_is_own(record, source) for record in facts.view("own").records if record.binding)


def _is_own(record: RegisterRecord, source: Source) -> bool:
    """Whether a record of our own members was paid by this source; unnamed, the regency's own source paid."""
    if not record.active:
        return False
    if record.payer is None or not record.payer.strip():
        return source.own
    payer = source.payer_of(record.payer)
    return payer is not None and payer.source == source.id


@dataclass(frozen=True, slots=True)
class OpenMonths:
    """The months of a span that a record leaves open."""

    months: tuple[Month, ...]
    span: MonthSpan

    @property
    def all(self) -> bool:
        return len(self.months) == len(self.span)


def open_months(record: RegisterRecord, span: MonthSpan) -> OpenMonths:
    """Months in which the record's cover holds on no day."""
    return OpenMonths(tuple(m for m in span if not record.covers(m.first_day, m.last_day)), span)


@lru_cache(maxsize=64)
def _months(span: MonthSpan) -> tuple[Month, ...]:
    return tuple(span)


def months_open(facts: Facts, source: Source, span: MonthSpan) -> tuple[Month, ...]:
    """The months of `span` that nobody is known to pay for yet: what a partial award may pay."""
    others = [
        record
        for record in facts.view("bpjs").records
        if record.binding and bpjs_cover(record, facts, source) in (Cover.EMPLOYER, Cover.OTHER)
    ]
    others += [
        record
        for record in facts.view("payers").records
        if record.binding and payers_cover(record, source) is Cover.OTHER
    ]
    months = _months(span)
    if not others and not facts.paid:
        return months
    return tuple(
        m
        for m in months
        if m not in facts.paid and not any(r.covers(m.first_day, m.last_day) for r in others)
    )


def continuity(facts: Facts, source: Source, on: date | None = None, law: Law | None = None) -> bool:
    """Whether the person is already a member whom this source pays: such a seat is kept first.

    With `on` and `law`, a cover that ended so long before that the membership has lapsed no longer counts.
    """
    candidates = [r for r in facts.view("own").records if r.binding and _is_own(r, source)]
    candidates += [
        r for r in facts.view("bpjs").records if r.binding and bpjs_cover(r, facts, source) is Cover.OURS
    ]
    candidates += [
        r for r in facts.view("payers").records if r.binding and payers_cover(r, source) is Cover.OURS
    ]
    if not candidates or on is None or law is None:
        return bool(candidates)
    grace = int(law.number("kepesertaan/bulan-menunggak", on).value)
    return any(
        r.valid_until is None or Month.of(r.valid_until).plus(grace) >= Month.of(on).plus(-1)
        for r in candidates
    )
