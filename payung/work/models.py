"""Background jobs: one row each, leased by the worker that does it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from payung.database.scoped import RegencyRow


class Job(RegencyRow):
    """Something to do in the background, or done. What it is about is `kind` and `subject` (an id, never data).

    Waiting: nobody holds a lease. Running: `lease_until` lies ahead. A worker that was killed renews no lease, and
    another takes the job up again. Finished: `finished_at` is set, with `error` where it failed.
    """

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    actor = models.BigIntegerField(null=True)
    actor_role = models.CharField(max_length=20, blank=True)
    enqueued_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()
    worker = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    label = models.CharField(max_length=200, blank=True)
    done_count = models.PositiveBigIntegerField(default=0)
    total_count = models.PositiveBigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    todo = models.TextField(blank=True)

    class Meta(RegencyRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["regency_code", "kind", "subject"],
                condition=Q(finished_at__isnull=True),
                name="one_open_job",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["regency_code", "due_at"], condition=Q(finished_at__isnull=True), name="open_jobs"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def succeeded(self) -> bool:
        return self.finished_at is not None and not self.error

    @property
    def failed(self) -> bool:
        return bool(self.finished_at and self.error)


class Tick(RegencyRow):
    """When a piece of regular work is due next."""

    name = models.CharField(max_length=60)
    next_at = models.DateTimeField()
    ran_count = models.PositiveBigIntegerField(default=0)

    class Meta(RegencyRow.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["regency_code", "name"], name="one_tick")]
