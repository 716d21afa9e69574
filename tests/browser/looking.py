"""A visit to a page: opens it, keeps pictures of it, and asks whether everybody can use it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Dialog, Page, Request, Response

from tests.browser.small_pictures import save_small

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync"
    " --no-first-run"
).split()
WIDTHS = (360, 768, 1366)
"""A phone, a tablet, an office machine."""
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
GUIDE = os.environ.get("PAYUNG_GUIDE", "")
"""The folder of the guide's pictures, where `make guide` renews them."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_BLOCKED = """
document.addEventListener("securitypolicyviolation", event =>
  console.error(`blocked by the policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""


class Visit:
    """One browser page with everything it complained about: errors, warnings, blocked content, failed answers,
    dialogs that nobody wanted, and requests to anywhere else."""

    def __init__(self, page: Page, pictures: Path) -> None:
        self.page, self.pictures = page, pictures
        self.complaints: list[str] = []
        self.asked: list[str] = []
        """Every address that was asked for."""
        self.expected = {422}
        """Statuses of pages that are no complaint: a form that has to be filled in again."""
        self.home = ""
        page.add_init_script(_BLOCKED)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("requestfailed", self._failed)
        page.on("request", self._asked)
        page.on("response", self._answered)
        page.on("dialog", self._dialog)

    def open(self, address: str) -> Visit:
        """Go there and wait until nothing moves any more."""
        self.home = self.home or urlsplit(address).netloc
        self.page.goto(address, wait_until="networkidle")
        return self

    def picture(self, name: str, whole: bool = True) -> None:
        """Keep a picture of the page as it is now, whole or only what the window shows."""
        self.page.screenshot(path=self.pictures / f"{name}.png", full_page=whole, caret="initial")

    def overflow(self) -> int:
        """How many pixels the page is wider than its window."""
        return int(
            self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        )

    def violations(self) -> list[str]:
        """What axe finds, one line a rule with the first element that breaks it."""
        self.page.evaluate(AXE)
        found: list[dict[str, Any]] = self.page.evaluate(
            "tags => axe.run({runOnly: {type: 'tag', values: tags}}).then(result => result.violations)", RULES
        )
        return [f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]}" for one in found]

    def check(self) -> None:
        """The page fits, axe finds nothing, and nothing was complained about."""
        assert self.complaints == []
        assert self.overflow() <= 0
        assert self.violations() == []

    def look(self, name: str) -> list[str]:
        """What is wrong with the page at every width; a picture of each is kept as `<name>-<width>.png`."""
        wrong = []
        before = self.page.viewport_size
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            if (over := self.overflow()) > 0:
                wrong.append(f"{name} at {width}: {over} pixels wider than its window: {self._widest()}")
            wrong += [f"{name} at {width}: {one}" for one in self.violations()]
            self.picture(f"{name}-{width}")
        if before:
            self.page.set_viewport_size(before)
        wrong += [f"{name}: {one}" for one in self.complaints]
        self.complaints.clear()
        return wrong

    def show(self, name: str, height: int = 900) -> None:
        """Keep a picture of what the window shows for the illustrated guide, where one is being made."""
        if GUIDE:
            size = self.page.viewport_size or {"width": 1366, "height": 900}
            self.page.set_viewport_size({"width": size["width"], "height": height})
            save_small(self.page.screenshot(caret="initial"), Path(GUIDE) / f"{name}.png")
            self.page.set_viewport_size(size)

    def _widest(self) -> str:
        return str(
            self.page.evaluate(
                "() => [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right >"
                " innerWidth + 0.5).slice(0, 3).map(one => one.outerHTML.slice(0, 120)).join(' | ')"
            )
        )

    def _said(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        if message.text.startswith("Failed to load resource") and any(
            f" {status} " in message.text for status in self.expected
        ):
            return
        self.complaints.append(f"{message.type}: {message.text}")

    def _failed(self, one: Request) -> None:
        # Aborted: the answer became a download, or the page was left while a part of it was on its way.
        if one.failure != "net::ERR_ABORTED":
            self.complaints.append(f"failed: {one.url} {one.failure}")

    def _asked(self, one: Request) -> None:
        self.asked.append(one.url)
        parts = urlsplit(one.url)
        if parts.scheme in ("http", "https", "ws", "wss") and self.home and parts.netloc != self.home:
            self.complaints.append(f"elsewhere: {one.url}")

    def _answered(self, one: Response) -> None:
        if one.status >= 500:
            self.complaints.append(f"status {one.status}: {one.url}")

    def _dialog(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()
