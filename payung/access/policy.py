"""Who may do what: one table of roles and actions. Pure; `docs/permissions.md` prints it, tests walk it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Level(StrEnum):
    """How far down a role's territory lies; the value is what a code of that level looks like."""

    PROVINCE = "64"
    REGENCY = "64.01"
    DISTRICT = "64.01.04"
    DESA = "64.01.04.2002"
    RT = "64.01.04.2002/003"


class Role(StrEnum):
    """In which capacity somebody acts."""

    RT = "rt"
    DESA = "desa"
    DISTRICT = "kecamatan"
    VERIFIER = "verifikator"
    AGENCY = "opd"
    BUDGET = "kpa"
    TREASURER = "bendahara"
    LEGAL = "hukum"
    COORDINATOR = "koordinasi"
    """Initials a decree before it is signed: head of agency, assistant, Sekda; which one says the post's agency."""
    SIGNATORY = "penandatangan"
    BPJS = "bpjs"
    AUDITOR = "auditor"
    ADMIN = "admin"
    PROVINCE = "provinsi"


TITLES: Mapping[Role, str] = {
    Role.RT: "Ketua RT",
    Role.DESA: "Petugas desa/kelurahan",
    Role.DISTRICT: "Petugas kecamatan",
    Role.VERIFIER: "Verifikator",
    Role.AGENCY: "Perangkat daerah",
    Role.BUDGET: "Kuasa pengguna anggaran",
    Role.TREASURER: "Bendahara",
    Role.LEGAL: "Bagian hukum",
    Role.COORDINATOR: "Pejabat paraf koordinasi",
    Role.SIGNATORY: "Penandatangan",
    Role.BPJS: "Petugas BPJS Ketenagakerjaan",
    Role.AUDITOR: "Auditor",
    Role.ADMIN: "Administrator",
    Role.PROVINCE: "Pemerintah provinsi",
}

LEVELS: Mapping[Role, Level] = {
    **dict.fromkeys(Role, Level.REGENCY),
    Role.RT: Level.RT,
    Role.DESA: Level.DESA,
    Role.DISTRICT: Level.DISTRICT,
    Role.PROVINCE: Level.PROVINCE,
}
"""The level of a role's territory."""


class Action(StrEnum):
    """What can be done, as `<step>.<verb>`."""

    HOME = "home.read"
    SELF = "self.manage"
    """One's own account, language and active post."""
    FIGURES_READ = "figures.read"
    """Sums without people."""
    PERSON_READ = "person.read"
    """Search and read people, masked."""
    PERSON_UNMASK = "person.unmask"
    BOARD_READ = "board.read"
    BOARD_MESSAGE = "board.message"
    """Open WhatsApp with a text for the head of an RT; shows the phone."""
    RT_MANAGE = "rt.manage"
    """Take over the list of the RTs and their heads."""
    UPLOAD_READ = "upload.read"
    UPLOAD_ADD = "upload.add"
    UPLOAD_REPAIR = "upload.repair"
    UPLOAD_SAVE = "upload.save"
    UPLOAD_VERIFY = "upload.verify"
    UPLOAD_UNDO = "upload.undo"
    ANNOUNCE = "announcement.manage"
    OBJECTION_ADD = "objection.add"
    OBJECTION_ANSWER = "objection.answer"
    REGISTER_READ = "register.read"
    REGISTER_ADD = "register.add"
    RUN_READ = "run.read"
    RUN_START = "run.start"
    SCREENED_READ = "screened.read"
    """What became of each row of the lists, masked."""
    SCREENED_EXPORT = "screened.export"
    """Take the screened list out as a file; a long one takes effect when somebody else has checked it."""
    SCREENED_CHECK = "screened.check"
    PAIR_READ = "pair.read"
    PAIR_DECIDE = "pair.decide"
    PAIR_EXCHANGE = "pair.exchange"
    """Write out and read in decisions as files."""
    APPROVAL_READ = "approval.read"
    REMOVAL_PROPOSE = "removal.propose"
    REMOVAL_CHECK = "removal.check"
    USER_READ = "user.read"
    USER_MANAGE = "user.manage"
    POST_PROPOSE = "post.propose"
    """Give, end or hand over a post; takes effect when somebody else has checked it."""
    POST_CHECK = "post.check"
    FACTOR_PROPOSE = "factor.propose"
    """Take away the second factor of somebody who lost it; takes effect when somebody else has checked it."""
    FACTOR_CHECK = "factor.check"
    BUDGET_READ = "budget.read"
    BUDGET_PROPOSE = "budget.propose"
    BUDGET_CHECK = "budget.check"
    ROUND_READ = "round.read"
    ROUND_MANAGE = "round.manage"
    PRECHECK_CHECK = "precheck.check"
    AWARD_READ = "award.read"
    LETTER_TAKE = "letter.take"
    AGREEMENT_READ = "agreement.read"
    AGREEMENT_MANAGE = "agreement.manage"
    DECREE_READ = "decree.read"
    DECREE_MANAGE = "decree.manage"
    DECREE_SIGN = "decree.sign"
    DECREE_WAIVE = "decree.waive"
    VOLUME_TAKE = "volume.take"
    TEMPLATE_MANAGE = "template.manage"
    NOTICE_MANAGE = "notice.manage"
    ROUTE_DECIDE = "route.decide"
    PROOF_EXPORT = "proof.export"
    ACHIEVEMENT_READ = "achievement.read"
    """A regency's Capaian; a province compares figures."""
    DENOMINATOR_ADD = "denominator.add"
    """Enter a number of which the covered are a part, with its source and day."""
    AUDIT_READ = "audit.read"
    JOB_READ = "job.read"
    """See the background jobs of the whole regency."""
    JOB_RETRY = "job.retry"


