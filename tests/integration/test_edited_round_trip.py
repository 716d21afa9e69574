"""An upload that was mended at the office: by card, previewed, undone, and given back as the same workbook."""

from __future__ import annotations

import csv
import zipfile
from dataclasses import fields
from pathlib import Path
from random import Random
from time import perf_counter

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from payung.core.application import Application
from payung.core.finding import Severity
from payung.intake.cards import Action, cards
from payung.intake.edits import Edit, apply, edit_of, typed, without
from payung.intake.lists import ReadList
from payung.intake.repair import Choice, edits_for
from payung.intake.stylesxml import CHANGED_COLOUR, severity_of
from payung.intake.uploads import Opened, Upload, give_back, open_upload, opened
from payung.policy import loader
from tests.integration.planted_list import FIELDS, HEADER_ROW, SHEET, Planted, Raw, letter, plant

POLICY = loader.local("paser-2022")
_PLACE = ("file",)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    return plant(tmp_path_factory.mktemp("usulan"), 600, 168)


@pytest.fixture(scope="module")
def first(planted: Planted) -> Opened:
    return open_upload(planted.path, Upload("usulan/usulan gabungan.xlsx", POLICY))


def all_proposals(one: Opened) -> list[Edit]:
    """Accept whatever every card proposes, card after card, as somebody at the office would."""
    made: list[Edit] = []
    for card in cards(one.read, POLICY):
        if Action.ACCEPT_PROPOSAL not in card.actions:
            continue
        ways = {item.row_id: 0 for item in card.items}
        now = apply(one.original, made).table
        made += edits_for(card, Choice(Action.ACCEPT_PROPOSAL, ways=ways), one.read, now, POLICY.regency)
    return made


def said(read: ReadList) -> list[tuple[object, ...]]:
    """All that a reading says of its people, wherever the file lies."""
    names = [one.name for one in fields(Application) if one.name not in _PLACE]
    return [tuple(getattr(a, name) for name in names) for a in read.applications]


def blamed(read: ReadList) -> set[tuple[str, int, str, str, str]]:
    return {(f.row_id, f.row, f.column, f.code, f.evidence) for f in read.findings}


def with_edits(one: Opened, edits: list[Edit]) -> Opened:
    return opened(one.original, Upload(one.upload.file, POLICY, edits=tuple(edits)))


def test_accepting_all_proposals_of_a_card_never_leaves_more_of_its_kind(first: Opened) -> None:
    tried = 0
    for card in cards(first.read, POLICY):
        if Action.ACCEPT_PROPOSAL not in card.actions:
            continue
        ways = {item.row_id: 0 for item in card.items}
        edits = edits_for(
            card, Choice(Action.ACCEPT_PROPOSAL, ways=ways), first.read, first.table, POLICY.regency
        )
        seen = first.preview(edits)
        assert seen.codes_after.get(card.code, 0) <= card.rows - card.with_proposal, card.code
        assert seen.after.rows == seen.before.rows
        assert seen.conflicts == ()
        tried += 1
    assert tried >= 8


def test_undoing_all_cards_gives_the_reading_of_what_was_sent(first: Opened) -> None:
    edits = all_proposals(first)
    assert len(edits) > 40
    mended = with_edits(first, edits)
    assert len(blamed(mended.read)) < len(blamed(first.read)) - 40
    back = with_edits(first, without(edits, range(len(edits))))
    assert back.read == first.read


def test_what_every_mended_cell_needs_leaves_nothing(planted: Planted, first: Opened) -> None:
    places = {name: number for number, name in enumerate(FIELDS, start=1)}
    found = [
        edit_of(first.original, (SHEET, row, places[name]), text)
        for (row, name), text in planted.mend.items()
    ]
    done = with_edits(first, [edit for edit in found if edit])
    assert done.laid.conflicts == ()
    assert {f.code for f in done.read.findings if f.severity is not Severity.NOTE} == set()
    assert done.counts.to_fix == 0


def test_the_marked_workbook_of_an_edited_upload_reads_like_the_upload_itself(
    first: Opened, tmp_path: Path
) -> None:
    mended = with_edits(first, all_proposals(first))
    out = tmp_path / "hasil.xlsx"
    give_back(mended, out)
    again = open_upload(out, Upload(first.upload.file, POLICY))
    assert said(again.read) == said(mended.read)
    assert blamed(again.read) == blamed(mended.read)
    assert again.counts.to_fix == mended.counts.to_fix


