"""Figures without people: who reads which, that small numbers stay at home, that both walls hold, and that they renew."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from payung.core.scope import Scope, acting_in, whole
from payung.database.rls import EnforceScope
from payung.intake.models import Row
from payung.registry.models import Person
from payung.reporting import queries
from payung.reporting.models import Figure
from payung.reporting.published import Key
from payung.reporting.services import compute_figures
from payung.reporting.tasks import are_old, keep_figures
from tests.office import databases
from tests.office.cast import DESA, FAR_DESA, OTHER_REGENCY, REGENCY, SEATS, Office
from tests.office.figure_rows import listed, neighbourhoods, people, screened, upload

KECAMATAN = "Tanah Grogot"
OUTCOMES = {
    "64.01.04": {"pass": 40, "pass_noted": 2, "incomplete": 7, "refuse": 3},
    "64.01.01": {"pass": 10, "refuse": 6},
    "": {"incomplete": 9},
}


def compute(regency: str = REGENCY) -> None:
    with acting_in(whole(regency)):
        compute_figures(timezone.now())


def by_place(table: queries.Table) -> dict[str, dict[str, int | None]]:
    lines = [*table.lines, *([table.total] if table.total else [])]
    return {line.name: {key.value: value for key, value in line.values.items()} for line in lines}


@pytest.fixture
def filled(office: Office) -> Office:
    """Lists and a screening in Paser, a screening next door; counted."""
    with acting_in(whole(REGENCY)):
        neighbourhoods(f"{DESA}/001", f"{DESA}/002", f"{FAR_DESA}/001")
        one = upload(DESA, "satu.xlsx")
        listed(one, f"{DESA}/001", 9)
        listed(one, f"{DESA}/002", 6, "to_fix")
        people(f"{DESA}/001", 9)
    screened(REGENCY, OUTCOMES)
    screened(OTHER_REGENCY, {"64.02.01": {"pass": 900, "incomplete": 3}})
    for regency in (REGENCY, OTHER_REGENCY):
        compute(regency)
    return office


def test_figures_are_counted_by_kecamatan_and_for_the_regency(filled: Office) -> None:
    with filled.acting("rina"):
        found = by_place(queries.table())
    assert found[KECAMATAN]["lolos"] == 42
    assert found["Long Ikis"] == dict.fromkeys(found["Jumlah"], 0)
    assert found["Jumlah"] == {
        "rt": 3, "rt_mengirim": 2, "baris": 15, "perlu_diperbaiki": 6, "orang": 9,
        "disaring": 77, "lolos": 52, "perlu_dilengkapi": 16, "tidak_lolos": 9,
    }  # fmt: skip
    assert found["Kecamatan belum diketahui"]["perlu_dilengkapi"] == 9


def test_counting_twice_gives_the_same(filled: Office) -> None:
    def kept() -> list[Any]:
        with acting_in(whole(REGENCY)):
            return sorted(
                Figure.objects.values_list("shared", "place", "key", "value", "whole", "as_of"), key=str
            )

    before = kept()
    compute()
    assert kept() == before
    assert len(before) > 20


def test_a_province_sees_its_regencies_side_by_side_without_small_numbers(filled: Office) -> None:
    with filled.acting("prov"):
        table = queries.table()
    found = by_place(table)
    assert set(found) == {"Kabupaten Paser", "Kabupaten Kutai Kartanegara", "Jumlah"}
    assert found["Kabupaten Paser"]["lolos"] == 52
    neighbour = found["Kabupaten Kutai Kartanegara"]
    assert (neighbour["disaring"], neighbour["lolos"], neighbour["perlu_dilengkapi"]) == (903, None, None)
    assert found["Jumlah"]["lolos"] is None, "with Paser's number the sum would tell the other"
    assert found["Jumlah"]["disaring"] == 980
    page = filled.client("prov").get("/angka/").content.decode()
    assert "Kabupaten Kutai Kartanegara" in page
    assert "<abbr" in page


def test_a_province_reads_shared_figures_and_nothing_else(filled: Office) -> None:
    with filled.acting("prov"):
        assert {(one.regency_code, one.shared) for one in Figure.objects.all()} == {
            (REGENCY, True),
            (OTHER_REGENCY, True),
        }
        assert not any(
            0 < (one.value or 0) < 5 for one in Figure.objects.exclude(key__in=("rt", "rt_mengirim"))
        )
        assert (Person.objects.count(), Row.objects.count()) == (0, 0)
    with acting_in(Scope("63", ("63",))):
        assert Figure.objects.count() == 0
    with acting_in(None):
        assert Figure.objects.count() == 0
    with acting_in(whole(OTHER_REGENCY)):
        assert {one.regency_code for one in Figure.objects.all()} == {OTHER_REGENCY}


@pytest.mark.parametrize("who", sorted(SEATS))
def test_figures_open_for_everybody_but_the_rt(filled: Office, who: str) -> None:
    client = filled.client(who)
    expected = 403 if who == "siti" else 200
    assert client.get("/angka/").status_code == expected
    assert client.get("/angka/unduh/").status_code == expected


def test_for_everybody_small_kecamatan_go_and_no_sum_tells_them(filled: Office) -> None:
    with filled.acting("budi"):
        found = by_place(queries.table(everybody=True))
    assert found[KECAMATAN]["tidak_lolos"] is None
    assert found[KECAMATAN]["rt"] == 2
    gone = [name for name, values in found.items() if name != "Jumlah" and values["disaring"] is None]
    assert len(gone) >= 2
    page = filled.client("budi").get("/angka/?untuk=umum").content.decode()
    assert page.count("<abbr") >= 10
    assert "tidak ditampilkan, karena dapat menunjuk kurang dari lima orang" in page


def test_the_workbook_holds_the_table(filled: Office) -> None:
    answer = filled.client("rina").get("/angka/unduh/")
    with ZipFile(io.BytesIO(answer.content)) as book:
        texts = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<v>52</v>" in texts
    assert 'filename="angka-64.01.xlsx"' in answer["Content-Disposition"]
    shared = filled.client("rina").get("/angka/unduh/?untuk=umum")
    assert "umum" in shared["Content-Disposition"]


def test_an_office_without_lists_is_told_that_there_are_no_figures_yet(office: Office) -> None:
    assert "Belum ada angka" in office.client("rina").get("/angka/").content.decode()
    assert "Belum ada angka" in office.client("prov").get("/angka/").content.decode()


def test_figures_renew_after_a_screening_and_after_an_hour_and_not_before(filled: Office) -> None:
    now = timezone.now()
    with acting_in(whole(REGENCY)):
        assert not are_old(now)
        assert are_old(now + timedelta(hours=2))
        screened(REGENCY, {"64.01.04": {"pass": 60}}, at=now + timedelta(seconds=1))
        assert are_old(now)
        keep_figures()
        assert Figure.objects.get(place=REGENCY, shared=False, key=Key.ELIGIBLE).value == 60


def test_the_page_asks_the_same_number_of_questions_however_much_there_is(filled: Office) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            filled.client("rina").get("/angka/")
        return len(seen)

    before = asked()
    with acting_in(whole(REGENCY)):
        one = upload(FAR_DESA, "dua.xlsx")
        listed(one, f"{FAR_DESA}/001", 200)
        people(f"{FAR_DESA}/001", 200)
    compute()
    assert asked() == before


@pytest.fixture
def server(filled: Office) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """PostgreSQL as the app's role, told that a province asks."""
    with psycopg.connect(databases.live_url(), autocommit=True) as app:
        app.execute("SELECT set_config('payung.regency', '64', false)")
        app.execute("""SELECT set_config('payung.territories', '{"64%"}', false)""")
        yield app


