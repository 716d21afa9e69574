"""A wrong rule is an error at load that names its file and line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from payung.core.errors import Exit, PayungError
from payung.policy.loader import HERE, local, read_law, shipped_policies
from payung.policy.reading import compose
from payung.policy.tables import Table, read_table

GOOD = """\
id: iuran/contoh
title: Contoh
law: PP 1/2000
certainty: B
source: contoh
unit: idr_per_month
covers: {from: 2020-01-01, to: null}
dimensions: {sector: [transport, non_transport]}
values:
  - {from: 2020-01-01, to: 2020-12-31, value: 100}
  - {from: 2021-01-01, to: null, when: {sector: transport}, value: 50}
  - {from: 2021-01-01, to: null, when: {sector: non_transport}, value: 70}
"""


def read(text: str) -> Table:
    return read_table(compose(text, "aturan.yaml"))


def refusal(text: str) -> str:
    with pytest.raises(PayungError) as caught:
        read(text)
    assert caught.value.exit_code is Exit.POLICY
    assert caught.value.todo
    return caught.value.message


def test_the_example_is_a_good_table() -> None:
    assert len(read(GOOD).values) == 3


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        pytest.param("2020-12-31", "2021-01-31", 11, "tumpang tindih", id="overlap"),
        pytest.param("2020-12-31", "2020-11-30", 11, "lubang", id="hole between periods"),
        pytest.param("{sector: non_transport}, value: 70", "{sector: transport}, value: 70", 12, "tumpang tindih", id="same case twice"),
        pytest.param("  - {from: 2021-01-01, to: null, when: {sector: non_transport}, value: 70}\n", "", 10, "covers", id="case without a value"),
        pytest.param("from: 2020-01-01, to: 2020", "from: 2020-02-01, to: 2020", 10, "covers mulai", id="starts late"),
        pytest.param("to: null, when: {sector: t", "to: 2029-12-31, when: {sector: t", 11, "padahal covers", id="ends early"),
        pytest.param("law: PP 1/2000\n", "", 1, "law belum ada", id="missing key"),
        pytest.param("law: PP 1/2000", "law: PP 1/2000\nlow: 3", 4, 'kunci "low" tidak dikenal', id="unknown key"),
        pytest.param("title: Contoh", "title: Contoh\ntitle: Lagi", 3, "tertulis dua kali", id="key twice"),
        pytest.param("certainty: B", "certainty: D", 4, '"D" tidak dikenal', id="unknown certainty"),
        pytest.param("unit: idr_per_month", "unit: dollar", 6, '"dollar" tidak dikenal', id="unknown unit"),
        pytest.param("value: 100", "value: seratus", 10, "harus angka", id="wrong type"),
        pytest.param("value: 100", "value: -1", 10, "nol atau lebih", id="negative"),
        pytest.param("value: 100", "value: .inf", 10, "bukan angka biasa", id="infinite"),
        pytest.param("value: 70", "value: [70]", 12, "bukan daftar", id="list for a number"),
        pytest.param("to: 2020-12-31", "to: 2020-13-31", 10, "", id="no such month"),
        pytest.param("from: 2020-01-01, to: 2020-12-31", "from: 2020-12-31, to: 2020-01-01", 10, "sebelum mulai", id="backwards"),
        pytest.param("{sector: transport}", "{sektor: transport}", 11, "tidak ada di dimensions", id="unknown dimension"),
        pytest.param("{sector: transport}", "{sector: laut}", 11, 'sector "laut"', id="unknown word"),
        pytest.param("id: iuran/contoh", "id: 64.01", 1, "tanda kutip", id="number for a text"),
        pytest.param("values:", "values: [", 10, "bukan YAML", id="not YAML"),
        pytest.param("2020-12-31, value: 100}\n  - {from: 2021-01-01, to: null, when: {sector: transport}", "2021-01-14, value: 100}\n  - {from: 2021-01-15, to: null, when: {sector: transport}", 12, "tumpang tindih", id="overlap of one case"),
    ],
)  # fmt: skip
def test_a_wrong_table_names_file_and_line(old: str, new: str, line: int, says: str) -> None:
    assert old in GOOD
    message = refusal(GOOD.replace(old, new, 1))
    assert message.startswith(f"aturan.yaml:{line}: ")
    assert says in message


def test_contributions_change_only_between_months() -> None:
    text = GOOD.replace("2020-12-31", "2020-12-14").replace("2021-01-01", "2020-12-15")
    assert (
        refusal(text) == "aturan.yaml:10: iuran/contoh: iuran dihitung per bulan; pakai awal dan akhir bulan."
    )


def test_an_empty_file_is_said_to_be_empty() -> None:
    assert refusal("") == "aturan.yaml:1: berkas aturan ini kosong."


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("base: 1200000, jkk: 12000", "base: 1200000, jkk: 12500", "bertentangan dengan 1%"),
        ("income_to: 1299000", "income_to: 1099000", "tumpang tindih"),
        ("base: 1200000, jkk: 12000", "base: 1090000, jkk: 10900", "tidak terletak di atas"),
        ("base: 1200000, jkk: 12000", "base: 1300000, jkk: 13000", "di atas batas lapisnya"),
        ("income_to: null", "income_to: 99999999", "tanpa batas atas"),
    ],
)
def test_contradictory_bands_are_refused(old: str, new: str, says: str) -> None:
    text = (HERE / "contribution" / "bpu-jkk.yaml").read_text(encoding="utf-8")
    assert says in refusal(text.replace(old, new, 1))


def test_two_files_cannot_give_the_same_number(tmp_path: Path) -> None:
    (tmp_path / "contribution").mkdir()
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / "contribution" / name).write_text(GOOD, encoding="utf-8")
    with pytest.raises(PayungError, match=r"b\.yaml:1: iuran/contoh sudah ada di .*a\.yaml:1"):
        read_law(tmp_path)


def test_a_folder_without_rules_is_not_a_law(tmp_path: Path) -> None:
    with pytest.raises(PayungError, match="Tidak ada berkas aturan"):
        read_law(tmp_path)


# Local policies -----------------------------------------------------------------------------------------------


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[str, str], str]:
    """The message when one spot of the shipped policy of 2026 is changed; its line replaced by how far it lies."""
    text = (HERE / "local" / "paser-2026.yaml").read_text(encoding="utf-8")

    def change(old: str, new: str) -> str:
        assert old in text
        path = tmp_path / "aturan-kami.yaml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(PayungError) as caught:
            local(path)
        assert caught.value.exit_code is Exit.POLICY
        assert re.match(rf"{re.escape(str(path))}:\d+: ", caught.value.message)
        return caught.value.message.removeprefix(f"{path}:")

    return change


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("min_years: 15, max_years: 64", "min_years: 65, max_years: 64", "di bawah umur paling rendah"),
        ("min_years: 15, max_years: 64", "min_years: 15", "max_years belum ada"),
        ("min_years: 15,", "min_years: lima belas,", "harus bilangan bulat"),
        ("on_unknown: complete", "on_unknown: pass", '"pass" tidak dikenal'),
        ("one_seat: {on: true", "one_seat: {on: yes", "tulis true atau false"),
        ("evidence: [nik, lists]", "evidence: []", "harus menyebut buktinya"),
        ("evidence: [asn]", "evidence: [kabar]", '"kabar" tidak dikenal'),
        ("one_seat:", "satu_kursi:", '"satu_kursi" tidak dikenal'),
        ("wadah: SG", "wadah: XX", '"XX" tidak dikenal'),
        ("payer: apbd", "payer: arisan", '"arisan" tidak dikenal'),
        ("id: apbd-provinsi", "id: apbd-kabupaten", "juga milik|tertulis dua kali"),
        ("Pemprov Kaltim", "Pemkab Paser", "juga milik"),
        ("groups: [pekebun,", "groups: [peladang,", '"peladang" tidak ada dalam groups'),
        ("id: marbot", "id: imam", "tertulis dua kali"),
        ("synonyms: [marbot masjid,", "synonyms: [imam,", 'padanan "imam" juga milik kelompok "imam"'),
        ("- {from: 2026-01-01, to: 2026-12-31, segment: BPU}", "- {from: 2026-02-01, to: 2026-12-31, segment: BPU}", 'segmen kelompok "imam"'),
        ("- {from: 2026-01-01, to: 2026-12-31, segment: BPU}", "- {from: 2026-01-01, to: 2026-06-30, segment: BPU}\n      - {from: 2026-08-01, to: 2026-12-31, segment: BPU}", "lubang"),
        ("  bpjs: {required: true", "  bkn: {required: true", '"bkn" tidak dikenal'),
        ("  asn: {required: true, max_age_days: 180, certainty: C}\n", "", "memakai register asn"),
        ("order: [continuity, points, lottery]", "order: [continuity, points]", "berakhir dengan lottery"),
        ("{up_to_idr: 1000000, points: 20}", "{up_to_idr: 400000, points: 20}", "harus naik"),
        ("key: umkm, count: 4000", "key: umkmm, count: 4000", '"umkmm" tidak ada'),
        ('key: "*", count: 10}', 'key: "64.02.01.2001", count: 10}', "tidak terletak di 64.01"),
        ("quotas:\n", "quotas:\n    - {scope: desa, key: \"*\", count: 5}\n", "melebihi kuotanya 5"),
        ("duplicate_percent: 40", "duplicate_percent: 140", "paling banyak 100"),
        ("valid: {from: 2026-01-01", "valid: {from: 2026-01-02", "tanggal 1"),
        ('regency: "64.01"', "regency: 64.01", "tanda kutip"),
    ],
)  # fmt: skip
def test_a_wrong_local_policy_names_file_and_line(
    changed: Callable[[str, str], str], old: str, new: str, says: str
) -> None:
    assert re.search(says, changed(old, new))


def test_the_line_named_is_the_line_of_the_fault(changed: Callable[[str, str], str]) -> None:
    text = (HERE / "local" / "paser-2026.yaml").read_text(encoding="utf-8").splitlines()
    line = next(number for number, content in enumerate(text, 1) if "wadah: SD" in content)
    assert changed("wadah: SD", "wadah: ZZ").startswith(f"{line}: ")


def test_both_shipped_policies_load() -> None:
    assert shipped_policies() == ("paser-2022", "paser-2026")
    assert [local(name).id for name in shipped_policies()] == ["paser-2022", "paser-2026"]


def test_a_policy_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(PayungError, match="paser-2022, paser-2026") as caught:
        local("bontang-2023")
    assert caught.value.exit_code is Exit.POLICY


def test_a_policy_that_is_not_text_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "aturan.yaml"
    path.write_bytes(b"\xff\xfe\x00id")
    with pytest.raises(PayungError, match="UTF-8") as caught:
        local(path)
    assert caught.value.exit_code is Exit.POLICY
