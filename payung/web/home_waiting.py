"""What waits for somebody: one line a kind of work, shown to the roles that may do it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from payung.access.policy import Action
from payung.agreement.queries import ALARMED, ending, waiting_to_be_signed
from payung.approval.queries import waiting as proposals
from payung.approval.route_queries import waiting_count
from payung.core.dates import day
from payung.core.rupiah import number
from payung.screening.queries import certain, waiting_pairs
from payung.web.desk import Desk
from payung.web.home import Lines, Urgency, Waiting
from payung.web.ledger import unsigned_since
from payung.work.queries import failed_jobs, seen

DRILL_WITHIN = timedelta(days=31)
"""A backup is to be restored on trial once a month."""
SOON, NEAREST = 30, 7
"""Days of an alarm from which an agreement's end is due, and at once."""


def _failed(desk: Desk) -> Sequence[Waiting]:
    count = failed_jobs(seen(True), desk.now).count()
    return [Waiting(count, _("pekerjaan latar gagal"), reverse("work:jobs"), urgency=Urgency.NOW)]


def _ledger(desk: Desk) -> Sequence[Waiting]:
    since = unsigned_since(desk.now)
    if since is None:
        return []
    days = max((desk.now - since).days, 1)
    note = _("Tidak ada berkas saksi sejak %(day)s. Periksa apakah pekerja latar berjalan.") % {
        "day": day(since.date())
    }
    return [Waiting(days, _("hari buku riwayat belum ditandatangani"), reverse("care"), note, Urgency.NOW)]


def _backup(desk: Desk) -> Sequence[Waiting]:
    known, url = desk.backup, reverse("care")
    if known.failed_at:
        days = max((desk.now - known.failed_at).days, 1)
        return [Waiting(days, _("hari sejak uji pulih cadangan gagal"), url, urgency=Urgency.NOW)]
    if known.made_at is None:
        return [Waiting(1, _("cadangan pertama belum dibuat"), url, urgency=Urgency.CARE)]
    if known.tested_at is None:
        return [Waiting(1, _("cadangan belum pernah diuji pulih"), url, urgency=Urgency.CARE)]
    days = (desk.now - known.tested_at).days
    late = desk.now - known.tested_at > DRILL_WITHIN
    return [Waiting(days if late else 0, _("hari sejak cadangan diuji pulih"), url, urgency=Urgency.CARE)]


def _registers(desk: Desk) -> Sequence[Waiting]:
    blocking = [one.register.title for one in desk.ages if one.blocks]
    old = [one.register.title for one in desk.ages if one.too_old and not one.blocks]
    url = reverse("registry:registers")
    return [
        Waiting(
            len(blocking),
            _("data pembanding wajib belum ada atau terlalu lama"),
            url,
            ", ".join(blocking),
            Urgency.NOW,
        ),
        Waiting(len(old), _("data pembanding terlalu lama"), url, ", ".join(old), Urgency.DUE),
    ]


def _objections(desk: Desk) -> Sequence[Waiting]:
    url, work = reverse("intake:objections"), desk.work
    first = desk.first_objection_due if work.objections_due else None
    note = _("batas jawaban terdekat %(day)s") % {"day": day(first)} if first else ""
    return [
        Waiting(work.objections_late, _("keberatan lewat batas jawabannya"), url, note, Urgency.NOW),
        Waiting(
            work.objections_due - work.objections_late,
            _("keberatan menunggu jawaban"),
            url,
            note,
            Urgency.DUE,
        ),
    ]


def _proposals(desk: Desk) -> Sequence[Waiting]:
    count, url = proposals().count(), reverse("approval:list")
    return [Waiting(count, _("usulan menunggu keputusan Anda"), url, urgency=Urgency.DUE)]


def _routes(desk: Desk) -> Sequence[Waiting]:
    words = _("persetujuan berantai menunggu keputusan Anda")
    return [Waiting(waiting_count(), words, reverse("approval:routes"), urgency=Urgency.DUE)]


