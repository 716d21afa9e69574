"""Strict reading of YAML: every wrong key, type or date is named with its file and line.

YAML is composed into nodes, never constructed into objects, so that each value keeps its line, `64.01` cannot
turn into a float unseen, and numbers are read from their own digits without passing through floating point.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction

import yaml

from payung.core.errors import Exit, PayungError

_TAG = "tag:yaml.org,2002:"
_TODO = "Perbaiki berkas aturan itu, lalu jalankan lagi."


def fault(place: str, message: str, todo: str = _TODO) -> PayungError:
    """A policy error at `file:line`."""
    return PayungError(f"{place}: {message}", todo=todo, exit_code=Exit.POLICY)


@dataclass(frozen=True, slots=True)
class Cell:
    """One YAML node with the file it stands in. Readers raise PayungError(Exit.POLICY) naming `file:line`."""

    file: str
    node: yaml.Node

    @property
    def line(self) -> int:
        return int(self.node.start_mark.line) + 1

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"

    def fail(self, message: str) -> PayungError:
        return fault(self.place, message)

    def _scalar(self, tag: str, expected: str) -> str:
        if not isinstance(self.node, yaml.ScalarNode) or self.node.tag != _TAG + tag:
            raise self.fail(f"di sini harus {expected}, bukan {self._shown()}.")
        return str(self.node.value)

    def _shown(self) -> str:
        if isinstance(self.node, yaml.ScalarNode):
            return f'"{self.node.value}"' if self.node.value else "kosong"
        return "daftar" if isinstance(self.node, yaml.SequenceNode) else "kelompok kunci"

    @property
    def is_null(self) -> bool:
        return isinstance(self.node, yaml.ScalarNode) and self.node.tag == _TAG + "null"

    @property
    def is_list(self) -> bool:
        return isinstance(self.node, yaml.SequenceNode)

    def text(self) -> str:
        """A text that is not empty; numbers meant as text stand in quotes."""
        value = self._scalar("str", "teks (angka ditulis di antara tanda kutip)").strip()
        if not value:
            raise self.fail("teks ini kosong.")
        return value

    def choice(self, allowed: tuple[str, ...]) -> str:
        """One of these words."""
        value = self.text()
        if value not in allowed:
            raise self.fail(f'"{value}" tidak dikenal; pilih salah satu: {", ".join(allowed)}.')
        return value

    def integer(self, least: int = 0) -> int:
        """A whole number of at least `least`, written in plain digits."""
        text = self._scalar("int", "bilangan bulat").replace("_", "")
        if not text.lstrip("-").isdecimal() or (len(text) > 1 and text[0] == "0"):
            raise self.fail(f'"{text}" harus ditulis dengan angka biasa, tanpa nol di depan.')
        if int(text) < least:
            raise self.fail(f"{text} terlalu kecil; paling sedikit {least}.")
        return int(text)

    def number(self) -> Fraction:
        """A whole or decimal number, exact: `0.24` is 6/25."""
        if not isinstance(self.node, yaml.ScalarNode) or self.node.tag not in (_TAG + "int", _TAG + "float"):
            raise self.fail(f"di sini harus angka, bukan {self._shown()}.")
        try:
            value = Decimal(self.node.value.replace("_", ""))
        except InvalidOperation:
            raise self.fail(f'"{self.node.value}" bukan angka biasa.') from None
        if not value.is_finite() or value < 0:
            raise self.fail(f'"{self.node.value}" harus angka nol atau lebih.')
        return Fraction(value)

    def flag(self) -> bool:
        """`true` or `false`, in no other spelling."""
        value = self._scalar("bool", "true atau false")
        if value not in ("true", "false"):
            raise self.fail(f'tulis true atau false, bukan "{value}".')
        return value == "true"

    def day(self) -> date:
        text = self._scalar("timestamp", "tanggal TTTT-BB-HH")
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise self.fail(f'tanggal "{text}" tidak ada.') from None

    def day_or_none(self) -> date | None:
        return None if self.is_null else self.day()

    def items(self) -> tuple[Cell, ...]:
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.fail(f"di sini harus daftar, bukan {self._shown()}.")
        return tuple(Cell(self.file, node) for node in self.node.value)

    def texts(self) -> tuple[str, ...]:
        """A list of texts, none twice."""
        values: list[str] = []
        for item in self.items():
            if (value := item.text()) in values:
                raise item.fail(f'"{value}" tertulis dua kali.')
            values.append(value)
        return tuple(values)

    def open_mapping(self) -> dict[str, Cell]:
        """Keys and their cells; a key written twice is an error."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.fail(f"di sini harus kelompok kunci, bukan {self._shown()}.")
        cells: dict[str, Cell] = {}
        for key, value in self.node.value:
            cell = Cell(self.file, key)
            if not isinstance(key, yaml.ScalarNode):
                raise cell.fail("kunci harus teks.")
            if key.value in cells:
                raise cell.fail(f'kunci "{key.value}" tertulis dua kali.')
            cells[str(key.value)] = Cell(self.file, value)
        return cells

    def mapping(self, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> Mapping[str, Cell]:
        """Exactly these keys: a missing or an unknown one is an error."""
        cells = self.open_mapping()
        for key, cell in cells.items():
            if key not in required and key not in optional:
                known = ", ".join(required + optional)
                raise cell.fail(f'kunci "{key}" tidak dikenal di sini; yang dikenal: {known}.')
        if missing := [key for key in required if key not in cells]:
            raise self.fail(f"kunci {', '.join(missing)} belum ada.")
        return cells


def compose(text: str, file: str) -> Cell:
    """The root cell of one YAML document."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise fault(f"{file}:{line}", f"bukan YAML yang benar ({error.problem}).") from None
    except yaml.YAMLError:
        raise fault(f"{file}:1", "bukan YAML yang benar.") from None
    if node is None:
        raise fault(f"{file}:1", "berkas aturan ini kosong.")
    return Cell(file, node)
