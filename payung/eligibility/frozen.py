"""The frozen inputs of a screening: a folder that says everything a run depends on, and one hash over what it says.

The hash is over content: no path, clock, order of rows or bytes of Parquet goes into it. It is made of parts, so that
two sets of inputs can be told apart by what differs in them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from payung.core.application import APPLICATION_COLUMNS, Application
from payung.core.errors import Exit, PayungError
from payung.core.month import Month, MonthSpan
from payung.eligibility.run import Inputs, mark_of
from payung.eligibility.terms import Rules, Terms
from payung.engine.engine import Engine
from payung.engine.exchange import content_hash, listed, read_rows, write_rows
from payung.registry.files import COLUMNS as REGISTER_COLUMNS
from payung.registry.files import Snapshot
from payung.registry.rules import REGISTERS, Kind
from payung.screening.decisions import pair_key
from payung.screening.linkage.model import shipped as weights
from payung.screening.rules import PairDecision, Verdict

FORMAT = 1
APPLICATIONS, DECISIONS, PAID = "applications.parquet", "decisions.parquet", "paid.parquet"
TERMS, SEAL = "terms.json", "seal.json"
"""`seal.json` is written last: a folder without it is not whole."""
_TYPES = {
    "row": "INTEGER", "birth_on": "DATE", "income_idr": "BIGINT", "pupil": "BOOLEAN", "collected_on": "DATE",
}  # fmt: skip
APPLICATION_TYPES: Mapping[str, str] = {
    name: _TYPES.get(name, "VARCHAR") for name in (*APPLICATION_COLUMNS, "fingerprint", "faults")
}
"""Columns of `applications.parquet`; `faults` are codes with a space between, NULL for none."""
_WHERE_FROM = frozenset({"file", "sheet", "row", "fingerprint"})
"""What says where a row stands, or follows from the rest of it: on record, but not hashed."""
_DECISION_TYPES = dict.fromkeys(("fingerprint_l", "fingerprint_r", "verdict"), "VARCHAR")
_PAID_TYPES = dict.fromkeys(("nik", "month"), "VARCHAR")
LISTS, DECIDED, PAID_BEFORE, RULES, QUESTION, WEIGHTS = (
    "lists",
    "decisions",
    "paid",
    "rules",
    "question",
    "weights",
)
REGISTER = "register:"
"""The parts of a seal; each register is one of its own, `register:bpjs`."""


@dataclass(frozen=True, slots=True)
class Seal:
    """What identifies a set of inputs: one hash, and what it is made of."""

    inputs_hash: str
    parts: Mapping[str, str]

    @classmethod
    def of(cls, parts: Mapping[str, str]) -> Seal:
        """The seal of these parts."""
        return cls(_sha256_of({"format": FORMAT, "parts": dict(parts)}), dict(parts))


@dataclass(frozen=True, slots=True)
class Frozen:
    """A frozen set of inputs, read back: the engine holds the registers' tables."""

    inputs: Inputs
    terms: Terms
    seal: Seal


