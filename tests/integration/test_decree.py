"""The decree as a regency would sign it: real PDFs, sums to the rupiah, nothing of a person in the public copy."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from payung.allocation.roll import RollEntry, Totals, by_desa, roll_hash
from payung.core.errors import Exit, PayungError
from payung.core.month import Month, MonthSpan
from payung.enrolment.annex import months_in_short, public_row, volume_data
from payung.enrolment.body import decree_data, price_in_words
from payung.enrolment.decree import DecreeFiles, write_decree
from payung.enrolment.frame import DecreeDraft, Frame, volumes_of
from payung.enrolment.pages import page_code, qr_png
from payung.enrolment.scan import judge
from payung.enrolment.scan_reading import read_scan
from payung.enrolment.wording import TEMPLATES
from payung.policy.loader import local
from payung.sheets.typesetting import Document, as_json, typeset
from payung.sheets.writing import printable
from tests.unit.enrolment_people import HOSTILE, SPAN, entry

POLICY = local("paser-2022")
PEOPLE = [entry(number) for number in range(45)]
DRAFT = DecreeDraft(
    "64.01",
    date(2022, 10, 1),
    {"apbd-kabupaten": 2_500_000},
    "5c" * 32,
    registers={"bpjs": date(2022, 9, 15), "asn": None},
    without=("payers",),
)
NEEDS_PDFTOTEXT = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="poppler-utils is not installed"
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> DecreeFiles:
    return write_decree(DRAFT, PEOPLE, POLICY, tmp_path_factory.mktemp("hasil") / "keputusan")


def frame(entries: list[RollEntry], draft: DecreeDraft = DRAFT) -> Frame:
    total, sha = Totals.of(entries), roll_hash(e.row for e in entries)
    return Frame(draft, POLICY, SPAN, total, sha, "f4", len(by_desa(entries)))


def text(path: Path) -> str:
    command = ["pdftotext", "-layout", str(path), "-"]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout


def plain(words: str) -> str:
    return " ".join(words.split())


def test_every_desa_has_a_restricted_and_a_public_volume_beside_the_body(written: DecreeFiles) -> None:
    desas = by_desa(PEOPLE)
    assert len(written.restricted) == len(written.public) == len(desas) == 3
    for number, (code, paths) in enumerate(
        zip(desas, zip(written.restricted, written.public, strict=True), strict=True), start=1
    ):
        assert all(path.name.startswith(f"lampiran-{number:03d}-{code}-") for path in paths)
    assert written.body == written.folder / "keputusan.pdf"
    assert {path.parent.name for path in written.restricted} == {"terbatas"}
    assert {path.parent.name for path in written.public} == {"publik"}
    assert written.total == Totals(45, 45 * 30_000, 45 * 20_400)


def test_the_folder_of_restricted_volumes_is_closed_to_others(written: DecreeFiles) -> None:
    assert (written.folder / "terbatas").stat().st_mode & 0o077 == 0


def test_volumes_are_untagged_pdf_a_2b_and_the_body_is_accessible_pdf_a_2a(written: DecreeFiles) -> None:
    for path in (*written.restricted, *written.public):
        pdf = path.read_bytes()
        assert b"<pdfaid:part>2</pdfaid:part>" in pdf
        assert b"<pdfaid:conformance>B</pdfaid:conformance>" in pdf
        assert b"/StructTreeRoot" not in pdf
    body = written.body.read_bytes()
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in body
    assert b"/StructTreeRoot" in body


def test_the_checksums_are_those_of_the_files(written: DecreeFiles) -> None:
    lines = (written.folder / "SHA256SUMS").read_text().splitlines()
    assert len(lines) == 1 + 2 * 3
    for line in lines:
        sha, name = line.split("  ")
        assert hashlib.sha256((written.folder / name).read_bytes()).hexdigest() == sha
    assert written.bytes == sum((written.folder / line.split("  ")[1]).stat().st_size for line in lines)


def test_the_same_roll_gives_the_same_bytes_in_whatever_order_it_comes(
    written: DecreeFiles, tmp_path: Path
) -> None:
    again = write_decree(DRAFT, reversed(PEOPLE), POLICY, tmp_path / "keputusan")
    sums = [(folder / "SHA256SUMS").read_bytes() for folder in (written.folder, again.folder)]
    assert sums[0] == sums[1]


def codes_on(path: Path) -> list[tuple[str, ...]]:
    """What the QR codes say that stand on each page of a PDF, as a scanner's pictures of it show them."""
    with path.open("rb") as file:
        return [page.codes for page in read_scan([(path.name, file)])]


