"""Lists, announcements and objections for the walk through every address."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from payung.core.scope import acting_in, whole
from payung.intake.models import Announcement, Batch, Objection, Repair, Row, RowFault, State, Upload
from payung.registry.models import Rt
from tests.office.cast import Office
from tests.office.examples import NOBODY, PLACES, Case, Example, Examples, by_place, example, regency_of

CODE = "occupation_unknown"


def _batch(place: str) -> Batch:
    now = timezone.now()
    made: Batch = Batch.everything.create(
        regency_code=regency_of(place), place=place, territory=place, made_at=now, read_at=now
    )
    return made


def _upload(place: str, case: Case) -> Upload:
    """A list with one row to mend; an ended one was taken back."""
    now = timezone.now()
    made: Upload = Upload.everything.create(
        regency_code=regency_of(place), place=place, batch=_batch(place), file=f"{case}.xlsx",
        sha256=f"{Upload.everything.count():064x}", size=1, path="daftar/tidak-ada", territory=place, given_place=place,
        received_at=now, read_at=now, derived_version=1, to_fix=1, undone_at=now if case is Case.ENDED else None,
        layout=[],
    )  # fmt: skip
    row = Row.everything.create(
        regency_code=regency_of(place), place=place, upload=made, row_id=f"{made.pk:016x}", sheet="", row=2,
        name="Contoh", state=State.TO_FIX, live=case is not Case.ENDED,
        said=[{"row_id": f"{made.pk:016x}", "file": "a", "sheet": "", "row": 2}, ""], content="", fingerprint="",
    )  # fmt: skip
    RowFault.everything.create(
        regency_code=regency_of(place), place=place, upload=made, row=row, column="occupation", code=CODE,
        severity="note", said=["", "", "contoh"],
    )  # fmt: skip
    return made


@example(
    "intake:batch", "intake:batch_progress", "intake:batch_again", "intake:batch_save", "intake:batch_pack",
    "intake:batch_zip",
)  # fmt: skip
def batches(office: Office) -> Examples:
    """What was sent at once."""
    return by_place(lambda place, case: int(_batch(place).pk))


@example(
    "intake:upload", "intake:rows", "intake:accept", "intake:place", "intake:save", "intake:verify", "intake:undo",
    "intake:returned", "intake:columns", "intake:versions",
)  # fmt: skip
def uploads(office: Office) -> Examples:
    """Lists of every place."""
    return by_place(lambda place, case: int(_upload(place, case).pk))


@example("intake:card")
def kinds(office: Office) -> Examples:
    """Cards of lists."""
    found = by_place(lambda place, case: int(_upload(place, case).pk))
    return {case: Example({**one.kwargs, "code": CODE}, one.place) for case, one in found.items()}


@example("intake:repair_undo")
def repairs(office: Office) -> Examples:
    """Acts of mending, below their lists."""
    of: dict[int, int] = {}

    def make(place: str, case: Case) -> int:
        upload = _upload(place, case)
        repair = Repair.everything.create(
            regency_code=regency_of(place), place=place, upload=upload, code=CODE, action="confirm", row_count=1,
            made_at=timezone.now(), undone_at=timezone.now(),
        )  # fmt: skip
        of[upload.pk] = repair.pk
        return int(upload.pk)

    found = by_place(make)
    return {
        case: Example({**one.kwargs, "repair": of.get(one.kwargs["pk"], NOBODY)}, one.place)
        for case, one in found.items()
    }


@example("intake:message", "intake:whatsapp")
def neighbourhoods(office: Office) -> Examples:
    """RTs are known by their place."""
    found = {Case.NOWHERE: Example({"desa": "64.01.04.2999", "rt": "001"})}
    for case, place in PLACES.items():
        if place.count(".") == 3 and case in (Case.OWN, Case.SIBLING, Case.FAR):
            with acting_in(whole(regency_of(place))):
                Rt.everything.create(
                    regency_code=regency_of(place), place=f"{place}/009", head_name=f"Pak {case}"
                )
            found[case] = Example({"desa": place, "rt": "009"}, f"{place}/009")
    return found


@example("intake:desa_message")
def villages_of_the_board(office: Office) -> Examples:
    """Desa whose RTs are not known."""
    found = _villages("desa")
    del found[Case.ELSEWHERE]
    return found


@example("intake:desa", "intake:meeting", "intake:objection_new")
def villages(office: Office) -> Examples:
    """Desa are known by their code."""
    return _villages("code")


def _villages(name: str) -> dict[Case, Example]:
    cases = (Case.OWN, Case.SIBLING, Case.FAR)
    found = {case: Example({name: PLACES[case]}, PLACES[case]) for case in cases}
    found[Case.ELSEWHERE] = Example({name: "64.02.01.2001"}, "64.02.01.2001")
    found[Case.NOWHERE] = Example({name: "64.01.04.2999"})
    return found


def _announcement(place: str, case: Case) -> int:
    now = timezone.now()
    return int(
        Announcement.everything.create(
            regency_code=regency_of(place), place=place, meeting={}, first_on=date(2026, 1, 5), last_on=date(2026, 1, 9),
            paper="a4", people=1, list_hash="0" * 64, minutes_path="daftar/tidak-ada", sheet_path="daftar/tidak-ada",
            made_at=now, opened_at=now if case is Case.ENDED else None, closed_at=now if case is Case.ENDED else None,
        ).pk
    )  # fmt: skip


@example("intake:announcement", "intake:hang_out", "intake:take_down")
def announcements(office: Office) -> Examples:
    """Lists that hang out."""
    return by_place(_announcement)


@example("intake:paper")
def papers(office: Office) -> Examples:
    """Their papers."""
    found = by_place(_announcement)
    return {case: Example({**one.kwargs, "part": "pengumuman"}, one.place) for case, one in found.items()}


@example("intake:objection", "intake:answer")
def objections(office: Office) -> Examples:
    """What was said against lists."""

    def make(place: str, case: Case) -> int:
        return int(
            Objection.everything.create(
                regency_code=regency_of(place), place=place, year=2026, number=1 + Objection.everything.count(),
                kind="data_salah", about="Contoh", content="Contoh", by_name="Contoh", received_on=date(2026, 1, 5),
                due_on=date(2026, 1, 19), made_at=timezone.now(),
            ).pk
        )  # fmt: skip

    return by_place(make)
