"""A summary cannot be made of numbers that clash; `sample` is the regency that the other reporting tests look at."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from payung.allocation.answers import Answers
from payung.allocation.bound import Certificate
from payung.allocation.candidates import Dimension, Line
from payung.core import region
from payung.core.month import MonthSpan
from payung.eligibility.codes import CODES
from payung.reporting.figures import (
    AsideFile,
    Attention,
    FloorNote,
    Funnel,
    OutputFile,
    RegisterUse,
    Share,
    SourceUse,
    Summary,
    age_band,
    reason_counts,
)
from payung.reporting.rules import Base, Denominators, coverage
from payung.reporting.words import TO_DO, safe, shortened_file

PLACES = region.villages("64.01")
PRICE_JKK, PRICE_JKM = 30_000, 20_400
GROUPS = {
    "petani": ("Petani dan pekebun", 9_412), "buruh-harian": ("Buruh harian lepas", 6_120),
    "pedagang": ("Pedagang kecil dan keliling", 5_230), "nelayan": ("Nelayan", 3_904),
    "marbot": ("Marbot dan penjaga rumah ibadah", 2_011), "guru-ngaji": ("Guru mengaji", 1_876),
    "ojek": ("Pengemudi ojek dan angkutan", 1_702), "imam": ("Imam, pendeta, dan rohaniwan", 1_114),
    "kader": ("Kader posyandu", 895), "penjahit": ("Penjahit & perajin <rumahan>", 4),
}  # fmt: skip


def spread(total: int, turn: int = 0) -> dict[str, int]:
    """`total` people over the desa of Paser, unevenly and always alike; another `turn`, another unevenness."""
    districts = {place.district_code: at for at, place in enumerate(PLACES)}
    weights = [9 + (at * 37) % 23 + turn * (districts[p.district_code] % 11) for at, p in enumerate(PLACES)]
    counts = [total * weight // sum(weights) for weight in weights]
    counts[0] += total - sum(counts)
    return {place.code: count for place, count in zip(PLACES, counts, strict=True)}


def sample() -> Summary:
    """Paser in the autumn of 2022, invented beyond its 32.268 people and Rp1.626.307.200."""
    chosen = spread(32_268)
    as_of = date(2022, 8, 31)
    bases = Denominators(
        {code: Base(n, "Data contoh Disnakertrans", as_of) for code, n in spread(61_340).items()}
    )
    table = coverage(PLACES, spread(9_811, 3), chosen, bases, "Kabupaten Paser")
    rows = spread(54_112)
    per_district: Counter[str] = Counter()
    rows_district: Counter[str] = Counter()
    for code, count in chosen.items():
        per_district[code[:8]] += count
        rows_district[code[:8]] += rows[code]
    names = {place.district_code: place.district for place in PLACES}
    each = PRICE_JKK + PRICE_JKM

    def shares(counts: dict[str, tuple[str, int]]) -> tuple[Share, ...]:
        return tuple(Share(code, label, n, n * each) for code, (label, n) in counts.items())

    answers = Answers(32_268, 32_268, 2, 38_901, 38_901 * each, 38_901, 38_901 * each)
    apbd = SourceUse(
        "APBD Kabupaten Paser", 32_268, 1_626_307_200, 32_268 * PRICE_JKK, 32_268 * PRICE_JKM, answers,
        Certificate(1_201_544, 1_201_580), (FloorNote("Kecamatan Muara Samu", 900, 812, "candidates"),),
    )  # fmt: skip
    return Summary(
        title="Penetapan pekerja rentan",
        regency="Kabupaten Paser",
        span=MonthSpan.parse("2022-10..2022-12"),
        policy_id="paser-2022",
        funnel=Funnel(54_112, 48_377, 32_268, 6_633, 2_714, 6_762),
        sources=(apbd,),
        coverage=table,
        roll_hash="9f3c1d2b7a6e5f4099887766554433221100ffeeddccbbaa1234567890123456",
        screened_hash="0123456789012345678901234567890123456789012345678901234567890123",
        incomplete=reason_counts({"nik_invalid": 1_204, "review_open": 402, "bpjs_unknown": 611, "birth_missing": 97}),
        refused=reason_counts(
            {"covered_employer": 3_120, "covered_other": 1_411, "age_over": 1_003, "dead": 611, "civil_servant": 377}
            | {"moved_away": 240, "pupil": 3}
        ),
        by_district=tuple(
            Share(code, names[code], n, n * each, rows_district[code]) for code, n in sorted(per_district.items())
        ),
        by_group=shares(GROUPS),
        by_sex=shares({"L": ("Laki-laki", 18_770), "P": ("Perempuan", 13_498)}),
        by_age=shares(
            {band: (band, n) for band, n in (
                (age_band(16), 3), (age_band(20), 2_497), (age_band(30), 8_113), (age_band(40), 9_890),
                (age_band(50), 8_204), (age_band(60), 3_561),
            )}
        ),
        registers=(
            RegisterUse("Peserta BPJS Ketenagakerjaan", date(2022, 9, 15), 41_877),
            RegisterUse("Data kependudukan", date(2022, 9, 20), 54_112, answer=True),
            RegisterUse("ASN, TNI, dan Polri", None, 7_204),
        ),
        set_aside=(
            AsideFile("Kuaro/Klempang Sari/<script>alert(1)</script>.xlsx", "Berkas terkunci dengan kata sandi.",
                      "Simpan tanpa kata sandi lalu kirim lagi."),
            AsideFile("Long Ikis/data 6401014108900001.xls", "Berkas terpotong.", "Minta kirim ulang."),
        ),
        outputs=(
            OutputFile("penetapan.xlsx", "Daftar yang ditetapkan"),
            OutputFile("ringkasan-publik.html", "Ringkasan untuk umum", restricted=False),
        ),
        warnings=(Attention("Dijalankan tanpa register pembayar lain (--without payers).", "Periksa sebelum menetapkan."),),
        open_reviews=214,
        files=152,
    )  # fmt: skip


def test_money_and_people_of_the_sample_add_up() -> None:
    summary = sample()
    assert (summary.people, summary.used_idr, summary.left_idr) == (32_268, 1_626_307_200, 0)
    assert summary.used_jkk_idr + summary.used_jkm_idr == summary.used_idr
    assert summary.coverage.total.added == summary.people
    assert summary.funnel.eligible == 38_901
    assert summary.funnel.duplicates == 5_735


def test_a_funnel_whose_parts_do_not_add_up_is_refused() -> None:
    with pytest.raises(ValueError, match="berjumlah"):
        Funnel(100, 90, 50, 20, 10, 9)
    with pytest.raises(ValueError, match="berjumlah"):
        Funnel(80, 90, 50, 20, 10, 10)


def test_breakdowns_that_lose_a_person_or_a_rupiah_are_refused() -> None:
    summary = sample()
    first, *rest = summary.by_sex
    with pytest.raises(ValueError, match="per jenis kelamin"):
        replace(summary, by_sex=(replace(first, chosen=first.chosen - 1), *rest))
    with pytest.raises(ValueError, match="rupiah per jenis kelamin"):
        replace(summary, by_sex=(replace(first, amount_idr=first.amount_idr - 1), *rest))
    with pytest.raises(ValueError, match="Baris per kecamatan"):
        replace(summary, funnel=replace(summary.funnel, rows=54_113))
    with pytest.raises(ValueError, match="tidak sama dengan yang terpakai"):
        replace(summary, sources=())


def test_a_source_cannot_use_more_than_its_ceiling() -> None:
    with pytest.raises(ValueError, match="pagu"):
        replace(sample().sources[0], ceiling_idr=1)


def test_everything_that_waits_is_named_and_nothing_is_where_nothing_waits() -> None:
    texts = " ".join(item.text for item in sample().attention)
    for part in (
        "2 berkas tidak terbaca", "214 pasangan menunggu keputusan", "2.714 orang perlu dilengkapi",
        "--without payers", "ASN, TNI, dan Polri: tanggal datanya tidak diketahui", "812 dari 900",
    ):  # fmt: skip
        assert part in texts
    quiet = replace(
        sample(), set_aside=(), open_reviews=0, warnings=(), registers=(), incomplete=(),
        funnel=Funnel(54_112, 48_377, 32_268, 6_633, 0, 9_476),
        sources=(replace(sample().sources[0], released_floors=()),),
    )  # fmt: skip
    assert quiet.attention == ()


def test_a_selection_becomes_a_source_with_its_floors_named() -> None:
    from payung.allocation.answers import answers
    from payung.allocation.candidates import AllocationRules, Candidate, Limits, Round
    from payung.allocation.rules import select
    from payung.core.month import Month

    people = [
        Candidate(f"r{n}", f"f{n}", "64.01.01.2001", "64.01.01", "petani", 10, False, ((Month(2022, 10), 10_000, 6_800),), True)
        for n in range(3)
    ]  # fmt: skip
    round_ = Round("apbd", 40_000, MonthSpan.parse("2022-10"), "s")
    rules = AllocationRules(floors=Limits(district={"64.01.05": 1}))

    def name_of(line: Line) -> str:
        assert line[0] is Dimension.DISTRICT
        return "Kecamatan Kuaro"

    source = SourceUse.of("APBD", select(people, round_, rules), answers(people, round_, rules), name_of)
    assert (source.people, source.used_jkk_idr, source.used_jkm_idr, source.left_idr) == (
        2,
        20_000,
        13_600,
        6_400,
    )
    assert source.released_floors[0].in_words.startswith("Kecamatan Kuaro: 0 dari 1 kursi")


def test_every_reason_of_an_assessment_says_what_to_do() -> None:
    assert set(CODES) <= set(TO_DO)
    assert all(text.endswith(".") for text in TO_DO.values())


def test_reasons_stand_in_order_of_frequency() -> None:
    assert [one.code for one in reason_counts({"pupil": 2, "dead": 7, "age_over": 2, "nik_invalid": 0})] == [
        "dead", "age_over", "pupil",
    ]  # fmt: skip


def test_age_bands_leave_no_gap() -> None:
    assert [age_band(n) for n in (0, 17, 18, 64, 65, 110)] == [
        "di bawah 18 tahun", "di bawah 18 tahun", "18–24 tahun", "55–64 tahun", "65 tahun ke atas", "65 tahun ke atas",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="Umur"):
        age_band(-1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("data 6401014108900001.xls", "data (nomor disamarkan).xls"),
        ("6401 0141 0890 0001", "(nomor disamarkan)"),
        ("HP 0812-3456-7890", "HP (nomor disamarkan)"),
        ("+62 812 3456 7890", "(nomor disamarkan)"),
        ("RT 003 Daftar 2022-10-15.xlsx", "RT 003 Daftar 2022-10-15.xlsx"),
        ("bulan 2022-10..2022-12", "bulan 2022-10..2022-12"),
        ("keadaan 09-08-2024", "keadaan 09-08-2024"),
        ("satu\r\ndua\u202etiga", "satu dua tiga"),
    ],
)
def test_numbers_of_persons_never_pass_and_dates_do(text: str, expected: str) -> None:
    assert safe(text) == expected


def test_a_long_file_name_keeps_both_its_ends() -> None:
    short = shortened_file("Kuaro/Daftar pekerja rentan desa Klempang Sari revisi terakhir 003.xlsx", 30)
    assert len(short) == 30
    assert short.startswith("Daftar")
    assert short.endswith("003.xlsx")
