"""Writing the ledger: one entry for every service's work, signed heads, and the erasing of details.

`record` takes the regency's tip, which holds up every other writer of that regency until the transaction ends.
Therefore it is the *last* thing a service does.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, models, transaction
from django.utils import timezone

from payung.audit import signing
from payung.audit.actions import ACTIONS
from payung.audit.chain import SALT_BYTES, START, Entry, Tree, commit, instant, plain
from payung.audit.files import write_export, write_witness
from payung.audit.models import Detail, Event, Head, Tip
from payung.audit.queries import details_until, lines, tip_of
from payung.audit.verify import Check
from payung.config import load
from payung.core.dates import long_day
from payung.core.errors import PayungError
from payung.core.scope import Scope, acting_in, current, required

Subject = models.Model | tuple[str, str | int]
"""What an entry is about: a saved row, or a type and an id."""

_IDENTITY = re.compile(r"\d{16}")
_TAKE = "UPDATE audit_tip SET last_seq = last_seq + 1 WHERE regency_code = %s RETURNING last_seq, last_hash"


def record(action: str, subject: Subject, *, detail: Any = None, regency: str | None = None) -> Event:
    """Write one entry, within the caller's transaction, as the current scope's actor.

    `detail` is anything JSON can hold, dates too (`chain.plain`); it is sealed beside the ledger and only its salted
    commitment is chained. By convention `{"old": {…}, "new": {…}, "reason": "…"}`: see `changed`. `regency` is
    another than the scope's only where the scope has none. Three statements, four with a detail.

    ValueError for an action that is not registered, or a subject that would carry a NIK; RuntimeError outside a
    transaction; LookupError without a scope.
    """
    if action not in ACTIONS:
        raise ValueError(f"{action} is not registered in payung/audit/actions.py")
    if not connection.in_atomic_block:
        raise RuntimeError(f"{action} is recorded outside the transaction of what it tells about")
    scope = current() if regency else required()
    where = regency or (scope.regency if scope else "")
    if not where:
        raise LookupError(f"{action}: no regency in whose ledger it could be written")
    with acting_in(_within(scope, where)):
        return _append(action, subject_of(subject), detail, where, scope, timezone.now())


def changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a detail that tells what changed: old and new values of the fields that differ."""
    names = [name for name in new if old.get(name) != new[name]]
    return {"old": {name: old.get(name) for name in names}, "new": {name: new[name] for name in names}}


def subject_of(subject: Subject) -> tuple[str, str]:
    """Type and id as entries write them: `("registry.person", "7")`. ValueError for one that would carry a NIK."""
    if isinstance(subject, models.Model):
        if subject.pk is None:
            raise ValueError(f"{subject._meta.label_lower} is not saved")
        kind, number = subject._meta.label_lower, str(subject.pk)
    else:
        kind, number = subject[0], unicodedata.normalize("NFC", str(subject[1]))
    if _IDENTITY.search(number) or len(number) > 80:
        raise ValueError(f"the id of a {kind} looks like a person's number, or is no id")
    return kind, number


def erase_detail(event: Event, reason: str) -> Event:
    """Erase what an entry tells about a person; the entry, its commitment and the chain stay. Recorded itself."""
    with transaction.atomic():
        Detail.objects.filter(event=event).delete()
        return record("detail.erased", ("audit.event", event.seq), detail={"reason": reason})


def write_head(regency: str, day: date, *, to: Path | None = None) -> Head:
    """Sign the ledger of a regency as it stands, and write its witness file below `to` (the configured folder).

    Only what continues the last head without a fault is signed: PayungError names the first bad entry. Asked again
    on the same day without new entries, it gives the same head and writes the same file again.
    """
    key = signing.signing_key(load().folder("keys"))
    with acting_in(Scope(regency)), transaction.atomic():
        check = _continued(regency, key)
        last_seq, last_hash = tip_of(regency)
        for line in lines(regency, check.tree.size, last_seq):
            if not check.add(line):
                break
        fault = check.end().fault
        if fault:
            raise _refused(regency, fault.in_words())
        if (check.tree.size, check.last) != (last_seq, last_hash):
            raise _refused(regency, f"Catatan sesudah nomor {check.tree.size} hilang atau ditulis ulang.")
        head = _head(check, day, key)
    write_witness(to or load().folder("witness"), witness_of(head))
    return head


