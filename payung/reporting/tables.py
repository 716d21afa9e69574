"""The summary's tables as plain text cells, for the office or, with small numbers left out, for everybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from payung.core.dates import day
from payung.core.rupiah import number, percent, rupiah
from payung.reporting.figures import ReasonCount, Share, Summary, dated
from payung.reporting.rules import UNKNOWN, Coverage, CoverageTable, by_need
from payung.reporting.suppression import LEAST, hidden
from payung.reporting.words import safe

HIDDEN = "*"


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as text; the first of each row names it. `text_columns` are aligned left, the others are numbers."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()
    text_columns: frozenset[int] = frozenset({0})
    note: str = ""


@dataclass(frozen=True, slots=True)
class Mask:
    """What is left out. The empty mask leaves nothing out."""

    districts: frozenset[str] = frozenset()
    desa: frozenset[str] = frozenset()
    total: bool = False
    shares: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Breakdown to the codes that are left out of it; also `funnel`, `refused`, `incomplete` and `sources`."""

    def of(self, name: str) -> frozenset[str]:
        return self.shares.get(name, frozenset())

    @property
    def any(self) -> bool:
        return bool(self.districts or self.desa or self.total or any(self.shares.values()))


def mask(summary: Summary) -> Mask:
    """What a page for everybody must leave out of the summary, so that sums and tables together reveal nobody."""
    rows_of = {share.code: share for share in summary.by_district}
    covered = {row.place_code: row for row in summary.coverage.districts}

    def counts(code: str) -> list[int]:
        """All numbers about one kecamatan, whichever table they stand in: they go together or not at all."""
        cover = _counts(covered[code]) if code in covered else [0] * 5
        share = rows_of.get(code)
        return [*cover, share.rows or 0, share.chosen] if share else [*cover, 0, 0]

    out = _codes({code: counts(code) for code in {**covered, **rows_of}})
    gone = [code in out for code in {**covered, **rows_of}]
    total = bool(gone) and (all(gone) or any(0 < count < LEAST for count in _counts(summary.coverage.total)))
    funnel = _steps(summary)
    plain = {
        "funnel": {name: [count] for name, count in funnel.items()},
        "refused": {reason.code: [reason.count] for reason in summary.refused},
        "incomplete": {reason.code: [reason.count] for reason in summary.incomplete},
        "sources": {source.title: [source.people] for source in summary.sources},
        "groups": {share.code: [share.chosen] for share in summary.by_group},
        "sex": {share.code: [share.chosen] for share in summary.by_sex},
        "age": {share.code: [share.chosen] for share in summary.by_age},
    }
    shares = {name: _codes(cells) for name, cells in plain.items()}
    desa: set[str] = set()
    for row in covered.values():
        members = summary.coverage.within(row.place_code)
        if row.place_code in out:
            desa.update(member.place_code for member in members)
        else:
            desa |= _codes({member.place_code: _counts(member) for member in members})
    return Mask(out, frozenset(desa), total, shares)


def _codes(cells: Mapping[str, Sequence[int]]) -> frozenset[str]:
    gone = hidden(list(cells.values()))
    return frozenset(code for code, is_gone in zip(cells, gone, strict=True) if is_gone)


def _counts(row: Coverage) -> list[int]:
    return [row.covered_before, row.added, row.covered_after, row.denominator or 0, row.unreached or 0]


def _steps(summary: Summary) -> dict[str, int]:
    funnel = summary.funnel
    return {
        "duplicates": funnel.duplicates,
        "refused": funnel.refused,
        "incomplete": funnel.incomplete,
        "waiting": funnel.waiting,
        "chosen": funnel.chosen,
    }


