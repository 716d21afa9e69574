"""The pages about people: search, a person, a household; masked unless asked for, and never outside one's territory."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from payung.audit.queries import history
from payung.policy import loader
from payung.registry.models import Household, Person
from payung.registry.panels import _PANELS, panel
from tests.office.cast import DESA, FAR_DESA, Office
from tests.office.registry_rows import AMINAH, KK, ON, PHONE, other, row, save

AMIR = "6401041203850001"
SECRETS = (AMINAH, KK, "Rahmah", PHONE)


@pytest.fixture
def aminah(office: Office) -> Person:
    """Siti Aminah of Janju, with Amir on her family card."""
    with office.acting("budi"):
        save(row(), other(AMIR, "Amir", kk=KK))
        found: Person = Person.objects.get(name="Siti Aminah")
    return found


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def without_tokens(response: object) -> str:
    """A page without what differs each time: the token against forgery, and the address that was asked for."""
    return re.sub(r'"[A-Za-z0-9]{64}"|/warga/\d+/', "", text_of(response))


@pytest.mark.parametrize("typed", [AMINAH, "6401 0457 0890 0003", PHONE, "+62 812-3456-7890"])
def test_a_number_leads_to_its_person(office: Office, aminah: Person, typed: str) -> None:
    answer = office.client("budi").post("/warga/", {"cari": typed})
    assert (answer.status_code, answer["Location"]) == (303, f"/warga/{aminah.pk}/")


def test_a_family_card_shows_its_people(office: Office, aminah: Person) -> None:
    page = text_of(office.client("budi").post("/warga/", {"cari": KK}))
    assert "Siti Aminah" in page
    assert "Amir" in page


def test_a_name_gets_an_address_and_a_number_never(office: Office, aminah: Person) -> None:
    client = office.client("budi")
    answer = client.post("/warga/", {"cari": "Sitti Aminha", "desa": DESA})
    assert answer["Location"] == f"/warga/?cari=Sitti+Aminha&desa={DESA}"
    assert f"/warga/{aminah.pk}/" in text_of(client.get(answer["Location"]))
    by_hand = client.get("/warga/", {"cari": AMINAH})
    assert (by_hand.status_code, by_hand["Location"]) == (303, "/warga/")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Tulis nama atau nomor yang dicari"),
        ("%%%", "paling sedikit satu kata"),
        ("12345", "bukan NIK, nomor KK, atau nomor HP yang lengkap"),
        ("Zzyzx Qwfp", "Tidak ada yang cocok"),
    ],
)
def test_a_search_that_finds_nothing_says_what_to_do(
    office: Office, aminah: Person, typed: str, says: str
) -> None:
    assert says in text_of(office.client("budi").post("/warga/", {"cari": typed}, follow=True))


def test_a_search_that_matches_everybody_asks_to_be_narrowed(office: Office) -> None:
    with office.acting("budi"):
        save(*(other(f"64010457089{n:05d}", f"Siti {chr(65 + n % 26)}") for n in range(1, 80)))
    page = text_of(office.client("budi").get("/warga/", {"cari": "Siti"}))
    assert "Persempit pencarian" in page
    assert page.count('<th scope="row">') == 50


def test_search_stays_within_the_territory(office: Office) -> None:
    with office.acting("budi"):
        save(row(), other(AMIR, "Siti Aminah", desa_code=FAR_DESA, rt="001"))
    for who, found in (("budi", 2), ("desi", 1), ("siti", 1), ("joko", 1)):
        page = text_of(office.client(who).get("/warga/", {"cari": "Siti Aminah"}))
        assert page.count('<th scope="row">') == found, who
    answer = office.client("joko").post("/warga/", {"cari": AMINAH})
    assert answer.status_code == 200
    assert "Tidak ada yang cocok" in text_of(answer)


@pytest.mark.parametrize("who", ["tamu", "rina", "laila", "kpa", "bona", "admin", "prov"])
def test_those_without_the_right_see_no_person(office: Office, aminah: Person, who: str) -> None:
    client = office.client(who)
    assert {client.get(url).status_code for url in ("/warga/", f"/warga/{aminah.pk}/")} == {403}


def test_outside_is_the_same_as_not_there(office: Office, aminah: Person) -> None:
    for who in ("joko", "kukar"):
        client = office.client(who)
        outside, nobody = client.get(f"/warga/{aminah.pk}/"), client.get("/warga/999999/")
        assert (outside.status_code, nobody.status_code) == (404, 404)
        assert without_tokens(outside) == without_tokens(nobody)
        asked = client.post(f"/warga/{aminah.pk}/buka/", {"field": "nik", "reason": "ingin tahu"})
        assert asked.status_code in (403, 404)


def test_a_person_is_shown_masked_with_what_the_nik_says(office: Office, aminah: Person) -> None:
    page = text_of(office.client("budi").get(f"/warga/{aminah.pk}/"))
    assert "6401********0003" in page
    assert "lahir 17 Agustus 1990, pertama terdaftar di" in page
    assert not [one for one in SECRETS if one in page]
    assert "Amir" in page
    assert "janju.xlsx" in page


def test_the_wrong_sex_in_a_nik_is_a_question(office: Office) -> None:
    with office.acting("budi"):
        save(row(sex="L"))
        person = Person.objects.get()
    assert "memuat jenis kelamin yang lain" in text_of(office.client("budi").get(f"/warga/{person.pk}/"))


def test_a_field_is_shown_with_a_reason_once_and_recorded(office: Office, aminah: Person) -> None:
    client = office.client("desi")
    answer = client.post(f"/warga/{aminah.pk}/buka/", {"field": "nik", "reason": "cocokkan KTP di meja"})
    page = text_of(answer)
    assert "6401 0457 0890 0003" in page
    assert PHONE not in page
    assert "no-store" in answer["Cache-Control"]
    assert "6401 0457 0890 0003" not in text_of(client.get(f"/warga/{aminah.pk}/"))
    with office.acting("budi"):
        [event] = history(aminah)
    assert (event.event.action, event.who, event.said.reason) == (
        "person.unmasked",
        "Bu Desi",
        "cocokkan KTP di meja",
    )


@pytest.mark.parametrize(
    "given", [{}, {"field": "nik"}, {"field": "nik", "reason": " "}, {"field": "id", "reason": "x" * 9}]
)
def test_without_a_reason_nothing_is_shown(office: Office, aminah: Person, given: dict[str, str]) -> None:
    answer = office.client("desi").post(f"/warga/{aminah.pk}/buka/", given)
    assert answer.status_code == 422
    assert not [one for one in (*SECRETS, "6401 0457") if one in text_of(answer)]
    with office.acting("budi"):
        assert history(aminah) == []


def test_unmasking_needs_a_post_and_the_right(office: Office, aminah: Person) -> None:
    assert office.client("desi").get(f"/warga/{aminah.pk}/buka/").status_code == 405
    asked = {"field": "nik", "reason": "ingin tahu saja"}
    assert office.client("siti").post(f"/warga/{aminah.pk}/buka/", asked).status_code == 403
    assert "Buka dan catat" not in text_of(office.client("siti").get(f"/warga/{aminah.pk}/"))


def test_the_page_tells_what_changed_with_which_source(office: Office, aminah: Person) -> None:
    with office.acting("wati"):
        save(row(address="Jl. Baru", phone="081277777777"), ref="u2", on=ON + timedelta(days=9))
    page = text_of(office.client("budi").get(f"/warga/{aminah.pk}/"))
    assert "<del>Jl. Poros RT 5</del> → <ins>Jl. Baru</ins>" in page
    assert "<del>0812*****890</del> → <ins>0812*****777</ins>" in page
    assert "Bu Wati" in page


def test_names_are_shown_as_they_were_typed(office: Office) -> None:
    typed = ["D'Souza", "O&M", "<b>Budi</b>", "{{ 7|add:7 }}"]
    with office.acting("budi"):
        save(*(other(f"640104120385001{n}", name, kk=KK) for n, name in enumerate(typed)))
        people = {one.name: one.pk for one in Person.objects.all()}
        card = Household.objects.get().pk
    client = office.client("budi")
    escaped = {"D'Souza": "D&#x27;Souza", "O&M": "O&amp;M", "<b>Budi</b>": "&lt;b&gt;Budi&lt;/b&gt;"}
    for name in typed:
        for url in (f"/warga/{people[name]}/", f"/warga/kk/{card}/"):
            page = text_of(client.get(url))
            assert escaped.get(name, name) in page
            assert "<b>Budi" not in page
        found = client.get("/warga/", {"cari": name})
        assert f"/warga/{people[name]}/" in text_of(found), name


def test_a_household_shows_its_people_of_ones_own_territory(office: Office, aminah: Person) -> None:
    with office.acting("budi"):
        card = Household.objects.get().pk
    page = text_of(office.client("siti").get(f"/warga/kk/{card}/"))
    assert "Siti Aminah" in page
    assert "Amir" in page
    assert KK not in page
    assert office.client("joko").get(f"/warga/kk/{card}/").status_code == 404


def test_what_another_step_knows_stands_on_the_page(office: Office, aminah: Person) -> None:
    @panel("audit.said", "Putusan")
    def decided(person: Person) -> dict[str, object]:
        return {"said": person.name}

    try:
        assert "Putusan" in text_of(office.client("budi").get(f"/warga/{aminah.pk}/"))
    finally:
        del _PANELS["audit.said"]


def queries_of(office: Office, url: str) -> int:
    client = office.client("budi")
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_pages_ask_the_database_no_more_often_for_more_rows(office: Office) -> None:
    with office.acting("budi"):
        save(row(), other(AMIR, "Amir", kk=KK))
        person, card = Person.objects.get(name="Siti Aminah").pk, Household.objects.get().pk
    urls = (f"/warga/{person}/", f"/warga/kk/{card}/", "/warga/?cari=Siti")
    before = [queries_of(office, url) for url in urls]
    with office.acting("budi"):
        save(*(other(f"64010457089{n:05d}", f"Siti {n}", kk=KK) for n in range(10, 40)))
        for n in range(8):
            save(row(address=f"Jl. {n}"), ref=f"r{n}", on=ON + timedelta(days=n))
    after = [queries_of(office, url) for url in urls]
    assert after[:2] == before[:2]
    # A search takes up to three steps where somebody is surely meant; how many it needs depends on who there is.
    assert abs(after[2] - before[2]) <= 3
    assert max(after) <= 20


def test_an_occupation_group_is_called_by_its_title_and_by_its_code_where_it_is_known_no_more(
    office: Office, aminah: Person
) -> None:
    group = next(iter(loader.local("paser-2022").groups))
    with office.acting("wati"):
        save(row(group=group.id), ref="u2", on=ON + timedelta(days=9))
        save(row(group="kelompok_lama"), ref="u3", on=ON + timedelta(days=10))
    page = text_of(office.client("budi").get(f"/warga/{aminah.pk}/"))
    assert f"<del>{group.title}</del> → <ins>kelompok_lama</ins>" in page
    assert '<dd class="govuk-summary-list__value">kelompok_lama</dd>' in page
    with office.acting("wati"):
        save(row(group=group.id), ref="u4", on=ON + timedelta(days=11))
    page = text_of(office.client("budi").get(f"/warga/{aminah.pk}/"))
    assert f'<dd class="govuk-summary-list__value">{group.title}</dd>' in page
    assert f">{group.id}<" not in page
