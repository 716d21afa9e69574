"""An application (usulan): one row of a list, as the RT wrote it and as it was understood."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date


@dataclass(frozen=True, slots=True)
class Application:
    """One proposed worker.

    `*_raw` fields hold what stood in the cell; the others what was understood, `None` where nothing could be
    (unknown is never a default). `nik` and `kk` are digit strings of any length, cleaned of separators only:
    whether they are valid is a finding, not a silent repair. `desa_code` is a Kemendagri code (`64.01.04.2001`),
    `group` an occupation group of the policy. `row` is Excel's own row number, 1-based.
    """

    row_id: str
    file: str
    sheet: str
    row: int
    nik_raw: str | None = None
    nik: str | None = None
    kk_raw: str | None = None
    kk: str | None = None
    name: str | None = None
    birth_place: str | None = None
    birth_raw: str | None = None
    birth_on: date | None = None
    sex: str | None = None
    """`L`, `P` or None."""
    mother_name: str | None = None
    address: str | None = None
    rt: str | None = None
    """Three digits."""
    rw: str | None = None
    desa_raw: str | None = None
    desa_code: str | None = None
    occupation_raw: str | None = None
    group: str | None = None
    work_place: str | None = None
    work_hours: str | None = None
    income_idr: int | None = None
    """Declared monthly income; never used for the price."""
    employer: str | None = None
    pupil: bool | None = None
    phone: str | None = None
    bpjs_kesehatan: str | None = None
    proof: str | None = None
    collector: str | None = None
    collector_kk: str | None = None
    collected_on: date | None = None


APPLICATION_COLUMNS = tuple(field.name for field in fields(Application))
