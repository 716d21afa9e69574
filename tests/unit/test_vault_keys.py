"""The key folder: made once and whole, read only when it is in order, never overwritten."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from payung.core.errors import Exit, PayungError
from payung.vault.check import make_check, verify_check
from payung.vault.current import vault_of
from payung.vault.keys import load_keyring, make_keys, read_secret
from payung.vault.rotation import add_data_key, drop_old
from payung.vault.seal import Vault

NAMES = ["data-1.key", "index.key", "secret.key", "signing.key"]


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    folder = tmp_path / "kantor" / "kunci"
    assert make_keys(folder)
    return folder


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_new_folder_holds_every_key_for_its_owner_only(keys: Path) -> None:
    assert sorted(_contents(keys)) == NAMES
    assert keys.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in keys.iterdir()} == {0o600}
    assert [path.name for path in keys.parent.iterdir()] == ["kunci"]
    lines = {(keys / name).read_text().splitlines()[1] for name in NAMES}
    assert len(lines) == 4
    assert all(line.startswith("# Kunci ") for line in ((keys / n).read_text() for n in NAMES))


def test_making_keys_again_changes_nothing(keys: Path) -> None:
    before = _contents(keys)
    assert not make_keys(keys)
    assert _contents(keys) == before


def test_an_empty_folder_that_was_made_before_is_filled(tmp_path: Path) -> None:
    (tmp_path / "kunci").mkdir(mode=0o755)
    assert make_keys(tmp_path / "kunci")
    assert load_keyring(tmp_path / "kunci").current == 1
    assert (tmp_path / "kunci").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", NAMES)
def test_a_lost_key_is_neither_made_anew_nor_passed_over(keys: Path, name: str) -> None:
    (keys / name).unlink()
    before = _contents(keys)
    for refused in (make_keys, load_keyring, add_data_key):
        with pytest.raises(PayungError, match=rf"tidak ada.*{name}.*[Pp]ulihkan folder kunci") as told:
            refused(keys)
        assert told.value.exit_code == Exit.USAGE
    assert _contents(keys) == before


def test_without_a_folder_it_is_said_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PayungError, match=r"tidak ada.*cadangannya.*payung setup"):
        load_keyring(tmp_path / "kunci")
    assert read_secret(tmp_path / "kunci") == ""


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
@pytest.mark.parametrize("name", NAMES)
def test_a_key_that_others_may_read_or_change_is_refused(keys: Path, name: str, mode: int) -> None:
    (keys / name).chmod(mode)
    with pytest.raises(PayungError, match=rf"{name} dapat dibaca.*chmod 600"):
        load_keyring(keys)


def test_a_folder_that_others_may_enter_is_refused(keys: Path) -> None:
    keys.chmod(0o755)
    with pytest.raises(PayungError, match=r"dapat dibaca.*chmod 700"):
        load_keyring(keys)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"00" * 32,
        b"# Kunci indeks Payung.\n" + b"0" * 63 + b"\n",
        b"# Kunci indeks Payung.\nzz",
        b"\xff\xfe",
    ],
    ids=["empty", "blank", "no title", "short", "no digits", "no text"],
)
def test_a_damaged_key_is_refused_without_showing_it(keys: Path, content: bytes) -> None:
    (keys / "index.key").write_bytes(content)
    with pytest.raises(PayungError, match=r"index\.key bukan Kunci indeks Payung"):
        load_keyring(keys)


def test_a_key_under_another_keys_name_is_refused(keys: Path) -> None:
    (keys / "data-2.key").write_bytes((keys / "data-1.key").read_bytes())
    (keys / "data-2.key").chmod(0o600)
    with pytest.raises(PayungError, match=r"data-2\.key bukan Kunci data Payung versi 2"):
        load_keyring(keys)


def test_keys_do_not_show_in_their_representation(keys: Path) -> None:
    ring = load_keyring(keys)
    shown = repr(ring)
    assert ring.secret not in shown
    assert repr(ring.index) not in shown
    assert repr(ring.data[1]) not in shown
    assert ring.secret == read_secret(keys)
    assert len(ring.secret) == 64


def test_many_that_make_keys_at_once_end_with_one_set(tmp_path: Path) -> None:
    folder = tmp_path / "kunci"
    code = f"from pathlib import Path; from payung.vault.keys import *; print(make_keys(Path({str(folder)!r})), load_keyring(Path({str(folder)!r})).secret)"
    running = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(6)
    ]
    said = [one.communicate()[0].split() for one in running]
    assert sorted(made for made, _ in said) == ["False"] * 5 + ["True"]
    assert {secret for _, secret in said} == {read_secret(folder)}
    assert [path.name for path in tmp_path.iterdir()] == ["kunci"]


def test_a_full_disk_leaves_no_keys_at_all(tmp_path: Path) -> None:
    code = (
        "import resource, signal; from pathlib import Path; from payung.core.errors import PayungError;"
        "from payung.vault.keys import make_keys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))\n"
        f"try:\n make_keys(Path({str(tmp_path / 'kunci')!r}))\n"
        "except PayungError as error:\n raise SystemExit(int(error.exit_code))"
    )
    done = subprocess.run([sys.executable, "-B", "-c", code], check=False)
    assert done.returncode == Exit.OUTPUT
    assert list(tmp_path.iterdir()) == []


# --- a further data key ---------------------------------------------------------------------------


def test_a_new_data_key_seals_and_the_old_one_still_opens(keys: Path) -> None:
    old = vault_of(keys).seal("Aminah", "x.y.z")
    assert add_data_key(keys) == 2
    vault = vault_of(keys)
    assert (vault.current, vault.versions) == (2, (1, 2))
    assert vault.seal("Aminah", "x.y.z").startswith("2:")
    assert vault.open(old, "x.y.z") == "Aminah"


def test_a_process_that_runs_already_takes_up_the_new_key(
    keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("payung.vault.seal.LOOK_SECONDS", 0.0)
    running = vault_of(keys)
    add_data_key(keys)
    assert running.seal("Aminah", "x.y.z").startswith("2:")


def test_a_process_that_runs_already_opens_what_another_sealed_with_a_newer_key(keys: Path) -> None:
    running = vault_of(keys)
    add_data_key(keys)
    token = vault_of(keys).seal("Aminah", "x.y.z")
    assert token.startswith("2:")
    assert running.open(token, "x.y.z") == "Aminah"


def test_a_running_process_seals_nothing_more_when_its_keys_have_gone(
    keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("payung.vault.seal.LOOK_SECONDS", 0.0)
    running = vault_of(keys)
    token = running.seal("Aminah", "x.y.z")
    keys.rename(keys.with_name("lain"))
    with pytest.raises(PayungError, match="tidak terbaca"):
        running.seal("Aminah", "x.y.z")
    assert running.open(token, "x.y.z") == "Aminah"


def test_an_old_key_goes_only_when_nothing_uses_it_and_the_new_one_has_settled(keys: Path) -> None:
    add_data_key(keys)
    made = datetime.fromtimestamp((keys / "data-2.key").stat().st_mtime, UTC)
    later = made + timedelta(hours=2)
    with pytest.raises(PayungError, match="versi 1 masih dipakai"):
        drop_old(keys, {1, 2}, later)
    with pytest.raises(PayungError, match="belum berumur satu jam"):
        drop_old(keys, {2}, made + timedelta(minutes=59))
    assert load_keyring(keys).data.keys() == {1, 2}
    assert drop_old(keys, {2}, later) == (1,)
    assert load_keyring(keys).data.keys() == {2}
    assert drop_old(keys, {2}, later) == ()
    assert add_data_key(keys) == 3


def test_the_check_knows_its_own_keys(keys: Path) -> None:
    token = make_check(vault_of(keys))
    verify_check(vault_of(keys), token)
    add_data_key(keys)
    verify_check(vault_of(keys), token)


def test_the_check_refuses_the_keys_of_another_installation(keys: Path, tmp_path: Path) -> None:
    make_keys(tmp_path / "lain")
    token = make_check(vault_of(keys))
    with pytest.raises(PayungError, match=r"Kunci tidak cocok dengan basis data ini: kunci data.*Pulihkan"):
        verify_check(vault_of(tmp_path / "lain"), token)


@pytest.mark.parametrize(
    ("name", "said"), [("index.key", "kunci indeks"), ("signing.key", "kunci tanda tangan")]
)
def test_the_check_names_one_key_that_is_another(keys: Path, tmp_path: Path, name: str, said: str) -> None:
    make_keys(tmp_path / "lain")
    token = make_check(vault_of(keys))
    os.replace(tmp_path / "lain" / name, keys / name)
    with pytest.raises(PayungError, match=rf"basis data ini: {said} lain"):
        verify_check(vault_of(keys), token)


def test_the_check_misses_an_old_data_key_until_it_was_dropped_on_purpose(keys: Path) -> None:
    add_data_key(keys)
    vault = vault_of(keys)
    token, without = make_check(vault), make_check(vault, without={1})
    (keys / "data-1.key").unlink()
    with pytest.raises(PayungError, match="kunci data-1 lain atau tidak ada"):
        verify_check(vault_of(keys), token)
    verify_check(vault_of(keys), without)


@pytest.mark.parametrize("token", ["", "1:", "1:AAAA", "rusak"])
def test_a_damaged_check_refuses_too(keys: Path, token: str) -> None:
    with pytest.raises(PayungError, match="Kunci tidak cocok"):
        verify_check(Vault(load_keyring(keys)), token)
