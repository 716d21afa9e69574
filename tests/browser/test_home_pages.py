"""The front page of every role, figures, jobs and care in Chromium: at three widths, with axe and without complaint."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone

from payung.core.scope import acting_in, whole
from payung.reporting.services import compute_figures
from payung.work import services, ticks
from payung.work.models import Job
from tests.browser.looking import Visit
from tests.office.cast import OTHER_REGENCY, REGENCY, Office
from tests.office.figure_rows import screened
from tests.office.test_home import OUTCOMES, fill

pytestmark = pytest.mark.browser


def fill_all() -> None:
    """Lists, a screening in two regencies, figures, regular work, and jobs in every state."""
    fill(2)
    screened(REGENCY, OUTCOMES)
    screened(OTHER_REGENCY, {"64.02.01": {"pass": 900, "incomplete": 3}})
    ticks.run_due()
    with acting_in(whole(OTHER_REGENCY)):
        compute_figures(timezone.now())
    with acting_in(whole(REGENCY)):
        broken, running, done = (services.enqueue(f"intake.{kind}", 1) for kind in ("read", "save", "pack"))
        services.enqueue("registry.read", 1)
        Job.objects.filter(pk=broken.pk).update(
            finished_at=timezone.now(), error="Disk penuh.", todo="Kosongkan tempat, lalu coba lagi."
        )
        Job.objects.filter(pk=running.pk).update(
            lease_until=timezone.now(), label="Menyimpan baris", done_count=12_000, total_count=54_000
        )
        Job.objects.filter(pk=done.pk).update(finished_at=timezone.now())


@pytest.mark.parametrize("who", ["budi", "desi", "siti", "rina", "audi", "admin", "prov"])
def test_the_front_page_looks_right_empty_and_full(
    office: Office, site: str, visit: Callable[..., Visit], who: str
) -> None:
    wrong = visit(f"{site}/", client=office.client(who)).look(f"beranda-kosong-{who}")
    fill_all()
    wrong += visit(f"{site}/", client=office.client(who)).look(f"beranda-{who}")
    assert wrong == []


def test_on_a_phone_figures_stand_in_two_columns_where_they_fit(
    office: Office, site: str, visit: Callable[..., Visit]
) -> None:
    fill_all()
    seen = visit(f"{site}/", width=360, client=office.client("budi"))
    tiles, values = seen.page.locator(".payung-tile"), seen.page.locator(".payung-tile__value")

    def tops() -> list[float]:
        return [box["y"] for one in tiles.all() if (box := one.bounding_box())]

    first, second, third = tops()
    assert first == second < third
    values.nth(1).evaluate("one => one.textContent = 'Rp1.626.307.200'")
    first, second, third = tops()
    assert first < second < third
    assert seen.overflow() <= 0
    assert seen.complaints == []


@pytest.mark.parametrize(
    ("name", "who", "path"),
    [
        ("angka", "rina", "/angka/"),
        ("angka-umum", "rina", "/angka/?untuk=umum"),
        ("angka-provinsi", "prov", "/angka/"),
        ("pekerjaan", "budi", "/pekerjaan/"),
        ("penjagaan", "admin", "/penjagaan/"),
    ],
)
def test_pages_of_sums_and_care_look_right(
    office: Office, site: str, visit: Callable[..., Visit], name: str, who: str, path: str
) -> None:
    wrong = visit(f"{site}{path}", client=office.client(who)).look(f"{name}-kosong")
    fill_all()
    wrong += visit(f"{site}{path}", client=office.client(who)).look(name)
    assert wrong == []


def test_a_failed_job_is_tried_again_by_pressing(
    office: Office, site: str, visit: Callable[..., Visit]
) -> None:
    fill_all()
    seen = visit(f"{site}/pekerjaan/", client=office.client("budi"))
    seen.page.get_by_role("button", name="Coba lagi").click()
    seen.page.get_by_text("Dicoba lagi.").wait_for()
    assert seen.page.get_by_role("button", name="Coba lagi").count() == 0
    assert seen.complaints == []
