"""Why in, why not, and what would change it: one plain sentence or two for every person who could be chosen. Pure.

The figures are those of the selection (`payung.allocation.rules`); here they only become words.
"""

from __future__ import annotations

from collections.abc import Sequence

from payung.allocation.candidates import Dimension, Line
from payung.allocation.rules import Award, Waiting, Why
from payung.core import region
from payung.core.application import Application
from payung.core.rupiah import number, rupiah
from payung.eligibility.rules import PointPart, points_breakdown
from payung.policy.local import LocalPolicy


def line_name(line: Line, policy: LocalPolicy) -> str:
    """What a floor or quota is called: `Kecamatan Batu Sopang`, `Desa Busui`, `kelompok Marbot`."""
    dimension, code = line
    if dimension is Dimension.DISTRICT:
        district = region.district(code)
        return f"Kecamatan {district.name}" if district else f"kecamatan {code}"
    if dimension is Dimension.DESA:
        place = region.desa(code)
        return place.in_words if place else f"desa {code}"
    return f"kelompok {group_title(code, policy)}"


def group_title(group: str | None, policy: LocalPolicy) -> str:
    """The title of an occupation group; its code where the policy does not know it, "" for none."""
    if not group:
        return ""
    known = policy.groups.by_id.get(group)
    return known.title if known else group


def source_title(source: str, policy: LocalPolicy) -> str:
    """The title of a source of money; its code where the policy does not know it."""
    return next((known.title for known in policy.sources if known.id == source), source)


def points_in_words(parts: Sequence[PointPart]) -> str:
    """`kelompok 20 (Marbot) + penghasilan 10 (belum diketahui)`; `tanpa nilai` for none."""
    return " + ".join(f"{part.name} {part.points} ({part.why})" for part in parts) or "tanpa nilai"


def why_in(award: Award, application: Application, policy: LocalPolicy) -> str:
    """Why this person was chosen: place in the order, points with their parts, and a floor if one helped."""
    candidate = award.candidate
    parts = points_in_words(points_breakdown(application, policy))
    sentences = [f"Urutan ke-{number(award.rank)} dengan nilai {candidate.points}: {parts}."]
    if candidate.continuity:
        sentences.append("Didahulukan karena sudah menjadi peserta, agar perlindungannya tidak terputus.")
    if award.by_floor is not None:
        name = line_name(award.by_floor, policy)
        sentences.append(f"Masuk lebih dahulu karena jatah paling sedikit untuk {name} belum terisi.")
    return " ".join(sentences)


def what_keeps(award: Award) -> str:
    """Down to which ceiling this person stays chosen."""
    if award.holds_down_to_idr is None:
        return (
            "Masuk karena sisa pagu tidak cukup untuk orang yang lebih dahulu; "
            "bila pagu berubah, hasilnya dapat lain."
        )
    if award.holds_down_to is not None:
        return f"Tetap terpilih selama pagu paling sedikit {_by_account(award.holds_down_to)}."
    return f"Tetap terpilih selama pagu paling sedikit {rupiah(award.holds_down_to_idr)}."


def _by_account(amounts: tuple[int, int]) -> str:
    return f"JKK {rupiah(amounts[0])} dan JKM {rupiah(amounts[1])}"


def why_not(waiting: Waiting, application: Application, policy: LocalPolicy) -> str:
    """Why this person, who may be proposed, was not chosen this time."""
    place = f"Urutan ke-{number(waiting.rank)} dengan nilai {waiting.candidate.points}"
    if waiting.why is Why.COVERED_UNTIL:
        return (
            "Sebagian bulan sudah ditanggung pihak lain atau sudah dibayar, "
            "sedangkan putaran ini hanya untuk masa penuh."
        )
    if waiting.why is Why.QUOTA:
        full = " dan ".join(line_name(line, policy) for line in waiting.full)
        return f"{place}. Jatah paling banyak untuk {full} sudah terisi."
    parts = points_in_words(points_breakdown(application, policy))
    if waiting.too_dear:
        return f"{place}: {parts}. Sisa pagu tidak cukup untuk iuran orang ini, tetapi cukup untuk yang lebih murah sesudahnya."
    sentences = [f"{place}: {parts}. Pagu habis sebelum urutan ini."]
    if waiting.continuity_short:
        sentences.append("Yang terakhir terpilih sudah menjadi peserta, jadi didahulukan.")
    elif waiting.points_short:
        sentences.append(f"Kurang {number(waiting.points_short)} nilai dari yang terakhir terpilih.")
    elif waiting.points_short == 0:
        sentences.append("Nilainya sama dengan yang terakhir terpilih; undian yang menentukan.")
    return " ".join(sentences)


def what_would_change(waiting: Waiting, policy: LocalPolicy) -> str:
    """What would bring this person in."""
    if waiting.why is Why.COVERED_UNTIL:
        return (
            "Terpilih bila putaran membolehkan sebagian bulan, "
            "atau pada putaran berikut setelah perlindungan itu berakhir."
        )
    if waiting.why is Why.QUOTA:
        full = line_name(waiting.full[0], policy)
        return (
            f"Menunggu tempat kosong untuk {full}: antrean ke-{number(waiting.queue)}. "
            f"Terpilih bila {number(waiting.queue)} tempat kosong atau jatahnya ditambah sebanyak itu."
        )
    if waiting.needs_idr <= 0:
        return "Terpilih bila pagu cukup untuk orang ini dan semua yang lebih dahulu."
    parts = ""
    if waiting.needs is not None:
        parts = f" (JKK {rupiah(waiting.needs[0])}, JKM {rupiah(waiting.needs[1])})"
    return (
        f"Terpilih bila pagu ditambah {rupiah(waiting.needs_idr)}{parts}, "
        "atau bila yang lebih dahulu keluar dari daftar."
    )
