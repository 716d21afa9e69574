"""Putting what was understood of a list into tables, in one transaction: all its rows, or none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from payung.core import identity
from payung.core.portions import portions
from payung.core.scope import whole_regency, within
from payung.intake.codes import CODES
from payung.intake.confirmed import Confirmation
from payung.intake.models import Row, RowFault, State, Upload
from payung.intake.returning import Held, sort_out
from payung.intake.understood import Kept, KeptRow, again_under
from payung.registry.bulk import insert

PORTION = 900
_ROW = (
    "regency_code", "place", "upload_id", "row_id", "sheet", "row", "name", "rt", "state", "conflict", "live", "said",
    "faults", "content", "given_back", "saved", "fingerprint", "superseded_by_id",
)  # fmt: skip
_FAULT = ("regency_code", "place", "upload_id", "row_id", "column", "code", "severity", "said")
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class _Other:
    """A live row of another list with the same id."""

    upload: int
    batch: int
    file: str
    row: int
    place: str
    content: str
    given_back: str
    fingerprint: str


@dataclass(slots=True)
class _Placed:
    """A row with what becomes of it."""

    kept: KeptRow
    state: State
    live: bool
    conflict: bool = False
    takes_over: bool = False
    superseded_by: int | None = None


def store(upload_id: int, version: int, kept: Kept, confirmed: Iterable[Confirmation] = ()) -> bool:
    """Let `kept` be the rows of a list; False where somebody else has done so, or has decided something since.

    Rows that came before under the same id, in an earlier list, give way to what is newer, stay where they say the
    same, and wait for somebody where both were changed.
    """
    with whole_regency() as scope, transaction.atomic():
        claimed = (
            Upload.everything.filter(
                pk=upload_id, regency_code=scope.regency, version=version, undone_at__isnull=True
            )
            .exclude(derived_version=version)
            .update(derived_version=version)
        )
        if not claimed:
            return False
        upload: Upload = Upload.everything.get(pk=upload_id)
        before = _take_away(upload)
        answers = frozenset(confirmed)
        upload.stops = kept.stops
        placed, missing = _place_rows(upload, kept, answers, live=not kept.stops)
        _give_way(upload, [one.kept.row_id for one in placed if one.takes_over])
        _insert(upload, placed, before)
        _tell(upload, kept, placed, missing)
        return True


def fail(upload_id: int, version: int, failure: str, todo: str) -> None:
    """Note that a file cannot be read as a list (any more), and why; it has no rows then."""
    with whole_regency() as scope, transaction.atomic():
        mine = Upload.everything.filter(
            pk=upload_id, regency_code=scope.regency, version=version, undone_at__isnull=True
        )
        if mine.exclude(derived_version=version).update(
            derived_version=version, read_at=timezone.now(), failure=failure, todo=todo, good=0, to_fix=0,
            already=0, not_person=0, conflicts=0, missing=0, stops=[],
        ):  # fmt: skip
            _take_away(Upload.everything.get(pk=upload_id))


def release(upload: Upload) -> None:
    """Let no row of a list count any more; those that had given way to them count again."""
    Row.everything.filter(regency_code=upload.regency_code, upload=upload).update(
        live=False, superseded_by=None
    )
    _come_back(upload)


def _come_back(upload: Upload) -> None:
    Row.everything.filter(regency_code=upload.regency_code, superseded_by=upload).update(
        superseded_by=None, live=True
    )


def _take_away(upload: Upload) -> dict[str, tuple[str, str]]:
    """Remove the rows of the last reading; what was given back and saved of each, by id."""
    Row.everything.filter(regency_code=upload.regency_code, upload=upload).update(live=False)
    _come_back(upload)
    mine = Row.everything.filter(regency_code=upload.regency_code, upload=upload)
    before = {
        row_id: (given, saved) for row_id, given, saved in mine.values_list("row_id", "given_back", "saved")
    }
    RowFault.everything.filter(regency_code=upload.regency_code, upload=upload).delete()
    mine.delete()
    return before


def _place_rows(
    upload: Upload, kept: Kept, answers: frozenset[Confirmation], *, live: bool
) -> tuple[list[_Placed], int]:
    others = _others(upload, [row.row_id for row in kept.rows])
    rows = [_own(upload, row, others.get(row.row_id), answers) for row in kept.rows]
    known = {
        row.row_id: others[row.row_id]
        for row, fresh in zip(kept.rows, rows, strict=True)
        if fresh.row_id == row.row_id and row.row_id in others
    }
    earlier = {
        row_id: one for row_id, one in known.items() if one.upload < upload.pk and not _beside(upload, one)
    }
    told = sort_out(
        {row_id: Held(one.content, one.given_back) for row_id, one in earlier.items()},
        {row.row_id: row.content for row in rows},
    )
    placed = []
    for row in rows:
        state = State.TO_FIX if row.wrong else State.GOOD
        other, choice = known.get(row.row_id), upload.decided.get(row.row_id)
        if other is None:
            placed.append(_Placed(row, state, live))
        elif other.upload > upload.pk:  # it came again since, mended
            placed.append(_Placed(row, state, False, superseded_by=other.upload))
        elif row.row_id not in earlier or row.row_id in told.already_there or choice == "lama":
            placed.append(_Placed(row, State.ALREADY, False))
        elif row.row_id in told.changed or choice == "baru":
            placed.append(_Placed(row, state, live, takes_over=live))
        else:
            placed.append(_Placed(row, State.TO_FIX, False, conflict=True))
    return placed, _missing(upload, earlier, rows)


def _beside(upload: Upload, other: _Other) -> bool:
    """Was the other list sent together with this one? Then none is the other's return."""
    return other.batch == upload.batch_id


