"""The summary page: one file, well made, right to the rupiah, and silent about persons."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html

from payung.core.errors import Exit, PayungError
from payung.core.rupiah import number
from payung.reporting.figures import Funnel, OutputFile, Share, Summary
from payung.reporting.summary import summary_html, write_summary
from payung.reporting.tables import HIDDEN, mask
from tests.unit.test_reporting_figures import sample


@pytest.fixture(scope="module")
def office() -> str:
    return summary_html(sample())


@pytest.fixture(scope="module")
def public() -> str:
    return summary_html(sample(), public=True)


@pytest.fixture(params=["office", "public"])
def page(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


def parsed(page: str) -> Any:
    return html.document_fromstring(page)


def words(page: str) -> str:
    """What a reader sees, without the style sheet."""
    root = parsed(page)
    etree.strip_elements(root, "style", "svg", with_tail=False)
    return " ".join(root.text_content().split())


def table(page: str, caption: str) -> list[list[str]]:
    """The body and foot of the table with this caption, as text."""
    for node in parsed(page).iter("table"):
        if node.findtext("caption/span", "").startswith(caption):
            return [
                [cell.text_content() for cell in row]
                for row in node.iter("tr")
                if row.getparent().tag != "thead"
            ]
    raise AssertionError(f"no table {caption}")


def figure(cell: str) -> int:
    return int(cell.replace("Rp", "").replace(".", ""))


def test_the_page_is_well_formed_with_everything_inside_it(page: str) -> None:
    # As XML it would be refused for one unclosed tag; void elements are the only ones that HTML leaves open.
    body = re.sub(r"<(meta)([^>]*)>", r"<\1\2/>", page.removeprefix("<!DOCTYPE html>\n"))
    root = etree.fromstring(body.encode())
    assert root.get("lang") == "id"
    assert not re.search(
        r"<script|<link|<img|<iframe|@import|javascript:|\son\w+=", page.replace("&lt;script", "")
    )
    without_namespaces = re.sub(r'xmlns(:xlink)?="[^"]*"', "", page)
    assert not re.search(r"https?:|url\(", without_namespaces)


def test_headings_landmarks_and_tables_are_as_a_screen_reader_needs_them(page: str) -> None:
    root = parsed(page)
    levels = [int(node.tag[1]) for node in root.iter("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    for tag in ("header", "main", "footer"):
        assert len(list(root.iter(tag))) == 1
    assert root.xpath("//a[@href='#isi']")
    assert root.xpath("//main[@id='isi']")
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert all(label in ids for label in root.xpath("//@aria-labelledby"))
    labels = root.xpath("//*[@role='region']/@aria-label")
    assert len(labels) == len(set(labels)) > 5
    for one in root.iter("table"):
        assert one.findtext("caption/span")
        heads = one.xpath("./thead/tr/th")
        assert all(head.get("scope") == "col" and head.text_content() for head in heads)
        for row in one.xpath("./tbody/tr|./tfoot/tr"):
            assert row[0].tag == "th"
            assert row[0].get("scope") == "row"
            assert len(row) == len(heads)


def test_colours_of_text_stand_out_enough() -> None:
    css = (Path(__file__).parents[2] / "payung/reporting/templates/ringkasan.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", css))

    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def contrast(one: str, other: str) -> float:
        high, low = sorted((light(one), light(other)), reverse=True)
        return (high + 0.05) / (low + 0.05)

    for text in ("ink", "soft", "alert"):
        for ground in ("#ffffff", colours["pale"], colours["alert-pale"], "#eef6f1"):
            assert contrast(colours[text], ground) >= 4.5
    assert contrast("#ffffff", colours["ink"]) >= 4.5
    assert contrast("#14557a", "#ffffff") >= 4.5


def test_the_first_screen_says_people_money_cover_and_what_waits(office: str) -> None:
    root = parsed(office)
    assert [node.text_content() for node in root.xpath("//dd[@class='besar']")] == [
        "32.268",
        "Rp1,63 miliar",
        "68,60%",
    ]
    seen = words(office)
    for part in (
        "42.079 dari 61.340 (68,60%); sumber: Data contoh Disnakertrans, keadaan 31 Agustus 2022",
        "2 berkas tidak terbaca", "214 pasangan menunggu keputusan", "Rp1.626.307.200",
        "satu miliar enam ratus dua puluh enam juta tiga ratus tujuh ribu dua ratus rupiah",
    ):  # fmt: skip
        assert part in seen


def test_every_table_adds_up(office: str) -> None:
    funnel = table(office, "Setiap baris berakhir")
    assert sum(figure(row[1]) for row in funnel[:-1]) == figure(funnel[-1][1]) == 54_112
    for caption, people, money in (
        ("Menurut kelompok", 1, 2), ("Menurut kecamatan", 2, 3), ("Menurut jenis", 1, 2), ("Menurut umur", 1, 2),
    ):  # fmt: skip
        rows = table(office, caption)
        assert sum(figure(row[people]) for row in rows[:-1]) == figure(rows[-1][people]) == 32_268
        assert sum(figure(row[money]) for row in rows[:-1]) == figure(rows[-1][money]) == 1_626_307_200
    cover = table(office, "Per kecamatan; penyebut: Data contoh Disnakertrans, keadaan 31-08-2022")
    desa = table(office, "Per desa")
    assert len(desa) == 144
    for column in (1, 2, 3, 4, 5):
        total = figure(cover[-1][column])
        assert sum(figure(row[column]) for row in cover[:-1]) == total
    for column in (2, 3, 4, 5):
        total = figure(cover[-1][column])
        assert sum(figure(row[column + 1]) for row in desa) == total
    needs = [figure(row[1]) for row in cover[:-1]]
    assert needs == sorted(needs, reverse=True)


def test_names_of_files_and_groups_are_shown_as_typed(office: str) -> None:
    assert "<script>alert" not in office
    seen = words(office)
    assert "Klempang Sari/<script>alert(1)</script>.xlsx" in seen
    assert "Penjahit & perajin <rumahan>" in seen


def test_every_text_of_a_user_is_escaped_and_hides_numbers(office: str) -> None:
    evil = '"><script>x</script>{{ 7*7 }} 6401014108900001 08123456789 \x00\u202e'
    summary = sample()
    poisoned = replace(
        summary, title=evil, regency=evil, policy_id=evil,
        sources=(replace(summary.sources[0], title=evil),),
        set_aside=tuple(replace(one, file=evil, message=evil, to_do=evil) for one in summary.set_aside),
        outputs=(OutputFile(evil, evil),),
        warnings=tuple(replace(one, text=evil, to_do=evil) for one in summary.warnings),
        registers=tuple(replace(one, title=evil, remark=evil) for one in summary.registers),
        by_group=tuple(replace(one, label=evil) for one in summary.by_group),
    )  # fmt: skip
    for page in (summary_html(poisoned), summary_html(poisoned, public=True)):
        assert "<script" not in page
        assert not re.search(r"\d{9}", re.sub(r"<span>[0-9a-f]+</span>", "", page))
        assert "{{ 7*7 }}" in words(page)


def test_no_number_of_sixteen_digits_stands_anywhere(page: str) -> None:
    assert not re.search(r"\d{16}", page)
    assert "6401014108900001" not in words(page)


def test_the_hashes_can_be_copied_whole(office: str) -> None:
    digests = [node.text_content() for node in parsed(office).xpath("//dd/span[@class='sidik']")]
    assert digests == [sample().roll_hash, sample().screened_hash]


def test_the_same_figures_give_the_same_bytes_in_another_process(tmp_path: Path, office: str) -> None:
    code = (
        "import sys; from pathlib import Path; from payung.reporting.summary import write_summary; "
        "from tests.unit.test_reporting_figures import sample; write_summary(sample(), Path(sys.argv[1]))"
    )
    start = time.monotonic()
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, cwd=Path(__file__).parents[2])
    # From nothing, the interpreter and everything loaded; the page itself takes about two seconds at the first time.
    assert time.monotonic() - start < 20
    assert (tmp_path / "ringkasan.html").read_text(encoding="utf-8") == office


def test_the_public_page_shows_no_small_count_no_file_and_no_open_work(public: str) -> None:
    seen = words(public)
    for absent in (
        "alert(1)",
        "penetapan.xlsx",
        "214 pasangan",
        "--without",
        "Langkah berikutnya",
        "812 dari",
    ):
        assert absent not in seen
    for node in parsed(public).iter("td"):
        assert node.text_content() not in {"1", "2", "3", "4"}
    assert "Tidak ditampilkan: menyangkut kurang dari 5 orang" in seen


def test_what_the_public_page_leaves_out_cannot_be_computed_from_its_sums(public: str) -> None:
    for caption, small in (("Menurut kelompok", "Penjahit"), ("Menurut umur", "di bawah 18")):
        rows = table(public, caption)
        gone = [row for row in rows[:-1] if row[1] == HIDDEN]
        assert any(row[0].startswith(small) for row in gone)
        assert all(cell == HIDDEN for row in gone for cell in row[1:])
        rest = figure(rows[-1][1]) - sum(figure(row[1]) for row in rows[:-1] if row[1] != HIDDEN)
        assert len(gone) >= 2
        assert rest >= 5
    drawing = re.findall(r"<text[^>]*>([^<]*)</text>", public)
    assert not [text for text in drawing if text.startswith("Penjahit")]


def small_village() -> Summary:
    """One desa of Muara Samu has three covered people only, all of them added now."""
    summary = sample()
    districts = list(summary.coverage.districts)
    desa = list(summary.coverage.desa)
    at = next(place for place, row in enumerate(desa) if row.place_code.startswith("64.01.10"))
    old = desa[at]
    desa[at] = replace(old, covered_before=0, added=3)
    up = next(place for place, row in enumerate(districts) if row.place_code == "64.01.10")
    lost_before, lost = old.covered_before, old.added - 3
    districts[up] = replace(
        districts[up],
        covered_before=districts[up].covered_before - lost_before,
        added=districts[up].added - lost,
    )
    total = replace(
        summary.coverage.total,
        covered_before=summary.coverage.total.covered_before - lost_before,
        added=summary.coverage.total.added - lost,
    )
    return replace(
        summary, coverage=replace(summary.coverage, desa=tuple(desa), districts=tuple(districts), total=total)
    )


def test_a_small_desa_goes_with_a_neighbour_and_its_kecamatan_stays() -> None:
    summary = small_village()
    left_out = mask(summary)
    assert left_out.districts == frozenset()
    assert len(left_out.desa) == 2
    assert all(code.startswith("64.01.10") for code in left_out.desa)
    rows = table(summary_html(summary, public=True), "Per desa")
    assert sum(row[3] == HIDDEN for row in rows) == 2


def test_a_small_kecamatan_takes_its_desa_and_a_neighbour_out_of_every_table() -> None:
    summary = sample()
    first, *others = summary.by_district
    moved = first.chosen - 2
    each = first.amount_idr // first.chosen
    shares = (
        replace(first, chosen=2, amount_idr=2 * each),
        replace(others[0], chosen=others[0].chosen + moved, amount_idr=others[0].amount_idr + moved * each),
        *others[1:],
    )
    summary = replace(summary, by_district=shares)
    left_out = mask(summary)
    assert first.code in left_out.districts
    assert len(left_out.districts) == 2
    page = summary_html(summary, public=True)
    by_district = {row[0]: row[1:] for row in table(page, "Menurut kecamatan")}
    cover = {row[0]: row[1:] for row in table(page, "Per kecamatan")}
    gone = {name for name, cells in by_district.items() if HIDDEN in cells}
    assert gone == {name for name, cells in cover.items() if HIDDEN in cells}
    inside = {row.place_code for row in summary.coverage.desa if row.place_code[:8] in left_out.districts}
    assert inside <= left_out.desa


def test_a_few_rows_of_an_unknown_desa_are_left_out_with_a_kecamatan() -> None:
    summary = sample()
    first, *others = summary.by_district
    rows = first.rows or 0
    shares = (replace(first, rows=rows - 3), *others, Share("", "Desa belum dikenal", 0, 0, 3))
    page = summary_html(replace(summary, by_district=shares), public=True)
    gone = [row[0] for row in table(page, "Menurut kecamatan") if HIDDEN in row[1:]]
    assert len(gone) == 2
    assert "Desa belum dikenal" in gone


def test_many_desa_beyond_their_base_are_said_once() -> None:
    summary = sample()
    rows = tuple(replace(row, over_below=2) for row in summary.coverage.districts)
    page = summary_html(
        replace(
            summary,
            coverage=replace(
                summary.coverage, districts=rows, total=replace(summary.coverage.total, over_below=20)
            ),
        )
    )
    assert words(page).count("desa yang dilindungi melebihi penyebutnya") == 1


def test_so_few_people_get_no_public_page(tmp_path: Path) -> None:
    summary = sample()
    each = 50_400
    tiny = replace(
        summary, funnel=Funnel(10, 10, 3, 2, 1, 4), by_district=(), by_group=(), by_age=(),
        by_sex=(Share("L", "Laki-laki", 3, 3 * each),),
        sources=(replace(summary.sources[0], people=3, used_jkk_idr=90_000, used_jkm_idr=61_200),),
    )  # fmt: skip
    with pytest.raises(PayungError) as caught:
        write_summary(tiny, tmp_path, public=True)
    assert caught.value.exit_code is Exit.OUTPUT
    assert not list(tmp_path.iterdir())
    assert f"sisa pagu Rp{number(1_626_307_200 - 3 * each)}" in words(summary_html(tiny))


def test_a_run_with_nobody_and_no_base_still_gives_a_page() -> None:
    summary = sample()
    bare = replace(
        summary, funnel=Funnel(0, 0, 0, 0, 0, 0), sources=(), by_district=(), by_group=(), by_sex=(), by_age=(),
        refused=(), incomplete=(), registers=(), set_aside=(), outputs=(), warnings=(), open_reviews=0,
        coverage=replace(
            summary.coverage, desa=(), districts=(), total=replace(summary.coverage.total, denominator=None)
        ),
    )  # fmt: skip
    seen = words(summary_html(bare))
    assert "Tidak ada yang menunggu" in seen
    assert "jumlah yang harus dilindungi belum diketahui" in seen


def test_a_page_that_cannot_be_written_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(PayungError) as caught:
        write_summary(sample(), tmp_path / "tidak-ada")
    assert caught.value.exit_code is Exit.OUTPUT
