"""Months that other frozen rounds give somebody already: no month is paid twice, whichever row a person stands on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.db.models import Q

from payung.allocation.held_back import Hold, Holds
from payung.allocation.models import AllocationRound, Award
from payung.core.errors import PayungError
from payung.core.month import Month, MonthSpan
from payung.core.rupiah import number

CODE = "months_paid"


def awarded_elsewhere(
    round_: AllocationRound, months: MonthSpan, people: Callable[[], Mapping[str, str]]
) -> Holds:
    """Who of `people` (row id to the blind index of their NIK) has some of these months from another frozen round.

    They are asked for only where there is such a round.
    """
    overlapping = Q()
    for month in months:
        overlapping |= Q(months__contains=str(month))
    found = Award.objects.filter(overlapping, round__freeze__isnull=False).exclude(round=round_)
    taken = {
        nik: (f"Putaran {of}", given)
        for nik, of, given in found.values_list("nik_index", "round__number", "months").iterator(
            chunk_size=5_000
        )
    }
    return {
        row_id: _hold(*taken[nik], months)
        for row_id, nik in (people() if taken else {}).items()
        if nik in taken
    }


def _hold(where: str, given: str, months: MonthSpan) -> Hold:
    both = [one for one in map(Month.parse, given.split()) if one in months]
    said = MonthSpan(both[0], both[-1]).in_words
    return Hold(
        CODE,
        f"{where} sudah menetapkan orang ini untuk {said}.",
        "Pilih bulan lain, atau tunggu putaran berikut; satu bulan tidak dibayar dua kali.",
    )


def one_at_a_time() -> None:
    """From here on no other round of the regency is frozen before this transaction ends."""
    # On SQLite a transaction that writes is alone anyway.
    list(AllocationRound.objects.select_for_update().order_by("pk").values_list("pk"))


def check_not_twice(round_: AllocationRound) -> None:
    """PayungError where another round was frozen meanwhile with somebody of this round for some of the same months.

    Within a transaction that has called `one_at_a_time`.
    """
    mine = Award.objects.filter(round=round_)
    others = Award.objects.filter(round__freeze__isnull=False).exclude(round=round_)
    given = dict(mine.filter(nik_index__in=others.values("nik_index")).values_list("nik_index", "months"))
    again = others.filter(nik_index__in=mine.values("nik_index")).values_list("nik_index", "months")
    twice = {nik for nik, months in again if set(months.split()) & set(given.get(nik, "").split())}
    if twice:
        raise PayungError(
            f"{number(len(twice))} orang sudah ditetapkan putaran lain untuk bulan yang sama sementara putaran ini dibekukan.",
            todo="Bekukan sekali lagi: mereka ditahan, dan kursinya diberikan kepada urutan berikut.",
        )
