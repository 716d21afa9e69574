"""A visit to a page: opens it, keeps pictures of it, and asks whether everybody can use it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Page

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync"
    " --no-first-run"
).split()
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")


class Visit:
    """One browser page with everything it complained about: errors, warnings, blocked content, failed answers."""

    def __init__(self, page: Page, pictures: Path) -> None:
        self.page, self.pictures = page, pictures
        self.complaints: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("requestfailed", lambda one: self.complaints.append(f"failed: {one.url} {one.failure}"))

    def open(self, address: str) -> Visit:
        """Go there and wait until nothing moves any more."""
        self.page.goto(address, wait_until="networkidle")
        return self

    def picture(self, name: str, whole: bool = True) -> None:
        """Keep a picture of the page as it is now, whole or only what the window shows."""
        self.page.screenshot(path=self.pictures / f"{name}.png", full_page=whole)

    def overflow(self) -> int:
        """How many pixels the page is wider than its window."""
        return int(
            self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        )

    def violations(self) -> list[str]:
        """What axe finds, one line a rule with the first element that breaks it."""
        self.page.evaluate(AXE)
        found: list[dict[str, Any]] = self.page.evaluate("axe.run().then(result => result.violations)")
        return [f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]}" for one in found]

    def check(self) -> None:
        """The page fits, axe finds nothing, and nothing was complained about."""
        assert self.complaints == []
        assert self.overflow() <= 0
        assert self.violations() == []

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")
