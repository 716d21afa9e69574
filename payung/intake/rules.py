"""When a row, or the lists as a whole, look wrong: nothing is decided on them until somebody has looked. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from payung.core import nik
from payung.core.application import APPLICATION_COLUMNS, Application
from payung.core.errors import Exit, PayungError
from payung.core.finding import Finding, Severity
from payung.core.rupiah import number, percent
from payung.policy.local import LocalPolicy

_PLACES = {name: place for place, name in enumerate(APPLICATION_COLUMNS)}


@dataclass(frozen=True, slots=True)
class Share:
    """One measure of the lists as a whole: `count` of `rows`, and the share in per cent from which it is wrong."""

    what: str
    count: int
    rows: int
    limit_percent: int

    @property
    def too_much(self) -> bool:
        return self.count * 100 >= self.limit_percent * self.rows

    @property
    def in_words(self) -> str:
        share = percent(self.count, self.rows, places=1)
        return f"{self.what}: {number(self.count)} dari {number(self.rows)} baris ({share}, batas {self.limit_percent}%)"


def shares(
    applications: Sequence[Application], policy: LocalPolicy, *, duplicates: int = 0
) -> tuple[Share, ...]:
    """The measures of the breaker; `duplicates` counts rows beyond the first of their person."""
    breaker, rows = policy.breaker, len(applications)
    return (
        Share("baris ganda", duplicates, rows, breaker.duplicate_percent),
        Share(
            "NIK tidak sah",
            sum(not nik.is_valid(a.nik) for a in applications),
            rows,
            breaker.nik_invalid_percent,
        ),
        Share(
            "pekerjaan tidak dikenal",
            sum(a.group is None for a in applications),
            rows,
            breaker.group_unknown_percent,
        ),
        Share(
            "desa tidak dikenal",
            sum(a.desa_code is None for a in applications),
            rows,
            breaker.desa_unknown_percent,
        ),
    )


def check_breaker(
    applications: Sequence[Application], policy: LocalPolicy, *, duplicates: int = 0
) -> tuple[Share, ...]:
    """The shares of the lists; PayungError(Exit.BREAKER) with the figures when one of them is too high.

    Below the policy's `least_rows` a share says nothing and the breaker rests. `duplicates` is known only after
    screening: the breaker is asked before it without and after it with them.
    """
    measured = shares(applications, policy, duplicates=duplicates)
    wrong = [one.in_words for one in measured if one.too_much]
    if len(applications) >= policy.breaker.least_rows and wrong:
        raise PayungError(
            f"Daftar secara keseluruhan tampak keliru; tidak ada yang diputus. {'; '.join(wrong)}.",
            todo="Periksa apakah folder dan aturan (--policy) benar, dan lihat berkas yang ditandai.",
            exit_code=Exit.BREAKER,
        )
    return measured


def faults_of(findings: Iterable[Finding]) -> dict[str, tuple[str, ...]]:
    """What keeps a row from being decided, by row id: the codes of its faults, each once, in the order of fields."""
    found: dict[str, set[tuple[int, str]]] = {}
    for finding in findings:
        if finding.row and finding.severity is Severity.FAULT:
            found.setdefault(finding.row_id, set()).add((_PLACES.get(finding.column, 0), finding.code))
    return {
        row_id: tuple(dict.fromkeys(code for _, code in sorted(codes))) for row_id, codes in found.items()
    }
