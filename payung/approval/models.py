"""Any change that matters: proposals decided by a second person, and routes through a chain of posts."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from payung.access.models import User
from payung.approval import rules
from payung.database.scoped import TerritoryRow
from payung.vault.fields import SealedJSON, SealedText


class Proposal(TerritoryRow):
    """A change that waits for a second person, or was decided. Seen by whoever's territory holds `place`."""

    kind = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=80)
    subject_version = models.CharField(max_length=80, blank=True)
    """What the subject was like when the proposal was made; another version makes it stale."""
    payload = SealedJSON()
    """What the kind's `apply` is given."""
    changes = SealedJSON()
    """What is shown: `[[label, before, after], …]`, as it was when the proposal was made."""
    summary = models.CharField(max_length=200)
    """One Indonesian line; never with a NIK."""
    reason = SealedText()
    for_action = models.CharField(max_length=60)
    """The action that a checker's role must be allowed."""
    about = models.JSONField(default=list)
    """Ids of users whom it concerns: they do not decide it."""
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="proposals")
    made_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )
    verdict = models.CharField(
        max_length=20, blank=True, choices=[(one.value, one.name) for one in rules.Verdict]
    )
    answer = SealedText(null=True, blank=True)
    """The checker's reason."""
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta(TerritoryRow.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, verdict="")
                | Q(
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                    verdict__in=[one.value for one in rules.Verdict],
                ),
                name="proposal_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("made_by")), name="proposal_two_people"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True) | Q(withdrawn_at__isnull=True), name="proposal_ends_once"
            ),
            models.UniqueConstraint(
                fields=["regency_code", "kind", "subject_type", "subject_id"],
                condition=Q(decided_at__isnull=True, withdrawn_at__isnull=True),
                name="one_open_proposal",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["regency_code", "made_at"],
                condition=Q(decided_at__isnull=True, withdrawn_at__isnull=True),
                name="open_proposals",
            ),
            models.Index(fields=["subject_type", "subject_id"], name="proposals_by_subject"),
        ]

    def __str__(self) -> str:
        return self.summary

    @property
    def state(self) -> rules.State:
        return rules.state(
            verdict=self.verdict,
            is_decided=self.decided_at is not None,
            is_withdrawn=self.withdrawn_at is not None,
        )

    @property
    def is_open(self) -> bool:
        return self.state is rules.State.OPEN

    @property
    def case(self) -> rules.Case:
        """What decides who may check it."""
        return rules.Case(self.made_by_id, self.for_action, self.place, tuple(self.about))


class Route(TerritoryRow):
    """A change on its way through a chain of posts: opened by its maker, decided stop by stop, approved or sent back.

    The stages are those of the procedure in force when it began. What goes round is known by `subject_version`: where
    the subject is another by now, nobody can decide any more and it can only be sent back or withdrawn.
    """

    kind = models.CharField(max_length=40)
    """A chain of the procedure and a kind that a step has registered: `putaran`, `keputusan`, …"""
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=80)
    subject_version = models.CharField(max_length=80)
    attempt = models.PositiveIntegerField()
    """Counted from 1 for each subject."""
    summary = models.CharField(max_length=200)
    """One Indonesian line; never with a NIK."""
    faces = SealedJSON()
    """What is shown: `[[label, value], …]`, as it was when it was opened."""
    stages = models.JSONField()
    """The chain, as `approval.chain.Stage` reads it."""
    position = models.PositiveSmallIntegerField(default=0)
    """The stage that is open, counted from 0."""
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="routes")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)
    """`setuju`, `dikembalikan`, `ditarik`; empty while it is under way."""

    class Meta(TerritoryRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["regency_code", "kind", "subject_type", "subject_id"],
                condition=Q(ended_at__isnull=True),
                name="one_open_route",
            ),
            models.UniqueConstraint(
                fields=["regency_code", "kind", "subject_type", "subject_id", "attempt"], name="one_attempt"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="")
                | Q(ended_at__isnull=False, outcome__in=["setuju", "dikembalikan", "ditarik"]),
                name="route_ended_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject_type", "subject_id"], name="routes_by_subject"),
            models.Index(
                fields=["regency_code", "made_at"], condition=Q(ended_at__isnull=True), name="open_routes"
            ),
        ]

    def __str__(self) -> str:
        return self.summary

    @property
    def stage_title(self) -> str:
        """What the open stage is called."""
        return str(self.stages[self.position]["title"])


class Stop(TerritoryRow):
    """One seat of a stage of a route: who must look at it, and what they said. `place` is that of the seat."""

    route = models.ForeignKey(Route, on_delete=models.PROTECT, related_name="stops")
    position = models.PositiveSmallIntegerField()
    """Of its stage, counted from 0; stops of one stage are decided in any order, all of them."""
    seat = models.CharField(max_length=40)
    """Id of the seat within the chain."""
    title = models.CharField(max_length=150)
    role = models.CharField(max_length=20)
    agency = models.CharField(max_length=120, blank=True)
    """The post's agency that must look; empty for any post of the role."""
    field = models.CharField(max_length=150, blank=True)
    """What this seat answers for: `data kependudukan`."""
    made_by = models.BigIntegerField()
    """The route's maker, who decides no stop of it."""
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="stops")
    tenure = models.BigIntegerField(null=True)
    """Id of the tenure in which it was decided."""
    verdict = models.CharField(max_length=20, blank=True)
    """`setuju`, `dikembalikan`."""
    reason = SealedText(blank=True)
    together = models.UUIDField(null=True)
    """Shared by stops that one person, holding two lawful posts, decided in one act."""

    class Meta(TerritoryRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["route", "seat", "place"], name="one_stop_a_seat"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, verdict="")
                | Q(
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                    tenure__isnull=False,
                    verdict__in=[one.value for one in rules.Verdict],
                ),
                name="stop_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("made_by")), name="stop_never_by_maker"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["regency_code", "role", "position"],
                condition=Q(decided_at__isnull=True),
                name="open_stops",
            ),
        ]
