"""People come of rows, stay the same people through corrections, and go again when an import is taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from payung.audit.queries import history
from payung.core.errors import PayungError
from payung.registry.models import Household, NameKey, Observation, Person
from payung.registry.people_queries import people_count, search
from payung.registry.people_services import (
    merge,
    recompute,
    remove,
    restore,
    undo_observations,
    unmerge,
)
from tests.office.cast import DESA, FAR_DESA, OTHER_DESA, Office
from tests.office.registry_rows import AMINAH, KK, ON, other, row, save

LATER = ON + timedelta(days=30)
AMIR = "6401041203850001"


def test_a_row_becomes_a_person_with_all_that_it_says(office: Office) -> None:
    with office.acting("budi"):
        counts = save(row())
        person = Person.objects.get()
    assert (counts.rows, counts.new, counts.people_new, counts.households_new) == (1, 1, 1, 1)
    assert (person.nik, person.kk, person.name, person.mother_name) == (AMINAH, KK, "Siti Aminah", "Rahmah")
    assert (person.birth_on, person.sex, person.place) == (date(1990, 8, 17), "P", f"{DESA}/005")


def test_saving_the_same_rows_again_changes_nothing(office: Office) -> None:
    with office.acting("budi"):
        rows = [row(), other(AMIR, "Amir")]
        save(*rows)
        before = list(Person.objects.values_list("pk", "version"))
        again = save(*rows)
        assert (again.new, again.changed, again.already) == (0, 0, 2)
        assert list(Person.objects.values_list("pk", "version")) == before
        assert Observation.objects.count() == 2


def test_a_corrected_row_is_a_new_edition_of_the_same_person(office: Office) -> None:
    with office.acting("budi"):
        wrong = row(nik="640104570890000")
        save(wrong)
        counts = save(replace(wrong, nik=AMINAH), ref="u2", on=LATER)
        person = Person.objects.get()
        assert (counts.changed, counts.people_new, counts.people_known) == (1, 0, 1)
        assert person.nik == AMINAH
        assert sorted(Observation.objects.values_list("edition", flat=True)) == [1, 2]
        assert search(AMINAH).people == (person,)


def test_the_same_valid_nik_is_the_same_person_whoever_lists_them(office: Office) -> None:
    with office.acting("budi"):
        save(row())
        save(row(name="SITTI AMINAH, S.Pd", desa_code=OTHER_DESA, rt="001"), ref="u2", on=LATER)
        person = Person.objects.get()
        assert person.observations.count() == 2
        assert person.place == f"{OTHER_DESA}/001"


def test_a_shared_mistyped_nik_does_not_join_two_people(office: Office) -> None:
    with office.acting("budi"):
        save(row(), row(name="Muhammad Yusuf", sex="L", birth_on=date(1971, 1, 2)))
        save(row(name="Ahmad Ridwan", sex=None), ref="u2")
        assert people_count() == 3


def test_without_a_usable_nik_what_identifies_decides(office: Office) -> None:
    with office.acting("budi"):
        save(row(nik=None), ref="u1")
        save(row(nik=None, name="Hj. Siti Aminah"), ref="u2")
        save(row(nik=None, birth_on=None), row(nik=None, birth_on=None), ref="u3")
        assert people_count() == 3, "a name alone is nobody's mark"


def test_a_corrected_number_that_is_somebody_elses_moves_the_row_to_them(office: Office) -> None:
    with office.acting("budi"):
        save(row(), ref="u1")
        slip = row(nik="6401045708900004")
        save(slip, ref="u2")
        assert people_count() == 2
        save(replace(slip, nik=AMINAH), ref="u3", on=LATER)
        person = Person.objects.get()
        assert person.observations.count() == 3


def test_the_newest_source_date_wins_field_by_field(office: Office) -> None:
    with office.acting("budi"):
        save(row(phone="081299999999", mother_name="Rahmah"), ref="new", on=LATER)
        save(row(phone="081200000000", mother_name="Rohmah", group="petani"), ref="old", on=ON)
        save(row(mother_name=None, phone=None, group=None), ref="newest", on=LATER + timedelta(days=1))
        person = Person.objects.get()
    assert (person.phone, person.mother_name, person.group) == ("081299999999", "Rahmah", "pedagang")


def test_an_import_taken_back_leaves_nothing_of_its_own(office: Office) -> None:
    with office.acting("budi"):
        kept = other(AMIR, "Amir")
        save(kept, ref="u1")
        save(replace(kept, address="Jl. Baru"), row(), ref="u2", on=LATER)
        assert undo_observations("u2", reason="salah berkas") == 2
        person = Person.objects.get()
        assert (person.name, person.address) == ("Amir", "Jl. Poros RT 5")
        assert Household.objects.count() == 0
        assert set(NameKey.objects.values_list("person", flat=True)) == {person.pk}
        assert [one.event.action for one in history(("import", "u2"))] == ["people.undone", "people.saved"]


def test_a_row_that_a_later_import_holds_too_survives_the_undo_of_the_first(office: Office) -> None:
    with office.acting("budi"):
        same = row()
        save(same, ref="u1")
        save(same, ref="u2")
        assert undo_observations("u1") == 0
        assert Observation.objects.get().source_ref == "u2"
        assert undo_observations("u2") == 1
        assert people_count() == 0


def test_undoing_again_finds_nothing_and_says_so(office: Office) -> None:
    with office.acting("budi"):
        save(row())
        assert (undo_observations("u1"), undo_observations("u1")) == (1, 0)


def test_joined_people_are_found_as_one_and_part_again_as_they_were(office: Office) -> None:
    with office.acting("budi"):
        save(row(phone=None), other("6401045708900011", "Siti Aminah binti Amir", phone="081277777777"))
        into, person = Person.objects.order_by("pk")
        joined = merge(person, into, reason="orang yang sama")
        assert joined.phone == "081277777777"
        assert people_count() == 1
        assert search("6401045708900011").people == (joined,)
        unmerge(person, reason="ternyata beda")
        assert people_count() == 2
        assert Person.objects.get(pk=into.pk).phone is None
        assert [one.event.action for one in history(person)] == ["person.separated", "person.merged"]


def test_whoever_was_joined_cannot_be_joined_again(office: Office) -> None:
    with office.acting("budi"):
        save(row(), other(AMIR, "Amir"))
        into, person = Person.objects.order_by("pk")
        merge(person, into, reason="sama")
        for one, other_one in ((person, into), (into, person), (into, into)):
            with pytest.raises(PayungError):
                merge(one, other_one, reason="lagi")


def test_whoever_was_taken_off_can_come_back(office: Office) -> None:
    with office.acting("budi"):
        save(row())
        person = remove(Person.objects.get(), reason="meninggal")
        assert people_count() == 0
        assert not search("Siti Aminah").people
        with pytest.raises(PayungError, match="sudah dikeluarkan"):
            remove(person, reason="lagi")
        restore(person, reason="keliru")
        assert search("Siti Aminah").total == 1


def test_a_person_computed_again_is_the_same_person(office: Office) -> None:
    with office.acting("budi"):
        save(row(), other(AMIR, "D'Souza <b>O&M</b>"))
        save(row(address="Jl. Lain"), ref="u2", on=LATER)
        for before in Person.objects.all():
            after = recompute(before)
            assert {f.name: getattr(after, f.attname) for f in Person._meta.concrete_fields} == {
                f.name: getattr(before, f.attname) for f in Person._meta.concrete_fields
            }


def test_people_are_seen_in_ones_territory_only(office: Office) -> None:
    with office.acting("budi"):
        save(row(), other(AMIR, "Amir", desa_code=FAR_DESA), other("", "Tanpa Desa", desa_code=None, rt=None))
    seen = {}
    for who in ("budi", "desi", "joko", "siti", "camat", "rina", "prov", "kukar"):
        with office.acting(who):
            seen[who] = {one.name for one in Person.objects.all()}
    assert seen == {
        "budi": {"Siti Aminah", "Amir", "Tanpa Desa"},
        "desi": {"Siti Aminah"},
        "joko": {"Amir"},
        "siti": {"Siti Aminah"},
        "camat": {"Siti Aminah"},
        "rina": {"Siti Aminah", "Amir", "Tanpa Desa"},
        "prov": set(),
        "kukar": set(),
    }


def test_a_desa_officer_saves_into_people_known_from_elsewhere(office: Office) -> None:
    with office.acting("budi"):
        save(row(desa_code=FAR_DESA, rt="001"))
    with office.acting("desi"):
        counts = save(row(), ref="u2", on=LATER)
        assert (counts.people_new, counts.people_known) == (0, 1)
        assert people_count() == 1
    with office.acting("joko"):
        assert people_count() == 0


def test_rows_without_a_desa_belong_to_the_place_of_their_import(office: Office) -> None:
    with office.acting("desi"):
        save(other("", "Tanpa Desa", desa_code=None, rt=None), place=DESA)
        assert Person.objects.get().place == DESA


def test_a_household_over_two_desa_is_seen_from_above(office: Office) -> None:
    with office.acting("budi"):
        save(row(), other(AMIR, "Amir", kk=KK, desa_code=OTHER_DESA, rt="002"))
        assert Household.objects.get().place == "64.01.04"
    with office.acting("camat"):
        assert Household.objects.count() == 1
    with office.acting("desi"):
        assert (Household.objects.count(), Person.objects.get().kk) == (0, KK)


def test_names_and_half_characters_survive_saving(office: Office) -> None:
    with office.acting("budi"):
        save(row(name="D'Souza"), other(AMIR, "O&M <b>tebal</b>"), other("", "Budi\ud83d"))
        assert {one.name for one in Person.objects.all()} == {"D'Souza", "O&M <b>tebal</b>", "Budi"}
