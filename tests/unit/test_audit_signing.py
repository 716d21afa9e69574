"""Signed heads, witnesses, and keys as files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from payung.audit.signing import (
    by_fingerprint,
    fingerprint,
    is_signed,
    public_pem,
    read_public_keys,
    sign,
    signing_key,
)
from payung.core.errors import PayungError
from payung.vault.keys import make_keys
from tests.unit.ledgers import KEY, KEYS, head_at, ledger, witness_at

OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))


@pytest.mark.parametrize(
    "change",
    [
        {"size": 4}, {"root": "a" * 64}, {"last": "a" * 64}, {"day": date(2026, 1, 1)}, {"regency": "64.02"},
        {"key": ""}, {"signature": ""}, {"signature": "0" * 128}, {"root": "x"}, {"size": -1},
    ],
)  # fmt: skip
def test_a_signature_fits_exactly_one_head(change: dict[str, object]) -> None:
    head = head_at(ledger(5), 5)
    assert is_signed(head, KEYS)
    assert not is_signed(replace(head, **change), KEYS)  # type: ignore[arg-type]


def test_a_stranger_s_signature_is_none_even_under_our_fingerprint() -> None:
    head = sign(head_at(ledger(5), 5), OTHER)
    assert not is_signed(head, KEYS)
    assert not is_signed(replace(head, key=fingerprint(KEY.public_key())), KEYS)


def test_a_witness_s_hashes_are_covered_by_the_signature() -> None:
    witness = witness_at(ledger(9), 4, 9)
    assert witness.is_whole()
    forged = ("f" * 64, *witness.hashes[1:])
    assert not replace(witness, hashes=forged).is_whole()
    assert not replace(witness, hashes=witness.hashes[:-1]).is_whole()
    assert not replace(witness, after=5).is_whole()
    assert not replace(witness, hashes=("keliru", *witness.hashes[1:])).is_whole()


def test_the_installation_s_own_key_signs_alike_at_every_start(tmp_path: Path) -> None:
    make_keys(tmp_path / "kunci")
    first, again = (signing_key(tmp_path / "kunci") for _ in range(2))
    head = sign(head_at(ledger(5), 5), first)
    assert is_signed(head, by_fingerprint([again.public_key()]))
    assert head.key != fingerprint(KEY.public_key())


def test_without_its_key_nothing_is_signed(tmp_path: Path) -> None:
    make_keys(tmp_path / "kunci")
    (tmp_path / "kunci" / "signing.key").unlink()
    with pytest.raises(PayungError, match=r"signing\.key"):
        signing_key(tmp_path / "kunci")


def test_public_keys_are_read_from_one_file(tmp_path: Path) -> None:
    path = tmp_path / "kunci-publik.pem"
    path.write_text(public_pem(KEY.public_key()) + public_pem(OTHER.public_key()))
    assert set(read_public_keys(path)) == {fingerprint(KEY.public_key()), fingerprint(OTHER.public_key())}
    for content in ("", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"):
        path.write_text(content)
        with pytest.raises(PayungError, match="bukan berkas kunci publik"):
            read_public_keys(path)
    with pytest.raises(PayungError, match="bukan berkas kunci publik"):
        read_public_keys(tmp_path / "tidak-ada.pem")
