"""The pages of screenings: what each role sees, what is refused in words, and lists that are taken out."""

from __future__ import annotations

import csv
import io
import uuid
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from payung.approval.models import Proposal
from payung.approval.rules import Verdict as Answer
from payung.approval.services import decide as answer
from payung.audit.models import Event
from payung.core.errors import PayungError
from payung.eligibility import export_services, list_views
from payung.eligibility.list_queries import Filters, course_of
from payung.eligibility.models import Assessment, ListExport
from payung.eligibility.queries import figures_of, home_figures, latest
from payung.policy import loader
from payung.registry.models import Observation
from payung.registry.people_services import save_observations
from payung.screening.models import Pair, ScreeningRun
from payung.screening.rules import Verdict
from payung.screening.services import decide
from tests.office.cast import DESA, REGENCY, Office
from tests.office.registry_rows import row
from tests.office.screening_desk import (
    Desk,
    brought,
    desk_brought,
    desk_screened,
    done,
    screened,
)

__all__ = ["brought", "desk_brought", "desk_screened", "done"]
FORM = {"dari": "2022-10", "sampai": "2022-12", "sumber": ["apbd-kabupaten"], "hari": "", "alasan": ""}


def form(**changes: Any) -> dict[str, Any]:
    return {**FORM, "once": str(uuid.uuid4()), **changes}


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_a_verifier_starts_a_screening_sees_how_far_it_is_and_what_came_of_it(brought: Desk) -> None:
    client = brought.office.client("budi")
    assert "Belum ada penyaringan" in text_of(client.get("/kelayakan/"))
    page = text_of(client.get("/kelayakan/mulai/"))
    assert "27 baris daftar ikut disaring." in page
    assert '<option value="2022-10" selected>' in page
    sent = form()
    begun = client.post("/kelayakan/mulai/", sent)
    assert begun.status_code == 303
    assert client.post("/kelayakan/mulai/", sent)["Location"] == begun["Location"], (
        "a double click counts once"
    )
    waiting = text_of(client.get(begun["Location"]))
    assert "Menunggu giliran" in waiting
    assert "hx-get" in waiting
    brought.office.work()
    part = client.get(f"{begun['Location']}keadaan/", headers={"HX-Request": "true"})
    assert part["HX-Refresh"] == "true"
    page = text_of(client.get(begun["Location"]))
    assert "hx-get" not in page
    with brought.office.acting("budi"):
        run = latest()
        assert run
        for said in (
            run.inputs_hash,
            run.screened_hash,
            "Pak Budi",
            "keadaan 15 September 2022",
            "Tanah Grogot",
        ):
            assert said in page


def test_a_screening_that_cannot_be_done_says_why_with_a_way_to_mend_it(office: Office) -> None:
    client = office.client("budi")
    refused = client.post("/kelayakan/mulai/", form())
    assert refused.status_code == 422
    assert "Belum ada daftar yang dapat disaring." in text_of(refused)
    assert 'href="/warga/register/"' in text_of(refused)
    wrong = client.post("/kelayakan/mulai/", form(dari="2022-12", sampai="2022-10", tanpa=["bpjs"]))
    assert wrong.status_code == 422
    assert "Bulan terakhir mendahului bulan pertama." in text_of(wrong)
    assert "Tulis alasan yang dapat dimengerti orang lain." in text_of(wrong)


def test_a_failed_run_shows_its_reason_and_that_the_one_before_still_holds(done: Desk) -> None:
    with done.office.acting("budi"):
        failed = ScreeningRun.objects.create(
            regency_code=REGENCY, number=2, question=latest_question(), failed_at=timezone.now(),
            error="Terlalu banyak NIK rusak.", todo="Periksa daftarnya.",
        )  # fmt: skip
    page = text_of(done.office.client("budi").get(f"/kelayakan/{failed.pk}/"))
    assert "Terlalu banyak NIK rusak." in page
    assert "Penyaringan 1 tetap berlaku." in page


def latest_question() -> dict[str, Any]:
    run = latest()
    assert run
    return dict(run.question)


