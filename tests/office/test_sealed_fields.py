"""Sealed columns are clear in Python, sealed in the database, and compared by nobody."""

from __future__ import annotations

import traceback
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import connection, models
from django.db.migrations.writer import MigrationWriter
from django.db.models import Q
from django.forms import modelform_factory

from payung.core.errors import PayungError
from payung.vault.current import vault
from payung.vault.fields import SealedJSON, SealedText
from payung.vault.seal import Unsealable, version_of
from tests.office.cast import REGENCY, Office
from tests.office.sealed_sample import Sample, make_table, stored

NIK, MOTHER = "6401040101800001", "Siti D'Souza <b>"
ROWS = Sample.everything


@pytest.fixture(autouse=True)
def _table(office: Office) -> None:
    make_table()


def _made(**fields: Any) -> Sample:
    made: Sample = ROWS.create(regency_code=REGENCY, **fields)
    return made


def test_what_is_saved_comes_back_and_only_tokens_are_stored() -> None:
    _made(nik=NIK, mother_name=MOTHER, answers={"hp": "081234567890", "jam": [1, 2.5, None, True]})
    found = ROWS.get()
    assert (found.nik, found.mother_name) == (NIK, MOTHER)
    assert found.answers == {"hp": "081234567890", "jam": [1, 2.5, None, True]}
    for column in ("nik", "mother_name", "answers"):
        (token,) = stored(column)
        assert version_of(token) == vault().current
        assert not any(text in token for text in (NIK, "Souza", "0812"))


def test_nothing_is_null_and_an_empty_text_is_a_text() -> None:
    _made(nik=None, mother_name="", answers=None)
    assert stored("nik") == stored("answers") == [None]
    assert stored("mother_name") != [""]
    assert ROWS.values_list("nik", "mother_name", "answers").get() == (None, "", None)
    assert ROWS.filter(nik__isnull=True, mother_name__isnull=False).count() == 1


def test_many_are_made_and_changed_at_once() -> None:
    ROWS.bulk_create(Sample(regency_code=REGENCY, nik=str(one), answers=[one]) for one in range(300))
    assert list(ROWS.order_by("pk").values_list("nik", flat=True)) == [str(one) for one in range(300)]
    rows = list(ROWS.order_by("pk"))
    for row in rows:
        row.nik, row.mother_name, row.answers = f"{row.nik}-baru", "Ibu", {"dulu": row.answers}
    ROWS.bulk_update(rows, ["nik", "mother_name", "answers"], batch_size=100)
    assert list(ROWS.order_by("pk").values_list("nik", "mother_name", "answers")) == [
        (f"{one}-baru", "Ibu", {"dulu": [one]}) for one in range(300)
    ]
    assert len(set(stored("mother_name"))) == 300
    assert ROWS.update(nik=NIK) == 300
    assert set(ROWS.values_list("nik", flat=True)) == {NIK}
    assert NIK not in "".join(stored("nik"))


def test_upserts_write_what_was_sealed() -> None:
    row = _made(nik="1")
    ROWS.bulk_create(
        [Sample(pk=row.pk, regency_code=REGENCY, nik="2")],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["nik"],
    )
    assert ROWS.get().nik == "2"


def test_rows_are_read_in_every_way_of_django() -> None:
    row = _made(nik=NIK, answers=["a"])
    assert ROWS.values("nik", "answers").get() == {"nik": NIK, "answers": ["a"]}
    assert ROWS.defer("nik").get().nik == NIK
    assert ROWS.only("name").get().mother_name == ""
    assert next(ROWS.iterator()).nik == NIK
    row.nik = "lain"
    row.refresh_from_db(fields=["nik"])
    assert row.nik == NIK
    row.save(update_fields=["nik"])
    assert ROWS.get().nik == NIK
    assert next(iter(ROWS.raw("SELECT * FROM sealed_sample"))).nik == NIK


