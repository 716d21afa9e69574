"""`payung setup`: from nothing to an administrator who can sign in, once; asked again it only says what is there."""

from __future__ import annotations

import re
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from payung.core.errors import Exit, PayungError
from payung.office.programs import without_password
from payung.office.roles import as_role, database_of
from payung.office.tomlfile import set_values
from tests.office import databases, installation
from tests.office.installation import Installation

pytestmark = pytest.mark.long


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Installation]:
    """Where an installation may come to be."""
    with installation.new(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, str]]:
    """An installation and what its setup printed."""
    with installation.new(tmp_path_factory.mktemp("buka")) as made:
        yield made, made.set_up()


def value(printed: str, name: str) -> str:
    found = re.search(rf"^  {name}\s+(\S+)$", printed, re.MULTILINE)
    assert found, printed
    return found[1]


def test_it_prints_a_random_password_and_a_second_factor_once(opened: tuple[Installation, str]) -> None:
    made, printed = opened
    password, secret = value(printed, "kata sandi"), value(printed, "kunci TOTP")
    assert len(password) >= 20
    assert re.fullmatch(r"[A-Z2-7]{32}", secret)
    assert f"secret={secret}&issuer=Payung" in printed
    again = made.payung("setup", owner=True)
    assert again.returncode == 0
    assert password not in again.stdout
    assert secret not in again.stdout
    assert "administrator   rina (64.01)" in again.stdout
    assert "sudah ada" in again.stdout


def test_two_installations_share_no_secret(opened: tuple[Installation, str], place: Installation) -> None:
    other = place.set_up()
    for name in ("kata sandi", "kunci TOTP"):
        assert value(opened[1], name) != value(other, name)
    keys = [(one.home / "kunci" / "index.key").read_bytes() for one in (opened[0], place)]
    assert keys[0] != keys[1]


def test_everything_is_its_owners_alone(opened: tuple[Installation, str]) -> None:
    home = opened[0].home
    wide = [
        str(path.relative_to(home))
        for path in [home, *home.rglob("*")]
        if stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    assert wide == []


def test_nobody_there_to_ask_means_that_the_option_is_named(place: Installation) -> None:
    done = place.payung("setup", owner=True)
    assert done.returncode == Exit.USAGE
    assert "--regency belum ditulis" in done.stderr
    assert (place.home / "kunci").is_dir(), "what was made until then is found again"


def test_a_province_gets_a_reader_of_figures_who_gives_way_to_the_next(place: Installation) -> None:
    place.set_up()
    first = place.payung(
        "setup", "--province", "64", "--login", "Yusuf", "--name", "Yusuf Maulana", owner=True
    )
    assert first.returncode == 0, first.stderr
    assert "provinsi        Yusuf (64), baru" in first.stdout
    assert "Petugas provinsi. Catat sekarang" in first.stdout
    assert value(first.stdout, "nama pengguna") == "yusuf"
    assert re.fullmatch(r"[A-Z2-7]{32}", value(first.stdout, "kunci TOTP"))
    again = place.payung("setup", "--province", "64", owner=True)
    assert again.returncode == 0
    assert "provinsi        yusuf (64)" in again.stdout
    assert "kata sandi" not in again.stdout
    next_one = place.payung(
        "setup", "--province", "64", "--login", "tini", "--name", "Tini Lestari", owner=True
    )
    assert "provinsi        tini (64), baru, menggantikan yusuf" in next_one.stdout
    with place.database() as ask:
        held = ask(
            "SELECT u.username, p.role, p.territory, p.regency_code, t.ended_at IS NULL FROM access_tenure t "
            "JOIN access_user u ON u.id = t.user_id JOIN access_post p ON p.id = t.post_id "
            "WHERE p.regency_code = '64' ORDER BY u.username"
        )
    assert [(*one[:4], bool(one[4])) for one in held] == [
        ("tini", "provinsi", "64", "64", True),
        ("yusuf", "provinsi", "64", "64", False),
    ]
    for code, words in (("99", "Kode provinsi 99 tidak ada"), ("63", "Belum ada kabupaten/kota")):
        done = place.payung("setup", "--province", code, "--login", "x", "--name", "X", owner=True)
        assert done.returncode != 0
        assert words in done.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--regency", "99.99", "--policy", "paser-2022"), "99.99 tidak ada"),
        (("--regency", "64.02", "--policy", "paser-2022"), "bukan aturan"),
    ],
)
def test_what_is_no_regency_or_no_policy_of_it_is_refused(
    opened: tuple[Installation, str], options: tuple[str, ...], said: str
) -> None:
    done = opened[0].payung("setup", *options, "--login", "x", "--name", "X", owner=True)
    assert done.returncode == Exit.USAGE
    assert said in done.stderr