def _pairs(desk: Desk) -> Sequence[Waiting]:
    alike = certain(desk.run).count() if desk.run else 0
    return [
        Waiting(
            waiting_pairs(desk.scope), _("pasangan menunggu keputusan: orang yang sama atau bukan"),
            reverse("screening:review"), urgency=Urgency.DUE,
        ),
        Waiting(alike, _("pasangan pasti menunggu dikonfirmasi per pola"), reverse("screening:patterns")),
    ]  # fmt: skip


def _screening(desk: Desk) -> Sequence[Waiting]:
    """A screening that no longer says what is; while a register bars the next one, that stands above."""
    sentences = desk.stale
    note = sentences[0] if sentences else ""
    if len(sentences) > 1:
        note += " " + _("Dan %(count)s sebab lain.") % {"count": number(len(sentences) - 1)}
    return [
        Waiting(
            min(len(sentences), 1), _("penyaringan terakhir perlu diulang"), reverse("eligibility:runs"), note
        )
    ]


def _lists(desk: Desk) -> Sequence[Waiting]:
    url, work = reverse("intake:uploads"), desk.work
    rows = _("%(rows)s baris perlu diperbaiki") % {"rows": number(desk.lists.to_fix)}
    return [
        Waiting(
            work.questions, _("daftar menunggu jawaban Anda"), f"{url}?keadaan=tanya",
            _("Selama belum dijawab, daftar itu tidak ikut disaring."), Urgency.DUE,
        ),
        Waiting(work.to_fix_lists, _("daftar dengan baris yang perlu diperbaiki"), f"{url}?keadaan=perbaiki", rows),
    ]  # fmt: skip


def _to_save(desk: Desk) -> Sequence[Waiting]:
    url = f"{reverse('intake:uploads')}?keadaan=simpan"
    return [Waiting(desk.work.to_save, _("daftar dengan baris baik yang belum disimpan"), url)]


def _neighbourhoods(desk: Desk) -> Sequence[Waiting]:
    total, sent = desk.rts
    return [Waiting(total - sent, _("RT belum mengirim daftar"), f"{reverse('intake:board')}?keadaan=belum")]


def _ends(desk: Desk) -> Sequence[Waiting]:
    """Agreements that end soon, for who has to see that another follows."""
    near = ending(desk.judged_on) if desk.scope.role in ALARMED else []
    if not near:
        return []
    note = _("%(title)s berakhir %(day)s, %(days)s hari lagi.") % {
        "title": near[0].standing.agreement.title,
        "day": day(near[0].last_day),
        "days": number(near[0].days),
    }
    rung = near[0].alarm
    urgency = Urgency.NOW if rung <= NEAREST else Urgency.DUE if rung <= SOON else Urgency.WORK
    return [Waiting(len(near), _("perjanjian akan berakhir"), reverse("agreement:list"), note, urgency)]


def _signings(desk: Desk) -> Sequence[Waiting]:
    url = reverse("agreement:list")
    return [
        Waiting(
            waiting_to_be_signed(),
            _("perjanjian disetujui, menunggu dicatat penandatanganannya"),
            url,
            urgency=Urgency.DUE,
        )
    ]


SOURCES: Sequence[tuple[Action, Lines]] = (
    (Action.JOB_RETRY, _failed),
    (Action.AUDIT_READ, _ledger),
    (Action.USER_MANAGE, _backup),
    (Action.REGISTER_ADD, _registers),
    (Action.OBJECTION_ANSWER, _objections),
    (Action.APPROVAL_READ, _proposals),
    (Action.ROUTE_DECIDE, _routes),
    (Action.AGREEMENT_READ, _ends),
    (Action.AGREEMENT_MANAGE, _signings),
    (Action.PAIR_DECIDE, _pairs),
    (Action.UPLOAD_REPAIR, _lists),
    (Action.UPLOAD_SAVE, _to_save),
    (Action.RUN_START, _screening),
    (Action.BOARD_MESSAGE, _neighbourhoods),
)
"""Each for roles that may do its action: what one can only look at does not wait for one."""
