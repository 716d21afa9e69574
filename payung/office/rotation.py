"""A new data key for the running installation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from payung.audit.services import record
from payung.config import load
from payung.core.errors import PayungError
from payung.core.scope import acting_in, whole
from payung.database.models import Installation, Regency
from payung.vault.check import make_check
from payung.vault.current import forget, vault
from payung.vault.rotation import Tell, add_data_key, drop_old
from payung.vault.rotation_rows import reseal_everything, versions_in_use


@dataclass(frozen=True, slots=True)
class Rotated:
    """The version that seals now, and how many texts and files were sealed again."""

    version: int
    resealed: int


def rotate(*, add: bool, tell: Tell | None = None) -> Rotated:
    """Seal everything again, with a new data key unless `add` is False; can be asked again after a kill.

    PayungError names what does not open; everything else is done then.
    """
    config = load()
    if add:
        add_data_key(config.folder("keys"))
        forget()
    Installation.objects.filter(id=1).update(key_check=make_check(vault()))
    regencies = _regencies()
    done = reseal_everything(regencies, [config.folder("uploads")], tell)
    if done.failed:
        raise PayungError(
            f"{len(done.failed)} isi tidak dapat dibuka dan tetap seperti semula, misalnya {done.failed[0]}.",
            todo="Periksa apakah kunci lamanya masih ada, lalu ulangi dengan --go-on.",
        )
    for code in regencies:
        with acting_in(whole(code)), transaction.atomic():
            record("keys.rotated", ("key", vault().current), detail={"resealed": done.done})
    return Rotated(vault().current, done.done)


def drop(at: datetime) -> tuple[int, ...]:
    """Remove old data keys that nothing needs; their versions. PayungError while one is needed or the new one is young."""
    config = load()
    used = versions_in_use(_regencies(), [config.folder("uploads")])
    old = [version for version in vault().versions if version != vault().current]
    if not set(old) & used:
        Installation.objects.filter(id=1).update(key_check=make_check(vault(), without=old))
    return drop_old(config.folder("keys"), used, at)


def _regencies() -> list[str]:
    return list(Regency.objects.order_by("code").values_list("code", flat=True))
