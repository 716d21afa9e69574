"""A frozen round and the exchange of keys: what is sealed may be sealed again, and nothing changes by it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import F, TextField, Value
from django.db.models.functions import Cast, Concat

from payung.allocation.freeze_services import again, entries_of
from payung.allocation.models import Award, NotChosen
from payung.allocation.roll import roll_hash
from payung.config import load
from payung.vault.current import forget
from payung.vault.rotation import add_data_key
from payung.vault.rotation_rows import reseal_everything, versions_in_rows
from tests.office.cast import REGENCY
from tests.office.freeze_desk import frozen, started
from tests.office.screening_desk import Desk, brought, desk_brought, desk_screened, done

__all__ = ["brought", "desk_brought", "desk_screened", "done"]


@pytest.fixture
def keys(done: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A key folder of this test's own, with the keys by which the desk is sealed."""
    folder = tmp_path / "kunci"
    shutil.copytree(load().folder("keys"), folder)
    with monkeypatch.context() as patch:
        patch.setenv("PAYUNG_FOLDERS__KEYS", str(folder))
        load.cache_clear()
        forget()
        yield folder
    load.cache_clear()
    forget()


def test_a_frozen_round_is_sealed_with_the_new_key_and_is_the_same(done: Desk, keys: Path) -> None:
    _, one, _ = started(done.office)
    round_ = frozen(done.office, one)
    add_data_key(keys)
    forget()
    assert reseal_everything([REGENCY]).failed == ()
    with done.office.acting("budi"):
        assert round_.freeze
        assert versions_in_rows(Award) == versions_in_rows(NotChosen) == {2}
        entries = entries_of(round_)
        assert len(entries) == 16
        assert roll_hash(entry.row for entry in entries) == round_.freeze.roll_hash
        assert again(round_.freeze) == round_.freeze.roll_hash


def test_what_is_sealed_in_a_frozen_row_is_not_exchanged_under_the_same_key(done: Desk) -> None:
    _, one, _ = started(done.office)
    round_ = frozen(done.office, one)
    with done.office.acting("budi"):
        first, second = Award.objects.filter(round=round_)[:2]
        other: Any = second.roll
        for changes in (
            {"roll": other},
            {"roll": other, "rank": 1},
            # With the mark of another key, but more is changed than the seal.
            {"roll": Concat(Value("9"), Cast(F("roll"), TextField())), "rank": F("rank") + 1},
        ):
            with pytest.raises(IntegrityError):
                Award.objects.filter(pk=first.pk).update(**changes)
        first.refresh_from_db()
        assert first.roll != other
