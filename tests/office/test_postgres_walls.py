"""The second wall: as the app's role, PostgreSQL itself gives no row of another regency, place or person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from psycopg import sql

from payung.audit.tables import APPEND_ONLY
from payung.core.scope import Scope, acting_in, whole
from payung.database.postgresql.base import told_by_scope
from payung.database.rls import EnforceScope
from payung.database.scoped import RegencyRow
from payung.office.ready import mighty_role
from payung.office.walls import changeable, without_guard, without_wall
from payung.work.models import Tick
from tests.office import databases
from tests.office.cast import DESA, FAR_DESA, OTHER_DESA, OTHER_REGENCY, REGENCY, Office

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(not databases.on_postgres(), reason="make test-postgres runs it"),
]
Server = psycopg.Connection[tuple[Any, ...]]
HOME, AWAY = whole(REGENCY), whole(OTHER_REGENCY)


@pytest.fixture
def app(office: Office) -> Iterator[Server]:
    """A connection of its own as the app's role, to the test's database."""
    with psycopg.connect(databases.live_url(), autocommit=True) as server:
        yield server


@pytest.fixture
def owner(office: Office) -> Iterator[Server]:
    """The same database as its owner, a superuser."""
    with psycopg.connect(databases.live_url(owner=True), autocommit=True) as server:
        yield server


def tables(server: Server) -> list[str]:
    """Every table whose rows belong to a regency."""
    found = server.execute(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' "
        "AND column_name = 'regency_code' ORDER BY 1"
    )
    return [name for (name,) in found]


def count(server: Server, table: str, condition: str = "true") -> int:
    query = sql.SQL("SELECT count(*) FROM {} WHERE " + condition).format(sql.Identifier(table))
    row = server.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def tell(server: Server, regency: str = "", territories: str = "", actor: str = "") -> None:
    """What Payung tells the server, said by hand."""
    server.execute(
        "SELECT set_config('payung.regency', %s, false), set_config('payung.territories', %s, false), "
        "set_config('payung.actor', %s, false)",
        (regency, territories, actor),
    )


def ticks(regency: str, *names: str) -> None:
    """Rows of a regency, written as it."""
    with acting_in(whole(regency)):
        for name in names:
            Tick.everything.create(regency_code=regency, name=name, next_at="2026-01-01T00:00:00+00:00")


def test_without_being_told_for_whom_no_table_gives_a_row(app: Server, owner: Server) -> None:
    ticks(REGENCY, "satu")
    names = tables(app)
    held = {name for name in names if count(owner, name)}
    assert {"access_post", "access_tenure", "audit_event", "audit_tip", "work_tick"} <= held
    assert {name: count(app, name) for name in names if count(app, name)} == {}


def test_told_one_regency_no_table_gives_a_row_of_another(app: Server, owner: Server) -> None:
    ticks(REGENCY, "satu")
    ticks(OTHER_REGENCY, "dua")
    tell(app, REGENCY, f'{{"{REGENCY}%"}}')
    assert count(app, "access_post") > 10
    assert count(owner, "access_post", f"regency_code = '{OTHER_REGENCY}'") == 1
    foreign = {name: count(app, name, f"regency_code <> '{REGENCY}'") for name in tables(app)}
    assert {name: found for name, found in foreign.items() if found} == {}


def test_a_regency_cannot_write_take_over_or_touch_rows_of_another(app: Server, owner: Server) -> None:
    ticks(REGENCY, "satu")
    ticks(OTHER_REGENCY, "dua")
    tell(app, REGENCY, f'{{"{REGENCY}%"}}')
    new = "INSERT INTO work_tick (regency_code, name, next_at, ran_count) VALUES (%s, 'tiga', now(), 0)"
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        app.execute(new, (OTHER_REGENCY,))
    app.execute(new, (REGENCY,))
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        app.execute("UPDATE work_tick SET regency_code = %s WHERE name = 'satu'", (OTHER_REGENCY,))
    assert app.execute("UPDATE work_tick SET ran_count = 9 WHERE name = 'dua'").rowcount == 0
    assert app.execute("DELETE FROM work_tick").rowcount == 2
    assert count(owner, "work_tick") == 1


@pytest.fixture
def places(app: Server, owner: Server) -> None:
    """A table of rows that belong to places, behind the wall that migrations put up."""
    owner.execute("CREATE TABLE wall_trial (regency_code varchar(5), place varchar(20))")
    statements: list[str] = []

    class Editor:
        """Collects what the operation would execute."""

        connection = connection

        def execute(self, statement: str, params: object = None) -> None:
            statements.append(statement)

    EnforceScope("wall_trial", "territory").database_forwards("trial", Editor(), None, None)
    for statement in statements:
        owner.execute(statement.encode())
    owner.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON wall_trial TO PUBLIC")
    for place in (REGENCY, f"{DESA}/005", f"{DESA}/006", OTHER_DESA, FAR_DESA):
        owner.execute("INSERT INTO wall_trial (regency_code, place) VALUES (%s, %s)", (REGENCY, place))
    owner.execute(
        "INSERT INTO wall_trial (regency_code, place) VALUES (%s, '64.02.01.2001')", (OTHER_REGENCY,)
    )


SEEN = [
    (whole(REGENCY), 5),
    (Scope(REGENCY, (DESA,)), 2),
    (Scope(REGENCY, (f"{DESA}/005",)), 1),
    (Scope(REGENCY, ("64.01.04",)), 3),
    (Scope(REGENCY, (DESA, FAR_DESA)), 3),
    (Scope(REGENCY, ()), 0),
    (Scope(REGENCY, ("64",)), 0),
    (Scope(REGENCY, ("64.02",)), 0),
    (Scope(REGENCY, ("",)), 0),
    (Scope(REGENCY, (f"{REGENCY}_",)), 0),
    (Scope(REGENCY, (f"{REGENCY}%",)), 0),
    (Scope(REGENCY, (f'{REGENCY}","64.02',)), 0),
    (Scope("", ("64",)), 0),
    (whole(OTHER_REGENCY), 1),
    (None, 0),
]


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize(("scope", "expected"), SEEN)
def test_a_territory_sees_its_own_rows_and_below(scope: Scope | None, expected: int) -> None:
    with acting_in(scope), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM wall_trial")
        assert cursor.fetchone() == (expected,)


@pytest.mark.usefixtures("places")
def test_a_desa_cannot_write_a_row_of_another_place() -> None:
    with acting_in(Scope(REGENCY, (DESA,))), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO wall_trial (regency_code, place) VALUES (%s, %s)", [REGENCY, f"{DESA}/007"]
        )
        with pytest.raises(DatabaseError, match="row-level security"):
            cursor.execute(
                "INSERT INTO wall_trial (regency_code, place) VALUES (%s, %s)", [REGENCY, OTHER_DESA]
            )
        with pytest.raises(DatabaseError, match="row-level security"):
            cursor.execute("UPDATE wall_trial SET place = %s", [REGENCY])


def test_every_table_of_a_regency_has_its_wall_and_every_such_model_its_table(office: Office) -> None:
    assert without_wall(connection) == []
    with psycopg.connect(databases.live_url()) as server:
        there = set(tables(server))
    models = {one._meta.db_table for one in apps.get_models() if issubclass(one, RegencyRow)}
    assert models - there == set()
    assert len(models) > 5


def test_a_table_without_its_wall_is_found(owner: Server) -> None:
    before = set(without_wall(connection))
    owner.execute("ALTER TABLE work_tick NO FORCE ROW LEVEL SECURITY")
    owner.execute("ALTER TABLE work_job DISABLE ROW LEVEL SECURITY")
    owner.execute("DROP POLICY payung_scope ON access_post")
    owner.execute("CREATE TABLE forgotten (regency_code varchar(5))")
    assert set(without_wall(connection)) - before == {"access_post", "forgotten", "work_job", "work_tick"}


def test_the_role_owns_nothing_and_is_not_mighty(app: Server) -> None:
    row = app.execute(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    assert row == (False, False, False, False)
    assert (
        count(app, "pg_class", "pg_has_role(current_user, relowner, 'MEMBER') AND relkind IN ('r', 'S', 'v')")
        == 0
    )
    assert mighty_role() == ""
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("CREATE TABLE mine (id int)")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("ALTER TABLE work_tick DISABLE ROW LEVEL SECURITY")
    app.execute("SET row_security = off")  # then a query that would be filtered is an error, not a hole
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("SELECT * FROM work_tick")


def test_a_role_that_no_wall_binds_is_named(office: Office) -> None:
    before = dict(connection.settings_dict)
    url = psycopg.conninfo.conninfo_to_dict(databases.live_url(owner=True))
    databases.close()
    connection.settings_dict.update({"USER": url["user"], "PASSWORD": url["password"]})
    try:
        assert "superuser" in mighty_role()
    finally:
        databases.close()
        connection.settings_dict.update(before)


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET regency_code = regency_code", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
def test_the_ledger_refuses_change_to_the_app_and_to_its_owner(
    app: Server, owner: Server, table: str, statement: str
) -> None:
    tell(app, REGENCY, f'{{"{REGENCY}%"}}')
    change = sql.SQL(statement).format(sql.Identifier(table))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(change)
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
        owner.execute(change)
    assert changeable(connection) == without_guard(connection) == []


def test_a_lost_trigger_and_a_right_too_many_are_found(owner: Server) -> None:
    owner.execute("ALTER TABLE audit_event DISABLE TRIGGER payung_append_only")
    owner.execute("GRANT DELETE ON audit_event TO PUBLIC")
    assert without_guard(connection) == ["audit_event"]
    assert changeable(connection) == ["DELETE audit_event"]


def seen() -> list[str]:
    """What the server itself lets through now, whatever Django would ask for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM work_tick ORDER BY name")
        return [name for (name,) in cursor.fetchall()]


