"""`payung policy show`: what holds on a day and where it comes from."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from payung.core.month import Month
from payung.core.rupiah import rupiah
from payung.policy.law import PAYERS, SECTORS
from payung.policy.loader import law, local, shipped_on, shipped_policies
from payung.policy.local_reader import CRITERIA
from payung.policy.plaintext import WIDTH
from payung.policy.show import amount, show
from payung.policy.show_local import CRITERION_TITLES
from payung.policy.tables import UNITS

PROGRAMME, REDUCED = date(2022, 10, 1), date(2026, 5, 1)


def shown(on: date) -> str:
    return show(law(), shipped_on(on), on)


def flat(on: date) -> str:
    """The text without line breaks, so that a wrapped sentence can be found."""
    return re.sub(r"\s+", " ", shown(on))


@pytest.mark.parametrize("on", [PROGRAMME, REDUCED, date(2020, 9, 1), date(2023, 2, 1), date(2014, 1, 1)])
def test_it_fits_a_terminal_of_100_columns(on: date) -> None:
    assert max(map(len, shown(on).splitlines())) <= WIDTH
    assert shown(on) == shown(on)


@pytest.mark.parametrize(
    ("on", "policy"),
    [(PROGRAMME, "paser-2022"), (date(2025, 12, 31), "paser-2022"), (REDUCED, "paser-2026"), (date(2021, 12, 31), None), (date(2027, 1, 1), None)],
)  # fmt: skip
def test_the_shipped_policy_of_the_day_is_chosen(on: date, policy: str | None) -> None:
    found = shipped_on(on)
    assert (found and found.id) == policy
    if policy is None:
        assert "Tidak ada aturan daerah bawaan yang mencakup hari ini" in flat(on)


@pytest.mark.parametrize("on", [PROGRAMME, REDUCED])
def test_every_price_of_the_month_stands_there(on: date) -> None:
    text = flat(on)
    for payer in PAYERS:
        for sector in SECTORS:
            price = law().price(Month.of(on), payer=payer, segment="BPU", sector=sector, base_idr=1_000_000)
            amounts = " ".join(map(rupiah, (price.jkk_idr, price.jkm_idr, price.total_idr)))
            assert f"BPU {payer} {sector} {amounts}" in text


def test_the_reduction_of_2026_names_whom_it_excludes() -> None:
    assert "PP 50/2025 Pasal 4 ayat (1): membayar 50%: perusahaan (BPU), mandiri (BPU)." in flat(REDUCED)
    assert "PP 50/2025 Pasal 4 ayat (1) TIDAK BERLAKU, membayar penuh: apbn (BPU), apbd (BPU), apbdes (BPU), semua PU." in flat(REDUCED)  # fmt: skip
    assert "iurannya dibayar melalui APBN atau APBD" in flat(REDUCED)
    assert "PP 50/2025" not in flat(PROGRAMME)


def test_in_february_2026_only_transport_is_reduced() -> None:
    text = flat(date(2026, 2, 1))
    assert "membayar 50%: perusahaan (BPU, transport), mandiri (BPU, transport)." in text


def test_due_dates_are_named_with_holidays_moved() -> None:
    assert "BPU: iuran Oktober 2022 jatuh tempo 17 Oktober 2022" in flat(PROGRAMME)
    assert "PU: iuran Oktober 2022 jatuh tempo 15 November 2022" in flat(PROGRAMME)


@pytest.mark.parametrize("on", [PROGRAMME, REDUCED])
def test_every_number_that_holds_stands_there_with_law_certainty_source_and_validity(on: date) -> None:
    text = flat(on)
    for table in law().tables.values():
        if not table.covers_from <= on <= table.covers_to:
            assert table.outside is not None or "belum atau tidak lagi diatur" in text
            continue
        assert f"[{table.id}]" in text
        for value in table.values:
            if value.valid_from <= on <= value.valid_to:
                assert value.law in text
                assert value.source in text
                assert f"[{value.certainty}]; sumber: {value.source}" in text
                if not value.bands:
                    assert f"{amount(value.value, table.unit)} [{value.certainty}]" in text
                for band in value.bands:
                    assert f"{rupiah(band.base_idr)} {rupiah(band.jkk_idr)} [{band.certainty}]" in text


@pytest.mark.parametrize("name", shipped_policies())
def test_the_local_policy_is_told_whole(name: str) -> None:
    policy = local(name)
    text = re.sub(r"\s+", " ", show(law(), policy, policy.valid_from))
    for register, need in policy.registers.items():
        assert (
            f"{register} {'ya' if need.required else 'tidak'} {need.max_age_days} hari [{need.certainty}]"
            in text
        )
    for place, source in enumerate(policy.sources, 1):
        assert f"Sumber dana {place}: {source.title} ({source.id})" in text
        assert source.origin.source in text
        for criterion in source.criteria.values():
            on = "ya" if criterion.on else "tidak"
            assert f"{CRITERION_TITLES[criterion.id]} {on} {', '.join(criterion.evidence)}" in text
    for group in policy.groups:
        segment = group.segment_on(policy.valid_from)
        assert segment is not None
        assert f"{group.title} {group.id} {segment.segment} {group.sector} {group.points}" in text
    for payer in policy.other_payers:
        assert payer.title in text


def test_ceilings_ages_and_quotas_stand_as_numbers() -> None:
    text = flat(REDUCED)
    for said in (
        "paling muda 15 tahun, paling tua 64 tahun, peserta lama tetap", "paling banyak Rp1.000.000", "sampai desil 4",
        "Pelaku UMKM umkm BPU non_transport 10 4.000", "tiap desa 10 orang", "Ketua RT ketua-rt PU",
    ):  # fmt: skip
        assert said in text
    assert "Ketua RT ketua-rt BPU" in flat(PROGRAMME)


def test_every_criterion_has_a_title() -> None:
    assert set(CRITERION_TITLES) == set(CRITERIA)


def test_a_policy_that_does_not_cover_the_day_is_shown_with_a_warning() -> None:
    text = show(law(), local("paser-2022"), REDUCED)
    assert "PERHATIAN: aturan ini tidak mencakup 01-05-2026." in text


def test_a_day_before_the_law_has_no_price_and_says_so() -> None:
    assert "tidak mencakup 01-01-2014" in flat(date(2014, 1, 1))


def test_a_holiday_that_is_not_known_is_said_instead_of_a_due_date() -> None:
    assert "Hari libur tahun 2020 belum diketahui" in flat(date(2020, 9, 1))


@pytest.mark.parametrize("unit", sorted(set(UNITS) - {"bands"}))
def test_every_unit_of_the_law_can_be_written(unit: str) -> None:
    assert amount(Fraction(3), unit)
    assert "3" in amount(Fraction(3), unit)


def test_shares_are_written_with_a_comma() -> None:
    assert amount(Fraction(24, 100), "percent_of_wage") == "0,24% dari upah atau dasar"
    assert amount(Fraction(100), "percent") == "100%"


def test_a_changed_policy_is_shown_changed() -> None:
    policy = local("paser-2022")
    changed = replace(policy, sources=(replace(policy.sources[0], title="APBD Contoh"),))
    assert "APBD Contoh" in show(law(), changed, PROGRAMME)
    assert "APBD Contoh" not in show(law(), policy, PROGRAMME)