def test_every_page_has_a_code_that_names_the_roll_its_volume_and_the_page(written: DecreeFiles) -> None:
    assert written.page_count > 2
    body = [(page_code(written.roll_hash, page),) for page in range(1, written.page_count + 1)]
    assert codes_on(written.body) == body
    for number, pair in enumerate(zip(written.restricted, written.public, strict=True), start=1):
        for path in pair:
            assert codes_on(path)[0] == (f"SHA256:{written.roll_hash.upper()}/J{number}/1",)


def test_a_scan_of_the_body_is_whole_and_one_without_a_page_is_not(
    written: DecreeFiles, tmp_path: Path
) -> None:
    with written.body.open("rb") as file:
        pages = read_scan([("pindaian.pdf", file)])
    assert judge(pages, written.roll_hash, written.page_count).is_right
    (fault,) = judge((*pages[:1], *pages[2:]), written.roll_hash, written.page_count).faults
    assert "Halaman 2 tidak ada" in fault.message
    with written.restricted[0].open("rb") as file:
        volume = read_scan([("lampiran.pdf", file)])
    assert {one.kind.value for one in judge(volume, written.roll_hash, 1).faults} == {"lampiran", "hilang"}


def test_a_paper_longer_than_was_foreseen_still_has_a_code_of_its_own_on_each_page(tmp_path: Path) -> None:
    own = tmp_path / "templat"
    own.mkdir()
    (own / "volume.typ").write_text(
        "#let data = json(bytes(sys.inputs.data))\n"
        "#set page(width: 60mm, height: 60mm)\n"
        "#for page in range(5) [#image(bytes(data.qrs.at(calc.min(page, data.qrs.len() - 1))), width: 40mm)"
        "#pagebreak(weak: true)]"
    )
    written = write_decree(DRAFT, PEOPLE[:1], POLICY, tmp_path / "k", template=own)
    pages = [(page_code(written.roll_hash, page, "J1"),) for page in range(1, 6)]
    assert codes_on(written.restricted[0]) == pages


@NEEDS_PDFTOTEXT
def test_the_restricted_volumes_name_everybody_with_the_full_nik(written: DecreeFiles) -> None:
    for members, path in zip(by_desa(PEOPLE).values(), written.restricted, strict=True):
        said = text(path)
        for one in members:
            line = next(line for line in said.splitlines() if one.row.nik in line)
            assert one.row.name_raw.upper() in line
            assert one.application.address is not None
            assert one.application.address in line
        assert f"{len(members)} orang" in said


@NEEDS_PDFTOTEXT
def test_the_public_volumes_hold_no_nik_birth_date_or_address(written: DecreeFiles) -> None:
    for members, path in zip(by_desa(PEOPLE).values(), written.public, strict=True):
        said = text(path)
        assert members[0].row.name_raw.upper() in said
        for one in members:
            assert one.row.nik not in said
            assert one.application.address is not None
            assert one.application.address not in said
        # The roll's hash on each page is the only long run of digits, and it holds letters.
        assert not re.search(r"(?<![0-9a-f])\d{12,}(?![0-9a-f])", said)
        assert not re.search(r"\d\d-\d\d-\d{4}", said)


