"""Columns whose contents are sealed in the database and clear in Python. Nothing can be searched by them.

A look-up column beside them holds `vault().blind(…)`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django import forms
from django.core import checks
from django.core.exceptions import FieldError
from django.db import models

from payung.vault.current import vault

if TYPE_CHECKING:
    _Text = models.TextField[Any, Any]
else:
    _Text = models.TextField


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Sealed(_Text):
    """What both kinds share: sealing on the way in, opening on the way out, refusing to be compared."""

    def __init__(self, *args: Any, context: str = "", **options: Any) -> None:
        self._pinned = context
        super().__init__(*args, **options)

    @property
    def context(self) -> str:
        """What the contents are bound to: `app_label.model.field`, or what was pinned.

        Before a model or field with data is renamed, its old context is pinned by `context="…"`.
        """
        return self._pinned or f"{self.model._meta.label_lower}.{self.name}"

    def deconstruct(self) -> Any:
        """As Django wants it for migrations, with the context only where it was pinned."""
        name, path, args, options = super().deconstruct()
        return name, path, args, options | ({"context": self._pinned} if self._pinned else {})

    def check(self, **options: Any) -> list[checks.CheckMessage]:
        """Django's checks, and none of what compares ciphertexts."""
        wrong = [one for one in ("unique", "db_index", "primary_key") if getattr(self, one)]
        found = super().check(**options)
        if wrong:
            found.append(
                checks.Error(f"A sealed field cannot be {', '.join(wrong)}.", obj=self, id="payung.E001")
            )
        return found

    def get_lookup(self, lookup_name: str) -> Any:
        """Only whether there is something. FieldError for the rest: the same text is never sealed the same."""
        if lookup_name != "isnull":
            raise FieldError(
                f"{self.context} is sealed: it has no lookup but isnull; filter by its blind index."
            )
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> Any:
        """FieldError, like every lookup."""
        raise FieldError(f"{self.context} is sealed: {lookup_name} cannot be taken of it.")

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """The sealed text; None stays NULL, and an expression is left to SQL."""
        if value is None or hasattr(value, "as_sql"):
            return value
        return vault().seal(self._written(value), self.context)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        """What was sealed. Unsealable when the keys are others or somebody changed the row."""
        return None if value is None else self._read(vault().open(value, self.context))

    def _written(self, value: Any) -> str:
        raise NotImplementedError

    def _read(self, text: str) -> Any:
        raise NotImplementedError


class SealedText(Sealed):
    """A text. NULL and the empty text differ, and only NULL can be told without the keys."""

    def _written(self, value: Any) -> str:
        return str(value)

    def _read(self, text: str) -> str:
        return text


class SealedJSON(Sealed):
    """Anything that JSON can hold; None is NULL."""

    def to_python(self, value: Any) -> Any:
        """As it is: there is no text form to read."""
        return value

    def get_prep_value(self, value: Any) -> Any:
        """As it is."""
        return value

    def formfield(self, **options: Any) -> Any:
        """Django's own field for JSON."""
        return models.Field.formfield(self, **{"form_class": forms.JSONField} | options)

    def _written(self, value: Any) -> str:
        return _JSON.encode(value)

    def _read(self, text: str) -> Any:
        return json.loads(text)
