"""Lists for tests of the office, and sending them as somebody would."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

import xlsxwriter

from payung.intake.models import Batch, Upload
from payung.intake.upload_services import receive
from tests.integration.small_office import HEADER as HEADER
from tests.integration.small_office import person
from tests.office.cast import DESA, Office

JANJU = "Janju"
"""The desa of the cast by name."""


def rows(numbers: Sequence[int], desa: str = JANJU, **changes: str) -> list[list[str]]:
    """People of one desa; `changes` of all by header."""
    found = []
    for at, number in enumerate(numbers, start=1):
        line = [str(at), *person(number)]
        line[HEADER.index("Desa")] = desa
        for title, text in changes.items():
            line[HEADER.index(title)] = text
        found.append(line)
    return found


def workbook(lines: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> bytes:
    """A list as a workbook."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet = book.add_worksheet("Usulan")
        for number, line in enumerate([header, *lines]):
            for column, text in enumerate(line):
                sheet.write_string(number, column, text) if text else None
    return out.getvalue()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of files by their names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def send(office: Office, files: Mapping[str, bytes], who: str = "desi", place: str = DESA) -> Batch:
    """Send files in and have them read."""
    with office.acting(who):
        batch = receive(((name, io.BytesIO(content)) for name, content in files.items()), place)
    office.work()
    return batch


def upload_of(office: Office, batch: Batch, who: str = "budi") -> Upload:
    """The only list of a batch, as it is now."""
    with office.acting(who):
        found: Upload = Upload.objects.get(batch=batch)
        return found


def again(office: Office, upload: Upload, who: str = "budi") -> Upload:
    """A list as it is now."""
    with office.acting(who):
        found: Upload = Upload.objects.get(pk=upload.pk)
        return found
