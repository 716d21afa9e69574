"""A regency's own rules as text: sources of money in their order, criteria, groups, registers, allocation. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import date

from payung.core.errors import PayungError
from payung.core.month import Month
from payung.core.rupiah import number, rupiah
from payung.policy.law import SECTORS, Law
from payung.policy.local import WADAH, Criterion, Limit, LocalPolicy, OnUnknown, Origin, Source
from payung.policy.plaintext import columns, heading, wrapped
from payung.policy.tables import period

CRITERION_TITLES = {
    "one_seat": "satu orang satu kursi",
    "residence": "penduduk kabupaten ini",
    "alive": "masih hidup",
    "age_window": "umur saat mendaftar",
    "informal_work": "bekerja tanpa pemberi kerja",
    "income_ceiling": "batas penghasilan sebulan",
    "not_civil_servant": "bukan ASN, TNI, atau Polri",
    "not_nonasn": "bukan pegawai non-ASN",
    "not_employer_covered": "belum dilindungi pemberi kerja",
    "not_other_payer": "iurannya belum dibayar pihak lain (BPJS)",
    "not_paid_elsewhere": "tidak ada pada daftar pembayar lain",
    "not_pupil": "bukan pelajar atau mahasiswa",
    "poverty": "desil kesejahteraan",
    "proof": "ada bukti pekerjaan",
}
_ON_UNKNOWN = {
    OnUnknown.COMPLETE: "lengkapi dulu",
    OnUnknown.PASS_NOTED: "lolos, dicatat",
    OnUnknown.REFUSE: "ditolak",
}
_ORDER = {"continuity": "peserta lama lebih dulu", "points": "nilai", "lottery": "undian"}


def local_lines(policy: LocalPolicy, law: Law, on: date) -> list[str]:
    """Everything that one local policy says of a day, as lines of at most 100 columns."""
    lines = heading(f"ATURAN DAERAH {policy.id.upper()}: {policy.title}")
    lines += _wrap(
        f"Wilayah {policy.regency}, {period(policy.valid_from, policy.valid_to)}. {_origin(policy.origin)}"
    )
    if not policy.valid_from <= on <= policy.valid_to:
        lines += _wrap(f"PERHATIAN: aturan ini tidak mencakup {on:%d-%m-%Y}.")
    lines += heading("Register yang diperlukan")
    rows = [("register", "wajib", "umur paling lama", "keyakinan")]
    rows += [
        (name, "ya" if need.required else "tidak", f"{need.max_age_days} hari", f"[{need.certainty}]")
        for name, need in policy.registers.items()
    ]
    lines += columns(rows)
    for place, source in enumerate(policy.sources, 1):
        lines += _source(place, source, policy, law, on)
    lines += _others(policy)
    lines += _groups(policy, on)
    lines += _allocation(policy)
    lines += _breaker(policy)
    return lines


def _wrap(text: str) -> list[str]:
    return wrapped(text, "  ", "    ")


def _origin(origin: Origin) -> str:
    return f"Dasar: {origin.law} [{origin.certainty}]; sumber: {origin.source}"


def _source(place: int, source: Source, policy: LocalPolicy, law: Law, on: date) -> list[str]:
    lines = heading(f"Sumber dana {place}: {source.title} ({source.id})")
    whose = "dibayar kabupaten ini" if source.own else "dibayar pihak lain"
    lines += _wrap(
        f"{source.office}; {whose}, golongan {source.payer}; wadah {source.wadah} ({WADAH[source.wadah]}); "
        f"segmen {source.segment}; dasar iuran {rupiah(source.base_idr)}. {_price(source, law, on)}"
    )
    lines += _wrap(_origin(source.origin))
    everyone = len(source.groups) == len(policy.groups.by_id)
    titles = ", ".join(policy.groups[group].title for group in source.groups)
    lines += _wrap(f"Kelompok: {'semua' if everyone else titles}")
    lines += _wrap(f"Nama pembayar yang dikenal: {', '.join(_payer_names(source))}")
    rows = [("syarat", "aktif", "bukti", "belum tahu", "keyakinan")]
    rows += [_criterion(criterion) for criterion in source.criteria.values()]
    header, *each = columns(rows)
    lines.append(header)
    for line, criterion in zip(each, source.criteria.values(), strict=True):
        lines.append(line)
        if criterion.on and criterion.params:
            lines += wrapped(", ".join(_param(*item) for item in criterion.params.items()), "      ")
    return lines


def _price(source: Source, law: Law, on: date) -> str:
    month = Month.of(on)
    if source.segment != "BPU":
        return "Iuran menurut upah dan kelas risiko."
    try:
        prices = {
            sector: law.price(
                month, payer=source.payer, segment="BPU", sector=sector, base_idr=source.base_idr
            ).total_idr
            for sector in SECTORS
        }
    except PayungError as error:
        return str(error)
    if len(set(prices.values())) == 1:
        return f"Iuran {month.in_words}: {rupiah(prices[SECTORS[0]])} seorang."
    each = ", ".join(f"{rupiah(price)} ({sector})" for sector, price in prices.items())
    return f"Iuran {month.in_words}: {each} seorang."


def _payer_names(source: Source) -> tuple[str, ...]:
    return next(payer.names for payer in source.payers.values() if payer.source == source.id)


def _criterion(criterion: Criterion) -> tuple[str, str, str, str, str]:
    return (
        CRITERION_TITLES[criterion.id],
        "ya" if criterion.on else "tidak",
        ", ".join(criterion.evidence),
        _ON_UNKNOWN[criterion.on_unknown],
        f"[{criterion.origin.certainty}]",
    )


def _param(name: str, value: object) -> str:
    words = {
        ("continuing_over_max", "keep"): "peserta lama tetap",
        ("continuing_over_max", "leave"): "peserta lama keluar",
        ("employer_named", "complete"): "pemberi kerja ditanyakan",
        ("employer_named", "refuse"): "pemberi kerja ditolak",
        ("employer_named", "ignore"): "pemberi kerja diabaikan",
    }
    if isinstance(value, str):
        return words[name, value]
    said = {
        "min_years": "paling muda {} tahun",
        "max_years": "paling tua {} tahun",
        "max_idr": "paling banyak Rp{}",
        "ask_under_years": "ditanya di bawah {} tahun",
        "max_decile": "sampai desil {}",
    }[name]
    assert isinstance(value, int)
    return said.format(number(value))


def _others(policy: LocalPolicy) -> list[str]:
    lines = heading("Pembayar lain yang dikenal")
    return lines + [
        line for payer in policy.other_payers for line in _wrap(f"{payer.title}: {', '.join(payer.names)}")
    ]


def _groups(policy: LocalPolicy, on: date) -> list[str]:
    quotas = {limit.key: limit.count for limit in policy.allocation.quotas if limit.scope == "group"}
    rows = [("kelompok", "id", "segmen", "sektor", "nilai", "kuota")]
    proofs: dict[str, list[str]] = {}
    for group in policy.groups:
        segment, quota = group.segment_on(on), quotas.get(group.id, quotas.get("*"))
        rows.append(
            (
                textwrap.shorten(group.title, 32, placeholder=" …"),
                group.id,
                segment.segment if segment else "-",
                group.sector,
                str(group.points),
                "tanpa batas" if quota is None else number(quota),
            )
        )
        proofs.setdefault(", ".join(group.proof) or "tidak ada", []).append(group.title)
    lines = [*heading("Kelompok pekerjaan"), *columns(rows)]
    for proof, titles in proofs.items():
        lines += _wrap(f"Bukti {proof}: {', '.join(titles)}")
    return lines


def _allocation(policy: LocalPolicy) -> list[str]:
    rules = policy.allocation
    lines = heading("Bila dana tidak cukup untuk semua")
    lines += _wrap(f"Urutan: {', lalu '.join(_ORDER[step] for step in rules.order)} ({rules.lottery}).")
    steps = [
        f"{'sampai ' + rupiah(step.up_to_idr) if step.up_to_idr is not None else 'selebihnya'} = {step.points}"
        for step in rules.income_points
    ]
    lines += _wrap(
        f"Nilai penghasilan sebulan: {'; '.join(steps)}; belum diketahui = {rules.income_unknown_points}."
    )
    health = "; ".join(f"{key} = {value}" for key, value in rules.bpjs_kesehatan_points.items())
    lines += _wrap(f"Nilai BPJS Kesehatan: {health or 'tidak dipakai'}.")
    lines += _wrap(f"Jatah paling sedikit: {_limits(rules.floors)}.")
    lines += _wrap(f"Kuota paling banyak: {_limits(rules.quotas)}.")
    return lines + _wrap(_origin(rules.origin))


def _limits(limits: Sequence[Limit]) -> str:
    said = (
        f"{'tiap ' + limit.scope if limit.key == '*' else f'{limit.scope} {limit.key}'} {number(limit.count)} orang"
        for limit in limits
    )
    return "; ".join(said) or "tidak ada"


def _breaker(policy: LocalPolicy) -> list[str]:
    limits = policy.breaker
    return [
        *heading("Daftar dianggap keliru sebagai keseluruhan bila"),
        *_wrap(
            f"sedikitnya {limits.least_rows} baris dan: ganda {limits.duplicate_percent}%, NIK tidak sah "
            f"{limits.nik_invalid_percent}%, pekerjaan tidak dikenal {limits.group_unknown_percent}%, atau desa "
            f"tidak dikenal {limits.desa_unknown_percent}%."
        ),
    ]
