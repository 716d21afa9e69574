"""Everything that the summary of a run shows, as plain numbers and words. It cannot be made of numbers that clash."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from payung.allocation.answers import Answers
from payung.allocation.bound import Certificate
from payung.allocation.candidates import Line
from payung.allocation.rules import Selection
from payung.core.dates import day
from payung.core.month import MonthSpan
from payung.core.rupiah import number
from payung.eligibility.codes import CODES
from payung.reporting.rules import CoverageTable
from payung.reporting.words import TO_DO


@dataclass(frozen=True, slots=True)
class Funnel:
    """From rows to the roll. A row is a line of a list that is a person; everybody counted once is in `persons`."""

    rows: int
    persons: int
    chosen: int
    waiting: int
    incomplete: int
    refused: int

    def __post_init__(self) -> None:
        parts = (self.chosen, self.waiting, self.incomplete, self.refused)
        if min(parts) < 0 or sum(parts) != self.persons or self.persons > self.rows:
            raise ValueError(f"Angka tidak berjumlah sama: {self}")

    @property
    def duplicates(self) -> int:
        """Rows beyond the first of each person."""
        return self.rows - self.persons

    @property
    def eligible(self) -> int:
        return self.chosen + self.waiting


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many people carry one reason; a person may carry several, so that counts do not add up to people."""

    code: str
    count: int

    @property
    def title(self) -> str:
        return CODES.get(self.code, self.code)

    @property
    def to_do(self) -> str:
        return TO_DO.get(self.code, "")


def reason_counts(counts: Mapping[str, int]) -> tuple[ReasonCount, ...]:
    """Most frequent first, equal ones in the order of their codes; none are left out."""
    return tuple(
        ReasonCount(code, count)
        for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        if count
    )


@dataclass(frozen=True, slots=True)
class Share:
    """People of one kind on the roll and their money. `code` is a desa, kecamatan or group code, or the label again."""

    code: str
    label: str
    chosen: int
    amount_idr: int
    rows: int | None = None
    """Rows of the lists, where they are counted the same way."""


@dataclass(frozen=True, slots=True)
class FloorNote:
    """A floor that could not be filled."""

    title: str
    floor: int
    filled: int
    short_of: str
    """`candidates`, `quota` or `ceiling`."""

    @property
    def in_words(self) -> str:
        why = {
            "candidates": "orang yang memenuhi syarat kurang",
            "quota": "batas lain sudah penuh",
            "ceiling": "pagu tidak cukup",
        }[self.short_of]
        return (
            f"{self.title}: {number(self.filled)} dari {number(self.floor)} kursi terisi ({why}); "
            "sisanya dilepas ke urutan umum."
        )


