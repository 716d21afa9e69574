"""Mending a list by its cards: what would change, the change itself, and taking it back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.utils import timezone

from payung.audit.services import record
from payung.core.errors import PayungError
from payung.core.scope import required
from payung.intake.card_queries import card_of
from payung.intake.cards import Action, Card
from payung.intake.confirmed import Confirmation
from payung.intake.edits import Edit
from payung.intake.models import Repair, Upload
from payung.intake.repair import Choice, Preview, confirmations_for, edits_for
from payung.intake.stored import policy_of, reopened
from payung.intake.upload_services import deciding


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody chose on a card of the page: `rows` are row ids (None for all), `values` and `ways` by them."""

    code: str
    action: Action
    rows: frozenset[str] | None = None
    value: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    ways: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Coming:
    """What a choice comes to."""

    edits: tuple[Edit, ...]
    confirmed: frozenset[Confirmation]
    rows: int


def look_ahead(upload: Upload, asked: Asked) -> Preview | Coming:
    """What a choice would change; for answered questions, which change no cell, only how many. Nothing is kept."""
    card, choice = _choice(upload, asked)
    if asked.action is Action.CONFIRM:
        return _confirmed(card, choice)
    with reopened(upload) as now:
        edits = edits_for(card, choice, now.read, now.table, policy_of(upload.regency_code).regency)
        if not edits:
            raise _nothing()
        return now.preview(edits)


def mend(upload: Upload, version: int, asked: Asked) -> Repair:
    """Do what somebody chose on a card: one act, to be undone as one. StaleError, PayungError."""
    card, choice = _choice(upload, asked)
    coming = _confirmed(card, choice) if asked.action is Action.CONFIRM else _edited(upload, card, choice)
    with deciding(upload, version) as now:
        made: Repair = Repair.everything.create(
            regency_code=now.regency_code,
            place=now.place,
            upload=now,
            code=asked.code,
            action=str(asked.action),
            row_count=coming.rows,
            edits=[edit.as_json() for edit in coming.edits],
            confirmations=sorted(one.as_json() for one in coming.confirmed),
            made_at=timezone.now(),
            made_by=required().actor,
        )
        record(
            "upload.repaired",
            now,
            detail={"repair": made.pk, "code": asked.code, "action": str(asked.action), "rows": coming.rows},
        )
    return made


def undo_repair(repair: Repair) -> None:
    """Take one act of mending back; later ones stay. PayungError where it was taken back already."""
    upload: Upload = Upload.objects.get(pk=repair.upload_id)
    with deciding(upload, upload.version) as now:
        done = Repair.objects.filter(pk=repair.pk, undone_at__isnull=True).update(
            undone_at=timezone.now(), undone_by=required().actor
        )
        if not done:
            raise PayungError("Perbaikan itu sudah dibatalkan.", todo="Muat ulang halamannya.")
        record("upload.repair_undone", now, detail={"repair": repair.pk, "code": repair.code})


def _choice(upload: Upload, asked: Asked) -> tuple[Card, Choice]:
    rows: Collection[str] | None = asked.rows
    if asked.action is Action.ONE_BY_ONE:
        rows = [row_id for row_id in asked.values if rows is None or row_id in rows]
    card = card_of(upload, asked.code, rows) if rows is None or rows else None
    if card is None:
        raise PayungError(
            "Belum ada baris yang dipilih.", todo="Pilih paling sedikit satu baris pada kartu ini."
        )
    return card, Choice(asked.action, None, asked.value, asked.values, asked.ways)


def _confirmed(card: Card, choice: Choice) -> Coming:
    found = confirmations_for(card, choice)
    return Coming((), found, len(found))


def _edited(upload: Upload, card: Card, choice: Choice) -> Coming:
    with reopened(upload) as now:
        edits = edits_for(card, choice, now.read, now.table, policy_of(upload.regency_code).regency)
    if not edits:
        raise _nothing()
    return Coming(tuple(edits), frozenset(), len({(edit.sheet, edit.row) for edit in edits}))


def _nothing() -> PayungError:
    return PayungError(
        "Tidak ada yang berubah.",
        todo="Pilih baris yang mempunyai usulan, atau ketik isi yang lain dari yang sudah ada.",
    )
