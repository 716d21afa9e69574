"""The same person twice in the registry: one proposes, another agrees, nothing that was observed is lost."""

from __future__ import annotations

import uuid

import pytest

from payung.approval import services as approval
from payung.approval.models import Proposal
from payung.approval.rules import Verdict as Answer
from payung.core.errors import PayungError
from payung.registry.models import Observation, Person
from payung.registry.people_services import unmerge
from payung.screening import removal_services, services
from payung.screening.models import Pair
from payung.screening.rules import Verdict
from tests.office.cast import DESA, OTHER_DESA, Office
from tests.office.registry_rows import row, save
from tests.office.review_rows import pair, run

URL = "/penyaringan/keluar/"


def twice(office: Office) -> tuple[Pair, Person, Person]:
    """Two rows that became two people, and the pair of them, called the same."""
    with office.acting("budi"):
        full = row(row_id="l1")
        poor = row(
            row_id="r1", nik="6401045708900030", name="Siti Aminnah", phone=None, mother_name=None,
            desa_code=OTHER_DESA, birth_on=None,
        )  # fmt: skip
        save(full, poor)
        one = pair(run(), 1, place_r=f"{OTHER_DESA}/005")
        services.decide(one, Verdict.SAME, version=1)
        people = {seen.row_id: seen.person for seen in Observation.objects.all()}
        assert people["l1"].pk != people["r1"].pk
        return Pair.objects.get(pk=one.pk), people["l1"], people["r1"]


def test_removal_takes_two_people_and_keeps_the_history(office: Office) -> None:
    _one, stays, leaves = twice(office)
    budi = office.client("budi")
    page = budi.get(URL).content.decode()
    assert "Siti Aminnah" in page
    sent = {"pair": str(_one.pk), "reason": "dua kali terdata", "once": str(uuid.uuid4())}
    assert budi.post(f"{URL}usul/", sent).status_code == 303
    with office.acting("budi"):
        proposal = Proposal.objects.get()
        assert proposal.subject_id == str(leaves.pk)
        assert "NIK" not in proposal.summary
        with pytest.raises(PayungError, match="orang lain"):
            approval.decide(proposal, Answer.APPROVED)
        assert Person.objects.get(pk=leaves.pk).is_live
    with office.acting("camat"):  # the two live in different villages
        approval.decide(Proposal.objects.get(), Answer.APPROVED)
    with office.acting("budi"):
        gone = Person.objects.get(pk=leaves.pk)
        assert gone.merged_into_id == stays.pk
        assert Observation.objects.filter(person=gone).count() == 1
        assert removal_services.removals() == []
        assert unmerge(gone, reason="ternyata dua orang").is_live


def test_an_undone_decision_makes_the_proposal_stale(office: Office) -> None:
    one, _stays, leaves = twice(office)
    with office.acting("budi"):
        removal_services.propose_removal(one, leaves, reason="dua kali terdata")
        with pytest.raises(PayungError, match="sudah ada"):
            removal_services.propose_removal(one, leaves, reason="dua kali terdata")
        services.undo(one, version=one.version)
    with office.acting("wati"), pytest.raises(PayungError, match="sudah diubah"):
        approval.decide(Proposal.objects.get(), Answer.APPROVED)


def test_different_people_need_nobody_else_and_lose_nothing(office: Office) -> None:
    one, left, right = twice(office)
    with office.acting("budi"):
        services.decide(one, Verdict.DIFFERENT, version=one.version)
        assert removal_services.removals() == []
        with pytest.raises(PayungError, match="Tidak ada yang perlu"):
            removal_services.propose_removal(Pair.objects.get(pk=one.pk), right, reason="salah tekan")
        assert Person.objects.filter(pk__in=[left.pk, right.pk], merged_into__isnull=True).count() == 2


def test_nothing_is_proposed_without_a_choice_and_a_reason(office: Office) -> None:
    one, *_ = twice(office)
    budi = office.client("budi")
    for sent in ({"reason": "dua kali terdata"}, {"pair": str(one.pk), "reason": ""}):
        assert budi.post(f"{URL}usul/", sent | {"once": str(uuid.uuid4())}).status_code == 422
    with office.acting("budi"):
        assert not Proposal.objects.exists()
    assert DESA in one.place_l
