"""The candidates of a round as files: who can be chosen at what price, who they are, and the rules that say so. Pure.

The hash is over what the files say: the same screening under the same rules gives the same hash on any machine. People stand
in a file of their own, so that a choice can be made again without knowing anybody.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from payung.allocation.candidates import Candidate, MonthPrice
from payung.core.application import Application
from payung.core.errors import PayungError
from payung.core.month import Month, MonthSpan
from payung.eligibility.terms import Rules, Terms
from payung.policy import loader
from payung.policy.law import Law
from payung.policy.local import LocalPolicy
from payung.registry.facts import application_of, facts_of

FORMAT = 1
TERMS, POLICY, LAW = "terms.json", "policy.yaml", "law.json"
CANDIDATES, PEOPLE, SEAL = "candidates.json", "people.jsonl", "seal.json"


@dataclass(frozen=True, slots=True)
class RulesText:
    """A local policy and the law as they are written, to be kept beside what they were applied to."""

    policy_id: str
    policy: str
    law: Mapping[str, str]

    def rules(self) -> Rules:
        """What they say. PayungError(Exit.POLICY) where they say nothing that can be applied."""
        return Rules(
            loader.local_of(self.policy, self.policy_id),
            loader.law_of(self.law),
            hashlib.sha256(self.policy.encode()).hexdigest(),
            loader.law_texts_sha256(self.law),
        )


@dataclass(frozen=True, eq=False)
class Prepared:
    """Who can be chosen in a round, as each source that takes part sees them, under the rules of its screening.

    Priced for all months of the screening. `continuity` of a candidate is the fact, whether or not it is to count. `sexes`
    (`L`, `P` or "") are by row id. Nobody's name or number is in it.
    """

    terms: Terms
    candidates: Mapping[str, Sequence[Candidate]]
    sexes: Mapping[str, str]
    hash: str

    @property
    def policy(self) -> LocalPolicy:
        return self.terms.policy

    @property
    def law(self) -> Law:
        return self.terms.rules.law

    @cached_property
    def groups(self) -> Mapping[str, int]:
        """How many can be chosen of each occupation group."""
        return Counter({one.row_id: one.group for some in self.candidates.values() for one in some}.values())

    @property
    def people(self) -> int:
        """How many can be chosen by one source or another."""
        return len(self.sexes)


def write(
    folder: Path,
    terms: Terms,
    rules: RulesText,
    candidates: Mapping[str, Sequence[Candidate]],
    people: Mapping[str, Application],
) -> str:
    """Write everything about who can be chosen into the folder `folder`; the hash of it. `people` are by row id."""
    files = {
        TERMS: _json(_terms_said(terms, rules.policy_id)),
        POLICY: rules.policy,
        LAW: _json(dict(rules.law)),
        CANDIDATES: _json(_candidates_said(candidates, people)),
        PEOPLE: "".join(f"{row_id}\t{_json(facts_of(one))}\n" for row_id, one in sorted(people.items())),
    }
    digests = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in sorted(files.items())}
    for name, text in files.items():
        (folder / name).write_bytes(text.encode())
    (folder / SEAL).write_text(_json({"format": FORMAT, "files": digests}), encoding="utf-8")
    return _hash(digests)


def _hash(digests: Mapping[str, str]) -> str:
    return hashlib.sha256(
        _json({"format": FORMAT, "files": dict(sorted(digests.items()))}).encode()
    ).hexdigest()


def _terms_said(terms: Terms, policy_id: str) -> dict[str, Any]:
    return {
        "policy": {"id": policy_id, "sha256": terms.rules.policy_sha256},
        "law_sha256": terms.rules.law_sha256,
        "months": str(terms.months),
        "on": terms.on.isoformat(),
        "sources": sorted(terms.offered),
        "partial_months": terms.partial_months,
        "waived": sorted(terms.waived),
    }


def _candidates_said(
    candidates: Mapping[str, Sequence[Candidate]], people: Mapping[str, Application]
) -> dict[str, Any]:
    """People once each, and how each source sees them, by their place; lists of months are written once."""
    known: dict[str, Candidate] = {}
    for some in candidates.values():
        for one in some:
            known.setdefault(one.row_id, one)
    places = {row_id: place for place, row_id in enumerate(sorted(known))}
    spans: dict[tuple[MonthPrice, ...], int] = {}
    return {
        "people": [
            [row_id, one.fingerprint, one.desa_code, one.group, one.points, people[row_id].sex or ""]
            for row_id, one in sorted(known.items())
        ],
        "sources": {
            source: [
                [
                    places[one.row_id],
                    int(one.continuity),
                    int(one.full_span),
                    spans.setdefault(one.monthly, len(spans)),
                ]
                for one in some
            ]
            for source, some in candidates.items()
        },
        "months": [[[str(month), jkk, jkm] for month, jkk, jkm in monthly] for monthly in spans],
    }


def read(archive: bytes, *, expect: str | None = None) -> Prepared:
    """The prepared candidates of a packed folder. PayungError where it is not whole, or has another hash than `expect`."""
    said = _checked(archive, expect)
    terms, found = json.loads(said.file(TERMS)), json.loads(said.file(CANDIDATES))
    rules = RulesText(terms["policy"]["id"], said.file(POLICY).decode(), json.loads(said.file(LAW))).rules()
    spans = [
        tuple((Month.parse(month), int(jkk), int(jkm)) for month, jkk, jkm in monthly)
        for monthly in found["months"]
    ]
    people = found["people"]
    return Prepared(
        Terms(
            rules,
            frozenset(terms["sources"]),
            MonthSpan.parse(terms["months"]),
            date.fromisoformat(terms["on"]),
            bool(terms["partial_months"]),
            frozenset(terms["waived"]),
        ),
        {
            source.id: tuple(
                _read_candidate(people[at], spans[span], kept, full) for at, kept, full, span in some
            )
            for source in rules.policy.sources
            if (some := found["sources"].get(source.id)) is not None
        },
        {one[0]: one[5] for one in people},
        said.hash,
    )


def _read_candidate(person: list[Any], monthly: tuple[MonthPrice, ...], kept: int, full: int) -> Candidate:
    row_id, fingerprint, desa, group, points, _ = person
    return Candidate(row_id, fingerprint, desa, desa[:8], group, points, bool(kept), monthly, bool(full))


def read_people(archive: bytes, wanted: Collection[str] | None = None) -> dict[str, Application]:
    """Who stands behind row ids: those that are wanted, or everybody. PayungError where the archive is not whole."""
    return {
        row_id: application_of(json.loads(text))
        for row_id, text in _lines(archive)
        if wanted is None or row_id in wanted
    }


def find_people(archive: bytes, fits: Callable[[Application], bool]) -> set[str]:
    """The row ids of those whom `fits` lets through."""
    return {row_id for row_id, text in _lines(archive) if fits(application_of(json.loads(text)))}


def _lines(archive: bytes) -> Iterator[tuple[str, str]]:
    for line in _file(archive, PEOPLE).decode().split("\n"):
        row_id, tab, said = line.partition("\t")
        if tab:
            yield row_id, said


@dataclass(frozen=True, slots=True)
class _Checked:
    files: Mapping[str, bytes]
    hash: str

    def file(self, name: str) -> bytes:
        return self.files[name]


def _checked(archive: bytes, expect: str | None) -> _Checked:
    """All files but the people's, each as its digest says."""
    try:
        seal = json.loads(_file(archive, SEAL))
        digests: dict[str, str] = dict(seal["files"])
    except (ValueError, KeyError, TypeError):
        raise _broken() from None
    files = {name: _file(archive, name) for name in digests if name != PEOPLE}
    wrong = [name for name, content in files.items() if hashlib.sha256(content).hexdigest() != digests[name]]
    found = _hash(digests)
    if wrong or seal.get("format") != FORMAT or (expect or found) != found or set(digests) != _ALL:
        raise _broken()
    return _Checked(files, found)


_ALL = {TERMS, POLICY, LAW, CANDIDATES, PEOPLE}


def _file(archive: bytes, name: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            return opened.read(name)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, EOFError):
        raise _broken() from None


def _broken() -> PayungError:
    return PayungError(
        "Calon putaran ini tidak lengkap atau berubah.",
        todo="Pulihkan berkasnya dari cadangan, atau batalkan putaran ini dan buka yang baru.",
    )


def _json(said: object) -> str:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))
