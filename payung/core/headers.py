"""What the headers of lists and registers mean: the words that people write above a column, by canonical field.

Case, punctuation and digits do not count ("NO. KK", "No KK (16 digit)"). What nobody has taught is unknown: a column
without a field is left alone, never guessed from its values.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "number": ("no", "nomor", "no urut", "nomor urut", "nourut", "urut", "#"),
    "row_id": ("row id", "id baris", "payung id", "id payung"),
    "request_id": ("id permintaan", "request id"),
    "nik": (
        "nik", "no nik", "nomor nik", "nik ktp", "no ktp", "nomor ktp", "ktp", "no ktp nik", "nik no ktp", "nik ktp el",
        "nomor induk kependudukan", "no induk kependudukan", "nomor induk kependudukan nik", "nik e ktp", "no nik ktp",
        "nik pekerja", "nik peserta", "nomor identitas", "no identitas", "nik angka", "n i k",
        "nik sesuai ktp", "nik digit", "nomor nik ktp", "nik e ktp kk", "no nik sesuai ktp",
        "nik pekerja rentan", "nik calon peserta", "nomor ktp nik",
    ),
    "kk": (
        "kk", "no kk", "nomor kk", "nokk", "no kartu keluarga", "nomor kartu keluarga", "kartu keluarga", "nkk",
        "nomor kk kartu keluarga", "no k k", "nomor kartu keluarga kk", "nomor kk angka",
    ),
    "name": (
        "nama", "nama lengkap", "nama pekerja", "nama peserta", "nama warga", "nama penduduk", "nama tenaga kerja",
        "nama lengkap sesuai ktp", "nama sesuai ktp", "nama calon peserta", "nama penerima", "name", "nama pekerja rentan",
        "nama orang", "nama lengkap tanpa gelar", "nama pegawai",
        "nama lengkap sesuai e ktp", "nama sesuai e ktp", "nama pekerja peserta", "nama peserta pekerja",
        "nama lengkap pekerja", "nama calon", "nama usulan", "nama pekerja informal", "nama penerima manfaat",
        "nama penerima bantuan", "nama lengkap peserta", "nama calon penerima", "nama sesuai kk",
        "nama yang diusulkan",
    ),
    "birth_place": (
        "tempat lahir", "tmp lahir", "tmpt lahir", "tempat kelahiran", "tpt lahir", "kota lahir", "birth place",
        "tempat tanggal lahir tempat", "tempat tgl lahir tempat", "kelahiran tempat", "lahir tempat", "ttl tempat",
    ),
    "birth_on": (
        "tanggal lahir", "tgl lahir", "tgllahir", "tanggallahir", "tgl kelahiran", "tanggal kelahiran", "birth on",
        "tgl bln thn lahir", "tempat tanggal lahir tanggal", "tanggal lahir dd mm yyyy", "lahir", "ttl", "birth date",
        "tanggal lahir hari bulan tahun", "tgl lahir dd mm yyyy", "tempat tanggal lahir", "tempat tgl lahir",
        "tempat tgl lahir tanggal", "tempat tgl lahir tgl", "tempat tanggal lahir tgl", "kelahiran tanggal",
        "kelahiran tgl", "lahir tanggal", "lahir tgl", "ttl tanggal", "ttl tgl",
        "tanggal bulan tahun lahir", "tgl bulan tahun lahir", "tgl bln tahun lahir",
        "tanggal lahir sesuai ktp", "tgl lahir sesuai ktp", "tempat dan tanggal lahir", "tempat dan tgl lahir",
        "tempat tanggal bulan tahun lahir", "tempat lahir tanggal lahir",
    ),
    "sex": (
        "jenis kelamin", "l p", "lp", "jk", "kelamin", "jns kelamin", "gender", "sex", "jenis kelamin l p", "j k",
        "laki laki perempuan", "p l", "jenkel",
        "jenis kel", "jns kel", "jk l p", "kelamin l p",
    ),
    "mother_name": (
        "nama ibu kandung", "ibu kandung", "nama ibu", "nama gadis ibu kandung", "ibu", "nama gadis ibu", "mother name",
        "nama ibu kandung sesuai kk", "nama lengkap ibu kandung",
    ),
    "address": (
        "alamat", "alamat rumah", "alamat lengkap", "alamat tinggal", "alamat domisili", "alamat ktp", "alamat sesuai ktp",
        "jalan", "address", "alamat jalan", "domisili",
        "alamat tempat tinggal", "alamat domisili lengkap", "alamat sekarang", "alamat lengkap sesuai ktp",
    ),
    "rt": ("rt", "no rt", "nomor rt", "rukun tetangga", "alamat rt"),
    "rw": ("rw", "no rw", "nomor rw", "rukun warga", "alamat rw"),
    "rt_rw": ("rt rw", "rtrw", "rt dan rw"),
    "dusun": ("dusun", "lingkungan", "nama dusun"),
    "desa": (
        "desa", "kelurahan", "desa kelurahan", "kelurahan desa", "desa kel", "kel desa", "nama desa", "nama kelurahan",
        "kode desa", "desa code", "kode desa kelurahan", "kode kelurahan", "kelurahan domisili", "desa domisili",
        "nama desa kelurahan", "kode wilayah",
    ),
    "kecamatan": ("kecamatan", "kec", "nama kecamatan", "kecamatan domisili"),
    "regency": ("kabupaten", "kota kab", "kabupaten kota", "kab kota", "kota"),
    "occupation": (
        "pekerjaan", "jenis pekerjaan", "profesi", "mata pencaharian", "pekerjaan utama", "jenis usaha", "bidang pekerjaan",
        "occupation", "kelompok pekerjaan", "jenis pekerjaan profesi", "pekerjaan profesi",
        "pekerjaan saat ini", "pekerjaan sekarang", "jenis profesi", "pekerjaan sehari hari",
        "jenis pekerjaan utama", "pekerjaan rentan", "jenis pekerjaan informal", "pekerjaan usaha",
        "jenis pekerjaan usaha",
    ),
    "work_place": ("tempat kerja", "lokasi kerja", "tempat bekerja", "lokasi pekerjaan", "tempat usaha", "alamat kerja"),
    "work_hours": ("jam kerja", "waktu kerja", "jam bekerja", "jam kerja mulai selesai"),
    "income": (
        "penghasilan", "penghasilan per bulan", "penghasilan bulan", "pendapatan", "pendapatan per bulan", "upah",
        "penghasilan rp", "penghasilan sebulan", "gaji", "income idr", "pendapatan bulan", "rata rata penghasilan",
        "penghasilan per bulan rp",
        "penghasilan rata rata", "pendapatan rata rata", "penghasilan bulanan", "pendapatan bulanan",
        "rata rata penghasilan per bulan", "rata rata pendapatan",
    ),
    "employer": (
        "pemberi kerja", "nama perusahaan", "perusahaan", "nama pemberi kerja", "majikan", "tempat kerja perusahaan",
        "employer",
    ),
    "pupil": (
        "pelajar", "masih sekolah", "pelajar mahasiswa", "status pelajar", "sekolah", "masih pelajar", "pupil",
        "apakah pelajar",
    ),
    "phone": (
        "no hp", "hp", "nomor hp", "telepon", "no telepon", "no telp", "telp", "no handphone", "handphone", "no wa",
        "nomor telepon", "no hp wa", "wa", "whatsapp", "no whatsapp", "nomor handphone", "phone", "kontak", "no kontak",
        "nomor wa", "no tlp",
        "no hp aktif", "nomor hp aktif", "nomor hp wa", "no telepon hp", "no hp telepon", "nomor telepon hp",
        "no telp hp", "no hp telp", "no wa hp", "no hp yang dapat dihubungi",
    ),
    "bpjs_kesehatan": (
        "bpjs kesehatan", "status bpjs kesehatan", "jkn", "kis", "jkn kis", "kepesertaan bpjs kesehatan",
        "kepesertaan jkn",
    ),
    "proof": ("bukti", "bukti profesi", "bukti pekerjaan", "dokumen pendukung", "proof", "surat keterangan"),
    "collector": ("pendata", "nama pendata", "petugas", "nama petugas", "petugas pendata", "pengumpul data", "collector"),
    "collector_kk": ("kk pendata", "no kk pendata", "nomor kk pendata"),
    "collected_on": (
        "tanggal pendataan", "tgl pendataan", "tanggal data", "tanggal pengisian", "tgl pengisian", "collected on",
    ),
    "kpj": ("kpj", "no kpj", "nomor kpj", "nomor kartu peserta", "no kartu peserta", "no peserta", "nomor peserta"),
    "nip": ("nip", "nip nrp", "nrp", "nomor induk pegawai"),
    "status": (
        "status", "status kepesertaan", "status peserta", "status penduduk", "hasil", "hasil padanan", "status aktif",
        "status padanan", "jawaban",
    ),
    "segment": ("segmen", "segmen kepesertaan", "jenis kepesertaan", "segment", "golongan", "jenis pegawai"),
    "payer": (
        "dibayar oleh", "pembayar", "pembayar iuran", "sumber iuran", "sumber dana", "perangkat daerah", "payer",
        "pemberi kerja badan usaha", "nama pembayar",
    ),
    "valid_from": ("berlaku mulai", "tanggal mulai", "tgl mulai", "mulai", "tmt", "valid from", "tanggal kepesertaan"),
    "valid_until": (
        "berlaku sampai", "tanggal berakhir", "tgl berakhir", "sampai", "berakhir", "valid until", "berlaku hingga",
        "tanggal nonaktif",
    ),
    "detail": ("keterangan", "catatan", "ket", "detail", "instansi", "remark", "alasan"),
}  # fmt: skip
"""Field to the headers that mean it, as `key` writes them."""


def key(header: str) -> str:
    """How headers are compared: lower-case words without punctuation, digits or what stands in brackets after them.

    >>> key("NO. KK (16 digit)")
    'no kk'
    """
    text = re.sub(r"\([^)]*\)?|\[[^\]]*\]?", " ", header.casefold())
    words = re.findall(r"[a-z]+|#", text)
    if not words:
        words = re.findall(r"[a-z]+|#", header.casefold())
    return " ".join(words)


_FIELD_OF = {name: field for field, names in SYNONYMS.items() for name in names}


@lru_cache(maxsize=4096)
def field_of(header: str) -> str | None:
    """The field that a header means, whatever table it stands on; None for an unknown one."""
    return _FIELD_OF.get(key(header))


def field_among(header: str, fields: Collection[str]) -> str | None:
    """The field that a header means in a table that knows only `fields`.

    A header that means another field ("Perusahaan" in a register without employers) is unknown there.
    """
    field = field_of(header)
    return field if field in fields else None
