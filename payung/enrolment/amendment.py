"""Amendments of a signed decree: who comes in, goes out or is corrected, from which month, and what that does to the money.

A signed decree is never edited. Its roll as it stands is what it granted, changed by its signed amendments in their order.
Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from payung.allocation.pipeline import month_prices
from payung.allocation.roll import RollEntry, Totals
from payung.budget.rules import Amount
from payung.core.application import Application
from payung.core.errors import PayungError
from payung.core.month import Month
from payung.policy.law import Law
from payung.policy.local import LocalPolicy

Key = int
"""What tells the rows of a roll apart; the office takes the key of the decree's row."""


class Kind(StrEnum):
    """What an amendment does to somebody's row."""

    ENTERS = "masuk"
    LEAVES = "keluar"
    CORRECTED = "ubah"


REPLACEMENT = "pengganti"
"""In the procedure's `changes`: somebody of the waiting list for somebody who leaves."""

CAUSES: Mapping[str, str] = {
    "meninggal": "meninggal dunia",
    "pindah": "pindah ke luar kabupaten",
    "pegawai": "menjadi pegawai atau pekerja penerima upah",
    "mundur": "mengundurkan diri",
    "keliru": "ternyata tidak memenuhi syarat atau salah data",
}
"""Why somebody leaves: code to words."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    `shown` is what the amendment's papers and rows say: of who leaves the months and money that are no longer given, else
    the row as it is from now on. `old` is the row as it stood (None for who enters), `new` as it stands afterwards (None
    for who leaves with no month left). `replaces` names the row of the one who leaves and is followed by this one.
    """

    kind: Kind
    why: str
    shown: RollEntry
    key: Key | None = None
    old: RollEntry | None = None
    new: RollEntry | None = None
    replaces: Key | None = None

    @property
    def freed(self) -> Amount:
        return _amount(self.shown) if self.kind is Kind.LEAVES else Amount(0, 0)

    @property
    def needed(self) -> Amount:
        return _amount(self.shown) if self.kind is Kind.ENTERS else Amount(0, 0)


@dataclass(frozen=True, slots=True)
class Balance:
    """What changes cost one source of money: rupiah freed and needed, and months of people."""

    source: str
    freed: Amount
    needed: Amount
    months_freed: int
    months_needed: int

    @property
    def more(self) -> Amount:
        """What is to be bound besides, on each account; none below zero."""
        return Amount(
            max(0, self.needed.jkk_idr - self.freed.jkk_idr), max(0, self.needed.jkm_idr - self.freed.jkm_idr)
        )

    @property
    def less(self) -> Amount:
        """What becomes free, on each account; none below zero."""
        return Amount(
            max(0, self.freed.jkk_idr - self.needed.jkk_idr), max(0, self.freed.jkm_idr - self.needed.jkm_idr)
        )

    @property
    def months_more(self) -> int:
        return max(0, self.months_needed - self.months_freed)

    @property
    def months_less(self) -> int:
        return max(0, self.months_freed - self.months_needed)


def leave(key: Key, entry: RollEntry, since: Month, why: str, policy: LocalPolicy, law: Law) -> Change:
    """Somebody goes out from `since` on; the months before stay theirs.

    PayungError where no month would be taken from them.
    """
    taken = tuple(month for month in entry.months if month >= since)
    if not taken:
        raise PayungError(
            f"{entry.row.name_raw} tidak ditetapkan lagi mulai {since.in_words}.",
            todo=f"Pilih bulan paling lambat {entry.months[-1].in_words}.",
        )
    shown = entry if taken == entry.months else _narrowed(entry, taken, policy, law)
    return Change(Kind.LEAVES, why, shown, key, entry, remaining(entry, shown))


def remaining(entry: RollEntry, taken: RollEntry) -> RollEntry | None:
    """What is left of a row when the last months are taken from it; None where nothing is.

    ValueError where `taken` are not its last months.
    """
    kept = entry.months[: len(entry.months) - len(taken.months)]
    if (*kept, *taken.months) != entry.months:
        raise ValueError("Yang keluar bukan bulan-bulan terakhir")
    if not kept:
        return None
    jkk, jkm = entry.jkk_idr - taken.jkk_idr, entry.jkm_idr - taken.jkm_idr
    row = replace(entry.row, month_to=kept[-1], amount_idr=jkk + jkm)
    return replace(entry, row=row, jkk_idr=jkk, jkm_idr=jkm, months=kept)


