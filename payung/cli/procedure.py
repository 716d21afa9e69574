"""The procedure: who looks at what in which order, and taking another one."""

from __future__ import annotations

from typing import Annotated

import typer

from payung.cli.common import say
from payung.cli.office import private

procedure_app = typer.Typer(no_args_is_help=True, help="Tata cara: rantai persetujuan, naskah, dan tenggat.")
Name = Annotated[str, typer.Argument(help="Nama tata cara (umum) atau berkas YAML.")]


@procedure_app.command("show")
def procedure_show(name: Name = "umum") -> None:
    """Siapa memeriksa apa dalam urutan apa, dan dengan naskah apa; sekaligus memeriksa berkas sendiri."""
    from payung.policy.procedure import load_procedure
    from payung.policy.show_procedure import show_procedure

    say(show_procedure(load_procedure(name)).rstrip())


@procedure_app.command("use")
def procedure_use(
    name: Name,
    regency: Annotated[str, typer.Option("--regency", help="Kode kabupaten/kota, misalnya 64.01.")],
) -> None:
    """Memakai tata cara lain mulai sekarang; yang sedang berjalan tetap menurut yang lama."""
    from payung.office.ready import refuse_unless_ready

    private()
    refuse_unless_ready()
    from django.utils import timezone

    from payung.approval.procedures import empty_seats, use_procedure
    from payung.core.scope import acting_in, whole

    with acting_in(whole(regency)):
        procedure = use_procedure(name)
        empty = list(empty_seats(procedure, timezone.localdate()))
    say(f"Tata cara {procedure.id} dipakai mulai sekarang. Tercatat di buku riwayat.")
    for chain, seat in empty:
        say(f"Belum ada pejabatnya: {seat.title} dalam rantai {chain.title}. Isi jabatannya di Petugas.")
