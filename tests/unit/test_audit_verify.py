"""Every way of tampering with a ledger is found, and the first bad entry is named."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.audit.chain import START, Entry, Line, Tree
from payung.audit.files import (
    LEDGER,
    line_text,
    parse_line,
    read_details,
    read_heads,
    read_lines,
    read_witnesses,
    regency_of,
    write_export,
    write_witness,
)
from payung.audit.signing import public_pem
from payung.audit.verify import Check, Kind, Verdict, verify
from payung.core.errors import PayungError
from tests.unit.ledgers import KEY, KEYS, REGENCY, chained, head_at, ledger, witness_at

SIZE = 23
TRUE = ledger(SIZE)
HEADS = [head_at(TRUE, size) for size in (0, 6, 15, SIZE)]
WITNESSES = [witness_at(TRUE, 0, 6), witness_at(TRUE, 6, 15), witness_at(TRUE, 15, SIZE)]
PLACES = st.integers(1, SIZE)
OTHERS: dict[str, object] = {
    "regency": "64.02", "at": "2026-11-02T01:00:00.000000Z", "actor": 77, "role": "admin", "post": None,
    "action": "registry.unmask", "subject_type": "x", "subject_id": "x", "commitment": "c" * 64, "previous": "d" * 64,
}  # fmt: skip


def judged(lines: Sequence[Line | None], **more: object) -> Verdict:
    return verify(REGENCY, lines, HEADS, keys=KEYS, **more)  # type: ignore[arg-type]


def first_bad(lines: Sequence[Line | None]) -> int:
    """Number of the first entry that is not what was written."""
    for number, (line, true) in enumerate(zip(lines, TRUE, strict=False), start=1):
        if line != true:
            return number
    return min(len(lines), SIZE) + 1


def renumbered(lines: Sequence[Line]) -> list[Line]:
    return [Line(replace(line.entry, seq=number), line.hash) for number, line in enumerate(lines, start=1)]


def rechained(lines: Sequence[Line]) -> list[Line]:
    return chained(line.entry for line in renumbered(lines))


def test_a_genuine_ledger_is_whole_and_said_to_be() -> None:
    verdict = judged(TRUE, witnesses=WITNESSES)
    assert verdict.whole
    assert (verdict.entries, verdict.proven, verdict.heads) == (SIZE, SIZE, 4)
    assert verdict.in_words() == (
        "Buku utuh: 23 catatan, 4 kepala buku. Catatan nomor 1 sampai 23 dijamin oleh kepala buku bertanda tangan sah."
    )


def test_what_no_head_vouches_for_yet_is_said() -> None:
    verdict = verify(REGENCY, TRUE, HEADS[:3])
    assert (verdict.whole, verdict.proven) == (True, 15)
    assert "tidak diperiksa karena tidak ada kunci publik" in verdict.in_words()
    assert "8 catatan terakhir baru dijamin oleh kepala buku berikutnya" in verdict.in_words()
    assert verify(REGENCY, [], []).in_words() == "Buku utuh: 0 catatan, 0 kepala buku."


@given(PLACES, st.sampled_from(sorted(OTHERS)))
def test_an_edited_entry_is_named(place: int, name: str) -> None:
    lines = list(TRUE)
    entry = replace(lines[place - 1].entry, **{name: OTHERS[name]})  # type: ignore[arg-type]
    lines[place - 1] = Line(entry, lines[place - 1].hash)
    fault = judged(lines).fault
    assert fault
    assert (fault.first, fault.last) == (place, place)
    assert fault.kind in (Kind.EDITED, Kind.STRANGE)
    assert f"nomor {place} " in fault.in_words()


@given(PLACES, st.integers(0, 63))
def test_an_edited_hash_is_named(place: int, digit: int) -> None:
    lines = list(TRUE)
    true = lines[place - 1].hash
    forged = true[:digit] + ("0" if true[digit] != "0" else "1") + true[digit + 1 :]
    lines[place - 1] = replace(lines[place - 1], hash=forged)
    fault = judged(lines).fault
    assert fault
    assert (fault.kind, fault.first, fault.last) == (Kind.EDITED, place, place)


@given(st.integers(1, SIZE - 1), st.booleans())
def test_a_deleted_entry_is_named(place: int, hides: bool) -> None:
    lines = TRUE[: place - 1] + TRUE[place:]
    fault = judged(renumbered(lines) if hides else lines).fault
    assert fault
    assert (fault.kind, fault.first, fault.last) == (Kind.EDITED if hides else Kind.MISSING, place, place)


@given(st.integers(0, SIZE - 1))
def test_a_cut_tail_is_named_by_the_head_that_counted_it(left: int) -> None:
    fault = judged(TRUE[:left]).fault
    assert fault
    assert (fault.kind, fault.first, fault.last) == (Kind.CUT, left + 1, SIZE)
    assert f"mulai nomor {left + 1} hilang" in fault.in_words()


@given(PLACES, PLACES, st.sampled_from(["as it is", "renumbered", "hashed"]))
def test_an_inserted_entry_is_named(place: int, source: int, how: str) -> None:
    previous = TRUE[place - 2].hash if place > 1 else START
    new = replace(TRUE[source - 1].entry, seq=place, subject_id="selundupan", previous=previous)
    line = Line(new, new.hash if how == "hashed" else TRUE[source - 1].hash)
    lines = [*TRUE[: place - 1], line, *TRUE[place - 1 :]]
    fault = judged(renumbered(lines) if how == "renumbered" else lines, witnesses=WITNESSES).fault
    assert fault
    assert (fault.first, fault.last) == (place, place)


@given(PLACES, PLACES, st.booleans())
def test_entries_in_another_order_are_named(one: int, other: int, hides: bool) -> None:
    lines = list(TRUE)
    lines[one - 1], lines[other - 1] = lines[other - 1], lines[one - 1]
    fault = judged(renumbered(lines) if hides else lines).fault
    if one == other:
        assert fault is None
    else:
        assert fault
        assert (fault.first, fault.last) == (min(one, other), min(one, other))


def doctored(place: int) -> list[Line]:
    lines = list(TRUE)
    lines[place - 1] = replace(
        lines[place - 1], entry=replace(lines[place - 1].entry, actor=None, role="admin")
    )
    return lines


CHANGES: dict[str, Callable[[int], list[Line]]] = {
    "edited": doctored,
    "deleted": lambda place: TRUE[: place - 1] + TRUE[place:],
    "inserted": lambda place: [*TRUE[: place - 1], TRUE[place // 2], *TRUE[place - 1 :]],
    "reordered": lambda place: [*TRUE[: place - 1], *reversed(TRUE[place - 1 :])],
}


@given(PLACES, st.sampled_from(sorted(CHANGES)))
def test_a_chain_written_anew_is_caught_by_the_next_head(place: int, what: str) -> None:
    lines = rechained(CHANGES[what](place))
    if lines == TRUE:
        return
    bad = first_bad(lines)
    fault = judged(lines).fault
    assert fault
    assert fault.proven < bad <= fault.last
    assert fault.kind == Kind.CUT or fault.first == fault.proven + 1
    assert fault.last == next(head.size for head in HEADS if head.size >= min(bad, SIZE))


@given(PLACES, st.sampled_from(sorted(CHANGES)))
def test_a_witness_tells_which_entry_was_written_anew(place: int, what: str) -> None:
    lines = rechained(CHANGES[what](place))
    if lines == TRUE:
        return
    bad = first_bad(lines)
    fault = verify(REGENCY, lines, [], witnesses=WITNESSES, keys=KEYS).fault
    assert fault
    if fault.kind == Kind.CUT:
        assert (fault.first, len(lines)) == (bad, bad - 1)
    else:
        assert (fault.kind, fault.first, fault.last) == (Kind.REWRITTEN, bad, bad)
        assert "berkas saksi" in fault.in_words()


@settings(max_examples=300)
@given(st.data())
def test_no_mixture_of_tamperings_stays_hidden(data: st.DataObject) -> None:
    lines: list[Line] = list(TRUE)
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, max(0, len(lines) - 1)))
        kind = data.draw(st.sampled_from(["edit", "delete", "copy", "number", "hash from", "cut"]))
        if kind == "cut":
            lines = lines[:place]
        elif kind == "hash from":
            until = data.draw(st.integers(place, len(lines)))
            previous = lines[place - 1].hash if place else START
            lines[place:until] = chained((one.entry for one in lines[place:until]), previous)
        elif kind == "number":
            lines = renumbered(lines)
        elif lines and kind == "edit":
            actor = data.draw(st.integers())
            lines[place] = replace(lines[place], entry=replace(lines[place].entry, actor=actor))
        elif lines and kind == "delete":
            del lines[place]
        elif lines:
            lines.insert(data.draw(st.integers(0, len(lines))), lines[place])
    for more, exact in ({}, False), ({"witnesses": WITNESSES}, True):
        verdict = judged(lines, **more)
        if lines[:SIZE] == TRUE:  # whatever may have been added after the last head, all that counts is there
            assert verdict.proven == SIZE
            assert verdict.fault is None or verdict.fault.first > SIZE
            continue
        bad, fault = first_bad(lines), verdict.fault
        assert fault
        assert fault.proven < bad <= fault.last
        assert not exact or (fault.first, fault.proven) == (bad, bad - 1)


def test_a_false_head_is_named() -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32))
    for false in (
        head_at(TRUE, 15, stranger),
        replace(HEADS[2], root="a" * 64),
        replace(HEADS[2], regency="64.02"),
        replace(HEADS[2], size=14),
    ):
        fault = verify(REGENCY, TRUE, [HEADS[1], false, HEADS[3]], keys=KEYS).fault
        assert fault
        assert fault.kind == Kind.FALSE_HEAD
        assert f"({false.size} catatan)" in fault.in_words()
    lying = replace(WITNESSES[1], hashes=tuple(reversed(WITNESSES[1].hashes)))
    fault = judged(TRUE, witnesses=[lying]).fault
    assert fault
    assert fault.kind == Kind.FALSE_HEAD


def test_a_head_before_the_first_entry_counts_too() -> None:
    false = replace(head_at(TRUE, 0), root="a" * 64)
    fault = verify(REGENCY, TRUE, [false]).fault
    assert fault
    assert fault.kind == Kind.REWRITTEN


def test_a_check_can_be_laid_down_and_taken_up() -> None:
    first = Check(REGENCY, HEADS, keys=KEYS)
    assert all(first.add(line) for line in TRUE[:11])
    tree = Tree(first.tree.size, first.tree.peaks)
    second = Check(REGENCY, HEADS, keys=KEYS, tree=tree, last=first.last, proven=first.proven)
    assert all(second.add(line) for line in TRUE[11:])
    assert second.end() == judged(TRUE)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    folder = tmp_path / "ekspor"
    assert write_export(folder, TRUE, HEADS, public_pem(KEY.public_key())) == SIZE
    return folder


def test_an_export_is_read_back_as_it_was_written(export: Path) -> None:
    assert list(read_lines(export)) == TRUE
    assert read_heads(export) == HEADS
    assert regency_of(export) == REGENCY
    assert read_details(export) == {}
    assert sorted(one.name for one in export.iterdir()) == ["heads.jsonl", "kunci-publik.pem", "ledger.jsonl"]


@given(st.integers(0, 10_000), st.integers(0, 255))
def test_no_byte_of_an_export_can_be_changed(position: int, byte: int) -> None:
    content = "\n".join(line_text(line) for line in TRUE).encode()
    at = position % len(content)
    changed = content[:at] + bytes([byte]) + content[at + 1 :]
    texts = changed.decode(errors="replace").split("\n")
    lines = [parse_line(text) for text in texts]
    number = content[:at].count(b"\n") + 1
    fault = judged(lines).fault
    if lines == TRUE:  # the same letter, or a blank between two values
        assert fault is None
    else:
        assert fault
        assert fault.first <= number <= fault.last


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "1", '{"seq":1}', "x" * 2_000_000, "\x00", '{"seq":1,"seq":1}', "[" * 100_000,
        '{"seq":' + "9" * 5000 + "}",
    ],
)  # fmt: skip
def test_a_line_that_is_no_entry_is_named(export: Path, text: str) -> None:
    lines = (export / LEDGER).read_text().splitlines()
    (export / LEDGER).write_text("\n".join([*lines[:4], text, *lines[5:]]) + "\n")
    fault = judged(list(read_lines(export))).fault
    assert fault
    assert (fault.kind, fault.first, fault.last) == (Kind.UNREADABLE, 5, 5)


@pytest.mark.parametrize(
    ("old", "new"), [('"seq":3', '"seq":3.0'), ('"seq":3', '"seq":"3"'), ('"post":3', '"post":true')]
)
def test_a_value_of_another_type_is_no_entry(export: Path, old: str, new: str) -> None:
    content = (export / LEDGER).read_text()
    (export / LEDGER).write_text(content.replace(old, new, 1))
    fault = judged(list(read_lines(export))).fault
    assert fault
    assert fault.kind == Kind.UNREADABLE


def test_files_that_are_none_are_refused_in_words(export: Path, tmp_path: Path) -> None:
    with pytest.raises(PayungError, match=r"ledger\.jsonl tidak terbaca"):
        list(read_lines(tmp_path / "lain"))
    (export / "heads.jsonl").write_text('{"size":1}\n')
    with pytest.raises(PayungError, match="baris 1 tidak terbaca"):
        read_heads(export)
    (export / "details.jsonl").write_text('{"seq":1}\n')
    with pytest.raises(PayungError, match="baris 1 tidak terbaca"):
        read_details(export)


def test_witness_files_are_read_back_and_the_same_head_writes_the_same_file(tmp_path: Path) -> None:
    for witness in (*WITNESSES, WITNESSES[0]):
        path = write_witness(tmp_path, witness)
    assert path.name == "2026-11-09-00000006.json"
    assert read_witnesses(tmp_path) == WITNESSES
    assert read_witnesses(path) == WITNESSES[:1]
    assert read_witnesses(tmp_path, "64.02") == []
    assert judged(TRUE, witnesses=read_witnesses(tmp_path)).whole
    path.write_text("{}")
    with pytest.raises(PayungError, match=r"2026-11-09-00000006\.json"):
        read_witnesses(tmp_path)


def test_checking_an_export_needs_neither_django_nor_a_database() -> None:
    code = (
        "import sys; import payung.audit.verify, payung.audit.files, payung.audit.signing, payung.audit.chain; "
        "print([m for m in sys.modules if m.split('.')[0] in ('django', 'sqlite3', 'psycopg', 'duckdb')])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_an_entry_is_the_same_in_the_ledger_and_in_its_line() -> None:
    entry = Entry(
        "64.01", 1, "2026-11-25T05:14:09.000000Z", None, "", None, "a.b", "D'Souza", "<b>", "", START
    )
    line = Line(entry, entry.hash)
    assert parse_line(line_text(line)) == line
