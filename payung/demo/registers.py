"""The registers that the agencies hold of the invented people, and how they answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from payung.demo.errors import Context, ErrorModel, Row, write_date
from payung.demo.listing import Census, Listed
from payung.demo.livelihoods import AS_OF, COMPANIES, OFFICES, Life
from payung.demo.population import Person, World

HEADERS: dict[str, tuple[str, ...]] = {
    "bpjs": (
        "KPJ", "NIK", "NO KK", "NAMA", "TANGGAL LAHIR", "JENIS KELAMIN", "KODE DESA", "NO HP", "STATUS", "SEGMEN",
        "DIBAYAR OLEH", "BERLAKU MULAI", "BERLAKU SAMPAI",
    ),
    "asn": ("NIP", "NIK", "NAMA", "TANGGAL LAHIR", "JENIS KELAMIN", "KODE DESA", "SEGMEN", "INSTANSI", "STATUS"),
    "payers": (
        "NIK", "NAMA", "TANGGAL LAHIR", "JENIS KELAMIN", "KODE DESA", "STATUS", "SEGMEN", "DIBAYAR OLEH",
        "BERLAKU MULAI", "BERLAKU SAMPAI",
    ),
    "nonasn": ("NIK", "NAMA", "TANGGAL LAHIR", "JENIS KELAMIN", "PERANGKAT DAERAH", "STATUS"),
    "own": (
        "NIK", "NO KK", "NAMA", "TANGGAL LAHIR", "JENIS KELAMIN", "KODE DESA", "NO HP", "STATUS", "SEGMEN",
        "DIBAYAR OLEH", "BERLAKU MULAI", "BERLAKU SAMPAI",
    ),
}  # fmt: skip
UNLISTED = {"bpjs": 0.54, "asn": 0.09, "nonasn": 0.065, "payers": 0.025, "own": 0.004}
"""People on no list but in a register, as a share of the lines of the lists."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a register, with the person that it truly is."""

    register: str
    person_id: str
    cells: tuple[str, ...]


def _since(rng: Random, years: int = 8) -> str:
    return (AS_OF - timedelta(days=rng.randrange(60, 365 * years))).isoformat()


class _Office:
    """Writes people into registers, nearly without mistakes."""

    def __init__(self, world: World, village: int, model: ErrorModel, rng: Random) -> None:
        place = world.villages[village]
        self._desa = tuple(
            p.code
            for p in world.villages[max(0, village - 8) : village + 9]
            if p.district_code == place.district_code and p.code != place.code
        )
        self._districts = tuple(r.prefix for r in world.registrations(village))
        self._model, self.rng = model, rng
        self.entries: list[Entry] = []

    def enter(self, register: str, person: Person, facts: dict[str, str]) -> None:
        row = Row(
            person.nik,
            person.kk,
            person.name,
            person.birth_on.isoformat(),
            person.sex,
            person.desa_code,
            person.phone,
        )
        context = Context(person.birth_on, other_desa=self._desa, districts=self._districts)
        self._model.damage(row, context, self.rng)
        if register == "asn" and self.rng.random() < 0.4:
            row.name += self.rng.choice((", S.PD", ", S.E.", ", A.MD", ", S.SOS", ", M.SI"))
        birth = row.birth_on
        if register in ("payers", "nonasn") and birth:
            birth = write_date(date.fromisoformat(birth), "dashes")
        known = {
            "NIK": row.nik, "NO KK": row.kk, "NAMA": row.name, "TANGGAL LAHIR": birth, "JENIS KELAMIN": row.sex,
            "KODE DESA": row.desa, "NO HP": row.phone, **facts,
        }  # fmt: skip
        cells = tuple(known.get(header, "") for header in HEADERS[register])
        self.entries.append(Entry(register, person.id, cells))

    def member(
        self, person: Person, segment: str, payer: str, until: str, active: bool = True
    ) -> dict[str, str]:
        facts = {
            "KPJ": f"{self.rng.randrange(10, 23):02d}{self.rng.randrange(10**9):09d}",
            "STATUS": "AKTIF" if active else "TIDAK AKTIF",
            "SEGMEN": segment,
            "DIBAYAR OLEH": payer,
            "BERLAKU MULAI": _since(self.rng) if active else "2018-02-01",
            "BERLAKU SAMPAI": until,
        }
        self.enter("bpjs", person, facts)
        return facts

    def official(self, person: Person, kind: str) -> None:
        joined = date(2005 + self.rng.randrange(16), 1 + self.rng.randrange(12), 1)
        number = f"{person.birth_on:%Y%m%d}{joined:%Y%m}{1 if person.sex == 'L' else 2}{self.rng.randrange(1, 200):03d}"
        self.enter(
            "asn",
            person,
            {"NIP": number, "SEGMEN": kind, "INSTANSI": self.rng.choice(OFFICES), "STATUS": "AKTIF"},
        )

    def staff(self, person: Person, payer: str) -> None:
        self.enter("nonasn", person, {"PERANGKAT DAERAH": payer, "STATUS": "AKTIF"})
        self.member(person, "PU", payer, "")

    def listed(self, person: Person, life: Life) -> None:
        rng, standing = self.rng, life.standing
        if standing == "pu":
            self.member(person, "PU", life.payer, "")
        elif standing == "bekas_peserta":
            segment = "BPU" if life.payer == "MANDIRI" else "PU"
            self.member(person, segment, life.payer, life.covered_until, active=False)
        elif standing == "mandiri":
            self.member(person, "BPU", life.payer, life.covered_until)
        elif standing in ("provinsi", "desa", "csr"):
            facts = {
                "STATUS": "AKTIF", "SEGMEN": "BPU", "DIBAYAR OLEH": life.payer, "BERLAKU MULAI": "2022-01-01",
                "BERLAKU SAMPAI": life.covered_until,
            }  # fmt: skip
            if rng.random() < 0.7:
                facts = self.member(person, "BPU", life.payer, life.covered_until)
                if rng.random() < 0.3:
                    return
            self.enter("payers", person, facts)
        elif standing == "peserta_kita":
            self.enter("own", person, self.member(person, "BPU", life.payer, life.covered_until))
        elif standing == "asn":
            self.official(person, rng.choice(("PNS", "PNS", "PPPK")))
        elif standing == "tni_polri":
            self.official(person, rng.choice(("TNI", "POLRI")))
        elif standing == "nonasn":
            self.staff(person, life.payer)

    def unlisted(self, person: Person, register: str) -> None:
        rng = self.rng
        if register == "bpjs":
            draw = rng.random()
            if draw < 0.8:
                self.member(person, "PU", rng.choice(COMPANIES), "")
            elif draw < 0.9:
                self.member(person, "BPU", "MANDIRI", "2022-12-31")
            else:
                self.member(person, "PU", rng.choice(COMPANIES), "2021-06-30", active=False)
        elif register == "asn":
            self.official(person, rng.choice(("PNS", "PNS", "PNS", "PPPK", "TNI", "POLRI")))
        elif register == "nonasn":
            self.staff(person, f"{rng.choice(OFFICES)} KAB. PASER")
        elif register == "payers":
            payer = rng.choice(("PEMERINTAH PROVINSI KALIMANTAN TIMUR", "CSR PERUSAHAAN"))
            self.enter("payers", person, self.member(person, "BPU", payer, "2022-12-31"))
        else:
            payer = "PEMERINTAH KABUPATEN PASER"
            self.enter("own", person, self.member(person, "BPU", payer, "2022-09-30"))