WORDS: Mapping[Action, str] = {
    Action.HOME: "Membuka beranda",
    Action.SELF: "Mengurus akun sendiri",
    Action.FIGURES_READ: "Melihat jumlah tanpa nama",
    Action.PERSON_READ: "Mencari dan melihat orang, NIK disamarkan",
    Action.PERSON_UNMASK: "Membuka NIK lengkap dengan alasan",
    Action.BOARD_READ: "Melihat papan RT",
    Action.BOARD_MESSAGE: "Mengirim pesan WhatsApp kepada ketua RT",
    Action.RT_MANAGE: "Memperbarui daftar ketua RT",
    Action.UPLOAD_READ: "Melihat daftar yang diunggah",
    Action.UPLOAD_ADD: "Mengunggah daftar",
    Action.UPLOAD_REPAIR: "Memperbaiki daftar",
    Action.UPLOAD_SAVE: "Menyimpan baris yang sudah baik",
    Action.UPLOAD_VERIFY: "Memverifikasi daftar yang disimpan",
    Action.UPLOAD_UNDO: "Membatalkan unggahan",
    Action.ANNOUNCE: "Mengumumkan daftar",
    Action.OBJECTION_ADD: "Mencatat keberatan",
    Action.OBJECTION_ANSWER: "Menjawab keberatan",
    Action.REGISTER_READ: "Melihat data pembanding",
    Action.REGISTER_ADD: "Memasukkan data pembanding",
    Action.RUN_READ: "Melihat hasil penyaringan",
    Action.RUN_START: "Menjalankan penyaringan",
    Action.SCREENED_READ: "Melihat hasil penyaringan setiap orang, NIK disamarkan",
    Action.SCREENED_EXPORT: "Mengambil hasil penyaringan sebagai berkas",
    Action.SCREENED_CHECK: "Menyetujui pengambilan hasil yang panjang",
    Action.PAIR_READ: "Melihat pasangan yang mirip",
    Action.PAIR_DECIDE: "Memutus pasangan yang mirip",
    Action.PAIR_EXCHANGE: "Menulis dan membaca putusan sebagai berkas",
    Action.APPROVAL_READ: "Melihat usulan yang menunggu persetujuan",
    Action.REMOVAL_PROPOSE: "Mengusulkan penghapusan",
    Action.REMOVAL_CHECK: "Menyetujui penghapusan",
    Action.USER_READ: "Melihat petugas dan jabatan",
    Action.USER_MANAGE: "Membuka, menutup, dan mengundang akun",
    Action.POST_PROPOSE: "Mengusulkan serah terima jabatan",
    Action.POST_CHECK: "Menyetujui serah terima jabatan",
    Action.FACTOR_PROPOSE: "Mengusulkan pencabutan kode masuk",
    Action.FACTOR_CHECK: "Menyetujui pencabutan kode masuk",
    Action.BUDGET_READ: "Melihat pagu dan pemakaiannya",
    Action.BUDGET_PROPOSE: "Mengusulkan pagu atau perubahannya",
    Action.BUDGET_CHECK: "Menyetujui pagu atau perubahannya",
    Action.ROUND_READ: "Melihat putaran penetapan",
    Action.ROUND_MANAGE: "Menyusun putaran, skenario, dan uji padan",
    Action.PRECHECK_CHECK: "Menyetujui putaran tanpa uji padan",
    Action.AWARD_READ: "Melihat siapa yang ditetapkan, NIK disamarkan",
    Action.LETTER_TAKE: "Mencetak surat untuk yang belum ditetapkan",
    Action.AGREEMENT_READ: "Melihat perjanjian dengan BPJS Ketenagakerjaan",
    Action.AGREEMENT_MANAGE: "Menyusun perjanjian dan mencatat penandatanganannya",
    Action.DECREE_READ: "Melihat keputusan dan rancangannya",
    Action.DECREE_MANAGE: "Menyusun keputusan dan mencatat penandatanganannya",
    Action.DECREE_SIGN: "Menandatangani keputusan secara elektronik",
    Action.DECREE_WAIVE: "Menyetujui keputusan tanpa perjanjian atau pagu",
    Action.VOLUME_TAKE: "Mengambil lampiran terbatas dan petikan",
    Action.TEMPLATE_MANAGE: "Mengubah naskah keputusan dan perjanjian",
    Action.NOTICE_MANAGE: "Mengumumkan keputusan dan mencatat keberatan atasnya",
    Action.ROUTE_DECIDE: "Memeriksa dan memaraf dalam rantai persetujuan",
    Action.PROOF_EXPORT: "Mengambil berkas bukti",
    Action.ACHIEVEMENT_READ: "Melihat capaian perlindungan",
    Action.DENOMINATOR_ADD: "Mencatat pembanding capaian dengan sumbernya",
    Action.AUDIT_READ: "Melihat riwayat perubahan",
    Action.JOB_READ: "Melihat pekerjaan latar",
    Action.JOB_RETRY: "Mengulang pekerjaan latar yang gagal",
}
"""What each action is called where people read it."""