def test_keys_of_another_installation_are_refused(opened: tuple[Installation, str], tmp_path: Path) -> None:
    made = opened[0]
    with installation.new(tmp_path) as other:
        other.set_up()
        made.environment["PAYUNG_FOLDERS__KEYS"] = str(other.home / "kunci")
        try:
            for command in (("setup",), ("up", "--port", "1")):
                done = made.payung(*command, owner=True)
                assert done.returncode == Exit.USAGE, done.stdout
                assert "Kunci tidak cocok dengan basis data ini" in done.stderr
        finally:
            made.environment.clear()


def test_the_apps_role_is_made_with_a_random_password_that_stays(opened: tuple[Installation, str]) -> None:
    if not databases.on_postgres():
        pytest.skip("PostgreSQL only")
    made = opened[0]
    settings = made.home / "payung.toml"
    before = tomllib.loads(settings.read_text())["database"]
    assert stat.S_IMODE(settings.stat().st_mode) == 0o600
    assert before["url"].startswith(f"postgresql://{database_of(made.owner_url)}_app:")
    assert made.payung("setup", owner=True).returncode == 0
    assert tomllib.loads(settings.read_text())["database"] == before
    with psycopg.connect(before["backup_url"]) as server:
        row = server.execute("SELECT count(*) FROM access_tenure").fetchone()
        assert row == (1,), "the backup's role sees every row"
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            server.execute("DELETE FROM work_tick")


def test_an_owner_who_may_not_bypass_the_walls_is_told_what_to_ask_for(place: Installation) -> None:
    if not databases.on_postgres():
        pytest.skip("PostgreSQL only")
    name = database_of(place.owner_url)
    role = f"{name}_pemilik"
    with psycopg.connect(place.owner_url, autocommit=True) as server:
        server.execute(f"CREATE ROLE \"{role}\" LOGIN CREATEROLE PASSWORD 'rahasia'")
        server.execute(f'ALTER DATABASE "{name}" OWNER TO "{role}"')
    superuser, place.owner_url = place.owner_url, as_role(place.owner_url, role, "rahasia")
    try:
        printed = place.set_up()
        assert f"CREATE ROLE {name}_backup LOGIN BYPASSRLS CREATEDB" in printed
        done = place.payung("backup")
        assert done.returncode == Exit.INSTALLATION
        assert "Peran PostgreSQL untuk cadangan belum ada" in done.stderr
        assert "✗ peran cadangan" in place.payung("doctor").stdout
    finally:
        with psycopg.connect(superuser, autocommit=True) as server:
            server.execute(f'DROP OWNED BY "{role}" CASCADE')
            server.execute(f'REASSIGN OWNED BY "{role}" TO pemilik')
            server.execute(f'ALTER DATABASE "{name}" OWNER TO pemilik')
            server.execute(f'DROP OWNED BY "{name}_app"')
            server.execute(f'DROP ROLE "{role}"')


def test_a_database_that_does_not_answer_is_said_so(place: Installation) -> None:
    done = place.payung(
        "setup", "--owner-url", f"postgresql://x:geheim@127.0.0.1:{installation.free_port()}/kosong"
    )
    assert done.returncode == Exit.INSTALLATION
    assert "tidak dapat dihubungi" in done.stderr
    assert "geheim" not in done.stderr


@pytest.mark.parametrize("url", ["sqlite:///x", "postgresql://a:b@c", "kantor"])
def test_what_is_no_address_of_postgresql_is_refused(place: Installation, url: str) -> None:
    done = place.payung("setup", "--owner-url", url)
    assert done.returncode == Exit.USAGE
    assert "postgresql://" in done.stderr


def test_a_setting_is_written_without_touching_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "payung.toml"
    path.write_text(
        '# punya kami\n[site]\nport = 9000 # pintu\n\n[database] # lama\nurl = "x"\n[logs]\nform = "json"\n'
    )
    set_values(path, "database", {"url": 'a"b\\c', "backup_url": "y"})
    text = path.read_text()
    assert tomllib.loads(text) == {
        "site": {"port": 9000},
        "database": {"url": 'a"b\\c', "backup_url": "y"},
        "logs": {"form": "json"},
    }
    assert "# punya kami" in text
    assert "port = 9000 # pintu" in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["[database\n", 'database = {url = "x"}\n', '[database]\n"url" = "x"\n'])
def test_a_file_that_cannot_be_changed_safely_is_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "payung.toml"
    path.write_text(text)
    with pytest.raises(PayungError):
        set_values(path, "database", {"url": "y"})
    assert path.read_text() == text


def test_an_address_is_shown_without_its_password() -> None:
    assert without_password("postgresql://a:b@c:5/d") == "postgresql://a@c:5/d"
    assert without_password("postgresql://c/d") == "postgresql://c/d"
    assert as_role("postgres://a:b@c:5/d", "e", "f/@") == "postgresql://e:f%2F%40@c:5/d"