def test_the_list_is_filtered_masked_and_of_ones_own_territory(done: Desk) -> None:
    office = done.office
    with office.acting("budi"):
        niks = [one.who["nik"] for one in Assessment.objects.all() if one.who["nik"]]
    client = office.client("budi")
    page = text_of(client.get("/kelayakan/hasil/"))
    assert "27 baris" in page
    assert not [nik for nik in niks if nik in page]
    assert f"{niks[0][:4]}********" in page
    for query, said in (
        ("hasil=refuse", "Belum dapat diusulkan"),
        ("alasan=duplicate", "Orang yang sama sudah tercatat"),
        (f"tempat={DESA}", "Janju"),
        ("nama=syahri", "SYAHRIL"),
    ):
        assert said in text_of(client.get(f"/kelayakan/hasil/?{query}")), query
    assert "Tidak ada baris yang cocok" in text_of(client.get("/kelayakan/hasil/?nama=tidak+ada+orangnya"))
    here = text_of(office.client("desi").get("/kelayakan/hasil/"))
    with office.acting("desi"):
        count = Assessment.objects.count()
    assert 0 < count < 27
    assert f"{count} baris" in here
    assert "Tidak ada baris yang cocok" in text_of(office.client("joko").get("/kelayakan/hasil/"))
    assert office.client("siti").get("/kelayakan/hasil/").status_code == 403


