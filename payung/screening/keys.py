"""By what a pair is found again without opening what is sealed."""

from __future__ import annotations

from payung.vault.current import vault


def pair_index(left: str, right: str, regency: str) -> str:
    """The blind index of two fingerprints, whichever comes first: `Pair.key_index`."""
    return vault().blind("pair", " ".join(sorted((left, right))), regency)


def hidden_index(key_index: str, regency: str) -> str:
    """The index of the hidden copy of a pair that is shown again to measure agreement."""
    return vault().blind("pair-test", key_index, regency)
