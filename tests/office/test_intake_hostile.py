"""Hostile files, sent as anybody may send them: refused with a reason, and the server lives on, unburdened (trust.md S9)."""

from __future__ import annotations

import ctypes
import gc
import io
import zipfile
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from payung.config import load
from payung.intake.models import Batch, Upload
from tests import hostile
from tests.office.cast import DESA, Office
from tests.office.lists import rows, workbook
from tests.office.test_kill_import import wait, worker

MOST_GROWTH_MB = 50
MOST_WORKER_MB = 700
"""The worker's highest, while it stores a list that is large but good."""
EMPTY = b"PK\x05\x06" + b"\0" * 18


def settled_mb() -> float:
    """What this process holds, without what the sender's side of the test has let go of."""
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    return memory_mb()


def memory_mb(pid: int | str = "self", what: str = "VmRSS") -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{what}:"))


def bomb() -> bytes:
    """A zip of a list that unpacks to a thousand times its size."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("daftar.csv", b"\0" * 200_000_000)
    return out.getvalue()


def climbing() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../kunci/index.key", b"x")
    return out.getvalue()


@pytest.mark.long
def test_whatever_is_sent_the_server_hardly_grows_and_good_lists_are_read(
    office: Office, tmp_path: Path
) -> None:
    hostile.build(tmp_path)
    client = office.client("desi")

    def send(name: str, content: bytes) -> int:
        fields = {"once": str(uuid4()), "place": DESA, "files": SimpleUploadedFile(name, content)}
        answer = client.post("/daftar/unggah/", fields)
        assert answer.status_code in (303, 422), (name, answer.status_code)
        if answer.status_code == 303:
            assert client.get(answer.headers["Location"]).status_code == 200
        return int(answer.status_code)

    def read() -> bool:
        with office.acting("desi"):
            return not Batch.objects.filter(read_at__isnull=True).exists()

    with worker() as process:
        send("Janju.xlsx", workbook(rows(range(4))))
        assert wait(read)
        send("besar.csv", b"x" * 20_000_000)
        assert wait(read)
        before = settled_mb()
        for one in hostile.CORPUS:
            send(one.name, (tmp_path / one.name).read_bytes())
        for name, content in {"bom.zip": bomb(), "naik.zip": climbing(), "kosong.zip": EMPTY}.items():
            assert send(name, content) == 303
        assert wait(read)
        assert settled_mb() - before < MOST_GROWTH_MB
        assert memory_mb(process.pid, "VmHWM") < MOST_WORKER_MB
    assert not list(load().folder("workspace").glob("payung-*/*"))
    with office.acting("desi"):
        assert not Batch.objects.filter(read_at__isnull=True).exists()
        refused = [name for batch in Batch.objects.all() for name, _ in batch.refused]
        assert {"bom.zip", "naik.zip", "kosong.zip"} <= set(refused)
        failed = {one.file: one for one in Upload.objects.exclude(failure="")}
        for one in hostile.CORPUS:
            if one.refused and one.name in failed:
                assert one.refused in failed[one.name].failure, one.name
                assert failed[one.name].todo
        assert Upload.objects.get(file="Janju.xlsx").good == 4
    last = client.get("/daftar/")
    assert last.status_code == 200
    assert hostile.SECRET_FILE not in last.content.decode()
