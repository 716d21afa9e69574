"""What is learnt between the screening and the freeze holds back whom it is about, and nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from payung.allocation import held_back, learnt
from payung.allocation.learnt import Those
from payung.eligibility.models import Assessment
from payung.intake.announcement_services import answer_objection
from payung.intake.models import Objection, Row, Upload
from payung.intake.queries import screening_rows
from payung.intake.upload_services import save_upload, undo_upload
from payung.registry.models import Observation, Person
from payung.registry.people_services import merge, remove
from payung.screening.models import Pair, ScreeningRun
from payung.screening.queries import latest_run
from payung.screening.rules import Verdict
from payung.screening.services import decide, undo
from tests.integration.small_office import person
from tests.office.cast import REGENCY
from tests.office.screening_desk import (
    Desk,
    bring_registers,
    brought,
    desk,
    desk_brought,
    desk_screened,
    done,
    screened,
)

__all__ = ["brought", "desk_brought", "desk_screened", "done"]
SOURCE = "apbd-kabupaten"


def those(run: ScreeningRun) -> Those:
    """Everybody whom a run let in, as the lists had them then."""
    newest = latest_run()
    assert newest
    let_in = set(
        Assessment.objects.filter(run=run, outcome__in=("pass", "pass_noted")).values_list(
            "row_id", flat=True
        )
    )
    applications = {one.row_id: one for one, _, _ in screening_rows() if one.row_id in let_in}
    assert len(applications) > 10
    return Those(
        run, newest, dict.fromkeys(applications, frozenset({SOURCE})),
        lambda rows: {row: applications[row] for row in rows}, learnt.repeated_rows(run, newest),
    )  # fmt: skip


def now(found: Those) -> Those:
    """The same people, after another screening."""
    newest = latest_run()
    assert newest
    assert newest != found.run
    return replace(found, newest=newest, stands_for=learnt.repeated_rows(found.run, newest))


def first_run() -> ScreeningRun:
    run = latest_run()
    assert run
    return run


def row_of(number: int) -> str:
    """The row of person `number` of the desk's lists."""
    return next(one.row_id for one, _, _ in screening_rows() if one.nik == person(number)[0])


def all_of(found: Those) -> dict[str, str]:
    """Row id to code, by everything that tables say."""
    ways = (learnt.later_screening, learnt.changed_rows, learnt.reviews, learnt.people, learnt.objections)
    return {row: hold.code for way in ways for row, hold in way(found).items()}


def save_everything() -> None:
    for upload in Upload.objects.all():
        save_upload(upload)


def test_nobody_is_held_back_where_nothing_was_learnt(done: Desk) -> None:
    with done.office.acting("budi"):
        assert all_of(those(first_run())) == {}


def test_a_row_that_changed_holds_back_its_person_and_one_that_went_too(done: Desk) -> None:
    with done.office.acting("budi"):
        found = those(first_run())
        changed, same = row_of(3), row_of(6)
        row = Row.objects.get(row_id=changed, live=True)
        row.said = [{**row.said[0], "phone": "081234567890"}, row.said[1]]
        row.save()
        Upload.objects.filter(pk=row.upload_id).update(changed_at=timezone.now())
        assert all_of(found) == {changed: held_back.OUTDATED}
        gone = Upload.objects.get(file="Jone.xlsx")
        rows = set(Row.objects.filter(upload=gone).values_list("row_id", flat=True))
        undo_upload(gone, "salah kirim")
    done.office.work()
    with done.office.acting("budi"):
        codes = all_of(found)
        assert {row for row, code in codes.items() if code == held_back.REMOVED} == rows & set(found.sources)
        assert same not in codes