def test_the_queries_of_the_list_do_not_grow_with_its_rows(
    done: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = done.office.client("budi")
    counts = []
    for size in (5, 20):
        monkeypatch.setattr(list_views, "PAGE", size)
        client.get("/kelayakan/hasil/")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get("/kelayakan/hasil/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_row_shows_every_reason_with_its_evidence_and_how_it_was_before(done: Desk) -> None:
    office = done.office
    with office.acting("budi"):
        pair = Pair.objects.get(outcome="certain")
        decide(pair, Verdict.SAME, version=pair.version)
    screened(office)
    client = office.client("budi")
    with office.acting("budi"):
        now, then = course_of([pair.row_id_l])
        other, _ = course_of([pair.row_id_r])
        twin = next(one for one in (now, other) if not one.survives)
        waiting = Pair.objects.get(outcome="review")
        before_it = course_of([waiting.row_id_l])[0]
    page = text_of(client.get(f"/kelayakan/hasil/{before_it.pk}/"))
    link = f"/penyaringan/periksa/?p={waiting.pk}"
    assert link in page
    assert client.get(link).status_code == 200
    assert waiting.reason in page
    page = text_of(client.get(f"/kelayakan/hasil/{twin.pk}/"))
    group = loader.local("paser-2022").groups[twin.who["group"]]
    assert f'<dd class="govuk-summary-list__value">{group.title}</dd>' in page
    for _code, _outcome, message, evidence, remedy in twin.reasons:
        for said in (message, evidence, remedy):
            assert said in page
    assert "dinilai pada" in page
    assert "Sebelumnya" in page
    assert "sudah digantikan" in text_of(client.get(f"/kelayakan/hasil/{then.pk}/"))
    run_page = text_of(client.get(f"/kelayakan/{now.run_id}/"))
    assert "Ada keputusan pemeriksaan yang belum ikut disaring." in run_page, (
        "what was different in the inputs"
    )
    assert "2 baris berubah keputusannya, 0 baris baru, 0 baris tidak ada lagi." in run_page


def test_figures_of_a_territory_count_its_people_alone(done: Desk) -> None:
    with done.office.acting("budi"):
        run = latest()
        assert run
        all_of_it, home = figures_of(run), home_figures()
    with done.office.acting("desi"):
        here, home_here = figures_of(run), home_figures()
        persons = Assessment.objects.filter(survives=True).count()
    assert all_of_it
    assert here
    assert home
    assert home_here
    assert (home.persons, home.run, home.stale) == (run.figures["persons"], run, ())
    assert home.persons == home.eligible + home.incomplete + home.refused
    assert here.persons == home_here.persons == persons < all_of_it.persons
    assert sum(one.total for one in all_of_it.districts) == all_of_it.persons
    assert {one.code for one in here.reasons} <= {one.code for one in all_of_it.reasons}
    assert "Angka di bawah ini untuk wilayah Anda." in text_of(
        done.office.client("desi").get(f"/kelayakan/{run.pk}/")
    )


def test_a_persons_page_tells_their_decisions(done: Desk) -> None:
    with done.office.acting("budi"):
        one = Assessment.objects.filter(outcome="refuse", survives=True).first()
        assert one
        save_observations(
            [row(row_id=one.row_id, name=one.name)], source_ref="u", source_on=timezone.localdate()
        )
        person = Observation.objects.get(row_id=one.row_id).person_id
    client = done.office.client("budi")
    page = text_of(client.get(f"/warga/{person}/"))
    assert "Penyaringan 1" in page
    assert one.reasons[0][2] in page
    assert f"/warga/{person}/" in text_of(client.get(f"/kelayakan/hasil/{one.pk}/"))


def test_a_short_list_is_taken_out_masked_and_recorded(done: Desk) -> None:
    office = done.office
    client = office.client("budi")
    with office.acting("budi"):
        Assessment.objects.filter(pk=Assessment.objects.order_by("place", "name", "pk")[0].pk).update(
            name='=HYPERLINK("http://x")'
        )
    for form_name in ("csv", "xlsx"):
        asked = client.post(
            "/kelayakan/hasil/unduh/",
            {"bentuk": form_name, "keperluan": "", "saringan": f"tempat={DESA}", "once": str(uuid.uuid4())},
        )
        assert asked["Location"] == "/kelayakan/unduhan/"
    assert "sedang dibuat" in text_of(client.get("/kelayakan/unduhan/"))
    office.work()
    with office.acting("budi"):
        sheet, text = ListExport.objects.order_by("-pk")
        expected = Assessment.objects.filter(place__startswith=DESA).count()
        niks = [one.who["nik"] for one in Assessment.objects.all() if one.who["nik"]]
    got = client.post(f"/kelayakan/unduhan/{text.pk}/")
    assert got["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(got.content.decode("utf-8-sig"))))
    assert len(rows) == expected + 1
    assert rows[1][0] == '\'=HYPERLINK("http://x")'
    book = openpyxl.load_workbook(io.BytesIO(client.post(f"/kelayakan/unduhan/{sheet.pk}/").content))
    cells = [str(cell.value) for line in book.active.iter_rows() for cell in line]  # type: ignore[union-attr]
    assert len(cells) == (expected + 1) * len(rows[0])
    assert not [nik for nik in niks if nik in got.content.decode() or nik in " ".join(cells)]
    with office.acting("budi"):
        actions = Event.objects.filter(action__startswith="screened.").values_list("action", flat=True)
        assert sorted(actions) == [f"screened.{what}" for what in ("asked", "taken", "written") for _ in "12"]
    assert office.client("wati").post(f"/kelayakan/unduhan/{text.pk}/").status_code == 404


def test_a_long_list_needs_a_second_person(done: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_services, "SHORT", 20)
    office = done.office
    with office.acting("budi"):
        with pytest.raises(PayungError, match="memerlukan persetujuan"):
            export_services.ask_export(Filters(), "csv")
        made = export_services.ask_export(Filters(), "csv", "rapat koordinasi kecamatan")
        proposal = Proposal.objects.get()
        with pytest.raises(PayungError, match="orang lain"):
            answer(proposal, Answer.APPROVED)
        with pytest.raises(PayungError, match="belum selesai"):
            export_services.take_export(made)
    assert office.work() == 0
    with office.acting("wati"):
        answer(proposal, Answer.APPROVED)
    office.work()
    with office.acting("budi"):
        made.refresh_from_db()
        assert len(export_services.take_export(made).splitlines()) == 28
        ListExport.objects.update(written_at="2020-01-01T00:00Z")
        export_services.sweep_exports()
        made.refresh_from_db()
        with pytest.raises(PayungError, match="sudah dihapus"):
            export_services.take_export(made)


def test_a_list_of_a_replaced_screening_is_not_allowed_any_more(
    done: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_services, "SHORT", 20)
    with done.office.acting("budi"):
        export_services.ask_export(Filters(), "xlsx", "rapat koordinasi kecamatan")
        proposal = Proposal.objects.get()
    screened(done.office)
    with done.office.acting("wati"), pytest.raises(PayungError, match="sudah diubah"):
        answer(proposal, Answer.APPROVED)
