"""The ledger in the database: every service's entry, its chain, what the database refuses, and heads."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from payung.audit import services
from payung.audit.chain import START
from payung.audit.checking import Progress, begin, check_all, go_on
from payung.audit.files import read_witnesses
from payung.audit.models import Detail, Event, Head, Tip
from payung.audit.queries import lines, tip_of
from payung.audit.services import changed, erase_detail, record, write_head
from payung.audit.tables import APPEND_ONLY
from payung.audit.verify import Kind, Verdict, verify
from payung.core.errors import PayungError
from payung.core.scope import Scope, acting_in
from tests.office import databases
from tests.office.cast import OTHER_REGENCY, REGENCY, Office
from tests.office.tampering import with_the_whole_database

DAY = date(2026, 11, 25)
REFUSED = (IntegrityError, ProgrammingError)
"""By a trigger, or because the role lacks the right."""


def entry(office: Office, detail: Any = None, action: str = "upload.received") -> Event:
    with office.acting("budi"), transaction.atomic():
        return record(action, ("intake.upload", 12), detail=detail)


def test_an_entry_says_who_did_what_in_which_capacity(office: Office) -> None:
    event = entry(office, {"file": "Janju.xlsx"})
    budi = office.tenure("budi")
    assert (event.regency_code, event.actor, event.actor_role, event.post) == (
        REGENCY, budi.user_id, "verifikator", budi.post_id,
    )  # fmt: skip
    assert (event.action, event.subject_type, event.subject_id) == ("upload.received", "intake.upload", "12")
    with office.acting("budi"):
        stored = Event.objects.get(pk=event.pk)
        assert stored.line.entry.hash == stored.hash == event.hash
        assert stored.detail.said == {"file": "Janju.xlsx"}


def test_a_row_can_be_the_subject(office: Office) -> None:
    user = office.user("siti")
    with office.acting("admin"), transaction.atomic():
        event = record("user.changed", user)
    assert (event.subject_type, event.subject_id) == ("access.user", str(user.pk))


def test_entries_of_a_regency_make_one_chain_without_gaps(office: Office) -> None:
    for number in range(5):
        entry(office, {"count": number})
    with office.acting("audi"):
        found = list(lines(REGENCY))
        assert [one.entry.seq for one in found] == list(range(1, len(found) + 1))
        assert [one.entry.previous for one in found] == [START, *(one.hash for one in found[:-1])]
        assert tip_of(REGENCY) == (len(found), found[-1].hash)
        assert verify(REGENCY, found).whole


def test_every_regency_has_its_own_chain(office: Office) -> None:
    entry(office)
    with acting_in(Scope(OTHER_REGENCY, (OTHER_REGENCY,))), transaction.atomic():
        event = record("register.delivered", ("registry.snapshot", 1))
    assert event.actor is None
    assert check_all(OTHER_REGENCY).whole
    with office.acting("audi"):
        assert not Event.objects.filter(pk=event.pk).exists()


def test_a_detail_is_sealed_and_only_its_commitment_is_chained(office: Office) -> None:
    event = entry(
        office, changed({"nik": "6401010101010001", "sex": "L"}, {"nik": "6401010101010002", "sex": "L"})
    )
    with office.acting("budi"), connection.cursor() as cursor:
        cursor.execute("SELECT content FROM audit_detail WHERE event_id = %s", [event.pk])
        sealed = cursor.fetchone()[0]
        detail = Detail.objects.get(event=event)
        assert detail.said == {"old": {"nik": "6401010101010001"}, "new": {"nik": "6401010101010002"}}
        assert detail.salt not in sealed
    assert "64010101" not in sealed
    assert len(event.commitment) == 64


def test_nothing_is_recorded_when_the_work_fails(office: Office) -> None:
    before = entry(office).seq
    with suppress(ZeroDivisionError), office.acting("budi"), transaction.atomic():
        record("upload.saved", ("intake.upload", 12))
        raise ZeroDivisionError
    with office.acting("budi"), transaction.atomic():
        with suppress(ZeroDivisionError), transaction.atomic():
            record("upload.saved", ("intake.upload", 12))
            raise ZeroDivisionError
        assert record("upload.undone", ("intake.upload", 12)).seq == before + 1
    assert check_all(REGENCY).whole


def test_recording_takes_four_statements_whatever_the_ledger_holds(office: Office) -> None:
    entry(office)
    with office.acting("budi"), transaction.atomic(), CaptureQueriesContext(connection) as asked:
        record("upload.saved", ("intake.upload", 12), detail={"rows": 3})
    statements = [
        one["sql"] for one in asked if "set_config" not in one["sql"] and "SAVEPOINT" not in one["sql"]
    ]
    assert len(statements) == 4


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda: record("upload.eaten", ("intake.upload", 1)), ValueError),
        (lambda: record("upload.saved", ("registry.person", "6401010101010001")), ValueError),
        (lambda: record("upload.saved", Detail()), ValueError),
        (lambda: record("upload.saved", ("intake.upload", 1), detail=object()), TypeError),
    ],
)
def test_what_has_no_place_in_the_ledger_is_refused(
    office: Office, act: Callable[[], Event], error: type[Exception]
) -> None:
    with office.acting("budi"), transaction.atomic(), pytest.raises(error, match=r".+"):
        act()


def test_recording_needs_a_transaction_and_somebody(office: Office) -> None:
    with office.acting("budi"), pytest.raises(RuntimeError, match="outside the transaction"):
        record("upload.saved", ("intake.upload", 1))
    with transaction.atomic(), pytest.raises(LookupError):
        record("upload.saved", ("intake.upload", 1))
    with acting_in(Scope("", (), office.user("tamu").pk)), transaction.atomic(), pytest.raises(LookupError):
        record("upload.saved", ("intake.upload", 1))
    with acting_in(Scope("", (), office.user("tamu").pk)), transaction.atomic():
        event = record("user.signed_in", office.user("tamu"), regency=REGENCY)
    assert (event.regency_code, event.actor) == (REGENCY, office.user("tamu").pk)


def _run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET regency_code = regency_code", "DELETE FROM {}", "UPDATE {} SET id = id + 100"],
)
def test_the_database_itself_refuses_to_change_what_was_written(
    office: Office, table: str, statement: str
) -> None:
    entry(office)
    write_head(REGENCY, DAY)
    with office.acting("budi"), pytest.raises(REFUSED, match=r"never changed or removed|permission denied"):
        _run(statement.format(table))
    assert check_all(REGENCY).whole


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_rows_cannot_be_emptied_or_replaced_either(office: Office, table: str) -> None:
    entry(office)
    write_head(REGENCY, DAY)
    postgres = connection.vendor == "postgresql"
    statement = f"TRUNCATE {table} CASCADE" if postgres else f"REPLACE INTO {table} SELECT * FROM {table}"
    with office.acting("budi"), pytest.raises(REFUSED, match=r"never changed or removed|permission denied"):
        _run(statement)
    assert check_all(REGENCY).whole


def test_an_erased_detail_leaves_entry_and_chain(office: Office) -> None:
    event = entry(office, {"name": "Siti"})
    with office.acting("audi"):
        done = erase_detail(event, "permintaan yang bersangkutan")
        assert not Detail.objects.filter(event=event).exists()
        assert Event.objects.get(pk=event.pk).commitment == event.commitment
        assert (done.action, done.subject_id) == ("detail.erased", str(event.seq))
        assert Detail.objects.get(event=done).said == {"reason": "permintaan yang bersangkutan"}
    assert check_all(REGENCY).whole


def test_a_head_is_signed_and_written_for_a_witness(office: Office, tmp_path: Path) -> None:
    entry(office, {"count": 1})
    first = write_head(REGENCY, DAY, to=tmp_path)
    again = write_head(REGENCY, DAY, to=tmp_path)
    assert again.pk == first.pk
    entry(office)
    entry(office)
    second = write_head(REGENCY, DAY, to=tmp_path)
    quiet = write_head(REGENCY, date(2026, 11, 26), to=tmp_path)
    assert (second.size, quiet.size) == (first.size + 2, second.size)
    found = read_witnesses(tmp_path, REGENCY)
    assert [one.head for one in found] == [first.signed, second.signed, quiet.signed]
    assert [len(one.hashes) for one in found] == [first.size, 2, 2]
    assert all(one.is_whole() for one in found)
    verdict = check_all(REGENCY, witnesses=tmp_path)
    assert (verdict.whole, verdict.proven, verdict.signed) == (True, second.size, True)


def test_a_ledger_without_entries_has_a_head_too(office: Office, tmp_path: Path) -> None:
    head = write_head(OTHER_REGENCY, DAY, to=tmp_path)
    with acting_in(Scope(OTHER_REGENCY)):
        assert head.size == Event.objects.count()
    assert check_all(OTHER_REGENCY).whole


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET regency_code = '1'", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
def test_not_even_the_owner_changes_rows_by_mistake(office: Office, table: str, statement: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no owner apart from the app; its triggers are tested above")
    entry(office)
    with (
        psycopg.connect(databases.OWNER_URL, dbname=connection.settings_dict["NAME"]) as server,
        pytest.raises(psycopg.errors.IntegrityError, match="never changed or removed"),
    ):
        server.execute(statement.format(table))


# What is done, the kind of fault, and the entry that it names; 0 for the last one.
TAMPERINGS: dict[str, tuple[str, Kind, int]] = {
    "edited": ("UPDATE audit_event SET actor = 1 WHERE seq = 18 AND regency_code = '64.01'", Kind.EDITED, 18),
    "deleted": ("DELETE FROM audit_event WHERE seq = 18 AND regency_code = '64.01'", Kind.MISSING, 18),
    "cut": ("DELETE FROM audit_event WHERE seq > 17 AND regency_code = '64.01'", Kind.CUT, 18),
    "cut with its tip": (
        "DELETE FROM audit_event WHERE seq > 17 AND regency_code = '64.01'; "
        "UPDATE audit_tip SET last_seq = 17, last_hash = (SELECT hash FROM audit_event WHERE seq = 17 "
        "AND regency_code = '64.01') WHERE regency_code = '64.01'",
        Kind.CUT, 18,
    ),
    "inserted": (
        "UPDATE audit_event SET seq = seq + 1000 WHERE seq > 17 AND regency_code = '64.01'; "
        "UPDATE audit_event SET seq = seq - 999 WHERE seq > 1000 AND regency_code = '64.01'; "
        "INSERT INTO audit_event (regency_code, seq, at, actor_role, action, subject_type, subject_id, commitment, "
        "prev_hash, hash) SELECT regency_code, 18, at, actor_role, action, subject_type, subject_id, commitment, "
        "prev_hash, hash FROM audit_event WHERE seq = 3 AND regency_code = '64.01'",
        Kind.EDITED, 18,
    ),
    "reordered": (
        "UPDATE audit_event SET seq = 9999 WHERE seq = 18 AND regency_code = '64.01'; "
        "UPDATE audit_event SET seq = 18 WHERE seq = 19 AND regency_code = '64.01'; "
        "UPDATE audit_event SET seq = 19 WHERE seq = 9999 AND regency_code = '64.01'",
        Kind.EDITED, 18,
    ),
    "another detail": (
        "UPDATE audit_detail SET content = (SELECT content FROM audit_detail d JOIN audit_event e ON e.id = d.event_id "
        "WHERE e.seq = 19 AND e.regency_code = '64.01') WHERE event_id = (SELECT id FROM audit_event WHERE seq = 18 "
        "AND regency_code = '64.01')",
        Kind.DETAIL, 18,
    ),
    "a broken detail": (
        "UPDATE audit_detail SET content = 'rusak' WHERE event_id = (SELECT id FROM audit_event WHERE seq = 18 "
        "AND regency_code = '64.01')",
        Kind.DETAIL, 18,
    ),
    "a detail taken away": (
        "DELETE FROM audit_detail WHERE event_id = (SELECT id FROM audit_event WHERE seq = 18 "
        "AND regency_code = '64.01')",
        Kind.DETAIL_GONE, 18,
    ),
    "a forged head": ("UPDATE audit_head SET root = last_hash", Kind.FALSE_HEAD, 0),
}  # fmt: skip


@pytest.mark.parametrize("how", sorted(TAMPERINGS))
def test_tampering_in_the_database_is_found_and_the_entry_named(
    office: Office, how: str, tmp_path: Path
) -> None:
    statement, kind, place = TAMPERINGS[how]
    while (last := entry(office, {"count": 1}).seq) < 20:
        pass
    write_head(REGENCY, DAY, to=tmp_path)
    with_the_whole_database(*statement.split("; "))
    fault = check_all(REGENCY).fault
    assert fault
    assert (fault.kind, fault.last if kind != Kind.CUT else fault.first) == (kind, place or last)
    assert not check_all(REGENCY, witnesses=tmp_path).whole


def test_a_rewritten_ledger_is_never_signed(office: Office, tmp_path: Path) -> None:
    entry(office)
    write_head(REGENCY, DAY, to=tmp_path)
    number = entry(office).seq
    entry(office)
    with_the_whole_database(
        f"UPDATE audit_event SET actor = 1 WHERE seq = {number} AND regency_code = '{REGENCY}'"
    )
    with pytest.raises(PayungError, match=f"nomor {number} diubah"):
        write_head(REGENCY, date(2026, 11, 26), to=tmp_path)
    with acting_in(Scope(REGENCY)):
        assert Head.objects.count() == 1


def test_a_forged_head_is_not_continued(office: Office, tmp_path: Path) -> None:
    entry(office)
    write_head(REGENCY, DAY, to=tmp_path)
    with_the_whole_database("UPDATE audit_head SET day = '2026-01-01'")
    with pytest.raises(PayungError, match="1 Januari 2026 diubah sesudah ditandatangani"):
        write_head(REGENCY, date(2026, 11, 26), to=tmp_path)


def test_a_check_in_pieces_gives_the_verdict_of_one_in_one_go(office: Office, tmp_path: Path) -> None:
    while entry(office, {"count": 1}).seq < 25:
        pass
    write_head(REGENCY, DAY, to=tmp_path)
    step: Progress | Verdict = begin(REGENCY)
    steps = 0
    entry(office)  # what is written meanwhile belongs to the next check
    while not isinstance(step, Verdict):
        step = go_on(step, piece=7)
        steps += 1
    assert (steps, step.entries, step.whole) == (4, 25, True)


def test_the_tip_s_row_is_the_only_one_of_its_regency(office: Office) -> None:
    entry(office)
    with office.acting("budi"), pytest.raises(IntegrityError), transaction.atomic():
        Tip.objects.create(regency_code=REGENCY, last_hash=START)


def test_a_subject_must_be_saved() -> None:
    with pytest.raises(ValueError, match="not saved"):
        services.subject_of(Event())
