"""Deciding about pairs, one by one, by pattern and from files; undoing it; what is in force.

Every decision is one conditional statement on the pair's version, so that of two people at once one decides and the
other reads who was quicker. A pair that stands in several registers is one decision about all of them, because a
decision belongs to two identities.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from payung.access.models import User
from payung.audit.services import record
from payung.core.errors import PayungError
from payung.core.portions import portions
from payung.core.scope import required
from payung.screening import hidden
from payung.screening.decisions import pair_key
from payung.screening.models import Pair, PairVerdict
from payung.screening.queries import certain, latest_run
from payung.screening.rules import PairDecision, Verdict

ONE, PATTERN, FILE, RT = "satu", "pola", "berkas", "rt"
"""Ways in which a decision is made."""
UNDO = timedelta(days=30)
ASKED = 400
"""Databases take no more than a few hundred ids in one statement."""


def decisions_in_force() -> tuple[PairDecision, ...]:
    """Every decision that the next screening takes in, each pair of identities once, sorted by its fingerprints.

    In the current scope's regency; test pairs decide nothing. A pair that stands in several registers is one decision.
    """
    found: dict[tuple[str, str], Verdict] = {}
    rows = Pair.objects.filter(is_test=False).exclude(verdict="").order_by("pk")
    for left, right, verdict in rows.values_list("fingerprint_l", "fingerprint_r", "verdict").iterator():
        said = PairDecision(left, right, Verdict(verdict))
        found[pair_key(said)] = said.verdict
    return tuple(PairDecision(*key, found[key]) for key in sorted(found))


def decide(pair: Pair, verdict: Verdict, *, version: int, way: str = ONE, note: str = "") -> None:
    """Decide one pair as it was at `version`. PayungError, with who and what, where it was decided meanwhile."""
    with transaction.atomic():
        done = Pair.objects.filter(pk=pair.pk, version=version).update(
            verdict=verdict, version=F("version") + 1
        )
        if not done:
            raise overtaken(pair)
        made = _write({pair.pk: verdict}, way, note=note)
        if not pair.is_test and way == ONE and made % hidden.EVERY == 0:
            hidden.plant(made)
        record("pair.decided", pair, detail={
            "old": {"verdict": pair.verdict}, "new": {"verdict": str(verdict)}, "way": way, "reason": note,
        })  # fmt: skip


def undo(pair: Pair, *, version: int) -> None:
    """Take the decision in force back: the pair waits again. PayungError after 30 days, or when it has changed since."""
    with transaction.atomic():
        held = PairVerdict.objects.filter(pair=pair, undone_at__isnull=True).first()
        if held is None:
            raise PayungError("Pasangan ini tidak sedang diputus.", todo="Muat ulang halamannya.")
        if held.made_at < timezone.now() - UNDO:
            raise PayungError(
                "Keputusan ini sudah lebih dari 30 hari dan tidak dapat dibatalkan lagi.",
                todo="Perbaiki data orangnya: pasangan ditanyakan lagi bila NIK, nama, tanggal lahir, jenis kelamin, "
                "atau desanya berubah.",
            )
        if not Pair.objects.filter(pk=pair.pk, version=version).update(verdict="", version=F("version") + 1):
            raise overtaken(pair)
        _reopen([pair.pk])
        record("pair.undone", pair, detail={"old": {"verdict": held.verdict}, "new": {"verdict": ""}})


def decide_pattern(code: str, verdict: Verdict, *, count: int) -> uuid.UUID | None:
    """Decide all open certain pairs of a pattern at once: one transaction, one event.

    `count` is how many the person saw. PayungError where there are others by now. Returns what `undo_batch` takes;
    None where nothing is open any more: it was done already.
    """
    with transaction.atomic():
        pairs = list(certain(latest_run()).filter(pattern=code).order_by("pk").values_list("pk", flat=True))
        if not pairs:
            return None
        if len(pairs) != count:
            raise PayungError(
                f"Pola ini sekarang berisi {len(pairs)} pasangan, bukan {count}.",
                todo="Lihat lagi contohnya, lalu putuskan.",
            )
        batch = _decide_open(dict.fromkeys(pairs, verdict), PATTERN)
        record(
            "pair.pattern_confirmed", ("screening.batch", str(batch)),
            detail={"pattern": code, "verdict": str(verdict), "count": count},
        )  # fmt: skip
    return batch


def undo_batch(batch: uuid.UUID) -> int:
    """Take back what was decided together and is still in force; how many. PayungError after 30 days."""
    with transaction.atomic():
        held = PairVerdict.objects.filter(batch=batch, undone_at__isnull=True)
        pairs = [pk for pk, _ in held.values_list("pair_id", "pk")]
        if not pairs:
            return 0
        if held.filter(made_at__lt=timezone.now() - UNDO).exists():
            raise PayungError("Keputusan ini sudah lebih dari 30 hari dan tidak dapat dibatalkan lagi.")
        for some in portions(pairs, ASKED):
            Pair.objects.filter(pk__in=some).update(verdict="", version=F("version") + 1)
        _reopen(pairs)
        record("pair.undone", ("screening.batch", str(batch)), detail={"count": len(pairs)})
    return len(pairs)


def take_over(chosen: Mapping[int, tuple[Verdict, int]], *, file: str) -> int:
    """Take decisions over from a file, each with the version of its pair that was looked at; how many.

    All or none. PayungError where one of them was decided by somebody meanwhile.
    """
    if not chosen:
        return 0
    with transaction.atomic():
        moved = [
            pk
            for pk, (verdict, version) in chosen.items()
            if not Pair.objects.filter(pk=pk, version=version).update(
                verdict=verdict, version=F("version") + 1
            )
        ]
        if moved:
            raise PayungError(
                f"{len(moved)} pasangan diputus orang lain sesudah berkas ini diperiksa. Belum ada yang disimpan.",
                todo="Unggah berkasnya sekali lagi dan periksa yang bertentangan.",
            )
        batch = uuid.uuid4()
        _write({pk: verdict for pk, (verdict, _) in chosen.items()}, FILE, batch=batch)
        record(
            "pair.imported",
            ("screening.batch", str(batch)),
            detail={"count": len(chosen), "file": file[:120]},
        )
    return len(chosen)


def _decide_open(decided: Mapping[int, Verdict], way: str) -> uuid.UUID:
    """Decide pairs that nobody has decided; PayungError where somebody has by now."""
    batch, done = uuid.uuid4(), 0
    for verdict in set(decided.values()):
        wanted = [pk for pk, said in decided.items() if said is verdict]
        for some in portions(wanted, ASKED):
            done += Pair.objects.filter(pk__in=some, verdict="").update(
                verdict=verdict, version=F("version") + 1
            )
    if done != len(decided):
        raise PayungError(
            f"{len(decided) - done} pasangan diputus orang lain pada saat yang sama. Belum ada yang disimpan.",
            todo="Muat ulang halamannya, lalu putuskan lagi.",
        )
    _write(decided, way, batch=batch)
    return batch


def _write(
    decided: Mapping[int, Verdict], way: str, *, batch: uuid.UUID | None = None, note: str = ""
) -> int:
    """Let these verdicts be in force, for the same two identities in other registers too; the first verdict's id."""
    scope, now = required(), timezone.now()
    verdicts = dict(decided)
    for pk, other in _beside(list(decided)):
        verdicts.setdefault(other, verdicts[pk])
    beside = verdicts.keys() - decided.keys()
    for verdict in set(verdicts.values()):
        for some in portions(sorted(pk for pk in beside if verdicts[pk] is verdict), ASKED):
            Pair.objects.filter(pk__in=some).update(verdict=verdict, version=F("version") + 1)
    for some in portions(list(verdicts), ASKED):
        PairVerdict.objects.filter(pair__in=some, undone_at__isnull=True).update(
            undone_at=now, undone_by=scope.actor
        )
    made = PairVerdict.objects.bulk_create(
        [
            PairVerdict(
                regency_code=scope.regency, pair_id=pk, verdict=verdict, made_by=scope.actor, way=way,
                batch=batch, note=note if pk in decided else "",
            )
            for pk, verdict in verdicts.items()
        ],
        batch_size=ASKED,
    )  # fmt: skip
    return int(made[0].pk)