@NEEDS_PDFTOTEXT
def test_the_body_states_hash_sums_words_registers_waivers_and_the_hash_of_each_volume(
    written: DecreeFiles,
) -> None:
    said = text(written.body)
    flat = plain(said)
    assert written.roll_hash in said
    assert DRAFT.screened_hash in said
    assert "Rp2.268.000 (dua juta dua ratus enam puluh delapan ribu rupiah)" in flat
    assert "JKK Rp1.350.000 dan iuran JKM Rp918.000" in flat
    assert "pagu Rp2.500.000, dipakai Rp2.268.000 untuk 45 orang, sisa Rp232.000." in flat
    assert "Peserta BPJS Ketenagakerjaan (keadaan 15 September 2022)" in flat
    assert "tanpa data Peserta yang iurannya dibayar pihak lain" in flat
    for path in (*written.restricted, *written.public):
        assert hashlib.sha256(path.read_bytes()).hexdigest() in said
    for word in ("Menimbang", "Mengingat", "MEMUTUSKAN", "Menetapkan", "KESATU", "KETUJUH", "Tembusan"):
        assert word in said.replace("MEMU T USKAN", "MEMUTUSKAN")


@NEEDS_PDFTOTEXT
def test_what_people_typed_is_printed_as_typed_and_never_runs(tmp_path: Path) -> None:
    names = [name for name in HOSTILE if name.strip() == name]
    written = write_decree(
        DRAFT, [entry(3 * n, name=name, address=name) for n, name in enumerate(names)], POLICY, tmp_path / "k"
    )
    said = plain(" ".join(text(path) for path in written.restricted))
    for name in names:
        # A long address breaks over lines, so words are looked for, in the spelling that was typed.
        assert all(word in said for word in re.split(r"[\s/,.]+", name)), name


def test_a_sign_without_a_glyph_becomes_a_box_and_stops_nothing(tmp_path: Path) -> None:
    assert printable("JL. 😀 王\x07\n\tX") == "JL. □ □□ X"
    assert printable("Đỗ Ñandú – “A”") == "Đỗ Ñandú – “A”"
    people = [entry(1, name="SITI 😀", address="محمد"), entry(4, name="\x07\ue000")]
    assert write_decree(DRAFT, people, POLICY, tmp_path / "k").total.people == 2


def test_paser_2022_stands_on_the_decree_to_the_rupiah() -> None:
    person = entry(0)
    people = [replace(person, row=replace(person.row, nik=f"{n:016d}")) for n in range(32_268)]
    draft = replace(DRAFT, ceilings={"apbd-kabupaten": 1_626_307_200})
    whole = frame(people, draft)
    data = decree_data(whole, people, volumes_of(by_desa(people)), {1: ("a" * 64, "b" * 64)})
    assert data["total"] == {
        "people": "32.268",
        "people_words": "tiga puluh dua ribu dua ratus enam puluh delapan",
        "jkk": "Rp968.040.000",
        "jkm": "Rp658.267.200",
        "amount": "Rp1.626.307.200",
        "words": "satu miliar enam ratus dua puluh enam juta tiga ratus tujuh ribu dua ratus rupiah",
    }
    assert data["sources"] == [
        {
            "title": "APBD Kabupaten Paser",
            "ceiling": "Rp1.626.307.200",
            "used": "Rp1.626.307.200",
            "people": "32.268",
            "left": "Rp0",
        }
    ]
    assert data["price"].startswith("sebesar Rp16.800 (enam belas ribu delapan ratus rupiah)")


def amount(words: str) -> int:
    return int(re.sub(r"\D", "", words))


