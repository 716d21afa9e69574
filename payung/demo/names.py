"""Invented names in the manner of Paser's peoples (Paser, Banjar, Bugis, Javanese), and a second mixture.

Frequencies are skewed (Zipf), so that common names collide as they do in a real regency. Every name is put
together by the machine from common parts: nobody real is meant.
"""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random

_PARTS: dict[str, str] = {
    "islam.L": (
        "Ahmad Abdul Hasan Husin Ali Umar Usman Ibrahim Ismail Yusuf Hamzah Idris Ilham Rahmat Hidayat "
        "Fauzi Fahri Ridwan Rizki Ramli Rusli Ruslan Salman Samsul Saiful Syahrani Syarif Taufik "
        "Wahyudi Zainal Zulkifli Arifin Arsyad Aspian Bahran Basri Burhan Darmawan Fadli Firman Gazali "
        "Hairul Hamdan Hamid Herman Irfan Iskandar Jamal Jumadi Kamaruddin Lukman Mahyudin Mansur "
        "Marwan Masdar Mukhlis Mulyadi Munir Mustafa Nasir Nasrun Rahman Rasyid Rosadi Sabri Sadikin "
        "Salim Sarkani Sofyan Suhaimi Sulaiman Supian Suriansyah Syamsudin Tamrin Yahya Yani Zaini "
        "Akhmad Anwar Asmuni Bahrudin Effendi Faisal Haris Hendra Jailani Kaspul Maulana Mursid Noor "
        "Padli Rahmadi Rijal Robi Said Syukur Tajudin Wahid"
    ),
    "islam.P": (
        "Nurul Aisyah Fatimah Khadijah Maryam Aminah Halimah Hasanah Hadijah Jamilah Jumiati Kartini "
        "Latifah Mariana Marlina Masitah Mastura Maimunah Mursidah Nadia Nurhayati Norhasanah Norlaila "
        "Normala Nuraini Nurjanah Nursiah Rabiatul Rahmah Rahmawati Ramlah Raudah Rohani Rosita Rukiah "
        "Rusmini Sabariah Salasiah Salmah Samsiah Saniah Sarinah Sarifah Saudah Sukmawati Sulastri "
        "Suryani Wardah Yuliana Yanti Zahra Zainab Zubaidah Arbainah Arbayah Asmah Asiah Bahriah Dahlia "
        "Faridah Galuh Hamsiah Hairunnisa Herlina Husna Idawati Jannah Juwita Kamariah Laila Lina "
        "Misbah Mutia Nafisah Noriah Paridah Rina Safitri Sinta Syarifah Wahidah Wati Yusnita"
    ),
    "second.L": (
        "Fauzan Hakim Ramadhan Saputra Pratama Hidayatullah Syahputra Akbar Firmansyah Kurniawan "
        "Setiawan Maulana Nugraha Rahman Rahim Halim Karim Latif Aziz Ghani Majid Wahab Salam Ridho "
        "Ilmi Huda Anam Iman Islam Amin Hadi Hasbi Rafi Naufal Alfian Ardiansyah Ferdiansyah Hermawan "
        "Irawan Gunawan Wijaya Permana Perdana Putra Sanjaya Rifani Riyadi Sabirin Yusran Efendi Jaya "
        "Wibowo Santoso Susanto Hariyanto Rosyid Mubarak Bahri Alamsyah Jayadi Kusuma Mahendra Fikri "
        "Azhari Zamzami Hafiz Arief Rasid"
    ),
    "second.P": (
        "Hasanah Jannah Hidayah Aini Fitri Fitriani Lestari Rahayu Wulandari Handayani Puspita Sari "
        "Dewi Utami Anggraini Permata Maharani Khotimah Aulia Azizah Zahra Rahmi Safira Amelia Melati "
        "Indah Mawarni Susanti Kurniasih Astuti Ningsih Yuliani Apriliani Agustina Oktaviani Damayanti "
        "Mardiana Salsabila Nabila Ramadhani Maulida Rosdiana Fauziah Marhamah Maisarah Hikmah Karimah "
        "Munawarah Istiqomah Mutmainah Nurjannah Laila"
    ),
    "bugis.L": (
        "Baso Ambo Lamakka Laupe Lasse Mappa Sakka Tahang Beddu Sudding Rappe Dahlan Amiruddin Jufri "
        "Syamsuddin Baharuddin Hasanuddin Nurdin Sainuddin Muslimin Abidin Arifuddin Rustam Sappe "
        "Makmur Sennang Mustakim Kahar Ramang Sultan Tajuddin Jamaluddin Haruna Mansyur Hamka Rustan "
        "Asdar Asri Anto Irwan"
    ),
    "bugis.P": (
        "Besse Sitti Indo Tenri Hasnah Rosmini Darmawati Hasmawati Murniati Nurbaya Nuraeni Rosdiana "
        "Suriani Rahmatang Ramlah Saharia Sompa Norma Hartati Harmiati Jumriah Kasmawati Marwah "
        "Megawati Naharia Nurlaela Patimang Ratna Salmiah Sanawiah Timang Wahida Halija Hasnawati "
        "Asriani Irmawati Nurlina Risma"
    ),
    "jawa.L": (
        "Agus Bambang Budi Dwi Eko Joko Tri Teguh Slamet Sri Wahyu Yudi Heru Hari Dedi Andi Arif Bayu "
        "Dimas Edi Fajar Galih Imam Kasno Kuswanto Legiman Marsudi Ngatimin Paijo Paimin Parno Ponirin "
        "Poniman Prayitno Rohmad Sarno Sardi Tarmuji Tukimin Tukiran Untung Waluyo Warsito Wagiman "
        "Wiyono Yatno Purnomo Pujiono Rudi Adi Rian Aditya Doni Anang Nur Kusnadi"
    ),
    "jawa.P": (
        "Sri Siti Endang Dwi Tri Ningsih Wahyu Yuni Yeni Eka Dewi Indah Kasiyem Lasmi Legiyem Marsiyah "
        "Mujiati Ngatini Parmi Poniyem Ponirah Rini Rubiyem Sarmi Sarinem Tukiyem Tumini Tuminah "
        "Wagiyem Warsini Watini Wiji Yatmi Painem Puji Purwanti Retno Ratna Rumiyati Anik Lilik Murni "
        "Nanik Titik Umi Wulan Ayu Fitri"
    ),
    "paser.L": (
        "Aji Sarman Asbar Mahlan Jamri Kasran Sapuani Syahran Masrani Rusmadi Kadir Sabran Abay Daman "
        "Asran Tuking Bakran Anjang Sabli Mawardi Pahmi Darmi Sahlan Rasman Kurdi Lahmudin Jahran "
        "Alpian Sapri Udin Ardani"
    ),
    "paser.P": (
        "Aji Norsiah Masnah Asnah Rusnah Jumrah Salbiah Kasmah Sainah Martini Aminun Saripah Ambar "
        "Bulan Sumiah Ratnah Tinah Pahriah Ijum Lamsiah Mastiah Rusdiana Normah Antung Hamdanah Jamiah "
        "Yurnah Suriah"
    ),
    "sunda.L": (
        "Asep Dadang Ujang Cecep Deden Encep Iwan Jajang Kosasih Maman Nana Oman Rahmat Sobari Tatang "
        "Usep Wawan Yayat Yana Engkus Aceng Endang Dudung Atang Tarya Kurnia Gilang Rizal Hilman "
        "Nandang"
    ),
    "sunda.P": (
        "Euis Neneng Iis Ai Cucu Dedeh Elis Eulis Imas Juju Kokom Lilis Mimin Nining Nunung Oneng Popon "
        "Rosita Tati Titin Wiwin Yayah Yoyoh Yeyet Aas Enok Ocah Rina Intan Teti"
    ),
    "dayak.L": (
        "Markus Yohanes Petrus Lukas Paulus Stepanus Yosep Daniel Martinus Antonius Matius Bonifasius "
        "Lejau Jalung Bilung Ngau Lawai Uyau Anye Ding Bulan Jiu Lahang Tingang Igang Liah Kule Lungu "
        "Merang Usat"
    ),
    "dayak.P": (
        "Maria Marta Yuliana Kristina Agustina Debora Elisabet Lusia Rosalina Veronika Bulan Devung "
        "Hunai Lungai Pare Ping Song Ubung Urai Usun Yeq Luhat Kuleh Dayang Idang Tipung Lahai Bungan "
        "Anyeq Ester"
    ),
}

