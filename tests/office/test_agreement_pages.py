"""Agreements in the browser: the list, the editor, PDF, sending, signing, files, own templates."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from payung.agreement import queries
from payung.agreement.models import Agreement, AgreementFile, AgreementTemplate
from payung.agreement.paper import shipped
from payung.agreement.rules import Kind, Section, Segment
from payung.audit.models import Event
from tests.office.agreement_desk import SCAN, addendum, approved, drafted, pks, signed, umbrella
from tests.office.cast import Office

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")


def post(client: Client, address: str, **fields: object) -> HttpResponse:
    return client.post(address, {"once": str(uuid4()), **fields})  # type: ignore[return-value]


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def text_of(content: bytes, folder: Path) -> str:
    out = folder / "berkas.pdf"
    out.write_bytes(content)
    command = ["pdftotext", "-layout", str(out), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def scan(content: bytes = SCAN, name: str = "pindaian.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def test_a_nota_kesepakatan_is_opened_filled_in_and_sent(office: Office) -> None:
    budi = office.client("budi")
    answer = post(
        budi, "/perjanjian/baru/", valid_from="01-09-2022", valid_to="31-08-2025", segments=["BPU", "PU"]
    )
    assert answer.status_code == 303
    here = answer.headers["Location"]
    shown = page(budi, here)
    assert "Pihak kesatu belum lengkap" in shown
    assert f'href="{here}ubah/pihak/#id_first_represented_by"' in shown
    assert "Maksud dan Tujuan" in shown
    refused = post(budi, f"{here}ajukan/", version="1", paper="f4")
    assert refused.status_code == 303
    assert "belum" in page(budi, here)
    parties = {
        f"{which}_{name}": f"{which} {name}"
        for which in ("first", "second")
        for name in ("name", "represented_by", "title", "address")
    }
    saved = post(budi, f"{here}ubah/pihak/", version="1", place="Tana Paser", **parties)
    assert saved.headers["Location"] == here
    assert "Yang perlu dilihat" not in page(budi, here)
    assert post(budi, f"{here}ajukan/", version="2", paper="a4").status_code == 303
    shown = page(budi, here)
    assert "sedang beredar" in shown
    assert "Naskah versi 2" in shown
    laila = office.client("laila")
    [route] = re.findall(r"/persetujuan/rantai/\d+/", page(laila, here))
    assert "Pasal 1 Maksud dan Tujuan" in page(laila, route)


def test_a_stale_tab_is_told_and_keeps_what_was_typed(office: Office) -> None:
    draft = drafted(office)
    here = f"/perjanjian/{draft.pk}/ubah/pokok/"
    fields = {
        "version": draft.version,
        "valid_from": "01-09-2022",
        "valid_to": "31-08-2025",
        "segments": ["BPU"],
        "programmes": ["jkk", "jkm"],
    }
    assert post(office.client("budi"), here, title="Oleh Pak Budi", **fields).status_code == 303
    late = post(office.client("laila"), here, title="Oleh Bu Laila", **fields)
    assert late.status_code == 422
    assert "sudah diubah orang lain" in late.content.decode()
    assert "Oleh Bu Laila" in late.content.decode()


def test_each_part_of_a_pks_is_edited_and_comes_back_as_it_was_typed(office: Office) -> None:
    nk = umbrella(office)
    budi = office.client("budi")
    shown = page(budi, f"/perjanjian/{nk.pk}/pks/")
    assert 'value="01-01-2023"' in shown or 'value="2023-01-01"' in shown
    opened = post(
        budi, f"/perjanjian/{nk.pk}/pks/", valid_from="01-01-2023", valid_to="31-12-2023", segments=["BPU"],
        ceiling_idr="Rp 6.505.228.800,00",
    )  # fmt: skip
    here = opened.headers["Location"]
    pk = int(here.split("/")[-2])
    main = {
        "version": 1, "title": "Kerja sama <b>2023</b>", "valid_from": "01-01-2023", "valid_to": "31-12-2023", "segments": ["BPU"],
        "programmes": ["jkk", "jkm"], "ceiling_idr": "6,5 miliar", "due_bpu": "15", "due_bpu_month": "ini", "due_pu": "",
        "due_pu_month": "berikut",
    }  # fmt: skip
    assert post(budi, f"{here}ubah/pokok/", **main).status_code == 303
    assert (
        post(
            budi,
            f"{here}ubah/data/",
            version=2,
            fields_="NIK\n\nnama\nNIK",
            how="dengan berkas terenkripsi",
            retention_years="5",
        ).status_code
        == 303
    )
    clauses = {section.value: "" for section in Section}
    clauses |= {
        Section.COVER.value: "Sejak hari menurut BPJS.\r\n- satu;\r\n- dua. ",
        Section.TERM.value: "{masa_berlaku}",
    }
    assert post(budi, f"{here}ubah/pasal/", version=3, **clauses).status_code == 303
    with office.acting("budi"):
        now = Agreement.objects.get(pk=pk)
        assert now.ceiling_idr == 6_500_000_000
        assert now.terms.content.data.fields == ("NIK", "nama")
        assert now.terms.content.clauses[Section.COVER] == "Sejak hari menurut BPJS.\n- satu;\n- dua."
    shown = page(budi, f"{here}ubah/pasal/")
    assert "Kalimat bawaan" in shown
    assert "Pasal Objek dan Ruang Lingkup belum ada isinya" in shown
    assert "Kerja sama &lt;b&gt;2023&lt;/b&gt;" in shown
    assert 'value="6.500.000.000"' in page(budi, f"{here}ubah/pokok/")
    assert budi.get(f"{here}ubah/asing/").status_code == 404
    wrong = post(budi, f"{here}ubah/pokok/", **{**main, "version": 4, "ceiling_idr": "banyak"})
    assert wrong.status_code == 422
    assert "Tulis jumlahnya dalam rupiah" in wrong.content.decode()


@needs_poppler
def test_the_preview_says_what_was_typed_and_nothing_of_it_is_markup(office: Office, tmp_path: Path) -> None:
    draft = drafted(office, title='#set page(width: 1pt) $x$ *tebal* "kutip" \\ @acuan')
    budi = office.client("budi")
    for paper, size in (("f4", "609.4"), ("a4", "595.2")):
        answer = budi.get(f"/perjanjian/{draft.pk}/rancangan.pdf?kertas={paper}")
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Disposition"].startswith("inline")
        text = text_of(answer.content, tmp_path)
        assert "#SET PAGE(WIDTH: 1PT) $X$ *TEBAL*" in text
        assert "Pasal 1" in text
        facts = subprocess.run(
            ["pdfinfo", str(tmp_path / "berkas.pdf")], capture_output=True, text=True, check=True
        )
        assert size in facts.stdout
    with office.acting("budi"):
        assert AgreementFile.objects.count() == 0


def test_signing_needs_both_numbers_a_day_and_a_scan_and_settles_it(office: Office) -> None:
    ready = approved(office, drafted(office))
    budi, here = office.client("budi"), f"/perjanjian/{ready.pk}/"
    assert f'href="{here}tanda-tangan/"' in page(budi, here)
    fields = {
        "version": ready.version,
        "number": "1/NK",
        "partner_number": "2/PER",
        "signed_on": "01-09-2022",
    }
    assert post(budi, f"{here}tanda-tangan/", **fields).status_code == 422
    no_pdf = post(budi, f"{here}tanda-tangan/", **fields, scan=scan(b"bukan pdf"))
    assert no_pdf.status_code == 422
    assert "bukan PDF" in no_pdf.content.decode()
    ahead = post(budi, f"{here}tanda-tangan/", **{**fields, "signed_on": "01-09-2099"}, scan=scan())
    assert "belum terjadi" in ahead.content.decode()
    done = post(budi, f"{here}tanda-tangan/", **fields, scan=scan())
    assert done.headers["Location"] == here
    shown = page(budi, here)
    assert "1/NK" in shown
    assert "2/PER" in shown
    assert "Berlaku" in shown
    assert "Ubah naskah" not in shown
    assert budi.get(f"{here}ubah/pokok/").status_code == 404


def test_a_form_that_is_sent_twice_signs_once(office: Office) -> None:
    ready = approved(office, drafted(office))
    budi, here, key = office.client("budi"), f"/perjanjian/{ready.pk}/", str(uuid4())
    fields = {
        "once": key,
        "version": ready.version,
        "number": "1",
        "partner_number": "2",
        "signed_on": "01-09-2022",
    }
    for _ in range(2):
        answer = budi.post(f"{here}tanda-tangan/", {**fields, "scan": scan()})
        assert answer.headers["Location"] == here
    with office.acting("budi"):
        assert AgreementFile.objects.filter(kind="pindaian").count() == 1
        assert Event.objects.filter(action="agreement.signed").count() == 1


def test_files_are_taken_by_a_post_that_is_recorded_and_bpjs_takes_the_scan_alone(office: Office) -> None:
    nk = umbrella(office)
    with office.acting("budi"):
        kept = {one.kind: one for one in queries.files_of(nk)}
    answer = office.client("bona").post(f"/perjanjian/berkas/{kept['pindaian'].pk}/")
    assert answer.content == SCAN
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert office.client("bona").post(f"/perjanjian/berkas/{kept['naskah'].pk}/").status_code == 404
    assert office.client("audi").post(f"/perjanjian/berkas/{kept['naskah'].pk}/").content.startswith(b"%PDF-")
    with office.acting("budi"):
        assert Event.objects.filter(action="agreement.file_taken").count() == 2


def test_bpjs_sees_signed_agreements_without_how_the_office_came_to_them(office: Office) -> None:
    nk = umbrella(office)
    draft = drafted(office, title="Rancangan rahasia")
    bona = office.client("bona")
    listed = page(bona, "/perjanjian/")
    assert nk.number in listed
    assert "Rancangan rahasia" not in listed
    shown = page(bona, f"/perjanjian/{nk.pk}/")
    assert "Jalannya persetujuan" not in shown
    assert "Riwayat" not in shown
    assert bona.get(f"/perjanjian/{draft.pk}/").status_code == 404
    assert bona.get(f"/perjanjian/{draft.pk}/rancangan.pdf").status_code == 404


def test_the_list_shows_terms_states_and_what_ends_soon(office: Office) -> None:
    nk = umbrella(office)
    one = pks(office, nk, date(2022, 10, 1), date(2022, 10, 20), number="1/PKS")
    addendum(office, one, date(2022, 10, 5), {"ceiling_idr": 2})
    drafted(office, Kind.PKS, date(2023, 1, 1), date(2023, 12, 31), parent=nk, segments=[Segment.BPU])
    budi = office.client("budi")
    listed = page(budi, "/perjanjian/")
    assert "Keadaan pada 1 Oktober 2022" in listed
    assert "berakhir 20 Oktober 2022, 19 hari lagi" in listed
    assert listed.count('class="masa__bar"') == 3
    assert "Draf adendum 1" in listed
    for who, told in (("budi", True), ("laila", True), ("kpa", True), ("rina", False), ("bona", False)):
        assert ("perjanjian akan berakhir" in page(office.client(who), "/")) is told, who


def test_an_addendum_is_typed_as_changes_to_what_stands(office: Office) -> None:
    one = pks(office, umbrella(office))
    laila = office.client("laila")
    opened = post(laila, f"/perjanjian/{one.pk}/adendum/", effective_on="01-11-2022")
    here = opened.headers["Location"]
    assert "belum mengubah apa pun" in page(laila, here)
    texts = {section.value: text for section, text in one.terms.content.clauses.items()}
    post(laila, f"{here}ubah/pasal/", version=1, **{**texts, "iuran": "Paling banyak {pagu}."})
    post(
        laila,
        f"{here}ubah/pokok/",
        version=2,
        valid_from="01-11-2022",
        valid_to="31-01-2023",
        ceiling_idr="2.000.000.000",
    )
    with office.acting("laila"):
        [draft] = Agreement.objects.filter(kind=Kind.ADDENDUM)
        assert set(draft.terms.content.clauses) == {Section.PAYMENT}
        assert queries.faults_of(draft) == ()
    shown = page(laila, here)
    assert "31 Desember 2022 → <strong>31 Januari 2023" in shown
    assert "Paling banyak Rp2.000.000.000 (dua miliar rupiah)." in shown
    signed(office, draft, "1/AD", date(2022, 10, 31))
    shown = page(laila, f"/perjanjian/{one.pk}/")
    assert "diubah Adendum 1" in shown
    assert "31 Januari 2023" in shown


def test_an_agreement_is_ended_and_a_draft_given_up_with_a_reason(office: Office) -> None:
    nk, draft = umbrella(office), drafted(office, title="Salah jenis")
    budi = office.client("budi")
    assert post(budi, f"/perjanjian/{draft.pk}/batalkan/", reason="").status_code == 422
    assert post(budi, f"/perjanjian/{draft.pk}/batalkan/", reason="salah jenis").status_code == 303
    assert "Dibatalkan" in page(budi, f"/perjanjian/{draft.pk}/")
    assert (
        post(budi, f"/perjanjian/{nk.pk}/akhiri/", ended_on="30-09-2022", reason="Diganti").status_code == 303
    )
    shown = page(budi, f"/perjanjian/{nk.pk}/")
    assert "Berakhir" in shown
    assert "hari terakhirnya 30 September 2022" in shown
    again = post(budi, f"/perjanjian/{nk.pk}/akhiri/", ended_on="29-09-2022", reason="Lagi")
    assert "dicatat oleh Pak Budi" in again.content.decode()


def test_annexes_are_added_and_taken_off_in_the_browser(office: Office) -> None:
    draft = drafted(office)
    budi, here = office.client("budi"), f"/perjanjian/{draft.pk}/"
    post(
        budi,
        f"{here}lampiran/tambah/",
        version=draft.version,
        title="Daftar petugas",
        file=scan(name="petugas.pdf"),
    )
    shown = page(budi, f"{here}ubah/lampiran/")
    assert "petugas.pdf" in shown
    wrong = post(
        budi,
        f"{here}lampiran/tambah/",
        version=draft.version + 1,
        title="Foto",
        file=scan(b"GIF89a", "foto.gif"),
    )
    assert wrong.status_code == 422
    stale = post(budi, f"{here}lampiran/1/lepas/", version=draft.version)
    assert stale.status_code == 303
    assert "sudah diubah orang lain" in page(budi, f"{here}ubah/lampiran/")
    post(budi, f"{here}lampiran/1/lepas/", version=draft.version + 1)
    assert "petugas.pdf" not in page(budi, f"{here}ubah/lampiran/")


@needs_poppler
def test_an_own_template_is_tried_saved_used_and_given_up_again(office: Office, tmp_path: Path) -> None:
    laila, here = office.client("laila"), "/perjanjian/naskah/nk/"
    own = shipped(Kind.NK).replace("#judul[NOTA KESEPAKATAN]", "#judul[KESEPAKATAN BERSAMA]")
    tried = post(laila, here, seen=0, text=own, act="coba")
    assert "KESEPAKATAN BERSAMA" in text_of(tried.content, tmp_path)
    with office.acting("laila"):
        assert AgreementTemplate.objects.count() == 0
    assert (
        post(
            laila, here, seen=0, text=own.replace("\n", "\r\n"), note="Tata naskah daerah", act="simpan"
        ).status_code
        == 303
    )
    assert "Tata naskah daerah" in page(laila, "/perjanjian/naskah/")
    draft = drafted(office)
    preview = office.client("budi").get(f"/perjanjian/{draft.pk}/rancangan.pdf")
    assert "KESEPAKATAN BERSAMA" in text_of(preview.content, tmp_path)
    late = post(laila, here, seen=0, text=own + "\nlain", act="simpan")
    assert late.status_code == 422
    assert "sudah diubah oleh Bu Laila" in late.content.decode()
    assert post(laila, here, seen=1, text="", act="simpan").status_code == 303
    preview = office.client("budi").get(f"/perjanjian/{draft.pk}/rancangan.pdf")
    assert "NOTA KESEPAKATAN" in text_of(preview.content, tmp_path)


def test_a_broken_template_is_named_with_its_line_and_nothing_is_saved_or_issued(office: Office) -> None:
    laila = office.client("laila")
    broken = '#import "naskah.typ": *\n#show: naskah\n#data.tidak-ada\n'
    for act in ("coba", "simpan"):
        answer = post(laila, "/perjanjian/naskah/pks/", seen=0, text=broken, act=act)
        assert answer.status_code == 422
        assert "pks.typ, baris 3" in answer.content.decode()
    draft = drafted(office)
    with office.acting("laila"):
        assert AgreementTemplate.objects.count() == 0
        AgreementTemplate.everything.create(
            regency_code="64.01",
            part="nk",
            number=1,
            text="#let x = (\n",
            sha256="0" * 64,
            made_at=draft.made_at,
            made_by=1,
        )
    budi, here = office.client("budi"), f"/perjanjian/{draft.pk}/"
    assert budi.get(f"{here}rancangan.pdf").status_code == 303
    assert "Templat nk.typ, baris 1 tidak dapat dipakai" in page(budi, here)
    post(budi, f"{here}ajukan/", version=draft.version, paper="f4")
    assert "Templat nk.typ, baris 1 tidak dapat dipakai" in page(budi, here)
    with office.acting("budi"):
        assert not queries.route_under_way(draft)
        assert AgreementFile.objects.count() == 0


def test_a_template_reads_no_file_of_the_machine_and_fetches_nothing(office: Office) -> None:
    laila = office.client("laila")
    for source in (
        '#read("/etc/passwd")\n',
        '#read("../../../../etc/passwd")\n',
        '#import "@preview/cetz:0.3.1": *\n',
    ):
        answer = post(laila, "/perjanjian/naskah/nk/", seen=0, text=source, act="coba")
        assert answer.status_code == 422, source
        assert "root:" not in answer.content.decode()


def test_the_list_asks_as_many_questions_however_many_agreements_there_are(office: Office) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            page(budi, "/perjanjian/")
        return len(seen)

    nk, budi = umbrella(office), office.client("budi")
    pks(office, nk)
    draft = drafted(office, Kind.PKS, date(2023, 1, 1), date(2023, 12, 31), parent=nk)
    before = asked()
    addendum(
        office,
        pks(office, nk, date(2023, 1, 1), date(2023, 6, 30), number="2"),
        date(2023, 2, 1),
        {"ceiling_idr": 5},
    )
    drafted(office, Kind.PKS, date(2024, 1, 1), date(2024, 12, 31), parent=nk)
    assert asked() == before
    assert draft.signed_at is None
