"""Patterns and files: many decisions at once, each once, undone together; large exports by two people."""

from __future__ import annotations

import io
import re
import uuid
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from payung.approval import services as approval
from payung.approval.models import Proposal
from payung.approval.rules import Verdict as Answer
from payung.audit.models import Event
from payung.core.errors import PayungError
from payung.screening import exchange_services, queries, services
from payung.screening.decisions import read_decisions
from payung.screening.models import Pair, PairVerdict
from payung.screening.rules import Verdict
from tests.office.cast import Office
from tests.office.review_rows import CODE, LEFT, pair, pairs, run

POLA, BERKAS = "/penyaringan/pola/", "/penyaringan/berkas/"


def once() -> dict[str, str]:
    return {"once": str(uuid.uuid4())}


def test_a_pattern_is_confirmed_in_one_step_with_one_event(office: Office) -> None:
    with office.acting("budi"):
        pairs(run(), 45, outcome="certain", pattern=CODE)
    budi = office.client("budi")
    page = budi.get(POLA).content.decode()
    assert "45 pasangan" in page
    assert "NIK beda: dua angka bersebelahan tertukar, nama beda 1–2 huruf" in page
    assert LEFT.kk not in page
    sent = {"pattern": CODE, "count": 45, "verdict": "sama", **once()}
    assert budi.post(f"{POLA}putus/", sent).status_code == 303
    assert budi.post(f"{POLA}putus/", sent).status_code == 303
    again = budi.post(f"{POLA}putus/", sent | once(), follow=True)
    assert "sudah diputus" in again.content.decode()
    with office.acting("budi"):
        assert Pair.objects.filter(verdict="sama").count() == 45
        assert Event.objects.filter(action="pair.pattern_confirmed").count() == 1
        [batch] = set(PairVerdict.objects.values_list("batch", flat=True))
    assert (
        "45 keputusan dibatalkan"
        in budi.post(f"{POLA}batal/", {"batch": str(batch), **once()}, follow=True).content.decode()
    )
    with office.acting("budi"):
        assert services.decisions_in_force() == ()
        assert queries.counts(queries.latest_run()).certain == 45
        assert services.undo_batch(batch) == 0


def test_a_pattern_that_has_changed_is_looked_at_again(office: Office) -> None:
    with office.acting("budi"):
        now = run()
        pairs(now, 3, outcome="certain", pattern=CODE)
        services.decide(Pair.objects.earliest("pk"), Verdict.DIFFERENT, version=1)
        with pytest.raises(PayungError, match="2 pasangan, bukan 3"):
            services.decide_pattern(CODE, Verdict.SAME, count=3)
        assert Pair.objects.filter(verdict="sama").count() == 0


def test_a_pattern_can_be_looked_at_one_by_one_and_its_numbers_opened(office: Office) -> None:
    with office.acting("budi"):
        pairs(run(), 4, outcome="certain", pattern=CODE)
    budi = office.client("budi")
    page = budi.get("/penyaringan/periksa/", {"daftar": f"pola:{CODE}"}).content.decode()
    assert "Siti Aminah 001" in page
    assert budi.post(f"{POLA}buka/", {"pattern": CODE, "reason": ""}).status_code == 422
    opened = budi.post(f"{POLA}buka/", {"pattern": CODE, "reason": "contoh dicocokkan dengan KK"})
    assert LEFT.kk in opened.content.decode()
    with office.acting("budi"):
        assert Event.objects.filter(action="person.unmasked").count() == 1


def book(office: Office) -> openpyxl.Workbook:
    answer = office.client("budi").post(f"{BERKAS}unduh/", {"what": "buku"})
    assert answer["Content-Disposition"] == 'attachment; filename="periksa-pasangan.xlsx"'
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def uploaded(workbook: openpyxl.Workbook) -> SimpleUploadedFile:
    out = io.BytesIO()
    workbook.save(out)
    return SimpleUploadedFile("periksa.xlsx", out.getvalue())


def state_of(page: str) -> str:
    found = re.search(r'name="state" value="([^"]*)"', page)
    assert found
    return found.group(1)


