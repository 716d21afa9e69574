"""What the articles say until somebody writes something else, and the words that are filled in from typed facts. Pure.

One line of a text is one verse (ayat); lines that begin with `- ` are items below the verse before them. A word in
braces is filled in when the paper is made, so that the text cannot contradict the ceiling or the days beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from payung.agreement.rules import (
    PROGRAMME_TITLES,
    SEGMENT_TITLES,
    Due,
    Kind,
    Section,
    Terms,
)
from payung.core.dates import long_day
from payung.core.rupiah import rupiah, terbilang

PLACEHOLDERS: Mapping[str, str] = {
    "pihak_kesatu": "nama pihak kesatu",
    "pihak_kedua": "nama pihak kedua",
    "segmen": "segmen peserta",
    "program": "program jaminan",
    "masa_berlaku": "hari pertama sampai hari terakhir",
    "pagu": "pagu dalam angka dan huruf",
    "tenggat": "batas hari pembayaran setiap segmen",
    "data": "bidang data yang dipertukarkan",
    "cara": "cara pertukaran data",
    "masa_simpan": "berapa tahun data disimpan",
    "nota_kesepakatan": "nomor dan judul Nota Kesepakatan di atasnya",
}
"""Word in braces to what it is filled with."""
_WORD = re.compile(r"\{([^{}]*)\}")
_ITEM = re.compile(r"^\s*[-•]\s+")
_DOTS = "…" * 6

_NK: Mapping[Section, str] = {
    Section.PURPOSE: (
        "Nota Kesepakatan ini menjadi landasan PARA PIHAK untuk bekerja sama melindungi pekerja di daerah PIHAK KESATU "
        "dengan program {program}.\n"
        "Tujuannya agar pekerja yang rentan dan pegawai pemerintah non-ASN tetap terlindungi ketika mengalami "
        "kecelakaan kerja atau meninggal dunia, dan keluarganya tidak jatuh miskin karenanya."
    ),
    Section.OBJECT: (
        "Objek Nota Kesepakatan ini adalah penyelenggaraan jaminan sosial ketenagakerjaan bagi segmen {segmen}.\n"
        "Ruang lingkupnya meliputi:\n"
        "- pendataan, pemadanan, dan pendaftaran peserta;\n"
        "- pembayaran iuran yang menjadi beban PIHAK KESATU;\n"
        "- pertukaran dan pelindungan data;\n"
        "- sosialisasi dan pelayanan manfaat; dan\n"
        "- pemantauan dan evaluasi bersama."
    ),
    Section.PERFORMANCE: (
        "Nota Kesepakatan ini dilaksanakan dengan perjanjian kerja sama yang dibuat setiap tahun oleh perangkat daerah "
        "yang ditunjuk PIHAK KESATU dan kantor cabang PIHAK KEDUA.\n"
        "Perjanjian kerja sama memuat paling sedikit segmen, pagu, tenggat pembayaran, mulai pelindungan, perhitungan "
        "kembali iuran, dan pertukaran data."
    ),
    Section.DATA: (
        "Data yang dipertukarkan terbatas pada {data}, dan hanya dipakai untuk tujuan Nota Kesepakatan ini.\n"
        "Pertukaran dilakukan {cara}.\n"
        "Setiap pihak menjaga kerahasiaan data menurut peraturan tentang pelindungan data pribadi. Rinciannya diatur "
        "dalam perjanjian kerja sama."
    ),
    Section.FUNDING: (
        "Biaya yang timbul dari Nota Kesepakatan ini dibebankan pada anggaran masing-masing pihak menurut tugasnya.\n"
        "Iuran peserta yang ditanggung PIHAK KESATU dibayar dari APBD sesuai anggaran yang tersedia setiap tahun."
    ),
    Section.SUPERVISION: (
        "PARA PIHAK memantau dan mengevaluasi pelaksanaan Nota Kesepakatan ini bersama-sama paling sedikit satu kali "
        "dalam setahun.\n"
        "Hasilnya dituangkan dalam berita acara dan menjadi bahan perjanjian kerja sama tahun berikutnya."
    ),
    Section.TERM: (
        "Nota Kesepakatan ini berlaku {masa_berlaku}.\n"
        "Perpanjangan disepakati paling lambat tiga bulan sebelum hari terakhirnya."
    ),
    Section.DISPUTE: (
        "Perbedaan pendapat diselesaikan dengan musyawarah untuk mufakat.\n"
        "Bila dalam 30 hari kalender tidak tercapai mufakat, PARA PIHAK menempuh penyelesaian menurut ketentuan "
        "peraturan perundang-undangan."
    ),
    Section.ENDING: (
        "Nota Kesepakatan ini berakhir karena jangka waktunya habis, kesepakatan PARA PIHAK, atau perintah peraturan "
        "perundang-undangan.\n"
        "Pihak yang hendak mengakhiri lebih awal memberi tahu secara tertulis paling lambat 30 hari kalender "
        "sebelumnya.\n"
        "Berakhirnya Nota Kesepakatan ini tidak menghapus kewajiban yang sudah timbul dari perjanjian kerja sama."
    ),
    Section.OTHER: (
        "Hal yang belum diatur, dan perubahan atas Nota Kesepakatan ini, ditetapkan dalam adendum yang disepakati "
        "PARA PIHAK dan menjadi bagian yang tidak terpisahkan."
    ),
}

_PKS: Mapping[Section, str] = {
    Section.PURPOSE: (
        "Perjanjian ini melaksanakan {nota_kesepakatan}.\n"
        "Tujuannya memastikan setiap orang yang ditetapkan PIHAK KESATU terdaftar, dibayar iurannya tepat jumlah dan "
        "tepat waktu, dan dilayani haknya."
    ),
    Section.OBJECT: (
        "Objek perjanjian ini adalah kepesertaan program {program} bagi segmen {segmen}.\n"
        "Nama dan alamat peserta tercantum dalam keputusan kepala daerah beserta perubahannya, yang disampaikan PIHAK "
        "KESATU kepada PIHAK KEDUA; jumlah peserta mengikuti keputusan itu.\n"
        "Iuran yang menjadi beban PIHAK KESATU selama perjanjian ini paling banyak {pagu}."
    ),
    Section.DUTIES: (
        "PIHAK KESATU wajib:\n"
        "- menyaring calon peserta sehingga setiap NIK hanya sekali tercatat;\n"
        "- menyampaikan daftar peserta yang sudah ditetapkan beserta perubahannya; dan\n"
        "- membayar iuran menurut perjanjian ini.\n"
        "PIHAK KEDUA wajib:\n"
        "- menjawab setiap baris pada daftar yang dipadankan, dan mengembalikan baris yang ditolak dengan alasannya;\n"
        "- mendaftarkan peserta, menerbitkan nomor dan bukti kepesertaan, dan menyatakan hari mulai pelindungannya;\n"
        "- menerbitkan kode iuran dan bukti pembayaran; dan\n"
        "- memberi tahu PIHAK KESATU begitu iuran sebuah kelompok belum diterima pada tenggatnya.\n"
        "Setiap pihak berhak atas pelaksanaan kewajiban pihak lainnya."
    ),
    Section.PAYMENT: (
        "Besar iuran mengikuti peraturan perundang-undangan untuk pembayaran melalui APBD dan untuk segmen "
        "masing-masing.\n"
        "Tenggat pembayaran: {tenggat}. Bila hari itu libur, pembayaran dilakukan paling lambat pada hari kerja "
        "berikutnya.\n"
        "PIHAK KEDUA menerbitkan kode iuran setiap bulan, terpisah menurut segmen dan kelompok pembayar, paling "
        "lambat tujuh hari kerja sebelum tenggat. Kode yang jumlahnya tidak sesuai diganti sebelum dibayar.\n"
        "Iuran dibayar ke rekening yang ditunjukkan kode iuran, dan PIHAK KEDUA menyampaikan bukti penerimaannya "
        "untuk setiap pembayaran.\n"
        "Seluruh pembayaran tidak melampaui {pagu}. Kebutuhan di atas jumlah itu memerlukan adendum lebih dahulu."
    ),
    Section.COVER: (
        "Pelindungan peserta baru mulai pada hari yang dinyatakan PIHAK KEDUA. Tanggal keputusan kepala daerah tidak "
        "dengan sendirinya menjadi hari mulai pelindungan.\n"
        "Bila tidak dinyatakan lain, hari itu adalah hari PIHAK KEDUA menerima formulir yang lengkap atau data "
        "elektronik yang sah.\n"
        "Hari lain dapat dipakai bila ditetapkan dengan surat kantor wilayah PIHAK KEDUA; suratnya dilampirkan pada "
        "perjanjian ini.\n"
        "PIHAK KEDUA menyampaikan daftar hari mulai pelindungan setiap peserta paling lambat lima hari kerja sesudah "
        "pendaftaran."
    ),
    Section.CHANGES: (
        "PIHAK KESATU menyampaikan peserta yang meninggal dunia, pindah, menjadi pekerja penerima upah, atau tidak "
        "lagi memenuhi syarat setiap bulan, sebelum kode iuran bulan itu diterbitkan.\n"
        "Pengganti ditetapkan dengan perubahan keputusan dan dilindungi sejak hari yang dinyatakan PIHAK KEDUA.\n"
        "Kematian yang diketahui salah satu pihak segera diberitahukan kepada pihak lainnya, agar hak ahli waris "
        "dapat diurus."
    ),
    Section.OFFSET: (
        "PARA PIHAK memeriksa peserta ganda, meninggal dunia, dan tidak berhak sebelum iuran dibayar.\n"
        "Iuran yang telanjur dibayar untuk orang yang pada bulan itu tidak dapat menjadi peserta diperhitungkan dengan "
        "tagihan bulan berikutnya, disertai daftar nama dan bulannya.\n"
        "Yang tidak dapat diperhitungkan dalam tahun anggaran itu dikembalikan ke rekening kas umum daerah paling "
        "lambat 30 hari kalender sesudah rekonsiliasi terakhir.\n"
        "Perhitungan dan pengembalian dituangkan dalam berita acara rekonsiliasi."
    ),
    Section.DATA: (
        "Data yang dipertukarkan: {data}. Bidang lain hanya diminta bila diperlukan untuk pendaftaran atau manfaat, "
        "dengan alasan tertulis.\n"
        "Pertukaran dilakukan {cara}, oleh petugas yang ditunjuk masing-masing pihak.\n"
        "Setiap baris yang dipadankan dijawab dengan satu keadaan; baris tanpa jawaban dianggap belum diketahui.\n"
        "Data hanya dipakai untuk tujuan perjanjian ini, disimpan paling lama {masa_simpan} sesudah perjanjian "
        "berakhir kecuali peraturan menentukan lain, lalu dimusnahkan dengan berita acara.\n"
        "Kegagalan pelindungan data diberitahukan kepada pihak lainnya tanpa menunda, sehingga pemberitahuan kepada "
        "yang bersangkutan dan lembaga berwenang dapat dilakukan dalam 3 x 24 jam."
    ),
    Section.CLAIMS: (
        "PIHAK KEDUA melayani manfaat peserta atau ahli warisnya menurut peraturan perundang-undangan, dan memberi "
        "tahu syarat yang belum lengkap sekaligus, bukan satu per satu.\n"
        "PIHAK KESATU membantu ahli waris melengkapi dokumen kependudukan.\n"
        "Manfaat dibayarkan langsung dan utuh kepada yang berhak."
    ),
    Section.SUPERVISION: (
        "PARA PIHAK merekonsiliasi jumlah peserta, iuran, dan pembayaran setiap bulan, dan menuangkannya dalam berita "
        "acara.\n"
        "Evaluasi dilakukan paling sedikit satu kali dalam enam bulan, termasuk jumlah manfaat yang diterima warga.\n"
        "Dokumen pelaksanaan disediakan bagi aparat pengawasan yang berwenang."
    ),
    Section.TERM: (
        "Perjanjian ini berlaku {masa_berlaku}.\n"
        "Kewajiban yang timbul dalam masa itu diselesaikan walaupun masanya sudah berakhir."
    ),
    Section.DISPUTE: (
        "Perselisihan diselesaikan dengan musyawarah antara perangkat daerah dan kantor cabang; bila belum selesai "
        "dalam 30 hari kalender, oleh pimpinan PARA PIHAK.\n"
        "Bila musyawarah gagal, penyelesaian mengikuti ketentuan peraturan perundang-undangan.\n"
        "Selama perselisihan, pelindungan peserta tidak dihentikan karena perselisihan itu."
    ),
    Section.ENDING: (
        "Perjanjian ini berakhir karena jangka waktunya habis, disepakati, atau tidak lagi mungkin dilaksanakan "
        "menurut peraturan perundang-undangan.\n"
        "Pihak yang hendak mengakhiri lebih awal memberi tahu secara tertulis dengan alasannya paling lambat 30 hari "
        "kalender sebelumnya.\n"
        "Sebelum pelindungan berhenti, PARA PIHAK memberi tahu peserta dan menyelesaikan iuran serta manfaat yang "
        "belum tuntas."
    ),
    Section.OTHER: (
        "Perubahan perjanjian ini dibuat dalam adendum bernomor yang ditandatangani PARA PIHAK.\n"
        "Pihak yang terhalang keadaan kahar memberi tahu pihak lainnya paling lambat 14 hari kalender sejak keadaan "
        "itu terjadi."
    ),
}
USUAL: Mapping[Kind, Mapping[Section, str]] = {Kind.NK: _NK, Kind.PKS: _PKS, Kind.ADDENDUM: {}}
"""Our wording, section by section. An addendum begins empty."""

USUAL_FIELDS = (
    "NIK", "nama", "tanggal lahir", "jenis kelamin", "alamat", "desa atau kelurahan", "pekerjaan", "bulan iuran",
    "nomor kepesertaan", "keadaan kepesertaan",
)  # fmt: skip
USUAL_WAY = "dengan berkas terenkripsi atau saluran yang disepakati, disertai sidik SHA-256 setiap berkas"
USUAL_RETENTION_YEARS = 10
"""As long as evidence of payments is kept."""
# ASSUMPTION: ten years is the usual term for financial archives; the office's own archive schedule decides.


@dataclass(frozen=True, slots=True)
class Verse:
    """One verse of an article, with the items below it."""

    text: str
    items: tuple[str, ...] = ()


def unknown_words(text: str) -> tuple[str, ...]:
    """Words in braces that are filled with nothing, in their order."""
    return tuple(dict.fromkeys(word for word in _WORD.findall(text) if word not in PLACEHOLDERS))


def words_of(terms: Terms, umbrella: str = "") -> Mapping[str, str]:
    """What each word in braces is filled with; dots where it is not known yet."""
    content = terms.content
    retention = content.data.retention_years
    known = {
        "pihak_kesatu": content.first.name,
        "pihak_kedua": content.second.name,
        "segmen": listed([SEGMENT_TITLES[one] for one in terms.segments]),
        "program": listed([PROGRAMME_TITLES[one] for one in content.programmes]),
        "masa_berlaku": f"sejak {long_day(terms.valid_from)} sampai dengan {long_day(terms.valid_to)}",
        "pagu": f"{rupiah(terms.ceiling_idr)} ({terbilang(terms.ceiling_idr)})"
        if terms.ceiling_idr is not None
        else "jumlah yang tersedia dalam anggaran tahun berjalan",
        "tenggat": "; ".join(due_in_words(one) for one in content.due),
        "data": listed(content.data.fields),
        "cara": content.data.how,
        "masa_simpan": f"{retention} tahun" if retention else "",
        "nota_kesepakatan": umbrella,
    }
    return {word: known[word] or _DOTS for word in PLACEHOLDERS}


def verses(text: str, words: Mapping[str, str]) -> tuple[Verse, ...]:
    """A text as it is printed: filled in and cut into verses. A word that is not known stays as it was written."""
    found: list[Verse] = []
    for line in text.splitlines():
        filled = _WORD.sub(lambda match: words.get(match[1], match[0]), line).strip()
        if not filled:
            continue
        if _ITEM.match(filled) and found:
            before = found.pop()
            found.append(Verse(before.text, (*before.items, _ITEM.sub("", filled))))
        else:
            found.append(Verse(_ITEM.sub("", filled)))
    return tuple(found)


def due_in_words(due: Due) -> str:
    """`untuk pekerja rentan … paling lambat tanggal 15 bulan iuran itu sendiri`."""
    month = "bulan berikutnya" if due.next_month else "bulan iuran itu sendiri"
    return f"untuk {SEGMENT_TITLES[due.segment]} paling lambat tanggal {due.day} {month}"


def listed(words: Sequence[str]) -> str:
    """`a`, `a dan b`, `a, b, dan c`; "" for nothing."""
    if len(words) < 3:
        return " dan ".join(words)
    return f"{', '.join(words[:-1])}, dan {words[-1]}"
