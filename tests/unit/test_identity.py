"""Identities of rows and people that survive a round trip."""

from __future__ import annotations

from datetime import date

import pytest

from payung.core.identity import fingerprint, row_id

SITI = ("6401014108900001", "SITI AMINAH", date(1990, 8, 1), "P", "64.01.04.2002")


@pytest.mark.parametrize(
    "written", ["Siti Aminah", "siti  aminah", "Hj. Siti Aminah, S.Pd", "St. Aminah", "SITI AMINAH BINTI ABDULLAH", "Sitti Aminah"]
)  # fmt: skip
def test_a_name_written_differently_keeps_the_fingerprint(written: str) -> None:
    assert fingerprint(SITI[0], written, *SITI[2:]) == fingerprint(*SITI)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (0, "6401014108900002"), (0, None), (1, "SITI AMINA"), (1, None), (2, date(1990, 1, 8)), (2, None),
        (3, "L"), (3, None), (4, "64.01.04.2003"), (4, None),
    ],
)  # fmt: skip
def test_a_changed_field_is_another_fingerprint(field: int, value: object) -> None:
    changed = [*SITI]
    changed[field] = value
    assert fingerprint(*changed) != fingerprint(*SITI)  # type: ignore[arg-type]


def test_nothing_known_is_empty_and_has_a_fingerprint_too() -> None:
    assert fingerprint(None, None, None, None, None) == fingerprint("", "", None, "", "")
    assert len(fingerprint(*SITI)) == 64


def test_fields_never_run_into_each_other() -> None:
    assert fingerprint("1", None, None, "P", None) != fingerprint("1P", None, None, None, None)


def test_a_row_is_named_by_file_sheet_and_row() -> None:
    ids = {row_id(sha, sheet, row) for sha in ("aa", "ab") for sheet in ("RT 1", "RT 11") for row in (1, 11)}
    assert len(ids) == 8
    assert all(len(one) == 16 and set(one) <= set("0123456789abcdef") for one in ids)
    assert row_id("aa", "RT 1", 1) == row_id("aa", "RT 1", 1)


def test_fingerprints_are_the_same_for_ever() -> None:
    # Decisions on file are keyed by these values: a change here makes all of them lapse.
    assert fingerprint(*SITI) == "d7f731a30246b20f59392aea6333c0eb88bcf52da2474777219d0be302b34d02"
    assert row_id("0" * 64, "Sheet1", 7) == "8226150ca7002ea6"
