"""What holds on a day and where it comes from, as plain text for a terminal of 100 columns. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from payung.core.dates import long_day
from payung.core.errors import PayungError
from payung.core.month import Month
from payung.core.rupiah import rupiah
from payung.policy.law import PAYERS, RISK_CLASSES, SECTORS, SEGMENTS, Law
from payung.policy.local import LocalPolicy
from payung.policy.plaintext import columns, heading, wrapped
from payung.policy.show_local import local_lines
from payung.policy.tables import Table, Value, period

BASE_IDR = 1_000_000
"""The base for which contributions are shown: the lowest band, which government programmes use."""
_UNITS = {
    "months": "{} bulan", "days": "{} hari", "working_days": "{} hari kerja", "hours": "{} jam", "years": "{} tahun",
    "day_of_month": "tanggal {}", "month_offset": "{} bulan sesudahnya", "count": "{}", "percent": "{}%",
    "percent_of_wage": "{}% dari upah atau dasar",
}  # fmt: skip
_SECTIONS = (
    ("iuran/", "IURAN"),
    ("keringanan/", "KERINGANAN IURAN"),
    ("kepesertaan/", "KEPESERTAAN"),
    ("manfaat/", "MANFAAT"),
)
_CERTAINTIES = (
    "Keyakinan: A = dibaca di sumber pertama; A* = dibaca di sumber kedua; B = pengetahuan umum; "
    "C = belum pasti. B dan C perlu dicocokkan oleh kantor."
)


def show(law: Law, policy: LocalPolicy | None, on: date) -> str:
    """The law and the local rules of one day: each number with value, law, certainty, source and validity.

    `policy` None means that no local policy is known for that day, which is then said.
    """
    lines = [f"ATURAN YANG BERLAKU PADA {long_day(on).upper()}", "", *wrapped(_CERTAINTIES), ""]
    lines += _prices(law, on)
    lines += _due_dates(law, on)
    for prefix, title in _SECTIONS:
        tables = [table for key, table in sorted(law.tables.items()) if key.startswith(prefix)]
        lines += heading(title)
        lines += [line for table in tables for line in _table(table, on)]
    if policy is None:
        lines += heading("ATURAN DAERAH")
        lines += wrapped("Tidak ada aturan daerah bawaan yang mencakup hari ini. Pakai --policy BERKAS.yaml.")
    else:
        lines += local_lines(policy, law, on)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _prices(law: Law, on: date) -> list[str]:
    month = Month.of(on)
    lines = heading(f"IURAN SATU ORANG UNTUK {month.in_words.upper()}")
    rows: list[tuple[str, ...]] = [("segmen", "pembayar", "sektor", "JKK", "JKM", "jumlah")]
    try:
        for payer in PAYERS:
            for sector in SECTORS:
                price = law.price(month, payer=payer, segment="BPU", sector=sector, base_idr=BASE_IDR)
                amounts = map(rupiah, (price.jkk_idr, price.jkm_idr, price.total_idr))
                rows.append(("BPU", payer, sector, *amounts))
        for payer, sector, risk_class in _employed(law, month):
            price = law.price(
                month, payer=payer, segment="PU", sector=sector, base_idr=BASE_IDR, risk_class=risk_class
            )
            amounts = map(rupiah, (price.jkk_idr, price.jkm_idr, price.total_idr))
            rows.append(("PU", f"semua, {risk_class}", "semua", *amounts))
    except PayungError as error:
        return lines + wrapped(str(error))
    lines += wrapped(
        f"BPU: dasar {rupiah(BASE_IDR)} (lapis terendah). PU: untuk upah {rupiah(BASE_IDR)}, menurut kelas risiko. "
        "Asal tiap angka ada pada bagian IURAN dan KERINGANAN IURAN di bawah."
    )
    return lines + columns(rows, right=(3, 4, 5)) + _reliefs(law, on)


def _reliefs(law: Law, on: date) -> list[str]:
    """Who pays which share under each relief of that day, and whom it excludes."""
    lines = []
    for table in law.tables.values():
        if not table.id.startswith("keringanan/") or not table.covers_from <= on <= table.covers_to:
            continue
        shares: dict[Fraction, list[str]] = {}
        for segment in SEGMENTS:
            for name, share in _shares(law, table.id, segment, on):
                shares.setdefault(share, []).append(name)
        full = shares.pop(Fraction(100), [])
        for share, names in sorted(shares.items()):
            said = f"{table.law}: membayar {amount(share, 'percent')}: {', '.join(names)}."
            lines += wrapped(said, "  ", "    ")
        if full:
            lines += wrapped(f"{table.law} TIDAK BERLAKU, membayar penuh: {', '.join(full)}.", "  ", "    ")
    return lines


def _shares(law: Law, table_id: str, segment: str, on: date) -> list[tuple[str, Fraction]]:
    """Payers, with their sectors only where these differ, and the share that they pay."""
    by_case = {
        (payer, sector): law.number(table_id, on, segment=segment, payer=payer, sector=sector).value
        for payer in PAYERS
        for sector in SECTORS
    }
    if len(set(by_case.values())) == 1:
        return [(f"semua {segment}", by_case[PAYERS[0], SECTORS[0]])]
    found: list[tuple[str, Fraction]] = []
    for payer in PAYERS:
        each = {sector: by_case[payer, sector] for sector in SECTORS}
        if len(set(each.values())) == 1:
            found.append((f"{payer} ({segment})", each[SECTORS[0]]))
        else:
            found += [(f"{payer} ({segment}, {sector})", share) for sector, share in each.items()]
    return found


def _employed(law: Law, month: Month) -> Iterator[tuple[str, str, str]]:
    """One payer and sector per risk class where the wage decides alone; all of them where a relief differs."""
    for risk_class in RISK_CLASSES:
        prices = {
            (payer, sector): law.price(
                month, payer=payer, segment="PU", sector=sector, base_idr=BASE_IDR, risk_class=risk_class
            ).total_idr
            for payer in PAYERS
            for sector in SECTORS
        }
        different = dict(zip(prices.values(), prices, strict=True))
        for payer, sector in different.values():
            yield payer, sector, risk_class


def _due_dates(law: Law, on: date) -> list[str]:
    month = Month.of(on)
    lines = heading("JATUH TEMPO")
    for segment in ("BPU", "PU"):
        try:
            said = long_day(law.due_on(month, segment))
        except PayungError as error:
            said = str(error)
        lines += wrapped(f"{segment}: iuran {month.in_words} jatuh tempo {said}", "  ", "    ")
    return lines


def _table(table: Table, on: date) -> list[str]:
    if not table.covers_from <= on <= table.covers_to:
        if table.outside is None:
            return [*wrapped(f"{table.title} [{table.id}]", "", "  "), f"  belum atau tidak lagi diatur; berlaku {period(table.covers_from, table.covers_to)}", ""]  # fmt: skip
        return []
    holding = [value for value in table.values if value.valid_from <= on <= value.valid_to]
    lines = wrapped(f"{table.title} [{table.id}]", "", "  ")
    if table.unit == "bands":
        lines += _bands(holding[0])
    else:
        rows = [(_case(value), amount(value.value, table.unit), f"[{value.certainty}]") for value in holding]
        lines += columns(rows, right=(1,))
    for words, cases in _origins(holding).items():
        which = f"{cases}: " if len(_origins(holding)) > 1 and cases else ""
        lines += wrapped(which + words, "    ", "      ")
    if table.note:
        lines += wrapped(table.note, "    Catatan: ", "      ")
    return [*lines, ""]


def _case(value: Value) -> str:
    """`segment BPU; payer apbn, apbd`, or what holds for everybody."""
    return "; ".join(f"{key} {', '.join(words)}" for key, words in value.when.items()) or "untuk semua"


def amount(value: Fraction, unit: str) -> str:
    """A number of the law as people write it: `Rp6.800`, `0,24% dari upah atau dasar`, `3 bulan`."""
    if unit in ("idr", "idr_per_month"):
        return rupiah(int(value)) + (" sebulan" if unit == "idr_per_month" else "")
    # Numbers of the law are finite decimals: they are read from YAML digit by digit.
    digits = f"{Decimal(value.numerator) / Decimal(value.denominator):f}".replace(".", ",")
    return _UNITS[unit].format(digits)


def _bands(value: Value) -> list[str]:
    rows = [("penghasilan sampai", "dasar", "JKK sebulan", "")]
    for band in value.bands:
        upper = rupiah(band.income_to_idr) if band.income_to_idr is not None else "seterusnya"
        rows.append((upper, rupiah(band.base_idr), rupiah(band.jkk_idr), f"[{band.certainty}]"))
    return columns(rows, right=(0, 1, 2))


def _origins(values: Sequence[Value]) -> dict[str, str]:
    """Each law, source and validity, with the cases that rest on it."""
    found: dict[str, list[str]] = {}
    for value in values:
        words = f"{value.law}, {period(value.valid_from, value.valid_to)} [{value.certainty}]; sumber: {value.source}"
        if value.note:
            words += f". {value.note}"
        found.setdefault(words, []).append("; ".join(", ".join(given) for given in value.when.values()))
    return {words: " | ".join(filter(None, cases)) for words, cases in found.items()}
