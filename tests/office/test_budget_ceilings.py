"""Budgets are opened and changed by two people; a cut never falls below what is bound, at proposing nor at applying."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db.models import Sum

from payung.approval.models import Proposal
from payung.approval.rules import Verdict
from payung.approval.services import decide
from payung.audit.models import Event
from payung.budget import services
from payung.budget.ceiling_services import ceilings_of, propose_change, propose_opening
from payung.budget.models import Budget, Movement
from payung.budget.opening import Accounts, Line, Opening
from payung.budget.queries import budgets, budgets_for, movements, standing, years
from payung.budget.rules import Amount
from payung.core.errors import Exit, PayungError
from payung.core.month import Month
from tests.office.cast import Office

JKK, JKM = 968_040_000, 658_267_200
"""32.268 people for three months: Rp1.626.307.200 (Paser, APBD-P 2022)."""
OPENING = Opening(
    Line(2022, "Disnakertrans", "2.07.05.2.02.0005", "Perlindungan pekerja rentan", "apbd-kabupaten"),
    Accounts("5.1.02.02.02.0006", "5.1.02.02.02.0007"),
    Amount(JKK, JKM),
    "DPPA-SKPD 2.07 tanggal 3 Oktober 2022",
)


def opened(office: Office, opening: Opening = OPENING) -> Budget:
    """A budget that Pak Kuasa has asked for and Bu Rina has approved."""
    with office.acting("kpa"):
        proposal = propose_opening(opening)
    approve(office, proposal)
    with office.acting("kpa"):
        return budgets().get(source=opening.line.source, year=opening.line.year)


def approve(office: Office, proposal: Proposal, who: str = "rina") -> None:
    with office.acting(who):
        decide(proposal, Verdict.APPROVED)


def change(office: Office, line: Budget, new: Amount, accounts: Accounts = OPENING.accounts) -> Proposal:
    with office.acting("kpa"):
        return propose_change(line, new, accounts, "DPPA 2")


def test_a_budget_is_there_when_a_second_person_has_approved_it_and_not_before(office: Office) -> None:
    with office.acting("kpa"):
        proposal = propose_opening(OPENING)
        assert not Budget.objects.exists()
        assert proposal.summary == "Anggaran 2022 APBD Kabupaten Paser: Rp1.626.307.200"
        assert ["Pagu JKK", "–", "Rp968.040.000 (5.1.02.02.02.0006)"] in proposal.changes
        with pytest.raises(PayungError, match="Usulan sendiri"):
            decide(proposal, Verdict.APPROVED)
    for who, why in (("laila", "tidak memutus"), ("budi", "tidak memutus")):
        with office.acting(who), pytest.raises(PayungError, match=why):
            decide(proposal, Verdict.APPROVED)
    approve(office, proposal)
    with office.acting("kpa"):
        made = Budget.objects.get()
        stands = standing(made)
        assert (stands.ceiling, stands.left) == (Amount(JKK, JKM), Amount(JKK, JKM))
        assert stands.person_months(Amount(10_000, 6_800)) == 32_268 * 3
        assert stands.lasts_until(Amount(322_680_000, 219_422_400), Month(2022, 10)) == Month(2022, 12)
        assert [one.basis for one in movements(made)] == [OPENING.basis] * 2
        assert set(movements(made).values_list("made_by", flat=True)) == {office.user("rina").pk}
        assert years() == [2022]
        assert list(budgets_for("apbd-kabupaten", 2022)) == [made]
        assert not budgets_for("apbd-kabupaten", 2023).exists()
    with office.acting("audi"):
        assert Event.objects.filter(action="budget.opened", subject_id=str(made.pk)).count() == 1


@pytest.mark.parametrize(
    ("opening", "said"),
    [
        (replace(OPENING, line=replace(OPENING.line, source="tidak-ada")), "Sumber dana tidak-ada tidak ada"),
        (replace(OPENING, line=replace(OPENING.line, year=1999)), "Tahun anggaran"),
        (replace(OPENING, line=replace(OPENING.line, activity_code="kegiatan")), "kode sub-kegiatan"),
        (replace(OPENING, accounts=Accounts("5.1.2", "5.1.2")), "tidak boleh sama"),
        (replace(OPENING, accounts=Accounts("lima", "5.1.2")), "kode rekening"),
        (replace(OPENING, ceilings=Amount(-1, 0)), "di bawah nol"),
    ],
)
def test_what_is_no_budget_is_not_even_proposed(office: Office, opening: Opening, said: str) -> None:
    with office.acting("kpa"):
        with pytest.raises(PayungError, match=said):
            propose_opening(opening)
        assert not Proposal.objects.exists()


def test_the_same_budget_is_proposed_and_opened_once(office: Office) -> None:
    with office.acting("kpa"):
        first = propose_opening(OPENING)
        with pytest.raises(PayungError, match="sudah ada dan menunggu"):
            propose_opening(replace(OPENING, ceilings=Amount(1, 1)))
    approve(office, first)
    with office.acting("kpa"), pytest.raises(PayungError, match="sudah ada"):
        propose_opening(OPENING)


def test_other_payers_of_the_policy_have_budgets_too(office: Office) -> None:
    line = opened(office, replace(OPENING, line=replace(OPENING.line, source="dbh-sawit")))
    assert line.source == "dbh-sawit"


def test_a_ceiling_is_raised_and_cut_by_two_people_with_its_document(office: Office) -> None:
    line = opened(office)
    proposal = change(office, line, Amount(JKK + 10_000, JKM - 6_800))
    assert ["Pagu JKK", "Rp968.040.000", "Rp968.050.000"] in proposal.changes
    assert ["Sisa cukup untuk", "96.804 orang-bulan", "96.803 orang-bulan"] in proposal.changes
    approve(office, proposal)
    with office.acting("kpa"):
        assert standing(line).ceiling == Amount(JKK + 10_000, JKM - 6_800)
        moved = movements(line).filter(basis="DPPA 2")
        assert {one.ceiling.programme: one.amount_idr for one in moved} == {"jkk": 10_000, "jkm": -6_800}
        total = Movement.objects.filter(move="pagu").aggregate(s=Sum("amount_idr"))["s"]
        assert total == standing(line).ceiling.total_idr
    with office.acting("audi"):
        assert Event.objects.filter(action="budget.changed", subject_id=str(line.pk)).count() == 1


def test_the_account_codes_can_be_corrected(office: Office) -> None:
    line = opened(office)
    right = Accounts("5.1.02.02.02.0010", OPENING.accounts.jkm)
    proposal = change(office, line, OPENING.ceilings, right)
    assert ["Rekening JKK", "5.1.02.02.02.0006", "5.1.02.02.02.0010"] in proposal.changes
    approve(office, proposal)
    with office.acting("kpa"):
        assert ceilings_of(line) == (OPENING.ceilings, right)
    with pytest.raises(PayungError, match="Tidak ada yang berubah"):
        change(office, line, OPENING.ceilings, right)


def test_a_cut_below_what_is_reserved_and_committed_is_refused_by_how_much_when_it_is_proposed(
    office: Office,
) -> None:
    line = opened(office)
    with office.acting("kpa"):
        services.reserve(line, Amount(600, 300), "putaran:1", person_months=1)
        services.commit(
            line, Amount(400, 200), "sk:1", reserved_key="putaran:1", person_months=1, basis="SK 1"
        )
    with pytest.raises(PayungError) as refused:
        change(office, line, Amount(JKK, 250))
    assert refused.value.exit_code is Exit.MONEY
    assert refused.value.message == (
        "Pagu JKM (5.1.02.02.02.0007) tidak dapat menjadi Rp250: Rp100 sudah dicadangkan dan Rp200 sudah terikat, "
        "kurang Rp50."
    )
    assert change(office, line, Amount(JKK, 300)).is_open


def test_a_cut_that_was_lawful_when_proposed_is_refused_when_money_was_bound_meanwhile(
    office: Office,
) -> None:
    line = opened(office)
    proposal = change(office, line, Amount(500, JKM))
    with office.acting("kpa"):
        services.reserve(line, Amount(501, 0), "putaran:1", person_months=1)
    with office.acting("rina"), pytest.raises(PayungError, match=r"JKK .* menjadi Rp500.* kurang Rp1\."):
        decide(proposal, Verdict.APPROVED)
    with office.acting("kpa"):
        assert standing(line).ceiling == Amount(JKK, JKM)
        assert Proposal.objects.get(pk=proposal.pk).is_open
        services.release(line, "putaran:1")
    approve(office, proposal)
    with office.acting("kpa"):
        assert standing(line).ceiling == Amount(500, JKM)


def test_a_change_of_a_budget_that_was_changed_meanwhile_is_stale(office: Office) -> None:
    line = opened(office)
    proposal = change(office, line, Amount(500, 500))
    with office.acting("kpa"):
        services.set_ceilings(line, Amount(JKK, JKM), Amount(JKK, JKM + 1), "pagu:lain", basis="x")
        with pytest.raises(PayungError, match=r"sekarang Rp968.040.000, bukan Rp1: sudah diubah"):
            services.set_ceilings(line, Amount(1, 1), Amount(2, 2), "pagu:salah", basis="x")
    with office.acting("rina"), pytest.raises(PayungError, match="sudah diubah sejak"):
        decide(proposal, Verdict.APPROVED)


def test_a_verifier_may_propose_and_the_budget_holder_checks(office: Office) -> None:
    with office.acting("budi"):
        proposal = propose_opening(OPENING)
    approve(office, proposal, "kpa")
    with office.acting("budi"):
        assert Budget.objects.count() == 1
