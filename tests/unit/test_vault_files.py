"""Sealed files come back to the byte, or say that they were changed; what is on the disk shows nothing."""

from __future__ import annotations

import hashlib
import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payung.core.errors import Exit, PayungError
from payung.vault import files
from payung.vault.current import vault_of
from payung.vault.files import (
    HEADER_BYTES,
    open_file,
    read_sealed,
    reseal_file,
    seal_file,
    sealed_chunks,
    sealed_version,
    write_sealed,
)
from payung.vault.keys import make_keys
from payung.vault.rotation import add_data_key, reseal_files, versions_in_files
from payung.vault.seal import TAG_BYTES, Unsealable, Vault

CHUNK = 64
PLENTY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    make_keys(tmp_path / "kunci")
    return tmp_path / "kunci"


@pytest.fixture
def ours(keys: Path) -> Vault:
    return vault_of(keys)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of 64 bytes, so that small files have many."""
    monkeypatch.setattr(files, "CHUNK_BYTES", CHUNK)


@pytest.mark.parametrize("size", [0, 1, 2**20 - 1, 2**20, 2**20 + 1, 3 * 2**20])
def test_a_file_of_any_size_comes_back(tmp_path: Path, ours: Vault, size: int) -> None:
    content = os.urandom(size)
    (tmp_path / "daftar.xlsx").write_bytes(content)
    sealed = seal_file(tmp_path / "daftar.xlsx", tmp_path / "daftar.seg", ours)
    assert (sealed.sha256, sealed.size) == (hashlib.sha256(content).hexdigest(), size)
    assert open_file(tmp_path / "daftar.seg", tmp_path / "kembali.xlsx", ours) == sealed
    assert (tmp_path / "kembali.xlsx").read_bytes() == content
    assert read_sealed(tmp_path / "daftar.seg", ours) == content
    for name in ("daftar.seg", "kembali.xlsx"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob("*.part"))


def test_nothing_of_the_contents_stands_on_the_disk(tmp_path: Path, ours: Vault) -> None:
    write_sealed(tmp_path / "a", b"6401040101800001" * 100_000, ours)
    assert b"64010401" not in (tmp_path / "a").read_bytes()


class _Trickle(io.RawIOBase):
    """A source that gives a few bytes at a time, as a network does."""

    def __init__(self, content: bytes) -> None:
        self._rest = io.BytesIO(content)

    def read(self, size: int = -1) -> bytes:
        return self._rest.read(min(size, 7))


def test_a_source_that_gives_little_at_a_time_is_sealed_whole(
    tmp_path: Path, ours: Vault, small: None
) -> None:
    content = bytes(range(200))
    seal_file(_Trickle(content), tmp_path / "a", ours)  # type: ignore[arg-type]
    assert read_sealed(tmp_path / "a", ours) == content
    assert [len(chunk) for chunk in sealed_chunks(tmp_path / "a", ours)] == [64, 64, 64, 8]


@PLENTY
@given(content=st.binary(max_size=400))
def test_every_content_comes_back(tmp_path: Path, ours: Vault, small: None, content: bytes) -> None:
    write_sealed(tmp_path / "a", content, ours)
    assert read_sealed(tmp_path / "a", ours) == content


@PLENTY
@given(content=st.binary(max_size=400), at=st.integers(0, 10_000), change=st.integers(1, 255))
def test_a_changed_byte_is_noticed(
    tmp_path: Path, ours: Vault, small: None, content: bytes, at: int, change: int
) -> None:
    write_sealed(tmp_path / "a", content, ours)
    raw = bytearray((tmp_path / "a").read_bytes())
    raw[at % len(raw)] ^= change
    (tmp_path / "a").write_bytes(raw)
    with pytest.raises(Unsealable):
        read_sealed(tmp_path / "a", ours)


@PLENTY
@given(
    content=st.binary(max_size=400), keep=st.integers(0, 10_000), added=st.binary(min_size=1, max_size=200)
)
def test_a_cut_or_lengthened_file_is_noticed(
    tmp_path: Path, ours: Vault, small: None, content: bytes, keep: int, added: bytes
) -> None:
    write_sealed(tmp_path / "a", content, ours)
    raw = (tmp_path / "a").read_bytes()
    for wrong in (
        raw[: keep % len(raw)],
        raw + added,
        raw[: keep % len(raw)] + added + raw[keep % len(raw) :],
    ):
        (tmp_path / "a").write_bytes(wrong)
        with pytest.raises(Unsealable):
            read_sealed(tmp_path / "a", ours)


def _pieces(raw: bytes) -> tuple[bytes, list[bytes]]:
    step = CHUNK + TAG_BYTES
    return raw[:HEADER_BYTES], [raw[at : at + step] for at in range(HEADER_BYTES, len(raw), step)]


@pytest.mark.parametrize(
    "order",
    [[0, 1], [0, 1, 2], [1, 0, 2, 3], [0, 1, 1, 2, 3], [0, 2, 3], [3], [0, 1, 2, 3, 3], []],
    ids=[
        "cut at a chunk",
        "last cut",
        "exchanged",
        "repeated",
        "left out",
        "only last",
        "last twice",
        "empty",
    ],
)
def test_whole_chunks_cannot_be_moved(tmp_path: Path, ours: Vault, small: None, order: list[int]) -> None:
    write_sealed(tmp_path / "a", bytes(4 * CHUNK), ours)
    header, pieces = _pieces((tmp_path / "a").read_bytes())
    assert len(pieces) == 4
    (tmp_path / "a").write_bytes(header + b"".join(pieces[one] for one in order))
    with pytest.raises(Unsealable):
        read_sealed(tmp_path / "a", ours)


def test_a_chunk_of_another_file_is_noticed(tmp_path: Path, ours: Vault, small: None) -> None:
    for name in "ab":
        write_sealed(tmp_path / name, bytes(2 * CHUNK), ours)
    header, mine = _pieces((tmp_path / "a").read_bytes())
    _, theirs = _pieces((tmp_path / "b").read_bytes())
    (tmp_path / "a").write_bytes(header + mine[0] + theirs[1])
    with pytest.raises(Unsealable):
        read_sealed(tmp_path / "a", ours)


def test_a_broken_file_leaves_nothing_in_the_clear(tmp_path: Path, ours: Vault, small: None) -> None:
    write_sealed(tmp_path / "a", bytes(4 * CHUNK), ours)
    (tmp_path / "a").write_bytes((tmp_path / "a").read_bytes()[:-1])
    (tmp_path / "lama").write_bytes(b"yang lama")
    with pytest.raises(Unsealable, match="berubah atau terpotong"):
        open_file(tmp_path / "a", tmp_path / "lama", ours)
    assert (tmp_path / "lama").read_bytes() == b"yang lama"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "kunci", "lama"]


def test_other_keys_do_not_open_a_file(tmp_path: Path, ours: Vault) -> None:
    make_keys(tmp_path / "lain")
    write_sealed(tmp_path / "a", b"isi", ours)
    with pytest.raises(Unsealable, match="kuncinya lain"):
        read_sealed(tmp_path / "a", vault_of(tmp_path / "lain"))


def test_what_is_no_sealed_file_is_told_so(tmp_path: Path, ours: Vault) -> None:
    (tmp_path / "a").write_bytes(b"PK\x03\x04" * 20)
    assert sealed_version(tmp_path / "a") is None
    with pytest.raises(Unsealable, match="bukan berkas tersegel"):
        read_sealed(tmp_path / "a", ours)


def test_a_missing_file_is_no_traceback(tmp_path: Path, ours: Vault) -> None:
    with pytest.raises(PayungError, match="Berkas a tidak dapat dibaca"):
        read_sealed(tmp_path / "a", ours)
    with pytest.raises(PayungError, match="Berkas a tidak dapat dibaca"):
        seal_file(tmp_path / "a", tmp_path / "b", ours)
    with pytest.raises(PayungError, match="tidak dapat ditulis") as told:
        write_sealed(tmp_path / "tiada" / "a", b"", ours)
    assert told.value.exit_code == Exit.OUTPUT


def _in_a_process(code: str, tmp_path: Path) -> subprocess.Popen[bytes]:
    start = (
        "import os, resource, signal, sys, time; from pathlib import Path; from payung.core.errors import PayungError;"
        "from payung.vault.current import vault_of; from payung.vault.files import *;"
        f"from payung.vault.rotation import *; here = Path({str(tmp_path)!r}); ours = vault_of(here / 'kunci')\n"
    )
    return subprocess.Popen([sys.executable, "-c", start + code], stdout=subprocess.PIPE)


def test_a_full_disk_is_said_and_leaves_what_was_there(tmp_path: Path, ours: Vault) -> None:
    write_sealed(tmp_path / "a", b"yang lama", ours)
    code = (
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20))\n"
        "try:\n write_sealed(here / 'a', bytes(3 * 2**20), ours)\n"
        "except PayungError as error:\n raise SystemExit(int(error.exit_code))"
    )
    with _in_a_process(code, tmp_path) as running:
        assert running.wait() == Exit.OUTPUT
    assert read_sealed(tmp_path / "a", ours) == b"yang lama"
    assert not list(tmp_path.glob("*.part"))


# --- with a new key -------------------------------------------------------------------------------


def _five_files(folder: Path, by: Vault) -> dict[Path, bytes]:
    (folder / "2022").mkdir(parents=True)
    contents = {folder / name: os.urandom(1000) for name in ("a", "b", "2022/c", "2022/d", "e")}
    for path, content in contents.items():
        write_sealed(path, content, by)
    (folder / "baca-saya.txt").write_bytes(b"bukan tersegel")
    return contents


def test_files_are_sealed_again_with_the_new_key(tmp_path: Path, keys: Path, ours: Vault) -> None:
    contents = _five_files(tmp_path / "unggahan", ours)
    add_data_key(keys)
    newer, told = vault_of(keys), list[int]()
    assert reseal_files(tmp_path / "unggahan", newer, told.append).done == 5
    assert told == [1, 2, 3, 4, 5]
    assert versions_in_files(tmp_path / "unggahan") == {2}
    assert {path: read_sealed(path, newer) for path in contents} == contents
    assert reseal_files(tmp_path / "unggahan", newer).done == 0
    assert (tmp_path / "unggahan" / "baca-saya.txt").read_bytes() == b"bukan tersegel"


def test_a_broken_file_is_named_and_the_others_go_on(tmp_path: Path, keys: Path, ours: Vault) -> None:
    contents = _five_files(tmp_path / "unggahan", ours)
    broken = tmp_path / "unggahan" / "2022" / "c"
    broken.write_bytes(broken.read_bytes()[:-1])
    before = broken.read_bytes()
    add_data_key(keys)
    done = reseal_files(tmp_path / "unggahan", vault_of(keys))
    assert (done.done, done.failed) == (len(contents) - 1, ("2022/c",))
    assert broken.read_bytes() == before
    assert versions_in_files(tmp_path / "unggahan") == {1, 2}


def test_a_killed_resealing_goes_on_where_it_was(tmp_path: Path, keys: Path, ours: Vault) -> None:
    contents = _five_files(tmp_path / "unggahan", ours)
    add_data_key(keys)
    code = (
        "def told(done):\n print(done, flush=True)\n if done == 2: time.sleep(60)\n"
        "reseal_files(here / 'unggahan', ours, told)"
    )
    with _in_a_process(code, tmp_path) as running:
        assert running.stdout is not None
        assert [running.stdout.readline(), running.stdout.readline()] == [b"1\n", b"2\n"]
        running.send_signal(signal.SIGKILL)
    assert versions_in_files(tmp_path / "unggahan") == {1, 2}
    newer = vault_of(keys)
    assert reseal_files(tmp_path / "unggahan", newer).done == 3
    assert {path: read_sealed(path, newer) for path in contents} == contents


def test_a_file_that_has_gone_meanwhile_does_not_come_back(
    tmp_path: Path, keys: Path, ours: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_sealed(tmp_path / "a", b"isi", ours)
    add_data_key(keys)
    newer, chunks = vault_of(keys), files.sealed_chunks

    def removed_while_read(path: Path, by: Vault | None = None) -> object:
        yield from chunks(path, by)
        path.unlink()

    monkeypatch.setattr(files, "sealed_chunks", removed_while_read)
    assert not reseal_file(tmp_path / "a", newer)
    assert [path.name for path in tmp_path.iterdir()] == ["kunci"]