def test_the_workbook_comes_back_with_what_changes_shown_first(office: Office) -> None:
    with office.acting("budi"):
        now = run()
        made = pairs(now, 4)
        pair(now, 50, outcome="certain", pattern=CODE)
    workbook = book(office)
    sheet = workbook["Pasangan"]
    for row, word in ((4, "sama"), (5, "beda"), (6, "sama")):
        sheet.cell(row, 2, word)
    workbook["Pola"].cell(4, 2, "sama")
    with office.acting("wati"):
        services.decide(made[1], Verdict.SAME, version=1)
        services.decide(made[2], Verdict.SAME, version=1)
    budi = office.client("budi")
    answer = budi.post(f"{BERKAS}periksa/", {"file": uploaded(workbook)})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<strong>2</strong> keputusan baru" in page
    assert "<strong>1</strong> bertentangan" in page
    assert "1 sudah sama" in page
    with office.acting("budi"):
        assert Pair.objects.filter(verdict="").count() == 3
    sent = {"state": state_of(page), f"pilih-{made[1].pk}": "berkas", **once()}
    assert (
        "3 keputusan dari berkas disimpan"
        in budi.post(f"{BERKAS}simpan/", sent, follow=True).content.decode()
    )
    with office.acting("budi"):
        verdicts = dict(Pair.objects.values_list("row_id_l", "verdict"))
        assert verdicts == {"l1": "sama", "l2": "beda", "l3": "sama", "l4": "", "l50": "sama"}
        assert Event.objects.filter(action="pair.exported").count() == 1
        assert Event.objects.filter(action="pair.imported").count() == 1


def test_what_somebody_decided_meanwhile_is_not_overwritten(office: Office) -> None:
    with office.acting("budi"):
        made = pairs(run(), 2)
        content = (
            f"fingerprint_l,fingerprint_r,decision\n{made[0].fingerprint_r},{made[0].fingerprint_l},sama\n"
        )
        found = exchange_services.preview(io.BytesIO(content.encode()), "k.csv")
        assert [one.pair.pk for one in found.new] == [made[0].pk]
    with office.acting("wati"):
        services.decide(made[0], Verdict.DIFFERENT, version=1)
        with pytest.raises(PayungError, match="sudah lewat"):
            exchange_services.save(found.state)
    with office.acting("budi"):
        with pytest.raises(PayungError, match="diputus orang lain"):
            exchange_services.save(found.state)
        assert Pair.objects.get(pk=made[0].pk).verdict == "beda"


def test_a_file_that_is_none_is_said_at_the_form(office: Office) -> None:
    for content in (b"", b"bukan berkas", b"PK\x03\x04rusak"):
        answer = office.client("budi").post(
            f"{BERKAS}periksa/", {"file": SimpleUploadedFile("x.xlsx", content)}
        )
        assert answer.status_code == 422
        assert "error-summary" in answer.content.decode()


def test_the_csv_is_what_the_command_line_takes(office: Office, tmp_path: Path) -> None:
    with office.acting("budi"):
        made = pairs(run(), 3)
        services.decide(made[0], Verdict.SAME, version=1)
        services.decide(made[1], Verdict.DIFFERENT, version=1)
        out = tmp_path / "keputusan.csv"
        out.write_bytes(exchange_services.take_export("csv")[1])
        assert set(read_decisions(out)) == set(services.decisions_in_force())


def test_more_than_five_hundred_rows_leave_with_a_second_person(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange_services, "FREE_ROWS", 2)
    with office.acting("budi"):
        pairs(run(), 3)
    budi = office.client("budi")
    assert "orang kedua" in budi.post(f"{BERKAS}unduh/", {"what": "buku"}, follow=True).content.decode()
    sent: dict[str, Any] = {"what": "buku", "reason": "diputus bersama di rapat", **once()}
    assert budi.post(f"{BERKAS}usul/", sent).status_code == 303
    with office.acting("budi"), pytest.raises(PayungError, match="orang lain"):
        approval.decide(Proposal.objects.get(), Answer.APPROVED)
    with office.acting("wati"):
        approval.decide(Proposal.objects.get(), Answer.APPROVED)
        with pytest.raises(PayungError, match="orang kedua"):
            exchange_services.take_export("buku")
    assert budi.post(f"{BERKAS}unduh/", {"what": "buku"}).status_code == 200
