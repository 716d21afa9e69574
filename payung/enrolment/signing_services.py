"""Signing a decree, in three ways that end in one: `settle`, one transaction that signs, binds the money and records it.

What was signed is compared with what was typeset before (`scan`, `pades`); whether it may be signed say `signing_rules`.
From there on the database refuses every change of the decree and its rows.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from payung.access.queries import names_of
from payung.agreement.queries import standing_of
from payung.allocation.roll import roll_hash
from payung.approval.route_queries import route_of
from payung.audit.services import record, subject_of
from payung.config import load
from payung.core.dates import day
from payung.core.errors import PayungError
from payung.core.scope import required, whole_regency
from payung.database.models import Regency
from payung.enrolment.amendment import Kind
from payung.enrolment.amendment_queries import (
    entries_of_rows,
    gone_among,
    roll_in_force,
    root_of,
)
from payung.enrolment.copy_services import ask_copies
from payung.enrolment.demo_key import demo_key
from payung.enrolment.models import Decree, DecreeFile, DecreeRow
from payung.enrolment.pades import Paper, SigningService, read_roots, verify
from payung.enrolment.scan import judge
from payung.enrolment.scan_reading import read_scan
from payung.enrolment.signed_files import SCAN, SIGNED, Kept, add_files, in_the_clear, kept
from payung.enrolment.signing_money import bind
from payung.enrolment.signing_rules import (
    Days,
    How,
    check_certificates,
    check_days,
    check_number,
    check_printed,
    check_signatory,
    check_still_there,
)
from payung.registry.queries import judged_on
from payung.vault.files import read_sealed
from payung.vault.stored import stored

BODY = "keputusan"
"""The kind of the file that is signed."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was compared or verified: how it is signed, what is recorded of it, its files, which lie sealed."""

    how: How
    signature: Mapping[str, Any]
    files: Sequence[Kept]


@dataclass(frozen=True, slots=True)
class Ready:
    """That the slow questions about a decree were asked: its roll is the printed one, and nobody of it has gone."""

    pk: int
    version: int


@contextmanager
def scan_compared(decree: Decree, files: Sequence[tuple[str, BinaryIO]]) -> Iterator[Evidence]:
    """The scan of a decree that was signed with ink (a PDF, or pictures in the order of the pages), compared.

    PayungError says every page that is missing, foreign, doubled, out of order or unreadable, or why it cannot be signed.
    """
    _check_open(decree)
    with in_the_clear(files) as opened:
        judgement = judge(read_scan(opened), decree.roll_hash, decree.page_count or 0)
        if not judgement.is_right:
            raise PayungError(
                " ".join(fault.message for fault in judgement.faults),
                todo="Perbaiki pindaiannya, lalu unggah lagi. Yang dipindai: badan keputusan yang diunduh dari halaman ini.",
            )
        with kept(decree, SCAN, opened) as sealed:
            signature = judgement.told() | {"files": [one.sha256 for one in sealed]}
            yield Evidence(How.INK, signature, sealed)


@contextmanager
def pades_verified(decree: Decree, file: tuple[str, BinaryIO]) -> Iterator[Evidence]:
    """The PDF of a decree that was signed electronically outside, verified.

    PayungError says what is wrong with it, or why the decree cannot be signed.
    """
    _check_open(decree)
    with in_the_clear([file]) as opened:
        signature = _verified(decree, opened[0], read_roots(load().folder("roots")))
        with kept(decree, SIGNED, opened) as sealed:
            yield Evidence(How.PADES, signature, sealed)


@contextmanager
def service_signed(
    decree: Decree, *, number: str, dated: date, service: SigningService | None = None
) -> Iterator[Evidence]:
    """What the signing service signs for the actor, who is the signatory; it is verified like any other.

    `service` is the demo's key unless one is given. PayungError where there is none, or why it cannot be signed.
    """
    _check_open(decree)
    check_signatory(required().actor, _makers(decree))
    service = service or _service(decree)
    number = check_number(number)
    check_printed(number, dated, decree.number, decree.dated)
    body = _body(decree)
    reason = f"Keputusan {decree.signer_title} Nomor {number} tanggal {day(dated)}"
    signed = service.sign(read_sealed(stored(body.path)), reason)
    with in_the_clear([(body.name, io.BytesIO(signed))]) as opened:
        signature = _verified(decree, opened[0], service.roots(), named=False)
        with kept(decree, SIGNED, opened) as sealed:
            yield Evidence(How.SERVICE, signature | {"service": service.name}, sealed)


