"""The command `payung`. `docs/commands.md` describes every command, option and exit code."""

from __future__ import annotations

import os
import sys

import typer

from payung import __version__
from payung.cli import demo, errands, job, office, policy, procedure, safety
from payung.cli.common import say
from payung.cli.errors import tell_error, tell_unexpected, tell_usage
from payung.core.errors import Exit, PayungError

app = typer.Typer(
    name="payung",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Dari daftar RT dan register ke daftar penerima yang dapat ditandatangani Bupati.",
)
for part in (job.app, errands.app, policy.app, office.app, safety.app):
    app.add_typer(part)
app.add_typer(policy.policy_app, name="policy")
app.add_typer(procedure.procedure_app, name="procedure")
app.add_typer(demo.demo_app, name="demo")
app.add_typer(office.user_app, name="user")
app.add_typer(safety.audit_app, name="audit")
app.add_typer(safety.keys_app, name="keys")

STOPPED = 130
"""The exit code of a command that was stopped with Ctrl-C."""
DEBUG = "PAYUNG_DEBUG"
"""Set to 1, this variable of the environment lets unforeseen errors show everything, people's data included."""


def main() -> None:
    """Run the command line; errors that a user can mend are told in two lines and end with their exit code."""
    try:
        code = app(standalone_mode=False)
    except PayungError as error:
        code = tell_error(error)
    except Exception as error:
        # Typer keeps its own copy of click, so that its errors have no name that we could import.
        if hasattr(error, "format_message"):
            code = tell_usage(error)
        elif os.environ.get(DEBUG) == "1":
            raise
        else:
            code = tell_unexpected(error)
    if code == STOPPED:  # typer has turned Ctrl-C into this
        print("Dihentikan. Tidak ada hasil setengah jadi.", file=sys.stderr)
    sys.exit(code if isinstance(code, int) else Exit.OK)


@app.command()
def version() -> None:
    """Versi Payung."""
    say(__version__)


@app.command(
    hidden=True,
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)
def manage(context: typer.Context) -> None:
    """Perintah Django, untuk pengembang."""
    from payung.office.django import start

    start()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["payung manage", *context.args])