def seen_and_rolled_back(expected: list[str]) -> None:
    """Look within a transaction (or savepoint) that is then taken back."""
    with transaction.atomic():
        assert seen() == expected
        transaction.set_rollback(True)


@pytest.fixture
def two(office: Office) -> None:
    """One row of each regency."""
    ticks(REGENCY, "rumah")
    ticks(OTHER_REGENCY, "tetangga")


@pytest.mark.usefixtures("two")
def test_scopes_follow_each_other_on_one_connection() -> None:
    for _ in range(3):
        with acting_in(HOME):
            assert seen() == ["rumah"]
            with acting_in(AWAY):
                assert seen() == ["tetangga"]
            assert seen() == ["rumah"]
        assert seen() == []


@pytest.mark.usefixtures("two")
def test_a_scope_told_in_a_transaction_that_is_rolled_back_is_told_again() -> None:
    with acting_in(AWAY):
        assert seen() == ["tetangga"]
    with acting_in(HOME):
        seen_and_rolled_back(["rumah"])
        assert seen() == ["rumah"]


@pytest.mark.usefixtures("two")
def test_a_scope_told_within_a_savepoint_that_is_rolled_back_is_told_again() -> None:
    with acting_in(AWAY), transaction.atomic():
        assert seen() == ["tetangga"]
        with acting_in(HOME):
            seen_and_rolled_back(["rumah"])
            assert seen() == ["rumah"]
        assert seen() == ["tetangga"]


