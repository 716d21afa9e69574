"""The ledger as files: the export that anybody can check, and the witness files that go outside.

An export is a folder: `ledger.jsonl` (an entry a line), `heads.jsonl` (a signed head a line), `kunci-publik.pem`, and
only where details are asked for `details.jsonl`. Without details no personal data stands in it: ids and commitments.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from typing import Any, TypeGuard

from payung.audit.chain import Entry, Line, commit
from payung.audit.signing import Head, Witness
from payung.core.errors import PayungError, cannot_write
from payung.engine.outputs import result_folder

LEDGER, HEADS, DETAILS, KEYS = "ledger.jsonl", "heads.jsonl", "details.jsonl", "kunci-publik.pem"
_TYPES: Mapping[str, tuple[type, ...]] = {
    "regency": (str,), "seq": (int,), "at": (str,), "actor": (int, type(None)), "role": (str,),
    "post": (int, type(None)), "action": (str,), "subject_type": (str,), "subject_id": (str,),
    "commitment": (str,), "previous": (str,), "hash": (str,),
}  # fmt: skip
_LONGEST = 1_000_000
"""Characters of a line; a longer one is no entry."""

Detail = tuple[int, str, Any]
"""Number of the entry, salt, and the detail itself."""


def write_export(
    out: Path,
    lines: Iterable[Line],
    heads: Iterable[Head],
    public_keys: str,
    details: Iterable[Detail] | None = None,
) -> int:
    """Write a ledger into the folder `out`, which appears whole; returns the number of entries. PayungError (OUTPUT)."""
    count = 0
    with result_folder(out, LEDGER) as part:
        with (part / LEDGER).open("x", encoding="utf-8", newline="\n") as file:
            for line in lines:
                file.write(line_text(line) + "\n")
                count += 1
        with (part / HEADS).open("x", encoding="utf-8", newline="\n") as file:
            file.writelines(_text(_of_head(head)) + "\n" for head in heads)
        (part / KEYS).write_text(public_keys, encoding="utf-8")
        if details is not None:
            with (part / DETAILS).open("x", encoding="utf-8", newline="\n") as file:
                file.writelines(
                    _text({"seq": seq, "salt": salt, "detail": detail}) + "\n"
                    for seq, salt, detail in details
                )
    return count


def line_text(line: Line) -> str:
    """An entry and its hash as a line of `ledger.jsonl`."""
    return _text({**asdict(line.entry), "hash": line.hash})


def read_lines(folder: Path) -> Iterator[Line | None]:
    """The entries of an export, None for each line that is none. PayungError (INPUT) where there is no ledger."""
    for text in _texts(folder / LEDGER):
        yield parse_line(text)


def parse_line(text: str) -> Line | None:
    """A line of `ledger.jsonl`; None unless it says exactly what an entry says, in types and names."""
    values = _object(text)
    if values is None or values.keys() != _TYPES.keys():
        return None
    if any(type(values[name]) not in types for name, types in _TYPES.items()):
        return None
    stored = values.pop("hash")
    return Line(Entry(**values), stored)


def read_heads(folder: Path) -> list[Head]:
    """The heads of an export. PayungError (INPUT) names a line that is none."""
    found = []
    for number, text in enumerate(_texts(folder / HEADS), start=1):
        head = _head(_object(text))
        if head is None:
            raise _unreadable(folder / HEADS, f"baris {number}")
        found.append(head)
    return found


def read_details(folder: Path) -> dict[int, str]:
    """Commitments to the details of an export, by number of the entry, computed anew; empty without details."""
    if not (folder / DETAILS).is_file():
        return {}
    found = {}
    for number, text in enumerate(_texts(folder / DETAILS), start=1):
        values = _object(text) or {}
        seq, salt = values.get("seq"), values.get("salt")
        if values.keys() != {"seq", "salt", "detail"} or type(seq) is not int or type(salt) is not str:
            raise _unreadable(folder / DETAILS, f"baris {number}")
        found[seq] = commit(salt, values["detail"])
    return found


def regency_of(folder: Path) -> str:
    """Whose ledger an export is, by its first head, else its first entry; "" for an empty one."""
    heads = read_heads(folder) if (folder / HEADS).is_file() else []
    if heads:
        return heads[0].regency
    first = next(read_lines(folder), None)
    return first.entry.regency if first else ""


def witness_path(root: Path, head: Head) -> Path:
    """Where a head's witness file stands: `64.01/2026-11-25-00001234.json` below `root`."""
    return root / head.regency / f"{head.day.isoformat()}-{head.size:08d}.json"


def write_witness(root: Path, witness: Witness) -> Path:
    """Write a witness file, whole or not at all. The same head writes the same file. PayungError (OUTPUT)."""
    path = witness_path(root, witness.head)
    text = _text(
        {
            **_of_head(witness.head),
            "after": witness.after,
            "peaks": list(witness.peaks),
            "hashes": list(witness.hashes),
        }
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        try:
            with os.fdopen(number, "w", encoding="utf-8", newline="\n") as file:
                file.write(text + "\n")
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise cannot_write(f"Berkas saksi {path.name}", error) from error
    return path


def read_witnesses(where: Path, regency: str = "") -> list[Witness]:
    """The witness files at `where`: one file, or all of a folder and those below it, of one regency where it is named."""
    paths = sorted(where.rglob("*.json")) if where.is_dir() else [where]
    found = [_witness(path) for path in paths]
    return [one for one in found if not regency or one.head.regency == regency]


def _witness(path: Path) -> Witness:
    values = _object("".join(_texts(path, longest=None)))
    head = _head({name: values.get(name) for name in _HEAD}) if values else None
    after, peaks, hashes = (
        (values or {}).get("after"),
        (values or {}).get("peaks"),
        (values or {}).get("hashes"),
    )
    if head is None or type(after) is not int or not _are_texts(peaks) or not _are_texts(hashes):
        raise _unreadable(path, "isinya")
    return Witness(head, after, tuple(peaks), tuple(hashes))


_HEAD = tuple(field.name for field in fields(Head))


def _of_head(head: Head) -> dict[str, Any]:
    return {**asdict(head), "day": head.day.isoformat()}


def _head(values: dict[str, Any] | None) -> Head | None:
    if values is None or values.keys() != set(_HEAD) or type(values["size"]) is not int:
        return None
    if not _are_texts([values[name] for name in _HEAD if name != "size"]):
        return None
    try:
        return Head(**{**values, "day": date.fromisoformat(values["day"])})
    except ValueError:
        return None


def _are_texts(values: Any) -> TypeGuard[list[str]]:
    return isinstance(values, list) and all(isinstance(one, str) for one in values)


def _text(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _object(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text, object_pairs_hook=_without_doubles)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _texts(path: Path, longest: int | None = _LONGEST) -> Iterator[str]:
    """The lines of a file, without their ends; what is not UTF-8 becomes a line that cannot be read."""
    try:
        with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
            while text := file.readline(longest or -1):
                yield text.removesuffix("\n")
    except OSError as error:
        raise PayungError(
            f"{path} tidak terbaca: {error.strerror or 'kesalahan berkas'}.",
            todo="Tunjuk folder hasil `payung audit export`, atau berkas saksinya.",
        ) from None


def _unreadable(path: Path, what: str) -> PayungError:
    return PayungError(
        f"{path.name}: {what} tidak terbaca sebagai kepala atau rincian buku riwayat.",
        todo="Minta berkas itu sekali lagi kepada yang menyerahkannya, dan curigai bila tetap begini.",
    )
