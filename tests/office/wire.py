"""A browser without a screen, over the wire to a real server."""

from __future__ import annotations

import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError

from lxml import html

from tests.browser.live import LiveSite, Login


@dataclass
class Answer:
    """What came back, at the end of all redirects."""

    status: int
    url: str
    body: bytes

    @property
    def path(self) -> str:
        return urllib.parse.urlsplit(self.url).path

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


@dataclass
class Wire:
    """Keeps cookies, follows redirects, sends the token of the page on which a form stands."""

    site: LiveSite
    headers: dict[str, str] = field(default_factory=dict)
    jar: CookieJar = field(default_factory=CookieJar)

    def __post_init__(self) -> None:
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.jar)
        )

    def get(self, path: str) -> Answer:
        return self._ask(path, None)

    def post(self, path: str, fields: dict[str, str], page: str | None = None) -> Answer:
        """Fill the form at `page` (where it goes, unless said) that leads to `path`, and send it."""
        tree = html.fromstring(self.get(page or path).text)
        there: Any = tree.xpath("//form")
        leading = [one for one in there if (one.get("action") or path).split("?")[0] == path]
        hidden = {}
        for one in (leading or there)[0].xpath(".//input[@type='hidden'][@name]"):
            hidden[one.get("name")] = one.get("value") or ""
        return self._ask(path, urllib.parse.urlencode(hidden | fields).encode())

    def send_files(
        self, path: str, fields: dict[str, str], files: list[tuple[str, bytes]], field: str = "files"
    ) -> Answer:
        """Fill the form with files at `path`, and send it."""
        tree = html.fromstring(self.get(path).text)
        hidden: Any = tree.xpath("//form[@enctype]//input[@type='hidden'][@name]")
        parts = [
            f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()
            for name, value in ({one.get("name"): one.get("value") for one in hidden} | fields).items()
        ]
        for name, content in files:
            shown = name.replace("\\", "\\\\").replace('"', "%22")
            head = f'Content-Disposition: form-data; name="{field}"; filename="{shown}"\r\n'
            parts.append(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + content)
        mark = b"--batas-antar-bagian"
        body = b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"
        return self._ask(path, body, {"Content-Type": f"multipart/form-data; boundary={mark[2:].decode()}"})

    def cookie(self, name: str) -> str:
        """A cookie's value, empty without one."""
        return next((one.value or "" for one in self.jar if one.name == name), "")

    def password(self, login: Login, password: str = "") -> Answer:
        """Type name and password; the right one unless another is given."""
        return self.post("/masuk/", {"login": login.username, "password": password or login.password})

    def sign_in(self, login: Login) -> Answer:
        """Sign in with everything that it takes."""
        answer = self.password(login)
        return self.post("/masuk/kode/", {"code": login.code()}) if login.secret else answer

    def _ask(self, path: str, data: bytes | None, more: dict[str, str] | None = None) -> Answer:
        asked = urllib.request.Request(self.site.address + path, data, self.headers | (more or {}))
        try:
            with self._opener.open(asked, timeout=60) as answer:
                return Answer(answer.status, answer.url, answer.read())
        except HTTPError as error:
            with error:
                return Answer(error.code, error.url, error.read())
