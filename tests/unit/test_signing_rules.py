"""What a decree's number, date, signatory and people must be before it is signed."""

from __future__ import annotations

from datetime import date

import pytest

from payung.core.errors import PayungError
from payung.enrolment.signing_rules import (
    Days,
    check_certificates,
    check_days,
    check_number,
    check_printed,
    check_signatory,
    check_still_there,
)

DAYS = Days(date(2026, 3, 10), date(2026, 3, 20), (date(2026, 1, 1), date(2026, 3, 15)))


def test_a_number_is_kept_as_it_is_written_but_for_blanks() -> None:
    assert check_number("  560 /12/KEP/  2026 ") == "560 /12/KEP/ 2026"
    for wrong in ("", "  ", "<b>1</b>", "1" * 101):
        with pytest.raises(PayungError, match="Nomor keputusan"):
            check_number(wrong)


@pytest.mark.parametrize(
    ("dated", "words"),
    [
        (date(2026, 3, 9), "mendahului persetujuannya, 10-03-2026"),
        (date(2026, 3, 21), "belum tiba"),
        (date(2026, 3, 16), "di luar masa perjanjian, 01-01-2026 sampai 15-03-2026"),
    ],
)
def test_a_date_outside_is_refused_with_the_bound(dated: date, words: str) -> None:
    with pytest.raises(PayungError, match=words):
        check_days(dated, DAYS)


def test_a_date_within_is_good_and_a_waived_agreement_bounds_nothing() -> None:
    check_days(date(2026, 3, 10), DAYS)
    check_days(date(2026, 3, 15), DAYS)
    check_days(date(2026, 3, 20), Days(DAYS.approved_on, DAYS.today, None))


def test_who_prepared_it_or_asked_for_its_approval_does_not_sign_it() -> None:
    check_signatory(3, {1: "menyusun", 2: "mengajukan"})
    with pytest.raises(PayungError, match="tidak boleh yang mengajukan naskah ini"):
        check_signatory(2, {1: "menyusun", 2: "mengajukan"})
    with pytest.raises(PayungError):
        check_signatory(None, {})


def test_a_certificate_is_of_whoever_signs_when_a_word_of_the_name_is() -> None:
    check_certificates(["KATSUL WIJAYA", "FAHMI FADLI"], "dr. Fahmi Fadli, S.H.", ["Bu Laila"])
    check_certificates(["SIAPA SAJA"], "", [])
    with pytest.raises(PayungError, match=r"atas nama SRI WAHYUNI, padahal naskah ditandatangani dr. Fahmi"):
        check_certificates(["SRI WAHYUNI"], "dr. Fahmi Fadli", [])
    with pytest.raises(PayungError, match="Laila Hasan menyusun naskah ini"):
        check_certificates(["Laila Hasan"], "", ["LAILA HASAN, S.H."])


def test_the_dead_are_named_and_what_to_do_is_said() -> None:
    check_still_there([])
    with pytest.raises(
        PayungError, match=r"7 orang meninggal .*: A, B, C, D, E, dan 2 orang lain"
    ) as refused:
        check_still_there(list("GFEDCBA"))
    assert "disusun ulang" in refused.value.todo


def test_number_and_date_are_those_on_the_paper_where_they_were_printed() -> None:
    on = date(2026, 3, 10)
    check_printed("1/2026", on, "", None)
    check_printed("1/2026", on, "1/2026", on)
    with pytest.raises(PayungError, match="tercetak nomor 2/2026, bukan 1/2026"):
        check_printed("1/2026", on, "2/2026", None)
    with pytest.raises(PayungError, match="tercetak tanggal 11-03-2026, bukan 10-03-2026"):
        check_printed("1/2026", on, "", date(2026, 3, 11))
