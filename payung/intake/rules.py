"""When the lists as a whole look wrong: nothing is decided on them until somebody has looked. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from payung.core import nik
from payung.core.application import Application
from payung.core.errors import Exit, PayungError
from payung.core.rupiah import number, percent
from payung.policy.local import LocalPolicy


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
