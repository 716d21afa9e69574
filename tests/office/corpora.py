"""Texts that were written to break something, and how to see that they did (trust.md S8)."""

from __future__ import annotations

import re
from typing import Any

MARK = "payungxss"
"""The name of an element or a function in every text that would run; no page of ours has one."""
PRODUCT = "882828"
"""What `771717 + 111111` is: stands in no text, only in what a template language made of one."""

SCRIPTS = (
    f"<{MARK}>",
    f"<script>{MARK}()</script>",
    f"<img src=x onerror={MARK}()>",
    f'" autofocus onfocus="{MARK}()',
    f"' onmouseover='{MARK}()",
    f"</title><script>{MARK}()</script>",
    f"</textarea><svg onload={MARK}()>",
    f"javascript:{MARK}()",
    f"<a href=javascript:{MARK}()>x</a>",
    f"--><svg/onload={MARK}()>",
    f"\\'-{MARK}()-\\'",
    f"&lt;{MARK}&gt;",
    f"<math><mtext></form><form><mglyph><style></math><img src onerror={MARK}()>",
)
TEMPLATES = (
    "{{ 771717|add:111111 }}",
    "{{771717+111111}}",
    "${771717+111111}",
    "#{771717+111111}",
    "<%= 771717+111111 %>",
    "{% load i18n %}{% debug %}",
    "{0.__class__}",
    "%(name)s %s %d",
    "{name} {}",
    "#import sys; #eval(771717+111111)",
    "$ 771717+111111 $ #771717 *tebal* _miring_ @sebut",
)
STATEMENTS = (
    "' OR '1'='1",
    "'; DROP TABLE registry_person; --",
    '" OR ""="',
    "1; DELETE FROM audit_event",
    "') UNION SELECT password FROM access_user --",
    "%",
    "_____",
    "\\",
    "\\' OR 1=1 #",
)
NAMES = (
    "D'Souza",
    "O&M",
    "<b>",
    "Ñandú Ştefan",
    "Siti \u202eanimA",
    "👩‍🌾 Ibu",
    "=1+1",
    "@SUM(A1)",
    "+62 gang",
    "-2",
)
ALL = (*SCRIPTS, *TEMPLATES, *STATEMENTS, *NAMES)
_FOLLOWED = ("href", "src", "action", "formaction", "data", "hx-get", "hx-post")


def executed(tree: Any) -> list[str]:
    """What of these texts a page made an element, an attribute or a result of; empty where all are shown as typed."""
    found = [f"<{one.tag}>" for one in tree.iter(MARK)]
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        for name, value in element.attrib.items():
            runs = name in _FOLLOWED and re.match(r"\s*javascript:", value, re.IGNORECASE)
            if name.startswith("on") or runs:
                found.append(f"<{element.tag} {name}={value[:60]!r}>")
        if element.tag == "script" and (not element.get("src") or MARK in (element.text or "")):
            found.append("<script>")
        if element.tag == "style":
            found.append("<style>")
        if element.tag in ("svg", "math", "img") and MARK in str(dict(element.attrib)):
            found.append(f"<{element.tag}>")
    if PRODUCT in tree.text_content():
        found.append(PRODUCT)
    return found
