"""The office: setting up, running, looking after it."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from payung.cli.common import Json, print_json, say
from payung.core.errors import Exit, PayungError

if TYPE_CHECKING:
    from payung.office.setup import Login

app = typer.Typer()
user_app = typer.Typer(no_args_is_help=True, help="Akun yang tidak dapat ditolong administrator.")

Port = Annotated[
    int | None,
    typer.Option("--port", min=1, max=65535, help="Pintu (port) situs; biasanya dari payung.toml."),
]
Address = Annotated[
    str | None, typer.Option("--address", help="Alamat tempat situs menunggu; biasanya 127.0.0.1.")
]
OwnerUrl = Annotated[
    str | None,
    typer.Option(
        "--owner-url",
        envvar="PAYUNG_OWNER_URL",
        show_envvar=False,
        help="PostgreSQL sebagai pemilik: postgresql://pemilik:sandi@tuan-rumah/nama.",
    ),
]


def private() -> None:
    """Whatever an installation writes is its owner's alone."""
    os.umask(0o077)


@app.command()
def setup(
    regency: Annotated[
        str | None, typer.Option("--regency", help="Kode kabupaten/kota yang dibuka, misalnya 64.01.")
    ] = None,
    policy: Annotated[
        str | None, typer.Option("--policy", help="Aturan daerahnya: nama (paser-2022) atau berkas YAML.")
    ] = None,
    login: Annotated[
        str | None,
        typer.Option("--login", help="Nama pengguna administrator pertama, atau petugas provinsi."),
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="Nama lengkapnya.")] = None,
    province: Annotated[
        str | None,
        typer.Option("--province", help="Kode provinsi yang diberi jabatan membaca angka, misalnya 64."),
    ] = None,
    owner_url: OwnerUrl = None,
    only_database: Annotated[
        bool, typer.Option("--only-database", help="Hanya peran, tabel, dan hak di basis data.")
    ] = False,
) -> None:
    """Membuka pemasangan: folder, kunci, tabel, kabupaten, dan administrator pertama; diulang pun aman."""
    from payung.office.opening import Wanted, open_installation

    private()
    wanted = Wanted(regency, policy, login, name, province, owner_url, only_database)
    opened = open_installation(wanted, _ask, date.today())  # noqa: DTZ011 - the day on which the office opens
    for what, how in opened.steps:
        say(f"{what:<15} {how}")
    if opened.login is None:
        return
    say()
    _say_login("Petugas provinsi" if province else "Administrator pertama", opened.login)
    say()
    say("Simpan salinan folder kunci di tempat lain: tanpa kunci, data dan cadangan tidak terbaca.")
    say("Berikutnya: payung up")


def _say_login(who: str, one: Login) -> None:
    """Tell once how somebody signs in."""
    say(f"{who}. Catat sekarang: ini tidak tersimpan di mana pun dan tidak tampil lagi.")
    say(f"  nama pengguna  {one.username}")
    say(f"  kata sandi     {one.password}")
    if not one.totp_secret:
        return
    say(f"  kunci TOTP     {one.totp_secret}")
    say(f"  {one.totp_uri}")
    if sys.stdout.isatty():
        import segno

        segno.make(one.totp_uri, error="l").terminal(compact=True)


def _ask(option: str, words: str) -> str:
    """Ask somebody at a terminal. PayungError names the option where nobody is there."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise PayungError(f"{option} belum ditulis.", todo=f"{words}: tulis {option}.", exit_code=Exit.USAGE)
    return str(typer.prompt(words, err=True)).strip()


@user_app.command("reset")
def user_reset(
    login: Annotated[str, typer.Argument(help="Nama pengguna.")],
    factor: Annotated[
        bool, typer.Option("--factor", help="Ganti juga kode masuk (TOTP), bila HP-nya hilang.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Tanpa bertanya lagi.")] = False,
) -> None:
    """Membuat kata sandi baru bagi administrator yang kehilangan jalan masuk; semua sesinya berakhir."""
    from payung.office.ready import refuse_unless_ready

    private()
    refuse_unless_ready()
    from django.utils import timezone

    from payung.office.lost_login import account, reset_login

    user = account(login)
    if not (yes or _confirmed(f"Ganti kata sandi {user.name} ({user.username})?")):
        say("Tidak ada yang diubah.")
        return
    _say_login(user.name, reset_login(user, timezone.localdate(), factor=factor))
    say()
    say("Tercatat di buku riwayat. Minta yang bersangkutan segera mengganti kata sandinya sendiri.")


def _confirmed(question: str) -> bool:
    """Ask somebody at a terminal. PayungError where nobody is there."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise PayungError(
            "Perintah ini menunggu jawaban.", todo="Tulis --yes bila memang dimaksud.", exit_code=Exit.USAGE
        )
    return typer.confirm(question, err=True)


@app.command()
def serve(address: Address = None, port: Port = None) -> None:
    """Menjalankan situs saja, sampai dihentikan."""
    from payung.office.serving import serve as run

    private()
    run(address, port, started)


@app.command()
def worker() -> None:
    """Menjalankan pekerja latar saja, sampai dihentikan."""
    from payung.office.serving import work

    private()
    work()


@app.command()
def up(address: Address = None, port: Port = None) -> None:
    """Menjalankan situs dan pekerja latar bersama-sama; bila satu mati, yang lain dihentikan."""
    from payung.office.serving import up as run

    private()
    run(address, port, stopping)


def stopping() -> None:
    """Say that Ctrl-C was heard: the job under way may take some seconds to end."""
    print("Menghentikan situs dan pekerja; paling lama setengah menit …", file=sys.stderr, flush=True)


def started(address: str) -> None:
    """Say where the site is to be found, at once."""
    print(f"Payung berjalan di {address} (Ctrl-C untuk berhenti)", flush=True)


@app.command()
def doctor(json_: Json = False) -> None:
    """Memeriksa pemasangan: apa yang kurang atau salah, dan apa yang perlu dilakukan."""
    from payung.office.doctor import examine
    from payung.office.findings import State

    private()
    found = examine()
    wrong = sum(one.state is State.WRONG for one in found)
    if json_:
        print_json([asdict(one) for one in found])
    else:
        for one in found:
            say(f"{_SIGNS[one.state]} {one.what:<20} {one.said}")
            if one.todo:
                say(f"  {'':<20} → {one.todo}")
        say()
        say(f"{wrong} hal salah." if wrong else "Tidak ada yang salah.")
    if wrong:
        raise typer.Exit(Exit.INSTALLATION)


_SIGNS = {"baik": "✓", "perhatian": "!", "salah": "✗"}
