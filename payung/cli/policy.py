"""What holds on a day, and what a number says."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from payung.cli.common import read_day, say
from payung.core.errors import Exit, PayungError

policy_app = typer.Typer(no_args_is_help=True, help="Aturan yang berlaku: hukum dan aturan daerah.")
app = typer.Typer()


@app.command()
def nik(
    number: Annotated[str, typer.Argument(help="NIK, dengan atau tanpa spasi.")],
    birth: Annotated[str | None, typer.Option("--birth", help="Tanggal lahir, untuk dicocokkan.")] = None,
    sex: Annotated[str | None, typer.Option("--sex", help="L atau P, untuk dicocokkan.")] = None,
    on: Annotated[str | None, typer.Option("--on", help="Hari acuan, TTTT-BB-HH.")] = None,
) -> None:
    """Apa yang dikatakan sebuah NIK, dan apa yang mungkin merusaknya."""
    from payung.core import nik as niks
    from payung.core.dates import day, parse_date

    today = read_day(on) or date.today()  # noqa: DTZ011 - only decides a century; nothing is stored
    read = parse_date(birth, latest=today) if birth else None
    if read and read.value is None:
        raise PayungError(read.message, todo="Perbaiki --birth lalu ulangi.", exit_code=Exit.USAGE)
    born = read.value if read else None
    sex = sex.upper() if sex else None
    if sex not in (None, "L", "P"):
        raise PayungError(
            "Jenis kelamin tidak terbaca.", todo="Tulis --sex L atau --sex P.", exit_code=Exit.USAGE
        )
    found = niks.parse(number)
    say(f"NIK        {niks.spaced(number)}")
    say(f"Artinya    {niks.describe(number, today)}")
    if found and (born or sex):
        words = {
            "nik_birth_differs": "tanggal lahirnya berbeda",
            "nik_sex_differs": "jenis kelaminnya berbeda",
        }
        differs = [words[code] for code in niks.differences(found, born, sex)]
        said = ", ".join(filter(None, (f"lahir {day(born)}" if born else "", sex or "")))
        say(f"Cocok      {'tidak: ' + ', '.join(differs) if differs else f'ya ({said})'}")
    for repair in niks.repairs(number, born, sex):
        proposal = f" Usulan: {niks.spaced(repair.value)}" if repair.value else ""
        say(f"Mungkin    {repair.message}{proposal} (keyakinan {repair.confidence})")
    if found is None:
        raise typer.Exit(Exit.INPUT)


@policy_app.command("show")
def policy_show(
    on: Annotated[str | None, typer.Option("--on", help="Hari yang ditanyakan, TTTT-BB-HH.")] = None,
    policy: Annotated[
        str | None, typer.Option("--policy", help="Aturan daerah; tanpa ini, aturan bawaan hari itu.")
    ] = None,
) -> None:
    """Apa yang berlaku pada suatu hari: iuran, manfaat, jatuh tempo, dan aturan daerah, dengan asal tiap angka."""
    from payung.policy.loader import law, local, shipped_on
    from payung.policy.show import show

    asked = read_day(on) or date.today()  # noqa: DTZ011 - only what is shown; nothing is stored
    say(show(law(), local(policy) if policy else shipped_on(asked), asked).rstrip())
