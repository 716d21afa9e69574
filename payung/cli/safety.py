"""Backups, keys and the audit ledger."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from payung.cli.common import Quiet, progress, say
from payung.cli.office import OwnerUrl, private
from payung.core.errors import Exit, PayungError

if TYPE_CHECKING:
    from payung.office.restore import Proven

app = typer.Typer()
audit_app = typer.Typer(no_args_is_help=True, help="Buku riwayat: memeriksa, menandatangani, mengekspor.")
keys_app = typer.Typer(no_args_is_help=True, help="Kunci pemasangan: salinan dan penggantian.")

Regency = Annotated[str, typer.Option("--regency", help="Kode kabupaten/kota, misalnya 64.01.")]


@app.command()
def backup(
    to: Annotated[
        Path | None,
        typer.Option("--to", help="Folder tempat cadangan; biasanya cadangan di folder pemasangan."),
    ] = None,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Uji pulih: pulihkan cadangan ke tempat sementara dan periksa semuanya."
        ),
    ] = False,
    of: Annotated[
        Path | None, typer.Option("--of", help="Cadangan yang diuji; biasanya yang terakhir dibuat.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Membuat cadangan data dan unggahan (tanpa kunci), atau menguji bahwa cadangan dapat dipulihkan."""
    from payung.office import django

    private()
    _must_exist()
    django.start()
    from django.utils import timezone

    if check or of:
        from payung.office.restore import drill

        folder, proven = drill(timezone.localtime(), of)
        say(f"Uji pulih berhasil: {folder}")
        _say_proven(proven)
        return
    from payung.office.backup import make_backup

    with progress(quiet) as tell:
        folder, made = make_backup(timezone.localtime(), to, tell)
    rows = sum(made.tables.values())
    say(f"Cadangan: {folder} ({made.size / 1e6:.1f} MB, {rows} baris, {len(made.files) - 1} unggahan)")
    say("Kunci tidak termasuk: simpan salinannya di tempat lain (payung keys export).")
    say("Salin cadangan ini ke luar komputer ini, dan uji: payung backup --check")


@app.command()
def restore(
    folder: Annotated[Path, typer.Argument(help="Folder cadangan.")],
    owner_url: OwnerUrl = None,
) -> None:
    """Memulihkan cadangan ke pemasangan yang kosong, setelah semua isinya diperiksa; kunci harus sudah di tempatnya."""
    from payung.office.restore import restore as run

    private()
    proven = run(folder, owner_url)
    say("Pulih.")
    _say_proven(proven)
    say("Semua orang perlu masuk lagi. Berikutnya: payung doctor, lalu payung up")


def _say_proven(proven: Proven) -> None:
    say(
        f"  {proven.rows} baris di {proven.tables} tabel, {proven.files} unggahan: cocok dengan catatan cadangan"
    )
    for code, entries in proven.ledgers.items():
        say(f"  buku riwayat {code}: {entries} catatan, utuh")


def _must_exist() -> None:
    from payung.config import load

    config = load()
    if not config.database.url and not (config.home / "payung.sqlite3").is_file():
        raise PayungError(
            f"Di {config.home} belum ada basis data.",
            todo="Jalankan payung setup.",
            exit_code=Exit.INSTALLATION,
        )


@audit_app.command("verify")
def audit_verify(
    folder: Annotated[Path, typer.Argument(help="Folder ekspor buku riwayat.")],
    keys: Annotated[
        Path | None, typer.Option("--keys", help="Kunci publik yang Anda percayai (PEM).")
    ] = None,
    witnesses: Annotated[
        Path | None, typer.Option("--witnesses", help="Berkas saksi, atau folder yang memuatnya.")
    ] = None,
) -> None:
    """Memeriksa buku riwayat yang diekspor, tanpa basis data dan tanpa kunci pemasangan."""
    from payung.audit.commands import verify

    report = verify(folder, keys=keys, witnesses=witnesses)
    say(report.in_words())
    if not report.whole:
        raise typer.Exit(Exit.INPUT)


@audit_app.command("head")
def audit_head(
    regency: Annotated[
        str | None, typer.Option("--regency", help="Hanya kabupaten/kota ini; biasanya semua.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--to", help="Folder berkas saksi; biasanya saksi di folder pemasangan.")
    ] = None,
) -> None:
    """Menandatangani buku riwayat sebagaimana adanya, dan menulis berkas saksinya."""
    today = _office()
    from payung.audit import commands

    for path in [commands.head(regency, today, to=to)] if regency else commands.heads(today):
        say(str(path))