def test_a_pair_that_is_open_again_and_one_decided_since_hold_back_both_people(done: Desk) -> None:
    with done.office.acting("budi"):
        pair = Pair.objects.get(outcome="review", register="")
        decide(pair, Verdict.DIFFERENT, version=pair.version)
    run = screened(done.office)
    with done.office.acting("budi"):
        found, both = those(run), {pair.row_id_l, pair.row_id_r}
        assert both <= set(found.sources)
        assert all_of(found) == {}
        pair.refresh_from_db()
        undo(pair, version=pair.version)
        assert all_of(found) == dict.fromkeys(both, held_back.OPEN_REVIEW)
        pair.refresh_from_db()
        decide(pair, Verdict.SAME, version=pair.version)
        assert all_of(found) == dict.fromkeys(both, held_back.OUTDATED)
    screened(done.office)
    with done.office.acting("budi"):
        held = all_of(now(found))
        assert len(held) == 1, "of two rows that are one person now, one stands for them"
        assert held.keys() < both


def test_who_was_taken_off_the_list_is_held_back_and_so_are_two_rows_of_one_person(done: Desk) -> None:
    with done.office.acting("budi"):
        save_everything()
        found = those(first_run())
        people = {one: Observation.objects.get(row_id=row_of(one)).person for one in (3, 6, 9)}
        remove(people[3], reason="pindah")
        merge(people[6], people[9], reason="orang yang sama")
        assert all_of(found) == {
            row_of(3): held_back.REMOVED, row_of(6): held_back.DOUBLE, row_of(9): held_back.DOUBLE,
        }  # fmt: skip


def test_people_whom_the_screening_knew_to_be_one_are_held_back_for_nothing(done: Desk) -> None:
    with done.office.acting("budi"):
        save_everything()
        pair = Pair.objects.get(outcome="review", register="")
        decide(pair, Verdict.SAME, version=pair.version)
    run = screened(done.office)
    with done.office.acting("budi"):
        one, other = (Person.objects.get(observations__row_id=row) for row in (pair.row_id_l, pair.row_id_r))
        merge(one, other, reason="orang yang sama")
        found = those(run)
        assert found.among([pair.row_id_l, pair.row_id_r])
        assert all_of(found) == {}


def objection(row_id: str, kind: str = Objection.Kind.NOT_ENTITLED) -> Objection:
    today = timezone.localdate()
    made: Objection = Objection.everything.create(
        regency_code=REGENCY, place=REGENCY, year=2022, number=Objection.objects.count() + 1, kind=kind,
        row_id=row_id, about="seseorang", content="ia bekerja di perusahaan", by_name="warga",
        received_on=today, due_on=today + timedelta(days=5), made_at=timezone.now(),
    )  # fmt: skip
    return made


@pytest.mark.parametrize(
    ("outcome", "code"),
    [("", held_back.OBJECTION), ("diterima", held_back.UPHELD), ("tidak_diterima", None)],
)
def test_an_objection_holds_back_until_it_is_answered_and_for_good_where_it_was_upheld(
    done: Desk, outcome: str, code: str | None
) -> None:
    with done.office.acting("budi"):
        found, row = those(first_run()), row_of(3)
        one = objection(row)
        objection("")
        if outcome:
            answer_objection(one, outcome, "sudah diperiksa")
        assert all_of(found) == ({row: code} if code else {})


def test_an_objection_against_a_repeated_row_is_about_the_person(done: Desk) -> None:
    with done.office.acting("budi"):
        found = those(first_run())
        repeated: Sequence[tuple[str, str]] = [
            (row, stands) for row, stands in found.stands_for.items() if stands in found.sources
        ]
        assert repeated
        row, stands = repeated[0]
        objection(row, Objection.Kind.WRONG)
        assert all_of(found) == {stands: held_back.OBJECTION}


def test_whom_a_newer_screening_refuses_is_held_back_by_its_reason(done: Desk) -> None:
    with done.office.acting("budi"):
        found = those(first_run())
        poor = person(3)
        done_files = done.files
        files = desk(done_files.folder.parent / "lagi")
        files.register(
            "dukcapil",
            [("NIK", "Nama", "Tanggal Lahir", "Status"), (poor[0], poor[2], poor[3], "MENINGGAL")],
            f"@{date(2022, 9, 20)}",
        )
        bring_registers(files, "dukcapil")
    done.office.work()
    screened(done.office)
    with done.office.acting("budi"):
        assert all_of(now(found)) == {row_of(3): held_back.DEAD}
