"""The desa's list for everybody: minutes and notice printed, hung out, taken down; objections keyed in and answered."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from payung.audit.services import record
from payung.core import calendar, region
from payung.core.application import Application
from payung.core.dates import day
from payung.core.errors import PayungError
from payung.core.scope import required, whole_regency
from payung.intake.minutes import Meeting, last_day, listed, write_announcement, write_minutes
from payung.intake.models import Announcement, Objection, Row
from payung.intake.return_services import Handed
from payung.intake.stored import new_path, policy_of, workspace
from payung.registry.facts import application_of
from payung.vault.files import read_sealed, seal_file
from payung.vault.stored import stored

ANSWER_WITHIN = 10
"""Working days in which an objection is answered."""
# ASSUMPTION: no rule that is known sets the days; the office's own announcement says them.
_TRIES = 5


def people_of(desa: str) -> list[Application]:
    """Everybody on the desa's lists that count, in the order of their ids."""
    rows = Row.objects.filter(live=True, place__startswith=desa).order_by("row_id")
    return [application_of(said[0]) for said in rows.values_list("said", flat=True)]


def prepare(desa: str, said: Mapping[str, Any]) -> Announcement:
    """Print the minutes of the meeting and the notice with the list as it stands now; `said` as the form has it.

    PayungError for a desa outside the territory, one without a list, and a year whose holidays are not known.
    """
    scope = required()
    if not scope.covers(desa) or region.desa(desa) is None:
        raise PayungError("Desa itu di luar wilayah Anda.", todo="Pilih desa dari daftar.")
    people = people_of(desa)
    if not people:
        raise PayungError(
            "Belum ada satu orang pun pada daftar desa ini.", todo="Unggah dan perbaiki daftarnya lebih dulu."
        )
    first = calendar.next_working_day(said["announced_from"])
    last = last_day(first, said["days"])
    policy = policy_of(scope.regency)
    titles = {group.id: group.title for group in policy.groups}
    shown = listed(people, lambda group: titles.get(group, group))
    list_hash = hashlib.sha256("\n".join(sorted(one.row_id for one in people)).encode()).hexdigest()
    meeting = _meeting(desa, said, first, last, list_hash)
    paths = new_path("pdf"), new_path("pdf")
    with workspace() as folder:
        for path, write in zip(paths, (write_minutes, write_announcement), strict=True):
            out = folder / "cetak.pdf"
            write(meeting, shown, out, paper=said["paper"])
            seal_file(out, stored(path))
    with transaction.atomic():
        made: Announcement = Announcement.everything.create(
            regency_code=scope.regency,
            place=desa,
            meeting={name: _plain(value) for name, value in said.items()},
            first_on=first,
            last_on=last,
            paper=said["paper"],
            people=len(shown),
            list_hash=list_hash,
            minutes_path=paths[0],
            sheet_path=paths[1],
            made_at=timezone.now(),
            made_by=scope.actor,
        )
        record(
            "announcement.prepared",
            made,
            detail={
                "place": desa,
                "people": len(shown),
                "first_on": first,
                "last_on": last,
                "sha256": list_hash,
            },
        )
    return made


