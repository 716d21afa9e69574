"""The running office: it starts only when it may, answers, and ends as a whole."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from payung.core.errors import Exit
from payung.office.ports import free_port, is_free
from tests.office import installation
from tests.office.installation import Installation, children_of, get

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation that is ready."""
    with installation.new(tmp_path_factory.mktemp("jalan")) as made:
        made.set_up()
        yield made


def until(what: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def is_gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


def everybody(process: subprocess.Popen[str]) -> list[int]:
    """`payung up`, its site with the server's child, and its worker, when all are there."""
    found: list[int] = []

    def complete() -> bool:
        children = children_of(process.pid)
        found[:] = [process.pid, *children, *(one for child in children for one in children_of(child))]
        return len(found) == 4

    assert until(complete)
    return found


def test_it_answers_and_ends_in_order_when_told(opened: Installation) -> None:
    port = installation.free_port()
    with opened.running("up", "--port", str(port)) as process:
        assert get(port) in (200, 302)
        assert get(port, "/tidak-ada") in (302, 404)
        family = everybody(process)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=40)
    assert process.returncode == Exit.OK, err
    assert f"http://127.0.0.1:{port}/" in out
    assert all(is_gone(one) for one in family)
    assert is_free("127.0.0.1", port)


def test_a_request_is_told_without_its_query_string(opened: Installation) -> None:
    port = installation.free_port()
    with opened.running("serve", "--port", str(port)) as process:
        get(port, "/?nik=6401044108900001")
        get(port, "/6401044108900001/")
        process.send_signal(signal.SIGINT)
        err = process.communicate(timeout=40)[1]
    assert process.returncode == Exit.OK
    assert "GET /" in err
    assert "Not Found: /[nomor]/" in err, "Django's own lines go the same way"
    assert "6401044108900001" not in err


@pytest.mark.parametrize("victim", ["serve", "worker"])
def test_when_one_dies_the_other_is_stopped_and_it_is_said(opened: Installation, victim: str) -> None:
    port = installation.free_port()
    with opened.running("up", "--port", str(port)) as process:
        get(port)
        family = everybody(process)
        named = {
            word: one
            for one in children_of(process.pid)
            for word in Path(f"/proc/{one}/cmdline").read_text().split("\0")
            if word in ("serve", "worker")
        }
        os.kill(named[victim], signal.SIGKILL)
        err = process.communicate(timeout=40)[1]
    assert process.returncode == Exit.INSTALLATION
    assert "berhenti sendiri" in err
    assert until(lambda: all(is_gone(one) for one in family))


def test_killed_outright_it_leaves_nothing_running(opened: Installation) -> None:
    port = installation.free_port()
    with opened.running("up", "--port", str(port)) as process:
        get(port)
        family = everybody(process)
        process.kill()
        process.wait(10)
        assert until(lambda: all(is_gone(one) for one in family))
    assert is_free("127.0.0.1", port)


def test_a_port_in_use_is_named(opened: Installation) -> None:
    with installation.listening() as port:
        done = opened.payung("serve", "--port", str(port))
        assert done.returncode == Exit.INSTALLATION
        assert f"Pintu {port} di 127.0.0.1 sudah dipakai" in done.stderr
        assert free_port("127.0.0.1", port) != port


def test_without_an_installation_or_without_its_keys_nothing_starts(
    opened: Installation, tmp_path: Path
) -> None:
    with installation.new(tmp_path) as empty:
        done = empty.payung("up")
        assert done.returncode == Exit.INSTALLATION
        assert "Belum ada pemasangan" in done.stderr
    keys = opened.home / "kunci"
    away = keys.rename(tmp_path / "kunci")
    try:
        done = opened.payung("worker")
        assert done.returncode == Exit.USAGE
        assert "Folder kunci" in done.stderr
    finally:
        away.rename(keys)


def test_tables_that_are_not_in_their_newest_form_are_not_worked_with(opened: Installation) -> None:
    unmigrated = "DELETE FROM django_migrations WHERE app = 'work'"
    with opened.database() as execute:
        before = execute("SELECT app, name, applied FROM django_migrations WHERE app = 'work'")
        execute(unmigrated)
    try:
        done = opened.payung("up")
        assert done.returncode == Exit.INSTALLATION
        assert "perubahan tabel belum dijalankan" in done.stderr
        assert "payung setup" in done.stderr
    finally:
        with opened.database() as execute:
            for app, name, applied in before:
                execute(
                    f"INSERT INTO django_migrations (app, name, applied) VALUES ('{app}', '{name}', '{applied}')"
                )
