"""Known pairs that are shown once more among the others, to measure how well people agree. They decide nothing.

After every twentieth decision an earlier one is copied into the queue, some pairs further on, preferably somebody
else's. Nothing on the screen tells it from the others.
"""

from __future__ import annotations

from collections.abc import Sequence

from payung.core.scope import required
from payung.screening.keys import hidden_index
from payung.screening.models import Pair, PairVerdict
from payung.screening.queries import open_singles, queue_order
from payung.screening.rules import Verdict

EVERY = 20
"""One in so many pairs is a known one: 5 %."""
_RECENT = 200
_AHEAD = 5


def plant(number: int) -> Pair | None:
    """Copy a decided pair into the queue; which one and where follows from `number`. None where there is none fit."""
    scope = required()
    ahead = queue_order(open_singles())[_AHEAD + number // EVERY % 5 :].first()
    if ahead is None:
        return None
    known = list(
        PairVerdict.objects.filter(
            undone_at__isnull=True, way="satu", pair__is_test=False,
            verdict__in=[Verdict.SAME, Verdict.DIFFERENT],
        ).order_by("-pk").values_list("made_by", "pair_id", "pair__key_index", "verdict")[:_RECENT]
    )  # fmt: skip
    indexes = {one[2]: hidden_index(one[2], scope.regency) for one in known}
    used = set(
        Pair.objects.filter(key_index__in=indexes.values(), is_test=True).values_list("key_index", flat=True)
    )
    fresh = [one for one in known if indexes[one[2]] not in used]
    others = [one for one in fresh if one[0] != scope.actor]
    chosen = (others or fresh)[-(number // EVERY % 7 + 1) :][:1]
    if not chosen:
        return None
    [(_, pk, key, verdict)] = chosen
    copy: Pair = Pair.objects.get(pk=pk)
    copy.pk, copy.is_test, copy.known, copy.verdict = None, True, verdict, ""
    copy.key_index, copy.run_id, copy.priority, copy.version = indexes[key], ahead.run_id, ahead.priority, 1
    copy._state.adding = True
    copy.save()
    return copy


def forget(pairs: Sequence[int]) -> None:
    """What is known of these pairs is in force no more: their copies measure nothing."""
    regency = required().regency
    for start in range(0, len(pairs), 400):
        keys = Pair.objects.filter(pk__in=pairs[start : start + 400]).values_list("key_index", flat=True)
        Pair.objects.filter(key_index__in=[hidden_index(key, regency) for key in keys], is_test=True).update(
            known=""
        )
