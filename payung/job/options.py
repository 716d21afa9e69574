"""What a user asks of the main job, checked before anything is read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath

from payung.core.errors import Exit, PayungError
from payung.core.month import MonthSpan
from payung.eligibility.terms import Rules, Terms
from payung.policy.law import Law
from payung.policy.local import LocalPolicy, Source
from payung.registry.rules import REGISTERS, RegisterInput


@dataclass(frozen=True, slots=True)
class Options:
    """The whole question: which lists, against which registers, with what money, for which months.

    `ceilings` maps sources of money to rupiah, in the order in which the policy offers them. `seed` is the lottery's;
    `on` the day of the run. `decree` and `marked` switch the two slow outputs.
    """

    lists: Path
    registers: tuple[RegisterInput, ...]
    policy: LocalPolicy
    law: Law
    ceilings: Mapping[str, int]
    months: MonthSpan
    on: date
    out: Path
    seed: str
    decisions: tuple[Path, ...] = ()
    without: frozenset[str] = frozenset()
    paid: tuple[Path, ...] = ()
    denominators: Path | None = None
    accept: frozenset[str] = frozenset()
    list_mappings: Mapping[str, Path] = field(default_factory=dict)
    register_mappings: Mapping[str, Path] = field(default_factory=dict)
    bpjs_mapping: Path | None = None
    template: Path | None = None
    paper: str = "f4"
    signer: str = ""
    partial_months: bool = False
    decree: bool = True
    marked: bool = True
    threads: int | None = None
    memory: str = "2GB"
    policy_sha256: str = ""
    law_sha256: str = ""

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources that have money in this run, in the policy's order."""
        return self.terms.sources

    @property
    def terms(self) -> Terms:
        """What the screening is held to."""
        return Terms(
            rules=Rules(self.policy, self.law, self.policy_sha256, self.law_sha256),
            offered=frozenset(self.ceilings),
            months=self.months,
            on=self.on,
            partial_months=self.partial_months,
            waived=self.without,
        )


def parse_ceilings(texts: Sequence[str], policy: LocalPolicy) -> dict[str, int]:
    """`1626307200` for the regency's own source, or `SOURCE=RUPIAH` for any; PayungError(Exit.USAGE) otherwise."""
    found: dict[str, int] = {}
    for text in texts:
        name, equals, amount = text.rpartition("=")
        source = policy.source(name.strip()) if equals else _own(policy)
        written = amount.strip().removeprefix("Rp").strip()
        # Points only between thousands: 1626307200.00 must not become a hundred times as much.
        if not re.fullmatch(r"\d+|\d{1,3}(\.\d{3})+", written, re.ASCII):
            raise PayungError(
                f"Pagu {amount!r} bukan jumlah rupiah.",
                todo="Tulis angka rupiah penuh, misalnya --ceiling 1626307200 atau --ceiling apbd-kabupaten=1626307200.",
                exit_code=Exit.USAGE,
            )
        if source.id in found:
            raise PayungError(
                f"Pagu {source.id} disebut dua kali.",
                todo="Sebut satu pagu saja untuk setiap sumber dana.",
                exit_code=Exit.USAGE,
            )
        found[source.id] = int(written.replace(".", ""))
    if not found:
        raise PayungError(
            "Pagu belum disebut.",
            todo="Tambahkan --ceiling, misalnya --ceiling 1626307200.",
            exit_code=Exit.USAGE,
        )
    return found


def _own(policy: LocalPolicy) -> Source:
    return next((source for source in policy.sources if source.own), policy.sources[0])


def parse_without(names: Sequence[str]) -> frozenset[str]:
    """Registers that the run is told to do without; PayungError(Exit.USAGE) for an unknown name."""
    for name in names:
        if name not in REGISTERS:
            raise PayungError(
                f"Register {name!r} pada --without tidak dikenal.",
                todo=f"Pilih dari: {', '.join(REGISTERS)}.",
                exit_code=Exit.USAGE,
            )
    return frozenset(names)


def parse_named_files(texts: Sequence[str], option: str) -> dict[str, Path]:
    """`NAME=FILE`, each name once; PayungError(Exit.USAGE) otherwise."""
    found: dict[str, Path] = {}
    for text in texts:
        name, equals, path = text.partition("=")
        if not equals or not name.strip() or not path.strip():
            raise PayungError(
                f"{option} ditulis NAMA=BERKAS, bukan {text!r}.",
                todo=f"Contoh: {option} bpjs=pemetaan.yaml.",
                exit_code=Exit.USAGE,
            )
        if name.strip() in found:
            raise PayungError(
                f"{option} {name.strip()} disebut dua kali.",
                todo="Sebut satu berkas saja untuk setiap nama.",
                exit_code=Exit.USAGE,
            )
        found[name.strip()] = Path(path.strip())
    return found


def parse_paper(text: str) -> str:
    """`a4` or `f4`; PayungError(Exit.USAGE) otherwise."""
    if text.lower() not in ("a4", "f4"):
        raise PayungError(f"Kertas {text!r} tidak dikenal.", todo="Pilih a4 atau f4.", exit_code=Exit.USAGE)
    return text.lower()


def check_names(options: Options, files: Sequence[str]) -> None:
    """PayungError(Exit.USAGE) where --accept or --list-mapping names none of the lists' `files`."""
    known = frozenset(files)
    short = known | {PurePosixPath(file).name for file in files}
    for option, names, among in (
        ("--accept", sorted(options.accept), short),
        ("--list-mapping", sorted(options.list_mappings), known),
    ):
        for name in names:
            if name not in among:
                near = [file for file in files if PurePosixPath(file).name == PurePosixPath(name).name]
                raise PayungError(
                    f"Berkas {name!r} pada {option} tidak ada di antara daftar.",
                    todo=f"Maksudnya {near[0]}?"
                    if near
                    else "Tulis namanya seperti di dalam folder --lists.",
                    exit_code=Exit.USAGE,
                )


def check(options: Options) -> None:
    """What can be known to be impossible before reading a single list. PayungError with its own exit code."""
    options.policy.require(options.months)
    given = [one.name for one in options.registers]
    for name in given:
        if given.count(name) > 1:
            raise PayungError(
                f"Register {name} disebut dua kali.",
                todo="Gabungkan menjadi satu berkas, atau sebut satu saja.",
                exit_code=Exit.USAGE,
            )
    for name in options.register_mappings:
        if name not in given:
            raise PayungError(
                f"Register {name!r} pada --register-mapping tidak ada di antara --register.",
                todo=f"Pilih dari: {', '.join(given)}." if given else "Sebut registernya dengan --register.",
                exit_code=Exit.USAGE,
            )
    for path in (*options.decisions, *options.paid, *(p for p in (options.denominators,) if p)):
        if not path.is_file():
            raise PayungError(f"Berkas {path} tidak ada.", todo="Periksa nama dan foldernya.")
    for source in options.sources:
        cheapest = min(
            options.law.price(
                month, payer=source.payer, segment=source.segment, sector=sector, base_idr=source.base_idr
            ).total_idr
            for month in options.months
            for sector in sorted({group.sector for group in options.policy.groups})
        )
        if options.ceilings[source.id] < cheapest:
            raise PayungError(
                f"Pagu {source.title} lebih kecil daripada iuran satu orang untuk satu bulan "
                f"(Rp{cheapest:,}).".replace(",", "."),
                todo="Naikkan pagu (--ceiling) atau periksa sumber dana dan bulannya.",
                exit_code=Exit.MONEY,
            )
