"""The people of the tests: always the same, so that a name says a role."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.test import Client

from payung.access.models import Tenure, User
from payung.access.policy import Role
from payung.access.queries import choose
from payung.core.scope import Scope, acting_in, is_province, whole

REGENCY = "64.01"
DESA = "64.01.04.2002"
OTHER_DESA = "64.01.04.2003"
"""A village of the same kecamatan."""
FAR_DESA = "64.01.01.2011"
"""A village of another kecamatan."""
OTHER_REGENCY = "64.02"
OPENED_ON = date(2022, 9, 1)
PASSWORD = "payung-meneduhkan-semua"

SEATS: dict[str, tuple[str, Role, str]] = {
    "siti": ("Bu Siti", Role.RT, f"{DESA}/005"),
    "desi": ("Bu Desi", Role.DESA, DESA),
    "joko": ("Pak Joko", Role.DESA, FAR_DESA),
    "camat": ("Pak Camat", Role.DISTRICT, "64.01.04"),
    "budi": ("Pak Budi", Role.VERIFIER, REGENCY),
    "wati": ("Bu Wati", Role.VERIFIER, REGENCY),
    "agus": ("Pak Agus", Role.AGENCY, REGENCY),
    "kpa": ("Pak Kuasa", Role.BUDGET, REGENCY),
    "rina": ("Bu Rina", Role.TREASURER, REGENCY),
    "laila": ("Bu Laila", Role.LEGAL, REGENCY),
    "sekda": ("Bu Sekda", Role.COORDINATOR, REGENCY),
    "bupati": ("Pak Bupati", Role.SIGNATORY, REGENCY),
    "bona": ("Pak Bona", Role.BPJS, REGENCY),
    "audi": ("Bu Audi", Role.AUDITOR, REGENCY),
    "admin": ("Bu Admin", Role.ADMIN, REGENCY),
    "prov": ("Pak Provinsi", Role.PROVINCE, "64"),
}
"""Login name to name, role and territory; several verifiers, so that one may check the other."""

EXTRA_SEATS: dict[str, tuple[str, Role, str]] = {
    "cici": ("Bu Cici", Role.DISTRICT, "64.01.01"),
    "capil": ("Pak Capil", Role.AGENCY, REGENCY),
    "sdm": ("Bu Sumber", Role.AGENCY, REGENCY),
    "sosi": ("Pak Sosi", Role.AGENCY, REGENCY),
    "kadis": ("Pak Kadis", Role.COORDINATOR, REGENCY),
    "asti": ("Bu Asti", Role.COORDINATOR, REGENCY),
}
"""Who else sits in a chain of approval; their roles are walked by others of the cast already."""

AGENCIES: dict[str, str] = {
    "wati": "2",
    "capil": "Disdukcapil",
    "sdm": "BKPSDM",
    "sosi": "Dinas Sosial",
    "kadis": "Kepala Dinas",
    "asti": "Asisten",
    "sekda": "Sekretaris Daerah",
}
"""Whose chair is told from others of its role by an agency; Bu Wati's stands beside Pak Budi's."""


def home_of(territory: str) -> str:
    """To whom a chair belongs: the regency, or the province, which is no regency."""
    return territory if is_province(territory) else REGENCY


def populate() -> None:
    """Open the regency and seat the cast; Tamu can sign in and holds no post; another regency has its own verifier."""
    from django.contrib.auth.hashers import make_password
    from django.db import transaction

    from payung.database.models import Regency
    from payung.office.setup import open_regency, seat

    secret = make_password(PASSWORD)

    def user(username: str, name: str) -> User:
        return User.objects.create(username=username, name=name, password=secret)

    open_regency(REGENCY, "paser-2022", OPENED_ON, is_demo=True)
    Regency.objects.create(
        code=OTHER_REGENCY, name="Kabupaten Kutai Kartanegara", policy="paser-2022", opened_on=OPENED_ON
    )
    for username, (name, role, territory) in {**SEATS, **EXTRA_SEATS}.items():
        home = home_of(territory)
        with transaction.atomic(), acting_in(whole(home)):
            seat(user(username, name), home, role, territory, OPENED_ON, agency=AGENCIES.get(username, ""))
    user("tamu", "Tamu")
    with transaction.atomic(), acting_in(whole(OTHER_REGENCY)):
        seat(user("kukar", "Pak Kukar"), OTHER_REGENCY, Role.VERIFIER, OTHER_REGENCY, OPENED_ON)


def plain(response: Any) -> tuple[int, str]:
    """Status and body without what differs from request to request: the form's token, the address that was asked."""
    body = re.sub(r'("X-CSRFToken": "|csrfmiddlewaretoken" value=")\w+', "", response.content.decode())
    return response.status_code, body.replace(response.request["PATH_INFO"], "")


class Office:
    """The office in a test."""

    def user(self, username: str) -> User:
        """Somebody of the cast."""
        return User.objects.get(username=username)

    def tenure(self, username: str) -> Tenure:
        """The post in which somebody of the cast acts."""
        with acting_in(Scope("", (), self.user(username).pk)):
            found: Tenure = Tenure.everything.filter(user__username=username).earliest("pk")
        return found

    def scope(self, username: str) -> Scope:
        """The scope in which somebody of the cast acts."""
        from payung.access.middleware import scope_of

        tenure = self.tenure(username)
        with acting_in(Scope(tenure.regency_code, (), tenure.user_id)):
            tenure = Tenure.objects.select_related("post").get(pk=tenure.pk)
            return scope_of(tenure.user, tenure)

    def acting(self, username: str) -> Any:
        """`with office.acting("budi"):` calls services as Pak Budi."""
        return acting_in(self.scope(username))

    def client(self, username: str | None = None) -> Client:
        """A browser in which somebody has signed in, with their second factor; nobody without a name."""
        client = Client(SERVER_NAME="localhost")
        if username:
            user = self.user(username)
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
            session = client.session
            session["payung_factor"] = user.pk
            if username != "tamu":
                choose(session, self.tenure(username))
            session.save()
        return client

    def work(self) -> int:
        """Do all background jobs that are due; how many there were."""
        from payung.work.worker import run_all

        return run_all()
