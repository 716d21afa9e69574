"""The duplicates screen: the queue, one decision a press, undo, two people at one pair."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from payung.audit.models import Event
from payung.core.errors import PayungError
from payung.core.scope import whole
from payung.screening import queries, services
from payung.screening.models import Pair, PairVerdict
from payung.screening.rules import Verdict
from tests.office.cast import REGENCY, Office
from tests.office.review_rows import LEFT, RIGHT, mark, pair, pairs, run
from tests.office.test_approval_races import at_once

URL = "/penyaringan/periksa/"


def decision(one: Pair, verdict: str, **more: Any) -> dict[str, Any]:
    return {"verdict": verdict, "version": one.version, "once": str(uuid.uuid4()), "daftar": "buka", **more}


def title(page: str) -> str:
    found = re.search(r'id="pasangan"[^>]*>(.*?)</h2>', page, re.S)
    return " ".join(re.sub(r"<[^>]*>", "", found.group(1)).split()) if found else ""


def test_the_queue_is_decided_in_order_and_goes_on_where_it_was(office: Office) -> None:
    with office.acting("budi"):
        made = pairs(run(), 4)
    budi = office.client("budi")
    page = budi.get(URL).content.decode()
    assert title(page) == "Siti Aminah 001 dan Siti Aminnah 001"
    assert "0 dari 4" in page
    answer = budi.post(f"{URL}{made[0].pk}/putus/", decision(made[0], "sama"))
    assert (answer.status_code, answer["Location"]) == (303, f"{URL}?p={made[1].pk}")
    again = budi.get(URL).content.decode()
    assert title(again) == "Siti Aminah 002 dan Siti Aminnah 002"
    assert "1 dari 4" in again
    assert "Siti Aminah 001 / Siti Aminnah 001</a> → <strong>sama</strong>" in again
    with office.acting("budi"):
        [event] = Event.objects.filter(action="pair.decided")
        assert event.subject_id == str(made[0].pk)
        assert [(one.verdict, one.way) for one in PairVerdict.objects.all()] == [("sama", "satu")]


def test_what_was_skipped_is_asked_at_the_end(office: Office) -> None:
    with office.acting("budi"):
        made = pairs(run(), 3)
    budi = office.client("budi")
    answer = budi.post(f"{URL}{made[2].pk}/putus/", decision(made[2], "beda"))
    assert answer["Location"] == f"{URL}?p={made[0].pk}"


def test_the_same_press_twice_decides_once(office: Office) -> None:
    with office.acting("budi"):
        [one] = pairs(run(), 1)
    budi, sent = office.client("budi"), decision(one, "beda")
    first = budi.post(f"{URL}{one.pk}/putus/", sent)
    assert budi.post(f"{URL}{one.pk}/putus/", sent)["Location"] == first["Location"] == URL
    with office.acting("budi"):
        assert PairVerdict.objects.count() == 1
    assert "Semua pasangan sudah diputus" in budi.get(URL).content.decode()


def test_the_second_of_two_reads_who_was_quicker(office: Office) -> None:
    with office.acting("budi"):
        [one] = pairs(run(), 1)
    office.client("wati").post(f"{URL}{one.pk}/putus/", decision(one, "beda"))
    late = office.client("budi").post(f"{URL}{one.pk}/putus/", decision(one, "sama"), follow=True)
    assert "sudah diputus oleh Bu Wati: beda" in late.content.decode()
    with office.acting("budi"):
        assert Pair.objects.get(pk=one.pk).verdict == "beda"
        assert PairVerdict.objects.count() == 1


def test_of_two_at_once_exactly_one_decides(office: Office) -> None:
    with office.acting("budi"):
        [one] = pairs(run(), 1)

    def by(who: str, verdict: Verdict) -> Any:
        def act() -> object:
            with office.acting(who):
                services.decide(one, verdict, version=1)
            return who

        return act

    results = at_once(by("budi", Verdict.SAME), by("wati", Verdict.DIFFERENT), by("budi", Verdict.SAME))
    assert sorted(type(one).__name__ for one in results) == ["PayungError", "PayungError", "str"]
    with office.acting("budi"):
        assert PairVerdict.objects.count() == 1


def test_undo_for_thirty_days_brings_the_pair_back(office: Office) -> None:
    with office.acting("budi"):
        made = pairs(run(), 2)
    budi = office.client("budi")
    budi.post(f"{URL}{made[0].pk}/putus/", decision(made[0], "sama"))
    answer = budi.post(f"{URL}{made[0].pk}/batal/", {"version": 2, "once": str(uuid.uuid4())})
    assert answer["Location"] == f"{URL}?p={made[0].pk}"
    with office.acting("budi"):
        assert services.decisions_in_force() == ()
        services.decide(Pair.objects.get(pk=made[0].pk), Verdict.SAME, version=3)
        PairVerdict.objects.filter(undone_at__isnull=True).update(made_at=timezone.now() - timedelta(days=31))
        with pytest.raises(PayungError, match="30 hari"):
            services.undo(Pair.objects.get(pk=made[0].pk), version=4)


def test_one_decision_holds_for_the_same_identities_in_every_register(office: Office) -> None:
    with office.acting("budi"):
        now, both = run(), (mark("a"), mark("b"))
        one = pair(now, 1, register="bpjs", marks=both)
        other = pair(now, 2, register="dukcapil", marks=both[::-1])
        services.decide(one, Verdict.DIFFERENT, version=1)
        assert Pair.objects.get(pk=other.pk).verdict == "beda"
        assert len(services.decisions_in_force()) == 1
        services.undo(Pair.objects.get(pk=other.pk), version=2)
        assert not Pair.objects.exclude(verdict="").exists()


def test_a_pair_of_an_older_run_waits_again_when_it_is_undone(office: Office) -> None:
    with office.acting("budi"):
        one = pair(run(1), 1)
        services.decide(one, Verdict.DIFFERENT, version=1)
        now = run(2)
        assert queries.open_singles(now).count() == 0
        services.undo(Pair.objects.get(pk=one.pk), version=2)
        assert [found.pk for found in queries.open_singles(now)] == [one.pk]


def test_differences_are_marked_and_said_and_numbers_stay_masked(office: Office) -> None:
    with office.acting("budi"):
        one = pair(run(), 1)
    page = office.client("budi").get(URL).content.decode()
    assert "6401********00<mark>03</mark>" in page
    assert "angka ke-15 dan ke-16 tertukar" in page
    assert "hanya di kanan: “n”" in page
    assert "NIK beda: dua angka bersebelahan tertukar" in page
    for secret in (LEFT.nik, RIGHT.nik, LEFT.kk, LEFT.phone):
        assert secret not in page
    assert "Ahmad Fauzi" in page
    assert "Bu Siti, 05-09-2022" in page
    opened = office.client("budi").post(f"{URL}{one.pk}/buka/", {"reason": "mencocokkan dengan KTP"})
    assert LEFT.kk in opened.content.decode()
    assert office.client("budi").post(f"{URL}{one.pk}/buka/", {"reason": ""}).status_code == 422
    with office.acting("budi"):
        assert Event.objects.filter(action="person.unmasked", subject_id=str(one.pk)).count() == 1


def test_twins_are_shown_as_twins(office: Office) -> None:
    evidence = {"ev_nik": "birth_part", "ev_name": "near", "ev_birth": "same", "ev_kk": "same"}
    with office.acting("budi"):
        pair(
            run(), 1, left=replace(LEFT, name="Hasan"), right=replace(RIGHT, name="Husin"), evidence=evidence
        )
    assert "mungkin kembar" in office.client("budi").get(URL).content.decode()


def test_names_are_text_and_nothing_else(office: Office) -> None:
    with office.acting("budi"):
        pair(run(), 1, left=replace(LEFT, name="<b>D'Souza</b>"), right=replace(RIGHT, name="O&M <script>"))
    page = office.client("budi").get(URL).content.decode()
    assert "<b>D" not in page
    assert "&lt;b&gt;D" in page
    assert "<script>" not in re.sub(r"<script [^>]*></script>", "", page)


def test_the_part_for_htmx_says_its_address(office: Office) -> None:
    with office.acting("budi"):
        made = pairs(run(), 2)
    part = office.client("budi").get(f"{URL}?p={made[1].pk}", headers={"HX-Request": "true"})
    assert part["HX-Replace-Url"] == f"{URL}?p={made[1].pk}"
    assert part.content.decode().lstrip().startswith('<div id="meja"')


def test_the_number_of_queries_does_not_grow_with_the_pairs(office: Office) -> None:
    budi, counted = office.client("budi"), []
    with office.acting("budi"):
        now = run()
        pairs(now, 2)
        pair(now, 900, outcome="certain", pattern="nik:swap")
    addresses = (URL, "/penyaringan/", "/penyaringan/pola/", "/penyaringan/keluar/", "/penyaringan/berkas/")
    for round in range(2):
        found = []
        for address in addresses:
            with CaptureQueriesContext(
                connection,
            ) as seen:
                assert budi.get(address).status_code == 200
            found.append(len(seen))
        counted.append(found)
        if not round:
            with office.acting("budi"):
                for number in range(100, 160):
                    pair(now, number)
                for number in range(200, 260):
                    pair(now, number, outcome="certain", pattern=f"nik:swap kk:{number % 3}")
    assert counted[0] == counted[1]
    assert max(counted[1]) < 25


def test_known_pairs_are_hidden_among_the_others_and_measure_agreement(office: Office) -> None:
    with office.acting("budi"):
        made = pairs(run(), 60)
        for one in made[:40]:
            services.decide(one, Verdict.SAME, version=1)
        [first, *_] = tests = list(Pair.objects.filter(is_test=True).order_by("pk"))
        assert len(tests) == 2
        assert first.known == "sama"
        before = services.decisions_in_force()
        page = office.client("budi").get(f"{URL}?p={first.pk}").content.decode()
        assert "uji" not in page
    with office.acting("wati"):
        services.decide(first, Verdict.DIFFERENT, version=1)
        services.decide(tests[1], Verdict.SAME, version=1)
        assert services.decisions_in_force() == before
        [shown] = queries.agreement(whole(REGENCY))
        assert (shown.name, shown.count, shown.agreed) == ("Bu Wati", 2, 1)
        source = Pair.objects.get(is_test=False, row_id_l=first.row_id_l)
        services.undo(source, version=2)
        assert queries.agreement(whole(REGENCY))[0].count == 1


def test_an_auditor_looks_and_does_not_decide(office: Office) -> None:
    with office.acting("budi"):
        [one] = pairs(run(), 1)
    page = office.client("audi").get(URL)
    assert "Siti Aminah 001" in page.content.decode()
    assert "data-key" not in page.content.decode().replace('data-key="j"', "")
    assert office.client("audi").post(f"{URL}{one.pk}/putus/", decision(one, "sama")).status_code == 403
    assert office.client("kukar").get(f"{URL}?p={one.pk}").status_code == 404


def test_what_waits_is_counted(office: Office) -> None:
    with office.acting("budi"):
        pairs(run(), 3)
    assert queries.waiting_pairs(whole(REGENCY)) == 3
    assert queries.waiting_pairs(whole("64.02")) == 0