def correct(key: Key, entry: RollEntry, application: Application, why: str) -> Change:
    """Somebody's data is mended: name, NIK, birth date, sex, place, address. Months and money stay.

    PayungError where nothing differs, or where the decree needs what would be missing.
    """
    nik, name, born = application.nik, application.name, application.birth_on
    if nik is None or not name or born is None or not application.desa_code:
        raise PayungError(
            f"Data {entry.row.name_raw} belum lengkap.",
            todo="Isi NIK, nama, tanggal lahir, dan desa, lalu coba lagi.",
        )
    row = replace(
        entry.row, nik=nik, name_raw=name, birth_on=born, sex=application.sex or "", desa_code=application.desa_code,
        rt=application.rt or "",
    )  # fmt: skip
    kept = replace(application, group=entry.application.group)
    if row == entry.row and _address(kept) == _address(entry.application):
        raise PayungError(
            f"Tidak ada yang berubah pada {entry.row.name_raw}.", todo="Perbaiki isian yang keliru lebih dahulu."
        )  # fmt: skip
    new = replace(entry, row=row, application=kept)
    return Change(Kind.CORRECTED, why, new, key, entry, new)


def after(standing: Mapping[Key, RollEntry], changes: Sequence[Change]) -> list[RollEntry]:
    """The roll that follows from `standing` by these changes.

    PayungError where a change is of somebody who does not stand on it (any more) or not as the change says, where two
    changes are of one person, or where one NIK would stand on it twice.
    """
    rest = dict(standing)
    added: list[RollEntry] = []
    for change in changes:
        if change.key is not None:
            if change.old is None or rest.get(change.key) != change.old:
                raise _changed_meanwhile(change)
            del rest[change.key]
        if change.new is not None:
            added.append(change.new)
    for change in changes:
        if change.replaces is not None and change.replaces not in {one.key for one in changes}:
            raise PayungError(
                f"{change.shown.row.name_raw} menggantikan orang yang tidak keluar.",
                todo="Keluarkan dahulu yang digantikan, pada perubahan yang sama.",
            )
    entries = [*rest.values(), *added]
    twice = [nik for nik, count in Counter(entry.row.nik for entry in entries).items() if count > 1]
    if twice:
        names = sorted({entry.row.name_raw for entry in entries if entry.row.nik == twice[0]})
        raise PayungError(
            f"NIK yang sama akan ada dua kali pada daftar: {', '.join(names)}.",
            todo="Keluarkan salah satunya, atau perbaiki NIK-nya.",
        )
    return entries


def balances(changes: Iterable[Change]) -> list[Balance]:
    """What the changes do to the money of each source, in the order of their ids."""
    found: dict[str, Balance] = {}
    for change in changes:
        source, months = change.shown.row.source, len(change.shown.months)
        before = found.get(source, Balance(source, Amount(0, 0), Amount(0, 0), 0, 0))
        found[source] = Balance(
            source,
            before.freed + change.freed,
            before.needed + change.needed,
            before.months_freed + (months if change.kind is Kind.LEAVES else 0),
            before.months_needed + (months if change.kind is Kind.ENTERS else 0),
        )
    return [found[source] for source in sorted(found)]


def instrument(changes: Sequence[Change], by_kind: Mapping[str, str]) -> str:
    """Id of the instrument by which these changes are made, as the procedure's `by_kind` says.

    Where everybody who enters replaces somebody who leaves and nobody is corrected, it is that of replacements.
    PayungError for no change at all, and where kinds need different instruments.
    """
    if not changes:
        raise PayungError("Belum ada perubahan.", todo="Tambahkan siapa yang masuk, keluar, atau diperbaiki.")
    kinds = Counter(change.kind for change in changes)
    replacing = sum(change.replaces is not None for change in changes)
    if replacing and replacing == kinds[Kind.ENTERS] == kinds[Kind.LEAVES] and not kinds[Kind.CORRECTED]:
        return by_kind[REPLACEMENT]
    needed = {by_kind[kind.value] for kind in kinds}
    if len(needed) > 1:
        raise PayungError(
            "Perubahan ini ditetapkan dengan naskah yang berlainan.",
            todo="Susun satu perubahan untuk tiap jenis: masuk, keluar, atau perbaikan data.",
        )
    return needed.pop()


