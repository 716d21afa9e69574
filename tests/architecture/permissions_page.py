"""`docs/permissions.md` from the matrix in the code: `python -m tests.architecture.permissions_page` writes it anew."""

from __future__ import annotations

from pathlib import Path

from payung.access.policy import LEVELS, MATRIX, TITLES, WORDS, Level, Role, may, second_factor

PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"
_INTRO = """\
# Who may do what

One pure table, `payung/access/policy.py`, decides; this page is written from it by
`python -m tests.architecture.permissions_page`, and a test fails while it differs. The office shows the same table under
Petugas, "Siapa boleh apa".

A right holds within the territory of the post alone: what lies outside does not exist (404, the same page as for an
address that was mistyped). Who holds several posts acts in one at a time. Whatever is *proposed* takes effect when another
person has approved it: never the one who proposed it, nor the one whom it is about, whichever posts they hold. A figure
without people (`figures.read`) is all that a province sees.

`tests/office/test_role_matrix.py` walks every address of the site with every role, every method, and objects from every
side (own, sibling village, other kecamatan, moved away, ended, other regency, nonexistent). A new address with arguments
needs a row in an `examples_….py` of `tests/office`; an address without `@needs` or `@public` fails.
"""
_SIGNING_IN = """\
## Signing in
- Accounts are opened by an administrator, who passes on a link by which the user sets a password: 72 hours, once. A user who
  forgot the password gets a new link the same way.
- Passwords have at least 12 characters and are kept as argon2id (19 MiB, two passes, one lane).
- A code of an authenticator app (TOTP) is asked for after the password wherever one is set up, and has to be set up in every role
  that says so below. Ten recovery codes are made at once. A session in which no code was shown opens nothing, even if the
  user has set up a code elsewhere since. Secrets are sealed with the installation's keys.
- Ten wrong passwords an account within 15 minutes, from whatever address, and the next is not even tried; the same for codes,
  and at most 40 wrong codes a day. A name that nobody has, a wrong password and a closed account get the same answer.
- A session ends with the browser, after 12 hours, when the password changes elsewhere, when the account is closed, and when the
  post in which it acts ends; the last three with the very next request.
- A lost phone without recovery codes: the administrator proposes that the code be taken away, somebody else approves.
- Sign-ins, sign-outs, failed attempts, and every change of password or code stand in the ledger of each regency in which the
  user holds a post.
"""
_LEVELS = {
    Level.PROVINCE: "province",
    Level.REGENCY: "regency",
    Level.DISTRICT: "kecamatan",
    Level.DESA: "desa or kelurahan",
    Level.RT: "RT",
}


def render() -> str:
    """The whole page."""
    roles = [
        f"| `{role}` | {TITLES[role]} | {_LEVELS[LEVELS[role]]}, `{LEVELS[role]}` | {_mark(second_factor(role))} |"
        for role in Role
    ]
    head = " | ".join(f"`{role}`" for role in Role)
    rows = [
        f"| `{action}` | {WORDS[action]} | {' | '.join(_mark(may(role, action)) for role in Role)} |"
        for action in MATRIX
    ]
    return "\n".join(
        [
            _INTRO,
            _SIGNING_IN,
            "## Roles",
            "| role | title | territory | second factor |",
            "| --- | --- | --- | --- |",
            *roles,
            "",
            "## The matrix",
            f"| action | in words | {head} |",
            "| --- | --- |" + " --- |" * len(Role),
            *rows,
            "",
        ]
    )


def _mark(yes: bool) -> str:
    return "✓" if yes else ""


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
