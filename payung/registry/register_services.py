"""What registers are asked, and what arrives from them: kept sealed, read in the background, withdrawn when wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from payung.audit.services import record
from payung.config import load
from payung.core.application import Application
from payung.core.dates import day
from payung.core.errors import PayungError, cannot_write
from payung.core.passing_on import private
from payung.core.scope import required
from payung.engine.duckdb_engine import open_engine
from payung.engine.engine import Engine
from payung.engine.workspace import private_workspace
from payung.registry.facts import application_of
from payung.registry.files import Snapshot, read_register
from payung.registry.models import Delivery, Observation, Request
from payung.registry.people_services import LISTS
from payung.registry.requests import write_request
from payung.registry.rules import REGISTERS, Kind, RegisterInput
from payung.registry.snapshots import Frozen, read_snapshot, write_snapshot
from payung.vault.files import Contents, open_file, read_sealed, seal_file, write_sealed
from payung.vault.stored import stored
from payung.work.handlers import Progress
from payung.work.services import enqueue

FOLDER = "register"
"""Below the folder of stored files: `register/<regency>/…`."""
_STEPS = 3


def receive_register(
    register: str, file: BinaryIO, file_name: str, as_of: date, *, request: Request | None = None
) -> Delivery:
    """Keep a register's file, sealed, and let it be read in the background; `as_of` is the day that it describes.

    With `request` it is taken for the answer to that request, and refused when it is read if it is about other rows.
    PayungError for a register that there is none of, a day that lies ahead, an empty file, and a file that is here
    already.
    """
    if register not in REGISTERS:
        raise PayungError(
            f"Register {register!r} tidak dikenal.", todo=f"Pilih salah satu: {', '.join(REGISTERS)}."
        )
    if as_of > timezone.localdate():
        raise PayungError(
            f"Tanggal keadaan {day(as_of)} belum terjadi.",
            todo="Isi tanggal keadaan data menurut pemiliknya.",
        )
    path = _new_path("asli")
    contents = seal_file(file, stored(path))
    try:
        if not contents.size:
            raise PayungError("Berkas ini kosong.", todo="Pilih berkas yang dikirim pemilik data.")
        return _deliver(register, file_name, as_of, path, contents, request)
    except BaseException:
        stored(path).unlink(missing_ok=True)
        raise


def _deliver(
    register: str, file_name: str, as_of: date, path: str, contents: Contents, request: Request | None
) -> Delivery:
    scope, sha256 = required(), contents.sha256
    try:
        with transaction.atomic():
            made: Delivery = Delivery.everything.create(
                regency_code=scope.regency,
                register=register,
                as_of=as_of,
                file_name=private(Path(file_name).name)[:200],
                sha256=sha256,
                size=contents.size,
                original_path=path,
                request=request,
                received_at=timezone.now(),
                received_by=scope.actor,
            )
            enqueue("registry.read", made.pk)
            record(
                "register.delivered", made, detail={"register": register, "as_of": as_of, "sha256": sha256}
            )
    except IntegrityError:
        before = Delivery.objects.get(register=register, sha256=sha256, withdrawn_at__isnull=True, fault="")
        raise PayungError(
            f"Berkas ini sudah diterima pada {day(timezone.localdate(before.received_at))}.",
            todo="Tidak perlu dikirim lagi. Bila tanggal keadaannya salah, tarik dulu kiriman itu.",
        ) from None
    return made


def read_delivery(delivery_id: int, progress: Progress) -> Delivery:
    """Read a file that arrived into its snapshot; again changes nothing. PayungError, kept on the delivery too."""
    delivery: Delivery = Delivery.objects.get(pk=delivery_id)
    if delivery.read_at or delivery.withdrawn_at:
        return delivery
    path = delivery.snapshot_path or _new_path("isi")
    try:
        progress("Membuka berkas", 0, _STEPS)
        with _engine() as engine:
            given = RegisterInput(delivery.register, engine.workspace / _plain_name(delivery), delivery.as_of)
            open_file(stored(delivery.original_path), given.path)
            progress("Membaca isinya", 1, _STEPS)
            snapshot = read_register(engine, given, asked=_Asked(delivery))
            progress("Menyimpan isinya", 2, _STEPS)
            parquet = engine.workspace / "isi.parquet"
            write_snapshot(engine, snapshot, parquet)
            seal_file(parquet, stored(path))
    except PayungError as error:
        # The name in the message is that of our copy; what the user sent is called otherwise.
        message = error.message.replace(_plain_name(delivery), delivery.file_name)
        Delivery.objects.filter(pk=delivery.pk, read_at__isnull=True).update(
            read_at=timezone.now(), fault=message, todo=error.todo
        )
        raise PayungError(message, todo=error.todo, exit_code=error.exit_code) from error
    _settle(delivery, snapshot, path)
    progress("Selesai", _STEPS, _STEPS)
    read: Delivery = Delivery.objects.get(pk=delivery.pk)
    return read


def _settle(delivery: Delivery, snapshot: Snapshot, path: str) -> None:
    request = delivery.request or _asked_as(delivery.register, snapshot.request_id)
    with transaction.atomic():
        done = Delivery.objects.filter(pk=delivery.pk, read_at__isnull=True).update(
            read_at=timezone.now(),
            kind=snapshot.kind,
            row_count=snapshot.rows,
            notes=list(snapshot.notes),
            request=request,
            request_code=snapshot.request_id or "",
            snapshot_path=path,
        )
        if done:
            record("register.read", delivery, detail={"rows": snapshot.rows, "kind": snapshot.kind})


def withdraw_delivery(delivery: Delivery, *, reason: str) -> None:
    """Use this delivery no more; what was computed with it stays as it was. PayungError when it is withdrawn already."""
    with transaction.atomic():
        done = Delivery.objects.filter(pk=delivery.pk, withdrawn_at__isnull=True).update(
            withdrawn_at=timezone.now(), withdrawn_by=required().actor, withdrawn_reason=reason[:500]
        )
        if not done:
            raise PayungError("Kiriman ini sudah ditarik.", todo="Muat ulang halamannya.")
        record("register.withdrawn", delivery, detail={"reason": reason})


def ask_register(register: str) -> Request:
    """Let the workbook that asks a register's owner about everybody on the lists be written in the background."""
    if register not in REGISTERS:
        raise PayungError(
            f"Register {register!r} tidak dikenal.", todo=f"Pilih salah satu: {', '.join(REGISTERS)}."
        )
    scope = required()
    if not _on_lists().exists():
        raise PayungError(
            "Belum ada orang pada daftar, jadi belum ada yang dapat ditanyakan.",
            todo="Simpan dulu daftar dari desa.",
        )
    with transaction.atomic():
        open_one: Request | None = Request.objects.filter(
            register=register, about="", written_at__isnull=True
        ).first()
        if open_one:
            enqueue("registry.ask", open_one.pk)
            return open_one
        made: Request = Request.everything.create(
            regency_code=scope.regency, register=register, asked_at=timezone.now(), asked_by=scope.actor
        )
        enqueue("registry.ask", made.pk)
        record("register.requested", made, detail={"register": register})
    return made


