"""Screenings and lists for tests of figures, written straight into the tables as the pipelines would leave them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from payung.core.month import MonthSpan
from payung.core.scope import acting_in, required, whole
from payung.eligibility.question import Question
from payung.intake.models import Batch, Row, Upload
from payung.registry.models import Person, Rt
from payung.screening.models import ScreeningRun


def screened(
    regency: str, districts: Mapping[str, Mapping[str, int]], at: datetime | None = None
) -> ScreeningRun:
    """A loaded screening of a regency: outcome to people, by kecamatan ("" unknown)."""
    at = at or timezone.now()
    with acting_in(whole(regency)):
        decided: Counter[str] = sum((Counter(one) for one in districts.values()), Counter())
        figures: Any = {"districts": districts, "decided": dict(decided), "reasons": {}}
        question: Any = Question(MonthSpan.parse("2022-10..2022-12"), ("apbd-kabupaten",)).said()
        made: ScreeningRun = ScreeningRun.everything.create(
            regency_code=regency, number=ScreeningRun.objects.count() + 1, figures=figures, question=question,
            screened_at=at, loaded_at=at,
        )  # fmt: skip
    return made


def upload(place: str, file: str, **values: Any) -> Upload:
    """A list that was read, in the current scope."""
    regency, now = required().regency, timezone.now()
    batch = Batch.everything.create(
        regency_code=regency, place=place, territory=place, made_at=now, read_at=now
    )
    made: Upload = Upload.everything.create(
        **{
            "regency_code": regency, "place": place, "territory": place, "given_place": place, "batch": batch,
            "file": file, "sha256": f"{batch.pk:064}", "size": 1, "path": "x", "received_at": now, "read_at": now,
            "derived_version": 1,
        } | values
    )  # fmt: skip
    return made


def listed(at: Upload, place: str, count: int, state: str = "good") -> None:
    """Rows of a list that count."""
    before = Row.everything.count()
    said: Any = [{}, ""]
    Row.everything.bulk_create(
        Row(
            regency_code=at.regency_code, place=place, upload=at, row_id=f"baris-{before + n}", sheet="1", row=n,
            state=state, live=True, said=said, content="x", fingerprint="x",
        )
        for n in range(count)
    )  # fmt: skip


def people(place: str, count: int) -> None:
    """People who were saved."""
    Person.everything.bulk_create(
        Person(regency_code=required().regency, place=place, name="Orang Contoh") for _ in range(count)
    )


def neighbourhoods(*places: str) -> None:
    """RTs of the list of RTs."""
    Rt.everything.bulk_create(Rt(regency_code=required().regency, place=place) for place in places)
