"""Why a table file was refused: one sentence and one advice for each kind of trouble."""

from __future__ import annotations

from collections.abc import Mapping

from payung.core.errors import Exit, PayungError
from payung.core.passing_on import private
from payung.core.rupiah import number
from payung.sheets.limits import MEBIBYTE, Limits

_RESAVE = (
    "Buka di Excel atau LibreOffice, pilih Simpan Sebagai, jenis Buku Kerja Excel (.xlsx), lalu kirim lagi."
)
_ASK_AGAIN = "Minta pengirim mengirim ulang berkasnya, lalu coba lagi."

TEXTS: Mapping[str, tuple[str, str]] = {
    "missing": ("berkas tidak ditemukan.", "Periksa nama dan foldernya."),
    "not_a_file": ("ini bukan berkas biasa (folder atau sambungan perangkat).", "Tunjuk berkasnya, bukan foldernya."),
    "forbidden": ("tidak ada izin untuk membaca berkas ini.", "Minta izin baca kepada pemilik berkas atau foldernya."),
    "unreadable": (
        "berkas tidak dapat dibaca dari penyimpanan ({detail}).",
        "Salin dahulu berkasnya ke komputer ini, lalu coba lagi.",
    ),
    "empty_file": ("berkas kosong (0 byte).", "Kemungkinan pengiriman terputus. " + _ASK_AGAIN),
    "no_content": ("tidak ada satu sel pun yang berisi.", "Periksa apakah berkas yang dikirim sudah diisi dan disimpan."),
    "too_big": (
        "berkas terlalu besar: {found} MB, paling banyak {limit} MB.",
        "Bagi per kecamatan atau desa, dan buang gambar dari berkasnya.",
    ),
    "lock_file": (
        "ini berkas sementara Excel, bukan daftar.",
        "Tutup Excel, hapus berkas yang namanya diawali ~$, lalu coba lagi.",
    ),
    "encrypted": (
        "berkas dikunci dengan kata sandi.",
        "Buka di Excel, pilih File > Info > Proteksi Buku Kerja > Enkripsi dengan Kata Sandi, kosongkan, lalu simpan.",
    ),
    "pdf": ("isinya dokumen PDF, bukan tabel.", "Minta berkas Excel aslinya, atau ketik ulang ke formulir."),
    "picture": ("isinya gambar atau foto, bukan tabel.", "Minta berkas Excel aslinya, atau ketik ulang ke formulir."),
    "html": ("isinya halaman web (HTML), bukan buku kerja Excel.", _RESAVE),
    "xml": ("isinya XML, bukan buku kerja Excel.", _RESAVE),
    "rtf": ("isinya dokumen teks (RTF), bukan tabel.", "Salin tabelnya ke Excel, lalu simpan sebagai .xlsx."),
    "document": (
        "isinya dokumen Word atau presentasi, bukan buku kerja Excel.",
        "Salin tabelnya ke Excel, lalu simpan sebagai .xlsx.",
    ),
    "archive": ("isinya arsip (zip, rar, 7z atau gz), bukan tabel.", "Keluarkan isinya dahulu, lalu pakai berkas di dalamnya."),
    "xlsb": ("jenis Excel biner (.xlsb) tidak dibaca.", _RESAVE),
    "unknown": ("isinya bukan tabel yang dikenal.", "Yang dibaca: .xlsx, .xls, .ods, .csv. " + _RESAVE),
    "truncated": ("berkas terpotong: bagian akhirnya hilang.", "Kemungkinan pengiriman terputus. " + _ASK_AGAIN),
    "damaged": ("berkas rusak, isinya tidak terbaca.", _RESAVE),
    "too_many_parts": (
        "buku kerja terdiri atas {found} bagian, paling banyak {limit}.",
        "Bagi menjadi beberapa berkas dengan lebih sedikit lembar.",
    ),
    "bomb_size": (
        "buku kerja membengkak menjadi {found} MB bila dibuka, paling banyak {limit} MB.",
        "Berkas ini tidak wajar. " + _RESAVE,
    ),
    "bomb_ratio": (
        "bagian {detail} dimampatkan {found} kali, paling banyak {limit} kali.",
        "Berkas ini tidak wajar: mungkin ada sel atau baris kosong yang diulang sangat banyak. " + _RESAVE,
    ),
    "unsafe_name": (
        "buku kerja memuat nama bagian yang menunjuk ke luar berkas.",
        "Berkas ini mungkin sengaja dibuat merusak. Jangan dibuka; hubungi pengirimnya.",
    ),
    "dtd": (
        "buku kerja memuat perintah XML (DTD) yang tidak pernah ditulis Excel.",
        "Berkas ini mungkin sengaja dibuat merusak. Jangan dibuka; hubungi pengirimnya.",
    ),
    "too_many_rows": (
        "{sheet} berisi sampai baris {found}, paling banyak {limit} baris.",
        "Bagi menjadi beberapa berkas, atau hapus isi yang terselip jauh di bawah tabel.",
    ),
    "too_many_columns": (
        "{sheet} berisi sampai kolom ke-{found}, paling banyak {limit} kolom.",
        "Hapus isi yang terselip jauh di kanan tabel.",
    ),
    "far_cell": (
        "{sheet} mempunyai sel berisi yang terlalu jauh dari tabel: {detail}.",
        "Buka sel itu, hapus isinya, lalu simpan.",
    ),
    "long_cell": (
        "sel {detail} pada {sheet} berisi {found} huruf, paling banyak {limit}.",
        "Periksa sel itu; mungkin seluruh teks tertempel ke dalam satu sel.",
    ),
    "odd_duration": (
        "{sheet} memuat sel berformat jam dengan angka yang terlalu besar.",
        "Ubah format sel angka itu menjadi Umum atau Teks, lalu simpan.",
    ),
    "too_much_content": (
        "isi semua sel bersama-sama terlalu besar, paling banyak {limit} MB.",
        "Bagi menjadi beberapa berkas.",
    ),
    "memory": (
        "membaca berkas ini memerlukan lebih dari {limit} MB memori.",
        "Hapus isi yang terselip jauh dari tabel dan lembar yang tidak diperlukan, atau bagi menjadi beberapa berkas.",
    ),
    "cpu": (
        "membaca berkas ini memerlukan lebih dari {limit} detik kerja komputer.",
        "Bagi menjadi beberapa berkas, dan buang lembar yang tidak diperlukan.",
    ),
    "wall": (
        "berkas ini belum selesai dibaca setelah {limit} detik.",
        "Coba sekali lagi saat komputer tidak sibuk; bila tetap begini, bagi menjadi beberapa berkas.",
    ),
    "nul": ("berkas teks memuat huruf kosong (NUL) pada baris {found}.", _ASK_AGAIN),
    "encoding": (
        "huruf pada berkas teks tidak dikenali (bukan UTF-8, UTF-16 atau Windows-1252).",
        "Di Excel pilih Simpan Sebagai, jenis CSV UTF-8.",
    ),
    "quote": (
        "tanda kutip yang dibuka pada baris {found} tidak pernah ditutup.",
        "Hapus atau lengkapi tanda kutip (\") pada baris itu.",
    ),
    "long_line": ("baris {found} terlalu panjang untuk sebuah tabel.", "Periksa apakah ini benar berkas CSV."),
}  # fmt: skip
"""Code to what is wrong and what to do."""


