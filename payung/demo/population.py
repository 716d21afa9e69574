"""Invented households, village by village: each village depends on the seed and its own number only.

So a million people can be made by any number of processes, in any order, and come out the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from payung.demo.names import NameBank, bank
from payung.demo.places import Registration, Village, registrations, villages

TODAY = date(2022, 9, 1)
"""The day on which the invented world stands still."""
PEOPLE_PER_VILLAGE = 2150
_HEAPS = ((31, 12), (1, 7), (1, 1), (17, 8))
_EPOCH = date(1900, 1, 1).toordinal()


@dataclass(slots=True)
class Person:
    """One invented person as the civil registry knows them: the truth, spelled as on the identity card."""

    id: str
    nik: str
    kk: str
    name: str
    birth_on: date
    sex: str
    mother: str
    role: str
    """`kepala`, `pasangan`, `anak`, `orangtua`."""
    group: str
    """The people (suku) whose names the household uses."""
    village: int
    desa_code: str
    rt: int
    address: str
    phone: str
    """Empty for four people in ten."""
    twin_of: str = ""

    def age(self, on: date = TODAY) -> int:
        born = self.birth_on
        return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


@dataclass(frozen=True, slots=True)
class World:
    """A seed, a mixture of names and as many villages as the wanted number of people needs."""

    seed: int
    names: str
    village_count: int

    @classmethod
    def of(cls, people: int, seed: int, names: str = "paser") -> World:
        """Room for `people` adults at real village sizes, but never fewer than Paser's 144 villages."""
        return cls(seed, names, max(144, -(-people // PEOPLE_PER_VILLAGE)))

    @property
    def villages(self) -> tuple[Village, ...]:
        return villages(self.village_count, self.seed)

    def shares(self, total: int) -> list[int]:
        """`total` divided over the villages by weight; the parts sum to it exactly."""
        running = list(accumulate(place.weight for place in self.villages))
        bounds = [round(total * part / running[-1]) for part in running]
        return [high - low for low, high in zip([0, *bounds], bounds, strict=False)]

    def registrations(self, village: int) -> tuple[Registration, ...]:
        return registrations(self.village_count, self.seed)[village]


class Settlement:
    """Makes the households of one village, one after another, without end."""

    def __init__(self, world: World, village: int) -> None:
        self.world = world
        self.place = world.villages[village]
        self.rng = Random(f"{world.seed}|{world.names}|{village}")
        self._names: NameBank = bank(world.names)
        self._registrations = world.registrations(village)
        self._shares = list(accumulate(r.share for r in self._registrations))
        self._used: dict[tuple[str, str], int] = {}
        self._count = 0
        self._houses = 0

    def _serial(self, registration: Registration, key: str, ordinal: int) -> str:
        """The next free serial that this village may give for a district and day, small as real ones are.

        Serials go in pairs, of which one is given and the other kept for a twin.
        """
        times = self._used.get((registration.prefix, key), 0)
        self._used[registration.prefix, key] = times + 1
        slots = registration.slots
        pair = (registration.slot + ordinal * 7) % slots + slots * times
        return f"{1 + 2 * pair + (ordinal // 3 & 1):04d}"

    def nik(self, born: date, sex: str, registration: Registration | None = None) -> str:
        """A new number of first registration: district, day (+40 for women), month, year, serial."""
        if registration is None:
            pick = self.rng.random() * self._shares[-1]
            registration = next(
                (r for r, bound in zip(self._registrations, self._shares, strict=True) if pick < bound),
                self._registrations[-1],
            )
        key = f"{born.day + 40 * (sex == 'P'):02d}{born.month:02d}{born.year % 100:02d}"
        return registration.prefix + key + self._serial(registration, key, born.toordinal() - _EPOCH)

    def kk(self) -> str:
        """A new family-card number: home district, day of issue, serial."""
        issued = date(2008, 1, 1) + timedelta(days=self.rng.randrange(5200))
        home = self._registrations[0]
        key = "k" + issued.strftime("%d%m%y")
        return home.prefix + key[1:] + self._serial(home, key, issued.toordinal() - _EPOCH)

    def _birth(self, low: int, high: int) -> date:
        """A birth date for an age between `low` and `high`; the elderly heap on a few well-known days."""
        days = self.rng.randrange(low * 365 + 1, high * 365 + 364)
        born = TODAY - timedelta(days=days)
        if self.rng.random() < (0.14 if born.year < 1980 else 0.03):
            day, month = self.rng.choice(_HEAPS)
            born = date(born.year, month, day)
            if born > TODAY:
                born = born.replace(year=born.year - 1)
        return born

    def _person(
        self,
        name: str,
        born: date,
        sex: str,
        mother: str,
        role: str,
        group: str,
        home: tuple[str, int, str],
        twin: Person | None = None,
    ) -> Person:
        rng = self.rng
        kk, rt, address = home
        self._count += 1
        recorded = born
        if rng.random() < 0.006:  # the birth date was corrected later, the number was not
            recorded = born + timedelta(days=rng.randrange(1, 400))
        phone = ""
        if rng.random() < 0.6:
            phone = (
                "08"
                + rng.choice(("12", "13", "21", "22", "52", "53", "15", "77"))
                + str(rng.randrange(10_000_000, 100_000_000))
            )
        nik = beside(twin.nik) if twin else self.nik(recorded, sex)
        return Person(
            f"{self.place.index:04d}-{self._count:05d}", nik, kk, name, born, sex, mother,
            role, group, self.place.index, self.place.code, rt, address, phone,
        )  # fmt: skip

    def household(self) -> list[Person]:
        """The next family: head, mostly a spouse, children of any age, sometimes twins or an old parent."""
        rng, names = self.rng, self._names
        self._houses += 1
        group = names.group(rng)
        rt = 1 + int(self.place.rt_count * rng.random())
        street = rng.choice(("JL.", "JL.", "GG.", "DUSUN", "JALAN"))
        address = f"{street} {rng.choice(_STREETS)} NO. {1 + int(rng.random() * 120)}"
        home = (self.kk(), rt, address)

        def mother() -> str:
            return names.name(rng, group, "P", 1950)

        def member(sex: str, low: int, high: int, role: str, mum: str, name: str = "") -> Person:
            born = self._birth(low, high)
            title = name or names.name(rng, group, sex, born.year)
            return self._person(title, born, sex, mum, role, group, home)

        widow = rng.random() < 0.12
        head = member("P" if widow else "L", 22, 72, "kepala", mother())
        people = [head]
        age = head.age()
        mum = head.name
        if not widow and rng.random() < 0.86:
            wife = member("P", max(18, age - 9), max(19, age + 2), "pasangan", mother())
            people.append(wife)
            mum = wife.name
        elif not widow:
            mum = mother()
        for _ in range(rng.choices((0, 1, 2, 3, 4), (14, 24, 32, 20, 10))[0] if age > 21 else 0):
            high = max(1, age - 20)
            sex = "L" if rng.random() < 0.52 else "P"
            name = ""
            if sex == "L" and not widow and rng.random() < 0.05:
                name = names.kin(rng, head.name, "L")  # a son after his father
            child = member(sex, max(0, high - 16), high, "anak", mum, name)
            people.append(child)
            if rng.random() < 0.012:
                twin = self._person(
                    names.kin(rng, child.name, sex), child.birth_on, sex, mum, "anak", group, home, child
                )
                twin.twin_of, child.twin_of = child.id, twin.id
                people.append(twin)
        if rng.random() < 0.08 and age < 50:
            sex = "L" if rng.random() < 0.4 else "P"
            people.append(member(sex, age + 20, age + 32, "orangtua", mother()))
        return people


def beside(nik: str) -> str:
    """A twin's number: the other one of the pair of serials."""
    serial = int(nik[12:])
    return nik[:12] + f"{serial + 1 if serial % 2 else serial - 1:04d}"


_STREETS = (
    "JENDERAL SUDIRMAN", "PANGERAN MENTERI", "KUSUMA BANGSA", "NOTO SUNARDI", "SULTAN IBRAHIM",
    "PADAT KARYA", "MAWAR", "MELATI", "ANGGREK", "PENDIDIKAN", "PELITA", "PASAR LAMA",
    "TRANS KALIMANTAN", "RA KARTINI", "GAJAH MADA", "SAWIT", "PERINTIS", "MASJID", "AMAN", "DAMAI",
    "HARAPAN", "BERSAMA", "SEI TUAK", "UNTUNG SUROPATI", "BATU BALAI", "SENAKEN",
)  # fmt: skip


def households(world: World, village: int) -> Iterator[list[Person]]:
    """The households of a village, without end; take as many as are needed."""
    settlement = Settlement(world, village)
    while True:
        yield settlement.household()
