"""Two at once about one agreement: one is first, the other is told; nothing is half done, no file is left over."""

from __future__ import annotations

import io
from datetime import date

from payung.agreement import queries, services, signing_services
from payung.agreement.models import Agreement, AgreementEnd, AgreementFile, AgreementTemplate
from payung.agreement.paper import shipped
from payung.agreement.rules import Kind, Terms
from payung.agreement.template_services import save_template
from payung.approval.models import Route
from payung.audit.models import Event
from payung.vault.stored import stored
from tests.office.agreement_desk import SCAN, approved, drafted, umbrella
from tests.office.cast import Office
from tests.office.test_approval_races import Act, at_once

PEOPLE = ("budi", "wati", "laila")


def told(results: list[object], words: str) -> int:
    """How many were refused in these words; everybody else got through."""
    return sum(words in str(one) for one in results)


def changing(office: Office, who: str, agreement: Agreement) -> Act:
    def change(_title: str, terms: Terms) -> tuple[str, Terms]:
        return f"Judul {who}", terms

    def act() -> object:
        with office.acting(who):
            return services.change_agreement(agreement, agreement.version, "pokok", change).title

    return act


def sending(office: Office, who: str, agreement: Agreement) -> Act:
    def act() -> object:
        with office.acting(who), signing_services.papered(agreement, "f4") as kept:
            return signing_services.send(agreement, agreement.version, kept).pk

    return act


def signing(office: Office, who: str, agreement: Agreement, number: str) -> Act:
    def act() -> object:
        with office.acting(who), signing_services.scanned(io.BytesIO(SCAN), "pindaian.pdf") as scan:
            signing_services.sign(
                agreement, agreement.version, number=number, partner_number=f"P{agreement.pk}", signed_on=date(2022, 9, 1), scan=scan
            )  # fmt: skip
            return who

    return act


def ending(office: Office, who: str, agreement: Agreement) -> Act:
    def act() -> object:
        with office.acting(who):
            return signing_services.end_agreement(agreement, date(2022, 10, 31), who).pk

    return act


def left_over() -> list[str]:
    """Sealed files of agreements that no row names."""
    named = {stored(one.path) for one in AgreementFile.objects.all()}
    return sorted(path.name for path in stored("perjanjian/64.01/x").parent.iterdir() if path not in named)


def test_of_changes_at_once_one_is_kept_and_the_others_are_told(office: Office) -> None:
    draft = drafted(office)
    results = at_once(*(changing(office, who, draft) for who in PEOPLE))
    assert told(results, "sudah diubah orang lain") == len(PEOPLE) - 1
    with office.acting("budi"):
        now = services.now_of(draft)
        assert now.version == draft.version + 1
        assert now.title in results


def test_a_draft_sent_by_several_at_once_goes_round_once(office: Office) -> None:
    draft = drafted(office)
    with office.acting("budi"):
        before = left_over()
    at_once(*(sending(office, who, draft) for who in PEOPLE))
    with office.acting("budi"):
        assert Route.objects.filter(kind="perjanjian").count() == 1
        assert AgreementFile.objects.filter(kind="naskah").count() == 1
        assert Event.objects.filter(action="agreement.sent").count() == 1
        assert left_over() == before


def test_a_change_and_a_sending_at_once_never_let_the_other_paper_go_round(office: Office) -> None:
    draft = drafted(office)
    at_once(sending(office, "budi", draft), changing(office, "laila", draft))
    with office.acting("budi"):
        now = services.now_of(draft)
        for route in Route.objects.filter(kind="perjanjian"):
            # Either nothing was changed, or what goes round can only be sent back or withdrawn.
            version = route.subject_version.partition(":")[0]
            assert (now.version == draft.version) == (int(version) == now.version)


def test_an_agreement_signed_twice_at_once_is_signed_once(office: Office) -> None:
    ready = approved(office, drafted(office))
    with office.acting("budi"):
        before = left_over()
    results = at_once(*(signing(office, who, ready, f"{who}/1") for who in PEOPLE))
    assert told(results, "sudah ditandatangani; dicatat oleh") == len(PEOPLE) - 1
    with office.acting("budi"):
        assert services.now_of(ready).number in {f"{who}/1" for who in results}
        assert AgreementFile.objects.filter(kind="pindaian").count() == 1
        assert Event.objects.filter(action="agreement.signed").count() == 1
        assert left_over() == before


def test_one_number_goes_to_one_of_two_agreements_signed_at_once(office: Office) -> None:
    ready = [approved(office, drafted(office, title=f"Sinergi {n}")) for n in range(2)]
    results = at_once(*(signing(office, who, one, "1/NK") for who, one in zip(PEOPLE, ready, strict=False)))
    assert told(results, "sudah dipakai") == 1
    with office.acting("budi"):
        assert [one.number for one in map(services.now_of, ready)].count("1/NK") == 1


def test_an_end_told_by_two_at_once_is_one(office: Office) -> None:
    nk = umbrella(office)
    results = at_once(*(ending(office, who, nk) for who in PEOPLE))
    assert told(results, "sudah diakhiri 31 Oktober 2022; dicatat oleh") == len(PEOPLE) - 1
    with office.acting("budi"):
        assert AgreementEnd.objects.count() == 1
        assert queries.standing_of(nk).last_day == date(2022, 10, 31)


def test_of_two_texts_saved_at_once_one_is_used_and_the_other_is_told(office: Office) -> None:
    def saving(who: str) -> Act:
        def act() -> object:
            with office.acting(who):
                return save_template(Kind.NK, shipped(Kind.NK) + f"// {who}\n", "", 0).number

        return act

    results = at_once(saving("laila"), saving("budi"))
    assert told(results, "sudah diubah oleh") == 1
    with office.acting("laila"):
        assert AgreementTemplate.objects.count() == 1
