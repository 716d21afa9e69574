"""Decrees in Chromium, from the approved round to the copies: at three widths, with axe and without complaint."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from payung.enrolment.template_services import save_template
from payung.enrolment.typesetting_services import ask_typeset, leave_out
from payung.enrolment.wording import ours
from tests.browser.conftest import serving
from tests.browser.looking import Visit
from tests.office.draft_desk import (
    DraftDesk,
    bare,
    desk_brought,
    desk_drafting,
    desk_round,
    desk_screened,
    drafting,
)
from tests.office.test_decree_route import signed

__all__ = ["bare", "desk_brought", "desk_drafting", "desk_round", "desk_screened", "drafting"]
pytestmark = pytest.mark.browser


def test_a_decree_looks_right_from_its_round_to_its_chain(
    drafting: DraftDesk, visit: Callable[..., Visit]
) -> None:
    office, wrong = drafting.office, list[str]()
    with serving() as site:

        def look(name: str, path: str = "", who: str = "laila") -> None:
            wrong.extend(
                visit(f"{site}/keputusan/{path}", client=office.client(who)).look(f"keputusan-{name}")
            )

        look("putaran-siap")
        look("rancang", f"baru/{drafting.round_id}/")
        gone = drafting.take_off_the_list()
        made = drafting.typeset()
        assert gone.name in made.typeset_error
        look("gagal", f"{made.pk}/")
        with office.acting("laila"):
            leave_out(made, made.version)
            ask_typeset(made, made.version)
        look("menunggu", f"{made.pk}/")
        office.work()
        look("tersusun", f"{made.pk}/")
        look("ubah", f"{made.pk}/ubah/")
        made = drafting.now(made)
        drafting.sent(made)
        look("dalam-rantai", f"{made.pk}/", "bupati")
        look("desa", f"{made.pk}/", "desi")
        look("daftar")
        look("naskah", "naskah/")
        with office.acting("laila"):
            save_template("keputusan", ours("keputusan").replace("KETUJUH", "KEDELAPAN"), "Diktum", 0)
        look("naskah-keputusan", "naskah/keputusan/")
        look("naskah-versi", "naskah/keputusan/1/")
        broken = visit(f"{site}/keputusan/naskah/keputusan/", client=office.client("laila"))
        broken.page.get_by_label("Naskah (typst)").fill("= Judul\n#salah-ketik\n")
        broken.page.get_by_role("button", name="Simpan dan pakai").click()
        broken.page.get_by_text("Baris 2").first.wait_for()
        wrong.extend(broken.look("keputusan-naskah-salah"))
    assert wrong == []


def test_a_signed_decree_looks_right_with_its_copies_and_to_a_desa(
    bare: DraftDesk, visit: Callable[..., Visit], tmp_path: Path
) -> None:
    office, wrong = bare.office, list[str]()
    with serving() as site:
        missing = visit(f"{site}/keputusan/baru/{bare.round_id}/", client=office.client("laila"))
        wrong.extend(missing.look("keputusan-tanpa-perjanjian"))
        made = signed(bare, tmp_path)
        for who in ("laila", "desi"):
            page = visit(f"{site}/keputusan/{made.pk}/", client=office.client(who))
            wrong.extend(page.look(f"keputusan-ditandatangani-{who}"))
    assert wrong == []
