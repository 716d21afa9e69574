"""The pages of pre-check and freeze: what is shown before and after, to whom, and that a form counts once."""

from __future__ import annotations

import io
import re
import uuid

import openpyxl
from django.test import Client
from django.urls import reverse

from payung.allocation.models import AllocationRound, Award, Freeze, NotChosen, Precheck
from payung.registry.models import Observation, Person
from payung.registry.people_services import remove
from tests.office.cast import Office
from tests.office.freeze_desk import PEOPLE, frozen, started
from tests.office.precheck_desk import asked
from tests.office.round_desk import budget, opened, scenario
from tests.office.screening_desk import Desk, brought, desk_brought, desk_screened, done
from tests.office.test_freeze_learnt import row_of, save_everything

__all__ = ["brought", "desk_brought", "desk_screened", "done"]


def page(client: Client, name: str, pk: int, **query: str) -> str:
    response = client.get(reverse(f"allocation:{name}", args=[pk]), query)
    assert response.status_code == 200
    return str(response.content.decode())


def send(client: Client, name: str, pk: int, **form: object) -> str:
    """Send a form; the page where it led."""
    answer = client.post(
        reverse(f"allocation:{name}", args=[pk]), {"once": str(uuid.uuid4()), **form}, follow=True
    )
    assert answer.status_code == 200
    return str(answer.content.decode())


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, name
    return found[1]


def current(office: Office, pk: int) -> AllocationRound:
    with office.acting("budi"):
        found: AllocationRound = AllocationRound.objects.select_related("freeze").get(pk=pk)
    return found


def test_before_freezing_the_page_lists_who_is_held_back_and_what_to_do(done: Desk) -> None:
    round_, _one, _ = started(done.office)
    with done.office.acting("budi"):
        save_everything()
        person = Observation.objects.get(row_id=row_of(3)).person
        remove(person, reason="pindah")
    html = page(done.office.client("budi"), "freeze", round_.pk)
    assert person.name in html
    assert "kembalikan ke daftar lalu saring lagi" in html
    assert "Bekukan skenario" in html
    assert "disetujui tanpa uji padan" in html
    assert str(person.nik) not in html
    seen = page(done.office.client("kpa"), "freeze", round_.pk)
    assert person.name in seen
    assert "Bekukan skenario" not in seen, "who may read may not freeze"
    assert done.office.client("desi").get(reverse("allocation:freeze", args=[round_.pk])).status_code == 403


def test_freezing_from_the_page_is_done_once_however_often_the_button_is_pressed(done: Desk) -> None:
    round_, _one, _ = started(done.office)
    client = done.office.client("budi")
    html = page(client, "freeze", round_.pk)
    form = {name: hidden(html, name) for name in ("skenario", "versi", "once")}
    for _ in range(2):
        answer = client.post(reverse("allocation:freeze_ask", args=[round_.pk]), form, follow=True)
        assert "Pembekuan diminta Pak Budi" in answer.content.decode()
    state = client.get(reverse("allocation:freeze_state", args=[round_.pk]))
    assert "HX-Refresh" not in state
    done.office.work()
    assert client.get(reverse("allocation:freeze_state", args=[round_.pk]))["HX-Refresh"] == "true"
    html = page(client, "freeze", round_.pk)
    now = current(done.office, round_.pk)
    assert now.freeze
    assert now.freeze.roll_hash in html
    assert "Rp806.400" in html
    with done.office.acting("budi"):
        assert Freeze.objects.count() == 1


def test_a_scenario_changed_since_the_page_was_opened_is_refused_on_the_page(done: Desk) -> None:
    round_, one, _ = started(done.office)
    html = send(done.office.client("budi"), "freeze_ask", round_.pk, skenario=one.pk, versi=7)
    assert "diubah atau dihapus orang lain" in html
    assert current(done.office, round_.pk).asked_at is None


def test_thawing_needs_a_reason_and_opens_the_round_again(done: Desk) -> None:
    round_, one, _ = started(done.office)
    frozen(done.office, one)
    client = done.office.client("budi")
    assert "Tulis alasan" in send(client, "thaw", round_.pk, alasan="ya")
    assert current(done.office, round_.pk).freeze_id
    assert "pagu yang dicadangkan dikembalikan" in send(
        client, "thaw", round_.pk, alasan="Pagu perubahan belum disahkan"
    )
    assert current(done.office, round_.pk).freeze_id is None
    assert "Bekukan skenario" in page(client, "freeze", round_.pk)


