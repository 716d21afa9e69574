"""The form in which names are compared, and what stands around a name."""

from __future__ import annotations

import pytest

from payung.core.names import parts, sound, standard


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        # titles and degrees
        ("H. Ahmad Dahlan, S.Pd.I", "AHMAD DAHLAN"),
        ("Hj. Siti Aminah", "SITI AMINAH"),
        ("Drs. H. Abd. Rahman, M.Si", "ABDUL RAHMAN"),
        ("K.H. Hasyim Asy'ari", "HASYIM ASYARI"),
        ("Ust. Zainal Abidin", "ZAINAL ABIDIN"),
        ("Bpk. Kasim", "KASIM"),
        ("Ny. Halimah", "HALIMAH"),
        ("Rahmat (Alm)", "RAHMAT"),
        ("dr. Budi, Sp. A", "BUDI SP A"),
        ("BUDI, S.T.", "BUDI"),
        # a title that is the whole name stays
        ("Haji", "HAJI"),
        ("Ibu", "IBU"),
        # the father's name and other names
        ("Siti Aminah binti Abdullah", "SITI AMINAH"),
        ("Ali bin Umar", "ALI"),
        ("Said Ali B. Umar", "SAID ALI"),
        ("Nurhayati als. Yati", "NURHAYATI"),
        ("Kasim alias Acim", "KASIM"),
        # al- is part of a name
        ("Ali Al Idrus", "ALI AL IDRUS"),
        # Muhammad and his many forms
        *((f"{form} Yusuf", "MUHAMAD YUSUF") for form in (
            "Muhammad", "Mohammad", "Muhamad", "Mohamad", "Mochamad", "Mochammad", "Muchammad", "Muhammed", "Mohamed",
            "Muh.", "Moh.", "Mohd.", "Muhd", "Mhd.", "Md.", "M.",
        )),
        ("Ali Muhammad", "ALI MUHAMAD"),
        ("Ali M", "ALI M"),
        # Ahmad, Abdul, Siti
        ("Achmad Yani", "AHMAD YANI"), ("Akhmad Yani", "AHMAD YANI"), ("Ahmat Yani", "AHMAD YANI"),
        ("Abdurrahman", "ABDUL RAHMAN"), ("Abdul Rahman", "ABDUL RAHMAN"), ("Abd Rahman", "ABDUL RAHMAN"),
        ("Abdussalam", "ABDUL SALAM"),
        ("St. Aisyah", "SITI AISYAH"), ("Sitti Aisyah", "SITI AISYAH"),
        # old spelling
        ("Soekarno", "SUKARNO"), ("Soeharto", "SUHARTO"), ("Djoko Tjahjono", "JOKO CAHYONO"), ("Joesoef", "YUSUF"),
        ("Sjahrir", "SYAHRIR"), ("Njoman", "NYOMAN"), ("Chairil Anwar", "HAIRIL ANWAR"), ("Rahajoe", "RAHAYU"),
        # Paser, Banjar, Bugis
        ("Andi Baso Daeng Malla", "ANDI BASO DAENG MALA"), ("Gusti Rahmah", "GUSTI RAHMAH"),
        # doubled letters, apostrophes, accents, digits
        ("Hassan Tanggoeh", "HASAN TANGUH"), ("Ma'ruf", "MARUF"), ("Ma’ruf", "MARUF"), ("José", "JOSE"),
        ("Ｓｉｔｉ", "SITI"), ("Budi 2", "BUDI"),
        # single names, nothing
        ("Suparman", "SUPARMAN"), ("X", "X"), ("", ""), ("123", ""), ("-", ""),
    ],
)  # fmt: skip
def test_a_written_name_has_one_form(written: str, compared: str) -> None:
    assert standard(written) == compared


@pytest.mark.parametrize("written", ["Jamal", "Raja", "Jasman", "Suja"])
def test_a_modern_j_is_left_alone(written: str) -> None:
    assert standard(written) == written.upper()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rizky", "Rizki"), ("Yusuf", "Yusup"), ("Fatimah", "Patimah"), ("Zulkifli", "Julkipli"), ("Khairul", "Hairul"),
        ("Nur Aini", "Noer Aini"), ("Syarifuddin", "Sarifudin"), ("Budiyanto", "Budianto"), ("Qomariah", "Komariah"),
    ],
)  # fmt: skip
def test_names_that_sound_alike_have_one_key(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(("one", "other"), [("Siti", "Sari"), ("Ahmad Ali", "Ali Ahmad"), ("Budi", "Dedi")])
def test_names_that_sound_different_have_different_keys(one: str, other: str) -> None:
    assert sound(one) != sound(other)


def test_a_name_is_taken_apart_and_the_raw_one_kept() -> None:
    taken = parts("Drs. H. Ahmad Dahlan bin Kasim als. Amat, M.Si")
    assert taken.raw == "Drs. H. Ahmad Dahlan bin Kasim als. Amat, M.Si"
    assert taken.standard == "AHMAD DAHLAN"
    assert taken.titles == ("DRS", "H", "M SI")
    assert (taken.patronym, taken.alias) == ("KASIM", "AMAT")


def test_a_plain_name_has_no_parts() -> None:
    taken = parts("Suparman")
    assert (taken.titles, taken.patronym, taken.alias) == ((), "", "")


def test_the_standard_form_stays_as_it_is_when_standardised_again() -> None:
    for written in ("AHMAD DAHLAN", "MUHAMAD YUSUF", "SITI AMINAH", "ABDUL RAHMAN", "JOKO CAHYONO"):
        assert standard(written) == written
