"""Several processes that write into the ledger at once."""

from __future__ import annotations

import multiprocessing
from contextlib import suppress
from multiprocessing.synchronize import Barrier

from django.db import connection, transaction

from payung.audit.checking import check_all
from payung.audit.models import Event
from payung.audit.queries import tip_of
from payung.audit.services import record
from payung.core.scope import Scope, acting_in
from tests.office.cast import OTHER_REGENCY, Office

WRITERS, EACH = 6, 30


def write(writer: int, together: Barrier) -> None:
    """The work of one process; every fifth fails, and its entry with it."""
    together.wait(30)
    for number in range(EACH):
        with suppress(ZeroDivisionError), acting_in(Scope(OTHER_REGENCY)), transaction.atomic():
            record("upload.saved", ("intake.upload", writer), detail={"rows": number})
            if number % 5 == 4:
                raise ZeroDivisionError
    connection.close()


def test_writers_at_once_make_one_chain_without_gaps(office: Office) -> None:
    """All begin at once, in a regency where hardly anything was written before."""
    with acting_in(Scope(OTHER_REGENCY)):
        before = tip_of(OTHER_REGENCY)[0]
    connection.close()
    fork = multiprocessing.get_context("fork")
    together = fork.Barrier(WRITERS)
    writers = [fork.Process(target=write, args=(writer, together)) for writer in range(WRITERS)]
    for one in writers:
        one.start()
    for one in writers:
        one.join(120)
    assert [one.exitcode for one in writers] == [0] * WRITERS
    with acting_in(Scope(OTHER_REGENCY)):
        last, _ = tip_of(OTHER_REGENCY)
        numbers = list(Event.objects.order_by("seq").values_list("seq", flat=True))
        assert numbers == list(range(1, last + 1))
        assert last == before + WRITERS * EACH * 4 // 5
        for writer in range(WRITERS):
            assert (
                Event.objects.filter(subject_type="intake.upload", subject_id=str(writer)).count()
                == EACH * 4 // 5
            )
    assert check_all(OTHER_REGENCY).whole


def test_first_entries_written_at_once_share_one_chain(office: Office) -> None:
    """In a regency without a tip, whoever comes first makes it for all."""
    connection.close()
    fork = multiprocessing.get_context("fork")
    together = fork.Barrier(WRITERS)
    writers = [fork.Process(target=write_first, args=(together,)) for _ in range(WRITERS)]
    for one in writers:
        one.start()
    for one in writers:
        one.join(120)
    assert [one.exitcode for one in writers] == [0] * WRITERS
    with acting_in(Scope("64.03")):
        assert tip_of("64.03")[0] == WRITERS
    assert check_all("64.03").whole


def write_first(together: Barrier) -> None:
    """One entry in a regency that has none."""
    together.wait(30)
    with acting_in(Scope("64.03")), transaction.atomic():
        record("regency.opened", ("regency", "64.03"))
    connection.close()