def ask_about(register: str, about: str) -> Request:
    """Ask a register's owner about some people alone, in the caller's transaction; who they are says `write_rows`."""
    scope = required()
    made: Request = Request.everything.create(
        regency_code=scope.regency,
        register=register,
        about=about[:40],
        asked_at=timezone.now(),
        asked_by=scope.actor,
    )
    return made


def write_asked(request_id: int, progress: Progress) -> Request:
    """Write the workbook of a request: one row a person, the newest row that a list has of them."""
    request: Request = Request.objects.get(pk=request_id)
    if request.written_at:
        return request
    return write_rows(request, list(_newest_rows(progress)), progress)


def write_rows(request: Request, applications: Sequence[Application], progress: Progress) -> Request:
    """Write the workbook of a request about these rows; one that is written already stays as it is."""
    path, rows_path = _new_path("permintaan"), _new_path("baris")
    progress("Menulis buku kerja", len(applications), len(applications))
    with private_workspace(load().folder("workspace")) as workspace:
        book = workspace / "permintaan.xlsx"
        try:
            code = write_request(REGISTERS[request.register], applications, book)
        except OSError as error:
            raise cannot_write("Buku kerja permintaan", error) from error
        seal_file(book, stored(path))
    write_sealed(stored(rows_path), "\n".join(one.row_id for one in applications).encode())
    with transaction.atomic():
        done = Request.objects.filter(pk=request.pk, written_at__isnull=True).update(
            written_at=timezone.now(), code=code, row_count=len(applications), path=path, rows_path=rows_path
        )
        if done:
            record("register.written", request, detail={"rows": len(applications), "code": code})
    written: Request = Request.objects.get(pk=request.pk)
    return written


