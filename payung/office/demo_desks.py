"""What the demo's people have decided, asked, announced and proposed by the day on which the office is shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from payung.access.account_services import open_account
from payung.access.models import Tenure, User
from payung.access.policy import Role
from payung.access.post_services import Chair
from payung.access.rules import Handover, Old
from payung.approval.models import Proposal
from payung.approval.post_services import GIVE, Wish, propose_handover
from payung.core import calendar
from payung.core.errors import PayungError
from payung.core.scope import acting_in, whole
from payung.demo.run import Demo
from payung.intake.announcement_services import add_objection, open_announcement, people_of, prepare
from payung.intake.models import Announcement, Objection, Upload
from payung.intake.return_services import hand_back
from payung.intake.upload_services import verify
from payung.job.progress import Tell
from payung.office.demo_work import REGENCY, acting_as
from payung.screening.decisions import read_decisions
from payung.screening.keys import pair_index
from payung.screening.models import Pair, PairVerdict
from payung.screening.models import Question as Asked
from payung.screening.queries import latest_run, open_singles, queue_order
from payung.screening.question_services import SAME, answer, ask, places_of
from payung.screening.removal_services import REMOVAL, propose_removal, removals
from payung.screening.rules import Verdict
from payung.screening.services import decide

DESA = "64.01.04.2002"
DISTRICT = "64.01.04"
DECIDED = {"budi": 14, "wati": 8}
"""How many pairs each verifier has decided one by one; the others wait for whoever looks at the demo."""
ASKED = 2
"""How many are put to an RT; the first of them has answered."""
RETURNED, VERIFIED = 3, 2
SUCCESSOR = ("nina", "Bu Nina")


def are_laid() -> bool:
    """Whether everything is done: the handover is proposed last."""
    with acting_in(whole(REGENCY)):
        return Proposal.objects.filter(kind=GIVE).exists()


def lay(demo: Demo, tell: Tell) -> None:
    """Everything that is not there yet."""
    steps = (_look_at_lists, lambda: _review(demo, tell), _ask_neighbourhoods, _announce, _remove, _hand_over)
    for number, step in enumerate(steps, start=1):
        step()
        tell("mengisi meja petugas", number, len(steps))


def _look_at_lists() -> None:
    with acting_as("wati"):
        saved = Upload.objects.filter(saved_at__isnull=False, undone_at__isnull=True)
        if saved.filter(verified_at__isnull=False).exists():
            return
        for upload in saved.order_by("to_fix", "pk")[:VERIFIED]:
            verify(upload)
    with acting_as("budi"):
        for upload in saved.filter(verified_at__isnull=True).order_by("-to_fix", "pk")[:RETURNED]:
            hand_back(upload)


def _review(demo: Demo, tell: Tell) -> None:
    """Decide the first pairs of the queue as the truth has it."""
    truth = _truth(demo)
    for username, count in DECIDED.items():
        with acting_as(username) as scope:
            done = PairVerdict.objects.filter(made_by=scope.actor).count()
            # One at a time: a decision also closes what else stands between the same two people.
            while done < count and (pair := next((one for one in _open() if one.key_index in truth), None)):
                decide(pair, truth[pair.key_index], version=pair.version)
                done += 1
                tell(f"memutus pasangan ({username})", done, count)


def _truth(demo: Demo) -> Mapping[str, Verdict]:
    return {
        pair_index(one.fingerprint_l, one.fingerprint_r, REGENCY): one.verdict
        for one in read_decisions(demo.decisions)
        if one.verdict is not Verdict.ASK_RT
    }


def _open() -> list[Pair]:
    return list(queue_order(open_singles(latest_run())).filter(is_test=False))


def _ask_neighbourhoods() -> None:
    with acting_as("budi"):
        if Asked.objects.exists():
            return
        pairs = [one for one in _open() if "/" in places_of(one)[0]][:ASKED]
        for number, pair in enumerate(pairs):
            decide(pair, Verdict.ASK_RT, version=pair.version)
            asked = ask(pair, place=places_of(pair)[0])
            if number == 0:
                answer(asked.token, SAME, "Satu orang, tercatat dua kali.")


def _announce() -> None:
    """The list of a desa hangs out since last week, and somebody has objected."""
    today = timezone.localdate()
    with acting_as("desi"):
        if Objection.objects.exists() or not people_of(DESA):
            return
        try:
            calendar.add_working_days(today, 30)
        except PayungError:  # a year whose holidays are not decreed yet: then nothing is announced
            return
        made = Announcement.objects.first() or prepare(DESA, {
            "subject": "Penetapan usulan pekerja rentan", "held_on": today - timedelta(days=5), "hour": "09.00 WITA",
            "venue": "Balai desa", "attendance": 21, "present": "Kepala desa\nKetua BPD\nPara ketua RT",
            "announced_from": today - timedelta(days=4), "days": 7, "announced_at": "Papan pengumuman balai desa",
            "objections_at": "Kantor desa, hari kerja 08.00-15.00", "paper": "f4",
        })  # fmt: skip
        if made.opened_at is None:
            open_announcement(made)
        add_objection(DESA, {
            "kind": Objection.Kind.MISSING, "about": "Pak Rahmat, RT 005",
            "content": "Nelayan, bekerja setiap hari, belum masuk daftar.", "by_name": "Bu Siti, Ketua RT 005",
            "received_on": today,
        }, today)  # fmt: skip


def _remove() -> None:
    """A person who stands twice is to leave; the second verifier has not looked yet."""
    with acting_as("wati"):
        if Proposal.objects.filter(kind=REMOVAL).exists():
            return
        for one in removals(1):
            propose_removal(one.pair, one.leaves, reason="Orang yang sama, tercatat di dua daftar RT.")


def _hand_over() -> None:
    """The kecamatan's officer retires; who follows is proposed and not approved yet."""
    today, (username, name) = timezone.localdate(), SUCCESSOR
    with acting_as("admin"):
        user = User.objects.filter(username=username).first() or open_account(username, name)
        new = Handover(
            user.pk, Tenure.Kind.ACTING, today + timedelta(days=7), today + timedelta(days=97), Old.BEFORE
        )
        propose_handover(Wish(Chair(Role.DISTRICT, DISTRICT), new, "Surat tugas Sekda, contoh"), today)
