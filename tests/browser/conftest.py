"""Chromium and a running office for tests that look at pages as people do."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

# Playwright keeps an event loop in this thread, in which Django would refuse its database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from tests.office.conftest import office, prepared

__all__ = ["WIDTHS", "office", "prepared"]

import pytest
from django.conf import settings
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.test import Client, override_settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.live import LiveSite, living
from tests.browser.looking import FLAGS, WIDTHS, Visit
from tests.office.cast import Office


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving(urlconf: str = "payung.urls") -> Iterator[str]:
    """The office on a free port of this machine, in threads of this process: its address."""
    with override_settings(ROOT_URLCONF=urlconf):
        server = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet)
        server.daemon_threads = True
        server.set_app(get_wsgi_application())
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without window and without calling home."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def site(office: Office) -> Iterator[str]:
    """The office of the cast, served: its address."""
    with serving() as address:
        yield address


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where pictures are kept: the folder that `PAYUNG_PICTURES` names, or one that is thrown away."""
    folder = Path(os.environ.get("PAYUNG_PICTURES") or tmp_path / "pictures")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def visit(chromium: Browser, pictures: Path) -> Iterator[Callable[..., Visit]]:
    """`visit(address, width=1366, client=office.client("budi"))`: a page on which every complaint is remembered."""
    pages: list[Page] = []

    def open_page(address: str, width: int = 1366, client: Client | None = None) -> Visit:
        context = chromium.new_context(viewport={"width": width, "height": 900}, locale="en-US")
        if client:
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies(
                [{"name": name, "value": client.cookies[name].value, "url": "/".join(address.split("/")[:3])}]
            )
        page = context.new_page()
        pages.append(page)
        return Visit(page, pictures).open(address)

    yield open_page
    for page in pages:
        page.context.close()


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """A real installation with its server and its worker, for all tests of a module."""
    with living(tmp_path_factory.mktemp("pemasangan")) as site:
        yield site


class People:
    """Browsers of the cast: everybody signs in once, by the pages themselves, and keeps their browser."""

    def __init__(self, chromium: Browser, site: LiveSite, pictures: Path) -> None:
        self.chromium, self.site, self.pictures = chromium, site, pictures
        self.contexts: dict[str, BrowserContext] = {}
        self.visits: list[Visit] = []

    def open(self, username: str, path: str = "/", width: int = 1366) -> Visit:
        """A new page of somebody's browser, at a path of the site."""
        if username not in self.contexts:
            self.sign_in(username)
        return self._page(username, width).open(self.site.address + path)

    def sign_in(
        self, username: str, look: Callable[[Visit, str], None] | None = None, width: int = 1366
    ) -> Visit:
        """Name, password and code, typed as a person does; the page that it leads to. `look` sees each step."""
        login = self.site.logins[username]
        if username not in self.contexts:
            self.contexts[username] = self.chromium.new_context(locale="en-US", accept_downloads=True)
        seen = self._page(username, width).open(f"{self.site.address}/masuk/")
        if look:
            look(seen, "masuk")
            seen.show("masuk")
        seen.page.get_by_label("Nama pengguna").fill(username)
        seen.page.get_by_label("Kata sandi", exact=True).fill(login.password)
        seen.page.get_by_role("button", name="Masuk").click()
        if login.secret:
            seen.page.wait_for_url(f"{self.site.address}/masuk/kode/**")
            if look:
                look(seen, "masuk-kode")
                seen.show("masuk-kode")
            seen.page.get_by_label("Kode", exact=True).fill(login.code())
            seen.page.keyboard.press("Enter")
        seen.page.wait_for_url(f"{self.site.address}/")
        return seen

    def close(self) -> None:
        """Close all browsers. AssertionError where a page complained about anything."""
        for context in self.contexts.values():
            context.close()
        complaints = [one for visit in self.visits for one in visit.complaints]
        assert complaints == []

    def _page(self, username: str, width: int) -> Visit:
        page = self.contexts[username].new_page()
        page.set_viewport_size({"width": width, "height": 900})
        self.visits.append(Visit(page, self.pictures))
        return self.visits[-1]


@pytest.fixture(scope="module")
def people(chromium: Browser, live: LiveSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    """`people.open("desi", "/daftar/")`: a page as Bu Desi sees it."""
    folder = Path(os.environ.get("PAYUNG_PICTURES") or tmp_path_factory.mktemp("gambar"))
    folder.mkdir(parents=True, exist_ok=True)
    cast = People(chromium, live, folder)
    yield cast
    cast.close()
