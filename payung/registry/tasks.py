"""What the registry does in the background."""

from payung.registry import register_services
from payung.work.handlers import Progress, handler


@handler("registry.read")
def read(subject: str, progress: Progress) -> None:
    """Read a register's file that arrived."""
    register_services.read_delivery(int(subject), progress)


@handler("registry.ask")
def ask(subject: str, progress: Progress) -> None:
    """Write the workbook that asks a register's owner."""
    register_services.write_asked(int(subject), progress)
