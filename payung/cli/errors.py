"""How a command tells what went wrong: two lines on standard error and an exit code."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from payung.core.errors import Exit, PayungError, place_in_code


def tell_error(error: PayungError) -> int:
    """What is wrong and what to do; gives the exit code."""
    console = Console(stderr=True, highlight=False, emoji=False, soft_wrap=True)
    console.print(f"[bold red]Berhenti:[/] {_plain(error.message)}")
    if error.todo:
        console.print(f"[bold]Yang perlu dilakukan:[/] {_plain(error.todo)}")
    return error.exit_code


def tell_unexpected(error: Exception) -> int:
    """What nobody foresaw: its kind and place only, because its text may quote somebody's data."""
    return tell_error(
        PayungError(
            f"Kesalahan yang tidak terduga: {type(error).__name__} di {place_in_code(error)}.",
            todo="Ulangi sekali lagi; bila tetap terjadi, laporkan baris di atas.",
            exit_code=Exit.UNEXPECTED,
        )
    )


def tell_usage(error: Any) -> int:
    """A command that is not written as it should be, in the words of all other errors."""
    kind, context = type(error).__name__, getattr(error, "ctx", None)
    if kind == "NoArgsIsHelpError":
        error.show()
        return Exit.USAGE
    name = next(iter(getattr(getattr(error, "param", None), "opts", ())), "")
    name = name if name.startswith("-") else name.upper()
    near = ", ".join(getattr(error, "possibilities", None) or ())
    if kind == "MissingParameter":
        message = f"{name} belum ditulis."
    elif kind == "NoSuchOption":
        message = f"Pilihan {error.option_name} tidak dikenal."
    else:
        message = f"Perintah ini tidak dapat dijalankan: {error.format_message()}"
    command = context.command_path if context else "payung"
    todo = (f"Mungkin maksudnya {near}. " if near else "") + f"Lihat `{command} --help`."
    return tell_error(PayungError(message, todo=todo, exit_code=Exit.USAGE))


def _plain(text: str) -> str:
    return text.replace("[", "\\[")
