"""Does this key folder belong to this database? A token kept in the database tells, before anything is written."""

from __future__ import annotations

import json
from collections.abc import Collection

from payung.core.errors import Exit, PayungError
from payung.vault.keys import RESTORE
from payung.vault.seal import Unsealable, Vault

CONTEXT = "payung.vault.check"
_NAMES = {"index": "kunci indeks", "signing": "kunci tanda tangan"}


def make_check(vault: Vault, without: Collection[int] = ()) -> str:
    """A token to keep in the database: it names every key by a one-way mark, and is itself sealed.

    Make it anew after a data key was added, and (with the versions that are about to go in `without`) before old
    ones are dropped.
    """
    dropped = {f"data-{version}" for version in without}
    marks = {name: mark for name, mark in vault.fingerprints().items() if name not in dropped}
    return vault.seal(json.dumps(marks, sort_keys=True), CONTEXT)


def verify_check(vault: Vault, token: str) -> None:
    """PayungError (USAGE) when any key that the token names is missing here or another one."""
    try:
        wanted: dict[str, str] = json.loads(vault.open(token, CONTEXT))
    except Unsealable:
        raise _another("kunci data") from None
    here = vault.fingerprints()
    wrong = sorted(name for name, mark in wanted.items() if here.get(name) != mark)
    if wrong:
        raise _another(", ".join(_NAMES.get(name, f"kunci {name}") for name in wrong))


def _another(keys: str) -> PayungError:
    return PayungError(
        f"Kunci tidak cocok dengan basis data ini: {keys} lain atau tidak ada. Payung tidak dijalankan.",
        todo=RESTORE,
        exit_code=Exit.USAGE,
    )
