"""The list that the browser shows is the one that the command makes of the same files, to the byte."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import lists
from tests.browser.conftest import People
from tests.browser.test_journey import WAIT, send
from tests.integration.small_office import payung

pytestmark = pytest.mark.browser


def test_the_hash_of_the_screened_list_is_that_of_the_command(people: People, tmp_path: Path) -> None:
    home, others = lists.villages(tmp_path / "daftar")
    registers = lists.registers(tmp_path / "register", others[0])
    given = [part for name, path in registers.items() for part in ("--register", f"{name}={path}@2022-09-15")]
    said = payung(
        "run", "--lists", tmp_path / "daftar", "--out", tmp_path / "hasil", "--policy", "paser-2022", "--ceiling",
        "50000000", "--months", "2022-10..2022-12", "--no-decree", "--quiet", *given,
    )  # fmt: skip
    assert said.code == 0, said.err
    record = json.loads((tmp_path / "hasil" / "run.json").read_text(encoding="utf-8"))
    everything = lists.zipped(tmp_path / "semua.zip", [home.path, *(one.path for one in others)])
    send(people.open("budi", "/daftar/unggah/"), [everything], "64.01")
    for name, path in registers.items():
        seen = people.open("budi", f"/warga/register/{name}/")
        seen.page.get_by_label("Keadaan per tanggal").fill("15-09-2022")
        seen.page.locator("input[type=file]").set_input_files(path)
        seen.page.get_by_role("button", name="Unggah dan baca").click()
        seen.page.wait_for_url(re.compile("/register/kiriman/"))
        expect(seen.page.get_by_text("Sedang dibaca")).to_have_count(0, timeout=WAIT)
    seen = people.open("budi", "/kelayakan/mulai/")
    seen.page.get_by_label("Bulan pertama").select_option("2022-10")
    seen.page.get_by_label("Bulan terakhir").select_option("2022-12")
    seen.page.get_by_role("button", name="Mulai sekarang").click()
    expect(seen.page.get_by_text("Sidik hasil")).to_be_visible(timeout=WAIT)
    shown = seen.page.locator("code").nth(1).inner_text()
    assert re.fullmatch("[0-9a-f]{64}", shown)
    assert shown == record["screened_sha256"]
