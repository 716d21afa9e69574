"""Everything that is recorded, `<what>.<done>`, with its title on the screen.

A code is never changed once it was written: entries keep it for ever. Titles are msgids, translated where they are
shown. Whoever adds a service adds its line here; a test holds code and list together.
"""

from __future__ import annotations

from collections.abc import Mapping


def _(title: str) -> str:
    """Marks a title for translators; it is translated where it is shown."""
    return title


ACTIONS: Mapping[str, str] = {
    # The installation and its regencies.
    "regency.opened": _("Kabupaten/kota dibuka"),
    "policy.changed": _("Aturan daerah diganti"),
    "procedure.changed": _("Tata cara daerah diganti"),
    "backup.made": _("Cadangan dibuat"),
    "backup.restored": _("Cadangan dipulihkan"),
    "keys.rotated": _("Kunci data diganti"),
    "job.retried": _("Pekerjaan latar dicoba lagi"),
    # People who work here.
    "user.added": _("Pengguna ditambahkan"),
    "user.changed": _("Data pengguna diubah"),
    "user.disabled": _("Pengguna dinonaktifkan"),
    "user.enabled": _("Pengguna diaktifkan kembali"),
    "user.invited": _("Tautan kata sandi dibuat"),
    "user.password_reset": _("Kata sandi disetel lewat tautan"),
    "user.password_changed": _("Kata sandi diganti"),
    "user.password_renewed": _("Kata sandi baru dibuat di server"),
    "user.factor_added": _("Pengaman kedua dipasang"),
    "user.factor_removed": _("Pengaman kedua dilepas"),
    "user.signed_in": _("Masuk"),
    "user.signed_out": _("Keluar"),
    "user.sign_in_failed": _("Gagal masuk"),
    "post.proposed": _("Perubahan jabatan diusulkan"),
    "post.given": _("Jabatan diberikan"),
    "post.ended": _("Jabatan diakhiri"),
    "post.handed_over": _("Jabatan diserahterimakan"),
    # Approval by a second person.
    "approval.proposed": _("Persetujuan diminta"),
    "approval.approved": _("Disetujui"),
    "approval.refused": _("Tidak disetujui"),
    "approval.withdrawn": _("Permintaan persetujuan ditarik"),
    # A chain of posts.
    "route.opened": _("Diajukan melalui rantai persetujuan"),
    "route.agreed": _("Disetujui pada satu tahap"),
    "route.approved": _("Disetujui seluruh rantai"),
    "route.returned": _("Dikembalikan dari rantai persetujuan"),
    "route.withdrawn": _("Ditarik dari rantai persetujuan"),
    # Registers and people.
    "register.requested": _("Data diminta dari instansi lain"),
    "register.written": _("Berkas permintaan data dibuat"),
    "register.downloaded": _("Berkas permintaan data diunduh untuk dikirim"),
    "register.delivered": _("Data dari instansi lain diterima"),
    "register.read": _("Data dari instansi lain dibaca"),
    "register.withdrawn": _("Data dari instansi lain ditarik"),
    "people.saved": _("Baris disimpan sebagai orang"),
    "people.undone": _("Baris yang disimpan ditarik kembali"),
    "rt.imported": _("Daftar ketua RT diperbarui"),
    "person.merged": _("Digabung dengan orang yang sama"),
    "person.separated": _("Penggabungan dibatalkan"),
    "person.changed": _("Data orang diubah"),
    "person.unmasked": _("Nomor lengkap dibuka"),
    "person.removal_proposed": _("Penghapusan dari daftar diusulkan"),
    "person.removed": _("Dikeluarkan dari daftar"),
    "person.restored": _("Dikembalikan ke daftar"),
    # Lists.
    "upload.received": _("Daftar diunggah"),
    "upload.mapped": _("Pemetaan kolom ditetapkan"),
    "upload.accepted": _("Pertanyaan tentang berkas dijawab"),
    "upload.placed": _("Tempat daftar ditetapkan"),
    "upload.versions_chosen": _("Versi baris dipilih"),
    "upload.repaired": _("Baris diperbaiki"),
    "upload.repair_undone": _("Perbaikan dibatalkan"),
    "upload.unmasked": _("Isi kartu dibuka lengkap"),
    "upload.returned": _("Buku kerja bertanda diunduh"),
    "upload.saved": _("Baris disimpan ke daftar"),
    "upload.verified": _("Daftar diverifikasi"),
    "upload.undone": _("Unggahan dibatalkan"),
    "rt.message_taken": _("Pesan WhatsApp RT dibuka"),
    "announcement.prepared": _("Berita acara dan pengumuman dicetak"),
    "announcement.downloaded": _("Berita acara atau pengumuman diunduh"),
    "announcement.opened": _("Daftar diumumkan"),
    "announcement.closed": _("Pengumuman ditutup"),
    "objection.added": _("Keberatan dicatat"),
    "objection.answered": _("Keberatan dijawab"),
    # Screening and review.
    "run.started": _("Penyaringan dimulai"),
    "run.finished": _("Penyaringan selesai"),
    "run.failed": _("Penyaringan gagal"),
    "screened.asked": _("Berkas hasil penyaringan diminta"),
    "screened.written": _("Berkas hasil penyaringan dibuat"),
    "screened.taken": _("Berkas hasil penyaringan diunduh"),
    "pair.decided": _("Pasangan diputuskan"),
    "pair.pattern_confirmed": _("Pasangan sepola dikonfirmasi"),
    "pair.undone": _("Putusan pasangan dibatalkan"),
    "pair.asked": _("RT ditanya tentang pasangan"),
    "pair.answered": _("RT menjawab tentang pasangan"),
    "pair.exported": _("Putusan ditulis ke berkas"),
    "pair.imported": _("Putusan dibaca dari berkas"),
    # Budgets.
    "budget.opened": _("Anggaran dibuka"),
    "budget.changed": _("Pagu anggaran diubah"),
    # Rounds and scenarios.
    "round.opened": _("Putaran dibuka"),
    "round.prepared": _("Calon putaran disiapkan"),
    "round.cancelled": _("Putaran dibatalkan"),
    "scenario.added": _("Skenario dibuat"),
    "scenario.changed": _("Skenario diubah"),
    "scenario.removed": _("Skenario dihapus"),
    "precheck.asked": _("Uji padan diminta"),
    "precheck.answered": _("Jawaban uji padan dibaca"),
    "round.freeze_asked": _("Pembekuan putaran diminta"),
    "round.frozen": _("Putaran dibekukan"),
    "round.freeze_failed": _("Pembekuan putaran gagal"),
    "round.thawed": _("Pembekuan putaran dibatalkan"),
    # Agreements.
    "agreement.drafted": _("Draf perjanjian dibuka"),
    "agreement.changed": _("Draf perjanjian diubah"),
    "agreement.cancelled": _("Draf perjanjian dibatalkan"),
    "agreement.sent": _("Naskah perjanjian diajukan"),
    "agreement.approved": _("Naskah perjanjian disetujui"),
    "agreement.signed": _("Penandatanganan perjanjian dicatat"),
    "agreement.ended": _("Perjanjian diakhiri"),
    "agreement.file_taken": _("Berkas perjanjian diunduh"),
    "agreement.template_saved": _("Naskah bawaan perjanjian diubah"),
    "letter.taken": _("Surat bagi yang belum ditetapkan diambil"),
    "denominator.added": _("Pembanding capaian dicatat"),
    "proof.exported": _("Berkas bukti dibuat"),
    # Signatures, amendments, announcement of decrees.
    "decree.signed": _("Keputusan ditandatangani"),
    "decree.person_dropped": _("Orang dikeluarkan dari rancangan keputusan"),
    "decree.announced": _("Keputusan diumumkan"),
    "decree.objection_added": _("Keberatan atas keputusan dicatat"),
    "decree.objection_answered": _("Keberatan atas keputusan dijawab"),
    "decree.signed_copy_taken": _("Naskah bertanda tangan diunduh"),
    "amendment.drafted": _("Perubahan keputusan mulai disusun"),
    "amendment.leaving_added": _("Orang yang keluar ditambahkan pada perubahan"),
    "amendment.entering_added": _("Orang yang masuk ditambahkan pada perubahan"),
    "amendment.correction_added": _("Perbaikan data ditambahkan pada perubahan"),
    "amendment.change_removed": _("Baris perubahan dibuang"),
    "amendment.gathered": _("Berita acara dihimpun ke dalam perubahan"),
    "amendment.settled": _("Isi perubahan ditetapkan untuk dicetak"),
    "amendment.cancelled": _("Perubahan keputusan dibatalkan"),
    # Decrees.
    "decree.drafted": _("Keputusan dirancang"),
    "decree.changed": _("Rancangan keputusan diubah"),
    "decree.cancelled": _("Rancangan keputusan dibatalkan"),
    "decree.typeset_asked": _("Penyusunan naskah diminta"),
    "decree.typeset": _("Naskah dan lampiran disusun"),
    "decree.typeset_failed": _("Penyusunan naskah gagal"),
    "decree.left_out": _("Orang dikeluarkan dari rancangan"),
    "decree.copied": _("Salinan dan petikan dibuat"),
    "decree.file_taken": _("Berkas keputusan diunduh"),
    "template.saved": _("Naskah daerah diubah"),
    # The ledger itself.
    "ledger.checked": _("Buku riwayat diperiksa"),
    "ledger.exported": _("Buku riwayat diekspor"),
    "detail.erased": _("Rincian catatan dihapus"),
}


def title_of(action: str) -> str:
    """The title of an action; the code itself for one that is not known any more."""
    return ACTIONS.get(action, action)
