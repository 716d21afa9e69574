"""From draft to force: versions, the chain, signing, addenda, ends, alarms."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from payung.agreement import queries, services, signing_services
from payung.agreement.models import Agreement, AgreementEnd, AgreementFile
from payung.agreement.rules import Kind, Section, Segment, State, Terms
from payung.agreement.storing import content_of
from payung.approval.models import Route
from payung.approval.route_queries import route_of
from payung.approval.route_services import decide_stop, withdraw_route
from payung.approval.rules import Verdict
from payung.audit.models import Event
from payung.core.errors import PayungError
from payung.enrolment.models import Decree
from payung.vault.stored import stored
from tests.office.agreement_desk import (
    SCAN,
    addendum,
    approved,
    drafted,
    pks,
    sent,
    signed,
    umbrella,
    with_parties,
)
from tests.office.cast import Office


def route(agreement: Agreement) -> Route:
    found = route_of("agreement.agreement", agreement.pk)
    assert found is not None
    return found


def renamed(title: str) -> services.Change:
    return lambda _old, terms: (title, terms)


def clause(section: Section, text: str) -> services.Change:
    def change(title: str, terms: Terms) -> tuple[str, Terms]:
        clauses = {**terms.content.clauses, section: text}
        return title, replace(terms, content=replace(terms.content, clauses=clauses))

    return change


def bound(
    office: Office, agreement: Agreement, jkk_idr: int, jkm_idr: int = 0, number: int = 1, sources: Any = None
) -> None:
    """A signed decree under an agreement."""
    with office.acting("budi"):
        Decree.everything.create(
            regency_code="64.01", year=2022, number_in_year=number, instrument="sk", signer_title="BUPATI PASER",
            agreement=agreement, totals={"people": 1, "jkk_idr": jkk_idr, "jkm_idr": jkm_idr, "sources": sources or {}},
            made_at=agreement.made_at, made_by=1, typeset_at=agreement.made_at, approved_at=agreement.made_at,
            approved_version=1, signed_at=agreement.made_at, signed_by=1, signed_how="basah",
        )  # fmt: skip


def test_an_agreement_goes_from_draft_to_force(office: Office) -> None:
    nk = umbrella(office)
    draft = drafted(
        office,
        Kind.PKS,
        date(2022, 10, 1),
        date(2022, 12, 31),
        parent=nk,
        segments=[Segment.BPU],
        ceiling_idr=10,
    )
    with office.acting("budi"):
        assert queries.standing_of(draft).state(date(2022, 10, 1)) is State.DRAFT
        assert queries.in_force(date(2022, 10, 1), "BPU") is None
    ready = approved(office, draft)
    with office.acting("budi"):
        assert queries.standing_of(ready).state(date(2022, 10, 1)) is State.APPROVED
        paper = queries.paper_of(ready)
        assert paper is not None
        assert ready.approved_sha256 == paper.sha256
        assert content_of(paper).startswith(b"%PDF-")
        assert stored(paper.path).read_bytes()[:5] != b"%PDF-"  # sealed
        with signing_services.scanned(io.BytesIO(SCAN), "a.pdf") as kept:
            signing_services.sign(
                ready,
                ready.version,
                number=" 2/PKS ",
                partner_number="9",
                signed_on=date(2022, 9, 30),
                scan=kept,
            )
        done = services.now_of(ready)
        assert done.number == "2/PKS"
        assert queries.in_force(date(2022, 9, 30), "BPU") is None
        assert queries.in_force(date(2022, 10, 1), "BPU") == done
        assert queries.in_force(date(2022, 12, 31), "BPU") == done
        assert queries.in_force(date(2023, 1, 1), "BPU") is None
        assert queries.in_force(date(2022, 10, 1), "PU") is None
        told = [
            one.action
            for one in Event.objects.filter(subject_type="agreement.agreement", subject_id=str(done.pk))
        ]
    assert told == [
        "agreement.drafted", "agreement.sent", "agreement.approved", "agreement.signed",
    ]  # fmt: skip


def test_a_change_from_a_page_that_is_out_of_date_is_refused(office: Office) -> None:
    draft = drafted(office)
    with office.acting("budi"):
        services.change_agreement(draft, draft.version, "pokok", renamed("Judul Pak Budi"))
    with office.acting("laila"), pytest.raises(PayungError, match="sudah diubah orang lain"):
        services.change_agreement(draft, draft.version, "pokok", renamed("Judul Bu Laila"))
    with office.acting("laila"):
        assert services.now_of(draft).title == "Judul Pak Budi"


def test_what_goes_round_cannot_be_changed_until_it_is_taken_back(office: Office) -> None:
    draft = sent(office, drafted(office))
    with office.acting("budi"):
        assert queries.standing_of(draft).state(date(2022, 9, 1)) is State.SENT
        with pytest.raises(PayungError, match="sedang beredar"):
            services.change_agreement(draft, draft.version, "pokok", renamed("Lain"))
        with pytest.raises(PayungError, match="sedang beredar"):
            services.cancel_draft(draft, "salah jenis")
        withdraw_route(route(draft))
        changed = services.change_agreement(draft, draft.version, "pokok", renamed("Lain"))
    assert (changed.title, changed.version) == ("Lain", draft.version + 1)


def test_saving_what_stands_there_makes_no_version_and_keeps_the_approval(office: Office) -> None:
    ready = approved(office, drafted(office))
    with office.acting("budi"):
        same = services.change_agreement(ready, ready.version, "pokok", renamed(ready.title))
        assert services.now_of(same).is_approved
        assert services.now_of(same).version == ready.version


def test_a_draft_that_lacks_something_is_not_sent_and_leaves_no_file(office: Office) -> None:
    draft = drafted(office)
    with office.acting("budi"):
        broken = services.change_agreement(draft, draft.version, "pasal", clause(Section.TERM, ""))
        with (
            pytest.raises(PayungError, match="Jangka Waktu belum ada isinya"),
            signing_services.papered(broken, "f4"),
        ):
            pytest.fail("it was typeset all the same")
        assert AgreementFile.objects.count() == 0
        assert Route.objects.count() == 0


def test_a_draft_changed_while_its_paper_was_made_is_not_sent(office: Office) -> None:
    draft = drafted(office)
    with office.acting("budi"):
        gone = []

        def sending() -> None:
            with signing_services.papered(draft, "f4") as kept:
                gone.append(stored(kept.path))
                services.change_agreement(draft, draft.version, "pokok", renamed("Lain"))
                signing_services.send(draft, draft.version, kept)

        with pytest.raises(PayungError, match="sudah diubah"):
            sending()
        assert [one.exists() for one in gone] == [False]
        assert AgreementFile.objects.count() == 0


def test_an_approval_is_of_one_version_alone(office: Office) -> None:
    ready = approved(office, drafted(office))
    with office.acting("budi"):
        changed = services.change_agreement(
            ready, ready.version, "pokok", renamed("Diubah sesudah disetujui")
        )
        assert not changed.is_approved
        with (
            pytest.raises(PayungError, match="belum disetujui"),
            signing_services.scanned(io.BytesIO(SCAN), "a.pdf") as kept,
        ):
            signing_services.sign(
                changed,
                changed.version,
                number="1",
                partner_number="2",
                signed_on=date(2022, 9, 1),
                scan=kept,
            )
        assert not stored(kept.path).exists()


def test_a_draft_behind_the_back_of_its_chain_cannot_be_approved(office: Office) -> None:
    draft = sent(office, drafted(office))
    with office.acting("budi"):
        Agreement.objects.filter(pk=draft.pk).update(version=draft.version + 1)
    with office.acting("laila"), pytest.raises(PayungError, match="sudah diubah"):
        decide_stop(route(draft), Verdict.APPROVED)


def test_a_draft_that_was_sent_back_can_be_mended_and_sent_again(office: Office) -> None:
    draft = sent(office, drafted(office))
    with office.acting("laila"):
        decide_stop(route(draft), Verdict.RETURNED, "Pasal 3 belum jelas.")
    with office.acting("budi"):
        mended = services.change_agreement(
            draft, draft.version, "pasal", clause(Section.PERFORMANCE, "Jelas.")
        )
    ready = approved(office, mended)
    assert ready.is_approved
    with office.acting("budi"):
        assert route(ready).attempt == 2


def test_a_number_that_is_used_already_is_refused_by_whose_it_is(office: Office) -> None:
    nk = umbrella(office)
    other = approved(office, drafted(office, title="Sinergi kedua"))
    for number, partner in (("1/NK/2022", "lain"), ("lain", "PER/1/NK/2022")):
        with (
            office.acting("budi"),
            pytest.raises(PayungError, match=f"sudah dipakai {nk.title}"),
            signing_services.scanned(io.BytesIO(SCAN), "a.pdf") as kept,
        ):
            signing_services.sign(
                other,
                other.version,
                number=number,
                partner_number=partner,
                signed_on=date(2022, 9, 2),
                scan=kept,
            )
    with office.acting("budi"):
        assert services.now_of(other).signed_at is None
        assert AgreementFile.objects.filter(agreement=other, kind="pindaian").count() == 0


def test_a_pks_is_signed_only_below_a_signed_umbrella(office: Office) -> None:
    nk = drafted(office)
    below = approved(
        office, drafted(office, Kind.PKS, date(2023, 1, 1), date(2023, 12, 31), parent=nk, ceiling_idr=5)
    )
    with office.acting("budi"):
        assert "belum ditandatangani" in signing_services.signable(below)
    signed(office, nk, "1/NK")
    with office.acting("budi"):
        assert signing_services.signable(services.now_of(below)) == ""


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE agreement_agreement SET ceiling_idr = 1 WHERE id = %s",
        "UPDATE agreement_agreement SET content = '{}' WHERE id = %s",
        "DELETE FROM agreement_agreement WHERE id = %s",
        "UPDATE agreement_agreementfile SET sha256 = 'x' WHERE agreement_id = %s",
        "DELETE FROM agreement_agreementend WHERE agreement_id = %s",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_signed(office: Office, statement: str) -> None:
    nk = umbrella(office)
    with office.acting("budi"):
        signing_services.end_agreement(nk, date(2023, 8, 31), "Diganti yang baru.")
        with (
            pytest.raises(IntegrityError, match="never changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, [nk.pk])


def test_an_addendum_changes_term_ceiling_and_articles_once_it_is_signed(office: Office) -> None:
    one = pks(office, umbrella(office))
    draft = addendum(
        office, one, date(2022, 11, 1), {"valid_to": date(2023, 1, 31), "ceiling_idr": 2_000_000_000}
    )
    with office.acting("budi"):
        draft = services.change_agreement(
            draft, draft.version, "pasal", clause(Section.PAYMENT, "Dibayar paling banyak {pagu}.")
        )
        before = queries.standing_of(one)
        assert (before.last_day, before.terms.ceiling_idr) == (date(2022, 12, 31), 1_626_307_200)
    made = signed(office, draft, "1/AD/2022", date(2022, 10, 31))
    with office.acting("budi"):
        after = queries.standing_of(one)
        assert after.addenda == (made,)
        assert (after.last_day, after.terms.ceiling_idr) == (date(2023, 1, 31), 2_000_000_000)
        assert after.terms.content.clauses[Section.PAYMENT] == "Dibayar paling banyak {pagu}."
        assert after.terms_on(date(2022, 10, 31)).ceiling_idr == 1_626_307_200
        assert queries.in_force(date(2023, 1, 31), "BPU") == one
        assert services.now_of(one).valid_to == date(2022, 12, 31)  # what was signed stands as it was


def test_addenda_are_numbered_one_at_a_time(office: Office) -> None:
    one = pks(office, umbrella(office))
    first = addendum(office, one, date(2022, 11, 1), {"ceiling_idr": 1_700_000_000})
    with office.acting("budi"):
        with pytest.raises(PayungError, match="Adendum Pertama sudah ada drafnya"):
            services.draft_addendum(one, date(2022, 11, 1))
        services.cancel_draft(first, "tidak jadi")
        again = services.draft_addendum(one, date(2022, 11, 1))
        assert (again.ordinal, first.ordinal) == (1, 1)
        with pytest.raises(PayungError, match="hanya untuk"):
            services.draft_addendum(again, date(2022, 11, 1))


def test_a_ceiling_cut_below_what_decrees_bind_is_refused_by_how_much(office: Office) -> None:
    one = pks(office, umbrella(office))
    bound(office, one, 900_000_000, 600_000_000)
    lower = addendum(office, one, date(2022, 11, 1), {"ceiling_idr": 1_499_000_000})
    with office.acting("budi"):
        assert queries.committed_idr(one) == 1_500_000_000
        assert queries.room_idr(one, date(2022, 11, 1)) == 126_307_200
        with (
            pytest.raises(PayungError, match=r"kurang Rp1\.000\.000 dari yang sudah diikat"),
            signing_services.papered(lower, "f4"),
        ):
            pytest.fail("it was typeset all the same")


def test_a_decree_signed_while_a_cut_went_round_keeps_the_cut_from_being_signed(office: Office) -> None:
    one = pks(office, umbrella(office))
    lower = approved(office, addendum(office, one, date(2022, 11, 1), {"ceiling_idr": 1_000_000_000}))
    bound(office, one, 1_000_000_001)
    with (
        office.acting("budi"),
        pytest.raises(PayungError, match="kurang Rp1 dari"),
        signing_services.scanned(io.BytesIO(SCAN), "a.pdf") as kept,
    ):
        signing_services.sign(
            lower, lower.version, number="7", partner_number="8", signed_on=date(2022, 10, 30), scan=kept
        )


def test_an_amendment_binds_what_it_needs_besides_what_it_frees(office: Office) -> None:
    one = pks(office, umbrella(office))
    bound(office, one, 900, 600, sources={"apbd-kabupaten": {"people": 1, "jkk_idr": 900, "jkm_idr": 600}})
    changes = {
        "apbd-kabupaten": {"freed": [100, 68], "needed": [200, 136]},
        "csr": {"freed": [0, 0], "needed": [10, 7]},
    }
    bound(office, one, 0, 0, 2, changes)
    with office.acting("budi"):
        assert queries.committed_idr(one) == 1500 + 168 + 17


def test_an_end_before_the_term_is_told_once_and_ends_it(office: Office) -> None:
    nk = umbrella(office)
    one = pks(office, nk)
    with office.acting("laila"):
        with pytest.raises(PayungError, match="1/PKS/2022 di bawahnya masih berlaku"):
            signing_services.end_agreement(nk, date(2022, 11, 30), "Disepakati.")
        with pytest.raises(PayungError, match="antara 1 Oktober 2022 dan 31 Desember 2022"):
            signing_services.end_agreement(one, date(2023, 1, 1), "Disepakati.")
        signing_services.end_agreement(one, date(2022, 11, 30), "Disepakati.")
        with pytest.raises(PayungError, match="sudah diakhiri 30 November 2022; dicatat oleh Bu Laila"):
            signing_services.end_agreement(one, date(2022, 10, 31), "Lagi.")
        assert queries.in_force(date(2022, 11, 30), "BPU") == one
        assert queries.in_force(date(2022, 12, 1), "BPU") is None
        assert queries.standing_of(one).state(date(2022, 12, 1)) is State.ENDED
        signing_services.end_agreement(nk, date(2022, 11, 30), "Disepakati.")
        assert AgreementEnd.objects.count() == 2


def test_an_alarm_rings_before_the_end_unless_another_goes_on(office: Office) -> None:
    nk = umbrella(office)
    one = pks(office, nk)
    with office.acting("budi"):
        days = [date(2022, 10, 1), date(2022, 10, 2), date(2022, 12, 1), date(2022, 12, 24), date(2023, 1, 1)]
        rung = [[(it.standing.agreement.pk, it.days, it.alarm) for it in queries.ending(on)] for on in days]
        assert rung == [[], [(one.pk, 90, 90)], [(one.pk, 30, 30)], [(one.pk, 7, 7)], []]
    pks(office, nk, date(2023, 1, 1), date(2023, 12, 31), number="2/PKS", segments=Segment)
    with office.acting("budi"):
        assert queries.ending(date(2022, 12, 24)) == []


def test_annexes_come_as_pdf_or_workbook_sealed_and_named_by_their_hash(office: Office) -> None:
    draft = drafted(office)
    workbook = io.BytesIO()
    with zipfile.ZipFile(workbook, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    files: list[tuple[Any, str]] = [(io.BytesIO(SCAN), "Petugas.pdf"), (workbook, "C:\\data\\Jadwal.XLSX")]
    with office.acting("budi"):
        for file, name in files:
            services.add_annex(services.now_of(draft), services.now_of(draft).version, "Lampiran", file, name)
        services.add_annex(services.now_of(draft), services.now_of(draft).version, "Di kertas", None)
        now = services.now_of(draft)
        kept = list(AgreementFile.objects.order_by("pk"))
        assert [one.name for one in kept] == ["Petugas.pdf", "Jadwal.XLSX"]
        assert [one.sha256 for one in now.terms.content.annexes] == [kept[0].sha256, kept[1].sha256, ""]
        assert content_of(kept[0]) == SCAN
        assert stored(kept[0].path).read_bytes()[:5] != b"%PDF-"
        before = set(stored(kept[0].path).parent.iterdir())
        with pytest.raises(PayungError, match="sudah menjadi lampiran"):
            services.add_annex(now, now.version, "Lagi", io.BytesIO(SCAN), "lagi.pdf")
        services.remove_annex(now, now.version, 1)
        assert [one.title for one in services.now_of(draft).terms.content.annexes] == [
            "Lampiran",
            "Di kertas",
        ]
        assert set(stored(kept[0].path).parent.iterdir()) == before  # nothing is left of what was refused


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "kosong.pdf", "kosong"),
        (b"MZ\x90\0", "naskah.pdf", "bukan PDF"),
        (SCAN, "naskah.docx", "bukan PDF"),
        (b"PK\x03\x04rusak", "jadwal.xlsx", "bukan PDF"),
        (b"%PDF-" + b"0" * (20 * 1024 * 1024), "besar.pdf", "lebih besar dari 20 MB"),
    ],
)
def test_other_files_are_refused_by_what_stands_in_them(
    office: Office, content: bytes, name: str, words: str
) -> None:
    draft = drafted(office)
    with office.acting("budi"):
        with pytest.raises(PayungError, match=words):
            services.add_annex(draft, draft.version, "Lampiran", io.BytesIO(content), name)
        assert AgreementFile.objects.count() == 0
        assert services.now_of(draft).version == draft.version


def test_bpjs_reads_what_is_signed_and_nothing_before(office: Office) -> None:
    nk = umbrella(office)
    draft = drafted(office, title="Rahasia dagang")
    with office.acting("bona"):
        assert list(queries.readable()) == [nk]
    with office.acting("kukar"):
        assert list(queries.readable()) == []
        assert queries.in_force(date(2022, 10, 1), "BPU") is None
    with office.acting("audi"):
        assert set(queries.readable()) == {nk, draft}


def test_the_draft_of_a_pks_takes_the_parties_of_its_umbrella(office: Office) -> None:
    nk = umbrella(office)
    with office.acting("budi"):
        made = services.draft_agreement(
            Kind.PKS,
            valid_from=date(2023, 1, 1),
            valid_to=date(2023, 12, 31),
            segments=[Segment.PU],
            parent=nk,
        )
        assert made.terms.content.second == nk.terms.content.second
        assert made.title == "Penyelenggaraan Jaminan Sosial Ketenagakerjaan bagi pegawai pemerintah non-ASN"
        with pytest.raises(PayungError, match="di bawah sebuah Nota Kesepakatan"):
            services.draft_agreement(
                Kind.PKS, valid_from=date(2023, 1, 1), valid_to=date(2023, 12, 31), segments=[Segment.PU]
            )
        with pytest.raises(PayungError, match="bukan Nota Kesepakatan"):
            services.draft_agreement(
                Kind.PKS,
                valid_from=date(2023, 1, 1),
                valid_to=date(2023, 12, 31),
                segments=[Segment.PU],
                parent=made,
            )
    assert with_parties("x", made.terms)[1].content.place == "Tana Paser"
