"""Who was refused, who waits and why: one row a person, plain words, and what would change it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from payung.allocation.candidates import AllocationRules, Candidate, Dimension, Limits, Round
from payung.allocation.rules import Selection, Waiting, Why, select
from payung.core.decision import Decision, Outcome, Reason
from payung.core.identity import fingerprint
from payung.enrolment.explain import line_name, status_words, what_keeps, what_would_change, why_in, why_not
from payung.enrolment.outcomes import write_refused, write_waiting, write_why
from payung.enrolment.rules import Refused
from payung.policy.loader import local
from tests.unit.enrolment_people import HOSTILE, SPAN, application, cells, formulas

POLICY = local("paser-2022")
PEOPLE = {one.row_id: one for one in (application(number) for number in range(12))}
DEAD = Reason(
    "dead", Outcome.REFUSE, "Tercatat meninggal dunia.", "dukcapil 30-09-2022", "Ajukan ahli waris."
)
NO_NIK = Reason("nik_missing", Outcome.INCOMPLETE, "NIK belum diisi.", "daftar RT", "Tulis NIK 16 angka.")
NOTED = Reason("payers_unknown", Outcome.PASS_NOTED, "Data pembayar lain tidak menjawab.")


def choose(ceiling_people: int, rules: AllocationRules | None = None) -> Selection:
    candidates = [
        Candidate(
            one.row_id,
            fingerprint(one.nik, one.name, one.birth_on, one.sex, one.desa_code),
            one.desa_code or "",
            (one.desa_code or "")[:8],
            one.group or "",
            points=10 * (number % 3),
            continuity=number == 7,
            monthly=tuple((month, 10_000, 6_800) for month in SPAN),
            full_span=True,
        )
        for number, one in enumerate(PEOPLE.values())
    ]
    round_ = Round("apbd-kabupaten", 50_400 * ceiling_people, SPAN, "benih")
    return select(candidates, round_, rules or AllocationRules())


def test_a_refused_person_has_one_row_with_every_reason_evidence_and_way_out(tmp_path: Path) -> None:
    out = tmp_path / "belum.xlsx"
    refused = [
        Refused(application(1, nik=None, nik_raw=None), Decision.of((NO_NIK, DEAD, NOTED))),
        Refused(application(2), Decision.of((NO_NIK,))),
    ]
    assert write_refused(refused, POLICY, out) == {"nik_missing": 2, "dead": 1}
    rows = cells(out, "Belum dapat diusulkan")
    header = next(row for row in rows if row[0] == "No")
    people = [dict(zip(header, row, strict=True)) for row in rows if isinstance(row[0], int)]
    assert len(people) == 2
    both = next(one for one in people if one["NIK"] is None)
    assert both["Status"] == "Belum dapat diusulkan (tercatat meninggal dunia)"
    assert both["Alasan"] == (
        "Tercatat meninggal dunia.\nNIK belum diisi.\nCatatan: Data pembayar lain tidak menjawab."
    )
    assert both["Yang Dapat Dilakukan"] == "Ajukan ahli waris.\nTulis NIK 16 angka."
    assert both["Bukti"] == "dukcapil 30-09-2022\ndaftar RT"
    assert both["Kode Alasan"] == "dead, nik_missing"
    assert next(one for one in people if one["NIK"])["Status"] == "Perlu dilengkapi"


def test_reasons_are_counted_with_those_that_stand_alone(tmp_path: Path) -> None:
    out = tmp_path / "belum.xlsx"
    refused = [
        Refused(application(1), Decision.of((NO_NIK, DEAD))),
        Refused(application(2), Decision.of((NO_NIK,))),
    ]
    write_refused(refused, POLICY, out)
    rows = cells(out, "Menurut alasan")
    assert ("nik_missing", "NIK belum diisi.", 2, 1) in rows
    assert ("dead", "Tercatat meninggal dunia.", 1, 0) in rows
    assert rows[-1] == ("Baris seluruhnya", None, 2, 1)


def test_nobody_reads_that_they_were_rejected() -> None:
    for reasons in ((DEAD,), (NO_NIK,), (DEAD, NO_NIK)):
        words = status_words(Decision.of(reasons))
        assert words
        assert "tolak" not in words.lower()


def test_what_people_typed_never_acts_in_the_workbooks(tmp_path: Path) -> None:
    refused = [
        Refused(
            application(n, name=text, address=text, desa_code=None, desa_raw=text), Decision.of((NO_NIK,))
        )
        for n, text in enumerate(HOSTILE)
    ]
    selection = choose(6)
    hostile = {key: replace(one, name=HOSTILE[0], file=HOSTILE[3]) for key, one in PEOPLE.items()}
    write_refused(refused, POLICY, tmp_path / "a.xlsx")
    write_waiting([selection], hostile, POLICY, tmp_path / "b.xlsx")
    write_why([selection], refused, hostile, POLICY, tmp_path / "c.xlsx")
    assert [formulas(tmp_path / name) for name in ("a.xlsx", "b.xlsx", "c.xlsx")] == [[], [], []]


def test_the_waiting_list_stands_in_order_and_says_what_would_change_it(tmp_path: Path) -> None:
    selection = choose(8)
    out = tmp_path / "tunggu.xlsx"
    assert write_waiting([selection], PEOPLE, POLICY, out) == 4
    rows = [row for row in cells(out, "Daftar tunggu") if isinstance(row[0], int)]
    assert [row[0] for row in rows] == [1, 2, 3, 4]
    assert [row[3] for row in rows] == [PEOPLE[w.candidate.row_id].nik for w in selection.waiting]
    assert "Terpilih bila pagu ditambah Rp50.400," in rows[0][12]
    assert "Terpilih bila pagu ditambah Rp201.600," in rows[3][12]


def test_a_chosen_person_reads_rank_points_continuity_and_down_to_which_ceiling() -> None:
    selection = choose(6)
    award = selection.awards[0]
    words = why_in(award, PEOPLE[award.candidate.row_id], POLICY)
    assert words.startswith("Urutan ke-1 dengan nilai")
    assert "kelompok" in words
    assert "agar perlindungannya tidak terputus" in words
    assert what_keeps(award) == "Tetap terpilih selama pagu paling sedikit Rp50.400."
    assert "bila pagu berubah" in what_keeps(replace(award, holds_down_to_idr=None))


def test_a_floor_that_helped_is_named() -> None:
    district = next(iter(PEOPLE.values())).desa_code[:8]  # type: ignore[index]
    selection = choose(6, AllocationRules(floors=Limits(district={district: 3})))
    helped = [award for award in selection.awards if award.by_floor]
    assert len(helped) == 3
    name = line_name((Dimension.DISTRICT, district), POLICY)
    assert f"jatah paling sedikit untuk {name}" in why_in(
        helped[0], PEOPLE[helped[0].candidate.row_id], POLICY
    )


def test_a_full_quota_is_named_with_the_place_in_its_queue() -> None:
    selection = choose(12, AllocationRules(quotas=Limits(group={"marbot": 1})))
    last = [waiting for waiting in selection.waiting if waiting.why is Why.QUOTA][-1]
    assert "kelompok Marbot sudah terisi" in why_not(last, PEOPLE[last.candidate.row_id], POLICY)
    assert "antrean ke-3" in what_would_change(last, POLICY)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"continuity_short": True, "points_short": 5}, "sudah menjadi peserta, jadi didahulukan"),
        ({"points_short": 5}, "Kurang 5 nilai"),
        ({"points_short": 0}, "undian yang menentukan"),
        ({"why": Why.COVERED_UNTIL}, "ditanggung pihak lain"),
    ],
)
def test_each_way_of_not_being_chosen_has_its_own_sentence(changes: dict[str, object], words: str) -> None:
    candidate = choose(6).waiting[0].candidate
    waiting = replace(Waiting(candidate, 1, 7, Why.CEILING, needs_idr=50_400), **changes)  # type: ignore[arg-type]
    assert words in why_not(waiting, PEOPLE[candidate.row_id], POLICY)
    assert what_would_change(waiting, POLICY).startswith("Terpilih bila")


def test_every_person_stands_once_in_the_workbook_of_reasons(tmp_path: Path) -> None:
    selection = choose(6)
    refused = [Refused(application(40 + n), Decision.of((DEAD,))) for n in range(3)]
    write_why([selection], refused, PEOPLE, POLICY, tmp_path / "alasan.xlsx")
    counts = {
        sheet: sum(isinstance(row[0], int) for row in cells(tmp_path / "alasan.xlsx", sheet))
        for sheet in ("Ditetapkan", "Daftar tunggu", "Belum dapat diusulkan")
    }
    assert counts == {"Ditetapkan": 6, "Daftar tunggu": 6, "Belum dapat diusulkan": 3}
