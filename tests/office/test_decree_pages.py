"""The pages of decrees: what each role sees and takes, and that every button does what it says once."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from payung.audit.models import Event
from payung.enrolment.models import Decree, DecreeFile, DecreeTemplate
from payung.enrolment.wording import ours
from tests.office.cast import DESA
from tests.office.draft_desk import (
    DraftDesk,
    bare,
    desk_brought,
    desk_drafting,
    desk_round,
    desk_screened,
    drafting,
)
from tests.office.test_decree_route import signed

__all__ = ["bare", "desk_brought", "desk_drafting", "desk_round", "desk_screened", "drafting"]
FORM = {"dated": "3-10-2022", "number": "", "seat": "Tana Paser", "signer_name": "Pak Bupati", "paper": "f4"}


def post(client: Any, url: str, **fields: Any) -> Any:
    return client.post(url, {"once": str(uuid.uuid4()), **fields})


def test_the_list_offers_the_round_and_the_form_drafts_and_typesets_it_once(drafting: DraftDesk) -> None:
    client = drafting.office.client("laila")
    page = client.get("/keputusan/").content.decode()
    assert "Susun keputusannya" in page
    url = f"/keputusan/baru/{drafting.round_id}/"
    assert "Pak Bupati" in client.get(url).content.decode()
    form = {"once": str(uuid.uuid4()), **FORM}
    first, second = client.post(url, form), client.post(url, form)
    assert first.status_code == second.status_code == 303
    assert first["Location"] == second["Location"]
    assert "Menunggu giliran" in client.get(first["Location"]).content.decode()
    drafting.office.work()
    done = client.get(first["Location"]).content.decode()
    assert "Naskah tersusun" in done
    assert "Ajukan persetujuan" in done
    with drafting.office.acting("laila"):
        assert Decree.objects.get().roll_hash in done


def test_what_is_missing_is_shown_with_the_way_to_do_without(bare: DraftDesk) -> None:
    client, url = bare.office.client("budi"), f"/keputusan/baru/{bare.round_id}/"
    page = client.get(url).content.decode()
    assert "Tidak ada perjanjian kerja sama yang berlaku" in page
    refused = post(client, url, **FORM)
    assert refused.status_code == 422
    assert "Keputusan belum disusun" in refused.content.decode()
    post(client, f"{url}tanpa/", reason="PKS ditandatangani pekan depan")
    assert "menunggu orang kedua" in client.get(url).content.decode()


def test_a_draft_is_changed_sent_and_given_up_from_its_page(drafting: DraftDesk) -> None:
    made = drafting.typeset()
    client, url = drafting.office.client("laila"), f"/keputusan/{made.pk}/"
    post(client, f"{url}ubah/", **{**FORM, "number": "560/4/2022", "version": 1})
    drafting.office.work()
    assert "560/4/2022" in client.get(url).content.decode()
    post(client, f"{url}ajukan/", version=1)
    assert "diubah sesudah halaman ini dibuka" in client.get(url).content.decode()
    post(client, f"{url}ajukan/", version=2)
    page = client.get(url).content.decode()
    assert "Dalam persetujuan" in page
    assert "Kepala bagian hukum" in page
    post(client, f"{url}batalkan/", reason="x")
    assert "Alasan belum ditulis" in client.get(url).content.decode()
    post(client, f"{url}batalkan/", reason="Salah putaran")
    assert "Dibatalkan" in client.get(url).content.decode()


def test_somebody_who_died_is_named_and_left_out_by_a_button(drafting: DraftDesk) -> None:
    gone = drafting.take_off_the_list()
    made = drafting.typeset()
    client, url = drafting.office.client("laila"), f"/keputusan/{made.pk}/"
    page = client.get(url).content.decode()
    assert gone.name in page
    assert "Keluarkan yang meninggal atau dikeluarkan" in page
    desa = drafting.office.client("desi").get(url).content.decode()
    assert gone.name not in desa, "a desa is told nothing of people elsewhere"
    post(client, f"{url}keluarkan/", version=1)
    drafting.office.work()
    assert "1 orang yang dibekukan dikeluarkan" in client.get(url).content.decode()


def test_the_paper_opens_in_the_browser_and_each_file_taken_is_recorded(drafting: DraftDesk) -> None:
    made = drafting.typeset()
    client = drafting.office.client("bupati")
    shown = client.get(f"/keputusan/{made.pk}/naskah.pdf")
    assert shown["Content-Type"] == "application/pdf"
    assert shown["Content-Disposition"] == 'inline; filename="keputusan.pdf"'
    assert shown.content == drafting.content(made, "keputusan")
    with drafting.office.acting("laila"):
        volume = DecreeFile.objects.filter(decree=made, kind="terbatas").first()
    assert volume
    taken = client.post(f"/keputusan/berkas/{volume.pk}/")
    assert taken.status_code == 200
    assert taken["Content-Disposition"].startswith("attachment;")
    with drafting.office.acting("laila"):
        event = Event.objects.get(action="decree.file_taken")
        assert event.actor == drafting.office.user("bupati").pk


def test_full_numbers_are_for_those_who_may_take_volumes(drafting: DraftDesk) -> None:
    made = drafting.typeset()
    with drafting.office.acting("laila"):
        volume = DecreeFile.objects.filter(decree=made, kind="terbatas").first()
        public = DecreeFile.objects.filter(decree=made, kind="publik").first()
    assert volume
    assert public
    treasurer = drafting.office.client("rina")
    assert "lampiran-" in treasurer.get(f"/keputusan/{made.pk}/").content.decode()
    assert treasurer.post(f"/keputusan/berkas/{volume.pk}/").status_code == 404
    assert treasurer.post(f"/keputusan/berkas/{public.pk}/").status_code == 200


def test_a_desa_takes_nothing_of_a_draft_and_then_its_own_extract_and_public_volume(
    bare: DraftDesk, tmp_path: Any
) -> None:
    made = signed(bare, tmp_path)
    with bare.office.acting("laila"):
        files = {(one.kind, one.place): one for one in DecreeFile.objects.filter(decree=made)}
        other = next(place for kind, place in files if kind == "petikan" and place != DESA)
        draft = made.round
        assert draft
    client = bare.office.client("desi")
    page = client.get(f"/keputusan/{made.pk}/").content.decode()
    assert "di wilayah Anda" in page
    mine = files[("petikan", DESA)], files[("publik", DESA)], files[("salinan", "64.01")]
    assert [client.post(f"/keputusan/berkas/{one.pk}/").status_code for one in mine] == [200] * 3
    others = files[("terbatas", DESA)], files[("petikan", other)], files[("publik", other)]
    assert [client.post(f"/keputusan/berkas/{one.pk}/").status_code for one in others] == [404] * 3


def test_a_desa_sees_no_file_of_what_may_still_change(drafting: DraftDesk) -> None:
    made = drafting.typeset()
    client = drafting.office.client("desi")
    assert client.get(f"/keputusan/{made.pk}/").status_code == 200
    assert client.get(f"/keputusan/{made.pk}/naskah.pdf").status_code == 404


def test_no_page_shows_a_whole_number_of_anybody(drafting: DraftDesk) -> None:
    made = drafting.typeset()
    with drafting.office.acting("laila"):
        niks = [one.roll["row"]["nik"] for one in made.rows.all()]
    for who in ("laila", "bupati", "desi"):
        page = drafting.office.client(who).get(f"/keputusan/{made.pk}/").content.decode()
        assert not any(nik in page for nik in niks)


def test_the_wording_is_tried_refused_with_its_line_and_kept(drafting: DraftDesk) -> None:
    made = drafting.draft()
    client, url = drafting.office.client("laila"), "/keputusan/naskah/dasar-hukum/"
    assert "Dasar hukum" in client.get("/keputusan/naskah/").content.decode()
    text = ours("dasar-hukum").replace("Tahun 2004", "Tahun 2005")
    fields = {"text": text, "seen": 0, "note": "Undang-undang baru"}
    tried = post(client, url, act="coba", decree=made.pk, **fields)
    assert tried["Content-Type"] == "application/pdf"
    broken = post(client, url, act="simpan", **{**fields, "text": text + "\n#salah"})
    assert broken.status_code == 422
    page = broken.content.decode()
    assert "Nama salah tidak dikenal" in page
    assert "<code>#salah</code>" in page
    assert post(client, url, act="simpan", **fields).status_code == 303
    with drafting.office.acting("laila"):
        assert DecreeTemplate.objects.get().number == 1
    page = client.get(url).content.decode()
    assert "Undang-undang baru" in page
    assert "naskah-beda__tambah" in page
    assert "Tahun 2005" in client.get(f"{url}1/").content.decode()


@pytest.mark.parametrize("who", ["budi", "desi", "bupati"])
def test_the_wording_is_the_legal_offices_alone(drafting: DraftDesk, who: str) -> None:
    assert drafting.office.client(who).get("/keputusan/naskah/").status_code == 403
