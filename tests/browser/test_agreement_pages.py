"""Agreements in Chromium: at three widths, with axe and without complaint."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest

from payung.agreement import services
from payung.agreement.models import Agreement
from payung.agreement.rules import Kind, Segment
from tests.browser.looking import Visit
from tests.office.agreement_desk import SCAN, addendum, approved, drafted, pks, sent, umbrella
from tests.office.cast import Office

pytestmark = pytest.mark.browser


def fill(office: Office) -> dict[str, Agreement]:
    """A Nota Kesepakatan, three PKS in different states, an addendum, annexes."""
    nk = umbrella(office)
    now = pks(office, nk, date(2022, 9, 15), date(2022, 12, 15))
    later = addendum(
        office, now, date(2022, 11, 1), {"valid_to": date(2023, 1, 31), "ceiling_idr": 2_000_000_000}
    )
    with office.acting("budi"):
        services.add_annex(later, later.version, "Surat kantor wilayah", io.BytesIO(SCAN), "surat.pdf")
        later = services.now_of(later)
    ready = approved(
        office, drafted(office, Kind.PKS, date(2023, 2, 1), date(2023, 12, 31), parent=nk, segments=[Segment.BPU], ceiling_idr=6_505_228_800)
    )  # fmt: skip
    round_ = sent(
        office, drafted(office, Kind.PKS, date(2023, 1, 1), date(2023, 12, 31), parent=nk, segments=[Segment.PU], ceiling_idr=900_000_000)
    )  # fmt: skip
    with office.acting("budi"):
        bare = services.draft_agreement(
            Kind.PKS, valid_from=date(2024, 1, 1), valid_to=date(2025, 12, 31), segments=[], parent=nk
        )
    return {"nk": nk, "pks": now, "adendum": later, "disetujui": ready, "beredar": round_, "draf": bare}


def test_agreements_look_right(office: Office, site: str, visit: Callable[..., Visit]) -> None:
    budi, laila = office.client("budi"), office.client("laila")
    wrong = visit(f"{site}/perjanjian/", client=budi).look("perjanjian-kosong")
    made = fill(office)
    wrong += visit(f"{site}/perjanjian/", client=budi).look("perjanjian")
    for name, one in made.items():
        wrong += visit(f"{site}/perjanjian/{one.pk}/", client=budi).look(f"perjanjian-{name}")
    for part in ("pokok", "pihak", "data", "pasal", "lampiran"):
        address = f"{site}/perjanjian/{made['draf'].pk}/ubah/{part}/"
        wrong += visit(address, client=budi).look(f"perjanjian-ubah-{part}")
    for part in ("pokok", "pasal", "lampiran"):
        address = f"{site}/perjanjian/{made['adendum'].pk}/ubah/{part}/"
        wrong += visit(address, client=budi).look(f"perjanjian-adendum-{part}")
    for name, path in (
        ("baru", "baru/"),
        ("tanda-tangan", f"{made['disetujui'].pk}/tanda-tangan/"),
        ("akhiri", f"{made['pks'].pk}/akhiri/"),
        ("pks", f"{made['nk'].pk}/pks/"),
    ):
        wrong += visit(f"{site}/perjanjian/{path}", client=budi).look(f"perjanjian-{name}")
    wrong += visit(f"{site}/perjanjian/naskah/", client=laila).look("perjanjian-naskah")
    wrong += visit(f"{site}/perjanjian/naskah/pks/", client=laila).look("perjanjian-naskah-pks")
    wrong += visit(f"{site}/", client=laila).look("perjanjian-beranda")
    assert wrong == []