_JAVA_HEADS = "Su Mu Nga Po Wa Ka Sa Ru Tu Wi Ga Ma Pa Ja Ra"
_JAVA_ROOTS = "gi di ki mi ni ri si ti ya wa mar tar kar nar sar kir dar pan war"
_JAVA_TAILS = {
    "L": "no man yo to din min jo di yanto yadi",
    "P": "yem nah ti yah ni tun sih rah yati ningsih",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """One world of names: who lives there, how skewed frequencies are, and which names are common."""

    mix: tuple[tuple[str, float], ...]
    skew: float
    order_seed: int


SETTINGS: dict[str, Setting] = {
    "paser": Setting((("paser", 0.26), ("banjar", 0.26), ("bugis", 0.18), ("jawa", 0.30)), 0.85, 1),
    "other": Setting(
        (("sunda", 0.30), ("dayak", 0.16), ("jawa", 0.24), ("banjar", 0.18), ("bugis", 0.12)), 0.6, 2
    ),
}


class Pool:
    """Names with Zipf frequencies; one draw is one random number."""

    __slots__ = ("_cumulative", "names")

    def __init__(self, names: list[str], skew: float, rng: Random) -> None:
        self.names = sorted(set(names))
        rng.shuffle(self.names)
        weights = [1 / (rank + 6) ** skew for rank in range(len(self.names))]
        total = sum(weights)
        self._cumulative = list(accumulate(weight / total for weight in weights))

    def draw(self, rng: Random) -> str:
        return self.names[min(bisect(self._cumulative, rng.random()), len(self.names) - 1)]


def _java(sex: str) -> list[str]:
    return [
        head + root + tail
        for head in _JAVA_HEADS.split()
        for root in _JAVA_ROOTS.split()
        for tail in _JAVA_TAILS[sex].split()
    ]


class NameBank:
    """All pools of one setting."""

    def __init__(self, setting: Setting) -> None:
        rng = Random(f"names|{setting.order_seed}")
        self._pools: dict[str, Pool] = {}
        for sex in "LP":
            islam = _PARTS[f"islam.{sex}"].split()
            pools = {
                "banjar": islam,
                "bugis": _PARTS[f"bugis.{sex}"].split() + islam[::3],
                "jawa": _PARTS[f"jawa.{sex}"].split(),
                "paser": _PARTS[f"paser.{sex}"].split() + islam[::2],
                "sunda": _PARTS[f"sunda.{sex}"].split() + islam[::4],
                "dayak": _PARTS[f"dayak.{sex}"].split(),
                "second": _PARTS[f"second.{sex}"].split() + islam,
            }
            for group, names in pools.items():
                self._pools[group + sex] = Pool(names, setting.skew, rng)
            self._pools["old" + sex] = Pool(_java(sex), setting.skew / 2, rng)
        self._groups = [group for group, _ in setting.mix]
        self._shares = list(accumulate(share for _, share in setting.mix))

    def group(self, rng: Random) -> str:
        """The people a household belongs to."""
        return self._groups[min(bisect(self._shares, rng.random()), len(self._groups) - 1)]

    def name(self, rng: Random, group: str, sex: str, birth_year: int) -> str:
        """One name as on the identity card, in capitals; the old often have a single name."""
        pools = self._pools
        chance = rng.random()
        if group == "jawa" and rng.random() < (0.75 if birth_year < 1980 else 0.2):
            first = pools["old" + sex].draw(rng)
            single = 0.6
        else:
            first = pools[group + sex].draw(rng)
            single = 0.45 if birth_year < 1970 else 0.25 if birth_year < 1985 else 0.08
        parts = [first]
        if chance >= single:
            parts.append(pools["second" + sex].draw(rng))
            if birth_year >= 1985 and rng.random() < 0.3:
                parts.append(pools["second" + sex].draw(rng))
        lead = rng.random()
        if sex == "L" and group != "dayak" and lead < 0.14:
            parts.insert(0, "Muhammad")
        elif sex == "L" and parts[0] == "Abdul":
            parts[1:] = [pools["secondL"].draw(rng)]
        elif sex == "P" and group in ("banjar", "paser", "jawa") and lead < 0.12 and parts[0] != "Siti":
            parts.insert(0, "Siti")
        elif group == "bugis" and lead > 0.95:
            parts.insert(0, "Andi")
        if len(parts) > 1 and parts[-1] == parts[-2]:
            parts.pop()
        return " ".join(parts).upper()

    def kin(self, rng: Random, name: str, sex: str) -> str:
        """A name close to `name`: a twin's, or a son's after his father."""
        parts = name.split()
        if len(parts) > 1 and rng.random() < 0.5:
            last = self._pools["second" + sex].draw(rng).upper()
            return " ".join([*parts[:-1], last if last != parts[-1] else last + "I"])
        last = parts[-1]
        vowel = {"I": "A", "A": "I", "U": "A", "N": "H", "H": "N"}
        changed = last[:-1] + vowel[last[-1]] if last[-1] in vowel else last + ("I" if sex == "L" else "A")
        return " ".join([*parts[:-1], changed])


@cache
def bank(setting: str) -> NameBank:
    """The name bank of a setting, built once a process."""
    return NameBank(SETTINGS[setting])
