"""What `payung doctor` asks the database: tables, keys, walls, people, the worker, backups, the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from payung.config import Config
from payung.core.errors import PayungError
from payung.office.findings import Finding, State, good, look, wrong
from payung.vault.check import verify_check


def examine_database(config: Config) -> Iterator[Finding]:
    """Look at what can only be asked with a database."""
    from payung.office import django
    from payung.office.ready import connected, pending

    if not config.database.url and not (config.home / "payung.sqlite3").is_file():
        yield wrong("basis data", f"Di {config.home} belum ada basis data.", "Jalankan payung setup.")
        return
    django.start()
    try:
        connection = connected()
        missing = pending()
    except PayungError as error:
        yield Finding("basis data", State.WRONG, error.message, error.todo)
        return
    yield good("basis data", _named(connection))
    if missing:
        yield wrong(
            "tabel",
            f"{len(missing)} perubahan tabel belum dijalankan.",
            "Jalankan payung backup, lalu payung setup.",
        )
        return
    yield good("tabel", "bentuk terbaru")
    for check in _CHECKS:
        try:
            yield from check(config, connection)
        except PayungError as error:
            yield Finding("basis data", State.WRONG, error.message, error.todo)


def _named(connection: Any) -> str:
    if connection.vendor == "sqlite":
        import sqlite3

        return f"SQLite {sqlite3.sqlite_version}"
    version = str(connection.pg_version)
    return f"PostgreSQL {version[:-4]} di {connection.settings_dict['HOST'] or 'komputer ini'}"


def _same_keys(config: Config, connection: Any) -> Iterator[Finding]:
    from payung.database.models import Installation
    from payung.vault.current import vault

    known = Installation.objects.filter(id=1).first()
    if known is None:
        yield wrong("kunci", "Pemasangan belum selesai dibuka.", "Jalankan payung setup.")
        return
    try:
        verify_check(vault(), known.key_check)
    except PayungError as error:
        yield Finding("kunci", State.WRONG, error.message, error.todo)
    else:
        yield good("kunci", "cocok dengan basis data")


def _sqlite_settings(config: Config, connection: Any) -> Iterator[Finding]:
    if connection.vendor != "sqlite":
        return
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    with connection.cursor() as cursor:
        for name, value in wanted.items():
            found = cursor.execute(f"PRAGMA {name}").fetchone()[0]
            if found != value:
                yield wrong(
                    "sqlite",
                    f"{name} = {found}, seharusnya {value}.",
                    "Pindahkan folder pemasangan ke disk setempat; SQLite tidak aman di folder jaringan.",
                )


def _walls(config: Config, connection: Any) -> Iterator[Finding]:
    from payung.office.ready import mighty_role
    from payung.office.walls import changeable, without_guard, without_wall

    again = "Jalankan payung setup --owner-url …."
    lost = without_guard(connection)
    if lost:
        yield wrong(
            "buku riwayat",
            f"Pemicu yang melindungi {', '.join(lost)} hilang.",
            "Seseorang telah mengubah basis data: bandingkan dengan cadangan, dan beri tahu auditor.",
        )
    if connection.vendor != "postgresql":
        return
    if might := mighty_role():
        yield wrong("peran", might[0].upper() + might[1:], again)
    else:
        yield good(
            "peran", f"{connection.settings_dict['USER']}: bukan pemilik dan terikat dinding antardaerah"
        )
    if bare := without_wall(connection):
        yield wrong("dinding antardaerah", f"Tidak ada pada tabel {', '.join(bare)}.", again)
    else:
        yield good("dinding antardaerah", "ada pada semua tabel")
    if rights := changeable(connection):
        yield wrong("buku riwayat", f"Peran aplikasi berhak {', '.join(rights)}.", again)


def _people(config: Config, connection: Any) -> Iterator[Finding]:
    from django.utils import timezone

    from payung.database.models import Regency
    from payung.office.setup import administrators

    regencies = list(Regency.objects.order_by("code"))
    if not regencies:
        yield wrong("daerah", "Belum ada kabupaten/kota yang dibuka.", "Jalankan payung setup --regency ….")
    for one in regencies:
        if administrators(one.code, timezone.localdate()):
            yield good("daerah", f"{one.code} {one.name}")
        else:
            yield wrong(
                "daerah",
                f"{one.code} {one.name} tidak mempunyai administrator.",
                f"Jalankan payung setup --regency {one.code} --login … --name ….",
            )


def _worker(config: Config, connection: Any) -> Iterator[Finding]:
    from django.utils import timezone

    from payung.core.scope import acting_in, whole
    from payung.database.models import Regency
    from payung.office.alive import ALIVE, ALIVE_EVERY
    from payung.work.models import Job, Tick

    now = timezone.now()
    for code in Regency.objects.order_by("code").values_list("code", flat=True):
        with acting_in(whole(code)):
            tick = Tick.objects.filter(name=ALIVE).first()
            busy = Job.objects.filter(finished_at__isnull=True, lease_until__gt=now).exists()
        if not busy and (tick is None or tick.next_at + 2 * ALIVE_EVERY < now):
            yield look(
                "pekerja latar",
                "Tidak berjalan: unggahan dan penyaringan menunggu.",
                "Jalankan payung up, atau payung worker.",
            )
            return
    yield good("pekerja latar", "berjalan")


def _backup(config: Config, connection: Any) -> Iterator[Finding]:
    from django.utils import timezone

    from payung.database.backups import status
    from payung.office.programs import find_program

    now, known = timezone.now(), status()
    if config.database.url:
        if not config.database.backup_url:
            yield wrong(
                "peran cadangan",
                "Peran PostgreSQL untuk cadangan belum ada.",
                "Jalankan payung setup --owner-url ….",
            )
        if find_program("pg_dump") is None:
            yield wrong("pg_dump", "Program pg_dump tidak ada.", "Pasang paket postgresql-client.")
    if known.made_at is None:
        yield look("cadangan", "Belum pernah dibuat.", "Jalankan payung backup, setiap hari.")
    elif now - known.made_at > timedelta(days=2):
        yield look(
            "cadangan",
            f"Terakhir {_ago(now - known.made_at)}.",
            "Jalankan payung backup, setiap hari.",
        )
    else:
        yield good("cadangan", f"terakhir {_ago(now - known.made_at)}")
    if known.failed_at:
        yield wrong(
            "uji pulih",
            f"Gagal {_ago(now - known.failed_at)}.",
            "Buat cadangan baru dan uji lagi: payung backup, payung backup --check",
        )
    elif known.tested_at is None or now - known.tested_at > timedelta(days=90):
        when = "belum pernah" if known.tested_at is None else f"terakhir {_ago(now - known.tested_at)}"
        yield look("uji pulih", f"Cadangan {when} diuji.", "Jalankan payung backup --check")
    else:
        yield good("uji pulih", f"terakhir {_ago(now - known.tested_at)}")


def _clock(config: Config, connection: Any) -> Iterator[Finding]:
    from django.utils import timezone

    from payung.audit.models import Event
    from payung.core.scope import acting_in, whole
    from payung.database.models import Regency

    now = timezone.now()
    for code in Regency.objects.values_list("code", flat=True):
        with acting_in(whole(code)):
            last = Event.objects.order_by("-seq").values_list("at", flat=True).first()
        if last and last > now + timedelta(minutes=5):
            yield wrong(
                "jam",
                "Jam komputer ini tertinggal: catatan terakhir di buku riwayat bertanggal sesudah sekarang.",
                "Setel jam komputer (NTP) sebelum bekerja.",
            )
            return
    yield good("jam", f"{timezone.localtime(now):%d-%m-%Y %H:%M}")


def _ago(age: timedelta) -> str:
    return f"{age.days} hari lalu" if age.days else "hari ini"


_CHECKS: tuple[Callable[[Config, Any], Iterator[Finding]], ...] = (
    _same_keys,
    _sqlite_settings,
    _walls,
    _people,
    _worker,
    _backup,
    _clock,
)
