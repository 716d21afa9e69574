"""Words that every report uses: what to do about a reason, and text of users that is safe to pass on."""

from __future__ import annotations

from collections.abc import Mapping

from payung.core.passing_on import safe as safe
from payung.core.passing_on import shortened as shortened
from payung.core.passing_on import shortened_file as shortened_file

TO_DO: Mapping[str, str] = {
    "age_disputed": "Cocokkan tanggal lahir dan NIK dengan KTP, lalu perbaiki yang keliru.",
    "age_over": "Periksa tanggal lahir pada KTP. Bila benar, tidak ada yang dapat diubah.",
    "age_under": "Periksa tanggal lahir pada KTP. Bila benar, usulkan lagi setelah cukup umur.",
    "asn_unknown": "Mintakan jawaban BKPSDM, lalu proses lagi.",
    "birth_missing": "Isi tanggal lahir sesuai KTP.",
    "bpjs_unknown": "Mintakan jawaban BPJS Ketenagakerjaan, lalu proses lagi.",
    "civil_servant": "Bila sudah berhenti, minta BKPSDM memperbaiki datanya.",
    "contradiction": "Putuskan di buku kerja pemeriksaan, kolom KEPUTUSAN.",
    "covered_employer": "Bila sudah berhenti bekerja, minta BPJS Ketenagakerjaan memperbaiki datanya.",
    "covered_from": "Dapat ditetapkan untuk sebagian bulan bila diizinkan, atau diusulkan lagi kemudian.",
    "covered_other": "Usulkan lagi bila perlindungan dari pihak lain itu berakhir.",
    "covered_until": "Dapat ditetapkan untuk sebagian bulan bila diizinkan, atau diusulkan lagi kemudian.",
    "criterion_failed": "Laporkan kepada pengelola aplikasi; orang ini belum dinilai.",
    "dead": "Bila benar dan ia peserta, bantu ahli waris mengurus santunan. Bila keliru, hubungi Disdukcapil.",
    "decile_over": "Usulkan ke sumber dana lain.",
    "desa_unknown": "Tulis nama desa atau kelurahan sesuai KTP.",
    "dtsen_unknown": "Mintakan desil kesejahteraan kepada Dinas Sosial.",
    "dukcapil_unknown": "Mintakan jawaban Disdukcapil, lalu proses lagi.",
    "duplicate": "Tidak perlu apa-apa: baris yang lain tetap diproses.",
    "employer_named": "Pastikan ia tidak digaji perusahaan; bila benar tidak, kosongkan kolom pemberi kerja.",
    "group_not_funded": "Usulkan ke sumber dana lain.",
    "group_other_segment": "Daftarkan melalui segmen kelompok itu.",
    "identity_differs": "Cocokkan dengan KTP atau KK, perbaiki daftar, lalu mintakan jawaban baru.",
    "income_over": "Usulkan ke sumber dana lain.",
    "income_unknown": "Isi penghasilan sebulan.",
    "link_unconfirmed": "Putuskan di buku kerja pemeriksaan, kolom KEPUTUSAN.",
    "list_fault": "Perbaiki sel yang diwarnai pada berkas yang dikembalikan, lalu kirim lagi.",
    "months_paid": "Tidak perlu apa-apa: bulan itu sudah dibayar.",
    "moved_away": "Bila keliru, minta Disdukcapil memperbaiki datanya.",
    "name_missing": "Isi nama sesuai KTP.",
    "nik_invalid": "Cocokkan NIK dengan KTP atau KK.",
    "nik_missing": "Isi NIK 16 angka dari KTP atau KK.",
    "nonasn_staff": "Didaftarkan oleh perangkat daerahnya. Bila sudah berhenti, minta datanya diperbaiki.",
    "nonasn_unknown": "Mintakan jawaban perangkat daerah, lalu proses lagi.",
    "not_in_population": "Cocokkan NIK dengan KTP atau KK.",
    "occupation_missing": "Isi pekerjaannya, misalnya petani atau pedagang.",
    "occupation_unknown": "Tulis pekerjaan dengan kata yang ada pada daftar kelompok.",
    "other_regency": "Usulkan melalui kabupaten tempat tinggalnya.",
    "payer_unknown": "Tanyakan pembayar iurannya kepada BPJS Ketenagakerjaan.",
    "payer_unrecognised": "Tambahkan nama pembayar itu pada aturan daerah, lalu proses lagi.",
    "payers_unknown": "Mintakan data pembayar lain, lalu proses lagi.",
    "proof_missing": "Lampirkan bukti pekerjaan.",
    "pupil": "Usulkan lagi setelah selesai bersekolah.",
    "pupil_unknown": "Isi kolom pelajar dengan ya atau tidak.",
    "register_waived": "Proses lagi dengan register itu sebelum ditetapkan.",
    "related_to_collector": "Tidak perlu apa-apa; tercatat agar dapat diperiksa.",
    "review_open": "Putuskan di buku kerja pemeriksaan, kolom KEPUTUSAN.",
    "segment_unknown": "Tanyakan segmen dan pembayar iurannya kepada BPJS Ketenagakerjaan.",
    "status_unreadable": "Tanyakan arti status itu kepada pemilik data.",
}
"""Reason code to what a village or the office does about it. Every code of an assessment has an entry."""