def take_request(request: Request) -> bytes:
    """The workbook of a request, to be sent to the register's owner; that it was taken is recorded."""
    if not request.path:
        raise PayungError(
            "Buku kerja permintaan belum selesai dibuat.", todo="Tunggu sebentar, lalu muat ulang."
        )
    content = read_sealed(stored(request.path))
    with transaction.atomic():
        Request.objects.filter(pk=request.pk, sent_at__isnull=True).update(sent_at=timezone.now())
        record(
            "register.downloaded", request, detail={"register": request.register, "rows": request.row_count}
        )
    return content


def rows_asked(request: Request) -> list[str]:
    """The row ids that a written request asks about."""
    return read_sealed(stored(request.rows_path)).decode().split("\n")


def load_delivery(engine: Engine, delivery: Delivery) -> Snapshot:
    """A delivery's rows as the engine's table `register_<name>`, exactly as they were read when it arrived."""
    if not delivery.is_usable:
        raise ValueError(f"delivery {delivery.pk} cannot be used")
    path = engine.workspace / f"delivery-{delivery.pk}.parquet"
    open_file(stored(delivery.snapshot_path), path)
    try:
        return read_snapshot(engine, path, frozen(delivery))
    finally:
        path.unlink()


def frozen(delivery: Delivery) -> Frozen:
    """What is known of a delivery's snapshot beside its rows."""
    return Frozen(
        delivery.register,
        Kind(delivery.kind),
        delivery.file_name,
        delivery.sha256,
        delivery.as_of,
        delivery.request_code or None,
        tuple(delivery.notes),
    )


class _Asked:
    """The row ids of the request that a delivery answers, else of one of ours by its code; None for one that is not ours."""

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery

    def __call__(self, code: str | None) -> Collection[str] | None:
        found = self._delivery.request or _asked_as(self._delivery.register, code)
        return rows_asked(found) if found else None


def _asked_as(register: str, code: str | None) -> Request | None:
    """The request of a code; of several that asked about the same rows, the one that asked about everybody."""
    return Request.objects.filter(register=register, code=code or "-").order_by("about", "pk").first()


def _on_lists() -> QuerySet[Observation]:
    on_lists = Q(person__merged_into__isnull=True, person__removed_at__isnull=True)
    return Observation.objects.filter(on_lists, source=LISTS)


def _newest_rows(progress: Progress) -> Iterator[Application]:
    """The newest row of each person on the lists, by row id."""
    newest: dict[int, tuple[date, int]] = {}
    for person, on, pk in _on_lists().order_by("pk").values_list("person_id", "source_on", "pk"):
        newest[person] = max(newest.get(person, (date.min, 0)), (on, pk))
    wanted = sorted(pk for _, pk in newest.values())
    for start in range(0, len(wanted), 900):
        progress("Mengumpulkan baris", start, len(wanted))
        some = Observation.objects.filter(pk__in=wanted[start : start + 900]).order_by("pk")
        yield from (application_of(facts) for facts in some.values_list("facts", flat=True))


@contextmanager
def _engine() -> Iterator[Engine]:
    config = load()
    with open_engine(
        workspace=config.folder("workspace"), memory=config.work.memory, threads=config.work.threads
    ) as engine:
        yield engine


def _plain_name(delivery: Delivery) -> str:
    """What a file is called while it is read: what it is decides, but a name may help."""
    suffix = "".join(one for one in Path(delivery.file_name).suffix.lower() if one.isalnum() or one == ".")
    return f"kiriman-{delivery.pk}{suffix[:10]}"


def _new_path(kind: str) -> str:
    return f"{FOLDER}/{required().regency}/{uuid4().hex}.{kind}"