def _meeting(desa: str, said: Mapping[str, Any], first: date, last: date, list_hash: str) -> Meeting:
    return Meeting(
        desa,
        said["subject"],
        held_on=said.get("held_on"),
        hour=said.get("hour") or "",
        venue=said.get("venue") or "",
        attendance=said.get("attendance"),
        present=tuple(line.strip() for line in (said.get("present") or "").splitlines() if line.strip()),
        announced_from=first,
        announced_until=last,
        announced_at=said.get("announced_at") or "",
        objections_at=said.get("objections_at") or "",
        list_hash=list_hash,
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def take_paper(one: Announcement, part: str) -> Handed:
    """The minutes (`berita-acara`) or the notice (`pengumuman`); that it was taken is recorded."""
    content = read_sealed(stored(one.minutes_path if part == "berita-acara" else one.sheet_path))
    with transaction.atomic():
        record("announcement.downloaded", one, detail={"part": part})
    return Handed(f"{part}-{one.place}.pdf", content)


def open_announcement(one: Announcement) -> None:
    """Say that the list hangs out. PayungError where another list of the desa still does."""
    try:
        with transaction.atomic():
            done = Announcement.objects.filter(
                pk=one.pk, opened_at__isnull=True, closed_at__isnull=True
            ).update(opened_at=timezone.now(), opened_by=required().actor)
            if not done:
                raise PayungError("Pengumuman ini sudah dibuka.", todo="Muat ulang halamannya.")
            record("announcement.opened", one, detail={"first_on": one.first_on, "last_on": one.last_on})
    except IntegrityError:
        raise PayungError(
            "Daftar lain dari desa ini masih diumumkan.",
            todo="Tutup dulu pengumuman itu, lalu buka yang ini.",
        ) from None


def close_announcement(one: Announcement, today: date) -> None:
    """Say that the list has been taken down, from the day after its last. PayungError before, or with open objections."""
    if today <= one.last_on:
        raise PayungError(
            f"Pengumuman berlangsung sampai {day(one.last_on)}.", todo="Tutup sesudah hari itu."
        )
    if Objection.objects.filter(announcement=one, answered_at__isnull=True).exists():
        raise PayungError("Masih ada keberatan yang belum dijawab.", todo="Jawab semua keberatan lebih dulu.")
    with transaction.atomic():
        done = Announcement.objects.filter(pk=one.pk, opened_at__isnull=False, closed_at__isnull=True).update(
            closed_at=timezone.now(), closed_by=required().actor
        )
        if not done:
            raise PayungError("Pengumuman ini tidak sedang berlangsung.", todo="Muat ulang halamannya.")
        record("announcement.closed", one)


def add_objection(desa: str, said: Mapping[str, Any], today: date) -> Objection:
    """Take in an objection at the desk, with the next number of its year and the day by which it is answered.

    PayungError for a desa outside the territory, or a day that lies ahead.
    """
    scope = required()
    received: date = said["received_on"]
    if not scope.covers(desa) or region.desa(desa) is None:
        raise PayungError("Desa itu di luar wilayah Anda.", todo="Pilih desa dari daftar.")
    if received > today:
        raise PayungError("Tanggal terima belum terjadi.", todo="Isi tanggal keberatan itu diterima.")
    due = calendar.add_working_days(received, ANSWER_WITHIN)
    hanging = Announcement.objects.filter(place=desa, opened_at__isnull=False, closed_at__isnull=True).first()
    for _ in range(_TRIES):
        try:
            return _numbered(desa, said, due, hanging)
        except IntegrityError:  # somebody took the number in the same moment
            continue
    raise PayungError("Nomor keberatan sedang dipakai orang lain.", todo="Kirim sekali lagi.")


def _numbered(desa: str, said: Mapping[str, Any], due: date, hanging: Announcement | None) -> Objection:
    scope, received = required(), said["received_on"]
    with transaction.atomic():
        # Numbers count through the whole regency, also through what the actor does not see.
        last = _last_number(received.year)
        made: Objection = Objection.everything.create(
            regency_code=scope.regency,
            place=desa,
            announcement=hanging,
            year=received.year,
            number=last + 1,
            kind=said["kind"],
            about=said["about"],
            content=said["content"],
            by_name=said["by_name"],
            by_phone=said.get("by_phone") or None,
            received_on=received,
            due_on=due,
            made_at=timezone.now(),
            made_by=scope.actor,
        )
        record(
            "objection.added",
            made,
            detail={"number": made.title, "kind": made.kind, "place": desa, "due_on": due},
        )
    return made


def _last_number(year: int) -> int:
    with whole_regency():
        found = Objection.objects.filter(year=year).aggregate(last=Max("number"))["last"]
    return int(found or 0)


def answer_objection(one: Objection, outcome: str, answer: str) -> None:
    """Answer an objection with the reason. PayungError where it was answered already."""
    with transaction.atomic():
        done = Objection.objects.filter(pk=one.pk, answered_at__isnull=True).update(
            outcome=outcome, answer=answer, answered_at=timezone.now(), answered_by=required().actor
        )
        if not done:
            raise PayungError("Keberatan ini sudah dijawab.", todo="Muat ulang halamannya.")
        record("objection.answered", one, detail={"number": one.title, "outcome": outcome, "reason": answer})
