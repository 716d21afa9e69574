"""Every finding of the intake: its short name for tables, its weight, and the sentence that says what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from payung.core import dates, kk, nik
from payung.core.finding import Severity

FAULT, QUESTION, NOTE = Severity.FAULT, Severity.QUESTION, Severity.NOTE


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of finding. `sentence` may hold `{…}` for what differs from row to row."""

    title: str
    severity: Severity
    sentence: str


_NIK_TITLES = {
    "nik_missing": "NIK kosong",
    "nik_scientific": "NIK dipendekkan Excel (6,4E+15)",
    "nik_letters": "NIK memuat huruf",
    "nik_short": "NIK kurang dari 16 angka",
    "nik_long": "NIK lebih dari 16 angka",
    "nik_placeholder": "NIK isian sementara",
    "nik_region": "Kode wilayah NIK tidak ada",
    "nik_date": "Tanggal dalam NIK tidak ada",
    "nik_serial": "NIK berakhir 0000",
}
_DATE_TITLES = {
    "date_missing": "kosong",
    "date_unreadable": "tidak terbaca",
    "date_incomplete": "tidak lengkap",
    "date_impossible": "tidak ada di kalender",
    "date_month_first": "ditulis bulan dahulu",
    "date_century": "tahunnya dua angka",
    "date_order": "dapat dibaca dua cara",
    "date_outside": "terlalu lama atau belum terjadi",
}
_OWN = {
    "nik_numeric": Code(
        "NIK tersimpan sebagai angka",
        FAULT,
        "NIK tersimpan sebagai angka; angka ke-16 mungkin hilang. Ketik ulang sebagai teks dari KTP atau KK.",
    ),
    "nik_is_kk": Code(
        "NIK sama dengan nomor KK", FAULT, "NIK sama dengan nomor KK. Isi NIK orangnya dari KTP atau KK."
    ),
    "nik_swapped_fields": Code(
        "NIK dan KK tertukar",
        FAULT,
        "NIK dan nomor KK kemungkinan tertukar tempat. Cocokkan dengan KTP dan KK.",
    ),
    "nik_birth_differs": Code(
        "NIK dan tanggal lahir berbeda",
        QUESTION,
        "NIK menyebut lahir {said}, kolom tanggal lahir {written}. Cocokkan keduanya dengan KTP atau KK.",
    ),
    "nik_sex_differs": Code(
        "NIK dan jenis kelamin berbeda",
        QUESTION,
        "NIK menyebut {said}, kolom jenis kelamin {written}. Cocokkan dengan KTP atau KK.",
    ),
    "nik_twice": Code(
        "NIK tertulis dua kali",
        QUESTION,
        "NIK ini juga tertulis di {place} dengan nama lain. Periksa baris mana yang salah.",
    ),
    "person_twice": Code(
        "Orang tertulis dua kali",
        QUESTION,
        "Orang ini juga tertulis di {place} (NIK dan nama sama). Hapus salah satu, atau biarkan: hanya satu yang dihitung.",
    ),
    "kk_numeric": Code(
        "Nomor KK tersimpan sebagai angka",
        QUESTION,
        "Nomor KK tersimpan sebagai angka; angka ke-16 mungkin hilang. Ketik ulang sebagai teks bila ada KK.",
    ),
    "name_missing": Code("Nama kosong", FAULT, "Nama kosong. Isi nama seperti di KTP."),
    "name_odd": Code(
        "Nama tidak lazim",
        QUESTION,
        "Nama ini memuat angka atau tanda, atau terlalu pendek. Tulis seperti di KTP.",
    ),
    "age_odd": Code(
        "Umur tidak lazim",
        QUESTION,
        "Menurut tanggal lahir umurnya {age} tahun. Cocokkan dengan KTP atau KK.",
    ),
    "sex_missing": Code(
        "Jenis kelamin kosong",
        QUESTION,
        "Jenis kelamin kosong. Isi L untuk laki-laki atau P untuk perempuan.",
    ),
    "sex_unreadable": Code(
        "Jenis kelamin tidak terbaca",
        QUESTION,
        "Jenis kelamin tidak terbaca. Tulis L untuk laki-laki atau P untuk perempuan.",
    ),
    "desa_missing": Code(
        "Desa kosong", FAULT, "Desa atau kelurahan kosong. Isi nama desa atau kelurahannya."
    ),
    "desa_from_file": Code(
        "Desa diambil dari judul", NOTE, "Desa kosong; dipakai {desa} dari judul atau nama berkas."
    ),
    "desa_given": Code(
        "Desa diambil dari unggahan", NOTE, "Desa kosong; dipakai {desa}, tempat yang dituju unggahan ini."
    ),
    "desa_outside": Code(
        "Desa di luar wilayah pengunggah",
        FAULT,
        "Baris ini menyebut tempat di luar {asked}. Perbaiki desa dan RT-nya, atau serahkan kepada petugas di sana.",
    ),
    "place_other": Code(
        "Daftar untuk tempat lain",
        FAULT,
        "Daftar ini menyebut {named} pada {count} baris; Anda mengunggah untuk {asked}. Unggah di tempat yang benar, "
        "atau serahkan kepada petugas di sana.",
    ),
    "place_differs": Code(
        "Daftar menyebut tempat lain",
        QUESTION,
        "Daftar ini menyebut {named} pada {count} baris; Anda mengunggah untuk {asked}. Bila memang benar, terima apa "
        "adanya; bila keliru, unggah di tempat yang benar.",
    ),
    "regency_other": Code(
        "Daftar dari kabupaten lain",
        QUESTION,
        "Daftar ini tampaknya dari {named}; di sini {asked}. Periksa apakah berkasnya benar.",
    ),
    "desa_unknown": Code(
        "Desa tidak dikenal",
        FAULT,
        "Desa atau kelurahan ini tidak ada di kabupaten ini. Periksa tulisannya.",
    ),
    "desa_ambiguous": Code(
        "Desa ada di dua kecamatan",
        FAULT,
        "Nama desa ini ada di lebih dari satu kecamatan. Tulis juga kecamatannya.",
    ),
    "rt_missing": Code("RT kosong", QUESTION, "Nomor RT kosong. Isi nomor RT, misalnya 003."),
    "rt_unreadable": Code(
        "RT tidak terbaca", QUESTION, "Nomor RT tidak terbaca. Tulis angkanya, misalnya 003."
    ),
    "occupation_missing": Code("Pekerjaan kosong", FAULT, "Pekerjaan kosong. Isi pekerjaan sehari-hari."),
    "occupation_unknown": Code(
        "Pekerjaan tidak dikenal",
        QUESTION,
        "Pekerjaan ini tidak termasuk kelompok yang dikenal. Pilih dari daftar, atau tulis lebih jelas.",
    ),
    "income_unreadable": Code(
        "Penghasilan tidak terbaca",
        QUESTION,
        "Penghasilan tidak terbaca. Tulis satu angka rupiah sebulan, misalnya 1500000.",
    ),
    "phone_unreadable": Code(
        "Nomor HP tidak terbaca", QUESTION, "Nomor HP tidak terbaca. Tulis seperti 081234567890."
    ),
    "pupil_unreadable": Code(
        "Status pelajar tidak terbaca", QUESTION, "Status pelajar tidak terbaca. Tulis Ya atau Tidak."
    ),
    "collected_on_unreadable": Code(
        "Tanggal pendataan tidak terbaca",
        NOTE,
        "Tanggal pendataan tidak terbaca. Tulis hari-bulan-tahun, misalnya 20-10-2022.",
    ),
    "alive_dead": Code(
        "Tertulis meninggal", FAULT, "Berkas desa menyebut orang ini sudah meninggal. Periksa lagi."
    ),
    "alive_gone": Code(
        "Tertulis pindah atau hilang",
        QUESTION,
        "Berkas desa menyebut orang ini pindah atau hilang. Periksa lagi.",
    ),
    "row_id_copied": Code(
        "Baris disalin dari baris lain",
        QUESTION,
        "Baris ini disalin dari {place} lalu diubah. Bila memang orang lain, biarkan; bila perbaikan, hapus baris lama.",
    ),
    "zero_share": Code(
        "Terlalu banyak NIK berakhir 0",
        QUESTION,
        "{share} NIK di berkas ini berakhir dengan angka 0; angka terakhirnya mungkin hilang di Excel. "
        "Minta berkas dengan NIK sebagai teks.",
    ),
    "nik_columns": Code(
        "Dua kolom NIK",
        QUESTION,
        "Ada lebih dari satu kolom NIK ({columns}) dengan isi yang berbeda. Sisakan satu kolom NIK.",
    ),
    "header_ambiguous": Code(
        "Judul kolom ganda",
        QUESTION,
        "Ada dua kolom yang berarti sama ({columns}) dengan isi yang berbeda. Ganti judul salah satunya.",
    ),
    "header_missing": Code(
        "Lembar tanpa judul kolom",
        QUESTION,
        'Lembar "{sheet}" memuat NIK tetapi tidak mempunyai judul kolom dalam 20 baris pertama. Tambahkan judul kolom.',
    ),
    "column_missing": Code(
        "Kolom tidak ada", NOTE, "Kolom {column} tidak ada di berkas ini. Tambahkan kolom itu dan isi."
    ),
}


