"""Two at once (trust.md R5): exactly one decision wins, the other reads who was quicker; nothing is applied twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from django.db import connection, transaction

from payung.access.models import User
from payung.access.policy import Action
from payung.approval import kinds, services
from payung.approval.models import Proposal
from payung.approval.queries import mine, waiting
from payung.approval.rules import Verdict
from payung.audit.models import Event
from payung.core.errors import PayungError
from tests.office.cast import DESA, Office

Act = Callable[[], object]


@pytest.fixture
def renaming() -> Iterator[str]:
    """A kind of proposal that renames a user, and counts in the name how often it was applied."""

    def version(subject_id: str, payload: Mapping[str, Any]) -> str:
        return User.objects.get(pk=subject_id).name

    def apply(subject_id: str, payload: Mapping[str, Any]) -> None:
        user = User.objects.get(pk=subject_id)
        User.objects.filter(pk=subject_id).update(name=f"{user.name}{payload['add']}")
        if payload.get("fails"):
            raise PayungError("Tidak dapat diterapkan.")

    kinds.kind("test.rename", "Ganti nama", Action.REMOVAL_CHECK, version)(apply)
    yield "test.rename"
    del kinds.KINDS["test.rename"]


def propose(office: Office, kind: str, maker: str = "desi", place: str = DESA, **payload: Any) -> Proposal:
    with office.acting(maker):
        return services.propose(
            kind,
            office.user("tamu"),
            {"add": "!", **payload},
            summary="Ganti nama",
            reason="uji",
            place=place,
        )


def at_once(*acts: Act) -> list[object]:
    """Run all in threads that start together; what each gave, or its PayungError."""
    gate = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(number: int, act: Act) -> None:
        gate.wait()
        try:
            results[number] = act()
        except PayungError as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def deciding(office: Office, who: str, proposal: Proposal, verdict: Verdict = Verdict.APPROVED) -> Act:
    scope = office.acting

    def act() -> object:
        with scope(who):
            return services.decide(proposal, verdict, "alasan")

    return act


def test_of_eight_decisions_at_once_exactly_one_wins(office: Office, renaming: str) -> None:
    proposal = propose(office, renaming)
    checkers = ["camat", "budi", "wati", "budi"]
    acts = [deciding(office, who, proposal) for who in checkers]
    acts += [deciding(office, who, proposal, Verdict.RETURNED) for who in checkers]
    results = at_once(*acts)
    won = [one for one in results if isinstance(one, Proposal)]
    lost = [str(one) for one in results if isinstance(one, PayungError)]
    assert (len(won), len(lost)) == (1, 7)
    assert won[0].decided_by
    name = won[0].decided_by.name
    assert all(f"sudah diproses oleh {name}" in words for words in lost)
    assert office.user("tamu").name == ("Tamu!" if won[0].verdict == Verdict.APPROVED else "Tamu")
    with office.acting("admin"):
        assert Event.objects.filter(action__in=["approval.approved", "approval.refused"]).count() == 1


def test_a_withdrawal_and_a_decision_at_once_end_in_one_of_them(office: Office, renaming: str) -> None:
    proposal = propose(office, renaming)

    def take_back() -> object:
        with office.acting("desi"):
            services.withdraw(proposal)
        return "ditarik"

    results = at_once(take_back, deciding(office, "budi", proposal))
    assert sum(isinstance(one, PayungError) for one in results) == 1
    with office.acting("budi"):
        after = Proposal.objects.get(pk=proposal.pk)
    assert (after.withdrawn_at is None) is (office.user("tamu").name == "Tamu!")


def test_two_proposals_for_one_subject_at_once_leave_one(office: Office, renaming: str) -> None:
    results = at_once(*[lambda: propose(office, renaming)] * 6)
    assert sum(isinstance(one, Proposal) for one in results) == 1
    assert all("sudah ada" in str(one) for one in results if isinstance(one, PayungError))


def test_what_was_edited_meanwhile_is_not_approved(office: Office, renaming: str) -> None:
    proposal = propose(office, renaming)
    User.objects.filter(username="tamu").update(name="Tamu Baru")
    with office.acting("budi"):
        assert services.is_stale(proposal)
        with pytest.raises(PayungError, match="sudah diubah"):
            services.decide(proposal, Verdict.APPROVED)
        assert Proposal.objects.get(pk=proposal.pk).is_open
        assert services.decide(proposal, Verdict.RETURNED, "basi").state == "Dikembalikan"
    assert office.user("tamu").name == "Tamu Baru"


def test_what_cannot_be_applied_leaves_everything_as_it_was(office: Office, renaming: str) -> None:
    proposal = propose(office, renaming, fails=True)
    with office.acting("admin"):
        before = Event.objects.count()
    with office.acting("budi"), pytest.raises(PayungError, match="Tidak dapat diterapkan"):
        services.decide(proposal, Verdict.APPROVED)
    assert office.user("tamu").name == "Tamu"
    with office.acting("budi"):
        assert Proposal.objects.get(pk=proposal.pk).is_open
    with office.acting("admin"):
        assert Event.objects.count() == before


def test_sending_back_needs_a_reason(office: Office, renaming: str) -> None:
    proposal = propose(office, renaming)
    with office.acting("budi"), pytest.raises(PayungError, match="Alasan"):
        services.decide(proposal, Verdict.RETURNED, "  ")


def test_the_queue_shows_what_one_may_decide_oneself(office: Office, renaming: str) -> None:
    here = propose(office, renaming)
    seen = {}
    for who in ("desi", "joko", "camat", "budi", "wati", "rina", "siti", "kukar"):
        with office.acting(who):
            seen[who] = [one.pk for one in waiting()]
    assert {who for who, found in seen.items() if found == [here.pk]} == {"camat", "budi", "wati"}
    assert all(not found for who, found in seen.items() if who not in {"camat", "budi", "wati"})
    with office.acting("desi"):
        assert [one.pk for one in mine()] == [here.pk]


def test_proposals_of_another_territory_do_not_exist(office: Office, renaming: str) -> None:
    proposal = propose(office, renaming)
    for who, status in (
        ("camat", 200),
        ("desi", 200),
        ("joko", 404),
        ("kukar", 404),
        ("siti", 403),
        ("rina", 200),
        ("bona", 403),
    ):
        assert office.client(who).get(f"/persetujuan/{proposal.pk}/").status_code == status, who


def test_a_decision_by_the_page_and_the_second_click(office: Office, renaming: str) -> None:
    proposal = propose(office, renaming)
    url = f"/persetujuan/{proposal.pk}/"
    page = office.client("camat").get(url).content.decode()
    assert "Simpan putusan" in page
    assert "uji" in page
    assert office.client("camat").post(url, {"verdict": "setuju"}).status_code == 303
    again = office.client("budi").post(url, {"verdict": "setuju"}, follow=True).content.decode()
    assert "sudah diproses oleh Pak Camat" in again
    assert office.user("tamu").name == "Tamu!"
    assert "Simpan putusan" not in again


def test_two_people_are_demanded_by_the_database_too(office: Office, renaming: str) -> None:
    from django.db import IntegrityError
    from django.utils import timezone

    proposal = propose(office, renaming)
    with office.acting("desi"), pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(
            decided_at=timezone.now(), decided_by=office.user("desi"), verdict="setuju"
        )


def test_what_a_proposal_holds_is_sealed_in_the_table(office: Office, renaming: str) -> None:
    propose(office, renaming, secret="6401014108900001")
    with office.acting("budi"), connection.cursor() as cursor:
        cursor.execute("SELECT payload, changes, reason FROM approval_proposal")
        assert "6401014108900001" not in str(cursor.fetchall())
