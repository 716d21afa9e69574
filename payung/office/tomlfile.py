"""Writing one setting into `payung.toml` without touching anything else in it."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from payung.core.errors import Exit, PayungError
from payung.vault.writing import whole_file


def set_values(path: Path, table: str, values: dict[str, str]) -> None:
    """Set texts in a table of a TOML file (made if needed, mode 0600); comments and all other settings stay.

    PayungError when the file is not TOML, or is written in a way in which a line cannot be set (inline tables).
    """
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    before = _parsed(path, text)
    lines = text.splitlines()
    for key, value in values.items():
        lines = _with(lines, table, key, json.dumps(value, ensure_ascii=True))
    after = "\n".join(lines) + "\n"
    wanted = before | {table: before.get(table, {}) | values}
    if _parsed(path, after) != wanted:
        raise PayungError(
            f"{path} tidak dapat diubah sendiri oleh Payung.",
            todo=f"Tulis bagian [{table}] sebagai tabel biasa, lalu ulangi.",
            exit_code=Exit.USAGE,
        )
    with whole_file(path) as file:
        file.write(after.encode())


def _parsed(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PayungError(
            f"{path} tidak terbaca: {error}.", todo="Perbaiki penulisannya (TOML).", exit_code=Exit.USAGE
        ) from None


def _with(lines: list[str], table: str, key: str, value: str) -> list[str]:
    """The lines with `key = value` in `[table]`, replaced or added."""
    made = f"{key} = {value}"
    start = next(
        (at for at, line in enumerate(lines) if re.fullmatch(rf"\s*\[{table}\]\s*(#.*)?", line)), None
    )
    if start is None:
        return [*lines, *([""] if lines else []), f"[{table}]", made]
    end = next(
        (at for at in range(start + 1, len(lines)) if re.match(r"\s*\[", lines[at])),
        len(lines),
    )
    for at in range(start + 1, end):
        if re.match(rf"\s*{key}\s*=", lines[at]):
            return [*lines[:at], made, *lines[at + 1 :]]
    return [*lines[: start + 1], made, *lines[start + 1 :]]
