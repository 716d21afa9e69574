"""What a test does inside a running installation, in a process of its own: `python -m tests.browser.inside WHAT`.

The process reads the installation named by `PAYUNG_HOME`, gets its question as JSON on standard input and answers in
JSON on standard output.
"""

from __future__ import annotations

import base64
import io
import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
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
from tests.office.cast import AGENCIES, OPENED_ON, OTHER_REGENCY, REGENCY, SEATS, home_of  # noqa: E402


def cast() -> dict[str, dict[str, str]]:
    """Seat everybody of the cast who is not there yet: name, password and second factor by login name."""
    Regency.objects.get_or_create(
        code=OTHER_REGENCY,
        defaults={"name": "Kabupaten Kutai Kartanegara", "policy": "paser-2022", "opened_on": OPENED_ON},
    )
    seats = {name: (*seat, home_of(seat[2])) for name, seat in SEATS.items()}
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
            seat(user, regency, role, territory, OPENED_ON, agency=AGENCIES.get(username, ""))
        logins[username] = {"name": name, "password": password, "secret": secret}
    return logins


def ledger() -> list[str]:
    """The actions of the regency's ledger, oldest first."""
    from payung.audit.models import Event

    with acting_in(whole(REGENCY)):
        return list(Event.objects.order_by("seq").values_list("action", flat=True))


def _acting(username: str) -> AbstractContextManager[Any]:
    from tests.office.cast import Office

    acting: AbstractContextManager[Any] = Office().acting(username)
    return acting


def receive(who: str, place: str, name: str, content: str) -> int:
    """Somebody sends a list: the batch that it became."""
    from payung.intake.upload_services import receive as take

    with _acting(who):
        return int(take([(name, io.BytesIO(base64.b64decode(content)))], place).pk)


def read(batch: int) -> list[dict[str, Any]] | None:
    """The lists of a batch with their numbers, None while it is being read."""
    from payung.intake.models import Batch, Upload

    with acting_in(whole(REGENCY)):
        if Batch.objects.get(pk=batch).read_at is None:
            return None
        names = ("pk", "file", "good", "to_fix", "already", "not_person", "failure", "stops")
        return list(Upload.objects.filter(batch=batch).values(*names))


def save(who: str, batch: int) -> int:
    """Somebody saves the good rows of a batch: how many there were."""
    from payung.intake.upload_services import save_upload, to_save

    with _acting(who):
        from payung.intake.models import Batch

        return sum(save_upload(one) for one in to_save(Batch.objects.get(pk=batch)))


def register(who: str, name: str, file: str, content: str) -> int:
    """A register's file arrives."""
    from payung.registry.register_services import receive_register

    with _acting(who):
        made = receive_register(name, io.BytesIO(base64.b64decode(content)), file, date(2022, 9, 15))
        return int(made.pk)


def neighbourhood(who: str, place: str, head: str, phone: str) -> int:
    """An RT gets a head with a phone number."""
    from payung.registry.rt_services import save_rts
    from payung.registry.rtlist import RtRow

    with _acting(who):
        return int(save_rts([RtRow(place, head, phone, 40)]).new)


def open_jobs() -> list[str]:
    """Kinds of the jobs that are not finished."""
    from payung.work.models import Job

    with acting_in(whole(REGENCY)):
        return list(Job.objects.filter(finished_at__isnull=True).values_list("kind", flat=True))


def failed_jobs() -> list[list[str]]:
    """Kind and message of the jobs that failed."""
    from payung.work.models import Job

    with acting_in(whole(REGENCY)):
        return [list(one) for one in Job.objects.exclude(error="").values_list("kind", "error")]


DEEDS: dict[str, Callable[..., Any]] = {
    one.__name__: one
    for one in (cast, ledger, receive, read, save, register, neighbourhood, open_jobs, failed_jobs)
}


if __name__ == "__main__":
    json.dump(DEEDS[sys.argv[1]](**json.load(sys.stdin)), sys.stdout)
