"""One table of work to be done in the background."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting", _("等待")
    RUNNING = "running", _("进行中")
    DONE = "done", _("完成")
    REFUSED = "refused", _("没有采用")
    FAILED = "failed", _("出错")


class Job(models.Model):
    """One piece of work. A worker that dies lets its lease run out, and another begins anew."""

    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    arguments = models.JSONField(default=dict)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    by = models.ForeignKey("accounts.Account", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    problem = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            # Few jobs wait or run at a time; the worker looks for them several times a second.
            models.Index(
                fields=["created_at"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="jobs_to_do",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} {self.state}"
