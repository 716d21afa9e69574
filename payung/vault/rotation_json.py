"""Sealed texts that stand as values in a JSON column of a table that is not ours, such as the second factors' secrets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from payung.vault.current import vault
from payung.vault.rotation import Resealed
from payung.vault.seal import Unsealable, Vault, version_of


@dataclass(frozen=True, slots=True)
class Place:
    """A JSON column that holds an object of which some values are sealed for `context`."""

    model: type[models.Model]
    field: str
    context: str


_PLACES: dict[tuple[type[models.Model], str], Place] = {}


def sealed_in_json(model: type[models.Model], field: str, context: str) -> None:
    """Let an exchange of keys know of such a column; called when an app starts."""
    _PLACES[model, field] = Place(model, field, context)


def reseal_json(by: Vault | None = None) -> Resealed:
    """Seal again every value that is not of the current version, a row a transaction, if nobody edits it meanwhile."""
    using, total = by or vault(), Resealed()
    for place in _PLACES.values():
        rows = _rows(place)
        for pk, old in rows.order_by("pk").values_list("pk", place.field):
            try:
                new = {name: _again(value, place.context, using) for name, value in _values(old).items()}
            except Unsealable:
                total += Resealed(failed=(f"{place.model._meta.label_lower} {pk}",))
                continue
            if new != _values(old):
                with transaction.atomic():
                    total += Resealed(rows.filter(pk=pk, **{place.field: old}).update(**{place.field: new}))
    return total


def versions_in_json() -> set[int]:
    """The versions of the data key that these columns need."""
    return {
        version
        for place in _PLACES.values()
        for content in _rows(place).values_list(place.field, flat=True)
        for value in _values(content).values()
        if (version := _version(value)) is not None
    }


def _rows(place: Place) -> models.QuerySet[Any]:
    rows: models.QuerySet[Any] = place.model._base_manager.all()
    return rows


def _values(content: Any) -> dict[str, Any]:
    return content if isinstance(content, dict) else {}


def _version(value: Any) -> int | None:
    return version_of(value) if isinstance(value, str) else None


def _again(value: Any, context: str, using: Vault) -> Any:
    if _version(value) in (None, using.current):
        return value
    return using.seal(using.open(value, context), context)
