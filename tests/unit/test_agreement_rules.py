"""Agreements as rules: what is missing and where, how one stands with its addenda, when an alarm rings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from payung.agreement.checks import Around, Fault, Neighbour, Part, Umbrella, ceiling_fault, faults
from payung.agreement.paper import paper_data, sample, write_paper
from payung.agreement.rules import (
    SECTIONS,
    USUAL_DUE,
    Addendum,
    Annex,
    Content,
    DataExchange,
    Due,
    Kind,
    Party,
    Section,
    Segment,
    State,
    Terms,
    alarm,
    as_it_stands,
    ordinal,
    state,
)
from payung.agreement.wording import (
    PLACEHOLDERS,
    USUAL,
    USUAL_FIELDS,
    USUAL_WAY,
    Verse,
    unknown_words,
    verses,
    words_of,
)
from payung.budget.rules import Programme
from payung.core.errors import PayungError

REGENCY = Party("Pemerintah Kabupaten Paser", "Pak Bupati", "Bupati Paser", "Jalan Kusuma Bangsa, Tana Paser")
BPJS = Party("BPJS Ketenagakerjaan Cabang Balikpapan", "Pak Bona", "Kepala Kantor Cabang", "Balikpapan")
CONTENT = Content(
    first=REGENCY,
    second=BPJS,
    place="Tana Paser",
    programmes=tuple(Programme),
    due=(USUAL_DUE[Segment.BPU],),
    data=DataExchange(USUAL_FIELDS, USUAL_WAY, 10),
    clauses=USUAL[Kind.PKS],
)
YEAR = Terms(date(2023, 1, 1), date(2023, 12, 31), (Segment.BPU,), 6_505_228_800, CONTENT)
NK = Umbrella("Nota Kesepakatan Nomor 1", date(2022, 9, 1), date(2025, 8, 31), tuple(Segment), is_signed=True)
AROUND = Around(umbrella=NK)


def of_pks(terms: Terms = YEAR, around: Around = AROUND) -> dict[str, Fault]:
    return {one.field: one for one in faults(Kind.PKS, "Kerja sama 2023", terms, around)}


def with_clauses(terms: Terms, **clauses: str) -> Terms:
    changed = {Section(name.replace("_", "-")): text for name, text in clauses.items()}
    return replace(terms, content=replace(terms.content, clauses={**terms.content.clauses, **changed}))


def test_our_own_wording_with_both_parties_is_complete() -> None:
    assert of_pks() == {}
    terms = replace(
        YEAR, valid_to=date(2025, 12, 31), ceiling_idr=None, content=replace(CONTENT, clauses=USUAL[Kind.NK])
    )
    assert faults(Kind.NK, "Sinergi", terms, Around()) == ()


@pytest.mark.parametrize("kind", [Kind.NK, Kind.PKS])
def test_every_article_of_ours_fills_only_words_that_are_known(kind: Kind) -> None:
    assert tuple(USUAL[kind]) == SECTIONS[kind]
    assert {word for text in USUAL[kind].values() for word in unknown_words(text)} == set()


def test_a_pks_outside_its_umbrella_is_refused_by_how_many_days() -> None:
    late = of_pks(replace(YEAR, valid_from=date(2024, 9, 11), valid_to=date(2025, 9, 10)))["valid_to"]
    assert late.blocks
    assert "10 hari sesudah Nota Kesepakatannya, yang berakhir 31 Agustus 2025" in late.message
    early = of_pks(replace(YEAR, valid_from=date(2022, 8, 31), valid_to=date(2022, 12, 31)))["valid_from"]
    assert early.blocks
    assert "1 hari sebelum" in early.message
    edge = replace(YEAR, valid_from=date(2024, 9, 1), valid_to=date(2025, 8, 31))
    assert of_pks(edge) == {}


def test_a_pks_without_an_umbrella_or_for_a_segment_that_it_lacks_is_refused() -> None:
    assert of_pks(around=Around())["parent"].blocks
    beyond = of_pks(around=Around(umbrella=replace(NK, segments=(Segment.PU,))))["segments"]
    assert beyond.blocks
    assert "pekerja rentan" in beyond.message
    assert not of_pks(around=Around(umbrella=replace(NK, is_signed=False)))["parent"].blocks


def test_a_pks_without_a_start_of_cover_is_refused_and_told_what_to_write() -> None:
    found = of_pks(with_clauses(YEAR, mulai_pelindungan="  \n"))["mulai-pelindungan"]
    assert found.blocks
    assert found.part is Part.CLAUSES
    assert "menurut BPJS Ketenagakerjaan" in found.message


def test_what_an_article_may_leave_out_is_not_missed() -> None:
    assert of_pks(with_clauses(YEAR, lain_lain="", manfaat="")) == {}
    assert of_pks(with_clauses(YEAR, perselisihan=""))["perselisihan"].blocks


def test_overlapping_pks_of_one_segment_are_warned_about_with_their_days() -> None:
    other = Neighbour("PKS Nomor 7", date(2023, 12, 1), date(2024, 11, 30), (Segment.BPU, Segment.PU))
    found = of_pks(around=replace(AROUND, neighbours=[other]))["segments"]
    assert not found.blocks
    assert "Segmen BPU juga diatur PKS Nomor 7 pada 1 Desember 2023 sampai 31 Desember 2023" in found.message
    after = replace(other, valid_from=date(2024, 1, 1))
    elsewhere = replace(other, segments=(Segment.PU,))
    assert of_pks(around=replace(AROUND, neighbours=[after, elsewhere])) == {}


def test_a_ceiling_below_what_is_committed_is_refused_by_how_much() -> None:
    found = of_pks(around=replace(AROUND, committed_idr=6_505_228_801))["ceiling_idr"]
    assert found.blocks
    assert "kurang Rp1 dari yang sudah diikat" in found.message
    assert of_pks(around=replace(AROUND, committed_idr=6_505_228_800)) == {}
    assert ceiling_fault(None, 5) == ""


def test_a_party_that_is_half_there_says_what_is_missing() -> None:
    half = replace(CONTENT, second=replace(BPJS, represented_by="", address=" "))
    found = of_pks(replace(YEAR, content=half))["second_represented_by"]
    assert found.part is Part.PARTIES
    assert "nama wakilnya dan alamatnya kosong" in found.message


def test_every_segment_has_its_day_and_a_late_one_of_bpu_is_warned_about() -> None:
    both = replace(YEAR, segments=tuple(Segment))
    assert of_pks(both)["due_pu"].blocks
    late = replace(CONTENT, due=(Due(Segment.BPU, 16, next_month=False),))
    assert not of_pks(replace(YEAR, content=late))["due_bpu"].blocks


def test_a_year_and_a_day_is_warned_about() -> None:
    assert of_pks(replace(YEAR, valid_to=date(2024, 1, 1)))["valid_to"].blocks is False


def test_an_umbrella_names_no_ceiling() -> None:
    content = replace(CONTENT, clauses=USUAL[Kind.NK])
    [found] = faults(Kind.NK, "Sinergi", replace(YEAR, content=content), Around())
    assert found.field == "ceiling_idr"


def test_a_word_in_braces_that_nothing_fills_is_named() -> None:
    found = of_pks(with_clauses(YEAR, objek="Pagunya {paguu}."))["objek"]
    assert "{paguu}" in found.message


CHANGE = Terms(
    date(2023, 7, 1), date(2023, 12, 31), (), None, Content(first=REGENCY, second=BPJS, place="Tana Paser")
)


def of_addendum(terms: Terms, around: Around) -> dict[str, Fault]:
    return {one.field: one for one in faults(Kind.ADDENDUM, "Adendum Pertama", terms, around)}


def test_an_addendum_that_changes_nothing_is_refused() -> None:
    around = Around(umbrella=NK, base=YEAR, base_title="PKS 2023")
    assert "belum mengubah apa pun" in of_addendum(CHANGE, around)["valid_to"].message
    assert (
        "belum mengubah"
        in of_addendum(replace(CHANGE, ceiling_idr=YEAR.ceiling_idr), around)["valid_to"].message
    )
    assert of_addendum(replace(CHANGE, ceiling_idr=7_000_000_000), around) == {}


def test_an_addendum_is_held_to_the_term_above_and_to_what_is_bound() -> None:
    around = Around(umbrella=NK, base=YEAR, base_title="PKS 2023", committed_idr=5_000_000_000)
    longer = of_addendum(replace(CHANGE, valid_to=date(2025, 9, 1)), around)["valid_to"]
    assert "1 hari lebih lama dari Nota Kesepakatannya" in longer.message
    lower = of_addendum(replace(CHANGE, ceiling_idr=4_999_999_000), around)["ceiling_idr"]
    assert "kurang Rp1.000" in lower.message
    outside = of_addendum(replace(CHANGE, valid_from=date(2022, 12, 31), ceiling_idr=7_000_000_000), around)
    assert outside["valid_from"].blocks


def test_an_agreement_stands_as_its_addenda_leave_it_in_the_order_of_their_numbers() -> None:
    longer = replace(
        CHANGE,
        valid_to=date(2024, 1, 31),
        content=replace(
            CHANGE.content,
            second=replace(BPJS, represented_by="Bu Baru"),
            clauses={Section.PAYMENT: "Dibayar sekaligus."},
            annexes=(Annex("Surat kantor wilayah"),),
        ),
    )
    dearer = replace(
        CHANGE,
        valid_from=date(2023, 10, 1),
        valid_to=date(2024, 1, 31),
        ceiling_idr=7_000_000_000,
        content=replace(CHANGE.content, due=(Due(Segment.PU, 10, next_month=True),)),
    )
    addenda = [Addendum(2, date(2023, 10, 1), dearer), Addendum(1, date(2023, 7, 1), longer)]
    now = as_it_stands(YEAR, addenda)
    assert (now.valid_from, now.valid_to) == (YEAR.valid_from, date(2024, 1, 31))
    assert now.ceiling_idr == 7_000_000_000
    assert now.content.clauses[Section.PAYMENT] == "Dibayar sekaligus."
    assert now.content.clauses[Section.COVER] == CONTENT.clauses[Section.COVER]
    assert now.content.due == (USUAL_DUE[Segment.BPU], Due(Segment.PU, 10, next_month=True))
    assert now.content.second == BPJS  # the last that was signed names who stands for it
    assert [one.title for one in now.content.annexes] == ["Surat kantor wilayah"]
    before = as_it_stands(YEAR, addenda, date(2023, 9, 30))
    assert (before.ceiling_idr, before.valid_to) == (YEAR.ceiling_idr, date(2024, 1, 31))
    assert as_it_stands(YEAR, addenda, date(2023, 6, 30)) == YEAR


def test_content_comes_back_as_it_was_written() -> None:
    content = replace(CONTENT, annexes=(Annex("Daftar", "a" * 64), Annex("Surat")))
    assert Content.read(content.said()) == content
    assert Content.read(Content().said()) == Content()
    with pytest.raises(PayungError, match="tidak dapat dibaca"):
        Content.read({"first": {}})


def test_a_state_follows_from_the_days() -> None:
    first, last = date(2023, 1, 1), date(2023, 12, 31)
    assert state(first, first, last, is_signed=False) is State.DRAFT
    assert state(first, first, last, is_signed=False, is_approved=True) is State.APPROVED
    assert state(first, first, last, is_signed=False, is_cancelled=True) is State.CANCELLED
    days = {
        first - timedelta(1): State.AHEAD,
        first: State.IN_FORCE,
        last: State.IN_FORCE,
        last + timedelta(1): State.ENDED,
    }
    assert {day: state(day, first, last, is_signed=True) for day in days} == days


def test_an_alarm_rings_from_its_day_on_and_the_nearest_is_told() -> None:
    last = date(2023, 12, 31)
    rung = [alarm(last, last - timedelta(left), (90, 30, 7)) for left in (91, 90, 31, 30, 8, 7, 0, -1)]
    assert rung == [None, 90, 90, 30, 30, 7, 7, None]


def test_a_text_is_cut_into_verses_with_their_items_and_filled_in() -> None:
    words = words_of(YEAR, "Nota Kesepakatan Nomor 1")
    assert set(words) == set(PLACEHOLDERS)
    text = "Iuran {program} paling banyak {pagu}:\n- satu;\n- dua.\n\nKedua, {asing}."
    first, second = verses(text, words)
    assert first.text.startswith(
        "Iuran Jaminan Kecelakaan Kerja (JKK) dan Jaminan Kematian (JKM) paling banyak"
    )
    assert "Rp6.505.228.800 (enam miliar" in first.text
    assert first.items == ("satu;", "dua.")
    assert second == Verse("Kedua, {asing}.")
    assert "paling lambat tanggal 15 bulan iuran itu sendiri" in words["tenggat"]


def test_addenda_are_counted_in_words() -> None:
    assert [ordinal(1), ordinal(2), ordinal(10), ordinal(11)] == ["Pertama", "Kedua", "Kesepuluh", "Ke-11"]


def test_the_page_about_agreements_names_every_word_that_is_filled_in() -> None:
    page = (Path(__file__).parents[2] / "docs" / "agreements.md").read_text(encoding="utf-8")
    assert [word for word in PLACEHOLDERS if f"`{{{word}}}`" not in page] == []
    given = paper_data(sample(Kind.PKS, "64.01")) | paper_data(sample(Kind.ADDENDUM, "64.01"))
    assert [name for name in given if f"`{name}`" not in page] == []


def test_the_same_draft_makes_the_same_paper_to_the_byte(tmp_path: Path) -> None:
    hashes = {
        write_paper(sample(kind, "64.01"), tmp_path / f"{kind}-{n}.pdf") for kind in Kind for n in range(2)
    }
    assert len(hashes) == len(Kind)


def test_a_changed_word_changes_the_fingerprint_on_every_page() -> None:
    draft = sample(Kind.PKS, "64.01")
    other = replace(draft, title=draft.title + ".")
    prints = {paper_data(one)["fingerprint"] for one in (draft, other, replace(draft, version=2))}
    assert len(prints) == 3
