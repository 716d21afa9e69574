"""Inputs that were frozen screen as the main job does, wherever and however often; what was touched is refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import pytest

from payung.core.errors import Exit, PayungError
from payung.core.month import Month, MonthSpan
from payung.eligibility.frozen import (
    APPLICATIONS,
    SEAL,
    TERMS,
    Seal,
    freeze,
    inputs_hash,
    parts_of_terms,
    read_frozen,
    read_seal,
)
from payung.eligibility.results import (
    RESULT,
    finding_results,
    link_results,
    read_record,
    record_results,
    run_frozen,
    screened_results,
)
from payung.eligibility.run import Inputs, screen_and_assess
from payung.eligibility.terms import Rules, Terms
from payung.engine.duckdb_engine import open_engine
from payung.engine.engine import Engine
from payung.intake.rules import faults_of
from payung.job.options import Options
from payung.job.progress import Stopwatch, silent
from payung.job.run import read_all
from payung.registry.rules import RegisterInput
from payung.screening.review import Pair, gather_review
from payung.screening.rules import PairDecision, Verdict
from tests.integration import one_district
from tests.integration.small_office import Office, office, person

RULES = Rules.load("paser-2022")
MONTHS = MonthSpan.parse("2022-10..2022-12")
TERMS_OF_THE_DESK = Terms(RULES, frozenset({"apbd-kabupaten"}), MONTHS, MONTHS.first.first_day)


@dataclass(frozen=True)
class Desk:
    """A small office whose lists and registers are in the engine, and the hash that the command printed for them."""

    office: Office
    engine: Engine
    inputs: Inputs
    said: str


def read(options: Options, engine: Engine) -> Inputs:
    read = read_all(options, engine, Stopwatch(), silent)
    faults = faults_of(read.intake.findings)
    return Inputs(read.intake.applications, read.snapshots, read.decisions, faults, read.paid)


def asked(desk: Office) -> Options:
    return Options(
        lists=desk.lists,
        registers=tuple(RegisterInput.parse(text) for text in desk.options["--register"]),
        policy=RULES.policy,
        law=RULES.law,
        ceilings={"apbd-kabupaten": 806_400},
        months=MONTHS,
        on=MONTHS.first.first_day,
        out=desk.out,
        seed="x",
        policy_sha256=RULES.policy_sha256,
        law_sha256=RULES.law_sha256,
    )


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    small = office(tmp_path_factory.mktemp("meja"))
    small.rows["Janju.csv"].append(person(1))  # the same person on two lists
    twice = person(4)
    twice[2] = "MASLIANI BINTI UMAR"
    small.rows["Jone.xlsx"].append([twice[0][:15], *twice[1:]])  # a NIK that lost a digit: somebody must look
    small.save()
    said = small.run()
    assert said.code == Exit.OK, said.err
    with open_engine(workspace=small.folder / "kerja", threads=2) as engine:
        printed = one_district.record(small.out)["screened_sha256"]
        yield Desk(small, engine, read(asked(small), engine), printed)


@pytest.fixture
def frozen(desk: Desk, tmp_path: Path) -> Path:
    folder = tmp_path / "beku"
    freeze(desk.engine, folder, desk.inputs, TERMS_OF_THE_DESK)
    return folder


def again(folder: Path, out: Path, **changes: object) -> str:
    """The screened hash of a frozen run in an engine of its own."""
    record = run_frozen(folder, out, RULES, workspace=out.parent / "kerja", threads=2, **changes)  # type: ignore[arg-type]
    return record.screened_hash


def test_frozen_inputs_give_the_hash_that_the_command_printed(
    desk: Desk, frozen: Path, tmp_path: Path
) -> None:
    assert again(frozen, tmp_path / "hasil", expect=read_seal(frozen).inputs_hash) == desk.said


@pytest.mark.long
def test_a_whole_kecamatan_gives_the_hash_that_the_command_printed(district: Options, tmp_path: Path) -> None:
    with open_engine(workspace=tmp_path / "a", threads=2) as engine:
        freeze(engine, tmp_path / "beku", read(district, engine), district.terms)
    said = one_district.record(district.out)
    assert again(tmp_path / "beku", tmp_path / "hasil") == said["screened_sha256"]
    record = read_record(tmp_path / "hasil")
    assert record.rows == said["people"]["rows"]
    assert record.persons == said["people"]["persons"]
    assert record.outcomes == said["links"]["outcomes"]
    assert record.decided["incomplete"] == said["people"]["incomplete"]
    assert record.decided["refuse"] == said["people"]["refused"]


def test_what_is_read_back_is_what_was_frozen(desk: Desk, frozen: Path, tmp_path: Path) -> None:
    inputs = replace(
        desk.inputs,
        decisions=(PairDecision("b" * 64, "a" * 64, Verdict.ASK_RT),),
        paid={"6401044108900001": frozenset({Month(2022, 9), Month(2022, 10)})},
    )
    freeze(desk.engine, tmp_path / "lain", inputs, TERMS_OF_THE_DESK)
    with open_engine(workspace=tmp_path / "kerja") as engine:
        back = read_frozen(engine, tmp_path / "lain", RULES)
        assert back.terms == TERMS_OF_THE_DESK
        assert {one.row_id: one for one in back.inputs.applications} == {
            one.row_id: one for one in inputs.applications
        }
        assert back.inputs.faults == inputs.faults
        assert inputs.faults, "the list with the short NIK has one"
        assert back.inputs.paid == inputs.paid
        assert [(one.fingerprint_l[0], one.verdict) for one in back.inputs.decisions] == [
            ("a", Verdict.ASK_RT)
        ]
        for one, other in zip(back.inputs.snapshots, inputs.snapshots, strict=True):
            assert replace(one, path=other.path) == other
            query = f"SELECT * FROM {one.table} ORDER BY row_id"
            assert engine.rows(query) == desk.engine.rows(query)


def test_the_inputs_hash_knows_neither_order_nor_file_names_nor_folder(
    desk: Desk, frozen: Path, tmp_path: Path
) -> None:
    shuffled = list(desk.inputs.applications)
    Random(1).shuffle(shuffled)
    renamed = [replace(one, file="lain.xlsx", sheet="Lembar", row=one.row + 7) for one in shuffled]
    seal = freeze(
        desk.engine, tmp_path / "lain", replace(desk.inputs, applications=renamed), TERMS_OF_THE_DESK
    )
    assert seal == read_seal(frozen)
    assert again(tmp_path / "lain", tmp_path / "hasil") == desk.said


def test_whatever_may_change_a_decision_changes_its_part_of_the_hash_and_no_other(
    desk: Desk, frozen: Path, tmp_path: Path
) -> None:
    first, *rest = desk.inputs.applications
    bpjs, *others = desk.inputs.snapshots
    changes: dict[str, tuple[Inputs, Terms]] = {
        "lists": (
            replace(desk.inputs, applications=[replace(first, income_idr=1), *rest]),
            TERMS_OF_THE_DESK,
        ),
        "decisions": (
            replace(desk.inputs, decisions=(PairDecision("a" * 64, "b" * 64, Verdict.SAME),)),
            TERMS_OF_THE_DESK,
        ),
        "paid": (replace(desk.inputs, paid={"1": frozenset({Month(2022, 9)})}), TERMS_OF_THE_DESK),
        f"register:{bpjs.name}": (
            replace(desk.inputs, snapshots=(replace(bpjs, as_of=None), *others)),
            TERMS_OF_THE_DESK,
        ),
        "question": (desk.inputs, replace(TERMS_OF_THE_DESK, partial_months=True)),
        "rules": (desk.inputs, replace(TERMS_OF_THE_DESK, rules=replace(RULES, law_sha256="x"))),
    }
    before = read_seal(frozen)
    for place, (part, (inputs, terms)) in enumerate(changes.items()):
        seal = freeze(desk.engine, tmp_path / str(place), inputs, terms)
        assert {name for name in seal.parts if seal.parts[name] != before.parts[name]} == {part}
        assert seal.inputs_hash != before.inputs_hash
        assert inputs_hash(desk.engine, tmp_path / str(place)) == seal.inputs_hash
    assert parts_of_terms(TERMS_OF_THE_DESK).items() <= before.parts.items()


def spoil_a_byte(folder: Path) -> None:
    path = folder / APPLICATIONS
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def change_the_day(folder: Path) -> None:
    said = json.loads((folder / TERMS).read_text())
    (folder / TERMS).write_text(json.dumps(said | {"on": "2022-11-01"}))


def swap_a_register(folder: Path) -> None:
    shutil.copy(folder / "register_asn.parquet", folder / "register_bpjs.parquet")


def add_a_file(folder: Path) -> None:
    (folder / "register_own.parquet").write_bytes(b"x")


def change_the_seal(folder: Path) -> None:
    said = json.loads((folder / SEAL).read_text())
    (folder / SEAL).write_text(json.dumps(said | {"inputs_hash": "0" * 64}))


def break_the_seal(folder: Path) -> None:
    (folder / SEAL).write_text("{")


def take_the_seal(folder: Path) -> None:
    (folder / SEAL).unlink()


def take_a_file(folder: Path) -> None:
    (folder / "decisions.parquet").unlink()


@pytest.mark.parametrize(
    "touch",
    [
        spoil_a_byte, change_the_day, swap_a_register, add_a_file,
        change_the_seal, break_the_seal, take_the_seal, take_a_file,
    ],
)  # fmt: skip
def test_a_folder_that_was_touched_is_refused_and_leaves_no_result(
    frozen: Path, tmp_path: Path, touch: Callable[[Path], None]
) -> None:
    touch(frozen)
    with pytest.raises(PayungError) as caught:
        again(frozen, tmp_path / "hasil")
    assert caught.value.todo
    assert not (tmp_path / "hasil").exists()


def test_inputs_that_are_whole_but_not_those_that_were_asked_for_are_refused(
    frozen: Path, tmp_path: Path
) -> None:
    with pytest.raises(PayungError, match="berubah"):
        again(frozen, tmp_path / "hasil", expect=Seal.of({}).inputs_hash)


def test_rules_that_changed_since_are_refused(frozen: Path, tmp_path: Path) -> None:
    with pytest.raises(PayungError, match="Aturan paser-2022") as caught:
        run_frozen(frozen, tmp_path / "hasil", replace(RULES, policy_sha256="0" * 64), threads=2)
    assert caught.value.exit_code is Exit.POLICY


def test_a_folder_with_something_in_it_is_not_frozen_into(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "surat.txt").write_text("x")
    with pytest.raises(PayungError, match="tidak kosong"):
        freeze(desk.engine, tmp_path, desk.inputs, TERMS_OF_THE_DESK)


def test_results_are_those_of_the_screening_and_may_be_read_from_the_middle(
    desk: Desk, frozen: Path, tmp_path: Path
) -> None:
    out = tmp_path / "hasil"
    again(frozen, out)
    screened = screen_and_assess(desk.engine, desk.inputs, TERMS_OF_THE_DESK)
    expected = {one.facts.application.row_id: one for one in screened.assessed}
    with open_engine(workspace=tmp_path / "kerja") as engine:
        rows = list(screened_results(engine, out))
        assert [one.row_id for one in rows] == sorted(expected)
        for one in rows:
            same = expected[one.row_id]
            assert one.assessed(same.facts.application) == same
            assert (one.person_id, one.survives) == (same.person_id, same.survives)
            assert one.fingerprint == same.facts.fingerprint
        assert list(screened_results(engine, out, skip=20)) == rows[20:]
        links = list(link_results(engine, out))
        asked = {frozenset(one.key) for one in open_pairs(desk)}
        assert {frozenset((k["fingerprint_l"], k["fingerprint_r"])) for k in links if k["asked"]} == asked
        assert asked, "the row whose NIK lost a digit"
        reached = {(k["register"], k["id_r"]) for k in links if k["register"]}
        assert {(one["register"], one["row_id"]) for one in record_results(engine, out)} == reached
        assert {one.row_id for one in finding_results(engine, out)} <= set(expected)
        record = read_record(out)
        assert record.links == len(links)
        assert record.findings == len(list(finding_results(engine, out)))


def open_pairs(desk: Desk) -> list[Pair]:
    review = gather_review(desk.engine, desk.inputs.snapshots)
    return [*review.pairs, *(pair for one in review.patterns for pair in one.samples)]


def test_the_same_run_again_does_nothing_and_a_new_one_replaces_it(
    desk: Desk, frozen: Path, tmp_path: Path
) -> None:
    out = tmp_path / "hasil"
    told: list[tuple[str, int, int]] = []
    again(frozen, out, progress=lambda *step: told.append(step))
    assert told[-1] == ("Menilai orang", len(desk.inputs.applications), len(desk.inputs.applications))
    before = (out / RESULT).stat().st_mtime_ns
    told.clear()
    again(frozen, out, progress=lambda *step: told.append(step))
    assert not told
    assert (out / RESULT).stat().st_mtime_ns == before
    later = replace(
        TERMS_OF_THE_DESK, months=MonthSpan.parse("2022-11..2022-12"), on=Month(2022, 11).first_day
    )
    freeze(desk.engine, tmp_path / "nanti", desk.inputs, later)
    again(tmp_path / "nanti", out)
    assert read_record(out).inputs_hash == read_seal(tmp_path / "nanti").inputs_hash
