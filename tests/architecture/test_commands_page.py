"""`docs/commands.md` names every command, option and exit code as they are, and no page names what does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from payung.cli import STOPPED, app
from payung.core.errors import Exit
from payung.job.outputs import FILES

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
COMMANDS_PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
FOREIGN_OPTIONS = {"--require-hashes", "--no-deps"}
"""Options of other programs that pages may name."""
BENCH_OPTIONS = {
    name
    for path in (ROOT / "bench").glob("*.py")
    for name in re.findall(r"add_argument\(\s*\"(--[a-z-]+)\"", path.read_text(encoding="utf-8"))
}
"""Options of `python -m bench…`."""
MADE_BY_RUNNING = ("hasil/", "demo-paser/", "bench/out/")
"""Folders that the examples make; they are in no clone."""


def walk(command: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every command that does something, by the words that call it."""
    children = getattr(command, "commands", None)
    if children is None and not command.hidden:
        yield path, command
    for name, child in (children or {}).items():
        yield from walk(child, f"{path} {name}".strip())


COMMANDS = dict(walk(typer.main.get_command(app)))


def section(name: str) -> str:
    """What the page says under `## payung NAME`."""
    found = re.search(
        rf"^## payung {re.escape(name)}\n(.*?)(?=^## |\Z)", COMMANDS_PAGE, re.DOTALL | re.MULTILINE
    )
    assert found, f"docs/commands.md has no section '## payung {name}'"
    return found[1]


def documented(name: str) -> dict[str, str]:
    """What the table of a command names, with what it says that `--help` says."""
    rows = re.findall(r"^\| `([^`]+)`[^|]* \| (.*?) \| ", section(name), re.MULTILINE)
    found = {}
    for named, says in rows:
        words = [word for word in named.split() if word.startswith("--")] or [named.lower()]
        found.update(dict.fromkeys(words, says))
    return found


def declared(command: Any) -> dict[str, str]:
    """Options and arguments of a command, with their help as a terminal shows it."""
    found = {}
    for parameter in command.params:
        argument = parameter.param_type_name == "argument"
        names = [parameter.name] if argument else [*parameter.opts, *parameter.secondary_opts]
        found.update(dict.fromkeys(names, (parameter.help or "").replace("\\[", "[")))
    return found


def prose(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def test_the_program_has_commands() -> None:
    assert {"run", "check", "policy show", "demo run"} <= set(COMMANDS)


def test_there_is_a_section_for_every_command_and_for_no_other() -> None:
    assert set(re.findall(r"^## payung (.+)$", COMMANDS_PAGE, re.MULTILINE)) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_listed_at_the_top_and_says_what_its_help_says(name: str) -> None:
    assert f"[`payung {name}`](#payung-{name.replace(' ', '-')})" in COMMANDS_PAGE
    assert f"*{COMMANDS[name].help}*" in section(name)


@pytest.mark.parametrize("name", COMMANDS)
def test_options_stand_in_the_table_with_the_help_that_the_terminal_shows(name: str) -> None:
    expected = {key: says for key, says in declared(COMMANDS[name]).items() if key != "--help"}
    assert all(expected.values()), "every option has a help text"
    assert {key: says for key, says in documented(name).items() if key in expected} == expected
    options = {key for key in documented(name) if key.startswith("--")}
    assert options == {key for key in expected if key.startswith("--")}


@pytest.mark.parametrize("code", Exit)
def test_every_exit_code_is_explained_with_its_name(code: Exit) -> None:
    assert re.search(
        rf"^\| {int(code)} \| `{code.name}` \| .{{5,}} \| .{{5,}} \|$", COMMANDS_PAGE, re.MULTILINE
    )


def test_no_exit_code_is_invented() -> None:
    rows = re.findall(r"^\| (\d+) \| (?:`([A-Z]+)`|\(Ctrl-C\)) \|", COMMANDS_PAGE, re.MULTILINE)
    assert {(int(code), name) for code, name in rows} == {(int(c), c.name) for c in Exit} | {(STOPPED, "")}


def test_the_codes_of_bad_inputs_are_exit_codes() -> None:
    table = COMMANDS_PAGE.partition("## What happens with bad inputs")[2]
    codes = re.findall(r" \| (\d+)(?: or (\d+))? \|$", table, re.MULTILINE)
    assert len(codes) > 15
    assert {int(code) for pair in codes for code in pair if code} <= set(map(int, Exit))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_name_only_options_and_commands_that_exist(page: Path) -> None:
    options = (
        {name for command in COMMANDS.values() for name in declared(command)}
        | BENCH_OPTIONS
        | FOREIGN_OPTIONS
        | {"--help"}
    )
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", prose(page))) - options == set()
    first_words = {name.split()[0] for name in COMMANDS}
    called = re.findall(r"(?:^|`|bin/)payung ([a-z]+)", prose(page), re.MULTILINE)
    assert set(called) - first_words == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)|src=\"([^\"{]+)\"", prose(page)):
        place, _, heading = "".join(target).partition("#")
        if "://" in place:
            continue
        path = (page.parent / place) if place else page
        assert path.exists(), f"{page.name} links to {place}"
        if heading:
            titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
            anchors = [re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in titles]
            assert heading in anchors, f"{page.name} links to #{heading}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_of_ours_that_a_page_names_exist(page: Path) -> None:
    named = re.findall(r"(?<![\w/.-])((?:payung|docs|tests|bench)/[\w./-]*[\w/])", prose(page))
    for path in named:
        if not path.startswith(MADE_BY_RUNNING):
            assert (ROOT / path).exists() or (ROOT / f"{path}.py").exists(), f"{page.name} names {path}"


def test_pages_that_the_program_names_exist() -> None:
    """Messages send people to pages: those must be there."""
    named = {
        (path.name, page)
        for path in (ROOT / "payung").rglob("*.py")
        for page in re.findall(r"docs/[\w./-]+\.md", path.read_text(encoding="utf-8"))
    }
    assert named
    assert {(name, page) for name, page in named if not (ROOT / page).is_file()} == set()


@pytest.mark.parametrize("path", FILES)
def test_the_readme_says_what_lies_in_the_result(path: str) -> None:
    assert f"`{path}`" in prose(ROOT / "README.md").partition("## What lies in the result")[2]


def test_the_make_targets_that_pages_name_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in PAGES:
        assert set(re.findall(r"(?:^|`)make ([a-z-]+)", prose(page), re.MULTILINE)) - targets == set(), (
            page.name
        )
