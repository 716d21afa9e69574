"""Bytes, hashes, tree and commitments of the ledger."""

from __future__ import annotations

import hashlib
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payung.audit import chain
from payung.audit.chain import START, Entry, Tree, commit, instant, packed, plain
from tests.unit.ledgers import ledger

HASHES = st.binary(min_size=32, max_size=32).map(bytes.hex)
LEAVES = st.lists(HASHES, min_size=1, max_size=70)
VALUES = st.lists(st.none() | st.integers() | st.text(st.characters(codec="ascii")), max_size=6)


def another(leaf: str) -> str:
    """Another hash than this one."""
    return hashlib.sha256(leaf.encode()).hexdigest()


def test_an_entry_has_the_documented_bytes_and_hash() -> None:
    entry = Entry(
        "64.01", 1, "2026-11-25T05:14:09.123456Z", 7, "verifikator", None, "intake.upload", "intake.upload", "12", "", START
    )  # fmt: skip
    assert entry.canonical() == (
        b"s14:payung-entry-1s5:64.01i1:1s27:2026-11-25T05:14:09.123456Zi1:7s11:verifikatorn0:"
        b"s13:intake.uploads13:intake.uploads2:12s0:s64:" + b"0" * 64
    )
    assert entry.hash == hashlib.sha256(b"\x00" + entry.canonical()).hexdigest()
    assert entry.hash == "9a8e13232eff12eff57818e9570ee7bed8b77314553e09844d9f9ccf49a07333"


@given(VALUES, VALUES)
def test_different_values_never_have_the_same_bytes(one: list[Any], other: list[Any]) -> None:
    assert (packed(*one) == packed(*other)) == (one == other)


def test_moving_a_letter_from_one_field_to_the_next_changes_the_bytes() -> None:
    assert (
        len({packed("ab", "c"), packed("a", "bc"), packed("abc", ""), packed("abc"), packed("ab", "c", None)})
        == 5
    )


@pytest.mark.parametrize("value", ["e\u0301", "\ud800", 1.5, True, b"x"])
def test_what_could_be_written_in_two_ways_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r".+"):
        packed(value)


@pytest.mark.parametrize("name", [one.name for one in fields(Entry)])
def test_every_field_counts(name: str) -> None:
    entry = ledger(3)[2].entry
    other: dict[str, Any] = {
        "seq": 9,
        "actor": 99,
        "post": 99,
        "at": instant(datetime(2027, 1, 1, tzinfo=UTC)),
    }
    other |= {"commitment": "a" * 64, "previous": "b" * 64}
    changed = replace(entry, **{name: other.get(name, "lain")})
    assert changed.hash != entry.hash


