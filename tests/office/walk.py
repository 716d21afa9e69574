"""Every address of the site, from the resolver, and what each may answer to whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from payung.access.policy import Action, may
from payung.core.scope import Scope
from tests.office.cast import plain

ALLAUTH: Mapping[str, str] = {
    "account_login": "for everybody who is not signed in",
    "account_logout": "ends one's own session",
    "account_change_password": "one's own password; asks for the old one",
    "account_reauthenticate": "one's own password once more",
    "mfa_authenticate": "only in the middle of signing in",
    "mfa_reauthenticate": "one's own code once more",
    "mfa_index": "one's own second factor",
    "mfa_activate_totp": "one's own second factor",
    "mfa_deactivate_totp": "one's own second factor; asks for a code first",
    "mfa_view_recovery_codes": "one's own codes; asks for a code first",
    "mfa_generate_recovery_codes": "one's own codes; asks for a code first",
    "mfa_download_recovery_codes": "one's own codes; asks for a code first",
}
"""Addresses of allauth, which know only whoever is signed in and take no object; why each needs no action."""
METHODS = ("GET", "POST", "PUT", "DELETE")


@dataclass(frozen=True, slots=True)
class Address:
    """One address: its name with namespace, what it takes, and the action it needs (None: open to everybody)."""

    name: str
    takes: tuple[str, ...]
    says: bool
    action: Action | None

    def at(self, kwargs: Mapping[str, Any]) -> str:
        return reverse(self.name, kwargs=dict(kwargs))


def addresses() -> list[Address]:
    """All addresses of the resolver."""
    return list(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[Any], space: str) -> Iterator[Address]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, space + (f"{one.namespace}:" if one.namespace else ""))
            continue
        assert isinstance(one, URLPattern)
        view = one.callback
        yield Address(
            f"{space}{one.name}",
            tuple(one.pattern.converters),
            hasattr(view, "action"),
            getattr(view, "action", None),
        )


def wrong(
    address: Address,
    method: str,
    client: Client,
    scope: Scope | None,
    url: str,
    *,
    seen: bool,
    nowhere: str | None,
) -> str:
    """What is wrong with the answer at `url`, empty where nothing is.

    `scope` None: somebody without a post, or not signed in. `seen`: the object lies in the scope. `nowhere`: the same
    address with an object that does not exist, to which what is unseen must answer alike.
    """
    answer = client.generic(method, url)
    status = answer.status_code
    if status >= 500:
        return f"{status}"
    to_login = (
        status == 302 and answer["Location"].startswith("/masuk/") and "_auth_user_id" not in client.session
    )
    if method in ("PUT", "DELETE"):
        return "" if status >= 400 or to_login else f"{status} instead of a refusal"
    if address.action is None:
        return ""
    if scope is None or not may(scope.role, address.action):
        return "" if to_login or status in (403, 404, 405) else f"{status} without the right"
    if seen:
        return f"{status} with the right" if method == "GET" and status in (403, 404) else ""
    if status not in (403, 404, 405):
        return f"{status} for an object outside"
    if nowhere is None or plain(answer) == plain(client.generic(method, nowhere)):
        return ""
    # The first page after a POST also shows what was said about it: by now that has been shown.
    alike = plain(client.generic(method, url)) == plain(client.generic(method, nowhere))
    return "" if alike else "another body"
