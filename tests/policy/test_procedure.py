"""Procedures: the shipped one says who looks at what, a wrong one is an error at load with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from payung.access.policy import LEVELS, MATRIX, Action, Level, Role
from payung.core.errors import Exit, PayungError
from payung.policy.procedure import (
    CHANGES,
    DESA,
    DISTRICT,
    REGENCY,
    ROLES,
    TEMPLATES,
    load_procedure,
    procedure_of,
    shipped_procedures,
)

GOOD = """\
id: contoh
title: Contoh
certainty: C
source: contoh
chains:
  keputusan:
    title: Keputusan
    stages:
      - id: periksa
        title: Pemeriksaan
        seats:
          - {id: kecamatan, title: Camat, role: kecamatan, each: district}
          - {id: sosial, title: Dinas Sosial, role: opd, agency: "Dinas  Sosial", field: kerentanan}
      - {id: akhir, title: Penandatangan, seats: [{id: bupati, title: Bupati, role: penandatangan}]}
instruments:
  sk: {title: Keputusan Bupati, signer: penandatangan, chain: keputusan, template: keputusan}
changes: {penetapan: sk, masuk: sk, keluar: sk, ubah: sk, pengganti: sk}
terms: {notice_days: 7, objection_days: 14, agreement_alarm_days: [90, 7]}
"""


def refusal(text: str) -> str:
    with pytest.raises(PayungError) as caught:
        procedure_of(text, "tata-cara.yaml")
    assert caught.value.exit_code is Exit.POLICY
    assert caught.value.todo
    return caught.value.message


def test_a_procedure_is_read_with_its_seats_in_order() -> None:
    found = procedure_of(GOOD, "tata-cara.yaml")
    chain = found.chain("keputusan")
    assert [seat.id for seat in chain.seats] == ["kecamatan", "sosial", "bupati"]
    assert [len(stage.seats) for stage in chain.stages] == [2, 1]
    _camat, social, _bupati = chain.seats
    assert (social.agency, social.field, social.each) == ("Dinas Sosial", "kerentanan", "")
    assert found.instrument_for("keluar").title == "Keputusan Bupati"
    assert found.terms.agreement_alarm_days == (90, 7)
    assert found.place == "tata-cara.yaml:1"


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        pytest.param("title: Contoh", "title: Contoh\njudul: x", 3, 'kunci "judul" tidak dikenal', id="unknown key"),
        pytest.param("field: kerentanan", "bidang: kerentanan", 13, 'kunci "bidang" tidak dikenal', id="unknown key of a seat"),
        pytest.param("source: contoh\n", "", 1, "source belum ada", id="missing key"),
        pytest.param(", seats: [{id: bupati, title: Bupati, role: penandatangan}]", ", seats: []", 14, "tanpa kursi", id="last stage without a seat"),
        pytest.param("{id: akhir,", "{id: periksa,", 14, 'tahap "periksa" tertulis dua kali', id="stage twice"),
        pytest.param("{id: bupati,", "{id: sosial,", 14, 'kursi "sosial" tertulis dua kali', id="seat twice in a chain"),
        pytest.param("  keputusan:\n", "  Keputusan Bupati:\n", 7, "huruf kecil", id="id with capitals"),
        pytest.param("role: opd", "role: auditor", 13, '"auditor" tidak dikenal', id="role that sits in no chain"),
        pytest.param("role: kecamatan, each: district", "role: kecamatan", 12, "perlu each: district", id="camat for the whole regency"),
        pytest.param("role: kecamatan, each: district", "role: desa, each: district", 12, "perlu each: desa", id="desa for a kecamatan"),
        pytest.param("each: district", "each: rt", 12, '"rt" tidak dikenal', id="each of what"),
        pytest.param("title: Camat", f"title: {'Camat ' * 20}", 12, "lebih panjang dari 100", id="title too long"),
        pytest.param("signer: penandatangan", "signer: opd", 16, "tahap terakhir", id="signer who does not end the chain"),
        pytest.param("chain: keputusan", "chain: putaran", 16, '"putaran" tidak dikenal', id="chain that is not there"),
        pytest.param("template: keputusan", "template: surat", 16, '"surat" tidak dikenal', id="wording that is not there"),
        pytest.param("masuk: sk,", "masuk: sk-lain,", 17, '"sk-lain" tidak dikenal', id="instrument that is not there"),
        pytest.param("masuk: sk, ", "", 17, "masuk belum ada", id="change without an instrument"),
        pytest.param("[90, 7]", "[7, 90]", 18, "hari terbanyak", id="alarms the wrong way round"),
        pytest.param("notice_days: 7", "notice_days: 0", 18, "terlalu kecil", id="no notice at all"),
    ],
)  # fmt: skip
def test_a_wrong_procedure_names_its_line(old: str, new: str, line: int, says: str) -> None:
    assert GOOD.count(old) == 1
    message = refusal(GOOD.replace(old, new))
    assert message.startswith(f"tata-cara.yaml:{line}: ")
    assert says in message


def test_a_chain_without_stages_and_a_procedure_without_chains_are_refused() -> None:
    head, _, rest = GOOD.partition("    stages:\n")
    assert "tidak punya tahap" in refusal(
        f"{head}    stages: []\ninstruments:{rest.partition('instruments:')[2]}"
    )
    assert "paling sedikit satu rantai" in refusal(
        GOOD.partition("chains:")[0] + "chains: {}\ninstruments:" + GOOD.partition("instruments:")[2]
    )


@pytest.mark.parametrize("name", shipped_procedures())
def test_the_shipped_procedures_can_be_walked(name: str) -> None:
    found = load_procedure(name)
    assert {"putaran", "keputusan", "perjanjian"} <= set(found.chains)
    assert set(found.changes) == set(CHANGES)
    for instrument in found.instruments.values():
        assert instrument.template in TEMPLATES
        assert instrument.signer in {seat.role for seat in found.chain(instrument.chain).stages[-1].seats}


def test_only_roles_that_may_decide_sit_in_a_chain_and_their_levels_are_the_posts() -> None:
    assert set(ROLES) == set(MATRIX[Action.ROUTE_DECIDE])
    words = {Level.REGENCY: REGENCY, Level.DISTRICT: DISTRICT, Level.DESA: DESA}
    assert dict(ROLES) == {role: words[LEVELS[Role(role)]] for role in ROLES}


def test_a_procedure_of_the_office_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "paser.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert load_procedure(path).id == "contoh"
    assert load_procedure(str(path)) == load_procedure(path)


def test_one_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(PayungError, match=r"tidak-ada tidak ada.*umum") as caught:
        load_procedure("tidak-ada")
    assert caught.value.exit_code is Exit.POLICY


def test_what_a_procedure_lacks_is_said_with_what_it_has() -> None:
    found = load_procedure("umum")
    with pytest.raises(PayungError, match=r"tidak punya rantai pengadaan.*putaran"):
        found.chain("pengadaan")
    with pytest.raises(PayungError, match="tidak punya naskah surat-edaran"):
        found.instrument("surat-edaran")