@pytest.mark.parametrize(
    "change",
    [
        {"seq": 0}, {"at": "2026-11-25 05:14:09"}, {"at": "2026-11-25T05:14:09.1Z"}, {"previous": ""},
        {"previous": "A" * 64}, {"commitment": "x"}, {"at": "2026-11-25T05:14:09.123456+08:00"},
    ],
)  # fmt: skip
def test_what_no_entry_can_say_has_no_bytes(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        replace(ledger(1)[0].entry, **change).canonical()


def test_an_instant_is_written_in_utc_whatever_the_zone() -> None:
    wita = timezone(timedelta(hours=8))
    assert instant(datetime(2026, 11, 25, 13, 14, 9, 5, wita)) == "2026-11-25T05:14:09.000005Z"
    with pytest.raises(ValueError, match="time zone"):
        instant(datetime(2026, 11, 25))  # noqa: DTZ001


def test_the_tree_is_that_of_the_standard() -> None:
    """The roots of the test data that Certificate Transparency's own programs use, of 0, 1, 2 and 8 leaves."""
    contents = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    leaves = [chain.leaf_hash(bytes.fromhex(one)).hex() for one in contents]
    assert chain.root_of([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert chain.root_of(leaves[:1]) == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert chain.root_of(leaves[:2]) == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    assert chain.root_of(leaves) == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@given(LEAVES, st.data())
def test_a_tree_can_be_laid_down_and_taken_up_anywhere(leaves: list[str], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(leaves)))
    first = Tree()
    for leaf in leaves[:cut]:
        first.add(leaf)
    second = Tree(first.size, first.peaks)
    for leaf in leaves[cut:]:
        second.add(leaf)
    assert (second.size, second.root) == (len(leaves), chain.root_of(leaves))


def test_a_tree_with_the_wrong_number_of_peaks_is_none() -> None:
    with pytest.raises(ValueError, match="2 peaks"):
        Tree(3, ["a" * 64])


@given(LEAVES, st.data())
def test_a_proof_of_inclusion_fits_its_leaf_and_place_only(leaves: list[str], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, root = chain.inclusion_proof(leaves, index), chain.root_of(leaves)
    assert chain.is_included(leaves[index], index, len(leaves), proof, root)
    assert not chain.is_included(another(leaves[index]), index, len(leaves), proof, root)
    assert not chain.is_included(leaves[index], len(leaves), len(leaves), proof, root)
    assert not chain.is_included(leaves[index], index, len(leaves), (*proof, root), root)
    if proof:
        assert not chain.is_included(leaves[index], index, len(leaves), proof[:-1], root)


@given(LEAVES, st.data())
def test_a_proof_of_consistency_fits_only_a_tree_that_grew(leaves: list[str], data: st.DataObject) -> None:
    earlier = data.draw(st.integers(1, len(leaves)))
    size, root = len(leaves), chain.root_of(leaves)
    proof = chain.consistency_proof(leaves, earlier)
    assert chain.is_consistent(earlier, chain.root_of(leaves[:earlier]), size, root, proof)
    rewritten = [another(leaves[0]), *leaves[1:earlier]]
    assert not chain.is_consistent(earlier, chain.root_of(rewritten), size, root, proof)
    if proof:
        assert not chain.is_consistent(earlier, chain.root_of(leaves[:earlier]), size, root, proof[:-1])
        assert not chain.is_consistent(earlier, chain.root_of(leaves[:earlier]), size, root, (*proof, root))


def test_a_proof_about_nothing_is_refused() -> None:
    leaves = [line.hash for line in ledger(3)]
    with pytest.raises(IndexError):
        chain.inclusion_proof(leaves, 3)
    with pytest.raises(IndexError):
        chain.consistency_proof(leaves, 0)
    assert not chain.is_consistent(0, chain.EMPTY_ROOT, 3, chain.root_of(leaves), ())
    assert not chain.is_consistent(2, chain.root_of(leaves[:2]), 3, chain.root_of(leaves), ())


def test_a_commitment_fits_one_salt_and_one_detail() -> None:
    salt = "ab" * 32
    detail = plain({"alasan": "salah ketik", "lama": {"sex": "L"}, "jumlah": 3})
    same = plain({"jumlah": 3, "lama": {"sex": "L"}, "alasan": "salah ketik"})
    assert commit(salt, detail) == commit(salt, same)
    others = [
        commit("cd" * 32, detail),
        commit(salt, {**detail, "jumlah": "3"}),
        commit(salt, {**detail, "x": None}),
    ]
    assert commit(salt, detail) not in others


def test_a_detail_is_what_json_gives_back() -> None:
    given_detail = {
        "on": date(2026, 11, 25), "at": datetime(2026, 11, 25, tzinfo=UTC), "share": 0.25, 7: ("a", True, None),
        "name": "Ose\u0301",
    }  # fmt: skip
    assert plain(given_detail) == {
        "on": "2026-11-25", "at": "2026-11-25T00:00:00.000000Z", "share": "0.25", "7": ["a", True, None], "name": "Osé",
    }  # fmt: skip
    with pytest.raises(TypeError, match="object"):
        plain(object())
