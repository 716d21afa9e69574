"""Preparing an amendment of a signed decree: who leaves and who follows, who comes in, whose data is mended.

Each change is checked against the roll as it stands. Nothing of the decree itself changes; the amendment takes effect when
it is signed (`signing_services.settle`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from payung.access.queries import names_of
from payung.allocation.freezing import said
from payung.allocation.roll import RollEntry
from payung.approval.procedures import procedure_in_force
from payung.audit.services import record
from payung.core.errors import PayungError
from payung.core.month import Month
from payung.core.scope import place_of, required, whole_regency
from payung.enrolment.amendment import (
    CAUSES,
    Balance,
    Change,
    Key,
    Kind,
    after,
    balances,
    correct,
    instrument,
    leave,
)
from payung.enrolment.amendment_money import hold, let_go
from payung.enrolment.amendment_queries import (
    Basis,
    Roll,
    amendments,
    barred,
    basis_of,
    budget_of,
    changes_of,
    left_on,
    open_amendment,
    roll_in_force,
    root_of,
    waiting_list,
)
from payung.enrolment.amendment_waiting import Skipped, check_quotas, first_fitting
from payung.enrolment.decree_services import REST, UNSETTLED, add_decree, cancel_decree, end_route, moved_on
from payung.enrolment.grounds import signer_of
from payung.enrolment.models import Decree, DecreeRow
from payung.vault.current import vault

LEAST_REASON = 5
"""Letters of a reason."""


def draft_amendment(root: Decree) -> Decree:
    """Begin an amendment of a signed decree; one at a time.

    PayungError for a decree that is not signed or is itself an amendment, or while another is being prepared.
    """
    if root.signed_at is None or root.amends_id is not None:
        raise PayungError(
            "Yang diubah adalah keputusan yang sudah ditandatangani.",
            todo="Buka keputusan pertamanya, lalu susun perubahannya di sana.",
        )
    basis_of(root)
    values = {
        "instrument": "", "number": "", "amends": root, "agreement": root.agreement, "waiver": root.waiver,
        "signer_title": root.signer_title, "signer_name": root.signer_name, "paper": root.paper,
        "content": {name: root.content[name] for name in ("seat", "months") if name in root.content},
        "year": timezone.localdate().year,
    }  # fmt: skip
    with transaction.atomic():
        other = open_amendment(root)
        try:
            made = None if other else add_decree(values)
        except PayungError:
            other = open_amendment(root)  # somebody began one at the same moment
            if other is None:
                raise
        if other is not None or made is None:
            who = names_of([other.made_by]).get(other.made_by, "sistem") if other else "orang lain"
            raise PayungError(
                f"Perubahan lain atas keputusan ini masih disusun oleh {who}.",
                todo="Selesaikan atau batalkan perubahan itu lebih dahulu.",
            )
        record("amendment.drafted", made, detail={"amends": root.pk, "number": root.number})
    return made


def add_leaving(
    amendment: Decree, key: Key, *, since: Month, cause: str, note: str = "", follow: bool = True
) -> list[Skipped]:
    """Somebody leaves from a month on, for one of CAUSES; with `follow`, the next of the waiting list takes the seat.

    Gives back who of the list was passed over, and why. PayungError where the change cannot be made, or nobody follows.
    """
    why = CAUSES[cause] + (f": {note.strip()}" if note.strip() else "")
    desk = _Desk(amendment)
    change = leave(key, desk.entry(key), since, why, desk.basis.prepared.policy, desk.basis.prepared.law)
    desk.add(change)
    skipped: list[Skipped] = []
    if follow:
        skipped = desk.add_next(
            change.shown.row.source, since, f"menggantikan {change.shown.row.name_raw}", replaces=key
        )
    desk.save("amendment.leaving_added", {"cause": cause, "since": str(since)})
    return skipped


def add_entering(amendment: Decree, source: str, *, since: Month, why: str) -> list[Skipped]:
    """The next of a source's waiting list comes in. PayungError where nobody fits, or no reason is given."""
    desk = _Desk(amendment)
    skipped = desk.add_next(source, since, _reason(why))
    desk.save("amendment.entering_added", {"source": source, "since": str(since)})
    return skipped


def add_correction(amendment: Decree, key: Key, fields: Mapping[str, Any], *, why: str) -> None:
    """Mend the data of somebody on the roll; `fields` are those of the application that become another.

    PayungError where nothing changes, or where the data would not be whole.
    """
    desk = _Desk(amendment)
    entry = desk.entry(key)
    desk.add(correct(key, entry, replace(entry.application, **fields), _reason(why)))
    desk.save("amendment.correction_added", {"fields": sorted(fields)})


