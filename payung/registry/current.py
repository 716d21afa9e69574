"""What is true of a person now, from everything that was observed. Pure, and the same whenever it is asked.

The rule: for each field the observation with the newest source date that says something of it wins; of one day, the
one that was saved later. Where somebody lives (desa, RT, address) is one field, because half of an old address is no
address. A number that can be a NIK or KK never gives way to one that cannot.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from payung.core import kk, nik
from payung.core.scope import place_of
from payung.registry.facts import Facts

SINGLE = ("name", "birth_on", "birth_place", "sex", "mother_name", "phone", "group")
NUMBERS = {"nik": nik.is_valid, "kk": kk.is_valid}
HOME = ("desa_code", "rt", "address")
FIELDS = (*NUMBERS, *SINGLE, *HOME)
"""Every field of a current view, by its name in `Application`."""
SECRET = frozenset({"nik", "kk", "mother_name", "phone"})
"""Fields that are shown masked."""


@dataclass(frozen=True, slots=True)
class Observed:
    """One observation: `serial` rises with each one that is saved, `place` is where its source says it belongs."""

    serial: int
    source_on: date
    regency: str
    place: str
    facts: Facts

    @property
    def age(self) -> tuple[date, int]:
        """Newer ones compare as greater."""
        return self.source_on, self.serial


@dataclass(frozen=True, slots=True)
class View:
    """A person's current facts. `place` is as far down as is known."""

    nik: str | None
    kk: str | None
    name: str
    birth_on: date | None
    birth_place: str | None
    sex: str | None
    mother_name: str | None
    phone: str | None
    group: str | None
    desa_code: str | None
    rt: str | None
    address: str | None
    place: str


@dataclass(frozen=True, slots=True)
class Change:
    """What one observation changed; `old` is None where nothing was known before. Texts are unmasked."""

    serial: int
    field: str
    old: str | None
    new: str | None


def view(observed: Sequence[Observed]) -> View:
    """The current view. ValueError where nothing was observed."""
    if not observed:
        raise ValueError("nobody has observed this person")
    newest = sorted(observed, key=lambda one: one.age, reverse=True) if len(observed) > 1 else observed
    found: dict[str, Any] = {field: _first(newest, field) for field in SINGLE}
    for field, valid in NUMBERS.items():
        found[field] = _number(newest, field, valid)
    home = next((one for one in newest if one.facts.get("desa_code")), None)
    at = home or newest[0]
    found |= {field: at.facts.get(field) for field in HOME}
    place = place_of(at.regency, at.facts.get("desa_code"), at.facts.get("rt")) if home else at.place
    born = found["birth_on"]
    found["birth_on"] = date.fromisoformat(born) if born else None
    found["name"] = " ".join(str(found["name"] or "").split())
    return View(**found, place=place)


def _first(newest: Sequence[Observed], field: str) -> Any:
    if len(newest) == 1:  # nearly all people of a new list
        return newest[0].facts.get(field) or None
    return next((said for one in newest if (said := one.facts.get(field)) not in (None, "")), None)


def _number(newest: Sequence[Observed], field: str, valid: Any) -> str | None:
    said = [text for one in newest if (text := one.facts.get(field))]
    if len(said) < 2:
        return said[0] if said else None
    best: str = next((text for text in said if valid(text)), said[0])
    return best


def changes(observed: Sequence[Observed]) -> Iterator[Change]:
    """What each observation changed in the view of those saved before it, in the order in which they were saved.

    The first makes the person; only what later ones changed is told.
    """
    ordered = sorted(observed, key=lambda one: one.serial)
    for count in range(2, len(ordered) + 1):
        before, after = view(ordered[: count - 1]), view(ordered[:count])
        for field in FIELDS:
            old, new = getattr(before, field), getattr(after, field)
            if old != new:
                yield Change(ordered[count - 1].serial, field, _text(old), _text(new))


def _text(value: Any) -> str | None:
    return None if value in (None, "") else str(value)
