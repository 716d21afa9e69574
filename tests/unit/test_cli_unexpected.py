"""An error that nobody foresaw is told calmly: its kind and place, never its text, which may quote somebody."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from payung.core.errors import Exit
from tests.integration.small_office import payung

SAID = "NIK 6401044108900001 BU SITI"


def broken(*arguments: object, **named: object) -> None:
    raise RuntimeError(SAID)


def test_kind_and_place_are_told_and_nothing_of_the_text() -> None:
    with patch("payung.core.nik.describe", broken):
        answer = payung("nik", "6401044108900001")
    assert answer.code == Exit.UNEXPECTED
    assert "RuntimeError di cli/policy.py:" in answer.err
    assert SAID not in answer.err
    assert "SITI" not in answer.out + answer.err
    assert len(answer.err.strip().splitlines()) == 2


def test_whoever_asks_for_it_gets_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYUNG_DEBUG", "1")
    with patch("payung.core.nik.describe", broken), pytest.raises(RuntimeError, match="SITI"):
        payung("nik", "6401044108900001")