@pytest.mark.usefixtures("two")
def test_a_swallowed_error_lets_the_commit_roll_back_and_the_scope_is_told_again() -> None:
    with acting_in(AWAY):
        assert seen() == ["tetangga"]
    with acting_in(HOME):
        with transaction.atomic(), connection.cursor() as cursor:
            assert seen() == ["rumah"]
            with pytest.raises(DatabaseError):
                cursor.execute("SELECT 1/0")
        assert seen() == ["rumah"]
    assert seen() == []


@pytest.mark.usefixtures("two")
def test_a_commit_that_the_server_refuses_takes_the_scope_back(owner: Server) -> None:
    owner.execute("ALTER TABLE work_tick ADD CONSTRAINT late UNIQUE (name) DEFERRABLE INITIALLY DEFERRED")
    with acting_in(AWAY):
        assert seen() == ["tetangga"]
    with acting_in(HOME):
        with pytest.raises(DatabaseError), transaction.atomic():
            ticks(REGENCY, "tetangga")  # the same name as the other regency's: noticed at the end
        assert seen() == ["rumah"]


@pytest.mark.usefixtures("two")
def test_a_closed_and_reused_connection_knows_no_scope() -> None:
    with acting_in(HOME):
        assert seen() == ["rumah"]
        connection.close()
        assert seen() == ["rumah"]
    connection.close()
    assert seen() == []


@pytest.mark.usefixtures("two")
def test_a_connection_that_the_server_ended_is_a_django_error_and_forgets(owner: Server) -> None:
    with acting_in(HOME):
        assert seen() == ["rumah"]
    owner.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
        "AND datname = current_database()"
    )
    with acting_in(AWAY):
        with pytest.raises(DatabaseError):
            seen()
        connection.close_if_unusable_or_obsolete()
        assert seen() == ["tetangga"]
    assert seen() == []


@pytest.mark.usefixtures("two")
def test_of_users_without_a_regency_only_ones_own_rows_are_seen(office: Office) -> None:
    siti = office.user("siti")
    with acting_in(Scope("", (), siti.pk)), connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT user_id FROM access_tenure")
        assert cursor.fetchall() == [(siti.pk,)]


def test_what_is_told_holds_no_pattern_of_its_own() -> None:
    with acting_in(Scope(REGENCY, (f'{REGENCY}.0_"\\%',))):
        regency, patterns, actor = told_by_scope()
    assert (regency, actor) == (REGENCY, "")
    assert patterns == '{"64.01.0\\\\_\\"\\\\\\\\\\\\%%"}'
