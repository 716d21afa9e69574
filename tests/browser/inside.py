"""What a test does inside a running installation, in a process of its own: `python -m tests.browser.inside WHAT`.

The process reads the installation named by `PAYUNG_HOME`, gets its question as JSON on standard input and answers in
JSON on standard output.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from payung.office.django import start

start()

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret  # noqa: E402
from django.db import transaction  # noqa: E402

from payung.access.models import User  # noqa: E402
from payung.access.policy import Role, second_factor  # noqa: E402
from payung.core.scope import acting_in, whole  # noqa: E402
from payung.database.models import Regency  # noqa: E402
from payung.office.setup import add_user, seat  # noqa: E402
from tests.office.cast import OPENED_ON, OTHER_REGENCY, REGENCY, SEATS  # noqa: E402


def cast() -> dict[str, dict[str, str]]:
    """Seat everybody of the cast who is not there yet: name, password and second factor by login name."""
    Regency.objects.get_or_create(
        code=OTHER_REGENCY,
        defaults={"name": "Kabupaten Kutai Kartanegara", "policy": "paser-2022", "opened_on": OPENED_ON},
    )
    seats = {name: (*seat, REGENCY) for name, seat in SEATS.items()}
    seats["kukar"] = ("Pak Kukar", Role.VERIFIER, OTHER_REGENCY, OTHER_REGENCY)
    logins = {}
    for username, (name, role, territory, regency) in seats.items():
        if User.objects.filter(username=username).exists():
            continue
        with transaction.atomic(), acting_in(whole(regency)):
            user, password = add_user(username, name, regency)
            secret = str(generate_totp_secret()) if second_factor(role) else ""
            if secret:
                TOTP.activate(user, secret)
            chair = "2" if username == "wati" else ""
            seat(user, regency, role, territory, OPENED_ON, agency=chair)
        logins[username] = {"name": name, "password": password, "secret": secret}
    return logins


def ledger() -> list[str]:
    """The actions of the regency's ledger, oldest first."""
    from payung.audit.models import Event

    with acting_in(whole(REGENCY)):
        return list(Event.objects.order_by("seq").values_list("action", flat=True))


DEEDS: dict[str, Callable[..., Any]] = {"cast": cast, "ledger": ledger}


if __name__ == "__main__":
    json.dump(DEEDS[sys.argv[1]](**json.load(sys.stdin)), sys.stdout)