@audit_app.command("export")
def audit_export(
    regency: Regency,
    out: Annotated[Path, typer.Option("--out", help="Folder ekspor.")],
    details: Annotated[
        bool, typer.Option("--details", help="Dengan rincian: data orang, tanpa segel.")
    ] = False,
    decree: Annotated[
        int | None,
        typer.Option(
            "--decree", help="Buat berkas bukti keputusan ini; nomornya ada pada alamat halamannya."
        ),
    ] = None,
) -> None:
    """Mengekspor buku riwayat, ditutup tanda tangan; dengan --decree bersama keputusan, daftar, dan pemilihannya."""
    today = _office()
    if decree is not None:
        count = _pack(regency, decree, out, today)
        say(f"{count} berkas: {out}. Periksa dengan payung verify {out}.")
        return
    from payung.audit.commands import export

    say(f"{export(regency, out, today, details=details)} catatan: {out}")


def _pack(regency: str, decree: int, out: Path, today: date) -> int:
    from payung.core.scope import acting_in, whole
    from payung.enrolment.models import Decree
    from payung.proof.services import export_pack

    with acting_in(whole(regency)):
        found = Decree.objects.filter(pk=decree).first()
        if found is None:
            raise PayungError(f"Keputusan {decree} tidak ada.", todo="Lihat nomornya di halaman Keputusan.")
        return len(export_pack(found, out, today).files)


@app.command()
def verify(
    pack: Annotated[Path, typer.Argument(help="Folder bukti, atau zip-nya.")],
    keys: Annotated[
        Path | None, typer.Option("--keys", help="Kunci publik yang Anda percayai (PEM).")
    ] = None,
    witnesses: Annotated[
        Path | None, typer.Option("--witnesses", help="Berkas saksi, atau folder yang memuatnya.")
    ] = None,
    roots: Annotated[
        Path | None,
        typer.Option("--roots", help="Folder akar sertifikat (PEM) untuk tanda tangan elektronik."),
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Tanpa mengulang pemilihan.")] = False,
) -> None:
    """Memeriksa berkas bukti sebuah keputusan, tanpa basis data dan tanpa kunci pemasangan."""
    from payung.enrolment.pades import read_roots
    from payung.proof.check import check_pack
    from payung.proof.contents import opened

    with opened(pack) as folder:
        report = check_pack(
            folder,
            datetime.now(UTC),
            keys=keys,
            witnesses=witnesses,
            roots=read_roots(roots) if roots else (),
            again=not quick,
        )
    say(report.in_words())
    if not report.whole:
        raise typer.Exit(Exit.INPUT)


@keys_app.command("export")
def keys_export(
    to: Annotated[
        Path, typer.Option("--to", help="Folder baru, misalnya di diska USB yang disimpan terpisah.")
    ],
) -> None:
    """Menyalin folder kunci ke tempat lain: tanpa kunci, data dan cadangan tidak terbaca siapa pun."""
    from payung.office.key_copy import export_keys

    private()
    count = export_keys(to)
    say(f"{count} kunci disalin ke {to}. Simpan terpisah dari cadangan data, di tempat terkunci.")


@keys_app.command("rotate")
def keys_rotate(
    drop_old: Annotated[
        bool,
        typer.Option(
            "--drop-old", help="Hapus kunci lama yang tidak dipakai lagi, paling cepat satu jam kemudian."
        ),
    ] = False,
    go_on: Annotated[
        bool, typer.Option("--go-on", help="Lanjutkan penggantian yang terhenti, tanpa membuat kunci baru.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Mengganti kunci data: semua yang tersegel disegel ulang, sementara kantor tetap bekerja."""
    _office()
    from django.utils import timezone

    from payung.office.rotation import drop, rotate

    if drop_old:
        gone = drop(timezone.now())
        say(f"Dihapus: kunci data versi {', '.join(map(str, gone))}" if gone else "Tidak ada kunci lama.")
        return
    with progress(quiet) as tell:
        done = rotate(add=not go_on, tell=lambda count: tell("menyegel ulang", count, count))
    say(f"Kunci data versi {done.version} dipakai; {done.resealed} isi disegel ulang.")
    say("Salin kunci yang baru ke tempat lain: payung keys export")


def _office() -> date:
    """The office, ready; gives the day."""
    from payung.office.ready import refuse_unless_ready

    private()
    refuse_unless_ready()
    from django.utils import timezone

    return timezone.localdate()
