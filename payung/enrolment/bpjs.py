"""The file for BPJS Ketenagakerjaan: one workbook for each wadah (who pays, from which source, of which type).

Who is ready to be registered stands in the first sheet, ready to be sent. Who is not stands in the second with what
is missing: the insurer would send such a row back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from payung.allocation.roll import RollEntry, Totals, in_order
from payung.core.rupiah import number, rupiah, terbilang
from payung.eligibility.rules import READY_FIELDS, ready_to_register
from payung.enrolment.bpjs_mapping import BpjsMapping, Person, read_mapping, shipped_mapping
from payung.enrolment.workbook import RESTRICTED, Book, Column, workbook
from payung.policy.local import WADAH, LocalPolicy

NOT_READY = "Belum siap daftar"
_MISSING = Column("BELUM ADA", 40, "wrap")
_FACTS = (Column("Hal", 44), Column("Orang", 12, "count"), Column("Iuran", 22, "idr"))


@dataclass(frozen=True, slots=True)
class BpjsFile:
    """One workbook: for which wadah, how many people it holds, how many of them can be registered at once."""

    path: Path
    wadah: str
    source: str
    segment: str
    ready: Totals
    not_ready: Totals

    @property
    def people(self) -> int:
        return self.ready.people + self.not_ready.people


def write_bpjs(
    entries: Iterable[RollEntry], policy: LocalPolicy, folder: Path, mapping: Path | None = None
) -> tuple[BpjsFile, ...]:
    """Write `berkas-bpjs.xlsx` into `folder`, or one file a wadah when there are several.

    `mapping` is the office's own mapping file; PayungError(Exit.POLICY) names its wrong line. Everybody on the roll
    stands in exactly one sheet of one file.
    """
    shape = read_mapping(mapping) if mapping else shipped_mapping()
    by_wadah: dict[tuple[str, str], list[RollEntry]] = {}
    for entry in in_order(entries):
        by_wadah.setdefault((entry.row.source, entry.row.segment), []).append(entry)
    segments = {segment for _, segment in by_wadah}
    written = []
    for (source, segment), members in sorted(by_wadah.items()):
        wadah = policy.source(source).wadah
        parts = [wadah, source] if len(by_wadah) > 1 else []
        parts += [segment] if len(segments) > 1 else []
        path = folder / ("-".join(["berkas-bpjs", *parts]) + ".xlsx")
        written.append(_write(path, members, policy, shape, wadah, source, segment))
    return tuple(written)


def _write(
    path: Path,
    members: Sequence[RollEntry],
    policy: LocalPolicy,
    shape: BpjsMapping,
    wadah: str,
    source: str,
    segment: str,
) -> BpjsFile:
    missing = [(entry, ready_to_register(entry.application)) for entry in members]
    ready = [entry for entry, fields in missing if not fields]
    late = [(entry, fields) for entry, fields in missing if fields]
    columns = tuple(Column(column.title, column.width, column.kind) for column in shape.columns)
    with workbook(path) as book:
        # No title above this header: the insurer's programs read the first row as the header.
        sheet = book.sheet(shape.sheet, columns)
        for place, entry in enumerate(ready, start=1):
            person = Person(place, entry, policy)
            sheet.add([column.value(person) for column in shape.columns])
        sheet.filter_from_header()
        sheet = book.sheet(NOT_READY, (_MISSING, *columns))
        for place, (entry, fields) in enumerate(late, start=1):
            person = Person(place, entry, policy)
            names = ", ".join(READY_FIELDS[name] for name in fields)
            sheet.add([names, *(column.value(person) for column in shape.columns)])
        sheet.filter_from_header()
        found = BpjsFile(
            path, wadah, source, segment, Totals.of(ready), Totals.of(entry for entry, _ in late)
        )
        counts = Counter(name for _, fields in late for name in fields)
        _write_summary(book, found, policy, shape, counts)
    return found


def _write_summary(
    book: Book, file: BpjsFile, policy: LocalPolicy, shape: BpjsMapping, counts: Counter[str]
) -> None:
    source = policy.source(file.source)
    total = file.ready.amount_idr + file.not_ready.amount_idr
    sheet = book.sheet(
        "Ringkasan",
        _FACTS,
        "Ringkasan berkas BPJS Ketenagakerjaan",
        (
            RESTRICTED,
            f"Wadah {file.wadah} ({WADAH[file.wadah]}), sumber {source.title}, segmen {file.segment}",
            f"Pemetaan kolom: {shape.id} ({shape.title})",
            f"{number(file.people)} orang, {rupiah(total)} ({terbilang(total)})",
        ),
    )
    sheet.add(("Siap daftar", file.ready.people, file.ready.amount_idr))
    sheet.add((NOT_READY, file.not_ready.people, file.not_ready.amount_idr))
    sheet.total(("Jumlah", file.people, total))
    sheet.gap()
    sheet.head((Column("Yang belum ada", 44), _FACTS[1], Column("", 22)))
    for name, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        sheet.add((READY_FIELDS[name], count, None))