def funnel_table(summary: Summary, left_out: Mask) -> Table:
    """What became of every row; the lines add up to the rows."""
    steps, gone = _steps(summary), left_out.of("funnel")
    words = (
        ("chosen", "Ditetapkan", "Terlindungi pada masa ini."),
        ("waiting", "Daftar tunggu", "Memenuhi syarat; pagu atau batas sudah penuh."),
        (
            "incomplete",
            "Perlu dilengkapi",
            "Belum dapat diputus karena ada yang kurang atau menunggu keputusan.",
        ),
        ("refused", "Belum dapat diusulkan", "Ada syarat yang tidak dipenuhi; alasannya di bawah."),
        (
            "duplicates",
            "Tercatat lebih dari sekali",
            "Baris lain dari orang yang sama; satu orang satu kursi.",
        ),
    )
    rows = tuple(
        (
            label,
            _cell(steps[name], name in gone),
            _part(steps[name], summary.funnel.rows, name in gone),
            meaning,
        )
        for name, label, meaning in words
    )
    total = ("Semua baris pada daftar", number(summary.funnel.rows), "", "Tidak ada baris yang dilewati.")
    return Table(
        "Setiap baris berakhir pada satu dari lima",
        ("Menjadi", "Baris", "Bagian", "Artinya"),
        rows,
        total,
        frozenset({0, 3}),
    )


def _cell(count: int, gone: bool) -> str:
    return HIDDEN if gone else number(count)


def _part(count: int, whole: int, gone: bool) -> str:
    return HIDDEN if gone else percent(count, whole, 1)


def coverage_tables(summary: Summary, left_out: Mask) -> tuple[Table, Table]:
    """By kecamatan and by desa, most people without cover first."""
    table = summary.coverage
    sourced = _one_source(table)
    districts = by_need(table.districts)
    head: tuple[str, ...] = (
        "Belum terjangkau", "Sudah", "Ditambah", "Menjadi", "Harus dilindungi", "Cakupan sebelum", "Cakupan sesudah",
    )  # fmt: skip
    head = head if sourced else (*head, "Sumber penyebut")
    total = _coverage_cells(table.total, left_out.total, sourced)
    basis = f"penyebut: {sourced}" if sourced else "penyebut menurut sumber pada tiap baris"
    shown = [row for row in districts if row.place_code not in left_out.districts]
    over = [safe(row.place) for row in shown if row.over]
    named = [f"Yang dilindungi melebihi penyebut di {', '.join(over)}; periksa penyebutnya."] if over else []
    named += [f"{safe(row.place)}: {row.note}" for row in shown if row.note]
    if table.total.remarks and not left_out.total:
        named.append(f"Seluruhnya: {table.total.remarks}")
    by_district = Table(
        f"Per kecamatan; {basis}",
        ("Kecamatan", *head),
        tuple(
            (safe(row.place), *_coverage_cells(row, row.place_code in left_out.districts, sourced))
            for row in districts
        ),
        (safe(table.total.place), *total),
        frozenset({0} if sourced else {0, len(head)}),
        " ".join(named),
    )
    by_desa = Table(
        f"Per desa dan kelurahan; {basis}",
        ("Desa atau kelurahan", "Kecamatan", *head),
        tuple(
            (
                safe(row.place),
                safe(row.district),
                *_coverage_cells(row, row.place_code in left_out.desa, sourced),
            )
            for row in by_need(table.desa)
        ),
        (),
        frozenset({0, 1} if sourced else {0, 1, len(head) + 1}),
    )
    return by_district, by_desa


def _one_source(table: CoverageTable) -> str:
    """The source and date of all bases, where they are all the same; "" else."""
    found = {(row.source, row.as_of) for row in table.desa if row.denominator is not None}
    if len(found) != 1:
        return ""
    source, as_of = found.pop()
    return f"{safe(source)}, keadaan {dated(as_of)}"


def _coverage_cells(row: Coverage, gone: bool, sourced: str) -> tuple[str, ...]:
    if gone:
        cells = [HIDDEN] * 7
    else:
        cells = [
            UNKNOWN if row.unreached is None else number(row.unreached),
            number(row.covered_before),
            number(row.added),
            number(row.covered_after),
            UNKNOWN if row.denominator is None else number(row.denominator),
            row.before_percent,
            row.after_percent,
        ]
    if sourced:
        return tuple(cells)
    return (*cells, f"{safe(row.source)}, {day(row.as_of)}" if row.as_of else UNKNOWN)


