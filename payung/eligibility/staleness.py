"""Why a screening no longer says what is: its inputs have changed since, or a register has grown too old. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from payung.core.dates import day
from payung.eligibility.frozen import DECIDED, LISTS, PAID_BEFORE, QUESTION, REGISTER, RULES, WEIGHTS
from payung.policy.local import LocalPolicy
from payung.registry.rules import REGISTERS

_SAID = {
    LISTS: "Daftar usulan berubah sejak penyaringan ini.",
    DECIDED: "Ada keputusan pemeriksaan yang belum ikut disaring.",
    PAID_BEFORE: "Daftar penetapan yang sudah dibayar berubah sejak penyaringan ini.",
    RULES: "Aturan daerah atau peraturannya berubah sejak penyaringan ini.",
    QUESTION: "Bulan, sumber dana, atau register yang dikecualikan berubah sejak penyaringan ini.",
    WEIGHTS: "Cara mencari orang yang sama diperbarui sejak penyaringan ini.",
}


@dataclass(frozen=True, slots=True)
class Stale:
    """One reason why a screening is outdated; `part` is that of the seal which differs, or of a register's age."""

    part: str
    message: str
    too_old: bool = False


def staleness(
    then: Mapping[str, str],
    now: Mapping[str, str],
    registers: Mapping[str, date | None],
    policy: LocalPolicy,
    on: date,
    *,
    waived: Collection[str] = (),
) -> tuple[Stale, ...]:
    """Every reason why a screening is outdated on day `on`, none where it still holds.

    `then` and `now` are the parts of two seals; `registers` are the days that the screening's registers describe.
    """
    found = [
        Stale(part, _said(part, then, now)) for part in _parts(then, now) if then.get(part) != now.get(part)
    ]
    for name, as_of in registers.items():
        need = policy.registers.get(name)
        if need is None or as_of is None or name in waived or on - as_of <= timedelta(days=need.max_age_days):
            continue
        found.append(
            Stale(
                f"{REGISTER}{name}",
                f"Data {REGISTERS[name].title} per {day(as_of)} sudah lebih tua daripada {need.max_age_days} hari.",
                too_old=True,
            )
        )
    return tuple(found)


def _parts(then: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Lists first, then what else changes often; registers at the end."""
    known = [part for part in _SAID if part in then or part in now]
    return known + sorted((then.keys() | now.keys()) - set(known))


def _said(part: str, then: Mapping[str, str], now: Mapping[str, str]) -> str:
    if part in _SAID:
        return _SAID[part]
    name = part.removeprefix(REGISTER)
    title = REGISTERS[name].title if name in REGISTERS else name
    if part not in then:
        return f"Register {title} datang setelah penyaringan ini."
    if part not in now:
        return f"Register {title} ditarik sejak penyaringan ini."
    return f"Register {title} diganti sejak penyaringan ini."
