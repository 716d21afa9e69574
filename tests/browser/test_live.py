"""A real installation, its real processes, and people who sign in at its pages."""

from __future__ import annotations

import pytest

from tests.browser.conftest import People
from tests.browser.live import LiveSite

pytestmark = pytest.mark.browser


def test_everybody_of_the_cast_signs_in_with_what_they_were_given(live: LiveSite, people: People) -> None:
    for username in ("desi", "siti"):
        seen = people.sign_in(username)
        assert live.logins[username].name in seen.page.content()
        assert seen.look(f"beranda-{username}") == []
    assert live.inside("ledger").count("user.signed_in") == 2
