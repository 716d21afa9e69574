"""Something that goes through a chain in tests: a user's name, to which a mark is added when all have agreed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from payung.access.middleware import scope_of
from payung.access.models import Tenure, User
from payung.approval import route_kinds
from payung.approval.models import Route
from payung.approval.route_services import decide_stop, open_route
from payung.approval.rules import Verdict
from payung.core.errors import PayungError
from payung.core.scope import Scope, acting_in, whole
from tests.office.cast import DESA, FAR_DESA, OPENED_ON, REGENCY, Office

PUTARAN = ("camat", "cici", "capil", "sdm", "sosi", "kpa")
"""Who agrees to a round with people in two kecamatan, in the order of the shipped procedure."""
KEPUTUSAN = ("laila", "kadis", "asti", "sekda", "bupati")
FACES = (("Orang", "12"), ("Iuran", "Rp604.800"))


@dataclass
class Renaming:
    """A kind of route whose end renames Tamu. What it is told can be changed by a test."""

    name: str
    places: Sequence[str] = (DESA, FAR_DESA)
    chain: str = "putaran"
    fails: str = ""
    url: str = "/"
    renamed: Callable[[str], str] = "{}!".format
    returned: list[str] = field(default_factory=list)


@contextmanager
def renaming(name: str = "test.rename", **told: object) -> Iterator[Renaming]:
    """Register the kind within the block."""
    made = Renaming(name, **told)  # type: ignore[arg-type]

    def finished(subject_id: str) -> None:
        user = User.objects.get(pk=subject_id)
        User.objects.filter(pk=subject_id).update(name=made.renamed(user.name))
        if made.fails:
            raise PayungError(made.fails)

    route_kinds.route_kind(
        name,
        chain=lambda subject_id: made.chain,
        title="Ganti nama",
        version=lambda subject_id: User.objects.get(pk=subject_id).name,
        places=lambda subject_id: made.places,
        url=lambda subject_id: made.url,
        returned=lambda subject_id, reason: made.returned.append(reason),
    )(finished)
    try:
        yield made
    finally:
        del route_kinds.ROUTE_KINDS[name]


def opened(
    office: Office, kind: Renaming, maker: str = "budi", faces: Sequence[tuple[str, str]] = FACES
) -> Route:
    """A route about Tamu that somebody opens."""
    with office.acting(maker):
        return open_route(kind.name, office.user("tamu"), summary="Ganti nama Tamu", faces=faces)


def agree(office: Office, route: Route, *who: str) -> Route:
    """Each of these agrees, one after the other; the route as it stands then."""
    for one in who:
        with office.acting(one):
            route = decide_stop(route, Verdict.APPROVED)
    return route


def deputise(office: Office, who: str, of: str) -> Tenure:
    """Let somebody sit on the chair of another as Plh."""
    with acting_in(whole(REGENCY)):
        found: Tenure = Tenure.objects.create(
            regency_code=REGENCY, user=office.user(who), post=office.tenure(of).post, kind=Tenure.Kind.DAILY,
            valid_from=OPENED_ON, valid_to="2099-12-31",
        )  # fmt: skip
    return found


def scope_in(tenure: Tenure) -> Scope:
    """The scope of whoever acts in this post."""
    with acting_in(whole(REGENCY)):
        held = Tenure.objects.select_related("post", "user").get(pk=tenure.pk)
        return scope_of(held.user, held)