def remove_change(amendment: Decree, row: DecreeRow) -> None:
    """Take a change back; with who leaves goes who follows them."""
    with whole_regency(), transaction.atomic():
        _take(amendment)
        gone = Q(pk=row.pk)
        if row.change == Kind.LEAVES:
            gone |= Q(change=Kind.ENTERS, replaces_id=row.replaces_id)
        if not DecreeRow.objects.filter(gone, decree=amendment).delete()[0]:
            raise PayungError("Baris ini sudah dibuang.", todo="Muat ulang halamannya.")
        record("amendment.change_removed", amendment, detail={"row": row.row_id, "change": row.change})


def gather(amendment: Decree) -> int:
    """Let the amendment name all signed minutes (berita acara) of its decree that none has named yet; how many.

    They have taken effect already; the decree that follows confirms them.
    """
    with whole_regency(), transaction.atomic():
        _take(amendment)
        named = {one for other in amendments(root_of(amendment)) for one in other.content.get("gathers", ())}
        minutes = [
            one.pk
            for one in amendments(root_of(amendment)).filter(signed_at__isnull=False)
            if procedure_in_force().instrument(one.instrument).template == "berita-acara" and one.pk not in named
        ]  # fmt: skip
        content = {**amendment.content, "gathers": sorted({*amendment.content.get("gathers", ()), *minutes})}
        Decree.objects.filter(pk=amendment.pk).update(content=content)
        record("amendment.gathered", amendment, detail={"minutes": minutes})
    amendment.refresh_from_db()
    return len(minutes)


def settle_draft(amendment: Decree) -> Decree:
    """Close the list of changes before it is typeset: its instrument and signer follow from the procedure, its roll and
    sums are fixed, and the money that it needs besides is reserved.

    PayungError where the procedure parts the changes, a quota is passed, or the money is not there.
    """
    with whole_regency(), transaction.atomic():
        _take(amendment)
        root = root_of(amendment)
        basis, standing = basis_of(root), roll_in_force(root)
        changes = list(changes_of(amendment, standing.entries).values())
        procedure = procedure_in_force()
        chosen = procedure.instrument(instrument(changes, procedure.changes))
        signer = signer_of(chosen, timezone.localdate())
        roll = Roll(dict(enumerate(after(standing.entries, changes))))
        check_quotas(standing.entries.values(), roll.entries.values(), basis.quotas)
        sums = balances(changes)
        key = f"ubah:{amendment.pk}:{amendment.version + 1}"
        hold(amendment, basis, sums, key)
        Decree.objects.filter(pk=amendment.pk).update(
            instrument=chosen.id, signer_title=signer.title[:150], signer_name=signer.name[:150],
            roll_hash=roll.hash, totals=_totals(sums, changes),
            content={**amendment.content, "roll_hash_before": standing.hash, "reserved": key},
        )  # fmt: skip
        record(
            "amendment.settled", amendment,
            detail={"instrument": chosen.id, "changes": len(changes), "roll_hash": roll.hash, "before": standing.hash},
        )  # fmt: skip
    amendment.refresh_from_db()
    return amendment


def cancel_amendment(amendment: Decree, reason: str) -> None:
    """Give an amendment up: what was reserved for it is free again. PayungError as `cancel_decree` has them."""
    with whole_regency(), transaction.atomic():
        let_go(amendment)
        cancel_decree(amendment, reason)


