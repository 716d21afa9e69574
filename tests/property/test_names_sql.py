"""Names and numbers mean the same in Python and on the engine."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payung.core import kk, names, nik
from payung.demo import errors as demo_errors
from payung.demo.names import bank
from payung.engine.duckdb_engine import DuckDBEngine, open_engine
from payung.screening.linkage.standardise import clean_sql


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBEngine]:
    with open_engine(workspace=tmp_path_factory.mktemp("engine"), threads=1) as opened:
        yield opened


def on_engine(engine: DuckDBEngine, texts: list[str], expression: str) -> list[object]:
    """An expression of `t` for every text, in one query."""
    rows = engine.rows(
        f"SELECT {expression} FROM (SELECT unnest(?) AS t, generate_subscripts(?, 1) AS i) ORDER BY i",
        (texts, texts),
    )
    return [value for (value,) in rows]


def same_names(engine: DuckDBEngine, texts: list[str]) -> None:
    standard = on_engine(engine, texts, names.standard_sql("t"))
    assert standard == [names.standard(text) for text in texts]
    sound = on_engine(engine, [str(text) for text in standard], names.sound_sql("t"))
    assert sound == [names.sound(text) for text in texts]


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
PIECES = (
    *names.TITLES_BEFORE, *names.TITLES_AFTER, *names.FATHER_MARKS, *names.ALIAS_MARKS,
    "Muhammad", "Moh.", "M", "Mochamad", "Achmad", "Ahmat", "Abd.", "Abdur", "Abdus", "Rahman", "Salam", "St.", "Siti",
    "Soekarno", "Djoko", "Tjahjono", "Joesoef", "Jahja", "Rahajoe", "Sjahrir", "Chairil", "Nji", "AA", "LL", "ss", "zz",
    "a", "é", "ñ", "ß", "ı", "İ", "ﬁ", "Ｓ", "'", "’", "`", "-", ".", ",", " ", "  ", "\u00a0", "\u200b", "\t", "\n", "7", "(", ")",
)  # fmt: skip
NAMES = st.lists(st.sampled_from(PIECES), max_size=8).flatmap(
    lambda pieces: st.sampled_from((" ", "", ". ", "  ")).map(lambda joint: joint.join(pieces))
)
FEW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.large_base_example]
)  # fmt: skip


@FEW
@given(texts=st.lists(TEXTS, min_size=40, max_size=80))
def test_any_text_has_one_form_on_both(engine: DuckDBEngine, texts: list[str]) -> None:
    same_names(engine, texts)


@FEW
@given(texts=st.lists(NAMES, min_size=40, max_size=80))
def test_anything_that_looks_like_a_name_has_one_form_on_both(engine: DuckDBEngine, texts: list[str]) -> None:
    same_names(engine, texts)


def test_thousands_of_damaged_names_have_one_form_on_both(engine: DuckDBEngine) -> None:
    rng = Random(20221001)
    people = bank("paser")
    kinds = [kind for kind in demo_errors.CANDIDATE_KINDS if kind.field == "name"]
    texts = []
    for _ in range(6_000):
        sex = rng.choice("LP")
        name = people.name(rng, people.group(rng), sex, 1980)
        row = demo_errors.Row("6401040108900012", "6401042109110007", name, "1990-08-01", sex, "Janju", "")
        context = demo_errors.Context(demo_errors.EXCEL_EPOCH, husband="Kasim")
        rng.choice(kinds).damage(row, context, rng)
        texts.append(row.name if rng.random() < 0.7 else row.name.title())
    same_names(engine, texts)


def test_every_character_that_a_name_may_carry_has_one_form_on_both(engine: DuckDBEngine) -> None:
    letters = [f"A{chr(code)}B {chr(code)}" for code in (*range(1, 0x3000), *range(0xF900, 0x10000))]
    same_names(engine, letters)


def test_an_unknown_name_stays_unknown(engine: DuckDBEngine) -> None:
    expression = names.standard_sql("CAST(NULL AS VARCHAR)")
    assert engine.rows(f"SELECT {expression}, {nik.valid_sql('CAST(NULL AS VARCHAR)')}") == [(None, None)]


# Numbers -------------------------------------------------------------------------------------------------------

DIGITS = st.text("0123456789", min_size=14, max_size=18)
PLAUSIBLE = st.builds(
    "{}{}{:02d}{:02d}{:02d}{:04d}".format,
    st.sampled_from(["640104", "640900", "990101", "111111", "010101", "222222", "333333", "444444"]),
    st.sampled_from(["", ""]),
    st.integers(0, 75),
    st.integers(0, 14),
    st.integers(0, 99),
    st.sampled_from([0, 1, 9, 10, 1111, 2222, 3333, 4444, 9999]),
)
ODD = st.sampled_from(
    [*sorted(nik.PLACEHOLDERS), "", " ", "6401040000000000", "64010401089000O1", "6401040108900001\n", "6.4E+15", "\u0661" * 16]
)  # fmt: skip


@FEW
@given(texts=st.lists(DIGITS | PLAUSIBLE | ODD | TEXTS, min_size=60, max_size=120))
def test_a_number_is_valid_on_both_or_on_neither(engine: DuckDBEngine, texts: list[str]) -> None:
    cleaned = [nik.clean(text) for text in texts]
    assert on_engine(engine, cleaned, nik.valid_sql("t")) == [nik.is_valid(text) for text in texts]
    assert on_engine(engine, cleaned, kk.valid_sql("t")) == [kk.is_valid(text) for text in texts]


WRITTEN = st.lists(
    st.sampled_from(["6401040108900012", "64", "0", "1", "E", "+", ".", ",", " ", "'", "`", "\u2019", "-", "_", "/", "\u00a0", "\u200b", "O", "l", "e+15", ".0", ",00", "NIK", "\u2028", "\x1f", "\u0663", "\n", "\x85"]),
    max_size=6,
).map("".join)  # fmt: skip


@FEW
@given(texts=st.lists(WRITTEN | DIGITS | TEXTS, min_size=60, max_size=120))
def test_a_number_is_cleaned_alike_on_both(engine: DuckDBEngine, texts: list[str]) -> None:
    assert on_engine(engine, texts, clean_sql("t")) == [nik.clean(text) for text in texts]


def test_every_placeholder_is_invalid_on_both(engine: DuckDBEngine) -> None:
    texts = sorted(nik.PLACEHOLDERS | set(demo_errors.PLACEHOLDERS))
    cleaned = [nik.clean(text) for text in texts]
    assert not any(on_engine(engine, cleaned, nik.valid_sql("t")))
    assert not any(nik.is_valid(text) for text in texts)


def test_every_day_of_the_calendar_and_no_other_is_valid_on_both(engine: DuckDBEngine) -> None:
    texts = [
        f"640104{day:02d}{month:02d}{year:02d}0001"
        for day in range(100)
        for month in range(14)
        for year in range(0, 100, 3)
    ]
    valid = on_engine(engine, texts, nik.valid_sql("t"))
    assert valid == [nik.is_valid(text) for text in texts]
    assert valid == [not nik.faults(text) for text in texts]
