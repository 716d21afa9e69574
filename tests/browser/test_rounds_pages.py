"""Rounds and scenarios in Chromium: at three widths, with axe and without complaint; figures that follow the typing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from payung.allocation.models import Scenario
from payung.allocation.services import cancel_round
from payung.policy.local import Limit
from tests.browser.conftest import serving
from tests.browser.looking import Visit
from tests.office.round_desk import PRICE, budget, opened, scenario
from tests.office.screening_desk import Desk, brought, desk_brought, desk_screened, done

__all__ = ["brought", "desk_brought", "desk_screened", "done"]
pytestmark = pytest.mark.browser


def test_the_figures_follow_the_typing_and_are_those_that_are_saved(
    done: Desk, visit: Callable[..., Visit]
) -> None:
    office = done.office
    round_ = opened(office)
    with office.acting("budi"):
        budget(10**7, 10**7)
    with serving() as site:
        seen = visit(f"{site}/putaran/{round_.pk}/skenario/", client=office.client("budi"))
        page, effect = seen.page, seen.page.locator("#akibat")
        expect(effect).to_contain_text("Pilih anggarannya")
        page.get_by_label("APBD Kabupaten Paser").select_option(index=1)
        expect(effect).to_contain_text("Terpilih")
        page.get_by_label("Paling banyak JKK").fill(str(PRICE.jkk_idr * 3 * 7))
        expect(effect.locator("[data-angka=terpilih]")).to_have_text("7")
        page.get_by_label("Paling banyak JKK").fill("banyak sekali")
        expect(effect).to_contain_text("Ada isian yang belum benar")
        page.get_by_label("Paling banyak JKK").fill("120.000")
        expect(effect.locator("[data-angka=terpilih]")).to_have_text("4")
        wrong = seen.look("skenario-baru")
        with office.acting("budi"):
            assert not Scenario.objects.exists()
        page.get_by_role("button", name="Simpan skenario").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Dasar")
        with office.acting("budi"):
            assert Scenario.objects.get().figures["people"] == 4
    assert wrong + seen.complaints == []


def test_rounds_and_scenarios_look_right(done: Desk, visit: Callable[..., Visit]) -> None:
    office, wrong = done.office, list[str]()
    with serving() as site:

        def look(name: str, path: str, who: str = "budi") -> None:
            wrong.extend(visit(f"{site}/putaran/{path}", client=office.client(who)).look(f"putaran-{name}"))

        look("kosong", "")
        look("buka", "buka/")
        round_ = opened(office)
        look("siap", f"{round_.pk}/")
        with office.acting("budi"):
            money = budget(10**7, 10**7)
            one = scenario(round_, money, 10)
            limits = {
                "quotas": (Limit("kecamatan", "*", 6), Limit("group", "nelayan", 2)),
                "floors": (Limit("desa", "64.01.04.2002", 3),),
                "group_points": {"nelayan": 90},
                "groups_out": frozenset({"pedagang"}),
            }
            scenario(round_, money, 14, "Desa Janju dahulu, nelayan paling banyak dua", **limits)
            scenario(round_, money, 4, "Sedikit")
        look("skenario-bersebelahan", f"{round_.pk}/")
        look("skenario", f"skenario/{one.pk}/")
        look("skenario-ubah", f"skenario/{one.pk + 1}/ubah/")
        for name in ("terpilih", "menunggu"):
            look(f"orang-{name}", f"skenario/{one.pk}/orang/?daftar={name}")
        look("daftar", "", "kpa")
        with office.acting("budi"):
            cancel_round(round_, "anggaran ditunda")
        look("dibatalkan", f"{round_.pk}/", "kpa")
    assert wrong == []