class _Desk:
    """One amendment on the table: the roll as it stands, the changes so far, and those that are being added."""

    def __init__(self, amendment: Decree) -> None:
        self.amendment = amendment
        if amendment.signed_at or amendment.cancelled_at or amendment.approved_at:
            raise _not_open(amendment)
        with whole_regency():
            root = root_of(amendment)
            self.basis: Basis = basis_of(root)
            self.standing = roll_in_force(root)
            self.changes = list(changes_of(amendment, self.standing.entries).values())
        self.added: list[Change] = []

    def entry(self, key: Key) -> RollEntry:
        """Somebody on the roll. PayungError for who does not stand on it (any more)."""
        found = self.standing.entries.get(key)
        if found is None:
            raise PayungError(
                "Orang ini tidak lagi berada pada daftar yang berlaku.",
                todo="Pilih dari daftar yang berlaku.",
            )
        return found

    def add(self, change: Change) -> None:
        """One more change. PayungError where it does not fit the others."""
        self.added.append(change)
        after(self.standing.entries, [*self.changes, *self.added])

    def add_next(self, source: str, since: Month, why: str, *, replaces: Key | None = None) -> list[Skipped]:
        """The next of the waiting list comes in. PayungError where nobody fits, saying why for the first."""
        changes = [*self.changes, *self.added]
        with whole_regency():
            budget = budget_of(self.basis.settings.budgets, source)
            # What this amendment reserved before is given back when it is settled anew.
            left = left_on(budget)
            for one in balances(changes):
                if one.source == source:
                    left = left + one.freed - one.needed
            change, skipped = first_fitting(
                waiting_list(self.basis, source), source, since,
                standing=after(self.standing.entries, changes), barred=barred(self.basis),
                quotas=self.basis.quotas, left=left, policy=self.basis.prepared.policy, why=why,
                replaces=replaces,
            )  # fmt: skip
        if change is None:
            first = f" Yang pertama: {skipped[0].why}." if skipped else ""
            raise PayungError(
                f"Tidak ada yang dapat masuk dari daftar tunggu ({len(skipped)} orang menunggu).{first}",
                todo="Keluarkan tanpa pengganti, pilih bulan lain, atau tambah pagunya.",
            )
        self.add(change)
        return skipped

    def save(self, action: str, detail: Mapping[str, Any]) -> None:
        """Write the added changes as rows, in one transaction with its record."""
        scope = required()
        with whole_regency(), transaction.atomic():
            _take(self.amendment)
            try:
                with transaction.atomic():
                    for change in self.added:
                        DecreeRow.objects.create(
                            regency_code=scope.regency, decree=self.amendment, **_columns(scope.regency, change)
                        )  # fmt: skip
            except IntegrityError:
                raise PayungError(
                    "Orang ini sudah ada pada perubahan ini.", todo="Buang baris yang lama lebih dahulu."
                ) from None
            rows = [one.shown.application.row_id for one in self.added]
            record(action, self.amendment, detail={**detail, "rows": rows})
        self.amendment.refresh_from_db()


def _columns(regency: str, change: Change) -> dict[str, Any]:
    entry = change.shown
    return {
        "place": place_of(regency, entry.row.desa_code, entry.row.rt),
        "row_id": entry.application.row_id,
        "nik_index": vault().blind("nik", entry.row.nik, regency),
        "name": entry.row.name_raw[:300],
        "source": entry.row.source,
        "group": entry.row.group,
        "months": " ".join(map(str, entry.months)),
        "jkk_idr": entry.jkk_idr,
        "jkm_idr": entry.jkm_idr,
        "roll": said(entry),
        "change": change.kind.value,
        "why": change.why[:300],
        "replaces_id": change.key if change.key is not None else change.replaces,
    }


def _take(amendment: Decree) -> None:
    """Claim the draft for one change of it, as it was loaded: what was typeset of it is no more.

    PayungError where it is signed, given up, approved, being typeset, on somebody else's route, or was changed meanwhile.
    """
    if amendment.amends_id is None:
        raise PayungError("Ini bukan perubahan keputusan.", todo="Buka perubahannya.")
    end_route(amendment)
    done = Decree.objects.filter(
        REST, UNSETTLED, pk=amendment.pk, version=amendment.version, approved_at__isnull=True
    ).update(
        version=F("version") + 1, asked_at=None, typeset_at=None, typeset_error="", body_sha256="", page_count=None,
        roll_hash="", instrument="",
    )  # fmt: skip
    if not done:
        raise _not_open(amendment)
    let_go(amendment)


def _not_open(amendment: Decree) -> PayungError:
    known = Decree.objects.get(pk=amendment.pk)
    if known.approved_at and not known.signed_at and not known.cancelled_at:
        return PayungError(
            "Perubahan ini sudah disetujui dan menunggu tanda tangan.",
            todo="Batalkan bila masih ada yang harus diubah.",
        )
    return moved_on(amendment)


def _totals(sums: Sequence[Balance], changes: Sequence[Change]) -> dict[str, Any]:
    """What the amendment comes to: people that it touches; rupiah that it needs less what it frees; both by source."""
    touched = Counter(one.shown.row.source for one in changes)
    return {
        "people": len(changes),
        "jkk_idr": sum(one.needed.jkk_idr - one.freed.jkk_idr for one in sums),
        "jkm_idr": sum(one.needed.jkm_idr - one.freed.jkm_idr for one in sums),
        "changes": {kind.value: sum(one.kind is kind for one in changes) for kind in Kind},
        "sources": {
            one.source: {
                "people": touched[one.source],
                "jkk_idr": one.needed.jkk_idr - one.freed.jkk_idr,
                "jkm_idr": one.needed.jkm_idr - one.freed.jkm_idr,
                "freed": [one.freed.jkk_idr, one.freed.jkm_idr],
                "needed": [one.needed.jkk_idr, one.needed.jkm_idr],
            }
            for one in sums
        },
    }


def _reason(text: str) -> str:
    if len(text.strip()) < LEAST_REASON:
        raise PayungError("Alasan belum ditulis.", todo="Tulis alasannya, agar dapat dimengerti orang lain.")
    return text.strip()