def _catalogue() -> dict[str, Code]:
    found = dict(_OWN)
    for code, sentence in nik.FAULTS.items():
        found[code] = Code(_NIK_TITLES[code], FAULT, sentence)
    for code, sentence in kk.FAULTS.items():
        title = _NIK_TITLES[code.replace("kk_", "nik_", 1)].replace("NIK", "Nomor KK")
        found[code] = Code(title, NOTE if code == "kk_missing" else QUESTION, sentence)
    for code, sentence in dates.MESSAGES.items():
        found[code.replace("date_", "birth_", 1)] = Code(
            f"Tanggal lahir {_DATE_TITLES[code]}", FAULT, sentence.replace("Tanggal", "Tanggal lahir", 1)
        )
    return found


CODES: Mapping[str, Code] = _catalogue()
"""Code to what it means."""
TITLES: Mapping[str, str] = {code: one.title for code, one in CODES.items()}
FIELD_TITLES: Mapping[str, str] = {
    "nik": "NIK", "kk": "nomor KK", "name": "nama", "birth_place": "tempat lahir", "birth_on": "tanggal lahir",
    "sex": "jenis kelamin", "mother_name": "nama ibu", "address": "alamat", "rt": "RT", "rw": "RW", "rt_rw": "RT/RW",
    "desa": "desa", "kecamatan": "kecamatan", "occupation": "pekerjaan", "income": "penghasilan",
    "employer": "pemberi kerja", "pupil": "pelajar", "phone": "nomor HP", "collected_on": "tanggal pendataan",
    "alive": "status hidup", "row_id": "baris",
}  # fmt: skip
"""Fields as a person calls them, in the middle of a sentence."""