def test_volumes_kecamatan_and_groups_each_add_up_to_the_total() -> None:
    volumes = volumes_of(by_desa(PEOPLE))
    data = decree_data(frame(PEOPLE), PEOPLE, volumes, {v.number: ("a", "b") for v in volumes})
    total = (45, 45 * 30_000, 45 * 20_400, 45 * 50_400)
    for rows in ([row[2:] for row in data["districts"]], [row[1:] for row in data["groups"]]):
        assert tuple(sum(amount(row[column]) for row in rows) for column in range(4)) == total
    assert sum(amount(volume["people"]) for volume in data["volumes"]) == 45
    assert sum(amount(volume["amount"]) for volume in data["volumes"]) == 45 * 50_400
    for volume in volumes:
        rows = volume_data(frame(PEOPLE), volume, public=False)["rows"]
        assert sum(amount(row[-1]) for row in rows) == volume.total.amount_idr


def test_the_data_of_a_public_volume_holds_nothing_but_name_rt_and_masked_nik() -> None:
    for volume in volumes_of(by_desa(PEOPLE)):
        data = json.dumps(volume_data(frame(PEOPLE), volume, public=True))
        assert not any(one.row.nik in data for one in volume.entries)
    assert public_row(7, PEOPLE[0]) == ["7", "SITI AMINAH", "001", "6401********0001"]


def test_a_price_that_is_not_one_for_all_is_left_to_the_annex() -> None:
    other = replace(PEOPLE[1], row=replace(PEOPLE[1].row, price_idr=8_400))
    assert (
        price_in_words([PEOPLE[0], other])
        == "dengan iuran setiap orang sebagaimana tercantum dalam Lampiran."
    )
    (volume,) = volumes_of(by_desa([other]))
    data = volume_data(frame([other]), volume, public=False)
    assert data["rows"][0][10] == "8.400*"
    assert data["note"].startswith("* Iuran berubah")


def test_months_are_named_in_runs() -> None:
    assert months_in_short(tuple(SPAN)) == "Okt–Des 2022"
    assert months_in_short((Month(2022, 10), Month(2022, 12))) == "Okt 2022, Des 2022"
    assert months_in_short(tuple(MonthSpan.parse("2022-12..2023-01"))) == "Des 2022–Jan 2023"


@pytest.mark.parametrize(("paper", "width", "height"), [("a4", 595, 842), ("f4", 609, 935)])
def test_the_paper_is_the_one_that_was_asked_for(tmp_path: Path, paper: str, width: int, height: int) -> None:
    written = write_decree(DRAFT, PEOPLE[:2], POLICY, tmp_path / "k", paper=paper)
    sizes = {
        (path.parent.name, tuple(round(float(n)) for n in box.split()[2:]))
        for path in (written.body, *written.restricted, *written.public)
        for box in re.findall(r"/MediaBox ?\[([^\]]+)\]", path.read_bytes().decode("latin-1"))
    }
    assert sizes == {
        ("k", (width, height)),
        ("terbatas", (height, width)),
        ("publik", (width, height)),
    }


def test_what_is_known_of_number_date_and_signer_is_filled_in() -> None:
    draft = replace(
        DRAFT, number="560/123/2022", dated=date(2022, 10, 3), seat="Tana Paser", signer_name="NAMA"
    )
    volumes = volumes_of(by_desa(PEOPLE))
    hashes = {volume.number: ("a", "b") for volume in volumes}
    data = decree_data(frame(PEOPLE, draft), PEOPLE, volumes, hashes)
    known = ("560/123/2022", "3 Oktober 2022", "Tana Paser", "NAMA")
    assert tuple(data[key] for key in ("number", "date", "seat", "signer_name")) == known
    assert (data["signer"], data["province"]) == ("BUPATI PASER", "Provinsi Kalimantan Timur")
    blank = decree_data(frame(PEOPLE), PEOPLE, volumes, hashes)
    assert all(set(blank[key]) == {"…"} for key in ("number", "date", "seat", "signer_name"))
    city = frame(PEOPLE, replace(DRAFT, regency_code="64.74"))
    assert (city.regency, city.signer) == ("Kota Bontang", "WALI KOTA BONTANG")


