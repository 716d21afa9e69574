"""trust.md S1: every role × every address × method × objects from every side; 0 unexpected answers."""

from __future__ import annotations

import pytest
from django.test import Client

from payung.access.policy import Role
from payung.core.scope import Scope
from tests.office.cast import SEATS, Office
from tests.office.examples import Case, Example, Examples, Maker, load
from tests.office.walk import ALLAUTH, METHODS, Address, addresses, wrong

EVERYBODY = (*SEATS, "kukar", "tamu", "")
"""The cast, somebody of another regency, somebody without a post, nobody."""
QUICK = ("desi", "kukar")
ENDS_THE_SESSION = {"account_logout"}


class Made:
    """The objects of one test; addresses that share a row share them."""

    def __init__(self, office: Office) -> None:
        self._office, self._rows = office, load()
        self._made: dict[Maker, Examples] = {}

    def of(self, address: Address) -> Examples:
        """The objects of an address; a single case without object for one that takes none."""
        if not address.takes:
            return {Case.OWN: Example()}
        maker = self._rows[address.name]
        if maker not in self._made:
            self._made[maker] = maker(self._office)
        return self._made[maker]


def walk(office: Office, who: str, methods: tuple[str, ...], parts: tuple[str, ...] = ()) -> dict[str, str]:
    """Everything that answers wrongly to somebody: address, method and case to what is wrong."""
    made_by, found = Made(office), {}
    client, scope = office.client(who or None), office.scope(who) if who not in ("", "tamu") else None
    for address in addresses():
        if address.name in ENDS_THE_SESSION or (parts and not address.name.startswith(parts)):
            continue
        made = made_by.of(address)
        for method in methods:
            for case, words in _of(address, method, client, scope, made).items():
                found[f"{method} {address.name} {case}"] = words
    return found


def _of(address: Address, method: str, client: Client, scope: Scope | None, made: Examples) -> dict[str, str]:
    nowhere = address.at(made[Case.NOWHERE].kwargs) if Case.NOWHERE in made else None
    found = {}
    for case, example in made.items():
        seen = scope is not None and (not address.takes or example.seen_by(scope))
        words = wrong(address, method, client, scope, address.at(example.kwargs), seen=seen, nowhere=nowhere)
        if words:
            found[str(case)] = words
    return found


def test_every_address_says_which_action_it_needs(office: Office) -> None:
    """`@needs`, `@public`, or allauth's with a reason."""
    silent = {one.name for one in addresses() if not one.says}
    assert silent == set(ALLAUTH)


def test_every_address_with_arguments_has_its_objects(office: Office) -> None:
    takes = {one.name for one in addresses() if one.takes}
    assert takes - set(load()) == set(), "add a row to tests/office/examples_<part>.py"
    assert set(load()) - takes == set(), "rows of addresses that no longer exist"


def test_every_role_has_somebody_in_the_cast() -> None:
    assert {role for _name, role, _place in SEATS.values()} == set(Role)


@pytest.mark.parametrize("who", QUICK)
def test_accounts_posts_and_approvals_answer_whom_they_should(office: Office, who: str) -> None:
    assert walk(office, who, ("GET", "POST"), ("access:", "posts:", "approval:")) == {}


@pytest.mark.long
@pytest.mark.parametrize("who", EVERYBODY)
def test_every_address_answers_whom_it_should(office: Office, who: str) -> None:
    assert walk(office, who, METHODS) == {}


def test_every_unsafe_request_needs_its_token(office: Office) -> None:
    """trust.md S6: another site can press no button here; refused before anything is looked at."""
    admin = office.client("budi")
    client = Client(enforce_csrf_checks=True, SERVER_NAME="localhost")
    client.cookies = admin.cookies
    made_by, open_to = Made(office), {}
    for address in addresses():
        if address.takes and address.name not in load():
            continue  # told by the test of the rows
        first = next(iter(made_by.of(address).values()))
        for method in ("POST", "DELETE"):
            status = client.generic(method, address.at(first.kwargs)).status_code
            if status not in (403, 405):
                open_to[f"{method} {address.name}"] = status
    assert open_to == {}


def test_a_walk_notices_what_is_wrong(office: Office) -> None:
    """The judge itself: a page that answers without the right, or tells what lies outside, is found."""
    client, home = office.client("siti"), next(one for one in addresses() if one.name == "home")
    siti = office.scope("siti")
    assert wrong(home, "GET", client, siti, "/", seen=True, nowhere=None) == ""
    assert wrong(home, "GET", client, None, "/", seen=True, nowhere=None) == "200 without the right"
    assert wrong(home, "GET", client, siti, "/", seen=False, nowhere=None) == "200 for an object outside"
    assert wrong(home, "GET", client, siti, "/persetujuan/", seen=True, nowhere=None) == "403 with the right"
    assert wrong(home, "GET", client, siti, "/tidak/", seen=False, nowhere="/persetujuan/") == "another body"
