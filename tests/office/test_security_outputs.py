"""Texts that were written to break something stand on paper, in workbooks and in messages as they were typed (trust.md S8, S10)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import openpyxl
import pypdfium2 as pdfium
import xlsxwriter
from openpyxl.worksheet.hyperlink import Hyperlink

from payung.core.passing_on import safe, shortened
from payung.core.portions import portions
from payung.eligibility import export_services
from payung.eligibility.list_queries import Filters
from payung.eligibility.models import Assessment, ListExport
from payung.intake.announcement_services import prepare, take_paper
from payung.intake.board_queries import line_of, news_of
from payung.intake.board_services import take_message
from payung.intake.forms_office import Meeting as MeetingForm
from payung.intake.minutes import Listed, Meeting, Signer, write_announcement, write_minutes
from payung.intake.return_services import hand_back
from payung.intake.rt_text import MOST_CHARACTERS, rt_text
from payung.registry.models import Rt
from payung.registry.register_services import ask_register, take_request
from payung.registry.requests import LABELS
from payung.registry.rules import REGISTERS
from payung.sheets.reading import read_table
from payung.sheets.writing import printable
from tests.office.cast import DESA, REGENCY, Office
from tests.office.corpora import ALL, PRODUCT
from tests.office.lists import HEADER, again, rows, send, upload_of
from tests.office.registry_rows import other, save
from tests.office.screening_desk import Desk, desk_brought, desk_screened, done
from tests.office.test_security_texts import nik

__all__ = ["desk_brought", "desk_screened", "done"]
TABS = tuple(text for text in ALL if len(text) <= 31 and not re.search(r"[\[\]:*?/\\]|^'|'$", text))
"""Texts that Excel takes as the name of a sheet."""
NAME_OF_ALL = " ".join(text for text in ALL if "/" not in text and "\\" not in text)[:120]
"""As much of the corpora as one file name holds."""
NOTHING = "_____"
"""What the intake reads as a cell that was left blank."""


def pdf_text(content: bytes) -> str:
    """Everything that can be read on a PDF, without spaces: a line may be broken anywhere. Nothing can be clicked."""
    assert b"/JavaScript" not in content
    document = pdfium.PdfDocument(content)
    try:
        assert not any(pdfium.raw.FPDFPage_GetAnnotCount(page) for page in document)
        return _bare("".join(page.get_textpage().get_text_bounded() for page in document))
    finally:
        document.close()


def _bare(text: str) -> str:
    return re.sub(r"[\s\u00ad\ufffe]+", "", text)


def on_paper(text: str) -> str:
    """How a text reads on paper: a sign that the typeface lacks is a box."""
    return _bare(printable(text))


def unread(texts: Sequence[str], paper: str) -> list[str]:
    """Which texts cannot be read on a paper."""
    return [text for text in texts if on_paper(text) not in paper]


def test_a_desas_papers_show_every_name_as_it_was_typed(tmp_path: Path) -> None:
    said = " | ".join(ALL)
    meeting = Meeting(
        DESA, said, hour=said, venue=said, present=ALL, announced_at=said, objections_at=said, objections_phone=said,
        signers=tuple(Signer(text, text) for text in ALL), list_hash=said,
    )  # fmt: skip
    people = [Listed(text, text, text) for text in ALL]
    for write in (write_minutes, write_announcement):
        out = tmp_path / "kertas.pdf"
        write(meeting, people, out)
        paper = pdf_text(out.read_bytes())
        assert PRODUCT not in paper
        assert unread(ALL, paper) == []
        assert unread([text.upper() for text in ALL], paper) == [], "names stand in capitals"
    assert paper.count(_bare("Keberatan, koreksi")) == 1, "the texts are only texts"


def test_what_a_desa_types_about_its_meeting_is_printed_as_it_was_typed(office: Office) -> None:
    send(office, {"Janju.xlsx": workbook({"Usulan": named(ALL)})})
    texts = [
        text for text in ALL if not re.search(r"\d{6}", text)
    ]  # a number of six digits is blotted out of a name
    with office.acting("desi"):
        form = MeetingForm(
            {
                "subject": texts[1], "hour": texts[0], "venue": texts[3], "present": "\n".join(texts), "days": "7",
                "announced_from": "04-01-2027", "announced_at": texts[5], "objections_at": texts[7], "paper": "a4",
            }
        )  # fmt: skip
        assert form.is_valid(), form.errors
        made = prepare(DESA, form.cleaned_data)
        minutes, notice = (
            pdf_text(take_paper(made, part).content) for part in ("berita-acara", "pengumuman")
        )
    names = [text.upper() for text in texts if text != NOTHING]
    for paper in (minutes, notice):
        assert unread([texts[1], texts[7], *names], paper) == []
        assert PRODUCT not in paper
    assert unread(texts, minutes) == []


def named(texts: Sequence[str]) -> list[list[str]]:
    """A person for every text, who bears it as name, occupation and address."""
    lines = rows(range(len(texts) % 24 or 24))
    found = []
    for number, text in enumerate(texts):
        line = list(lines[number % len(lines)])
        line[HEADER.index("No")] = str(number + 1)
        line[HEADER.index("NIK")] = nik(number)
        line[HEADER.index("Nama")] = line[HEADER.index("Pekerjaan")] = text
        found.append([*line, text])
    return found


def workbook(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """A list of several sheets with addresses; nothing in it is a formula."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        for name, lines in sheets.items():
            sheet = book.add_worksheet(name)
            for number, line in enumerate([(*HEADER, "Alamat"), *lines]):
                for column, text in enumerate(line):
                    sheet.write_string(number, column, text)
    return out.getvalue()


