"""The pages of rounds and scenarios: what they show, what they refuse, and that nothing is done twice or over others."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from payung.allocation.models import AllocationRound, Scenario
from payung.budget.models import Budget
from payung.screening.models import Pair
from payung.screening.rules import Verdict
from payung.screening.services import decide
from tests.office.freeze_desk import frozen, waived
from tests.office.round_desk import PRICE, budget, opened, scenario
from tests.office.screening_desk import Desk, brought, desk_brought, desk_screened, done

__all__ = ["brought", "desk_brought", "desk_screened", "done"]


def page(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def words(html: str) -> str:
    """The visible words of a page, without tags and with single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def ready(done: Desk, jkk_idr: int = 10_000_000) -> tuple[AllocationRound, Budget]:
    """A round whose candidates are ready, and money for it."""
    round_ = opened(done.office)
    with done.office.acting("budi"):
        return round_, budget(jkk_idr, 10_000_000)


def filled(people: int, pk: int, **more: Any) -> dict[str, Any]:
    """What is typed for a scenario that pays for so many people."""
    return {
        "once": str(uuid4()), "aksi": "simpan", "nama": "Dasar", "versi": "0", "baris": "2",
        "dari": "2022-10", "sampai": "2022-12", "lanjutan": "on", "anggaran_0": str(pk),
        "jkk_0": str(PRICE.jkk_idr * 3 * people), "jkm_0": str(PRICE.jkm_idr * 3 * people),
        "jenis_0": "paling-sedikit", "jenis_1": "paling-sedikit", **more,
    }  # fmt: skip


def test_a_round_is_opened_by_its_form_prepared_and_told_what_comes_next(done: Desk) -> None:
    client = done.office.client("budi")
    assert "Belum ada putaran" in page(client, "/putaran/")
    form = page(client, "/putaran/buka/")
    assert "Oktober sampai dengan Desember 2022" in form
    key = str(uuid4())
    first = client.post("/putaran/buka/", {"once": key, "nama": "Triwulan keempat"})
    again = client.post("/putaran/buka/", {"once": key, "nama": "Triwulan keempat"})
    assert first.status_code == again.status_code == 303
    assert first["Location"] == again["Location"]
    with done.office.acting("budi"):
        round_ = AllocationRound.objects.get()
    assert "Calon disiapkan" in words(page(client, f"/putaran/{round_.pk}/"))
    done.office.work()
    shown = words(page(client, f"/putaran/{round_.pk}/"))
    assert "Triwulan keempat" in shown
    assert "Buat skenario" in shown
    assert client.get(f"/putaran/{round_.pk}/keadaan/")["HX-Refresh"] == "true"


