"""`payung audit`: exporting, signing, and checking what was exported."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from django.db import transaction

from payung.audit import commands
from payung.audit.services import erase_detail, record
from payung.core.errors import PayungError
from tests.office.cast import OTHER_REGENCY, REGENCY, Office

DAY = date(2026, 11, 25)
NIK = "6401014108900001"


@pytest.fixture
def written(office: Office) -> Office:
    for number in range(6):
        with office.acting("budi"), transaction.atomic():
            record(
                "person.changed",
                ("registry.person", number),
                detail={"old": {"nik": NIK}, "new": {"nik": number}},
            )
    return office


def test_an_export_verifies_itself_and_holds_no_personal_data(written: Office, tmp_path: Path) -> None:
    with written.acting("audi"):
        count = commands.export(REGENCY, tmp_path / "ekspor", DAY)
    report = commands.verify(tmp_path / "ekspor")
    assert report.whole
    assert (report.regency, report.verdict.entries, report.verdict.proven) == (REGENCY, count, count)
    assert report.own_keys
    assert "Cocokkan sidik itu" in report.in_words()
    content = "".join(one.read_text() for one in (tmp_path / "ekspor").iterdir())
    assert NIK not in content
    assert "details.jsonl" not in {one.name for one in (tmp_path / "ekspor").iterdir()}
    last = json.loads((tmp_path / "ekspor" / "ledger.jsonl").read_text().splitlines()[-1])
    assert (last["action"], last["actor"]) == ("ledger.exported", written.user("audi").pk)


def test_details_are_exported_on_demand_and_checked_too(written: Office, tmp_path: Path) -> None:
    folder = tmp_path / "ekspor"
    with written.acting("audi"):
        with transaction.atomic():
            event = record("person.changed", ("registry.person", 9), detail={"name": "Siti"})
        erase_detail(event, "permintaan")
        commands.export(REGENCY, folder, DAY, details=True)
    report = commands.verify(folder)
    assert report.whole
    assert report.details >= 7
    content = (folder / "details.jsonl").read_text()
    assert NIK in content
    (folder / "details.jsonl").write_text(content.replace(NIK, "6401014108900009", 1))
    fault = commands.verify(folder).verdict.fault
    assert fault
    assert fault.kind == "detail"
    (folder / "details.jsonl").write_text("".join(content.splitlines(keepends=True)[1:]))
    fault = commands.verify(folder).verdict.fault
    assert fault
    assert (fault.kind, fault.first) == ("detail_gone", json.loads(content.splitlines()[0])["seq"])


def test_a_witness_and_a_key_from_outside_catch_a_ledger_written_anew(
    written: Office, tmp_path: Path
) -> None:
    witness = commands.head(REGENCY, DAY, to=tmp_path / "saksi")
    with written.acting("audi"):
        commands.export(REGENCY, tmp_path / "ekspor", DAY)
    trusted = tmp_path / "kunci-inspektorat.pem"
    trusted.write_bytes((tmp_path / "ekspor" / "kunci-publik.pem").read_bytes())
    report = commands.verify(tmp_path / "ekspor", keys=trusted, witnesses=tmp_path / "saksi")
    assert (report.whole, report.own_keys, report.witnesses) == (True, False, 1)
    assert "Dibandingkan dengan 1 berkas saksi" in report.in_words()

    path = tmp_path / "ekspor" / "ledger.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:-3]))
    assert "Ekor buku dipotong" in commands.verify(tmp_path / "ekspor", keys=trusted).in_words()
    (tmp_path / "ekspor" / "heads.jsonl").write_text("")
    assert commands.verify(tmp_path / "ekspor", keys=trusted).whole
    cut = commands.verify(tmp_path / "ekspor", keys=trusted, witnesses=witness).verdict.fault
    assert cut
    assert cut.kind == "cut"


def test_heads_are_signed_for_every_regency(office: Office) -> None:
    paths = commands.heads(DAY)
    assert [path.parent.name for path in paths] == [REGENCY, OTHER_REGENCY]
    assert all(path.is_file() for path in paths)
    assert commands.check(REGENCY, witnesses=paths[0]).whole


def test_wrong_files_are_said_in_words(written: Office, tmp_path: Path) -> None:
    with pytest.raises(PayungError, match="tidak terbaca"):
        commands.verify(tmp_path)
    with written.acting("audi"):
        commands.export(REGENCY, tmp_path / "ekspor", DAY)
    other = commands.head(OTHER_REGENCY, DAY, to=tmp_path / "saksi")
    with pytest.raises(PayungError, match=r"tidak ada berkas saksi untuk 64\.01"):
        commands.verify(tmp_path / "ekspor", witnesses=other)
    (tmp_path / "lain").mkdir()
    (tmp_path / "lain" / "surat.txt").write_text("penting")
    with written.acting("audi"), pytest.raises(PayungError, match="bukan hasil Payung"):
        commands.export(REGENCY, tmp_path / "lain", DAY)
