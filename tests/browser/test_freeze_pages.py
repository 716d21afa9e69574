"""Pre-check, freeze and the people of a frozen round in Chromium: at three widths, with axe and without complaint."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from payung.allocation.freeze_kinds import ask_approval
from payung.allocation.models import Award
from payung.registry.models import Observation
from payung.registry.people_services import remove
from tests.browser.conftest import serving
from tests.browser.looking import Visit
from tests.office.freeze_desk import PEOPLE, frozen
from tests.office.precheck_desk import ABSENT, answered, asked, workbook
from tests.office.round_desk import budget, opened, scenario
from tests.office.screening_desk import Desk, brought, desk_brought, desk_screened, done
from tests.office.test_freeze_learnt import row_of, save_everything

__all__ = ["brought", "desk_brought", "desk_screened", "done"]
pytestmark = pytest.mark.browser


def test_a_round_looks_right_from_the_question_to_bpjs_to_the_chain(
    done: Desk, visit: Callable[..., Visit]
) -> None:
    office, wrong = done.office, list[str]()
    with office.acting("budi"):
        save_everything()
    round_ = opened(office)
    with office.acting("budi"):
        one = scenario(round_, budget(10**7, 10**7), PEOPLE)
        remove(Observation.objects.get(row_id=row_of(3)).person, reason="pindah")
    with serving() as site:

        def look(name: str, path: str, who: str = "budi") -> None:
            wrong.extend(visit(f"{site}/putaran/{path}", client=office.client(who)).look(f"putaran-{name}"))

        look("uji-padan-kosong", f"{round_.pk}/uji-padan/")
        look("beku-tanpa-jawaban", f"{round_.pk}/beku/")
        precheck = asked(office, round_, one)
        with office.acting("budi"):
            dead, other, *_ = (row["NIK"] for row in workbook(precheck))
        answered(office, precheck, {dead: "MENINGGAL", other: ""}, others=ABSENT)
        look("uji-padan", f"{round_.pk}/uji-padan/")
        look("beku-ditahan", f"{round_.pk}/beku/")
        frozen(office, one)
        look("beku", f"{round_.pk}/beku/")
        look("penetapan", f"{round_.pk}/penetapan/")
        look("penetapan-desa", f"{round_.pk}/penetapan/", "desi")
        look("penetapan-semua", "penetapan/", "desi")
        look("tunggu", f"{round_.pk}/tunggu/")
        look("ditahan", f"{round_.pk}/ditahan/")
        with office.acting("budi"):
            round_.refresh_from_db()
            ask_approval(round_)
            chosen = Observation.objects.filter(row_id__in=Award.objects.values("row_id")).first()
            assert chosen
        look("beku-dikirim", f"{round_.pk}/beku/", "kpa")
        look("orang", f"../warga/{chosen.person_id}/")
    assert wrong == []
