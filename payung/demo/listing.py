"""How the RT heads list their people: who is listed, twice or in the wrong place, and with which mistakes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from payung.demo.errors import Context, ErrorModel, Row
from payung.demo.livelihoods import WORKS, Life, live
from payung.demo.population import Person, Settlement, World

REPEATS = 0.05
ADULTS_PER_ROW = 1.75
"""People made for each listed row: the others fill the registers."""
_PLACES = (
    "TANAH GROGOT", "PASER", "KUARO", "LONG IKIS", "BALIKPAPAN", "BANJARMASIN", "KOTABARU", "BONE", "WAJO", "MALANG",
    "KEDIRI", "BLITAR", "SAMARINDA", "PENAJAM", "BARABAI", "AMUNTAI",
)  # fmt: skip


@dataclass(slots=True)
class Listed:
    """One line of a neighbourhood list, as its RT head wrote it."""

    person_id: str
    written: Row
    rt: int
    birth_place: str
    mother: str
    address: str
    occupation: str
    work_place: str
    work_hours: str
    income: str
    employer: str
    pupil: str
    bpjs_kesehatan: str
    proof: str
    mistakes: tuple[str, ...]
    numeric_nik: bool = False
    """The cell holds a number, as Excel made it."""
    answer: tuple[str, str] = ("", "")
    """What the civil registry will say to this line: a status and a remark."""


@dataclass(frozen=True, slots=True)
class Collector:
    """The RT head who lists, with the day of the visit."""

    name: str
    kk: str
    on: date
    phone: str
    """Empty where the RT head has none."""
    households: int


@dataclass(slots=True)
class Census:
    """What one village gives: its lines, its RT heads, the truth, and its people who are on no list."""

    village: int
    lines: list[Listed] = field(default_factory=list)
    sent: list[tuple[int, Listed]] = field(default_factory=list)
    """Lines that stand on another village's list, with that village."""
    collectors: dict[int, Collector] = field(default_factory=dict)
    people: list[tuple[Person, Life]] = field(default_factory=list)
    unlisted: list[Person] = field(default_factory=list)


def _income(amount: int, rng: Random) -> str:
    way = rng.random()
    if way < 0.2:
        return ""
    if way < 0.6:
        return str(amount)
    if way < 0.8:
        return f"{amount:,}".replace(",", ".")
    return "Rp" + f"{amount:,}".replace(",", ".")


def _write(
    person: Person, life: Life, rt: int, context: Context, model: ErrorModel, rng: Random, birth_place: str
) -> Listed:
    row = Row(
        person.nik,
        person.kk,
        person.name,
        person.birth_on.isoformat(),
        person.sex,
        person.desa_code,
        person.phone,
    )
    happened = tuple(model.damage(row, context, rng))
    work = WORKS[life.work]
    if rng.random() < 0.35:
        row.name = row.name.title()
    return Listed(
        person.id,
        row,
        rt,
        birth_place,
        "" if rng.random() < 0.06 else person.mother,
        person.address if rng.random() < 0.85 else person.address.replace("JL.", "Jalan").replace(" NO. ", " No "),
        "Pelajar" if life.pupil and rng.random() < 0.4 else rng.choice(work.written),
        rng.choice(("Kebun sendiri", "Rumah", "Pasar", "Laut", "Keliling", "", "")),
        rng.choice(("08.00-16.00", "07.00-15.00", "06.00-12.00", "", "")),
        _income(life.income_idr, rng),
        life.employer,
        "Ya" if life.pupil else rng.choice(("Tidak", "Tidak", "Bukan", "")),
        rng.choice(("PBI", "Mandiri", "Tidak ada", "PBI", "")),
        work.proof if rng.random() < 0.5 else "",
        happened,
        numeric_nik="nik.excel_zero" in happened,
    )  # fmt: skip


def take_census(world: World, village: int, rows: int, model: ErrorModel) -> Census:
    """List the people of one village: `rows` lines, of which some repeat a person or stand elsewhere."""
    rng = Random(f"{world.seed}|{world.names}|census|{village}")
    settlement = Settlement(world, village)
    places, registrations = world.villages, world.registrations(village)
    place = places[village]
    repeats = round(rows * REPEATS)
    houses, listable, others = _gather(settlement, rows - repeats, rng)
    census = Census(village, unlisted=others)
    near = [p for p in places[max(0, village - 12) : village + 13] if p.district_code == place.district_code]
    codes = tuple(p.code for p in near if p.code != place.code)
    districts = tuple(r.prefix for r in registrations)
    birthplaces: dict[str, str] = {}
    above = ""

    def line(person: Person, life: Life, rt: int) -> Listed:
        nonlocal above
        house = houses[person.id]
        birth_place = birthplaces.setdefault(person.id, rng.choice(_PLACES))
        context = Context(
            person.birth_on,
            tuple(p.nik for p in house if p is not person),
            above,
            codes,
            districts,
            house[0].name if person.role == "pasangan" else "",
        )
        listed = _write(person, life, rt, context, model, rng, birth_place)
        above = listed.written.nik
        return listed

    for person in listable:
        life = live(person, rng)
        census.people.append((person, life))
        census.lines.append(line(person, life, person.rt))
    for _ in range(repeats if listable else 0):
        person, life = rng.choice(census.people)
        where = rng.random()
        if where < 0.4:
            census.lines.append(line(person, life, person.rt))
        elif where < 0.75 or not codes:
            census.lines.append(line(person, life, 1 + rng.randrange(place.rt_count)))
        else:
            other = rng.choice([p for p in near if p.code != place.code])
            again = line(person, life, 1 + rng.randrange(other.rt_count))
            again.written.desa = other.code if again.written.desa == place.code else again.written.desa
            census.sent.append((other.index, again))
    census.collectors = _collectors(census, houses, place.rt_count, rng)
    return census


def _gather(
    settlement: Settlement, unique: int, rng: Random
) -> tuple[dict[str, list[Person]], list[Person], list[Person]]:
    """Households until there are enough; who of them is listed, and the adults who are not."""
    houses: dict[str, list[Person]] = {}
    listable: list[Person] = []
    others: list[Person] = []
    while not houses or len(listable) < unique or len(listable) + len(others) < unique * ADULTS_PER_ROW:
        house = settlement.household()
        for person in house:
            houses[person.id] = house
            age = person.age()
            odds = (
                0.60
                if 18 <= age < 65
                else 0.35
                if 15 <= age < 18
                else 0.15
                if age >= 65
                else 0.01 * (age > 11)
            )
            if len(listable) < unique and rng.random() < odds:
                listable.append(person)
            elif age >= 17:
                others.append(person)
    return houses, listable, others


def _collectors(
    census: Census, houses: dict[str, list[Person]], rt_count: int, rng: Random
) -> dict[int, Collector]:
    heads: dict[int, list[Person]] = {}
    for house in {id(h): h for h in houses.values()}.values():
        heads.setdefault(house[0].rt, []).append(house[0])
    found = {}
    for rt in range(1, rt_count + 1):
        mine = heads.get(rt, [])
        head = rng.choice(mine or [p[0] for p in houses.values()])
        on = date(2022, 8, 20) + timedelta(days=rng.randrange(24))
        found[rt] = Collector(head.name, head.kk, on, head.phone, max(1, len(mine)))
    return found
