"""Templates that cannot be used: named with their line, ended in time, kept from fetching anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from payung.core.errors import Exit
from payung.sheets.typesetting import Document, TemplateError, as_json, typeset

DATA = as_json({"who": "Bu Siti 6401014108900001"})


def refused(folder: Path, source: str, **files: str) -> TemplateError:
    template = folder / "naskah.typ"
    template.write_text(source, encoding="utf-8")
    for name, text in files.items():
        (folder / f"{name}.typ").write_text(text, encoding="utf-8")
    with pytest.raises(TemplateError) as error:
        typeset([Document(template, folder / "out.pdf", lambda: DATA)], cpu_seconds=2)
    assert error.value.exit_code is Exit.USAGE
    assert not (folder / "out.pdf").exists()
    return error.value


def test_a_broken_template_is_named_with_its_line(tmp_path: Path) -> None:
    error = refused(tmp_path, "Baris satu\n\n#let x = (\n")
    assert (error.file, error.line) == ("naskah.typ", 3)
    assert "Templat naskah.typ, baris 3 tidak dapat dipakai" in error.message


def test_the_line_is_that_of_the_file_in_which_it_goes_wrong(tmp_path: Path) -> None:
    error = refused(tmp_path, '#import "lain.typ": f\n\n#f()\n', lain="#let f() = {\n  none.nope\n}\n")
    assert (error.file, error.line) == ("lain.typ", 2)


def test_an_error_that_quotes_somebody_shows_no_number(tmp_path: Path) -> None:
    error = refused(tmp_path, "#let data = json(bytes(sys.inputs.data))\n#panic(data.who)\n")
    assert error.line == 2
    assert "6401014108900001" not in str(error)


def test_a_template_that_never_comes_to_an_end_is_ended(tmp_path: Path) -> None:
    error = refused(
        tmp_path, "#let n = range(3000)\n#n.map(a => n.map(b => n.map(c => a + b + c).sum()).sum()).sum()\n"
    )
    assert "2 detik" in error.said


def test_no_template_fetches_anything_from_outside(tmp_path: Path) -> None:
    error = refused(tmp_path, '#let name = "@preview/" + "cetz:0.3.1"\n#import name: *\n')
    assert "failed to download" in error.said
    assert "refused" in error.said  # at our own door, not by a server outside
