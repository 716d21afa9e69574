"""The review workbook: what is asked, how it is shown, and that each decision comes back to its own pair."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import astuple, replace
from datetime import date
from pathlib import Path
from random import Random

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from payung.core.application import APPLICATION_COLUMNS, Application
from payung.core.errors import PayungError
from payung.core.identity import fingerprint
from payung.demo.regency import DemoReport, make
from payung.engine.duckdb_engine import open_engine
from payung.engine.engine import Engine
from payung.intake.files import find_lists
from payung.intake.pipeline import read_lists
from payung.policy.loader import local
from payung.registry.files import Snapshot, read_register
from payung.registry.rules import Kind, RegisterInput
from payung.screening.decisions import (
    MARK_L,
    MARK_R,
    PAIRS,
    PATTERNS,
    VERDICT,
    fingerprint_of,
    read_decisions,
)
from payung.screening.pipeline import screen
from payung.screening.review import Review, write_review
from payung.screening.rules import PairDecision, Verdict

LINES = 1_200
ASKED = ("certain", "review")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoReport:
    return make(tmp_path_factory.mktemp("demo") / "paser", LINES, 5)


@pytest.fixture(scope="module")
def applications(demo: DemoReport, tmp_path_factory: pytest.TempPathFactory) -> list[Application]:
    files = find_lists(demo.lists, tmp_path_factory.mktemp("zip"))
    return read_lists(files, local("paser-2022"), accept=[name for name, _ in files]).applications


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with open_engine(workspace=tmp_path / "kerja", threads=2) as opened:
        yield opened


def screened(
    engine: Engine,
    demo: DemoReport,
    applications: Sequence[Application],
    decisions: Sequence[PairDecision] = (),
) -> list[Snapshot]:
    """The state that the main job leaves: applications, registers, links and persons on the engine."""
    load(engine, applications)
    asked = [one.row_id for one in applications]
    snapshots = [
        read_register(engine, RegisterInput(name, path, date(2022, 9, 15)), asked=asked)
        for name, path in demo.registers.items()
    ]
    extracts = {one.name: one.table for one in snapshots if one.kind is Kind.EXTRACT}
    screen(engine, "applications", extracts, decisions=decisions)
    return snapshots


def load(engine: Engine, applications: Sequence[Application]) -> None:
    """The table `applications` as the main job makes it."""
    columns = dict.fromkeys((*APPLICATION_COLUMNS, "desa", "fingerprint"), "VARCHAR")
    engine.load(
        "applications",
        columns,
        (
            [
                *(None if value is None else str(value) for value in astuple(one)),
                one.desa_code or one.desa_raw,
                fingerprint(one.nik, one.name, one.birth_on, one.sex, one.desa_code),
            ]
            for one in applications
        ),
    )


def decide(path: Path, *, seed: int = 1) -> int:
    """Fill in every KEPUTUSAN as an office would, by the content of each row alone; how many were filled."""
    book = openpyxl.load_workbook(path)
    filled = 0
    for name in (PAIRS, PATTERNS):
        rows = book[name].iter_rows(min_row=3)
        header = [cell.value for cell in next(rows)]
        at = header.index(VERDICT)
        for row in rows:
            content = "|".join(str(cell.value) for cell in row[2:])
            row[at].value = Random(f"{seed}|{content}").choice(["sama", "beda", "tanya RT"])
            filled += 1
    book.save(path)
    return filled


def links(engine: Engine) -> list[tuple[object, ...]]:
    return engine.rows("SELECT id_l, register, id_r, outcome, confirmed FROM links ORDER BY 1, 2, 3")


def open_keys(review: Review) -> set[tuple[str, str]]:
    keys = [pair.key for pair in review.pairs]
    keys += [key for pattern in review.patterns for key in pattern.pairs]
    return {(min(key), max(key)) for key in keys}


def test_every_open_pair_is_asked_once_and_only_once(
    engine: Engine, demo: DemoReport, applications: list[Application], tmp_path: Path
) -> None:
    snapshots = screened(engine, demo, applications)
    review = write_review(engine, snapshots, tmp_path / "periksa.xlsx")
    keys = open_keys(review)
    assert len(keys) == len(review.pairs) + sum(len(one.pairs) for one in review.patterns)
    marks = {
        one.row_id: fingerprint_of(one.nik, one.name, str(one.birth_on or ""), one.sex, one.desa_code)
        for one in applications
    }
    expected = set()
    texts = {
        (snapshot.name, row_id): fingerprint_of(*rest)
        for snapshot in snapshots
        if snapshot.kind is Kind.EXTRACT
        for row_id, *rest in engine.rows(
            f"SELECT row_id, nik, name, birth_on, sex, desa FROM {snapshot.table}"
        )
    }
    against = {row for (row,) in engine.rows("SELECT row_id FROM persons WHERE contradiction IS NOT NULL")}
    for id_l, register, id_r, outcome, confirmed in links(engine):
        if (outcome in ASKED and not confirmed) or (outcome == "exact" and not register and id_l in against):
            key = marks[str(id_l)], texts[str(register), str(id_r)] if register else marks[str(id_r)]
            expected.add((min(key), max(key)))
    assert keys == expected
    assert review.pairs
    assert review.patterns


def test_the_workbook_shows_both_records_and_says_what_differs_without_colour_alone(
    engine: Engine, demo: DemoReport, applications: list[Application], tmp_path: Path
) -> None:
    path = tmp_path / "periksa.xlsx"
    review = write_review(engine, screened(engine, demo, applications), path)
    book = openpyxl.load_workbook(path, rich_text=True)
    sheet = book[PAIRS]
    header = [cell.value for cell in sheet[3]]
    assert len(list(sheet.iter_rows(min_row=4))) == len(review.pairs)
    assert "TERBATAS" in str(sheet["A1"].value)
    hidden = [
        sheet.cell(3, column).value
        for column in range(1, len(header) + 1)
        if sheet.column_dimensions[get_column_letter(column)].hidden
    ]
    assert MARK_L in hidden
    assert [book[name].sheet_state for name in ("Isi pola", "Keputusan lama")] == ["hidden", "hidden"]
    assert {str(one.formula1) for one in sheet.data_validations.dataValidation} == {'"sama,beda,tanya RT"'}
    for number, pair in enumerate(review.pairs, start=4):
        cells = {name: sheet.cell(number, column).value for column, name in enumerate(header, start=1)}
        assert str(cells["NIK (1)"] or "") == pair.left.nik
        assert str(cells["NAMA (2)"] or "") == pair.right.name
        assert pair.why == cells["MENGAPA DITANYAKAN"]
        if pair.left.nik and pair.right.nik and pair.left.nik != pair.right.nik:
            marked = [part for part in cells["NIK (1)"] if part.font.b and part.font.u]  # type: ignore[union-attr]
            assert marked or len(pair.left.nik) < len(pair.right.nik)
    with zipfile.ZipFile(path) as parts:
        xml = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml


def test_decisions_come_back_with_the_same_result_whatever_the_order_of_rows(
    engine: Engine, demo: DemoReport, applications: list[Application], tmp_path: Path
) -> None:
    path = tmp_path / "periksa.xlsx"
    write_review(engine, screened(engine, demo, applications), path)
    assert decide(path) > 10
    decisions = read_decisions(path)
    assert {one.verdict for one in decisions} == set(Verdict)
    screened(engine, demo, applications, decisions)
    first, people = links(engine), engine.rows("SELECT * FROM persons ORDER BY row_id")
    shuffled = Random(4).sample(applications, len(applications))
    screened(engine, demo, shuffled, list(reversed(decisions)))
    assert links(engine) == first
    assert engine.rows("SELECT * FROM persons ORDER BY row_id") == people


def test_only_what_was_put_to_the_rt_is_asked_again_and_the_newest_workbook_knows_it_all(
    engine: Engine, demo: DemoReport, applications: list[Application], tmp_path: Path
) -> None:
    first, second = tmp_path / "satu.xlsx", tmp_path / "dua.xlsx"
    write_review(engine, screened(engine, demo, applications), first)
    decide(first)
    decisions = read_decisions(first)
    snapshots = screened(engine, demo, applications, decisions)
    review = write_review(engine, snapshots, second, decided=decisions)
    asked = {
        tuple(sorted((one.fingerprint_l, one.fingerprint_r)))
        for one in decisions
        if one.verdict is Verdict.ASK_RT
    }
    assert open_keys(review) == asked
    assert set(map(key, read_decisions(second))) == set(map(key, decisions))
    book = openpyxl.load_workbook(second)
    assert {row[1].value for row in book[PAIRS].iter_rows(min_row=4)} <= {"tanya RT"}


def key(one: PairDecision) -> tuple[str, str, Verdict]:
    first, second = sorted((one.fingerprint_l, one.fingerprint_r))
    return first, second, one.verdict


def test_a_corrected_identity_reopens_that_pair_and_no_other(
    engine: Engine, demo: DemoReport, applications: list[Application], tmp_path: Path
) -> None:
    path = tmp_path / "periksa.xlsx"
    review = write_review(engine, screened(engine, demo, applications), path)
    decisions = [PairDecision(*one, Verdict.SAME) for one in sorted(open_keys(review))]
    again = write_review(engine, screened(engine, demo, applications, decisions), path)
    assert open_keys(again) == set()
    assert engine.rows("SELECT count(*) FROM persons WHERE open_review OR contradiction IS NOT NULL") == [
        (0,)
    ]
    # Somebody of one strong pair only: the change touches that pair alone, and the pair stays one.
    strong = [pair for pattern in review.patterns for pair in pattern.samples if pair.register]
    chosen = next(
        pair for pair in strong if sum(pair.left.fingerprint in one for one in open_keys(review)) == 1
    )
    changed = [
        replace(one, desa_code="64.01.10.2001" if one.desa_code != "64.01.10.2001" else "64.01.10.2002")
        if fingerprint(one.nik, one.name, one.birth_on, one.sex, one.desa_code) == chosen.left.fingerprint
        else one
        for one in applications
    ]
    reopened = open_keys(write_review(engine, screened(engine, demo, changed, decisions), path))
    [pair] = reopened
    assert chosen.right.fingerprint in pair
    assert chosen.left.fingerprint not in pair


def twins(name: str = "RABIATUK I") -> list[Application]:
    """Two rows with one NIK, birth date and KK, and names that need not be one person's."""
    siti = Application(
        "r1", "rt.xlsx", "RT", 5, nik="6401085905060064", kk="6401080801130043", name="RABIATUL INDAH",
        birth_on=date(2006, 5, 19), sex="P", desa_code="64.01.08.2001",
    )  # fmt: skip
    return [siti, replace(siti, row_id="r2", row=6, name=name)]


