"""Proposals: any change that matters, made by one and decided by another."""

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
