"""Every component in every state, as Chromium shows it on a phone, a tablet and an office machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from payung.web import navigation
from tests.browser.conftest import WIDTHS, serving
from tests.browser.looking import Visit
from tests.office.cast import SEATS, Office

pytestmark = pytest.mark.browser
Open = Callable[..., Visit]


@pytest.fixture
def gallery(office: Office) -> Iterator[str]:
    with serving("tests.browser.look_urls") as address:
        yield f"{address}/gaya/"


@pytest.mark.parametrize("width", WIDTHS)
def test_every_component_fits_and_can_be_used_by_everybody(gallery: str, visit: Open, width: int) -> None:
    for state in ("", "?salah=1&pesan=1"):
        seen = visit(gallery + state, width)
        seen.picture(f"gaya-{'galat-' if state else ''}{width}")
        seen.check()


@pytest.mark.parametrize("width", WIDTHS)
def test_menus_open_by_keyboard_close_by_escape_and_stay_usable(
    gallery: str, visit: Open, width: int
) -> None:
    seen = visit(gallery, width)
    account = seen.page.locator(".payung-menu > summary")
    account.focus()
    seen.page.keyboard.press("Enter")
    assert seen.page.get_by_role("button", name="Keluar dari Payung").is_visible()
    seen.picture(f"akun-{width}", whole=False)
    seen.check()
    seen.page.keyboard.press("Escape")
    assert seen.page.get_by_role("button", name="Keluar dari Payung").is_hidden()
    toggle = seen.page.get_by_role("button", name="Menu", exact=True)
    if width == WIDTHS[0]:
        assert seen.page.get_by_role("link", name="Papan RT").is_hidden()
        toggle.press("Enter")
        seen.picture(f"menu-{width}", whole=False)
        seen.check()
    assert seen.page.get_by_role("link", name="Papan RT").is_visible()


def test_the_first_tab_stop_leads_to_the_content(gallery: str, visit: Open) -> None:
    seen = visit(gallery)
    seen.page.keyboard.press("Tab")
    link = seen.page.get_by_role("link", name="Langsung ke isi halaman")
    assert link.evaluate("node => node === document.activeElement && node.getBoundingClientRect().width > 50")
    seen.page.keyboard.press("Enter")
    assert seen.page.evaluate("document.activeElement.id") == "isi"


def test_the_summary_of_errors_has_the_focus_and_leads_to_the_field(gallery: str, visit: Open) -> None:
    seen = visit(f"{gallery}?salah=1")
    assert seen.page.title().startswith("Perlu diperbaiki: Gaya")
    assert seen.page.evaluate("document.activeElement.className") == "govuk-error-summary"
    seen.page.get_by_role("link", name="Tanggal lahir:").press("Enter")
    assert seen.page.evaluate("document.activeElement.id") == "id_birth_on"
    seen.page.get_by_role("link", name="Apakah ini orang yang sama?").press("Enter")
    assert seen.page.evaluate("document.activeElement.id") == "id_outcome_0"


def test_a_page_can_be_read_at_four_times_its_size(gallery: str, visit: Open) -> None:
    """1280 by 1024 pixels at 400 % are 320 by 256 (WCAG 1.4.10)."""
    seen = visit(gallery)
    seen.page.set_viewport_size({"width": 320, "height": 256})
    assert seen.overflow() <= 0


def test_without_scripts_everything_is_there(gallery: str, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 360, "height": 900})
    page = context.new_page()
    page.goto(gallery)
    for name in ("Papan RT", "Warga"):
        assert page.get_by_role("link", name=name, exact=True).is_visible()
    assert page.locator("input[type=file]").is_visible()
    context.close()


def test_paper_has_no_menu_and_no_buttons_and_repeats_the_head(gallery: str, visit: Open) -> None:
    seen = visit(gallery)
    seen.page.emulate_media(media="print")
    for selector in (
        ".govuk-service-navigation",
        ".govuk-button",
        ".payung-filters",
        ".aksi",
        ".payung-languages",
    ):
        assert all(one.is_hidden() for one in seen.page.locator(selector).all()), selector
    assert seen.page.locator(".payung-table thead").first.evaluate(
        "node => getComputedStyle(node).display"
    ) == ("table-header-group")
    (seen.pictures / "cetak.pdf").write_bytes(seen.page.pdf(format="A4"))


@pytest.mark.parametrize("width", WIDTHS)
def test_the_front_page_and_the_pages_of_errors_fit(
    site: str, office: Office, visit: Open, width: int
) -> None:
    client = office.client("budi")
    home = visit(f"{site}/", width, client)
    home.picture(f"beranda-{width}")
    home.check()
    assert home.page.get_by_role("heading", name="Selamat bekerja, Pak Budi").is_visible()
    missing = visit(f"{site}/tidak-ada/", width, client)
    missing.picture(f"tidak-ada-{width}")
    assert [one for one in missing.complaints if "404" not in one] == []
    assert missing.overflow() <= 0
    assert missing.violations() == []


@pytest.mark.parametrize("width", [WIDTHS[0], WIDTHS[-1]])
def test_every_page_of_the_menu_fits_and_can_be_used_by_everybody(
    site: str, office: Office, visit: Open, width: int
) -> None:
    seen: set[str] = set()
    for username, (_, role, _) in SEATS.items():
        for link in navigation.links(str(role), "/"):
            if link.url not in seen:
                seen.add(link.url)
                page = visit(site + link.url, width, office.client(username))
                page.picture(f"menu{link.url.replace('/', '-')}{width}")
                page.check()
    assert len(seen) >= 4


def test_the_language_is_switched_where_one_stands(site: str, office: Office, visit: Open) -> None:
    seen = visit(f"{site}/?dari=sini", client=office.client("budi"))
    seen.page.get_by_role("button", name="English").click()
    assert seen.page.get_by_role("heading", name="Waiting for you").is_visible()
    assert seen.page.url.endswith("/?dari=sini")
    seen.check()
    seen.page.get_by_role("button", name="Bahasa Indonesia").click()
    assert seen.page.get_by_role("heading", name="Menunggu Anda").is_visible()
