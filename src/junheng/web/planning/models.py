"""Scenarios, plans and what came of them, tasks and the answers to them."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from junheng.web.accounts.models import Account, Organisation
from junheng.web.blobs.models import Blob
from junheng.web.collection.models import Filing
from junheng.web.jobs.models import Job


class Scenario(models.Model):
    """Edits that somebody kept under a name; the data themselves are never changed by them."""

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="scenarios")
    name = models.CharField(_("名称"), max_length=80)
    edits = models.JSONField()
    """As they were typed, a list of rows."""
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["filing", "name"], name="scenario_names_once")
        ]

    def __str__(self) -> str:
        return self.name


class Plan(models.Model):
    """A least-cost plan that was asked for. What came of it is its `result`."""

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="plans")
    name = models.CharField(_("名称"), max_length=80)
    arguments = models.JSONField()
    job = models.OneToOneField(Job, models.PROTECT, related_name="+")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    stop_asked = models.BooleanField(default=False)
    progress = models.JSONField(default=dict)
    """While it runs: seconds gone, and cost, bound and gap of the best plan so far."""

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.name


class _Kept(models.Model):
    """A row that is never changed and never deleted (the database refuses it too)."""

    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new row; TypeError for one that is stored already."""
        if not self._state.adding:
            raise TypeError("Results and answers cannot be changed.")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse: TypeError."""
        raise TypeError("Results and answers cannot be deleted.")


class PlanResult(_Kept):
    """What came of a plan: its tables, or why there is none. Never changed, never deleted."""

    plan = models.OneToOneField(Plan, models.PROTECT, related_name="result")
    state = models.CharField(max_length=12)
    """As the library says: solved, stopped, enough, infeasible, nothing."""
    cost = models.FloatField(null=True)
    bound = models.FloatField(null=True)
    gap = models.FloatField(null=True)
    digest = models.CharField(max_length=64)
    """The fingerprint of the data it was made from."""
    payload = models.JSONField()
    """`document` as the library's JSON; the sheets and sentences in each language."""
    workbook = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")
    pictures = models.JSONField(default=dict)
    """Language to the digest of the picture of the way to the target."""

    def __str__(self) -> str:
        return f"{self.plan_id} {self.state}"

    @property
    def found(self) -> bool:
        """Tell whether there is a plan."""
        return self.cost is not None


class TaskState(models.TextChoices):
    """Where a task stands."""

    OPEN = "open", _("办理中")
    ANSWERED = "answered", _("已报完成，待销号")
    CLOSED = "closed", _("已销号")


class TaskSource(models.TextChoices):
    """Where a task came from."""

    PLAN = "plan", _("规划")
    FINDING = "finding", _("数据检查")
    RETURN = "return", _("审核退回")


class Task(models.Model):
    """One line of the ledger: what has to be done, by whom, until when, and what shows that it is."""

    county = models.ForeignKey(Organisation, models.PROTECT, related_name="tasks")
    title = models.CharField(_("任务"), max_length=400)
    about = models.CharField(_("指标或事项"), max_length=400, blank=True)
    lead = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("牵头部门")
    )
    others = models.ManyToManyField(
        Organisation, related_name="+", blank=True, verbose_name=_("配合部门")
    )
    due = models.DateField(_("完成期限"))
    cost = models.FloatField(_("金额（元）"), null=True, blank=True)
    measure = models.CharField(_("完成标志"), max_length=400, blank=True)
    source = models.CharField(max_length=8, choices=TaskSource.choices)
    origin = models.CharField(max_length=200)
    """What exactly it came from, so that the same does not become two tasks."""
    state = models.CharField(max_length=8, choices=TaskState.choices, default=TaskState.OPEN)
    created_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    closed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    reason = models.CharField(_("销号说明"), max_length=400, blank=True)

    class Meta:
        ordering: ClassVar = ["due", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["county", "origin"],
                condition=~models.Q(state="closed"),
                name="a_task_once_while_open",
            ),
            models.CheckConstraint(
                condition=models.Q(state="closed") ^ models.Q(closed_by__isnull=True),
                name="closed_by_somebody",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["county", "state", "due"], name="tasks_due")]

    def __str__(self) -> str:
        return self.title


class Answer(_Kept):
    """What a department wrote of its task: never changed, never deleted."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="answers")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    text = models.CharField(_("进展"), max_length=1000)
    done = models.BooleanField(_("已完成，申请销号"), default=False)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.task_id} {self.text[:20]}"


class Proof(_Kept):
    """A file that a department attached to its answer."""

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="proofs")
    name = models.CharField(max_length=200)
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    media_type = models.CharField(max_length=100)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.name
