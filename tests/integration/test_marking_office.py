"""The marked workbook in LibreOffice: it opens, keeps everything, and its saved copy is taken back."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook

from payung.core.finding import Severity
from payung.intake.marking import mark_workbook
from tests.unit.test_marking import SHEET, coloured, facts, marks, notes, row_mark, workbook

__all__ = ["workbook"]
OFFICE = shutil.which("soffice")


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_a_copy_saved_by_libreoffice_is_marked_anew_without_traces(workbook: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "hasil.xlsx", tmp_path / "lagi.xlsx"
    people = range(4, 12)
    mark_workbook(workbook, marks(*(row_mark(n, 2, 3) for n in people), choices={4: ("L", "P")}), first)
    folder = tmp_path / "simpan"
    profile = (tmp_path / "profil").as_uri()
    subprocess.run(
        [
            str(OFFICE),
            "--headless",
            f"-env:UserInstallation={profile}",
            "--convert-to",
            "xlsx",
            "--outdir",
            folder,
            first,
        ],
        check=True,
        cwd=tmp_path,
        capture_output=True,
        timeout=120,
    )
    saved = folder / "hasil.xlsx"
    assert coloured(saved) == {f"{c}{n}": Severity.FAULT for n in people for c in "BC"}
    assert notes(saved)["B6"] == "Sudah ditanya ke Pak RT\n\nPayung: NIK baris 6 perlu diketik ulang."
    mark_workbook(saved, marks(*(row_mark(n) for n in people)), second)
    assert coloured(second) == {}
    assert notes(second) == {"B6": "Sudah ditanya ke Pak RT", "C7": "Nama di KTP"}
    book = load_workbook(second)
    assert book.sheetnames == [SHEET, "Catatan", "Ringkasan"]
    assert [cell.value for cell in book[SHEET][3]][5:] == ["Jumlah", "HASIL", "_payung_id"]
    assert book[SHEET]["C5"].fill.fgColor.rgb == "FFFFFF00", "a colour of theirs comes back"
    assert book[SHEET]["C6"].fill.patternType is None
    before, after = facts(workbook), facts(second)
    for name in ("merged", "hidden", "values", "borders", "filter"):
        assert after[name] == before[name]