@dataclass(frozen=True, slots=True)
class SourceUse:
    """One source of money in the order in which people were offered to it."""

    title: str
    people: int
    ceiling_idr: int
    used_jkk_idr: int
    used_jkm_idr: int
    answers: Answers
    certificate: Certificate
    released_floors: tuple[FloorNote, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.used_idr <= self.ceiling_idr:
            raise ValueError(f"{self.title}: terpakai {self.used_idr} di luar pagu {self.ceiling_idr}")

    @property
    def used_idr(self) -> int:
        return self.used_jkk_idr + self.used_jkm_idr

    @property
    def left_idr(self) -> int:
        return self.ceiling_idr - self.used_idr

    @classmethod
    def of(
        cls, title: str, selection: Selection, answers: Answers, name_of: Callable[[Line], str]
    ) -> SourceUse:
        """What a selection used; `name_of` says a floor's line in words (`Kecamatan Kuaro`)."""
        floors = tuple(
            FloorNote(name_of(one.line), one.floor, one.filled, one.short_of)
            for one in selection.released_floors
        )
        return cls(
            title,
            len(selection.awards),
            selection.round.ceiling_idr,
            selection.used_jkk_idr,
            selection.used_jkm_idr,
            answers,
            selection.certificate,
            floors,
        )


@dataclass(frozen=True, slots=True)
class RegisterUse:
    """A register as it was used: rows, its own date, and a remark ("terlalu lama", "tidak dipakai")."""

    title: str
    as_of: date | None
    rows: int
    answer: bool = False
    remark: str = ""


@dataclass(frozen=True, slots=True)
class AsideFile:
    """A file that was set aside, why, and what to do."""

    file: str
    message: str
    to_do: str = ""


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file of the result. `restricted` files hold people's data and must not be passed on freely."""

    path: str
    what: str
    restricted: bool = True


@dataclass(frozen=True, slots=True)
class Attention:
    """One thing that waits for somebody, and what to do about it. `urgent` stands before a decree is signed."""

    text: str
    to_do: str = ""
    urgent: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A run in figures. All breakdowns (`by_*`) are of the chosen people and add up to them; money is whole rupiah.

    `incomplete` and `refused` count people by reason. `warnings` are what the run itself must say aloud, such as a
    register that was left out on purpose. ValueError where two numbers that must agree do not.
    """

    title: str
    regency: str
    span: MonthSpan
    policy_id: str
    funnel: Funnel
    sources: tuple[SourceUse, ...]
    coverage: CoverageTable
    roll_hash: str
    screened_hash: str
    incomplete: tuple[ReasonCount, ...] = ()
    refused: tuple[ReasonCount, ...] = ()
    by_district: tuple[Share, ...] = ()
    by_group: tuple[Share, ...] = ()
    by_sex: tuple[Share, ...] = ()
    by_age: tuple[Share, ...] = ()
    registers: tuple[RegisterUse, ...] = ()
    set_aside: tuple[AsideFile, ...] = ()
    outputs: tuple[OutputFile, ...] = ()
    warnings: tuple[Attention, ...] = ()
    open_reviews: int = 0
    """Pairs that wait for a person's decision."""
    files: int = 0
    """Files that were read as lists."""

    def __post_init__(self) -> None:
        chosen = self.funnel.chosen
        sums = {"sumber dana": sum(source.people for source in self.sources)}
        for name, shares in self.breakdowns.items():
            if shares:
                sums[name] = sum(share.chosen for share in shares)
                money = sum(share.amount_idr for share in shares)
                if money != self.used_idr:
                    raise ValueError(f"Jumlah rupiah {name} tidak sama dengan yang terpakai: {money}")
        for name, total in sums.items():
            if total != chosen:
                raise ValueError(f"Jumlah orang {name} tidak sama dengan yang ditetapkan: {total}, {chosen}")
        listed = [share.rows for share in self.by_district if share.rows is not None]
        if listed and sum(listed) != self.funnel.rows:
            raise ValueError(f"Baris per kecamatan tidak sama dengan semua baris: {sum(listed)}")

    @property
    def breakdowns(self) -> Mapping[str, tuple[Share, ...]]:
        return {
            "per kecamatan": self.by_district,
            "per kelompok": self.by_group,
            "per jenis kelamin": self.by_sex,
            "per umur": self.by_age,
        }

    @property
    def people(self) -> int:
        return self.funnel.chosen

    @property
    def ceiling_idr(self) -> int:
        return sum(source.ceiling_idr for source in self.sources)

    @property
    def used_jkk_idr(self) -> int:
        return sum(source.used_jkk_idr for source in self.sources)

    @property
    def used_jkm_idr(self) -> int:
        return sum(source.used_jkm_idr for source in self.sources)

    @property
    def used_idr(self) -> int:
        return self.used_jkk_idr + self.used_jkm_idr

    @property
    def left_idr(self) -> int:
        return self.ceiling_idr - self.used_idr

    @property
    def attention(self) -> tuple[Attention, ...]:
        return tuple(_attention(self))


AGE_BANDS = ((0, 17), (18, 24), (25, 34), (35, 44), (45, 54), (55, 64), (65, 200))


def age_band(years: int) -> str:
    """`25–34 tahun`: the bands in which the summary counts ages."""
    for least, most in AGE_BANDS:
        if least <= years <= most:
            if least == 0:
                return f"di bawah {most + 1} tahun"
            return f"{least} tahun ke atas" if most == 200 else f"{least}–{most} tahun"
    raise ValueError(f"Umur tidak masuk akal: {years}")


def _attention(summary: Summary) -> Iterable[Attention]:
    yield from summary.warnings
    if summary.set_aside:
        yield Attention(
            f"{number(len(summary.set_aside))} berkas tidak terbaca dan disisihkan.",
            "Perbaiki atau minta lagi berkas itu (daftarnya di bawah), lalu jalankan ulang.",
        )
    if summary.open_reviews:
        yield Attention(
            f"{number(summary.open_reviews)} pasangan menunggu keputusan: orang yang sama atau bukan.",
            "Isi kolom KEPUTUSAN di buku kerja pemeriksaan. Selama belum diputus, orangnya belum ditetapkan.",
        )
    if summary.funnel.incomplete:
        yield Attention(
            f"{number(summary.funnel.incomplete)} orang perlu dilengkapi datanya.",
            "Kembalikan berkas bertanda kepada desa; yang salah sudah diwarnai.",
        )
    for register in summary.registers:
        if register.remark:
            yield Attention(f"{register.title}: {register.remark}")
        elif register.as_of is None:
            yield Attention(
                f"{register.title}: tanggal datanya tidak diketahui.",
                "Tulis tanggalnya pada --register NAMA=BERKAS@TTTT-BB-HH.",
            )
    for source in summary.sources:
        for floor in source.released_floors:
            yield Attention(f"{source.title}, {floor.in_words}", urgent=False)
    over = [row for row in summary.coverage.districts if row.over]
    if over:
        yield Attention(
            f"Di {', '.join(row.place for row in over)} yang dilindungi melebihi jumlah yang harus dilindungi.",
            "Periksa penyebutnya; angkanya ditampilkan apa adanya.",
            urgent=False,
        )
    if summary.coverage.remark:
        yield Attention(summary.coverage.remark, urgent=False)


def dated(as_of: date | None) -> str:
    """A date as tables show it, or that it is unknown."""
    return day(as_of) if as_of else "tanggal tidak diketahui"
