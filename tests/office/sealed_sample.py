"""A table with every kind of sealed column, for tests of sealing and of exchanging keys."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.db import connection, models

from payung.database.scoped import RegencyRow
from payung.vault.fields import SealedJSON, SealedText
from tests.office import databases


class Sample(RegencyRow):
    """A person as an office might keep one."""

    name = models.CharField(max_length=50, default="")
    nik = SealedText(null=True)
    mother_name = SealedText(blank=True, default="")
    answers = SealedJSON(null=True)
    factors = models.JSONField(default=dict)

    class Meta(RegencyRow.Meta):
        app_label = "sealed_sample"
        db_table = "sealed_sample"


def make_table() -> None:
    """Make the table in the database in use; on PostgreSQL as the owner, with the rights of the app's role."""
    if not databases.on_postgres():
        with connection.schema_editor() as editor:
            editor.create_model(Sample)
        return
    import psycopg

    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        editor.create_model(Sample)
    url = urlsplit(databases.OWNER_URL)._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    role = urlsplit(databases.APP_URL).username
    with psycopg.connect(url, autocommit=True) as owner:
        for statement in (*editor.collected_sql, f'GRANT ALL ON "sealed_sample" TO "{role}"'):
            owner.execute(statement)


def stored(column: str) -> list[Any]:
    """What stands in a column of the database itself, by primary key."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM sealed_sample ORDER BY id")
        return [value for (value,) in cursor.fetchall()]