@pytest.mark.parametrize(("verdict", "persons"), [("sama", 1), ("beda", 2)])
def test_who_contradicts_himself_is_asked_about_and_the_answer_settles_it(
    engine: Engine, tmp_path: Path, verdict: str, persons: int
) -> None:
    def state() -> list[tuple[object, ...]]:
        return engine.rows(
            "SELECT count(DISTINCT person_id), count(contradiction), sum(cast(open_review as int)) FROM persons"
        )

    path = tmp_path / "periksa.xlsx"
    load(engine, twins())
    screen(engine, "applications", {})
    assert state() == [(1, 2, 0)]
    [pair] = write_review(engine, [], path).pairs
    assert "kembar" in pair.hint
    book = openpyxl.load_workbook(path)
    book[PAIRS]["B4"] = verdict
    book.save(path)
    screen(engine, "applications", {}, decisions=read_decisions(path))
    assert state() == [(persons, 0, 0)]
    assert write_review(engine, [], path) == Review((), ())


def test_a_name_can_neither_become_a_formula_nor_markup(
    engine: Engine, demo: DemoReport, applications: list[Application], tmp_path: Path
) -> None:
    bad = ['=HYPERLINK("http://x","y")', "<r><t>X</t></r>", "+62 <b>", "@SUM(A1)"]
    marked = [
        replace(one, address=bad[at % 4], occupation_raw=bad[at % 4], collector=bad[at % 4])
        for at, one in enumerate(applications)
    ]
    path = tmp_path / "periksa.xlsx"
    review = write_review(engine, screened(engine, demo, marked), path)
    sheet = openpyxl.load_workbook(path)[PAIRS]
    header = [cell.value for cell in sheet[3]]
    says = [str(row[header.index("ISI (1)")].value) for row in sheet.iter_rows(min_row=4)]
    assert says == [pair.left.says for pair in review.pairs]
    assert {cell.data_type for row in sheet.iter_rows(min_row=4) for cell in row[1:] if cell.value} == {"s"}