def witness_of(head: Head) -> signing.Witness:
    """What an outside witness is given about a head: the hashes of all entries since the head before it."""
    with acting_in(Scope(head.regency_code)):
        before = Head.objects.filter(size__lt=head.size).order_by("-size", "-day").first()
        after = before.size if before else 0
        hashes = tuple(line.hash for line in lines(head.regency_code, after, head.size))
    return signing.Witness(head.signed, after, tuple(before.peaks) if before else (), hashes)


def export_ledger(regency: str, out: Path, day: date, *, details: bool = False) -> int:
    """Record the exporting, sign a head over everything, and write the ledger into the folder `out`."""
    scope = current()
    with acting_in(_within(scope, regency)):
        with transaction.atomic():
            record("ledger.exported", ("audit.ledger", regency), detail={"details": details})
        last = write_head(regency, day).size
        key = signing.signing_key(load().folder("keys")).public_key()
        heads = [head.signed for head in Head.objects.filter(size__lte=last).order_by("size", "day")]
        told = ((one.event.seq, one.salt, one.said) for one in details_until(regency, last))
        return write_export(
            out, lines(regency, 0, last), heads, signing.public_pem(key), told if details else None
        )


def _append(
    action: str, subject: tuple[str, str], detail: Any, regency: str, scope: Scope | None, at: datetime
) -> Event:
    commitment, content = "", None
    if detail is not None:
        content = {"salt": secrets.token_hex(SALT_BYTES), "detail": plain(detail)}
        commitment = commit(content["salt"], content["detail"])
    seq, previous = _take_tip(regency)
    entry = Entry(
        regency, seq, instant(at), scope.actor if scope else None, scope.role if scope else "",
        scope.post if scope else None, action, *subject, commitment, previous,
    )  # fmt: skip
    event: Event = Event.everything.create(
        regency_code=regency, seq=seq, at=at, actor=entry.actor, actor_role=entry.role, post=entry.post,
        action=action, subject_type=entry.subject_type, subject_id=entry.subject_id, commitment=commitment,
        prev_hash=previous, hash=entry.hash,
    )  # fmt: skip
    moved = Tip.everything.filter(regency_code=regency, last_seq=seq, last_hash=previous).update(
        last_hash=event.hash
    )
    assert moved == 1, "somebody else moved the tip although it was ours"
    if content is not None:
        Detail.everything.bulk_create([Detail(regency_code=regency, event=event, content=content)])
    return event


def _take_tip(regency: str) -> tuple[int, str]:
    """The next number and the hash before it; from here on the tip is ours until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [regency])
        taken = cursor.fetchone()
        if taken is None:  # the regency's very first entry; two may come at once
            Tip.everything.bulk_create([Tip(regency_code=regency, last_hash=START)], ignore_conflicts=True)
            cursor.execute(_TAKE, [regency])
            taken = cursor.fetchone()
    return int(taken[0]), str(taken[1])


def _within(scope: Scope | None, regency: str) -> Scope:
    return scope if scope and scope.regency == regency else Scope(regency)


def _head(check: Check, day: date, key: Ed25519PrivateKey) -> Head:
    head = signing.sign(signing.Head(check.regency, day, check.tree.size, check.tree.root, check.last), key)
    made, _ = Head.everything.get_or_create(
        regency_code=head.regency, day=day, size=head.size,
        defaults={
            "root": head.root, "last_hash": head.last, "peaks": list(check.tree.peaks), "key": head.key,
            "signature": head.signature,
        },
    )  # fmt: skip
    found: Head = made
    return found


def _continued(regency: str, key: Ed25519PrivateKey) -> Check:
    """A check that goes on from the last head. PayungError where that head is not what was signed."""
    previous = Head.objects.order_by("-size", "-day").first()
    if previous is None:
        return Check(regency)
    tree = Tree(previous.size, previous.peaks)
    own = signing.by_fingerprint([key.public_key()])
    if tree.root != previous.root or (previous.key in own and not signing.is_signed(previous.signed, own)):
        raise _refused(
            regency, f"Kepala buku tanggal {long_day(previous.day)} diubah sesudah ditandatangani."
        )
    return Check(regency, tree=tree, last=previous.last_hash, proven=previous.size)


def _refused(regency: str, why: str) -> PayungError:
    return PayungError(
        f"Buku riwayat {regency} tidak ditandatangani. {why}",
        todo="Jangan ubah apa pun; bandingkan dengan cadangan dan berkas saksi, dan beri tahu Inspektorat.",
    )
