"""Reads the packaged law and the local policies. Pure apart from reading these files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from payung.core.errors import Exit, PayungError
from payung.policy.law import Law
from payung.policy.local import LocalPolicy
from payung.policy.local_reader import read_local
from payung.policy.reading import compose, fault
from payung.policy.tables import Table, read_table

HERE = Path(__file__).parent
LAW_FOLDERS = ("contribution", "benefit", "membership")


@cache
def law() -> Law:
    """The law as shipped. PayungError(Exit.POLICY) names file and line of a wrong rule."""
    return read_law(HERE)


def read_law(folder: Path) -> Law:
    """The law from a folder with `contribution/`, `benefit/` and `membership/`, one YAML file a table."""
    texts = {
        shown(path): read_text(path)
        for name in LAW_FOLDERS
        for path in sorted((folder / name).glob("*.yaml"))
    }
    if not texts:
        raise PayungError(f"Tidak ada berkas aturan di {folder}.", exit_code=Exit.POLICY)
    return law_of(texts)


def law_of(texts: Mapping[str, str]) -> Law:
    """The law that these YAML texts say, one table each; by name, which errors tell."""
    tables: dict[str, Table] = {}
    for name, text in texts.items():
        table = read_table(compose(text, name))
        if table.id in tables:
            raise fault(table.place, f"{table.id} sudah ada di {tables[table.id].place}.")
        tables[table.id] = table
    return Law(tables)


def law_texts() -> dict[str, str]:
    """Every shipped law file by its name (`contribution/bpu-jkk.yaml`), for whoever keeps the law as it was."""
    return {
        f"{name}/{path.name}": read_text(path)
        for name in LAW_FOLDERS
        for path in sorted((HERE / name).glob("*.yaml"))
    }


def shown(path: Path) -> str:
    """How a rule file is named in messages: packaged ones from `payung/` on."""
    return str(path.relative_to(HERE.parents[1])) if path.is_relative_to(HERE.parents[1]) else str(path)


def read_text(path: Path) -> str:
    """The text of a rule file. PayungError(Exit.POLICY) for one that is no UTF-8 or cannot be read."""
    try:
        return path.read_bytes().decode("utf-8")  # line ends as they are: the hash is over bytes
    except UnicodeDecodeError:
        raise fault(shown(path), "bukan teks UTF-8.", "Simpan ulang berkas sebagai UTF-8.") from None
    except OSError as error:
        raise PayungError(
            f"Berkas aturan {shown(path)} tidak dapat dibaca ({error.strerror}).", exit_code=Exit.POLICY
        ) from None


def local(name_or_path: str | Path) -> LocalPolicy:
    """A shipped local policy by name (`paser-2022`), or one from a file of the office."""
    if str(name_or_path) in shipped_policies():
        return _shipped(str(name_or_path))
    path = Path(name_or_path)
    if not path.is_file():
        raise PayungError(
            f"Aturan daerah {name_or_path} tidak ada.",
            todo=f"Pakai salah satu: {', '.join(shipped_policies())}; atau nama berkas YAML.",
            exit_code=Exit.POLICY,
        )
    return read_local(compose(read_text(path), shown(path)))


def law_sha256() -> str:
    """One hash over every shipped law file, names and bytes: which law a run was made under."""
    return law_texts_sha256(law_texts())


def law_texts_sha256(texts: Mapping[str, str]) -> str:
    """The hash of law files that were kept as `law_texts` gave them."""
    digest = hashlib.sha256()
    for name, text in sorted(texts.items(), key=lambda one: _place_of(one[0])):
        digest.update(f"{name}\n".encode() + text.encode() + b"\n")
    return digest.hexdigest()


def _place_of(name: str) -> tuple[int, str]:
    folder, _, file = name.partition("/")
    return (LAW_FOLDERS.index(folder) if folder in LAW_FOLDERS else len(LAW_FOLDERS)), file


def local_sha256(name_or_path: str | Path) -> str:
    """The hash of a local policy's file: that of a shipped one by name, or that of the office's own file."""
    return hashlib.sha256(_local_path(name_or_path).read_bytes()).hexdigest()


def local_text(name_or_path: str | Path) -> str:
    """A local policy's file as it is written, for whoever keeps the policy as it was."""
    return read_text(_local_path(name_or_path))


def local_of(text: str, name: str) -> LocalPolicy:
    """The local policy that a YAML text says; errors tell `name`."""
    return read_local(compose(text, name))


def _local_path(name_or_path: str | Path) -> Path:
    shipped = HERE / "local" / f"{name_or_path}.yaml"
    return shipped if str(name_or_path) in shipped_policies() else Path(name_or_path)


@cache
def shipped_policies() -> tuple[str, ...]:
    """Names of the local policies that come with Payung."""
    return tuple(sorted(path.stem for path in (HERE / "local").glob("*.yaml")))


def shipped_on(on: date) -> LocalPolicy | None:
    """The shipped local policy that covers a day; None where none does, the latest where several do."""
    covering = [
        policy for policy in map(local, shipped_policies()) if policy.valid_from <= on <= policy.valid_to
    ]
    return max(covering, key=lambda policy: (policy.valid_from, policy.id), default=None)


@cache
def _shipped(name: str) -> LocalPolicy:
    path = HERE / "local" / f"{name}.yaml"
    return read_local(compose(read_text(path), shown(path)))
