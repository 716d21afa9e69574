"""Who may do what about agreements: every role at every address."""

from __future__ import annotations

import pytest

from tests.office.cast import Office
from tests.office.test_role_matrix import walk


@pytest.mark.parametrize("who", ["budi", "laila", "kpa", "bona", "desi", "kukar", ""])
def test_addresses_of_agreements_answer_whom_they_should(office: Office, who: str) -> None:
    assert walk(office, who, ("GET", "POST"), ("agreement:",)) == {}