_EVERYBODY = frozenset(Role)
_REGENCY_STAFF = frozenset({Role.VERIFIER, Role.AGENCY, Role.BUDGET, Role.LEGAL, Role.SIGNATORY})
_LISTS = frozenset({Role.RT, Role.DESA, Role.DISTRICT, Role.VERIFIER})

MATRIX: Mapping[Action, frozenset[Role]] = {
    Action.HOME: _EVERYBODY,
    Action.SELF: _EVERYBODY,
    Action.FIGURES_READ: _EVERYBODY - {Role.RT},
    Action.PERSON_READ: frozenset({*_LISTS, Role.AGENCY, Role.AUDITOR}),
    Action.PERSON_UNMASK: frozenset({Role.DESA, Role.DISTRICT, Role.VERIFIER, Role.AUDITOR}),
    Action.BOARD_READ: frozenset({Role.DESA, Role.DISTRICT, Role.VERIFIER, Role.AUDITOR}),
    Action.RT_MANAGE: frozenset({Role.DESA, Role.DISTRICT, Role.VERIFIER}),
    Action.BOARD_MESSAGE: frozenset({Role.DESA, Role.DISTRICT, Role.VERIFIER}),
    Action.UPLOAD_READ: frozenset({*_LISTS, Role.AUDITOR}),
    Action.UPLOAD_ADD: _LISTS,
    Action.UPLOAD_REPAIR: _LISTS,
    Action.UPLOAD_SAVE: frozenset({Role.DESA, Role.DISTRICT, Role.VERIFIER}),
    Action.UPLOAD_VERIFY: frozenset({Role.DISTRICT, Role.VERIFIER}),
    Action.UPLOAD_UNDO: frozenset({Role.DESA, Role.DISTRICT, Role.VERIFIER}),
    Action.ANNOUNCE: frozenset({Role.DESA, Role.DISTRICT, Role.VERIFIER}),
    Action.OBJECTION_ADD: frozenset({Role.DESA, Role.DISTRICT, Role.VERIFIER}),
    Action.OBJECTION_ANSWER: frozenset({Role.DISTRICT, Role.VERIFIER}),
    Action.REGISTER_READ: frozenset({Role.VERIFIER, Role.AGENCY, Role.AUDITOR}),
    Action.REGISTER_ADD: frozenset({Role.VERIFIER}),
    Action.RUN_READ: frozenset({Role.DESA, Role.DISTRICT, Role.AUDITOR, *_REGENCY_STAFF}),
    Action.RUN_START: frozenset({Role.VERIFIER}),
    Action.SCREENED_READ: frozenset({Role.DESA, Role.DISTRICT, Role.VERIFIER, Role.AGENCY, Role.AUDITOR}),
    Action.SCREENED_EXPORT: frozenset({Role.DESA, Role.DISTRICT, Role.VERIFIER}),
    Action.SCREENED_CHECK: frozenset({Role.DISTRICT, Role.VERIFIER}),
    Action.PAIR_READ: frozenset({Role.VERIFIER, Role.AUDITOR}),
    Action.PAIR_DECIDE: frozenset({Role.VERIFIER}),
    Action.PAIR_EXCHANGE: frozenset({Role.VERIFIER}),
    Action.APPROVAL_READ: frozenset(
        {*_LISTS - {Role.RT}, *_REGENCY_STAFF, Role.TREASURER, Role.COORDINATOR, Role.ADMIN, Role.AUDITOR}
    ),
    Action.REMOVAL_PROPOSE: frozenset({Role.DESA, Role.DISTRICT, Role.VERIFIER}),
    Action.REMOVAL_CHECK: frozenset({Role.DISTRICT, Role.VERIFIER}),
    Action.USER_READ: frozenset({Role.ADMIN, Role.AUDITOR}),
    Action.USER_MANAGE: frozenset({Role.ADMIN}),
    Action.POST_PROPOSE: frozenset({Role.ADMIN}),
    Action.POST_CHECK: frozenset({Role.ADMIN, Role.VERIFIER}),
    Action.FACTOR_PROPOSE: frozenset({Role.ADMIN}),
    Action.FACTOR_CHECK: frozenset({Role.ADMIN, Role.VERIFIER}),
    Action.BUDGET_READ: frozenset(
        {Role.VERIFIER, Role.TREASURER, Role.AUDITOR, Role.COORDINATOR, *_REGENCY_STAFF}
    ),
    Action.BUDGET_PROPOSE: frozenset({Role.VERIFIER, Role.BUDGET}),
    Action.BUDGET_CHECK: frozenset({Role.BUDGET, Role.TREASURER}),
    Action.ROUND_READ: frozenset({Role.TREASURER, Role.AUDITOR, Role.COORDINATOR, *_REGENCY_STAFF}),
    Action.ROUND_MANAGE: frozenset({Role.VERIFIER}),
    Action.PRECHECK_CHECK: frozenset({Role.BUDGET, Role.SIGNATORY}),
    Action.AWARD_READ: frozenset({Role.DESA, Role.DISTRICT, Role.AUDITOR, Role.COORDINATOR, *_REGENCY_STAFF}),
    Action.LETTER_TAKE: frozenset({Role.DESA, Role.DISTRICT, Role.VERIFIER}),
    Action.AGREEMENT_READ: frozenset(
        {Role.TREASURER, Role.BPJS, Role.AUDITOR, Role.COORDINATOR, *_REGENCY_STAFF}
    ),
    Action.AGREEMENT_MANAGE: frozenset({Role.VERIFIER, Role.LEGAL}),
    Action.DECREE_READ: frozenset(
        {Role.DESA, Role.DISTRICT, Role.TREASURER, Role.AUDITOR, Role.COORDINATOR, *_REGENCY_STAFF}
    ),
    Action.DECREE_MANAGE: frozenset({Role.VERIFIER, Role.LEGAL}),
    Action.DECREE_SIGN: frozenset({Role.SIGNATORY}),
    Action.DECREE_WAIVE: frozenset({Role.BUDGET, Role.SIGNATORY}),
    Action.VOLUME_TAKE: frozenset(
        {Role.DESA, Role.DISTRICT, Role.VERIFIER, Role.LEGAL, Role.SIGNATORY, Role.COORDINATOR, Role.AUDITOR}
    ),
    Action.TEMPLATE_MANAGE: frozenset({Role.LEGAL}),
    Action.NOTICE_MANAGE: frozenset({Role.VERIFIER, Role.LEGAL}),
    Action.ROUTE_DECIDE: frozenset(
        {Role.DESA, Role.DISTRICT, Role.TREASURER, Role.COORDINATOR, *_REGENCY_STAFF}
    ),
    Action.PROOF_EXPORT: frozenset({Role.AUDITOR, Role.ADMIN}),
    Action.ACHIEVEMENT_READ: _EVERYBODY - {Role.RT, Role.PROVINCE},
    Action.DENOMINATOR_ADD: frozenset({Role.VERIFIER, Role.AGENCY}),
    Action.AUDIT_READ: frozenset({Role.AUDITOR, Role.ADMIN}),
    Action.JOB_READ: frozenset({Role.VERIFIER, Role.AUDITOR, Role.ADMIN}),
    Action.JOB_RETRY: frozenset({Role.VERIFIER, Role.ADMIN}),
}


def may(role: str, action: Action) -> bool:
    """Whether a role may do something; an unknown role may do nothing."""
    return role in MATRIX[action]


def fits(role: Role, territory: str) -> bool:
    """Whether a territory's code has the level that the role needs."""
    shape = LEVELS[role].value
    return len(territory) == len(shape) and all(
        (a == b) if b in "./" else a.isdigit() for a, b in zip(territory, shape, strict=True)
    )


def second_factor(role: str) -> bool:
    """Whether a role must sign in with a second factor: everybody above the RT."""
    return role != Role.RT