def enter_all(world: World, census: Census, rows: int, model: ErrorModel) -> list[Entry]:
    """The register lines of one village: its listed people by their standing, and its unlisted people."""
    rng = Random(f"{world.seed}|{world.names}|registers|{census.village}")
    office = _Office(world, census.village, model, rng)
    for person, life in census.people:
        office.listed(person, life)
    rest = iter(p for p in census.unlisted if p.age() >= 18)
    for register, share in UNLISTED.items():
        for _ in range(round(rows * share)):
            if (another := next(rest, None)) is None:
                break
            office.unlisted(another, register)
    return office.entries


_SIGNS = str.maketrans("", "", "'`.- \u00a0\u200b")


def answer_all(census: Census, seed: int) -> None:
    """Let the civil registry answer every line of a village, also those that went to another village's list."""
    rng = Random(f"{seed}|dukcapil|{census.village}")
    known = {person.id: (person, life) for person, life in census.people}
    for line in [*census.lines, *(line for _, line in census.sent)]:
        line.answer = _answer(line, *known[line.person_id], rng)


def _answer(line: Listed, person: Person, life: Life, rng: Random) -> tuple[str, str]:
    """What the civil registry answers to one line: a status and a remark; both empty where it does not answer."""
    draw = rng.random()
    if draw < 0.004:
        return "", ""
    asked = line.written.nik.removesuffix(".0").translate(_SIGNS)
    if asked != person.nik:
        if "nik.household" in line.mistakes or "nik.above" in line.mistakes:
            return "TIDAK SESUAI", "NIK milik orang lain"
        return "TIDAK DITEMUKAN", ""
    if life.standing == "meninggal":
        died = AS_OF - timedelta(days=rng.randrange(20, 900))
        return "MENINGGAL", f"akta {died:%d-%m-%Y}"
    if life.standing == "pindah":
        return "PINDAH", rng.choice(("ke Kota Balikpapan", "ke Kab. Penajam Paser Utara", "ke Kab. Kotabaru"))
    if any(
        code.startswith("birth_on.") and code not in ("birth_on.format", "birth_on.missing")
        for code in line.mistakes
    ):
        return "TIDAK SESUAI", "tanggal lahir berbeda"
    return "SESUAI", ""
