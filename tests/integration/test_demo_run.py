"""The demo regency from nothing to its roll: decided from the truth, opened again, and the real programme of 2022."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from payung.core.errors import Exit, PayungError
from payung.demo.regency import LINES
from payung.demo.run import CEILING_IDR, PEOPLE, Demo, make_demo, open_demo, options, run_demo
from payung.demo.truth import decide, read_truth
from payung.engine.duckdb_engine import open_engine
from payung.job.progress import Stopwatch
from payung.job.run import decide as decide_job
from payung.policy.loader import local
from payung.screening.decisions import read_decisions
from payung.screening.rules import Verdict
from tests.integration import one_district
from tests.integration.small_office import payung


def test_an_opened_demo_is_the_one_that_was_made(regency: Demo, shared: Path) -> None:
    again = open_demo(shared / "kabupaten")
    assert again == regency
    assert again.made.lines == len(one_district.truth(regency, "baris.csv"))
    assert again.made.workbooks == sum(path.is_file() for path in again.made.lists.rglob("*"))
    assert all(path.is_file() for path in again.made.registers.values())


def test_the_decisions_file_holds_what_was_counted_and_nothing_of_a_person(regency: Demo) -> None:
    decided = read_decisions(regency.decisions)
    verdicts = [one.verdict for one in decided]
    assert verdicts.count(Verdict.SAME) == regency.decided.same > 0
    assert verdicts.count(Verdict.DIFFERENT) == regency.decided.different
    numbers = {row["nik"] for row in one_district.truth(regency, "orang.csv")}
    text = regency.decisions.read_text(encoding="utf-8")
    assert not any(number in text for number in numbers)


def test_the_truth_names_the_person_of_every_row_of_lists_and_registers(regency: Demo) -> None:
    people = read_truth(regency.made.truth)
    assert sum(register == "" for register, _ in people) == regency.made.lines
    assert {register for register, _ in people} >= {"", "bpjs", "asn", "payers", "nonasn", "own"}


def test_a_truth_that_belongs_to_other_lists_is_refused(regency: Demo, tmp_path: Path) -> None:
    shutil.copytree(regency.made.truth, tmp_path / "kebenaran")
    rows = one_district.truth(regency, "baris.csv")
    one_district.write(tmp_path / "kebenaran" / "baris.csv", rows[:1])
    with open_engine() as engine:
        run = decide_job(one_district.question(regency, tmp_path), engine, Stopwatch())
        tables = {one.name: one.table for one in run.read.snapshots}
        with pytest.raises(PayungError, match="tidak mengenal baris"):
            decide(engine, tables, tmp_path / "kebenaran", tmp_path / "keputusan.csv")
    assert not (tmp_path / "keputusan.csv").exists()


def test_the_question_of_2022_shrinks_with_the_lines(regency: Demo, tmp_path: Path) -> None:
    asked = options(regency.made, tmp_path / "hasil")
    assert asked.ceilings == {"apbd-kabupaten": round(CEILING_IDR * regency.made.lines / LINES)}
    assert asked.policy.id == local("paser-2022").id
    assert str(asked.months) == "2022-10..2022-12"
    assert asked.on == asked.months.first.first_day
    assert CEILING_IDR == PEOPLE * 50_400


def test_the_command_says_what_the_record_says_and_how_long_it_took(result: Path) -> None:
    told = json.loads(result.with_name("hasil.json").read_text(encoding="utf-8"))
    record = one_district.record(result)
    assert told["out"] == str(result)
    assert set(told["stages"]) > {"baca daftar", "saring", "pilih", "keputusan", "ringkasan"}
    assert {name: told[name] for name in record} == record


def test_making_a_demo_leaves_a_strangers_folder_alone(tmp_path: Path) -> None:
    (tmp_path / "skripsi.docx").write_bytes(b"penting")
    said = payung("demo", "make", "--out", tmp_path, "--people", "200", "--quiet")
    assert said.code == Exit.OUTPUT
    assert "bukan data contoh" in " ".join(said.err.split())
    assert [path.name for path in tmp_path.iterdir()] == ["skripsi.docx"]


@pytest.mark.long
def test_the_default_demo_ends_with_the_real_programme_of_2022(tmp_path: Path) -> None:
    report = run_demo(make_demo(tmp_path / "paser"), tmp_path / "hasil")
    assert report.record["people"]["chosen"] == PEOPLE == 32_268
    assert report.record["money"]["used_idr"] == CEILING_IDR == 1_626_307_200
    assert report.record["open_reviews"] == 0
