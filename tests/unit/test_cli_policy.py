"""`payung policy show` and `payung nik` on the command line."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from payung.cli import app
from payung.core.errors import Exit, PayungError


def shown(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == Exit.OK, result.output
    return result.output


def test_the_policy_of_the_programme_is_shown() -> None:
    text = shown("policy", "show", "--on", "2022-10-01")
    assert text.startswith("ATURAN YANG BERLAKU PADA 1 OKTOBER 2022")
    assert "ATURAN DAERAH PASER-2022" in text
    assert "Rp16.800" in text


def test_the_policy_of_2026_names_the_reduction_and_its_exclusion() -> None:
    text = shown("policy", "show", "--on", "2026-05-01")
    assert "ATURAN DAERAH PASER-2026" in text
    assert "Rp8.400" in text
    assert "TIDAK BERLAKU" in text


def test_a_policy_can_be_named() -> None:
    assert "ATURAN DAERAH PASER-2022" in shown(
        "policy", "show", "--on", "2026-05-01", "--policy", "paser-2022"
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("--on", "1-10-2022"), Exit.USAGE), (("--on", "2022-10-01", "--policy", "bontang"), Exit.POLICY)],
)
def test_what_cannot_be_shown_ends_with_its_own_exit_code(arguments: tuple[str, ...], code: Exit) -> None:
    result = CliRunner().invoke(app, ("policy", "show", *arguments))
    assert isinstance(result.exception, PayungError)
    assert result.exception.exit_code is code
    assert result.exception.todo


def test_a_number_is_explained() -> None:
    text = shown("nik", "6401 0141 0890 0001", "--on", "2022-10-01")
    assert "perempuan, lahir 1 Agustus 1990, pertama terdaftar di Batu Sopang" in text
    assert "Cocok" not in text


def test_a_number_is_compared_with_what_else_is_known() -> None:
    number = ("nik", "6401014108900001", "--on", "2022-10-01")
    assert "Cocok      ya (lahir 01-08-1990, P)" in shown(*number, "--birth", "1/8/1990", "--sex", "p")
    text = shown(*number, "--birth", "2/8/1990", "--sex", "L")
    assert "tidak: tanggal lahirnya berbeda, jenis kelaminnya berbeda" in text


@pytest.mark.parametrize("option", [("--birth", "31-02-1990"), ("--sex", "X"), ("--on", "kemarin")])
def test_what_cannot_be_compared_is_said_so(option: tuple[str, str]) -> None:
    result = CliRunner().invoke(app, ("nik", "6401014108900001", *option))
    assert isinstance(result.exception, PayungError)
    assert result.exception.exit_code is Exit.USAGE


def test_a_broken_number_is_explained_and_ends_with_its_own_exit_code() -> None:
    result = CliRunner().invoke(app, ("nik", "640104018900012", "--birth", "01-08-1990", "--sex", "L"))
    assert result.exit_code == Exit.INPUT
    assert "NIK kurang dari 16 angka" in result.output
    assert "Satu angka hilang" in result.output
