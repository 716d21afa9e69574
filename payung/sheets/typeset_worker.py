"""The process that makes PDFs: reads one JSON line a document, writes the file, answers one JSON line.

Run as a file by `typesetting`, so it imports nothing of Payung. It lives for a few dozen documents only, because the
typesetter keeps what it has seen. Given the same line it writes the same bytes: the date inside is fixed.
"""

from __future__ import annotations

import hashlib
import json
import re
import resource
import sys
from pathlib import Path
from typing import Any

import pypdfium2
import typst

_NO_PACKAGES = "/nonexistent"
_WHERE = re.compile(r"┌─ (.+):(\d+):\d+$", re.MULTILINE)


def main(cpu_seconds: int) -> None:
    """One JSON order a line in, one JSON answer a line out, until the input ends."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = cpu_seconds if hard == resource.RLIM_INFINITY else min(cpu_seconds, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
    fonts: dict[str, typst.Fonts] = {}
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line), fonts)) + "\n")
        sys.stdout.flush()


def answer(order: dict[str, Any], fonts: dict[str, typst.Fonts]) -> dict[str, Any]:
    """Make one document: `{sha256, bytes, pages}`, or `{error, kind}` where it cannot be made.

    What is wrong with a template has its `file` and `line` too, "" and 0 where they are not known.
    """
    template = Path(order["template"])
    root = str(template.parent)
    try:
        if root not in fonts:
            fonts[root] = typst.Fonts(include_system_fonts=False, font_paths=[root])
        pdf = typst.compile(
            str(template),
            root=root,
            font_paths=fonts[root],
            ignore_system_fonts=True,
            format="pdf",
            timestamp=0,
            sys_inputs={"data": order["data"]},
            pdf_standards=order["standards"],
            pdf_tags=order["tags"],
            package_path=_NO_PACKAGES,
            package_cache_path=_NO_PACKAGES,
        )
        Path(order["out"]).write_bytes(pdf)
    except typst.TypstError as error:
        where = _WHERE.search(error.diagnostic)
        return {
            "kind": "template",
            "error": error.message,
            "hints": list(error.hints),
            "file": Path(where[1]).name if where else "",
            "line": int(where[2]) if where else 0,
        }
    except OSError as error:
        return {"kind": "output", "error": error.strerror or str(error), "errno": error.errno}
    with pypdfium2.PdfDocument(pdf) as made:
        return {"sha256": hashlib.sha256(pdf).hexdigest(), "bytes": len(pdf), "pages": len(made)}


if __name__ == "__main__":
    main(int(sys.argv[1]))
