"""Whose procedure it is: another is taken as a whole, by its name or file, and says which of its seats are empty."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone

from payung.access.models import Tenure
from payung.approval.procedures import empty_seats, procedure_in_force, use_procedure
from payung.approval.route_queries import timeline
from payung.audit.models import Event
from payung.cli import app
from payung.core.errors import Exit, PayungError
from payung.core.scope import acting_in, whole
from payung.database.models import Regency
from payung.policy.loader import HERE
from tests.office.cast import OTHER_REGENCY, REGENCY, Office
from tests.office.route_desk import agree, opened, renaming

UMUM = (HERE / "procedure" / "umum.yaml").read_text(encoding="utf-8")


@pytest.fixture
def shorter(tmp_path: Path) -> Path:
    """A procedure in which the budget holder alone looks at a round."""
    head, _, rest = UMUM.partition("      - id: kecamatan\n        title: Kecamatan\n")
    path = tmp_path / "singkat.yaml"
    path.write_text(
        head + rest[rest.index("      - {id: anggaran, title: Anggaran, seats") :], encoding="utf-8"
    )
    return path


def test_a_regency_goes_by_the_shipped_procedure_until_it_takes_another(
    office: Office, shorter: Path
) -> None:
    with acting_in(whole(REGENCY)):
        assert len(procedure_in_force().chain("putaran").stages) == 3
        use_procedure(str(shorter))
        assert len(procedure_in_force().chain("putaran").stages) == 1
        told = Event.objects.get(action="procedure.changed")
        assert (told.subject_type, told.subject_id) == ("regency", REGENCY)
    with acting_in(whole(OTHER_REGENCY)):
        assert len(procedure_in_force().chain("putaran").stages) == 3


def test_what_is_under_way_keeps_its_stages(office: Office, shorter: Path) -> None:
    with renaming() as kind:
        route = opened(office, kind)
        with acting_in(whole(REGENCY)):
            use_procedure(str(shorter))
            assert [one.title for one in timeline(route)] == ["Kecamatan", "Tim verifikasi", "Anggaran"]
        agree(office, route, "camat", "cici", "capil", "sdm", "sosi", "kpa")
        assert agree(office, opened(office, kind), "kpa").outcome == "setuju"


def test_one_that_cannot_be_read_changes_nothing(office: Office, tmp_path: Path) -> None:
    wrong = tmp_path / "salah.yaml"
    wrong.write_text(UMUM.replace("role: kpa", "role: raja"), encoding="utf-8")
    with acting_in(whole(REGENCY)):
        for name in (str(wrong), str(tmp_path / "tidak-ada.yaml")):
            with pytest.raises(PayungError) as caught:
                use_procedure(name)
            assert caught.value.exit_code is Exit.POLICY
        assert Regency.objects.get(code=REGENCY).procedure == "umum"
    with acting_in(whole("64.03")), pytest.raises(PayungError, match="belum dibuka di sini"):
        use_procedure("umum")


def test_seats_on_which_nobody_sits_are_named(office: Office) -> None:
    today = timezone.localdate()
    with acting_in(whole(REGENCY)):
        assert list(empty_seats(procedure_in_force(), today)) == []
        Tenure.objects.filter(pk=office.tenure("kadis").pk).update(ended_at=timezone.now())
        found = [(chain.id, seat.id) for chain, seat in empty_seats(procedure_in_force(), today)]
    assert found == [("keputusan", "dinas"), ("keputusan-dinas", "dinas")]


def test_the_commands_show_a_procedure_and_take_it(
    office: Office, shorter: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app(["procedure", "show"], standalone_mode=False)
    shown = capsys.readouterr().out
    assert "RANTAI keputusan: Keputusan" in shown
    assert "- Disdukcapil (opd; Disdukcapil; menjawab data kependudukan)" in shown
    assert "orang keluar       sk-perubahan" in shown
    assert max(map(len, shown.splitlines())) <= 100
    with acting_in(whole(REGENCY)):
        Tenure.objects.filter(pk=office.tenure("kadis").pk).update(ended_at=timezone.now())
    app(["procedure", "use", str(shorter), "--regency", REGENCY], standalone_mode=False)
    said = capsys.readouterr().out
    assert "dipakai mulai sekarang" in said
    assert "Belum ada pejabatnya: Kepala dinas dalam rantai Keputusan." in said
    assert Regency.objects.get(code=REGENCY).procedure == str(shorter)
