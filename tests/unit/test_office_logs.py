"""What the office tells on standard error: one line an event, and never a person's number."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Iterator

import pytest
import structlog

from payung.config import Config, Logs
from payung.office import logs


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What was told, as JSON lines."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.delenv("PAYUNG_DEBUG", raising=False)
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.configure(Config(logs=Logs(form="json")))
    yield stream
    structlog.reset_defaults()
    root.handlers[:] = before
    root.setLevel(level)
    for name in ("django", "django.server", "django.db.backends", "_granian", "granian.access"):
        one = logging.getLogger(name)
        one.handlers.clear()
        one.propagate = True
        one.setLevel(logging.NOTSET)


NUMBERS = (
    "6401044108900001", "6401 0441 0890 0001", "6401.0441.0890.0001", "6401-0441-0890-0001", "64010441089000012",
    "081234567890", "0812-3456-7890", "+62 812 3456 7890", "6281234567890", "0812 345 678",
)  # fmt: skip
HARMLESS = (
    "64.01.04.2001/003",
    "2026-11-25 13:08:00",
    "127.0.0.1:8000",
    "job 1234567",
    "Rp1.626.307.200",
    "v5.2.19",
)


@pytest.mark.parametrize("number", NUMBERS)
def test_what_looks_like_a_number_of_a_person_is_masked(number: str) -> None:
    assert logs.masked(f"nik={number}, selesai") == f"nik={logs.MASK}, selesai"


@pytest.mark.parametrize("text", HARMLESS)
def test_everything_else_stays(text: str) -> None:
    assert logs.masked(text) == text


def test_an_event_of_ours_is_masked_wherever_the_number_stands(told: io.StringIO) -> None:
    log = structlog.get_logger("payung.work")
    log.info("nik 6401044108900001", row={"kk": ["6401044108900002"]}, plain=6401044108900003, job=7)
    line = json.loads(told.getvalue())
    assert line["event"] == f"nik {logs.MASK}"
    assert line["row"] == {"kk": [logs.MASK]}
    assert line["plain"] == logs.MASK
    assert line["job"] == 7
    assert line["level"] == "info"
    assert line["timestamp"]


@pytest.mark.parametrize("name", ["django.request", "django.security", "granian.access", "some.library"])
def test_lines_of_others_go_the_same_way(told: io.StringIO, name: str) -> None:
    logging.getLogger(name).warning("GET %s", "/warga/6401044108900001/")
    line = json.loads(told.getvalue())
    assert line["event"] == f"GET /warga/{logs.MASK}/"
    assert line["logger"] == name


def test_of_an_exception_only_kind_and_place_are_told(told: io.StringIO) -> None:
    try:
        raise ValueError("BU SITI 6401044108900001")
    except ValueError:
        logging.getLogger("django.request").exception("Internal Server Error: /warga/")
        structlog.get_logger("payung").exception("gagal")
    for text in told.getvalue().splitlines():
        line = json.loads(text)
        assert line["error"] == "ValueError"
        assert "SITI" not in text
        assert "Traceback" not in text


def test_statements_with_their_values_are_never_told(told: io.StringIO) -> None:
    logging.getLogger("django.db.backends").debug("INSERT … BU SITI")
    logging.getLogger("django.db.backends").info("INSERT … BU SITI")
    assert told.getvalue() == ""
