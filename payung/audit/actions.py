"""Everything that is recorded, `<what>.<done>`, with its title on the screen.

A code is never changed once it was written: entries keep it for ever. Titles are msgids, translated where they are
shown. Whoever adds a service adds its line here; a test holds code and list together.
"""

from __future__ import annotations

from collections.abc import Mapping

ACTIONS: Mapping[str, str] = {
    # The installation and its regencies.
    "regency.opened": "Kabupaten/kota dibuka",
    "policy.changed": "Aturan daerah diganti",
    "backup.made": "Cadangan dibuat",
    "backup.restored": "Cadangan dipulihkan",
    "keys.rotated": "Kunci data diganti",
    # People who work here.
    "user.added": "Pengguna ditambahkan",
    "user.changed": "Data pengguna diubah",
    "user.disabled": "Pengguna dinonaktifkan",
    "user.enabled": "Pengguna diaktifkan kembali",
    "user.invited": "Tautan kata sandi dibuat",
    "user.password_reset": "Kata sandi disetel lewat tautan",
    "user.password_changed": "Kata sandi diganti",
    "user.factor_added": "Pengaman kedua dipasang",
    "user.factor_removed": "Pengaman kedua dilepas",
    "user.signed_in": "Masuk",
    "user.signed_out": "Keluar",
    "user.sign_in_failed": "Gagal masuk",
    "post.proposed": "Perubahan jabatan diusulkan",
    "post.given": "Jabatan diberikan",
    "post.ended": "Jabatan diakhiri",
    "post.handed_over": "Jabatan diserahterimakan",
    # Approval by a second person.
    "approval.proposed": "Persetujuan diminta",
    "approval.approved": "Disetujui",
    "approval.refused": "Tidak disetujui",
    "approval.withdrawn": "Permintaan persetujuan ditarik",
    # Registers and people.
    "register.requested": "Data diminta dari instansi lain",
    "register.written": "Berkas permintaan data dibuat",
    "register.downloaded": "Berkas permintaan data diunduh untuk dikirim",
    "register.delivered": "Data dari instansi lain diterima",
    "register.read": "Data dari instansi lain dibaca",
    "register.withdrawn": "Data dari instansi lain ditarik",
    "people.saved": "Baris disimpan sebagai orang",
    "people.undone": "Baris yang disimpan ditarik kembali",
    "rt.imported": "Daftar ketua RT diperbarui",
    "person.merged": "Digabung dengan orang yang sama",
    "person.separated": "Penggabungan dibatalkan",
    "person.changed": "Data orang diubah",
    "person.unmasked": "Nomor lengkap dibuka",
    "person.removal_proposed": "Penghapusan dari daftar diusulkan",
    "person.removed": "Dikeluarkan dari daftar",
    "person.restored": "Dikembalikan ke daftar",
    # Lists.
    "upload.received": "Daftar diunggah",
    "upload.mapped": "Pemetaan kolom ditetapkan",
    "upload.repaired": "Baris diperbaiki",
    "upload.repair_undone": "Perbaikan dibatalkan",
    "upload.returned": "Buku kerja bertanda diunduh",
    "upload.saved": "Baris disimpan ke daftar",
    "upload.undone": "Unggahan dibatalkan",
    "announcement.opened": "Daftar diumumkan",
    "announcement.closed": "Pengumuman ditutup",
    "objection.added": "Keberatan dicatat",
    "objection.answered": "Keberatan dijawab",
    # Screening and review.
    "run.started": "Penyaringan dimulai",
    "run.finished": "Penyaringan selesai",
    "run.failed": "Penyaringan gagal",
    "pair.decided": "Pasangan diputuskan",
    "pair.pattern_confirmed": "Pasangan sepola dikonfirmasi",
    "pair.undone": "Putusan pasangan dibatalkan",
    "pair.asked": "RT ditanya tentang pasangan",
    "pair.answered": "RT menjawab tentang pasangan",
    "pair.exported": "Putusan ditulis ke berkas",
    "pair.imported": "Putusan dibaca dari berkas",
    # The ledger itself.
    "ledger.checked": "Buku riwayat diperiksa",
    "ledger.exported": "Buku riwayat diekspor",
    "detail.erased": "Rincian catatan dihapus",
}


def title_of(action: str) -> str:
    """The title of an action; the code itself for one that is not known any more."""
    return ACTIONS.get(action, action)