def test_in_the_marked_workbook_a_mended_cell_holds_its_new_text_and_a_note_with_the_old_one(
    planted: Planted, first: Opened, tmp_path: Path
) -> None:
    edits = all_proposals(first)
    mended = with_edits(first, edits)
    out = tmp_path / "hasil.xlsx"
    give_back(mended, out)
    cells, before = Raw.of(out).cells(), Raw.of(planted.path).cells()
    book = load_workbook(out)
    sheet = book[SHEET]
    touched = {f"{letter(FIELDS[edit.column - 1])}{edit.row}": edit for edit in edits}
    for place, edit in touched.items():
        assert sheet[place].value == edit.after
        assert sheet[place].data_type == "s"
        assert sheet[place].number_format == "@"
        note = sheet[place].comment
        assert note is not None
        assert "petugas" in note.text
        assert (f'"{edit.before}"' in note.text) or "kosong" in note.text or "sebagai teks" in note.text
        colour = sheet[place].fill.fgColor.rgb
        assert colour.startswith(CHANGED_COLOUR[:6]) or severity_of(colour) is not None
    for place, cell in before.items():
        if place not in touched:
            assert cells[place][:2] == cell[:2], place
    assert Raw.of(out).furniture() == Raw.of(planted.path).furniture()
    summary = [row[0].value for row in book["Ringkasan"].iter_rows()]
    assert any("diperbaiki petugas" in str(text) for text in summary)


def test_a_second_round_takes_the_colour_of_mending_away(first: Opened, tmp_path: Path) -> None:
    mended = with_edits(first, all_proposals(first))
    once, twice = tmp_path / "satu.xlsx", tmp_path / "dua.xlsx"
    give_back(mended, once)
    give_back(open_upload(once, Upload(first.upload.file, POLICY)), twice)
    sheet = load_workbook(twice)[SHEET]
    colours = {cell.fill.fgColor.rgb for row in sheet.iter_rows() for cell in row}
    assert not any(str(one).startswith(CHANGED_COLOUR[:6]) for one in colours)
    assert not any(
        cell.comment and "petugas" in cell.comment.text for row in sheet.iter_rows() for cell in row
    )


def test_a_row_that_was_emptied_stays_empty_in_the_workbook(tmp_path: Path) -> None:
    double = plant(tmp_path, 40, 0)
    lines = load_workbook(double.path)
    sheet = lines[SHEET]
    for column in range(1, len(FIELDS) + 1):
        sheet.cell(HEADER_ROW + 2, column).value = sheet.cell(HEADER_ROW + 1, column).value
    lines.save(double.path)
    one = open_upload(double.path, Upload("a.xlsx", POLICY))
    (card,) = [c for c in cards(one.read, POLICY) if c.code == "person_twice"]
    edits = edits_for(card, Choice(Action.CLEAR_ROW), one.read, one.table, POLICY.regency)
    after = with_edits(one, edits)
    assert len(after.read.applications) == 39
    out = tmp_path / "hasil.xlsx"
    give_back(after, out)
    again = open_upload(out, Upload("a.xlsx", POLICY))
    assert said(again.read) == said(after.read)


def test_a_text_file_comes_back_as_a_workbook_with_its_edits(tmp_path: Path) -> None:
    path = tmp_path / "Janju.csv"
    with path.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows(
            [
                ["NIK", "Nama", "Tanggal Lahir", "L/P", "RT", "Desa", "Pekerjaan"],
                ["64010441O8900001", "Siti Aminah", "01-08-1990", "P", "003", "Janju", "Petani"],
                ["6401040502850003", "=cmd|' /C calc'!A0", "05-02-1985", "L", "003", "Janju", "Nelayanan"],
            ]
        )
    one = open_upload(path, Upload("Janju.csv", POLICY))
    mended = with_edits(one, all_proposals(one))
    out = tmp_path / "hasil.xlsx"
    give_back(mended, out)
    again = open_upload(out, Upload("Janju.csv", POLICY))
    assert said(again.read) != said(one.read)
    assert [row[2:] for row in said(again.read)] == [row[2:] for row in said(mended.read)]
    note = load_workbook(out).worksheets[0]["A2"].comment
    assert note is not None
    assert "64010441O8900001" in note.text


