"""Freezing a round: the roll of the files, money held once, nothing half-written, and taken back as if it had not been."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import IntegrityError, connection
from django.db.models import Sum

from payung.allocation import held_back
from payung.allocation.freeze_services import (
    again,
    ask_freeze,
    died_since,
    entries_of,
    learnt_since,
    thaw,
)
from payung.allocation.freeze_services import (
    held_back as held_back_from,
)
from payung.allocation.models import AllocationRound, Award, Freeze, NotChosen, Scenario
from payung.allocation.prepared import prepared_of
from payung.allocation.roll import roll_hash
from payung.allocation.scenario import Settings
from payung.allocation.services import cancel_round, change_scenario
from payung.audit.models import Event
from payung.budget.models import Budget, Ceiling, Movement
from payung.config import load
from payung.core.errors import PayungError
from payung.core.scope import acting_in, whole
from payung.registry.models import Observation
from payung.registry.people_services import remove
from payung.work.models import Job
from tests.integration import one_district
from tests.integration.small_office import person
from tests.office.cast import REGENCY
from tests.office.freeze_desk import PEOPLE, SEED, frozen, started, waived
from tests.office.precheck_desk import answered, asked
from tests.office.round_desk import budget, opened, scenario
from tests.office.screening_desk import (
    Desk,
    bring_registers,
    brought,
    desk,
    desk_brought,
    desk_screened,
    done,
)
from tests.office.test_freeze_learnt import row_of, save_everything

__all__ = ["brought", "desk_brought", "desk_screened", "done"]


def money(one: Budget) -> tuple[int, int]:
    """What is reserved on both accounts; the movements say the same."""
    found: dict[str, int] = {}
    for ceiling in Ceiling.objects.filter(budget=one):
        moved = Movement.objects.filter(ceiling=ceiling, move="cadang").aggregate(s=Sum("amount_idr"))["s"]
        assert ceiling.reserved_idr == (moved or 0)
        found[ceiling.programme] = ceiling.reserved_idr
    return found["jkk"], found["jkm"]


def files() -> set[str]:
    """What is sealed of the first round; files of others are left by other tests."""
    folder = load().folder("uploads") / "putaran" / REGENCY
    return {path.name for path in folder.glob("1-*.beku")}


def test_the_offices_freeze_has_the_roll_hash_that_the_main_job_prints(done: Desk) -> None:
    _, one, _ = started(done.office)
    round_ = frozen(done.office, one)
    said = done.files.run("--seed", SEED)
    assert said.code == 0, said.err
    assert round_.freeze, round_.freeze_error
    assert round_.freeze.roll_hash == one_district.record(done.files.out)["roll_sha256"]
    with done.office.acting("budi"):
        entries = entries_of(round_)
        assert len(entries) == PEOPLE
        assert roll_hash(entry.row for entry in entries) == round_.freeze.roll_hash
        assert again(round_.freeze) == round_.freeze.roll_hash


def test_everybody_who_could_be_chosen_is_accounted_for_and_the_money_is_held_once(done: Desk) -> None:
    _, one, line = started(done.office)
    round_ = frozen(done.office, one)
    with done.office.acting("budi"):
        assert round_.freeze
        sums = round_.freeze.figures
        chosen = set(Award.objects.filter(round=round_).values_list("row_id", flat=True))
        left = set(NotChosen.objects.filter(round=round_).values_list("row_id", flat=True))
        everybody = {one.row_id for some in prepared_of(round_).candidates.values() for one in some}
        assert chosen | left == everybody
        assert not chosen & left
        assert (sums["people"], sums["jkk_idr"], sums["jkm_idr"]) == (16, 480_000, 326_400)
        assert sums["person_months"] == 48
        assert money(line) == (480_000, 326_400)
        standing = list(
            NotChosen.objects.filter(round=round_, standing__isnull=False)
            .order_by("standing")
            .values_list("standing", flat=True)
        )
        assert standing == list(range(1, len(standing) + 1))
        assert sums["waiting"] == len(standing) > 0
        waits = NotChosen.objects.filter(round=round_, standing=1).get()
        assert waits.code == "ceiling"
        assert "Pagu habis" in waits.why
        assert waits.change
        assert [one.action for one in Event.objects.filter(action__startswith="round.").order_by("seq")] == [
            "round.opened", "round.prepared", "round.freeze_asked", "round.frozen",
        ]  # fmt: skip


def test_awards_are_seen_where_their_people_live_and_hold_no_number_in_the_clear(done: Desk) -> None:
    _, one, _ = started(done.office)
    round_ = frozen(done.office, one)
    with done.office.acting("budi"):
        niks = [entry.row.nik for entry in entries_of(round_)]
        places = set(Award.objects.values_list("place", flat=True))
    assert {place[:8] for place in places} == {"64.01.04"}
    assert len(places) > 5, "down to the RT"
    with connection.cursor() as cursor, acting_in(whole(REGENCY)):
        stored = ""
        for table in ("allocation_award", "allocation_notchosen", "allocation_freeze"):
            cursor.execute(f"SELECT * FROM {table}")
            stored += repr(cursor.fetchall())
    assert not [nik for nik in niks if nik in stored]
    for path in (load().folder("uploads") / "putaran" / REGENCY).iterdir():
        assert not [nik for nik in niks if nik.encode() in path.read_bytes()]
    with done.office.acting("joko"):
        assert not Award.objects.exists(), "a desa far away sees none of them"
    with done.office.acting("kukar"):
        assert not Freeze.objects.exists()


def test_a_frozen_round_cannot_be_changed_in_the_tables(done: Desk) -> None:
    _, one, _ = started(done.office)
    round_ = frozen(done.office, one)
    with done.office.acting("budi"):
        award = Award.objects.filter(round=round_).first()
        assert award
        for act in (
            lambda: Award.objects.filter(pk=award.pk).update(rank=1_000),
            lambda: Award.objects.filter(pk=award.pk).delete(),
            lambda: NotChosen.objects.filter(round=round_).delete(),
            lambda: Freeze.objects.filter(round=round_).delete(),
        ):
            with pytest.raises(IntegrityError):
                act()
        assert Award.objects.filter(round=round_).count() == PEOPLE


def test_freezing_twice_is_done_once_and_the_second_reads_who_was_quicker(done: Desk) -> None:
    round_, one, line = started(done.office)
    with done.office.acting("budi"):
        ask_freeze(one, one.version)
    with (
        done.office.acting("wati"),
        pytest.raises(PayungError, match="sedang dibekukan; diminta oleh Pak Budi"),
    ):
        ask_freeze(one, one.version)
    done.office.work()
    with done.office.acting("wati"), pytest.raises(PayungError, match="sudah dibekukan oleh Pak Budi"):
        ask_freeze(one, one.version)
    with done.office.acting("budi"):
        assert Freeze.objects.filter(round=round_).count() == 1
        assert money(line) == (480_000, 326_400)


def test_a_scenario_that_was_changed_meanwhile_is_not_frozen(done: Desk) -> None:
    round_, one, line = started(done.office)
    with done.office.acting("wati"):
        change_scenario(one, replace(Settings.read(one.settings), seed="lain"), one.version)
    with done.office.acting("budi"):
        with pytest.raises(PayungError, match="diubah atau dihapus orang lain"):
            ask_freeze(Scenario.objects.get(pk=one.pk), 1)
        round_.refresh_from_db()
        assert round_.asked_at is None
        assert not Job.objects.filter(kind="allocation.freeze").exists()
        ask_freeze(Scenario.objects.get(pk=one.pk), 2)
        with pytest.raises(PayungError, match="sedang dibekukan"):
            change_scenario(Scenario.objects.get(pk=one.pk), Settings.read(one.settings), 2)
        # Whoever gets past the service does not get past the last transaction.
        Scenario.objects.filter(pk=one.pk).update(version=3)
    done.office.work()
    with done.office.acting("budi"):
        round_.refresh_from_db()
        assert not round_.freeze_id
        assert "diubah" in round_.freeze_error
        nothing_is_there(round_, line)


def nothing_is_there(round_: AllocationRound, line: Budget) -> None:
    assert not Award.objects.filter(round=round_).exists()
    assert not NotChosen.objects.filter(round=round_).exists()
    assert not Freeze.objects.filter(round=round_).exists()
    assert money(line) == (0, 0)


def test_a_budget_cut_meanwhile_refuses_by_how_much_and_leaves_nothing_half_written(done: Desk) -> None:
    round_, one, line = started(done.office)
    with done.office.acting("budi"):
        ask_freeze(one, one.version)
        Ceiling.objects.filter(budget=line, programme="jkk").update(ceiling_idr=450_000)
    done.office.work()
    with done.office.acting("budi"):
        round_.refresh_from_db()
        assert "30.000" in round_.freeze_error, round_.freeze_error
        assert not round_.asked_at
        nothing_is_there(round_, line)
        Ceiling.objects.filter(budget=line, programme="jkk").update(ceiling_idr=480_000)
    again_ = frozen(done.office, one)
    assert again_.freeze
    assert files() == {again_.freeze.path.rpartition("/")[2]}, "what was sealed for nothing is swept"


def test_a_round_is_frozen_only_with_bpjs_asked_or_waived_and_with_money_for_every_source(done: Desk) -> None:
    round_ = opened(done.office)
    with done.office.acting("budi"):
        one = scenario(round_, budget(10**7, 10**7), 6)
        with pytest.raises(PayungError, match="Belum ada jawaban BPJS"):
            ask_freeze(one, one.version)
    waived(done.office, round_)
    with done.office.acting("budi"):
        Scenario.objects.filter(pk=one.pk).update(
            settings={**one.settings, "budgets": {"apbd-kabupaten": 999_999}}
        )
        with pytest.raises(PayungError, match="belum mempunyai pagu"):
            ask_freeze(Scenario.objects.get(pk=one.pk), 1)


def test_whom_bpjs_speaks_against_is_left_out_with_the_reason_and_nobody_unasked_moves_up(done: Desk) -> None:
    round_ = opened(done.office)
    with done.office.acting("budi"):
        one = scenario(round_, budget(10**7, 10**7), 6)
    precheck = asked(done.office, round_, one)
    with done.office.acting("budi"):
        from tests.office.precheck_desk import workbook

        first, second, *_ = (row["NIK"] for row in workbook(precheck))
    answered(
        done.office,
        precheck,
        {first: {"STATUS": "AKTIF", "SEGMEN": "PU", "DIBAYAR OLEH": "PT A"}, second: ""},
    )
    round_ = frozen(done.office, one)
    assert round_.freeze, round_.freeze_error
    with done.office.acting("budi"):
        assert round_.freeze.figures["people"] == 4
        assert round_.freeze.figures["held_back"] == {
            "precheck_unasked": 1, "precheck_unanswered": 1, "covered_employer": 1,
        }  # fmt: skip
        held = NotChosen.objects.filter(round=round_, standing__isnull=True)
        assert all(one.why and one.change for one in held)
        asleep = NotChosen.objects.filter(round=round_, standing__isnull=False)
        assert asleep.count() == round_.freeze.figures["waiting"] > 5
        assert all("Belum ditanyakan kepada BPJS" in one.why for one in asleep)
        assert again(round_.freeze) == round_.freeze.roll_hash


def test_a_freeze_taken_back_gives_the_money_back_and_the_next_holds_it_under_its_own_number(
    done: Desk,
) -> None:
    _, one, line = started(done.office)
    round_ = frozen(done.office, one)
    first = round_.freeze
    assert first
    with done.office.acting("budi"):
        with pytest.raises(PayungError, match="Alasan belum ditulis"):
            thaw(round_, "")
        thaw(round_, "Pagu perubahan belum disahkan")
        assert round_.freeze is None
        assert money(line) == (0, 0)
        assert not Award.objects.filter(round=round_).exists()
        assert Freeze.objects.get(round=round_) == first, "that it was frozen stays on record"
        with pytest.raises(PayungError, match="tidak sedang beku"):
            thaw(round_, "sekali lagi")
        with pytest.raises(PayungError, match="belum dibekukan"):
            died_since(round_)
    second = frozen(done.office, one).freeze
    assert second
    assert (second.number, second.roll_hash) == (2, first.roll_hash)
    with done.office.acting("budi"):
        assert money(line) == (480_000, 326_400)
        assert again(first) == first.roll_hash, "an earlier freeze can still be made again"
        keys = set(Movement.objects.filter(amount_idr__gt=0).values_list("key", flat=True))
        assert {f"putaran:{round_.pk}:1", f"putaran:{round_.pk}:2"} <= keys


def test_a_cancelled_round_is_not_frozen_and_a_frozen_one_not_cancelled(done: Desk) -> None:
    round_, one, _ = started(done.office)
    frozen(done.office, one)
    with done.office.acting("budi"):
        with pytest.raises(PayungError, match="sudah dibekukan"):
            cancel_round(round_, "tidak jadi")
        thaw(AllocationRound.objects.get(pk=round_.pk), "tidak jadi dilanjutkan")
        cancel_round(round_, "tidak jadi")
        with pytest.raises(PayungError, match="sudah dibatalkan"):
            ask_freeze(one, one.version)


def test_who_dies_between_the_choice_and_the_signature_is_told(done: Desk) -> None:
    _, one, _ = started(done.office)
    round_ = frozen(done.office, one)
    with done.office.acting("budi"):
        assert died_since(round_) == {}
        assert learnt_since(round_) == {}
        poor = next(
            person(number) for number in range(24)
            if Award.objects.filter(round=round_, row_id=row_of(number)).exists()
        )  # fmt: skip
        made = desk(done.files.folder.parent / "kematian")
        made.register(
            "dukcapil",
            [("NIK", "Nama", "Tanggal Lahir", "Status"), (poor[0], poor[2], poor[3], "MENINGGAL")],
            "@2022-09-20",
        )
        bring_registers(made, "dukcapil")
    done.office.work()
    with done.office.acting("budi"):
        [(row_id, hold)] = died_since(round_).items()
        assert hold.code == held_back.DEAD
        assert Award.objects.filter(round=round_, row_id=row_id).exists()


def test_who_is_held_back_is_told_before_and_the_others_are_chosen(done: Desk) -> None:
    round_, one, _ = started(done.office)
    with done.office.acting("budi"):
        save_everything()
        remove(Observation.objects.get(row_id=row_of(3)).person, reason="pindah")
        assert {row: hold.code for row, hold in held_back_from(round_, one).items()} == {
            row_of(3): held_back.REMOVED
        }
    round_ = frozen(done.office, one)
    with done.office.acting("budi"):
        assert round_.freeze, round_.freeze_error
        left = NotChosen.objects.get(round=round_, row_id=row_of(3))
        assert (left.standing, left.code) == (None, held_back.REMOVED)
        assert round_.freeze.figures["people"] == PEOPLE