@pytest.mark.postgres
@pytest.mark.skipif(not databases.on_postgres(), reason="make test-postgres runs it")
class TestTheSecondWall:
    """What the server itself gives to a province, whatever is asked of it."""

    def test_a_province_reads_shared_figures_of_its_regencies(self, server: Any) -> None:
        found = server.execute(
            "SELECT DISTINCT regency_code, shared FROM reporting_figure ORDER BY 1"
        ).fetchall()
        assert found == [(REGENCY, True), (OTHER_REGENCY, True)]
        server.execute("SELECT set_config('payung.regency', '63', false)")
        assert server.execute("SELECT count(*) FROM reporting_figure").fetchone() == (0,)
        server.execute("SELECT set_config('payung.regency', '', false)")
        assert server.execute("SELECT count(*) FROM reporting_figure").fetchone() == (0,)

    def test_a_province_changes_no_figure(self, server: Any) -> None:
        assert server.execute("UPDATE reporting_figure SET value = 1").rowcount == 0
        assert server.execute("DELETE FROM reporting_figure").rowcount == 0
        new = (
            "INSERT INTO reporting_figure (regency_code, shared, place, key, value, as_of, computed_at) "
            "VALUES (%s, true, '64.01', 'orang', 1, now(), now())"
        )
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
            server.execute(new, (REGENCY,))

    def test_no_other_table_gives_a_province_a_row_of_a_regency(self, server: Any) -> None:
        names = server.execute(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND column_name = 'regency_code' AND table_name <> 'reporting_figure' ORDER BY 1"
        ).fetchall()
        assert len(names) > 15
        rows = {
            name: server.execute(f"SELECT count(*) FROM {name} WHERE regency_code <> '64'").fetchone()[0]
            for (name,) in names
        }
        assert {name: count for name, count in rows.items() if count} == {}


def test_a_shared_wall_has_a_policy_for_reading_alone() -> None:
    said: list[str] = []

    class Editor:
        """Collects what the operation would execute."""

        connection = SimpleNamespace(vendor="postgresql")

        def execute(self, statement: str, params: object = None) -> None:
            said.append(statement)

    EnforceScope("trial", "shared").database_forwards("trial", Editor(), None, None)
    assert [one.split(" USING")[0] for one in said[2:]] == [
        'CREATE POLICY payung_scope ON "trial"',
        'CREATE POLICY payung_province ON "trial" FOR SELECT',
    ]