def formulas(tmp_path: Path) -> Path:
    """A list whose names are formulas, with the chain of calculation that Excel keeps."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.append(["NIK", "Nama", "Tanggal Lahir", "L/P", "RT", "Desa", "Pekerjaan"])
    sheet.append(["6401044108900001", "=UPPER(H2)", "01-08-1990", "P", "003", "Janju", "Petani", "siti 1"])
    sheet.append(["6401040502850003", "=UPPER(H3)", "05-02-1985", "L", "003", "Janju", "Nelayan", "budi"])
    plain, path = tmp_path / "rumus0.xlsx", tmp_path / "rumus.xlsx"
    book.save(plain)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    chain = f'<calcChain xmlns="{main}"><c r="B2" i="1"/><c r="B3"/></calcChain>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
    link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            data = source.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                data = data.replace("<v></v>", "<v>SITI 1</v>").replace("<v/>", "<v>SITI 1</v>")
                data = data.replace('<c r="B2"', '<c r="B2" t="str"').replace(
                    '<c r="B3"', '<c r="B3" t="str"'
                )
            if name == "[Content_Types].xml":
                data = data.replace(
                    "</Types>", f'<Override PartName="/xl/calcChain.xml" ContentType="{kind}"/></Types>'
                )
            if name == "xl/_rels/workbook.xml.rels":
                data = data.replace(
                    "</Relationships>",
                    f'<Relationship Id="rId77" Type="{link}" Target="calcChain.xml"/></Relationships>',
                )
            target.writestr(name, data)
        target.writestr("xl/calcChain.xml", chain)
    return path


def test_where_a_formula_is_overwritten_the_chain_of_calculation_goes(tmp_path: Path) -> None:
    one = open_upload(formulas(tmp_path), Upload("rumus.xlsx", POLICY))
    edit = edit_of(one.original, ("Sheet", 2, 2), "SITI AMINAH")
    assert edit is not None
    out = tmp_path / "hasil.xlsx"
    give_back(with_edits(one, [edit]), out)
    with zipfile.ZipFile(out) as package:
        assert "xl/calcChain.xml" not in package.namelist()
        assert b"calcChain" not in package.read("[Content_Types].xml")
        assert b"calcChain" not in package.read("xl/_rels/workbook.xml.rels")
    sheet = load_workbook(out)["Sheet"]
    assert (sheet["B2"].value, sheet["B3"].value) == ("SITI AMINAH", "=UPPER(H3)")


def test_a_formula_that_other_cells_live_off_is_not_torn_out(tmp_path: Path) -> None:
    plain, shared = formulas(tmp_path), tmp_path / "bersama.xlsx"
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(shared, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                data = data.replace(b"<f>UPPER(H2)</f>", b'<f t="shared" ref="B2:B3" si="0">UPPER(H2)</f>')
                data = data.replace(b"<f>UPPER(H3)</f>", b'<f t="shared" si="0"/>')
            target.writestr(name, data)
    one = open_upload(shared, Upload("bersama.xlsx", POLICY))
    edit = edit_of(one.original, ("Sheet", 2, 2), "SITI AMINAH")
    assert edit is not None
    out = tmp_path / "hasil.xlsx"
    give_back(with_edits(one, [edit]), out)
    sheet = load_workbook(out)["Sheet"]
    assert (sheet["B2"].value, sheet["B3"].value) == ("SITI AMINAH", "SITI 1")
    summary = " ".join(str(row[0].value) for row in load_workbook(out)["Ringkasan"].iter_rows())
    assert "disalin sebagai teks" in summary


_NASTY = (
    "", "=1+1", "+62812", "@x", "_x0041_", "_x000D_", "<b>&amp;\"'", "a\u2028b", "  dua  kata ", "6401044108900001", "Petani",
    "JUMLAH", "No", "RT 004", "\U0001f600 rumah", "x" * 900,
)  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_typed_into_any_cell_the_marked_workbook_reads_like_the_upload(
    first: Opened, tmp_path: Path, seed: int
) -> None:
    rng = Random(seed)
    edits: list[Edit] = []
    for _ in range(120):
        place = (SHEET, HEADER_ROW + rng.randint(1, 600), rng.randint(2, len(FIELDS)))
        edit = edit_of(apply(first.original, edits).table, place, typed(rng.choice(_NASTY)))
        edits += [edit] if edit else []
    mended = with_edits(first, edits)
    assert mended.laid.conflicts == ()
    out = tmp_path / "hasil.xlsx"
    give_back(mended, out)
    again = open_upload(out, Upload(first.upload.file, POLICY))
    assert said(again.read) == said(mended.read)
    assert blamed(again.read) == blamed(mended.read)


@pytest.mark.long
def test_a_card_over_twenty_thousand_rows_is_previewed_and_given_back_in_seconds(tmp_path: Path) -> None:
    large = plant(tmp_path, 20_000, 1_000)
    started = perf_counter()
    one = open_upload(large.path, Upload("a.xlsx", POLICY))
    read = perf_counter()
    made = cards(one.read, POLICY)
    card = max(made, key=lambda one: one.with_proposal)
    choice = Choice(Action.ACCEPT_PROPOSAL, ways={item.row_id: 0 for item in card.items})
    edits = edits_for(card, choice, one.read, one.table, POLICY.regency)
    shown = one.preview(edits)
    previewed = perf_counter()
    give_back(with_edits(one, edits), tmp_path / "hasil.xlsx")
    given = perf_counter()
    print({"read": read - started, "preview": previewed - read, "back": given - previewed})  # noqa: T201
    assert len(shown.rows) == len(edits)
    assert given - started < 60