def record_scan(decree: Decree, files: Sequence[tuple[str, BinaryIO]], *, number: str, dated: date) -> Decree:
    """Record that a decree was signed with ink. PayungError as `scan_compared` and `settle` have them."""
    with scan_compared(decree, files) as found:
        return settle(decree, found.how, found.signature, number, dated, files=found.files)


def record_pades(decree: Decree, file: tuple[str, BinaryIO], *, number: str, dated: date) -> Decree:
    """Record that a decree was signed electronically. PayungError as `pades_verified` and `settle` have them."""
    with pades_verified(decree, file) as found:
        return settle(decree, found.how, found.signature, number, dated, files=found.files)


def sign_by_service(decree: Decree, *, number: str, dated: date) -> Decree:
    """Let the signing service sign for the actor. PayungError as `service_signed` and `settle` have them."""
    with service_signed(decree, number=number, dated=dated) as found:
        return settle(decree, found.how, found.signature, number, dated, files=found.files)


def ready(decree: Decree) -> Ready:
    """Ask what takes long, before the transaction that signs and holds up others.

    PayungError where somebody of the roll has died or was taken off the list, or its rows are not those of its roll.
    """
    _check_open(decree)
    with whole_regency():
        check_still_there(gone_among(root_of(decree), _rows(decree).filter(change__in=["", Kind.ENTERS])))
        _check_roll(decree)
    return Ready(decree.pk, decree.version)


def settle(
    decree: Decree,
    how: How,
    signature: Mapping[str, Any],
    number: str,
    dated: date,
    *,
    files: Sequence[Kept] = (),
    checked: Ready | None = None,
) -> Decree:
    """Sign: number, date and signature are fixed, the money is bound, all in one transaction with its record.

    `checked` is what `ready` gave for this very version; without it that is asked now. PayungError where the decree is
    not approved in this version, its number is taken, its date lies outside, somebody of its roll has died, its rows are
    not those of its roll, or the money is not there; then nothing has changed. The second of two reads who was quicker.
    """
    scope, number = required(), check_number(number)
    _check_open(decree)
    check_printed(number, dated, decree.number, decree.dated)
    with whole_regency():
        check_days(dated, _days(decree))
        if checked != Ready(decree.pk, decree.version):
            ready(decree)
        with transaction.atomic():
            _sign(decree, how, dict(signature), number, dated)
            add_files(decree, files)
            bind(decree, number)
            ask_copies(decree)
            record(
                "decree.signed", decree,
                detail={
                    "number": number, "dated": dated, "how": how.value, "version": decree.version,
                    "roll_hash": decree.roll_hash, "body_sha256": decree.body_sha256,
                    "files": [one.sha256 for one in files], "signature": dict(signature), "by": scope.actor,
                },
            )  # fmt: skip
    decree.refresh_from_db()
    return decree


def _sign(decree: Decree, how: How, signature: dict[str, Any], number: str, dated: date) -> None:
    """The one conditional statement: of two at once, exactly one signs."""
    try:
        with transaction.atomic():
            done = Decree.objects.filter(
                pk=decree.pk, version=decree.version, approved_version=F("version"), approved_at__isnull=False,
                typeset_at__isnull=False, signed_at__isnull=True, cancelled_at__isnull=True,
            ).update(
                number=number, dated=dated, signed_at=timezone.now(), signed_by=required().actor,
                signed_how=how.value, signature=signature,
            )  # fmt: skip
    except IntegrityError:
        raise PayungError(
            f"Nomor {number} sudah dipakai keputusan lain.", todo="Periksa nomornya pada naskah dan buku nomor."
        ) from None  # fmt: skip
    if not done:
        raise _not_open(decree)


def _check_open(decree: Decree) -> None:
    """Before anything is read or asked: PayungError unless the decree can be signed as it was loaded."""
    known = Decree.objects.get(pk=decree.pk)
    if (
        known.version != decree.version
        or known.approved_version != known.version
        or known.signed_at
        or known.cancelled_at
    ):
        raise _not_open(decree)