@pytest.mark.parametrize(
    "condition",
    [
        {"nik": NIK}, {"nik": None}, {"nik__exact": NIK}, {"nik__in": [NIK]}, {"nik__startswith": "6401"},
        {"nik__contains": "1"}, {"nik__gt": "1"}, {"nik__regex": "."}, {"nik__length": 16}, {"answers__hp": "0"},
        {"answers": {}}, {"mother_name__iexact": "siti"},
    ],
    ids=lambda condition: next(iter(condition)),
)  # fmt: skip
def test_nobody_compares_what_is_sealed(condition: dict[str, Any]) -> None:
    with pytest.raises(FieldError, match="is sealed"):
        ROWS.filter(**condition)
    with pytest.raises(FieldError, match="is sealed"):
        ROWS.exclude(**condition)
    with pytest.raises(FieldError, match="is sealed"):
        ROWS.filter(Q(name="x") | Q(**condition))


def test_nobody_fetches_or_makes_by_what_is_sealed() -> None:
    with pytest.raises(FieldError, match=r"sealed_sample\.sample\.nik is sealed.*blind index"):
        ROWS.get_or_create(nik=NIK)


def test_a_token_in_another_column_does_not_open_and_shows_nothing() -> None:
    _made(nik=NIK, mother_name=MOTHER)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sealed_sample SET mother_name = nik")
    with pytest.raises(Unsealable, match=r"sealed_sample\.sample\.mother_name") as told:
        ROWS.get()
    assert isinstance(told.value, PayungError)
    shown = "".join(traceback.format_exception(told.value))
    assert NIK not in shown
    assert stored("nik")[0] not in shown


def test_a_clear_text_that_somebody_put_into_the_table_is_refused() -> None:
    _made()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sealed_sample SET nik = %s", [NIK])
    with pytest.raises(Unsealable, match="bukan bentuk tersegel") as told:
        ROWS.get()
    assert NIK not in str(told.value)


def test_forms_of_the_model_work() -> None:
    form_class = modelform_factory(Sample, fields=["nik", "mother_name", "answers"])
    row = _made(nik="1")
    form = form_class({"nik": NIK, "mother_name": MOTHER, "answers": '{"a": 1}'}, instance=row)
    assert form.is_valid(), form.errors
    form.save()
    assert ROWS.values_list("nik", "mother_name", "answers").get() == (NIK, MOTHER, {"a": 1})
    assert not form_class({"nik": NIK, "answers": "{"}, instance=row).is_valid()


@pytest.mark.parametrize(
    "field",
    [
        SealedText(), SealedText(null=True, blank=True), SealedJSON(default=dict),
        SealedText(context="registry.person.nik"),
    ],
)  # fmt: skip
def test_migrations_write_the_field_as_it_is(field: models.Field[Any, Any]) -> None:
    text, imports = MigrationWriter.serialize(field)
    names: dict[str, Any] = {}
    exec("\n".join([*imports, f"made = {text}"]), names)
    assert type(names["made"]) is type(field)
    assert names["made"].deconstruct()[1:] == field.deconstruct()[1:]
    assert ("context" in text) == ("context" in field.deconstruct()[3])


def test_a_pinned_context_outlives_a_new_name() -> None:
    field = SealedText(context="registry.person.nik")
    field.model, field.name = Sample, "nik"
    token = vault().seal(NIK, "registry.person.nik")
    assert field.from_db_value(token, None, connection) == NIK


@pytest.mark.parametrize(
    "field", [SealedText(unique=True), SealedText(db_index=True), SealedJSON(primary_key=True)]
)
def test_an_index_on_ciphertext_is_a_mistake(field: SealedText | SealedJSON) -> None:
    field.model = Sample
    field.set_attributes_from_name("nik")
    assert [one.id for one in field.check() if one.id == "payung.E001"] == ["payung.E001"]
    assert not [one for one in Sample._meta.get_field("nik").check() if one.id == "payung.E001"]
