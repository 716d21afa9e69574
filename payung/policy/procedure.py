"""A regency's procedure: who looks at what and in which order, by which instrument a change is settled, how long to wait.

Read strictly: every fault is PayungError(Exit.POLICY) with file and line.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from payung.core.errors import Exit, PayungError
from payung.policy.loader import HERE, read_text, shown
from payung.policy.reading import Cell, compose
from payung.policy.tables import CERTAINTIES, Certainty

REGENCY, DISTRICT, DESA = "regency", "district", "desa"
LEVELS = (REGENCY, DISTRICT, DESA)
"""How far down a territory lies, from the top."""
ROLES: Mapping[str, str] = {
    "desa": DESA,
    "kecamatan": DISTRICT,
    **dict.fromkeys(("verifikator", "opd", "kpa", "bendahara", "hukum", "koordinasi", "penandatangan"), REGENCY),
}  # fmt: skip
"""Roles that can sit in a chain, with the level of their territory; `access.policy` says the same, a test holds them."""
EACH = (DISTRICT, DESA)
CHANGES = ("penetapan", "masuk", "keluar", "ubah", "pengganti")
"""What happens to people by decree: granted at first, in, out, changed, replaced by somebody else."""
TEMPLATES = ("keputusan", "perubahan", "berita-acara")
"""The wordings that an instrument can have."""
Named = TypeVar("Named")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ID_LENGTH, _TITLE_LENGTH, _WORDS_LENGTH = 20, 100, 120


@dataclass(frozen=True, slots=True)
class Seat:
    """A chair that must agree: a role, perhaps of one agency, perhaps once in each kecamatan or desa."""

    id: str
    title: str
    role: str
    agency: str = ""
    """Of the post, as its name is written there; empty where any post of the role will do."""
    field: str = ""
    """What the seat answers for."""
    each: str = ""
    """`district` or `desa`: one such seat for every one in which the subject's people live; empty: one seat."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Seats that look at the same time, in any order; the next stage opens when all of them have agreed."""

    id: str
    title: str
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """The stages through which something goes, in order; at least one, each with at least one seat."""

    id: str
    title: str
    stages: tuple[Stage, ...]

    @property
    def seats(self) -> Iterator[Seat]:
        """All seats in order of their stages; their ids differ."""
        return (seat for stage in self.stages for seat in stage.seats)


@dataclass(frozen=True, slots=True)
class Instrument:
    """A kind of paper by which a change is settled: whose signature, which chain before it, which wording."""

    id: str
    title: str
    signer: str
    """A role that sits on the last stage of the chain."""
    chain: str
    template: str


@dataclass(frozen=True, slots=True)
class Terms:
    """How long something is announced, can be objected to, and how long before its end an agreement is spoken of."""

    notice_days: int
    objection_days: int
    agreement_alarm_days: tuple[int, ...]
    """From the most days to the least."""


@dataclass(frozen=True, slots=True)
class Procedure:
    """A whole procedure. `place` is its file and line."""

    id: str
    title: str
    certainty: Certainty
    source: str
    chains: Mapping[str, Chain]
    instruments: Mapping[str, Instrument]
    changes: Mapping[str, str]
    """Each of CHANGES to the id of its instrument."""
    terms: Terms
    place: str

    def chain(self, name: str) -> Chain:
        """PayungError(Exit.POLICY) for a chain that this procedure does not have."""
        return _among(self.chains, name, f"Tata cara {self.id} tidak punya rantai {name}.")

    def instrument(self, name: str) -> Instrument:
        """PayungError(Exit.POLICY) for an instrument that this procedure does not have."""
        return _among(self.instruments, name, f"Tata cara {self.id} tidak punya naskah {name}.")

    def instrument_for(self, change: str) -> Instrument:
        """By what a change (one of CHANGES) is settled."""
        return self.instrument(self.changes[change])


def load_procedure(name_or_path: str | Path) -> Procedure:
    """A shipped procedure by name (`umum`), or one from a file of the office. PayungError(Exit.POLICY)."""
    if str(name_or_path) in shipped_procedures():
        return _shipped(str(name_or_path))
    path = Path(name_or_path)
    if not path.is_file():
        raise PayungError(
            f"Tata cara {name_or_path} tidak ada.",
            todo=f"Pakai salah satu: {', '.join(shipped_procedures())}; atau nama berkas YAML.",
            exit_code=Exit.POLICY,
        )
    return procedure_of(read_text(path), shown(path))


def procedure_of(text: str, name: str) -> Procedure:
    """The procedure that a YAML text says; errors tell `name`."""
    return read_procedure(compose(text, name))


@cache
def shipped_procedures() -> tuple[str, ...]:
    """Names of the procedures that come with Payung."""
    return tuple(sorted(path.stem for path in (HERE / "procedure").glob("*.yaml")))


@cache
def _shipped(name: str) -> Procedure:
    path = HERE / "procedure" / f"{name}.yaml"
    return procedure_of(read_text(path), shown(path))