def freeze(engine: Engine, folder: Path, inputs: Inputs, terms: Terms) -> Seal:
    """Write everything that a screening depends on into the new folder `folder` (0700).

    The engine holds the tables of `inputs.snapshots`. PayungError when the folder is not empty or the disk is full.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise PayungError(
            "Folder untuk masukan penyaringan tidak kosong.", todo="Pilih folder baru.", exit_code=Exit.OUTPUT
        )
    rows = (
        (*(getattr(one, name) for name in APPLICATION_COLUMNS), mark_of(one), _faults(inputs, one))
        for one in inputs.applications
    )
    write_rows(engine, APPLICATION_TYPES, rows, folder / APPLICATIONS, order=("row_id",))
    decided = {pair_key(one): one.verdict for one in inputs.decisions}
    pairs = ((*key, str(verdict)) for key, verdict in decided.items())
    write_rows(engine, _DECISION_TYPES, pairs, folder / DECISIONS, order=("fingerprint_l", "fingerprint_r"))
    months = ((nik, str(month)) for nik, all_months in inputs.paid.items() for month in all_months)
    write_rows(engine, _PAID_TYPES, months, folder / PAID, order=("nik", "month"))
    for one in inputs.snapshots:
        engine.write_parquet(
            f"SELECT {listed(REGISTER_COLUMNS)} FROM {one.table} ORDER BY row_id", folder / _file_of(one.name)
        )
    said = _terms_said(terms) | {"registers": [_register_said(one) for one in inputs.snapshots]}
    (folder / TERMS).write_text(_json(said), encoding="utf-8")
    seal = Seal.of(_parts(engine, folder, said))
    files = {path.name: _bytes_sha256(path) for path in sorted(folder.iterdir())}
    (folder / SEAL).write_text(
        _json({"inputs_hash": seal.inputs_hash, "parts": dict(seal.parts), "files": files}), encoding="utf-8"
    )
    return seal


def _faults(inputs: Inputs, application: Application) -> str | None:
    return " ".join(inputs.faults.get(application.row_id, ())) or None


def read_seal(folder: Path) -> Seal:
    """The seal as it was written, without looking at what it seals. PayungError where the folder is not whole."""
    said = _seal_said(folder)
    return Seal(str(said["inputs_hash"]), dict(said["parts"]))


def inputs_hash(engine: Engine, folder: Path) -> str:
    """The hash of what a folder says now, whatever its seal says. PayungError where the folder is not whole."""
    return Seal.of(_parts(engine, folder, _said(folder / TERMS))).inputs_hash


def read_frozen(engine: Engine, folder: Path, rules: Rules, *, expect: str | None = None) -> Frozen:
    """Read a frozen set of inputs back, registers into the engine's tables `register_<name>`.

    `rules` are those in force; `expect` is the inputs hash kept elsewhere. PayungError when a file was changed, is
    missing or does not belong there, or when rules or weights are not those of the frozen run: nothing is screened then.
    """
    written = _seal_said(folder)
    names = {path.name for path in folder.iterdir()} - {SEAL}
    for name in sorted(names ^ set(written["files"])):
        raise _changed(name)
    for name, digest in written["files"].items():
        if _bytes_sha256(folder / name) != digest:
            raise _changed(name)
    said = _said(folder / TERMS)
    seal = Seal.of(_parts(engine, folder, said))
    if seal.inputs_hash != written["inputs_hash"] or (expect or seal.inputs_hash) != seal.inputs_hash:
        raise _changed(SEAL)
    terms = _terms(said, rules)
    snapshots = tuple(_snapshot(engine, folder, one) for one in said["registers"])
    return Frozen(_inputs(engine, folder, snapshots), terms, seal)


def _inputs(engine: Engine, folder: Path, snapshots: tuple[Snapshot, ...]) -> Inputs:
    applications, faults = [], {}
    for application, codes in frozen_rows(engine, folder):
        applications.append(application)
        if codes:
            faults[application.row_id] = codes
    decisions = read_rows(
        engine, folder / DECISIONS, list(_DECISION_TYPES), order=("fingerprint_l", "fingerprint_r")
    )
    paid: dict[str, set[Month]] = {}
    for nik, month in read_rows(engine, folder / PAID, list(_PAID_TYPES), order=("nik", "month")):
        paid.setdefault(nik, set()).add(Month.parse(month))
    return Inputs(
        applications=applications,
        snapshots=snapshots,
        decisions=tuple(PairDecision(one, other, Verdict(verdict)) for one, other, verdict in decisions),
        faults=faults,
        paid={nik: frozenset(months) for nik, months in paid.items()},
    )


def frozen_rows(engine: Engine, folder: Path) -> Iterator[tuple[Application, tuple[str, ...]]]:
    """Every row of the frozen lists with the codes of its faults, by row id."""
    wanted = (*APPLICATION_COLUMNS, "faults")
    for *values, codes in read_rows(engine, folder / APPLICATIONS, wanted, order=("row_id",)):
        yield Application(*values), tuple(codes.split()) if codes else ()


def frozen_registers(folder: Path) -> dict[str, str]:
    """The frozen registers by name, each with what its file is called."""
    return {one["name"]: one["file"] for one in _said(folder / TERMS)["registers"]}


def _snapshot(engine: Engine, folder: Path, said: Mapping[str, Any]) -> Snapshot:
    name = said["name"]
    if name not in REGISTERS:
        raise _changed(TERMS)
    table = f"register_{name}"
    engine.read(table, folder / _file_of(name), {column: column for column in REGISTER_COLUMNS})
    return Snapshot(
        name=name,
        kind=Kind(said["kind"]),
        table=table,
        path=Path(said["file"]),
        sha256=said["sha256"],
        as_of=date.fromisoformat(said["as_of"]) if said["as_of"] else None,
        rows=int(said["rows"]),
        request_id=said["request_id"],
        notes=tuple(said["notes"]),
    )


def _register_said(one: Snapshot) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": str(one.kind),
        "as_of": one.as_of.isoformat() if one.as_of else None,
        "rows": one.rows,
        "request_id": one.request_id,
        "sha256": one.sha256,
        "file": one.path.name,
        "notes": list(one.notes),
    }


def _terms_said(terms: Terms) -> dict[str, Any]:
    rules = terms.rules
    return {
        "format": FORMAT,
        "policy": {"id": rules.policy.id, "sha256": rules.policy_sha256},
        "law_sha256": rules.law_sha256,
        "weights": weights().version,
        "on": terms.on.isoformat(),
        "months": str(terms.months),
        "sources": sorted(terms.offered),
        "waived": sorted(terms.waived),
        "partial_months": terms.partial_months,
    }


def _terms(said: Mapping[str, Any], rules: Rules) -> Terms:
    """The terms of a frozen run, under `rules` if they are the same as then."""
    if said["format"] != FORMAT or said["weights"] != weights().version:
        raise PayungError(
            "Cara penyaringan sudah diperbarui sejak masukan ini dibekukan.",
            todo="Mulai penyaringan baru; hasil penyaringan lama tetap tersimpan.",
        )
    terms = Terms(
        rules=rules,
        offered=frozenset(said["sources"]),
        months=MonthSpan.parse(said["months"]),
        on=date.fromisoformat(said["on"]),
        partial_months=bool(said["partial_months"]),
        waived=frozenset(said["waived"]),
    )
    if _rules_said(_terms_said(terms)) != _rules_said(said):
        raise PayungError(
            f"Aturan {said['policy']['id']} atau peraturannya berubah sejak masukan ini dibekukan.",
            todo="Mulai penyaringan baru dengan aturan yang sekarang, atau kembalikan berkas aturan yang lama.",
            exit_code=Exit.POLICY,
        )
    return terms


def _rules_said(said: Mapping[str, Any]) -> dict[str, Any]:
    return {"policy": said["policy"], "law_sha256": said["law_sha256"]}


def parts_of_terms(terms: Terms) -> dict[str, str]:
    """The parts of a seal that stand in no table: what is asked, under which rules, by which weights."""
    return _said_parts(_terms_said(terms))


def _said_parts(said: Mapping[str, Any]) -> dict[str, str]:
    question = {name: said[name] for name in ("on", "months", "sources", "waived", "partial_months")}
    return {
        RULES: _sha256_of(_rules_said(said)),
        QUESTION: _sha256_of(question),
        WEIGHTS: _sha256_of({"format": said["format"], "weights": said["weights"]}),
    }


def _parts(engine: Engine, folder: Path, said: Mapping[str, Any]) -> dict[str, str]:
    """Every part by its content. The registers' tables are left as they are."""
    lists = [name for name in APPLICATION_TYPES if name not in _WHERE_FROM]
    found = _said_parts(said) | {
        LISTS: _file_hash(engine, folder / APPLICATIONS, lists),
        DECIDED: _file_hash(engine, folder / DECISIONS, list(_DECISION_TYPES)),
        PAID_BEFORE: _file_hash(engine, folder / PAID, list(_PAID_TYPES)),
    }
    columns = [name for name in REGISTER_COLUMNS if name != "row"]
    for one in said["registers"]:
        meant = {name: one[name] for name in ("name", "kind", "as_of")}
        content = _file_hash(engine, folder / _file_of(one["name"]), columns)
        found[f"{REGISTER}{one['name']}"] = _sha256_of(meant | {"content": content})
    return found


def _file_hash(engine: Engine, path: Path, columns: list[str]) -> str:
    if not path.is_file():
        raise _changed(path.name)
    engine.read("frozen_content", path, {name: name for name in columns})
    try:
        return content_hash(engine, "frozen_content", columns)
    finally:
        engine.execute("DROP TABLE frozen_content")


def _file_of(register: str) -> str:
    return f"register_{register}.parquet"


def _seal_said(folder: Path) -> dict[str, Any]:
    if not (folder / SEAL).is_file():
        raise PayungError(
            "Masukan penyaringan tidak lengkap: pembekuannya terputus.", todo="Mulai penyaringan baru."
        )
    return _said(folder / SEAL)


def _said(path: Path) -> dict[str, Any]:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise _changed(path.name) from None
    if not isinstance(said, dict):
        raise _changed(path.name)
    return said


def _changed(name: str) -> PayungError:
    return PayungError(
        f"Masukan penyaringan yang dibekukan telah berubah ({name}); tidak ada yang disaring.",
        todo="Pulihkan dari cadangan, atau mulai penyaringan baru.",
    )


def _json(said: Mapping[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _sha256_of(said: Mapping[str, Any]) -> str:
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _bytes_sha256(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
