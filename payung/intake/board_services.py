"""Opening WhatsApp with a text for the head of an RT."""

from __future__ import annotations

from django.db import transaction

from payung.audit.services import record
from payung.core.errors import PayungError
from payung.intake.rt_text import whatsapp_address
from payung.registry.models import Rt


def take_message(rt: Rt, text: str) -> str:
    """The address that opens WhatsApp, with the phone of the RT's head in it; that it was taken is recorded.

    PayungError where no mobile number is known.
    """
    address = whatsapp_address(rt.phone or "", text)
    if not address:
        raise PayungError(
            "Nomor HP ketua RT ini belum diketahui.",
            todo="Salin teksnya, atau lengkapi daftar ketua RT lebih dulu.",
        )
    with transaction.atomic():
        record("rt.message_taken", rt, detail={"place": rt.place})
    return address
