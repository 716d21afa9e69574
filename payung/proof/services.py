"""Making the proof pack of a decree: everything by which anybody can check it later, without this office."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.db import transaction

from payung.allocation.roll import RollEntry, canonical_roll, roll_hash
from payung.audit import signing
from payung.audit.models import Detail, Event
from payung.audit.services import export_ledger, record
from payung.config import load
from payung.core.errors import PayungError
from payung.core.scope import required
from payung.engine.bundle import unpack
from payung.engine.outputs import result_folder
from payung.engine.workspace import private_workspace
from payung.enrolment.amendment_queries import entries_of_rows, roll_in_force, root_of
from payung.enrolment.models import Decree, DecreeFile, DecreeRow
from payung.proof.check import DECREE_TYPE, SIGNED, SUMS
from payung.proof.contents import (
    CHOICE,
    CONTENTS,
    DECREE,
    LEDGER,
    README,
    ROLL,
    SCREENING,
    TOLD,
    Contents,
    DecreeSaid,
    hashes,
    write_contents,
)
from payung.vault.files import open_file
from payung.vault.stored import stored

_README = """Berkas bukti keputusan penetapan pekerja rentan

Periksa dengan: payung verify FOLDER-INI
Yang diperlukan hanya program Payung; basis data kantor tidak diperlukan.

bukti.json, bukti.tanda   daftar isi dengan sidik setiap berkas, dan tanda tangannya
buku/                     buku riwayat, kepala bukunya, dan kunci publiknya
keputusan/                naskah, sidik jilid lampirannya, salinan yang ditandatangani
daftar.tsv                daftar penerima (data pribadi)
penyaringan.json          masukan penyaringan menurut sidiknya
pilihan/                  masukan pemilihan; dari situ pemilihan dapat diulang (data pribadi)

Simpan terkunci. Berikan hanya kepada pemeriksa yang berwenang.
"""


def export_pack(decree: Decree, out: Path, day: date) -> Contents:
    """Write the proof pack of a decree into the new folder `out`, which appears whole; that it was made is recorded.

    PayungError where the decree is not typeset, or the folder cannot be written.
    """
    if not decree.typeset_at:
        raise PayungError("Naskah keputusan ini belum disusun.", todo="Susun naskahnya lebih dahulu.")
    with transaction.atomic():
        record("proof.exported", decree, detail={"roll_hash": decree.roll_hash, "version": decree.version})
    with result_folder(out, CONTENTS) as part:
        export_ledger(required().regency, part / LEDGER, day)
        _write_told(decree, part / TOLD)
        body, copies = _write_files(decree, part / DECREE)
        entries = _entries(decree)
        (part / ROLL).write_bytes(canonical_roll(entry.row for entry in entries))
        _write_screening(decree, part / SCREENING)
        if decree.amends_id is None:
            _write_choice(decree, part / CHOICE)
        (part / README).write_text(_README, encoding="utf-8")
        contents = Contents(
            decree.regency_code, day.isoformat(), _said(decree, body, copies, entries), hashes(part)
        )
        write_contents(part, contents, signing.signing_key(load().folder("keys")))
    return contents


def _entries(decree: Decree) -> list[RollEntry]:
    """The roll as it stood after this decree. PayungError where later amendments have gone over it."""
    if decree.amends_id is None:
        found = list(entries_of_rows(DecreeRow.objects.filter(decree=decree)))
    else:
        found = list(roll_in_force(root_of(decree), by=decree).entries.values())
    if roll_hash(entry.row for entry in found) != decree.roll_hash:
        raise PayungError(
            "Daftar keputusan ini sudah diubah oleh keputusan yang lebih baru.",
            todo="Buat bukti dari perubahan yang terakhir dan dari keputusan pertamanya.",
        )
    return found


def _said(decree: Decree, body: str, copies: Sequence[str], entries: Sequence[RollEntry]) -> DecreeSaid:
    assert decree.page_count
    return DecreeSaid(
        id=decree.pk,
        number=decree.number,
        dated=decree.dated.isoformat() if decree.dated else "",
        instrument=decree.instrument,
        body=body,
        body_sha256=decree.body_sha256,
        page_count=decree.page_count,
        roll_hash=decree.roll_hash,
        people=len(entries),
        jkk_idr=sum(entry.jkk_idr for entry in entries),
        jkm_idr=sum(entry.jkm_idr for entry in entries),
        signed_how=decree.signed_how,
        signed_copies=list(copies),
    )


def _write_told(decree: Decree, path: Path) -> None:
    """What the ledger's entries on the signing tell, with their salts: no person's data is in them."""
    events = Event.objects.filter(subject_type=DECREE_TYPE, subject_id=str(decree.pk), action=SIGNED)
    with path.open("x", encoding="utf-8", newline="\n") as file:
        for one in Detail.objects.filter(event__in=events).select_related("event").order_by("event__seq"):
            said = {"seq": one.event.seq, "salt": one.salt, "detail": one.said}
            file.write(json.dumps(said, ensure_ascii=False, sort_keys=True) + "\n")


def _write_files(decree: Decree, folder: Path) -> tuple[str, list[str]]:
    """The body, the sums of its volumes and the signed copies; where body and copies lie in the pack."""
    folder.mkdir()
    body, copies = "", []
    kept = DecreeFile.objects.filter(
        decree=decree, version=decree.version, kind__in=("keputusan", "sidik", "pindaian", "bertanda")
    )
    for number, one in enumerate(kept.order_by("pk")):
        signed = one.kind in ("pindaian", "bertanda")
        name = (
            SUMS
            if one.kind == "sidik"
            else f"{one.kind}-{number}{Path(one.name).suffix}"
            if signed
            else one.name
        )
        open_file(stored(one.path), folder / name)
        if one.kind == "keputusan":
            body = f"{folder.name}/{name}"
        elif signed:
            copies.append(f"{folder.name}/{name}")
    if not body:
        raise PayungError("Naskah keputusan ini tidak ditemukan.", todo="Pulihkan dari cadangan.")
    return body, copies


def _write_screening(decree: Decree, path: Path) -> None:
    round_ = root_of(decree).round
    assert round_
    run = round_.run
    said = {
        "number": run.number,
        "question": run.question,
        "inputs_hash": run.inputs_hash,
        "parts": run.parts,
        "register_days": run.register_days,
        "screened_hash": run.screened_hash,
    }
    path.write_text(json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _write_choice(decree: Decree, folder: Path) -> None:
    assert decree.round
    freeze = decree.round.freeze
    assert freeze
    with private_workspace(load().folder("workspace")) as private:
        packed = private / "beku.zip"
        open_file(stored(freeze.path), packed)
        unpack(packed, folder)