def reason_table(caption: str, reasons: Iterable[ReasonCount], gone: frozenset[str]) -> Table:
    """Reasons with their people and what to do."""
    return Table(
        caption,
        ("Alasan", "Orang", "Apa yang dapat dilakukan"),
        tuple((reason.title, _cell(reason.count, reason.code in gone), reason.to_do) for reason in reasons),
        (),
        frozenset({0, 2}),
        "Satu orang dapat mempunyai lebih dari satu alasan.",
    )


def share_table(caption: str, name: str, shares: Sequence[Share], gone: frozenset[str]) -> Table:
    """Chosen people of each kind with their money, and the sum; `rows` of the lists where they are counted."""
    listed = any(share.rows is not None for share in shares)
    rows = []
    for share in shares:
        cells = [number(share.chosen), rupiah(share.amount_idr)]
        if listed:
            cells.insert(0, UNKNOWN if share.rows is None else number(share.rows))
        rows.append((safe(share.label), *([HIDDEN] * len(cells) if share.code in gone else cells)))
    total = [number(sum(s.chosen for s in shares)), rupiah(sum(s.amount_idr for s in shares))]
    if listed:
        total.insert(0, number(sum(share.rows or 0 for share in shares)))
    head = (name, *(("Baris daftar",) if listed else ()), "Ditetapkan", "Iuran")
    return Table(caption, head, tuple(rows), ("Jumlah", *total))


def money_table(summary: Summary, gone: frozenset[str]) -> Table:
    """Ceiling, use and rest by source of money; JKK and JKM are two accounts."""
    rows = []
    for source in summary.sources:
        cells = [
            rupiah(source.used_jkk_idr), rupiah(source.used_jkm_idr), rupiah(source.used_idr),
            rupiah(source.left_idr), number(source.people),
        ]  # fmt: skip
        masked = [HIDDEN] * len(cells) if source.title in gone else cells
        rows.append((safe(source.title), rupiah(source.ceiling_idr), *masked))
    total = (
        "Jumlah", rupiah(summary.ceiling_idr), rupiah(summary.used_jkk_idr), rupiah(summary.used_jkm_idr),
        rupiah(summary.used_idr), rupiah(summary.left_idr), number(summary.people),
    )  # fmt: skip
    return Table(
        "Pagu dan pemakaiannya, sampai rupiah terakhir",
        ("Sumber dana", "Pagu", "JKK", "JKM", "Terpakai", "Sisa", "Orang"),
        tuple(rows),
        total if len(rows) > 1 else (),
    )


def register_table(summary: Summary) -> Table:
    """The registers of the run and how fresh they were."""
    return Table(
        "Register yang dipakai",
        ("Register", "Keadaan", "Baris", "Bentuk", "Catatan"),
        tuple(
            (
                safe(one.title),
                dated(one.as_of),
                number(one.rows),
                "jawaban" if one.answer else "salinan",
                safe(one.remark) or UNKNOWN,
            )
            for one in summary.registers
        ),
        (),
        frozenset({0, 1, 3, 4}),
    )


def aside_table(summary: Summary) -> Table:
    """Files that could not be used, why, and what to do."""
    return Table(
        "Berkas yang disisihkan",
        ("Berkas", "Mengapa", "Apa yang dilakukan"),
        tuple((safe(one.file), safe(one.message), safe(one.to_do) or UNKNOWN) for one in summary.set_aside),
        (),
        frozenset({0, 1, 2}),
    )


def output_table(summary: Summary) -> Table:
    """What the run wrote, and which of it may be shared."""
    return Table(
        "Berkas hasil",
        ("Berkas", "Isinya", "Boleh dibagikan?"),
        tuple(
            (safe(one.path), safe(one.what), "Terbatas: memuat data pribadi" if one.restricted else "Boleh")
            for one in summary.outputs
        ),
        (),
        frozenset({0, 1, 2}),
    )
