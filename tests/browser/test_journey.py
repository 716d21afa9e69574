"""From a village's workbook to a screened and reviewed list, by four people in real browsers.

The tests of this module are one story on one installation and run in their order.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import lists
from tests.browser.conftest import People
from tests.browser.live import LiveSite
from tests.browser.looking import Visit
from tests.office.cast import DESA

pytestmark = pytest.mark.browser
WAIT = 120_000
"""Milliseconds for what the worker does."""
PAIRS = 50


@dataclass
class Story:
    """What one test leaves to the next."""

    folder: Path
    home: lists.Village
    others: list[lists.Village]
    addresses: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    """Kinds of addresses that somebody has looked at."""

    def look(self, seen: Visit, name: str) -> None:
        """Look at a page at all widths; what is wrong with any is said at the end of the test."""
        self.wrong += seen.look(name)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("meja")
    home, others = lists.villages(folder)
    return Story(folder, home, others)


@pytest.fixture
def story(told: Story) -> Iterator[Story]:
    told.wrong.clear()
    yield told
    assert told.wrong == []


def send(seen: Visit, files: list[Path], place: str) -> None:
    """Choose files at the form, send them, and wait until they are read."""
    page = seen.page
    page.get_by_role("main").get_by_label("Untuk tempat mana?").select_option(place)
    page.locator("input[type=file]").set_input_files(files)
    page.get_by_role("button", name="Kirim", exact=True).click()
    expect(page.get_by_text("Berkas dalam kiriman ini")).to_be_visible(timeout=WAIT)
    expect(page.locator("#keadaan [role=progressbar], #keadaan progress")).to_have_count(0, timeout=WAIT)
    page.wait_for_load_state("networkidle")


def numbers(page: Page) -> dict[str, int]:
    """The tiles of a list: label to figure."""
    found = {}
    for tile in page.locator(".payung-tile").all():
        words = tile.inner_text().split("\n")
        figure = next((one for one in words if re.fullmatch(r"[\d.]+", one)), "")
        label = next((one for one in words if one and not re.match(r"[\d.]+$", one)), "")
        if figure:
            found[label] = int(figure.replace(".", ""))
    return found


def test_bu_desi_signs_in_and_finds_where_to_begin(live: LiveSite, people: People, story: Story) -> None:
    seen = people.sign_in("desi", story.look)
    expect(seen.page.get_by_role("heading", name="Selamat bekerja, Bu Desi")).to_be_visible()
    story.look(seen, "desa-beranda")
    seen.show("desa-beranda")


def test_a_workbook_with_faults_is_sent_and_its_numbers_add_up(people: People, story: Story) -> None:
    seen = people.open("desi", "/daftar/")
    story.look(seen, "desa-daftar-kosong")
    seen.page.get_by_role("button", name="Unggah daftar").click()
    seen.page.wait_for_load_state("networkidle")
    expect(seen.page.get_by_text("Ada berkas yang terlalu besar")).to_be_hidden()
    story.look(seen, "desa-unggah")
    seen.show("desa-unggah")
    send(seen, [story.home.path], DESA)
    story.look(seen, "desa-kiriman")
    seen.show("desa-kiriman")
    seen.page.get_by_role("link", name=story.home.path.name).click()
    seen.page.wait_for_load_state("networkidle")
    story.addresses["list"] = seen.page.url
    story.look(seen, "desa-satu-daftar")
    seen.show("desa-satu-daftar")
    found = numbers(seen.page)
    assert sum(list(found.values())[:4]) == lists.HEADER_ROW + len(story.home.lines), found
    assert found["Perlu diperbaiki"] == len(lists.FAULTS), found
    for name in ("Lihat semua baris", "Lihat kolom dan contohnya"):
        part = people.open("desi", _path(seen.page.get_by_role("link", name=name).get_attribute("href")))
        story.look(part, f"desa-{name.split()[1]}")
        part.page.close()


def _path(href: str | None) -> str:
    assert href
    return href


def test_a_kind_of_fault_is_mended_on_its_card_seen_before_undone_and_mended_again(
    people: People, story: Story
) -> None:
    seen = people.open("desi", story.addresses["list"].removeprefix(people.site.address))
    page = seen.page
    before = numbers(page)
    page.locator("a[href$='/kartu/nik_letters/']").click()
    page.wait_for_load_state("networkidle")
    story.look(seen, "desa-kartu")
    seen.show("desa-kartu")
    page.get_by_label("Semua 3 baris pada kartu ini").check()
    page.get_by_role("button", name="Lihat dulu perubahannya").click()
    expect(page.get_by_role("heading", name="Sebelum diterapkan")).to_be_visible()
    story.look(seen, "desa-sebelum-diterapkan")
    seen.show("desa-sebelum-diterapkan")
    page.get_by_role("button", name="Terapkan").click()
    page.wait_for_load_state("networkidle")
    story.look(seen, "desa-sesudah-diterapkan")
    after = numbers(page)
    assert after["Perlu diperbaiki"] == before["Perlu diperbaiki"] - 3
    page.get_by_role("button", name=re.compile("^Batalkan")).first.click()
    page.wait_for_load_state("networkidle")
    assert numbers(page) == before
    story.look(seen, "desa-perbaikan-dibatalkan")
    page.locator("a[href$='/kartu/nik_letters/']").click()
    page.get_by_label("Semua 3 baris pada kartu ini").check()
    page.get_by_role("button", name="Lihat dulu perubahannya").click()
    page.get_by_role("button", name="Terapkan").click()
    page.wait_for_load_state("networkidle")
    assert numbers(page) == after


def test_the_rest_is_mended_in_the_marked_workbook_and_sent_again(people: People, story: Story) -> None:
    seen = people.open("desi", story.addresses["list"].removeprefix(people.site.address))
    with seen.page.expect_download() as waiting:
        seen.page.get_by_role("button", name="Unduh buku kerja bertanda").click()
    marked = story.folder / waiting.value.suggested_filename
    waiting.value.save_as(marked)
    lists.mend(marked, story.home.mend)
    again = people.open("desi", "/daftar/unggah/")
    send(again, [marked], DESA)
    story.look(again, "desa-kiriman-kedua")
    again.page.locator("main table").get_by_role("link").first.click()
    again.page.wait_for_load_state("networkidle")
    story.look(again, "desa-daftar-kedua")
    assert numbers(again.page)["Perlu diperbaiki"] == 0, numbers(again.page)
    story.addresses["second"] = again.page.url


def test_the_good_rows_are_saved_once_though_the_button_is_pressed_twice(
    people: People, story: Story
) -> None:
    for name in ("list", "second"):
        seen = people.open("desi", story.addresses[name].removeprefix(people.site.address))
        button = seen.page.get_by_role("button", name=re.compile(r"^Simpan .* baris yang baik"))
        if button.count():
            button.dblclick()
            expect(seen.page.get_by_text("Baris yang baik sudah disimpan").first).to_be_visible()
            story.look(seen, f"desa-tersimpan-{name}")
            seen.show("desa-tersimpan")
    seen = people.open("desi", "/warga/?cari=" + story.home.lines[5]["name"].split()[0])
    story.look(seen, "desa-cari")
    seen.show("desa-cari-warga")
    assert people.site.inside("ledger").count("upload.saved") <= 2


def test_pak_budi_takes_a_zip_and_the_registers_in(people: People, story: Story) -> None:
    home = people.sign_in("budi")
    story.look(home, "verifikator-beranda")
    seen = people.open("budi", "/daftar/unggah/")
    send(seen, [lists.zipped(story.folder / "dua desa.zip", [one.path for one in story.others])], "64.01")
    story.look(seen, "verifikator-kiriman")
    seen.page.get_by_role("button", name=re.compile("^Simpan yang baik")).click()
    expect(seen.page.get_by_role("button", name=re.compile("^Simpan yang baik"))).to_have_count(
        0, timeout=WAIT
    )
    for name, path in lists.registers(story.folder / "register", story.others[0]).items():
        seen = people.open("budi", f"/warga/register/{name}/")
        seen.page.get_by_label("Keadaan per tanggal").fill("15-09-2022")
        seen.page.locator("input[type=file]").set_input_files(path)
        seen.page.get_by_role("button", name="Unggah dan baca").click()
        seen.page.wait_for_url(re.compile("/register/kiriman/"))
        expect(seen.page.locator("progress, [role=progressbar]")).to_have_count(0, timeout=WAIT)
        _settled(people.site)
        seen.page.reload(wait_until="networkidle")
        story.look(seen, f"verifikator-register-{name}")
        seen.show("verifikator-register")
    seen = people.open("budi", "/warga/register/")
    story.look(seen, "verifikator-registers")


def _settled(site: LiveSite) -> None:
    until = time.monotonic() + WAIT / 1000
    while site.inside("open_jobs"):
        assert time.monotonic() < until
        time.sleep(0.2)


def test_a_screening_goes_on_though_its_worker_is_killed_in_the_middle(people: People, story: Story) -> None:
    seen = people.open("budi", "/kelayakan/mulai/")
    page = seen.page
    page.get_by_label("Bulan pertama").select_option("2022-10")
    page.get_by_label("Bulan terakhir").select_option("2022-12")
    story.look(seen, "verifikator-mulai-penyaringan")
    seen.show("verifikator-mulai-penyaringan", 1000)
    people.site.pause_worker()
    page.get_by_role("button", name="Mulai sekarang").click()
    expect(page.locator("#keadaan li").first).to_be_visible()
    story.addresses["run"] = page.url
    story.look(seen, "verifikator-penyaringan-berjalan")
    people.site.pause_worker(False)
    while not (said := page.request.get(f"{page.url}keadaan/").text()).count("selesai</strong>"):
        assert "Hasil disimpan" in said, "killed while it works"
    people.site.kill_worker()
    assert people.site.inside("open_jobs") == ["eligibility.screen"]
    seen.show("verifikator-penyaringan-berjalan")
    people.site.start_worker()
    expect(page.get_by_text("Sidik hasil")).to_be_visible(timeout=WAIT)
    page.reload(wait_until="networkidle")
    story.look(seen, "verifikator-penyaringan-selesai")
    seen.show("verifikator-penyaringan-selesai", 1100)
    assert people.site.inside("failed_jobs") == []
    assert re.fullmatch("[0-9a-f]{64}", page.locator("code").nth(1).inner_text())
    result = people.open("budi", "/kelayakan/hasil/")
    story.look(result, "verifikator-hasil")


def test_fifty_pairs_are_decided_by_keyboard_with_a_reload_in_the_middle(
    people: People, story: Story
) -> None:
    index = people.open("budi", "/penyaringan/")
    story.look(index, "verifikator-pasangan")
    seen = people.open("budi", "/penyaringan/periksa/")
    page = seen.page
    story.look(seen, "verifikator-periksa")
    seen.show("verifikator-periksa")
    began = time.monotonic()
    for number in range(PAIRS):
        if number == PAIRS // 2:
            shown = page.locator("#pasangan").inner_text()
            page.reload(wait_until="networkidle")
            assert page.locator("#pasangan").inner_text() == shown
        before = page.locator(".periksa-progress strong").inner_text()
        page.keyboard.press("2" if number % 5 == 4 else "1")
        expect(page.locator(".periksa-progress strong")).not_to_have_text(before)
        page.wait_for_function("!document.querySelector('.htmx-request')")
    story.addresses["seconds"] = f"{time.monotonic() - began:.1f}"
    assert page.locator(".periksa-progress strong").inner_text().startswith(f"{PAIRS} dari ")
    page.keyboard.press("u")
    expect(page.locator(".periksa-progress strong")).to_have_text(re.compile(f"^{PAIRS - 1} dari "))
    story.look(seen, "verifikator-periksa-dibatalkan")
    patterns = people.open("budi", "/penyaringan/pola/")
    story.look(patterns, "verifikator-pola")


def test_a_removal_is_proposed_by_one_and_checked_by_another(people: People, story: Story) -> None:
    seen = people.open("budi", "/penyaringan/keluar/")
    page = seen.page
    story.look(seen, "verifikator-dua-kali")
    seen.show("verifikator-dua-kali")
    for box in page.locator("input[name=pair]").all()[:1]:
        box.check()
    page.get_by_label("Alasan").fill("Tercatat di dua desa, dicek dengan RT.")
    page.get_by_role("button", name="Usulkan yang dicentang").click()
    page.wait_for_load_state("networkidle")
    story.look(seen, "verifikator-diusulkan")
    own = people.open("budi", "/persetujuan/")
    story.look(own, "verifikator-persetujuan")
    people.sign_in("wati")
    two = [people.open("wati", "/persetujuan/"), people.open("wati", "/persetujuan/")]
    for one in two:
        one.page.locator("main table").get_by_role("link").first.click()
        one.page.wait_for_load_state("networkidle")
    story.look(two[0], "verifikator-usulan")
    two[0].show("verifikator-usulan")
    for one in two:
        one.page.get_by_label("Setujui", exact=True).check()
    two[0].page.get_by_role("button", name="Simpan putusan").dblclick()
    expect(two[0].page.get_by_role("main").get_by_text("Disetujui dan berlaku")).to_be_visible()
    two[0].page.wait_for_load_state("networkidle")
    story.look(two[0], "verifikator-usulan-diputus")
    two[1].page.get_by_role("button", name="Simpan putusan").click()
    expect(two[1].page.get_by_role("main").get_by_text("sudah diproses oleh Bu Wati").first).to_be_visible()
    story.look(two[1], "verifikator-usulan-sudah-diproses")
    assert people.site.inside("ledger").count("approval.approved") == 1


def test_a_persons_page_tells_who_changed_what_and_opens_a_number_for_a_reason(
    people: People, story: Story
) -> None:
    line = story.home.lines[lists.FAULTS[0][0]]
    seen = people.open("budi", "/warga/")
    page = seen.page
    page.get_by_label("Nama, NIK, nomor KK, atau nomor HP").fill(line["nik"])
    page.get_by_role("button", name="Cari", exact=True).click()
    expect(page.get_by_role("heading", name=line["name"], exact=False).first).to_be_visible()
    assert line["nik"] not in page.content()
    story.look(seen, "verifikator-warga")
    seen.show("verifikator-warga", 1100)
    expect(page.get_by_role("heading", name="Siapa mengubah ini?")).to_be_visible()
    page.get_by_label("Yang ingin dilihat lengkap").select_option("nik")
    page.get_by_label("Alasan").fill("mencocokkan dengan KTP di meja layanan")
    page.get_by_role("button", name="Buka dan catat").click()
    expect(page.get_by_text("ditampilkan lengkap hanya pada halaman ini")).to_be_visible()
    spaced = " ".join(re.findall("....", line["nik"]))
    assert spaced in page.content() or line["nik"] in page.content()
    story.look(seen, "verifikator-warga-terbuka")
    page.reload(wait_until="networkidle")
    assert line["nik"] not in page.url
    assert people.site.inside("ledger").count("person.unmasked") >= 1


def test_no_number_of_anybody_stands_in_an_address_a_log_or_any_file_of_the_office(
    people: People, live: LiveSite, story: Story
) -> None:
    """trust.md S14 and S17, after everything that these people did."""
    everybody = [line for village in (story.home, *story.others) for line in village.lines]
    secret = {line[name] for line in everybody for name in ("nik", "kk", "phone") if len(line[name]) > 9}
    assert len(secret) > 400
    asked = " ".join(url for visit in people.visits for url in visit.asked)
    assert asked.count("/daftar/") > 10
    assert not [one for one in secret if one in asked]
    logs = live.logs()
    assert "/daftar/" in logs
    mothers = {line["mother_name"] for line in everybody if len(line["mother_name"]) > 7}
    names = {line["name"] for line in everybody if len(line["name"]) > 7}
    assert not [one for one in secret | mothers | names if one in logs]
    assert "Traceback" not in logs
    needles = re.compile(b"|".join(sorted(one.encode() for one in secret)))
    looked = [
        one for one in live.folder.rglob("*") if one.is_file() and live.home / "kunci" not in one.parents
    ]
    assert len(looked) > 10
    assert not [one for one in looked if needles.search(one.read_bytes())]


GUIDE_PAGES: tuple[tuple[str, str, str], ...] = (
    ("siti", "/", "rt-beranda"),
    ("siti", "/daftar/", "rt-daftar"),
    ("siti", "/daftar/unggah/", "rt-unggah"),
    ("desi", "/daftar/papan/", "desa-papan-rt"),
    ("desi", "/daftar/desa/64.01.04.2002/", "desa-pengumuman"),
    ("camat", "/daftar/papan/", "kecamatan-papan-rt"),
    ("camat", "/daftar/keberatan/", "kecamatan-keberatan"),
    ("camat", "/", "kecamatan-beranda"),
    ("camat", "/daftar/", "kecamatan-daftar"),
    ("budi", "/", "verifikator-beranda"),
    ("budi", "/penyaringan/pola/", "verifikator-pola"),
    ("budi", "/kelayakan/hasil/", "verifikator-hasil"),
    ("agus", "/", "opd-beranda"),
    ("kpa", "/", "kpa-beranda"),
    ("kpa", "/kelayakan/", "kpa-penyaringan"),
    ("rina", "/", "bendahara-beranda"),
    ("laila", "/", "hukum-beranda"),
    ("laila", "/persetujuan/", "hukum-persetujuan"),
    ("sekda", "/", "koordinasi-beranda"),
    ("sekda", "/persetujuan/rantai/", "koordinasi-rantai"),
    ("bupati", "/", "penandatangan-beranda"),
    ("bona", "/", "bpjs-beranda"),
    ("audi", "/", "auditor-beranda"),
    ("audi", "/riwayat/", "auditor-riwayat"),
    ("admin", "/", "admin-beranda"),
    ("admin", "/petugas/", "admin-petugas"),
    ("admin", "/petugas/baru/", "admin-petugas-baru"),
    ("admin", "/petugas/jabatan/", "admin-jabatan"),
    ("prov", "/", "provinsi-beranda"),
    ("prov", "/angka/", "provinsi-angka"),
)
"""Who opens what for a picture of the guide, beside those that are taken on the way."""


def test_the_pages_of_the_guide_are_there(people: People) -> None:
    for username, path, picture in GUIDE_PAGES:
        seen = people.open(username, path, width=360 if username == "siti" else 1366)
        expect(seen.page.get_by_role("heading", level=1)).to_be_visible()
        seen.show(picture)
        seen.page.close()


@pytest.mark.parametrize(
    "username",
    [
        "siti",
        "desi",
        "camat",
        "budi",
        "agus",
        "kpa",
        "rina",
        "laila",
        "sekda",
        "bupati",
        "bona",
        "audi",
        "admin",
        "prov",
    ],
)
def test_every_page_that_links_lead_to_can_be_used_by_everybody(
    people: People, story: Story, username: str
) -> None:
    seen = people.sign_in(username) if username not in people.contexts else people.open(username)
    waiting, known, looked = ["/"], {"/"}, set[tuple[str, str]]()
    while waiting:
        path = waiting.pop(0)
        kind = re.sub(r"/\d[\d.]*(?=/|$)", "/0", path.split("?")[0])
        if (username, kind) in looked:
            continue
        looked.add((username, kind))
        if path != "/":
            seen.open(people.site.address + path)
        name = f"{username}{kind.replace('/', '-').rstrip('-')}"
        if kind not in story.seen or path == "/":
            story.seen.add(kind)
            story.look(seen, name)
        else:
            story.wrong += [f"{name}: {one}" for one in seen.complaints]
            seen.complaints.clear()
        for href in seen.page.eval_on_selector_all(
            "a[href]:not([download])", "all => all.map(one => one.pathname + one.search)"
        ):
            # A file is no page: it has tests of its own.
            file = href.startswith("/static/") or "/unduh/" in href or href.endswith(".pdf")
            if href not in known and not file:
                known.add(href)
                waiting.append(href)
    assert len(looked) >= 2
