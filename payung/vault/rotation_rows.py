"""Sealing the rows of tables again with the current data key, while the office goes on working.

Row-level security counts here too: on PostgreSQL only the rows of the current scope are seen. `reseal_everything`
therefore goes through all regencies.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import ExpressionWrapper, F, Q, QuerySet, TextField, Value
from django.db.models.functions import StrIndex, Substr

from payung.core.scope import Scope, acting_in, whole
from payung.vault.current import vault
from payung.vault.fields import Sealed
from payung.vault.rotation import Resealed, Tell, reseal_files, versions_in_files
from payung.vault.rotation_json import reseal_json, versions_in_json
from payung.vault.seal import Unsealable, Vault, version_of

BATCH = 200
"""Rows a transaction: about a tenth of a second in which nobody else writes on SQLite."""
_TRIES = 3


def sealed_fields(model: type[models.Model]) -> tuple[Sealed, ...]:
    """The sealed fields of a model's own table."""
    return tuple(field for field in model._meta.local_concrete_fields if isinstance(field, Sealed))


def sealed_models() -> list[type[models.Model]]:
    """Every model with a sealed field."""
    return [model for model in apps.get_models() if not model._meta.proxy and sealed_fields(model)]


def reseal_rows(
    model: type[models.Model], batch: int = BATCH, by: Vault | None = None, tell: Tell | None = None
) -> Resealed:
    """Seal again what is not of the current version in the rows that can be seen, `batch` rows a transaction.

    A row is only changed while it still holds what was read: whoever edits it meanwhile wins, and it is looked at
    again. Asked again after a kill, it goes on with what is left. `tell` is told after every batch.
    """
    using = by or vault()
    total = Resealed()

    def told(done: int) -> None:
        if tell:
            tell(total.done + done)

    for _ in range(_TRIES):
        found, lost = _pass(model, batch, using, told)
        total = Resealed(total.done + found.done, found.failed)
        if not lost:
            break
    return total


def reseal_everything(
    regencies: Iterable[str], folders: Iterable[Path] = (), tell: Tell | None = None
) -> Resealed:
    """Seal again all tables in all of these regencies, what `sealed_in_json` names, and all files below these folders."""
    total = Resealed()

    def told(done: int) -> None:
        if tell:
            tell(total.done + done)

    for scope, model in _in_each(regencies):
        with acting_in(scope):
            total += reseal_rows(model, tell=told)
    total += reseal_json()
    for folder in folders:
        total += reseal_files(folder, tell=told)
    return Resealed(total.done, tuple(sorted(set(total.failed))))


def versions_in_rows(model: type[models.Model]) -> set[int]:
    """The versions of the data key that the rows which can be seen need."""
    found: set[int] = set()
    for field in sealed_fields(model):
        token = _token(field)
        prefixes = (
            model._base_manager.filter(**{f"{field.name}__isnull": False})
            .annotate(sealed_with=Substr(token, 1, StrIndex(token, Value(":"))))
            .order_by()
            .values_list("sealed_with", flat=True)
            .distinct()
        )
        found |= {version for one in prefixes if (version := version_of(one)) is not None}
    return found


def versions_in_use(regencies: Iterable[str], folders: Iterable[Path] = ()) -> set[int]:
    """The versions that any table of these regencies, what `sealed_in_json` names, or a file below these folders needs."""
    found: set[int] = set()
    for scope, model in _in_each(regencies):
        with acting_in(scope):
            found |= versions_in_rows(model)
    return found.union(versions_in_json(), *(versions_in_files(folder) for folder in folders))


def _in_each(regencies: Iterable[str]) -> list[tuple[Scope | None, type[models.Model]]]:
    """Each sealed model, once in the scope of each regency."""
    scopes: list[Scope | None] = [whole(code) for code in regencies]
    return [(scope, model) for scope in scopes or [None] for model in sealed_models()]


def _pass(model: type[models.Model], batch: int, using: Vault, tell: Tell) -> tuple[Resealed, int]:
    """Once through the table; what was done, and how many rows somebody else changed meanwhile."""
    fields = sealed_fields(model)
    done, lost, last = 0, 0, None
    failed: list[str] = []
    while True:
        with transaction.atomic():
            rows = _old_rows(model, fields, using.current, last)[:batch]
            for pk, *tokens in rows:
                last = pk
                fresh = _resealed(fields, tokens, using)
                if fresh is None:
                    failed.append(f"{model._meta.label_lower} {pk}")
                elif _with_tokens(model, fields).filter(pk=pk, **_same(fields, tokens)).update(**fresh):
                    done += 1
                else:
                    lost += 1
        if not rows:
            return Resealed(done, tuple(failed)), lost
        tell(done)


def _old_rows(
    model: type[models.Model], fields: Sequence[Sealed], current: int, after: Any
) -> QuerySet[Any, tuple[Any, ...]]:
    """Primary key and tokens of rows of which one token at least is of another version, by primary key."""
    old = Q()
    for field in fields:
        old |= Q(**{f"{field.name}__isnull": False}) & ~Q(**{f"{_name(field)}__startswith": f"{current}:"})
    found = _with_tokens(model, fields).filter(old).order_by("pk")
    if after is not None:
        found = found.filter(pk__gt=after)
    return found.values_list("pk", *map(_name, fields))


def _with_tokens(model: type[models.Model], fields: Sequence[Sealed]) -> QuerySet[Any]:
    rows: QuerySet[Any] = model._base_manager.annotate(**{_name(field): _token(field) for field in fields})
    return rows


def _token(field: Sealed) -> ExpressionWrapper[F]:
    """The column as it stands in the database, unopened."""
    return ExpressionWrapper(F(field.name), output_field=TextField())


def _name(field: Sealed) -> str:
    return f"token_of_{field.name}"


def _same(fields: Sequence[Sealed], tokens: Sequence[str | None]) -> dict[str, Any]:
    """The condition that the row still holds these tokens."""
    return {_name(field): token for field, token in zip(fields, tokens, strict=True) if token is not None} | {
        f"{field.name}__isnull": True for field, token in zip(fields, tokens, strict=True) if token is None
    }


def _resealed(
    fields: Sequence[Sealed], tokens: Sequence[str | None], using: Vault
) -> dict[str, Value] | None:
    """The same contents sealed with the current key, by field; None when one of them does not open."""
    try:
        return {
            field.name: Value(using.seal(using.open(token, field.context), field.context), TextField())
            for field, token in zip(fields, tokens, strict=True)
            if token is not None
        }
    except Unsealable:
        return None
