"""The law as a whole: what a month of cover costs, when it is due, and where each number comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from payung.core.calendar import next_working_day
from payung.core.errors import Exit, PayungError
from payung.core.month import Month
from payung.core.rupiah import round_half_up
from payung.policy.tables import Band, Certainty, Table, Value, period

PAYERS = ("apbn", "apbd", "apbdes", "perusahaan", "mandiri")
SECTORS = ("transport", "non_transport")
SEGMENTS = ("BPU", "PU")
RISK_CLASSES = ("sangat_rendah", "rendah", "sedang", "tinggi", "sangat_tinggi")


@dataclass(frozen=True, slots=True)
class Basis:
    """Where one number comes from."""

    id: str
    law: str
    certainty: Certainty
    source: str
    valid: str
    note: str = ""

    @classmethod
    def of(cls, table: Table, value: Value) -> Basis:
        valid = period(value.valid_from, value.valid_to)
        return cls(table.id, value.law, value.certainty, value.source, valid, value.note)

    def __str__(self) -> str:
        return f"{self.id}: {self.law}, {self.valid} [{self.certainty}] ({self.source})"


@dataclass(frozen=True, slots=True)
class Held:
    """A number that holds on a day, with its basis."""

    value: Fraction
    unit: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Price:
    """One person's contribution for one month, in whole rupiah, each programme rounded by itself."""

    jkk_idr: int
    jkm_idr: int
    basis: tuple[Basis, ...]

    @property
    def total_idr(self) -> int:
        return self.jkk_idr + self.jkm_idr


@dataclass(frozen=True, eq=False)
class Law:
    """All tables of the law by id. Every method raises PayungError(Exit.POLICY) for a day that no rule covers."""

    tables: Mapping[str, Table]
    _prices: dict[tuple[Month, str, str, str, int, str | None], Price] = field(
        default_factory=dict, repr=False
    )

    def table(self, table_id: str) -> Table:
        if table_id not in self.tables:
            raise PayungError(
                f"Aturan {table_id} tidak ada.",
                todo="Lengkapi berkas aturan di payung/policy.",
                exit_code=Exit.POLICY,
            )
        return self.tables[table_id]

    def number(self, table_id: str, on: date, **case: str) -> Held:
        """The number of `table_id` on a day, e.g. `number("manfaat/jkm", on, part="pemakaman")`."""
        table = self.table(table_id)
        value = table.at(on, case)
        if value is None:
            outside = table.outside or Fraction(0)
            valid = f"di luar {period(table.covers_from, table.covers_to)}"
            basis = Basis(table.id, table.law, table.certainty, table.source, valid)
            return Held(outside, table.unit, basis)
        return Held(value.value, table.unit, Basis.of(table, value))

    def bands(self, on: date) -> tuple[tuple[Band, ...], Basis]:
        """The income bands of BPU on a day."""
        table = self.table("iuran/bpu-jkk")
        value = table.at(on, {})
        assert value is not None, "iuran/bpu-jkk has no `outside`"
        return value.bands, Basis.of(table, value)

    def band_for_income(self, on: date, income_idr: int) -> Band:
        """The band into which a monthly income falls: for those who choose their own base, not for Pemda programmes."""
        if income_idr < 0:
            raise ValueError("penghasilan tidak boleh negatif")
        bands, _ = self.bands(on)
        return next(b for b in bands if b.income_to_idr is None or income_idr <= b.income_to_idr)

    def price(
        self,
        month: Month,
        *,
        payer: str,
        segment: str,
        sector: str,
        base_idr: int,
        risk_class: str | None = None,
    ) -> Price:
        """What one person costs for one month.

        `payer` is the class of money (`apbd`, `perusahaan`, …), `base_idr` the base of the policy for BPU and the
        wage for PU, whose `risk_class` must be named. Each programme is reduced first and rounded once, half up.
        """
        key = (month, payer, segment, sector, base_idr, risk_class)
        if (known := self._prices.get(key)) is None:
            known = self._prices[key] = self._price(
                month.first_day, payer, segment, sector, base_idr, risk_class
            )
        return known

    def _price(
        self, on: date, payer: str, segment: str, sector: str, base_idr: int, risk_class: str | None
    ) -> Price:
        _one_of("payer", payer, PAYERS)
        _one_of("segment", segment, SEGMENTS)
        _one_of("sector", sector, SECTORS)
        if segment == "BPU":
            jkk, jkk_basis = self._bpu_jkk(on, base_idr)
            jkm = self.number("iuran/bpu-jkm", on)
            jkm_idr = jkm.value
        else:
            rate = self.number("iuran/pu-jkk", on, risk_class=_one_of("risk_class", risk_class, RISK_CLASSES))
            jkk, jkk_basis = base_idr * rate.value / 100, rate.basis
            jkm = self.number("iuran/pu-jkm", on)
            jkm_idr = base_idr * jkm.value / 100
        share, reliefs = self._relief(on, payer, segment, sector)
        return Price(
            jkk_idr=round_half_up(jkk * share),
            jkm_idr=round_half_up(jkm_idr * share),
            basis=(jkk_basis, jkm.basis, *reliefs),
        )

    def _bpu_jkk(self, on: date, base_idr: int) -> tuple[Fraction, Basis]:
        bands, basis = self.bands(on)
        for band in bands:
            if band.base_idr == base_idr:
                known = Basis(basis.id, basis.law, band.certainty, basis.source, basis.valid, basis.note)
                return Fraction(band.jkk_idr), known
        raise PayungError(
            f"Dasar iuran Rp{base_idr} bukan dasar lapis penghasilan pada iuran/bpu-jkk.",
            todo="Pakai dasar iuran yang ada di tabel, misalnya 1000000.",
            exit_code=Exit.POLICY,
        )

    def _relief(self, on: date, payer: str, segment: str, sector: str) -> tuple[Fraction, tuple[Basis, ...]]:
        """The share still to be paid, and every relief whose period this is, also where it excludes the payer."""
        share, bases = Fraction(1), []
        for table in self.tables.values():
            if not table.id.startswith("keringanan/"):
                continue
            value = table.at(on, {"payer": payer, "segment": segment, "sector": sector})
            if value is not None:
                share *= value.value / 100
                bases.append(Basis.of(table, value))
        return share, tuple(bases)

    def due_on(self, month: Month, segment: str) -> date:
        """The day a month's contribution is due: a holiday moves it to the next working day."""
        day = self.number("iuran/tanggal-jatuh-tempo", month.first_day, segment=segment).value
        offset = self.number("iuran/bulan-jatuh-tempo", month.first_day, segment=segment).value
        return next_working_day(month.plus(int(offset)).first_day.replace(day=int(day)))


def _one_of(name: str, given: str | None, allowed: tuple[str, ...]) -> str:
    if given not in allowed:
        said = "belum disebut" if given is None else f'"{given}" tidak dikenal'
        raise PayungError(
            f"Harga: {name} {said}.", todo=f"Pilih salah satu: {', '.join(allowed)}.", exit_code=Exit.POLICY
        )
    assert given is not None
    return given
