"""The linkage data: the same for a seed, with the errors that the model promises and a truth that holds."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from payung.demo.bench_data import write_linkage
from payung.demo.errors import CANDIDATE_KINDS
from payung.demo.population import Settlement, World

ROWS = 20_000
NEEDS = {
    *("name.muhammad", "name.nickname", "name.initials", "name.dropped", "name.order", "name.joined"),
    *("name.husband", "name.sound", "name.old_spelling", "nik.drift", "nik.household", "nik.excel_zero"),
    *("nik.is_kk", "nik.above", "kk.mistyped", "birth_on.day_month", "birth_on.new_year"),
    *("phone.changed", "phone.written"),
}
"""Kinds that cannot befall every row."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("linkage")
    write_linkage(out, ROWS, 11)
    return out


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def test_the_same_seed_gives_the_same_bytes_with_one_process_or_two(tmp_path: Path) -> None:
    write_linkage(tmp_path / "a", 3_000, 5, processes=1)
    write_linkage(tmp_path / "b", 3_000, 5, processes=2)
    write_linkage(tmp_path / "c", 3_000, 6, processes=2)
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "b").iterdir())
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
        assert (tmp_path / "a" / name).read_bytes() != (tmp_path / "c" / name).read_bytes()


def test_every_list_has_exactly_the_rows_asked_for(data: Path) -> None:
    counts = {name: len(read(data / f"{name}.csv")) for name in ("candidates", "bpjs", "dukcapil", "asn")}
    assert counts == {"candidates": ROWS, "bpjs": ROWS, "dukcapil": ROWS // 10, "asn": ROWS // 20}


def test_each_kind_of_error_occurs_at_its_rate(data: Path) -> None:
    happened = Counter(
        code
        for row in read(data / "truth.csv")
        if row["list"] == "candidates"
        for code in row["errors"].split()
    )
    for kind in CANDIDATE_KINDS:
        code, expected = f"{kind.field}.{kind.code}", kind.rate * ROWS
        spread = 4 * expected**0.5 + 2
        assert happened[code] <= expected + spread, code
        if code not in NEEDS:
            assert happened[code] >= expected - spread, code
        else:
            assert happened[code] > 0, code


def test_the_true_links_are_exactly_the_pairs_of_rows_of_one_person(data: Path) -> None:
    person = {(row["list"], row["row_id"]): row["person_id"] for row in read(data / "truth.csv")}
    by_person: dict[str, list[tuple[str, str]]] = {}
    for (name, row_id), who in person.items():
        by_person.setdefault(who, []).append((name, row_id))
    expected = {
        (left, "" if name == "candidates" else name, right)
        for rows in by_person.values()
        for own, left in rows
        if own == "candidates"
        for name, right in rows
        if name != "candidates" or left < right
    }
    links = [(row["id_l"], row["register"], row["id_r"]) for row in read(data / "truth_links.csv")]
    assert len(links) == len(set(links))
    assert set(links) == expected


def test_six_rows_in_a_hundred_repeat_somebody_and_three_people_in_ten_are_members(data: Path) -> None:
    truth = read(data / "truth.csv")
    listed = Counter(row["person_id"] for row in truth if row["list"] == "candidates")
    members = {row["person_id"] for row in truth if row["list"] == "bpjs"}
    assert ROWS - len(listed) == pytest.approx(0.06 * ROWS, rel=0.03)
    assert len(members & listed.keys()) / len(listed) == pytest.approx(0.30, abs=0.01)


def test_true_numbers_are_unique_and_say_the_birth_date_sex_and_district() -> None:
    world = World.of(1, 3)
    seen: set[str] = set()
    differing = total = 0
    for village in range(0, 144, 12):
        prefixes = {r.prefix for r in world.registrations(village)}
        settlement = Settlement(world, village)
        for _ in range(200):
            for person in settlement.household():
                nik = person.nik
                assert len(nik) == 16
                assert nik.isdigit()
                assert nik[:6] in prefixes
                assert (int(nik[6:8]) > 40) == (person.sex == "P")
                assert nik[12:] != "0000"
                assert nik not in seen
                seen.add(nik)
                total += 1
                day = f"{int(nik[6:8]) % 40:02d}{nik[8:12]}"
                differing += day != person.birth_on.strftime("%d%m%y")
    assert 0 < differing < 0.02 * total


def test_some_numbers_carry_the_code_of_the_neighbour_that_was_once_part_of_the_regency() -> None:
    world = World.of(1, 3)
    settlement = Settlement(world, 60)
    numbers = [person.nik for _ in range(400) for person in settlement.household()]
    assert 0 < sum(nik.startswith("6409") for nik in numbers) < 0.1 * len(numbers)


def test_twins_share_birth_date_and_card_and_have_neighbouring_numbers() -> None:
    world = World.of(1, 4)
    twins = 0
    for village in range(6):
        settlement = Settlement(world, village)
        for _ in range(150):
            house = {person.id: person for person in settlement.household()}
            for person in house.values():
                if not person.twin_of:
                    continue
                other = house[person.twin_of]
                twins += 1
                assert (person.birth_on, person.kk, person.sex) == (other.birth_on, other.kk, other.sex)
                assert abs(int(person.nik) - int(other.nik)) == 1
                assert person.name != other.name
    assert twins >= 10


def test_birth_dates_heap_on_the_days_that_people_without_papers_name() -> None:
    settlement = Settlement(World.of(1, 4), 3)
    days = Counter((p.birth_on.day, p.birth_on.month) for _ in range(1500) for p in settlement.household())
    average = days.total() / 365
    assert min(days[31, 12], days[1, 7], days[1, 1], days[17, 8]) > 4 * average
    assert date(2022, 9, 1) >= max(p.birth_on for p in settlement.household())


def test_another_mixture_of_names_has_other_common_names_and_twice_the_errors_are_twice_as_many(
    tmp_path: Path, data: Path
) -> None:
    write_linkage(tmp_path, 4_000, 11, error_scale=2.0, names="other")
    first = Counter(row["name"].split()[0] for row in read(data / "bpjs.csv"))
    second = Counter(row["name"].split()[0] for row in read(tmp_path / "bpjs.csv"))
    assert {name for name, _ in first.most_common(10)} != {name for name, _ in second.most_common(10)}
    damaged = [
        sum(len(row["errors"].split()) for row in read(folder / "truth.csv") if row["list"] == "candidates")
        / rows
        for folder, rows in ((data, ROWS), (tmp_path, 4_000))
    ]
    assert 1.6 < damaged[1] / damaged[0] < 2.1
