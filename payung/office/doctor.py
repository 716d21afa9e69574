"""`payung doctor`: everything that can be missing or wrong in an installation, in words, each with what to do.

Checks go from the ground up; those that need what is missing are left out, because they could only repeat it.
"""

from __future__ import annotations

import os
import shutil
import sys
from importlib.util import find_spec

from payung.config import FILE, Config, load
from payung.core.errors import PayungError
from payung.office.doctor_database import examine_database
from payung.office.findings import Finding, State, good, look, wrong
from payung.vault.keys import load_keyring

LITTLE_DISK, NO_DISK = 5_000_000_000, 500_000_000
"""Free bytes below which it is time to act, and below which work is in danger."""


def examine() -> list[Finding]:
    """Look at everything. Never raises for something that is wrong with the installation."""
    found = [_python()]
    try:
        config = load()
    except PayungError as error:
        return [*found, Finding("pengaturan", State.WRONG, error.message, error.todo)]
    if not config.home.is_dir():
        return [*found, wrong("folder", f"{config.home} belum ada.", "Jalankan payung setup.")]
    found += [
        _settings(config),
        _folder(config),
        _disk(config),
        _network(config),
        _typesetting(),
    ]
    keys = _keys(config)
    found.append(keys)
    if keys.state is State.WRONG:
        return found
    return [*found, *examine_database(config)]


def _python() -> Finding:
    return good("python", ".".join(map(str, sys.version_info[:3])))


def _settings(config: Config) -> Finding:
    path = config.home / FILE
    if path.is_file() and path.stat().st_mode & 0o077 and (config.database.url or config.database.backup_url):
        return wrong(
            "pengaturan",
            f"{path} memuat kata sandi basis data dan dapat dibaca orang lain di komputer ini.",
            f"Jalankan: chmod 600 {path}",
        )
    return good("pengaturan", str(path) if path.is_file() else "bawaan")


def _folder(config: Config) -> Finding:
    missing = [
        name
        for name in ("uploads", "workspace", "backups")
        if not os.access(config.folder(name), os.R_OK | os.W_OK | os.X_OK)
    ]
    if missing:
        names = ", ".join(str(config.folder(name)) for name in missing)
        return wrong(
            "folder",
            f"Tidak ada, atau tidak boleh ditulis: {names}.",
            "Jalankan payung setup, atau perbaiki haknya.",
        )
    if config.home.stat().st_mode & 0o077:
        return look(
            "folder",
            f"{config.home} terbuka bagi orang lain di komputer ini.",
            f"Jalankan: chmod 700 {config.home}",
        )
    return good("folder", str(config.home))


def _disk(config: Config) -> Finding:
    places = {config.home, config.folder("uploads"), config.folder("backups")}
    free, place = min((shutil.disk_usage(one).free, str(one)) for one in places if one.is_dir())
    said = f"{free / 1e9:.1f} GB kosong di {place}"
    if free < NO_DISK:
        return wrong("disk", f"Hanya {said}.", "Kosongkan tempat sekarang; unggahan dapat gagal.")
    if free < LITTLE_DISK:
        return look("disk", f"Hanya {said}.", "Kosongkan tempat, atau pindahkan cadangan lama.")
    return good("disk", said)


def _network(config: Config) -> Finding:
    site = config.site
    if site.address not in ("127.0.0.1", "::1", "localhost") and not site.https:
        return wrong(
            "jaringan",
            f"Situs terbuka di {site.address} tanpa https: kata sandi dapat disadap.",
            "Pasang proksi https di depannya dan isi [site] https = true, atau kembalikan address ke 127.0.0.1.",
        )
    return good("jaringan", f"{site.address}:{site.port}{' lewat https' if site.https else ''}")


def _typesetting() -> Finding:
    if find_spec("typst") is None:
        return wrong("penata huruf", "Paket typst tidak ada.", "Jalankan make setup.")
    import typst

    try:
        text = '#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"), fallback: false)\nPayung'
        made = typst.compile(text.encode(), format="pdf")
    except Exception as error:  # whatever a broken installation of it throws
        return wrong("penata huruf", f"typst tidak bekerja ({type(error).__name__}).", "Jalankan make setup.")
    if b"LibertinusSerif" not in made:
        return wrong("penata huruf", "Huruf Libertinus Serif tidak ada.", "Jalankan make setup.")
    return good("penata huruf", "typst dan hurufnya ada")


def _keys(config: Config) -> Finding:
    try:
        keyring = load_keyring(config.folder("keys"))
    except PayungError as error:
        return Finding("kunci", State.WRONG, error.message, error.todo)
    return good("kunci", f"{config.folder('keys')} (kunci data versi {keyring.current})")
