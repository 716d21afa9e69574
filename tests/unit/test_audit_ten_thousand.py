"""Two hundred of each kind of tampering with a ledger of ten thousand entries: all are found, and the first is named."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from payung.audit.chain import Line, Tree
from payung.audit.verify import Check, Verdict, verify
from tests.unit.ledgers import KEYS, REGENCY, chained, head_at, ledger, witness_at

SIZE, EACH, WHOLE = 10_000, 200, 3
"""`WHOLE` of each kind are checked from the first entry on as well, the others from the last place before them."""
STEP = 500
TRUE = ledger(SIZE)
SIZES = range(1000, SIZE + 1, 1000)
HEADS = [head_at(TRUE, size) for size in SIZES]
WITNESSES = [witness_at(TRUE, size - 1000, size) for size in SIZES]


def _laid_down() -> dict[int, tuple[Tree, str]]:
    """How a check of the true ledger stood at every step: from there a check of a doctored one goes on."""
    found, tree = {0: (Tree(), TRUE[0].entry.previous)}, Tree()
    for line in TRUE:
        tree.add(line.hash)
        if tree.size % STEP == 0:
            found[tree.size] = Tree(tree.size, tree.peaks), line.hash
    return found


LAID_DOWN = _laid_down()


def edited(place: int, chance: random.Random) -> list[Line]:
    entry = TRUE[place - 1].entry
    change = chance.choice(
        [{"actor": 4711}, {"action": "person.removed"}, {"subject_id": "999"}, {"role": "admin"}]
    )
    return [*TRUE[: place - 1], Line(replace(entry, **change), TRUE[place - 1].hash), *TRUE[place:]]  # type: ignore[arg-type]


def deleted(place: int, chance: random.Random) -> list[Line]:
    return TRUE[: place - 1] + TRUE[place:]


def cut(place: int, chance: random.Random) -> list[Line]:
    return TRUE[: place - 1]


def inserted(place: int, chance: random.Random) -> list[Line]:
    return [*TRUE[: place - 1], TRUE[chance.randrange(SIZE)], *TRUE[place - 1 :]]


def doubled(place: int, chance: random.Random) -> list[Line]:
    return [*TRUE[:place], *TRUE[place - 1 :]]


def reordered(place: int, chance: random.Random) -> list[Line]:
    other = chance.choice([one for one in (place - 1, place + 1) if 1 <= one <= SIZE])
    lines = list(TRUE)
    lines[place - 1], lines[other - 1] = lines[other - 1], lines[place - 1]
    return lines


def rechained(place: int, chance: random.Random) -> list[Line]:
    """The entry edited, and every hash after it made anew: the chain holds, but not the heads."""
    lines = edited(place, chance)
    before = TRUE[place - 1].entry.previous
    return [*lines[: place - 1], *chained((line.entry for line in lines[place - 1 :]), before)]


KINDS: tuple[Callable[[int, random.Random], list[Line]], ...] = (
    edited, deleted, cut, inserted, doubled, reordered, rechained,
)  # fmt: skip


def first_bad(lines: Sequence[Line]) -> int:
    for number, (line, true) in enumerate(zip(lines, TRUE, strict=False), start=1):
        if line != true:
            return number
    return min(len(lines), SIZE) + 1


def from_before(lines: Sequence[Line], bad: int) -> Verdict:
    size = min((bad - 1) // STEP * STEP, len(lines) // STEP * STEP)
    tree, last = LAID_DOWN[size]
    proven = size // 1000 * 1000
    check = Check(REGENCY, HEADS, WITNESSES, KEYS, Tree(tree.size, tree.peaks), last, proven)
    for line in lines[size:]:
        if not check.add(line):
            break
    return check.end()


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_two_hundred_tamperings_are_all_found_and_the_first_bad_entry_named(
    kind: Callable[[int, random.Random], list[Line]],
) -> None:
    chance = random.Random(f"payung {kind.__name__}")
    found = 0
    for number in range(EACH):
        lines = kind(chance.randint(1, SIZE), chance)
        if lines == TRUE:
            lines = kind(SIZE // 2, chance)
        bad = first_bad(lines)
        verdict = from_before(lines, bad)
        assert verdict.fault, (kind.__name__, bad)
        assert verdict.fault.first == bad, (kind.__name__, bad, verdict.fault)
        if number < WHOLE:
            assert verify(REGENCY, lines, HEADS, witnesses=WITNESSES, keys=KEYS).fault == verdict.fault
        found += 1
    assert found == EACH


@pytest.mark.long
def test_the_true_ledger_of_ten_thousand_entries_is_whole() -> None:
    assert verify(REGENCY, TRUE, HEADS, witnesses=WITNESSES, keys=KEYS).whole
