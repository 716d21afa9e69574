"""Lists that were sent: read in the background, their rows kept as the main job on files understands them."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pytest
from django.db import connection

from payung.audit.models import Detail, Event
from payung.config import load
from payung.core.errors import PayungError
from payung.intake.files import find_lists
from payung.intake.models import Batch, Row, RowFault, Sent, State, Upload
from payung.intake.pipeline import read_lists
from payung.intake.queries import screening_rows
from payung.intake.reading_services import read_batch
from payung.intake.rules import faults_of
from payung.intake.stored import reopened
from payung.intake.upload_services import read_again, receive, save_upload, undo_upload
from payung.policy import loader
from payung.registry.models import Observation, Person
from tests.integration.planted_list import plant
from tests.integration.small_office import person
from tests.office.cast import DESA, OTHER_DESA, REGENCY, Office
from tests.office.lists import HEADER, again, rows, send, upload_of, workbook, zipped

POLICY = loader.local("paser-2022")


def silent(label: str, done: int, total: int) -> None:
    """Nobody looks."""


def test_the_four_numbers_add_up_to_the_rows_of_the_file(office: Office, tmp_path: Path) -> None:
    planted = plant(tmp_path, 120, 28)
    batch = send(office, {"usulan.xlsx": planted.path.read_bytes()}, who="budi", place=REGENCY)
    upload = upload_of(office, batch)
    with office.acting("budi"), reopened(upload) as now:
        counts = now.counts
    assert (upload.good, upload.to_fix, upload.already, upload.not_person) == (
        counts.good, counts.to_fix, counts.already_there, counts.not_person,
    )  # fmt: skip
    assert upload.rows == counts.rows == 120 + upload.not_person
    assert upload.to_fix == 28
    with office.acting("budi"):
        found = RowFault.objects.filter(upload=upload).values_list("row__row", "column", "code")
        assert planted.faults <= set(found)


def test_the_rows_for_screening_are_those_of_the_main_job_on_the_same_files(
    office: Office, tmp_path: Path
) -> None:
    lists = tmp_path / "daftar" / "640104 TANAH GROGOT"
    lists.mkdir(parents=True)
    one, two = (workbook(rows(range(start, 24, 2), NIK="")) for start in (0, 1))
    (lists / "Janju.xlsx").write_bytes(one)
    (lists / "Tapis.xlsx").write_bytes(two)
    (lists / "Tapis lagi.xlsx").write_bytes(two)
    with (lists / "Jone.csv").open("w", newline="", encoding="utf-8") as target:
        csv.writer(target).writerows([HEADER, *([str(n), *person(n)] for n in range(5))])
    shutil.copy(plant(tmp_path, 60, 28).path, lists / "gabungan.xlsx")
    intake = read_lists(find_lists(tmp_path / "daftar", tmp_path / "zip"), POLICY)
    codes = faults_of(intake.findings)

    packed = {
        str(path.relative_to(tmp_path / "daftar")): path.read_bytes() for path in sorted(lists.rglob("*.*"))
    }
    send(office, {"daftar.zip": zipped(packed)}, who="budi", place=REGENCY)
    with office.acting("budi"):
        kept = list(screening_rows())
    there = ("file",)

    def plain(a: object) -> dict[str, object]:
        return {name: getattr(a, name) for name in a.__slots__ if name not in there}  # type: ignore[attr-defined]

    expected = {a.row_id: (plain(a), codes.get(a.row_id, ())) for a in intake.applications}
    assert {a.row_id: (plain(a), found) for a, found, _ in kept} == expected
    assert [a.row_id for a, _, _ in kept] == sorted(expected)


def test_the_same_file_twice_changes_nothing_and_says_where_it_is(office: Office) -> None:
    content = workbook(rows(range(4)))
    first = upload_of(office, send(office, {"Janju.xlsx": content}))
    twice = send(office, {"salinan.xlsx": content, "Janju.zip": zipped({"a.xlsx": content})})
    with office.acting("desi"):
        copies = list(Upload.objects.filter(batch=twice))
        assert [one.twin_id for one in copies] == [first.pk, first.pk]
        assert len(list(screening_rows())) == 4
        assert Row.objects.count() == 4


def test_what_is_no_list_fails_itself_and_the_others_go_on(office: Office) -> None:
    batch = send(
        office,
        {
            "foto.jpg": b"\xff\xd8\xff\xe0 no list",
            "rusak.zip": b"PK\x03\x04rest",
            "Janju.xlsx": workbook(rows(range(3))),
        },
    )
    with office.acting("desi"):
        found = {one.file: one for one in Upload.objects.filter(batch=batch)}
        assert found["Janju.xlsx"].good == 3
        assert found["foto.jpg"].failure
        assert found["foto.jpg"].todo
        assert "foto.jpg" in found["foto.jpg"].failure
        assert Batch.objects.get(pk=batch.pk).read_at


def test_a_file_that_lies_sealed_tells_nobody_a_nik(office: Office) -> None:
    lines = rows(range(3))
    batch = send(office, {"Janju.csv": "\n".join(",".join(line) for line in [HEADER, *lines]).encode()})
    nik = lines[0][1].encode()
    files = [path for path in load().folder("uploads").rglob("*") if path.is_file()]
    assert files
    assert not any(nik in path.read_bytes() for path in files)
    assert not list(load().folder("workspace").glob("payung-*"))
    with office.acting("desi"), connection.cursor() as cursor:
        for table in ("intake_upload", "intake_row", "intake_rowfault", "intake_sent", "intake_batch"):
            cursor.execute(f"SELECT * FROM {table}")
            assert nik.decode() not in str(cursor.fetchall()), table
        assert Sent.objects.get(batch=batch).expanded_at


def test_reading_again_after_it_was_read_changes_nothing(office: Office) -> None:
    batch = send(office, {"Janju.xlsx": workbook(rows(range(4)))})
    with office.acting("desi"):
        before = list(Row.objects.values_list("pk", "row_id"))
        Batch.objects.filter(pk=batch.pk).update(read_at=None)
        read_again(Batch.objects.get(pk=batch.pk))
    office.work()
    with office.acting("desi"):
        assert list(Row.objects.values_list("pk", "row_id")) == before
        assert read_batch(batch.pk, silent).read_at


def test_rows_outside_the_sender_s_territory_stay_with_the_sender_as_faults(office: Office) -> None:
    lines = [*rows(range(6)), *rows(range(6, 8), desa="Tapis")]
    upload = upload_of(office, send(office, {"campur.xlsx": workbook(lines)}))
    assert upload.place == DESA
    assert upload.to_fix == 2
    with office.acting("desi"):
        away = RowFault.objects.filter(code="desa_outside").values_list("place", flat=True)
        assert set(away) == {DESA}
        assert len(away) == 2


def test_a_whole_list_of_another_place_is_kept_out_until_it_is_sent_there(office: Office) -> None:
    upload = upload_of(office, send(office, {"tapis.xlsx": workbook(rows(range(8), desa="Tapis"))}))
    assert upload.stops
    assert not upload.is_live
    with office.acting("desi"):
        assert list(screening_rows()) == []
        with pytest.raises(PayungError):
            save_upload(upload)


def test_a_place_outside_one_s_territory_takes_nothing_in(office: Office) -> None:
    with office.acting("desi"), pytest.raises(PayungError, match="di luar wilayah"):
        receive([], OTHER_DESA)


def test_saving_twice_saves_once_and_undoing_takes_out_what_was_saved(office: Office) -> None:
    upload = upload_of(
        office, send(office, {"Janju.xlsx": workbook([*rows(range(5)), *rows([7], NIK="123")])})
    )
    assert (upload.good, upload.to_fix) == (5, 1)
    with office.acting("desi"):
        assert save_upload(upload) == 5
        assert save_upload(again(office, upload)) == 0
        assert Observation.objects.count() == Person.objects.count() == 5
        assert Event.objects.filter(action="upload.saved").count() == 1
        undo_upload(again(office, upload), "keliru")
        assert Observation.objects.count() == Person.objects.count() == 0
        assert list(screening_rows()) == []
        with pytest.raises(PayungError, match="sudah dibatalkan"):
            undo_upload(again(office, upload), "lagi")
    once_more = upload_of(office, send(office, {"Janju.xlsx": workbook(rows(range(5)))}))
    assert once_more.good == 5
    assert once_more.twin_id is None


def test_nobody_else_sees_the_list(office: Office) -> None:
    upload = upload_of(office, send(office, {"Janju.xlsx": workbook(rows(range(4)))}))
    for who, sees in {"joko": 0, "camat": 1, "kukar": 0, "desi": 1, "siti": 0}.items():
        with office.acting(who):
            assert Upload.objects.filter(pk=upload.pk).count() == sees, who
    with office.acting("siti"):  # RT 005 has nobody on it
        assert Row.objects.count() == 0


def test_names_with_signs_are_kept_as_they_are(office: Office) -> None:
    lines = rows(range(3))
    for line, name in zip(lines, ("D'Souza", "O&M", "<b>"), strict=True):
        line[HEADER.index("Nama")] = name
    send(office, {"<b>'&.xlsx": workbook(lines)})
    with office.acting("desi"):
        assert list(Row.objects.order_by("row").values_list("name", flat=True)) == ["D'Souza", "O&M", "<b>"]
        assert Row.objects.filter(state=State.TO_FIX).count() <= 1


def test_a_number_in_a_files_name_is_kept_shown_and_recorded_nowhere(office: Office) -> None:
    number, lists = "6401041203850001", [workbook(rows(range(at, at + 2))) for at in (0, 2, 4)]
    long = f"Janju/{number}" + "a" * 500
    packed = zipped(
        {f"{number}/{number}.xlsx": lists[1], f"{long}b.xlsx": lists[2], f"{long}c.xlsx": b"no list"}
    )
    with office.acting("desi"):
        files = {f"Janju {number}.xlsx": lists[0], f"{number}.zip": packed, f"kosong {number}.csv": b""}
        batch = receive(
            ((name, io.BytesIO(content)) for name, content in files.items()),
            DESA,
            [(f"{number}.csv", "besar")],
        )
    office.work()
    with office.acting("budi"):
        uploads = list(Upload.objects.filter(batch=batch))
        assert len(uploads) == 4
        names = sorted(one.file for one in uploads)
        assert names[-1] == "Janju 6401xxxxxxxx0001.xlsx"
        assert "6401xxxxxxxx0001.zip/6401xxxxxxxx0001/6401xxxxxxxx0001.xlsx" in names
        assert sum(name.endswith(" (2).xlsx") for name in names) == 1
        assert max(map(len, names)) <= 400
        kept = [*Sent.everything.values_list("name", flat=True), *names, str(Batch.objects.get().refused)]
        said = [text for one in uploads for text in (one.failure, one.todo, str(one.general))]
        facts = [str(one.said) for one in Row.objects.filter(upload__batch=batch)]
        details = [str(one.content) for one in Detail.everything.all()]
        assert details
        assert number not in "".join([*kept, *said, *facts, *details])
        assert {one.place for one in uploads if one.good} == {DESA}
    client = office.client("budi")
    for address in (f"/daftar/unggah/{batch.pk}/", *(f"/daftar/{one.pk}/" for one in uploads)):
        assert number not in client.get(address).content.decode()