@pytest.fixture(scope="module")
def filled(
    demo: DemoReport, applications: list[Application], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("isi")
    with open_engine(workspace=folder / "kerja", threads=2) as engine:
        write_review(engine, screened(engine, demo, applications), folder / "periksa.xlsx")
    return folder / "periksa.xlsx"


def edited(filled: Path, out: Path, sheet: str, row: int, value: str, *, lose: str = "") -> Path:
    book = openpyxl.load_workbook(filled)
    page = book[sheet]
    header = [cell.value for cell in page[3]]
    page.cell(row, header.index(VERDICT) + 1, value)
    if lose:
        page.cell(row, header.index(lose) + 1, "x")
    book.save(out)
    return out


def test_an_empty_workbook_decides_nothing(filled: Path) -> None:
    assert read_decisions(filled) == ()


def test_one_word_decides_a_whole_pattern(filled: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(filled)
    many = book[PATTERNS].cell(4, 3).value
    decisions = read_decisions(edited(filled, tmp_path / "x.xlsx", PATTERNS, 4, "sama"))
    assert len(decisions) == many
    assert {one.verdict for one in decisions} == {Verdict.SAME}


def test_a_wrong_word_is_refused_with_its_cell(filled: Path, tmp_path: Path) -> None:
    with pytest.raises(PayungError, match=re.escape("lembar Pasangan sel B4")):
        read_decisions(edited(filled, tmp_path / "x.xlsx", PAIRS, 4, "mungkin"))


def test_a_damaged_key_is_refused_with_its_cell(filled: Path, tmp_path: Path) -> None:
    with pytest.raises(PayungError, match=re.escape("sel B4 tidak tahu lagi")):
        read_decisions(edited(filled, tmp_path / "x.xlsx", PAIRS, 4, "sama", lose=MARK_R))
    with pytest.raises(PayungError, match=re.escape("sel B4 tidak tahu lagi")):
        read_decisions(edited(filled, tmp_path / "y.xlsx", PATTERNS, 4, "sama", lose="KODE POLA"))


def test_another_workbook_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["NIK", "NAMA"])
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(PayungError, match="bukan buku pemeriksaan"):
        read_decisions(tmp_path / "x.xlsx")
