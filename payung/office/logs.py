"""What server and worker tell on standard error: one line an event, never with a person's number in it.

Everything goes through the same last step, whoever wrote it: payung, Django or the server. Texts of unforeseen errors
may quote somebody's data, so that only their kind and place are told unless PAYUNG_DEBUG=1.
"""

from __future__ import annotations

import logging.config
import os
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from payung.config import Config
from payung.core.errors import place_in_code

ACCESS_FORMAT = "%(method)s %(path)s %(status)d %(dt_ms).0f ms %(addr)s"
"""A request without its query string."""
MASK = "[nomor]"
# 13 digits and more in one go, 16 in groups, and phone numbers as people write them.
_NUMBERS = re.compile(
    r"\d{13,}"
    r"|(?<!\d)\d(?:[ .\-]?\d){15}(?!\d)"
    r"|(?<![\d.])(?:\+?62[ .\-]?|0)8\d(?:[ .\-]?\d){6,11}(?!\d)"
)

Event = MutableMapping[str, Any]


_LINKS = re.compile(r"(/t/|/masuk/undangan/[\d.]+/)[\w~.-]+")
"""Addresses that are secrets: questions to an RT, invitations."""


def masked(text: str) -> str:
    """A text in which nothing stands any more that looks like a NIK, a KK or phone number, or opens a secret link."""
    return _NUMBERS.sub(MASK, _LINKS.sub(r"\1[tautan]", text))


def mask_numbers(logger: Any, method: str, event: Event) -> Event:
    """Mask every value of an event, in lists and mappings too."""
    for key, value in event.items():
        if not key.startswith("_"):
            event[key] = _masked(value)
    return event


def calm_errors(logger: Any, method: str, event: Event) -> Event:
    """Tell the kind and place of an exception instead of its text and trace."""
    caught = event.pop("exc_info", None)
    event.pop("exc_text", None)
    event.pop("stack_info", None)
    if caught:
        error = (
            caught
            if isinstance(caught, BaseException)
            else (caught if caught is not True else sys.exc_info())[1]
        )
        if error is not None:
            event["error"], event["at"] = type(error).__name__, place_in_code(error)
    return event


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, bool | float) or value is None:
        return value
    if isinstance(value, int):
        text = str(value)
        return value if masked(text) == text else MASK
    if isinstance(value, dict):
        return {key: _masked(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(one) for one in value]
    return masked(str(value))


def dictconfig(config: Config) -> dict[str, Any]:
    """Settings for `logging`, by which everybody's lines end in the same place."""
    everybody = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.format_exc_info if _debugging() else calm_errors,
        mask_numbers,
    ]
    time = structlog.processors.TimeStamper(fmt="iso", utc=False)
    as_json = config.logs.form == "json"
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    level = config.logs.level.upper()
    quiet = {"handlers": ["stderr"], "level": level, "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "payung": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    mask_numbers,
                    time,
                    renderer,
                ],
                "foreign_pre_chain": everybody,
            }
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "payung", "stream": "ext://sys.stderr"}
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": dict(quiet),
            "django.server": dict(quiet),
            "django.db.backends": {**quiet, "level": "WARNING"},  # never statements with their values
            "_granian": {**quiet, "level": "WARNING" if level == "INFO" else level},
            "granian.access": dict(quiet),
        },
    }


def configure(config: Config) -> None:
    """Let this process tell what it does in that way."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.format_exc_info if _debugging() else calm_errors,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    logging.config.dictConfig(dictconfig(config))


def _debugging() -> bool:
    return os.environ.get("PAYUNG_DEBUG") == "1"
