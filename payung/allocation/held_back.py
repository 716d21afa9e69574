"""Who is held back from a round although screening let them through, and why: until it is clear, nobody chooses them.

Unknown is not false, and a rule that cannot be evaluated holds the person back. Nobody is refused here: each hold says
what clears it. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from payung.core.dates import day
from payung.core.decision import SEVERITY_ORDER, Reason
from payung.core.month import MonthSpan
from payung.eligibility.codes import CODES as REASONS
from payung.eligibility.facts import Facts, RegisterView
from payung.eligibility.rules import assess, months_open
from payung.policy.law import Law
from payung.policy.local import Source
from payung.registry.rules import Status

DEAD, MOVED, COVERED_PARTLY = "dead", "moved_away", "covered_until"
OPEN_REVIEW, OUTDATED, REMOVED, DOUBLE = "review_open", "outdated", "removed", "double"
OBJECTION, UPHELD = "objection", "objection_upheld"
UNASKED, UNANSWERED, UNCLEAR = "precheck_unasked", "precheck_unanswered", "precheck_unclear"
CODES: Mapping[str, str] = {
    OPEN_REVIEW: REASONS[OPEN_REVIEW],
    OUTDATED: "Datanya berubah sesudah disaring.",
    REMOVED: "Sudah tidak ada pada daftar.",
    DOUBLE: "Orang yang sama ada pada dua baris.",
    OBJECTION: "Ada keberatan yang belum dijawab.",
    UPHELD: "Keberatan bahwa ia tidak berhak sudah diterima.",
    UNASKED: "Belum ditanyakan kepada BPJS Ketenagakerjaan.",
    UNANSWERED: "Belum dijawab BPJS Ketenagakerjaan.",
    UNCLEAR: "Jawaban BPJS Ketenagakerjaan belum dapat dipakai.",
}
"""What holds somebody back besides the reasons of an assessment (`eligibility.codes`), which keep their codes."""
PRECHECK_SILENCE = frozenset({UNASKED, UNANSWERED})
"""What asking again, or a waiver of the question to BPJS, takes away."""
_CANNOT_COUNT = frozenset({Status.DIFFERS, Status.UNREADABLE, Status.MATCHED, Status.MOVED})
"""Answers of BPJS that are no answer to whether, and by whom, somebody is insured."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Why somebody is held back: a code, an Indonesian sentence, and what clears it."""

    code: str
    message: str
    todo: str

    @property
    def title(self) -> str:
        """What the code says of everybody who has it."""
        return title_of(self.code)


Holds = dict[str, Hold]
"""By row id; who is not in it can be chosen."""


def title_of(code: str) -> str:
    """The sentence of a code of this module or of a reason; the code itself for one that nobody knows."""
    return CODES.get(code) or REASONS.get(code, code)


@dataclass(frozen=True, slots=True)
class Measure:
    """By what somebody is judged once more: the sources that may pay for them, months, day, and the law."""

    sources: Sequence[Source]
    on: date
    months: MonthSpan
    partial_months: bool
    law: Law


def judged_anew(facts: Facts, news: Mapping[str, RegisterView], measure: Measure) -> Hold | None:
    """What is said against somebody once `news` replace what these registers said when they were screened.

    The criteria are those of screening. Who would be refused by one of the sources, or has other months open than those
    that were priced, is held back from all of them: the next screening sorts that out, a choice must not.
    """
    known = replace(facts, registers={**facts.registers, **news})
    for source in measure.sources:
        decision = assess(
            known, source, measure.on, measure.months, partial_months=measure.partial_months, law=measure.law
        )
        if not decision.eligible:
            worst = max(decision.reasons, key=_weight)
            told = f"{worst.message} ({worst.evidence})" if worst.evidence else worst.message
            return Hold(worst.code, without_numbers(told), worst.remedy or _SCREEN_AGAIN)
        if months_open(known, source, measure.months) != months_open(facts, source, measure.months):
            return Hold(COVERED_PARTLY, "Sebagian bulan ternyata sudah ditanggung pihak lain.", _SCREEN_AGAIN)
    return None


_SCREEN_AGAIN = "Saring lagi dengan data yang baru, lalu buka putaran dari hasilnya."


def without_numbers(text: str) -> str:
    """A sentence with words of others in it, without numbers that might be somebody's."""
    return re.sub(r"\d{9,}", "…", text)


def _weight(reason: Reason) -> int:
    return SEVERITY_ORDER.index(reason.outcome)


def by_answer(facts: Facts, answer: RegisterView, measure: Measure) -> Hold | None:
    """What BPJS's answer about one asked row means; None where nothing in it speaks against choosing them."""
    found = judged_anew(facts, {"bpjs": answer}, measure)
    if found is not None:
        return found
    for record in answer.records:
        # Whatever the policy asks of this register: who is dead is not insured, and what cannot be read is no "no".
        if record.status == Status.DEAD:
            return Hold(DEAD, "Menurut BPJS Ketenagakerjaan sudah meninggal dunia.", _ASK_DUKCAPIL)
        if record.status in _CANNOT_COUNT:
            words = f" ({without_numbers(record.detail)})" if record.detail else ""
            return Hold(
                UNCLEAR,
                f"BPJS Ketenagakerjaan menjawab, tetapi jawabannya tidak berarti ya atau tidak{words}.",
                "Cocokkan identitasnya dengan KTP-el, lalu tanyakan sekali lagi.",
            )
    return None


