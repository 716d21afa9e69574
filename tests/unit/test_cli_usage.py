"""A command that is written wrongly is answered like every other error: two Indonesian lines and code 2."""

from __future__ import annotations

import pytest

from payung.core.errors import Exit
from tests.integration.small_office import payung


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "--lists", "x", "--months", "2022-10", "--out", "y"), "--ceiling belum ditulis"),
        (("run", "--listt", "x"), "Pilihan --listt tidak dikenal"),
        (("check",), "FILE belum ditulis"),
        (("terbang",), "terbang"),
        (("nik", "6401", "lebih"), "lebih"),
        (("demo", "make", "--people", "sepuluh"), "--people"),
    ],
)
def test_what_is_written_wrongly_is_named(arguments: tuple[str, ...], said: str) -> None:
    answer = payung(*arguments)
    assert answer.code == Exit.USAGE
    assert said in answer.err
    assert "Berhenti:" in answer.err
    assert "--help`" in answer.err
    assert len(answer.err.strip().splitlines()) == 2
    assert answer.out == ""


def test_the_nearest_option_is_proposed() -> None:
    assert "--lists" in payung("run", "--list", "x").err


def test_help_and_version_end_well() -> None:
    assert payung("--help").code == payung("run", "--help").code == Exit.OK
    assert "payung" in payung("--help").out
    assert payung("version").code == Exit.OK


def test_no_command_at_all_shows_the_help() -> None:
    answer = payung()
    assert answer.code == Exit.USAGE
    assert "run" in answer.out + answer.err


def test_a_command_that_says_no_keeps_its_code() -> None:
    assert payung("nik", "640").code == Exit.INPUT


def test_what_a_message_quotes_is_shown_as_it_is() -> None:
    answer = payung("policy", "show", "--policy", "[bold]:smile:[/]")
    assert "[bold]:smile:[/]" in answer.err
