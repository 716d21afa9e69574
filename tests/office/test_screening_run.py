"""A screening in the office: the same list as the main job gives, a frozen set of inputs, one run after another."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection

from payung.audit.models import Event
from payung.config import load
from payung.core.errors import PayungError
from payung.core.month import MonthSpan
from payung.core.scope import acting_in, whole
from payung.eligibility import services, stages
from payung.eligibility.gathering import marks_now
from payung.eligibility.models import Assessment
from payung.eligibility.queries import latest, staleness_of
from payung.eligibility.services import ask_run
from payung.intake.upload_services import receive
from payung.registry.models import Delivery
from payung.registry.register_services import withdraw_delivery
from payung.registry.rules import REGISTERS
from payung.screening.decisions import write_decisions
from payung.screening.models import Pair, PairVerdict, ScreeningRun
from payung.screening.rules import Verdict
from payung.screening.services import decide, decisions_in_force, undo
from payung.work.models import Job
from tests.integration import small_office
from tests.office.cast import OTHER_REGENCY, REGENCY, Office
from tests.office.screening_desk import (
    QUESTION,
    Desk,
    bring,
    bring_lists,
    bring_registers,
    brought,
    desk,
    desk_brought,
    desk_screened,
    done,
    printed_hash,
    screened,
)

__all__ = ["brought", "desk_brought", "desk_screened", "done"]
ROWS = 27


def first_run() -> ScreeningRun:
    run = latest()
    assert run
    return run


def test_the_screened_list_has_the_hash_that_the_main_job_prints(done: Desk) -> None:
    with done.office.acting("budi"):
        run = first_run()
        assert (run.error, run.is_open, run.figures["rows"]) == ("", False, ROWS)
        assert run.screened_hash == printed_hash(done.files)


def test_decisions_go_into_the_next_run_as_the_main_job_takes_them_from_a_file(
    done: Desk, tmp_path: Path
) -> None:
    with done.office.acting("budi"):
        first = first_run()
        pairs = list(Pair.objects.order_by("outcome"))
        for pair, verdict in zip(pairs, (Verdict.SAME, Verdict.DIFFERENT), strict=True):
            decide(pair, verdict, version=pair.version)
        write_decisions(decisions_in_force(), tmp_path / "keputusan.csv")
    second = screened(done.office)
    assert second.screened_hash == printed_hash(done.files, "--decisions", tmp_path / "keputusan.csv")
    assert second.screened_hash != first.screened_hash
    assert {part for part in second.parts if second.parts[part] != first.parts[part]} == {"decisions"}
    with done.office.acting("budi"):
        same, different = (Pair.objects.get(pk=one.pk) for one in pairs)
        assert (same.verdict, same.run_id) == ("sama", second.pk)
        assert (different.verdict, different.run_id) == ("beda", first.pk), (
            "not found again; it stays decided"
        )
        undo(different, version=different.version)
        assert Pair.objects.get(pk=different.pk).run_id == second.pk


def test_a_run_is_a_frozen_set_of_inputs_that_lies_sealed(done: Desk) -> None:
    with done.office.acting("budi"):
        run = first_run()
    for path in (run.inputs_file, run.results_file):
        stored = load().folder("uploads") / path
        content = stored.read_bytes()
        assert content.startswith(b"PAYUNG")
        assert b"PAR1" not in content
        assert stored.stat().st_mode & 0o077 == 0
    assert run.register_days == {"bpjs": "2022-09-15", "dukcapil": "2022-09-15", "asn": "2022-09-15"}
    assert set(run.parts) >= {"lists", "decisions", "paid", "rules", "question", "weights", "register:bpjs"}
    assert len(run.inputs_hash) == 64
    assert not list(load().folder("workspace").iterdir()), "nothing is left in the clear"


def test_every_row_has_its_decision_in_its_place_with_nothing_in_the_clear(done: Desk) -> None:
    with done.office.acting("budi"):
        rows = list(Assessment.objects.filter(run=first_run()))
        assert len(rows) == ROWS
        assert {one.place[:8] for one in rows} == {"64.01.04"}
        assert {one.outcome for one in rows} == {"pass_noted", "incomplete", "refuse"}
        twice = [one for one in rows if not one.survives]
        assert twice
        assert all(" duplicate " in one.codes and one.person_id != one.row_id for one in twice)
        assert all(len(reason) == 5 for one in rows for reason in one.reasons)
        niks = [one.who["nik"] for one in rows]
    assert len(set(niks)) > 20
    with connection.cursor() as cursor:
        stored = ""
        with acting_in(whole(REGENCY)):
            for table in ("eligibility_assessment", "screening_pair", "screening_screeningrun"):
                cursor.execute(f"SELECT * FROM {table}")
                stored += repr(cursor.fetchall())
    assert "64.01.04" in stored
    assert not [nik for nik in niks if nik and nik in stored]
    with done.office.acting("joko"):
        assert not Assessment.objects.exists(), "a desa far away sees none of them"
    with done.office.acting("kukar"):
        assert not ScreeningRun.objects.exists()
        assert not Pair.objects.exists()


def test_rows_without_a_known_desa_are_seen_where_their_list_was_sent_for(
    office: Office, tmp_path: Path
) -> None:
    files = desk(tmp_path)
    for row in files.rows["Janju.csv"]:
        row[6] = "Desa Entah"
    files.save()
    bring(office, files)
    run = screened(office)
    with office.acting("budi"):
        found = Assessment.objects.filter(run=run, codes__contains=" desa_unknown ")
        assert {one.place for one in found} == {REGENCY}


def test_pairs_hold_both_records_with_their_households_and_what_is_at_stake(done: Desk) -> None:
    with done.office.acting("budi"):
        certain, review = Pair.objects.filter(run=first_run()).order_by("outcome")
    assert (certain.outcome, review.outcome) == ("certain", "review")
    assert certain.pattern.startswith("nik:")
    assert review.pattern == ""
    assert "NIK beda" in review.reason
    assert {certain.stake_idr, review.stake_idr} == {2 * 3 * 16_800}
    assert review.priority > certain.priority > 0, "what is less sure comes first where the money is the same"
    left, right = certain.sides["l"], certain.sides["r"]
    assert left["nik"] != right["nik"]
    assert [one["name"] for one in left["household"]] == [right["name"]], "the two stand on one card"
    assert review.sides["l"]["household"] == []


def test_somebody_found_in_a_register_by_weaker_evidence_is_a_pair_with_the_registers_words(
    office: Office, tmp_path: Path
) -> None:
    files = desk(tmp_path)
    known = small_office.person(5)
    files.register(
        "bpjs",
        [
            ("NIK", "Nama", "Tanggal Lahir", "Status", "Segmen", "Dibayar Oleh"),
            (
                known[0][:14] + known[0][15] + known[0][14],
                known[2],
                known[3],
                "AKTIF",
                "PU",
                "PT TELAKE JAYA",
            ),
        ],
    )
    bring(office, files)
    run = screened(office)
    with office.acting("budi"):
        pair = Pair.objects.get(run=run, register="bpjs")
        assert "PT TELAKE JAYA" in pair.sides["r"]["says"]
        assert pair.sides["r"]["collected_on"] == "2022-09-15"
        assert pair.sides["r"]["origin"] == "bpjs.csv · baris 2"
        assert pair.stake_idr == 3 * 16_800
        waiting = Assessment.objects.get(run=run, row_id=pair.row_id_l)
        assert waiting.outcome == "incomplete", "nobody is refused by a link that no person has seen"


def test_asking_twice_tells_the_second_whose_run_is_under_way(brought: Desk) -> None:
    with brought.office.acting("budi"):
        ask_run(QUESTION)
    with brought.office.acting("wati"):
        with pytest.raises(PayungError, match=r"Penyaringan 1 sedang berjalan; diminta Pak Budi"):
            ask_run(QUESTION)
        assert ScreeningRun.objects.count() == 1


def test_a_screening_without_lists_is_refused_in_words(brought: Desk, tmp_path: Path) -> None:
    with brought.office.acting("kukar"), pytest.raises(PayungError, match="Belum ada daftar") as told:
        ask_run(QUESTION)
    assert "Unggah" in told.value.todo
    with acting_in(whole(OTHER_REGENCY)):
        receive([("usul.csv", io.BytesIO(b"NIK,Nama\n1,A\n"))], OTHER_REGENCY)
        with pytest.raises(PayungError, match="masih dibaca"):
            ask_run(QUESTION)


def test_a_register_that_is_missing_or_too_old_refuses_and_may_be_waived_with_a_reason(
    office: Office, tmp_path: Path
) -> None:
    files = desk(tmp_path)
    with office.acting("budi"):
        bring_lists(*sorted(files.lists.iterdir()))
        bring_registers(files, "bpjs", "asn")
    office.work()
    with office.acting("budi"):
        with pytest.raises(PayungError, match="Data kependudukan belum diberikan"):
            ask_run(QUESTION)
        late = replace(QUESTION, months=MonthSpan.parse("2023-01..2023-03"))
        with pytest.raises(PayungError, match="Peserta BPJS Ketenagakerjaan terlalu lama"):
            ask_run(late)
        with pytest.raises(PayungError, match="Alasan"):
            ask_run(replace(QUESTION, waived={"dukcapil": " "}))
        assert not ScreeningRun.objects.exists()
    run = screened(office, replace(QUESTION, waived={"dukcapil": "Dinas belum menjawab"}))
    files.without("dukcapil")
    assert run.screened_hash == printed_hash(files, "--without", "dukcapil")
    assert run.notes[0] == "Dijalankan tanpa Data kependudukan. Alasan: Dinas belum menjawab"
    assert run.question["waived"] == {"dukcapil": "Dinas belum menjawab"}


def test_a_screening_can_do_without_any_register(office: Office, tmp_path: Path) -> None:
    files = desk(tmp_path)
    with office.acting("budi"):
        bring_lists(*sorted(files.lists.iterdir()))
    office.work()
    run = screened(office, replace(QUESTION, waived=dict.fromkeys(REGISTERS, "belum ada kiriman")))
    assert run.loaded_at
    with office.acting("budi"):
        assert {one.register for one in Pair.objects.all()} == {""}


def test_months_or_sources_that_the_policy_does_not_know_are_refused(brought: Desk) -> None:
    with brought.office.acting("budi"):
        with pytest.raises(PayungError, match="tidak mencakup"):
            ask_run(replace(QUESTION, months=MonthSpan.parse("2031-01")))
        with pytest.raises(PayungError, match="tidak ada dalam aturan"):
            ask_run(replace(QUESTION, sources=("csr",)))
        with pytest.raises(PayungError, match="Sumber dana belum dipilih"):
            ask_run(replace(QUESTION, sources=()))


def test_lists_that_look_wrong_as_a_whole_fail_the_run_and_leave_the_one_before_current(
    done: Desk, tmp_path: Path
) -> None:
    wrong = [small_office.person(number % 24) for number in range(400)]
    for number, row in enumerate(wrong):
        row[0] = f"{number:05d}"
    header = ",".join(small_office.HEADER)
    lines = [",".join((str(number), *row)) for number, row in enumerate(wrong, start=1)]
    with done.office.acting("budi"):
        receive([("Rusak.csv", io.BytesIO("\n".join((header, *lines)).encode()))], REGENCY)
        first = first_run()
    done.office.work()
    run = screened(done.office)
    assert run.failed_at
    assert not run.loaded_at
    assert "NIK" in run.error
    with done.office.acting("budi"):
        assert latest() == first
        assert not Assessment.objects.filter(run=run).exists()
        assert Assessment.objects.filter(run=first).count() == ROWS
        assert ask_run(QUESTION).number == 3, "a failed run bars no other"


def test_of_earlier_runs_only_what_was_decided_otherwise_stays(done: Desk) -> None:
    screened(done.office)
    with done.office.acting("budi"):
        assert set(Assessment.objects.values_list("run__number", "since")) == {(2, 1)}
        pair = Pair.objects.get(outcome="certain")
        decide(pair, Verdict.SAME, version=pair.version)
    third = screened(done.office)
    with done.office.acting("budi"):
        rows = Assessment.objects.filter(row_id__in=[pair.row_id_l, pair.row_id_r]).order_by("row_id", "run")
        assert [(one.run.number, one.since) for one in rows] == [(2, 1), (3, 3), (2, 1), (3, 3)]
        assert third.figures["compared"] == {"number": 2, "changed": 2, "new": 0, "gone": 0}
        assert Assessment.objects.filter(run=third).count() == ROWS


def test_a_decision_that_is_made_while_a_run_is_under_way_is_never_overwritten(done: Desk) -> None:
    def decide_midway(label: str, done: int, total: int) -> None:
        if label == "Menyusun pasangan":
            for pair in Pair.objects.filter(verdict=""):
                decide(pair, Verdict.DIFFERENT, version=pair.version)

    with done.office.acting("budi"):
        second = ask_run(QUESTION)
        stages.screen_run(second.pk, decide_midway)
        assert set(Pair.objects.filter(run=second).values_list("verdict", flat=True)) == {"beda"}
        assert PairVerdict.objects.filter(undone_at__isnull=True).count() == 2


def test_a_run_says_why_it_is_outdated(done: Desk) -> None:
    with done.office.acting("budi"):
        run, before = first_run(), marks_now(())
        assert staleness_of(run) == ()
        pair = Pair.objects.filter(verdict="").first()
        assert pair
        decide(pair, Verdict.SAME, version=pair.version)
        withdraw_delivery(Delivery.objects.get(register="asn"), reason="salah kirim")
        receive([("baru.csv", io.BytesIO(b"NIK,Nama,Desa\n6401044108900001,AMINAH,Janju\n"))], REGENCY)
    done.office.work()
    with done.office.acting("budi"):
        found = staleness_of(run)
        assert {one.part for one in found} == {"lists", "decisions", "register:asn"}
        assert all(one.message.endswith(".") for one in found)
        assert marks_now(()) != before


def test_each_step_of_a_run_is_recorded_once(done: Desk) -> None:
    with done.office.acting("budi"):
        run = first_run()
        stages.screen_run(run.pk, lambda label, done, total: None)
        about = Event.objects.filter(subject_type="screening.screeningrun", subject_id=str(run.pk))
        events = about.order_by("seq").values_list("action", "actor")
        budi = done.office.user("budi").pk
        assert list(events) == [("run.started", budi), ("run.finished", budi)]


def test_a_job_that_broke_for_good_fails_its_run_and_bars_no_other(
    brought: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "freeze", lambda *given: 1 // 0)
    with brought.office.acting("budi"):
        run = ask_run(QUESTION)
        for _ in range(3):
            Job.objects.filter(kind=services.KIND).update(due_at="2020-01-01T00:00Z")
            brought.office.work()
        run.refresh_from_db()
        assert run.failed_at
        assert "tidak terduga" in run.error
        assert not list(load().folder("workspace").iterdir())
        monkeypatch.undo()
        assert ask_run(QUESTION).number == 2
