"""A thief with the database, its log, a backup and every stored file has nobody's number (trust.md S17)."""

from __future__ import annotations

import base64
import csv
import io
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import xlsxwriter
from lxml import html

from tests.browser.live import LiveSite, living
from tests.office.canaries import CANARIES, KK, NIK, PHONE, found_below, found_in, listed, secrets
from tests.office.cast import DESA
from tests.office.wire import Wire

pytestmark = pytest.mark.long


def until(what: Callable[[], object], seconds: float = 90) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.1)


def as_text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def register() -> bytes:
    """BPJS's answer, in which two of them stand."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(
        ["NIK", "NAMA", "TANGGAL LAHIR", "STATUS", "SEGMEN", "DIBAYAR OLEH", "NO HP", "IBU KANDUNG"]
    )
    for one in CANARIES[:2]:
        table.writerow([one.nik, one.name, one.born, "AKTIF", "PU", "PT TELAKE JAYA", one.phone, one.mother])
    return out.getvalue().encode()


def in_sheets(number: str, table: bytes) -> bytes:
    """A table as a workbook on whose tabs a number stands too; the second sheet holds no table."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(f"RT 5 {number}")
        for at, line in enumerate(csv.reader(io.StringIO(table.decode()))):
            sheet.write_row(at, 0, line)
        book.add_worksheet(number).write_row(0, 0, ["catatan", "lain"])
    return out.getvalue()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """An office that has taken these people in from every side."""
    with living(tmp_path_factory.mktemp("brankas"), PAYUNG_WORK__LEASE_SECONDS="2") as made:
        batch = made.inside(
            "receive",
            who="desi",
            place=DESA,
            name=f"Janju {NIK}.xlsx",
            content=as_text(in_sheets(NIK, listed())),
        )
        until(lambda: made.inside("read", batch=batch))
        [read] = made.inside("read", batch=batch)
        assert (read["good"], read["to_fix"], read["failure"]) == (2, 3, ""), read
        assert made.inside("save", who="desi", batch=batch) == 2
        made.inside(
            "register",
            who="budi",
            name="bpjs",
            file=f"bpjs {KK}.xlsx",
            content=as_text(in_sheets(KK, register())),
        )
        made.inside("neighbourhood", who="desi", place=f"{DESA}/005", head="Bu Siti", phone=PHONE)
        until(lambda: not made.inside("open_jobs"))
        assert made.inside("failed_jobs") == []
        wire = Wire(made)
        wire.sign_in(made.logins["budi"])
        for number in (NIK, KK, PHONE, CANARIES[0].name):
            page = wire.post("/warga/", {"cari": number})
            assert CANARIES[0].name in page.text
            assert not found_in(page.body), "unmasked"
        person = next(one for one in _people(wire) if CANARIES[0].name in wire.get(one).text)
        for field in ("nik", "kk", "mother_name", "phone"):
            opened = wire.post(
                f"{person}buka/", {"field": field, "reason": "mencocokkan dengan KTP"}, page=person
            )
            assert found_in(opened.body), field
        yield made


def _people(wire: Wire) -> list[str]:
    tree = html.fromstring(wire.post("/warga/", {"cari": CANARIES[0].name}).text)
    found = tree.xpath("//main//a/@href")
    assert isinstance(found, list)
    return [str(one) for one in found if str(one).startswith("/warga/") and str(one)[7:-1].isdigit()]


def test_the_search_finds_what_lies_open(tmp_path: Path) -> None:
    """The judge itself: in every encoding, packed, and in a file's name."""
    for number, encoding in enumerate(("utf-8", "utf-16-le", "utf-16")):
        (tmp_path / str(number)).write_bytes(listed().decode().encode(encoding))
    shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path, "0")
    (tmp_path / f"KTP {NIK}.txt").write_bytes(b"")
    hits = found_below(tmp_path)
    assert len(hits) == 5
    assert {NIK, KK, PHONE, CANARIES[2].nik, CANARIES[3].nik, CANARIES[3].mother} <= hits["0"]
    assert len(secrets()) > 40


def test_neither_database_nor_its_log_nor_any_stored_file_holds_a_number(site: LiveSite) -> None:
    assert len(list((site.home / "unggahan").rglob("*.*"))) >= 2
    assert (site.home / "payung.sqlite3-wal").exists() or site.place.owner_url
    assert found_below(site.home, leave=[site.home / "kunci"]) == {}