def _not_open(decree: Decree) -> PayungError:
    known = Decree.objects.get(pk=decree.pk)
    if known.signed_at:
        who = names_of([known.signed_by]).get(known.signed_by, "sistem")
        when = day(timezone.localdate(known.signed_at))
        return PayungError(
            f"Keputusan ini sudah ditandatangani: dicatat oleh {who} pada {when} dengan nomor {known.number}.",
            todo="Tidak ada lagi yang perlu dilakukan.",
        )
    if known.cancelled_at:
        return PayungError("Rancangan ini sudah dibatalkan.", todo="Susun rancangan baru.")
    if known.version != decree.version:
        return PayungError(
            "Naskahnya disusun ulang sesudah halaman ini dibuka.", todo="Muat ulang halamannya, lalu periksa lagi."
        )  # fmt: skip
    return PayungError(
        "Naskah ini belum disetujui seluruh rantainya.", todo="Ajukan ke rantai persetujuan, lalu tunggu."
    )


def _days(decree: Decree) -> Days:
    """The days between which it may be dated."""
    assert decree.approved_at
    term = None
    if not decree.waiver:
        if decree.agreement is None:
            raise PayungError(
                "Keputusan ini tidak bersandar pada perjanjian yang berlaku.",
                todo="Catat perjanjiannya, atau usulkan keputusan tanpa perjanjian beserta alasannya.",
            )
        standing = standing_of(decree.agreement)
        term = standing.agreement.valid_from, standing.last_day
    # A demo plays in the time of its rules: there a decree may be dated from then on, not only from its real approval.
    return Days(judged_on(timezone.localdate(decree.approved_at)), timezone.localdate(), term)


def _check_roll(decree: Decree) -> None:
    """PayungError where the rows are not those that were typeset: what is signed is exactly what was chosen."""
    if decree.amends_id is None:
        found = roll_hash(entry.row for entry in entries_of_rows(_rows(decree)))
    else:
        found = roll_in_force(root_of(decree), by=decree).hash
    if found != decree.roll_hash:
        raise PayungError(
            "Daftar pada rancangan ini bukan daftar yang dicetak.",
            todo="Jangan ditandatangani. Minta pengelola memeriksa datanya, lalu susun ulang naskahnya.",
        )


def _rows(decree: Decree) -> Any:
    return DecreeRow.objects.filter(decree=decree)


def _makers(decree: Decree) -> dict[int, str]:
    """Who prepared the decree or asked for its approval."""
    makers = {decree.made_by: "menyusun"}
    route = route_of(*subject_of(decree))
    if route is not None:
        makers.setdefault(route.made_by_id, "mengajukan")
    return makers


def _body(decree: Decree) -> DecreeFile:
    found: DecreeFile = DecreeFile.objects.get(decree=decree, version=decree.version, kind=BODY)
    return found


def _verified(
    decree: Decree, file: tuple[str, BinaryIO], roots: Sequence[bytes], *, named: bool = True
) -> dict[str, Any]:
    """What is recorded of the signatures of a signed copy, all of which are good."""
    name, content = file
    paper = Paper(_body(decree).size, decree.body_sha256)
    moment = timezone.now()
    signatures = verify(content, name, paper, roots, moment)
    signers = [one.signer for one in signatures]
    if named:
        makers = names_of(_makers(decree))
        check_certificates(signers, decree.signer_name, list(makers.values()))
    last = max(signatures, key=lambda one: one.signed_at)
    assert decree.approved_at
    if timezone.localdate(last.signed_at) < timezone.localdate(decree.approved_at):
        raise PayungError(
            f"Tanda tangan {last.signer} mendahului persetujuannya.", todo="Tandatangani naskah yang disetujui."
        )  # fmt: skip
    return {"signatures": [one.told() for one in signatures]}


def _service(decree: Decree) -> SigningService:
    regency = Regency.objects.get(code=decree.regency_code)
    if not regency.is_demo:
        raise PayungError(
            "Belum ada layanan tanda tangan yang dipasang.",
            todo="Unggah naskah yang ditandatangani di luar, atau pindaian tanda tangan basah.",
        )
    return demo_key(load().folder("keys"), decree.signer_title, timezone.now())
