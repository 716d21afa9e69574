"""A screening says by itself why it no longer holds, and nothing where it does."""

from __future__ import annotations

from datetime import date, timedelta

from payung.eligibility.frozen import Seal
from payung.eligibility.staleness import staleness
from payung.policy.loader import local

POLICY = local("paser-2022")
ON = date(2022, 10, 1)
THEN = {"lists": "a", "decisions": "b", "rules": "c", "register:bpjs": "d"}
REGISTERS = {"bpjs": date(2022, 9, 15)}


def test_the_same_inputs_on_the_same_day_hold() -> None:
    assert staleness(THEN, dict(reversed(THEN.items())), REGISTERS, POLICY, ON) == ()


def test_each_part_that_changed_is_named_in_words() -> None:
    now = THEN | {"lists": "A", "register:bpjs": "D", "register:asn": "e"}
    said = staleness(THEN, now, REGISTERS, POLICY, ON)
    assert [one.part for one in said] == ["lists", "register:asn", "register:bpjs"]
    assert said[0].message == "Daftar usulan berubah sejak penyaringan ini."
    assert "datang setelah" in said[1].message
    assert "diganti" in said[2].message
    [gone] = staleness(
        now, {name: value for name, value in now.items() if name != "register:asn"}, {}, POLICY, ON
    )
    assert "ditarik" in gone.message


def test_a_register_grows_too_old_on_the_day_after_its_last() -> None:
    last = REGISTERS["bpjs"] + timedelta(days=POLICY.registers["bpjs"].max_age_days)
    assert staleness(THEN, THEN, REGISTERS, POLICY, last) == ()
    [old] = staleness(THEN, THEN, REGISTERS, POLICY, last + timedelta(days=1))
    assert old.too_old
    assert "15" in old.message
    assert staleness(THEN, THEN, REGISTERS, POLICY, last + timedelta(days=1), waived={"bpjs"}) == ()


def test_a_seal_is_the_same_in_whatever_order_its_parts_are_named() -> None:
    assert Seal.of(THEN) == Seal.of(dict(reversed(THEN.items())))
    assert Seal.of(THEN).inputs_hash != Seal.of(THEN | {"lists": "x"}).inputs_hash