def problem(code: str, name: str, limits: Limits, **details: object) -> PayungError:
    """The error of a code for a file named `name`. `details` may give `found`, `limit`, `sheet`, `detail`.

    Sizes are given in bytes and told in whole MB. ValueError for a code that does not exist.
    """
    if code not in TEXTS:
        raise ValueError(f"no such problem: {code}")
    message, todo = TEXTS[code]
    words = {
        "sheet": f"lembar “{_short(str(details['sheet']))}”" if details.get("sheet") else "tabel",
        "detail": _short(str(details.get("detail", ""))),
        "found": _amount(code, details.get("found", 0)),
        "limit": _amount(code, details.get("limit", _limit_of(code, limits))),
    }
    return PayungError(f"{_short(name)}: {message.format(**words)}", todo=todo, exit_code=Exit.INPUT)


CODES = frozenset(TEXTS)

_IN_MEBIBYTES = frozenset({"too_big", "bomb_size", "too_much_content", "memory"})


def _limit_of(code: str, limits: Limits) -> int:
    return {
        "too_big": limits.file_bytes,
        "too_many_parts": limits.entries,
        "bomb_size": limits.unpacked_bytes,
        "bomb_ratio": limits.ratio,
        "too_many_rows": limits.rows,
        "too_many_columns": limits.columns,
        "long_cell": limits.cell_characters,
        "too_much_content": limits.answer_bytes,
        "memory": limits.memory_bytes,
        "cpu": limits.cpu_seconds,
        "wall": int(limits.wall_seconds),
    }.get(code, 0)


def _amount(code: str, value: object) -> str:
    if not isinstance(value, int):
        return "?"
    return number(-(-value // MEBIBYTE) if code in _IN_MEBIBYTES else value)


def _short(text: str) -> str:
    """At most 80 characters, none of them able to move a terminal's cursor, and nobody's number."""
    clean = "".join(letter if letter.isprintable() else "?" for letter in private(text))
    return clean if len(clean) <= 80 else clean[:79] + "…"