def text_file(lines: Sequence[Sequence[str]]) -> bytes:
    """The same as CSV."""
    out = io.StringIO()
    csv.writer(out).writerows([(*HEADER, "Alamat"), *lines])
    return out.getvalue().encode()


def alive(content: bytes) -> list[str]:
    """What a program would do something with: names, formulas, and links that lead out of the workbook."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    found = [str(name) for name in book.defined_names]
    for sheet in book:
        for line in sheet.iter_rows():
            found += [
                f"{sheet.title}!{cell.coordinate} {cell.value}"
                for cell in line
                if cell.data_type == "f"
                or (cell.hyperlink and not leads_inside(cell.hyperlink, book.sheetnames))
            ]
    return found


def leads_inside(link: Hyperlink, tabs: Sequence[str]) -> bool:
    """Whether a link goes to a cell of this workbook: the summary has such links to the kinds of faults."""
    tab, _, cell = (link.location or "").rpartition("!")
    return (
        not link.target
        and tab.strip("'").replace("''", "'") in tabs
        and bool(re.fullmatch("[A-Z]+[0-9]+", cell))
    )


def cells(content: bytes, folder: Path) -> dict[str, list[list[str]]]:
    """A workbook as it is read when it comes back."""
    path = folder / "kembali.xlsx"
    path.write_bytes(content)
    return {
        sheet.name: [["" if cell is None else str(cell) for cell in line] for line in sheet.rows]
        for sheet in read_table(path).sheets
    }


def test_a_marked_workbook_holds_every_text_as_it_came_and_none_as_a_formula(
    office: Office, tmp_path: Path
) -> None:
    by_tab = {tab: [line] for tab, line in zip(TABS, named(TABS), strict=True)}
    sent = {
        f"{NAME_OF_ALL}.xlsx": workbook({"Usulan": named(ALL)}),
        "+1 = @lembar.xlsx": workbook(by_tab),
        "teks -1.csv": text_file(named(ALL)),
    }
    for name, content in sent.items():
        upload = upload_of(office, send(office, {name: content}))
        assert upload.failure == ""
        with office.acting("desi"):
            handed = hand_back(upload)
        assert handed.name.startswith(Path(name).stem)
        assert alive(handed.content) == []
        back = cells(handed.content, tmp_path)
        lines = [line for tab, lines in back.items() if tab != "Ringkasan" for line in lines[1:]]
        told = {line[1]: line for line in lines}
        assert len(told) == (len(TABS) if name.startswith("+1") else len(ALL))
        expected = TABS if name.startswith("+1") else ALL
        for number, text in enumerate(expected):
            line = told[nik(number)]
            for title in ("Nama", "Pekerjaan"):
                assert line[HEADER.index(title)] == text
            assert line[len(HEADER)] == text
        if name.startswith("+1"):
            assert list(back)[:-1] == list(TABS)
        again_sent = upload_of(office, send(office, {f"kembali {Path(name).stem}.xlsx": handed.content}))
        assert (again_sent.already, again_sent.good, again_sent.to_fix) == (len(expected), 0, 0), name
        assert again(office, upload).rows == upload.rows


def test_a_register_is_asked_with_every_name_as_it_was_typed(office: Office, tmp_path: Path) -> None:
    with office.acting("budi"):
        save(*(other(nik(number), text, address=text) for number, text in enumerate(ALL)))
        asked = [ask_register(register) for register in REGISTERS]
    office.work()
    for request in asked:
        with office.acting("budi"):
            request.refresh_from_db()
            content = take_request(request)
        assert alive(content) == []
        head, *lines = cells(content, tmp_path)["Permintaan"]
        told = {line[head.index(LABELS["nik"])]: line[head.index(LABELS["name"])] for line in lines}
        assert told == {nik(number): text for number, text in enumerate(ALL)}, request.register


def test_a_screened_list_is_taken_out_with_every_text_as_it_was_typed(done: Desk, tmp_path: Path) -> None:
    office = done.office
    with office.acting("budi"):
        shown = list(Assessment.objects.order_by("pk"))
    for some in portions(ALL, len(shown)):
        with office.acting("budi"):
            for row, text in zip(shown, some, strict=False):
                row.name, row.who = text, {**row.who, "where": f"{text}.xlsx · {text}"}
                row.save()
            made = [export_services.ask_export(Filters(), form) for form in export_services.FORMS]
        office.work()
        with office.acting("budi"):
            book, table = (export_services.take_export(ListExport.objects.get(pk=one.pk)) for one in made)
        assert alive(book) == []
        (in_book,) = cells(book, tmp_path).values()
        in_table = list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))
        assert not [cell for line in in_table for cell in line if cell.startswith(tuple("=+-@\t\r"))]
        for lines, mark in ((in_book, ""), (in_table, "'")):
            told = {(line[0], line[9].rpartition(" · ")[0]) for line in lines}
            for text in some:
                risky = text.startswith(export_services.FORMULA)
                name = f"{mark}{text}" if risky else text
                where = f"{mark if risky else ''}{text}.xlsx · {text}"
                assert (name, where) in told, text


def test_a_message_to_an_rt_holds_every_name_as_it_was_typed_and_its_link_only_that_text(
    office: Office,
) -> None:
    place = f"{DESA}/005"
    for text in ALL:
        with office.acting("budi"):
            Rt.everything.update_or_create(
                regency_code=REGENCY, place=place, defaults={"head_name": text, "phone": "081234567890"}
            )
            line = line_of(place)
            assert line
            said = rt_text(news_of(line))
            address = urlsplit(take_message(Rt.objects.get(place=place), said))
        assert f"\nYth. {shortened(safe(text), 34)}\n" in said
        assert len(said) <= MOST_CHARACTERS
        assert (address.scheme, address.netloc, address.path) == ("https", "wa.me", "/6281234567890")
        assert parse_qsl(address.query, strict_parsing=True) == [("text", said)]
        assert address.fragment == ""


def test_these_tests_see_what_a_program_would_run(tmp_path: Path) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Usulan")
        sheet.write("A1", "=1+1")
        sheet.write("A2", "http://contoh.invalid")
        sheet.write_url("A3", "internal:'Usulan'!A1")
        book.define_name("Nama", "=Usulan!$A$1")
    assert [one.partition(" ")[0] for one in alive(out.getvalue())] == ["Nama", "Usulan!A1", "Usulan!A2"]
    assert unread(["*tebal* #a", "satu"], on_paper("tebal a satu")) == ["*tebal* #a"]
