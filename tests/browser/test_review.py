"""The duplicates screen in Chromium: fifty pairs by keyboard, a reload in the middle, the pages around it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from payung.screening import services
from payung.screening.models import Pair, PairVerdict
from payung.screening.rules import Verdict
from tests.browser.conftest import WIDTHS
from tests.browser.looking import Visit
from tests.office.cast import OTHER_DESA, Office
from tests.office.registry_rows import row, save
from tests.office.review_rows import CODE, LEFT, RIGHT, pair, pairs, run

pytestmark = pytest.mark.browser
Open = Callable[..., Visit]
REVIEW = "/penyaringan/periksa/"


def title(page: Page) -> str:
    return page.locator("#pasangan").inner_text()


def press(page: Page, key: str) -> None:
    """Press a key and wait for the next pair."""
    before = (
        page.url,
        page.locator(".periksa-last").inner_text() if page.locator(".periksa-last").count() else "",
    )
    page.keyboard.press(key)
    page.wait_for_function(
        "([url, last]) => (location.href !== url || (document.querySelector('.periksa-last')?.innerText ?? '') !== last)"
        " && !document.querySelector('.htmx-request')",
        arg=before,
    )


def test_fifty_pairs_by_keyboard_with_a_reload_in_the_middle(site: str, office: Office, visit: Open) -> None:
    with office.acting("budi"):
        pairs(run(), 60)
    seen = visit(site + REVIEW, client=office.client("budi"))
    began = time.monotonic()
    for number in range(50):
        if number == 25:
            shown, address = title(seen.page), seen.page.url
            seen.page.reload(wait_until="networkidle")
            assert (title(seen.page), seen.page.url) == (shown, address)
        press(seen.page, "123"[number % 3])
    seconds = time.monotonic() - began
    (seen.pictures / "periksa-50-pasangan.txt").write_text(f"{seconds:.1f} detik", encoding="utf-8")
    with office.acting("budi"):
        verdicts = list(PairVerdict.objects.order_by("pk").values_list("verdict", flat=True))
        assert verdicts == [("sama", "beda", "tanya RT")[number % 3] for number in range(50)]
    seen.page.wait_for_function("() => document.activeElement.id === 'pasangan'")
    seen.check()


def test_keys_move_undo_help_and_can_be_switched_off(site: str, office: Office, visit: Open) -> None:
    with office.acting("budi"):
        pairs(run(), 5)
    seen = visit(site + REVIEW, client=office.client("budi"))
    page = seen.page
    press(page, "j")
    assert "002" in title(page)
    press(page, "ArrowRight")
    press(page, "k")
    assert "002" in title(page)
    press(page, "2")
    assert "003" in title(page)
    press(page, "u")
    assert "002" in title(page)
    with office.acting("budi"):
        assert not Pair.objects.exclude(verdict="").exists()
    page.keyboard.press("?")
    expect(page.get_by_text("batalkan keputusan terakhir")).to_be_visible()
    seen.picture("periksa-bantuan", whole=False)
    seen.check()
    page.get_by_label("Pakai pintasan papan ketik").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    page.get_by_text("Tambah catatan").click()
    page.get_by_label("Catatan", exact=True).press_sequentially("123")
    with office.acting("budi"):
        assert not Pair.objects.exclude(verdict="").exists()
    seen.check()


def test_without_scripts_the_same_forms_decide(site: str, office: Office, chromium: Browser) -> None:
    with office.acting("budi"):
        pairs(run(), 2)
    context = chromium.new_context(java_script_enabled=False)
    client = office.client("budi")
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
    page = context.new_page()
    page.goto(site + REVIEW)
    page.get_by_role("button", name="Beda").click()
    assert "002" in title(page)
    page.get_by_role("button", name="Batalkan").click()
    assert "001" in title(page)
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_of_review_fits_and_can_be_used_by_everybody(
    site: str, office: Office, visit: Open, width: int
) -> None:
    pk = _everything(office)
    client = office.client("budi")
    for name, path in {
        "periksa": REVIEW, "periksa-kembar": f"{REVIEW}?p={pk['twins']}", "periksa-kosong": f"{REVIEW}?daftar=jawab",
        "periksa-tanya": f"{REVIEW}?daftar=tanya", "periksa-putus": f"{REVIEW}?daftar=putus&p={pk['same']}",
        "penyaringan": "/penyaringan/", "pola": "/penyaringan/pola/", "keluar": "/penyaringan/keluar/",
        "berkas": "/penyaringan/berkas/",
    }.items():  # fmt: skip
        seen = visit(site + path, width, client)
        seen.picture(f"{name}-{width}")
        seen.check()
        seen.page.context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_rt_is_asked_and_answers_with_one_tap(site: str, office: Office, visit: Open, width: int) -> None:
    pk = _everything(office)
    client = office.client("budi")
    seen = visit(f"{site}{REVIEW}?daftar=tanya&p={pk['asked']}", width, client)
    seen.page.get_by_role("button", name="Buat teks WhatsApp").click()
    text = seen.page.get_by_label("Teks WhatsApp").input_value()
    seen.picture(f"teks-rt-{width}")
    seen.check()
    link = re.search(r"http\S+/t/\S+", text)
    assert link
    phone = visit(link.group(), width)
    phone.picture(f"rt-{width}")
    phone.check()
    phone.page.get_by_role("button", name="Beda, dua orang").click()
    expect(phone.page.get_by_text("Terima kasih, jawaban tersimpan")).to_be_visible()
    phone.picture(f"rt-terima-kasih-{width}")
    phone.check()
    answered = visit(f"{site}{REVIEW}?daftar=jawab", width, client)
    answered.picture(f"periksa-jawab-{width}")
    answered.check()
    answered.page.get_by_role("button", name="Putuskan “beda” seperti jawaban RT").click()
    expect(answered.page.get_by_text("Daftar ini kosong")).to_be_visible()
    answered.check()


def _everything(office: Office) -> dict[str, Any]:
    """Pairs of every kind; the ids of those that tests open."""
    with office.acting("budi"):
        now = run()
        twins_l = replace(LEFT, name="Hasan Basri", birth="12-03-1985", nik="6401041203850001")
        twins_r = replace(
            LEFT,
            name="Husin Basri",
            birth="12-03-1985",
            nik="6401041203850002",
            origin="janju.xlsx · RT 005 · baris 13",
        )
        twins = pair(
            now, 901, priority=999_999, left=twins_l, right=twins_r,
            evidence={"ev_nik": "birth_part", "ev_name": "near", "ev_birth": "same", "ev_kk": "same"},
        )  # fmt: skip
        other = replace(
            RIGHT, nik="", kk="6401040909150007", name="SITI AMINAH BINTI HAJI ABDURRAHMAN", birth="17-08-1991", rt="",
            says="PBI APBN · aktif · Kementerian Sosial", origin="bpjs-agustus.xlsx · baris 20481", collector="",
            collected_on="2022-08-31", address="", household=(),
        )  # fmt: skip
        pair(now, 902, right=other, register="bpjs", place_r="", priority=999_998)
        made = pairs(now, 40, priority=500)
        asked, same, decided = made[5], made[6], made[7]
        for number in range(6):
            pair(now, 200 + number, outcome="certain", pattern=CODE)
        pair(
            now,
            300,
            outcome="certain",
            pattern="nik:missing name:same birth:same kk:same",
            register="dukcapil",
        )
        services.decide(asked, Verdict.ASK_RT, version=1)
        services.decide(decided, Verdict.DIFFERENT, version=1, note="sudah ditanya")
        save(
            row(row_id=same.row_id_l),
            row(row_id=same.row_id_r, nik="6401045708900030", name="Siti Aminnah", desa_code=OTHER_DESA, birth_on=None),
        )  # fmt: skip
        services.decide(same, Verdict.SAME, version=1)
    return {"twins": twins.pk, "asked": asked.pk, "same": same.pk}