def _own(upload: Upload, row: KeptRow, other: _Other | None, answers: frozenset[Confirmation]) -> KeptRow:
    """The row under its own id, or under a new one where its id was copied from another list's row.

    As the main job on files has it: lists that were sent together are apart. So is a row of another territory.
    """
    if other is None or (not _beside(upload, other) and within(other.place, upload.territory)):
        return row
    if other.fingerprint == row.fingerprint:
        return row
    fresh = identity.row_id(upload.sha256, row.sheet, row.row)
    code = CODES["row_id_copied"]
    place = f"baris {other.row} berkas {other.file}" if _beside(upload, other) else "baris daftar lain"
    severity, message = code.severity, code.sentence.format(place=place)
    if Confirmation(fresh, "row_id", "row_id_copied", "") in answers:
        severity, message = type(severity)("note"), "Sudah dipastikan benar oleh petugas."
    return again_under(row, fresh, severity, message)


def _others(upload: Upload, row_ids: Sequence[str]) -> dict[str, _Other]:
    found: dict[str, _Other] = {}
    for some in portions(row_ids, PORTION):
        rows = Row.everything.filter(regency_code=upload.regency_code, live=True, row_id__in=some)
        for row_id, *rest in rows.exclude(upload=upload).values_list(
            "row_id", "upload_id", "upload__batch_id", "upload__file", "row", "place", "content", "given_back",
            "fingerprint",
        ):  # fmt: skip
            found[row_id] = _Other(*rest)
    return found


def _missing(upload: Upload, earlier: Mapping[str, _Other], rows: Sequence[KeptRow]) -> int:
    """Rows of the lists that come back in this one which it lacks; where most of such a list comes back."""
    came = {row.row_id for row in rows}
    count = 0
    for other in {one.upload for one in earlier.values()}:
        ids = set(
            Row.everything.filter(
                regency_code=upload.regency_code, upload=other, superseded_by__isnull=True
            ).values_list("row_id", flat=True)
        )
        count += len(ids - came) if 2 * len(ids & came) >= len(ids) else 0
    return count


def _give_way(upload: Upload, row_ids: Sequence[str]) -> None:
    for some in portions(row_ids, PORTION):
        Row.everything.filter(regency_code=upload.regency_code, live=True, row_id__in=some).exclude(
            upload=upload
        ).update(live=False, superseded_by=upload)


def _insert(upload: Upload, placed: Sequence[_Placed], before: Mapping[str, tuple[str, str]]) -> None:
    regency = upload.regency_code
    rows = [
        (
            regency, one.kept.place, upload.pk, one.kept.row_id, one.kept.sheet, one.kept.row,
            clear(one.kept.name, 300), one.kept.rt, one.state.value, one.conflict, one.live,
            [one.kept.facts, one.kept.mark], one.kept.faults[:400], one.kept.content,
            *before.get(one.kept.row_id, ("", "")), one.kept.fingerprint, one.superseded_by,
        )
        for one in placed
    ]  # fmt: skip
    ids = insert(Row, _ROW, rows)
    faults = [
        (regency, one.kept.place, upload.pk, pk, column, code, severity, [evidence, proposal, message])
        for pk, one in zip(ids, placed, strict=True)
        for column, code, severity, evidence, proposal, message in one.kept.findings
        if one.state is not State.ALREADY
    ]
    insert(RowFault, _FAULT, faults)


def _tell(upload: Upload, kept: Kept, placed: Sequence[_Placed], missing: int) -> None:
    now = timezone.now()
    states = [one.state for one in placed]
    Upload.everything.filter(pk=upload.pk).update(
        place=kept.place,
        kind=kept.kind,
        remark=kept.remark,
        good=states.count(State.GOOD),
        to_fix=states.count(State.TO_FIX),
        already=states.count(State.ALREADY),
        not_person=kept.not_person,
        conflicts=sum(one.conflict for one in placed),
        missing=missing,
        stops=kept.stops,
        general=[[_said(value) for value in finding] for finding in kept.general],
        layout=kept.layout,
        signature=kept.signature,
        mapping=kept.mapping,
        mapping_seen=F("mapping_seen") if not kept.remembered else True,
        failure="",
        todo="",
        read_at=upload.read_at or now,
    )


def _said(value: Any) -> Any:
    return value if isinstance(value, int) else str(value)


def clear(text: str, longest: int) -> str:
    """A text as a column in the clear takes it: without NUL and half characters, which no database holds."""
    return _NO_TEXT.sub("", text)[:longest]
