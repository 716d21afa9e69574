"""Where engines differ: one table of neutral functions and how each engine writes them.

SQL of this project is written in portable DuckDB SQL. A function on which engines differ, in name, in regular
expression flags or in its last bit, is written by its neutral name `py_…(…)` and rendered here. Arguments may nest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache


class Dialect(StrEnum):
    """The engines that SQL is rendered for."""

    DUCKDB = "duckdb"
    SPARK = "spark"


FUNCTIONS: Mapping[str, Mapping[Dialect, str]] = {
    # Integer thousandths: engines differ in the last bit of the fraction.
    "py_name_similarity": {
        Dialect.DUCKDB: "cast(floor(jaro_winkler_similarity({0}, {1}) * 1000 + 0.0005) as integer)",
        Dialect.SPARK: "payung_name_similarity({0}, {1})",
    },
    # Damerau's distance with unrestricted transpositions.
    "py_typing_distance": {
        Dialect.DUCKDB: "damerau_levenshtein({0}, {1})",
        Dialect.SPARK: "payung_typing_distance({0}, {1})",
    },
    "py_sha256": {Dialect.DUCKDB: "sha256({0})", Dialect.SPARK: "sha2({0}, 256)"},
    "py_matches": {Dialect.DUCKDB: "regexp_matches({0}, {1})", Dialect.SPARK: "({0} rlike {1})"},
    "py_replace_all": {
        Dialect.DUCKDB: "regexp_replace({0}, {1}, {2}, 'g')",
        Dialect.SPARK: "regexp_replace({0}, {1}, {2})",
    },
    "py_day": {
        # Texts of the form yyyy-mm-dd; NULL for a day that does not exist.
        Dialect.DUCKDB: "try_cast({0} as date)",
        Dialect.SPARK: "try_cast({0} as date)",
    },
    "py_number": {Dialect.DUCKDB: "try_cast({0} as bigint)", Dialect.SPARK: "try_cast({0} as bigint)"},
    "py_days_between": {Dialect.DUCKDB: "({1} - {0})", Dialect.SPARK: "datediff({1}, {0})"},
    "py_plus_days": {
        Dialect.DUCKDB: "({0} + cast({1} as integer))",
        Dialect.SPARK: "date_add({0}, cast({1} as int))",
    },
    "py_last_word": {
        Dialect.DUCKDB: "split_part({0}, ' ', -1)",
        Dialect.SPARK: "substring_index({0}, ' ', -1)",
    },
    # The number of a row in a table that was written once, the same whenever it is read again.
    "py_row_of": {Dialect.DUCKDB: "{0}.rowid", Dialect.SPARK: "{0}.payung_row"},
}
"""Neutral name to each engine's form; `{0}` is the first argument."""

SPARK_OWN = frozenset({"payung_name_similarity", "payung_typing_distance"})
"""Functions that the Spark engine registers itself."""


def render(sql: str, dialect: Dialect) -> str:
    """SQL with neutral functions, as `dialect` writes it.

    Raises ValueError for an unknown neutral function or a wrong number of arguments.
    """
    if dialect is Dialect.DUCKDB:
        return _filled(sql, dialect)
    return _transpiled(sql)


_CALL = re.compile(r"\bpy_[a-z0-9_]+\(")


def _filled(sql: str, dialect: Dialect) -> str:
    """Replace the neutral calls as text: the engine's own parser sees what was written."""
    found = _CALL.search(sql)
    while found:
        name = found[0][:-1]
        arguments, end = _arguments(sql, found.end())
        sql = sql[: found.start()] + _form(name, dialect, arguments) + sql[end:]
        found = _CALL.search(sql, found.start())
    return sql


def _arguments(sql: str, start: int) -> tuple[list[str], int]:
    """The arguments of a call whose text begins at `start`, and where the call ends."""
    depth, quoted, begin, found = 1, False, start, []
    for at in range(start, len(sql)):
        char = sql[at]
        if char == "'":
            quoted = not quoted
        elif quoted:
            continue
        elif char in "([":
            depth += 1
        elif char in ")]":
            depth -= 1
        if not quoted and ((char == "," and depth == 1) or depth == 0):
            found.append(sql[begin:at].strip())
            begin = at + 1
            if depth == 0:
                return found, at + 1
    raise ValueError("a call of a neutral function is not closed")


def _form(name: str, dialect: Dialect, arguments: Sequence[str]) -> str:
    if name not in FUNCTIONS:
        raise ValueError(f"{name} is not in the dialect table")
    form = FUNCTIONS[name][dialect]
    count = len(set(re.findall(r"\{\d\}", form)))
    if len(arguments) != count:
        raise ValueError(f"{name} takes {count} arguments, not {len(arguments)}")
    return form.format(*arguments)


@cache
def _transpiled(sql: str) -> str:
    import sqlglot  # only for other engines than DuckDB: loading it takes a tenth of a second
    from sqlglot import exp

    trees = [tree for tree in sqlglot.parse(_filled(sql, Dialect.SPARK), read="duckdb") if tree is not None]
    for tree in trees:
        for call in tree.find_all(exp.RegexpReplace):
            # A replacement names a group as \1; Java's engines write $1.
            new = call.args.get("replacement")
            if isinstance(new, exp.Literal) and "\\" in str(new.this):
                call.set("replacement", exp.Literal.string(re.sub(r"\\(\d)", r"$\1", str(new.this))))
    return ";\n".join(tree.sql(dialect="spark") for tree in trees)


def functions(sql: str, dialect: Dialect) -> frozenset[str]:
    """Lower-case names of all functions that occur in SQL already rendered for `dialect`."""
    import sqlglot
    from sqlglot import exp

    names: set[str] = set()
    for tree in sqlglot.parse(sql, read=str(dialect)):
        if tree is None:
            continue
        for node in tree.find_all(exp.Func):
            if isinstance(node, exp.Anonymous):
                names.add(str(node.this).lower())
            elif not isinstance(node, (exp.And, exp.Or, exp.Xor, exp.Case, exp.Cast, exp.TryCast)):
                text = node.sql(dialect=str(dialect))
                if found := re.match(r"([A-Za-z_][A-Za-z0-9_]*)\(", text):
                    names.add(found[1].lower())
    return frozenset(names)
