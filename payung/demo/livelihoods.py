"""What the invented people live from, and who already looks after them: the truth that screening must find."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from random import Random

from payung.demo.population import Person

AS_OF = date(2022, 9, 15)
"""The day that the registers describe."""

STANDINGS: tuple[tuple[str, float], ...] = (
    ("pu", 0.050),
    ("mandiri", 0.012),
    ("provinsi", 0.012),
    ("desa", 0.010),
    ("csr", 0.008),
    ("asn", 0.010),
    ("tni_polri", 0.0015),
    ("nonasn", 0.008),
    ("meninggal", 0.012),
    ("pindah", 0.013),
    ("bekas_peserta", 0.045),
    ("peserta_kita", 0.024),
    ("pemberi_kerja", 0.008),
    ("mampu", 0.008),
)
"""Standing of a listed person and its share; all others are simply vulnerable workers without cover."""
_NAMES = [name for name, _ in STANDINGS]
_BOUNDS = list(accumulate(share for _, share in STANDINGS))

UNCOVERED = frozenset({"rentan", "bekas_peserta", "peserta_kita", "mampu"})
"""Standings with which a person may be given a seat."""


@dataclass(frozen=True, slots=True)
class Work:
    """An occupation: how often it is found, how people write it, and what proves it."""

    share: float
    written: tuple[str, ...]
    proof: str = ""


WORKS: tuple[Work, ...] = (
    Work(0.20, ("Petani", "petani", "PETANI", "Tani", "Petani/Pekebun", "petani / pekebun"), "Kelompok tani"),
    Work(0.07, ("Buruh tani", "Buruh Tani/Perkebunan", "buruh tani")),
    Work(0.10, ("Pekebun", "Pekebun sawit", "Petani sawit", "PEKEBUN KARET"), "STDB"),
    Work(0.10, ("Nelayan", "NELAYAN", "nelayan tradisional", "Nelayan/Perikanan"), "KUSUKA"),
    Work(0.12, ("UMKM", "Pelaku UMKM", "pelaku umkm", "Usaha mikro"), "NIB"),
    Work(0.12, ("Pedagang", "pedagang", "Dagang", "Pedagang kecil", "Pedagang keliling")),
    Work(0.06, ("Tukang bangunan", "Tukang kayu", "Buruh bangunan", "tukang batu")),
    Work(0.07, ("Buruh harian lepas", "BHL", "buruh harian", "Buruh lepas")),
    Work(0.04, ("Ojek", "Tukang ojek", "Sopir", "Supir angkutan", "sopir")),
    Work(0.015, ("Imam", "Imam masjid", "imam mesjid"), "SK DKM"),
    Work(0.015, ("Marbot", "Marbot masjid", "Kaum masjid", "marbut"), "SK DKM"),
    Work(0.02, ("Guru ngaji", "Guru mengaji", "Ustadz TPA", "guru ngaji"), "Surat TPA"),
    Work(0.012, ("Ketua RT", "ketua RT", "Ketua RW"), "SK Kepala Desa"),
    Work(0.006, ("Relawan damkar", "Relawan pemadam kebakaran"), "SK relawan"),
    Work(0.006, ("Relawan bencana", "Relawan kebencanaan", "Tagana"), "SK relawan"),
    Work(0.02, ("Asisten rumah tangga", "Pembantu rumah tangga", "ART")),
    Work(0.012, ("Penjahit", "Tukang jahit")),
    Work(0.012, ("Wiraswasta", "Swasta", "-", "Lain-lain")),
)
_WORK_BOUNDS = list(accumulate(work.share for work in WORKS))
COMPANIES = tuple(
    f"{kind} {name}"
    for kind in ("PT", "CV")
    for name in (
        "SAWIT ANUGERAH", "BUKIT MAKMUR", "TELAKE JAYA", "KANDILO SEJAHTERA", "GUNUNG RAMBUTAN", "PESISIR MANDIRI",
        "KARYA BERSAMA", "BORNEO LESTARI",
    )
)  # fmt: skip
_DONORS = ("CSR PERUSAHAAN", "CSR", "TSLP", "DBH SAWIT", "CSR PERUSAHAAN", "CSR")
"""Donors as registers name them; a foundation that nobody has taught us comes between them."""
OFFICES = (
    "DINAS KESEHATAN", "DINAS PENDIDIKAN DAN KEBUDAYAAN", "DINAS PEKERJAAN UMUM", "SEKRETARIAT DAERAH",
    "DINAS LINGKUNGAN HIDUP", "SATUAN POLISI PAMONG PRAJA", "RSUD PANGLIMA SEBAYA",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Life:
    """The truth about a listed person beyond the identity card."""

    standing: str
    work: int
    """Index into WORKS."""
    income_idr: int
    employer: str
    pupil: bool
    payer: str
    """Who pays the contribution, for those who are covered."""
    covered_until: str
    """ISO date, or empty for open-ended."""

    def deserves(self, person: Person, on: date) -> bool:
        """Whether the person may truly be given a seat on `on`."""
        return self.standing in UNCOVERED and not self.pupil and 15 <= person.age(on) < 65


def live(person: Person, rng: Random) -> Life:
    """Draw the life of a listed person."""
    draw = rng.random()
    standing = _NAMES[bisect(_BOUNDS, draw)] if draw < _BOUNDS[-1] else "rentan"
    age = person.age()
    pupil = 13 <= age <= 19 and standing == "rentan" and rng.random() < 0.4
    if age < 18 and standing not in ("rentan", "meninggal", "pindah"):
        standing = "rentan"
    work = min(bisect(_WORK_BOUNDS, rng.random() * _WORK_BOUNDS[-1]), len(WORKS) - 1)
    income = int(rng.lognormvariate(13.9, 0.35)) // 50_000 * 50_000
    if standing == "mampu":
        income = rng.randrange(60, 180) * 100_000
    elif standing in ("pu", "asn", "tni_polri"):
        income = rng.randrange(32, 75) * 100_000
    else:
        income = min(income, 2_900_000)
    employer = ""
    if standing == "pemberi_kerja" or (standing == "pu" and rng.random() < 0.3):
        employer = rng.choice(COMPANIES)
    payer, until = _payer(standing, rng)
    return Life(standing, work, income, employer, pupil, payer, until)


def _payer(standing: str, rng: Random) -> tuple[str, str]:
    if standing == "pu":
        return rng.choice(COMPANIES), ""
    if standing == "nonasn":
        return f"{rng.choice(OFFICES)} KAB. PASER", ""
    if standing == "mandiri":
        return "MANDIRI", rng.choice(("2022-12-31", "2022-12-31", "2023-06-30", "2022-10-31"))
    if standing == "provinsi":
        return "PEMERINTAH PROVINSI KALIMANTAN TIMUR", "2022-12-31"
    if standing == "desa":
        return rng.choice(("PEMERINTAH DESA", "DANA DESA", "APBDES")), rng.choice(
            ("2022-12-31", "2022-12-31", "2022-10-31")
        )
    if standing == "csr":
        return rng.choice((*_DONORS, f"YAYASAN {rng.choice(COMPANIES)[3:]}")), "2023-03-31"
    if standing == "peserta_kita":
        return "PEMERINTAH KABUPATEN PASER", "2022-09-30"
    if standing == "bekas_peserta":
        return rng.choice((*COMPANIES, "MANDIRI")), rng.choice(
            ("2019-08-31", "2020-12-31", "2021-06-30", "2022-03-31")
        )
    return "", ""