def test_progress_counts_every_file_up_to_the_last(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    write_decree(
        DRAFT, PEOPLE[:5], POLICY, tmp_path / "k", progress=lambda done, total: seen.append((done, total))
    )
    assert seen[-1] == (7, 7)
    assert [done for done, _ in seen] == list(range(1, 8))


def test_an_empty_roll_is_never_decreed(tmp_path: Path) -> None:
    with pytest.raises(PayungError, match="kosong") as caught:
        write_decree(DRAFT, [], POLICY, tmp_path / "k")
    assert caught.value.exit_code is Exit.MONEY


@pytest.mark.parametrize("ceilings", [{"apbd-kabupaten": 2_267_999}, {}])
def test_a_roll_above_its_ceiling_or_without_one_is_never_decreed(
    tmp_path: Path, ceilings: dict[str, int]
) -> None:
    with pytest.raises(PayungError, match="pagu") as caught:
        write_decree(replace(DRAFT, ceilings=ceilings), PEOPLE, POLICY, tmp_path / "k")
    assert caught.value.exit_code is Exit.MONEY
    assert not (tmp_path / "k").exists()


def test_an_own_template_replaces_the_shipped_one(tmp_path: Path) -> None:
    own = tmp_path / "templat"
    own.mkdir()
    (own / "decree.typ").write_text(
        '#let data = json(bytes(sys.inputs.data))\n#set document(title: "Milik kami")\n= #data.signer'
    )
    written = write_decree(DRAFT, PEOPLE[:2], POLICY, tmp_path / "k", template=own)
    assert "Milik kami" in written.body.read_bytes().decode("latin-1")
    assert len(written.restricted) == 2


@pytest.mark.parametrize(
    ("source", "words"),
    [("#let x = (", "unclosed"), ("#panic(json(bytes(sys.inputs.data)).rows.at(0).at(1))", "panicked")],
)
def test_a_broken_template_is_named_without_showing_anybody(tmp_path: Path, source: str, words: str) -> None:
    own = tmp_path / "templat"
    own.mkdir()
    (own / "volume.typ").write_text(source)
    with pytest.raises(PayungError, match=words) as caught:
        write_decree(DRAFT, PEOPLE, POLICY, tmp_path / "k", template=own)
    assert caught.value.exit_code is Exit.USAGE
    assert "volume.typ" in str(caught.value)
    assert not re.search(r"\d{12,}", str(caught.value))


def test_a_template_folder_without_templates_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PayungError, match=r"tidak berisi satu pun dari decree\.typ"):
        write_decree(DRAFT, PEOPLE, POLICY, tmp_path / "k", template=tmp_path)


def test_an_unknown_paper_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PayungError, match="letter"):
        write_decree(DRAFT, PEOPLE, POLICY, tmp_path / "k", paper="letter")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "k").mkdir(mode=0o500)
    with pytest.raises(PayungError, match="tidak dapat ditulis"):
        write_decree(DRAFT, PEOPLE, POLICY, tmp_path / "k")


def test_a_file_that_cannot_be_written_stops_the_work_with_a_message(tmp_path: Path) -> None:
    (volume,) = volumes_of(by_desa(PEOPLE[:1]))
    data = as_json(volume_data(frame(PEOPLE[:1]), volume, [qr_png("1")], public=True))
    documents = [
        Document(TEMPLATES / "volume.typ", tmp_path / "tidak-ada" / f"{n}.pdf", lambda: data)
        for n in range(3)
    ]
    with pytest.raises(PayungError, match="tidak dapat ditulis") as caught:
        typeset(documents)
    assert caught.value.exit_code is Exit.OUTPUT


def test_a_typesetter_that_dies_is_said_so(tmp_path: Path) -> None:
    broken = Document(TEMPLATES / "volume.typ", tmp_path / "a.pdf", lambda: 5)  # type: ignore[arg-type,return-value]
    with pytest.raises(PayungError, match="berhenti sendiri") as caught:
        typeset([broken])
    assert caught.value.exit_code is Exit.OUTPUT
