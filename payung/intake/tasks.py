"""The background jobs of the lists."""

from __future__ import annotations

from payung.intake import reading_services, return_services, upload_services
from payung.work.handlers import Progress, handler


@handler("intake.read")
def read(subject: str, progress: Progress) -> None:
    """Read everything that was sent at once."""
    reading_services.read_batch(int(subject), progress)


@handler("intake.derive")
def derive(subject: str, progress: Progress) -> None:
    """Read one large list again after something was decided about it."""
    reading_services.derive(int(subject), progress)


@handler("intake.save")
def save(subject: str, progress: Progress) -> None:
    """Save the good rows of every list of a batch."""
    upload_services.save_batch(int(subject), progress)


@handler("intake.pack")
def pack(subject: str, progress: Progress) -> None:
    """Put the marked workbooks of a batch into one zip."""
    return_services.pack(int(subject), progress)
