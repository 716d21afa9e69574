"""A procedure as plain text for a terminal of 100 columns: who looks at what in which order, and by which paper. Pure."""

from __future__ import annotations

from payung.policy.plaintext import columns, heading, wrapped
from payung.policy.procedure import DESA, DISTRICT, Chain, Procedure, Seat

_EACH = {DISTRICT: "tiap kecamatan", DESA: "tiap desa", "": ""}
_CHANGES = {
    "penetapan": "penetapan pertama", "masuk": "orang masuk", "keluar": "orang keluar", "ubah": "data berubah",
    "pengganti": "penggantian orang",
}  # fmt: skip


def show_procedure(procedure: Procedure) -> str:
    """Every chain with its stages and seats, the instrument of each change, and the terms."""
    lines = [f"TATA CARA {procedure.id.upper()}: {procedure.title}", ""]
    lines += wrapped(f"Sumber: {procedure.source} [{procedure.certainty}]; {procedure.place}")
    for chain in procedure.chains.values():
        lines += [*heading(f"RANTAI {chain.id}: {chain.title}"), *_chain(chain)]
    lines += heading("NASKAH")
    rows = [("perubahan", "naskah", "penandatangan", "rantai")]
    for change in procedure.changes:
        paper = procedure.instrument_for(change)
        rows.append((_CHANGES[change], f"{paper.id}: {paper.title}", paper.signer, paper.chain))
    lines += columns(rows)
    terms = procedure.terms
    alarms = ", ".join(str(days) for days in terms.agreement_alarm_days) or "tidak pernah"
    lines += [
        *heading("TENGGAT"),
        *wrapped(f"Pengumuman {terms.notice_days} hari; keberatan {terms.objection_days} hari.", "  "),
        *wrapped(f"Akhir perjanjian diingatkan {alarms} hari sebelumnya.", "  "),
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _chain(chain: Chain) -> list[str]:
    lines = []
    for number, stage in enumerate(chain.stages, start=1):
        lines.append(f"  {number}. {stage.title}")
        for seat in stage.seats:
            lines += wrapped(_seat(seat), "     - ", "       ")
    return lines


def _seat(seat: Seat) -> str:
    told = [seat.role, seat.agency, _EACH[seat.each], f"menjawab {seat.field}" if seat.field else ""]
    return f"{seat.title} ({'; '.join(filter(None, told))})"
