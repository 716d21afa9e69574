"""From a decree's rows to what its papers say: entries, draft, wording, all as the tables have them now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from django.db.models import Max
from django.utils import timezone

from payung.agreement.queries import cited
from payung.allocation.freezing import entry_of
from payung.allocation.models import Award
from payung.allocation.prepared import prepared_of
from payung.allocation.roll import RollEntry
from payung.allocation.scenario import Settings
from payung.approval.procedures import procedure_in_force
from payung.core.errors import PayungError
from payung.enrolment.amendment import Kind
from payung.enrolment.amendment_queries import roll_in_force, root_of
from payung.enrolment.changes import Amended, ChangedEntry
from payung.enrolment.frame import DecreeDraft
from payung.enrolment.models import Decree, DecreeRow, DecreeTemplate
from payung.enrolment.wording import PARTS, ours_sha256
from payung.policy.local import LocalPolicy
from payung.policy.procedure import Instrument
from payung.registry.queries import judged_on

_TITLES = {"keputusan": "Keputusan", "perubahan": "Keputusan", "berita-acara": "Berita Acara"}
_AHEAD = 2_000
SOME = 40
"""People on a preview."""


@dataclass(frozen=True)
class Papers:
    """All that the papers of a decree are set from."""

    draft: DecreeDraft
    entries: tuple[RollEntry, ...]
    policy: LocalPolicy
    body: str
    """The part that is signed, as PARTS names it."""


def some_papers_of(decree: Decree) -> Papers:
    """The same with the first few of its people, to see how a wording looks; those of a draft's round."""
    found = papers_of(decree, decree.dated or judged_on(timezone.localdate()), most=SOME)
    if found.entries or decree.amends_id:
        return found
    awards = Award.objects.filter(round=decree.round).order_by("place", "pk")
    rows = awards.values_list("roll", "months", "jkk_idr", "jkm_idr")[:SOME]
    entries = (
        entry_of(roll, months, jkk_idr=jkk, jkm_idr=jkm, continuity=False) for roll, months, jkk, jkm in rows
    )
    return replace(found, entries=tuple(entries))


def papers_of(decree: Decree, on: date, *, most: int | None = None) -> Papers:
    """What the papers of a decree say, of the first `most` people; `on` is the day whose laws they cite.

    PayungError where its round or procedure lacks what they need.
    """
    root = root_of(decree)
    if root.round is None or root.round.freeze is None:
        raise PayungError(
            "Keputusan ini tidak berasal dari putaran yang dibekukan.", todo="Susun dari putaran yang disetujui."
        )  # fmt: skip
    instrument = instrument_of(decree)
    run, settings = root.round.run, Settings.read(root.round.freeze.settings)
    policy = prepared_of(root.round).policy
    content = decree.content
    draft = DecreeDraft(
        regency_code=decree.regency_code,
        on=on,
        ceilings={source: settings.ceilings[source].total_idr for source in settings.budgets},
        screened_hash=run.screened_hash,
        registers={name: date.fromisoformat(on) if on else None for name, on in run.register_days.items()},
        without=tuple(sorted(run.question.get("waived", {}))),
        number=decree.number,
        dated=decree.dated,
        seat=content.get("seat", ""),
        signer=decree.signer_title,
        signer_name=decree.signer_name,
        title=_TITLES[instrument.template],
        amends=_amended(decree, root) if decree.amends_id else None,
        form="",
        agreement=cited(decree.agreement) if decree.agreement else "",
    )
    return Papers(draft, tuple(_entries(decree, most)), policy, instrument.template)


def instrument_of(decree: Decree) -> Instrument:
    """The instrument of a decree, as the procedure has it. PayungError for one that it does not know (any more)."""
    return procedure_in_force().instrument(decree.instrument)


def _entries(decree: Decree, most: int | None) -> Iterator[RollEntry]:
    columns = ("roll", "months", "jkk_idr", "jkm_idr", "change", "why")
    rows = DecreeRow.objects.filter(decree=decree).order_by("pk").values_list(*columns)[:most]
    for roll, months, jkk, jkm, change, why in rows.iterator(chunk_size=_AHEAD):
        entry = entry_of(roll, months, jkk_idr=jkk, jkm_idr=jkm, continuity=False)
        yield _changed(entry, Kind(change), why) if change else entry


def _changed(entry: RollEntry, kind: Kind, why: str) -> ChangedEntry:
    return ChangedEntry(
        entry.row, entry.application, entry.jkk_idr, entry.jkm_idr, entry.months, False, kind, why
    )


def _amended(decree: Decree, root: Decree) -> Amended:
    after = roll_in_force(root, by=decree)
    return Amended(
        title=f"Keputusan {_in_words(root.signer_title)}",
        number=root.number,
        dated=root.dated,
        roll_hash_before=decree.content.get("roll_hash_before", root.roll_hash),
        roll_hash=after.hash,
        total=after.total,
    )


def _in_words(title: str) -> str:
    """`BUPATI PASER` within a sentence: `Bupati Paser`."""
    return " ".join(word.capitalize() for word in title.split())


def templates_in_use() -> Mapping[str, DecreeTemplate]:
    """The regency's own texts that are in use, by part; a part that is emptied is ours again and not in it."""
    newest = DecreeTemplate.objects.values("part").annotate(last=Max("number")).values_list("part", "last")
    found = {}
    for part, last in newest:
        one = DecreeTemplate.objects.get(part=part, number=last)
        if one.text and part in PARTS:
            found[part] = one
    return found


def templates_as_set(decree: Decree) -> dict[str, str]:
    """The own texts (part to text) that a decree was typeset from, whatever is in use by now.

    PayungError where it was set from a text of ours that a newer version of this program no longer has.
    """
    found = {}
    for part, sha256 in decree.content["templates"].items():
        own = DecreeTemplate.objects.filter(part=part, sha256=sha256).exclude(text="").first()
        if own:
            found[part] = own.text
        elif sha256 != ours_sha256(part):
            raise PayungError(
                f"Naskah bawaan {PARTS[part].title} sudah berubah sejak keputusan ini disusun.",
                todo="Buat salinannya dari naskah asli yang sudah ditandatangani.",
            )
    return found


def write_templates(folder: Path, own: Mapping[str, str]) -> Path | None:
    """Lay texts (part to text) into the new folder `folder`, as `wording.assembled` takes them; None for none."""
    if not own:
        return None
    folder.mkdir(mode=0o700)
    for part, text in own.items():
        (folder / PARTS[part].file).write_text(text, encoding="utf-8")
    return folder


def hashes_of_templates(own: Mapping[str, DecreeTemplate]) -> dict[str, str]:
    """SHA-256 of each part's text in use: what the papers were set from."""
    return {part: own[part].sha256 if part in own else ours_sha256(part) for part in PARTS}