def test_a_servers_own_files_hold_no_number(site: LiveSite) -> None:
    if not site.place.owner_url:
        pytest.skip("SQLite has no server")
    with site.place.database() as ask:
        ask("CHECKPOINT")
        [[folder]] = ask("SHOW data_directory")
    assert found_below(Path(folder)) == {}


def test_a_backup_holds_no_number(site: LiveSite, tmp_path: Path) -> None:
    done = site.place.payung("backup", "--quiet", "--to", tmp_path / "cadangan")
    assert done.returncode == 0, done.stderr
    assert not found_in((done.stdout + done.stderr).encode())
    assert len([one for one in (tmp_path / "cadangan").rglob("*") if one.is_file()]) >= 4
    assert found_below(tmp_path) == {}


def test_logs_and_temporary_files_hold_neither_number_nor_name(site: LiveSite) -> None:
    said = site.logs()
    assert "/warga/" in said, "the requests are logged"
    assert not found_in(said.encode())
    assert not [one.name for one in CANARIES if one.name in said]
    assert found_below(site.temp) == {}


def left(site: LiveSite) -> list[str]:
    """Files that lie in the workspace, but for the marks of those that are at work."""
    return [str(one) for one in (site.home / "kerja").rglob("*") if one.is_file() and one.name != ".in-use"]


@contextmanager
def restarted(site: LiveSite) -> Iterator[None]:
    """Everything killed at the end, as by a power cut, and started again."""
    yield
    site.kill()
    site.start_server()
    site.start_worker()


def test_what_a_killed_worker_left_in_the_clear_is_gone_after_its_next_start(site: LiveSite) -> None:
    rows = "".join(
        f"{n},64010401018{n:05d},,Orang {n},,01-01-1980,L,,,005,Janju,,Pedagang,,\n" for n in range(30_000)
    ).encode()
    with restarted(site):
        batch = site.inside(
            "receive", who="desi", place=DESA, name="besar.csv", content=as_text(listed() + rows)
        )
        until(lambda: found_below(site.home / "kerja"), 30)
    until(lambda: not left(site) or site.inside("read", batch=batch))
    until(lambda: site.inside("read", batch=batch))
    until(lambda: not left(site))
    assert site.inside("failed_jobs") == []


def test_what_a_killed_server_left_of_an_upload_is_gone_after_its_next_start(site: LiveSite) -> None:
    wire = Wire(site)
    wire.sign_in(site.logins["budi"])
    page = html.fromstring(wire.get("/warga/register/bpjs/").text)
    token = str(page.xpath("string(//input[@name='csrfmiddlewaretoken']/@value)"))
    head = (
        f'--batas\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n--batas\r\n'
        'Content-Disposition: form-data; name="file"; filename="bpjs.csv"\r\nContent-Type: text/csv\r\n\r\n'
    ).encode()
    body = head + listed() + b"x" * 3_000_000
    with socket.create_connection(("127.0.0.1", site.port)) as line, restarted(site):
        line.sendall(
            f"POST /warga/register/bpjs/terima/ HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\n"
            "Content-Type: multipart/form-data; boundary=batas\r\n"
            f"Cookie: sessionid={wire.cookie('sessionid')}; csrftoken={wire.cookie('csrftoken')}\r\n"
            f"Content-Length: {len(body) + 5_000_000}\r\n\r\n".encode()
        )
        line.sendall(body)
        until(lambda: found_below(site.home / "kerja"), 10)
    assert found_below(site.home, leave=[site.home / "kunci"]) == {}
    assert found_below(site.temp) == {}


@pytest.mark.parametrize("change", ["lost", "foreign", "one of two"])
def test_without_its_own_keys_nothing_starts(site: LiveSite, tmp_path: Path, change: str) -> None:
    keys, kept = site.home / "kunci", tmp_path / "kunci"
    shutil.copytree(keys, kept)
    try:
        if change == "lost":
            shutil.rmtree(keys)
        elif change == "one of two":
            (keys / "index.key").unlink()
        else:
            head = (keys / "data-1.key").read_text().splitlines()[0]
            (keys / "data-1.key").write_text(f"{head}\n{'0f' * 32}\n")
        for command in ("serve", "worker", "up"):
            done = site.place.payung(command)
            assert done.returncode not in (0, 1), (command, done.stdout)
            assert "kunci" in done.stderr.lower(), command
            assert "Traceback" not in done.stderr
    finally:
        shutil.rmtree(keys, ignore_errors=True)
        shutil.copytree(kept, keys)