def read_procedure(cell: Cell) -> Procedure:
    """A whole procedure from its root cell."""
    top = cell.mapping(("id", "title", "certainty", "source", "chains", "instruments", "changes", "terms"))
    chains = {name: _chain(name, inner) for name, inner in _named(top["chains"], "rantai").items()}
    instruments = {
        name: _instrument(name, inner, chains) for name, inner in _named(top["instruments"], "naskah").items()
    }
    changes = top["changes"].mapping(CHANGES)
    return Procedure(
        id=_identifier(top["id"]),
        title=_words(top["title"], _TITLE_LENGTH),
        certainty=Certainty(top["certainty"].choice(CERTAINTIES)),
        source=top["source"].text(),
        chains=chains,
        instruments=instruments,
        changes={change: changes[change].choice(tuple(instruments)) for change in CHANGES},
        terms=_terms(top["terms"]),
        place=cell.place,
    )


def _named(cell: Cell, what: str) -> Mapping[str, Cell]:
    found = cell.open_mapping()
    if not found:
        raise cell.fail(f"paling sedikit satu {what}.")
    for name, inner in found.items():
        _check_id(name, inner)
    return found


def _chain(name: str, cell: Cell) -> Chain:
    keys = cell.mapping(("title", "stages"))
    stages: list[Stage] = []
    seats: set[str] = set()
    for item in keys["stages"].items():
        stage = _stage(item, seats)
        if stage.id in {one.id for one in stages}:
            raise item.fail(f'tahap "{stage.id}" tertulis dua kali.')
        stages.append(stage)
    if not stages:
        raise keys["stages"].fail(f'rantai "{name}" tidak punya tahap.')
    return Chain(name, _words(keys["title"], _TITLE_LENGTH), tuple(stages))


def _stage(cell: Cell, taken: set[str]) -> Stage:
    """One stage; `taken` are the ids of the chain's seats so far."""
    keys = cell.mapping(("id", "title", "seats"))
    name = _identifier(keys["id"])
    seats = []
    for item in keys["seats"].items():
        seat = _seat(item)
        if seat.id in taken:
            raise item.fail(f'kursi "{seat.id}" tertulis dua kali dalam rantai ini.')
        taken.add(seat.id)
        seats.append(seat)
    if not seats:
        raise keys["seats"].fail(f'tahap "{name}" tidak punya kursi; tanpa kursi tidak ada yang menyetujui.')
    return Stage(name, _words(keys["title"], _TITLE_LENGTH), tuple(seats))


def _seat(cell: Cell) -> Seat:
    keys = cell.mapping(("id", "title", "role"), ("agency", "field", "each"))
    role = keys["role"].choice(tuple(ROLES))
    each = keys["each"].choice(EACH) if "each" in keys else ""
    if LEVELS.index(ROLES[role]) > LEVELS.index(each or REGENCY):
        raise keys["each" if each else "role"].fail(
            f'kursi untuk peran "{role}" perlu each: {ROLES[role]}, sebab wilayah peran itu tidak sampai ke atas.'
        )
    return Seat(
        id=_identifier(keys["id"]),
        title=_words(keys["title"], _TITLE_LENGTH),
        role=role,
        agency=_words(keys["agency"], _WORDS_LENGTH) if "agency" in keys else "",
        field=_words(keys["field"], _WORDS_LENGTH) if "field" in keys else "",
        each=each,
    )


def _instrument(name: str, cell: Cell, chains: Mapping[str, Chain]) -> Instrument:
    keys = cell.mapping(("title", "signer", "chain", "template"))
    chain = keys["chain"].choice(tuple(chains))
    signer = keys["signer"].choice(tuple(ROLES))
    if signer not in {seat.role for seat in chains[chain].stages[-1].seats}:
        raise keys["signer"].fail(f'"{signer}" tidak duduk pada tahap terakhir rantai "{chain}".')
    return Instrument(
        name, _words(keys["title"], _TITLE_LENGTH), signer, chain, keys["template"].choice(TEMPLATES)
    )


def _terms(cell: Cell) -> Terms:
    keys = cell.mapping(("notice_days", "objection_days", "agreement_alarm_days"))
    alarms = tuple(item.integer(1) for item in keys["agreement_alarm_days"].items())
    if any(later >= sooner for sooner, later in itertools.pairwise(alarms)):
        raise keys["agreement_alarm_days"].fail("tulis dari hari terbanyak ke yang paling sedikit.")
    return Terms(keys["notice_days"].integer(1), keys["objection_days"].integer(1), alarms)


def _identifier(cell: Cell) -> str:
    name = cell.text()
    _check_id(name, cell)
    return name


def _check_id(name: str, cell: Cell) -> None:
    if not _ID.fullmatch(name) or len(name) > _ID_LENGTH:
        raise cell.fail(
            f'nama "{name}" harus huruf kecil, angka, dan tanda hubung, paling panjang {_ID_LENGTH} tanda.'
        )


def _words(cell: Cell, longest: int) -> str:
    words = " ".join(cell.text().split())
    if len(words) > longest:
        raise cell.fail(f"teks ini lebih panjang dari {longest} tanda.")
    return words


def _among(found: Mapping[str, Named], name: str, message: str) -> Named:
    if name not in found:
        raise PayungError(message, todo=f"Yang ada: {', '.join(found)}.", exit_code=Exit.POLICY)
    return found[name]