def test_a_scenario_is_saved_once_with_the_figures_that_were_shown_before(done: Desk) -> None:
    round_, money = ready(done)
    client = done.office.client("budi")
    where = f"/putaran/{round_.pk}/skenario/"
    assert "Pilih anggarannya" in words(page(client, where))
    typed = filled(5, money.pk)
    live = client.post(f"{where}akibat/", typed)
    assert live.status_code == 200
    assert "Terpilih 5" in words(live.content.decode())
    with done.office.acting("budi"):
        assert not Scenario.objects.exists()
    without_script = client.post(where, {**typed, "aksi": "hitung"})
    assert "Terpilih 5" in words(without_script.content.decode())
    answers = [client.post(where, typed) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert answers[0]["Location"] == answers[1]["Location"]
    with done.office.acting("budi"):
        made = Scenario.objects.get()
        assert made.figures["people"] == 5
        assert made.figures["jkk_idr"] == PRICE.jkk_idr * 15
    shown = words(page(client, answers[0]["Location"]))
    assert "Terpilih 5" in shown
    assert "Rp150.000" in shown
    with done.office.acting("budi"):
        scenario(round_, money, 6, "Lebih banyak")
    beside = words(page(client, f"/putaran/{round_.pk}/"))
    assert "Skenario bersebelahan" in beside
    assert "Dasar" in beside


def test_what_an_old_page_would_overwrite_is_refused_and_what_was_typed_stays(done: Desk) -> None:
    round_, money = ready(done)
    with done.office.acting("budi"):
        made = scenario(round_, money, 5)
    budi, wati = done.office.client("budi"), done.office.client("wati")
    where = f"/putaran/skenario/{made.pk}/ubah/"
    for one in (budi, wati):
        assert 'name="versi" value="1"' in page(one, where)
    assert budi.post(where, filled(6, money.pk, versi="1")).status_code == 303
    late = wati.post(where, filled(7, money.pk, versi="1", nama="Punya Wati"))
    assert late.status_code == 422
    assert "sudah diubah orang lain" in words(late.content.decode())
    assert 'value="Punya Wati"' in late.content.decode()
    with done.office.acting("budi"):
        made.refresh_from_db()
        assert (made.version, made.figures["people"], made.name) == (2, 6, "Dasar")
    gone = wati.post(f"/putaran/skenario/{made.pk}/hapus/", {"once": str(uuid4()), "versi": "1"}, follow=True)
    assert "sudah diubah orang lain" in words(gone.content.decode())
    assert (
        budi.post(f"/putaran/skenario/{made.pk}/hapus/", {"once": str(uuid4()), "versi": "2"}).status_code
        == 303
    )
    assert "Belum ada skenario" in page(budi, f"/putaran/{round_.pk}/")
    assert "dihapus" in page(budi, f"/putaran/skenario/{made.pk}/")


def test_more_money_than_is_left_is_refused_by_account_and_amount(done: Desk) -> None:
    round_, money = ready(done, PRICE.jkk_idr * 6)
    client = done.office.client("budi")
    answer = client.post(f"/putaran/{round_.pk}/skenario/", filled(3, money.pk))
    assert answer.status_code == 422
    said = words(answer.content.decode())
    assert "melebihi sisanya (Rp60.000): kurang Rp30.000" in said
    everything = filled(3, money.pk, jkk_0="", jkm_0="")
    assert client.post(f"/putaran/{round_.pk}/skenario/", everything).status_code == 303
    with done.office.acting("budi"):
        made = Scenario.objects.get()
        assert made.settings["ceilings"] == {"apbd-kabupaten": [60_000, 10_000_000]}
        assert made.figures["people"] == 2


def test_limits_groups_and_points_are_typed_and_shown_again(done: Desk) -> None:
    round_, money = ready(done)
    client, where = done.office.client("budi"), f"/putaran/{round_.pk}/skenario/"
    typed = filled(
        8, money.pk, jenis_0="paling-banyak", untuk_0="kecamatan:*", orang_0="6", nilai_nelayan="90",
        tanpa_pedagang="on",
    )  # fmt: skip
    more = client.post(where, {**typed, "aksi": "tambah"})
    assert 'name="untuk_3"' in more.content.decode()
    assert 'name="baris" value="4"' in more.content.decode()
    half = client.post(where, {**typed, "untuk_1": "desa:64.01.04.2002"})
    assert half.status_code == 422
    assert "Tulis jumlah orangnya" in half.content.decode()
    saved = client.post(where, {**typed, "once": str(uuid4())})
    assert saved.status_code == 303, words(saved.content.decode())
    with done.office.acting("budi"):
        made = Scenario.objects.get()
        assert made.settings["quotas"] == [["kecamatan", "*", 6]]
        assert made.settings["group_points"] == {"nelayan": 90}
        assert made.settings["groups_out"] == ["pedagang"]
        assert all(one["people"] <= 6 for one in made.figures["districts"].values())
        assert made.figures["groups"].get("pedagang", {"people": 0})["people"] == 0
    again = page(client, f"/putaran/skenario/{made.pk}/ubah/")
    assert 'value="90"' in again
    assert re.search(r'<option value="kecamatan:\*"\s+selected', again)
    copied = page(client, f"{where}?seperti={made.pk}")
    assert 'value="90"' in copied


def test_everybody_stands_on_exactly_one_list_with_a_reason_and_no_whole_number(done: Desk) -> None:
    round_, money = ready(done)
    with done.office.acting("budi"):
        made = scenario(round_, money, 5)
        people = round_.figures["people"]
    client, found = done.office.client("budi"), {}
    for name in ("terpilih", "menunggu", "ditahan", "tidak-ikut"):
        html = page(client, f"/putaran/skenario/{made.pk}/orang/?daftar={name}")
        assert not re.search(r"\b\d{16}\b", html)
        match = re.search(r"<caption>([\d.]+) orang", html)
        found[name] = int(match[1]) if match else 0
    assert found == {"terpilih": 5, "menunggu": people - 5, "ditahan": 0, "tidak-ikut": 0}
    waiting = words(page(client, f"/putaran/skenario/{made.pk}/orang/?daftar=menunggu"))
    assert "Pagu habis sebelum urutan ini" in waiting
    assert re.search(r"Terpilih bila pagu ditambah Rp[\d.]+ \(JKK Rp[\d.]+, JKM Rp[\d.]+\)", waiting)
    assert "Urutan ke-1 dengan nilai" in words(page(client, f"/putaran/skenario/{made.pk}/orang/"))
    name = re.findall(r'<th scope="row">([^<]+)</th>', page(client, f"/putaran/skenario/{made.pk}/orang/"))[0]
    narrowed = page(client, f"/putaran/skenario/{made.pk}/orang/?nama={name.split()[0].lower()}")
    assert name in narrowed
    assert "Tidak ada orang yang cocok" in page(client, f"/putaran/skenario/{made.pk}/orang/?nama=xyzzy")


def test_a_cancelled_round_stays_to_be_read_and_takes_nothing_more(done: Desk) -> None:
    round_, money = ready(done)
    with done.office.acting("budi"):
        made = scenario(round_, money, 5)
    client = done.office.client("budi")
    assert (
        client.post(f"/putaran/{round_.pk}/batal/", {"once": str(uuid4()), "alasan": ""}).status_code == 422
    )
    said = {"once": str(uuid4()), "alasan": "anggaran ditunda"}
    assert [client.post(f"/putaran/{round_.pk}/batal/", said).status_code for _ in range(2)] == [303, 303]
    shown = words(page(client, f"/putaran/{round_.pk}/"))
    assert "anggaran ditunda" in shown
    assert "Dasar" in shown
    assert "Terpilih 5" in words(page(client, f"/putaran/skenario/{made.pk}/"))
    refused = client.post(f"/putaran/{round_.pk}/skenario/", filled(5, money.pk, nama="Lain"), follow=True)
    assert "sudah dibatalkan" in words(refused.content.decode())
    with done.office.acting("budi"):
        assert Scenario.objects.count() == 1


def test_an_outdated_screening_needs_a_reason_that_is_shown_for_ever(done: Desk) -> None:
    with done.office.acting("budi"):
        pair = Pair.objects.filter(outcome="review", register="").first()
        assert pair
        decide(pair, Verdict.DIFFERENT, version=pair.version)
    client = done.office.client("budi")
    assert "belum ikut disaring" in page(client, "/putaran/buka/")
    bare = client.post("/putaran/buka/", {"once": str(uuid4()), "nama": "Mendesak"})
    assert bare.status_code == 422
    assert "perlu diperbarui" in bare.content.decode()
    said = {"once": str(uuid4()), "nama": "Mendesak", "alasan": "DPA berakhir besok"}
    opened_ = client.post("/putaran/buka/", said)
    assert opened_.status_code == 303
    shown = words(page(client, opened_["Location"]))
    assert "DPA berakhir besok" in shown
    assert "belum ikut disaring" in shown


def test_who_only_reads_rounds_sees_figures_and_nobody_behind_them(done: Desk) -> None:
    round_, money = ready(done)
    with done.office.acting("budi"):
        made = scenario(round_, money, 5)
    for name in ("kpa", "rina", "audi"):
        client = done.office.client(name)
        assert "Terpilih 5" in words(page(client, f"/putaran/skenario/{made.pk}/"))
        assert "Buat skenario" not in page(client, f"/putaran/{round_.pk}/")
        page(client, f"/putaran/skenario/{made.pk}/orang/", 403)
        page(client, f"/putaran/skenario/{made.pk}/ubah/", 403)
    page(done.office.client("desi"), f"/putaran/{round_.pk}/", 403)
    page(done.office.client("kukar"), f"/putaran/{round_.pk}/", 404)


def test_the_next_step_is_told_from_the_first_scenario_to_the_decree(done: Desk) -> None:
    round_, money = ready(done)
    client = done.office.client("budi")

    def told() -> str:
        shown = words(page(client, f"/putaran/{round_.pk}/"))
        return shown.partition("Langkah berikut")[2].partition("Skenario Skenario")[0]

    assert "Buat skenario" in told()
    with done.office.acting("budi"):
        one = scenario(round_, money, 5)
    assert "Uji padan" in told()
    waived(done.office, round_)
    assert "Bekukan satu skenario" in told()
    frozen(done.office, one)
    assert "Buka pembekuan" in told()
    refused = client.post(
        f"/putaran/skenario/{one.pk}/hapus/", {"once": str(uuid4()), "versi": "1"}, follow=True
    )
    assert "sudah dibekukan" in words(refused.content.decode())
    with done.office.acting("budi"):
        AllocationRound.objects.filter(pk=round_.pk).update(approved_at=timezone.now())
    assert "Buka Keputusan" in told()


def test_two_budget_lines_of_one_title_are_told_apart_by_their_codes(done: Desk) -> None:
    round_, _ = ready(done)
    with done.office.acting("budi"):
        budget(5_000_000, 4_000_000, code="5.1.09")
    form = page(done.office.client("budi"), f"/putaran/{round_.pk}/skenario/")
    assert "Disnakertrans, 5.1.02" in form
    assert "Disnakertrans, 5.1.09: sisa JKK Rp5.000.000, JKM Rp4.000.000" in form