def test_a_desa_sees_its_own_awards_with_masked_numbers_and_nobody_elses(done: Desk) -> None:
    round_, one, _ = started(done.office)
    frozen(done.office, one)
    with done.office.acting("budi"):
        rows = list(Award.objects.filter(round=round_))
        here = [one for one in rows if one.place.startswith("64.01.04.2002")]
        elsewhere = [one for one in rows if not one.place.startswith("64.01.04.2002")]
        assert here
        assert elsewhere
    desi = done.office.client("desi")
    index = desi.get(reverse("allocation:award_rounds")).content.decode()
    assert f'data-label="Orang">{len(here)}<' in index
    html = page(desi, "awards", round_.pk)
    for award in here:
        assert award.name in html
        assert award.roll["row"]["nik"] not in html
    assert not [award.name for award in elsewhere if f">{award.name}<" in html]
    assert f"{len(here)} orang dalam wilayah Anda" in html
    whole = page(done.office.client("budi"), "awards", round_.pk, tempat="64.01.04.2003")
    assert f"{sum(one.place.startswith('64.01.04.2003') for one in rows)} orang" in whole
    assert "Tidak ada orang yang cocok" in page(done.office.client("budi"), "awards", round_.pk, nama="zzz")


def test_the_waiting_list_says_place_reason_and_what_would_change_it(done: Desk) -> None:
    round_, one, _ = started(done.office)
    frozen(done.office, one)
    with done.office.acting("budi"):
        first = NotChosen.objects.get(round=round_, standing=1)
    html = page(done.office.client("budi"), "waiting", round_.pk)
    assert first.name in html
    assert first.why in html
    assert first.change in html
    assert first.who["nik"] not in html
    assert "Tidak ada yang ditahan" in page(done.office.client("budi"), "aside", round_.pk)


def test_a_persons_page_tells_every_round_and_why(done: Desk) -> None:
    with done.office.acting("budi"):
        save_everything()
    round_, one, _ = started(done.office)
    frozen(done.office, one)
    with done.office.acting("budi"):
        award, left = Award.objects.first(), NotChosen.objects.get(round=round_, standing=1)
        assert award
        chosen, waits, never = (
            Person.objects.get(observations__row_id=row) for row in (award.row_id, left.row_id, row_of(21))
        )
    client = done.office.client("budi")

    def panel(person: Person) -> str:
        return client.get(reverse("registry:person", args=[person.pk])).content.decode()

    assert "terpilih, belum disetujui" in panel(chosen)
    assert "Oktober sampai dengan Desember 2022, Rp50.400" in panel(chosen)
    assert "Urutan 1." in panel(waits)
    assert left.why in panel(waits)
    assert "Belum ikut satu putaran pun" in panel(never)


def test_the_pre_check_goes_out_and_comes_back_on_its_page(done: Desk) -> None:
    round_ = opened(done.office)
    with done.office.acting("budi"):
        one = scenario(round_, budget(10**7, 10**7), PEOPLE)
    client = done.office.client("budi")
    assert "Belum ada permintaan" in page(client, "precheck", round_.pk)
    assert "sedang disusun" in send(client, "precheck_ask", round_.pk, skenario=one.pk)
    done.office.work()
    with done.office.acting("budi"):
        precheck = Precheck.objects.get()
    book = client.post(reverse("allocation:precheck_take", args=[precheck.pk]))
    assert book["Content-Type"].endswith("sheet")
    sheet = openpyxl.load_workbook(io.BytesIO(book.content))["Permintaan"]
    assert sheet.max_row == PEOPLE + 1
    for row in range(2, PEOPLE + 2):
        sheet.cell(row, 6, "TIDAK TERDAFTAR")
    filled = io.BytesIO()
    assert sheet.parent
    sheet.parent.save(filled)
    filled.seek(0)
    filled.name = "jawaban.xlsx"
    html = send(client, "precheck_answer", precheck.pk, file=filled, as_of="25-09-2022")
    assert "sedang dibaca" in html
    done.office.work()
    html = page(client, "precheck", round_.pk)
    assert re.search(r"Dapat dipilih</dt><dd[^>]*>16<", html)
    assert "Tidak ada yang ditahan" in page(client, "freeze", round_.pk)


def test_an_answer_that_is_no_file_is_told_at_the_form(done: Desk) -> None:
    round_ = opened(done.office)
    with done.office.acting("budi"):
        one = scenario(round_, budget(10**7, 10**7), PEOPLE)
    precheck = asked(done.office, round_, one)
    answer = done.office.client("budi").post(
        reverse("allocation:precheck_answer", args=[precheck.pk]), {"once": str(uuid.uuid4())}
    )
    assert answer.status_code == 422
    assert "Pilih berkasnya." in answer.content.decode()


def test_a_waiver_is_proposed_with_a_reason_and_decided_by_another(done: Desk) -> None:
    round_ = opened(done.office)
    client = done.office.client("budi")
    answer = client.post(
        reverse("allocation:precheck_waive", args=[round_.pk]), {"once": str(uuid.uuid4()), "alasan": "ya"}
    )
    assert answer.status_code == 422
    html = send(client, "precheck_waive", round_.pk, alasan="Kantor cabang BPJS belum dapat menjawab")
    assert "menunggu keputusan orang kedua" in html
    assert "Usulkan putaran tanpa uji padan" not in html