def _reopen(pairs: Sequence[int]) -> None:
    """Close the verdicts of pairs that are open again, and of the same identities in other registers.

    A pair that was called different is not found by later runs; it joins the current one again, so that it is asked.
    """
    scope, now, run = required(), timezone.now(), latest_run()
    others = sorted({other for _, other in _beside(pairs)} - set(pairs))
    for some in portions(others, ASKED):
        Pair.objects.filter(pk__in=some).update(verdict="", version=F("version") + 1)
    for some in portions([*pairs, *others], ASKED):
        PairVerdict.objects.filter(pair__in=some, undone_at__isnull=True).update(
            undone_at=now, undone_by=scope.actor
        )
        if run:
            Pair.objects.filter(pk__in=some).update(run=run)
    hidden.forget(pairs)


def _beside(pairs: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Each pair with every other pair of the same two identities."""
    for some in portions(pairs, ASKED):
        known = Pair.objects.filter(pk__in=some).values_list("key_index", "pk")
        keys = dict(known)
        same = Pair.objects.filter(key_index__in=keys).values_list("pk", "key_index")
        yield from ((keys[key], pk) for pk, key in same if pk != keys[key])


def overtaken(pair: Pair) -> PayungError:
    """What the second of two people reads: who decided what."""
    held = PairVerdict.objects.filter(pair=pair, undone_at__isnull=True).first()
    if held is None:
        return PayungError(
            "Pasangan ini berubah sesudah halaman Anda dibuka. Keputusan Anda belum disimpan.",
            todo="Lihat lagi, lalu putuskan.",
        )
    name = User.objects.filter(pk=held.made_by).values_list("name", flat=True).first() or "sistem"
    return PayungError(
        f"Pasangan ini sudah diputus oleh {name}: {held.verdict}. Keputusan Anda tidak disimpan.",
        todo="Bila tidak setuju, batalkan keputusan itu dahulu.",
    )
