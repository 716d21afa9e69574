"""Files that nobody should send, sent at the office's own door (trust.md S9)."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html

from tests import hostile
from tests.browser.live import LiveSite, forget_memory, highest_memory, living
from tests.office.canaries import listed
from tests.office.cast import DESA
from tests.office.wire import Wire

pytestmark = pytest.mark.long
MOST_GROWTH = 50_000_000
MOST_SECONDS = 60
SAID_ELSEWHERE = {
    "nol.xlsx": "Berkas ini kosong",
    "nol.csv": "Berkas ini kosong",
    "arsip.xlsx": "tidak mempunyai judul kolom",
}
"""What is refused before it is taken for a table."""
A_TABLE_BUT_NO_LIST = re.compile("keluarkan berkas ini dari folder|Tambahkan satu baris judul kolom")
"""What is said of tables that can be read and name no people."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    with living(tmp_path_factory.mktemp("musuh")) as made:
        yield made


@pytest.fixture(scope="module")
def desi(site: LiveSite) -> Wire:
    """Bu Desi, who has sent an honest list: everything that is needed once has been loaded."""
    wire = Wire(site)
    assert wire.sign_in(site.logins["desi"]).path == "/"
    assert "Baik" in take_in(wire, "jujur.csv", listed())
    return wire


def take_in(wire: Wire, name: str, content: bytes) -> str:
    """Send a file and wait until it is read; the text of the page that tells what became of it."""
    answer = wire.send_files("/daftar/unggah/", {"place": DESA}, [(name, content)])
    assert answer.status in (200, 422), (name, answer.status)
    if answer.status == 422:
        return seen(answer.text)
    end = time.monotonic() + MOST_SECONDS
    while "load delay" in (page := wire.get(answer.path)).text:
        assert time.monotonic() < end, f"{name} takes longer than {MOST_SECONDS} s"
        time.sleep(0.1)
    return seen(page.text)


def seen(page: str) -> str:
    """What one can read on a page."""
    return " ".join(str(html.fromstring(page).xpath("string()")).split())


def test_every_hostile_file_is_read_or_refused_in_words_and_nothing_dies(
    site: LiveSite, desi: Wire, tmp_path: Path
) -> None:
    files = hostile.build(tmp_path)
    before = site.lasting()
    for pid in before:
        forget_memory(pid)
    held = {pid: highest_memory(pid) for pid in before}
    wrong: dict[str, str] = {}
    slowest = (0.0, "")
    for one in hostile.CORPUS:
        began = time.monotonic()
        page = take_in(desi, one.name, files[one.name].read_bytes())
        slowest = max(slowest, (time.monotonic() - began, one.name))
        refused = SAID_ELSEWHERE.get(one.name, one.refused)
        unread = not one.refused and "Tidak terbaca" in page and not A_TABLE_BUT_NO_LIST.search(page)
        if refused not in page or unread:
            wrong[one.name] = page[-700:]
    grown = {pid: highest_memory(pid) - held[pid] for pid in before}
    assert wrong == {}
    assert site.lasting() == before, "somebody died"
    assert max(grown.values()) < MOST_GROWTH, (grown, site.logs()[-2000:])
    assert slowest[0] < MOST_SECONDS, slowest
    assert "Traceback" not in site.logs()
    assert not re.search(r"\b(ERROR|error)\b.*(payung|django)", site.logs())
    assert site.inside("failed_jobs") == []
    assert not [one for one in (site.home / "kerja").rglob("*") if one.is_file() and one.name != ".in-use"]


def test_what_is_too_large_is_let_go_of_while_it_comes(site: LiveSite, desi: Wire) -> None:
    for pid in site.lasting():
        forget_memory(pid)
    held = {pid: highest_memory(pid) for pid in site.lasting()}
    answer = desi.send_files(
        "/daftar/unggah/", {"place": DESA}, [("besar.csv", b"x" * 60_000_000), ("kecil.csv", listed()[:200])]
    )
    assert "lebih besar dari 50 MB" in seen(answer.text)
    assert max(highest_memory(pid) - held[pid] for pid in held) < MOST_GROWTH


@pytest.mark.parametrize(
    "name",
    [
        "../../../../etc/cron.d/x.csv",
        "..\\..\\windows\\x.csv",
        "/etc/passwd",
        "a" * 250 + ".csv",
        "nul\x01\x1f.csv",
        "<b>O&M</b> D'Souza.csv",
        "=1+1.csv",
        ".",
        "..",
        "con.csv",
        "daftar\u202evsc.exe",
        "",
    ],
)
def test_a_files_name_is_a_name_and_no_path(site: LiveSite, desi: Wire, name: str) -> None:
    before = {one for one in site.folder.rglob("*") if "unggahan" not in one.parts}
    content = listed() + name.encode() + b",,,,,,,,,,,,,,\n"
    page = take_in(desi, name, content)
    assert "Ada yang rusak" not in page
    made = {one for one in site.folder.rglob("*") if "unggahan" not in one.parts} - before
    assert not [one for one in made if one.is_file() and "kerja" not in one.parts]


def test_the_same_file_twice_changes_nothing_and_says_so(site: LiveSite, desi: Wire) -> None:
    content = listed()[:-1] + b"\n7,,,,,,,,,,,,,,\n"
    take_in(desi, "pertama.csv", content)
    assert "Sama persis dengan pertama.csv" in take_in(desi, "kedua.csv", content)


def test_no_file_and_a_place_outside_are_said_at_the_form(site: LiveSite, desi: Wire) -> None:
    nothing = desi.send_files("/daftar/unggah/", {"place": DESA}, [])
    assert (nothing.status, "Belum ada berkas yang dipilih" in nothing.text) == (422, True)
    outside = desi.send_files("/daftar/unggah/", {"place": "64.01.01.2011"}, [("x.csv", listed())])
    assert (outside.status, "Pilih tempat dari daftar" in outside.text) == (422, True)
