"""Sealed texts open for their keys and their place only; blind indexes tell nothing without theirs."""

from __future__ import annotations

import os
import traceback
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.core.errors import PayungError
from payung.vault.keys import Keyring
from payung.vault.seal import Unsealable, Vault, version_of

CONTEXT = "registry.person.nik"


def _vault(*versions: int, seed: int = 0) -> Vault:
    def key(number: int) -> bytes:
        return bytes((seed, number)) * 16

    return Vault(Keyring({one: key(one) for one in versions or (1,)}, key(201), "rahasia", key(202)))


HERE, OTHER = _vault(), _vault(seed=1)
# Half characters too: broken workbooks hold them.
TEXTS = st.text(st.characters())


@given(TEXTS, TEXTS.filter(lambda text: text.isprintable()))
def test_what_was_sealed_opens_as_it_was(text: str, context: str) -> None:
    token = HERE.seal(text, context)
    assert HERE.open(token, context) == text
    assert version_of(token) == 1
    assert token.isascii()


@given(TEXTS)
def test_the_same_text_is_never_sealed_the_same(text: str) -> None:
    assert HERE.seal(text, CONTEXT) != HERE.seal(text, CONTEXT)


@given(TEXTS, st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_byte_is_noticed(text: str, at: int, change: int) -> None:
    raw = bytearray(urlsafe_b64decode(HERE.seal(text, CONTEXT)[2:]))
    raw[at % len(raw)] ^= change
    with pytest.raises(Unsealable):
        HERE.open("1:" + urlsafe_b64encode(raw).decode(), CONTEXT)


@given(TEXTS, st.integers(0, 10_000), st.characters(max_codepoint=300))
def test_a_changed_character_is_noticed(text: str, at: int, other: str) -> None:
    token = HERE.seal(text, CONTEXT)
    at %= len(token)
    changed = token[:at] + other + token[at + 1 :]
    if changed != token:
        with pytest.raises(Unsealable):
            HERE.open(changed, CONTEXT)


@given(TEXTS, st.integers(0, 10_000))
def test_a_cut_text_is_noticed(text: str, at: int) -> None:
    token = HERE.seal(text, CONTEXT)
    for cut in (
        token[: at % len(token)],
        token[at % len(token) + 1 :],
        token + token[:4],
        token + "=",
        token + "\n",
    ):
        with pytest.raises(Unsealable):
            HERE.open(cut, CONTEXT)


@given(st.text(st.characters()))
def test_what_is_no_token_is_told_so(text: str) -> None:
    with pytest.raises(Unsealable):
        HERE.open(text, CONTEXT)


def test_a_text_does_not_open_in_another_column() -> None:
    with pytest.raises(Unsealable, match=r"registry\.person\.kk.*tidak dapat dibuka"):
        HERE.open(HERE.seal("6401040101800001", CONTEXT), "registry.person.kk")


def test_other_keys_do_not_open_it() -> None:
    with pytest.raises(Unsealable, match="kuncinya lain"):
        OTHER.open(HERE.seal("Aminah", CONTEXT), CONTEXT)


def test_a_missing_version_is_named() -> None:
    with pytest.raises(Unsealable, match="kunci data versi 2 tidak ada"):
        HERE.open(_vault(1, 2).seal("Aminah", CONTEXT), CONTEXT)


def test_a_version_cannot_be_exchanged() -> None:
    both = _vault(1, 2)
    with pytest.raises(Unsealable):
        both.open("1:" + both.seal("Aminah", CONTEXT)[2:], CONTEXT)


def test_the_error_shows_neither_text_nor_token() -> None:
    token = HERE.seal("6401040101800001", CONTEXT)
    with pytest.raises(PayungError) as told:
        OTHER.open(token, CONTEXT)
    shown = "".join(traceback.format_exception(told.value))
    assert token not in shown
    assert "6401040101800001" not in shown
    assert "InvalidTag" not in shown


def test_a_forked_process_never_repeats_a_nonce() -> None:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, HERE.seal("Aminah", CONTEXT).encode())
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    theirs = os.read(reading, 1000).decode()
    os.close(reading)
    os.close(writing)
    assert HERE.open(theirs, CONTEXT) == "Aminah"
    assert theirs[:18] != HERE.seal("Aminah", CONTEXT)[:18]


# --- blind indexes --------------------------------------------------------------------------------


def test_a_blind_index_is_the_same_for_the_same_and_differs_for_all_else() -> None:
    marks = {
        HERE.blind("nik", "6401040101800001", "64.01"),
        HERE.blind("kk", "6401040101800001", "64.01"),
        HERE.blind("nik", "6401040101800002", "64.01"),
        HERE.blind("nik", "6401040101800001", "64.02"),
        OTHER.blind("nik", "6401040101800001", "64.01"),
    }
    assert len(marks) == 5
    assert {len(mark) for mark in marks} == {32}
    assert HERE.blind("nik", "6401040101800001", "64.01") in marks


def test_blind_indexes_keep_when_a_data_key_is_added() -> None:
    assert _vault(1, 2).blind("nik", "1", "64.01") == HERE.blind("nik", "1", "64.01")


@given(
    st.lists(st.text(max_size=4), min_size=3, max_size=3),
    st.lists(st.text(max_size=4), min_size=3, max_size=3),
)
@settings(max_examples=200)
def test_parts_of_a_blind_index_never_run_together(one: list[str], other: list[str]) -> None:
    if one != other and one[1] and other[1]:
        assert HERE.blind(*one) != HERE.blind(*other)


def test_nothing_has_no_blind_index() -> None:
    with pytest.raises(ValueError, match="no nik"):
        HERE.blind("nik", "", "64.01")


# --- signatures -----------------------------------------------------------------------------------


def test_a_signature_is_checked_by_the_public_key_alone() -> None:
    public = Ed25519PublicKey.from_public_bytes(HERE.public_key())
    public.verify(HERE.sign(b"kepala"), b"kepala")
    with pytest.raises(InvalidSignature):
        public.verify(HERE.sign(b"kepala"), b"ekor")
