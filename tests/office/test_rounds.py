"""A round is opened on the current screening, its candidates are prepared and kept as they were; scenarios are worked out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from payung.allocation import files, preparing
from payung.allocation.choice import choose_among
from payung.allocation.models import AllocationRound, Award, Scenario
from payung.allocation.prepared import applications_of, prepared_of
from payung.allocation.prepared import opened as opened_at
from payung.allocation.queries import chosen_by, seed_of
from payung.allocation.scenario import offers
from payung.allocation.services import (
    add_scenario,
    cancel_round,
    change_scenario,
    figure_scenario,
    open_round,
)
from payung.allocation.taken import CODE
from payung.audit.models import Event
from payung.budget.rules import Amount
from payung.core.errors import PayungError
from payung.core.month import MonthSpan
from payung.database.models import Regency
from payung.eligibility.models import Assessment
from payung.eligibility.question import Question
from payung.policy import loader
from payung.screening.models import ScreeningRun
from payung.screening.queries import latest_run
from payung.vault.files import read_sealed
from payung.vault.stored import stored
from payung.work.models import Job
from tests.office.cast import REGENCY
from tests.office.freeze_desk import frozen, waived
from tests.office.round_desk import PRICE, SOURCE, budget, opened, scenario, settings
from tests.office.screening_desk import Desk, brought, desk_brought, desk_screened, done, screened
from tests.office.test_approval_races import at_once
from tests.office.test_freeze_races import as_somebody

__all__ = ["brought", "desk_brought", "desk_screened", "done"]


def current() -> ScreeningRun:
    run = latest_run()
    assert run
    return run


def silent(label: str, done: int, total: int) -> None:
    """Progress that nobody looks at."""


def test_a_round_has_as_candidates_exactly_those_whom_the_screening_let_in(done: Desk) -> None:
    round_ = opened(done.office)
    with done.office.acting("budi"):
        let_in = set(
            Assessment.objects.filter(
                run=round_.run, survives=True, outcome__in=("pass", "pass_noted")
            ).values_list("row_id", flat=True)
        )
        prepared = prepared_of(round_)
        assert {one.row_id for one in prepared.candidates[SOURCE]} == let_in
        assert prepared.people == len(let_in) == round_.figures["people"]
        people = applications_of(round_)
        assert set(people) == let_in
        assert applications_of(round_, [min(let_in)]) == {min(let_in): people[min(let_in)]}
    assert all(one.monthly and one.full_span for one in prepared.candidates[SOURCE])


def test_what_lies_stored_is_sealed_and_what_is_kept_in_the_process_names_nobody(done: Desk) -> None:
    round_ = opened(done.office)
    with done.office.acting("budi"):
        content = stored(round_.candidates_file).read_bytes()
        person = next(iter(applications_of(round_).values()))
        assert person.nik
        assert person.name
        assert person.nik.encode() not in content
        kept = repr(prepared_of(round_).candidates) + repr(prepared_of(round_).sexes)
        assert person.nik not in kept
        assert person.name not in kept


def test_the_same_screening_prepared_twice_has_the_same_hash(done: Desk) -> None:
    one, other = opened(done.office, "Satu"), opened(done.office, "Dua")
    assert one.candidates_hash == other.candidates_hash
    assert one.candidates_file != other.candidates_file
    assert (one.number, other.number) == (1, 2)


def test_a_round_that_was_killed_while_it_was_prepared_is_prepared_once(done: Desk) -> None:
    with done.office.acting("budi"):
        round_ = open_round(current(), "Terputus")

        def killed(label: str, done: int, total: int) -> None:
            if (label, done) == (preparing.SEALING, 1):
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            preparing.prepare_round(round_.pk, killed)
        folder = stored(f"{preparing.FOLDER}/{REGENCY}/x").parent
        assert len(list(folder.glob(f"{round_.pk}-*.calon"))) == 1
    done.office.work()
    with done.office.acting("budi"):
        round_.refresh_from_db()
        assert [one.name for one in folder.glob(f"{round_.pk}-*.calon")] == [
            round_.candidates_file.rpartition("/")[2]
        ]
        before = round_.prepared_at
        preparing.prepare_round(round_.pk, silent)
        round_.refresh_from_db()
        assert round_.prepared_at == before
        assert Event.objects.filter(action="round.prepared").count() == 1


def test_a_screening_that_is_not_the_current_one_or_lets_nobody_in_opens_no_round(done: Desk) -> None:
    with done.office.acting("budi"):
        old = current()
    screened(done.office)
    with done.office.acting("budi"):
        with pytest.raises(PayungError, match="bukan penyaringan yang berlaku"):
            open_round(old, "Lama")
        run = current()
        ScreeningRun.objects.filter(pk=run.pk).update(figures={**run.figures, "decided": {"refuse": 9}})
        with pytest.raises(PayungError, match="tidak meloloskan seorang pun"):
            open_round(current(), "Kosong")
        assert not AllocationRound.objects.exists()


def test_a_policy_that_was_changed_since_cannot_be_passed_over_with_a_reason(
    done: Desk, tmp_path: Path
) -> None:
    changed = tmp_path / "paser.yaml"
    changed.write_text(loader.local_text("paser-2022").replace("points: 30", "points: 31"))
    with done.office.acting("budi"):
        Regency.objects.filter(pk=REGENCY).update(policy=str(changed))
        with pytest.raises(PayungError, match="Aturan daerah atau peraturannya berubah"):
            open_round(current(), "Tetap", reason="sangat mendesak")


def test_a_policy_changed_after_the_round_was_prepared_changes_nothing_in_it(
    done: Desk, tmp_path: Path
) -> None:
    round_ = opened(done.office)
    changed = tmp_path / "paser.yaml"
    changed.write_text(loader.local_text("paser-2022").replace("points: 30", "points: 31"))
    with done.office.acting("budi"):
        before = prepared_of(round_)
        Regency.objects.filter(pk=REGENCY).update(policy=str(changed))
        opened_at.cache_clear()
        again = prepared_of(round_)
        assert again.candidates == before.candidates
        assert again.terms.rules.policy_sha256 == round_.policy_sha256
        assert again.policy.group("nelayan").points == 30


def test_a_policy_changed_between_opening_and_preparing_stops_the_round_and_says_so(
    done: Desk, tmp_path: Path
) -> None:
    with done.office.acting("budi"):
        round_ = open_round(current(), "Di antaranya")
        changed = tmp_path / "paser.yaml"
        changed.write_text(loader.local_text("paser-2022").replace("points: 30", "points: 31"))
        Regency.objects.filter(pk=REGENCY).update(policy=str(changed))
    done.office.work()
    with done.office.acting("budi"):
        round_.refresh_from_db()
        assert round_.prepared_at is None
        job = Job.objects.get(kind="allocation.prepare")
        assert "diganti sebelum calon putaran ini disiapkan" in job.error
        cancel_round(round_, "aturan berganti")
    with done.office.acting("budi"), pytest.raises(PayungError, match="masih disiapkan"):
        prepared_of(round_)


def test_a_bundle_that_was_changed_is_refused(done: Desk) -> None:
    round_ = opened(done.office)
    with done.office.acting("budi"):
        archive = read_sealed(stored(round_.candidates_file))
        assert files.read(archive).hash == round_.candidates_hash
        with pytest.raises(PayungError, match="tidak lengkap atau berubah"):
            files.read(archive, expect="0" * 64)
        with pytest.raises(PayungError, match="tidak lengkap atau berubah"):
            files.read(archive.replace(b'"nelayan"', b'"petani!"'))


def test_fewer_months_cost_what_a_screening_of_these_months_alone_would_say(done: Desk) -> None:
    round_ = opened(done.office)
    with done.office.acting("budi"):
        money = budget(10_000_000, 10_000_000)
        short = settings(round_, money, 5, months=MonthSpan.parse("2022-11..2022-12"))
        [narrowed] = offers(prepared_of(round_), short)
    screened(done.office, Question(MonthSpan.parse("2022-11..2022-12"), (SOURCE,)))
    again = opened(done.office, "November")
    with done.office.acting("budi"):
        alone = prepared_of(again).candidates[SOURCE]
    assert {one.row_id: one.monthly for one in narrowed.candidates} == {
        one.row_id: one.monthly for one in alone
    }


def test_a_scenario_over_months_that_were_not_screened_needs_a_new_screening(done: Desk) -> None:
    round_ = opened(done.office)
    with done.office.acting("budi"):
        money = budget(10_000_000, 10_000_000)
        with pytest.raises(PayungError, match="Oktober sampai dengan Desember 2022") as refused:
            scenario(round_, money, 5, months=MonthSpan.parse("2022-09..2022-12"))
        assert "penyaringan baru" in refused.value.todo
        next_year = budget(10_000_000, 10_000_000, year=2023)
        with pytest.raises(PayungError, match="anggaran berlaku satu tahun"):
            scenario(round_, next_year, 5)
        other = budget(10_000_000, 10_000_000, source="csr-lain", code="5.9")
        with pytest.raises(PayungError, match="bukan milik sumber dana"):
            scenario(round_, other, 5)
        assert not Scenario.objects.exists()


def test_the_scarcer_account_decides_and_the_figures_say_what_is_left_on_the_other(done: Desk) -> None:
    round_ = opened(done.office)
    with done.office.acting("budi"):
        money = budget(10_000_000, 10_000_000)
        one = scenario(round_, money, 5, ceilings={SOURCE: Amount(PRICE.jkk_idr * 30, PRICE.jkm_idr * 12)})
        told = one.figures["sources"][SOURCE]
        assert one.figures["people"] == 4
        assert (told["left_jkk_idr"], told["left_jkm_idr"]) == (PRICE.jkk_idr * 18, 0)
        assert told["answers"]["everyone_count"] == round_.figures["people"]
        assert told["points"] <= told["points_bound"]
        assert sum(one.figures["sexes"].values()) == 4
        assert sum(x["people"] for x in one.figures["districts"].values()) == 4
        assert one.figures["out"] == one.figures["waiting"] == round_.figures["people"] - 4


def test_points_groups_and_continuity_change_the_order_as_they_say(done: Desk) -> None:
    round_ = opened(done.office)
    with done.office.acting("budi"):
        money = budget(10_000_000, 10_000_000)
        base = settings(round_, money, 5)
        groups = prepared_of(round_).groups
        group = min(groups, key=lambda one: groups[one])
        first = replace(base, group_points={group: 1000}, continuity_first=False)
        [selection] = chosen_by(round_, first, {}).selections
        ranked = [award.candidate.group for award in selection.awards]
        assert ranked[: min(5, groups[group])] == [group] * min(5, groups[group])
        without = replace(base, groups_out=frozenset({group}))
        [offer] = offers(prepared_of(round_), without)
        assert group not in {one.group for one in offer.candidates}
        assert len(offer.candidates) == round_.figures["people"] - groups[group]
        unlike = choose_among(offers(prepared_of(round_), replace(base, continuity_first=False)))
        assert not any(award.candidate.continuity for _, award in unlike.awards)


def test_the_seed_is_the_rounds_own_and_unknown_before_the_lists_were_frozen(done: Desk) -> None:
    round_ = opened(done.office)
    with done.office.acting("budi"):
        assert seed_of(round_) == f"putaran-1-{round_.run.inputs_hash[:16]}"


def test_a_scenario_is_kept_beside_every_step_of_it_in_the_ledger(done: Desk) -> None:
    round_ = opened(done.office)
    with done.office.acting("budi"):
        money = budget(10_000_000, 10_000_000)
        one = scenario(round_, money, 5)
        with pytest.raises(PayungError, match="Sudah ada skenario bernama Dasar"):
            scenario(round_, money, 6)
        change_scenario(one, settings(round_, money, 7), 1)
        figure_scenario(one)
        assert (one.version, one.figured_version, one.figures["people"]) == (2, 2, 7)
        cancel_round(round_, "tidak jadi")
        with pytest.raises(PayungError, match="sudah dibatalkan"):
            add_scenario(round_, "Terlambat", settings(round_, money, 5))
        with pytest.raises(PayungError, match="sudah dibatalkan"):
            cancel_round(round_, "sekali lagi")
        actions = list(Event.objects.order_by("seq").values_list("action", flat=True))
    wanted = ["round.opened", "round.prepared", "scenario.added", "scenario.changed", "round.cancelled"]
    assert [one for one in actions if one in wanted] == wanted


def test_nobody_is_given_a_month_twice_by_two_rounds(done: Desk) -> None:
    first = opened(done.office, "Satu")
    waived(done.office, first)
    with done.office.acting("budi"):
        money = budget(10_000_000, 10_000_000)
        one = scenario(first, money, 5, months=MonthSpan.parse("2022-10..2022-11"))
    assert frozen(done.office, one).freeze
    second = opened(done.office, "Dua")
    waived(done.office, second)
    with done.office.acting("budi"):
        taken = set(Award.objects.filter(round=first).values_list("row_id", flat=True))
        both = scenario(second, money, 24, months=MonthSpan.parse("2022-11..2022-12"))
        assert both.figures["held_back"] == {CODE: 5}
        assert both.figures["people"] == second.figures["people"] - 5
        later = scenario(second, money, 24, "Kemudian", months=MonthSpan.parse("2022-12"))
        assert later.figures["held_back"] == {}
        assert later.figures["people"] == second.figures["people"]
    assert frozen(done.office, both).freeze
    with done.office.acting("budi"):
        assert not taken & set(Award.objects.filter(round=second).values_list("row_id", flat=True))


def test_of_eight_who_change_one_scenario_at_once_one_is_kept_and_seven_are_told(done: Desk) -> None:
    round_ = opened(done.office)
    with done.office.acting("budi"):
        money = budget(10_000_000, 10_000_000)
        one = scenario(round_, money, 5)
        wanted = {number: settings(round_, money, number) for number in range(6, 14)}

    def changing(number: int) -> object:
        mine = Scenario.objects.select_related("round__run").get(pk=one.pk)
        return change_scenario(mine, wanted[number], 1)

    results = at_once(
        *(
            as_somebody(done.office, "budi" if number % 2 else "wati", lambda number=number: changing(number))  # type: ignore[misc]
            for number in wanted
        )
    )
    refused = [result for result in results if isinstance(result, PayungError)]
    assert len(refused) == 7, results
    assert all("sudah diubah orang lain" in str(result) for result in refused)
    with done.office.acting("budi"):
        one.refresh_from_db()
        assert one.version == one.figured_version == 2
        assert one.settings["ceilings"][SOURCE][0] == PRICE.jkk_idr * 3 * one.figures["people"]
        assert Event.objects.filter(action="scenario.changed").count() == 1
