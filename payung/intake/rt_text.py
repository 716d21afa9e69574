"""The text for WhatsApp to the head of an RT about its list, at most 700 characters; no NIK, phone or mother's name. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from payung.core.numbers import phone
from payung.core.passing_on import safe, shortened
from payung.core.rupiah import number

MOST_CHARACTERS = 700
_NAME, _FAULT, _MOST_FAULTS = 34, 44, 5


@dataclass(frozen=True, slots=True)
class RtNews:
    """What an RT is told. `rt` is three digits, "" for a desa whose RTs are not known; `faults`: a kind and how many rows."""

    rt: str
    desa: str
    district: str
    head: str
    good: int
    to_fix: int
    faults: tuple[tuple[str, int], ...] = ()


def rt_text(news: RtNews) -> str:
    """The text, whatever names it holds."""
    place = f"RT {safe(news.rt)}" if news.rt else "Desa"
    head = [
        f"*{place}, {shortened(safe(news.desa), _NAME)}*, Kec. {shortened(safe(news.district), _NAME)}",
        *([f"Yth. {shortened(safe(news.head), _NAME)}"] if news.head else []),
    ]
    listed = news.good + news.to_fix
    if not listed:
        tail = [
            "Daftar pekerja rentan dari wilayah ini belum kami terima. Mohon dikirim ke kantor desa. Terima kasih."
        ]
        return _joined([*head, *tail])
    head.append(f"Daftar pekerja rentan: {number(listed)} orang, {number(news.good)} sudah baik.")
    if not news.to_fix:
        return _joined([*head, "Tidak ada yang perlu diperbaiki. Terima kasih."])
    tail = [
        "Mohon perbaiki sel berwarna pada berkas bertanda dari kantor desa, lalu kirim kembali berkas yang sama. Terima kasih."
    ]
    return _joined([*head, f"Perlu diperbaiki: {number(news.to_fix)} orang.", *_faults(news.faults), *tail])


def _faults(faults: Sequence[tuple[str, int]]) -> list[str]:
    shown = [f"– {shortened(safe(title), _FAULT)}: {number(count)}" for title, count in faults[:_MOST_FAULTS]]
    return [
        *shown,
        *([f"– dan {number(len(faults) - _MOST_FAULTS)} hal lain"] if len(faults) > _MOST_FAULTS else []),
    ]


def _joined(lines: Sequence[str]) -> str:
    text = "\n".join(lines)
    assert len(text) <= MOST_CHARACTERS, len(text)
    return text


def whatsapp_address(number_written: str, text: str) -> str:
    """The address that opens WhatsApp with the text for a phone; "" for what is no mobile number."""
    digits = phone(number_written) or ""
    return f"https://wa.me/62{digits[1:]}?text={quote(text)}" if digits.startswith("08") else ""