_ASK_DUKCAPIL = "Pastikan kepada keluarganya dan Disdukcapil; bila keliru, minta datanya diperbaiki."


def unasked() -> Hold:
    """They would be chosen, and nobody has asked BPJS about them."""
    return Hold(
        UNASKED,
        "Belum ditanyakan kepada BPJS Ketenagakerjaan.",
        "Buat permintaan uji padan sekali lagi: isinya hanya yang belum ditanyakan.",
    )


def unanswered() -> Hold:
    """BPJS was asked and has not answered: that is unknown, never "not a member"."""
    return Hold(
        UNANSWERED,
        "BPJS Ketenagakerjaan belum menjawab untuk orang ini; belum dijawab tidak berarti bukan peserta.",
        "Minta BPJS melengkapi jawabannya, lalu unggah lagi.",
    )


def open_review(reason: str) -> Hold:
    """A pair of rows that may be this person waits for a decision; `reason` says which evidence."""
    words = f": {reason}" if reason else ""
    return Hold(
        OPEN_REVIEW,
        f"Ada pasangan yang mirip dan belum diputus{words}.",
        "Putuskan pasangan itu di halaman Pasangan.",
    )


def outdated(what: str) -> Hold:
    """`what` changed after the screening that the round rests on."""
    return Hold(OUTDATED, what, _SCREEN_AGAIN)


def removed() -> Hold:
    """The row counts no more, or the person was taken off."""
    return Hold(
        REMOVED,
        "Barisnya sudah tidak ada pada daftar, atau orangnya dikeluarkan dari daftar.",
        "Tidak perlu apa-apa; bila keliru, kembalikan ke daftar lalu saring lagi.",
    )


def double() -> Hold:
    """The registry says that two rows are one person, which the screening did not know."""
    return Hold(
        DOUBLE,
        "Baris ini dan baris lain ternyata orang yang sama.",
        "Saring lagi: sesudah itu ia satu orang dengan satu kursi.",
    )


def objection(number: str, due_on: date) -> Hold:
    """An objection about the person's row waits for its answer."""
    return Hold(
        OBJECTION,
        f"Keberatan {number} tentang baris ini belum dijawab; batasnya {day(due_on)}.",
        "Jawab keberatannya di halaman Keberatan.",
    )


def objection_upheld(number: str) -> Hold:
    """It was found that the person is not entitled."""
    return Hold(
        UPHELD,
        f"Keberatan {number} diterima: orang ini tidak berhak.",
        "Keluarkan barisnya dari daftar, atau perbaiki jawabannya bila keliru.",
    )


def changed_fields(then: Mapping[str, object], now: Mapping[str, object]) -> tuple[str, ...]:
    """The fields in which two sayings of one row differ, by name."""
    return tuple(sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name)))


_ORDER = (
    DEAD, REMOVED, MOVED, UPHELD, DOUBLE, OPEN_REVIEW, OBJECTION, OUTDATED,
)  # fmt: skip


def strongest(holds: Iterable[Hold]) -> Hold | None:
    """The one that is told where several hold somebody back: what is final first, then what this office can clear."""

    def place(hold: Hold) -> tuple[int, str]:
        if hold.code in PRECHECK_SILENCE:
            return len(_ORDER) + 1, hold.code
        return (_ORDER.index(hold.code) if hold.code in _ORDER else len(_ORDER)), hold.code

    return min(holds, key=place, default=None)


def joined(*several: Mapping[str, Hold]) -> Holds:
    """Holds from several sides as one, the strongest of each person."""
    found: dict[str, list[Hold]] = {}
    for holds in several:
        for row_id, hold in holds.items():
            found.setdefault(row_id, []).append(hold)
    return {row_id: one for row_id, holds in sorted(found.items()) if (one := strongest(holds))}


def counted(holds: Mapping[str, Hold]) -> dict[str, int]:
    """How many are held back for each code, the most frequent first."""
    counts: dict[str, int] = {}
    for hold in holds.values():
        counts[hold.code] = counts.get(hold.code, 0) + 1
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


@dataclass(frozen=True, slots=True)
class Held:
    """Who is held back from a round under some settings.

    `known` are those of whom something is known or open; of the `silent` BPJS has said nothing. Nobody of either can be
    chosen, but the silence about those who stand too far down in the order to be chosen changes nothing for them: they
    wait like everybody else. `reached` are the silent who would be chosen if BPJS let them.
    """

    known: Holds
    silent: Holds
    reached: frozenset[str]

    @property
    def told(self) -> Holds:
        """Who is held back, as it is told: the known, and the silent who would be chosen."""
        return joined(self.known, {row: self.silent[row] for row in self.reached})

    @property
    def barred(self) -> Holds:
        """Who cannot be chosen."""
        return joined(self.known, self.silent if self.reached else {})
