"""Opening a budget and changing its ceilings: proposed by one, applied when a second person has approved it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from payung.access.policy import Action
from payung.approval.kinds import kind
from payung.approval.models import Proposal
from payung.approval.services import Change, propose
from payung.audit.services import changed, record
from payung.budget import queries, rules
from payung.budget.models import Budget, Ceiling
from payung.budget.opening import Accounts, Line, Opening, wrong, wrong_accounts, wrong_ceilings
from payung.budget.rules import Amount, Programme
from payung.budget.services import set_ceilings
from payung.budget.standing import times
from payung.core.errors import Exit, PayungError
from payung.core.month import Month
from payung.core.rupiah import number, rupiah
from payung.core.scope import required
from payung.eligibility.gathering import rules_in_force

OPEN, CHANGE = "budget.open", "budget.change"


def propose_opening(opening: Opening, reason: str = "") -> Proposal:
    """Ask for a budget. PayungError for one that is there already, a source that nobody knows, or what is no account."""
    _check(wrong(opening))
    titles = {one.id: one.title for one in queries.payers(rules_in_force().policy)}
    line = opening.line
    if line.source not in titles:
        raise _refused(
            f"Sumber dana {line.source} tidak ada dalam aturan daerah.", "Pilih sumber dari daftar."
        )
    if _there(line):
        raise _already(line)
    return propose(
        OPEN,
        ("budget.line", line.mark),
        {**opening.said(), "key": _key()},
        summary=f"Anggaran {line.year} {titles[line.source]}: {rupiah(opening.ceilings.total_idr)}",
        reason=reason or opening.basis,
        changes=[
            ("Tahun anggaran", "–", str(line.year)),
            ("SKPD", "–", line.office),
            ("Sub-kegiatan", "–", f"{line.activity_code} {line.activity_title}"),
            ("Sumber dana", "–", titles[line.source]),
            ("Pagu JKK", "–", f"{rupiah(opening.ceilings.jkk_idr)} ({opening.accounts.jkk})"),
            ("Pagu JKM", "–", f"{rupiah(opening.ceilings.jkm_idr)} ({opening.accounts.jkm})"),
            ("Pagu bersama", "–", rupiah(opening.ceilings.total_idr)),
            ("Dasar", "–", opening.basis),
        ],
    )  # fmt: skip


def propose_change(budget: Budget, new: Amount, accounts: Accounts, basis: str, reason: str = "") -> Proposal:
    """Ask for other ceilings or accounts (P-APBD, DPPA). PayungError for a cut below what is reserved and committed."""
    old, _accounts = ceilings_of(budget)
    check_change(budget, new, accounts)
    effect = changes(budget, new, accounts)
    return propose(
        CHANGE,
        budget,
        {
            "old": [old.jkk_idr, old.jkm_idr],
            "new": [new.jkk_idr, new.jkm_idr],
            "accounts": [accounts.jkk, accounts.jkm],
            "basis": basis,
            "key": _key(),
        },
        summary=f"{budget}: pagu {rupiah(old.total_idr)} menjadi {rupiah(new.total_idr)}"
        if old != new
        else f"{budget}: kode rekening",
        reason=reason or basis,
        changes=[*effect, ("Dasar", "–", basis)],
    )


def check_change(budget: Budget, new: Amount, accounts: Accounts) -> None:
    """PayungError where the change could not be applied as things stand: on which account, and by how much."""
    old, before = ceilings_of(budget)
    _check(wrong_accounts(accounts))
    _check(wrong_ceilings(new))
    if (new, accounts) == (old, before):
        raise _refused("Tidak ada yang berubah.", "Tulis pagu atau kode rekening yang baru.")
    for one in budget.ceilings.order_by("programme"):
        wanted = new.of(one.programme)
        if wanted < one.sums.bound_idr:
            raise _refused(*rules.change_refusal(str(one), one.ceiling_idr, wanted, one.sums))


def changes(budget: Budget, new: Amount, accounts: Accounts) -> list[Change]:
    """What the change does, before and after: account, ceiling and rest of each programme, and how many months of people."""
    old, before = ceilings_of(budget)
    stands = queries.standing(budget)
    found: list[Change] = []
    for one in Programme:
        if before.of(one) != accounts.of(one):
            found.append((f"Rekening {one.name}", before.of(one), accounts.of(one)))
        was, left = old.of(one), stands.left.of(one)
        found.append((f"Pagu {one.name}", rupiah(was), rupiah(new.of(one))))
        found.append((f"Sisa {one.name}", rupiah(left), rupiah(left + new.of(one) - was)))
    found.append(("Pagu bersama", rupiah(old.total_idr), rupiah(new.total_idr)))
    price = queries.price_of(budget, Month(budget.year, 12))
    if price is not None:
        were, are = times(stands.left, price), times(stands.left + new - old, price)
        found.append(
            ("Sisa cukup untuk", f"{number(were or 0)} orang-bulan", f"{number(are or 0)} orang-bulan")
        )
    return found


def ceilings_of(budget: Budget) -> tuple[Amount, Accounts]:
    """The ceilings and accounts of a budget as they are now."""
    found = {one.programme: one for one in Ceiling.objects.filter(budget=budget)}
    jkk, jkm = found[Programme.JKK], found[Programme.JKM]
    return Amount(jkk.ceiling_idr, jkm.ceiling_idr), Accounts(jkk.account, jkm.account)


def _there(line: Line) -> Budget | None:
    found: Budget | None = Budget.objects.filter(
        year=line.year, office=line.office, activity_code=line.activity_code, source=line.source
    ).first()
    return found


def _line_version(subject_id: str, payload: Mapping[str, Any]) -> str:
    there = _there(Opening.read(payload).line)
    return str(there.pk) if there else ""


@kind(OPEN, "Pembukaan anggaran", Action.BUDGET_CHECK, _line_version)
def _open(subject_id: str, payload: Mapping[str, Any]) -> None:
    open_budget(Opening.read(payload), payload["key"])


def open_budget(opening: Opening, key: str) -> Budget:
    """Open a budget with its two ceilings. PayungError where it is there already."""
    scope, line = required(), opening.line
    with transaction.atomic():
        try:
            with transaction.atomic():
                made: Budget = Budget.everything.create(
                    regency_code=scope.regency, year=line.year, office=line.office,
                    activity_code=line.activity_code, activity_title=line.activity_title, source=line.source,
                    opened_at=timezone.now(), opened_by=scope.actor or 0,
                )  # fmt: skip
        except IntegrityError:
            raise _already(line) from None
        Ceiling.everything.bulk_create(
            Ceiling(regency_code=scope.regency, budget=made, programme=one, account=opening.accounts.of(one))
            for one in Programme
        )
        set_ceilings(made, Amount(0, 0), opening.ceilings, key, basis=opening.basis)
        record("budget.opened", made, detail={"new": opening.said()})
    return made


def _change_version(subject_id: str, payload: Mapping[str, Any]) -> str:
    """The ceilings and accounts alone: what is reserved meanwhile does not make a proposal stale."""
    rows = Ceiling.objects.filter(budget=subject_id).order_by("programme")
    return hashlib.sha256(repr([(one.ceiling_idr, one.account) for one in rows]).encode()).hexdigest()


@kind(CHANGE, "Perubahan pagu", Action.BUDGET_CHECK, _change_version)
def _change(subject_id: str, payload: Mapping[str, Any]) -> None:
    change_budget(
        Budget.objects.get(pk=subject_id), Amount(*payload["old"]), Amount(*payload["new"]),
        Accounts(*payload["accounts"]), payload["key"], basis=payload["basis"],
    )  # fmt: skip


def change_budget(
    budget: Budget, old: Amount, new: Amount, accounts: Accounts, key: str, *, basis: str
) -> None:
    """Change ceilings from `old` to `new`, and accounts. PayungError for a cut below what is reserved and committed."""
    with transaction.atomic():
        _ceilings, before = ceilings_of(budget)
        set_ceilings(budget, old, new, key, basis=basis)
        for one in Programme:
            Ceiling.objects.filter(budget=budget, programme=one).exclude(account=accounts.of(one)).update(
                account=accounts.of(one)
            )
        record(
            "budget.changed", budget,
            detail=changed(_told(old, before), _told(new, accounts)) | {"reason": basis},
        )  # fmt: skip


def _told(ceilings: Amount, accounts: Accounts) -> dict[str, Any]:
    return {
        "jkk_idr": ceilings.jkk_idr, "jkm_idr": ceilings.jkm_idr, "jkk_account": accounts.jkk,
        "jkm_account": accounts.jkm,
    }  # fmt: skip


def _key() -> str:
    return f"pagu:{secrets.token_hex(8)}"


def _check(problems: Iterator[tuple[str, str]]) -> None:
    said = [words for _name, words in problems]
    if said:
        raise _refused(said[0], " ".join(said[1:]))


def _already(line: Line) -> PayungError:
    return _refused(
        f"Anggaran {line.year} untuk {line.activity_code} pada {line.office} dari sumber itu sudah ada.",
        "Buka anggarannya, lalu usulkan perubahan pagu.",
    )


def _refused(message: str, todo: str) -> PayungError:
    return PayungError(message, todo=todo, exit_code=Exit.MONEY)
