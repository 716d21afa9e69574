"""From draft to force: typeset and sent through the chain, approved, signed, and ended before its term."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from payung.access.queries import names_of
from payung.agreement.models import Agreement, AgreementEnd, AgreementFile
from payung.agreement.paper import Draft, paper_words, write_paper
from payung.agreement.queries import (
    cited,
    faults_of,
    paper_of,
    short,
    standing_of,
    standings,
)
from payung.agreement.rules import Kind, State
from payung.agreement.services import now_of, stale
from payung.agreement.storing import Kept, add_row, content_of, keeping, workspace
from payung.agreement.template_services import own_templates
from payung.approval.models import Route
from payung.approval.route_queries import route_of
from payung.approval.route_services import open_route
from payung.audit.services import record
from payung.core.dates import long_day
from payung.core.errors import PayungError
from payung.core.scope import required


def draft_of(agreement: Agreement, paper: str = "f4") -> Draft:
    """What the paper of an agreement says, as it is drafted now."""
    kind = Kind(agreement.kind)
    parent = agreement.parent
    base = standing_of(parent) if parent and kind is Kind.ADDENDUM else None
    above = parent.parent if parent and base else parent
    return Draft(
        kind=kind,
        regency_code=agreement.regency_code,
        title=parent.title if parent and base else agreement.title,
        terms=agreement.terms,
        version=agreement.version,
        umbrella=cited(above) if above else "",
        number=agreement.ordinal or 0,
        base=base.terms if base else None,
        base_kind=Kind(parent.kind) if parent else Kind.PKS,
        base_words=cited(parent) if parent else "",
        paper=paper,
    )


def preview(agreement: Agreement, paper: str = "f4") -> bytes:
    """The PDF of what stands in an agreement now; nothing is kept. PayungError names the line of a broken template."""
    with workspace() as folder:
        return _written(agreement, paper, folder).read_bytes()


def _written(agreement: Agreement, paper: str, folder: Path) -> Path:
    out = folder / "naskah.pdf"
    write_paper(draft_of(agreement, paper), out, own_templates())
    return out


@contextmanager
def papered(agreement: Agreement, paper: str) -> Iterator[Kept]:
    """The paper for the chain, typeset and sealed, before any transaction begins; gone where the block fails.

    PayungError where something is missing that blocks, or the template cannot be used: nothing is sent then.
    """
    missing = [one.message for one in faults_of(agreement) if one.blocks]
    if missing:
        more = f" Dan {len(missing) - 1} hal lain." if len(missing) > 1 else ""
        raise PayungError(
            f"{missing[0]}{more}", todo="Lengkapi lebih dulu; semuanya disebut pada halaman ini."
        )
    name = f"naskah-{agreement.kind}-{agreement.pk}-v{agreement.version}.pdf"
    with (
        workspace() as folder,
        _written(agreement, paper, folder).open("rb") as file,
        keeping(file, name, only="pdf") as kept,
    ):
        yield kept


def send(agreement: Agreement, version: int, kept: Kept) -> Route:
    """Send the paper of a draft, as it stood at `version`, through the chain of the procedure.

    PayungError where it has been changed since, is approved, signed or given up, or goes round already.
    """
    with transaction.atomic():
        # Changes nothing; whoever else changes the draft in the same moment waits for it.
        held = Agreement.objects.filter(
            pk=agreement.pk, version=version, signed_at__isnull=True, cancelled_at__isnull=True
        ).update(version=F("version"))
        if not held:
            raise stale(agreement)
        now = now_of(agreement)
        if now.is_approved:
            raise PayungError("Naskah ini sudah disetujui.", todo="Catat penandatanganannya.")
        add_row(now, version, "naskah", kept)
        route = open_route("perjanjian", now, summary=short(now), faces=paper_words(draft_of(now)))
        record("agreement.sent", now, detail={"version": version, "sha256": kept.contents.sha256})
    return route


def subject_version(agreement: Agreement) -> str:
    """What goes through the chain: the version, and the paper that was typeset from it."""
    paper = paper_of(agreement)
    return f"{agreement.version}:{paper.sha256 if paper else ''}"


def approve(agreement: Agreement) -> None:
    """Settle that the paper which went round is approved. Within the transaction of the last decision.

    PayungError where the draft is another by now.
    """
    route = route_of(agreement._meta.label_lower, agreement.pk)
    assert route is not None, "only a route approves"
    version, _, sha256 = route.subject_version.partition(":")
    done = Agreement.objects.filter(
        pk=agreement.pk, version=int(version), signed_at__isnull=True, cancelled_at__isnull=True
    ).update(approved_at=timezone.now(), approved_version=int(version), approved_sha256=sha256)
    if not done:
        raise stale(agreement)
    record("agreement.approved", agreement, detail={"version": int(version), "sha256": sha256})


def signable(agreement: Agreement) -> str:
    """Why an approved agreement cannot be signed as things stand; "" where it can."""
    if not agreement.is_approved:
        return "Naskah ini belum disetujui seluruh rantai persetujuan."
    parent = agreement.parent
    if parent is not None:
        above = standing_of(parent)
        if parent.signed_at is None:
            return f"{short(parent)} di atasnya belum ditandatangani."
        if agreement.valid_from > above.last_day:
            return f"{short(parent)} sudah berakhir {long_day(above.last_day)}."
    return next((one.message for one in faults_of(agreement) if one.blocks), "")


@contextmanager
def scanned(file: BinaryIO, name: str) -> Iterator[Kept]:
    """The signed scan, sealed, before any transaction begins; gone where the block fails. PayungError for no PDF."""
    with keeping(file, name, only="pdf") as kept:
        yield kept


def sign(
    agreement: Agreement, version: int, *, number: str, partner_number: str, signed_on: date, scan: Kept
) -> None:
    """Record that the approved paper was signed, with both numbers, the day and the scan. Nothing in it changes after.

    PayungError where it is not approved as seen, something else has come between, or a number is used already.
    """
    number, partner_number = " ".join(number.split()), " ".join(partner_number.split())
    if not number or not partner_number:
        raise PayungError(
            "Nomor kedua pihak wajib diisi.", todo="Isi nomor kita dan nomor BPJS Ketenagakerjaan."
        )
    if signed_on > timezone.localdate():
        raise PayungError(
            "Hari penandatanganan belum terjadi.", todo="Isi hari yang tertulis pada naskahnya."
        )
    if why_not := signable(now_of(agreement)):
        raise PayungError(why_not, todo="Selesaikan itu lebih dulu, lalu catat penandatanganannya.")
    try:
        with transaction.atomic():
            done = Agreement.objects.filter(
                pk=agreement.pk,
                version=version,
                approved_version=version,
                signed_at__isnull=True,
                cancelled_at__isnull=True,
            ).update(
                number=number,
                partner_number=partner_number,
                signed_on=signed_on,
                signed_at=timezone.now(),
                signed_by=required().actor,
            )
            if not done:
                raise stale(agreement)
            add_row(agreement, version, "pindaian", scan)
            record(
                "agreement.signed",
                agreement,
                detail={
                    "number": number,
                    "partner_number": partner_number,
                    "signed_on": signed_on,
                    "sha256": scan.contents.sha256,
                },
            )
            # Who records holds up the regency's other writers: what a decree has just bound is seen here, or its
            # transaction sees what this one has signed.
            if why_not := signable(now_of(agreement)):
                raise PayungError(why_not, todo="Selesaikan itu lebih dulu, lalu catat penandatanganannya.")
    except IntegrityError as error:
        raise _number_taken(number, partner_number) from error


def _number_taken(number: str, partner_number: str) -> PayungError:
    for field, value in (("number", number), ("partner_number", partner_number)):
        if taken := Agreement.objects.filter(**{field: value}).first():
            return PayungError(
                f"Nomor {value} sudah dipakai {taken.title}.",
                todo="Periksa nomornya pada naskah yang ditandatangani.",
            )
    return PayungError("Nomor itu sedang dipakai orang lain.", todo="Muat ulang halamannya, lalu kirim lagi.")


def end_agreement(agreement: Agreement, ended_on: date, reason: str) -> AgreementEnd:
    """End a signed agreement before its term; `ended_on` is its last day. Once.

    PayungError for a day outside its term, one that has ended, an addendum, and a Nota Kesepakatan below which a PKS
    still goes on.
    """
    standing, reason = standing_of(agreement), reason.strip()
    if agreement.signed_at is None or agreement.kind == Kind.ADDENDUM:
        raise PayungError(
            "Hanya Nota Kesepakatan dan PKS yang sudah ditandatangani dapat diakhiri.",
            todo="Draf dibatalkan; adendum diubah dengan adendum berikutnya.",
        )
    if not agreement.valid_from <= ended_on <= standing.term_ends:
        raise PayungError(
            f"Hari terakhir harus antara {long_day(agreement.valid_from)} dan {long_day(standing.term_ends)}.",
            todo="Perbaiki harinya.",
        )
    if not reason:
        raise PayungError("Alasannya belum ditulis.", todo="Tulis alasan dan dasarnya.")
    below = standings(Agreement.objects.filter(parent=agreement, kind=Kind.PKS, signed_at__isnull=False))
    if going := [short(one.agreement) for one in below if one.last_day > ended_on]:
        raise PayungError(
            f"{going[0]} di bawahnya masih berlaku sesudah hari itu.", todo="Akhiri PKS itu lebih dulu."
        )
    actor = required().actor
    assert actor is not None
    try:
        with transaction.atomic():
            made: AgreementEnd = AgreementEnd.everything.create(
                regency_code=agreement.regency_code,
                agreement=agreement,
                ended_on=ended_on,
                reason=reason[:300],
                made_at=timezone.now(),
                made_by=actor,
            )
            record("agreement.ended", agreement, detail={"ended_on": ended_on, "reason": reason})
    except IntegrityError:
        before = AgreementEnd.objects.get(agreement=agreement)
        who = names_of([before.made_by]).get(before.made_by, "seseorang")
        raise PayungError(
            f"Perjanjian ini sudah diakhiri {long_day(before.ended_on)}; dicatat oleh {who}.",
            todo="Muat ulang halamannya.",
        ) from None
    return made


def take_file(file: AgreementFile) -> bytes:
    """What a sealed file of an agreement holds; that it was taken is recorded."""
    content = content_of(file)
    with transaction.atomic():
        record("agreement.file_taken", file.agreement, detail={"kind": file.kind, "sha256": file.sha256})
    return content


def may_end(agreement: Agreement, on: date) -> bool:
    """Whether it can still be ended before its term."""
    return (
        agreement.kind != Kind.ADDENDUM
        and agreement.signed_at is not None
        and standing_of(agreement).end is None
        and standing_of(agreement).state(on) is not State.ENDED
    )