def numbered(changes: Sequence[Change]) -> list[tuple[int, Change]]:
    """The changes with their numbers: who leaves, each with who replaces them, who enters, who is corrected."""
    by_replaced = {change.replaces: change for change in changes if change.replaces is not None}
    ordered: list[Change] = []
    for change in sorted((one for one in changes if one.kind is Kind.LEAVES), key=_place):
        ordered.append(change)
        if change.key in by_replaced:
            ordered.append(by_replaced[change.key])
    enters = (one for one in changes if one.kind is Kind.ENTERS and one.replaces is None)
    ordered += sorted(enters, key=_place)
    ordered += sorted((one for one in changes if one.kind is Kind.CORRECTED), key=_place)
    return list(enumerate(ordered, start=1))


def corrected_fields(change: Change) -> list[tuple[str, str, str]]:
    """Of a correction: what differs, as label, before, after; a NIK in the clear."""
    assert change.old is not None
    assert change.new is not None
    return [
        (label, old, new)
        for label, old, new in zip(_LABELS, _facts(change.old), _facts(change.new), strict=True)
        if old != new
    ]


_LABELS = ("NIK", "Nama", "Tanggal lahir", "Jenis kelamin", "Desa", "RT", "RW", "Alamat")


def _facts(entry: RollEntry) -> tuple[str, ...]:
    row = entry.row
    return (
        row.nik, row.name_raw, row.birth_on.strftime("%d-%m-%Y"), row.sex, row.desa_code, row.rt, *_address(entry.application),
    )  # fmt: skip


def _address(application: Application) -> tuple[str, str]:
    return application.rw or "", application.address or ""


def _narrowed(entry: RollEntry, months: Sequence[Month], policy: LocalPolicy, law: Law) -> RollEntry:
    """The entry for some of its months only, at their price."""
    row, span = entry.row, entry.span
    prices = month_prices(policy.source(row.source), policy.group(row.group).sector, law, span)
    whole = [price for price in prices if price[0] in entry.months]
    if (sum(one for _, one, _ in whole), sum(one for _, _, one in whole)) != (entry.jkk_idr, entry.jkm_idr):
        raise PayungError(
            f"Iuran {row.name_raw} tidak sama dengan harga bulanan menurut aturan putarannya.",
            todo="Keluarkan untuk seluruh bulannya, atau minta pengelola memeriksa aturan dan daftarnya.",
        )
    monthly = [price for price in whole if price[0] in months]
    jkk, jkm = sum(one for _, one, _ in monthly), sum(one for _, _, one in monthly)
    narrowed = replace(
        row, month_from=months[0], month_to=months[-1], price_idr=monthly[0][1] + monthly[0][2], amount_idr=jkk + jkm
    )  # fmt: skip
    return replace(entry, row=narrowed, jkk_idr=jkk, jkm_idr=jkm, months=tuple(months))


def _amount(entry: RollEntry) -> Amount:
    return Amount(entry.jkk_idr, entry.jkm_idr)


def _place(change: Change) -> tuple[str, str, str, str]:
    row = (change.old or change.shown).row
    return row.desa_code, row.rt, row.nik, row.name_raw


def _changed_meanwhile(change: Change) -> PayungError:
    return PayungError(
        f"{change.shown.row.name_raw} tidak lagi berada pada daftar yang berlaku seperti saat perubahan ini disusun.",
        todo="Buang baris ini, lalu tambahkan lagi dari daftar yang berlaku.",
    )


def totals(entries: Iterable[RollEntry]) -> Mapping[str, Totals]:
    """People and rupiah of a roll, by source."""
    by_source: dict[str, list[RollEntry]] = {}
    for entry in entries:
        by_source.setdefault(entry.row.source, []).append(entry)
    return {source: Totals.of(members) for source, members in sorted(by_source.items())}
