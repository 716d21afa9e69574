"""A register that policy requires is there and young enough, or the run refuses and says which one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from payung.core.errors import Exit, PayungError
from payung.policy.loader import local
from payung.registry.rules import needs

POLICY = local("paser-2022")
ON = date(2022, 10, 1)
REQUIRED = ("bpjs", "dukcapil", "asn")


@dataclass(frozen=True)
class Given:
    name: str
    as_of: date | None = ON


def all_but(*names: str) -> list[Given]:
    return [Given(name) for name in POLICY.registers if name not in names]


def test_nothing_is_said_when_every_register_is_there_and_young() -> None:
    assert needs(POLICY, all_but(), ON) == ()


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_required_register_refuses(name: str) -> None:
    with pytest.raises(PayungError) as caught:
        needs(POLICY, all_but(name), ON)
    assert caught.value.exit_code is Exit.REGISTER
    assert f"{name} belum diberikan" in caught.value.message
    assert f"--register {name}=" in caught.value.todo


@pytest.mark.parametrize("name", REQUIRED)
def test_a_register_may_be_as_old_as_policy_says_and_not_a_day_older(name: str) -> None:
    oldest = ON - timedelta(days=POLICY.registers[name].max_age_days)
    assert needs(POLICY, [*all_but(name), Given(name, oldest)], ON) == ()
    with pytest.raises(PayungError, match="terlalu lama"):
        needs(POLICY, [*all_but(name), Given(name, oldest - timedelta(days=1))], ON)


def test_a_register_without_a_date_cannot_say_no() -> None:
    with pytest.raises(PayungError, match="tidak menyebut tanggal"):
        needs(POLICY, [*all_but("bpjs"), Given("bpjs", None)], ON)


def test_a_waiver_lets_through_and_is_told() -> None:
    [note] = needs(POLICY, all_but("asn"), ON, {"asn"})
    assert "tanpa register asn" in note
    with pytest.raises(PayungError) as caught:
        needs(POLICY, all_but(), ON, {"asn"})
    assert caught.value.exit_code is Exit.USAGE


def test_a_missing_optional_register_is_told_and_counts_as_unknown() -> None:
    [note] = needs(POLICY, all_but("payers"), ON)
    assert note.startswith("Register payers")
    assert "belum diketahui" in note


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(PayungError) as caught:
        needs(POLICY, [], ON)
    assert all(name in caught.value.message for name in REQUIRED)
