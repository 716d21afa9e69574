"""The office's own template texts: tried on an invented agreement, kept as new rows, ours again when emptied."""

from __future__ import annotations

import hashlib

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from payung.access.queries import names_of
from payung.agreement.models import AgreementTemplate
from payung.agreement.paper import Own, sample, shipped, write_paper
from payung.agreement.rules import Kind
from payung.agreement.storing import workspace
from payung.audit.services import record
from payung.core.errors import PayungError
from payung.core.scope import required

MOST_LETTERS = 100_000


def newest(kind: Kind) -> AgreementTemplate | None:
    """The text that is in use in place of ours, or the emptying of one; None where there never was one."""
    found: AgreementTemplate | None = (
        AgreementTemplate.objects.filter(part=kind.value).order_by("-number").first()
    )
    return found


def own_templates() -> Own:
    """The office's own texts by kind."""
    latest = AgreementTemplate.objects.values("part").annotate(last=Max("number"))
    texts = {}
    for one in latest:
        text = AgreementTemplate.objects.get(part=one["part"], number=one["last"]).text
        if text:
            texts[Kind(one["part"])] = text
    return Own(texts)


def text_in_use(kind: Kind) -> str:
    """The office's own text, or ours."""
    return own_templates().of(kind) or shipped(kind)


def try_template(kind: Kind, text: str, paper: str = "f4") -> bytes:
    """The PDF that a text makes of an invented agreement. PayungError names the line where it cannot be used."""
    if len(text) > MOST_LETTERS:
        raise PayungError("Naskah ini terlalu panjang.", todo=f"Paling banyak {MOST_LETTERS} huruf.")
    with workspace() as folder:
        out = folder / "contoh.pdf"
        write_paper(sample(kind, required().regency, paper), out, Own({kind: text}) if text else None)
        return out.read_bytes()


def save_template(kind: Kind, text: str, note: str, seen: int) -> AgreementTemplate:
    """Use a text from now on in place of ours (an empty one: ours again), as a new row; `seen` is the number before it.

    PayungError where it cannot be used, says what is in use already, or somebody else has saved another meanwhile.
    """
    text = text.replace("\r\n", "\n").strip()
    if text:
        text += "\n"
    if text == shipped(kind):
        text = ""
    if text == own_templates().of(kind):
        raise PayungError("Naskah ini sudah dipakai.", todo="Ubah dulu, baru simpan.")
    try_template(kind, text)
    actor = required().actor
    assert actor is not None
    try:
        with transaction.atomic():
            made: AgreementTemplate = AgreementTemplate.everything.create(
                regency_code=required().regency,
                part=kind.value,
                number=seen + 1,
                text=text,
                sha256=hashlib.sha256(text.encode()).hexdigest(),
                note=note.strip()[:300],
                made_at=timezone.now(),
                made_by=actor,
            )
            record(
                "agreement.template_saved",
                made,
                detail={"part": kind.value, "sha256": made.sha256, "note": note},
            )
    except IntegrityError:
        who = ""
        if before := newest(kind):
            who = names_of([before.made_by]).get(before.made_by, "")
        raise PayungError(
            f"Naskah ini sudah diubah{f' oleh {who}' if who else ' orang lain'} sejak halaman Anda dibuka.",
            todo="Salin perubahan Anda, muat ulang halamannya, lalu ubah lagi.",
        ) from None
    return made
